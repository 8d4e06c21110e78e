"""What a reader asks across agencies, read from the address and checked whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from candlemark.measure.linked import AUTOMATIC, FEWEST_DRAWS, SAMPLED
from candlemark.web.desks.figures import asking
from candlemark.web.desks.figures.asking import Asked
from candlemark.web.desks.figures.question import Misread

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import QueryDict

    from candlemark.measure import StudyCard

QUESTIONS: Final = ("occupancy", "incidence", "attrition")
WAYS: Final = (AUTOMATIC, SAMPLED)
DRAWS: Final = (FEWEST_DRAWS, 50, 100)
"""How often links can be drawn on a page: more takes longer than a reader waits."""


@dataclass(frozen=True, slots=True)
class AskedAcross(Asked):
    """One question across agencies, as its form has it."""

    question: str = QUESTIONS[0]
    others: tuple[str, ...] = ()
    """Sources whose files follow; empty: all that links lead to."""
    links: str = AUTOMATIC
    draws: int = FEWEST_DRAWS

    @property
    def key(self) -> tuple[object, ...]:
        """What the answer depends on."""
        drawn = self.draws if self.links == SAMPLED else 0
        plain = (self.as_of, self.by, self.at, self.from_stage)
        return (*plain, self.question, self.others, self.links, drawn)


def read(
    query: QueryDict, study: StudyCard, sources: Sequence[str]
) -> tuple[AskedAcross, tuple[Misread, ...]]:
    """The question in an address, and every field of it that could not be read.

    Args:
        query: of the address, or of the form that keeps the figure.
        study: of the agency whose cases enter.
        sources: whose files can follow.
    """
    plain, misread = asking.read({name: str(query.get(name, "")) for name in query}, study)
    faults = list(misread)

    def one_of(field: str, known: Sequence[str]) -> str:
        return asking.one_of(field, query.get(field, ""), tuple(known), faults) or known[0]

    named = query.getlist("with")
    faults += [Misread("with", one[:40]) for one in named if one not in sources]
    return (
        AskedAcross(
            as_of=plain.as_of,
            by=plain.by,
            group=plain.group,
            at=plain.at,
            from_stage=plain.from_stage,
            question=one_of("question", QUESTIONS),
            others=tuple(one for one in sources if one in named),
            links=one_of("links", WAYS),
            draws=int(one_of("draws", [str(one) for one in DRAWS])),
        ),
        tuple(faults),
    )


def from_stage(asked: AskedAcross, study: StudyCard) -> str:
    """The stage cases enter at by the definition's name: agencies share no other ones."""
    return next((one.stage for one in study.stages if one.own == asked.from_stage), "")
