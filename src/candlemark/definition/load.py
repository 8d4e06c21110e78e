"""Reads an edition from the files shipped with Candlemark, or from a folder.

Nothing is remembered here: loading takes some tens of milliseconds, an edition never changes once
it is loaded, and whoever needs it longer keeps it.
"""

from __future__ import annotations

import tomllib
from importlib.resources import files
from typing import TYPE_CHECKING

from candlemark.definition.check import EDITION_FILE, build
from candlemark.definition.fields import Findings
from candlemark.definition.terms import nearest
from candlemark.errors import DefinitionFaulty, UnknownTerm

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

    from candlemark.definition.edition import Edition

LATEST = "2026.1"
"""The edition new facts are coded under."""


class Definition:
    """The way in to the definition: which editions there are, and each of them, loaded."""

    @staticmethod
    def editions() -> tuple[str, ...]:
        """Codes of the editions shipped, oldest first."""
        shipped = _shipped().iterdir()
        codes = [item.name for item in shipped if item.joinpath(EDITION_FILE).is_file()]
        return tuple(sorted(codes, key=_by_number))

    @staticmethod
    def load(edition: str = LATEST) -> Edition:
        """A shipped edition, checked whole.

        Raises:
            UnknownTerm: no edition has this code.
            DefinitionFaulty: its files have faults; all are named.
        """
        # by listing, never by joining: a code is not a path
        if edition not in Definition.editions():
            raise UnknownTerm(
                f"there is no edition {edition[:20]!r}",
                hint=nearest(edition, Definition.editions()),
            )
        return Definition.read(_shipped().joinpath(edition))

    @staticmethod
    def read(folder: Traversable) -> Edition:
        """The edition in a folder, by whatever name the folder has.

        Raises:
            DefinitionFaulty: its files have faults; all are named.
        """
        found = Findings()
        content = {}
        try:
            names = sorted(item.name for item in folder.iterdir())
        except OSError as cause:
            raise DefinitionFaulty(
                f"the folder {folder.name!r} cannot be read", hint="give the folder of an edition"
            ) from cause
        for name in names:
            if not name.endswith(".toml"):
                continue
            try:
                content[name] = tomllib.loads(folder.joinpath(name).read_text("utf-8"))
            except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as cause:
                found.add(name, f"cannot be read: {cause}")
        return build(content, found)


def _shipped() -> Traversable:
    return files("candlemark.definition").joinpath("editions")


def _by_number(code: str) -> tuple[int, ...]:
    return tuple(int(part) if part.isdigit() else 0 for part in code.split("."))
