"""What a first visit to a page loads, as chromium counts it: at most 100 KB with its fonts."""

from __future__ import annotations

import pytest

LIMIT = 100 * 1024


@pytest.fixture
def weigh(browser):
    """Visits a page with an empty cache; the bytes that came, by address."""

    def visited(url):
        context = browser.new_context()
        page = context.new_page()
        protocol = context.new_cdp_session(page)
        protocol.send("Network.enable")
        addresses, bytes_of = {}, {}
        protocol.on(
            "Network.requestWillBeSent",
            lambda event: addresses.update({event["requestId"]: event["request"]["url"]}),
        )
        protocol.on(
            "Network.loadingFinished",
            lambda event: bytes_of.update({event["requestId"]: event["encodedDataLength"]}),
        )
        page.goto(url)
        # What a page draws with is there then, but for a font asked for late (and its icon, 1 KB).
        protocol.send(
            "Runtime.evaluate",
            {"expression": "document.fonts.ready.then(() => 0)", "awaitPromise": True},
        )
        context.close()
        return {addresses[one]: size for one, size in bytes_of.items()}

    return visited


def test_no_page_and_what_it_loads_weighs_more_than_100_kb(site, pages, weigh, tongue):
    cases = [page for page in pages if page.startswith("cases/case_")]
    for page in ("", cases[0], f"{cases[0]}add/incident/", f"{cases[0]}history/"):
        loaded = weigh(f"{site.root}/{tongue}/{page}")

        assert sum(loaded.values()) <= LIMIT, (page, list(loaded.items()))
