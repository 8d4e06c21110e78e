"""Time limits of bodies beyond the state: rules as data, and how their last day is found.

A limit of six months from a decision of 31 August ends on the last day of February.  Months are
calendar months: time runs from the day after the decision (or its service), and the last day is
the one with the number of the starting day, or the last of the month where there is none.  The last
day is never moved because it is a weekend or a holiday; ``limits.toml`` says why.

Where the starting day is known only to a month or a year, the last day is known only as a range,
and its beginning is the day to work by.  Where such a range lies on both sides of a change of the
law, both rules are given, and each says that it is not certain.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from candlemark.casefile.facts import Trigger
from candlemark.dates import PartialDate, add_months

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


_LAST_YEARS: Final = 9900
"""Far in the future, so that a slip of the pen cannot run off the end of the calendar."""


class Effect(StrEnum):
    """What happens after the last day."""

    LIMIT = "limit"  # it is too late
    ABUSE = "abuse"  # no limit is fixed, but the body may refuse it as an abuse


@dataclass(frozen=True, slots=True)
class LimitRule:
    """One rule, for triggers of some days."""

    code: str
    mechanism: str
    """Term of ``mechanisms``."""
    trigger: Trigger
    first: date
    """First and last day of the trigger for which the rule holds."""
    last: date
    months: int
    effect: Effect
    confirmed: bool
    """False when the legal text was not read in the original."""
    article: str
    source: str
    note: str
    labels: Mapping[str, str] = field(hash=False)


@dataclass(frozen=True, slots=True)
class Due:
    """The last day of a limit: one day, or a range where the starting day is not exact."""

    earliest: date | None
    latest: date | None

    def __str__(self) -> str:
        if self.earliest is None:
            return "nothing is due"
        if self.earliest == self.latest:
            return self.earliest.isoformat()
        return f"{self.earliest} to {self.latest}"


@dataclass(frozen=True, slots=True)
class Applied:
    """One rule, applied to one trigger."""

    rule: LimitRule
    runs_from: Due
    """The first day that counts: the day after the decision or its service."""
    due: Due
    certain: bool
    """False when another rule could hold instead, because the trigger's day is not exact."""


@cache
def shipped_rules() -> tuple[LimitRule, ...]:
    """The rules that come with Candlemark, in the order of the file."""
    text = files("candlemark.casefile").joinpath("limits.toml").read_text("utf-8")
    return tuple(
        LimitRule(
            code=row["code"],
            mechanism=row["mechanism"],
            trigger=Trigger(row["trigger"]),
            first=row.get("from", date.min),
            last=row.get("to", date.max),
            months=row["months"],
            effect=Effect(row["effect"]),
            confirmed=row["confirmed"],
            article=row["article"],
            source=row["source"],
            note=row["note"],
            labels=MappingProxyType(row["labels"]),
        )
        for row in tomllib.loads(text)["rule"]
    )


def apply_rules(
    rules: Iterable[LimitRule],
    trigger: Trigger,
    when: PartialDate,
    served: PartialDate | None = None,
    only: Iterable[str] = (),
) -> tuple[Applied, ...]:
    """Every rule that holds, or may hold, for a trigger; the earliest last day first.

    Args:
        rules: the rules there are.
        trigger: what kind of day it is.
        when: the day of the decision; it chooses the rule.
        served: the day the decision was served, where it had to be; time runs from it.
        only: codes of the rules looked at; empty for all.
    """
    wanted = frozenset(only)
    found = [
        _apply(rule, when, served)
        for rule in rules
        if rule.trigger is trigger
        and (not wanted or rule.code in wanted)
        and rule.first <= when.latest
        and when.earliest <= rule.last
    ]
    return tuple(sorted(found, key=lambda one: (one.due.earliest or date.max, one.rule.code)))


def _apply(rule: LimitRule, when: PartialDate, served: PartialDate | None) -> Applied:
    """``rule`` on the part of the trigger's range for which it holds."""
    certain = rule.first <= when.earliest and when.latest <= rule.last
    if served is None:
        earliest, latest = max(when.earliest, rule.first), min(when.latest, rule.last)
    else:
        # Nothing is served before it was decided.
        latest = max(served.latest, when.earliest)
        earliest = min(max(served.earliest, when.earliest, rule.first), latest)
    return Applied(
        rule=rule,
        runs_from=Due(_day_after(earliest), _day_after(latest)),
        due=Due(_months_after(earliest, rule.months), _months_after(latest, rule.months)),
        certain=certain,
    )


def _day_after(day: date) -> date:
    return day + timedelta(days=1) if day < date.max else day


def _months_after(day: date, months: int) -> date:
    """Calendar months later; the calendar's last day where it has no such month."""
    return add_months(day, months) if day.year < _LAST_YEARS else date.max
