"""The review desk in a real browser: a pair judged with the keyboard, without script, accessibly."""

from __future__ import annotations

import pytest
from tests.web.visiting import LOOKS, NARROW, press

from candlemark import agency, casefile, linkage
from candlemark.ledger import Vault
from candlemark.linkage.facts import LinkRecord
from candlemark.linkage.judging import Answer, judge
from candlemark.linkage.said import pairs_of, run_of
from linked import One, say_case, say_run

KINDS = agency.KINDS | casefile.KINDS | linkage.KINDS
CASES = (
    One("An attack", "Rəhim Mirzəyev", born="1990-02-01"),
    One("A beating", "Рагим Мирзоев", "ru", day="2014-01"),
    One("Another attack", "لیلا علی‌اوا", "fa", ground="ethnicity"),
)


@pytest.fixture
def desk(edition, serving):
    """A vault with three case files that were compared, served, and the address of each pair."""
    with Vault.in_memory(KINDS, "The house") as vault:
        records = [say_case(vault.ledger, edition, one) for one in CASES]
        a, b, c = records
        run = say_run(vault.ledger, [(a, b, 0.9), (b, c, 0.6), (a, c, 0.5)])
        rows = pairs_of(vault.ledger, run_of(vault.ledger, run)).to_pylist()
        found = {
            frozenset(
                (LinkRecord("cases", row["left_record"]), LinkRecord("cases", row["right_record"]))
            ): f"review/pair/{run}/{n}/"
            for n, row in enumerate(rows)
        }
        with serving(vault) as site:
            yield vault, site, records, found[frozenset((a, b))]


def _looks(spoken):
    """English on a wide window, Persian on a phone."""
    return [one for one in LOOKS if (one[0] == NARROW) is (spoken == "fa")]


@pytest.mark.parametrize("spoken", ["en", "fa"])
def test_every_state_of_the_desk_is_accessible_and_nothing_is_blocked(
    desk, edition, visit, axe, spoken
):
    vault, site, (a, b, c), pair = desk
    page = visit.page

    def look(where, path):
        page.goto(f"{site.root}/{spoken}/{path}")
        visit.measure(axe)
        for width, dark, rules in _looks(spoken):
            visit.see(width=width, dark=dark)

            assert visit.findings(rules) == [], (where, width, dark)
            assert visit.overflow() <= 0, (where, width, dark)

    look("queue", "review/")
    look("before it is taken", pair)
    press(page.locator("form:has(input[value=take]) button"))
    look("blind", pair)
    press(page.locator("form:has(input[value=names]) button"))
    look("with names", pair)
    page.locator("input[value=same]").check()
    press(page.locator("form.judging button.action"))
    look("seen", pair)
    press(page.locator("form.judging button.action"))
    judge(vault.ledger, edition, Answer((b, c), "same", "a reason"))
    judge(vault.ledger, edition, Answer((a, c), "different"))
    look("done", pair)
    for path in ("history/", "contradictions/", "reviewers/"):
        look(path, f"review/{path}")
    page.goto(f"{site.root}/{spoken}/review/history/")
    back = page.locator("main a[href$='take-back/']").first.get_attribute("href")
    look("take back", back.split("/", 2)[2])
    assert visit.said == []
    assert [url for url in visit.asked if not url.startswith(site.root)] == []


def test_a_pair_is_judged_with_the_keyboard_alone_and_without_script(desk, visit_without_script):
    _, site, _, _ = desk
    page = visit_without_script.page

    def tab_to(selector):
        for _ in range(60):
            page.keyboard.press("Tab")
            if page.locator(f"{selector}:focus").count():
                return
        pytest.fail(f"the keyboard does not reach {selector}")

    page.goto(f"{site.root}/en/review/")
    tab_to("main button.action")
    page.keyboard.press("Enter")
    page.wait_for_url("**/review/pair/**")
    tab_to("input[name=answer]")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    tab_to("form.judging button.action")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="What the machine found").wait_for()

    assert page.locator("input[value=different]").is_checked()


def test_on_paper_a_pair_shows_both_records_and_the_bars(desk, visit):
    _, site, _, pair = desk
    page = visit.page
    page.goto(f"{site.root}/en/{pair}")
    press(page.locator("form:has(input[value=take]) button"))
    page.locator("input[value=same]").check()
    press(page.locator("form.judging button.action"))
    page.emulate_media(media="print")

    assert page.locator("table.pair").is_visible()
    assert page.locator("svg.weight").first.is_visible()
    assert not page.locator("nav.menu").first.is_visible()
