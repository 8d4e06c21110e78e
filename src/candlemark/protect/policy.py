"""What may be shown: the house minimums, and policies that are stricter.

A policy is a value with a name and a version; a protected figure carries the one it was made under.
No policy can be looser than the house: these numbers keep people from being found, and whoever
needs an exception should have to change this file in front of everybody.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from candlemark.errors import SettingRefused

if TYPE_CHECKING:
    from collections.abc import Iterator

ZERO_FROM = 50
"""Smallest row in which one outcome alone may be shown, where nobody is in danger for it."""
BATCH = 15
"""Fewest new cases a group is released with; until then it waits."""
REACH = 4
"""Least bound on how far a published count may stand from the true one."""
VARIANCE = 3.0
"""Least variance of a published count around the true one."""
SMALLEST = 3
"""Least published count besides 0: 1 and 2 are never shown."""
ZEROS = 0.02
"""Least share of empty cells that are shown as ``SMALLEST``."""
SMALL = 5
"""True counts from 1 up to below this are small: nobody may work one out."""
POSSIBLE = 3
"""A small count must be able to have at least this many values for whoever reads everything."""
DIMENSIONS = 2
"""Most dimensions of a table that is released in batches."""
YEARLY = 3
"""Most dimensions of a table that is released once a year."""
SPAN = 30
"""Shortest span of days that a curve is made of."""
GAIN = 0.025
"""Most by which the published tables may help to guess, beyond always saying the commonest."""
MEAN = 2
"""Fewest cases that the cells of a row have on average, those in which somebody is."""
EXACT_BELOW = 2_000
"""Tables of fewer cells than this are attacked with exact bounds as well."""


@dataclass(frozen=True, slots=True)
class Policy:
    """The numbers a figure is protected by.

    ``zero_from``: a row in which one outcome alone is shown waits until it is of so many: it says
    of everyone in a small group how their case went; of a large one it is shown, since hiding it
    would hide what justice never does.
    """

    name: str
    version: int
    zero_from: int = ZERO_FROM
    batch: int = BATCH
    reach: int = REACH
    variance: float = VARIANCE
    smallest: int = SMALLEST
    zeros: float = ZEROS
    small: int = SMALL
    possible: int = POSSIBLE
    dimensions: int = DIMENSIONS
    yearly: int = YEARLY
    span: int = SPAN
    gain: float = GAIN

    def __post_init__(self) -> None:
        looser = [*_below(self), *_above(self)]
        if looser:
            raise SettingRefused(
                f"this policy is looser than the house: {'; '.join(looser)}",
                hint="a policy may be stricter, never looser",
            )
        if self.smallest > self.reach or self.dimensions > self.yearly or not self.zeros < 1:
            raise SettingRefused(
                "this policy does not fit together",
                hint="reach is at least smallest, yearly at least dimensions, zeros below 1",
            )

    def least(self, tables: int) -> int:
        """Fewest new cases with which a group is released.

        Whoever knows a case's region, its stage and its month reads all tables it is in.  What one
        row lets them guess shrinks with its size, and what several rows let them guess adds up, so
        that each has to be as many times larger as there are tables (docs/decisions/0025).

        Args:
            tables: how many tell of one thing.
        """
        return self.batch * max(tables, 1)


def _below(policy: Policy) -> Iterator[str]:
    """What is less than the house asks for, in words."""
    for name, house in (
        ("zero_from", ZERO_FROM),
        ("batch", BATCH),
        ("reach", REACH),
        ("variance", VARIANCE),
        ("smallest", SMALLEST),
        ("zeros", ZEROS),
        ("small", SMALL),
        ("possible", POSSIBLE),
        ("span", SPAN),
    ):
        mine = getattr(policy, name)
        if not mine >= house:  # a number that is none is below everything
            yield f"{name} is {mine}, the house asks for {house}"


def _above(policy: Policy) -> Iterator[str]:
    """What is more than the house lets, in words."""
    for name, house in (("dimensions", DIMENSIONS), ("yearly", YEARLY), ("gain", GAIN)):
        mine = getattr(policy, name)
        if not 0 < mine <= house:
            yield f"{name} is {mine}, the house lets at most {house}"


HOUSE = Policy("house", 2)
"""The policy used when nobody names a stricter one."""
