"""Official numbers, answers of agencies and the page for journalists, in a real browser."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.publish.conftest import WAYS
from tests.web.visiting import EVERY_RULE, NARROW, WIDE

from candlemark.publish import answers
from candlemark.publish.table import TONGUES
from releasing import House, of

AGENCY = {tongue: f"The ministry {tongue}" for tongue in TONGUES}
TEXTS = {tongue: f"We count otherwise {tongue}." for tongue in TONGUES}
DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def public_site(tmp_path_factory):
    """A site with figures of Georgia, one number that was answered and a table that was not."""
    place = tmp_path_factory.mktemp("beside")
    house = House.founded(place / "vault")
    house.release(of("Ministry", WAYS, "ge-ministry"))
    with house.team.open() as vault:
        ledger, today = vault.ledger, vault.ledger.now().date()
        name = "attrition-ge-ministry-accused-from-received"
        cell = {"measure": "reached", "stage": "judged", "state": "_Z"}
        words = answers.Words(AGENCY, TEXTS, "hy", "Մենք այլ կերպ ենք հաշվում։")
        said = [
            answers.received(ledger, answers.place_of(ledger, name, cell=cell), words, today),
            answers.ask(
                ledger, answers.place_of(ledger, name), AGENCY, today - 9 * DAY, today + DAY
            ),
        ]
    with house.team.open("colleague") as vault:
        for one in said:
            answers.approve(vault.ledger, one.said.id, vault.members.me.kid)
    house.build(place / "site")
    return place / "site"


@pytest.mark.parametrize("tongue", ["en", "fa"])
def test_pages_beside_the_figures_are_accessible_narrow_and_wide(public_site, visit, axe, tongue):
    answered = next(
        path
        for path in (public_site / "answers").glob(f"*/{tongue}.html")
        if "hy" in path.read_text(encoding="utf-8")
    )
    table = next((public_site / "tables").glob(f"*/{tongue}.html"))
    own = public_site / tongue
    wide = (WIDE, False) if tongue == "en" else None
    for page in (
        own / "official-ge.html",
        own / "press.html",
        own / "answers.html",
        answered,
        table,
    ):
        visit.page.goto(page.as_uri())
        visit.measure(axe)
        for width, dark in filter(None, ((NARROW, True), wide)):
            visit.see(width=width, dark=dark)

            assert visit.findings(EVERY_RULE) == [], (page, width)
            assert visit.overflow() <= 0, (page, width)
    assert visit.said == []
    assert [url for url in visit.asked if not url.startswith(public_site.as_uri())] == []
