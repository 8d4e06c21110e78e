"""The public site in a real browser, out of a folder: nothing is blocked, asked for or too wide."""

from __future__ import annotations

import json

import pytest
from tests.publish.conftest import BY_GROUND, LENGTHS, ONION, WAYS
from tests.web.visiting import EVERY_RULE, NARROW, OF_COLOUR, WIDE

from candlemark.definition import Definition
from candlemark.publish.site.doors import sections
from candlemark.publish.site.finding import key
from candlemark.publish.table import TONGUES
from cohorts import occupancy
from releasing import House, of
from two_editions import two_editions

BY_REGION = occupancy(
    {"az-ba": [(20, "convicted")] * 60 + [(None, "")] * 70, "az-ga": [(None, "")] * 60},
    by="regions",
)
SPOKEN = ("en", "az", "fa")
LOOKS = ((NARROW, True, EVERY_RULE), (WIDE, False, OF_COLOUR))


@pytest.fixture(scope="module")
def public_site(tmp_path_factory):
    """Two releases, the first corrected; one table of each kind; one that was withdrawn."""
    place = tmp_path_factory.mktemp("public")
    house = House.founded(place / "vault")
    # The long address of an onion service stands on every page, and must not widen any.
    house.places("https://example.org/", ["https://mirror.example.net/"], ONION)
    house.release(of("One"), of("Two", BY_GROUND))
    house.release(
        of("One"), of("Three", WAYS), of("Four", LENGTHS), of("Five", BY_REGION), corrects=1
    )
    house.release(of("Six"))
    house.withdraw(3)
    house.build(place / "site")
    return place / "site"


def pages(site, tongue):
    rows = json.loads((site / "api" / "tables.json").read_bytes())["tables"]
    gone = [
        path.parent.name
        for path in (site / "tables").glob("*/en.html")
        if not (path.parent / "table.csv").exists()
    ]
    assert len(gone) == 1
    yield site / tongue / "index.html"
    yield site / "definition" / "2026.1" / f"{tongue}.html"
    yield site / "definition" / "2026.1" / "hate-crime" / f"{tongue}.html"
    for section in sections():
        for door in section.doors:
            yield site / tongue / door.page
    yield site / "releases" / "1" / f"{tongue}.html"
    yield site / "releases" / "3" / f"{tongue}.html"
    yield site / "tables" / gone[0] / f"{tongue}.html"
    for row in rows[-2:]:
        yield site / row["folder"] / f"{tongue}.html"
    yield site / rows[-1]["folder"] / f"frame-{tongue}.html"


@pytest.mark.parametrize("tongue", SPOKEN)
def test_every_kind_of_page_is_accessible_and_nothing_is_blocked(public_site, visit, axe, tongue):
    for page in pages(public_site, tongue):
        visit.page.goto(page.as_uri())
        visit.measure(axe)
        for width, dark, rules in LOOKS[: 2 if tongue == "en" else 1]:
            visit.see(width=width, dark=dark)

            assert visit.findings(rules) == [], (page, width)
            assert visit.overflow() <= 0, (page, width)
    assert visit.said == []
    assert [url for url in visit.asked if not url.startswith(public_site.as_uri())] == []


ASKED = {
    "en": ("gay", "Gay men"),
    "az": ("ROMALAR", "Romalar və sintilər"),
    "fa": ("یهودیان", "یهودیان"),
}


def searched(visit, site, tongue):
    visit.page.goto((site / tongue / "search.html").as_uri())
    return visit.page.locator("#typed")


def titles(page):
    return page.locator("#hits a").all_inner_texts()


@pytest.mark.parametrize("tongue", SPOKEN)
def test_searching_from_a_folder_finds_and_asks_nobody(public_site, visit, tongue):
    asked, wanted = ASKED[tongue]
    field = searched(visit, public_site, tongue)
    before = list(visit.asked)
    field.fill(asked)
    page = visit.page

    assert wanted in titles(page)[:2]
    assert page.locator("#said").inner_text().strip()
    field.press("Enter")
    assert page.locator("#hits a").first.evaluate("one => one === document.activeElement")
    page.keyboard.press("Escape")
    assert field.evaluate("one => one === document.activeElement")
    assert visit.asked == before
    assert page.url == (public_site / tongue / "search.html").as_uri()  # typed, and nowhere written
    assert page.locator("#hits").get_attribute("aria-live") is None
    assert page.locator("#said").get_attribute("aria-live") == "polite"
    with page.expect_navigation():
        page.locator("#hits a", has_text=wanted).first.click()
    assert page.locator(":target h2").inner_text() == wanted
    assert visit.said == []
    assert {url.split(":")[0] for url in visit.asked} == {"file"}


def test_what_is_found_nowhere_is_said_and_a_long_answer_is_cut(public_site, visit):
    field = searched(visit, public_site, "en")
    for typed, said, shown in (
        ("zzzz", "Nothing found. Try fewer letters, or look in the list below.", 0),
        ("people zzzz", None, None),
        ("e", "the first 30 are shown", 30),
        ("...", "", 0),
        ("", "", 0),
    ):
        field.fill(typed)
        if said is None:
            assert titles(visit.page)
            continue
        assert said in visit.page.locator("#said").inner_text(), typed
        assert len(titles(visit.page)) == shown, typed
    field.fill("e")
    for pressed, nth in (("ArrowDown", 0), ("ArrowDown", 1), ("ArrowUp", 0)):
        visit.page.keyboard.press(pressed)
        hit = visit.page.locator("#hits a").nth(nth)
        assert hit.evaluate("one => one === document.activeElement"), pressed
    visit.page.keyboard.press("ArrowUp")
    assert field.evaluate("one => one === document.activeElement")


@pytest.mark.parametrize("tongue", TONGUES)
def test_the_script_folds_and_finds_as_the_program_does(public_site, visit, tongue):
    """Every letter of the scripts, the labels of all terms, and what people type for them."""
    scheme = Definition.load().scheme("bias-grounds")
    labels = [term.labels[tongue] for term in scheme]
    alphabet = [
        chr(one) for one in (*range(0x21, 0x2B0), *range(0x400, 0x530), *range(0x600, 0x700))
    ]
    texts = [*labels, *map(str.upper, labels), " ".join(alphabet), "ﬁ ＡＢ İI ıi ʼ\u200c\u00ad ۱۲٣"]
    visit.page.goto((public_site / tongue / "search.html").as_uri())
    made = (public_site / "search" / f"{tongue}.js").read_text(encoding="utf-8").strip()
    texts_there = json.dumps(texts)
    made = f"{made.rstrip(';')}.then(({{key}}) => JSON.stringify({texts_there}.map(key)))"
    got = json.loads(visit.measure(made))

    assert got == [key(one, tongue) for one in texts]


def test_the_rest_of_the_index_is_loaded_by_a_button_from_a_folder(tmp_path, visit):
    house = House.founded(tmp_path / "vault")
    house.release()
    for path, content in two_editions(house).items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_bytes(content)
    field = searched(visit, tmp_path, "en")
    field.fill("roma sinti")
    page = visit.page

    assert "Edition of before" not in page.locator("#hits").inner_text()
    before = len(visit.asked)
    page.get_by_role("button").click()
    page.locator("#hits", has_text="Edition of before").wait_for()
    asked = {url.rpartition("/")[2] for url in visit.asked[before:]}
    assert asked == {path.name for path in (tmp_path / "search").glob("en-*.js")}
    assert visit.said == []


def test_without_script_the_page_of_search_is_a_list_of_everything(
    public_site, visit_without_script
):
    page = visit_without_script.page
    page.goto((public_site / "fa" / "search.html").as_uri())
    links = {one.get_attribute("href") for one in page.locator(".contents a").all()}

    assert not page.locator("#find").is_visible()
    assert {"../fa/definition.html", "../fa/methods.html#pending"} <= links
    assert "../definition/2026.1/bias-grounds/fa.html" in links
    assert len([one for one in links if "/tables/" in one]) == 4
    assert visit_without_script.said == []


def test_a_map_stands_beside_its_table(public_site, visit_without_script):
    page = visit_without_script.page
    page.goto((public_site / "fa" / "regions.html").as_uri())

    assert page.locator("svg.tiles[role=img] rect").count() == 74
    assert page.locator("svg.tiles[role=img] rect.none").count() == 72
    names = page.locator("table tbody th").all_inner_texts()
    assert {"شهر باکو", "گنجه"} <= set(names)


def test_a_frame_shows_on_another_page_and_a_picture_too(
    public_site, visit_without_script, tmp_path
):
    row = json.loads((public_site / "api" / "tables.json").read_bytes())["tables"][0]
    folder = (public_site / row["folder"]).as_uri()
    other = tmp_path / "other.html"
    other.write_text(
        f'<!doctype html><title>x</title><img src="{folder}/fa.svg" alt="x">'
        f'<iframe src="{folder}/frame-fa.html" sandbox title="x" width="680" height="500"></iframe>'
    )
    page = visit_without_script.page
    page.goto(other.as_uri())

    frame = page.frames[1]
    assert frame.locator("svg.bars").count() == 1
    assert frame.locator("html").get_attribute("dir") == "rtl"
    assert page.locator("img").bounding_box()["width"] > 100
    assert visit_without_script.said == []
