"""A case on its page: doubts stay visible, sides stand beside each other, order is not invented."""

from __future__ import annotations

import re
from datetime import date
from types import SimpleNamespace

import pytest

from candlemark import casefile
from candlemark.casefile import timeline
from candlemark.casefile.candle import Standing, candle
from candlemark.casefile.differing import differing
from candlemark.casefile.naming import Naming
from candlemark.casefile.rows import Row, _placed, rows
from candlemark.dates import PartialDate
from candlemark.tongues import INTERFACE
from candlemark.web.doors import Answers, Door


@pytest.fixture(scope="module")
def cases(demonstration):
    return casefile.cases(demonstration.ledger)


def _row(when):
    event = SimpleNamespace(when=PartialDate.parse(when) if when else None)
    return Row(event, None, False, False, False, None, False, False)


ORDERS = {
    "dates as they are": (["1993", "1995-02"], ["1993-01-01", "1995-02-01"]),
    "no date takes the next one's": (
        ["1993", "", "1995"],
        ["1993-01-01", "1995-01-01", "1995-01-01"],
    ),
    "no date at the end stays at the end": (["1993", ""], ["1993-01-01", "9999-12-31"]),
    "a coarse date does not go back": (["2012-06-21", "2012"], ["2012-06-21", "2012-06-21"]),
}


@pytest.mark.parametrize("case", ORDERS)
def test_a_row_keeps_its_place_among_the_stages(case):
    written, expected = ORDERS[case]
    placed = _placed([_row(when) for when in written])

    assert [date.fromisoformat(day) for day in expected] == [day for day, _ in placed]


def test_every_stage_and_mark_of_a_case_stands_on_its_page_once(cases):
    for case in cases:
        line = timeline(case)
        shown = rows(line)
        marks = [mark for mark in line.marks if mark.kind != "limit-start"]

        assert [event.id for event in line.events] == [row.event.id for row in shown if row.event]
        assert marks == [row.mark for row in shown if row.mark]


def test_the_candle_holds_every_stage_in_the_order_of_the_definition(cases, edition):
    for case in cases:
        marks = candle(timeline(case), edition)
        reached = {event.stage_group for event in case.stage_events}
        reached |= {"occurred"} if case.incidents else set()

        assert [mark.stage for mark in marks] == list(edition.scheme("stages").top)
        assert reached == {
            mark.stage.code
            for mark in marks
            if mark.standing not in {Standing.AHEAD, Standing.UNRECORDED}
        }


def test_what_waits_is_marked_on_the_candle(cases, edition):
    for case in cases:
        line = timeline(case)
        waiting = {
            mark.stage.code for mark in candle(line, edition) if mark.standing is Standing.WAITING
        }

        assert bool(line.pending) == bool(waiting)


def test_every_side_of_a_contradiction_is_on_the_page_with_its_sources(site, cases):
    for case in cases:
        text = site.ask(f"/en/cases/{case.id}/").text
        part = text[text.index('id="differing"') :]
        sides = [side for one in differing(case) for side in one.sides]

        assert len(sides) >= 2
        assert part.count("<li") >= len(sides)
        for side in sides:
            for source in side.sources:
                assert f'href="#source-{Naming(case).source(source)}"' in part


def test_every_spelling_of_a_name_is_on_the_page_in_its_own_script(site, cases):
    for case in cases:
        text = site.ask(f"/en/cases/{case.id}/").text
        for person in case.persons:
            for name in person.names:
                assert re.search(rf"<bdi( lang=\"{name.language}\")?>{name.text}</bdi>", text), name


@pytest.mark.parametrize("tongue", INTERFACE)
def test_a_date_is_said_as_exactly_as_its_source_and_no_more(site, cases, tongue):
    """Sentenced in 1995: the year, and no day beside it."""
    case = next(
        one
        for one in cases
        if any(e.stage == "sentenced" and str(e.when) == "1995" for e in one.stage_events)
    )
    text = site.ask(f"/{tongue}/cases/{case.id}/").text
    said = {
        "en": "in 1995",
        "az": "1995-ci ildə",
        "ru": "в 1995 году",
        "fa": "در سال ۱۹۹۵",
        "tr": "1995 yılında",
    }

    assert said[tongue] in text
    assert "1995-01-01" not in text


def test_a_stage_without_a_date_says_so(site, cases):
    undated = [case for case in cases if timeline(case).undated]

    assert undated
    for case in undated:
        assert "date not known" in site.ask(f"/en/cases/{case.id}/").text


def test_the_docket_shows_the_rule_its_article_and_its_source(site, demonstration):
    today = Door(demonstration, None).today()
    text = site.ask("/en/docket/").text
    limits = [
        row for row in casefile.docket(casefile.cases(demonstration.ledger), today).rows if row.rule
    ]

    assert limits
    for row in limits:
        for said in (row.labels["en"], row.article, row.legal_source):
            assert said.replace("'", "&#39;") in text


def test_a_limit_that_cannot_be_told_says_that_it_cannot_be_told(site):
    assert "cannot tell: something was lodged, perhaps in time" in site.ask("/en/docket/").text


def test_who_can_read_a_case_is_said_on_its_page(site, cases, tongue):
    text = site.ask(f"/{tongue}/cases/{cases[0].id}/").text

    assert text.count('class="reading"') == 1


def test_what_was_computed_is_kept_until_the_ledger_grows():
    answers = Answers(limit=2)
    asked = []

    def ask(what):
        asked.append(what)
        return what

    assert [
        answers.get(1, "a", lambda: ask("a")),
        answers.get(1, "a", lambda: ask("never")),
        answers.get(2, "a", lambda: ask("b")),
    ] == ["a", "a", "b"]
    assert asked == ["a", "b"]


def test_only_the_last_answers_are_kept():
    answers = Answers(limit=2)
    for key in ("a", "b", "c"):
        answers.get(1, key, lambda key=key: key)

    assert answers.get(1, "a", lambda: "again") == "again"
    assert answers.get(1, "c", lambda: "again") == "c"
