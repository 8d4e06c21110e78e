"""The docket of a whole vault, a page at a time, without folding every case.

Which rows stand on a page is asked of the lines (``candlemark.casefile.lines``); what a row says is
then folded from its case, by the same fold as the case's own page, so that the two cannot tell two
stories.  A page begins behind so many rows: its address holds numbers and codes, and nothing that
was typed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from candlemark.casefile.coming import STEP_RULES
from candlemark.casefile.docket import Form, State, docket
from candlemark.casefile.docket_row import SETTLED
from candlemark.casefile.listing import ask_lines
from candlemark.casefile.pathways import pathways_by
from candlemark.casefile.record import some_cases

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from candlemark.casefile.docket import DocketRow
    from candlemark.casefile.listing import Lines
    from candlemark.casefile.pathways import Pathways
    from candlemark.ledger import Ledger

PAGE: Final = 20
"""Rows of one part on a page of its own."""
GLANCE: Final = 8
"""Rows of a part that is not the one asked for."""


class Part(StrEnum):
    """What a docket is divided into."""

    DUE = "due"  # somebody may still have to act; steps nobody ended are among it
    UNCOUNTED = "uncounted"  # a limit runs, and its last day cannot be told
    STILL = "still"  # a case without a next step
    MISSED = "missed"  # its day is over, and nothing settles it
    SETTLED = "settled"  # done in time, or no longer needed


@dataclass(frozen=True, slots=True)
class Asked:
    """Which rows are wanted; codes and numbers only."""

    within: int | None = None
    """Due in at most so many days, what is overdue included."""
    rule: str = ""
    """Code of a rule, or of what comes from no law (``hearing``)."""
    personless: bool = False
    """Of no person in particular."""

    @property
    def everything(self) -> bool:
        """Whether nothing is left out."""
        return self == Asked()


@dataclass(frozen=True, slots=True)
class Agenda:
    """A page of the docket."""

    today: date
    rows: Mapping[Part, tuple[DocketRow, ...]]
    counts: Mapping[Part, int]
    rules: tuple[str, ...]
    """Every rule there is a row of, for the filter."""
    part: Part | None
    """The part that is shown by itself; None for the first page, which has some of each."""
    place: int
    more: bool
    """Whether the part shown by itself goes on."""


def agenda(
    ledger: Ledger,
    today: date,
    asked: Asked | None = None,
    part: Part | None = None,
    place: int = 0,
) -> Agenda:
    """A page of what is due in every case this member may read.

    Args:
        ledger: of an open vault.
        today: the civil day where the reader is.
        asked: which rows; all when not given.
        part: one part by itself; the first rows of each when not given.
        place: how many rows of that part stand on earlier pages.

    Raises:
        LedgerBroken: the ledger is damaged.
    """
    wanted = asked or Asked()
    found, pathways = _fresh(ledger, lambda lines: _Asking(lines, today, wanted).page(part, place))
    shown = _told(ledger, today, found.keys, pathways)
    return Agenda(today, shown, found.counts, found.rules, part, place, found.more)


def soonest(ledger: Ledger, today: date, most: int) -> tuple[DocketRow, ...]:
    """The first rows of what must be acted on, as the docket begins; nothing else is looked at.

    Raises:
        LedgerBroken: the ledger is damaged.
    """
    keys, pathways = _fresh(ledger, lambda lines: _Asking(lines, today, Asked()).first(most))
    return _told(ledger, today, {Part.DUE: keys}, pathways)[Part.DUE]


def _told(
    ledger: Ledger,
    today: date,
    keys: Mapping[Part, Sequence[tuple[str, ...]]],
    pathways: Pathways,
) -> dict[Part, tuple[DocketRow, ...]]:
    """What the rows say that the lines named, folded from their cases alone."""
    ids = {key[0] for some in keys.values() for key in some}
    by_key = {_key(row): row for row in docket(some_cases(ledger, ids), today, pathways).rows}
    return {one: tuple(by_key[key] for key in some if key in by_key) for one, some in keys.items()}


def every_live_row(ledger: Ledger, today: date, asked: Asked | None = None) -> list[DocketRow]:
    """Everything due in every case, for a calendar; what has no day is left out."""
    wanted = asked or Asked()
    ids, pathways = _fresh(ledger, lambda lines: _Asking(lines, today, wanted).cases())
    rows = docket(some_cases(ledger, set(ids)), today, pathways)
    rows = rows.narrowed(within=wanted.within, rule=wanted.rule, personless=wanted.personless)
    return [row for row in rows.live if row.due.earliest is not None]


def pathways_now(ledger: Ledger) -> Pathways:
    """The pathways of a vault, from the read model where there is one."""
    return _fresh(ledger, lambda _: None)[1]


def _fresh(ledger: Ledger, ask: Any) -> tuple[Any, Pathways]:
    """An answer of lines that were written under the pathways there are now.

    A pathway that came from another place and no statement since: the lines are then older than the
    rules, and are made anew.
    """

    def asking(lines: Lines) -> tuple[Any, Pathways, bool]:
        kept = lines.query("SELECT code, pathway_version, file FROM {pathway} ORDER BY at, number")
        pathways = pathways_by(kept)
        written = [one for (one,) in lines.query("SELECT fingerprint FROM {ways}")]
        fresh = written == [pathways.fingerprint] or not lines.query(
            "SELECT number FROM {line} LIMIT 1"
        )
        return (ask(lines) if fresh else None), pathways, fresh

    answer, pathways, fresh = ask_lines(ledger, asking)
    if not fresh and ledger.models is not None:
        ledger.models.drop()
        answer, pathways, _ = ask_lines(ledger, asking)
    return answer, pathways


@dataclass(frozen=True, slots=True)
class _Found:
    keys: Mapping[Part, Sequence[tuple[str, ...]]]
    counts: Mapping[Part, int]
    rules: tuple[str, ...]
    more: bool


_STEPS: Final = ", ".join(f"'{one}'" for one in STEP_RULES)
_OVERDUE: Final = f"lodged = '' AND latest < :today AND rule IN ({_STEPS})"
_RANGES: Final[Mapping[Part, tuple[str, ...]]] = {
    Part.DUE: (
        "lodged = '' AND latest >= :today",
        "lodged = 'in-doubt' AND latest >= :today",
        _OVERDUE,
    ),
    Part.UNCOUNTED: (f"lodged = '{State.NOT_COUNTED.value}'",),
    Part.MISSED: (
        f"lodged = '' AND latest < :today AND rule NOT IN ({_STEPS})",
        "lodged = 'in-doubt' AND latest < :today",
        f"lodged = '{State.LATE.value}'",
        f"lodged = '{State.MISSED.value}'",
    ),
    Part.SETTLED: tuple(f"lodged = '{one.value}'" for one in sorted(SETTLED)),
}
"""Each part as ranges an index can walk; no row stands in two of them."""
_FIRST_DUE: Final = "earliest, latest, number"
_NO_DAY: Final = "latest, earliest, number"
_LAST_PASSED: Final = "latest DESC, earliest DESC, number DESC"
"""What passed last may still be helped, so it stands first."""
_LIVE: Final = " UNION ALL ".join(
    f"SELECT number FROM {{due}} WHERE {one}" for one in _RANGES[Part.DUE]
)
_RULES: Final = (
    "WITH RECURSIVE known(rule) AS (SELECT min(rule) FROM {due} UNION ALL"
    " SELECT (SELECT min(rule) FROM {due} WHERE rule > known.rule) FROM known"
    " WHERE known.rule IS NOT NULL) SELECT rule FROM known WHERE rule IS NOT NULL"
)
"""Every rule there is a row of, by stepping from one to the next in the index."""


class _Asking:
    """One question to the lines."""

    def __init__(self, lines: Lines, today: date, asked: Asked) -> None:
        self._lines = lines
        self._asked = asked
        until = today + timedelta(days=asked.within) if asked.within is not None else None
        self._values = {
            "today": today.isoformat(),
            "until": until.isoformat() if until else "",
            "rule": asked.rule,
        }

    def page(self, part: Part | None, place: int) -> _Found:
        counts = {one: self._count(one) for one in Part}
        if part is not None:
            keys = {part: self._keys(part, PAGE, place)}
            more = place + PAGE < counts[part]
        else:
            keys = {one: self._keys(one, PAGE if one is Part.DUE else GLANCE, 0) for one in Part}
            more = False
        rules = tuple(rule for (rule,) in self._query(_RULES))
        return _Found(keys, counts, rules, more)

    def first(self, most: int) -> list[tuple[str, ...]]:
        """The first rows of what is due."""
        return self._keys(Part.DUE, most, 0)

    def cases(self) -> list[str]:
        """Every case with something due."""
        found: dict[str, None] = {}
        for one in _RANGES[Part.DUE]:
            question = f"SELECT DISTINCT case_id FROM {{due}} WHERE {one}{self._narrowed()}"
            found.update((case, None) for (case,) in self._query(question))
        return list(found)

    def _narrowed(self) -> str:
        asked = self._asked
        parts = [
            "earliest <= :until" if asked.within is not None else "",
            "rule = :rule" if asked.rule else "",
            "person = ''" if asked.personless else "",
        ]
        return "".join(f" AND {one}" for one in parts if one)

    def _count(self, part: Part) -> int:
        if part is Part.STILL:
            if not self._asked.everything:
                return 0
            question = (
                f"SELECT (SELECT count(*) FROM {{line}}) - count(DISTINCT number) FROM ({_LIVE})"
            )
            return int(self._query(question)[0][0])
        if part is Part.MISSED:
            # Counted over the whole range, which the index holds, less the steps in it.
            passed = ("lodged = '' AND latest < :today", *_RANGES[part][1:])
            return self._counted(passed) - self._counted((_OVERDUE,))
        return self._counted(_RANGES[part])

    def _counted(self, ranges: Sequence[str]) -> int:
        return sum(
            int(self._query(f"SELECT count(*) FROM {{due}} WHERE {one}{self._narrowed()}")[0][0])
            for one in ranges
        )

    def _keys(self, part: Part, most: int, place: int) -> list[tuple[str, ...]]:
        if part is Part.STILL:
            if not self._asked.everything:
                return []
            question = (
                f"SELECT case_id FROM {{line}} WHERE number NOT IN ({_LIVE})"
                f" ORDER BY number LIMIT {most:d} OFFSET {place:d}"
            )
            return [(case, "", "", "", "") for (case,) in self._query(question)]
        passed = part in {Part.MISSED, Part.SETTLED}
        order = _LAST_PASSED if passed else _NO_DAY if part is Part.UNCOUNTED else _FIRST_DUE
        rows = [
            row
            for one in _RANGES[part]
            # Which rows is found in the index alone; only these are then looked up.
            for row in self._query(
                "SELECT earliest, latest, number, rule, case_id, person, proceeding, start"
                " FROM {due} WHERE rowid IN (SELECT rowid FROM {due}"
                f" WHERE {one}{self._narrowed()} ORDER BY {order} LIMIT {place + most:d})"
            )
        ]
        rows.sort(key=(lambda row: (row[1], row[0], row[2])) if passed else None, reverse=passed)
        return [(case, rule, *rest) for _, _, _, rule, case, *rest in rows[place : place + most]]

    def _query(self, question: str) -> list[Any]:
        return [tuple(row) for row in self._lines.query(question, self._values)]


def _key(row: DocketRow) -> tuple[str, ...]:
    if row.form is Form.NOTHING:
        return row.case, "", "", "", ""
    return row.case, row.rule, row.person, row.proceeding, row.start
