"""Questions across agencies at a terminal: by links, at two thresholds, and what was undone since."""

from __future__ import annotations

import json
import shutil

import pytest

from candlemark import measure
from candlemark.cli.opening import KINDS
from candlemark.definition import Definition
from candlemark.ledger import Vault
from candlemark.linkage.facts import DIFFERENT, LinkRecord
from link_runs import judge, keep_run

QUESTION = (
    "measure",
    "occupancy",
    "--crosswalk",
    "xx-police",
    "--with",
    "xx-prosecutor",
    "--at",
    "90,365",
)


@pytest.fixture
def opened(demo_vault, tmp_path):
    """A copy of the demonstration's vault, and its passphrase."""
    folder = shutil.copytree(demo_vault, tmp_path / "vault")
    words = (folder / "passphrase.txt").read_text().strip()
    return folder, lambda: Vault.open(folder, words, KINDS)


@pytest.fixture
def linked_vault(opened):
    """With a run that found police records and people before the prosecutor to be one case."""
    folder, unlocked = opened
    with unlocked() as vault:
        edition = Definition.load()
        names = [
            measure.study(vault.ledger, edition, code).names.to_pylist()
            for code in ("xx-police", "xx-prosecutor")
        ]
        keep_run(
            vault.ledger,
            [
                (LinkRecord("xx-police", one), LinkRecord("xx-prosecutor", other), value)
                for one, other, value in zip(
                    names[0][:120], names[1][:120], [0.97, 0.5] * 60, strict=True
                )
            ],
            once_each=("xx-police", "xx-prosecutor"),
        )
    return folder, unlocked, names


def test_a_figure_across_agencies_says_by_which_links_and_stands_beside_two_thresholds(
    ask, linked_vault, tmp_path
):
    folder, _, _ = linked_vault
    found = ask(
        *QUESTION, "--links", "automatic", "--out", tmp_path / "figure.json", "--vault", folder
    )

    assert found.code == 0, found.err
    assert "all from a probability of 0.95 on" in found.out
    assert "links from 0.95 on" in found.out
    assert "from 0.1 on" in found.out
    document = json.loads((tmp_path / "figure.json").read_text("utf-8"))
    links = document["basis"]["links"]
    assert (links["how"], links["draws"], links["sources"][0]["crosswalk"]) == (
        "automatic",
        0,
        "xx-prosecutor",
    )
    assert [one["basis"]["links"]["threshold"] for one in document["beside"]] == [0.95, 0.1]
    again = ask("measure", "reproduce", tmp_path / "figure.json", "--vault", folder)
    assert again.out.startswith("The same figure, byte for byte.")


def test_a_figure_that_used_a_link_judged_wrong_since_says_so(ask, linked_vault, tmp_path):
    folder, unlocked, names = linked_vault
    found = ask(*QUESTION, "--links", "automatic", "--keep", "--json", "--vault", folder)
    assert found.code == 0, found.err
    identity = found.json["identity"]
    before = ask("measure", "kept", "--json", "--vault", folder).json
    assert [one["links_undone"] for one in before] == [0]

    with unlocked() as vault:
        judgement = judge(
            vault.ledger, ("xx-police", names[0][0]), ("xx-prosecutor", names[1][0]), DIFFERENT
        )
    again = ask("measure", "reproduce", identity, "--vault", folder)
    assert again.code == 0, again.err  # it is still what it was …
    assert "This figure used 1 link that people have judged wrong since" in again.err
    assert judgement in again.err
    said = ask("measure", "kept", "--vault", folder).out
    assert "links judged wrong since" in said
    (kept,) = ask("measure", "kept", "--json", "--vault", folder).json
    assert kept["links_undone"] == 1
    other = ask(*QUESTION, "--links", "automatic", "--json", "--vault", folder).json
    assert other["identity"] != identity  # … and what is asked now is another one
    assert other["basis"]["links"]["judgements"] == 1


def test_a_question_without_links_has_the_document_it_had(ask, demo_vault):
    found = ask(
        "measure", "attrition", "--crosswalk", "xx-police", "--json", "--vault", demo_vault
    ).json

    assert "links" not in found["basis"]
    assert "beside" not in found


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--links", "automatic"], 51, "nothing links the records"),
        ([], 70, "--with needs --links"),
        (["--links", "automatic", "--robust"], 70, "across agencies yet"),
    ],
)
def test_what_cannot_be_asked_across_agencies_is_said(ask, demo_vault, words, code, said):
    answer = ask(*QUESTION, *words, "--vault", demo_vault)

    assert (answer.code, said in answer.err) == (code, True), answer.err


def test_nobody_named_and_an_agency_no_link_leads_to_are_refused(ask, linked_vault):
    folder, _, _ = linked_vault
    alone = ask(
        "measure",
        "attrition",
        "--crosswalk",
        "xx-police",
        "--links",
        "automatic",
        "--vault",
        folder,
    )
    assert (alone.code, "--with CODE" in alone.err) == (70, True)
    strange = ask(
        "measure",
        "attrition",
        "--crosswalk",
        "xx-police",
        "--links",
        "automatic",
        "--with",
        "xx-court",
        "--vault",
        folder,
    )
    assert (strange.code, "with those of xx-court" in strange.err) == (51, True), strange.err


def test_counts_of_stages_have_their_spread_and_are_drawn_alike_again(ask, linked_vault, tmp_path):
    folder, _, _ = linked_vault
    question = ("measure", "attrition", "--crosswalk", "xx-police", "--with", "xx-prosecutor")
    found = ask(
        *question, "--links", "sampled", "--out", tmp_path / "figure.json", "--vault", folder
    )

    assert found.code == 0, found.err
    assert "drawn 20 times by their probability" in found.out
    assert "in 95 % of the draws" in found.out
    spread = json.loads((tmp_path / "figure.json").read_text("utf-8"))["spread"]
    assert {one["what"] for one in spread} == {"reached", "pending"}
    assert all(one["low"] <= one["high"] for one in spread)
    again = ask("measure", "reproduce", tmp_path / "figure.json", "--vault", folder)
    assert (again.code, again.out.startswith("The same figure")) == (0, True), again.err


def test_one_case_is_followed_through_the_files_of_both(ask, linked_vault):
    folder, _, names = linked_vault
    found = ask("link", "timeline", "xx-police", names[0][0], "--json", "--vault", folder).json

    assert [(one["source"], one["record"]) for one in found["records"]] == [
        ("xx-police", names[0][0]),
        ("xx-prosecutor", names[1][0]),
    ]
    assert {one["probability"] for one in found["records"]} == {0.97}
    assert {one["source"] for one in found["steps"]} == {"xx-police", "xx-prosecutor"}
    days = [one["earliest"] for one in found["steps"] if one["earliest"]]
    assert days == sorted(days)
    said = ask("link", "timeline", "xx-police", names[0][1], "--vault", folder).out
    assert "alone" in said  # 0.5 is not sure enough
    assert ask("link", "timeline", "xx-police", "no such record", "--vault", folder).code == 52


def test_a_log_of_cases_across_agencies_is_written(ask, linked_vault, tmp_path):
    folder, _, _ = linked_vault
    both = ("--crosswalk", "xx-police", "--with", "xx-prosecutor", "--vault", folder)
    written = ask("measure", "write-log", *both, "--format", "xes", tmp_path / "log.xes")
    alone = ask(
        "measure",
        "write-log",
        "--crosswalk",
        "xx-police",
        "--vault",
        folder,
        "--format",
        "xes",
        tmp_path / "one.xes",
    )

    assert (written.code, alone.code) == (0, 0), written.err
    cases = [said.out.split(" of ")[1] for said in (written, alone)]
    assert cases[0] == cases[1]  # the cases are those of the police …
    steps = [int(said.out.split()[0].replace(",", "")) for said in (written, alone)]
    assert steps[0] > steps[1]  # … and go on before the prosecutor
