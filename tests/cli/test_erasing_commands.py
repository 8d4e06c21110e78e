"""Erasing what was said about a person, in every place and every backup, at the command line."""

from __future__ import annotations

import shutil
from datetime import date, timedelta

import pytest

from candlemark.ledger.backup import back_up
from places import where

PERSON = "person_7"


@pytest.fixture
def three(places):
    """An office, a laptop and a second office; everybody may read identities."""
    places.begin()
    for name, place in (("Aysel", "laptop"), ("Ramin", "second")):
        places.join(name, place)
        places.carry(name, place, "Sevda", "office")
        places.done("Sevda", "office", "compartment", "add", "identity", places.code(name), "--yes")
    return places


def everywhere(places):
    """All live folders: vaults, shared trees, backups."""
    names = ("office", "laptop", "second", "from-office", "from-laptop", "from-second", "backups")
    return [places.path / name for name in names]


def test_what_was_erased_is_in_no_live_file_and_the_place_that_was_away_is_listed(three, ask):
    planted = three.tell_of("Sevda", "office", PERSON, "a name", "another spelling")
    kept = three.tell_of("Sevda", "office", "person_8", "somebody else")
    for name, place in (("Aysel", "laptop"), ("Ramin", "second")):
        three.carry("Sevda", "office", name, place)
    three.done("Ramin", "second", "share", three.path / "from-second")
    for days in range(5):
        back_up(three.path / "office", three.path / "backups", date(2026, 1, 1) + timedelta(days))
    for folder in ("office", "laptop", "second", "from-office", "from-second", "backups"):
        assert where(planted, three.path / folder), folder

    asked = three.done("Sevda", "office", "erase", "ask", PERSON, "--reason", "in-danger", "--yes")
    three.carry("Sevda", "office", "Aysel", "laptop")
    listed = three.at("Aysel", "laptop", "erase", "list")
    done = three.done("Aysel", "laptop", "erase", "agree", asked["code"], "--yes")
    three.carry("Aysel", "laptop", "Sevda", "office")
    three.done("Sevda", "office", "share", three.path / "from-office")
    back_up(three.path / "office", three.path / "backups", date(2026, 1, 6))

    away = [three.path / "second", three.path / "from-second"]
    assert not asked["agreed"]
    assert asked["code"] in listed.out
    assert done["agreed"]
    assert where(planted, *(one for one in everywhere(three) if one not in away)) == []
    assert where(planted, *away)
    (row,) = three.done("Sevda", "office", "erase", "list")["erasures"]
    assert row["without_receipt"] == ["second"]
    assert "second" in three.at("Sevda", "office", "erase", "list").out
    places = three.done("Sevda", "office", "replica", "list")["logs"]
    assert [one["label"] for one in places if one["erasures_open"]] == ["second"]

    three.carry("Sevda", "office", "Ramin", "second")
    three.carry("Ramin", "second", "Sevda", "office")
    assert where(planted, *everywhere(three)) == []
    assert where(kept, three.path / "second")
    assert three.done("Sevda", "office", "erase", "list")["erasures"][0]["without_receipt"] == []
    for name, place in (("Sevda", "office"), ("Aysel", "laptop"), ("Ramin", "second")):
        assert three.at(name, place, "ledger", "verify").code == 0

    code = three.code("Sevda")
    restored = ask(
        "backup", "restore", three.path / "backups" / "2026-01-06", three.path / "again",
        "--member", code, "--passphrase-file", three.words("Sevda"), "--json",
    )  # fmt: skip
    earlier = ask(
        "backup", "restore", three.path / "backups" / "2026-01-03", three.path / "earlier",
        "--member", code, "--passphrase-file", three.words("Sevda"),
    )  # fmt: skip
    assert restored.code == 0, restored.err
    assert where(planted, three.path / "again") == []
    assert earlier.code == 85
    assert "2026-01-06" in earlier.err
    assert not (three.path / "earlier").exists()


def test_who_asked_does_not_agree_alone_and_nothing_is_gone(three):
    planted = three.tell_of("Sevda", "office", PERSON, "a name")
    asked = three.done("Sevda", "office", "erase", "ask", PERSON, "--reason", "mistake", "--yes")
    answer = three.at("Sevda", "office", "erase", "agree", asked["code"], "--yes")

    assert answer.code == 38
    assert where(planted, three.path / "office")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("erase", "ask", "person_9", "--reason", "mistake", "--yes"), 38),
        (("erase", "ask", PERSON, "--reason", "because of her brother", "--yes"), 70),
        (("erase", "ask", PERSON, "--yes"), 2),
        (("erase", "ask", PERSON, "--reason", "mistake"), 70),
        (("erase", "agree", "ffff", "--yes"), 38),
        (("erase", "agree", "", "--yes"), 38),
    ],
)
def test_what_cannot_be_erased_is_said_and_nothing_is_gone(places, words, code):
    places.begin()
    planted = places.tell_of("Sevda", "office", PERSON, "a name")

    answer = places.at("Sevda", "office", *words)

    assert answer.code == code, answer.err
    assert len(answer.err.strip().splitlines()) >= 2
    assert "brother" not in answer.err
    assert where(planted, places.path / "office")


def test_in_a_vault_of_one_it_is_done_at_once(places):
    places.begin()
    planted = places.tell_of("Sevda", "office", PERSON, "a name")
    answer = places.at("Sevda", "office", "erase", "ask", PERSON, "--reason", "mistake", "--yes")

    assert answer.code == 0, answer.err
    assert "destroyed here" in answer.out
    assert where(planted, places.path / "office") == []


def test_sharing_carries_out_what_was_agreed_to_elsewhere(three):
    planted = three.tell_of("Sevda", "office", PERSON, "a name")
    asked = three.done("Sevda", "office", "erase", "ask", PERSON, "--reason", "mistake", "--yes")
    three.carry("Sevda", "office", "Aysel", "laptop")
    with three.open("Aysel", "laptop") as vault:
        vault.erasing.agree(asked["code"])
    three.done("Aysel", "laptop", "share", three.path / "from-laptop")
    shutil.rmtree(three.path / "from-office")
    answer = three.at("Sevda", "office", "pull", three.path / "from-laptop")

    assert "Erased here" in answer.out
    assert where(planted, three.path / "office") == []
