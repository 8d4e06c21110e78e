"""A desk to try things on: a vault in memory, one open case, and short ways to say things."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta

import pytest

from candlemark import casefile
from candlemark.casefile import facts
from candlemark.dates import PartialDate
from candlemark.definition import Definition
from candlemark.ids import new_id
from candlemark.ledger import Vault, application
from candlemark.ledger.membership import added
from candlemark.seal import Cost, new_passphrase


def ticking():
    """A clock that says another second each time it is asked."""
    seconds = itertools.count()
    return lambda: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=next(seconds))


class Desk:
    """A vault with one open case, and the case worker's hand."""

    def __init__(self, edition):
        self.vault = Vault.in_memory(casefile.KINDS, clock=ticking())
        self.ledger = self.vault.ledger
        self.edition = edition
        self.case = casefile.open_case(self.ledger, edition, {"en": "A neutral title"})

    def make(self, kind, **fields):
        """A statement about the case; dates may be given as text."""
        fields = {
            key: PartialDate.parse(value)
            if key in {"when", "final", "served", "on", "until", "birth", "review"}
            and isinstance(value, str)
            else value
            for key, value in fields.items()
        }
        given = {"id": new_id("fact"), "case": self.case, "edition": self.edition.code}
        return kind(**given | fields)

    def say(self, *statements):
        """Say statements as one action; the first of them."""
        casefile.say(self.ledger, self.edition, statements)
        return statements[0]

    def person(self, *roles, **fields):
        """A person in the case; the identifier."""
        person = new_id("person")
        roles = roles or ("suspect",)
        self.say(self.make(facts.PersonInRole, person=person, roles=roles, **fields))
        return person

    def source(self, reliability="", **fields):
        """A publication that can be cited; the identifier."""
        source = new_id("source")
        given = {"form": facts.SourceForm.PUBLICATION, "reliability": reliability}
        self.say(self.make(facts.SourceCited, source=source, **given | fields))
        return source

    def proceeding(self, *persons, mechanism="", **fields):
        """A proceeding; before a body beyond the state when a mechanism is named."""
        proceeding = new_id("proceeding")
        forum = facts.Forum.BEYOND if mechanism else facts.Forum.NATIONAL
        self.say(
            self.make(
                facts.ProceedingOpened,
                proceeding=proceeding,
                forum=forum,
                mechanism=mechanism,
                persons=persons,
                **fields,
            )
        )
        return proceeding

    def stage(self, stage, when=None, **fields):
        """A stage was reached; the statement."""
        return self.say(self.make(facts.StageReached, stage=stage, when=when, **fields))

    def note(self, text="said"):
        """A note; the statement."""
        return self.say(self.make(facts.NoteMade, words=(facts.Words(text, "en"),)))

    def withdraw(self, *statements):
        """Take statements back; the withdrawal."""
        ids = tuple(one.id for one in statements)
        return self.say(self.make(facts.Withdrawn, statements=ids))

    def read(self):
        """The case file as it stands."""
        return casefile.case(self.ledger, self.case)


class Team:
    """A vault in a folder that several people open, each with keys of their own."""

    def __init__(self, folder, edition):
        self.folder, self.edition = folder, edition
        self.passphrases = {"founder": new_passphrase()}
        Vault.create(
            folder, self.passphrases["founder"], cost=Cost.QUICK, kinds=casefile.KINDS
        ).close()

    def open(self, who="founder"):
        return Vault.open(self.folder, self.passphrases[who], casefile.KINDS)

    def take_in(self, name, by="founder", **rights):
        """A person becomes a member; their code."""
        self.passphrases[name] = new_passphrase()
        card = application(self.folder, name, self.passphrases[name], cost=Cost.QUICK)
        with self.open(by) as vault:
            vault.members.propose([added(card, **rights)])
            return self.code(vault, name)

    def code(self, vault, name):
        names = {one.name or "founder": one for one in vault.members.roster().members.values()}
        return names[name].code


@pytest.fixture
def team(tmp_path, edition):
    """The founder's vault, before anybody else is in it."""
    return Team(tmp_path / "vault", edition)


@pytest.fixture
def three(team):
    """The founder with Aysel, who is an administrator, and Ramin, who is not."""
    team.take_in("Aysel", administrator=True)
    team.take_in("Ramin")
    return team


@pytest.fixture(scope="session")
def edition():
    return Definition.load()


@pytest.fixture
def desk(edition):
    return Desk(edition)


@pytest.fixture
def new_desk(edition):
    """Desks for tests that need several."""
    return lambda: Desk(edition)
