"""Time limits of the state's own law, in the case files of a vault.

What a limit runs from, which day is its last, and whether it was met in time is decided in
``casefile``, by the pathway each case goes by; nothing of it is decided again here.  A limit is
counted once for each event it runs from.  Where the docket leaves it in doubt whether something was
in time, or cannot tell the last day, the start is *unclear* and has none of the five verdicts.

The clock of the estimate ends at the last day of each limit, so that limits of months, which have
different numbers of days, stand on one clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from candlemark.casefile.docket_row import State
from candlemark.casefile.national import national_rows
from candlemark.casefile.paths import person_paths
from candlemark.measure.process.limits import (
    ENDED,
    LATE,
    MET,
    OPEN_PAST,
    OPEN_WITHIN,
    VERDICTS,
    LimitGroup,
    Verdicts,
    chances,
)
from candlemark.measure.process.passages import End, Passages

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from candlemark.casefile import CaseFile
    from candlemark.casefile.docket_row import DocketRow
    from candlemark.casefile.pathways import Pathways
    from candlemark.dates import PartialDate

_VERDICT: Final = {
    State.MET: MET,
    State.LATE: LATE,
    State.PASSED: OPEN_PAST,
    State.OPEN: OPEN_WITHIN,
}


@dataclass(frozen=True, slots=True)
class CaseLimit:
    """What became of one limit of a pathway."""

    limit: str
    """Code of the limit in its pathway."""
    labels: Mapping[str, str]
    article: str
    source: str
    confirmed: bool
    """False: the rule is to be confirmed against the text of the law."""
    found: LimitGroup


@dataclass(frozen=True, slots=True)
class _Start:
    """One start of a limit, with its days on the clock that ends at the last day."""

    case: str
    verdict: str
    """Empty where it is unclear."""
    took: int
    """Days from the start to the answer, to the end, or to the day looked at."""
    given: int
    """Days from the start to the last day."""


def case_limits(
    casefiles: Iterable[CaseFile], pathways: Pathways, as_of: date
) -> tuple[CaseLimit, ...]:
    """What became of every limit that ran in some case, in the order of their codes.

    Args:
        casefiles: the cases that may be counted.
        pathways: those of the vault.
        as_of: the last day looked at.
    """
    rows: dict[str, DocketRow] = {}
    starts: dict[str, list[_Start]] = {}
    for casefile in casefiles:
        for row, start in _of_case(casefile, pathways, as_of):
            rows.setdefault(row.rule, row)
            starts.setdefault(row.rule, []).append(start)
    return tuple(
        CaseLimit(
            limit=code,
            labels=rows[code].labels,
            article=rows[code].article,
            source=rows[code].legal_source,
            confirmed=rows[code].confirmed,
            found=_found(starts[code]),
        )
        for code in sorted(starts)
    )


def _of_case(
    casefile: CaseFile, pathways: Pathways, as_of: date
) -> Iterator[tuple[DocketRow, _Start]]:
    events = {event.id: event for event in casefile.stage_events}
    ends = {
        (path.person, path.proceeding): path.end
        for path in person_paths(casefile)
        if path.end is not None
    }
    for row in national_rows(casefile, as_of, pathways):
        started, last = _middle(row.started), row.due
        if started is None or last.earliest is None or last.latest is None:
            yield row, _Start(casefile.id, "", 0, 0)
            continue
        given = (last.earliest + (last.latest - last.earliest) // 2 - started).days
        verdict = _VERDICT.get(row.state, "")
        stop = as_of
        if verdict in {MET, LATE}:
            answered = [_middle(events[one].when) for one in row.lodged]
            stop = min((day for day in answered if day is not None), default=as_of)
        end = ends.get((row.person, row.proceeding))
        # A judgment that ends a way is where a limit runs from, and does not end the wait for it.
        ended = _middle(end.when) if end is not None and end.id != row.start else None
        if verdict in {OPEN_PAST, OPEN_WITHIN} and ended is not None and ended >= started:
            verdict, stop = ENDED, ended
        yield row, _Start(casefile.id, verdict, max((stop - started).days, 0), given)


def _middle(when: PartialDate | None) -> date | None:
    return None if when is None else when.earliest + (when.latest - when.earliest) // 2


def _found(starts: Sequence[_Start]) -> LimitGroup:
    clear = [start for start in starts if start.verdict]
    many = {verdict: sum(one.verdict == verdict for one in clear) for verdict in VERDICTS}
    verdicts = Verdicts(
        starts=len(starts),
        units=len({start.case for start in starts}),
        met=many[MET],
        late=many[LATE],
        ended=many[ENDED],
        open_past=many[OPEN_PAST],
        open_within=many[OPEN_WITHIN],
        ended_past=sum(one.verdict == ENDED and one.took > one.given for one in clear),
        unsure=0,  # what could be another verdict is in doubt, and so unclear
        unclear=len(starts) - len(clear),
    )
    longest = max((one.given for one in clear), default=0)
    return LimitGroup("", verdicts, *chances(_passages(clear, longest), longest))


def _passages(starts: Sequence[_Start], longest: int) -> Passages:
    """On the clock that is ``longest`` at every start's last day."""
    end = {MET: End.REACHED, LATE: End.REACHED, ENDED: End.OTHERWISE}
    days = np.array([one.took + longest - one.given for one in starts], dtype=np.int64)
    number = np.arange(len(starts))
    return Passages(
        unit=number,
        cluster=np.unique([one.case for one in starts], return_inverse=True)[1].astype(np.int64),
        group=np.zeros_like(number),
        turn=np.ones_like(number),
        days=days,
        shortest=days,
        longest=days,
        end=np.array([int(end.get(one.verdict, End.OPEN)) for one in starts], dtype=np.int64),
        clear=np.ones(len(starts), dtype=bool),
    )
