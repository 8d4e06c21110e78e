"""Which numbers are shown, how, and which are hidden, so that no small one can be worked out.

First every small number is hidden.  Then the audit looks at the table as an attacker would; while a
hidden number can have too few values, a shown number that gives it away is hidden too.
The reader sees one sign for both, so the sign tells nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from candlemark.errors import Disclosive
from candlemark.protect.audit import attacks
from candlemark.protect.policy import STEPS
from candlemark.protect.quantities import Form

if TYPE_CHECKING:
    from candlemark.protect.policy import Policy
    from candlemark.protect.quantities import Quantity, Table


class Status(StrEnum):
    """What a reader sees in a cell."""

    SHOWN = "shown"
    HIDDEN = "hidden"
    ZERO = "zero"
    NOT_REACHED = "not-reached"
    WAITING = "waiting"
    """Too few that are new have gathered; they are counted in a later release."""
    MISSING = "missing"
    """The source does not say."""


@dataclass(slots=True)
class Plan:
    """The status of every quantity of a table."""

    policy: Policy
    table: Table
    hidden: set[int] = field(default_factory=set)
    zero: set[int] = field(default_factory=set)
    small: set[int] = field(default_factory=set)
    """Hidden for what they are; the others in ``hidden`` are there to protect these."""

    def status(self, number: int) -> Status:
        """What is seen of one quantity."""
        if number in self.hidden:
            return Status.HIDDEN
        return Status.ZERO if number in self.zero else Status.SHOWN

    def known(self) -> dict[int, tuple[float, float]]:
        """What the attacker knows of each quantity from how it is shown."""
        return {
            number: self._known(number, quantity)
            for number, quantity in enumerate(self.table.quantities)
        }

    def _known(self, number: int, quantity: Quantity) -> tuple[float, float]:
        policy = self.policy
        if number in self.small and quantity.form is Form.COUNT:
            # In a large group a zero would have been shown as one.
            return (1.0 if quantity.of >= policy.zero_from else 0.0), policy.threshold - 1.0
        if number in self.hidden or quantity.form is Form.UNSEEN:
            # No number is larger than this, and the solver is exact only where bounds are not far.
            return 0.0, 2.0 * max(quantity.of, quantity.units) + policy.base
        if number in self.zero:
            return 0.0, 0.0
        if quantity.form is Form.SHARE:
            step = share_step(quantity.of, policy) * quantity.of
            shown_share = round(quantity.units / step) * step
            return max(shown_share - step / 2, 0.0), shown_share + step / 2
        shown, half = rounded(quantity.units, policy.base), policy.base // 2
        low, high = float(max(shown - half, policy.threshold)), float(shown + half)
        if quantity.place.name == "entered":
            least, most = _told_by_rules(quantity.of, policy)
            low, high = max(low, least), min(high, most)
        return low, high


def _told_by_rules(of: int, policy: Policy) -> tuple[float, float]:
    """What the rules themselves tell of the size of a group.

    A zero, or a list of outcomes, is shown from some size on, and each step of shares is used from
    some size on: who sees them knows that the group is that large, and who does not that it is not.
    """
    marks = sorted({policy.zero_from, *(round(policy.base / step) for step in STEPS)})
    least = max((mark for mark in marks if mark <= of), default=policy.threshold)
    most = min((mark - 1 for mark in marks if mark > of), default=2 * of + policy.base)
    return float(least), float(most)


def plan(table: Table, policy: Policy) -> Plan:
    """Decide what is shown.

    Raises:
        Disclosive: nothing that is shown of the figures would be safe.
    """
    made = Plan(policy, table)
    for number, quantity in enumerate(table.quantities):
        _first_look(made, number, quantity)
    for attack in attacks(table.quantities, table.relations, made.known(), made.small):
        while found := attack.narrow(policy.values):
            before = len(made.hidden)
            for number in found:
                _hide_beside(made, number)
            if len(made.hidden) == before:
                raise Disclosive(
                    "these figures cannot be shown without giving a small number away",
                    hint="ask for fewer groups, or for one figure instead of several",
                )
            attack.know(made.known())
    return made


def _first_look(made: Plan, number: int, quantity: Quantity) -> None:
    policy, large = made.policy, quantity.of >= made.policy.zero_from
    if quantity.form is Form.UNSEEN:
        if 0 < quantity.units < policy.threshold or (quantity.units == 0 and not large):
            made.small.add(number)
    elif quantity.units == 0:
        (made.zero if large else made.hidden).add(number)
        if not large and quantity.form is Form.COUNT:
            made.small.add(number)
    elif quantity.form is Form.COUNT:
        if quantity.units < policy.threshold:
            made.hidden.add(number)
            made.small.add(number)
    elif (
        min(quantity.units, quantity.rests_on) < policy.threshold
        or share_step(quantity.of, policy) == 0
    ):
        # A share that rests on few is a few, however much each of them weighs.
        made.hidden.add(number)


def _hide_beside(made: Plan, number: int) -> None:
    """Hide a shown number in the nearest relation that holds ``number``."""
    near: set[int] = {number}
    far: set[int] = set()
    while near != far:
        far = set(near)
        shown = set()
        for relation in made.table.relations:
            members = {member for member, _ in relation.weights}
            if members & near:
                shown |= {each for each in members if made.status(each) is not Status.HIDDEN}
                near |= members
        shown -= {number}
        shown = {each for each in shown if made.table.quantities[each].form is not Form.UNSEEN}
        if shown:
            # By the rounded value and the place, which everybody may know: choosing by the exact
            # value would let the choice be read backwards.
            chosen = min(shown, key=lambda each: (_as_shown(made, each), each))
            made.hidden.add(chosen)
            made.zero.discard(chosen)
            return


def _as_shown(made: Plan, number: int) -> float:
    quantity = made.table.quantities[number]
    if quantity.form is Form.SHARE:
        step = share_step(quantity.of, made.policy) * quantity.of
        return round(quantity.units / step) * step if step else 0.0
    return rounded(quantity.units, made.policy.base)


def rounded(units: float, base: int) -> int:
    """The multiple of ``base`` nearest to a count; ``base`` is odd, so there is no tie."""
    return base * round(units / base)


def share_step(of: int, policy: Policy) -> float:
    """The step shares of a group of this size are rounded to; 0 when none is coarse enough."""
    return next((step for step in STEPS if step * of >= policy.base), 0.0)
