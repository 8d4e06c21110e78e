"""Files of one sort in TOML, shipped with Candlemark or handed in: read whole, or refused."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from candlemark.definition.terms import nearest
from candlemark.errors import DefinitionFaulty

if TYPE_CHECKING:
    from collections.abc import Callable
    from importlib.resources.abc import Traversable

    from candlemark.definition.fields import Findings
    from candlemark.errors import CandlemarkError


@dataclass(frozen=True, slots=True)
class TomlFiles:
    """One sort of file: a crosswalk, a pathway.

    ``noun`` is what people call one; it names the folder of shipped ones and the page of its
    format too.  ``largest`` is in bytes.
    """

    noun: str
    largest: int
    unknown: type[CandlemarkError]
    too_large: str
    """What to do about a file that is larger."""

    def codes(self) -> tuple[str, ...]:
        """Codes of those shipped, in alphabetical order."""
        names = (item.name for item in self._shipped().iterdir())
        return tuple(sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml")))

    def shipped(self, code: str) -> bytes:
        """A shipped file; ``unknown`` is raised, with the nearest code, where there is none."""
        codes = self.codes()
        if code not in codes:  # by listing, never by joining: a code is not a path
            close = nearest(code, codes)
            known = f"known: {', '.join(codes)}"
            raise self.unknown(
                f"there is no {self.noun} {code[:60]!r}",
                hint=f"{close}; {known}" if close.startswith("did you mean") else known,
            )
        return self._shipped().joinpath(f"{code}.toml").read_bytes()

    def content(self, source: bytes | Path, hint: Callable[[], str]) -> bytes:
        """The bytes of a file; ``unknown`` is raised, with the hint, where it cannot be read."""
        if not isinstance(source, Path):
            return source
        try:
            return source.read_bytes()
        except OSError as cause:
            raise self.unknown(
                f"the {self.noun} file {source.name!r} cannot be read", hint=hint()
            ) from cause

    def parsed(self, content: bytes) -> dict[str, Any]:
        """What stands in a file.

        Raises:
            DefinitionFaulty: it is too large, or no TOML.
        """
        if len(content) > self.largest:
            raise DefinitionFaulty(
                f"the {self.noun} is larger than {self.largest:,} bytes", hint=self.too_large
            )
        try:
            return tomllib.loads(content.decode())
        except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as cause:
            raise DefinitionFaulty(
                f"the {self.noun} cannot be read as TOML: {cause}",
                hint=f"correct the file at the place named; docs/formats/{self.noun}.md shows one",
            ) from cause

    def require(self, code: str, found: Findings) -> None:
        """Refuse a file in which something was found; all of it is named.

        Raises:
            DefinitionFaulty: with every fault.
        """
        if found.faults:
            count = "a fault" if len(found.faults) == 1 else f"{len(found.faults)} faults"
            page = f"docs/formats/{self.noun}.md"
            raise DefinitionFaulty(
                f"the {self.noun} {code or '?'} cannot be used: it has {count}",
                hint=f"correct the places named; {page} says what each field takes",
                faults=found.faults,
            )

    def _shipped(self) -> Traversable:
        return files("candlemark.definition").joinpath(f"{self.noun}s")
