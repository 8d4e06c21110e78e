"""How alike two values can be, as conditions of SQL, the surest first.

The same text goes to Splink, which trains with it on DuckDB or Spark, and into our own scoring; so
it uses what both dialects know.  A level is the first whose condition holds.  *Unknown* on either
side is no level at all: it weighs nothing, whatever the other says.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from candlemark.linkage.engine.plan import Compared

EXACT: Final = "equal"
ELSE: Final = "different"
CHANGED_PLACES: Final = "changed places"
_HALF: Final = 0.5


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a comparison."""

    label: str
    """Stable: explanations and translations go by it."""
    condition: str
    frequency: str = ""
    """The column whose rarity counts at this level; empty where it does not."""
    counts: float = 1.0
    """How much of it counts: that a rare name is met again but for a letter says less than that it
    is met again, and more than that of a common one."""

    @property
    def equal(self) -> bool:
        """Whether the values whose rarity counts are one."""
        return bool(self.frequency) and self.counts >= 1 and self.label != CHANGED_PLACES


@dataclass(frozen=True, slots=True)
class Levels:
    """The levels of one comparison; one that is none of them is :data:`ELSE`."""

    unknown: str
    """Condition under which nothing can be said."""
    levels: tuple[Level, ...]

    @property
    def labels(self) -> tuple[str, ...]:
        """Of all levels, the last being :data:`ELSE`."""
        return (*(one.label for one in self.levels), ELSE)


def levels_of(one: Compared) -> Levels:
    """The levels of a comparison of a plan; see the functions of each kind."""
    return {
        "name": _name,
        "day": _day,
        "minute": _minute,
        "same": _same,
        "terms": _terms,
        "number": _number,
        "text": _text,
    }[one.kind](one)


def _null(*names: str) -> str:
    return " OR ".join(f"{name}_{side} IS NULL" for name in names for side in "lr")


def _near(column: str) -> str:
    """Normalised similarity by Levenshtein: 1 for equal, 0 for nothing in common."""
    left, right = f"{column}_l", f"{column}_r"
    longest = f"greatest(length({left}), length({right}), 1)"
    return f"(1.0 - levenshtein({left}, {right}) / (1.0 * {longest}))"


def name_score(name: str) -> str:
    """The mean of how two names sound and how they are written, as ``names.scoring`` has it."""
    heard, bare = _near(f"{name}_heard"), _near(f"{name}_bare")
    folded = f"greatest({heard}, 0.55 * {heard} + 0.45 * {bare})"
    return f"(({_near(name)} + {folded}) / 2)"


def _at_least(name: str, score: float) -> str:
    """Whether two names score so much.  Most pairs fail at the half that is cheaper to work out."""
    return f"{_near_enough(name, 2 * score - 1)} AND {name_score(name)} >= {score}"


def _near_enough(column: str, share: float) -> str:
    """Whether two texts are so near; not when one is so much longer that they cannot be."""
    left, right = f"length({column}_l)", f"length({column}_r)"
    enough = f"least({left}, {right}) >= {share:.2f} * greatest({left}, {right})"
    return f"{enough} AND {_near(column)} >= {share:.2f}"


def _name(one: Compared) -> Levels:
    """Written, heard, then alike; the consonants, for a script that writes no vowels.

    ``crossed``: given and family name may stand in each other's place; then the one comparison says
    so, and the other nothing, or the same fact would count twice.
    """
    name, score = one.name, name_score(one.name)
    unknown, crossed = _null(name), list[Level]()
    if one.crossed:
        other = one.crossed
        turned = f"(({_turned(name, other)}) OR ({_turned_by_keys(name, other)}))"
        if name < other:
            crossed.append(Level(CHANGED_PLACES, turned, f"{name}_heard" if one.frequency else ""))
        else:
            unknown += f" OR {turned}"
    # Two clerks write one name as each is used to, and that they write it alike says little more
    # than that it sounds alike; so it is the rarity of the sound that counts.
    rare = f"{name}_heard" if one.frequency else ""
    keys = f"list_has_any({name}_longest_l, {name}_longest_r)"
    return Levels(
        unknown,
        (
            Level(EXACT, f"{name}_l = {name}_r", rare),
            Level("heard as one", f"{name}_heard_l = {name}_heard_r", rare),
            *crossed,
            Level("very alike", _at_least(name, 0.84), rare, _HALF),
            Level("same consonants", f"{keys} AND {score} >= 0.45", rare, _HALF),
            Level("alike", _at_least(name, 0.7), rare, _HALF),
            Level("consonants alike", _near_enough(f"{name}_bare", 0.74)),
            Level(
                "share a word",
                f"({name}_l LIKE '% %' OR {name}_r LIKE '% %')"
                f" AND list_has_any({name}_words_l, {name}_words_r)",
            ),
        ),
    )


def _turned(name: str, other: str) -> str:
    """Each is heard as the other's other name."""
    crossed = f"{name}_heard_l = {other}_heard_r AND {other}_heard_l = {name}_heard_r"
    return f"{name}_heard_l <> {name}_heard_r AND {crossed}"


def _turned_by_keys(name: str, other: str) -> str:
    """The consonants say that they changed places, and that they did not they do not say at all."""

    def share(one: str, another: str) -> str:
        return f"list_has_any({one}_longest_l, {another}_longest_r)"

    straight = f"NOT {share(name, name)} AND NOT {share(other, other)}"
    return f"{share(name, other)} AND {share(other, name)} AND {straight}"


def _day(one: Compared) -> Levels:
    """Equal; one digit off or day and month turned; a month or year that holds the other day."""
    name = one.name
    left, right = f"{name}_l", f"{name}_r"
    turned = (
        f"substr({left}, 1, 5) = substr({right}, 1, 5)"
        f" AND substr({left}, 6, 2) = substr({right}, 9, 2)"
        f" AND substr({left}, 9, 2) = substr({right}, 6, 2)"
    )
    within = f"{name}_lo_l <= {name}_hi_r AND {name}_lo_r <= {name}_hi_l"
    apart = f"abs({name}_number_l - {name}_number_r)"
    return Levels(
        _null(f"{name}_lo"),
        (
            Level(EXACT, f"{left} = {right}"),
            Level("a slip", f"levenshtein({left}, {right}) <= 1 OR ({turned})"),
            Level("may be one", f"({left} IS NULL OR {right} IS NULL) AND {within}"),
            Level("three days", f"{apart} <= 3"),
            Level("a month", f"{apart} <= 31"),
        ),
    )


def _minute(one: Compared) -> Levels:
    apart = f"abs({one.name}_l - {one.name}_r)"
    return Levels(
        _null(one.name),
        (
            Level(EXACT, f"{one.name}_l = {one.name}_r"),
            Level("a quarter of an hour", f"{apart} <= 15"),
            Level("two hours", f"{apart} <= 120"),
        ),
    )


def _same(one: Compared) -> Levels:
    frequency = one.name if one.frequency else ""
    return Levels(_null(one.name), (Level(EXACT, f"{one.name}_l = {one.name}_r", frequency),))


def _terms(one: Compared) -> Levels:
    """All the same; one in common."""
    name = one.name
    return Levels(
        _null(name),
        (
            Level(EXACT, f"{name}_l = {name}_r", name if one.frequency else ""),
            Level("one in common", f"list_has_any({name}_terms_l, {name}_terms_r)"),
        ),
    )


def _number(one: Compared) -> Levels:
    return Levels(
        _null(one.name),
        (
            Level(EXACT, f"{one.name}_l = {one.name}_r"),
            Level("one more", f"abs({one.name}_l - {one.name}_r) = 1"),
        ),
    )


def _text(one: Compared) -> Levels:
    frequency = one.name if one.frequency else ""
    return Levels(
        _null(one.name),
        (
            Level(EXACT, f"{one.name}_l = {one.name}_r", frequency),
            Level("very alike", _near_enough(one.name, 0.85)),
            Level("alike", _near_enough(one.name, 0.7)),
        ),
    )
