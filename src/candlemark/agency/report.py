"""What an import found: counts, coverage, faults and audits, as plain frozen values.

Nothing here is corrected or left out to look better.  Lists of places are capped at
:data:`LISTED`, and the full number stands beside every list.  ``dataclasses.asdict`` gives what
``--json`` prints.

Rows are numbered as a spreadsheet shows them: the header is row 1, the first row of data row 2.
Values of cells stand in reports (a code nobody knows must be named); a report is therefore sealed
with its batch and is no public document.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

LISTED: Final = 200
"""Places named in one list of a report; the totals beside it count all."""

UNMAPPED: Final = "unmapped"
"""The relation of a code that stands in the data and not in the crosswalk."""


@dataclass(frozen=True, slots=True)
class TableRead:
    """One table of the source."""

    name: str
    file: str
    """Name of the file, without its folder."""
    rows: int
    absent: tuple[str, ...] = ()
    """Columns the crosswalk allows to be absent, and that were."""


@dataclass(frozen=True, slots=True)
class StageCount:
    """How many units have a row that says they reached a stage, and what its dates are worth."""

    own: str
    stage: str
    units: int
    """Units with any row of the stage, whatever its date."""
    events: int
    """Distinct events: rows that say the same of the same unit are one."""
    undated: int
    unreadable: int
    before_start: int
    far_future: int


@dataclass(frozen=True, slots=True)
class CodeCount:
    """One code of the agency in one column: what it is in the definition and how often it stands.

    ``relation`` is one of the crosswalk's relations, or ``unmapped``.
    """

    code: str
    relation: str
    term: str
    absent: str
    rows: int
    units: int


@dataclass(frozen=True, slots=True)
class RelationCount:
    """How much of one column stands in one relation to the definition."""

    relation: str
    codes: int
    rows: int
    units: int
    """Units with at least one such code; a unit can count under several relations."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """How far a map reaches in one column it codes."""

    map: str
    scheme: str
    table: str
    column: str
    empty_rows: int
    """Rows whose cell is empty, where the map says nothing of empty cells."""
    relations: tuple[RelationCount, ...]
    """exact, broader, narrower, none, unmapped: always all five, in this order."""
    codes: tuple[CodeCount, ...]
    """Unmapped ones first, then by number of rows; capped."""
    codes_total: int

    @property
    def unmapped(self) -> tuple[CodeCount, ...]:
        """The codes the crosswalk does not know."""
        return tuple(code for code in self.codes if code.relation == UNMAPPED)


@dataclass(frozen=True, slots=True)
class RowFault:
    """One cell that cannot be read as what the crosswalk says it is; the row is kept."""

    table: str
    row: int
    column: str
    what: str


@dataclass(frozen=True, slots=True)
class FaultCount:
    """All faults of one kind in one column."""

    kind: str
    """``date``, ``number`` or ``identifier``."""
    table: str
    column: str
    rows: int


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a finding's evidence."""

    value: str
    rows: int
    units: int


@dataclass(frozen=True, slots=True)
class Finding:
    """What an audit found, with its evidence.

    ``code`` is one of ``one-code-many-groups``, ``clock-shift``, ``flag-agrees``,
    ``before-start``, ``far-future``, ``line-breaks``, ``not-in-main``, ``outcome-unknown``,
    ``outside-validity``.
    """

    code: str
    what: str
    """The finding in an English sentence without a full stop."""
    table: str
    column: str
    count: int
    """Rows (for a clock: pairs) it concerns."""
    of: int
    """Rows (pairs) that were looked at."""
    units: int
    share: float
    """``count / of``."""
    subject: str = ""
    """The code, stage or flag value it is about, where there is one."""
    other_table: str = ""
    other_column: str = ""
    minutes: int | None = None
    """For a clock: how far ``column`` is ahead of the other."""
    shares: tuple[Share, ...] = ()
    rows: tuple[int, ...] = ()
    """First rows concerned; capped."""


@dataclass(frozen=True, slots=True)
class Report:
    """Everything an import has to say about a source before anybody counts anything in it."""

    crosswalk: str
    crosswalk_version: int
    unit: str
    """The counting unit: a term of the scheme ``counting-units``."""
    rows: int
    """Rows of all tables together."""
    units: int
    tables: tuple[TableRead, ...]
    stages: tuple[StageCount, ...]
    coverage: tuple[Coverage, ...]
    fault_counts: tuple[FaultCount, ...] = ()
    faults: tuple[RowFault, ...] = ()
    """Capped per kind and column."""
    findings: tuple[Finding, ...] = ()

    @property
    def fault_total(self) -> int:
        """All faults, listed or not."""
        return sum(count.rows for count in self.fault_counts)

    @property
    def unmapped(self) -> tuple[tuple[str, CodeCount], ...]:
        """Every code the crosswalk does not know, with the column it stands in."""
        return tuple((one.column, code) for one in self.coverage for code in one.unmapped)


@dataclass(frozen=True, slots=True)
class UnitChange:
    """A unit of which something changed, and the columns it changed in (``table.column``)."""

    unit: str
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ColumnChange:
    """How many units changed in one column."""

    table: str
    column: str
    units: int


@dataclass(frozen=True, slots=True)
class Revision:
    """How a later snapshot of a source differs from the one before it.

    The numbers count all; the lists are capped and sorted.  The full list is kept with the batch.
    """

    batch: str
    of: str
    """The batch that was the latest of the same crosswalk."""
    appeared: int
    vanished: int
    changed: int
    same: int
    crosswalk_changed: bool
    """The same crosswalk in another version or edition: codes may map otherwise."""
    columns: tuple[ColumnChange, ...] = ()
    columns_added: tuple[str, ...] = ()
    columns_gone: tuple[str, ...] = ()
    appeared_units: tuple[str, ...] = field(default=())
    vanished_units: tuple[str, ...] = field(default=())
    changed_units: tuple[UnitChange, ...] = field(default=())

    @property
    def empty(self) -> bool:
        """Whether both snapshots say the same of the same units."""
        return not (
            self.appeared
            or self.vanished
            or self.changed
            or self.columns_added
            or self.columns_gone
        )
