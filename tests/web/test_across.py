"""Figures across agencies on pages: by which links, what they do, what was kept, what was undone."""

from __future__ import annotations

import csv
import io
import json
import re
import tempfile
from html import unescape
from pathlib import Path

import pytest
from tests.web.conftest import shown

from candlemark import agency, casefile, linkage, measure
from candlemark.cli.demonstration.files import write_files
from candlemark.cli.demonstration.public_cases import say_public_cases
from candlemark.cli.demonstration.world import AS_OF, make_world
from candlemark.definition import load_crosswalk
from candlemark.ledger import Vault
from candlemark.linkage.facts import DIFFERENT, SAME, LinkRecord
from link_runs import judge, keep_run

KINDS = agency.KINDS | casefile.KINDS | linkage.KINDS | measure.KINDS
LIMIT = 70_000
POLICE, PROSECUTOR = "xx-police", "xx-prosecutor"


@pytest.fixture(scope="module")
def linked(edition):
    """Police and prosecutor of the demonstration, with a run that found some of them to be one."""
    with Vault.in_memory(KINDS, "Linked") as vault, tempfile.TemporaryDirectory() as folder:
        say_public_cases(vault.ledger, edition)
        for code, path in write_files(Path(folder), make_world()).items():
            if code in {POLICE, PROSECUTOR}:
                crosswalk = load_crosswalk(code, edition)
                agency.import_source(vault.ledger, path, crosswalk, edition, as_of=AS_OF)
        names = [
            measure.study(vault.ledger, edition, code).names.to_pylist()
            for code in (POLICE, PROSECUTOR)
        ]
        pairs = zip(names[0][:150], names[1][:150], [0.97, 0.5, 0.3] * 50, strict=True)
        keep_run(
            vault.ledger,
            [(LinkRecord(POLICE, a), LinkRecord(PROSECUTOR, b), value) for a, b, value in pairs],
            once_each=(POLICE, PROSECUTOR),
        )
        yield vault, names


@pytest.fixture(scope="module")
def linked_site(linked, edition):
    with shown(linked[0], edition) as running:
        yield running


@pytest.fixture(scope="module")
def about(linked):
    return {one.crosswalk: one.id for one in agency.batches(linked[0].ledger)}[POLICE]


def said(text):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", text)).split())


@pytest.mark.parametrize("tongue", ["en", "fa"])
@pytest.mark.parametrize("question", ["occupancy", "incidence", "attrition"])
def test_a_figure_stands_beside_two_thresholds_within_its_weight(
    linked_site, about, question, tongue
):
    answer = linked_site.ask(f"/{tongue}/figures/{about}/across/?question={question}")

    assert answer.status == 200
    assert len(answer.text.encode()) < LIMIT
    if tongue == "en":
        text = said(answer.text)
        assert "Most depends on links at “" in text
        assert "if only the sure links are taken" in text
        assert "Sure links, from 95% on" in text
        assert "Every pair kept, from 10% on" in text
        assert "Drawn, and 95 of 100 draws" not in text
        assert "Cite as:" in text


def test_drawn_links_have_their_spread_beside_the_two_thresholds(linked_site, about):
    path = f"/en/figures/{about}/across"
    page = said(linked_site.ask(f"{path}/?links=sampled&at=365").text)
    rows = list(
        csv.DictReader(io.StringIO(linked_site.ask(f"{path}.csv?links=sampled&at=365").text))
    )
    document = json.loads(linked_site.ask(f"{path}.json?links=sampled&at=365").text)

    assert "Drawn, and 95 of 100 draws" in page
    assert "Links were drawn 20 times" in page
    assert all(float(one["drawn_low"]) <= float(one["drawn_high"]) for one in rows)
    assert any(one["drawn_low"] != one["drawn_high"] for one in rows)
    assert document["basis"]["links"]["draws"] == 20
    assert [one["basis"]["links"]["threshold"] for one in document["beside"]] == [0.95, 0.1]
    assert {one["what"] for one in document["spread"]} == {"share"}


def test_groups_are_asked_and_one_of_them_looked_at_alone(linked_site, about):
    page = linked_site.ask(f"/en/figures/{about}/across/?by=bias-grounds&with={PROSECUTOR}").text
    group = re.search(r"\?by=bias-grounds&amp;group=([\w-]+)&amp;with=xx-prosecutor", page)

    assert group
    alone = linked_site.ask(f"/en/figures/{about}/across/?by=bias-grounds&group={group[1]}")
    assert "Back to all groups" in alone.text
    assert len(alone.text.encode()) < LIMIT


def test_what_cannot_be_read_is_said_at_its_field_and_left_out(linked_site, about):
    query = "?with=nobody&links=perhaps&draws=3&at=soon&as_of=x&question=why&by=none"
    page = linked_site.ask(f"/en/figures/{about}/across/{query}")

    assert page.status == 200
    assert "Some of the question could not be read" in page.text
    for field in ("with", "links", "draws", "at", "as_of", "question", "by"):
        assert f'href="#ask-{field}"' in page.text
    assert linked_site.ask(f"/en/figures/{about}/across.csv{query}").status == 400


def test_where_nothing_was_compared_the_page_says_how_links_come_there(site, pages):
    about = next(page for page in pages if re.fullmatch(r"figures/batch_\w+/", page))
    page = site.ask(f"/en/{about}across/")

    assert "Nothing links these cases yet" in page.text
    assert "candlemark link run --source" in page.text


def test_a_figure_is_kept_and_says_on_every_page_when_a_link_it_used_was_undone(
    linked, linked_site, about
):
    vault, names = linked
    page = f"/en/figures/{about}/across/"
    assert "None is kept yet." in linked_site.ask(page).text
    kept = linked_site.send(page)
    figures = measure.kept(vault.ledger)

    assert kept.status == 303
    assert len(figures) == 1
    digits = figures[0].identity[7:23]
    listed = linked_site.ask("/en/figures/kept/").text
    assert digits in listed
    assert "judged wrong since" not in listed
    judgement = judge(vault.ledger, (POLICE, names[0][0]), (PROSECUTOR, names[1][0]), DIFFERENT)

    listed, here = (linked_site.ask(at).text for at in ("/en/figures/kept/", page))
    for text in (listed, here):
        assert "It used 1 link that people have judged wrong since" in text
        assert names[0][0] not in text  # whoever sees figures may not see records
    history = linked_site.ask("/en/review/history/").text
    entry = history[history.index(judgement) :]
    assert "A link was undone that 1 kept figure had used" in entry
    assert f"/en/figures/kept/#f-{digits}" in entry
    document = json.loads(linked_site.ask(f"/en/figures/kept/{digits}.json").text)
    assert document["identity"] == figures[0].identity
    assert linked_site.ask("/en/figures/kept/0123456789abcdef.json").status == 404


@pytest.mark.parametrize("spoken", ["en", "fa"])
def test_the_pages_are_accessible_and_fit_a_phone(linked_site, about, visit, axe, spoken):
    for path in (
        f"figures/{about}/across/?links=sampled&at=365",
        f"figures/{about}/across/?by=bias-grounds&question=attrition&at=soon",
    ):
        visit.page.goto(f"{linked_site.root}/{spoken}/{path}")
        visit.look(axe, path)
    assert visit.said == []


def test_the_timeline_of_a_case_shows_the_steps_of_agencies_and_how_sure_each_link_is(
    linked, linked_site
):
    vault, names = linked
    first, second = casefile.cases(vault.ledger)[:2]
    mine = LinkRecord("cases", first.id)
    court = [LinkRecord(PROSECUTOR, one) for one in names[1][200:203]]
    keep_run(
        vault.ledger,
        [
            (mine, LinkRecord(POLICE, names[0][200]), 0.97),
            (mine, court[0], 0.4),
            (mine, court[1], 0.98),
            (mine, court[2], 0.6),
        ],
    )
    judge(vault.ledger, ("cases", first.id), (PROSECUTOR, court[1].record), DIFFERENT)
    judge(vault.ledger, ("cases", first.id), (PROSECUTOR, court[2].record), SAME)

    page = linked_site.ask(f"/en/cases/{first.id}/timeline/").text
    here = said(page[page.index('id="elsewhere"') :])
    followed, apart = here.split("Not followed")
    assert "What agencies say of it" in followed
    assert f"{names[0][200]} : linked by the machine, with a probability of 97.0%" in followed
    assert f"{court[2].record} : people judged it the same case" in followed
    assert len(re.findall(r"<tr>", page[page.index('id="elsewhere"') :].split("</table>")[0])) > 2
    assert f"{court[1].record} : people judged it another case" in apart
    assert f"{court[0].record} : it may be this case; nobody has judged it" in apart

    alone = said(linked_site.ask(f"/en/cases/{second.id}/timeline/").text)
    assert "No record of an agency is linked with this case." in alone


def test_a_vault_in_which_no_case_was_compared_says_nothing_of_agencies(site, pages):
    timeline = next(page for page in pages if page.endswith("/timeline/"))

    assert 'id="elsewhere"' not in site.ask(f"/en/{timeline}").text
