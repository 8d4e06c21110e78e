"""What is sent: only from a page of ours, only for whom it was made, once, and never to the disk."""

from __future__ import annotations

import io
import tempfile
import threading
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from jinja2 import Environment

from candlemark.web import settings
from candlemark.web.forms.token import FORMS, Done, Forms, Made, form_token
from candlemark.web.house import HOUSE, OpenHouse
from candlemark.web.threshold import SeeOther, Threshold

KEY = bytes(range(32))
FORM = "application/x-www-form-urlencoded"
TODAY = date(2026, 3, 9)


def made_for(token, key=KEY, today=TODAY):
    return Forms(key, lambda: today).made(token)


def test_a_token_counts_in_its_session_today_and_tomorrow():
    token = Forms(KEY, lambda: TODAY).token()

    assert [made_for(token, today=TODAY + timedelta(days=n)) for n in (-1, 0, 1, 2)] == [
        Made.BEFORE,
        Made.OURS,
        Made.OURS,
        Made.BEFORE,
    ]
    assert made_for(token, key=bytes(32)) is Made.BEFORE


@pytest.mark.parametrize(
    "token", ["", "x", "0" * 95, "0" * 97, "G" * 96, "é" * 96, "0" * 96 + "\n"]
)
def test_what_has_not_the_shape_of_a_token_is_forged(token):
    assert made_for(token) is Made.FORGED


def test_no_two_forms_have_the_same_token():
    forms = Forms(KEY)

    assert len({forms.token() for _ in range(50)}) == 50


def test_a_template_gets_the_field_and_nothing_else():
    forms = Forms(KEY)
    request = RequestFactory().get("/")
    request.META[FORMS] = forms
    template = Environment(autoescape=True).from_string("{{ form_token() }}")
    template.globals["form_token"] = form_token

    text = template.render(request=request)

    assert text.startswith('<input type="hidden" name="form_token" value="')
    assert forms.made(text.split('"')[5]) is Made.OURS


SENDERS = {
    "a page of ours": ({"Sec_Fetch_Site": "same-origin"}, True),
    "another site": ({"Sec_Fetch_Site": "cross-site"}, False),
    "another port of this machine": ({"Sec_Fetch_Site": "same-site"}, False),
    "nobody, as after typing an address": ({"Sec_Fetch_Site": "none"}, False),
    "an older browser on a page of ours": ({"Origin": "http://127.0.0.1:{port}"}, True),
    "an older browser on another site": ({"Origin": "https://elsewhere.example"}, False),
    "an older browser on another port": ({"Origin": "http://127.0.0.1:1"}, False),
    "a browser that does not say": ({}, False),
    "a page without an origin": ({"Origin": "null"}, False),
    "another site that names our origin": (
        {"Sec_Fetch_Site": "cross-site", "Origin": "http://127.0.0.1:{port}"},
        False,
    ),
}


@pytest.mark.parametrize("sender", SENDERS)
def test_a_form_is_taken_from_a_page_of_ours_and_from_nobody_else(site, sender):
    headers, ours = SENDERS[sender]
    named = {name: value.format(port=site.port) for name, value in headers.items()}
    body = b"form_token=" + site.forms.token().encode()
    answer = site.ask("/en/", "POST", body, Content_Type=FORM, **named)

    assert (answer.status != 403) == ours
    assert ("Another site asked" in answer.text or "not sent from its own" in answer.text) != ours


def test_a_form_without_its_token_is_refused_with_clear_words(site):
    for token in ("", "0" * 96):
        answer = site.send("/en/", token=token)

        assert (answer.status, "not sent from its own page" in answer.text) == (403, True)


@pytest.mark.parametrize("kind", ["text/plain", "application/json", "", "text/xml"])
def test_only_forms_are_taken(site, kind):
    answer = site.ask("/en/", "POST", b"a=1", Content_Type=kind, Sec_Fetch_Site="same-origin")

    assert (answer.status, "What was sent cannot be read" in answer.text) == (400, True)


def test_a_form_with_broken_parts_is_told_so(site):
    answer = site.ask(
        "/en/",
        "POST",
        b"no parts here",
        Content_Type="multipart/form-data; boundary=" + "é" * 80,
        Sec_Fetch_Site="same-origin",
    )

    assert (answer.status, "What was sent cannot be read" in answer.text) == (400, True)


@pytest.mark.parametrize(
    ("kind", "size"),
    [
        (FORM, settings.LARGEST_FORM + 1),
        ("multipart/form-data; boundary=x", settings.LARGEST_UPLOAD + 1),
    ],
)
def test_what_is_too_large_is_told_so(site, kind, size):
    answer = site.ask("/en/", "POST", b"a" * size, Content_Type=kind, Sec_Fetch_Site="same-origin")

    assert (answer.status, "too large to be sent at once" in answer.text) == (413, True)


def test_a_form_with_too_many_fields_is_told_so(site):
    body = b"&".join(b"a=1" for _ in range(settings.DATA_UPLOAD_MAX_NUMBER_FIELDS + 1))
    answer = site.ask("/en/", "POST", body, Content_Type=FORM, Sec_Fetch_Site="same-origin")

    assert answer.status == 413


def _sent(forms, view, **fields):
    """Send a form to a view behind the threshold."""
    request = RequestFactory().post("/en/x/", fields)
    request.META[HOUSE] = OpenHouse(SimpleNamespace(), forms)
    return Threshold(view)(request)


def test_a_form_sent_twice_is_carried_out_once_and_answered_twice():
    forms, seen = Forms(KEY), []

    def view(request):
        seen.append(request.POST["words"])
        return SeeOther(f"/en/x/{len(seen)}/")

    token = forms.token()
    answers = [_sent(forms, view, form_token=token, words="a") for _ in range(2)]

    assert [(one.status_code, one["Location"]) for one in answers] == [(303, "/en/x/1/")] * 2
    assert seen == ["a"]


def test_going_back_and_sending_other_words_is_another_form():
    forms, seen = Forms(KEY), []

    def view(request):
        seen.append(request.POST["words"])
        return SeeOther("/en/x/")

    token = forms.token()
    for words in ("a", "b"):
        _sent(forms, view, form_token=token, words=words)

    assert seen == ["a", "b"]


def test_what_was_refused_can_be_sent_again_as_it_is():
    """The disk was full, and is not any more."""
    forms, answers = Forms(KEY), [HttpResponse(status=500), SeeOther("/en/x/")]
    token = forms.token()
    found = [
        _sent(forms, lambda _: answers.pop(0), form_token=token, words="a").status_code
        for _ in range(2)
    ]

    assert found == [500, 303]


def test_two_clicks_at_once_are_one():
    done, inside, led = Done(), threading.Event(), []

    def second():
        inside.wait(5)
        with done.alone(b"x") as found:
            led.append(found)

    thread = threading.Thread(target=second)
    thread.start()
    with done.alone(b"x"):
        inside.set()
        thread.join(0.1)
        assert led == []
        done.remember(b"x", "/there/")
    thread.join(5)

    assert led == ["/there/"]


def test_files_are_part_of_what_was_sent():
    forms, seen = Forms(KEY), []

    def view(request):
        seen.append(request.FILES["file"].read())
        return SeeOther("/en/x/")

    token = forms.token()
    for content in (b"one", b"two", b"two"):
        _sent(forms, view, form_token=token, file=io.BytesIO(content))

    assert seen == [b"one", b"two"]


def test_no_file_is_ever_made_of_what_is_sent(site, monkeypatch):
    """A file of eight megabytes goes to a page, and nobody asks for a temporary file."""
    made = []

    def refuse(*_args, **_named):
        made.append("a file")
        raise OSError

    for name in ("TemporaryFile", "NamedTemporaryFile", "mkstemp", "SpooledTemporaryFile"):
        monkeypatch.setattr(tempfile, name, refuse)
    parts = b'--x\r\nContent-Disposition: form-data; name="%s"%s\r\n\r\n%s\r\n'
    body = parts % (b"form_token", b"", site.forms.token().encode())
    body += parts % (b"f", b'; filename="a.csv"', b"a" * 8_000_000) + b"--x--\r\n"
    answer = site.ask(
        "/en/me/travel/",
        "POST",
        body,
        Content_Type="multipart/form-data; boundary=x",
        Sec_Fetch_Site="same-origin",
    )

    assert (answer.status, made) == (200, [])
    assert settings.FILE_UPLOAD_HANDLERS == [
        "django.core.files.uploadhandler.MemoryFileUploadHandler"
    ]
    assert settings.FILE_UPLOAD_MAX_MEMORY_SIZE == settings.LARGEST_UPLOAD
