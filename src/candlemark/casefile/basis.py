"""What a statement rests on: a paper of an authority that somebody has seen, or somebody's word.

A lawyer reads a timeline with one question: what can I prove?  A stage is *shown* when at least one
of its sources is a court's or another authority's own paper or data, and nobody judged that source
unreliable.  Everything else is *claimed*: reports, testimony, what the group itself says.  Claimed
does not mean doubtful, and shown does not mean true.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from candlemark.casefile.views import CaseFile

PAPERS: Final = frozenset({"court-document", "official-document", "data-set"})
"""Terms of ``evidence-kinds`` that an authority made."""
_DOUBTED: Final = frozenset({"unreliable", "highly-unreliable"})


class Basis(StrEnum):
    """What a statement rests on."""

    SHOWN = "shown"
    CLAIMED = "claimed"


def basis(casefile: CaseFile, sources: Iterable[str]) -> Basis:
    """What a statement of these sources rests on."""
    wanted = set(sources)
    shown = any(
        source.evidence in PAPERS and source.reliability not in _DOUBTED
        for source in casefile.sources
        if source.id in wanted
    )
    return Basis.SHOWN if shown else Basis.CLAIMED
