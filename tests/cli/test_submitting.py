"""Two people send a contribution from a terminal: drafted, read, approved, written, listed."""

from __future__ import annotations

import shutil

import pytest

from candlemark.cli.opening import KINDS
from submitting import Told
from team import Team

TEXTS = """
[en]
title = "Hate crime in 2025"
text = "What we saw."

[case.ref-1.en]
description = "Two men were beaten in a street."
"""


@pytest.fixture(scope="module")
def grown(tmp_path_factory):
    """A vault of two with three cases: agreed, refused, of another country."""
    place = tmp_path_factory.mktemp("submitting")
    team = Team(place / "vault", KINDS)
    team.take_in("colleague")
    with team.open() as vault:
        Told(vault.ledger, "ref-1").answers(detail="month-and-country")
        Told(vault.ledger, "ref-2").answers("refused")
        Told(vault.ledger, "ref-3", country="GE").answers()
    for who, words in team.words.items():
        (place / f"{who}.txt").write_text(words)
    (place / "texts.toml").write_text(TEXTS, encoding="utf-8")
    return place


@pytest.fixture
def desk(grown, tmp_path, ask):
    """The commands of each person, on a copy of the vault."""
    place = tmp_path / "house"
    shutil.copytree(grown, place)

    def asked(who, *words):
        options = ("--vault", place / "vault", "--passphrase-file", place / f"{who}.txt")
        return ask("submission", *words, *options)

    asked.place = place
    return asked


def test_a_contribution_goes_from_a_draft_to_files_by_two_people(desk, tmp_path):
    asked = ("odihr", desk.place / "texts.toml", "--country", "az", "--year", "2025")
    drafted = desk("founder", *asked)
    draft = desk("founder", "list", "--json").json["submissions"][0]["draft"]
    shown = desk("colleague", "show", draft)
    alone = desk("founder", "approve", draft)
    early = desk("founder", "write", draft, "--out", tmp_path / "early")
    approved = desk("colleague", "approve", draft)
    written = desk("founder", "write", draft, "--out", tmp_path / "out", "--json")
    again = desk("founder", "write", draft, "--out", tmp_path / "out")
    listed = desk("founder", "list")

    assert drafted.code == 0, drafted.err
    assert "ref-1  2025-03-14  yes    its people agreed" in drafted.out
    assert "ref-2  2025-03-14  no     somebody refused" in drafted.out
    assert "1 not asked for: another country, or none recorded" in drafted.out
    assert "Two men were beaten in a street." in shown.out
    assert "March 2025" in shown.out
    assert "Sumqayit" not in shown.out
    assert (alone.code, early.code, again.code) == (38, 38, 70)
    assert (approved.code, written.code) == (0, 0)
    assert sorted(one.name for one in (tmp_path / "out").iterdir()) == sorted(written.json["files"])
    assert {one.stat().st_mode & 0o777 for one in (tmp_path / "out").iterdir()} == {0o600}
    assert "left" in listed.out


def test_what_cannot_be_sent_is_refused_with_everything_named(desk):
    texts = desk.place / "texts.toml"
    annex = desk("founder", "annex", texts, "--to", "upr")
    briefing = desk("founder", "briefing", texts, "--tongue", "az", "--release", "1")
    nothing = desk("founder", "odihr", texts, "--country", "AM", "--year", "2025")

    assert annex.code == nothing.code == 40
    assert "period: the country" in annex.err
    assert "release: it is made of figures" in annex.err
    assert "nothing to send" in nothing.err
    assert briefing.code == 40
    assert "title (az): it is missing" in briefing.err


def test_what_a_recipient_has_to_delete_is_named(desk, tmp_path, ask):
    texts = desk.place / "texts.toml"
    drafted = desk("founder", "odihr", texts, "--country", "AZ", "--year", "2025", "--json").json
    desk("colleague", "approve", drafted["draft"])
    desk("founder", "write", drafted["draft"], "--out", tmp_path / "out")
    incident, case = drafted["incidents"][0], drafted["incidents"][0]["case"]
    options = ("--vault", desk.place / "vault", "--passphrase-file", desk.place / "founder.txt")
    told = ask("case", "show", case, "--json", *options).json
    plain = ask("case", "show", case, *options).out
    consent = told["case"]["consents"][0]["id"]
    ended = ask("case", "end-consent", case, consent, *options)
    listed = desk("colleague", "list")

    assert "Publication: consent given, month and country" in plain
    assert ended.code == 0, ended.err
    assert incident["reference"] in listed.out
    assert "Ask the recipient to delete" in listed.out
    assert desk("colleague", "show", drafted["draft"]).out.count("no longer") == 1


def test_an_empty_list_and_a_tongue_it_is_not_in_are_said(desk):
    assert "There is no submission" in desk("founder", "list").out
    texts = desk.place / "texts.toml"
    drafted = desk("founder", "odihr", texts, "--country", "AZ", "--year", "2025", "--json").json
    assert desk("founder", "show", drafted["draft"], "--tongue", "fa").code == 2
