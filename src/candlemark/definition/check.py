"""Makes an edition of what its files say, or refuses and names every fault of every file.

An incomplete term does not load: without a scope note nobody knows what belongs to it, without a
source nobody can check the note, and without a label in every tongue of the interface some reader
meets a code.  Half an edition is never given out.
"""

from __future__ import annotations

import re
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from candlemark.definition.edition import Edition
from candlemark.definition.fields import Findings
from candlemark.definition.terms import Scheme, Term
from candlemark.errors import DefinitionFaulty

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

EDITION_FILE = "edition.toml"
"""Names the edition and lists its schemes in order; every other TOML file holds one scheme."""

_EDITION_CODE = re.compile(r"[0-9]{4}\.[1-9][0-9]*")
_EDITION_FIELDS = frozenset({"code", "labels", "notes", "schemes"})
_SCHEME_FIELDS = frozenset({"code", "labels", "notes", "source"})
_TERM_FIELDS = frozenset({"code", "broader", "labels", "notes", "rank", "source"})


def build(files: Mapping[str, Mapping[str, object]], found: Findings | None = None) -> Edition:
    """The edition that these parsed files say, by file name.

    Args:
        files: content of every TOML file of the edition's folder.
        found: faults that were met before, while the files were read.

    Raises:
        DefinitionFaulty: with every fault of every file.
    """
    found = found or Findings()
    head = found.table(files.get(EDITION_FILE, {}).get("edition"), f"{EDITION_FILE}, edition")
    found.only(files.get(EDITION_FILE, {}), frozenset({"edition"}), EDITION_FILE)
    found.only(head, _EDITION_FIELDS, f"{EDITION_FILE}, edition")
    code = found.text(head.get("code"), f"{EDITION_FILE}, code")
    if code and not _EDITION_CODE.fullmatch(code):
        found.add(f"{EDITION_FILE}, code", f"{code!r} is not a year and a number, like 2026.1")
    labels = found.tongues(head.get("labels"), f"{EDITION_FILE}, labels")
    notes = found.tongues(head.get("notes"), f"{EDITION_FILE}, notes", ("en",))
    schemes: dict[str, Scheme] = {}
    for name in sorted(files.keys() - {EDITION_FILE}):
        scheme = _scheme(files[name], name, found)
        if scheme.code in schemes:
            found.add(name, f"the scheme {scheme.code!r} stands in another file too")
        schemes[scheme.code] = scheme
    listed = _listed(head.get("schemes"), schemes, found)
    if found.faults:
        raise DefinitionFaulty(
            f"the edition {code or '?'} cannot be used: {_faults(len(found.faults))}",
            hint="correct the places named; nothing was loaded",
            faults=found.faults,
        )
    return Edition(
        code=code,
        labels=MappingProxyType(labels),
        notes=MappingProxyType(notes),
        schemes=tuple(schemes[name] for name in listed),
    )


def _faults(count: int) -> str:
    return "it has a fault" if count == 1 else f"it has {count} faults"


def _listed(value: object, schemes: Mapping[str, Scheme], found: Findings) -> list[str]:
    where = f"{EDITION_FILE}, schemes"
    if not isinstance(value, list) or not value:
        found.add(where, "must list the codes of the schemes, in order")
        return []
    listed = [found.code(code, where) for code in value]
    for code in sorted({code for code in listed if listed.count(code) > 1}):
        found.add(where, f"lists {code!r} more than once")
    for code in sorted(set(listed) - schemes.keys()):
        found.add(where, f"lists {code!r}, and no file holds that scheme")
    for code in sorted(schemes.keys() - set(listed)):
        found.add(where, f"does not list {code!r}, which a file holds")
    return listed


def _scheme(file: Mapping[str, object], name: str, found: Findings) -> Scheme:
    head = found.table(file.get("scheme"), f"{name}, scheme")
    found.only(file, frozenset({"scheme", "term"}), name)
    found.only(head, _SCHEME_FIELDS, f"{name}, scheme")
    code = found.code(head.get("code"), f"{name}, scheme, code")
    if code and f"{code}.toml" != name:
        found.add(name, f"holds the scheme {code!r} and must be named {code}.toml")
    labels = found.tongues(head.get("labels"), f"{name}, scheme, labels")
    notes = found.tongues(head.get("notes"), f"{name}, scheme, notes", ("en",))
    source = found.text(head.get("source"), f"{name}, scheme, source")
    rows = found.tables(file.get("term"), f"{name}, term")
    terms = [_term(row, n, code, f"{name}, term", found) for n, row in enumerate(rows)]
    _check_codes(terms, name, found)
    _check_broader(terms, name, found)
    _check_labels(terms, name, found)
    return Scheme(
        code=code,
        labels=MappingProxyType(labels),
        notes=MappingProxyType(notes),
        source=source,
        terms=tuple(_ranked(terms)),
    )


def _term(row: Mapping[str, object], n: int, scheme: str, where: str, found: Findings) -> Term:
    code = found.code(row.get("code"), f"{where} {n + 1}, code")
    place = f"{where} {code or n + 1}"
    found.only(row, _TERM_FIELDS, place)
    broader = "broader" in row and found.code(row["broader"], f"{place}, broader")
    if broader and "rank" in row:
        found.add(f"{place}, rank", "belongs to the group, not to a narrower term")
    return Term(
        code=code,
        scheme=scheme,
        broader=broader or "",
        labels=MappingProxyType(found.tongues(row.get("labels"), f"{place}, labels")),
        notes=MappingProxyType(found.tongues(row.get("notes"), f"{place}, notes", ("en",))),
        source=found.text(row.get("source"), f"{place}, source"),
        order=n,
        rank=found.number(row.get("rank"), f"{place}, rank"),
    )


def _check_codes(terms: Sequence[Term], name: str, found: Findings) -> None:
    codes = [term.code for term in terms if term.code]
    for code in sorted({code for code in codes if codes.count(code) > 1}):
        found.add(f"{name}, term {code}", f"the code stands {codes.count(code)} times")


def _check_broader(terms: Sequence[Term], name: str, found: Findings) -> None:
    broader = {term.code: term.broader for term in terms}
    for code, above in broader.items():
        if above and above not in broader:
            found.add(f"{name}, term {code}, broader", f"there is no term {above!r}")
            continue
        way, higher = [code], above
        while higher and higher not in way:
            way.append(higher)
            higher = broader.get(higher, "")
        if higher == code:
            found.add(f"{name}, term {code}, broader", f"goes in a circle: {' < '.join(way)}")


def _check_labels(terms: Sequence[Term], name: str, found: Findings) -> None:
    """Two terms of a scheme that read alike cannot be told apart in a list."""
    seen: dict[tuple[str, str], str] = {}
    for term in terms:
        for tongue, label in term.labels.items():
            other = seen.setdefault((tongue, label.casefold()), term.code)
            if label and other != term.code:
                found.add(f"{name}, term {term.code}, labels.{tongue}", f"is also {other!r}'s")


def _ranked(terms: Sequence[Term]) -> list[Term]:
    """The terms with the rank of their group; left as they are where a fault was found."""
    by_code = {term.code: term for term in terms}
    ranked = []
    for term in terms:
        top, steps = term, 0
        while top.broader in by_code and steps < len(terms):
            top, steps = by_code[top.broader], steps + 1
        ranked.append(replace(term, rank=top.rank))
    return ranked
