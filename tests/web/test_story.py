"""A volunteer records a case by phone, without script; every page of it can be read by everybody."""

from __future__ import annotations

import re

import msgspec
import pytest
from tests.web.conftest import shown_by
from tests.web.filling import Filler, Hand
from tests.web.visiting import NARROW, press

from candlemark import agency, casefile
from candlemark.casefile import facts
from candlemark.cli.demonstration.public_cases import say_public_cases
from candlemark.dates import PartialDate
from candlemark.ids import new_id
from candlemark.ledger import Vault
from candlemark.web.desks.casework.asking import FORMS
from candlemark.web.doors import Door
from candlemark.web.house import OpenHouse

KINDS = agency.KINDS | casefile.KINDS
WORDS = {
    "en": {
        "begin": "A new case",
        "title": "Window broken at night, northern district",
        "place": "Lankaran",
        "what": "A stone came through the window while the family slept.",
        "fears": "She fears that her brother loses his work.",
        "next": "Call her again",
        "recorded": "The case is recorded",
        "nobody else": "Nobody else: go on",
    },
    "fa": {
        "begin": "پروندهٔ تازه",
        "title": "شکستن شیشه در شب، منطقهٔ شمالی",
        "place": "لنکران",
        "what": "هنگامی که خانواده خواب بودند سنگی از پنجره آمد.",
        "fears": "می‌ترسد برادرش کارش را از دست بدهد.",
        "next": "دوباره با او تماس بگیرید",
        "recorded": "پرونده ثبت شد",
        "nobody else": "کس دیگری نیست: ادامه دهید",
    },
}


@pytest.fixture
def team(edition, serving):
    with Vault.in_memory(KINDS, "Team") as vault, serving(vault) as running:
        yield vault, running


@pytest.fixture
def phone(browser):
    """A small cheap phone: touch, no script, 360 px."""
    context = browser.new_context(
        viewport={"width": NARROW, "height": 640}, java_script_enabled=False, has_touch=True
    )
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("spoken", ["en", "fa"])
def test_a_volunteer_records_a_case_by_phone(phone, team, spoken):
    vault, running = team
    words, filler = WORDS[spoken], Filler(Hand(phone), {})

    def keep(step, item):
        phone.wait_for_url(re.compile(rf"/record/{step}/(\?|$)"))
        filler.fill(item)
        filler.keep()

    phone.goto(f"{running.root}/{spoken}/cases/")
    phone.get_by_role("link", name=words["begin"]).tap()
    phone.wait_for_url("**/cases/new/")
    filler.fill({"titles": {spoken: words["title"]}})
    filler.keep()
    case_id = re.search(r"case_[0-9a-z]{26}", phone.url)[0]

    # The connection may drop from here on: what was sent is kept already.
    assert casefile.case(vault.ledger, case_id).title == words["title"]

    keep(
        "when",
        {
            "when": "2024-03",
            "country": "AZ",
            "place": {spoken: words["place"]},
            "words": {spoken: words["what"]},
        },
    )
    keep("acts", {"acts": [{"offence": "criminal-damage"}]})
    keep("why", {"grounds": [{"ground": "talysh", "standing": "alleged"}]})
    keep("signs", {"indicators": ["perception"]})
    phone.locator(".keep .quiet-action").first.tap()  # speech is not at issue: skipped
    keep("who", {"roles": ["victim"]})
    keep("name", {"names": [{"text": "Səkinə", "language": "az"}, {"text": "سکینه"}]})
    keep("fears", {"words": {spoken: words["fears"]}, "restraints": ["no-telephone"]})
    phone.get_by_role("link", name=words["nobody else"]).tap()
    keep("stage", {"stage": "reported", "when": "2024-03-02"})
    keep("next", {"what": {spoken: words["next"]}, "due": "2024-04-01"})

    phone.wait_for_url("**/record/done/")
    assert phone.get_by_role("heading", level=1).inner_text() == words["recorded"]
    assert words["next"] in phone.locator("main").inner_text()

    case = casefile.case(vault.ledger, case_id)

    assert case.incident.when == PartialDate(2024, 3)
    assert case.incident.place == {spoken: words["place"]}
    assert [act.offence for act in case.incident.acts] == ["criminal-damage"]
    assert [one.ground for one in case.incident.grounds] == ["talysh"]
    assert [one.text for one in case.persons[0].names] == ["Səkinə", "سکینه"]
    assert case.restraints[0].restraints == ("no-telephone",)
    assert case.stage_events[0].person == case.persons[0].id
    assert case.steps[0].what == {spoken: words["next"]}

    phone.locator("main .action").last.tap()
    phone.wait_for_url(f"**/{spoken}/cases/{case_id}/")

    assert words["fears"] in phone.locator(".held").inner_text()


def test_going_back_and_skipping_lose_nothing(phone, team):
    vault, running = team
    filler = Filler(Hand(phone), {})
    phone.goto(f"{running.root}/en/cases/new/")
    filler.fill({"titles": {"en": "Shouting on the bus"}})
    filler.keep()
    filler.fill({"when": "2024", "words": {"en": "Two men shouted."}})
    filler.keep()
    phone.get_by_role("link", name="Back").tap()
    phone.wait_for_url("**/record/when/")

    assert phone.locator('[name="when-year"]').input_value() == "2024"
    assert phone.locator('[name="words-0-text"]').input_value() == "Two men shouted."

    phone.get_by_role("link", name="Skip", exact=True).tap()
    phone.wait_for_url("**/record/acts/")
    case = casefile.cases(vault.ledger)[0]

    assert len(case.history) == 2
    assert case.incident.words == {"en": "Two men shouted."}


def test_what_is_typed_on_one_page_keeps_what_another_page_said(phone, team):
    vault, running = team
    filler = Filler(Hand(phone), {})
    phone.goto(f"{running.root}/en/cases/new/")
    filler.fill({"titles": {"en": "Shouting on the bus"}})
    filler.keep()
    filler.fill({"when": "2024"})
    filler.keep()
    filler.fill({"acts": [{"offence": "insult"}]})
    filler.keep()
    incident = casefile.cases(vault.ledger)[0].incident

    assert incident.when == PartialDate(2024)
    assert incident.acts[0].offence == "insult"


def test_a_form_is_filled_and_kept_by_keyboard_alone(visit, team, edition):
    """From the first box to the last: Tab and Enter; Enter keeps, and does not open a row."""
    vault, running = team
    case_id = casefile.open_case(vault.ledger, edition, {"en": "A"})
    visit.page.goto(f"{running.root}/en/cases/{case_id}/add/note/")
    visit.page.keyboard.press("Tab")
    for _ in range(60):
        name = visit.measure("document.activeElement.name || ''")
        if name == "words-0-text":
            visit.page.keyboard.type("She moved away.")
        if name == "when-year":
            visit.page.keyboard.type("2020")
            visit.page.keyboard.press("Enter")
            break
        visit.page.keyboard.press("Tab")
    visit.page.wait_for_url("**?kept=note")
    note = casefile.case(vault.ledger, case_id).notes[0]

    assert note.words == {"en": "She moved away."}
    assert note.when == PartialDate(2020)


def test_a_refused_form_leads_by_link_to_its_box(visit, team, edition):
    vault, running = team
    case_id = casefile.open_case(vault.ledger, edition, {"en": "A case"})
    visit.page.goto(f"{running.root}/en/cases/{case_id}/add/note/")
    press(visit.page.locator(".keep .action"))
    press(visit.page.get_by_role("alert").get_by_role("link").first)

    assert visit.page.url.endswith("#at-words")
    assert visit.measure("document.querySelector('#at-words').getBoundingClientRect().top") < 640


# Every page, in both directions, light and dark


@pytest.fixture(scope="module")
def written(edition):
    """A public case with what a page can hold besides; shown with the design page."""
    with Vault.in_memory(KINDS, "Team") as vault:
        case_id = say_public_cases(vault.ledger, edition)[1]
        common = {"case": case_id, "edition": edition.code}
        person = casefile.case(vault.ledger, case_id).persons[0].id
        for fact in (
            facts.RestraintStated(
                id=new_id("fact"), person=person, restraints=("no-telephone",), **common
            ),
            facts.ConsentStated(
                id=new_id("fact"),
                consent=new_id("consent"),
                person=person,
                use="statistics",
                answer="given",
                review=PartialDate(2027),
                detail="month-and-country",
                **common,
            ),
            facts.NextStep(
                id=new_id("fact"),
                step=new_id("step"),
                what=(facts.Words("Write to the Committee", "en"),),
                due=PartialDate(2027, 1),
                **common,
            ),
        ):
            casefile.say(vault.ledger, edition, [fact])
        with shown_by(OpenHouse(Door(vault, edition, design=True))) as site:
            yield vault, site, case_id


def pages_of(vault, case_id):
    """Every page that writes in a case, or tells what was written."""
    said = [fact for _, fact in casefile.said_in(vault.ledger, case_id)]
    stage = next(one.id for one in said if isinstance(one, facts.StageReached))
    incident = next(one.id for one in said if isinstance(one, facts.IncidentDescribed))
    person = casefile.case(vault.ledger, case_id).persons[0].id
    steps = ("when", "acts", "why", "signs", "speech", "who", "stage", "next", "done")
    last = vault.ledger.size - 1
    return [
        "cases/new/",
        "design/",
        f"cases/{case_id}/",
        *(f"cases/{case_id}/add/{kind}/" for kind in FORMS),
        *(f"cases/{case_id}/record/{step}/" for step in steps),
        *(f"cases/{case_id}/record/{step}/?person={person}" for step in ("name", "fears")),
        f"cases/{case_id}/correct/{stage}/",
        f"cases/{case_id}/correct/{incident}/",
        f"cases/{case_id}/withdraw/{stage}/",
        f"cases/{case_id}/merge/",
        f"cases/{case_id}/split/",
        f"cases/{case_id}/history/?from={last - 3}&to={last}",
    ]


@pytest.mark.parametrize("spoken", ["en", "fa"])
def test_every_page_that_writes_is_accessible_and_nothing_is_blocked(written, visit, axe, spoken):
    vault, site, case_id = written
    for page in pages_of(vault, case_id):
        answer = visit.page.goto(f"{site.root}/{spoken}/{page}")
        assert answer.status == 200, page
        visit.look(axe, page)
    assert visit.said == []
    assert [url for url in visit.asked if not url.startswith(site.root)] == []


@pytest.mark.parametrize("spoken", ["en", "fa"])
def test_a_refused_form_and_two_people_at_one_statement_are_accessible_too(
    written, visit, axe, edition, spoken
):
    vault, site, case_id = written
    visit.page.goto(f"{site.root}/{spoken}/cases/{case_id}/add/stage/")
    visit.page.locator('[name="when-month"]').fill("13")
    press(visit.page.locator(".keep .action"))
    visit.look(axe, "refused")

    note = facts.NoteMade(
        id=new_id("fact"), case=case_id, edition=edition.code, words=(facts.Words("One", "en"),)
    )
    other = msgspec.structs.replace(note, id=new_id("fact"), supersedes=(note.id,))
    casefile.say(vault.ledger, edition, [note])
    visit.page.goto(f"{site.root}/{spoken}/cases/{case_id}/correct/{note.id}/")
    casefile.say(vault.ledger, edition, [other])
    visit.page.locator('[name="words-0-text"]').fill("Two")
    press(visit.page.locator(".keep .action"))

    assert visit.page.locator('input[name="decide"]').count() == 3
    visit.look(axe, "conflict")


@pytest.mark.parametrize("spoken", ["az", "ru", "tr"])
def test_no_page_that_writes_is_wider_than_a_phone(written, visit, spoken):
    vault, site, case_id = written
    visit.see(width=NARROW)
    for page in pages_of(vault, case_id):
        visit.page.goto(f"{site.root}/{spoken}/{page}")

        assert visit.overflow() <= 0, page


def test_the_design_page_is_there_in_development_only(site, written):
    _, design, _ = written

    assert site.ask("/en/design/").status == 404
    page = design.ask("/en/design/")
    assert page.status == 200
    for shown in ("2 things wait for a second person", "40 %", "made-up cases that came so far"):
        assert shown in page.text.replace("\N{NO-BREAK SPACE}", " ").replace("40%", "40 %"), shown
