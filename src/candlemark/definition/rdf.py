"""Statements, and the two ways of writing them down that every RDF library reads.

Only what an edition needs: no blank nodes, no lists, no datatypes but whole numbers.  Both writers
take the same statements, so the two files are one graph.  Nothing is sorted or merged here; the
order given is the order written, and equal editions give equal bytes.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

TYPE: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_INTEGER: Final = "http://www.w3.org/2001/XMLSchema#integer"

# Whatever could end the string or be changed on the way: quotes, backslashes, control characters,
# and the line separators that some readers take for the end of a line.
_UNSAFE = re.compile('["\\\\\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]')
_UNSAFE_IN_ADDRESS = re.compile(r'[\x00-\x20<>"{}|^`\\]')


@dataclass(frozen=True, slots=True)
class Text:
    """A text, in a tongue when ``tongue`` is given."""

    value: str
    tongue: str = ""


@dataclass(frozen=True, slots=True)
class Iri:
    """A thing named by its address."""

    value: str


Value = Iri | Text | int


@dataclass(frozen=True, slots=True)
class Statement:
    """Subject, predicate, value; subject and predicate are addresses."""

    subject: str
    predicate: str
    value: Value


def turtle(statements: Iterable[Statement], prefixes: Mapping[str, str]) -> str:
    """The statements in Turtle (W3C Recommendation of 2014), one block for each subject.

    Statements of one subject must stand together, and of one predicate within it.
    """
    blocks = [f"@prefix {name}: <{address}> .\n" for name, address in prefixes.items()]
    for subject, about in groupby(statements, key=lambda said: said.subject):
        lines = []
        for predicate, values in groupby(about, key=lambda said: said.predicate):
            said = ",\n        ".join(_turtle(item.value, prefixes) for item in values)
            lines.append(f"    {_short(predicate, prefixes, turtle=True)} {said}")
        blocks.append(f"\n{_address(subject)}\n" + " ;\n".join(lines) + " .\n")
    return "".join(blocks)


def json_ld(statements: Iterable[Statement], prefixes: Mapping[str, str]) -> str:
    """The statements in JSON-LD 1.1, one node for each subject, ordered as for :func:`turtle`."""
    graph: list[dict[str, object]] = []
    for subject, about in groupby(statements, key=lambda said: said.subject):
        node: dict[str, object] = {"@id": subject}
        for predicate, values in groupby(about, key=lambda said: said.predicate):
            if predicate == TYPE:
                node["@type"] = [_node_type(item.value, prefixes) for item in values]
            else:
                node[_short(predicate, prefixes)] = [_json(item.value) for item in values]
        graph.append(node)
    document = {"@context": dict(prefixes), "@graph": graph}
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _turtle(value: Value, prefixes: Mapping[str, str]) -> str:
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Iri):
        return _short(value.value, prefixes, turtle=True)
    escaped = _UNSAFE.sub(_escape, value.value)
    return f'"{escaped}"@{value.tongue}' if value.tongue else f'"{escaped}"'


def _escape(found: re.Match[str]) -> str:
    character = found[0]
    return f"\\{character}" if character in '"\\' else f"\\u{ord(character):04X}"


def _address(address: str) -> str:
    return f"<{_UNSAFE_IN_ADDRESS.sub(lambda found: f'%{ord(found[0]):02X}', address)}>"


def _short(address: str, prefixes: Mapping[str, str], *, turtle: bool = False) -> str:
    if turtle and address == TYPE:
        return "a"
    for name, start in prefixes.items():
        local = address.removeprefix(start)
        if local != address and local.isalpha():
            return f"{name}:{local}"
    return _address(address) if turtle else address


def _node_type(value: Value, prefixes: Mapping[str, str]) -> str:
    if not isinstance(value, Iri):
        raise TypeError("a type is named by an address")
    return _short(value.value, prefixes)


def _json(value: Value) -> dict[str, str]:
    if isinstance(value, int):
        return {"@type": _INTEGER, "@value": str(value)}
    if isinstance(value, Iri):
        return {"@id": value.value}
    if value.tongue:
        return {"@language": value.tongue, "@value": value.value}
    return {"@value": value.value}
