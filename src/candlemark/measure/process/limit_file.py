"""Time limits for an event log, as a small file: from which state, to which, in how many days.

Limits of a state's law for case files stand in its pathway.  A log that comes without a vault has
none, so whoever asks writes them down, each with where it was read.  What cannot be read is refused
with every fault; a limit without a source is refused too, because nobody could check it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from candlemark.definition.fields import Findings
from candlemark.definition.toml_files import TomlFiles
from candlemark.errors import SettingRefused
from candlemark.measure.process.passages import Which

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

LONGEST: Final = 36_600
"""Days in a hundred years: a longer limit is a slip of the pen."""

_FILES: Final = TomlFiles(
    noun="limits-file",
    largest=100_000,
    unknown=SettingRefused,
    too_large="one file holds the limits of one procedure",
)
_FIELDS: Final = frozenset({"code", "from", "to", "days", "source", "which", "note"})


@dataclass(frozen=True, slots=True)
class Limit:
    """One time limit."""

    code: str
    start: str
    """Own name or code of the state that it runs from."""
    until: str
    """Of the state that meets it."""
    days: int
    """The last day in time is so many days after the one it runs from, which is day 0."""
    source: str
    """The article of law, or the rule, and where it was read."""
    which: Which = Which.FIRST
    note: str = ""


def read_limits(source: bytes | Path) -> tuple[Limit, ...]:
    """The limits of a file.

    Raises:
        SettingRefused: the file cannot be read.
        DefinitionFaulty: it has faults; all are named.
    """
    content = _FILES.content(source, lambda: "name a file; docs/formats/limits-file.md shows one")
    found = Findings()
    document = _FILES.parsed(content)
    found.only(document, frozenset({"limit"}), "the file")
    limits = [
        _limit(found, table, f"limit {number}")
        for number, table in enumerate(found.tables(document.get("limit"), "limit"), start=1)
    ]
    codes = [limit.code for limit in limits]
    for number, code in enumerate(codes, start=1):
        if code and code in codes[: number - 1]:
            found.add(f"limit {number}, code", f"{code!r} stands twice")
    _FILES.require("", found)
    return tuple(limits)


def _limit(found: Findings, table: Mapping[str, object], where: str) -> Limit:
    found.only(table, _FIELDS, where)
    which = table.get("which", Which.FIRST.value)
    if not isinstance(which, str) or which not in set(Which):
        found.add(f"{where}, which", f"must be one of {', '.join(Which)}")
        which = Which.FIRST.value
    note = table.get("note")
    return Limit(
        code=found.code(table.get("code"), f"{where}, code"),
        start=found.text(table.get("from"), f"{where}, from"),
        until=found.text(table.get("to"), f"{where}, to"),
        days=_days(found, table.get("days"), f"{where}, days"),
        source=found.text(table.get("source"), f"{where}, source"),
        which=Which(which),
        note=found.text(note, f"{where}, note") if note is not None else "",
    )


def _days(found: Findings, value: object, where: str) -> int:
    # True is an int to Python and a mistake to everybody else
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= LONGEST:
        found.add(where, f"must be a whole number from 1 to {LONGEST:,}")
        return 1
    return value
