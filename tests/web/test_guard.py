"""Who is let in, what is told when something breaks, and what is not."""

from __future__ import annotations

import io
import logging
import re
from typing import TYPE_CHECKING

import pytest

from candlemark import agency, casefile
from candlemark.ledger import Vault
from candlemark.web.doors import Door
from candlemark.web.house import OpenHouse
from candlemark.web.server import application

if TYPE_CHECKING:
    from datetime import date

NAVIGATION = {"Sec_Fetch_Mode": "navigate", "Sec_Fetch_Dest": "document"}


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:8000", "localhost:9", "[::1]:8000"])
def test_the_machine_answers_to_its_own_names(site, host):
    assert site.ask("/en/", Host=host).status == 200


@pytest.mark.parametrize(
    "host",
    ["rebound.example", "127.0.0.1.example", "localhost.example:8000", "10.0.0.7", "", "[fe80::1]"],
)
def test_any_other_name_is_refused_on_every_address(site, host):
    for path in ("/", "/en/", "/en/cases/", "/static/x/style.css"):
        answer = site.ask(path, Host=host)

        assert answer.status == 421, path
        assert "This vault does not answer to that name" in answer.text
        assert "Candlemark demonstration" not in answer.text
        assert "Public case" not in answer.text, path


REQUESTS = {
    "a link typed or kept by the reader": ({"Sec_Fetch_Site": "none", **NAVIGATION}, 200),
    "a link on one of our pages": ({"Sec_Fetch_Site": "same-origin", **NAVIGATION}, 200),
    "a link on another site": ({"Sec_Fetch_Site": "cross-site", **NAVIGATION}, 200),
    "a fetch by another site": ({"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "cors"}, 403),
    "a picture on another site": (
        {"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "no-cors", "Sec_Fetch_Dest": "image"},
        403,
    ),
    "a frame on another site": (
        {"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "navigate", "Sec_Fetch_Dest": "iframe"},
        403,
    ),
    "a fetch by another program on this machine's other ports": (
        {"Sec_Fetch_Site": "same-site", "Sec_Fetch_Mode": "cors"},
        403,
    ),
    "a browser that does not say": ({}, 200),
}


@pytest.mark.parametrize("case", REQUESTS)
def test_another_site_may_link_here_and_nothing_else(site, case):
    headers, expected = REQUESTS[case]

    assert expected == site.ask("/en/cases/", **headers).status


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_nothing_but_asking_and_sending_a_form_is_answered(site, method):
    answer = site.ask("/en/", method=method)

    assert (answer.status, answer.headers["Allow"]) == (405, "GET, HEAD, POST")


def test_a_guess_at_an_address_tells_nothing(site, pages):
    """A case that is not there, one that cannot be, and no page at all get the same words."""
    there = next(page for page in pages if page.startswith("cases/case_"))
    guessed = there[:-2] + ("0" if there[-2] != "0" else "1") + "/"
    texts = {}
    for path in (guessed, "cases/case_00000000000000000000000000/", "no/such/page/"):
        answer = site.ask(f"/en/{path}")
        texts[path] = re.sub("[0-9a-f]{96}", "", answer.text.replace(path, ""))
        assert answer.status == 404, path

    assert len(set(texts.values())) == 1


@pytest.mark.parametrize(
    "path",
    [
        "/en/cases/..%2f..%2fetc%2fpasswd/",
        "/static/../settings.py",
        "/static/%2e%2e/settings.py",
        "/en/figures/batch_x/attrition.csv",
        "/en/figures/cases/everything.csv",
        "/en/definition/skos.exe",
        "/en/definition/no-scheme/",
        "/en/definition/stages/no-stage/",
        "/en/definition/crosswalks/no-where/",
        "/en/definition/crosswalks/us-nypd/no-map/",
        "/en/batches/batch_00000000000000000000000000/",
        "/xx/",
    ],
)
def test_what_is_not_there_is_not_found(site, path):
    assert site.ask(path).status == 404


def test_a_name_that_is_no_identifier_is_not_understood_and_says_so_kindly(site):
    answer = site.ask("/fa/cases/hummatov/")

    assert answer.status == 404
    assert "چنین صفحه‌ای نیست" in answer.text


def test_a_broken_page_tells_the_reader_nothing_and_the_log_a_line_of_code(edition, caplog):
    """The error carries what was sealed; neither the page nor the log may."""

    def broken_clock() -> date:
        raise RuntimeError("Alikram H. was here")

    with Vault.in_memory(agency.KINDS | casefile.KINDS, "V") as vault:
        app = application(OpenHouse(Door(vault, edition, today=broken_clock)))
        with caplog.at_level(logging.INFO):
            status, text = _call(app, "/en/docket/")

    assert status.startswith("500")
    assert "Alikram" not in text
    assert "Something went wrong here" in text
    assert "Alikram" not in caplog.text
    assert "/en/docket/" not in caplog.text
    assert "RuntimeError at" in caplog.text


def test_nothing_is_logged_about_a_visit(site, caplog):
    with caplog.at_level(logging.DEBUG):
        site.ask("/en/cases/")
        site.ask("/en/nowhere/")
        site.ask("/en/", Host="rebound.example")

    assert [record for record in caplog.records if "/en/" in record.getMessage()] == []


def _call(app, path):
    """Ask the WSGI application itself."""
    heard = []

    def start(status, _headers, _exc=None):
        heard.append(status)
        return lambda _data: None

    response = app(
        {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": path,
            "HTTP_HOST": "127.0.0.1",
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "80",
            "wsgi.input": io.BytesIO(),
            "wsgi.url_scheme": "http",
        },
        start,
    )
    text = b"".join(response).decode()
    response.close()
    return heard[0], text
