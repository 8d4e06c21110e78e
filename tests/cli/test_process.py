"""The process at a terminal: of a log without a vault, of an agency's files, of case files."""

from __future__ import annotations

import json
import shutil

import pytest

from candlemark import measure
from candlemark.cli.opening import KINDS
from candlemark.ledger import Vault
from candlemark.measure.canonical import identity
from candlemark.measure.document import said_by
from candlemark.measure.log.reading import Columns, read_events

LOG = """case,activity,date,who,ground
a,told,2021-01-01,north,religion
a,charged,2021-01-09,north,religion
b,told,2021-02-01,north,
b,charged,2021-02-19,south,
c,told,2021-02-01,south,unknown
d,told,2021-03-01,north,religion
d,closed,2021-03-02,north,religion
e,told,2021-03-25,north,religion
e,charged,2021-03-26,north,
e,told,2021-03-27,north,
"""
LIMITS = """[[limit]]
code = "ten-days"
from = "told"
to = "charged"
days = 10
source = "Rule 1, read at the office"
"""


@pytest.fixture
def log(tmp_path):
    path = tmp_path / "log.csv"
    path.write_text(LOG, encoding="utf-8")
    return (
        *("--events", path, "--time", "date", "--agency", "who", "--final", "closed"),
        *("--scheme", "bias-grounds=ground", "--log-of", "2021-03-31"),
    )


@pytest.fixture
def limits_file(tmp_path):
    path = tmp_path / "limits.toml"
    path.write_text(LIMITS, encoding="utf-8")
    return path


def found(answer):
    assert answer.code == 0, answer.err
    return answer.json["found"]


def test_flow_of_a_log_without_a_vault(ask, log):
    answer = ask("measure", "flow", "--at", "30", *log)
    assert (answer.code, answer.err) == (0, "")
    assert "5 entered (unit: case)" in answer.out
    assert "log.csv, as of 2021-03-31" in answer.out
    (group,) = found(ask("measure", "flow", "--at", "30", "--json", *log))["groups"]
    assert [(one["moves"], one["units"]) for one in group["arrows"]] == [(3, 3), (1, 1), (1, 1)]


def test_every_view_says_what_it_stands_on(ask, log, limits_file):
    periods = ("--before", "2021-01-01..2021-02-15", "--after", "2021-02-16..", "--days", "2")
    for words in (
        ("variants",),
        ("rework",),
        ("stuck", "--limits", limits_file),
        ("limits", "--limits", limits_file),
        ("changes", *periods),
        ("coverage",),
    ):
        said = ask("measure", *words, *log)
        assert (said.code, said.err) == (0, ""), words
        assert "log.csv, as of 2021-03-31" in said.out
        basis = ask("measure", *words, "--json", *log).json["basis"]
        assert (basis["agency"], basis["unit"], basis["as_of"]) == ("log.csv", "case", "2021-03-31")
        assert basis["question"] == words[0]
        assert len(basis["source"]) == 64
        assert basis["method"]
        assert basis["uncertainty"]
        assert basis["coverage"]


def test_the_weakest_input_is_named_beside_a_view_in_groups(ask, log):
    answer = ask("measure", "variants", "--by", "bias-grounds", *log)
    assert "Weakest input: bias-grounds, answered in 60.0 %" in answer.out


def test_verdicts_and_the_estimate_of_a_limit(ask, log, limits_file):
    (limit,) = found(ask("measure", "limits", "--limits", limits_file, "--json", *log))["limits"]
    told = limit["groups"][0]["verdicts"]
    assert [told[name] for name in ("met", "late", "ended", "open_past", "open_within")] == [
        *(2, 1, 1, 1, 0)
    ]
    (row, *_) = found(ask("measure", "stuck", "--limits", limits_file, "--json", *log))["groups"]
    assert row["rows"][0]["past"] == {"limit": "ten-days", "days": 48}


def test_filters_narrow_a_view_and_are_said(ask, log):
    answer = ask(
        "measure", "variants", "--followed-by", "told", "charged", "--within", "..10", *log
    )
    assert "2 entered" in answer.out
    assert "Filtered by followed-by:told:charged:0:10:yes" in answer.out
    answer = ask("measure", "flow", "--between", "told", "charged", "--first-steps", "1", *log)
    assert "between:told:charged, first-steps:1" in answer.out
    assert ask("measure", "variants", "--lasting", "20..", *log).code == 0


def test_a_log_is_written_and_read_again(ask, log, tmp_path):
    out = tmp_path / "out.xes"
    answer = ask("measure", "write-log", "--format", "xes", out, *log)
    assert answer.out == "10 steps of 5 cases written\n"
    assert read_events(out, Columns(agency="org:group")).events.num_rows == 10
    assert ask("measure", "write-log", "--format", "xes", out, *log).code != 0  # it is there


def test_what_cannot_be_asked_is_refused_with_what_can(ask, log, limits_file, demo_vault, tmp_path):
    neither = ask("measure", "flow")
    both = ask("measure", "flow", "--vault", demo_vault, *log)
    assert (neither.code, both.code) == (2, 2)
    assert "--vault DIR, or --events FILE" in neither.err
    none = ask("measure", "limits", *log)
    assert none.code == 2
    assert "no time limits are known" in none.err
    unknown = ask("measure", "flow", "--between", "told", "sent", *log)
    assert unknown.code == 51
    assert "nothing here is called 'sent'" in unknown.err
    bounds = ask("measure", "flow", "--lasting", "long", *log)
    assert bounds.code == 10
    alone = ask("measure", "flow", "--within", "1..2", *log)
    assert alone.code == 2
    faulty = tmp_path / "faulty.toml"
    faulty.write_text('[[limit]]\ncode = "A B"\nfrom = "told"\ndays = 0\n', encoding="utf-8")
    answer = ask("measure", "limits", "--limits", faulty, *log)
    assert answer.code == 11
    assert all(
        word in answer.err for word in ("limit 1, code", "limit 1, to", "limit 1, days", "source")
    )


def test_views_of_an_agencys_files_use_its_words(ask, demo_vault):
    answer = ask("measure", "flow", "--crosswalk", "xx-prosecutor", "--vault", demo_vault)
    assert (answer.code, answer.err) == (0, "")
    assert "(simulated)" in answer.out
    assert "Edition 2026.1" in answer.out
    assert "end:" not in answer.out
    answer = ask(
        "measure",
        "coverage",
        "--crosswalk",
        "xx-prosecutor",
        "--period",
        "none",
        "--vault",
        demo_vault,
    )
    assert answer.code == 0


OF_AGENCY = ("--crosswalk", "xx-prosecutor")
PERIODS = ("--before", "..2023-12-31", "--after", "2024-01-01..", "--days", "30")
VIEWS = {
    "flow": ("flow", "--at", "30,365", "--by", "bias-grounds"),
    "variants": ("variants", "--lasting", "1.."),
    "rework": ("rework", "--first-steps", "4"),
    "stuck": ("stuck", "--most", "3", *OF_AGENCY),
    "limits": ("limits", "--by", "bias-grounds"),
    "changes": ("changes", *PERIODS, *OF_AGENCY),
    "coverage": ("coverage", "--period", "none"),
}


@pytest.fixture(scope="module")
def demo_copy(demo_vault, tmp_path_factory):
    """A demonstration vault in which figures may be kept."""
    return ("--vault", shutil.copytree(demo_vault, tmp_path_factory.mktemp("kept") / "vault"))


@pytest.mark.parametrize("name", VIEWS)
def test_a_view_of_a_vault_is_kept_and_computed_again_to_the_same_bytes(ask, demo_copy, name):
    said = ask("measure", *VIEWS[name], "--keep", "--json", *demo_copy)
    assert (said.code, said.err) == (0, "")

    again = ask("measure", "reproduce", said.json["identity"], *demo_copy)

    assert again.out == f"The same figure, byte for byte.\n{said.json['identity']}\n", again.err
    assert said.json["basis"]["ledger_size"] > 0
    assert said.json["basis"]["edition_fingerprint"]


@pytest.mark.parametrize("name", ["flow", "variants", "rework", "stuck", "limits", "coverage"])
def test_a_view_of_a_log_is_written_and_computed_again_from_the_file(
    ask, log, limits_file, tmp_path, name
):
    figure = tmp_path / "figure.json"
    more = ("--limits", limits_file) if name in {"stuck", "limits"} else ()
    assert ask("measure", name, *more, "--out", figure, *log).code == 0

    again = ask("measure", "reproduce", figure, "--events", log[1])
    assert again.out.startswith("The same figure, byte for byte.\nsha256:"), again.err

    changed = tmp_path / "changed.csv"
    changed.write_text(LOG.replace("2021-03-02", "2021-03-03"), encoding="utf-8")
    assert ask("measure", "reproduce", figure, "--events", changed).code == 53


def test_names_of_waiting_cases_stand_beside_the_figure_and_are_not_kept(
    ask, log, demo_vault, demo_copy
):
    said = ask("measure", "stuck", "--json", *log).json
    listed = said["cases"].values()
    assert set(listed) <= set("abcde")
    assert listed
    other = ask("measure", *VIEWS["stuck"], "--keep", "--json", *demo_copy).json
    assert other["cases"]
    passphrase = next(demo_vault.glob("*passphrase*")).read_text("utf-8").strip()
    with Vault.open(demo_copy[1], passphrase, KINDS) as vault:
        kept = measure.kept_document(vault.ledger, other["identity"])
    assert "cases" not in kept
    assert kept["found"] == other["found"]


def test_another_name_beside_a_list_is_noticed(ask, log, tmp_path):
    figure = tmp_path / "stuck.json"
    ask("measure", "stuck", "--out", figure, *log)
    figure.write_text(figure.read_text("utf-8").replace('"a"', '"z"'), "utf-8")
    answer = ask("measure", "reproduce", figure, "--events", log[1])
    assert answer.code == 53
    assert "was z, is a" in answer.err


def test_a_figure_of_a_log_is_kept_in_no_vault(ask, log):
    answer = ask("measure", "flow", "--keep", *log)
    assert answer.code == 2
    assert "--out FILE" in answer.err


def test_a_question_of_a_view_that_cannot_be_read_is_refused(ask, log, tmp_path):
    for name, value in (("limits", [{"code": 1}]), ("narrowed", [["sideways", "told"]])):
        said = ask("measure", "flow", "--json", *log).json
        said["asked"][name] = value
        said["identity"] = identity(said_by(said))
        figure = tmp_path / f"{name}.json"
        figure.write_text(json.dumps(said), "utf-8")
        answer = ask("measure", "reproduce", figure, "--events", log[1])
        assert answer.code == 10, (name, answer.err)


def test_limits_of_the_law_in_case_files(ask, demo_vault):
    answer = ask("measure", "limits", "--vault", demo_vault)
    assert (answer.code, answer.err) == (0, "")
    assert "Azerbaijan, court of appeal: 20 days" in answer.out
    narrowed = ask("measure", "limits", "--first-steps", "1", "--vault", demo_vault)
    assert narrowed.code == 51
    assert "--where, --by" in narrowed.err
    limits = found(ask("measure", "limits", "--json", "--vault", demo_vault))["limits"]
    told = limits[0]["groups"][0]["verdicts"]
    assert told["starts"] == sum(
        told[name] for name in ("met", "late", "ended", "open_past", "open_within", "unclear")
    )


def test_limits_of_the_law_are_told_by_ground_and_for_some_cases_only(ask, demo_vault):
    def starts(*words):
        answer = ask("measure", "limits", *words, "--json", "--vault", demo_vault)
        assert answer.code == 0, answer.err
        return {
            one["limit"]: {each["group"]: each["verdicts"]["starts"] for each in one["groups"]}
            for one in answer.json["found"]["limits"]
        }

    whole, by = starts(), starts("--by", "bias-grounds")
    for code, groups in by.items():
        # Codes overlap, so groups can hold a start together; none holds more than there are.
        assert max(groups.values()) <= whole[code][""] <= sum(groups.values())
    ground = next(group for group, many in by["az-appeal"].items() if many)
    assert starts("--where", f"bias-grounds={ground}")["az-appeal"][""] == by["az-appeal"][ground]
    assert starts("--followed-by", "judged", "appealed")["az-appeal"][""] <= whole["az-appeal"][""]
