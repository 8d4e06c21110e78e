"""The public site in a real browser, out of a folder: nothing is blocked, asked for or too wide."""

from __future__ import annotations

import json

import pytest
from tests.publish.conftest import BY_GROUND, LENGTHS, WAYS
from tests.web.visiting import EVERY_RULE, NARROW, OF_COLOUR, WIDE

from candlemark.publish.site.doors import sections
from cohorts import occupancy
from releasing import House, of

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
    house.places("https://example.org/", ["https://mirror.example.net/"])
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
