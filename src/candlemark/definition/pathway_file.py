"""Reads a pathway from its TOML file, or refuses it and names every fault of it.

A misspelt field, a stage the edition does not have, a move between stages the file does not list
and a limit that is confirmed without an article are refused: a limit that is half understood would
let a day pass unseen.
"""

from __future__ import annotations

import hashlib
import re
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, TypeVar

from candlemark.definition.fields import Findings
from candlemark.definition.pathway import (
    GENERIC,
    Basis,
    NationalLimit,
    Pathway,
    PathwayStage,
    Transition,
    Unit,
    Which,
)
from candlemark.definition.toml_files import TomlFiles
from candlemark.errors import UnknownPathway

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from candlemark.definition.edition import Edition

LARGEST: Final = 200_000
"""Bytes of the largest file that is read."""
_FILES: Final = TomlFiles(
    "pathway",
    LARGEST,
    UnknownPathway,
    "give the TOML file of a pathway; docs/formats/pathway.md shows one",
)
LONGEST: Final = 3_660
"""The longest limit, in its unit: ten years in days.  More is a slip of the pen."""

_FILE = frozenset({"pathway", "stage", "transition", "limit"})
_BASIS = frozenset({"article", "source", "confirmed", "note"})
_HEAD = frozenset({"code", "version", "edition", "country", "labels", "notes", "author"})
_STAGE = frozenset({"stage", "labels"}) | _BASIS
_TRANSITION = frozenset({"from", "to", "agency"}) | _BASIS
_LIMIT = _BASIS | frozenset({
    "code", "labels", "from", "which", "outcomes", "decided", "until", "days", "months", "counted",
    "valid_from", "valid_to",
})  # fmt: skip
_COUNTRY = re.compile(r"[A-Z]{2}")

Choice = TypeVar("Choice", bound=StrEnum)
_V = TypeVar("_V")


def pathway_codes() -> tuple[str, ...]:
    """Codes of the pathways shipped with Candlemark, in alphabetical order."""
    return _FILES.codes()


def load_pathway(code: str, edition: Edition) -> Pathway:
    """A shipped pathway, checked against an edition.

    Raises:
        UnknownPathway: none has this code; the hint names the nearest and all that there are.
        DefinitionFaulty: its file has faults; all are named.
    """
    return read_pathway(_FILES.shipped(code), edition)


def read_pathway(source: bytes | Path, edition: Edition) -> Pathway:
    """The pathway a file says, checked against an edition.

    Args:
        source: the file's bytes, or its path.
        edition: the edition the pathway must be written for.

    Raises:
        UnknownPathway: there is no such file.
        DefinitionFaulty: it has faults; all are named.
    """
    content = _FILES.content(source, lambda: "give a TOML file; docs/formats/pathway.md shows one")
    parsed = _FILES.parsed(content)
    found = Findings()
    pathway = _pathway(parsed, content, found)
    _check(pathway, edition, found)
    _FILES.require(pathway.code, found)
    return pathway


def _pathway(file: Mapping[str, object], content: bytes, found: Findings) -> Pathway:
    found.only(file, _FILE, "file")
    head = found.table(file.get("pathway"), "pathway")
    found.only(head, _HEAD, "pathway")
    limits = found.tables(file["limit"], "limit") if "limit" in file else []
    return Pathway(
        code=found.code(head.get("code"), "pathway, code"),
        version=_whole(head.get("version"), "pathway, version", found),
        edition=found.text(head.get("edition"), "pathway, edition"),
        country=_country(head, found),
        labels=_tongues(head, "labels", "pathway", found),
        notes=_tongues(head, "notes", "pathway", found),
        author=found.text(head.get("author"), "pathway, author"),
        stages=tuple(
            _stage(row, n, found)
            for n, row in enumerate(found.tables(file.get("stage"), "stage"), start=1)
        ),
        transitions=tuple(
            _transition(row, n, found)
            for n, row in enumerate(found.tables(file.get("transition"), "transition"), start=1)
        ),
        limits=tuple(_limit(row, n, found) for n, row in enumerate(limits, start=1)),
        fingerprint=hashlib.sha256(content).hexdigest(),
        file=content,
    )


def _country(head: Mapping[str, object], found: Findings) -> str:
    if "country" not in head:
        found.add("pathway, country", 'is missing; write "" for the generic one')
        return ""
    country = _maybe(head, "country", "pathway", found)
    if country and _COUNTRY.fullmatch(country) is None:
        found.add("pathway, country", "write the two capital letters of ISO 3166, such as AZ")
    return country


def _stage(row: Mapping[str, object], n: int, found: Findings) -> PathwayStage:
    code = found.code(row.get("stage"), f"stage {n}, stage")
    where = f"stage {code or n}"
    found.only(row, _STAGE, where)
    labels = found.tongues(row["labels"], f"{where}, labels", ("en",)) if "labels" in row else {}
    return PathwayStage(code, MappingProxyType(labels), _basis(row, where, found))


def _transition(row: Mapping[str, object], n: int, found: Findings) -> Transition:
    start = found.code(row.get("from"), f"transition {n}, from")
    end = found.code(row.get("to"), f"transition {n}, to")
    where = f"transition {start or n} to {end or '?'}"
    found.only(row, _TRANSITION, where)
    agency = _maybe(row, "agency", where, found)
    return Transition(start, end, agency, _basis(row, where, found))


def _limit(row: Mapping[str, object], n: int, found: Findings) -> NationalLimit:
    code = found.code(row.get("code"), f"limit {n}, code")
    where = f"limit {code or n}"
    found.only(row, _LIMIT, where)
    unit = Unit.MONTHS if "months" in row else Unit.DAYS
    if "days" in row and "months" in row:
        found.add(where, "has both days and months; the law counts in one of them")
    length = _whole(row[unit], f"{where}, {unit}", found, LONGEST) if unit in row else 0
    return NationalLimit(
        code=code,
        labels=_tongues(row, "labels", where, found),
        start=found.code(row.get("from"), f"{where}, from"),
        which=_choice(row, "which", where, Which.EACH, found),
        outcomes=_texts(row, "outcomes", where, found),
        decided=_flag(row, "decided", where, found),
        until=found.code(row.get("until"), f"{where}, until"),
        length=length,
        unit=unit,
        counted=found.text(row.get("counted"), f"{where}, counted"),
        first=_day(row, "valid_from", where, date.min, found),
        last=_day(row, "valid_to", where, date.max, found),
        basis=_basis(row, where, found),
    )


def _basis(row: Mapping[str, object], where: str, found: Findings) -> Basis:
    if "confirmed" not in row:
        found.add(f"{where}, confirmed", "is missing; write false when it is to be confirmed")
    basis = Basis(
        article=_maybe(row, "article", where, found),
        source=_maybe(row, "source", where, found),
        confirmed=_flag(row, "confirmed", where, found),
        note=_maybe(row, "note", where, found),
    )
    if basis.confirmed and not (basis.article and basis.source):
        found.add(where, "is said to be confirmed without its article and its source")
    return basis


def _check(pathway: Pathway, edition: Edition, found: Findings) -> None:
    """Holds the file against the edition and against itself."""
    if pathway.edition and pathway.edition != edition.code:
        found.add("pathway, edition", f"it is written for another edition than {edition.code}")
    if bool(pathway.country) == (pathway.code == GENERIC):
        found.add("pathway, country", f"only the pathway {GENERIC} has none, and it has none")
    stages = [one.stage for one in pathway.stages]
    for code in _twice(stages):
        found.add(f"stage {code}", "stands twice")
    for code in _twice(one.code for one in pathway.limits):
        found.add(f"limit {code}", "stands twice")
    for start, end in _twice((one.start, one.end) for one in pathway.transitions):
        found.add(f"transition {start} to {end}", "stands twice")
    _terms(edition, "stages", [(f"stage {code}", code) for code in stages], found)
    for move in pathway.transitions:
        where = f"transition {move.start} to {move.end}"
        _listed(stages, where, (move.start, move.end), found)
        _terms(edition, "agency-types", [(f"{where}, agency", move.agency)], found)
    for limit in pathway.limits:
        where = f"limit {limit.code}"
        _listed(stages, where, (limit.start, limit.until), found)
        _terms(edition, "outcomes", [(f"{where}, outcomes", one) for one in limit.outcomes], found)
        if not limit.length and limit.basis.confirmed:
            found.add(where, "is said to be confirmed and has neither days nor months")
        if limit.first > limit.last:
            found.add(where, "ends before it begins to hold")


def _terms(edition: Edition, scheme: str, said: Iterable[tuple[str, str]], found: Findings) -> None:
    known = edition.by_code.get(scheme, ())
    for where, code in said:
        if code and code not in known:
            found.add(where, f"{code!r} is not a term of {scheme} in edition {edition.code}")


def _listed(stages: list[str], where: str, codes: Iterable[str], found: Findings) -> None:
    for code in codes:
        if code and code not in stages:
            found.add(where, f"{code!r} is not one of the stages this file lists")


def _twice(values: Iterable[_V]) -> list[_V]:
    seen: set[object] = set()
    again: dict[_V, None] = {}
    for value in values:
        if value in seen:
            again[value] = None
        seen.add(value)
    return list(again)


def _tongues(row: Mapping[str, object], key: str, where: str, found: Findings) -> Mapping[str, str]:
    return MappingProxyType(found.tongues(row.get(key), f"{where}, {key}", ("en",)))


def _maybe(row: Mapping[str, object], key: str, where: str, found: Findings) -> str:
    value = row.get(key, "")
    return "" if value == "" else found.text(value, f"{where}, {key}")


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


def _whole(value: object, where: str, found: Findings, most: int = 1_000_000) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= most:
        found.add(where, f"must be a whole number from 1 to {most:,}")
        return 0
    return value


def _day(row: Mapping[str, object], key: str, where: str, default: date, found: Findings) -> date:
    value = row.get(key, default)
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    found.add(f"{where}, {key}", "must be a day, such as 2022-02-01 without quotation marks")
    return default


def _choice(
    row: Mapping[str, object], key: str, where: str, default: Choice, found: Findings
) -> Choice:
    value = row.get(key, default)
    try:
        return type(default)(str(value))
    except ValueError:
        found.add(f"{where}, {key}", f"{value!r} is not one; known: {', '.join(type(default))}")
        return default
