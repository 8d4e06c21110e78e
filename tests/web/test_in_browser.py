"""Every page in a real browser: nothing is blocked, nothing overflows, axe finds nothing."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from tests.web.visiting import NARROW, WIDE, press

from candlemark import agency, casefile
from candlemark.cli.demonstration.public_cases import say_public_cases
from candlemark.tongues import INTERFACE
from team import Team
from visitor import standing

AXE = Path(__file__).resolve().parent.parent / "vendor" / "axe-core"


def test_the_checker_is_the_one_its_page_names(axe):
    assert hashlib.sha256(axe.encode()).hexdigest() in (AXE / "VERSION.md").read_text("utf-8")


@pytest.mark.parametrize("spoken", ["en", "fa"])
def test_every_page_is_accessible_and_nothing_is_blocked(site, pages, visit, axe, spoken):
    for page in pages:
        visit.page.goto(f"{site.root}/{spoken}/{page}")
        visit.look(axe, page)
    assert visit.said == []
    assert [url for url in visit.asked if not url.startswith(site.root)] == []


@pytest.fixture
def team_at_the_door(tmp_path, edition):
    """A locked house with members, something that waits, and somebody frozen."""
    kinds = agency.KINDS | casefile.KINDS
    team = Team(tmp_path / "vault", kinds)
    with team.open() as vault:
        say_public_cases(vault.ledger, edition)
    team.take_in("Aysel Quliyeva", administrator=True)
    team.take_in("Rauf")
    team.take_in("Leyla")
    team.freeze("Leyla", "Leyla")
    team.freeze("Rauf", "founder")
    with team.open() as vault:
        person = casefile.cases(vault.ledger)[0].persons[0].id
        vault.erasing.ask(person, "in-danger")
        held = vault._keystore.wraps(bytes.fromhex(vault.id))[0]
        vault._keystore.keep(wraps=[held._replace(holder=b"a stranger's kid")])
    with standing(team.folder, kinds, edition) as (_, visitor):
        yield team, f"http://127.0.0.1:{visitor().port}"


@pytest.mark.parametrize("spoken", ["en", "fa"])
def test_the_door_and_the_team_are_accessible_and_nothing_is_blocked(
    team_at_the_door, visit, axe, spoken
):
    team, root = team_at_the_door
    codes = {name: team.code(name) for name in ("Aysel Quliyeva", "Rauf", "Leyla")}

    visit.page.goto(f"{root}/{spoken}/sign-in/")
    visit.look(axe, "sign-in")
    visit.page.locator("#passphrase").fill("abacus abdomen")
    press(visit.page.locator("#passphrase"), "Enter")
    visit.look(axe, "not let in")
    visit.page.locator("#code").fill(codes["Aysel Quliyeva"])
    visit.page.locator("#passphrase").fill(team.words["Aysel Quliyeva"])
    press(visit.page.locator("#passphrase"), "Enter")
    assert visit.page.url == f"{root}/{spoken}/"
    visit.page.goto(f"{root}/{spoken}/waiting/")
    agree = visit.page.locator("main a.action").first.get_attribute("href")
    pages = (
        "",
        "me/",
        "me/passphrase/",
        "me/second-factor/",
        "me/travel/",
        "team/",
        f"team/{codes['Rauf']}/freeze/",
        f"team/{codes['Rauf']}/remove/",
        f"team/{codes['Leyla']}/thaw/",
        f"team/{codes['Rauf']}/second-factor/",
        "team/strange-keys/",
        "waiting/",
        agree.split("/", 2)[2],
    )
    for page in pages:
        visit.page.goto(f"{root}/{spoken}/{page}")
        visit.look(axe, page)
    assert [said for said in visit.said if "403" not in said] == []
    assert [url for url in visit.asked if not url.startswith(root)] == []


def test_leaving_quickly_leaves_an_empty_page_and_going_back_shows_nothing(
    team_at_the_door, visit_without_script
):
    team, root = team_at_the_door
    page = visit_without_script.page
    page.goto(f"{root}/en/sign-in/")
    page.get_by_label("Your code").fill(team.code("Rauf"))
    page.get_by_label("Your passphrase").fill(team.words["Rauf"])
    press(page.get_by_role("button", name="Sign in", exact=True))
    page.goto(f"{root}/en/cases/")
    press(page.get_by_role("button", name="Leave quickly"))

    assert page.locator("body").inner_text().strip() == ""
    page.go_back()
    assert page.url == f"{root}/en/sign-in/?to=/en/cases/"


@pytest.mark.parametrize("spoken", ["az", "ru", "tr"])  # en and fa are measured above
def test_no_page_in_any_other_tongue_is_wider_than_a_phone(site, pages, visit, spoken):
    visit.see(width=NARROW)
    for page in pages:
        visit.page.goto(f"{site.root}/{spoken}/{page}")

        assert visit.overflow() <= 0, page
    assert visit.said == []


def test_a_figure_is_asked_for_with_the_form_and_without_script(site, pages, visit_without_script):
    visit = visit_without_script
    figure = next(page for page in pages if page.startswith("figures/batch_"))
    visit.page.goto(f"{site.root}/en/{figure}")
    visit.page.get_by_text("Ask otherwise").click()
    visit.page.get_by_label("Groups by").select_option("bias-grounds")
    visit.page.get_by_label("Days after entry").fill("100, 200")
    press(visit.page.get_by_role("button", name="Show"))

    assert "by=bias-grounds" in visit.page.url
    assert visit.page.get_by_text("Share in each state 200 days after entry").count() == 1


def test_the_keyboard_reaches_the_content_first_and_shows_where_it_is(site, visit):
    visit.page.goto(f"{site.root}/en/cases/")
    visit.page.keyboard.press("Tab")

    assert visit.measure("document.activeElement.className") == "skip"
    assert visit.measure("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    assert visit.measure("document.activeElement.getBoundingClientRect().top >= 0")


def test_right_to_left_the_axis_runs_from_the_right_and_numerals_do_not(site, pages, visit):
    """The first bar of a chart begins at the end of the line that reading begins at."""
    figure = next(page for page in pages if page.startswith("figures/batch_"))
    begins = {}
    for spoken in ("en", "fa"):
        visit.page.goto(f"{site.root}/{spoken}/{figure}")
        begins[spoken] = visit.measure(
            "(() => { const bar = document.querySelector('.bars svg');"
            "const part = bar.querySelector('.f-onward').getBoundingClientRect();"
            "const all = bar.getBoundingClientRect();"
            "return [Math.round(part.left - all.left), Math.round(all.right - part.right)]; })()"
        )

    assert begins["en"][0] == 0
    assert begins["fa"][1] == 0
    assert begins["en"][1] == begins["fa"][0]


def test_what_a_finger_must_hit_is_large_enough(site, pages, visit):
    visit.see(width=NARROW)
    figure = next(page for page in pages if page.startswith("figures/batch_"))
    visit.page.goto(f"{site.root}/en/{figure}")
    small = visit.measure(
        "[...document.querySelectorAll('nav a, .action, .quiet-action, summary, select, input')]"
        ".filter(e => !e.closest('.crumb') && e.getClientRects().length)"
        ".filter(e => e.getBoundingClientRect().height < 43.5).map(e => e.textContent)"
    )

    assert small == []


def test_on_a_phone_the_head_leaves_the_page_its_room(site, visit):
    visit.see(width=NARROW)
    for spoken in INTERFACE:
        visit.page.goto(f"{site.root}/{spoken}/")
        head = visit.page.locator(".masthead")

        assert head.bounding_box()["height"] <= 190, spoken
        assert visit.overflow() <= 0
        assert all(one.bounding_box()["height"] >= 44 for one in head.locator("a, button").all())


def test_on_paper_the_page_keeps_its_content_and_loses_its_menu(site, visit):
    """What is folded away on the screen cannot be unfolded on paper, so it is printed."""
    visit.page.goto(f"{site.root}/en/docket/")
    folded = visit.page.locator(".timeline details p").first
    menu = visit.page.get_by_role("navigation", name="Desks")

    assert (menu.is_visible(), folded.is_visible()) == (True, False)

    visit.page.emulate_media(media="print")

    assert (menu.is_visible(), folded.is_visible()) == (False, True)


def test_letters_of_every_tongue_come_from_our_own_fonts(site, visit):
    for spoken, family in (("az", "Noto Sans"), ("ru", "Noto Sans"), ("fa", "Vazirmatn")):
        visit.page.goto(f"{site.root}/{spoken}/")
        loaded = visit.measure(
            "document.fonts.ready.then(() => [...document.fonts]"
            ".filter(f => f.status === 'loaded').map(f => f.family.replaceAll('\"', '')))"
        )

        assert family in loaded, spoken


OVERLAPS = """(() => {
  const shown = [...document.querySelectorAll(".plot .name")].filter(n => n.getClientRects().length);
  const boxes = shown.map(n => n.getBoundingClientRect());
  const chart = document.querySelector(".chart:has(.plot)").getBoundingClientRect();
  const over = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
  const found = [];
  boxes.forEach((a, i) => boxes.slice(i + 1).forEach((b, j) => {
    if (over(a, b)) found.push([shown[i].textContent, shown[i + 1 + j].textContent]);
  }));
  boxes.forEach((a, i) => {
    if (a.left < chart.left || a.right > chart.right) found.push(shown[i].textContent);
  });
  return [shown.length, found];
})()"""


def test_every_curve_has_its_name_and_no_name_stands_on_another_or_leaves_the_chart(
    site, pages, visit, tongue
):
    figure = next(page for page in pages if page.startswith("figures/batch_"))
    visit.page.goto(f"{site.root}/{tongue}/{figure}")
    for media in ("screen", "print"):
        visit.page.emulate_media(media=media)
        for width in (WIDE, NARROW):
            visit.see(width=width)

            # Five states as areas and once more as curves, and four stages that are reached.
            assert visit.measure(OVERLAPS) == [14, []], (media, width)
