"""Time limits: what became of each, in five verdicts, and how likely it is that one is kept.

Every start of a limit has one verdict on the day looked at:

- ``met``: the step came, by the last day;
- ``late``: it came after it;
- ``ended``: the way ended otherwise, so the step cannot come any more;
- ``open-past``: it has not come, and the last day is over;
- ``open-within``: it has not come, and it still can be in time.

The share of limits kept is never the share among those that are over: whoever is still waiting
within the time would be left out, and the quick ones counted alone.  It is estimated: the
probability that the step comes by the last day (Aalen-Johansen on the clock of the limit, ending
otherwise as the competing way).  Where a date is known to a month or a year the interval is as
wide as that makes it, and ``unsure`` says how many verdicts could be others.  Starts of which
nobody can tell anything are counted apart and have none of the five.  A way that ended otherwise
before the last day did not keep the limit and did not break it either, so beside it stands the
probability of ending so by then; what remains to one is the share that is past its last day
without an answer.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from candlemark.measure.estimators import CENSORED, LAST_TICK, TICKS, Stays, robust
from candlemark.measure.process.limit_file import Limit  # noqa: TC001 - read by types
from candlemark.measure.process.passages import End, Passages, passages
from candlemark.measure.process.waiting import Share

if TYPE_CHECKING:
    from collections.abc import Iterable

    from candlemark.measure.process.ways import Integers, Ways

MET: Final = "met"
LATE: Final = "late"
ENDED: Final = "ended"
OPEN_PAST: Final = "open-past"
OPEN_WITHIN: Final = "open-within"
VERDICTS: Final = (MET, LATE, ENDED, OPEN_PAST, OPEN_WITHIN)


@dataclass(frozen=True, slots=True)
class Verdicts:
    """How many starts of a limit stand how; the five and ``unclear`` add up to ``starts``."""

    starts: int
    units: int
    """Units with at least one start."""
    met: int
    late: int
    ended: int
    open_past: int
    open_within: int
    ended_past: int
    """Of ``ended``: those whose last day was over already when the way ended."""
    unsure: int
    """Of the five: those that would be another on some day that their dates can be."""
    unclear: int
    """Begun before tracking, or of a unit with a step without a day, which may be the one."""


@dataclass(frozen=True, slots=True)
class LimitGroup:
    """One limit in one group."""

    group: str
    verdicts: Verdicts
    within: Share | None
    """The probability that the step comes by the last day; None where nobody could be watched."""
    otherwise: Share | None
    """The probability of ending otherwise by then."""


@dataclass(frozen=True, slots=True)
class LimitFound:
    """What became of one limit."""

    limit: Limit
    start: int
    """Number of the state that it runs from, in ``Ways.places``."""
    until: int
    groups: tuple[LimitGroup, ...]


@dataclass(frozen=True, slots=True)
class Limits:
    """What became of each limit."""

    limits: tuple[LimitFound, ...]
    filters: tuple[str, ...] = ()


def limits(ways: Ways, wanted: Iterable[Limit]) -> Limits:
    """What became of each limit in each group.

    Raises:
        NotMeasurable: a limit names a state that is not there.
    """
    found = []
    for limit in wanted:
        start, until = ways.place(limit.start), ways.place(limit.until)
        all_of_them = passages(ways, start, until, limit.which)
        groups = tuple(
            _group(group, all_of_them.of(number), limit.days)
            for number, group in enumerate(ways.groups)
        )
        found.append(LimitFound(limit, start, until, groups))
    return Limits(tuple(found), ways.filters)


def verdict_of_each(those: Passages, days: int, measured: str = "days") -> Integers:
    """The place in ``VERDICTS`` of each passage, for a limit of so many days."""
    past = getattr(those, measured) > days
    reached, ended = those.end == End.REACHED, those.end == End.OTHERWISE
    verdict: Integers = np.select(
        [reached & ~past, reached, ended, past],
        [VERDICTS.index(each) for each in (MET, LATE, ENDED, OPEN_PAST)],
        VERDICTS.index(OPEN_WITHIN),
    )
    return verdict


def _group(group: str, those: Passages, days: int) -> LimitGroup:
    clear = those.only(those.clear)
    verdict, *others = (
        verdict_of_each(clear, days, measured) for measured in ("days", "shortest", "longest")
    )
    many = dict(zip(VERDICTS, np.bincount(verdict, minlength=len(VERDICTS)).tolist(), strict=True))
    ended = verdict == VERDICTS.index(ENDED)
    return LimitGroup(
        group,
        Verdicts(
            starts=len(those),
            units=len(np.unique(those.unit)),
            met=many[MET],
            late=many[LATE],
            ended=many[ENDED],
            open_past=many[OPEN_PAST],
            open_within=many[OPEN_WITHIN],
            ended_past=int((ended & (clear.days > days)).sum()),
            unsure=int(((verdict != others[0]) | (verdict != others[1])).sum()),
            unclear=len(those) - len(clear),
        ),
        *chances(clear, days),
    )


def chances(those: Passages, days: int) -> tuple[Share | None, Share | None]:
    """The probabilities of the step and of another end by a day; None where nothing can be said.

    Nothing can be said where nobody was watched for so long and not everybody had gone before.
    """
    measured = ("days", "shortest", "longest") if those.coarse else ("days",)
    found = [_chances(those, days, name) for name in measured]
    if found[0] is None:
        return None, None
    placed = [each for each in found if each is not None]
    step, otherwise = (
        replace(
            placed[0][n],
            low=min(each[n].low for each in placed),
            high=max(each[n].high for each in placed),
        )
        for n in range(2)
    )
    return step, otherwise


def _chances(those: Passages, days: int, measured: str) -> tuple[Share, Share] | None:
    """The two with robust errors: several starts of one cluster make no certainty by number."""
    took: Integers = getattr(those, measured)
    still = those.end == End.OPEN
    if not len(took) or (days > took.max() and still[took == took.max()].any()):
        return None
    stays = Stays(
        cluster=those.cluster,
        state=np.zeros_like(took),
        entry=np.zeros_like(took),
        # What happens on a day comes before observation ends on it.
        leave=took * TICKS + np.where(still, LAST_TICK, 1),
        to=np.where(still, CENSORED, those.end),
        unit=np.arange(len(took)),
    )
    found = robust(stays, 3, [days * TICKS + LAST_TICK - 1], start=[1.0, 0.0, 0.0])
    low, high = found.interval()
    at_risk = int(((took > days) | (still & (took == days))).sum())
    step, otherwise = (
        Share(days, float(found.p[0, end]), float(low[0, end]), float(high[0, end]), at_risk)
        for end in (End.REACHED, End.OTHERWISE)
    )
    return step, otherwise
