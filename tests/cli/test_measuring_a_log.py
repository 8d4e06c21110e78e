"""Questions asked of a log of events at a terminal, without any vault."""

from __future__ import annotations

import csv
import json
from datetime import date, timedelta

import pytest

ABOUT = ("--scheme", "ground=ground", "--log-of", "2020-12-31", "--final", "judged")


@pytest.fixture
def log(tmp_path):
    """Eighty complaints of two grounds; those of ground b are charged more often."""
    path = tmp_path / "log.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["case", "activity", "day", "ground"])
        for n in range(80):
            came, ground = date(2020, 1, 1) + timedelta(days=n), "ab"[n % 2]
            writer.writerow([f"c{n}", "told", came, ground])
            if n % 4 == 0 or ground == "b":
                writer.writerow([f"c{n}", "charged", came + timedelta(days=10), ground])
                if n % 3 == 0:
                    writer.writerow([f"c{n}", "judged", came + timedelta(days=40), ground])
    return path


@pytest.fixture
def asked(ask, log):
    """A question of the log."""
    return lambda question, *words: ask("measure", question, "--events", log, *ABOUT, *words)


@pytest.mark.parametrize("question", ["occupancy", "incidence", "durations", "attrition"])
def test_a_log_is_asked_without_a_vault(asked, question):
    answer = asked(question, "--json")

    assert answer.code == 0
    assert answer.json["basis"]["question"] == question
    assert len(answer.json["basis"]["source"]) == 64
    assert answer.json["basis"]["known_until"] == "2020-12-31"


@pytest.mark.parametrize(
    ("question", "says"),
    [
        ("occupancy", "days after entry"),
        ("incidence", "by day 30"),
        ("durations", "not reached yet"),
        ("attrition", "pending here"),
    ],
)
def test_what_is_printed_says_what_it_stands_on(asked, question, says):
    said = asked(question).out

    assert says in said
    assert "States in the log's own words" in said
    assert "This figure: sha256:" in said


def test_two_groups_are_compared_with_a_band(asked):
    answer = asked("compare", "--by", "ground", "--at", "30")

    assert answer.code == 0
    assert "a minus b (40 and 40 entered; unit: case)" in answer.out
    assert "They differ nowhere" in answer.out
    assert "told is left at one rate (log-rank)" in answer.out
    assert "As many ever reach charged by when (Gray)" in answer.out


def test_groups_are_put_under_one_mix_of_cases(asked):
    answer = asked("standardise", "--by", "ground", "--over", "entry-quarter", "--at", "30")

    assert answer.code == 0
    assert "As if all had the mix of cases of all groups together, by entry-quarter" in answer.out
    assert "2020-Q1" in answer.out


def test_cohorts_are_followed_over_time_and_a_stated_break_is_said(asked):
    answer = asked(
        "trend", "--by", "entry-month", "--at", "30", "--break", "2020-02-10=a new register"
    )

    assert answer.code == 0
    assert "Break on 2020-02-10: a new register. Nothing is compared across it." in answer.out
    assert "2020-01 to 2020-01: too little to say how it changes" in answer.out


def test_robust_errors_are_said_to_be_robust(asked):
    basis = asked("occupancy", "--robust", "--json").json["basis"]

    assert basis["uncertainty"] == "jackknife-logit-95-pointwise"


AGAIN = {
    "occupancy": ("--by", "ground"),
    "incidence": ("--from", "told"),
    "durations": ("--from", "told"),
    "compare": ("--by", "ground"),
    "standardise": ("--by", "ground", "--over", "entry-month", "--to", "b"),
    "trend": ("--by", "entry-month", "--break", "2020-02-10=a new register"),
}


@pytest.mark.parametrize("question", AGAIN)
def test_a_figure_of_a_log_is_computed_again_from_the_same_file(
    ask, asked, log, tmp_path, question
):
    path = tmp_path / "figure.json"
    assert asked(question, "--robust", *AGAIN[question], "--out", path).code == 0
    answer = ask("measure", "reproduce", path, "--events", log)

    assert (answer.code, answer.err) == (0, "")
    assert answer.out.startswith("The same figure, byte for byte.")


def test_another_file_is_refused_by_its_hash(ask, asked, log, tmp_path):
    path, other = tmp_path / "figure.json", tmp_path / "other.csv"
    asked("durations", "--out", path)
    other.write_text(log.read_text("utf-8") + "c99,told,2020-03-01,a\n", "utf-8")
    answer = ask("measure", "reproduce", path, "--events", other)

    assert answer.code == 53
    assert json.loads(path.read_text("utf-8"))["basis"]["source"] in answer.err


REFUSED = {
    "neither vault nor log": (("measure", "occupancy"), 2, "--vault DIR, or --events FILE"),
    "one group for two": (("measure", "compare", "--groups", "a"), 10, "--groups A,B"),
    "groups and what they are against": (
        ("measure", "compare", "--groups", "a,b", "--against", "a"),
        10,
        "--groups A,B",
    ),
    "breaks without a day or a word": (
        ("measure", "trend", "--break", "soon=x", "--break", "2020-01-01"),
        10,
        "2020-01-01: it does not say what changed",
    ),
    "no mix": (("measure", "standardise"), 2, "--over"),
    "a figure that is no file": (
        ("measure", "reproduce", "nowhere.json", "--events", "x.csv"),
        21,
        "--json or --out",
    ),
    "no file of events": (("measure", "durations", "--events", "nowhere.csv"), 21, ""),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_asked_is_refused_with_what_to_do(ask, monkeypatch, case):
    monkeypatch.delenv("CANDLEMARK_VAULT", raising=False)
    words, code, hint = REFUSED[case]
    answer = ask(*words)

    assert answer.code == code
    assert hint in answer.err


OF_LOGS = {
    "errors of a count": (("attrition", "--robust"), 70, "ask occupancy"),
    "a figure to keep": (("occupancy", "--keep"), 70, "leave them out"),
    "an engine nobody knows": (("occupancy", "--engine", "abacus"), 70, ""),
    "a state nobody reaches": (("occupancy", "--from", "forgiven"), 51, "told"),
    "groups known at the end": (("occupancy", "--by", "outcomes"), 51, ""),
    "a day after the last": (("occupancy", "--as-of", "2021-06-30"), 51, "2020-12-31"),
    "a window in which nobody came": (
        ("occupancy", "--entered", "2020-11-01.."),
        52,
        "wider window",
    ),
}


@pytest.mark.parametrize("case", OF_LOGS)
def test_what_a_log_cannot_answer_is_refused_with_what_to_do(asked, case):
    words, code, hint = OF_LOGS[case]
    answer = asked(*words)

    assert answer.code == code
    assert hint in answer.err


def test_a_vault_is_asked_stage_by_stage_where_errors_are_to_be_robust(ask, demo_vault, tmp_path):
    path = tmp_path / "figure.json"
    vault = ("--vault", demo_vault)
    answer = ask(
        "measure", "occupancy", "--crosswalk", "xx-prosecutor", "--robust", "--out", path, *vault
    )

    assert answer.code == 0
    assert "Charge brought" in answer.out
    assert "Convicted" in answer.out
    assert ask("measure", "reproduce", path, *vault).out.startswith("The same figure")


def test_two_groups_of_a_vault_are_compared(ask, demo_vault):
    answer = ask(
        *("measure", "compare", "--crosswalk", "xx-prosecutor", "--by", "bias-grounds"),
        *("--groups", "ethnicity,sexual-orientation", "--at", "270", "--vault", demo_vault),
    )

    assert answer.code == 0
    assert "They differ nowhere" in answer.out


def test_counts_of_two_agencies_give_the_figure_of_all_cases(ask, log, tmp_path):
    head, *lines = log.read_text("utf-8").splitlines()
    shared = []
    for n, name in enumerate(("North", "South")):
        mine = [line for line in lines if int(line.split(",")[0][1:]) % 2 == n]
        part, counts = tmp_path / f"{name}.csv", tmp_path / f"{name}.json"
        part.write_text("\n".join([head, *mine]) + "\n", "utf-8")
        answer = ask(
            *("measure", "occupancy", "--events", part, *ABOUT, "--from", "told"),
            *("--share-counts", counts, "--as-agency", name),
        )
        assert "could tell somebody apart" in answer.out
        shared += ["--federated", counts]
    joint = ask("measure", "occupancy", *shared, "--at", "30,90", "--json").json
    whole = ask(
        "measure", "occupancy", "--events", log, *ABOUT, "--from", "told", "--at", "30,90", "--json"
    ).json

    assert joint["basis"]["agency"] == "North + South"
    assert joint["groups"] == whole["groups"]


def test_one_agency_twice_is_refused(ask, log, tmp_path):
    counts = tmp_path / "counts.json"
    ask("measure", "occupancy", "--events", log, *ABOUT, "--from", "told", "--share-counts", counts)
    answer = ask("measure", "occupancy", "--federated", counts, "--federated", counts)

    assert answer.code == 51
    assert "is in more than one file" in answer.err


def test_counts_of_a_cohort_that_begins_anywhere_are_not_shared(asked, tmp_path):
    answer = asked("occupancy", "--share-counts", tmp_path / "counts.json")

    assert answer.code == 51
    assert "--from" in answer.err


def test_months_of_a_log_are_drawn_and_their_bounds_are_printed(ask, log, tmp_path):
    vague = tmp_path / "vague.csv"
    rows = log.read_text(encoding="utf-8").splitlines()
    said = [
        row.replace(row.split(",")[2], row.split(",")[2][:7]) if ",judged," in row else row
        for row in rows
    ]
    vague.write_text("\n".join(said), encoding="utf-8")
    answer = ask("measure", "occupancy", "--events", vague, *ABOUT)

    assert answer.code == 0
    assert "aalen-johansen-drawn-dates, jackknife-rubin-logit-95-pointwise" in answer.out
    assert "With all coarse dates at one end of what they can be" in answer.out
    assert "with a date known to the month or year only" in answer.out
    out = tmp_path / "figure.json"
    assert ask("measure", "occupancy", "--events", vague, *ABOUT, "--out", out).code == 0
    assert ask("measure", "reproduce", out, "--events", vague).code == 0
