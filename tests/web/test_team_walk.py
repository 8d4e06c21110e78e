"""Several people at one vault, each in a browser of their own, signed in, without script."""

from __future__ import annotations

import re

import pytest
from tests.exchange.test_tables import as_workbook
from tests.web.visiting import EVERY_RULE, NARROW, press

from candlemark import agency, casefile
from candlemark.casefile import facts
from candlemark.casefile.saved_views import views
from candlemark.cli.demonstration.public_cases import say_public_cases
from candlemark.ids import new_id
from team import Team
from visitor import standing

KINDS = agency.KINDS | casefile.KINDS


@pytest.fixture(scope="module")
def house(tmp_path_factory, edition):
    """A team of four, two of whom have to sign, and its door."""
    team = Team(tmp_path_factory.mktemp("walk") / "vault", KINDS)
    with team.open() as vault:
        say_public_cases(vault.ledger, edition)
    team.take_in("Aysel", administrator=True)
    team.take_in("Ramin")
    team.take_in("Leyla")
    team.take_in("Nigar")
    team.need(2)
    with standing(team.folder, KINDS, edition) as (_, visitor):
        yield team, f"http://127.0.0.1:{visitor().port}/en"


@pytest.fixture
def enter(browser, house):
    """Sign somebody in, in a browser of their own, on a phone."""
    team, root = house
    contexts = []

    def signed_in(name):
        context = browser.new_context(
            java_script_enabled=False, viewport={"width": NARROW, "height": 800}
        )
        contexts.append(context)
        page = context.new_page()
        page.goto(f"{root}/sign-in/")
        page.get_by_label("Your code").fill(team.code(name))
        page.get_by_label("Your passphrase").fill(team.words[name])
        press(page.get_by_role("button", name="Sign in", exact=True))
        return page

    yield signed_in
    for context in contexts:
        context.close()


def a_note(team, edition, text):
    """A note in the first case; the case and the note."""
    with team.open() as vault:
        case = casefile.cases(vault.ledger)[0].id
        note = facts.NoteMade(
            id=new_id("fact"), case=case, edition=edition.code, words=(facts.Words(text, "en"),)
        )
        casefile.say(vault.ledger, edition, [note])
    return case, note


def notes(team, case):
    with team.open() as vault:
        return [one.words["en"] for one in casefile.case(vault.ledger, case).notes]


def test_a_person_keeps_a_filter_as_a_view_and_comes_back_to_it(house, enter):
    team, root = house
    page = enter("Ramin")
    page.goto(f"{root}/cases/?country=AZ")
    page.fill("#view-name", "From Azerbaijan")
    press(page.locator(".keep-view button"))
    page.goto(f"{root}/cases/")
    press(page.locator(".saved a:has-text('From Azerbaijan')"))

    assert page.url.endswith("?country=AZ")
    with team.open("Ramin") as vault:
        assert [one.name for one in views(vault.ledger)] == ["From Azerbaijan"]


def test_a_workbook_is_brought_in_by_who_may_not_keep_names(house, enter, tmp_path):
    _, root = house
    file = tmp_path / "cases.xlsx"
    lines = [["Nr", "Title", "Date of incident", "Victim"], ["W-1", "A shop", "2019/2020", "A. B."]]
    file.write_bytes(as_workbook(lines))
    page = enter("Ramin")
    page.goto(f"{root}/cases/import/")
    page.set_input_files("#table", str(file))
    press(page.locator(".bringing button"))
    assert "You do not read who anybody is" in page.locator("main").inner_text()
    assert page.locator("button[value=keep]").is_disabled()
    page.select_option("#column-3", "")
    press(page.locator("button[value=look] >> nth=0"))
    press(page.locator("button[value=keep]"))
    press(page.locator("tbody a:has-text('W-1')"))

    assert "between 2019 and 2020" in page.locator("main").inner_text()


def test_two_people_at_one_field_both_see_both_and_nothing_is_lost(house, enter, edition):
    team, root = house
    case, note = a_note(team, edition, "He left.")
    aysel, ramin = enter("Aysel"), enter("Ramin")
    for page in (aysel, ramin):
        page.goto(f"{root}/cases/{case}/correct/{note.id}/")
    aysel.locator('[name="words-0-text"]').fill("He left in May.")
    press(aysel.locator(".keep .action"))
    ramin.locator('[name="words-0-text"]').fill("He left in June.")
    press(ramin.locator(".keep .action"))

    sides = ramin.locator(".sides").inner_text()
    assert "He left in May." in sides
    assert "He left in June." in sides
    ramin.locator('[name="decide"][value="both"]').check()
    press(ramin.locator(".keep .action"))
    assert {"He left in May.", "He left in June."} <= set(notes(team, case))
    assert "He left." not in notes(team, case)


def test_a_member_whose_removal_is_proposed_and_agreed_to_on_pages_is_out_at_once(
    house, enter, edition
):
    team, root = house
    aysel = enter("Aysel")
    case, _ = a_note(team, edition, "It began like this.")
    nigar = enter("Nigar")
    nigar.goto(f"{root}/cases/{case}/add/note/")
    nigar.locator('[name="words-0-text"]').fill("Written in the middle of it.")
    founder = enter("founder")
    founder.goto(f"{root}/team/")
    press(founder.get_by_role("link", name="Remove from the team Nigar"))
    founder.locator('[name="sure"]').check()
    press(founder.get_by_role("button", name="Propose to remove Nigar"))
    assert founder.url == f"{root}/waiting/"
    aysel.goto(f"{root}/waiting/")
    assert "Nigar" in aysel.locator("main").inner_text()
    _agree(aysel)
    press(nigar.locator(".keep .action"))

    assert nigar.get_by_label("Your passphrase").count() == 1
    nigar.get_by_label("Your code").fill(team.code("Nigar"))
    nigar.get_by_label("Your passphrase").fill(team.words["Nigar"])
    press(nigar.get_by_role("button", name="Sign in", exact=True))
    assert nigar.get_by_label("Your passphrase").count() == 1, "the words open nothing any more"
    assert "Written in the middle of it." not in notes(team, case)


def _agree(page):
    press(page.get_by_role("link", name="Look at it and agree").first)
    page.locator('[name="sure"]').check()
    press(page.get_by_role("button", name="Agree"))


def test_before_a_journey_a_member_freezes_themselves_and_no_passphrase_opens_it(house, enter):
    _, root = house
    page = enter("Leyla")
    page.goto(f"{root}/me/")
    press(page.get_by_role("link", name="Before I travel"))
    page.locator('[name="sure"]').check()
    press(page.get_by_role("button", name="Freeze me here now"))

    assert page.goto(f"{root}/cases/").url.startswith(f"{root}/sign-in/")
    again = enter("Leyla")
    assert "/sign-in/" in again.url
    aysel = enter("Aysel")
    aysel.goto(f"{root}/team/")
    card = aysel.locator("section, li, .card").filter(has_text=re.compile(r"^\s*Leyla")).first
    assert "frozen" in card.inner_text().lower()


@pytest.mark.parametrize("spoken", ["en", "fa"])
def test_an_erasure_is_asked_for_by_one_and_carried_out_by_another(
    house, enter, visit, axe, spoken, edition
):
    team, root = house
    with team.open() as vault:
        case = casefile.cases(vault.ledger)[0 if spoken == "en" else 1]
    person = case.persons[-1].id
    place = root.replace("/en", f"/{spoken}")
    visit.page.goto(f"{place}/sign-in/")
    visit.page.locator("#code").fill(team.code("founder"))
    visit.page.locator("#passphrase").fill(team.words["founder"])
    press(visit.page.locator("#passphrase"), "Enter")
    visit.page.goto(f"{place}/cases/{case.id}/")
    press(visit.page.locator(f'form:has([name="person"][value="{person}"]) button'))
    assert visit.page.url == f"{place}/erase/"
    for dark in (False, True):
        visit.see(width=NARROW, dark=dark)
        visit.measure(axe)
        assert visit.findings(EVERY_RULE) == []
        assert visit.overflow() <= 0
    visit.page.locator('[value="asked-by-person"]').check()
    visit.page.locator('[name="sure"]').check()
    press(visit.page.locator("form.card button"))
    assert visit.page.url == f"{place}/waiting/"
    assert person in visit.page.locator("main").inner_text()
    assert visit.said == []

    aysel = enter("Aysel")
    aysel.goto(f"{root}/waiting/")
    _agree(aysel)
    with team.open() as vault:
        assert not any(vault.ledger.parts_about(person))
        assert person not in [one.id for one in casefile.case(vault.ledger, case.id).persons]
