"""A server burned; its vault is made again of a backup, at the command line."""

from __future__ import annotations

import shutil

import pytest


@pytest.fixture
def burned(places, ask):
    """A vault with a backup of today; the vault itself is gone."""
    places.begin()
    places.say("Sevda", "office", "what happened")
    places.tell_of("Sevda", "office", "person_7", "a name")
    (founder,) = places.done("Sevda", "office", "member", "list")["members"]
    places.founder = founder["code"]
    places.done("Sevda", "office", "device", "renew")
    made = ask(
        "backup", "make", places.path / "backups", "--vault", places.path / "office", "--json"
    )
    assert made.code == 0, made.err
    places.day = made.json["folder"]
    shutil.rmtree(places.path / "office")
    return places


def restored(burned, ask, *more):
    return ask(
        "backup", "restore", burned.day, burned.path / "again", "--member", burned.founder,
        "--passphrase-file", burned.words("Sevda"), *more,
    )  # fmt: skip


def test_a_burned_vault_is_there_again_as_another_place(burned, ask):
    answer = restored(burned, ask, "--label", "new server")
    burned.say("Sevda", "again", "after the fire")

    assert answer.code == 0, answer.err
    assert sorted(burned.titles("Sevda", "again")) == ["after the fire", "what happened"]
    assert burned.at("Sevda", "again", "ledger", "verify").code == 0
    places = burned.done("Sevda", "again", "replica", "list")
    assert [one["label"] for one in places["logs"]] == ["where it began", "new server"]


def test_the_backups_are_listed_with_whose_keys_are_in_them(burned, ask):
    (kept,) = ask("backup", "list", burned.path / "backups", "--json").json["kept"]
    shown = ask("backup", "list", burned.path / "backups")

    assert kept["members"] == [burned.founder]
    assert kept["size"] > 2
    assert not kept["erased"]
    assert burned.founder in shown.out


def test_a_wrong_passphrase_restores_nothing(burned, ask):
    burned.words("Sevda").write_text("seldom heard anteater quoting verses about rain\n")
    answer = restored(burned, ask)

    assert answer.code == 33
    assert not (burned.path / "again").exists()


def test_what_cannot_be_restored_or_kept_is_said(burned, ask):
    (burned.path / "again").mkdir()
    (burned.path / "again" / "mine.txt").write_text("mine")
    there = restored(burned, ask)
    nobody = ask(
        "backup", "restore", burned.day, burned.path / "x", "--member", "ffff",
        "--passphrase-file", burned.words("Sevda"),
    )  # fmt: skip
    none = ask(
        "backup", "restore", burned.path / "none", burned.path / "x", "--member", "f",
        "--passphrase-file", burned.words("Sevda"),
    )  # fmt: skip

    assert (there.code, nobody.code, none.code) == (32, 70, 70)
    assert burned.founder in nobody.err
    assert (burned.path / "again" / "mine.txt").read_text() == "mine"
    assert ask("backup", "list", burned.path / "none").code == 70
    assert ask("backup", "make", burned.path / "b", "--vault", burned.path / "office").code == 31
    assert not (burned.path / "b").exists()
    assert (
        ask("backup", "make", burned.path / "b", "--days", "31", "--vault", burned.day).code == 70
    )


def test_a_half_copied_backup_restores_nothing_and_can_be_tried_again(burned, ask, tmp_path):
    shutil.copytree(burned.day, tmp_path / "whole")
    part = min((tmp_path / "whole" / "part").iterdir())
    missing = part.read_bytes()
    burned.day = tmp_path / "whole"
    part.unlink()
    refused = restored(burned, ask)
    part.write_bytes(missing)
    again = restored(burned, ask)

    assert refused.code == 85
    assert again.code == 0, again.err
