"""The recovery key: it opens everything, and nobody has it.

It is made on a machine that is on no network, split among five people so that any three of them
can put it together (SLIP-39), and then forgotten.  The vault knows its public halves only: every
key of a compartment is wrapped for it too, and a change of members it signed counts as signed by
enough administrators.  Two people learn nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import shamir_mnemonic
from shamir_mnemonic import MnemonicError

from candlemark.errors import Fault, SharesRefused
from candlemark.seal.keys import SigningKey, derive
from candlemark.seal.receiving import Receiving, ReceivingKey

if TYPE_CHECKING:
    from collections.abc import Sequence

SHARES: Final = 5
NEEDED: Final = 3
SHARE_WORDS: Final = 33
"""Words of one share: 256 bits and what SLIP-39 adds."""

_RECEIVING: Final = b"candlemark/recovery/receiving/v1"
_SIGNING: Final = b"candlemark/recovery/signing/v1"


class RecoveryKey:
    """The two keys that follow from the 32 bytes the shares hold."""

    __slots__ = ("receiving", "signing")

    def __init__(self, seed: bytes) -> None:
        self.receiving = ReceivingKey(derive(seed, b"", _RECEIVING), Receiving.HYBRID)
        self.signing = SigningKey.from_bytes(derive(seed, b"", _SIGNING))

    def __repr__(self) -> str:
        return f"<RecoveryKey {self.receiving.recipient.kid.hex()}>"


def split(seed: bytes) -> tuple[str, ...]:
    """Five shares of 32 bytes, 33 English words each; any three give the bytes again."""
    return tuple(shamir_mnemonic.generate_mnemonics(1, [(NEEDED, SHARES)], seed)[0])


def join(shares: Sequence[str]) -> bytes:
    """The 32 bytes three of the shares were split from.

    Raises:
        SharesRefused: ``faults`` names each share that is not one, by its number; or they are too
            few, of different splittings, or do not give 32 bytes.
    """
    words = [" ".join(share.lower().split()) for share in shares]
    faults = []
    for number, share in enumerate(words, start=1):
        try:
            shamir_mnemonic.Share.from_mnemonic(share)
        except (MnemonicError, ValueError):
            # The library's words repeat the word that was typed: it is part of a secret.
            faults.append(Fault(f"share {number}", _what_is_wrong(share)))
    if faults:
        raise SharesRefused(
            "these are not all shares of a recovery key",
            hint=f"type the {SHARE_WORDS} words of each share as they are on its paper",
            faults=faults,
        )
    distinct = list(dict.fromkeys(words))
    try:
        seed: bytes = shamir_mnemonic.combine_mnemonics(distinct[:NEEDED])
    except (MnemonicError, ValueError):
        seed = b""
    if len(distinct) < NEEDED or len(seed) != 32:
        raise SharesRefused(
            f"{len(distinct)} shares do not give the recovery key",
            hint=f"{NEEDED} different shares of one splitting are needed",
        )
    return seed


def _what_is_wrong(share: str) -> str:
    found = share.split()
    if len(found) != SHARE_WORDS:
        return f"it has {len(found)} words instead of {SHARE_WORDS}"
    known = set(shamir_mnemonic.wordlist.WORDLIST)
    places = [str(place) for place, word in enumerate(found, start=1) if word not in known]
    if places:
        return f"not a word of the list: number {', '.join(places)}"
    return "a word is wrong or in another place: its check words do not agree"
