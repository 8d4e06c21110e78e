"""What would leave, looked at and attacked at a terminal."""

from __future__ import annotations

import csv

import pytest

from candlemark import agency
from candlemark.cli.demonstration.files import write_files
from candlemark.cli.demonstration.world import make_world
from candlemark.cli.opening import KINDS
from candlemark.cli.protecting import protect_commands
from candlemark.definition import Definition, load_crosswalk
from protect.sources import people
from team import Team


@pytest.fixture(scope="module")
def log(tmp_path_factory):
    """Four hundred complaints as a researcher has them."""
    path = tmp_path_factory.mktemp("log") / "log.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["case", "activity", "day", "ground", "region"])
        for name, came, charged, ended, end, ground, region in people():
            for after, what in ((0, "reported"), (charged, "charged"), (ended, end)):
                if after is not None and came.toordinal() + after <= 738_155:
                    day = came.fromordinal(came.toordinal() + after)
                    writer.writerow([name, what, day, ground, region])
    return path


@pytest.fixture
def courts(tmp_path):
    """A vault with the file of five hundred invented cases of a court, and how it is named."""
    team = Team(tmp_path / "vault", KINDS, demonstration=True)
    (tmp_path / "clear").mkdir()
    path = write_files(tmp_path / "clear", make_world(500))["xx-court"]
    edition = Definition.load()
    with team.open() as vault:
        agency.import_source(vault.ledger, path, load_crosswalk("xx-court", edition), edition)
    (tmp_path / "words.txt").write_text(team.words["founder"], encoding="utf-8")
    return "--vault", team.folder, "--passphrase-file", tmp_path / "words.txt"


@pytest.fixture
def tried(ask, log, tmp_path):
    """A release of the log."""
    about = ("--scheme", "ground=ground", "--scheme", "region=region", "--log-of", "2021-12-31",
             "--final", "convicted", "--final", "dismissed", "--from", "reported")  # fmt: skip
    secret = tmp_path / "secret"

    def asked(word, *more, secret=secret):
        kept = ("--secret-file", secret) if secret else ()
        return ask("protect", word, "--events", log, *about, *kept, *more)

    return asked


def test_a_researcher_tries_a_release_of_a_file_twice_and_gets_the_same(tried):
    names = ("entered", "entered/ground@region", "stands", "steps", "lasts/charged")
    first, second = (tried("try", *names, "--json") for _ in range(2))

    assert first.code == 0, first.err
    assert first.out == second.out
    found = [one["about"] for one in first.json["figures"]]
    assert [one["table"] for one in found] == list(names)
    assert {one["protection"] for one in found} == {"closed-batches"}
    assert tried("try", *names, "--json", secret=None).out != first.out


def test_the_secret_of_a_file_is_readable_by_its_owner_alone(tried, tmp_path):
    assert tried("try").code == 0
    assert (tmp_path / "secret").stat().st_mode & 0o777 == 0o600
    assert len((tmp_path / "secret").read_bytes()) == 32


def test_what_protection_did_is_said_in_words(tried):
    answer = tried("try", "stands", "entered/ground@region")

    assert "add or take away a few at random" in answer.out
    assert "waiting" in answer.out
    assert "made wider" in answer.out


def test_a_release_is_attacked_and_the_answer_is_numbers(tried):
    answer = tried("attack", "entered", "entered/ground@region", "--json")

    assert answer.code == 0, answer.err
    assert answer.json["opened"] == []
    assert answer.json["cells"] > 5
    assert set(answer.json["guessing"]["ground"]) >= {"neighbour", "stage-too", "victim"}
    said = tried("attack", "entered", "entered/ground@region").out
    assert "neighbour" in said
    assert "None can be worked out" in said


def test_a_closed_year_is_tried_with_a_total_over_everything_that_is_crossed(tried):
    name = "entered/ground@region+entry-quarter#2021"
    answer = tried("try", name, "--json")
    groups = {row["group"] for row in answer.json["figures"][0]["cells"]}

    assert answer.code == 0, answer.err
    assert {"", "r0+_T", "_T+2021-Q4", "r1+2021-Q2"} <= groups
    attacked = tried("attack", name, "--json").json
    assert attacked["opened"] == []
    assert "stage-too" in attacked["guessing"]["ground"]


def test_faults_are_told_together(tried):
    answer = tried("try", "left", "entered/", "stands@region")

    assert answer.code == 10
    assert all(name in answer.err for name in ("left", "entered/", "stands@region"))
    assert tried("try", "entered/ground@region+region").code == 40


def test_a_vault_is_tried_and_its_policies_are_listed_and_said(ask, courts):
    first, second = (
        ask("protect", "try", "entered", "entered/bias-grounds", "reached/sentenced",
            "--crosswalk", "xx-court", "--json", *courts)
        for _ in range(2)
    )  # fmt: skip
    assert first.code == 0, first.err
    assert first.out == second.out
    assert {one["about"]["simulated"] for one in first.json["figures"]} == {True}
    assert {cell["status"] for cell in first.json["figures"][2]["cells"]} > {"shown"}

    said = ask("protect", "say-policy", "ours", "--set", "batch=20", *courts)
    assert said.code == 0, said.err
    listed = ask("protect", "policies", "--json", *courts).json["policies"]
    assert [one["name"] for one in listed] == ["house", "ours"]
    assert listed[1]["batch"] == 20
    assert "ours" in ask("protect", "policies", *courts).out
    weak = ask("protect", "say-policy", "ours", "--set", "batch=5", *courts)
    assert weak.code == 70
    assert "looser than the house" in weak.err
    for wrong in ("nothing=3", "batch=few"):
        assert ask("protect", "say-policy", "ours", "--set", wrong, *courts).code == 10
    attacked = ask("protect", "attack", "entered/bias-grounds", "--policy", "ours",
                   "--crosswalk", "xx-court", *courts)  # fmt: skip
    assert attacked.code == 0, attacked.err
    assert (
        ask("protect", "try", "--policy", "theirs", "--crosswalk", "xx-court", *courts).code == 70
    )


def test_a_release_is_of_a_vault_or_of_a_file(ask, log):
    assert ask("protect", "try").code == 2
    refused = ask("protect", "try", "--events", log, "--crosswalk", "xx-court")
    assert refused.code == 70
    assert set(protect_commands.commands) == {"try", "attack", "policies", "say-policy"}
