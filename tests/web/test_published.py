"""What of a figure is published: tables of releases, their signs, and what a release needs."""

from __future__ import annotations

import csv
import io
import re
from html import unescape

import pytest
from tests.web.conftest import shown

from publishing_batches import EARLY, LATE, drafted, published
from releasing import House

WAITS = {
    "en": "waits for another member to read and approve it",
    "az": "başqa bir üzvün oxuyub təsdiqləməsini gözləyir",
    "ru": "ждёт, пока другой участник прочтёт и одобрит его",
    "fa": "منتظر است عضو دیگری آن را بخواند و تأیید کند",
    "tr": "başka bir üyenin okuyup onaylamasını bekliyor",
}
NOTHING = "No table of this agency stands in a release"


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """A house with one release of closed batches, and a draft that waits."""
    house = House.founded(tmp_path_factory.mktemp("published") / "vault")
    house.places("https://example.org/")
    published(house, EARLY)
    drafted(house, LATE)
    return house


@pytest.fixture(scope="module")
def showing(house, edition):
    with house.team.open() as vault, shown(vault, edition) as site:
        yield site


@pytest.fixture
def page(showing):
    return lambda tongue="en": unescape(showing.ask(f"/{tongue}/figures/cases/published/").text)


def test_every_number_of_the_page_is_one_of_a_published_table(house, showing, page):
    text = page()
    found = re.findall(r'href="(/en/figures/cases/published/([0-9a-f]{64})\.csv)"', text)
    values = set()
    for address, _identity in found:
        rows = csv.DictReader(io.StringIO(showing.ask(address).text))
        values |= {row["value"] for row in rows}
    shown = re.findall(r'<td class="n"[^>]*>([\d,]+) ?<', text)

    assert [identity for _, identity in found] == list(house.said().published[0].draft.tables)
    assert len(shown) > 20
    assert {one.replace(",", "") for one in shown} <= values


def test_a_published_file_is_the_one_of_the_site_and_no_other_is_there(house, showing, tmp_path):
    house_tables = house.said().published[0].draft.tables
    house.build(tmp_path / "site")
    for form in ("csv", "json"):
        ours = showing.ask(f"/en/figures/cases/published/{house_tables[0]}.{form}")
        theirs = tmp_path / "site" / "tables" / house_tables[0] / f"table.{form}"

        assert ours.text == theirs.read_bytes().decode()
        assert f"release-1.{form}" in ours.headers["Content-Disposition"]
    draft = house.said().drafts[-1]
    (unpublished, *_) = [one for one in draft.tables if one not in house_tables]
    for identity in (unpublished, "0" * 64):
        assert showing.ask(f"/en/figures/cases/published/{identity}.csv").status == 404
    assert showing.ask(f"/en/figures/cases/published/{house_tables[0]}.parquet").status == 404


@pytest.mark.parametrize("tongue", WAITS)
def test_the_page_says_what_stands_and_what_waits_in_every_tongue(house, page, tongue):
    text = page(tongue)

    assert WAITS[tongue] in text
    assert house.said().drafts[-1].id[:8] in text
    assert f"Title {tongue}" in text
    assert text.count('<section class="figure"') == 5
    assert "reached/STATE" in text
    assert "entered/bias-grounds" not in text
    assert len(text.encode()) < 100 * 1024


def test_a_number_that_does_not_stand_has_its_sign_in_words(page):
    text = page()

    for name in ("waiting", "zero"):
        assert re.search(rf'<svg class="glyph"[^>]*><use href="#g-{name}"', text)
    assert "https://example.org/tables/" in text


def test_what_is_not_published_shows_no_number_and_says_what_a_release_needs(site, pages):
    for address in (one for one in pages if one.endswith("/published/")):
        text = unescape(site.ask(f"/en/{address}").text)

        assert NOTHING in text
        assert "candlemark release draft TEXTS.toml" in text
        assert not re.findall(r'<td class="n"', text)
        assert f'href="/en/{address}"' in site.ask(f"/en/{address.removesuffix('published/')}").text


def test_a_release_that_was_withdrawn_shows_no_table_any_more(house, serving, tmp_path):
    copied = house.copied(tmp_path / "vault")
    copied.withdraw(1)
    with copied.team.open() as vault, serving(vault) as site:
        text = unescape(site.ask("/en/figures/cases/published/").text)

    assert "Release 1 was withdrawn on" in text
    assert NOTHING in text


@pytest.mark.parametrize("spoken", ["en", "fa"])
def test_the_page_is_accessible_light_and_dark_from_left_and_from_right(
    showing, visit, axe, spoken
):
    visit.page.goto(f"{showing.root}/{spoken}/figures/cases/published/")
    visit.look(axe, spoken)
