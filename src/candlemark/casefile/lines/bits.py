"""Sets of cases as bits: which of a hundred thousand cases carry a term.

A set is one whole number of Python: bit n is set when the case with the number n is in it, so that
two sets are met with ``&`` and counted with ``bit_count`` in microseconds.  It is kept in chunks,
so that a case that changes rewrites half a kilobyte for each term it gains or loses.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

CHUNK: Final = 4096
"""Cases in a chunk."""
_BYTES: Final = CHUNK // 8


def together(chunks: Iterable[tuple[int, bytes]]) -> int:
    """The set kept in chunks, each with its place."""
    found = dict(chunks)
    if not found:
        return 0
    whole = bytearray((max(found) + 1) * _BYTES)
    for place, bits in found.items():
        whole[place * _BYTES : place * _BYTES + len(bits)] = bits
    return int.from_bytes(whole, "little")


def set_of(numbers: Iterable[int]) -> int:
    """The set of these cases."""
    wanted = list(numbers)
    if not wanted:
        return 0
    whole = bytearray(max(wanted) // 8 + 1)
    for number in wanted:
        whole[number >> 3] |= 1 << (number & 7)
    return int.from_bytes(whole, "little")


def ones(bits: int) -> Iterator[int]:
    """The cases of a set, by their numbers."""
    for at, byte in enumerate(bits.to_bytes((bits.bit_length() + 7) // 8, "little")):
        if byte:
            for bit in range(8):
                if byte >> bit & 1:
                    yield at * 8 + bit


class Chunk:
    """A chunk while it is being changed."""

    def __init__(self, bits: bytes = b"") -> None:
        self._bits = bytearray(bits.ljust(_BYTES, b"\0"))

    def put(self, number: int, *, there: bool) -> None:
        """Let the case with this number be in it or not."""
        at, bit = (number % CHUNK) >> 3, 1 << (number & 7)
        if there:
            self._bits[at] |= bit
        else:
            self._bits[at] &= ~bit

    @property
    def kept(self) -> bytes:
        """As it is kept, without the empty end; nothing when it is empty."""
        return bytes(self._bits).rstrip(b"\0")
