"""A release that was tried, for a page: what would leave, who waits, what attackers would see.

Groups and exact counts are named here and on no page that leaves: this is for members who may
publish, and every role that lets somebody publish lets them see exact figures (a test looks).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from candlemark import protect
from candlemark.errors import (
    CandlemarkError,
    Disclosive,
    MeasureError,
    NotEntitled,
    NotInOrder,
    NotUnderstood,
)
from candlemark.publish import releases as floor
from candlemark.publish import table_of
from candlemark.web.desks.releases import words
from candlemark.web.public_tables import TableShown, table_shown

if TYPE_CHECKING:
    from datetime import date

    from candlemark.protect import Attacked
    from candlemark.publish import Table
    from candlemark.publish.releases import Gathered, Trial
    from candlemark.publish.site.speaking import Speaker
    from candlemark.web.desks.releases.choosing import Chosen
    from candlemark.web.doors import Door

ROWS: Final = 24
"""Rows of a table that is tried; the draft shows the rest."""
GROUPS: Final = 40
"""Groups that are named; more are counted."""


@dataclass(frozen=True, slots=True)
class GroupsSaid:
    """Which groups of one table leave now, and which wait with how many new cases."""

    table: str
    now: tuple[str, ...]
    waiting: tuple[tuple[str, int], ...]
    too_small: tuple[str, ...]
    more: int


@dataclass(frozen=True, slots=True)
class Guess:
    """How one kind of intruder fares."""

    wanted: str
    who: str
    tried: int
    commonest: float
    guessed: float
    only_one: float
    sure: float


@dataclass(frozen=True, slots=True)
class TrialShown:
    """One source as it was tried, or why it cannot be released."""

    name: str
    refused: CandlemarkError | None = None
    tables: tuple[TableShown, ...] = ()
    groups: tuple[GroupsSaid, ...] = ()
    held: tuple[str, ...] = ()
    attacked: Attacked | None = None
    guesses: tuple[Guess, ...] = ()
    least: int = 0
    empty: bool = False
    mark: str = ""
    """Over what would leave: the same again when it is drafted."""

    @property
    def possible(self) -> bool:
        """Whether it can be drafted."""
        return self.refused is None and not self.empty


def tried(door: Door, one: Chosen, as_of: date | None, policy: str, said: Speaker) -> TrialShown:
    """Try the next release of a source; kept for the session as long as the ledger stays."""
    wish = one.wish(as_of)
    rules = protect.policy_named(door.vault.ledger, policy)
    try:
        trial = door.aggregate(
            ("trial", wish, rules),
            lambda: floor.try_wish(door.vault.ledger, door.study(wish.crosswalk), wish, rules),
        )
        tables = _tables(door, trial)
    except (Disclosive, MeasureError, NotEntitled, NotInOrder, NotUnderstood) as error:
        return TrialShown(one.source.name, error)
    ours = one.words
    return TrialShown(
        one.source.name,
        None,
        tuple(table_shown(table, said, ROWS) for table in tables),
        tuple(_groups(each, one) for each in trial.tables),
        tuple(f"{_name(name, one)}: {_group(trial, name, code, one)}" for name, code in trial.held),
        trial.attacked,
        tuple(
            Guess(
                ours.scheme(of),
                words.intruder(kind),
                found.tried,
                found.commonest,
                found.guessed,
                found.only_one,
                found.sure,
            )
            for of, kinds in trial.attacked.guessing.items()
            for kind, found in kinds.items()
        ),
        trial.least,
        trial.empty,
        " ".join(table.identity for table in tables),
    )


def mark_of(some: list[TrialShown]) -> str:
    """A hash over everything that would leave: whoever drafts has looked at exactly this."""
    return hashlib.sha256("\n".join(one.mark for one in some).encode()).hexdigest()


def _tables(door: Door, trial: Trial) -> list[Table]:
    said = floor.releases(door.vault.ledger)
    crosswalk = door.crosswalk_or_none(trial.wish.crosswalk)
    return [table_of(one, door.edition, crosswalk, said.places.publisher) for one in trial.figures]


def _groups(each: Gathered, one: Chosen) -> GroupsSaid:
    say = one.words
    waiting = sorted(each.waiting.items(), key=lambda pair: -pair[1])
    some = (each.now[:GROUPS], waiting[:GROUPS], each.too_small[:GROUPS])
    every = len(each.now) + len(waiting) + len(each.too_small)
    return GroupsSaid(
        _name(each.name, one),
        tuple(say.group(each.by, code) for code in some[0]),
        tuple((say.group(each.by, code), count) for code, count in some[1]),
        tuple(say.group(each.by, code) for code in some[2]),
        every - sum(map(len, some)),
    )


def _name(name: str, one: Chosen) -> str:
    (wanted,) = protect.wanted([name])
    return one.words.table(wanted)


def _group(trial: Trial, name: str, code: str, one: Chosen) -> str:
    by = next((each.by for each in trial.tables if each.name == name), "")
    return one.words.group(by, code)
