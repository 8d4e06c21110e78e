"""The session ends while somebody writes in a case: the form comes back as it was."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from candlemark import agency, casefile
from team import Team
from visitor import standing

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
        phone.get_by_role("button", name="Sign in", exact=True).click()

    with standing(team.folder, KINDS, edition, clock) as (_, visit):
        root = f"http://127.0.0.1:{visit().port}"
        phone.goto(f"{root}/en/sign-in/")
        sign_in()
        phone.goto(f"{root}/en/cases/{case}/add/note/")
        phone.locator('[name="words-0-text"]').fill("Two men; سه نفر.")
        phone.locator('[name="when-year"]').fill("2024")
        clock.ahead += timedelta(minutes=21)
        phone.locator(".keep .action").click()
        sign_in()

        assert phone.locator('[name="words-0-text"]').input_value() == "Two men; سه نفر."
        assert phone.locator('[name="when-year"]').input_value() == "2024"

        phone.locator(".keep .action").click()

        assert f"/cases/{case}/?kept=note" in phone.url
    with team.open() as vault:
        (note,) = casefile.case(vault.ledger, case).notes
        assert note.words == {"en": "Two men; سه نفر."}
