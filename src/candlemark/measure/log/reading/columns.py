"""Which column of a table says what: named by whoever asks, or recognised by its usual name."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from candlemark.errors import ColumnsDiffer, Fault

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

_USUAL: Final = {
    "case": ("case:concept:name", "case_id", "caseid", "case", "trace_id", "trace"),
    "activity": ("concept:name", "activity", "event", "stage", "state"),
    "time": ("time:timestamp", "timestamp", "ts", "date", "day", "time"),
}
_FLAG: Final = {"case": "--case", "activity": "--activity", "time": "--time"}


@dataclass(frozen=True, slots=True)
class Columns:
    """What is said about a log by whoever hands it over; empty: the usual names are looked for.

    In a file of objects (OCEL) ``case`` is the type of the objects that are the cases.
    """

    case: str = ""
    activity: str = ""
    time: str = ""
    until: str = ""
    """A column with the last day it can have been, when ``time`` is the first."""
    agency: str = ""
    cluster: str = ""
    """What several cases share, as an incident."""
    order: str = ""
    """A column of whole numbers that orders a case's events, or ``rows``: they stand in order."""
    schemes: Mapping[str, str] = field(default_factory=dict)
    """For each scheme, the column that codes cases by it."""
    absences: frozenset[str] = frozenset()
    """Values of those that mean that nothing is coded: unknown, not asked, refused."""
    time_format: str = ""
    """How days are written, as in ``%d.%m.%Y``; empty: as ISO 8601 writes them."""
    zone: str = ""
    """Where days begin, for times that are written in UTC."""
    known_until: date | None = None
    tracked_from: Mapping[str, date] = field(default_factory=dict)
    final: frozenset[str] = frozenset()
    """Activities with which a case ends by law."""
    stages: Mapping[str, str] = field(default_factory=dict)
    """For an activity its code in the scheme ``stages``."""
    states: tuple[str, ...] = ()
    """Activities in their usual order; decides between steps of one day."""
    unit: str = "case"

    def named(self, there: Sequence[str]) -> Columns:
        """These columns with every empty one of the three looked for among those that are there.

        Raises:
            ColumnsDiffer: every column that is missing, and which there are.
        """
        faults: list[Fault] = []
        found: dict[str, str] = {}
        for name, usual in _USUAL.items():
            given = getattr(self, name)
            if not given:
                lower = {column.lower().replace(" ", "_"): column for column in reversed(there)}
                given = next((lower[one] for one in usual if one in lower), "")
                if not given:
                    faults.append(Fault(name, f"no column is named; give it with {_FLAG[name]}"))
            found[name] = given
        asked = [*found.values(), self.until, self.agency, self.cluster, *self.schemes.values()]
        asked += [self.order] if self.order != "rows" else []
        faults += [
            Fault(column, "there is no such column")
            for column in dict.fromkeys(asked)
            if column and column not in there
        ]
        if faults:
            raise ColumnsDiffer(
                "the log does not say what happened to which case when",
                hint=f"it has the columns {', '.join(there[:40]) or 'none'}",
                faults=faults,
            )
        return replace(self, case=found["case"], activity=found["activity"], time=found["time"])

    @property
    def wanted(self) -> tuple[str, ...]:
        """Every column that is read, once."""
        one_by_one = (self.case, self.activity, self.time, self.until, self.agency, self.cluster)
        order = () if self.order == "rows" else (self.order,)
        return tuple(
            dict.fromkeys(name for name in (*one_by_one, *order, *self.schemes.values()) if name)
        )
