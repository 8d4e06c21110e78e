"""What speaks for and against two records being one: the evidence of a run, column by column.

A finding says how a column of the two compares, how much that weighs, and how often records that
are *not* one agree as much.  It holds no value of either record, so it may be shown to somebody who
may not see who the people are.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import prod
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class Level(StrEnum):
    """How one column of two records compares."""

    AGREES = "agrees"
    CLOSE = "close"
    DIFFERS = "differs"
    UNKNOWN = "unknown"  # one side, or both, do not say


@dataclass(frozen=True, slots=True)
class Finding:
    """What one column says."""

    column: str
    """What was compared: ``day``, ``name``, ``docket`` …"""
    level: Level
    weight: float = 0.0
    """log2 of how much likelier this is for two records that are one than for two that are not: 3
    is eight times as likely, -3 eight times less.  0 where nobody knows."""
    chance: float = 1.0
    """Of pairs of records that are not one, the share that compares so well or better; 1 where
    nobody knows."""


class Strength(StrEnum):
    """How much a finding says, in a word."""

    NOTHING = "nothing"
    LITTLE = "little"
    SOME = "some"
    MUCH = "much"


_LITTLE, _SOME, _MUCH = 0.5, 2.0, 5.0
"""In log2: from 1.4, 4 and 32 times as likely."""


def strength(weight: float) -> Strength:
    """How much a weight says, whichever way."""
    size = abs(weight)
    if size < _LITTLE:
        return Strength.NOTHING
    if size < _SOME:
        return Strength.LITTLE
    return Strength.SOME if size < _MUCH else Strength.MUCH


def of_level(findings: Iterable[Finding], level: Level) -> list[Finding]:
    """Those that compare so, what weighs most first."""
    chosen = [one for one in findings if one.level is level]
    return sorted(chosen, key=lambda one: (-abs(one.weight), one.column))


def by_chance(findings: Sequence[Finding]) -> float:
    """The share of pairs of different records that would agree as much as this one.

    Over the columns that agree or nearly do, each taken for independent of the others, as the model
    takes them.  1 where none does.
    """
    agreeing = {Level.AGREES, Level.CLOSE}
    return prod(one.chance for one in findings if one.level in agreeing)


SMALLEST: Final = 1e-6
"""No chance is said to be smaller: columns are never as independent as a model takes them."""
