"""A person at a terminal: commands run in this process, their words and exit codes looked at."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pytest

from candlemark.cli import run
from candlemark.cli.demonstration.build import build_demonstration


@dataclass(frozen=True)
class Answer:
    """What a command said and how it left."""

    code: int
    out: str
    err: str

    @property
    def json(self):
        """The one JSON document on standard output."""
        return json.loads(self.out)


@pytest.fixture
def ask(capsys):
    """Run a command and look at its answer."""

    def asked(*words):
        capsys.readouterr()
        code = run([str(word) for word in words])
        said = capsys.readouterr()
        return Answer(code, said.out, said.err)

    return asked


@pytest.fixture
def vault(tmp_path, ask):
    """The options of a new vault: its folder and the file with its passphrase."""
    folder, passphrase = tmp_path / "vault", tmp_path / "words.txt"
    assert ask("init", folder, "--passphrase-file", passphrase).code == 0
    return ("--vault", folder, "--passphrase-file", passphrase)


@pytest.fixture(scope="session")
def demo_vault(tmp_path_factory):
    """The demonstration vault, built once; its passphrase lies beside it."""
    folder = tmp_path_factory.mktemp("demonstration") / "demo-vault"
    build_demonstration(folder)
    return folder


@pytest.fixture
def quick(monkeypatch):
    """One guess at a passphrase costs nothing: some tests stretch dozens of them."""
    monkeypatch.setattr(Cost.STRONG, "_value_", (8, 1))


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
        """Cases without an identity, said by one person."""
        with self.open(name, place) as vault:
            for title in titles:
                casefile.open_case(vault.ledger, title)


@pytest.fixture
def places(quick, ask, tmp_path):
    """Machines, sticks and people, before anything is there."""
    return Places(ask, tmp_path)
