"""Whatever is wrong with what was brought: refused whole, in words, and the vault as before."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing

import pytest

from candlemark.seal import new_passphrase


@pytest.fixture
def two(places):
    """An office and Aysel's laptop, with something new on the stick between them."""
    places.begin()
    places.join("Aysel", "laptop")
    places.done("Sevda", "office", "share", places.path / "before")
    places.say("Sevda", "office", "new")
    places.done("Sevda", "office", "share", places.path / "stick")
    return places


def bend(path):
    """The last byte of a file is another one."""
    content = path.read_bytes()
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))


def first(folder):
    return min(path for path in folder.rglob("*") if path.is_file())


def unheard(stick):
    """The parts that the laptop has not got: without an old one it can do very well."""
    old = {path.name for path in (stick.parent / "before" / "part").iterdir()}
    return sorted(path for path in (stick / "part").iterdir() if path.name not in old)


BROUGHT = {
    "a malformed leaf": (lambda s: bend(first(s / "tile" / "entries")), 85),
    "a note that is cut short": (lambda s: (s / "checkpoint").write_bytes(b"x"), 85),
    "a note with another signature": (lambda s: bend(s / "checkpoint"), 85),
    "keys that are none": (lambda s: (s / "wraps").write_bytes(b"\xff"), 85),
    "no keys": (lambda s: (s / "wraps").unlink(), 85),
    "no beginning": (lambda s: (s / "genesis").unlink(), 85),
    "another beginning": (lambda s: bend(s / "genesis"), 85),
    "no log": (lambda s: (s / "log").unlink(), 85),
    "half of the parts": (lambda s: [p.unlink() for p in unheard(s)[::2]], 85),
    "parts that were changed": (lambda s: [bend(p) for p in (s / "part").iterdir()], 85),
    "an empty folder": (lambda s: [shutil.rmtree(s), s.mkdir()], 85),
}


@pytest.mark.parametrize("name", BROUGHT)
def test_what_was_brought_is_refused_whole_and_its_reason_is_kept(two, ask, name):
    spoil, code = BROUGHT[name]
    before = {path.name: path.read_bytes() for path in (two.path / "laptop").glob("*.db")}
    spoil(two.path / "stick")

    answer = two.at("Aysel", "laptop", "pull", two.path / "stick")
    (kept,) = ask("quarantine", "list", "--vault", two.path / "laptop", "--json").json["refused"]

    assert answer.code == code, answer.err
    assert len(answer.err.strip().splitlines()) >= 2, "a message without a hint"
    assert "Traceback" not in answer.err
    assert kept["why"] in answer.err
    assert before == {path.name: path.read_bytes() for path in (two.path / "laptop").glob("*.db")}
    assert two.titles("Aysel", "laptop") == []
    shutil.rmtree(two.path / "stick")
    two.done("Sevda", "office", "share", two.path / "stick")
    assert two.at("Aysel", "laptop", "pull", two.path / "stick").code == 0
    assert two.titles("Aysel", "laptop") == ["new"]


def newer(folder):
    with closing(sqlite3.connect(folder / "ledger.db")) as connection:
        connection.execute("PRAGMA user_version = 99")


KEPT_HERE = {
    "a newer format": (lambda f, _: newer(f), 34),
    "half of the folder": (lambda f, _: (f / "keystore.db").unlink(), 35),
    "no vault": (lambda f, _: shutil.rmtree(f), 31),
    "a wrong passphrase": (lambda _, words: words.write_text(new_passphrase()), 33),
    "an empty passphrase file": (lambda _, words: words.write_text(""), 70),
}


@pytest.mark.parametrize("name", KEPT_HERE)
def test_nothing_is_pulled_where_the_vault_itself_does_not_open(two, name):
    spoil, code = KEPT_HERE[name]
    spoil(two.path / "laptop", two.words("Aysel"))

    answer = two.at("Aysel", "laptop", "pull", two.path / "stick")

    assert answer.code == code, answer.err
    assert len(answer.err.strip().splitlines()) >= 2, "a message without a hint"


@pytest.mark.parametrize("content", [b"", b"\xff" * 40, b"x" * 5000])
def test_a_key_file_that_is_none_makes_no_place(two, ask, content):
    (two.path / "key").write_bytes(content)

    answer = ask(
        "join", two.path / "stick", two.path / "second", "--key", two.path / "key",
        "--passphrase-file", two.words("Sevda"),
    )  # fmt: skip

    assert answer.code != 0, answer.err
    assert len(answer.err.strip().splitlines()) >= 2, "a message without a hint"
    assert not (two.path / "second").exists()
