"""The two records of a pair, side by side, as whoever judges may see them.

Who somebody is (names, date of birth, and the docket number, which in a public register leads to
the names) is left out unless it is asked for; what is left out is said to be there or not.  Names
of case files are shown as they were written, in their own letters; names of agencies' rows as words
in Latin letters, the only form their comparable columns have.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from candlemark import agency, casefile
from candlemark.agency import BatchTables
from candlemark.agency.source import normal
from candlemark.casefile.record import some_cases
from candlemark.dates import PartialDate, Precision
from candlemark.errors import CandlemarkError
from candlemark.linkage.from_batch import RawColumns, prepare_batch
from candlemark.linkage.from_cases import CASES, PERSONS, prepare_cases, prepare_persons

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pyarrow as pa

    from candlemark.casefile import CaseFile
    from candlemark.casefile.views import Name
    from candlemark.definition import Crosswalk, Edition
    from candlemark.ledger import Ledger
    from candlemark.linkage.facts import LinkRecord
    from candlemark.linkage.judging.standing import Pair

HIDDEN: Final = ("names", "birth", "docket", "written")
"""What is shown only when somebody asks for it, and the asking is logged."""
OPEN: Final = ("day", "minute", "place", "region", "country", "offences", "grounds", "persons")
"""What is always shown, in the order in which it is read."""
NAMES: Final = ("given", "family", "father", "sex")
"""What ``names`` means."""


@dataclass(frozen=True, slots=True)
class Side:
    """One record, as far as it may be shown."""

    record: LinkRecord
    found: bool = True
    """Whether the record is still there; an agency's newer batch may not have it any more."""
    day: PartialDate | None = None
    minute: int | None = None
    place: str = ""
    region: str = ""
    country: str = ""
    offences: tuple[str, ...] = ()
    """Terms of ``offences``."""
    grounds: tuple[str, ...] = ()
    """Terms of ``bias-grounds``."""
    persons: int | None = None
    names: tuple[Name, ...] = ()
    """As they were written, of a case file."""
    given: tuple[str, ...] = ()
    family: tuple[str, ...] = ()
    father: tuple[str, ...] = ()
    sex: str = ""
    birth: PartialDate | None = None
    docket: str = ""
    written: tuple[tuple[str, str], ...] = ()
    """The cells of an agency's row, as they landed, by column; of a case file, nothing."""
    titles: Mapping[str, str] = field(default_factory=dict, hash=False)
    """Neutral titles of the case file; empty for an agency's record."""
    case: str = ""
    """The case file it is, or is in; empty for an agency's record."""
    held: frozenset[str] = field(default_factory=frozenset)
    """Which of :data:`HIDDEN` the record holds, shown or not."""
    closed: bool = False
    """Whether who the people are is sealed apart and not this member's to read."""

    @property
    def texts(self) -> tuple[str, ...]:
        """Every word of a name it shows, which a reason must not hold."""
        written = tuple(name.text for name in self.names)
        return (*written, *self.given, *self.family, *self.father)


def sides_of(
    ledger: Ledger,
    edition: Edition,
    pair: Pair,
    *,
    names: bool,
    columns: Mapping[str, RawColumns] | None = None,
) -> tuple[Side, Side]:
    """Both records of a pair.

    Args:
        ledger: of the vault.
        edition: that crosswalks are read with.
        pair: the two.
        names: whether what is hidden may be shown; say it in the ledger first
            (:func:`~candlemark.linkage.judging.saying.show_names`).
        columns: for a crosswalk, which raw columns hold names, places and dockets.

    Raises:
        LedgerBroken: the ledger is damaged.
    """
    found = {record: _side(ledger, edition, record, columns or {}) for record in pair}
    shown = [one if names else _without(one) for one in (found[record] for record in pair)]
    return shown[0], shown[1]


def _without(side: Side) -> Side:
    """A side without what is hidden; that it is held stays said."""
    shown = {name: getattr(side, name) for name in (*OPEN, "titles", "case", "held", "closed")}
    return Side(side.record, side.found, **shown)


def _side(
    ledger: Ledger, edition: Edition, record: LinkRecord, columns: Mapping[str, RawColumns]
) -> Side:
    if record.source == CASES:
        found = some_cases(ledger, {record.record})
        return _of_case(record, found[0]) if found else Side(record, found=False)
    if record.source == PERSONS:
        for one in casefile.cases(ledger):
            if any(person.id == record.record for person in one.persons):
                return _of_person(record, one)
        return Side(record, found=False)
    return _of_agency(ledger, edition, record, columns.get(record.source))


def _of_case(record: LinkRecord, one: CaseFile) -> Side:
    rows = prepare_cases([one]).rows.to_pylist()
    if not rows:  # it was merged into another case since
        return Side(record, found=False, case=one.id)
    written = tuple(name for person in one.persons for name in person.names)
    closed = any(person.sealed for person in one.persons)
    side = _of_row(record, rows[0], _Beside(one, written, closed=closed))
    born = [person.birth for person in one.persons]
    if len(born) != 1 or born[0] is None:  # of several people nothing says whose it would be
        return side
    return replace(side, birth=born[0], held=side.held | {"birth"})


def _of_person(record: LinkRecord, one: CaseFile) -> Side:
    rows = [
        row for row in prepare_persons([one]).rows.to_pylist() if row["record"] == record.record
    ]
    if not rows:
        return Side(record, found=False, case=one.id)
    person = next(each for each in one.persons if each.id == record.record)
    return _of_row(record, rows[0], _Beside(one, person.names, closed=person.sealed))


def _of_agency(
    ledger: Ledger, edition: Edition, record: LinkRecord, columns: RawColumns | None
) -> Side:
    """A row of the newest batch of an agency."""
    batches = [one for one in agency.batches(ledger) if one.crosswalk == record.source]
    if not batches:
        return Side(record, found=False)
    tables = agency.tables(ledger, batches[-1].id)
    fingerprint = batches[-1].crosswalk_fingerprint
    try:
        crosswalk = agency.crosswalk_of(ledger, record.source, edition, fingerprint)
    except CandlemarkError:  # written for another edition: what its rows mean cannot be said here
        return Side(record, found=False)
    mine = BatchTables(
        cases=_only(tables.cases, record.record),
        codes=_only(tables.codes, record.record),
        events=tables.events.slice(0, 0),
        raw=tables.raw,
    )
    rows = prepare_batch(mine, crosswalk, columns).rows.to_pylist()
    if not rows:
        return Side(record, found=False)
    side, cells = _of_row(record, rows[0]), raw_cells(tables, crosswalk, record.record)
    return replace(side, written=cells, held=side.held | {"written"}) if cells else side


def raw_cells(tables: BatchTables, crosswalk: Crosswalk, unit: str) -> tuple[tuple[str, str], ...]:
    """The cells of the first row an agency's main table has of a unit; what is empty is left out.

    Nothing where the rows have no key, so that nothing says which row is the unit's.
    """
    main = crosswalk.main
    table = tables.raw.get(main.name)
    if not main.unit_key or table is None:
        return ()
    keys = [table[name].to_pylist() for name in main.unit_key]
    for n, cells in enumerate(zip(*keys, strict=True)):
        told = [normal(cell or "") for cell in cells]
        escaped = [cell.replace("\\", "\\\\").replace("|", "\\|") for cell in told]
        if (told[0] if len(told) == 1 else "|".join(escaped)) == unit:
            row = table.slice(n, 1).to_pylist()[0]
            said = ((name, normal(cell or "")) for name, cell in row.items())
            return tuple((name, cell) for name, cell in said if cell)
    return ()


def _only(table: pa.Table, unit: str) -> pa.Table:
    keep = [case == unit for case in table["case"].to_pylist()]
    return table.filter(keep)


@dataclass(frozen=True, slots=True)
class _Beside:
    """What a row does not say: the case it is of, and names as they were written."""

    case: CaseFile | None = None
    names: tuple[Name, ...] = ()
    closed: bool = False

    @property
    def place(self) -> str:
        """The place as it was written."""
        first = self.case.incident if self.case else None
        return " · ".join(first.place.values()) if first else ""


_NOTHING: Final = _Beside()


def _of_row(record: LinkRecord, row: Mapping[str, Any], beside: _Beside = _NOTHING) -> Side:
    written, of = beside.names, beside.case
    birth, docket = _day(row, "birth"), row["docket"] or ""
    words = [tuple(row[name]) for name in ("given", "family", "father")]
    holds = {"names": bool(written or any(words)), "birth": birth is not None, "docket": docket}
    return Side(
        record,
        day=_day(row, "day"),
        minute=row["minute"],
        place=beside.place or row["place"] or "",
        region=row["region"] or "",
        country=row["country"] or "",
        offences=tuple(row["offences"]),
        grounds=tuple(row["grounds"]),
        persons=row["persons"],
        names=written,
        given=words[0],
        family=words[1],
        father=words[2],
        sex=row["sex"] or "",
        birth=birth,
        docket=docket,
        titles=of.titles if of else {},
        case=of.id if of else "",
        held=frozenset(name for name, held in holds.items() if held),
        closed=beside.closed,
    )


def _day(row: Mapping[str, Any], column: str) -> PartialDate | None:
    """A day as exact as the source has it."""
    low, high = row[f"{column}_lo"], row[f"{column}_hi"]
    if low is None:
        return None
    match row[f"{column}_precision"]:
        case Precision.YEAR.value:
            return PartialDate(low.year)
        case Precision.MONTH.value:
            return PartialDate(low.year, low.month)
        case Precision.RANGE.value if high is not None and high > low:
            return PartialDate(low.year, low.month, low.day, PartialDate.of(high))
        case _:
            return PartialDate.of(low)
