"""Machines, sticks and people: a vault in several places, driven by commands."""

from __future__ import annotations

from candlemark.casefile import facts
from candlemark.cli.opening import KINDS
from candlemark.definition import Definition
from candlemark.ids import new_id
from candlemark.ledger import Part, Vault


class Places:
    """Several machines and sticks: who runs what where, with their own passphrases."""

    def __init__(self, ask, path):
        self._ask, self.path = ask, path

    def words(self, name):
        return self.path / f"{name}.txt"

    def at(self, name, place, *words):
        """What ``name`` is told when they run a command on the vault at ``place``."""
        options = ("--vault", self.path / place, "--passphrase-file", self.words(name))
        return self._ask(*words, *options)

    def done(self, name, place, *words):
        """The document of a command that is to succeed."""
        answer = self.at(name, place, *words, "--json")
        assert answer.code == 0, answer.err
        return answer.json

    def begin(self, *more):
        answer = self._ask(
            "init", self.path / "office", "--passphrase-file", self.words("Sevda"), *more
        )
        assert answer.code == 0, answer.err
        return self

    def join(self, name, place):
        """A new person, at a new place, is taken in by the founder at the office."""
        self.done("Sevda", "office", "share", self.path / "stick")
        answer = self._ask(
            "join", self.path / "stick", self.path / place, "--name", name, "--json",
            "--card", self.path / f"{name}.card", "--passphrase-file", self.words(name),
        )  # fmt: skip
        assert answer.code == 0, answer.err
        said = answer.json
        self.done(
            "Sevda", "office", "member", "add", self.path / f"{name}.card",
            "--words", " ".join(said["words"]), "--administrator",
        )  # fmt: skip
        self.done("Sevda", "office", "replica", "add", said["log"], "--label", place, "--yes")
        self.carry("Sevda", "office", name, place)
        return said

    def carry(self, giver, here, taker, there):
        """Share at one place and pull at another."""
        self.done(giver, here, "share", self.path / f"from-{here}")
        return self.done(taker, there, "pull", self.path / f"from-{here}")

    def open(self, name, place):
        """The vault at a place, opened by a program."""
        return Vault.open(self.path / place, self.words(name).read_text().strip(), KINDS)

    def say(self, name, place, *titles):
        """Cases without an identity, said by one person, each in an entry."""
        with self.open(name, place) as vault:
            for title in titles:
                opened = facts.CaseOpened(**a_statement(), titles=(facts.Words(title, "en"),))
                vault.ledger.append([Part("coded", (opened,))])

    def tell_of(self, name, place, person, *spellings):
        """Who a person is, sealed for those who read identities; the sealed bytes."""
        with self.open(name, place) as vault:
            for text in spellings:
                said = facts.IdentityStated(
                    **a_statement(), person=person, names=(facts.Spelling(text=text),)
                )
                vault.ledger.append([Part("identity", (said,), person)])
            return sealed_about(vault, person)

    def titles(self, name, place):
        """What the cases are called, in order."""
        return [one["title"] for one in self.done(name, place, "case", "list")["cases"]]

    def code(self, name, of="office"):
        """The code of a member, as the founder sees it."""
        members = self.done("Sevda", of, "member", "list")["members"]
        called = "founder" if name == "Sevda" else name
        return next(one["code"] for one in members if one["name"] == called)


def a_statement():
    """What every statement of these tests carries."""
    return {"id": new_id("fact"), "case": new_id("case"), "edition": Definition.load().code}


def sealed_about(vault, person):
    """The sealed bytes about a person in a vault, and their wrapped keys."""
    parts = vault._store.parts(list(vault.ledger.parts_about(person)))
    kids = set(vault._identity.keyring.compartments.subject_kids(person))
    wraps = vault._keystore.wraps(vault._identity.vault)
    return [*parts.values(), *(one.wrapped for one in wraps if one.kid in kids)]


def where(planted, *folders):
    """Live files in these folders that hold any of the planted bytes."""
    return [
        path
        for folder in folders
        for path in folder.rglob("*")
        if path.is_file() and any(one in path.read_bytes() for one in planted)
    ]
