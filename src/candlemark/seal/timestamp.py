"""Timestamps by somebody else (RFC 3161): that bytes existed before a moment, said by a service.

The service is shown a SHA-256 hash and a random number, never the bytes.  Its answer is kept whole,
and verifies years later with nothing but the answer, the bytes and the root certificate the service
was known by, which the caller brings: none is shipped, and none of the machine's is trusted.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from cryptography import x509
from rfc3161_client import (
    HashAlgorithm,
    TimeStampRequest,
    TimestampRequestBuilder,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from candlemark.errors import SettingRefused, StampRefused

if TYPE_CHECKING:
    from datetime import datetime

ANSWER_LIMIT: Final = 65_536
_SHA256: Final = "2.16.840.1.101.3.4.2.1"
_AGAIN: Final = "ask again, or ask another service; nothing was kept"


def read_roots(pem: bytes) -> tuple[x509.Certificate, ...]:
    """The root certificates in a PEM file.

    Raises:
        SettingRefused: there is none in it.
    """
    try:
        return tuple(x509.load_pem_x509_certificates(pem))
    except ValueError:
        raise SettingRefused(
            "there is no certificate in this file",
            hint="bring the root certificate of the timestamp service, in PEM",
        ) from None


@dataclass(frozen=True, slots=True)
class Question:
    """What a service is asked about some bytes; :attr:`encoded` is all that it is sent."""

    encoded: bytes
    message: bytes
    request: TimeStampRequest

    @classmethod
    def about(cls, message: bytes) -> Question:
        """A question with a fresh random number, so that an old answer cannot be played again."""
        request = (
            TimestampRequestBuilder()
            .data(message)
            .hash_algorithm(HashAlgorithm.SHA256)
            .nonce(nonce=True)
            .cert_request(cert_request=True)
            .build()
        )
        return cls(request.as_bytes(), message, request)

    def check(self, answer: bytes, roots: tuple[x509.Certificate, ...]) -> datetime:
        """The moment in an answer to this very question; see :func:`check_answer`."""
        return _check(answer, self.message, roots, self.request.nonce)


def check_answer(answer: bytes, message: bytes, roots: tuple[x509.Certificate, ...]) -> datetime:
    """The moment before which ``message`` existed, by the service's clock.

    Args:
        answer: of the service, whole, in DER.
        message: the bytes the question was about.
        roots: the certificates one of which the service's must lead to.

    Raises:
        StampRefused: the service refused, the answer is malformed, is about other bytes, or is
            signed by somebody else.
    """
    return _check(answer, message, roots, None)


def _check(
    answer: bytes, message: bytes, roots: tuple[x509.Certificate, ...], nonce: int | None
) -> datetime:
    if not roots or len(answer) > ANSWER_LIMIT:
        raise StampRefused("the answer cannot be checked", hint=_AGAIN)
    try:
        response = decode_timestamp_response(answer)
        moment = response.tst_info.gen_time
        if response.status != 0:
            raise StampRefused(f"the service refused (status {response.status})", hint=_AGAIN)
        imprint = response.tst_info.message_imprint
        if (imprint.hash_algorithm.dotted_string, imprint.message) != (
            _SHA256,
            hashlib.sha256(message).digest(),
        ):
            raise StampRefused("the timestamp is of something else", hint=_AGAIN)
        builder = VerifierBuilder() if nonce is None else VerifierBuilder().nonce(nonce)
        for root in roots:
            builder = builder.add_root_certificate(root)
        builder.build().verify_message(response, message)
    except VerificationError as error:
        raise StampRefused(f"the timestamp does not hold: {error}", hint=_AGAIN) from None
    except (ValueError, TypeError, x509.ExtensionNotFound) as error:
        raise StampRefused("the answer is not a timestamp", hint=_AGAIN) from error
    return moment
