"""Holds a crosswalk against the definition and against itself, and notes every fault.

Three kinds of fault are looked for.  A name that leads nowhere: a term the edition does not have, a
map, column or table the file does not describe, a condition on a value that is no code.  A saying
that cannot be acted on: an event dated by a column that is no date, a format without a year, two
tables that both list the units.  And a silence where readers are owed a word: a column left unused
or a code that is not matched exactly, without a reason.
"""

from __future__ import annotations

import codecs
import re
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

from candlemark.dates import Order, PartialDate, compare
from candlemark.definition.crosswalk import AuditKind, Relation, Use
from candlemark.definition.terms import nearest
from candlemark.errors import NotUnderstood

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from candlemark.definition.crosswalk import (
        Audit,
        CodeMap,
        CodeRow,
        Column,
        Condition,
        Crosswalk,
        EventRule,
        Table,
    )
    from candlemark.definition.edition import Edition
    from candlemark.definition.fields import Findings

CLOCKS = ("local", "utc", "unknown")
"""Which clock a source wrote its dates by."""

INVENTED = "XX"
"""The country of simulated crosswalks, and of no other."""

_CODE = re.compile(r"[a-z]{2,3}-[a-z0-9]+(-[a-z0-9]+)*")
_COUNTRY = re.compile(r"([A-Z]{2})?")
_TAG = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?")
_DIRECTIVE = re.compile(r"%(.)")
_DIRECTIVES = frozenset("YmdHMSIpfzbB%")
# Which column fields belong to which use; elsewhere they would be passed over.
_BELONGS = {
    "formats": Use.DATE,
    "clock": Use.DATE,
    "date_parts": Use.DATE,
    "map": Use.CODE,
    "split": Use.CODE,
}


def check(crosswalk: Crosswalk, edition: Edition, found: Findings) -> None:
    """Add to ``found`` everything that is wrong with a crosswalk as a whole."""
    _check_head(crosswalk, edition, found)
    for code_map in crosswalk.maps.values():
        _check_map(code_map, edition, found)
    _check_tables(crosswalk, found)
    for table in crosswalk.tables:
        _check_table(table, crosswalk, found)
        for rule in table.events:
            _check_event(rule, table, crosswalk, edition, found)
    _check_stages(crosswalk, found)
    for n, audit in enumerate(crosswalk.audits, start=1):
        _check_audit(audit, f"audit {n}", crosswalk, found)


def _check_head(crosswalk: Crosswalk, edition: Edition, found: Findings) -> None:
    if crosswalk.edition and crosswalk.edition != edition.code:
        said = f"is written for edition {crosswalk.edition}, and this is {edition.code}"
        found.add("crosswalk, edition", said)
    if crosswalk.code and not _CODE.fullmatch(crosswalk.code):
        found.add("crosswalk, code", "must be a country or body, a hyphen and a name: us-nypd")
    if not _COUNTRY.fullmatch(crosswalk.country):
        found.add("crosswalk, country", "must be two capital letters (ISO 3166-1), or empty")
    if crosswalk.language and not _TAG.fullmatch(crosswalk.language):
        found.add("crosswalk, language", "is not a tag of a tongue")
    if crosswalk.simulated != (crosswalk.country == INVENTED):
        found.add(
            "crosswalk, simulated", f"must be true for the country {INVENTED}, and only there"
        )
    if not crosswalk.cohort and not crosswalk.cohort_note:
        found.add("crosswalk, cohort_note", "is missing; say why these are not all cases")
    _check_term("agency-types", crosswalk.agency_type, "crosswalk, agency_type", edition, found)
    _check_term("counting-units", crosswalk.unit, "crosswalk, unit", edition, found)
    _check_validity(crosswalk, found)


def _check_validity(crosswalk: Crosswalk, found: Findings) -> None:
    days: list[PartialDate] = []
    for name, text in (("valid_from", crosswalk.valid_from), ("valid_to", crosswalk.valid_to)):
        try:
            days += [PartialDate.parse(text)] if text else []
        except NotUnderstood as cause:
            found.add(f"crosswalk, {name}", f"{cause.message}; {cause.hint}")
        if "/" in text:
            found.add(f"crosswalk, {name}", "is a range; write one date")
    if len(days) == 2 and compare(*days) is Order.AFTER:
        found.add("crosswalk, valid_to", "lies before valid_from")


def _check_term(scheme: str, code: str, where: str, edition: Edition, found: Findings) -> None:
    """A term that is named must be one; an empty one was noted when the field was read."""
    known = edition.by_code.get(scheme)
    if code and known is not None and code not in known:
        found.add(
            where, f"the scheme {scheme} has no term {code!r}; {nearest(code, known.by_code)}"
        )


def _check_map(code_map: CodeMap, edition: Edition, found: Findings) -> None:
    where = f"map {code_map.name}"
    if code_map.scheme and code_map.scheme not in edition.by_code:
        hint = nearest(code_map.scheme, edition.by_code)
        found.add(f"{where}, scheme", f"there is no scheme {code_map.scheme!r}; {hint}")
    for code in _repeated(row.code for row in code_map.rows):
        found.add(f"{where}, code {code}", "stands more than once")
    for row in code_map.rows:
        _check_row(row, code_map.scheme, f"{where}, code {row.code}", edition, found)


def _check_row(row: CodeRow, scheme: str, where: str, edition: Edition, found: Findings) -> None:
    if row.relation is Relation.NONE:
        if row.term:
            found.add(where, f"the relation none has no term, and this names {row.term!r}")
        if not row.absent:
            found.add(where, "the relation none needs absent: what the code means instead")
    else:
        if not row.term:
            found.add(where, f"the relation {row.relation} needs a term")
        if row.absent:
            found.add(where, f"absent belongs to the relation none, not to {row.relation}")
    if row.relation is not Relation.EXACT and not row.note:
        found.add(where, f"the relation {row.relation} needs a note that says why")
    _check_term(scheme, row.term, where, edition, found)
    _check_term("absences", row.absent, where, edition, found)


def _check_tables(crosswalk: Crosswalk, found: Findings) -> None:
    main = [table for table in crosswalk.tables if table.main]
    if len(main) != 1:
        names = ", ".join(table.name for table in main) or "none"
        found.add("table", f"exactly one must be the main table; marked main: {names}")
    for name in _repeated(table.name for table in crosswalk.tables):
        found.add(f"table {name}", "the name stands more than once")
    for file in _repeated(table.file.casefold() for table in crosswalk.tables):
        found.add("table", f"the file {file!r} belongs to more than one table")
    for one, other in pairwise(crosswalk.tables):
        if len(one.unit_key) != len(other.unit_key) or not one.unit_key:
            where = f"table {other.name}, unit_key"
            found.add(where, f"must name as many columns as in table {one.name}, and at least one")
    used = {column.map for table in crosswalk.tables for column in table.columns}
    for name in crosswalk.maps.keys() - used:
        found.add(f"map {name}", "no column uses it")


def _check_table(table: Table, crosswalk: Crosswalk, found: Findings) -> None:
    where = f"table {table.name}"
    try:
        codecs.lookup(table.encoding)
    except LookupError:
        found.add(f"{where}, encoding", f"{table.encoding!r} is not known; utf-8 is usual")
    if len(table.delimiter) != 1 or table.delimiter in '"\r\n':
        found.add(f"{where}, delimiter", "must be one character")
    for name in _repeated(column.name for column in table.columns):
        found.add(f"{where}, column {name}", "stands more than once")
    columns = {column.name: column for column in table.columns}
    for key, names in (("unit_key", table.unit_key), ("row_key", table.row_key)):
        for name in names:
            if name not in columns:
                found.add(f"{where}, {key}", _no_column(name, columns))
    for column in table.columns:
        _check_column(column, columns, crosswalk, f"{where}, column {column.name}", found)
        if (column.use is Use.UNIT) != (column.name in table.unit_key):
            said = "the use unit and unit_key must name the same columns"
            found.add(f"{where}, column {column.name}", said)


def _check_column(
    column: Column,
    columns: Mapping[str, Column],
    crosswalk: Crosswalk,
    where: str,
    found: Findings,
) -> None:
    for name, use in _BELONGS.items():
        if getattr(column, name) and column.use is not use:
            found.add(f"{where}, {name}", f"belongs to the use {use}, and this is {column.use}")
    if column.use is Use.UNUSED and not column.why:
        found.add(f"{where}, why", "is missing; say why the column is not used")
    if column.use is Use.CODE and not column.map:
        found.add(f"{where}, map", "is missing; a code needs the map of its values")
    if column.map and column.map not in crosswalk.maps:
        hint = nearest(column.map, crosswalk.maps)
        found.add(f"{where}, map", f"there is no map {column.map!r}; {hint}")
    if column.use is Use.DATE:
        _check_date(column, columns, where, found)


def _check_date(column: Column, columns: Mapping[str, Column], where: str, found: Findings) -> None:
    if not column.formats:
        found.add(f"{where}, formats", "is missing; a date needs at least one")
    for form in column.formats:
        _check_format(form, where, found)
    if column.clock not in CLOCKS:
        said = f"{column.clock!r} is not one" if column.clock else "is missing"
        found.add(f"{where}, clock", f"{said}; known: {', '.join(CLOCKS)}")
    for name in column.date_parts:
        if name not in columns:
            found.add(f"{where}, date_parts", _no_column(name, columns))
    if column.date_parts and column.name not in column.date_parts:
        found.add(f"{where}, date_parts", "must name this column too")


def _check_format(form: str, where: str, found: Findings) -> None:
    """A format must say a civil date: a year, or a year and month, or all three."""
    named = _DIRECTIVE.findall(form)
    for letter in sorted(set(named) - _DIRECTIVES):
        found.add(f"{where}, formats", f"{form!r}: %{letter} is not read here")
    if form.replace("%%", "").count("%") != len([one for one in named if one != "%"]):
        found.add(f"{where}, formats", f"{form!r} ends in the middle of a part")
    for letter, count in Counter(named).items():
        if count > 1 and letter != "%":
            found.add(f"{where}, formats", f"{form!r} names %{letter} more than once")
    has_month = bool({"m", "b", "B"} & set(named))
    if "Y" not in named:
        found.add(f"{where}, formats", f"{form!r} has no year of four digits (%Y)")
    if "d" in named and not has_month:
        found.add(f"{where}, formats", f"{form!r} has a day without its month")


def _check_event(
    rule: EventRule, table: Table, crosswalk: Crosswalk, edition: Edition, found: Findings
) -> None:
    where = f"table {table.name}, event {rule.own}"
    columns = {column.name: column for column in table.columns}
    _check_term("stages", rule.stage, f"{where}, stage", edition, found)
    _check_term("outcomes", rule.outcome_term, f"{where}, outcome_term", edition, found)
    if rule.date:
        if rule.date not in columns:
            found.add(f"{where}, date", _no_column(rule.date, columns))
        elif columns[rule.date].use is not Use.DATE:
            found.add(f"{where}, date", f"the column {rule.date!r} is not a date")
    _check_outcome(rule, columns, crosswalk, where, found)
    for condition in rule.when:
        _check_condition(condition, columns, crosswalk, f"{where}, when", found)


def _check_outcome(
    rule: EventRule,
    columns: Mapping[str, Column],
    crosswalk: Crosswalk,
    where: str,
    found: Findings,
) -> None:
    if rule.outcome and rule.outcome not in columns:
        found.add(f"{where}, outcome", _no_column(rule.outcome, columns))
    elif rule.outcome:
        code_map = crosswalk.maps.get(columns[rule.outcome].map)
        if code_map is None or code_map.scheme != "outcomes":
            said = f"the column {rule.outcome!r} is not coded by a map of the scheme outcomes"
            found.add(f"{where}, outcome", said)
    if rule.outcome and rule.outcome_term:
        found.add(where, "names both outcome and outcome_term; one of them decides")
    if rule.ends and not rule.outcome and not rule.outcome_term:
        found.add(f"{where}, ends", "a case ends with an outcome: name outcome or outcome_term")


def _check_condition(
    condition: Condition,
    columns: Mapping[str, Column],
    crosswalk: Crosswalk,
    where: str,
    found: Findings,
) -> None:
    """A condition on a coded column must name its codes, or it would silently never hold."""
    column = columns.get(condition.column)
    if column is None:
        found.add(where, _no_column(condition.column, columns))
        return
    code_map = crosswalk.maps.get(column.map)
    if code_map is None or column.split:
        return
    for value in condition.values:
        if value not in code_map.by_code:
            said = f"{value!r} is no code of the map {code_map.name}"
            found.add(f"{where}, {condition.column}", said)


def _check_stages(crosswalk: Crosswalk, found: Findings) -> None:
    """Rules that share a name of the agency speak of one stage, under one label."""
    if not any(table.events for table in crosswalk.tables):
        found.add("table", "no table has an event, so no case reaches a stage")
    first = {rule.own: rule for rule in crosswalk.stages}
    for table in crosswalk.tables:
        for rule in table.events:
            same = (first[rule.own].stage, first[rule.own].labels)
            if (rule.stage, rule.labels) != same:
                where = f"table {table.name}, event {rule.own}"
                found.add(where, "stands elsewhere with another stage or other labels")


def _check_audit(audit: Audit, where: str, crosswalk: Crosswalk, found: Findings) -> None:
    tables = {table.name: table for table in crosswalk.tables}
    second = audit.other_table or audit.table
    columns: list[Column | None] = []
    flag = audit.kind is AuditKind.FLAG_AGREES
    places = [(audit.table, audit.column)] + ([] if flag else [(second, audit.other)])
    for name, column in places:
        if name not in tables:
            found.add(where, f"there is no table {name!r}; {nearest(name, tables)}")
            continue
        there = {one.name: one for one in tables[name].columns}
        columns.append(there.get(column))
        if column not in there:
            found.add(where, f"table {name}: {_no_column(column, there)}")
    uses = [column.use for column in columns if column]
    if audit.kind is AuditKind.CLOCK_SHIFT and set(uses) - {Use.DATE}:
        found.add(where, "a shifted clock is looked for between two dates")
    if audit.kind is AuditKind.ONE_CODE_MANY_GROUPS and uses[:1] not in ([Use.CODE], []):
        found.add(where, f"the column {audit.column!r} is not a code")
    if flag and not audit.yes:
        found.add(where, "yes is missing: the values that mean yes")
    if flag and audit.other not in {code_map.scheme for code_map in crosswalk.maps.values()}:
        found.add(where, f"no map speaks of the scheme {audit.other!r}")


def _no_column(name: str, columns: Iterable[str]) -> str:
    return f"the table has no column {name!r}; {nearest(name, columns)}"


def _repeated(names: Iterable[str]) -> list[str]:
    return sorted(name for name, count in Counter(names).items() if name and count > 1)
