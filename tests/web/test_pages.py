"""Every page in every tongue: what each of them must carry, and that everything they name exists."""

from __future__ import annotations

import gzip
import re
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import pytest

from candlemark.tongues import direction
from candlemark.web.guard import HEADERS

LIMIT = 70_000
"""Bytes of a page before it is compressed: it must come through a bad line."""
FIRST_LOAD = 30_000
"""Bytes of a page with the style sheet as they travel, compressed; what comes with the fonts is
weighed in a browser (``test_weight.py``)."""


class Page(HTMLParser):
    """What a page says and names, without a browser."""

    def __init__(self, text):
        super().__init__()
        self.links, self.ids, self.html, self.styles, self.scripts = [], set(), {}, [], 0
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        if tag == "html":
            self.html = found
        if tag == "script":
            self.scripts += 1
        if "style" in found or any(name.startswith("on") for name in found):
            self.styles.append(tag)
        if "id" in found:
            assert found["id"] not in self.ids, f"the id {found['id']} stands twice"
            self.ids.add(found["id"])
        if tag in {"a", "link"} and "href" in found:
            self.links.append(found["href"])


def test_every_page_answers_in_the_tongue_of_its_address(site, pages, tongue):
    for page in pages:
        answer = site.ask(f"/{tongue}/{page}")
        html = Page(answer.text).html

        assert (200, tongue) == (answer.status, answer.headers["Content-Language"]), page
        assert (tongue, direction(tongue)) == (html["lang"], html["dir"]), page


def test_every_page_is_small_and_holds_no_script_and_no_inline_style(site, pages, tongue):
    sheet = len(gzip.compress(site.ask(_sheet(site)).text.encode()))
    for path in pages:
        answer = site.ask(f"/{tongue}/{path}")
        page = Page(answer.text)

        text = answer.text.encode()
        assert len(text) <= LIMIT, path
        assert len(gzip.compress(text)) + sheet <= FIRST_LOAD, path
        assert (page.scripts, page.styles) == (0, []), path


def test_every_answer_carries_the_headers_and_no_cookie(site, pages):
    for path in (*(f"/en/{page}" for page in pages), "/", "/en/nothing/", _sheet(site)):
        headers = site.ask(path).headers

        assert {name: headers[name] for name in HEADERS} == HEADERS, path
        assert headers["Set-Cookie"] is None, path
        assert headers["Server"] is None, path


def test_pages_are_not_kept_by_the_browser_and_the_style_sheet_is(site, pages):
    assert {"no-store"} == {site.ask(f"/en/{page}").headers["Cache-Control"] for page in pages}
    assert "max-age=31536000" in site.ask(_sheet(site)).headers["Cache-Control"]


def test_everything_a_page_links_to_exists(site):
    """A walk from the front page over every link of ours, with every place within a page."""
    waiting, seen, wanted = ["/en/"], {}, []
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        answer = site.ask(path)
        is_page = answer.headers["Content-Type"].startswith("text/html")
        page = Page(answer.text if is_page else "")
        seen[path] = page.ids
        assert answer.status == 200, path
        for link in page.links:
            parts = urlsplit(urljoin(site.root + path, link))
            if parts.scheme == "about" or parts.netloc != f"127.0.0.1:{site.port}":
                continue
            there = parts.path + (f"?{parts.query}" if parts.query else "")
            if parts.fragment:
                wanted.append((path, there, parts.fragment))
            # Terms and codes are alike; one tongue and a few hundred pages are enough to walk.
            if parts.path.startswith("/en/") and len(seen) + len(waiting) < 700:
                waiting.append(there)

    assert len(seen) > 300
    assert [one for one in wanted if one[1] in seen and one[2] not in seen[one[1]]] == []


@pytest.mark.parametrize("tongue_there", ["az", "ru", "fa", "tr"])
def test_changing_the_tongue_keeps_the_page_and_the_question(site, pages, tongue_there):
    for page in pages:
        links = Page(site.ask(f"/en/{page}").text).links

        assert f"/{tongue_there}/{page}" in links, page


def test_pages_about_invented_data_say_so_and_others_do_not(site, pages):
    banner = "What is marked as a simulation is invented"
    invented = [page for page in pages if page.startswith(("figures/batch", "batches/"))]

    assert [
        page
        for page in invented
        if (banner in site.ask(f"/en/{page}").text) != (page != _strasbourg(pages))
    ] == []
    assert banner not in site.ask("/en/docket/").text
    assert banner in site.ask("/en/").text


def _strasbourg(pages):
    figures = [page for page in pages if re.fullmatch(r"figures/batch_\w+/", page)]
    return figures[-1]


def test_a_demonstration_says_where_its_passphrase_is_and_another_vault_does_not(site, empty_site):
    assert "passphrase.txt" in site.ask("/en/").text
    assert "passphrase.txt" not in empty_site.ask("/en/").text


def test_an_empty_vault_teaches_the_next_step_on_every_desk(empty_site, tongue):
    for path in ("", "cases/", "docket/", "figures/"):
        answer = empty_site.ask(f"/{tongue}/{path}")

        assert (answer.status, 'class="teaching' in answer.text) == (200, True), path


def test_figures_of_an_empty_vault_say_what_is_missing(empty_site):
    answer = empty_site.ask("/en/figures/cases/")

    assert "the vault holds no case files" in answer.text


def test_no_page_names_an_agency_or_a_term_that_is_not_in_the_address(site, pages):
    """What is sealed does not stand in addresses: cases and imports are random identifiers."""
    titles = {"hummatov", "mammadov", "valmora", "strasbourg"}
    for page in pages:
        for link in Page(site.ask(f"/en/{page}").text).links:
            if link.startswith("/") and "/definition/" not in link:
                assert not titles & set(re.split(r"\W+", link.lower())), link


def _sheet(site):
    return next(link for link in Page(site.ask("/en/").text).links if link.endswith("style.css"))
