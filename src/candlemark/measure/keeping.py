"""Figures kept in the vault: the document as it was computed, sealed, under its identity.

Whoever quotes a figure can keep it, so that years later somebody can compute it again without the
file.  A large one is cut into pieces, because a part of the ledger is bounded; pieces are appended
together or not at all.  What is kept is exact and inside: a person may not be named in a figure.
The names of cases beside a list of them are not kept: erasing a case could not reach them here.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from candlemark.errors import NothingToMeasure, NotUnderstood
from candlemark.ledger import Fact, Kinds, Part
from candlemark.measure.canonical import canonical
from candlemark.measure.document import CASES, read_document

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from candlemark.ledger import Ledger

PIECE: Final = 900_000
_PIECES: Final = 100
_MOST: Final = 256 << 20
_SHORTEST: Final = 8


class FigureKept(Fact, frozen=True):
    """A piece, numbered from 0, of the compressed canonical document of a figure."""

    identity: str
    question: str
    n: int
    of: int
    data: bytes


KINDS: Final = Kinds.of(("measure.figure", 1, FigureKept))
"""What this floor says in the ledger."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A figure that is kept: its identity, its question, when it was kept by the writer's clock."""

    identity: str
    question: str
    written: datetime


def keep(ledger: Ledger, found: Mapping[str, Any]) -> bool:
    """Keep the document of a figure; False where it is there already.

    Raises:
        NotUnderstood: it is too large to be kept.
        VaultBusy, StorageFull, LedgerBroken: the vault is as it was before.
    """
    name = str(found["identity"])
    if any(one.identity == name for one in kept(ledger)):
        return False
    packed = zlib.compress(canonical({key: found[key] for key in found if key != CASES}), 9)
    pieces = [packed[start : start + PIECE] for start in range(0, len(packed), PIECE)]
    if len(pieces) > _PIECES:
        raise NotUnderstood("this figure is too large to be kept", hint="ask for fewer groups")
    question = str(found["basis"]["question"])
    ledger.append(
        [
            Part("coded", (FigureKept(name, question, n, len(pieces), piece),))
            for n, piece in enumerate(pieces)
        ]
    )
    return True


def kept(ledger: Ledger) -> tuple[Kept, ...]:
    """The figures that are kept, oldest first.

    Raises:
        LedgerBroken: the ledger is damaged.
    """
    return tuple(
        Kept(fact.identity, fact.question, entry.written)
        for entry, fact in ledger.facts(kinds=KINDS.codes)
        if isinstance(fact, FigureKept) and fact.n == 0
    )


def kept_document(ledger: Ledger, name: str) -> dict[str, Any]:
    """The document of a kept figure, by its identity or at least eight digits of it.

    Raises:
        NothingToMeasure: none is kept under this name.
        NotUnderstood: several are, or a piece is missing.
    """
    digits = name.removeprefix("sha256:")
    pieces: dict[str, dict[int, FigureKept]] = {}
    for _, fact in ledger.facts(kinds=KINDS.codes):
        if isinstance(fact, FigureKept) and fact.identity.removeprefix("sha256:").startswith(
            digits
        ):
            pieces.setdefault(fact.identity, {}).setdefault(fact.n, fact)
    if len(digits) < _SHORTEST or not pieces:
        raise NothingToMeasure(
            "no figure is kept under this name",
            hint="candlemark measure kept lists them; a name is at least 8 digits",
        )
    if len(pieces) > 1:
        raise NotUnderstood("several figures begin with these digits", hint="give more of them")
    (found,) = pieces.values()
    if sorted(found) != list(range(next(iter(found.values())).of)):
        raise NotUnderstood("a piece of this figure is missing", hint="candlemark ledger verify")
    opened = zlib.decompressobj()
    text = opened.decompress(b"".join(found[n].data for n in sorted(found)), _MOST)
    return read_document(text)
