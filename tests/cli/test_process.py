"""The process at a terminal: of a log without a vault, of an agency's files, of case files."""

from __future__ import annotations

import pytest

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
        assert (basis["source"], basis["unit"], basis["as_of"]) == ("log.csv", "case", "2021-03-31")


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


def test_limits_of_the_law_in_case_files(ask, demo_vault):
    answer = ask("measure", "limits", "--vault", demo_vault)
    assert (answer.code, answer.err) == (0, "")
    assert "Azerbaijan, court of appeal: 20 days" in answer.out
    narrowed = ask("measure", "limits", "--first-steps", "1", "--vault", demo_vault)
    assert narrowed.code == 2
    rows = found(ask("measure", "limits", "--json", "--vault", demo_vault))
    told = rows[0]["found"]["verdicts"]
    assert told["starts"] == sum(
        told[name] for name in ("met", "late", "ended", "open_past", "open_within", "unclear")
    )
