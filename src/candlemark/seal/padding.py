"""Padding, so that the length of a sealed part says little about what is in it.

Content is closed by the byte 0x80 and filled with zeros (ISO/IEC 7816-4) up to one of 202 sizes:
multiples of 512 bytes up to 4,096, above that the sizes of Padmé, whose waste shrinks from 12 %
to 3 %.  The number of the size (its *class*, one byte) stands in clear in the ledger, which tells
nothing that the length of the sealed bytes does not tell.

Padmé: Nikitin and others, "Reducing Metadata Leakage from Encrypted Files and Communication with
PURBs", PoPETs 2019(4).
"""

from __future__ import annotations

from bisect import bisect_left
from typing import Final

from candlemark.errors import LedgerBroken, NotInOrder

_STEP: Final = 512
_FINE: Final = 4096

PADDED_LIMIT: Final = 1_114_112
"""Bytes of the largest padded content: 1 MiB and 64 KiB, so that a file chunk of 1 MiB fits with
the fact around it."""

CONTENT_LIMIT: Final = PADDED_LIMIT - 1
"""Bytes of the largest content; one byte of padding is always added."""


def _padme(length: int) -> int:
    """The Padmé size for ``length``: only the upper half of the bits may be set."""
    exponent = length.bit_length() - 1
    low_bits = exponent - exponent.bit_length()
    return (length + (1 << low_bits) - 1) >> low_bits << low_bits


def _all_sizes() -> tuple[int, ...]:
    sizes = list(range(_STEP, _FINE + 1, _STEP))
    while sizes[-1] < PADDED_LIMIT:
        sizes.append(_padme(sizes[-1] + 1))
    return tuple(sizes)


SIZES: Final = _all_sizes()
"""Every padded size in rising order; the class of ``SIZES[i]`` is ``i``."""

_CLASS_OF: Final = {size: number for number, size in enumerate(SIZES)}


def size_class(length: int) -> int:
    """The class of the padded size that content of ``length`` bytes gets.

    Raises:
        NotInOrder: the content is larger than :data:`CONTENT_LIMIT`.
    """
    if length > CONTENT_LIMIT:
        raise NotInOrder(
            f"{length:,} bytes are too many for one part",
            hint=f"a part holds at most {CONTENT_LIMIT:,} bytes; split it over several parts",
        )
    return bisect_left(SIZES, length + 1)


def pad(content: bytes) -> bytes:
    """``content`` with its padding."""
    return (content + b"\x80").ljust(SIZES[size_class(len(content))], b"\0")


def unpad(padded: bytes) -> bytes:
    """The content of ``padded``.

    Raises:
        LedgerBroken: the padding is not exactly the one :func:`pad` gives; there is one way to pad
            a content, so that padding cannot carry a hidden mark.
    """
    marked = padded.rstrip(b"\0")
    if not marked.endswith(b"\x80"):
        raise LedgerBroken("the padding does not end the content")
    content = marked[:-1]
    number = _CLASS_OF.get(len(padded))
    if number is None or number != bisect_left(SIZES, len(marked)):
        raise LedgerBroken("the padded size is not the one for this content")
    return content
