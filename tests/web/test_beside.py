"""Pages of groups and years beside each other: what they say, draw, and give as files."""

from __future__ import annotations

import csv
import http.client
import io
import re
from datetime import date
from html import unescape

import pyarrow as pa
import pytest
from django.utils import translation
from pyarrow import parquet

from candlemark import measure
from candlemark.measure import Break, answers
from candlemark.measure.answers import Question
from candlemark.measure.log import Ask, stay_table
from candlemark.web.desks.figures import beside_asking
from candlemark.web.desks.figures.compared import compared
from candlemark.web.desks.figures.followed import followed
from candlemark.web.desks.figures.weighted import weighted
from candlemark.web.naming import Names
from candlemark.web.reader import Reader
from stay_logs import PER_YEAR, SIZES, event_log, mixed, yearly

PAGES = {
    "comparison": "compare/",
    "standardised": "same-mix/",
    "trend": "over-time/",
}


def names(edition, tongue="en"):
    return Names(edition, None, Reader(tongue))


@pytest.fixture(scope="session")
def about(pages):
    """The address of an agency's figures in the demonstration."""
    page = next(page for page in pages if re.fullmatch(r"figures/batch_\w+/compare/", page))
    return page.removesuffix("compare/")


def content(site, path):
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=60)
    connection.request("GET", f"/en/{path}")
    found = connection.getresponse().read()
    connection.close()
    return found


@pytest.mark.parametrize("question", PAGES)
def test_each_page_says_draws_and_tables_one_figure_and_its_files_are_that_figure(
    site, about, question
):
    page = site.ask(f"/en/{about}{PAGES[question]}").text
    document = measure.read_document(content(site, f"{about}{question}.json"))
    table = parquet.read_table(pa.BufferReader(content(site, f"{about}{question}.parquet")))
    rows = list(csv.DictReader(io.StringIO(site.ask(f"/en/{about}{question}.csv").text)))

    assert document["basis"]["question"] == question
    assert document["identity"][7:23] in page
    assert table.schema.metadata[b"candlemark.figure"].decode() == document["identity"]
    assert len(rows) == table.num_rows
    assert page.count('<p class="sentence">') == 1
    assert page.index('<p class="sentence">') < page.index("<svg ", page.index("<h2"))
    assert "<table" in page


@pytest.mark.parametrize("question", PAGES)
def test_each_page_is_small_in_every_tongue_and_holds_no_script(site, about, question, tongue):
    answer = site.ask(f"/{tongue}/{about}{PAGES[question]}")

    assert answer.status == 200
    assert len(answer.text.encode()) < 70_000
    assert "<script" not in answer.text
    assert "style=" not in answer.text


@pytest.mark.parametrize("question", PAGES)
def test_there_is_no_public_file_of_groups_beside_each_other(site, about, question):
    assert site.ask(f"/en/{about}{question}.csv?for=public").status == 404


def test_the_figures_of_an_agency_lead_to_groups_and_years_beside_each_other(site, about):
    page = site.ask(f"/en/{about}").text

    for end in PAGES.values():
        assert f"{about}{end}" in page


def test_what_cannot_be_read_is_named_at_its_field_and_no_file_is_given(site, about):
    page = site.ask(f"/en/{about}compare/?by=outcomes&at=soon&as_of=yesterday").text

    assert all(f'id="fault-{field}"' in page for field in ("by", "at", "as_of"))
    assert site.ask(f"/en/{about}comparison.csv?by=outcomes").status == 400


def test_what_cannot_be_answered_is_refused_in_words_on_the_page(site):
    page = unescape(site.ask("/en/figures/cases/compare/").text)

    assert "These data cannot answer this question." in page
    assert "say nothing about any of them" in page


def test_a_state_or_a_group_that_is_not_there_is_no_error_of_the_server(site, about):
    assert site.ask(f"/en/{about}over-time/?state=nowhere").status == 200
    refused = site.ask(f"/en/{about}compare/?against=nobody")
    assert refused.status == 200
    assert "nobody entered in this group" in unescape(refused.text)


def test_a_question_written_into_an_address_is_the_same_question():
    asked = beside_asking.AskedBeside(
        as_of=date(2024, 1, 1), by="offences", at=(10, 20), from_stage="charged",
        against="theft", over="bias-grounds", state="end:convicted",
    )  # fmt: skip

    assert asked.query() == (
        "?as_of=2024-01-01&by=offences&at=10%2C+20&from=charged&against=theft&over=bias-grounds"
        "&state=end%3Aconvicted"
    )


def test_the_sentence_of_a_comparison_says_where_groups_are_most_apart(edition):
    figure = answers.compare(Question(mixed(SIZES), Ask(by="ground"), at=(50,)), "a", "b")
    said = compared(figure, names(edition)).sentence

    assert said.startswith("“a” and “b” differ (p < 0.001), most after 50 days: of the first, 45.0")


def test_groups_that_do_not_differ_are_not_said_to_be_alike(edition):
    rows = [(f"{g}{n}", "told", "2020-01-01") for g in "abc" for n in range(20)]
    rows += [(f"{g}{n}", "charged", "2020-02-01") for g in "abc" for n in range(10)]
    codes = [(f"{g}{n}", "ground", g) for g in "abc" for n in range(20)]
    table = stay_table(event_log(rows, codes, known_until="2020-12-31"))
    several = answers.compare(Question(table, Ask(by="ground"), at=(90,)))
    pair = answers.compare(Question(table, Ask(by="ground"), at=(90,)), "a", "b")

    assert compared(several, names(edition)).sentence.startswith("None of 2 groups differs")
    assert "not proof that they are alike" in compared(pair, names(edition)).sentence


def test_a_dot_is_filled_only_where_the_band_leaves_out_zero(edition):
    figure = answers.compare(Question(mixed(SIZES), Ask(by="ground"), at=(50,)))
    for state in compared(figure, names(edition)).states:
        for row in state.rows:
            sure = row.cell.band_low > 0 or row.cell.band_high < 0
            assert ('class="dot open"' in row.bar) != sure


def test_a_page_of_a_mix_says_what_was_left_out_of_it(edition):
    table = mixed({**SIZES, ("a", "arson"): 30, ("c", "arson"): 30})
    figure = answers.standardise(Question(table, Ask(by="ground"), at=(50,)), ["offence"])
    shown = weighted(figure, names(edition))

    assert shown.lost == pytest.approx(60 / 340)
    assert (shown.kinds[0].name, shown.kinds[0].kept) == ("arson", False)
    assert sum(kind.weight for kind in shown.kinds) == pytest.approx(1)


def test_a_break_is_a_numbered_line_and_nothing_joins_the_dots_across_it(edition):
    broken = Break(date(2021, 7, 1), answers.STATED, "a new register")
    figure = answers.follow(Question(yearly(PER_YEAR), at=(60,)), (broken,))
    shown = followed(figure, names(edition), "charged")

    assert shown.breaks == (("1", "1 July 2021: \u2068a new register\u2069"),)
    assert shown.plot.count('class="break"') == 1
    # 2019 to 2020, and 2021 to 2022; nobody entered in 2023.
    assert shown.plot.count('class="course"') == 2
    assert [one.breaks for one in shown.cohorts] == [(), (), ("1",), (), (), ()]


def test_time_runs_from_the_right_and_digits_are_persian_in_a_persian_page(edition):
    figure = answers.follow(Question(yearly(PER_YEAR), at=(60,)))
    with translation.override("fa"):
        shown = followed(figure, names(edition, "fa"), "charged")
    with translation.override("en"):
        mirrored = followed(figure, names(edition), "charged")

    def first(plot):
        return float(re.search(r'class="whisker" x1="([\d.]+)%', plot)[1])

    assert first(shown.plot) == pytest.approx(100 - first(mirrored.plot))
    assert not re.search(r">[^<]*[0-9]", shown.plot)
    assert not re.search("[0-9]", shown.sentence)
