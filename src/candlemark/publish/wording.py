"""The words of what is published, in every tongue; refused when one is missing.

A page for the public is a file that no server translates: it is written in each tongue when it is
built.  Texts with places to fill in name them (``{days}``), so that a tongue can put them where its
grammar wants them.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from functools import cache
from importlib.resources import files
from string import Formatter
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from candlemark.errors import DefinitionFaulty, Fault
from candlemark.publish.table import TONGUES, Form, Measure, Sign

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from candlemark.publish.table import Texts

PAGES: Final = (
    "pages",
    "front",
    "beside",
    "answers",
    "press",
    "definition",
    "methods",
    "search",
)
"""Files of the texts of pages; a part of the site with many texts has a file of its own."""


def texts(section: str, code: str, **inside: Texts | str | int) -> Texts:
    """A text in every tongue, its places filled in.

    Args:
        section: of the file, such as ``question``.
        code: within the section.
        inside: what stands at each place: a text in every tongue, or the same in all.

    Raises:
        KeyError: there is no such text; a mistake of the program.
    """
    found = _vocabulary()[section][code]
    return filled(found, **inside)


def filled(found: Texts, **inside: Texts | str | int) -> Texts:
    """A text in every tongue with its places filled in."""
    if not inside:
        return found
    return {
        tongue: text.format(**{name: _in(tongue, value) for name, value in inside.items()})
        for tongue, text in found.items()
    }


def knows(section: str, code: str) -> bool:
    """Whether there is such a text."""
    return code in _vocabulary().get(section, {})


def measure(code: str) -> Measure:
    """A measure that figures have."""
    found = _vocabulary()["measure"][code]
    return Measure(code, found["labels"], found["notes"], Form(found["form"]))


def sign_labels(sign: Sign) -> Texts:
    """What a sign is called."""
    labels: Texts = _vocabulary()["sign"][sign.value]["labels"]
    return labels


def sign_notes(sign: Sign) -> Texts:
    """What a sign means."""
    notes: Texts = _vocabulary()["sign"][sign.value]["notes"]
    return notes


def glyph(sign: Sign) -> str:
    """What stands in a cell of a page; empty for a number."""
    found: str = _vocabulary()["sign"][sign.value]["glyph"]
    return found


@cache
def page_words(tongue: str) -> Mapping[str, str]:
    """The texts of the pages in one tongue."""
    return MappingProxyType({code: said[tongue] for code, said in _pages().items()})


@cache
def file_words(name: str, tongue: str) -> Mapping[str, str]:
    """The texts of one file of words in one tongue."""
    return MappingProxyType({code: said[tongue] for code, said in _read(name).items()})


def same(text: str) -> Texts:
    """One text that is the same in every tongue: a name."""
    return dict.fromkeys(TONGUES, text)


def _in(tongue: str, value: Texts | str | int) -> str:
    return str(value) if isinstance(value, (str, int)) else value[tongue]


@cache
def _pages() -> Mapping[str, Texts]:
    """The texts of all files of pages.

    Raises:
        DefinitionFaulty: two files name the same text.
    """
    read = {name: _read(name) for name in PAGES}
    named = Counter(code for one in read.values() for code in one)
    twice = tuple(Fault(code, "two files have it") for code, count in named.items() if count > 1)
    if twice:
        raise DefinitionFaulty(
            "texts of pages share a name", hint="call one of them otherwise", faults=twice
        )
    return {code: said for one in read.values() for code, said in one.items()}


@cache
def _vocabulary() -> Mapping[str, Any]:
    return _read("vocabulary")


def _read(name: str) -> Mapping[str, Any]:
    content = files("candlemark.publish").joinpath("words", f"{name}.toml").read_bytes()
    found = tomllib.loads(content.decode())
    faults = tuple(_faults(name, found))
    if faults:
        raise DefinitionFaulty(
            f"the words of {name} are not whole", hint="add what is missing", faults=faults
        )
    return MappingProxyType(found)


def _faults(where: str, found: Mapping[str, Any]) -> Iterator[Fault]:
    """A text that lacks a tongue, or whose places differ from tongue to tongue."""
    if all(isinstance(value, str) for value in found.values()):
        if set(found) <= {"form", "glyph"}:
            return
        missing = [tongue for tongue in TONGUES if not found.get(tongue, "").strip()]
        if missing:
            yield Fault(where, f"the text is missing in {', '.join(missing)}")
        elif len({_places(text) for text in found.values()}) > 1:
            yield Fault(where, "its places are not the same in every tongue")
        return
    for name, inner in found.items():
        if isinstance(inner, dict):
            yield from _faults(f"{where}.{name}", inner)


def _places(text: str) -> frozenset[str]:
    return frozenset(name for _, name, _, _ in Formatter().parse(text) if name)
