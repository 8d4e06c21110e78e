"""Three places of one vault, whatever is said and decided where, in whatever order they exchange.

Each place is run by one person, all three administrators.  What one person decides is made at once;
that two places decide about the roster without knowing of each other is part of it.  The clock, the
identifiers of actions and the network are simulated; keys are drawn anew.
"""

from __future__ import annotations

import itertools
import random
import secrets
import shutil
import tempfile
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from candlemark.errors import CandlemarkError, NotEntitled, NotInOrder
from candlemark.ledger import Fact, Kinds, Part, Vault, application
from candlemark.ledger import ledger as ledger_module
from candlemark.ledger.joining import join, pull
from candlemark.ledger.membership import added
from candlemark.ledger.roster_facts import LogAdded
from candlemark.ledger.roster_fold import OVERTAKEN_WRITER
from candlemark.seal import Cost, new_passphrase

CASE = "identity:case_x"


class Said(Fact):
    text: str


class SaidInCase(Fact):
    text: str


KINDS = Kinds.of(("test.said", 1, Said), ("test.case", 1, SaidInCase))
PLACES = st.integers(0, 2)
PERSONS = st.sampled_from(["person_1", "person_2"])


class ThreeVaults(RuleBasedStateMachine):
    """What happens to the three, and what must hold after they met."""

    def __init__(self):
        super().__init__()
        self.root = Path(tempfile.mkdtemp(prefix="three-"))
        self.clock = itertools.count()
        self.numbers = itertools.count()
        self.said: dict[str, str] = {}
        self.sealed: dict[str, set[bytes]] = {}
        self.about: dict[str, set[str]] = {}
        self.erased: set[bytes] = set()
        self.gone: list[tuple[int, str]] = []
        self.guests: list[tuple[int, str, bytes]] = []
        self.in_case: set[str] = set()
        self.vaults: list[Vault | None] = [None] * 3
        self.words = [new_passphrase() for _ in range(3)]

    kinds = KINDS

    @staticmethod
    def part(text):
        return Part("coded", (Said(text),))

    def now(self):
        return datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=next(self.clock))

    def place(self, n):
        return self.root / f"place-{n}"

    def open(self, n):
        if self.vaults[n] is None:
            self.vaults[n] = Vault.open(self.place(n), self.words[n], KINDS, clock=self.now)
        return self.vaults[n]

    def close(self, n):
        if self.vaults[n] is not None:
            self.vaults[n].close()
            self.vaults[n] = None

    @initialize(seed=st.integers(0, 1 << 32))
    def begin(self, seed=0):
        # The identifiers of actions settle what came first where neither place knew of the other.
        ledger_module.secrets = SimpleNamespace(token_bytes=random.Random(seed).randbytes)
        made = Vault.create(
            self.place(0), self.words[0], "Three", cost=Cost.QUICK, kinds=KINDS, clock=self.now
        )
        with made as vault:
            vault.members.begin()
            vault.share(self.root / "from-0")
        for n in (1, 2):
            joined = join(
                self.root / "from-0", self.place(n), self.words[n], name=f"Person {n}",
                cost=Cost.QUICK, clock=self.now,
            )  # fmt: skip
            with Vault.open(self.place(0), self.words[0], KINDS, clock=self.now) as vault:
                vault.members.propose(
                    [added(joined.card, administrator=True), LogAdded(joined.log, f"place {n}")]
                )
                for member in vault.members.roster().present:
                    if member.kid not in vault.members.roster().compartments["identity"].readers:
                        vault.members.add_reader("identity", member)
                if n == 2:
                    vault.members.open_compartment(CASE, vault.members.roster().present)
                vault.share(self.root / "from-0")
        for giver, taker in ((0, 1), (1, 0), (0, 2), (2, 0), (0, 1)):
            self.exchange(giver, taker)

    @rule(n=PLACES)
    def say(self, n):
        self._say(n, "coded", "")

    @rule(n=PLACES, person=PERSONS)
    def say_of_a_person(self, n, person):
        self._say(n, "identity", person)

    def _say(self, n, compartment, person, **more):
        text = f"said {next(self.numbers)}"
        vault = self.open(n)
        try:
            entry = vault.ledger.append([Part(compartment, (Said(text),), person)], **more)
        except (NotInOrder, NotEntitled):
            # A compartment is closed until its key is changed: nothing was acknowledged.
            vault.members.settle()
            return
        self.said[text] = entry.action
        if person:
            self.about.setdefault(person, set()).add(text)

    @rule(n=PLACES)
    def say_in_the_case(self, n):
        text = f"said {next(self.numbers)}"
        with suppress(NotInOrder, NotEntitled):
            self.open(n).ledger.append([Part(CASE, (SaidInCase(text),))])
            self.in_case.add(text)

    @rule(n=PLACES, who=PLACES)
    def take_out_a_reader(self, n, who):
        vault = self.open(n)
        roster = vault.members.roster()
        member = next(one for one in roster.present if one.name in self.names(who))
        if member.kid in roster.compartments[CASE].readers:
            with suppress(NotEntitled):
                vault.members.remove_reader(CASE, member)

    @rule(n=PLACES, who=PLACES)
    def let_in_a_reader(self, n, who):
        vault = self.open(n)
        roster = vault.members.roster()
        member = next(one for one in roster.present if one.name in self.names(who))
        if member.kid not in roster.compartments[CASE].readers:
            with suppress(NotEntitled):
                vault.members.add_reader(CASE, member)

    @staticmethod
    def names(n):
        return {f"Person {n}"} if n else {"founder"}

    @precondition(lambda self: self.said)
    @rule(n=PLACES)
    def correct(self, n):
        self._say(n, "coded", "", supersedes=[list(self.said.values())[-1]])

    @rule(n=PLACES, compartment=st.sampled_from(["meta", "coded", "identity", CASE]))
    def rotate(self, n, compartment):
        with suppress(NotEntitled):  # of the case, by one who does not read it
            self.open(n).members.rotate(compartment)

    @precondition(lambda self: len(self.guests) < 2)
    @rule(n=PLACES)
    def take_in_a_guest(self, n):
        words = new_passphrase()
        self.close(n)
        card = application(self.place(n), "Guest", words, cost=Cost.QUICK, clock=self.now)
        self.open(n).members.propose([added(card)])
        self.guests.append((n, words, card.signer))

    @precondition(lambda self: self.guests)
    @rule(n=PLACES)
    def remove_a_guest(self, n):
        where, words, kid = self.guests[-1]
        vault = self.open(n)
        member = vault.members.roster().members.get(kid)
        if member is None or member.removed is not None:
            return
        proposal = vault.members.propose([vault.members.removal(member)])
        if proposal.standing == "made":
            self.guests.pop()
            self.gone.append((where, words))

    @rule(n=PLACES, person=PERSONS)
    def ask_to_erase(self, n, person):
        vault = self.open(n)
        if any(one.agreed is None for one in vault.erasing.asked()):
            return
        parts = list(vault.ledger.parts_about(person))
        if parts:
            vault.erasing.ask(person, "mistake")
            self.sealed[person] = set(parts)

    @rule(n=PLACES)
    def agree_to_erase(self, n):
        vault = self.open(n)
        me = vault.members.me.kid
        for one in vault.erasing.asked():
            if one.agreed is None and me not in one.by:
                with suppress(NotEntitled):  # something was said since
                    vault.erasing.agree(one.code)
                    self.erased |= one.parts

    @rule(giver=PLACES, taker=PLACES)
    def exchange(self, giver, taker):
        if giver == taker:
            return
        vault = self.open(giver)
        vault.erasing.carry_out()
        vault.share(self.root / f"from-{giver}")
        self.close(taker)
        pulled = pull(
            self.place(taker), self.words[taker], self.root / f"from-{giver}", KINDS,
            clock=self.now,
        )  # fmt: skip
        assert {one.why for one in pulled.refused} <= {OVERTAKEN_WRITER}
        there = self.open(taker)
        there.members.settle()
        there.erasing.carry_out()

    @rule(n=PLACES)
    def reopen(self, n):
        self.close(n)
        self.open(n)

    def teardown(self):
        try:
            if any(self.vaults):
                self.check()
        finally:
            ledger_module.secrets = secrets
            for n in range(3):
                self.close(n)
            shutil.rmtree(self.root)

    def check(self):
        """Everything is exchanged until nothing is new; then all three are one."""
        for _ in range(6):
            before = [self.open(n).ledger.size for n in range(3)]
            for giver, taker in ((0, 1), (1, 2), (2, 0), (0, 2), (2, 1), (1, 0)):
                self.exchange(giver, taker)
            if before == [self.open(n).ledger.size for n in range(3)]:
                break
        told = [self.told(n) for n in range(3)]
        assert told[0] == told[1] == told[2]
        texts = [text for _, text in told[0]["said"]]
        roster = self.open(0).members.roster()
        gone = {
            text
            for one in roster.erasures
            if one.agreed is not None
            for text in self.about.get(one.subject, ())
        }
        assert set(self.said) - gone <= set(texts), "something acknowledged is lost"
        assert len(texts) == len(set(texts))
        for n in range(3):
            assert self.open(n).ledger.verify().faults == ()
            assert self.open(n).ledger.roster_faults == ()
            assert not self.open(n)._store.parts(list(self.erased)), "erased and there"
        self.check_the_case(roster)
        for where, words in self.gone:
            with pytest.raises(CandlemarkError):
                Vault.open(self.place(where), words, KINDS)

    def check_the_case(self, roster):
        """Who reads the case reads all of it; who was taken out holds no key that is written with."""
        assert roster.closed == frozenset(), "a reader who left was not shut out by a new key"
        there = roster.compartments[CASE]
        for n in range(3):
            vault = self.open(n)
            if vault.members.me.kid in there.readers:
                texts = {fact.text for _, fact in vault.ledger.facts(kinds={"test.case"})}
                assert texts == self.in_case
            else:
                assert vault._identity.keyring.compartments.key(there.epochs[-1].kid) is None

    def told(self, n):
        """What somebody at a place reads, and who they are told may read what."""
        vault = self.open(n)
        roster = vault.members.roster()
        return {
            "said": [(e.action, fact.text) for e, fact in vault.ledger.facts(kinds={"test.said"})],
            "roster": roster.hash,
            "members": {
                kid: (one.name, one.removed is None) for kid, one in roster.members.items()
            },
            "readers": {
                name: [(e.number, e.kid, set(e.readers)) for e in there.epochs]
                for name, there in roster.compartments.items()
            },
            "erasures": [(one.id, one.agreed is not None) for one in roster.erasures],
        }
