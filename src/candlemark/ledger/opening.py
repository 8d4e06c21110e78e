"""Opening what is sealed: from a leaf and stored bytes back to entries and facts.

Every step checks that the bytes in hand are the ones the leaf names, that they open under the key
of the compartment they are said to be in, and that the meta part speaks of this leaf.  What it does
not do: decide whether the leaf itself belongs in the ledger.  That is settled before, by the signed
checkpoint, or by ``verify``.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from candlemark.errors import LedgerBroken
from candlemark.ledger.entry import META, Leaf, Meta, PartNote, SealedPart, split_meta
from candlemark.seal import open_part
from candlemark.seal.padding import SIZES
from candlemark.seal.sealing import OVERHEAD

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from candlemark.ledger.compartments import CompartmentKeys


@dataclass(frozen=True, slots=True)
class OpenedMeta:
    """A meta part: its meaning, and the exact bytes the signature is over."""

    meta: Meta
    signed: bytes
    signature: bytes


class Opener:
    """Opens the parts of one vault."""

    def __init__(self, vault: bytes, keys: CompartmentKeys) -> None:
        self._vault = vault
        self._keys = keys

    def is_for_others(self, part: SealedPart, note: PartNote) -> bool:
        """Whether a part is sealed under a key that this member need not have."""
        return self._keys.key(part.kid) is None and not self._keys.expects(note.compartment)

    def part(self, action: bytes, part: SealedPart, stored: Mapping[bytes, bytes]) -> bytes:
        """The content of one part of an action.

        Raises:
            LedgerBroken: it is missing, was changed, or is sealed under a key this vault has not.
        """
        sealed = self.whole(part, stored)
        key = self._keys.key(part.kid)
        if key is None:
            raise LedgerBroken("it is sealed under a key this vault does not have")
        return open_part(key, self._vault, action, sealed)

    @staticmethod
    def whole(part: SealedPart, stored: Mapping[bytes, bytes]) -> bytes:
        """The sealed bytes of a part, once they are the ones its leaf names.

        Raises:
            LedgerBroken: it is missing, or was changed.
        """
        sealed = stored.get(part.hash)
        if sealed is None:
            raise LedgerBroken("it is missing")
        if len(sealed) != SIZES[part.size] + OVERHEAD:
            raise LedgerBroken("it has another length than its leaf says")
        if hashlib.sha256(sealed).digest() != part.hash:
            raise LedgerBroken("it was changed: its hash is another than its leaf says")
        return sealed

    def fetch(self, leaves: Iterable[Leaf]) -> None:
        """These leaves are about to be opened."""
        self._keys.fetch(part.kid for leaf in leaves for part in leaf.parts)

    def meta(self, leaf: Leaf, stored: Mapping[bytes, bytes]) -> OpenedMeta:
        """The meta part of an action.

        Raises:
            LedgerBroken: it does not open, or speaks of another action or other parts.
        """
        if leaf.vault != self._vault:
            raise LedgerBroken("the leaf belongs to another vault")
        first = leaf.parts[0]
        if self._keys.name(first.kid) not in {META, None}:
            raise LedgerBroken("the first part is not a meta part")
        try:
            content = self.part(leaf.action, first, stored)
        except LedgerBroken as error:
            raise LedgerBroken(f"its meta part: {error.message}") from None
        signed, signature, meta = split_meta(content)
        if (meta.vault, meta.action) != (leaf.vault, leaf.action):
            raise LedgerBroken("the meta part speaks of another action")
        if len(meta.parts) != len(leaf.parts) - 1:
            raise LedgerBroken("the meta part speaks of another number of parts")
        for note, part in zip(meta.parts, leaf.parts[1:], strict=True):
            try:
                sealed_in, person = self._keys.name(part.kid), self._keys.person(part.kid)
            except LedgerBroken:
                continue  # its key does not open: told to whoever opens the part
            if sealed_in is not None and (
                sealed_in != note.compartment or (person and person[0] != note.subject)
            ):
                raise LedgerBroken("a part is not in the compartment the meta part says")
        return OpenedMeta(meta, signed, signature)
