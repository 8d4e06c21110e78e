"""Cards: what a person hands over to become a member, and the certificates of their devices."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from candlemark.errors import SettingRefused
from candlemark.ledger.roster import DEVICE_DAYS
from candlemark.ledger.roster_facts import (
    ROSTER_FORMAT,
    Card,
    Certificate,
    certify,
    read_card,
    sign_card,
)
from candlemark.ledger.wraps import receiving_key
from candlemark.seal import fingerprint_words

if TYPE_CHECKING:
    from datetime import datetime

    from candlemark.ledger.roster_facts import Signed
    from candlemark.seal import SigningKey


@dataclass(frozen=True, slots=True)
class Applicant:
    """A card somebody handed over, opened: who they say they are.

    ``words`` are to be compared over another channel (a call, face to face) before anybody signs:
    whoever carried the card could have made another one.
    """

    name: str
    code: str
    words: tuple[str, ...]


def new_card(
    vault: bytes, name: str, identity: SigningKey, device: SigningKey, now: datetime
) -> Signed:
    """The card of a person, with the certificate of their first device.

    Raises:
        SettingRefused: this cannot be a name.
    """
    if not name.strip() or not name.isprintable() or len(name.encode()) > 200:
        raise SettingRefused(
            "this cannot be the name of a member", hint="use at most 200 bytes of printable text"
        )
    recipient = receiving_key(identity, vault).recipient
    ends = now + timedelta(days=DEVICE_DAYS)
    certificate = certificate_of(vault, identity, device, "first device", now, ends)
    card = Card(
        ROSTER_FORMAT,
        vault,
        name,
        identity.public.raw,
        recipient.suite,
        recipient.raw,
        certificate,
    )
    return sign_card(card, identity)


def applicant(card: Signed, vault: bytes) -> Applicant:
    """Who hands over a card, with the words to compare.

    Raises:
        LedgerBroken: it is not a card for this vault.
    """
    content, identity, _, _ = read_card(card, vault)
    return Applicant(content.name, identity.kid.hex()[:12], fingerprint_words(card.content))


def certificate_of(  # noqa: PLR0917 - the six fields of a certificate
    vault: bytes,
    identity: SigningKey,
    device: SigningKey,
    label: str,
    begins: datetime,
    ends: datetime,
) -> Signed:
    """That a device belongs to a member from ``begins`` until ``ends``, signed by the member."""
    return certify(
        Certificate(
            ROSTER_FORMAT,
            vault,
            identity.kid,
            device.public.raw,
            label,
            int(begins.timestamp() * 1000),
            int(ends.timestamp() * 1000),
        ),
        identity,
    )
