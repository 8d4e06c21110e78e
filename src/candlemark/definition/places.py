"""Places by ISO 3166-2, however a source spells them.

A name that fits two regions is no region: it stays as text.  Only countries with a list are known.
"""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

from candlemark.tongues import ascii_key, name_keys, sounding_key, tongue_of

if TYPE_CHECKING:
    from candlemark.definition.terms import Scheme

_FILE: Final[dict[str, Any]] = tomllib.loads(
    files("candlemark.definition").joinpath("places.toml").read_text("utf-8")
)
_SAME: Final[dict[str, str]] = _FILE["same"]
_BESIDE: Final = frozenset[str](_FILE["beside"])
_COUNTRIES: Final = tuple(name for name in _FILE if re.fullmatch("[A-Z]{2}", name))
_CODE: Final = re.compile(r"[A-Z]{2}-[A-Z0-9]{1,3}")
_WORD: Final = re.compile(r"\w+")
_LONG_KEY: Final = 3
"""Consonants a name needs to be known by its sound alone."""


@lru_cache(maxsize=16_384)
def place_key(text: str) -> str:
    """A place as written, without accents and without words such as district.

    Empty for none, and for a code, which is no name.
    """
    if _CODE.fullmatch(text.strip().upper()) and "-" in text:
        return ""
    words = ascii_key(text, tongue_of(text)).replace(".", " ").replace(",", " ").split()
    return " ".join(word for word in words if word not in _BESIDE) or " ".join(words)


def own_words(label: str) -> str:
    """A place without words beside its name that say what it is: *Baku* of *Baku (city)*."""
    words = _WORD.findall(label)
    return " ".join(one for one in words if ascii_key(one, tongue_of(one)) not in _BESIDE)


@lru_cache(maxsize=16_384)
def region_of(text: str, country: str) -> str | None:
    """The ISO 3166-2 code of a place, or None.

    Args:
        text: a code, or a name in any script this program knows.
        country: ISO 3166-1 alpha-2; without a list of its regions, only a code is understood.
    """
    code = text.strip().upper()
    known = _regions(country)
    if _CODE.fullmatch(code):
        code = _SAME.get(code, code)
        return code if code.startswith(f"{country}-") and (not known or code in known) else None
    key = place_key(text)
    if not key:
        return None
    for level in (_plain, _heard, _by_consonants):
        asked = level(key, text)
        found = {
            code
            for code, names in known.items()
            for name in names
            if asked & level(name[1], name[0])
        }
        if found:
            return found.pop() if len(found) == 1 else None
    return None


def region_named(regions: Scheme, text: str, country: str = "") -> str:
    """The one region of the definition that a text names; empty for none, and for several.

    Args:
        regions: the scheme.
        text: a code, or a name in any script this program knows.
        country: where it lies, by ISO 3166-1; empty where nobody says.
    """
    codes = (region_of(text, one) for one in ((country,) if country else _COUNTRIES))
    found = {term for code in codes if code and (term := code.lower()) in regions}
    return found.pop() if len(found) == 1 else ""


@lru_cache(maxsize=8)
def _regions(country: str) -> dict[str, tuple[tuple[str, str], ...]]:
    """Names of a country's regions, as written and as keys."""
    listed: dict[str, list[str]] = _FILE.get(country, {})
    return {
        code: tuple((name, place_key(name)) for name in names) for code, names in listed.items()
    }


def _plain(key: str, text: str) -> frozenset[str]:
    del text
    return frozenset({key})


def _heard(key: str, text: str) -> frozenset[str]:
    del text
    return frozenset({sounding_key(key)})


def _by_consonants(key: str, text: str) -> frozenset[str]:
    first = key.split(maxsplit=1)[0]
    original = next((word for word in text.split() if place_key(word).startswith(first[:1])), text)
    return frozenset(
        one for one in name_keys(original, tongue_of(original)) if len(one.strip("A=")) >= _LONG_KEY
    )
