"""The secret two organisations share and nobody else: 32 random bytes, sealed wherever they lie.

It is drawn, never thought up.  It travels in a file that a drawn passphrase opens; the passphrase
goes another way, by voice.  It is on no disk in clear and in no command line.  Whoever has it can
encode every name they can think of and look for it among the encodings: the linkage unit never
gets it.
"""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Final

from candlemark.errors import LedgerBroken, NotTogether, SourceMalformed, WrongPassphrase
from candlemark.linkage.private import papers
from candlemark.linkage.private.papers import Paper
from candlemark.seal import (
    SUITE,
    Cost,
    SealingKey,
    Stretching,
    derive,
    fingerprint_words,
    seal,
    unseal,
)

if TYPE_CHECKING:
    from candlemark.linkage.private.agreement import Agreement

SECRET: Final = "secret"  # noqa: S105 - the word in a format
_LABEL: Final = b"candlemark/link-secret/v1" + bytes([SUITE])
_KEK: Final = b"candlemark/link-secret/kek/v1"


class SealedSecret(Paper, frozen=True, kw_only=True):
    """The file: the secret under a passphrase, bound to one agreement."""

    agreement: str
    stretching: str
    sealed: str


def new_secret() -> SealingKey:
    """A new one."""
    return SealingKey.generate()


def known_by(secret: SealingKey) -> str:
    """Six words by which people compare a secret without telling it."""
    told = derive(secret.reveal(), b"", b"candlemark/link-secret/known-by/v1")
    return " ".join(fingerprint_words(told))


def key_for(secret: SealingKey, agreement: Agreement, purpose: str) -> bytes:
    """32 bytes for one purpose under one agreement."""
    return derive(
        secret.reveal(), agreement.check.encode(), f"candlemark/link/{purpose}/v1".encode()
    )


def seal_secret(secret: SealingKey, agreement: Agreement, passphrase: str) -> SealedSecret:
    """The file for both organisations."""
    stretching = Stretching.new(Cost.STRONG)
    kek = _kek(stretching, agreement.check, passphrase)
    sealed = seal(kek, _LABEL, agreement.check.encode(), secret.reveal())
    return papers.sealed_with_hash(
        SealedSecret(
            format=papers.format_of(SECRET),
            agreement=agreement.check,
            stretching=str(stretching),
            sealed=base64.b64encode(sealed).decode(),
        )
    )


def open_secret(content: bytes, agreement: Agreement, passphrase: str) -> SealingKey:
    """The secret in a file.

    Raises:
        NotTogether: it is the secret of another agreement.
        WrongPassphrase: the passphrase does not open it.
        NewerFormat, SourceMalformed: the file is not whole.
    """
    found = papers.read(content, SealedSecret, SECRET, name="the file of the secret")
    if found.agreement != agreement.check:
        raise NotTogether(
            "this is the secret of another agreement, or the agreement was changed since",
            hint="use the two files that were made together",
        )
    try:
        kek = _kek(Stretching.parse(found.stretching), found.agreement, passphrase)
        opened = unseal(
            kek, _LABEL, found.agreement.encode(), base64.b64decode(found.sealed, validate=True)
        )
    except binascii.Error:
        raise SourceMalformed(
            "the file of the secret is damaged", hint="ask for it again"
        ) from None
    except LedgerBroken:
        raise WrongPassphrase(
            "the passphrase does not open this secret",
            hint="seven words with spaces between them; capitals do not matter",
        ) from None
    secret = SealingKey.from_bytes(opened)
    if known_by(secret) != agreement.secret:
        raise NotTogether(
            "the secret is not the one the agreement names", hint="begin again, with new files"
        )
    return secret


def _kek(stretching: Stretching, agreement: str, passphrase: str) -> SealingKey:
    return SealingKey.from_bytes(derive(stretching.stretch(passphrase), agreement.encode(), _KEK))
