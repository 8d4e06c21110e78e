"""What may be shown: the house minimums, and policies that are stricter.

A policy is a value with a name and a version; a protected figure carries the one it was made under.
No policy can be looser than the house: the threshold keeps people from being found, and whoever
needs an exception should have to change this file in front of everybody.
"""

from __future__ import annotations

from dataclasses import dataclass

from candlemark.errors import SettingRefused

THRESHOLD = 10
"""Fewest units a shown count may stand for (the lower bound of the ONS 10-5 rule)."""
BASE = 5
"""Shown counts are multiples of this."""
VALUES = 4
"""A hidden count must be able to have at least this many values, for whoever knows everything that
is shown and every rule of this floor."""
ZERO_FROM = 50
"""Smallest group of which a zero is shown as zero."""
STEPS = (0.01, 0.02, 0.05, 0.10)
"""Shares are rounded to the first of these that stands for at least ``BASE`` units."""
DAYS = 5
"""Durations are rounded to multiples of this many days."""


@dataclass(frozen=True, slots=True)
class Policy:
    """The numbers a figure is protected by.

    ``zero_from``: a zero below this size of group is hidden, since it says of everyone in a small
    group how their case did not go; above it the zero is shown, since hiding it would hide what
    justice never does.
    """

    name: str
    version: int
    threshold: int = THRESHOLD
    base: int = BASE
    values: int = VALUES
    zero_from: int = ZERO_FROM

    def __post_init__(self) -> None:
        looser = [
            f"{name} is {mine}, the house asks for {house}"
            for name, mine, house in (
                ("threshold", self.threshold, THRESHOLD),
                ("base", self.base, BASE),
                ("values", self.values, VALUES),
                ("zero_from", self.zero_from, ZERO_FROM),
            )
            if mine < house
        ]
        if looser:
            raise SettingRefused(
                f"this policy is looser than the house: {'; '.join(looser)}",
                hint="a policy may be stricter, never looser",
            )
        if self.base % 2 == 0 or self.values > self.base:
            raise SettingRefused(
                "this policy does not fit together",
                hint="choose an odd base that is at least as large as values",
            )


HOUSE = Policy("house", 1)
"""The policy used when nobody names a stricter one."""
