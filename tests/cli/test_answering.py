"""An agency is asked, and answers, at a terminal: one member says it, another lets it out."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest

from candlemark.cli.opening import KINDS
from candlemark.publish.table import TONGUES
from releasing import House, of

TABLE = "occupancy-xx-one-accused-from-received"


def sections(**texts):
    return "".join(
        f"[{tongue}]\n" + "".join(f'{key} = "{said} {tongue}"\n' for key, said in texts.items())
        for tongue in TONGUES
    )


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """A house with one release; what each of two people types is asked of the commands."""
    place = tmp_path_factory.mktemp("answering")
    house = House.founded(place / "vault")
    house.team.kinds = KINDS
    house.release(of("One"))
    for who, words in house.team.words.items():
        (place / f"{who}.txt").write_text(words)
    (place / "agency.toml").write_text(sections(agency="Court"), encoding="utf-8")
    (place / "answer.toml").write_text(sections(agency="Court", text="So"), encoding="utf-8")
    (place / "reasons.toml").write_text(sections(reason="Why"), encoding="utf-8")
    (place / "contact.toml").write_text(sections(contact="Desk"), encoding="utf-8")
    return SimpleNamespace(place=place)


def test_an_agency_is_asked_keeps_silent_answers_late_and_is_shown(desk, ask, tmp_path):
    place = desk.place

    def asked(who, *words):
        options = ("--vault", place / "vault", "--passphrase-file", place / f"{who}.txt")
        return ask(*words, *options)

    cell = ("--cell", "measure=share", "--cell", "state=pending", "--cell", "day=270")
    ask_ = asked(
        "founder", "release", "answer", "ask", TABLE, place / "agency.toml", "--on", "2024-01-05",
        "--by", "2024-02-05", *cell, "--json",
    )  # fmt: skip
    name = ask_.json["name"]
    alone = asked("founder", "release", "answer", "approve", name)
    early = asked("founder", "release", "answer", "unanswered", name, "--on", "2024-02-06")
    assert asked("colleague", "release", "answer", "approve", name[:8]).code == 0
    late = asked(
        "founder", "release", "answer", "list", "--json"
    ).json["answers"]  # fmt: skip
    silent = asked(
        "founder", "release", "answer", "unanswered", name, "--on", "2024-02-06", "--json"
    )
    came = asked(
        "colleague", "release", "answer", "received", place / "answer.toml", "--on", "2024-03-01",
        "--tongue", "az", "--asking", name, "--json",
    )  # fmt: skip
    shown = asked("founder", "release", "answer", "show", came.json["name"])
    for who, one in (("colleague", silent), ("founder", came)):
        assert asked(who, "release", "answer", "approve", one.json["name"]).code == 0
    said = asked("founder", "publish", "contact", place / "contact.toml", "--home", "AZ", "--json")
    built = asked("founder", "publish", "build", "--out", tmp_path / "site")
    gone = asked(
        "founder", "release", "answer", "withdraw", came.json["name"], place / "reasons.toml"
    )

    assert (ask_.code, alone.code, early.code) == (0, 38, 40)
    assert "another member approves it first" in early.err
    assert [(one["state"], one["over"]) for one in late] == [("public", True)]
    assert "az: Court az\n    So az" in shown.out
    assert (built.code, gone.code, said.json["home"]) == (0, 0, "AZ")
    told = json.loads((tmp_path / "site" / "api" / "answers.json").read_bytes())["answers"]
    assert [one["step"] for one in told[0]["said"]] == ["asked", "unanswered", "answered"]
    assert told[0]["said"][2]["original"] == "So az"


def test_what_is_said_in_no_way_or_in_both_is_refused(desk, ask):
    place = desk.place
    options = ("--vault", place / "vault", "--passphrase-file", place / "founder.txt")

    both = ask(
        "release", "answer", "received", place / "answer.toml", "--on", "2024-03-01", "--asking",
        "0" * 8, "--table", TABLE, *options,
    )  # fmt: skip
    none = ask("release", "answer", "unanswered", "0" * 8, "--on", "2024-03-01", *options)
    unnamed = ask(
        "release", "answer", "ask", TABLE, place / "agency.toml", "--on", "2024-01-05", "--by",
        "2024-02-05", "--cell", "share", *options,
    )  # fmt: skip
    assert (both.code, none.code, unnamed.code) == (2, 43, 2)
