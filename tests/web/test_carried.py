"""A session that ends in the middle of a form: the text survives, and nothing is saved twice."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime, timedelta
from importlib import import_module
from types import ModuleType

import pytest
from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.http import HttpResponse
from django.template import engines
from django.urls import clear_url_caches, path
from tests.web.visiting import press

from candlemark import agency, casefile
from candlemark.web import rights
from candlemark.web.carried import Carried, fills_again, read_carried, returning
from candlemark.web.doors import door_of
from candlemark.web.rights import Needs, Sent
from candlemark.web.threshold import SeeOther
from team import Team
from visitor import standing

KINDS = agency.KINDS | casefile.KINDS
WRITTEN = 'He said: "I saw it" & left.\n<b>Two</b> men; سه نفر, üç nəfər \\ end'
SAVED = []


class Clock:
    def __init__(self):
        self.ahead = timedelta(minutes=1)

    def __call__(self):
        return datetime.now(UTC) + self.ahead


def _form(request, action):
    """A form as a desk has one, with what was sent filled in."""
    template = engines["jinja2"].from_string(
        '<html lang="en"><title>f</title><form method="post" action="{{ action }}">{{ form_token() }}'
        '<input type="hidden" name="kind" value="note"><label>Note<textarea name="note">{{ note }}</textarea></label>'
        "<button>Keep</button></form></html>"
    )
    filled = {"action": action, "note": request.POST.get("note", "")}
    return HttpResponse(template.render(filled, request))


@fills_again
def filling(request):
    if request.method == "POST" and not returning(request):
        SAVED.append((door_of(request).me.code, request.POST["note"], request.POST["kind"]))
        return SeeOther("/en/me/")
    return _form(request, "/en/trial/filling/")


def plain(request):
    if request.method == "POST":
        SAVED.append((door_of(request).me.code, request.POST["note"], request.POST["kind"]))
        return SeeOther("/en/me/")
    return _form(request, "/en/trial/plain/")


@pytest.fixture
def trial_pages(monkeypatch):
    """Two forms beside those of the desks."""
    site_urls = import_module("candlemark.web.urls")  # only once Django is set up
    module = ModuleType("trial_urls")
    module.urlpatterns = [
        *site_urls.urlpatterns,
        *i18n_patterns(
            path("trial/filling/", filling, name="trial-filling"),
            path("trial/plain/", plain, name="trial-plain"),
        ),
    ]
    for name in ("handler400", "handler403", "handler404", "handler500"):
        setattr(module, name, getattr(site_urls, name))
    needs = Needs(sent=Sent.ALSO)
    table = {**rights.TABLE, "trial-filling": needs, "trial-plain": needs}
    monkeypatch.setattr("candlemark.web.threshold.TABLE", table)
    monkeypatch.setitem(sys.modules, "trial_urls", module)
    monkeypatch.setattr(settings, "ROOT_URLCONF", "trial_urls")
    clear_url_caches()
    SAVED.clear()
    yield
    monkeypatch.undo()
    clear_url_caches()


@pytest.fixture
def team(tmp_path):
    return Team(tmp_path / "vault", KINDS)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def stood(trial_pages, team, edition, clock):
    with standing(team.folder, KINDS, edition, clock) as found:
        yield found


@pytest.fixture
def window(stood, browser):
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 800})
    page = context.new_page()
    page.root = f"http://127.0.0.1:{stood[1]().port}"
    yield page
    context.close()


def _sign_in(window, words):
    window.get_by_label("Your passphrase").fill(words)
    press(window.get_by_role("button", name="Sign in", exact=True))


def _write(window, address, words):
    window.goto(f"{window.root}/en/sign-in/")
    _sign_in(window, words)
    window.goto(f"{window.root}{address}")
    window.get_by_label("Note").fill(WRITTEN)


def test_a_form_comes_back_filled_in_and_is_saved_once(team, clock, window):
    _write(window, "/en/trial/filling/", team.words["founder"])
    clock.ahead += timedelta(minutes=21)
    press(window.get_by_role("button", name="Keep"))

    assert "Your session ended while you were writing." in window.content()
    assert SAVED == []
    _sign_in(window, team.words["founder"])
    assert window.get_by_label("Note").input_value() == WRITTEN
    assert SAVED == []
    press(window.get_by_role("button", name="Keep"))

    assert window.url == f"{window.root}/en/me/"
    assert [(note.replace("\r\n", "\n"), kind) for _, note, kind in SAVED] == [(WRITTEN, "note")]


def test_where_a_page_cannot_fill_its_form_what_was_written_is_shown_and_sent_on_once(
    team, clock, window
):
    _write(window, "/en/trial/plain/", team.words["founder"])
    clock.ahead += timedelta(minutes=21)
    press(window.get_by_role("button", name="Keep"))
    _sign_in(window, team.words["founder"])

    assert "What you wrote is here" in window.content()
    assert window.get_by_label("Text 1").input_value() == WRITTEN
    assert SAVED == []
    press(window.get_by_role("button", name="Save it now"))

    assert window.url == f"{window.root}/en/me/"
    assert [(note.replace("\r\n", "\n"), kind) for _, note, kind in SAVED] == [(WRITTEN, "note")]


def test_a_wrong_passphrase_in_between_loses_nothing(team, clock, window):
    _write(window, "/en/trial/filling/", team.words["founder"])
    clock.ahead += timedelta(minutes=21)
    press(window.get_by_role("button", name="Keep"))
    _sign_in(window, "abacus abdomen")
    assert "Nobody is let in with these." in window.content()
    _sign_in(window, team.words["founder"])

    assert window.get_by_label("Note").input_value() == WRITTEN


def test_the_text_is_in_the_page_alone_and_nowhere_on_this_machine(team, clock, window, stood):
    _write(window, "/en/trial/filling/", team.words["founder"])
    clock.ahead += timedelta(minutes=21)
    press(window.get_by_role("button", name="Keep"))
    house = stood[0]
    stored = [one for one in team.folder.rglob("*") if one.is_file()]

    assert not any(b"I saw it" in one.read_bytes() for one in stored)
    assert house._kept == {}


def test_somebody_else_who_signs_in_at_that_page_saves_under_their_own_name(team, clock, window):
    """The text is theirs to see: whoever sits at this browser sees it anyway."""
    code = team.take_in("Aysel")
    window.goto(f"{window.root}/en/sign-in/")
    window.get_by_label("Your code").fill(team.code("founder"))
    _sign_in(window, team.words["founder"])
    window.goto(f"{window.root}/en/trial/plain/")
    window.get_by_label("Note").fill(WRITTEN)
    clock.ahead += timedelta(minutes=21)
    press(window.get_by_role("button", name="Keep"))
    window.get_by_label("Your code").fill(code)
    _sign_in(window, team.words["Aysel"])
    press(window.get_by_role("button", name="Save it now"))

    assert [who for who, _, _ in SAVED] == [code]


def test_a_form_of_an_earlier_session_is_shown_once_more(team, stood):
    me = stood[1]()
    me.sign_in("", team.words["founder"])
    token = dict(me.ask("/en/trial/plain/").hidden)["form_token"]
    me.sign_in("", team.words["founder"])
    me.cookie = ""
    me.sign_in("", team.words["founder"])
    answer = me.send("/en/trial/plain/", token=token, note=WRITTEN, kind="note")

    assert (answer.status, SAVED) == (200, [])
    assert "Save it now" in answer.text


def test_passphrases_and_codes_are_never_carried(team, stood):
    me = stood[1]()
    answer = me.send(
        "/en/me/passphrase/",
        token="0" * 96,
        old="abacus",
        again="abdomen",
        new="abide",
        note="kept",
    )
    carried = json.loads(dict(answer.hidden)["carried"])

    assert carried == ["/en/me/passphrase/", [["note", "kept"]], 0]
    assert not any(word in answer.text for word in ("abacus", "abdomen", "abide"))


def test_a_file_cannot_be_brought_back_and_the_reader_is_told(team, stood):
    me = stood[1]()
    parts = b"\r\n".join(
        [
            b'--x\r\nContent-Disposition: form-data; name="form_token"\r\n\r\n' + b"0" * 96,
            b'--x\r\nContent-Disposition: form-data; name="note"\r\n\r\nkept',
            b'--x\r\nContent-Disposition: form-data; name="f"; filename="a.csv"\r\n\r\na,b',
            b"--x--\r\n",
        ]
    )
    answer = me.post("/en/trial/plain/", parts, "multipart/form-data; boundary=x")

    assert "Only the file has to be chosen again." in answer.text


def test_text_of_a_megabyte_is_carried_whole(team, stood):
    me = stood[1]()
    long = "ə" * 100_000 + '"\n' * 50_000
    page = me.send("/en/trial/plain/", token="0" * 96, note=long, kind="note")
    carried = dict(page.hidden)["carried"]
    token = dict(page.hidden)["form_token"]
    body = b"".join(
        b'--x\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % (name, value.encode())
        for name, value in (
            (b"form_token", token),
            (b"carried", carried),
            (b"passphrase", team.words["founder"]),
        )
    )
    answer = me.post("/en/sign-in/", body + b"--x--\r\n", "multipart/form-data; boundary=x")

    assert answer.status == 200
    assert "ə" * 100_000 in answer.text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no json",
        "[]",
        '["//evil.example/", [], 0]',
        '["https://evil.example/", [], 0]',
        '["/xx/", [], 0]',
        '["/en/", [["a", 1]], 0]',
        '["/en/", [["a"]], 0]',
        '["/en/", {}, "x"]',
        "[" * 100_000,
        "null",
    ],
)
def test_what_is_no_carried_form_is_left_out(text):
    assert read_carried(text) is None


def test_what_is_carried_comes_back_as_it_was():
    carried = Carried("/fa/cases/", (("a", WRITTEN), ("a", ""), ("b", "short")), 1)

    assert read_carried(carried.as_text()) == carried
    assert carried.shown == [("a", WRITTEN)]
    assert carried.hidden == [("a", ""), ("b", "short")]
