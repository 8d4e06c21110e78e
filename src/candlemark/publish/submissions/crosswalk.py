"""From the terms of our edition to the categories of a recipient.

A crosswalk of a recipient is data, like that of an agency, and read as strictly: a term without a
place, a place without a term in the edition, a label that lacks a tongue, and it does not load.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

from candlemark.definition import Definition
from candlemark.errors import DefinitionFaulty, Fault
from candlemark.publish.table import TONGUES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from candlemark.definition import Scheme
    from candlemark.publish.table import Texts

BIAS: Final = "bias"
OFFENCE: Final = "offence"
UNSPECIFIED: Final = "unspecified"
"""Where an act goes that nobody coded."""
_SCHEMES: Final = {BIAS: "bias-grounds", OFFENCE: "offences"}


@dataclass(frozen=True, slots=True)
class Categories:
    """The categories of a recipient, in its order, and where our terms go."""

    source: str
    labels: Mapping[str, Mapping[str, Texts]]
    """Per ``bias`` and ``offence`` the categories by code, each in every tongue."""
    places: Mapping[str, Mapping[str, str]]
    """Per ``bias`` and ``offence`` the category of each term; empty where it is not taken."""

    def of(self, what: str, terms: Iterable[str]) -> tuple[str, ...]:
        """The categories of some terms, in the recipient's order; what is not taken has none."""
        places = self.places[what]
        found = {places.get(one, "") if one else UNSPECIFIED for one in terms}
        return tuple(code for code in self.labels[what] if code in found)


@cache
def categories(code: str) -> Categories:
    """The crosswalk of a recipient.

    Raises:
        DefinitionFaulty: it is not whole; every fault is named.
    """
    content = files("candlemark.publish.submissions").joinpath(f"{code}.toml").read_bytes()
    return read_categories(content)


def read_categories(content: bytes) -> Categories:
    """The crosswalk in a file.

    Raises:
        DefinitionFaulty: it is not whole; every fault is named.
    """
    found = tomllib.loads(content.decode())
    edition = Definition.load(found["crosswalk"]["edition"])
    said: dict[str, dict[str, str]] = {}
    faults: list[Fault] = []
    for what, scheme in _SCHEMES.items():
        named = {term: one["code"] for one in found[what] for term in one["terms"]}
        if what == OFFENCE:
            named |= dict.fromkeys(found["not-taken"]["terms"], "")
        faults += _faults(what, found[what], named, edition.scheme(scheme))
        said[what] = dict(_places(named, edition.scheme(scheme)))
    if faults:
        raise DefinitionFaulty(
            "this crosswalk is not whole", hint="correct the places named", faults=faults
        )
    labels = {
        what: {one["code"]: {tongue: one[tongue] for tongue in TONGUES} for one in found[what]}
        for what in _SCHEMES
    }
    return Categories(found["crosswalk"]["source"], labels, said)


def _places(named: Mapping[str, str], scheme: Scheme) -> Iterator[tuple[str, str]]:
    """Each term with the category of itself, or of the nearest broader term that has one."""
    for term in scheme:
        nearest = [named[one.code] for one in scheme.path(term.code) if one.code in named]
        if nearest:
            yield term.code, nearest[-1]


def _faults(
    what: str, found: Iterable[Mapping[str, Any]], named: Mapping[str, str], scheme: Scheme
) -> Iterator[Fault]:
    for one in found:
        missing = [tongue for tongue in TONGUES if not one.get(tongue, "").strip()]
        if missing:
            yield Fault(f"{what} {one['code']}", f"the label is missing in {', '.join(missing)}")
    for code in named:
        if code not in scheme:
            yield Fault(f"{what} {code}", f"it is no term of {scheme.code}")
    placed = dict(_places(named, scheme))
    for term in scheme:
        if term.code not in placed:
            yield Fault(f"{what} {term.code}", "it has no place")
