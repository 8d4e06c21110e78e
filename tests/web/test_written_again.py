"""The session ends while somebody writes in a case: the form comes back as it was."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from tests.web.visiting import press

from candlemark import agency, casefile
from candlemark.casefile import facts
from candlemark.ids import new_id
from team import Team
from visitor import TOKEN, standing

KINDS = agency.KINDS | casefile.KINDS


class Clock:
    def __init__(self):
        self.ahead = timedelta(minutes=1)

    def __call__(self):
        return datetime.now(UTC) + self.ahead


@pytest.fixture
def phone(browser):
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 800})
    yield context.new_page()
    context.close()


def test_a_form_of_a_case_comes_back_filled_after_signing_in_again(tmp_path, edition, phone):
    team, clock = Team(tmp_path / "vault", KINDS), Clock()
    with team.open() as vault:
        case = casefile.open_case(vault.ledger, edition, {"en": "A window at night"})

    def sign_in():
        phone.get_by_label("Your passphrase").fill(team.words["founder"])
        press(phone.get_by_role("button", name="Sign in", exact=True))

    with standing(team.folder, KINDS, edition, clock) as (_, visit):
        root = f"http://127.0.0.1:{visit().port}"
        phone.goto(f"{root}/en/sign-in/")
        sign_in()
        phone.goto(f"{root}/en/cases/{case}/add/note/")
        phone.locator('[name="words-0-text"]').fill("Two men; سه نفر.")
        phone.locator('[name="when-year"]').fill("2024")
        clock.ahead += timedelta(minutes=21)
        press(phone.locator(".keep .action"))
        sign_in()

        assert phone.locator('[name="words-0-text"]').input_value() == "Two men; سه نفر."
        assert phone.locator('[name="when-year"]').input_value() == "2024"

        press(phone.locator(".keep .action"))

        assert f"/cases/{case}/?kept=note" in phone.url
    with team.open() as vault:
        (note,) = casefile.case(vault.ledger, case).notes
        assert note.words == {"en": "Two men; سه نفر."}


def test_who_a_person_is_cannot_be_written_by_who_cannot_read_it_and_nothing_is_lost(
    tmp_path, edition
):
    team = Team(tmp_path / "vault", KINDS)
    with team.open() as vault:
        case = casefile.open_case(vault.ledger, edition, {"en": "A window at night"})
        person = facts.PersonInRole(
            id=new_id("fact"),
            case=case,
            edition=edition.code,
            person=new_id("person"),
            roles=("victim",),
        )
        casefile.say(vault.ledger, edition, [person])
    code = team.take_in("Rauf")
    path = f"/en/cases/{case}/add/identity/"
    with standing(team.folder, KINDS, edition) as (_, visit):
        rauf = visit()
        rauf.sign_in(code, team.words["Rauf"])
        token = TOKEN.search(rauf.ask(path).text)[1]
        typed = {"person": person.person, "names-count": "1", "names-0-text": "Leyla"}
        answer = rauf.send(path, token=token, **typed)

        assert answer.status == 403
        assert "Your keys do not let you write this." in answer.text
        assert 'value="Leyla"' in answer.text
