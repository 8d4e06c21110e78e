"""A figure written to a file, kept in the vault, and computed again at a terminal."""

from __future__ import annotations

import json
import shutil

import pytest

QUESTION = ("measure", "occupancy", "--crosswalk", "xx-prosecutor", "--at", "90,365")


@pytest.fixture
def written(ask, demo_vault, tmp_path):
    path = tmp_path / "figure.json"
    assert ask(*QUESTION, "--out", path, "--vault", demo_vault).code == 0
    return path


def test_a_figure_that_was_written_is_computed_again_to_the_same_bytes(ask, demo_vault, written):
    answer = ask("measure", "reproduce", written, "--vault", demo_vault)

    assert answer.code == 0
    assert answer.out.startswith("The same figure, byte for byte.\nsha256:")


BESIDE = {
    "several groups, some of them too small": ("compare", "--by", "bias-grounds"),
    "two that are named": ("compare", "--by", "entry-year", "--groups", "2023,2024"),
    "one mix of cases": ("standardise", "--by", "entry-year", "--over", "offences"),
    "the mix of one group": (
        *("standardise", "--by", "entry-year", "--over", "offences"),
        *("--groups", "2023,2024", "--to", "2024"),
    ),
    "cohorts over time": ("trend", "--break", "2024-02-01=a new form"),
}


@pytest.mark.parametrize("case", BESIDE)
def test_groups_and_periods_of_a_vault_are_computed_again_to_the_same_bytes(
    ask, demo_vault, tmp_path, case
):
    path, question = tmp_path / "figure.json", ("measure", *BESIDE[case])
    said = ask(
        *question, "--at", "90", "--crosswalk", "xx-prosecutor", "--out", path,
        "--vault", demo_vault,
    )  # fmt: skip
    answer = ask("measure", "reproduce", path, "--vault", demo_vault)

    assert (said.code, answer.code, answer.err) == (0, 0, "")
    assert answer.out.startswith("The same figure, byte for byte.")


def test_what_json_prints_is_the_figure_that_is_written(ask, demo_vault, written):
    said = ask(*QUESTION, "--json", "--vault", demo_vault).json

    assert said == json.loads(written.read_text("utf-8"))
    assert said["basis"]["at"] == [90, 365]


def test_a_figure_is_not_written_over_a_file(ask, demo_vault, written):
    answer = ask(*QUESTION, "--out", written, "--vault", demo_vault)

    assert answer.code == 70
    assert "name a file that is not there yet" in answer.err


def test_a_figure_changed_by_a_hand_leaves_with_53(ask, demo_vault, written):
    written.write_text(written.read_text("utf-8").replace('"entered": ', '"entered": 1'), "utf-8")
    answer = ask("measure", "reproduce", written, "--vault", demo_vault)

    assert answer.code == 53
    assert "changed after it was computed" in answer.err


def test_the_terminal_names_the_figure_and_its_weakest_input(ask, demo_vault, written):
    said = ask(*QUESTION, "--vault", demo_vault).out
    divided = ask(*QUESTION, "--by", "bias-grounds", "--vault", demo_vault).out

    assert f"This figure: {json.loads(written.read_text('utf-8'))['identity']}" in said
    assert "that entered are coded by Bias ground" in divided


def test_a_kept_figure_is_listed_and_computed_again_by_its_identity(ask, demo_vault, tmp_path):
    vault = ("--vault", shutil.copytree(demo_vault, tmp_path / "copy"))
    said = ask(*QUESTION, "--keep", "--json", *vault).json

    assert said["identity"] in ask("measure", "kept", *vault).out
    answer = ask("measure", "reproduce", said["identity"][:20], *vault)
    assert answer.out == f"The same figure, byte for byte.\n{said['identity']}\n"


def test_a_vault_that_keeps_no_figure_says_how_to_keep_one(ask, vault):
    assert ask("measure", "kept", *vault).out == "No figure is kept: ask a question with --keep.\n"


def test_a_name_nothing_is_kept_under_is_refused(ask, demo_vault):
    answer = ask("measure", "reproduce", "0123456789abcdef", "--vault", demo_vault)

    assert answer.code == 52
    assert "no figure is kept under this name" in answer.err
