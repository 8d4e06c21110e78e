"""The docket, its calendar, the pathways, the timeline and the question before a dossier, as pages."""

from __future__ import annotations

import re

import pytest

from candlemark import agency, casefile
from candlemark.casefile import facts
from candlemark.dates import PartialDate
from candlemark.definition import read_pathway
from candlemark.ids import new_id
from candlemark.ledger import Vault
from nowhere import WITHOUT_LIMIT as OWN


@pytest.fixture
def cases(demonstration):
    return {case.reference: case for case in casefile.cases(demonstration.ledger)}


def some_vault(edition, steps):
    """A vault with one case and its steps, each a day, a kind and words."""
    vault = Vault.in_memory(agency.KINDS | casefile.KINDS, "V")
    case = casefile.open_case(vault.ledger, edition, {"en": "A quiet title"}, "ref-7")
    for due, form, words in steps:
        said = facts.NextStep(
            id=new_id("fact"),
            case=case,
            edition=edition.code,
            step=new_id("step"),
            what=(facts.Words(words, "en"),),
            due=PartialDate.parse(due),
            form=form,
        )
        casefile.say(vault.ledger, edition, [said])
    return vault


def test_each_row_says_rule_article_source_and_how_it_is_counted(site):
    text = site.ask("/en/docket/").text
    for said in (
        "Azerbaijan, court of appeal: 20 days",
        "Code of Criminal Procedure, Article 384",
        "How it is counted:",
        "rule to be confirmed",
        "Only the day the higher court decided is recorded",
    ):
        assert said in text


def test_a_hearing_whose_day_is_over_stands_first_and_asks_what_became_of_it(serving, edition):
    steps = [
        ("2100-01-01", facts.StepForm.TASK, "Write to the court"),
        ("2020-05-05", facts.StepForm.HEARING, "Hearing in room 4"),
    ]
    with some_vault(edition, steps) as vault, serving(vault) as site:
        text = site.ask("/en/docket/").text
    assert text.index("Hearing in room 4") < text.index("Write to the court")
    assert "its day is over: say what became of it" in text


def test_a_filter_leaves_only_what_was_asked_and_can_be_left(serving, edition):
    steps = [
        ("2100-01-01", facts.StepForm.TASK, "Write to the court"),
        ("2100-05-05", facts.StepForm.HEARING, "Room 4"),
    ]
    with some_vault(edition, steps) as vault, serving(vault) as site:
        hearings = site.ask("/en/docket/?rule=hearing").text
        nothing = site.ask("/en/docket/?within=7").text
    assert "Room 4" in hearings
    assert "Write to the court" not in hearings
    assert "Nothing answers this question." in nothing
    assert "Show everything" in nothing


@pytest.mark.parametrize(
    "asked", ["within=x", "within=-1", "place=99999999999", "part=nowhere", "rule=%00", "place=1.5"]
)
def test_what_is_no_question_asks_for_nothing(site, asked):
    assert site.ask(f"/en/docket/?{asked}").status == 200


def test_the_calendar_is_a_file_without_titles_and_words(serving, edition):
    steps = [("2100-05-05", facts.StepForm.HEARING, "Meet the neighbour")]
    with some_vault(edition, steps) as vault, serving(vault) as site:
        answer = site.ask("/fa/docket/calendar.ics")
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="docket.ics"'
    assert answer.headers["Cache-Control"] == "no-store"
    assert "SUMMARY:ref-7: جلسهٔ دادگاه" in answer.text
    assert "neighbour" not in answer.text
    assert "quiet title" not in answer.text


def test_why_there_is_no_address_for_calendars_stands_on_the_page(serving, edition):
    with (
        some_vault(edition, [("2100-05-05", facts.StepForm.TASK, "x")]) as vault,
        serving(vault) as site,
    ):
        assert (
            "the vault would have to stay open while nobody is there"
            in site.ask("/en/docket/").text
        )


def test_a_pathway_is_shown_with_what_is_to_be_confirmed(site):
    text = site.ask("/en/pathways/az/").text
    assert "Code of Criminal Procedure, Article 207" in text
    assert "no article read" in text
    assert text.count("to be confirmed") > 20


def test_a_pathway_that_was_added_is_marked_and_one_nobody_has_is_not_found(serving, edition):
    with Vault.in_memory(agency.KINDS | casefile.KINDS, "V") as vault, serving(vault) as site:
        casefile.keep_pathway(vault.ledger, read_pathway(OWN, edition))
        assert "added to this vault" in site.ask("/en/pathways/xx/").text
        assert site.ask("/en/pathways/yy/").status == 404


def test_the_timeline_draws_a_range_as_a_bar_and_a_day_as_a_point(site, cases):
    text = site.ask(f"/en/cases/{cases['public-case-1'].id}/timeline/").text
    assert '<rect class="t-claimed"' in text, "sentenced in 1995"
    assert '<circle class="t-claimed"' in text, "pardoned on a day"
    assert '<path class="t-beyond"' in text
    assert 'class="o-waiting" fill="url(#p-pending)"' in text


def test_right_to_left_mirrors_the_axis_and_not_the_numerals(site, cases):
    case = cases["public-case-1"].id
    years = {}
    for tongue in ("en", "fa"):
        text = site.ask(f"/{tongue}/cases/{case}/timeline/").text
        found = re.findall(r'<text x="([\d.]+)%" y="20" text-anchor="middle">([^<]+)<', text)
        years[tongue] = [(float(x), said) for x, said in found]
    english, persian = years["en"], years["fa"]
    assert [round(100 - x, 1) for x, _ in english] == [round(x, 1) for x, _ in persian]
    assert persian[0][1] == "۱۹۹۵"


def test_every_number_of_the_picture_stands_in_the_table_beneath(site, cases):
    text = site.ask(f"/en/cases/{cases['public-case-2'].id}/timeline/").text
    drawn = set(re.findall(r'class="name halo"[^>]*>(\d+)<', text))
    table = set(re.findall(r'<th scope="row" class="n">(\d+)</th>', text))
    assert drawn
    assert drawn < table, "what has no date is in the table alone"


def test_a_dossier_is_asked_for_without_names_unless_somebody_chooses(site, cases):
    case = cases["public-case-2"].id
    asked = site.ask(f"/en/cases/{case}/dossier/").text
    assert re.search(r'value="without" checked', asked)
    plain = site.ask(f"/en/cases/{case}/dossier.pdf")
    assert plain.headers["Content-Type"] == "application/pdf"
    assert plain.headers["Content-Disposition"] == f'attachment; filename="dossier-{case}.pdf"'
    assert plain.text.startswith("%PDF-")


def test_what_may_not_be_done_is_told_before_a_dossier_is_made(serving, edition):
    with some_vault(edition, []) as vault, serving(vault) as site:
        case = casefile.cases(vault.ledger)[0].id
        given = {"case": case, "edition": edition.code, "person": new_id("person")}
        person = facts.PersonInRole(id=new_id("fact"), roles=("victim",), **given)
        held = facts.RestraintStated(id=new_id("fact"), restraints=("no-name-in-letters",), **given)
        casefile.say(vault.ledger, edition, [person, held])
        text = site.ask(f"/en/cases/{case}/dossier/").text
    label = edition.term("restraints", "no-name-in-letters").labels["en"]
    assert "What may not be done" in text
    assert label in text


@pytest.mark.parametrize("page", ["timeline/", "dossier/", "dossier.pdf"])
@pytest.mark.parametrize("case", ["case_00000000000000000000000000", "x", "case_"])
def test_a_guessed_address_gets_one_answer(site, page, case):
    assert site.ask(f"/en/cases/{case}/{page}").status == 404
