"""A case written through its pages: what is kept, what is refused, and that nothing typed is lost."""

from __future__ import annotations

import re

import pytest

from candlemark import agency, casefile
from candlemark.casefile import facts
from candlemark.casefile.standing import Stands, standing
from candlemark.dates import PartialDate
from candlemark.errors import OutcomeUnknown, StorageFull, VaultBusy
from candlemark.ids import new_id
from candlemark.ledger import Vault

KINDS = agency.KINDS | casefile.KINDS


class Desk:
    """A vault with one case, its site, and short ways to ask both."""

    def __init__(self, vault, site, edition):
        self.vault, self.site, self.edition = vault, site, edition
        self.case = casefile.open_case(vault.ledger, edition, {"en": "A window at night"})

    def say(self, kind, **fields):
        """Say a statement past the pages, as somebody else would; the statement."""
        common = {"id": new_id("fact"), "case": self.case, "edition": self.edition.code}
        fact = kind(**(common | fields))
        casefile.say(self.vault.ledger, self.edition, [fact])
        return fact

    def person(self):
        return self.say(facts.PersonInRole, person=new_id("person"), roles=("victim",))

    def path(self, rest="", tongue="en"):
        return f"/{tongue}/cases/{self.case}/{rest}"

    def add(self, kind, **fields):
        return self.site.send(self.path(f"add/{kind}/"), **fields)

    def correct(self, fact, **fields):
        return self.site.send(self.path(f"correct/{fact.id}/"), **fields)

    def said(self):
        return [fact for _, fact in casefile.said_in(self.vault.ledger, self.case)]

    def live(self, kind):
        stands = standing(casefile.said_in(self.vault.ledger, self.case)).live
        return [fact for fact in stands if isinstance(fact, kind)]


@pytest.fixture
def desk(edition, serving):
    with Vault.in_memory(KINDS, "Team") as vault, serving(vault) as site:
        yield Desk(vault, site, edition)


NOTE = {"words-count": "1", "words-0-text": "She moved away.", "words-0-language": "en"}


def test_what_is_kept_is_one_action_and_the_page_says_so(desk):
    before = desk.vault.ledger.size
    answer = desk.add("note", **NOTE)

    assert answer.status == 303
    assert desk.vault.ledger.size == before + 1
    assert desk.live(facts.NoteMade)[0].words == (facts.Words("She moved away.", "en"),)
    assert 'role="status"' in desk.site.ask(answer.headers["Location"]).text


def test_a_form_that_came_from_elsewhere_keeps_nothing(desk):
    before = desk.vault.ledger.size

    assert desk.site.send(desk.path("add/note/"), token="forged", **NOTE).status == 403  # noqa: S106 - no password
    assert desk.vault.ledger.size == before


DATES = {
    "a day no month has": ({"year": "2021", "month": "2", "day": "30"}, "There is no such day"),
    "a month without its year": ({"year": "", "month": "2", "day": ""}, "Write the year too"),
    "a day without its month": ({"year": "2021", "month": "", "day": "3"}, "Write the month too"),
    "words": ({"year": "soon", "month": "", "day": ""}, "in digits"),
    "a year of another calendar": ({"year": "1393", "month": "", "day": ""}, "Gregorian"),
    "a range without its first": ({"year": "", "last-year": "2021"}, "Write the first day it can"),
    "a range the wrong way round": ({"year": "2021", "last-year": "2020"}, "before the second"),
    "a year that holds its other bound": (
        {"year": "2021", "last-year": "2021", "last-month": "6"},
        "before the second",
    ),
    "a bound no month has": (
        {"year": "2020", "last-year": "2021", "last-month": "2", "last-day": "30"},
        "There is no such day",
    ),
}


@pytest.mark.parametrize("case", DATES)
def test_an_impossible_date_is_refused_at_its_box_and_stays_in_it(desk, case):
    typed, said = DATES[case]
    sent = {f"when-{part}": value for part, value in typed.items()}
    answer = desk.add("note", **NOTE, **sent)

    assert answer.status == 422
    assert said in answer.text
    assert 'href="#at-when"' in answer.text
    assert "She moved away." in answer.text
    for part, value in typed.items():
        assert f'name="when-{part}" value="{value}"' in answer.text
    assert desk.live(facts.NoteMade) == []


def test_digits_of_any_tongue_are_a_date(desk):
    desk.add("note", **NOTE, **{"when-year": "۲۰۱۴", "when-month": "۱"})

    assert desk.live(facts.NoteMade)[0].when == PartialDate(2014, 1)


def test_some_time_between_two_dates_is_kept_shown_and_brought_back_into_its_boxes(desk):
    sent = {
        "when-year": "2014",
        "when-month": "3",
        "when-last-year": "2014",
        "when-last-month": "6",
    }
    desk.add("note", **NOTE, **sent)
    (note,) = desk.live(facts.NoteMade)

    assert str(note.when) == "2014-03/2014-06"
    assert "between March 2014 and June 2014" in desk.site.ask(desk.path("")).text
    form = desk.site.ask(desk.path(f"correct/{note.id}/")).text
    for box, value in sent.items():
        assert f'name="{box}" value="{value}"' in form


def test_all_faults_are_told_together_each_at_its_box(desk):
    answer = desk.add("stage", **{"when-year": "2021", "when-month": "13", "outcome": "guilty"})

    for box in ("stage", "when", "outcome"):
        assert f'href="#at-{box}"' in answer.text
        assert f'id="at-{box}"' in answer.text
    assert answer.text.count('aria-invalid="true"') >= 3


def test_a_word_of_an_older_edition_is_refused_with_clear_words_and_stays_chosen(desk):
    answer = desk.add("stage", stage="arraigned-under-old-words")

    assert answer.status == 422
    assert "is no word of edition 2026.1" in answer.text
    assert 'value="arraigned-under-old-words" selected' in answer.text


def test_what_only_the_case_can_tell_is_said_at_its_box_too(desk):
    answer = desk.add(
        "incident",
        **{"when-year": "2021", "until-year": "2020", "place-count": "0", "words-count": "0"},
    )

    assert answer.status == 422
    assert "It would end before it begins." in answer.text
    assert 'href="#at-until"' in answer.text


def test_a_title_that_names_somebody_of_the_case_is_refused(desk):
    person = desk.person()
    desk.say(
        facts.IdentityStated,
        person=person.person,
        names=(facts.Spelling(text="Leyla Hasanova", language="en"),),
    )
    opened = desk.live(facts.CaseOpened)[0]
    answer = desk.correct(
        opened,
        **{"titles-count": "1", "titles-0-text": "The case of Hasanova", "titles-0-language": "en"},
    )

    assert answer.status == 422
    assert "choose a neutral one" in answer.text
    assert "The case of Hasanova" in answer.text


def test_not_known_not_asked_and_left_open_stay_different(desk):
    turn = {"person": desk.person().person, "turn": "freed", "words-count": "0"}
    for why in ("unknown", "not-asked", ""):
        assert desk.add("life", **turn, **{"when-why": why}).status == 303

    assert [one.absent for one in desk.live(facts.LifeTurned)] == [
        (facts.Absence("when", "unknown"),),
        (facts.Absence("when", "not-asked"),),
        (),
    ]


def test_an_answer_and_a_reason_for_none_do_not_go_together(desk):
    turn = {"person": desk.person().person, "turn": "freed", "words-count": "0"}
    answer = desk.add("life", **turn, **{"when-why": "unknown", "when-year": "2020"})

    assert answer.status == 422
    assert "Take one of them away" in answer.text


def test_one_more_row_keeps_nothing_and_loses_nothing(desk):
    before = desk.vault.ledger.size
    answer = desk.add("note", more="words", **NOTE)

    assert answer.status == 200
    assert 'name="words-1-text"' in answer.text
    assert "She moved away." in answer.text
    assert "This was not kept yet" not in answer.text
    assert desk.vault.ledger.size == before


def test_a_source_added_in_the_same_form_says_the_statement(desk):
    answer = desk.add(
        "note",
        **NOTE,
        **{
            "new-source-form": "document",
            "new-source-title-count": "1",
            "new-source-title-0-text": "A letter",
            "new-source-title-0-language": "en",
        },
    )
    source, note = desk.live(facts.SourceCited)[0], desk.live(facts.NoteMade)[0]

    assert answer.status == 303
    assert note.sources == (source.source,)
    assert source.title == (facts.Words("A letter", "en"),)


def test_what_is_wrong_with_a_new_source_is_told_in_the_same_summary(desk):
    answer = desk.add("note", **NOTE, **{"new-source-address": "shelf 3", "new-source-form": "x"})

    assert answer.status == 422
    assert 'href="#at-new-source-form"' in answer.text
    assert "shelf 3" in answer.text


def test_a_correction_takes_the_place_of_what_it_corrects(desk):
    desk.add("note", **NOTE)
    (note,) = desk.live(facts.NoteMade)
    desk.correct(note, **(NOTE | {"words-0-text": "She came back."}))
    (now,) = desk.live(facts.NoteMade)

    assert now.words[0].text == "She came back."
    assert now.supersedes == (note.id,)
    assert "She moved away." in desk.site.ask(desk.path("history/")).text


def test_taken_back_and_brought_back_are_both_statements(desk):
    desk.add("note", **NOTE)
    (note,) = desk.live(facts.NoteMade)
    desk.site.send(desk.path(f"withdraw/{note.id}/"), **{"words-count": "0"})

    assert desk.live(facts.NoteMade) == []

    desk.site.send(desk.path(f"restore/{note.id}/"), **{"words-count": "0"})

    assert desk.live(facts.NoteMade) == [note]
    assert [type(one) for one in desk.said()].count(facts.Withdrawn) == 2


# Two people at the same statement


@pytest.fixture
def crossed(desk):
    """A note that somebody else corrected while our form was open; both notes, and the answer."""
    desk.add("note", **NOTE)
    (note,) = desk.live(facts.NoteMade)
    theirs = desk.say(
        facts.NoteMade,
        words=(facts.Words("She moved to Tbilisi.", "en"),),
        when=PartialDate(2020),
        supersedes=(note.id,),
    )
    mine = NOTE | {"words-0-text": "She moved to Batumi."}
    return note, theirs, mine, desk.correct(note, **mine)


def test_when_somebody_corrected_the_same_both_are_shown_and_nothing_is_kept(desk, crossed):
    _, theirs, _, answer = crossed

    assert answer.status == 409
    assert "She moved to Tbilisi." in answer.text
    assert "She moved to Batumi." in answer.text
    assert desk.live(facts.NoteMade) == [theirs]


def test_theirs_stays_when_the_person_says_so(desk, crossed):
    note, theirs, mine, _ = crossed
    desk.correct(note, **mine, seen=theirs.id, decide="theirs")

    assert desk.live(facts.NoteMade) == [theirs]


def test_mine_corrects_theirs_and_leaves_what_only_they_changed(desk, crossed):
    note, theirs, mine, _ = crossed
    desk.correct(note, **mine, seen=theirs.id, decide="mine")
    (now,) = desk.live(facts.NoteMade)

    assert now.words[0].text == "She moved to Batumi."
    assert now.when == PartialDate(2020)
    assert now.supersedes == (theirs.id,)


def test_both_stand_as_a_contradiction(desk, crossed):
    note, theirs, mine, _ = crossed
    answer = desk.correct(note, **mine, seen=theirs.id, decide="both")
    now = desk.live(facts.NoteMade)
    (noted,) = desk.live(facts.ContradictionNoted)

    assert answer.status == 303
    assert {one.words[0].text for one in now} == {"She moved to Tbilisi.", "She moved to Batumi."}
    assert set(noted.statements) == {one.id for one in now}


def test_a_decision_about_what_has_changed_again_is_asked_for_again(desk, crossed):
    note, theirs, mine, _ = crossed
    desk.say(
        facts.NoteMade, words=(facts.Words("She is in Tbilisi.", "en"),), supersedes=(theirs.id,)
    )
    answer = desk.correct(note, **mine, seen=theirs.id, decide="mine")

    assert answer.status == 409
    assert "She is in Tbilisi." in answer.text


def test_what_was_taken_back_meanwhile_can_be_said_anew(desk):
    desk.add("note", **NOTE)
    (note,) = desk.live(facts.NoteMade)
    desk.say(facts.Withdrawn, statements=(note.id,))

    assert desk.correct(note, **NOTE).status == 409

    desk.correct(note, **NOTE, decide="mine")
    (now,) = desk.live(facts.NoteMade)

    assert now.words == note.words


# Addresses


def test_guessed_addresses_are_answered_alike_and_tell_nothing(desk):
    unknown = desk.site.ask(f"/en/cases/{new_id('case')}/add/note/")
    other = [
        desk.path("add/nothing/"),
        desk.path(f"correct/{new_id('fact')}/"),
        desk.path("correct/x/"),
        desk.path("record/nowhere/"),
        desk.path(f"record/name/?person={new_id('person')}"),
        "/en/cases/case_1/add/note/",
    ]

    assert unknown.status == 404
    for path in other:
        answer = desk.site.ask(path)
        assert (answer.status, bare(answer.text)) == (404, bare(unknown.text)), path


def bare(text):
    """A page without the links to itself in other tongues and without its form tokens."""
    return re.sub(r'href="/[a-z]{2}/[^"]*"|value="[0-9a-f]{96}"', "", text)


def test_a_statement_of_another_case_cannot_be_corrected_from_here(desk):
    other = casefile.open_case(desk.vault.ledger, desk.edition, {"en": "Another case"})
    opened = casefile.said_in(desk.vault.ledger, other)[0][1]

    assert desk.site.ask(desk.path(f"correct/{opened.id}/")).status == 404


# One or two cases


def test_two_cases_become_one_and_statements_move(desk):
    other = casefile.open_case(desk.vault.ledger, desk.edition, {"en": "The same window"})
    desk.add("note", **NOTE)
    (note,) = desk.live(facts.NoteMade)
    moved = desk.site.send(
        desk.path("split/"), statements=note.id, to=other, **{"words-count": "0"}
    )

    assert moved.status == 303
    assert casefile.case(desk.vault.ledger, other).notes[0].id == note.id

    merged = desk.site.send(desk.path("merge/"), into=other, **{"words-count": "0"})

    assert merged.headers["Location"].startswith(f"/en/cases/{other}/")
    assert casefile.case(desk.vault.ledger, desk.case).merged_into == other


def options(text, name):
    """What a box to choose from offers: value and words."""
    found = re.search(rf'<select id="{name}".*?</select>', text, re.DOTALL)
    return re.findall(r'<option value="([^"]+)"[^>]*>([^<]*)', found[0]) if found else []


@pytest.mark.parametrize(("page", "box"), [("merge/", "into"), ("split/", "to")])
@pytest.mark.parametrize("typed", ["B-204", "narrow WINDOW", "the identifier"])
def test_the_other_case_is_looked_for_by_number_identifier_or_words(desk, page, box, typed):
    other = casefile.open_case(desk.vault.ledger, desk.edition, {"en": "A narrow window"}, "B-204")
    for n in range(3):
        casefile.open_case(desk.vault.ledger, desk.edition, {"en": f"Another door {n}"})
    desk.add("note", **NOTE)
    typed = other if typed == "the identifier" else typed
    before = desk.vault.ledger.size
    asked = desk.site.ask(desk.path(page)).text
    found = desk.site.send(
        desk.path(page),
        **{"look-for": typed, "more": "look", "words-count": "1", "words-0-text": "Same street."},
    )

    assert options(asked, box) == []
    assert (found.status, options(found.text, box)) == (200, [(other, "B-204 · A narrow window")])
    assert "Same street." in found.text
    assert typed not in found.headers.get("Location", "")
    assert desk.vault.ledger.size == before


def test_words_no_other_case_holds_find_none_and_a_case_does_not_find_itself(desk):
    casefile.open_case(desk.vault.ledger, desk.edition, {"en": "Another door"})
    answer = desk.site.send(desk.path("merge/"), **{"look-for": "window", "more": "look"})

    assert options(answer.text, "into") == []
    assert "No other case is found by this." in answer.text


@pytest.mark.parametrize("into", ["", "case_00000000000000000000000000", "itself", "'; --"])
def test_a_case_that_was_not_found_is_not_merged_into(desk, into):
    casefile.open_case(desk.vault.ledger, desk.edition, {"en": "Another door"})
    before = desk.vault.ledger.size
    into = desk.case if into == "itself" else into
    answer = desk.site.send(desk.path("merge/"), into=into, **{"words-count": "0"})

    assert answer.status == 422
    assert desk.vault.ledger.size == before


def test_what_was_said_while_two_cases_were_one_stays_where_it_was_said_and_both_pages_say_so(desk):
    other = casefile.open_case(desk.vault.ledger, desk.edition, {"en": "The same window"})
    desk.site.send(desk.path("merge/"), into=other, **{"words-count": "0"})
    merge = next(one for one in desk.said() if isinstance(one, facts.CaseMerged))
    desk.site.send(f"/en/cases/{other}/add/note/", **NOTE)
    undone = desk.site.send(desk.path(f"withdraw/{merge.id}/"), **{"words-count": "0"})
    mine, theirs = desk.site.ask(desk.path()).text, desk.site.ask(f"/en/cases/{other}/").text

    assert undone.status == 303
    assert "For a while this case was the same as “The same window”" in mine
    assert "She moved away." not in mine
    assert "For a while “A window at night” was the same as this case" in theirs
    assert "stays here, where it was said: Note, She moved away." in theirs

    note = casefile.case(desk.vault.ledger, other).notes[0].id
    desk.site.send(
        f"/en/cases/{other}/split/", statements=note, to=desk.case, **{"words-count": "0"}
    )
    assert "For a while" not in desk.site.ask(desk.path()).text
    assert "For a while" not in desk.site.ask(f"/en/cases/{other}/").text


# A vault that cannot keep anything at this moment

NOT_NOW = {
    "busy": (VaultBusy, 503, "Somebody else was writing at th"),
    "full": (StorageFull, 507, "The disk is full."),
    "gone": (OutcomeUnknown, 502, "nobody knows yet whether it did"),
}


@pytest.fixture
def unwilling(desk, monkeypatch):
    """Let the store refuse every writing from now on."""

    def refuse(error):
        def writing(*_given):
            raise error("not at this moment", hint="later")

        monkeypatch.setattr(desk.vault.ledger._store, "writing", writing)

    return refuse


@pytest.mark.parametrize("why", NOT_NOW)
def test_what_cannot_be_kept_now_comes_back_to_its_form(desk, unwilling, why):
    error, status, said = NOT_NOW[why]
    unwilling(error)
    answer = desk.add("note", **NOTE, **{"when-year": "2014"})

    assert answer.status == status
    assert said in answer.text
    assert 'action="' + desk.path("add/note/") in answer.text
    assert "She moved away." in answer.text
    assert 'name="when-year" value="2014"' in answer.text


@pytest.mark.parametrize("why", NOT_NOW)
def test_what_another_page_cannot_keep_now_comes_back_too_and_can_be_sent_again(
    desk, unwilling, monkeypatch, why
):
    error, status, said = NOT_NOW[why]
    unwilling(error)
    path, name = "/en/cases/views/?due=30", "What the board asked for in its last meeting"
    answer = desk.site.send(path, name=name)

    assert answer.status == status
    assert said in answer.text
    assert name in answer.text
    assert f'action="{path}"' in answer.text

    monkeypatch.undo()
    assert desk.site.send(path, name=name).status == 303


# Every page of every kind


@pytest.mark.parametrize("tongue", ["en", "az", "ru", "fa", "tr"])
def test_every_form_can_be_opened_in_every_tongue(desk, tongue):
    kinds = re.findall(r"/add/([a-z-]+)/", desk.site.ask(desk.path()).text)

    assert len(set(kinds)) == 19
    for kind in kinds:
        assert desk.site.ask(desk.path(f"add/{kind}/", tongue)).status == 200


def test_what_stands_on_the_page_can_be_corrected_taken_back_and_brought_back_there(desk):
    desk.add("note", **NOTE)
    (note,) = desk.live(facts.NoteMade)
    page = desk.site.ask(desk.path()).text

    assert f"/correct/{note.id}/" in page
    assert f"/history/#{note.id}" in page
    for word in ("correct", "withdraw"):
        assert desk.site.ask(desk.path(f"{word}/{note.id}/")).status == 200

    desk.site.send(desk.path(f"withdraw/{note.id}/"), **{"words-count": "0"})
    history = casefile.case(desk.vault.ledger, desk.case).history

    assert [one.stands for one in history if one.fact == note.id] == [Stands.WITHDRAWN]
    assert f"/restore/{note.id}/" in desk.site.ask(desk.path("history/")).text
    assert desk.site.ask(desk.path(f"restore/{note.id}/")).status == 200


def test_everything_a_case_shows_leads_to_its_correction_and_its_history(desk):
    """One statement of each kind: every one of them can be reached from the page of the case."""
    person = desk.person().person
    proceeding, step = new_id("proceeding"), new_id("step")
    intervention, consent = new_id("intervention"), new_id("consent")
    words = (facts.Words("x", "en"),)
    desk.say(facts.IncidentDescribed, incident=new_id("incident"), words=words)
    desk.say(facts.SourceCited, source=new_id("source"), form=facts.SourceForm.DOCUMENT)
    desk.say(facts.IdentityStated, person=person, names=(facts.Spelling(text="Leyla"),))
    desk.say(facts.ProceedingOpened, proceeding=proceeding, forum=facts.Forum.NATIONAL)
    desk.say(facts.ChargeBrought, charge=new_id("charge"), person=person, proceeding=proceeding)
    desk.say(facts.ChargeBrought, charge=new_id("charge"), person=person)
    desk.say(facts.StageReached, stage="charged", person=person, proceeding=proceeding)
    desk.say(facts.StillPending, proceeding=proceeding, on=PartialDate(2020))
    desk.say(facts.LifeTurned, person=person, turn=facts.Turn.FREED)
    desk.say(
        facts.LimitTriggered,
        trigger=facts.Trigger.FINAL_DOMESTIC_DECISION,
        when=PartialDate(2020, 1, 2),
    )
    desk.say(facts.InterventionMade, intervention=intervention, words=words)
    desk.say(facts.InterventionAnswered, intervention=intervention, words=words)
    desk.say(facts.NoteMade, words=words)
    desk.say(facts.RestraintStated, person=person, restraints=(), words=words)
    desk.say(facts.ConsentStated, consent=consent, person=person, use="statistics", answer="given")
    desk.say(facts.NextStep, step=new_id("step"), what=words)
    over = desk.say(facts.NextStep, step=step, what=words)
    desk.say(facts.StepDone, step=step)
    page = desk.site.ask(desk.path()).text
    shown = [one for one in desk.said() if one.id != over.id]

    assert [type(one).__name__ for one in shown if f"/correct/{one.id}/" not in page] == []


def test_a_correction_that_changes_nothing_is_not_said(desk):
    desk.add("note", **NOTE)
    (note,) = desk.live(facts.NoteMade)
    size = desk.vault.ledger.size

    assert desk.correct(note, **NOTE).status == 303
    assert desk.vault.ledger.size == size


def test_a_page_of_a_new_case_that_was_left_empty_is_skipped(desk):
    size = desk.vault.ledger.size
    answer = desk.site.send(desk.path("record/signs/"))

    assert (answer.status, answer.headers["Location"]) == (303, desk.path("record/speech/"))
    assert desk.vault.ledger.size == size


WHERE = {
    "country": "AZ",
    "place-count": "1",
    "place-0-text": "Lənkəran",
    "place-0-language": "az",
    "words-count": "1",
    "words-0-text": "",
    "words-0-language": "en",
}


def regions_in(text):
    """What the list of regions offers: its groups, what can be chosen, what is chosen."""
    found = re.search(r'<select id="region".*?</select>', text, re.DOTALL)[0]
    return (
        re.findall(r'<optgroup label="([^"]*)"', found),
        re.findall(r'<option value="([^"]*)"', found),
        re.findall(r'<option value="([^"]*)" selected', found),
    )


def test_a_region_that_the_place_names_is_offered_first_and_never_chosen(desk):
    again = desk.add("incident", **WHERE, more="place")
    groups, offered, chosen = regions_in(again.text)
    other = regions_in(desk.add("incident", **WHERE | {"country": "GE"}, more="place").text)
    kept = desk.add("incident", **WHERE)

    assert (groups[0], offered[:2], chosen) == ("What the place names", ["", "az-lan"], [])
    assert "The place names Lankaran." in again.text
    assert other[0] == groups[1:] == sorted(groups[1:])
    assert len(set(offered)) == 89
    assert kept.status == 303
    assert desk.live(facts.IncidentDescribed)[0].region == ""
    assert "The region is left open." in desk.site.ask(desk.path("record/done/")).text


def test_a_region_is_kept_shown_corrected_and_refused_at_its_box(desk):
    abroad = desk.add("incident", **WHERE | {"country": "GE"}, region="az-lan")
    both = desk.add("incident", **WHERE, region="az-lan", **{"region-why": "refused"})
    kept = desk.add("incident", **WHERE, region="az-lan")
    (first,) = desk.live(facts.IncidentDescribed)
    shown = desk.site.ask(desk.path()).text
    form = desk.site.ask(desk.path(f"correct/{first.id}/")).text
    desk.correct(first, **WHERE, region="", **{"region-why": "refused"})
    (second,) = desk.live(facts.IncidentDescribed)

    assert (abroad.status, both.status, kept.status) == (422, 422, 303)
    assert "lies in another country than the one that is said" in abroad.text
    assert all('href="#at-region"' in one.text for one in (abroad, both))
    assert (first.region, second.region) == ("az-lan", "")
    assert "Lankaran" in shown
    assert regions_in(form)[2] == ["az-lan"]
    assert second.absent == (facts.Absence("region", "refused"),)
    assert "region: Refused" in desk.site.ask(desk.path()).text
