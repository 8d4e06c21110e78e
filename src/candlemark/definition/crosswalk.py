"""One agency's tables and codes, said in the terms of the definition.

A crosswalk is data (a TOML file in ``crosswalks/``) with an author and dates of validity.  It names
*every* column of its source: used for something, or declared unused with a reason.  It repairs
nothing: a code without a row in its map is reported as unmapped, never guessed.

The classes here are what a crosswalk says; ``crosswalk_file`` reads them and refuses a faulty one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


REACHED = "reached"
"""The outcome of a case of which an agency sees only that it reached the last stage it tracks."""


class Relation(StrEnum):
    """How our term stands to the agency's code (the code is what is mapped).

    EXACT: they mean the same.  BROADER: our term is broader, so detail of the code is lost.
    NARROWER: our term is narrower than the code, so some rows under the code may not belong to it.
    NONE: no term fits; ``absent`` says whether the code means that nothing is known, or is out of
    the definition's scope.
    """

    EXACT = "exact"
    BROADER = "broader"
    NARROWER = "narrower"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class CodeRow:
    """One agency code and what it is in the definition."""

    code: str
    """The agency's own text, exactly, after Unicode NFC and trimming of outer space."""
    relation: Relation
    term: str = ""
    """Code of the term; empty when the relation is NONE."""
    absent: str = ""
    """With NONE: a term of the scheme ``absences`` (unknown, not-asked, out-of-scope …)."""
    note: str = ""


@dataclass(frozen=True, slots=True)
class CodeMap:
    """All codes of one vocabulary of the agency."""

    name: str
    scheme: str
    """The scheme the terms belong to; one map speaks of one scheme."""
    rows: tuple[CodeRow, ...]
    by_code: Mapping[str, CodeRow] = field(default_factory=dict)


class Use(StrEnum):
    """What a column is used for."""

    UNIT = "unit"  # (part of) the identifier of the counting unit
    INCIDENT = "incident"  # links units of one incident or case; used for clustering
    DATE = "date"  # a civil date, or a date and time of which the day is used
    CODE = "code"  # coded by a map
    GROUP = "group"  # the agency's own grouping of a code; used by an audit
    COUNT = "count"  # a number
    KEPT = "kept"  # kept as text beside the terms, not interpreted
    UNUSED = "unused"  # not used; ``why`` says why


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the source."""

    name: str
    use: Use
    why: str = ""
    formats: tuple[str, ...] = ()
    """For dates: strptime formats, tried in order; ``%Y`` or ``%Y-%m`` keep the precision."""
    clock: str = ""
    """For dates: which clock the source wrote (``local``, ``utc``, ``unknown``)."""
    map: str = ""
    """For codes: name of the map."""
    split: str = ""
    """For codes: text between several codes in one cell."""
    optional: bool = False
    """True when a file may lack this column without being refused."""
    date_parts: tuple[str, ...] = ()
    """For a date that stands in several columns: those columns, this one among them.  Their texts,
    joined by ``-``, are what ``formats`` read.  Empty: the column's own text."""


@dataclass(frozen=True, slots=True)
class Condition:
    """Holds for a row when the column has one of the values (after NFC and trimming).

    With ``values`` empty it holds when the cell is not empty.
    """

    column: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EventRule:
    """How rows of a table say that a stage was reached."""

    own: str
    """The agency's own name of the stage, a code usable on the command line (``intake``)."""
    stage: str
    """Code of the stage in the scheme ``stages``."""
    labels: Mapping[str, str]
    """The agency's name of the stage for readers, per tongue; ``en`` at least."""
    date: str = ""
    """Date column; empty when the agency gives no date for it."""
    when: tuple[Condition, ...] = ()
    """All must hold; without any, every row says it."""
    outcome: str = ""
    """Code column whose map (scheme ``outcomes``) says how the case ended; empty when none."""
    ends: bool = False
    """True when a row with an outcome ends the case for this agency."""
    outcome_term: str = ""
    """A term of ``outcomes`` that every event of this rule has, for an agency that writes none
    (``reached``: the last stage it tracks).  Never together with ``outcome``."""


@dataclass(frozen=True, slots=True)
class Table:
    """One file of the source."""

    name: str
    file: str
    """File name in a folder of tables; a source of one table accepts any file name."""
    columns: tuple[Column, ...]
    events: tuple[EventRule, ...]
    unit_key: tuple[str, ...]
    """Columns that together name the counting unit; empty: each row is one unit."""
    row_key: tuple[str, ...] = ()
    """Columns that together name a row across snapshots; empty: the whole row."""
    main: bool = False
    """The table that lists the units; exactly one per crosswalk."""
    encoding: str = "utf-8"
    delimiter: str = ","


class AuditKind(StrEnum):
    """Checks a crosswalk asks for on import, beside those that always run."""

    ONE_CODE_MANY_GROUPS = "one-code-many-groups"
    """``column`` (a code) stands under several values of ``other`` (the agency's own group)."""
    CLOCK_SHIFT = "clock-shift"
    """``table.column`` is ahead of ``other_table.other`` by the same time in every pair."""
    FLAG_AGREES = "flag-agrees"
    """The yes/no ``column`` says "several" exactly when the code columns hold several codes of
    the scheme named in ``other``."""


@dataclass(frozen=True, slots=True)
class Audit:
    """One check, by the names of tables and columns."""

    kind: AuditKind
    table: str
    column: str
    other: str
    other_table: str = ""
    yes: tuple[str, ...] = ()
    """For FLAG_AGREES: the values that mean yes."""


@dataclass(frozen=True, slots=True)
class Crosswalk:
    """Everything needed to read one agency's files by the definition."""

    code: str
    """``us-nypd``: country, hyphen, a short name."""
    version: int
    edition: str
    agency: str
    agency_labels: Mapping[str, str]
    """The agency's name per tongue; ``en`` at least."""
    agency_type: str
    """Term of the scheme ``agency-types``."""
    country: str
    """ISO 3166-1 alpha-2; ``XX`` for the invented country of the demonstration; empty for a body
    of several states."""
    language: str
    """BCP 47 tag of the agency's words."""
    author: str
    valid_from: str
    """First and last day of the rows it speaks for, as partial dates; empty when open."""
    valid_to: str
    unit: str
    """Term of the scheme ``counting-units``."""
    includes: tuple[str, ...]
    excludes: tuple[str, ...]
    """What the agency's figures include and leave out, in words."""
    source: str
    """Where the agency publishes the files, in words."""
    cohort: bool
    """False when the source lists only cases that reached an end, so that no share of all cases
    can be computed from it; ``cohort_note`` says why."""
    cohort_note: str
    simulated: bool
    tables: tuple[Table, ...]
    maps: Mapping[str, CodeMap]
    audits: tuple[Audit, ...]
    fingerprint: str
    """SHA-256 of the file's bytes, in hex."""
    file: bytes = field(default=b"", repr=False)
    """The file as it stands, to be kept beside what is read by it; empty when there was none."""

    @property
    def main(self) -> Table:
        """The table that lists the units."""
        return next(table for table in self.tables if table.main)

    @property
    def stages(self) -> tuple[EventRule, ...]:
        """One rule per own stage name, in the order of the file."""
        seen: dict[str, EventRule] = {}
        for table in self.tables:
            for rule in table.events:
                seen.setdefault(rule.own, rule)
        return tuple(seen.values())

    @property
    def goal(self) -> EventRule | None:
        """The rule that ends a case as ``reached``: the last stage this agency tracks.

        None where the agency knows real outcomes only, or several stages can be the last one.
        """
        found = [
            rule
            for table in self.tables
            for rule in table.events
            if rule.ends and self._outcomes(table, rule) == {REACHED}
        ]
        return found[0] if len(found) == 1 else None

    def _outcomes(self, table: Table, rule: EventRule) -> set[str]:
        """Terms of ``outcomes`` that rows under a rule can have."""
        if rule.outcome_term:
            return {rule.outcome_term}
        maps = [column.map for column in table.columns if column.name == rule.outcome]
        named = {
            code
            for condition in rule.when
            if condition.column == rule.outcome
            for code in condition.values
        }
        return {
            row.term
            for name in maps
            for row in self.maps[name].rows
            if not named or row.code in named
        }
