"""What a reader asks of groups or periods beside each other, read from the address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from candlemark.measure.log.ask import PERIODS
from candlemark.web.desks.figures import asking
from candlemark.web.desks.figures.question import Misread, Question, schemes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from candlemark.measure import StudyCard

COMPARISON: Final = "comparison"
STANDARDISED: Final = "standardised"
TREND: Final = "trend"
_YEAR: Final = "entry-year"
_LONGEST: Final = 80


@dataclass(frozen=True, slots=True)
class AskedBeside(Question):
    """One question of several groups or periods, as its form has it."""

    from_stage: str = ""
    against: str = ""
    """Code of the group the others are compared with, or whose mix is the standard."""
    over: str = ""
    """Scheme the mix is made of."""
    state: str = ""
    """The state looked at; empty: the one with most to say."""

    @property
    def key(self) -> tuple[object, ...]:
        """What the answer depends on; which state is looked at is not of it."""
        return (self.as_of, self.by, self.at, self.from_stage, self.against, self.over)


def divisions(study: StudyCard, question: str) -> tuple[str, ...]:
    """What the groups, or the periods, of a question can be."""
    if question == TREND:
        return tuple(PERIODS)
    return (*schemes(study), *PERIODS)


def mixes(study: StudyCard, by: str) -> tuple[str, ...]:
    """What a mix of cases can be made of, where the groups are those of ``by``."""
    return tuple(code for code in (*schemes(study), _YEAR) if code != by)


def read(
    query: Mapping[str, str], study: StudyCard, question: str
) -> tuple[AskedBeside, tuple[Misread, ...]]:
    """The question in an address, and every field of it that could not be read."""
    plain, faults = asking.read({**query, "by": ""}, study)
    found = list(faults)
    by = asking.one_of("by", query.get("by", ""), divisions(study, question), found)
    by = by or divisions(study, question)[0]
    over = ""
    if question == STANDARDISED:
        over = asking.one_of("over", query.get("over", ""), mixes(study, by), found)
        over = over or mixes(study, by)[0]
    return (
        AskedBeside(
            as_of=plain.as_of,
            by=by,
            at=plain.at,
            from_stage=plain.from_stage,
            against="" if question == TREND else query.get("against", "")[:_LONGEST],
            over=over,
            state=query.get("state", "")[:_LONGEST],
        ),
        tuple(found),
    )
