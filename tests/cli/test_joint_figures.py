"""Counts that agencies share, of a log or of a vault, and the joint figure computed again."""

from __future__ import annotations

import json

import pytest

QUESTION = ("measure", "occupancy", "--crosswalk", "xx-prosecutor", "--from", "received")
LOG = "case,activity,date\n" + "".join(
    f"c{n},told,2021-01-{n % 28 + 1:02}\n"
    + (f"c{n},charged,2021-03-{n % 28 + 1:02}\n" if n % 3 else "")
    for n in range(60)
)
ABOUT = ("--time", "date", "--log-of", "2021-12-31", "--final", "charged", "--from", "told")


@pytest.fixture
def shares(ask, tmp_path):
    """The counts of two agencies, each from its own half of a log."""
    head, *lines = LOG.splitlines()
    found = []
    for n, name in enumerate(("North", "South")):
        mine = [line for line in lines if int(line.split(",")[0][1:]) % 2 == n]
        log, counts = tmp_path / f"{name}.csv", tmp_path / f"{name}.json"
        log.write_text("\n".join([head, *mine]) + "\n", "utf-8")
        words = ("--events", log, *ABOUT, "--share-counts", counts, "--as-agency", name)
        assert ask("measure", "occupancy", *words).code == 0
        found.append(counts)
    return found


def joint(ask, shares, path):
    words = [word for share in shares for word in ("--federated", share)]
    answer = ask("measure", "occupancy", *words, "--at", "30,90", "--out", path)
    assert answer.code == 0, answer.err
    return path


def given(shares):
    return [word for share in shares for word in ("--share", share)]


def test_a_joint_figure_is_computed_again_from_the_files_it_names(ask, shares, tmp_path):
    figure = joint(ask, shares, tmp_path / "joint.json")
    named = [value for name, value in json.loads(figure.read_text("utf-8"))["basis"]["reading"]
             if name == "shared"]  # fmt: skip

    assert len(named) == 2
    for order in (shares, shares[::-1]):
        again = ask("measure", "reproduce", figure, *given(order))
        assert again.out.startswith("The same figure, byte for byte.\nsha256:"), again.err


def test_a_joint_figure_without_one_of_its_files_names_the_file_that_lacks(ask, shares, tmp_path):
    figure = joint(ask, shares, tmp_path / "joint.json")
    one = ask("measure", "reproduce", figure, *given(shares[:1]))
    assert one.code == 53
    assert "no file with this SHA-256 was given" in one.err
    other = tmp_path / "other.json"
    other.write_text(shares[1].read_text("utf-8") + "\n", "utf-8")
    wrong = ask("measure", "reproduce", figure, *given([shares[0], other]))
    assert wrong.code == 53
    assert "is none of its files" in wrong.err


def test_what_a_joint_figure_is_made_of_is_asked_for(ask, shares, tmp_path, demo_vault, log_figure):
    figure = joint(ask, shares, tmp_path / "joint.json")
    answer = ask("measure", "reproduce", figure, "--vault", demo_vault)
    assert answer.code == 10
    assert "--share FILE, once for each" in answer.err
    alone = ask("measure", "reproduce", figure)
    assert "each --share FILE" in alone.err
    no_joint = ask("measure", "reproduce", log_figure, *given(shares))
    assert no_joint.code == 10
    assert "--events FILE" in no_joint.err


@pytest.fixture
def log_figure(ask, tmp_path):
    """A figure of one log."""
    log, figure = tmp_path / "all.csv", tmp_path / "figure.json"
    log.write_text(LOG, "utf-8")
    ask("measure", "occupancy", "--events", log, *ABOUT, "--out", figure)
    return figure


def test_the_counts_of_a_vault_give_the_figure_of_the_vault(ask, demo_vault, tmp_path):
    vault, counts = ("--vault", demo_vault), tmp_path / "counts.json"
    answer = ask(*QUESTION, "--share-counts", counts, "--as-agency", "Here", *vault)
    assert answer.code == 0, answer.err
    assert "no case, no day, no name" in answer.out

    shared = json.loads(counts.read_text("utf-8"))
    assert shared["agencies"] == ["Here"]
    assert len(shared["edition"]) == 64
    assert "convicted" in shared["states"]  # a code of the definition, for whoever adds theirs
    assert json.loads(shared["question"])["from"] == "recorded"

    alone = ask("measure", "occupancy", "--federated", counts, "--at", "90,365", "--json").json
    whole = ask(*QUESTION, "--entered", "1900-01-01..", "--at", "90,365", "--json", *vault).json
    assert alone["groups"][0]["entered"] == whole["groups"][0]["entered"]
    for one, other in zip(
        alone["groups"][0]["horizons"], whole["groups"][0]["horizons"], strict=True
    ):
        mine, theirs = ([value["p"] for value in each["values"]] for each in (one, other))
        assert mine == pytest.approx(theirs, abs=0.02)  # dates known to a month are drawn there
    said = ask("measure", "occupancy", "--federated", counts, "--at", "90").out
    assert "Convicted" in said
    assert "Joint figure under the edition" in said


def test_counts_are_shared_of_a_vault_or_of_a_log(ask, monkeypatch, tmp_path):
    monkeypatch.delenv("CANDLEMARK_VAULT", raising=False)
    answer = ask("measure", "occupancy", "--share-counts", tmp_path / "counts.json")
    assert answer.code == 2
    assert "--vault DIR, or --events FILE" in answer.err
