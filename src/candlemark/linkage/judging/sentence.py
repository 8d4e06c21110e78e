"""A link in one sentence, which a judge would accept, in every tongue of the interface.

It says what agrees, what is close, what differs, what nobody knows, and how often so much agreement
is chance.

It says what was found and not what follows from it.  In particular it never says how likely it is
that two records are one: *one pair in 40,000 agrees by chance* is not *wrong once in 40,000 times*,
and to take one for the other is the oldest mistake of evidence in court.

Pure, without a catalogue: the parts and their plurals stand in ``sentence.toml``.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, Final

from candlemark.linkage.facts import CASE, PERSON
from candlemark.linkage.judging.evidence import SMALLEST, Level, by_chance, of_level
from candlemark.tongues import INTERFACE, direction, grouped, listed, plural

if TYPE_CHECKING:
    from collections.abc import Sequence

    from candlemark.linkage.judging.evidence import Finding

_LEVELS: Final = (Level.AGREES, Level.CLOSE, Level.DIFFERS, Level.UNKNOWN)
_OFTEN: Final = 0.5
_DIGITS: Final = 2


@cache
def _parts() -> dict[str, Any]:
    file = resources.files("candlemark.linkage.judging") / "sentence.toml"
    return tomllib.loads(file.read_text("utf-8"))


def column_name(column: str, tongue: str) -> str:
    """What a column is called in the middle of a sentence; itself where it has no name.

    Its own name is in Latin letters: where a tongue runs the other way it is held apart, or its
    hyphens and figures would mix with the words beside it.
    """
    said: dict[str, str] = _parts()["columns"].get(column, {})
    own = f"\N{FIRST STRONG ISOLATE}{column}\N{POP DIRECTIONAL ISOLATE}"
    return said.get(tongue, own if direction(tongue) == "rtl" else column)


def explanation(findings: Sequence[Finding], tongue: str, unit: str = CASE) -> str:
    """The sentence, in one tongue of the interface; in English for any other.

    Args:
        findings: the columns that were compared.
        tongue: of the reader.
        unit: ``case`` or ``person``: what the records are of.
    """
    spoken = tongue if tongue in INTERFACE else INTERFACE[0]
    by_level = {level: of_level(findings, level) for level in _LEVELS}
    parts = [
        _columns(level, [one.column for one in several], spoken)
        for level, several in by_level.items()
        if several
    ]
    if not any(by_level[level] for level in _LEVELS if level is not Level.UNKNOWN):
        parts.insert(0, _parts()["silent"][spoken])
    elif not (by_level[Level.AGREES] or by_level[Level.CLOSE]):
        parts.insert(0, _parts()["nothing"][spoken])
    else:
        parts.append(_chance(by_chance(findings), spoken, unit))
    text = ("؛ " if spoken == "fa" else "; ").join(parts)
    return f"{_capital(text, spoken)}."


def _columns(level: Level, columns: Sequence[str], tongue: str) -> str:
    forms = _parts()[level.value]
    count = plural(len(columns), tongue)
    form: str = (forms["one"] if len(columns) == 1 and count == "one" else forms["other"])[tongue]
    return form.format(what=listed([column_name(one, tongue) for one in columns], tongue))


def _chance(chance: float, tongue: str, unit: str) -> str:
    of = unit if unit in {CASE, PERSON} else CASE
    if chance > _OFTEN:
        often: str = _parts()["often"][of][tongue]
        return often
    rare = chance < SMALLEST
    number = rounded(1 / max(chance, SMALLEST))
    form: str = _parts()["rare" if rare else "chance"][of][tongue]
    return form.format(n=grouped(number, tongue))


def rounded(number: float) -> int:
    """A number of pairs with two figures that count: more would be more than a model knows."""
    whole = round(number)
    return round(whole, _DIGITS - len(str(whole)))


def _capital(text: str, tongue: str) -> str:
    first = text[:1]
    return ("İ" if first == "i" and tongue in {"az", "tr"} else first.upper()) + text[1:]
