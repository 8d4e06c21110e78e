"""Lists of cases: filtered by whatever is coded, counted, sorted, fifty at a time.

Everything is asked of the lines (``candlemark.casefile.lines``), never of the statements.  A filter
is a set of cases; sets are met and counted as bits.  A page begins behind a case named by its
identifier, so that an address holds codes and nothing that was typed, and so that nobody waits for
ten thousand rows to be skipped.

Merged and withdrawn cases are not listed.
"""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from contextlib import closing
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeVar

from candlemark.casefile.apart import CODED
from candlemark.casefile.belonging import shown
from candlemark.casefile.facts import IdentityStated
from candlemark.casefile.lines import DueRow, gather_all, ones, set_of, together
from candlemark.casefile.lines.keeping import MAKES, terms_of
from candlemark.casefile.listed import DueFilter, Filter, Listed, Listing, Sort
from candlemark.casefile.pathways import pathways_of
from candlemark.casefile.record import WORTH_A_MODEL, read_all
from candlemark.casefile.shelf import MOST_AT_ONCE, STATEMENTS
from candlemark.dates import PartialDate
from candlemark.errors import VaultError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from candlemark.ledger import Ledger

__all__ = [
    "DueFilter",
    "Filter",
    "Listed",
    "Listing",
    "Sort",
    "due_rows",
    "listed",
    "listing",
    "matching",
    "references",
    "rejected",
]

_T = TypeVar("_T")

PAGE: Final = 50
_FEW: Final = 400
"""Up to so many cases are read one by one; of more, the index of the order is walked."""
_AT_ONCE: Final = 500
_WITHIN: Final = {DueFilter.WEEK: 7, DueFilter.MONTH: 30, DueFilter.QUARTER: 90}
_LIVE: Final = "lodged IN ('', 'in-doubt') AND latest >= ?"
_COLUMNS: Final = (
    "number, case_id, reference, titles, opened, said, stage, stage_when, waiting, persons, candle,"
    " terms"
)


class Lines(Protocol):
    """The tables of the lines, wherever they are."""

    def query(
        self, question: str, values: Sequence[object] | Mapping[str, object] = ()
    ) -> list[Any]:
        """Rows."""


def listing(ledger: Ledger, wanted: Filter, today: date, after: str = "") -> Listing:
    """A page of the cases that meet a filter.

    Args:
        ledger: of an open vault.
        wanted: which cases, and in which order.
        today: the civil day what is due is looked at.
        after: the case the page begins behind; empty or unknown: the first page.

    Raises:
        LedgerBroken: the ledger is damaged.
    """
    return ask_lines(ledger, lambda lines: _Asking(lines, today).listing(wanted, after))


def listed(ledger: Ledger, cases: Collection[str], today: date) -> dict[str, Listed]:
    """The lines of cases named by their identifiers; those without one are left out."""
    return ask_lines(
        ledger, lambda lines: {one.id: one for one in _Asking(lines, today).read_cases(cases)}
    )


def matching(ledger: Ledger, wanted: Filter, today: date) -> tuple[str, ...]:
    """The identifiers of every case that meets a filter, in the order they were first named in."""
    return ask_lines(ledger, lambda lines: _Asking(lines, today).matching(wanted))


def rejected(ledger: Ledger, wanted: Filter, today: date) -> frozenset[str]:
    """Of the cases a search found (``among``), those with a line that does not meet the filter."""
    return ask_lines(ledger, lambda lines: _Asking(lines, today).rejected(wanted))


def references(ledger: Ledger) -> dict[str, list[str]]:
    """The cases by their own stable numbers, those without one left out."""

    def ask(lines: Lines) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        question = "SELECT reference, case_id FROM {line} WHERE reference <> '' ORDER BY number"
        for reference, case_id in lines.query(question):
            found[reference].append(case_id)
        return found

    return ask_lines(ledger, ask)


def due_rows(ledger: Ledger, today: date, *, live: bool = True) -> tuple[tuple[str, DueRow], ...]:
    """What is due in all cases with the case, the earliest last day first.

    Args:
        ledger: of an open vault.
        today: the civil day it is looked at.
        live: only what somebody may still have to act on.
    """
    where, values = (f" WHERE {_LIVE}", (today.isoformat(),)) if live else ("", ())

    def ask(lines: Lines) -> tuple[tuple[str, DueRow], ...]:
        rows = lines.query(f"{_DUE}{where} ORDER BY earliest, number, rule", values)
        return tuple((row[1], _due_row(row)) for row in rows)

    return ask_lines(ledger, ask)


_DUE: Final = (
    "SELECT number, case_id, rule, person, proceeding, start, earliest, latest, lodged FROM {due}"
)


def ask_lines(ledger: Ledger, ask: Callable[[Lines], _T]) -> _T:
    """Put a question to the lines of a vault, wherever they are."""
    models = ledger.models
    if models is not None and ledger.size >= WORTH_A_MODEL and CODED in models.compartments:
        try:
            return models.coded(STATEMENTS, ask)
        except VaultError:
            # Without a model the answer is the same and takes longer; of a large vault, too long.
            if ledger.size > MOST_AT_ONCE:
                raise
    with closing(sqlite3.connect(":memory:")) as connection:
        return ask(_InMemory(connection, ledger))


class _InMemory:
    """The lines of a vault without read models, or of a small one, folded from the ledger."""

    def __init__(self, connection: sqlite3.Connection, ledger: Ledger) -> None:
        self._connection = connection
        for one in MAKES:
            self.do(one)
        said = read_all(ledger, None)
        coded = [pair for pair in said if not isinstance(pair[1], IdentityStated)]
        self.do(
            "CREATE TABLE pathway (at INTEGER, number INTEGER, code TEXT,"
            " pathway_version INTEGER, file BLOB)"
        )
        pathways = pathways_of(ledger)
        self.do_all(
            "INSERT INTO pathway VALUES (?, 0, ?, ?, ?)",
            [
                (at, one.code, one.version, one.file)
                for at, one in enumerate(pathways.by_code.values())
                if one.code in pathways.kept
            ],
        )
        self.do("INSERT INTO ways VALUES (?)", (pathways.fingerprint,))
        gather_all(self, shown(coded).values(), pathways)

    def do(self, question: str, values: Sequence[object] | Mapping[str, object] = ()) -> list[Any]:
        """Carry out one statement."""
        return self._connection.execute(_plain(question), values).fetchall()

    query = do

    def do_all(self, question: str, rows: Iterable[Sequence[object]]) -> None:
        """Carry out one statement for many rows."""
        self._connection.executemany(_plain(question), rows)


def _plain(question: str) -> str:
    return question.replace("{", "").replace("}", "")


class _Asking:
    """One question to the lines."""

    def __init__(self, lines: Lines, today: date) -> None:
        self._lines = lines
        self._today = today
        self._rank: dict[str, str] = {}
        self._only: list[int] | None = None
        """The few cases there are, as far as this question goes; None for all."""

    @cached_property
    def _sets(self) -> dict[str, dict[str, int]]:
        """The cases of each term of each scheme."""
        if self._only is not None:
            return self._sets_of_few
        chunks: dict[tuple[str, str], list[tuple[int, bytes]]] = defaultdict(list)
        for scheme, term, place, bits in self._lines.query("SELECT * FROM {bits}"):
            chunks[scheme, term].append((place, bits))
        found: dict[str, dict[str, int]] = defaultdict(dict)
        for (scheme, term), kept in chunks.items():
            found[scheme][term] = together(kept)
        return found

    @property
    def _sets_of_few(self) -> dict[str, dict[str, int]]:
        """The same of a few cases, from what each line says."""
        found: dict[str, dict[str, int]] = defaultdict(dict)
        for number, terms in self._few("SELECT number, terms FROM {line} WHERE TRUE"):
            for scheme, term in terms_of(terms):
                found[scheme][term] = found[scheme].get(term, 0) | 1 << number
        return found

    def _few(self, question: str, values: Sequence[object] = ()) -> list[Any]:
        """Rows of a question, of the few cases there are or of all."""
        if self._only is None:
            return self._lines.query(question, values)
        marks = ", ".join("?" * len(self._only))
        return self._lines.query(f"{question} AND number IN ({marks})", (*values, *self._only))

    @cached_property
    def _all(self) -> int:
        """Every case there is: each stands somewhere."""
        if self._only is not None:
            return set_of(self._only)
        everywhere = 0
        for bits in self._sets.get("stands", {}).values():
            everywhere |= bits
        return everywhere

    def listing(self, wanted: Filter, after: str) -> Listing:
        if wanted.among is not None and len(wanted.among) <= _FEW:
            self._only = [number for number, _ in self._numbered(wanted.among)]
        by_scheme = self._by_scheme(wanted)
        due = self._due(wanted.due)
        rest = self._rest(wanted)
        meets = due & rest
        for bits in by_scheme.values():
            meets &= bits
        self._rank = {case: f"{n:09}" for n, case in enumerate(wanted.among or ())}
        page, more = self._page(meets, wanted.sort, after)
        return Listing(
            cases=tuple(self._read(page)),
            count=meets.bit_count(),
            all=self._lines.query("SELECT count(*) FROM {line}")[0][0],
            more=more,
            counts=self._counts(by_scheme, due & rest),
            due=self._due_counts(by_scheme, rest),
        )

    def matching(self, wanted: Filter) -> tuple[str, ...]:
        meets = self._due(wanted.due) & self._rest(wanted)
        for bits in self._by_scheme(wanted).values():
            meets &= bits
        question = "SELECT number, case_id FROM {line} ORDER BY number"
        return tuple(case for number, case in self._lines.query(question) if meets >> number & 1)

    def rejected(self, wanted: Filter) -> frozenset[str]:
        meets = self._due(wanted.due) & self._rest(wanted)
        for bits in self._by_scheme(wanted).values():
            meets &= bits
        there = self._numbered(wanted.among or ())
        return frozenset(case for number, case in there if not meets >> number & 1)

    def _by_scheme(self, wanted: Filter) -> dict[str, int]:
        found: dict[str, int] = defaultdict(int)
        for scheme, term in wanted.terms:
            found[scheme] |= self._sets.get(scheme, {}).get(term, 0)
        return found

    def _rest(self, wanted: Filter) -> int:
        meets = self._all
        if wanted.since is not None:
            question = "SELECT number FROM {line} WHERE said >= ?"
            meets &= self._numbers(question, (wanted.since.isoformat(),))
        if wanted.among is not None:
            meets &= set_of(number for number, _ in self._numbered(wanted.among))
        return meets

    def _numbered(self, cases: Sequence[str]) -> Iterator[tuple[int, str]]:
        for some in _parts(list(cases)):
            marks = ", ".join("?" * len(some))
            question = f"SELECT number, case_id FROM {{line}} WHERE case_id IN ({marks})"
            yield from self._lines.query(question, some)

    def _numbers(self, question: str, values: Sequence[object]) -> int:
        return set_of(number for (number,) in self._lines.query(question, values))

    # What is due

    @cached_property
    def _first_due(self) -> dict[int, str]:
        """The cases in which somebody may still have to act, each with its earliest last day."""
        question = f"SELECT number, earliest FROM {{due}} WHERE {_LIVE}"
        found: dict[int, str] = {}
        for number, earliest in self._few(question, (self._today.isoformat(),)):
            if earliest < found.get(number, "~"):
                found[number] = earliest
        return found

    @cached_property
    def _passed(self) -> int:
        question = "SELECT number FROM {line} WHERE missed > '' AND missed < ?"
        return set_of(number for (number,) in self._few(question, (self._today.isoformat(),)))

    def _due(self, wanted: DueFilter | None) -> int:
        if wanted is None:
            return self._all
        if wanted is DueFilter.NOTHING:
            return self._all & ~set_of(self._first_due)
        if wanted is DueFilter.PASSED:
            return self._passed
        until = (self._today + timedelta(days=_WITHIN[wanted])).isoformat()
        return set_of(number for number, day in self._first_due.items() if day <= until)

    def _due_counts(self, by_scheme: Mapping[str, int], rest: int) -> dict[DueFilter, int]:
        meets = rest
        for bits in by_scheme.values():
            meets &= bits
        return {one: (self._due(one) & meets).bit_count() for one in DueFilter}

    # Counts

    def _counts(self, by_scheme: Mapping[str, int], rest: int) -> dict[str, dict[str, int]]:
        """How many cases each term would leave, the choices within its own scheme put aside."""
        found = {}
        for scheme, terms in self._sets.items():
            meets = rest
            for other, bits in by_scheme.items():
                if other != scheme:
                    meets &= bits
            found[scheme] = {
                term: count for term, bits in terms.items() if (count := (bits & meets).bit_count())
            }
        return found

    # Pages

    def _page(self, meets: int, sort: Sort, after: str) -> tuple[list[int], str]:
        """The numbers of a page in their order, and the case the next begins behind."""
        start = self._place(after, sort) if after else None
        if sort in _UNINDEXED or meets.bit_count() <= _FEW:
            walk = self._sorted(meets, sort, start)
        else:
            walk = self._walked(meets, sort, start)
        page: list[int] = []
        for number in walk:
            page.append(number)
            if len(page) > PAGE:
                return page[:PAGE], self._case(page[PAGE - 1])
        return page, ""

    def _case(self, number: int) -> str:
        found: str = self._lines.query("SELECT case_id FROM {line} WHERE number = ?", (number,))[0][
            0
        ]
        return found

    def _place(self, after: str, sort: Sort) -> tuple[str, int] | None:
        """Where in an order a case stands."""
        rows = self._lines.query("SELECT number FROM {line} WHERE case_id = ?", (after,))
        if not rows:
            return None
        return next(iter(self._keys([rows[0][0]], sort)))

    def _keys(self, numbers: Sequence[int], sort: Sort) -> Iterator[tuple[str, int]]:
        """What cases are sorted by, in the sense in which small comes first."""
        if sort is Sort.DUE:
            days = self._first_due
            yield from ((days.get(number, "~"), number) for number in numbers)
            return
        if sort is Sort.FOUND:
            for some in _parts(numbers):
                marks = ", ".join("?" * len(some))
                question = f"SELECT case_id, number FROM {{line}} WHERE number IN ({marks})"
                for case_id, number in self._lines.query(question, some):
                    yield self._rank.get(case_id, "~"), number
            return
        for some in _parts(numbers):
            marks = ", ".join("?" * len(some))
            question = f"SELECT {sort}, number FROM {{line}} WHERE number IN ({marks})"
            yield from self._lines.query(question, some)

    def _sorted(self, meets: int, sort: Sort, start: tuple[str, int] | None) -> Iterator[int]:
        keys = sorted(self._keys(list(ones(meets)), sort), reverse=_falling(sort))
        if sort in _LAST_EMPTY:
            keys.sort(key=lambda key: not key[0])
        behind = 0
        if start is not None and start in keys:
            behind = keys.index(start) + 1
        return (number for _, number in keys[behind:])

    def _walked(self, meets: int, sort: Sort, start: tuple[str, int] | None) -> Iterator[int]:
        """The index of an order, as far as it is needed; what the order says nothing of, last."""
        told = f"{sort} <> ''" if sort in _LAST_EMPTY else "TRUE"
        if start is None or start[0] or sort not in _LAST_EMPTY:
            yield from self._walk(meets, sort, told, start)
            start = None
        if sort in _LAST_EMPTY:
            yield from self._walk(meets, sort, f"{sort} = ''", start)

    def _walk(
        self, meets: int, sort: Sort, where: str, start: tuple[str, int] | None
    ) -> Iterator[int]:
        turn, sign = ("DESC", "<") if _falling(sort) else ("ASC", ">")
        bits = meets.to_bytes(meets.bit_length() // 8 + 1, "little")
        size = 8 * len(bits)
        step = PAGE * 2
        while True:
            behind = f" AND ({sort}, number) {sign} (?, ?)" if start is not None else ""
            question = (
                f"SELECT {sort}, number FROM {{line}} WHERE {where}{behind}"
                f" ORDER BY {sort} {turn}, number {turn} LIMIT {step}"
            )
            rows = self._lines.query(question, start or ())
            for _, number in rows:
                if number < size and bits[number >> 3] >> (number & 7) & 1:
                    yield number
            if len(rows) < step:
                return
            start = rows[-1]
            step = min(step * 4, 20_000)

    def read_cases(self, cases: Collection[str]) -> Iterator[Listed]:
        """The lines of cases, in the order of the lines."""
        yield from self._read(sorted(number for number, _ in self._numbered(list(cases))))

    def _read(self, numbers: Sequence[int]) -> Iterator[Listed]:
        """The lines of a page, in its order."""
        rows: dict[int, Any] = {}
        due: dict[int, list[DueRow]] = defaultdict(list)
        for some in _parts(numbers):
            marks = ", ".join("?" * len(some))
            question = f"SELECT {_COLUMNS} FROM {{line}} WHERE number IN ({marks})"
            rows |= {row[0]: row for row in self._lines.query(question, some)}
            for row in self._lines.query(f"{_DUE} WHERE number IN ({marks})", some):
                due[row[0]].append(_due_row(row))
        for number in numbers:
            live = [one for one in due[number] if one.live(self._today)]
            yield _listed(rows[number], min(live, key=_urgency, default=None))


_UNINDEXED: Final = frozenset({Sort.DUE, Sort.FOUND})
_LAST_EMPTY: Final = frozenset({Sort.WAITING, Sort.REFERENCE})
"""Orders in which a case may have no place; such cases come last."""


def _falling(sort: Sort) -> bool:
    return sort in {Sort.SAID, Sort.OPENED}


def _urgency(row: DueRow) -> tuple[date, date, str]:
    return row.earliest, row.latest, row.rule


def _parts(all_of: Sequence[_T]) -> Iterator[Sequence[_T]]:
    for start in range(0, len(all_of), _AT_ONCE):
        yield all_of[start : start + _AT_ONCE]


def _due_row(row: Sequence[Any]) -> DueRow:
    _, _, rule, person, proceeding, start, earliest, latest, lodged = row
    days = date.fromisoformat(earliest), date.fromisoformat(latest)
    return DueRow(rule, person, proceeding, start, *days, lodged)


def _listed(row: Sequence[Any], next_due: DueRow | None) -> Listed:
    _, case_id, reference, titles, opened, said, stage, stage_when, waiting, *rest = row
    persons, candle, terms = rest
    return Listed(
        id=case_id,
        reference=reference,
        titles=json.loads(titles),
        opened=datetime.fromisoformat(f"{opened}+00:00"),
        said=datetime.fromisoformat(f"{said}+00:00"),
        stage=stage,
        stage_when=PartialDate.parse(stage_when) if stage_when else None,
        waiting=PartialDate.parse(waiting) if waiting else None,
        persons=persons,
        candle=candle,
        terms=terms_of(terms),
        next_due=next_due,
    )
