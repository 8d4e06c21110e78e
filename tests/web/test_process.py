"""The process on pages: what follows what, ways, who comes back, who waits, limits, changes."""

from __future__ import annotations

import csv
import io
import re
from datetime import date
from types import SimpleNamespace
from urllib.parse import parse_qsl

import pytest

from candlemark import agency, measure
from candlemark.measure.drawing import GraphMove, GraphNode, graph_rows
from candlemark.web.desks.figures.process import asking
from candlemark.web.desks.figures.process.asking import Asked
from candlemark.web.desks.figures.question import Misread
from casefile.conftest import Desk

VIEWS = ("flow", "variants", "rework", "stuck", "limits", "changes", "coverage")
LIMIT = 70_000
STUDY = SimpleNamespace(
    schemes=("bias-grounds", "outcomes"),
    entry_stages=(SimpleNamespace(own="intake"), SimpleNamespace(own="charged")),
    known_until=date(2026, 3, 31),
)


@pytest.fixture(scope="module")
def abouts(demonstration):
    """What each agency's figures are about, by its crosswalk."""
    return {one.crosswalk: one.id for one in agency.batches(demonstration.ledger)}


@pytest.mark.parametrize("tongue", ["en", "fa"])
@pytest.mark.parametrize("view", VIEWS)
def test_a_view_says_what_it_shows_and_what_it_stands_on_within_its_weight(
    site, abouts, view, tongue
):
    for about in (abouts["xx-prosecutor"], "cases"):
        answer = site.ask(f"/{tongue}/figures/{about}/{view}/")

        assert answer.status == 200
        assert len(answer.text.encode()) < LIMIT
        refused = "cannot answer this question" in answer.text or "teaching" in answer.text
        if tongue == "en" and not refused:
            assert re.search(r'<p class="sentence">.+</p>', answer.text)
            assert "Cite as:" in answer.text
            assert re.search(r'Figure <bdi class="mono">[0-9a-f]{16}</bdi>', answer.text)


def test_the_map_shows_the_stages_in_order_and_the_table_says_the_same(site, abouts):
    text = site.ask(f"/en/figures/{abouts['xx-prosecutor']}/flow/").text
    picture, table = text.split("<table", 1)
    stages = re.findall(r'class="stage-row">.*?<strong>(.*?)</strong>', picture)
    moves = re.findall(r"to “(.*?)”</div><div class=\"measures\"><span class=\"numbers\">(.*?)<",
                       picture)  # fmt: skip

    assert stages[:3] == ["Received by the prosecutor", "Charge brought", "Convicted"]
    assert len(moves) >= 5
    for stage, count in moves:
        assert f">{stage}</td>" in table
        assert f">{count}</td>" in table


@pytest.mark.parametrize("view", VIEWS)
def test_the_file_beside_a_page_is_the_figure_of_the_page(
    site, demonstration, edition, abouts, view
):
    about = "cases" if view == "limits" else abouts["xx-prosecutor"]
    page = site.ask(f"/en/figures/{about}/{view}/").text
    said = site.ask(f"/en/figures/{about}/{view}.json")
    found = measure.read_document(said.text.encode())

    assert f'filename="{view}-' in said.headers["Content-Disposition"]
    assert found["identity"][7:23] in page
    again = measure.reproduce(found, demonstration.ledger, edition, vault_name=demonstration.name)
    assert again.same, again.differences[:3]
    rows = list(csv.DictReader(io.StringIO(site.ask(f"/en/figures/{about}/{view}.csv").text)))
    assert rows or view == "rework"  # nobody comes back to this prosecutor
    assert {row["question"] for row in rows} <= {view}
    parquet = site.ask(f"/en/figures/{about}/{view}.parquet")
    assert parquet.status == 200


def test_waiting_cases_entered_by_hand_lead_to_their_pages(serving, edition):
    desk = Desk(edition)
    person = desk.person()
    desk.stage("charged", "2020-01-01", person=person, proceeding=desk.proceeding(person))
    with desk.vault as vault, serving(vault) as site:
        text = site.ask("/en/figures/cases/stuck/").text

        assert f'href="/en/cases/{desk.case}/"' in text
        assert "1 wait." in text


def test_an_agency_whose_law_nobody_knows_is_told_how_limits_are_written_down(site, abouts):
    text = site.ask(f"/en/figures/{abouts['xx-prosecutor']}/limits/").text

    assert "No limit of the law can be told from these files" in text
    assert "candlemark measure limits --limits FILE --crosswalk xx-prosecutor" in text


def test_a_group_is_looked_at_alone_and_all_can_be_had_again(site, abouts):
    about = abouts["xx-police"]
    divided = site.ask(f"/en/figures/{about}/flow/?by=bias-grounds").text
    alone = site.ask(f"/en/figures/{about}/flow/?by=bias-grounds&group=religion").text

    assert 'href="/en/figures/' + about + '/flow/?by=bias-grounds&amp;group=religion"' in divided
    assert "Back to all groups" in alone
    assert 'class="graph"' in alone


def test_what_cannot_be_read_is_named_at_its_field(site, abouts):
    text = site.ask(f"/en/figures/{abouts['xx-police']}/changes/?within=soon&first=yesterday").text

    assert "Some of the question could not be read" in text
    assert 'id="fault-within"' in text
    assert 'id="fault-first"' in text
    file = site.ask(f"/en/figures/{abouts['xx-police']}/changes.csv?within=soon")
    assert file.status == 400


def test_a_question_the_data_cannot_answer_is_answered_with_a_sentence(site, abouts):
    text = site.ask(
        f"/en/figures/{abouts['xx-police']}/flow/?first=1990-01-01&last=1990-12-31"
    ).text

    assert "These data cannot answer this question." in text


QUESTIONS = {
    "nothing": ({}, "flow", Asked()),
    "a window": ({"first": "2020-01-01"}, "flow", Asked(first=date(2020, 1, 1))),
    "a group": (
        {"by": "bias-grounds", "group": "religion"},
        "variants",
        Asked(by="bias-grounds", group="religion"),
    ),
    "Persian digits": ({"at": "۳۰، ۹۰"}, "rework", Asked(at=(30, 90))),
    "no groups of periods": ({"by": "bias-grounds"}, "coverage", Asked()),
    "a period": ({"period": "year"}, "coverage", Asked(period="year")),
}


@pytest.mark.parametrize("case", QUESTIONS)
def test_a_question_of_a_view_is_read_from_its_address_and_written_into_one(case):
    query, view, expected = QUESTIONS[case]

    asked, faults = asking.read(query, view, STUDY)

    assert (asked, faults) == (expected, ())
    again = dict(parse_qsl(asked.query().removeprefix("?")))
    assert asking.read(again, view, STUDY) == (expected, ())


def test_two_periods_are_the_last_two_years_until_somebody_says_others():
    asked, _ = asking.read({}, "changes", STUDY)
    assert (asked.last, asked.then_first) == (date(2025, 3, 31), date(2025, 4, 1))
    assert asked.then_last == date(2026, 3, 31)
    said, _ = asking.read({"first": "2020-01-01", "then_last": "2024-12-31"}, "changes", STUDY)
    assert (said.first, said.last, said.then_last) == (date(2020, 1, 1), None, date(2024, 12, 31))


def test_every_fault_of_a_question_is_named_at_once():
    typed = {"as_of": "2020-02-30", "by": "outcomes", "at": "x", "start": "nowhere", "within": "0"}
    asked, faults = asking.read(typed, "flow", STUDY)

    assert asked == Asked()
    assert set(faults) == {Misread(name, value) for name, value in typed.items()}


def test_agencies_stand_side_by_side_each_in_its_own_unit(site):
    text = site.ask("/en/figures/agencies/").text
    assert len(text.encode()) < LIMIT
    pictures = re.findall(r"<li><div class=\"head\"><a href=\"/en/figures/batch", text)

    assert len(pictures) >= 4
    for unit in ("Report;", "Incident;", "Accused person;", "Charge;"):
        assert unit in text
    assert "they are not the same cases" in text.lower()
    one = site.ask("/en/figures/agencies/?ground=religion&at=90,180").text
    assert "over 180 days" in one
    assert "Cannot be read" in site.ask("/en/figures/agencies/?at=soon").text


# The picture


def strips(rows):
    return [row.strip for row in rows]


def test_every_move_has_a_line_or_is_told_with_the_thin_ones():
    nodes = [GraphNode(), GraphNode(), GraphNode("convicted")]
    moves = [GraphMove(0, 1, 500), GraphMove(1, 2, 300), GraphMove(0, 2, 40), GraphMove(1, 0, 1)]
    rows = graph_rows(nodes, moves, rtl=False)

    told = [row.move for row in rows if row.move] + [m for row in rows for m in row.thin]
    assert sorted(told, key=str) == sorted(moves, key=str)
    assert [m for row in rows for m in row.thin] == [GraphMove(1, 0, 1)]
    assert [row.node for row in rows if row.move is None and not row.thin] == [0, 1, 2]


def test_a_move_back_is_dashed_and_has_its_own_side():
    moves = [GraphMove(0, 1, 10), GraphMove(1, 0, 10), GraphMove(1, 1, 10)]
    drawn = "".join(strips(graph_rows([GraphNode(), GraphNode()], moves, rtl=False)))

    assert "g-back" in drawn
    assert drawn.count("g-stage") == 2


def test_right_to_left_the_strip_is_mirrored_and_a_map_of_one_stage_is_drawn():
    (row,) = graph_rows([GraphNode()], [], rtl=True)

    assert "scale(-1 1)" in row.strip
    assert "g-stage" in row.strip


def test_a_page_has_no_more_lines_than_an_eye_can_follow():
    nodes = [GraphNode() for _ in range(8)]
    moves = [GraphMove(a, b, 10 + a + b) for a in range(8) for b in range(8)]
    rows = graph_rows(nodes, moves, rtl=False)

    assert sum(row.move is not None for row in rows) <= 14
    assert sum(len(row.thin) for row in rows) + sum(row.move is not None for row in rows) == 64
