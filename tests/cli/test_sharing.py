"""A vault in several places: a stick between an office and a laptop, and what can go wrong."""

from __future__ import annotations

import shutil

import pytest


@pytest.fixture
def two(places):
    """An office and Aysel's laptop, which has joined; both know each other."""
    places.begin()
    places.say("Sevda", "office", "first")
    places.joined = places.join("Aysel", "laptop")
    places.carry("Aysel", "laptop", "Sevda", "office")
    return places


def test_a_stick_between_two_machines_brings_what_both_said_in_one_order(two):
    for number in range(2):
        two.say("Sevda", "office", f"office {number}")
        two.say("Aysel", "laptop", f"laptop {number}")
    there = two.carry("Sevda", "office", "Aysel", "laptop")
    back = two.carry("Aysel", "laptop", "Sevda", "office")

    assert there["refused"] == back["refused"] == []
    assert two.titles("Sevda", "office") == two.titles("Aysel", "laptop")
    assert len(two.titles("Sevda", "office")) == 5
    for name, place in (("Sevda", "office"), ("Aysel", "laptop")):
        assert two.at(name, place, "ledger", "verify").code == 0
    assert two.carry("Sevda", "office", "Aysel", "laptop")["taken"] == 0


def test_a_new_place_opens_nothing_before_it_was_taken_in(places, ask):
    places.begin()
    places.done("Sevda", "office", "share", places.path / "stick")
    answer = ask(
        "join", places.path / "stick", places.path / "laptop", "--name", "Aysel",
        "--card", places.path / "card", "--passphrase-file", places.words("Aysel"),
    )  # fmt: skip
    opens = places.at("Aysel", "laptop", "case", "list")
    pulls = places.at("Aysel", "laptop", "pull", places.path / "stick")

    assert answer.code == 0, answer.err
    assert "replica add" in answer.out
    assert (opens.code, pulls.code) == (38, 38)


def test_a_member_takes_their_key_to_a_second_machine(two, ask):
    key = two.path / "my.key"
    assert two.at("Sevda", "office", "key", "export", key).code == 0
    again = two.at("Sevda", "office", "key", "export", key)
    answer = ask(
        "join", two.path / "from-office", two.path / "home", "--key", key,
        "--passphrase-file", two.words("Sevda"), "--json",
    )  # fmt: skip
    assert answer.code == 0, answer.err
    assert answer.json["card"] is None
    two.done("Sevda", "office", "replica", "add", answer.json["log"], "--label", "home", "--yes")
    two.carry("Sevda", "office", "Sevda", "home")
    two.say("Sevda", "home", "from home")
    two.carry("Sevda", "home", "Sevda", "office")

    assert key.stat().st_mode & 0o777 == 0o600
    assert again.code == 70
    assert "from home" in two.titles("Sevda", "office")


def test_the_places_are_listed_by_name(two):
    listed = two.at("Aysel", "laptop", "replica", "list")
    document = two.done("Aysel", "laptop", "replica", "list")["logs"]

    assert listed.code == 0
    assert [one["label"] for one in document] == ["where it began", "laptop"]
    assert "laptop" in listed.out
    assert document[1]["log"] == two.joined["log"]
    again = two.at("Sevda", "office", "replica", "add", two.joined["log"], "--label", "x", "--yes")
    assert again.code == 38


def test_what_somebody_removed_wrote_lies_in_quarantine_with_the_reason(two):
    aysel = two.code("Aysel")
    two.done("Sevda", "office", "member", "remove", aysel, "--yes")
    two.say("Aysel", "laptop", "not knowing yet")
    two.done("Aysel", "laptop", "share", two.path / "from-laptop")
    answer = two.at("Sevda", "office", "pull", two.path / "from-laptop")

    assert answer.code == 0, answer.err
    assert "Refused: " in answer.out
    assert "not knowing yet" not in two.titles("Sevda", "office")


def test_quarantine_is_shown_without_a_passphrase(two, ask):
    test_what_somebody_removed_wrote_lies_in_quarantine_with_the_reason(two)
    office = ("--vault", two.path / "office")
    (listed,) = ask("quarantine", "list", *office, "--json").json["refused"]
    shown = ask("quarantine", "show", listed["leaf"][:12], *office)
    document = ask("quarantine", "show", listed["leaf"][:12], *office, "--json").json

    assert "given up" in listed["why"]
    assert shown.code == 0
    assert listed["why"] in shown.out
    assert document["leaf"]["parts"] == 2
    assert ask("quarantine", "show", "ffff", *office).code == 70
    assert listed["leaf"][:12] in ask("quarantine", "list", *office).out


def test_who_is_removed_at_home_is_locked_out_on_the_laptop_by_the_next_pull(two):
    two.join("Ramin", "ramin")
    two.carry("Ramin", "ramin", "Sevda", "office")
    two.carry("Sevda", "office", "Aysel", "laptop")
    two.done("Sevda", "office", "member", "remove", two.code("Ramin"), "--yes")
    two.say("Sevda", "office", "after")
    two.carry("Sevda", "office", "Aysel", "laptop")
    refused = two.at("Ramin", "ramin", "pull", two.path / "from-office")

    assert "after" in two.titles("Aysel", "laptop")
    assert refused.code == 38
    assert "after" not in str(two.at("Ramin", "ramin", "case", "list"))


def test_an_older_stick_raises_the_alarm_and_lies_in_quarantine(two, ask):
    shutil.copytree(two.path / "from-office", two.path / "older")
    two.say("Sevda", "office", "more")
    two.carry("Sevda", "office", "Aysel", "laptop")
    answer = two.at("Aysel", "laptop", "pull", two.path / "older")
    (kept,) = ask("quarantine", "list", "--vault", two.path / "laptop", "--json").json["refused"]

    assert answer.code == 81
    assert kept["alarm"]
    assert "rolled back" in kept["why"]
    assert list((two.path / "laptop" / "alarms").iterdir())
    assert "more" in two.titles("Aysel", "laptop")


def test_nothing_is_joined_without_a_name_or_with_two_ways(places, ask):
    places.begin()
    places.done("Sevda", "office", "share", places.path / "stick")
    nobody = ask("join", places.path / "stick", places.path / "laptop")
    (places.path / "card").write_text("mine")
    there = ask(
        "join", places.path / "stick", places.path / "laptop", "--name", "A",
        "--card", places.path / "card", "--passphrase-file", places.words("A"),
    )  # fmt: skip

    assert (nobody.code, there.code) == (70, 70)
    assert (places.path / "card").read_text() == "mine"
    assert not (places.path / "laptop").exists()
    assert not places.words("A").exists()
