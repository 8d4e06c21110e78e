"""Who reads what, after any row of takings-in, removals, freezings and new keys: a simple model.

The fold is driven by people who do what they may and what they may not; beside it a model of plain
sets says who is a member, who is an administrator, and who can read a case.  Both must agree after
every step, and a step the model forbids must change nothing.
"""

from __future__ import annotations

import itertools

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from candlemark.ledger.roster_facts import (
    EpochBegan,
    MemberChanged,
    MemberFrozen,
    MemberRemoved,
    MemberThawed,
    ReaderAdded,
    ThresholdSet,
)
from house import PEOPLE, House, drawn

NAMES = st.sampled_from(["Sevda", "Aysel", "Ramin", "Leyla", "Murad"])
CASES = st.sampled_from(["identity:one", "identity:two"])


class Grants(RuleBasedStateMachine):
    """The house, and what a person with a pencil would keep of it."""

    def __init__(self):
        super().__init__()
        self.house = House()
        self.members, self.administrators = {"Sevda"}, {"Sevda"}
        self.left: set[str] = set()
        self.frozen: dict[str, set[str]] = {}
        self.readers: dict[str, set[str]] = {}
        self.epochs: dict[str, int] = {}
        self.threshold = 1
        self.numbers = itertools.count()

    # What the model knows

    def is_frozen(self, name):
        asked = self.frozen.get(name, set())
        return name in asked or len(asked) >= 2

    def decided(self, *changes, by):
        """Made by as many administrators as must sign, the one named first."""
        others = sorted(self.administrators - {by})
        signers = [by, *others][: self.threshold]
        before = self.house.roster.number
        self.house.decide(*changes, by=signers)
        return self.house.roster.number == before + 1

    # What people do

    @rule(name=NAMES, by=NAMES, administrator=st.booleans())
    def take_in(self, name, by, administrator):
        if by not in self.members:
            return
        card = PEOPLE[name].card(self.house.vault)
        from candlemark.ledger.roster_facts import MemberAdded

        may = by in self.administrators and name not in self.members | self.left
        assert self.decided(MemberAdded(card, administrator, coded=True), by=by) == may
        if may:
            self.members.add(name)
            if administrator:
                self.administrators.add(name)

    @rule(name=NAMES, by=NAMES)
    def remove(self, name, by):
        if by not in self.members:
            return
        rest = self.administrators - {name}
        may = by in self.administrators and name in self.members and len(rest) >= self.threshold
        assert self.decided(MemberRemoved(PEOPLE[name].kid, ()), by=by) == may
        if may:
            self.members.discard(name)
            self.administrators.discard(name)
            self.left.add(name)
            self.frozen.pop(name, None)

    @rule(name=NAMES, by=NAMES, administrator=st.booleans())
    def change(self, name, by, administrator):
        if by not in self.members:
            return
        after = self.administrators | {name} if administrator else self.administrators - {name}
        may = by in self.administrators and name in self.members and len(after) >= self.threshold
        said = MemberChanged(PEOPLE[name].kid, administrator, coded=True)
        assert self.decided(said, by=by) == may
        if may:
            self.administrators = after

    @rule(number=st.integers(1, 4), by=NAMES)
    def set_threshold(self, number, by):
        if by not in self.members:
            return
        may = by in self.administrators and number <= len(self.administrators)
        assert self.decided(ThresholdSet(number), by=by) == may
        if may:
            self.threshold = number

    @rule(case=CASES, by=NAMES, readers=st.sets(NAMES, min_size=1))
    def new_key(self, case, by, readers):
        if by not in self.members:
            return
        number = self.epochs.get(case, 0) + 1
        kid = drawn(f"{case} {next(self.numbers)}")[:16]
        kids = tuple(PEOPLE[one].kid for one in sorted(readers))
        before = self.house.roster.compartments.get(case)
        faults = self.house.say(by, EpochBegan(case, number, kid, kids, ""))
        after = self.house.roster.compartments.get(case)
        if faults:
            assert after == before
        else:
            assert readers <= self.members
            assert case not in self.epochs or by in self.readers[case]
            self.epochs[case] = number
            self.readers[case] = set(readers)
            assert after.epochs[-1].kid == kid

    @rule(case=CASES, by=NAMES, name=NAMES)
    def let_in(self, case, by, name):
        if by not in self.members:
            return
        before = self.house.roster.compartments.get(case)
        faults = self.house.say(by, ReaderAdded(case, PEOPLE[name].kid))
        if faults:
            assert self.house.roster.compartments.get(case) == before
        else:
            assert by in self.readers[case] & self.members
            assert name in self.members
            self.readers[case].add(name)

    @rule(name=NAMES, by=NAMES)
    def freeze(self, name, by):
        if by not in self.members:
            return
        faults = self.house.say(by, MemberFrozen(PEOPLE[name].kid))
        if name not in self.members:
            assert faults
        elif not faults:
            self.frozen.setdefault(name, set()).add(by)

    @rule(name=NAMES, by=NAMES)
    def thaw(self, name, by):
        if by not in self.members:
            return
        if self.decided(MemberThawed(PEOPLE[name].kid), by=by):
            assert by in self.administrators
            assert name in self.members
            self.frozen.pop(name, None)

    # What must hold

    @invariant()
    def the_house_is_what_the_pencil_says(self):
        roster = self.house.roster
        kids = {PEOPLE[name].kid for name in self.members}
        assert {one.kid for one in roster.present} == kids
        assert {one.kid for one in roster.administrators} == {
            PEOPLE[name].kid for name in self.administrators
        }
        assert roster.threshold == self.threshold <= len(self.administrators)
        for name in self.members:
            assert roster.members[PEOPLE[name].kid].frozen == self.is_frozen(name)

    @invariant()
    def nobody_reads_who_was_not_let_in(self):
        roster = self.house.roster
        for case, readers in self.readers.items():
            there = roster.compartments[case]
            assert len(there.epochs) == self.epochs[case]
            assert set(there.readers) == {PEOPLE[name].kid for name in readers}

    @invariant()
    def a_case_somebody_who_left_reads_is_closed_until_its_key_is_changed(self):
        roster = self.house.roster
        for case, readers in self.readers.items():
            gone = readers - self.members
            out = {name for name in readers & self.members if self.is_frozen(name)}
            if gone:
                assert case in roster.closed
            elif not out:
                assert case not in roster.closed


TestGrants = Grants.TestCase
TestGrants.settings = settings(max_examples=25, stateful_step_count=25, deadline=None)
