"""Reads a crosswalk from its TOML file, or refuses it and names every fault of it.

Reading goes in two steps.  Here the file becomes the classes of ``crosswalk``, field by field;
``crosswalk_check`` then holds the whole against the definition and against itself.  Both write into
the same findings, and one refusal at the end carries them all.  A misspelt field, a code that
stands twice and a term the edition does not have are refused: a crosswalk that is half understood
would count people under the wrong word.
"""

from __future__ import annotations

import hashlib
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, TypeVar

from candlemark.definition.crosswalk import (
    Audit,
    AuditKind,
    CodeMap,
    CodeRow,
    Column,
    Condition,
    Crosswalk,
    EventRule,
    Relation,
    Table,
    Use,
)
from candlemark.definition.crosswalk_check import check
from candlemark.definition.fields import Findings
from candlemark.definition.toml_files import TomlFiles
from candlemark.errors import UnknownCrosswalk

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from candlemark.definition.edition import Edition

LARGEST = 900_000
"""Bytes of the largest file that is read; a vault keeps it whole, in one part of its ledger."""
_FILES: Final = TomlFiles(
    "crosswalk", LARGEST, UnknownCrosswalk, "give the TOML file of a crosswalk, not a table"
)

_FILE = frozenset({"crosswalk", "table", "map", "audit"})
_HEAD = frozenset({
    "code", "version", "edition", "agency", "agency_labels", "agency_type", "country", "language",
    "author", "valid_from", "valid_to", "unit", "includes", "excludes", "source", "cohort",
    "cohort_note", "simulated",
})  # fmt: skip
_TABLE = frozenset({
    "name", "file", "main", "unit_key", "row_key", "encoding", "delimiter", "column", "event",
})  # fmt: skip
_COLUMN = frozenset({
    "name", "use", "why", "formats", "clock", "map", "split", "optional", "date_parts",
})  # fmt: skip
_EVENT = frozenset({
    "own", "stage", "labels", "date", "when", "outcome", "outcome_term", "ends",
})  # fmt: skip
_ROW = frozenset({"code", "relation", "term", "absent", "note"})
_AUDIT = frozenset({"kind", "table", "column", "other", "other_table", "yes"})

Choice = TypeVar("Choice", bound=StrEnum)


def crosswalk_codes() -> tuple[str, ...]:
    """Codes of the crosswalks shipped with Candlemark, in alphabetical order."""
    return _FILES.codes()


def load_crosswalk(code: str, edition: Edition) -> Crosswalk:
    """A shipped crosswalk, checked against an edition.

    Raises:
        UnknownCrosswalk: none has this code; the hint names the nearest and all that there are.
        DefinitionFaulty: its file has faults; all are named.
    """
    return read_crosswalk(_FILES.shipped(code), edition)


def read_crosswalk(source: bytes | Path, edition: Edition) -> Crosswalk:
    """The crosswalk a file says, checked against an edition.

    Args:
        source: the file's bytes, or its path.
        edition: the edition the crosswalk must be written for.

    Raises:
        UnknownCrosswalk: there is no such file.
        DefinitionFaulty: it has faults; all are named.
    """
    content = _FILES.content(source, _what_to_give)
    return _build(_FILES.parsed(content), content, edition)


def _what_to_give() -> str:
    return f"give a TOML file, or the code of a shipped one: {', '.join(crosswalk_codes())}"


def _build(file: Mapping[str, object], content: bytes, edition: Edition) -> Crosswalk:
    found = Findings()
    crosswalk = _crosswalk(file, content, found)
    check(crosswalk, edition, found)
    _FILES.require(crosswalk.code, found)
    return crosswalk


def _crosswalk(file: Mapping[str, object], content: bytes, found: Findings) -> Crosswalk:
    found.only(file, _FILE, "file")
    head = found.table(file.get("crosswalk"), "crosswalk")
    found.only(head, _HEAD, "crosswalk")
    maps = found.table(file.get("map", {}), "map")
    audits = found.tables(file["audit"], "audit") if "audit" in file else []
    tables = found.tables(file.get("table"), "table")
    return Crosswalk(
        code=found.code(head.get("code"), "crosswalk, code"),
        version=_version(head.get("version"), found),
        edition=found.text(head.get("edition"), "crosswalk, edition"),
        agency=found.text(head.get("agency"), "crosswalk, agency"),
        agency_labels=_labels(head.get("agency_labels"), "crosswalk, agency_labels", found),
        agency_type=found.text(head.get("agency_type"), "crosswalk, agency_type"),
        country=_said(head, "country", "crosswalk", found),
        language=found.text(head.get("language"), "crosswalk, language"),
        author=found.text(head.get("author"), "crosswalk, author"),
        valid_from=_said(head, "valid_from", "crosswalk", found),
        valid_to=_said(head, "valid_to", "crosswalk", found),
        unit=found.text(head.get("unit"), "crosswalk, unit"),
        includes=_texts(head, "includes", "crosswalk", found),
        excludes=_texts(head, "excludes", "crosswalk", found),
        source=found.text(head.get("source"), "crosswalk, source"),
        cohort=_needed_flag(head, "cohort", found),
        cohort_note=_maybe(head, "cohort_note", "crosswalk", found),
        simulated=_needed_flag(head, "simulated", found),
        tables=tuple(_table(row, n, found) for n, row in enumerate(tables, start=1)),
        maps=MappingProxyType({name: _map(name, maps[name], found) for name in maps}),
        audits=tuple(_audit(row, n, found) for n, row in enumerate(audits, start=1)),
        fingerprint=hashlib.sha256(content).hexdigest(),
        file=content,
    )


def _table(row: Mapping[str, object], n: int, found: Findings) -> Table:
    name = found.code(row.get("name"), f"table {n}, name")
    where = f"table {name or n}"
    found.only(row, _TABLE, where)
    columns = found.tables(row.get("column"), f"{where}, column")
    events = found.tables(row["event"], f"{where}, event") if "event" in row else []
    return Table(
        name=name,
        file=found.text(row.get("file"), f"{where}, file"),
        columns=tuple(_column(one, k, where, found) for k, one in enumerate(columns, start=1)),
        events=tuple(_event(one, k, where, found) for k, one in enumerate(events, start=1)),
        unit_key=_texts(row, "unit_key", where, found),
        row_key=_texts(row, "row_key", where, found),
        main=_flag(row, "main", where, found),
        encoding=_maybe(row, "encoding", where, found) or "utf-8",
        delimiter=_maybe(row, "delimiter", where, found, space=True) or ",",
    )


def _column(row: Mapping[str, object], n: int, table: str, found: Findings) -> Column:
    # a column is named as the file names it, so its name is not held to the rules for our texts
    name = _plain(row.get("name"), f"{table}, column {n}, name", found)
    where = f"{table}, column {name or n}"
    found.only(row, _COLUMN, where)
    return Column(
        name=name,
        use=_choice(row, "use", where, Use.KEPT, found),
        why=_maybe(row, "why", where, found),
        formats=_texts(row, "formats", where, found),
        clock=_maybe(row, "clock", where, found),
        map=_maybe(row, "map", where, found),
        split=_maybe(row, "split", where, found, space=True),
        optional=_flag(row, "optional", where, found),
        date_parts=_texts(row, "date_parts", where, found),
    )


def _event(row: Mapping[str, object], n: int, table: str, found: Findings) -> EventRule:
    own = found.code(row.get("own"), f"{table}, event {n}, own")
    where = f"{table}, event {own or n}"
    found.only(row, _EVENT, where)
    when = found.tables(row["when"], f"{where}, when") if "when" in row else []
    return EventRule(
        own=own,
        stage=found.text(row.get("stage"), f"{where}, stage"),
        labels=_labels(row.get("labels"), f"{where}, labels", found),
        date=_maybe(row, "date", where, found),
        when=tuple(_condition(one, f"{where}, when", found) for one in when),
        outcome=_maybe(row, "outcome", where, found),
        ends=_flag(row, "ends", where, found),
        outcome_term=_maybe(row, "outcome_term", where, found),
    )


def _condition(row: Mapping[str, object], where: str, found: Findings) -> Condition:
    found.only(row, frozenset({"column", "values"}), where)
    return Condition(
        column=_plain(row.get("column"), f"{where}, column", found),
        values=_texts(row, "values", where, found),
    )


def _map(name: str, value: object, found: Findings) -> CodeMap:
    where = f"map {name}"
    content = found.table(value, where)
    found.only(content, frozenset({"scheme", "rows"}), where)
    rows = tuple(
        _row(one, f"{where}, row {n}", where, found)
        for n, one in enumerate(found.tables(content.get("rows"), f"{where}, rows"), start=1)
    )
    return CodeMap(
        name=found.code(name, where),
        scheme=found.text(content.get("scheme"), f"{where}, scheme"),
        rows=rows,
        by_code=MappingProxyType({row.code: row for row in rows}),
    )


def _row(row: Mapping[str, object], place: str, table: str, found: Findings) -> CodeRow:
    code = found.text(row.get("code"), f"{place}, code")
    where = f"{table}, code {code}" if code else place
    found.only(row, _ROW, where)
    return CodeRow(
        code=code,
        relation=_choice(row, "relation", where, Relation.NONE, found),
        term=_maybe(row, "term", where, found),
        absent=_maybe(row, "absent", where, found),
        note=_maybe(row, "note", where, found),
    )


def _audit(row: Mapping[str, object], n: int, found: Findings) -> Audit:
    where = f"audit {n}"
    found.only(row, _AUDIT, where)
    return Audit(
        kind=_choice(row, "kind", where, AuditKind.CLOCK_SHIFT, found),
        table=found.text(row.get("table"), f"{where}, table"),
        column=_plain(row.get("column"), f"{where}, column", found),
        other=_plain(row.get("other"), f"{where}, other", found),
        other_table=_maybe(row, "other_table", where, found),
        yes=_texts(row, "yes", where, found),
    )


def _version(value: object, found: Findings) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        found.add("crosswalk, version", "must be a whole number from 1")
        return 0
    return value


def _labels(value: object, where: str, found: Findings) -> Mapping[str, str]:
    return MappingProxyType(found.tongues(value, where, ("en",)))


def _plain(value: object, where: str, found: Findings) -> str:
    """A text that is there, exactly as it is; column names may hold anything."""
    if isinstance(value, str) and value:
        return value
    found.add(where, "is missing" if value is None or value == "" else "must be a text")
    return ""


def _said(row: Mapping[str, object], key: str, where: str, found: Findings) -> str:
    """A text that may be empty, but only when the file says so."""
    if key not in row:
        found.add(f"{where}, {key}", 'is missing; write "" when there is none')
        return ""
    return _maybe(row, key, where, found)


def _maybe(
    row: Mapping[str, object], key: str, where: str, found: Findings, *, space: bool = False
) -> str:
    """A text that may be left out; with ``space``, one in which spaces have a meaning."""
    value = row.get(key, "")
    if value == "":
        return ""
    if space and isinstance(value, str):
        return value
    return found.text(value, f"{where}, {key}")


def _texts(row: Mapping[str, object], key: str, where: str, found: Findings) -> tuple[str, ...]:
    value = row.get(key, [])
    if isinstance(value, list) and all(isinstance(one, str) and one for one in value):
        return tuple(value)
    found.add(f"{where}, {key}", "must be a list of texts, none of them empty")
    return ()


def _flag(row: Mapping[str, object], key: str, where: str, found: Findings) -> bool:
    value = row.get(key, False)
    if isinstance(value, bool):
        return value
    found.add(f"{where}, {key}", "must be true or false")
    return False


def _needed_flag(head: Mapping[str, object], key: str, found: Findings) -> bool:
    if key not in head:
        found.add(f"crosswalk, {key}", "is missing")
    return _flag(head, key, "crosswalk", found)


def _choice(
    row: Mapping[str, object], key: str, where: str, default: Choice, found: Findings
) -> Choice:
    """A member of an enumeration; the default stands in for what was refused."""
    kind = type(default)
    value = row.get(key)
    try:
        return kind(str(value))
    except ValueError:
        known = ", ".join(kind)
        what = "is missing" if value is None else f"{value!r} is not one"
        found.add(f"{where}, {key}", f"{what}; known: {known}")
        return default
