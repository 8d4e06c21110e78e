"""A log of events in a notebook: read once, asked as often as one likes."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from candlemark.errors import NotUnderstood, SourceMissing
from candlemark.measure.answers import (
    HORIZONS,
    STATED,
    Question,
    compare,
    dwell,
    follow,
    reach,
    stand,
    standardise,
)
from candlemark.measure.figure import Break
from candlemark.measure.labels import Labels
from candlemark.measure.log import Ask, Where, stay_table
from candlemark.measure.log.reading import Columns, log_of
from candlemark.measure.log.reading import read_events as read_file
from candlemark.measure.notebook.processes import ProcessViews
from candlemark.measure.notebook.shown import ShownFigure

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from candlemark.measure.figure import Figure
    from candlemark.measure.log import StayTable

    Day = date | str | None

_WORDS = Labels(None, None)


@dataclass(frozen=True, eq=False)
class Log(ProcessViews):
    """The stays of a log, and the questions they can be asked."""

    table: StayTable
    source: str = ""
    """SHA-256 in hex of the file it was read from; empty for a data frame."""
    reading: tuple[tuple[str, str], ...] = ()
    labels: Labels = _WORDS
    """The words its figures are said in."""
    left_out: int = 0
    """Of a vault: cases that may not be counted."""
    crosswalk_fingerprint: str = ""
    """Of a vault: of the crosswalk its files were read by."""
    breaks: Callable[[], Sequence[Break]] = tuple
    """Gives the days from which its cases were recorded otherwise, as far as a vault knows any."""

    @property
    def states(self) -> tuple[str, ...]:
        """The states cases can stand in, in the order the log gives them."""
        return tuple(state.own for state in self.table.states)

    @property
    def schemes(self) -> tuple[str, ...]:
        """What cases are coded by, and what they can therefore be divided by."""
        return self.table.schemes

    def __repr__(self) -> str:
        return (
            f"{self.table.units:,} cases in {len(self.states)} states, known until"
            f" {self.table.known_until}"
        )

    def occupancy(
        self, at: Sequence[int] = HORIZONS, *, robust: bool = False, **asked: Any
    ) -> ShownFigure:
        """Where cases stand so many days after they entered.

        Args:
            at: days after entry.
            robust: errors that count cases of one cluster as one, and assume no Markov chain.
            asked: ``start`` (state where cases enter), ``by``, ``as_of``, ``window``, ``engine``.

        Raises:
            NotMeasurable, NothingToMeasure, NotUnderstood: it cannot be answered, and why.
        """
        return self._shown(stand(self.question(at, robust=robust, **asked)))

    def incidence(
        self, at: Sequence[int] = HORIZONS, *, robust: bool = False, **asked: Any
    ) -> ShownFigure:
        """How many had ever reached each state within so many days; otherwise as occupancy."""
        return self._shown(reach(self.question(at, robust=robust, **asked)))

    def durations(self, **asked: Any) -> ShownFigure:
        """How long cases stay in each state; a median not reached is refused in words."""
        return self._shown(dwell(self.question(HORIZONS, robust=False, **asked)))

    def compare(
        self, *groups: str, against: str = "", at: Sequence[int] = HORIZONS, **asked: Any
    ) -> ShownFigure:
        """How groups of ``by`` differ, each from the last one.

        Args:
            groups: codes of groups; none: all that are large enough, with the largest.
            against: what the others are compared with, where no groups are named.
            at: days after entry.
            asked: as of :meth:`occupancy`.

        Raises:
            NotMeasurable, NothingToMeasure, NotUnderstood: it cannot be answered, and why.
        """
        return self._shown(
            compare(self.question(at, robust=True, **asked), *groups, against=against)
        )

    def standardise(
        self,
        over: Sequence[str] | str,
        *groups: str,
        to: str = "",
        at: Sequence[int] = HORIZONS,
        **asked: Any,
    ) -> ShownFigure:
        """Groups of ``by`` as if they had one mix of cases, made of the schemes ``over``.

        ``to`` names the group whose mix is the standard; without it, all groups together.
        """
        schemes = (over,) if isinstance(over, str) else tuple(over)
        question = self.question(at, robust=True, **asked)
        return self._shown(standardise(question, schemes, *groups, to=to))

    def trend(
        self,
        at: Sequence[int] = HORIZONS,
        *,
        breaks: Mapping[str | date, str] | None = None,
        **asked: Any,
    ) -> ShownFigure:
        """The cohorts of each period of entry, so many days after they entered.

        Args:
            at: days after entry.
            breaks: days from which something else was recorded, each with what changed.
            asked: as of :meth:`occupancy`; ``by`` is ``entry-year``, ``entry-quarter`` or
                ``entry-month``.
        """
        stated = [
            Break(day, STATED, says)
            for said, says in (breaks or {}).items()
            if (day := _day(said)) is not None
        ]
        return self._shown(
            follow(self.question(at, robust=True, **asked), [*self.breaks(), *stated])
        )

    def _shown(self, figure: Figure) -> ShownFigure:
        return ShownFigure(figure, self.labels)

    def question(
        self,
        at: Sequence[int] = HORIZONS,
        *,
        robust: bool = False,
        start: str = "",
        by: str = "",
        as_of: Day = None,
        window: tuple[Day, Day] = (None, None),
        where: Sequence[Where] | Mapping[str, Sequence[str]] = (),
        engine: str = "duckdb",
    ) -> Question:
        """A question of this log as it is asked; see :meth:`occupancy`."""
        return Question(
            self.table,
            Ask(
                from_state=start,
                by=by,
                as_of=_day(as_of),
                window=(_day(window[0]), _day(window[1])),
                where=_where(where),
            ),
            at=tuple(at),
            robust=robust,
            engine=engine,
            source=self.source,
            reading=self.reading,
        )


def read_events(
    source: Any,
    *,
    known_until: Day = None,
    tracked_from: Day | Mapping[str, date] = None,
    schemes: Sequence[str] | Mapping[str, str] = (),
    final: Sequence[str] = (),
    **columns: Any,
) -> Log:
    """A log of events, ready to be asked.

    Args:
        source: a data frame (pandas, Polars, Arrow, whatever has an Arrow stream), or the path of a
            file: CSV, Parquet, XES, OCEL 2.0.
        known_until: the last day the log can know of; its latest day without it.
        tracked_from: the day on which tracking began, for cases that came earlier.
        schemes: columns that code cases, by their names or as a name for each scheme.
        final: activities with which a case ends and nothing follows.
        columns: which column says what: ``case``, ``activity``, ``time``, ``until``, ``agency``,
            ``cluster``, ``order``, ``time_format``, ``zone``, ``unit``.

    Raises:
        ColumnsDiffer: it does not say what happened to which case when.
        SourceError, NotUnderstood: it is no log; every fault that was found.
    """
    coded = schemes if isinstance(schemes, Mapping) else {name: name for name in schemes}
    if isinstance(tracked_from, Mapping):
        since = dict(tracked_from)
    else:
        since = {"": day} if (day := _day(tracked_from)) is not None else {}
    said = Columns(
        **columns,
        schemes=dict(coded),
        known_until=_day(known_until),
        tracked_from=since,
        final=frozenset(final),
    )
    if isinstance(source, (str, Path)):
        return read_log(Path(source), said)
    return Log(stay_table(log_of(source, said), today=date.today()), "", reading_of(said))  # noqa: DTZ011 - the same


def read_log(path: Path, columns: Columns) -> Log:
    """The log of a file, read as it was said.

    Raises:
        SourceError, NotUnderstood: it is no log; every fault that was found.
    """
    table = stay_table(read_file(path, columns), today=date.today())  # noqa: DTZ011 - the civil day where the reader is
    return Log(table, hash_of(path), reading_of(columns))


def _where(said: Sequence[Where] | Mapping[str, Sequence[str]]) -> tuple[Where, ...]:
    if isinstance(said, Mapping):
        return tuple(Where(scheme, tuple(terms)) for scheme, terms in said.items())
    return tuple(said)


def reading_of(columns: Columns) -> tuple[tuple[str, str], ...]:
    """What was said about a log, so that it can be read the same way again."""
    names = ("case", "activity", "time", "until", "agency", "cluster", "order", "time_format")
    said = [(name, str(getattr(columns, name))) for name in (*names, "zone", "unit")]
    said += [(f"scheme {scheme}", column) for scheme, column in sorted(columns.schemes.items())]
    said += [(f"tracked {who}", f"{day}") for who, day in sorted(columns.tracked_from.items())]
    said += [(f"stage {activity}", stage) for activity, stage in sorted(columns.stages.items())]
    said += [("final", activity) for activity in sorted(columns.final)]
    said += [("state", activity) for activity in columns.states]
    said += [("absence", value) for value in sorted(columns.absences)]
    if columns.known_until is not None:
        said.append(("known_until", columns.known_until.isoformat()))
    return tuple((name, value) for name, value in said if value)


def read_again(path: Path, reading: Sequence[Sequence[str]]) -> Log:
    """The log of a file, read as :func:`reading_of` says it was.

    Raises:
        NotUnderstood: what is said about it cannot be read.
        SourceError: it is no log; every fault that was found.
    """
    columns: dict[str, str] = {}
    schemes: dict[str, str] = {}
    tracked: dict[str, date] = {}
    stages: dict[str, str] = {}
    lists: dict[str, list[str]] = {"final": [], "absence": [], "state": []}
    known_until = None
    try:
        for name, value in reading:
            kind, _, of = name.partition(" ")
            if kind == "scheme":
                schemes[of] = value
            elif kind == "stage":
                stages[of] = value
            elif kind == "tracked":
                tracked[of] = date.fromisoformat(value)
            elif name in lists:
                lists[name].append(value)
            elif name == "known_until":
                known_until = date.fromisoformat(value)
            else:
                columns[name] = value
        said = Columns(
            **columns,
            schemes=schemes,
            tracked_from=tracked,
            known_until=known_until,
            stages=stages,
            states=tuple(lists["state"]),
            final=frozenset(lists["final"]),
            absences=frozenset(lists["absence"]),
        )
    except (TypeError, ValueError) as error:
        raise NotUnderstood("how the log of this figure was read cannot be read") from error
    return read_log(path, said)


def hash_of(path: Path) -> str:
    """SHA-256 of a file, in hex.

    Raises:
        SourceMissing: it cannot be read.
    """
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise SourceMissing("the file of events cannot be read", hint="name a file") from error


def _day(said: Day) -> date | None:
    if said is None or isinstance(said, date):
        return said
    try:
        return date.fromisoformat(said)
    except ValueError as error:
        raise NotUnderstood("this is not a day", hint="write 2024-03-31") from error
