"""A person at a terminal: commands run in this process, their words and exit codes looked at."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

from candlemark.cli import run
from candlemark.seal import Cost
from places import Places

STRONG = Cost.STRONG.value


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


@contextmanager
def _quick():
    """One guess at a passphrase costs nothing: commands here stretch it some thousand times."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Cost.STRONG, "_value_", Cost.QUICK.value)
        yield


@pytest.fixture(scope="module", autouse=True)
def quick():
    """What a module of this folder stretches is stretched for tests."""
    with _quick():
        yield


@pytest.fixture
def strong(monkeypatch, quick):
    """As costly as it is for everybody else."""
    monkeypatch.setattr(Cost.STRONG, "_value_", STRONG)


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
    with _quick():
        assert run(["demo", str(folder), "--no-serve", "--no-site"]) == 0
    return folder


@pytest.fixture
def places(ask, tmp_path):
    """Machines, sticks and people, before anything is there."""
    return Places(ask, tmp_path)
