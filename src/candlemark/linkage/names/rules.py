"""The rules of names, which are data: ``rules.toml``."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from typing import Any, Final

from candlemark.tongues import LETTERS_VERSION

_FILE: Final[dict[str, Any]] = tomllib.loads(
    files("candlemark.linkage.names").joinpath("rules.toml").read_text("utf-8")
)

FOLDING_VERSION: Final = f"{_FILE['version']}.{LETTERS_VERSION}"
"""Of the rules and of the letters under them; kept beside everything that was folded by them."""

AFTER_FATHER: Final = frozenset[str](_FILE["father"]["after"])
BEFORE_FATHER: Final = frozenset[str](_FILE["father"]["before"])
PATRONYMICS: Final = tuple(sorted(_FILE["father"]["endings"], key=len, reverse=True))
TITLES: Final = frozenset[str](_FILE["titles"]["words"])
BESIDE_A_TITLE: Final[int] = _FILE["titles"]["others"]
SURELY_FAMILY: Final = tuple(_FILE["family"]["sure"])
MAYBE_FAMILY: Final = tuple(_FILE["family"]["maybe"])
ENDINGS_ALONE: Final = frozenset[str](_FILE["father"]["after"]) | {*SURELY_FAMILY, *MAYBE_FAMILY}
"""What families end in, or fathers' names: where it stands as a word it says nothing by itself."""
MAYBE_LETTERS: Final[int] = _FILE["family"]["maybe_letters"]
SAYS_WOMAN: Final = tuple(_FILE["sex"]["woman"])
SAYS_MAN: Final = tuple(_FILE["sex"]["man"])
DAUGHTER_OF: Final = frozenset[str](_FILE["sex"]["woman_after_father"])
WEIGHTS: Final[dict[str, float]] = _FILE["score"]
