"""Time limits of the state's own law, in the case files of a vault.

What a limit runs from, which day is its last, and whether it was met in time is decided in
``casefile``, by the pathway each case goes by; nothing of it is decided again here.  A limit is
counted once for each event it runs from.  Where the docket leaves it in doubt whether something was
in time, or cannot tell the last day, the start is *unclear* and has none of the five verdicts.

A start belongs to the ways of the persons it is said of, and so to the cohort and the groups that
these belong to; one that belongs to two persons of one group is one start there.  Nobody is
followed back before they entered, so a start before that day is not counted.  A filter that cuts
ways short is refused: a limit of the law runs on whatever part of a way is looked at.

The clock of the estimate ends at the last day of each limit, so that limits of months, which have
different numbers of days, stand on one clock.
"""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - a remembered figure is read by its types
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

import numpy as np

from candlemark.casefile.docket_row import State
from candlemark.casefile.facts import Forum
from candlemark.casefile.national import national_rows
from candlemark.casefile.paths import person_paths
from candlemark.errors import NotMeasurable
from candlemark.measure.columns import EPOCH
from candlemark.measure.log import Ask
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
    from collections.abc import Iterator, Sequence

    from candlemark.casefile import CaseFile
    from candlemark.casefile.docket_row import DocketRow
    from candlemark.casefile.pathways import Pathways
    from candlemark.dates import PartialDate
    from candlemark.measure.log import AskedCohort
    from candlemark.measure.process.ways import Ways

CUTTING: Final = frozenset({"between", "first-steps"})
"""Filters that cut ways short; the others choose among units."""
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
    groups: tuple[LimitGroup, ...]


@dataclass(frozen=True, slots=True)
class CaseLimits:
    """What became of every limit of the law that ran in some case, by their codes."""

    limits: tuple[CaseLimit, ...]
    filters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Law:
    """What limits of the law are counted in: the cases that may be counted, and the pathways."""

    cases: tuple[CaseFile, ...]
    pathways: Pathways


@dataclass(frozen=True, slots=True)
class _Start:
    """One start of a limit, with its days on the clock that ends at the last day."""

    case: str
    units: tuple[str, ...]
    """The ways it belongs to, by the names a study gives them."""
    began: date | None
    verdict: str
    """Empty where it is unclear."""
    took: int
    """Days from the start to the answer, to the end, or to the day looked at."""
    given: int
    """Days from the start to the last day."""


def case_limits(
    law: Law, cohort: AskedCohort, ways: Ways, filters: Sequence[Sequence[str]] = ()
) -> CaseLimits:
    """What became of every limit that ran in some case, group by group.

    Args:
        law: the cases and their pathways.
        cohort: of a stay table of the ways of these cases; it must be open.
        ways: of the cohort, or what filters left of it.
        filters: those filters, as they are written down.

    Raises:
        NotMeasurable: a filter cuts ways short.
    """
    cut = [name for name, *_ in filters if name in CUTTING]
    if cut:
        raise NotMeasurable(
            f"a limit of the law runs on, whatever part of a way is looked at ({cut[0]})",
            hint="choose cases with --where, --by, --entered, --lasting or --followed-by",
        )
    whole = not ways.filters and cohort.ask == Ask(as_of=cohort.ask.as_of)
    # Of everybody, also of those no stay is known of because nothing of theirs has a day.
    inside = None if whole else _groups_of_units(cohort, ways)
    rows: dict[str, DocketRow] = {}
    starts: dict[str, list[list[_Start]]] = {}
    for casefile in law.cases:
        for row, start in _of_case(casefile, law.pathways, cohort.as_of):
            for group in (0,) if inside is None else _groups_of(start, inside):
                rows.setdefault(row.rule, row)
                starts.setdefault(row.rule, [[] for _ in cohort.groups])[group].append(start)
    found = tuple(
        CaseLimit(
            limit=code,
            labels=dict(rows[code].labels),
            article=rows[code].article,
            source=rows[code].legal_source,
            confirmed=rows[code].confirmed,
            groups=tuple(
                _found(group, mine) for group, mine in zip(cohort.groups, starts[code], strict=True)
            ),
        )
        for code in sorted(starts)
    )
    return CaseLimits(found, ways.filters)


def _groups_of_units(cohort: AskedCohort, ways: Ways) -> dict[str, list[tuple[int, date | None]]]:
    """For each way of the cohort, by its name: the numbers of its groups, and since when."""
    rows = ways.columns(
        f"""
        SELECT m.grp AS grp, e.unit AS unit, e.day0 AS day0 FROM entered AS e
        JOIN (SELECT DISTINCT grp, unit FROM {ways.stay} JOIN {ways.member} USING (unit)) AS m
        ON m.unit = e.unit ORDER BY m.grp, e.unit"""
    )
    since = bool(cohort.ask.from_state)
    found: dict[str, list[tuple[int, date | None]]] = {}
    for group, unit, day in zip(*(rows[n].tolist() for n in ("grp", "unit", "day0")), strict=True):
        name = str(cohort.table.cases[unit].as_py())
        found.setdefault(name, []).append((group, EPOCH + timedelta(day) if since else None))
    return found


def _groups_of(start: _Start, inside: Mapping[str, list[tuple[int, date | None]]]) -> list[int]:
    """The groups a start belongs to, each once."""
    return sorted(
        {
            group
            for unit in start.units
            for group, since in inside.get(unit, ())
            if since is None or start.began is None or start.began >= since
        }
    )


def _of_case(
    casefile: CaseFile, pathways: Pathways, as_of: date
) -> Iterator[tuple[DocketRow, _Start]]:
    names = _names(casefile)
    casefile = _until(casefile, as_of)
    events = {event.id: event for event in casefile.stage_events}
    ends = {
        (path.person, path.proceeding): path.end
        for path in person_paths(casefile)
        if path.end is not None
    }
    for row in national_rows(casefile, as_of, pathways):
        units = tuple(
            name
            for (person, proceeding), name in names.items()
            if proceeding == row.proceeding and row.person in {"", person}
        )
        started, last = _middle(row.started), row.due
        if started is None or last.earliest is None or last.latest is None:
            yield row, _Start(casefile.id, units, started, "", 0, 0)
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
        took = max((stop - started).days, 0)
        yield row, _Start(casefile.id, units, started, verdict, took, given)


def _names(casefile: CaseFile) -> dict[tuple[str, str], str]:
    """What a study calls the ways before the state's authorities, by person and proceeding."""
    paths = [path for path in person_paths(casefile) if path.forum is not Forum.BEYOND]
    return {
        (path.person, path.proceeding): f"{casefile.id}/{number}"
        for number, path in enumerate(paths, start=1)
    }


def _until(casefile: CaseFile, as_of: date) -> CaseFile:
    """The case without the stages that certainly came after the last day looked at."""
    seen = tuple(
        event
        for event in casefile.stage_events
        if event.when is None or event.when.earliest <= as_of
    )
    return replace(casefile, stage_events=seen)


def _middle(when: PartialDate | None) -> date | None:
    return None if when is None else when.earliest + (when.latest - when.earliest) // 2


def _found(group: str, starts: Sequence[_Start]) -> LimitGroup:
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
    return LimitGroup(group, verdicts, *chances(_passages(clear, longest), longest))


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
