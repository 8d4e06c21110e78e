"""A person at a terminal: commands run in this process, their words and exit codes looked at."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pytest

from candlemark.cli import run
from candlemark.cli.demonstration.build import build_demonstration
from candlemark.seal import Cost
from places import Places


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


@pytest.fixture
def places(quick, ask, tmp_path):
    """Machines, sticks and people, before anything is there."""
    return Places(ask, tmp_path)
