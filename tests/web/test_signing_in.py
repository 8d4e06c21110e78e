"""The door in front of a vault: who is let in, what an outsider gets, and what stays behind."""

from __future__ import annotations

import gc
import json
import re
import threading
import time
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest

from candlemark import agency, casefile
from candlemark.casefile import listing, preparing, record
from candlemark.casefile.shelf import STATEMENTS
from candlemark.cli.demonstration.public_cases import say_public_cases
from candlemark.errors import BeingPrepared
from candlemark.ledger import Vault
from candlemark.ledger.compartments import CompartmentKeys
from candlemark.ledger.entrance import Entrance
from candlemark.ledger.model import Models
from candlemark.seal import SealingKey, SigningKey
from candlemark.web import arrivals
from candlemark.web import house as house_module
from candlemark.web.cookie import COOKIE
from team import Team
from visitor import standing

KINDS = agency.KINDS | casefile.KINDS
WRONG = "abacus abdomen abdominal abide abiding ability zoom"


class Clock:
    def __init__(self):
        self.ahead = timedelta(minutes=1)  # after every device was certified

    def __call__(self):
        return datetime.now(UTC) + self.ahead

    def pass_by(self, **much):
        self.ahead += timedelta(**much)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def team(tmp_path, edition):
    made = Team(tmp_path / "vault", KINDS)
    with made.open() as vault:
        say_public_cases(vault.ledger, edition)
    return made


@pytest.fixture
def stood(team, edition, clock):
    with standing(team.folder, KINDS, edition, clock) as found:
        yield found


@pytest.fixture
def house(stood):
    return stood[0]


@pytest.fixture
def visit(stood):
    return stood[1]


@pytest.fixture
def case_address(team):
    with team.open() as vault:
        return f"/en/cases/{casefile.cases(vault.ledger)[0].id}/"


def test_the_passphrase_opens_the_door_and_the_cookie_keeps_it_open(team, visit):
    me = visit()
    answer = me.sign_in("", team.words["founder"].upper().replace(" ", "-"))
    front = me.ask("/en/")

    assert (answer.status, answer.location) == (303, "/en/")
    assert (front.status, "The house" in front.text) == (200, True)
    assert "Newspaper" in me.ask("/en/cases/").text or front.text.count("<h3>") >= 2


def test_the_cookie_is_for_this_host_alone_and_no_script_reads_it(team, visit):
    me = visit()
    me.sign_in("", team.words["founder"])
    (said,) = me.set_cookies

    assert re.fullmatch(
        rf"{COOKIE}=[0-9a-f]{{64}}; HttpOnly; Path=/; SameSite=Strict; Secure", said
    )
    assert COOKIE.startswith("__Host-")


PAGES = [
    "/en/",
    "/en/cases/",
    "/en/cases/case_00000000000000000000000000/",
    "/en/me/",
    "/en/team/",
    "/en/nowhere/",
    "/en/definition/",
    "/en/figures/cases/everything.csv",
    "/nowhere",
    "/static/no/such/file.css",
    "/en/sign-in",
    "/en/sign-in/more/",
    "/%2e%2e/%2e%2e/etc/passwd",
]


def _told(answer, asked=""):
    """Everything an answer tells, but for when it was made and what whoever asks said themselves."""
    headers = sorted(
        (name, value.removesuffix(f"?to={asked}"))
        for name, value in answer.headers.items()
        if name != "Date"
    )
    return answer.status, headers, answer.text


@pytest.mark.parametrize("who", ["stranger", "forged cookie", "removed", "frozen", "signed out"])
def test_an_outsider_gets_nothing_not_even_a_different_answer(team, visit, case_address, who):
    me = visit()
    if who == "forged cookie":
        me.cookie = f"{COOKIE}={'0' * 64}"
    if who in {"removed", "frozen"}:
        team.take_in("Deputy", administrator=True)
        me.sign_in(team.take_in("Aysel"), team.words["Aysel"])
        assert me.ask(case_address).status == 200
        if who == "removed":
            team.remove("Aysel")
        else:
            team.freeze("Aysel", "Aysel")
    if who == "signed out":
        me.sign_in("", team.words["founder"])
        kept = me.cookie
        me.send("/en/sign-out/", "/en/me/")
        me.cookie = kept

    asked = [_told(me.ask(page), page) for page in (*PAGES, case_address)]
    sent = [
        _told(
            me.ask(
                page,
                "POST",
                b"",
                Content_Type="application/x-www-form-urlencoded",
                Sec_Fetch_Site="same-origin",
            )
        )
        for page in (*PAGES, case_address)
    ]

    assert len({json.dumps(one) for one in (*asked, *sent)}) == 1
    assert asked[0][0] == 303
    assert ("Location", "/en/sign-in/") in asked[0][1]


def test_a_stranger_sees_the_sign_in_page_the_files_of_ours_and_nothing_of_the_vault(
    team, visit, tongue
):
    page = visit().ask(f"/{tongue}/sign-in/")
    sheet = re.search(r'href="(/static/[^"]+\.css)"', page.text)[1]
    begin = visit().ask("/", Accept_Language=tongue)

    assert (page.status, visit().ask(sheet).status) == (200, 200)
    assert (begin.status, begin.location) == (302, f"/{tongue}/")
    assert "The house" not in page.text
    assert "<nav" in page.text
    assert "/cases/" not in page.text


def test_who_is_not_let_in_gets_one_page_whatever_was_wrong(team, visit):
    codes = {name: team.take_in(name) for name in ("Aysel", "Rauf", "Leyla")}
    team.take_in("Deputy", administrator=True)
    team.remove("Rauf")
    team.freeze("Leyla", "Leyla")
    tries = [
        (codes["Aysel"], WRONG),
        ("0" * 12, WRONG),
        (codes["Rauf"], team.words["Rauf"]),
        (codes["Leyla"], team.words["Leyla"]),
        ("", team.words["Aysel"]),
    ]
    pages = set()
    for code, words in tries:
        answer = visit().sign_in(code, words)
        text = re.sub(r'value="[0-9a-f]{96}"', "", answer.text).replace(f'value="{code}"', "")
        pages.add((answer.status, answer.headers["Set-Cookie"], text))

    (one,) = pages
    assert (one[0], one[1]) == (403, None)
    assert "Nobody is let in with these." in one[2]
    assert not any(
        word in one[2] for word in (WRONG.split(maxsplit=1)[0], WRONG.rsplit(maxsplit=1)[-1])
    )


def test_the_delay_is_told(team, visit):
    me = visit()
    texts = [me.sign_in("", WRONG) for _ in range(4)]

    assert "let through in 1 second." in texts[2].text
    assert texts[3].status == 429
    assert texts[3].headers["Retry-After"] == "1"
    assert "It is too early to try again." in texts[3].text


def test_a_removed_member_is_out_in_the_middle_of_a_form_too(team, visit):
    me = visit()
    team.take_in("Deputy", administrator=True)
    me.sign_in(team.take_in("Aysel"), team.words["Aysel"])
    page = me.ask("/en/me/travel/")
    token = dict(page.hidden)["form_token"]
    team.remove("Aysel")
    answer = me.send("/en/me/travel/", token=token, sure="yes")

    assert answer.status == 200
    assert "Your session ended while you were writing." in answer.text
    assert not team.member("Aysel").frozen


def test_signing_out_ends_the_session_and_takes_the_cookie_back(team, visit, house):
    me = visit()
    me.sign_in("", team.words["founder"])
    kept = me.cookie
    answer = me.send("/en/sign-out/", "/en/me/")

    assert (answer.status, answer.location, me.cookie) == (303, "/en/sign-in/", "")
    assert house.entrance.sessions.open == 0
    me.cookie = kept
    assert me.ask("/en/").status == 303


def test_leaving_quickly_shows_nothing_and_signs_out(team, visit, house):
    me = visit()
    me.sign_in("", team.words["founder"])
    answer = me.send("/en/leave/", "/en/cases/")

    assert answer.status == 200
    assert re.search(r"<body>(.*)</body>", answer.text)[1] == ""
    assert "Candlemark" not in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert house.entrance.sessions.open == 0


def test_one_session_for_each_member(team, visit):
    first, second = visit(), visit()
    first.sign_in("", team.words["founder"])
    second.sign_in("", team.words["founder"])

    assert (first.ask("/en/").status, second.ask("/en/").status) == (303, 200)


@pytest.mark.parametrize(("minutes", "status"), [(19, 200), (20, 303)])
def test_a_session_ends_after_twenty_minutes_without_a_request(team, visit, clock, minutes, status):
    me = visit()
    me.sign_in("", team.words["founder"])
    clock.pass_by(minutes=minutes)

    assert me.ask("/en/").status == status


def _of_a_vault():
    """What is in memory of any vault; tests beside this one may hold some."""
    gc.collect()
    kinds = (SealingKey, SigningKey, CompartmentKeys, Vault, casefile.CaseFile)
    return [one for one in gc.get_objects() if issubclass(type(one), kinds)]


def test_after_an_answer_no_key_and_no_vault_is_left_in_the_server(team, visit, house):
    before = {id(one) for one in _of_a_vault()}
    me = visit()
    me.sign_in("", team.words["founder"])
    for page in (
        "/en/",
        "/en/cases/",
        "/en/docket/",
        "/en/figures/cases/",
        "/en/team/",
        "/en/nowhere/",
    ):
        me.ask(page)
    visit().sign_in("", WRONG)

    assert [type(one) for one in _of_a_vault() if id(one) not in before] == []


def test_figures_are_kept_while_somebody_is_signed_in_and_go_with_the_last_session(
    team, visit, house, clock
):
    me = visit()
    me.sign_in("", team.words["founder"])
    me.ask("/en/figures/cases/")
    assert len(house._kept) == 1
    clock.pass_by(minutes=21)
    house.tidy()

    assert house._kept == {}


def test_sessions_that_ended_are_noticed_without_a_request(team, visit, house, clock, monkeypatch):
    monkeypatch.setattr("candlemark.web.house.TIDY_EVERY", 0.01)
    me = visit()
    me.sign_in("", team.words["founder"])
    me.ask("/en/")
    clock.pass_by(minutes=21)
    with house.looked_after():
        for _ in range(200):
            if not house._kept:
                break
            house._over.wait(0.02)

    assert house._kept == {}


def test_stopping_the_server_signs_everybody_out(team, visit, house):
    me = visit()
    with house.looked_after():
        me.sign_in("", team.words["founder"])
        assert house.entrance.sessions.open == 1

    assert house.entrance.sessions.open == 0


@pytest.fixture
def demonstration_house(tmp_path, edition):
    made = Team(tmp_path / "demo", KINDS, demonstration=True)
    beside = tmp_path / "demo" / "passphrase.txt"
    beside.write_text(made.words["founder"] + "\n")
    with standing(made.folder, KINDS, edition, beside=beside) as (_, visit):
        yield visit


def test_the_demonstration_opens_with_one_click(demonstration_house):
    me = demonstration_house()
    page = me.ask("/en/sign-in/")
    answer = me.send("/en/sign-in/", demonstration="yes")

    assert "Open the demonstration" in page.text
    assert (answer.status, answer.location) == (303, "/en/")
    assert "demonstration vault" in me.ask("/en/").text


def test_the_demonstration_opens_with_one_click_also_where_another_member_approved_its_release(
    tmp_path, edition
):
    made = Team(tmp_path / "demo", KINDS, demonstration=True)
    made.take_in("Reader")
    beside = tmp_path / "demo" / "passphrase.txt"
    beside.write_text(made.words["founder"] + "\n")
    with standing(made.folder, KINDS, edition, beside=beside) as (_, visit):
        me = visit()
        me.ask("/en/sign-in/")
        answer = me.send("/en/sign-in/", demonstration="yes")

        assert (answer.status, answer.location) == (303, "/en/")


def test_no_other_vault_opens_with_a_click(team, visit):
    me = visit()
    page = me.ask("/en/sign-in/")
    answer = me.send("/en/sign-in/", demonstration="yes")

    assert "Open the demonstration" not in page.text
    assert answer.status == 403


def test_an_opened_vault_has_no_sign_in_page(site):
    assert site.ask("/en/sign-in/").status == 404


def test_the_sign_in_page_of_another_start_asks_once_more(team, visit):
    me = visit()
    answer = me.send("/en/sign-in/", token="0" * 96, passphrase=team.words["founder"])

    assert (answer.status, me.cookie) == (200, "")
    assert "This page was too old." in answer.text
    assert team.words["founder"] not in answer.text


def test_somebody_inside_who_asks_for_the_sign_in_page_is_sent_in(team, visit):
    me = visit()
    me.sign_in("", team.words["founder"])

    assert me.ask("/en/sign-in/").location == "/en/"


def test_every_page_offers_signing_out_and_leaving(team, visit, tongue):
    me = visit()
    me.sign_in("", team.words["founder"])
    for page in ("", "cases/", "me/", "team/", "waiting/"):
        text = me.ask(f"/{tongue}/{page}").text

        assert f'action="/{tongue}/sign-out/"' in text, page
        assert f'action="/{tongue}/leave/"' in text, page


def test_who_signs_in_to_a_large_vault_is_told_once_that_lists_are_being_prepared(
    team, visit, monkeypatch
):
    monkeypatch.setattr(preparing, "MOST_AT_ONCE", 0)  # a vault of this size is a large one
    me = visit()
    me.sign_in("", team.words["founder"])
    told, then = me.ask("/fa/cases/"), me.ask("/fa/cases/")

    assert (told.status, told.headers["Refresh"], told.headers["Retry-After"]) == (503, "1", "1")
    assert "فهرست‌ها آماده می‌شوند" in told.text
    assert 'href="/fa/cases/"' in told.text
    assert then.status == 200


@pytest.fixture
def slow(monkeypatch):
    """Reading the vault takes as long as the test wants."""
    read, really = threading.Event(), Entrance.sign_in

    def sign_in(self, *typed):
        assert read.wait(20)
        return really(self, *typed)

    monkeypatch.setattr(Entrance, "sign_in", sign_in)
    monkeypatch.setattr(arrivals, "PATIENCE", 0.01)
    yield read
    read.set()


def _comes(me, address):
    """What comes of the page that loads itself again, once the vault was read."""
    for _ in range(6000):
        answer = me.ask(address)
        if "Refresh" not in answer.headers:
            return answer
        time.sleep(0.05)
    raise AssertionError("it never came")


READ = {
    "en": "The vault is being read",
    "az": "Seyf oxunur",
    "fa": "خزانه خوانده می‌شود",
    "ru": "Хранилище читается",
    "tr": "Kasa okunuyor",
}


def test_while_the_vault_is_read_a_page_says_so_and_goes_on_by_itself(team, visit, slow, tongue):
    me = visit()
    fields = {"passphrase": team.words["founder"], "code": "", "factor": ""}
    sent = me.send(f"/{tongue}/sign-in/", to=f"/{tongue}/cases/", **fields)
    waiting = me.ask(sent.location)

    assert sent.status == 303
    assert (waiting.status, waiting.headers["Refresh"]) == (503, "2")
    assert READ[tongue] in waiting.text
    assert team.words["founder"] not in waiting.text
    # What stands in the place of a session opens nothing.
    assert me.ask(f"/{tongue}/cases/").location.startswith(f"/{tongue}/sign-in/")

    slow.set()
    ticket, came = me.cookie, _comes(me, sent.location)
    assert (came.status, came.location) == (303, f"/{tongue}/cases/")
    assert me.cookie != ticket
    assert me.ask(f"/{tongue}/cases/").status == 200


def test_a_ticket_is_good_for_one_answer(team, visit, slow, house):
    me, other = visit(), visit()
    sent = me.sign_in("", team.words["founder"])
    other.cookie = me.cookie
    slow.set()
    _comes(me, sent.location)

    assert other.ask("/en/sign-in/").status == 200  # the page that asks to sign in
    assert other.ask("/en/cases/").location.startswith("/en/sign-in/")
    assert house.entrance.sessions.open == 1


def test_who_is_not_let_in_after_waiting_gets_the_one_page(team, visit, slow):
    me = visit()
    sent = me.sign_in("", WRONG)
    slow.set()
    came = _comes(me, sent.location)

    assert (came.status, me.cookie) == (403, "")
    assert "Nobody is let in with these." in came.text


def test_what_was_written_comes_back_after_the_vault_was_read(team, visit, slow, case_address):
    me = visit()
    written = {"words-count": "1", "words-0-language": "en", "words-0-text": "A word"}
    lost = me.send(f"{case_address}add/note/", page="/en/sign-in/", **written)
    fields = dict(lost.hidden)
    fields.pop("form_token")
    sent = me.sign_in_with(team.words["founder"], **fields)
    assert "What you wrote comes back then." in me.ask(sent.location).text

    slow.set()
    came = _comes(me, sent.location)
    assert came.status == 200
    assert "A word" in came.text


def test_an_answer_nobody_comes_for_is_thrown_away_with_its_session(
    team, visit, house, slow, monkeypatch
):
    me = visit()
    me.sign_in("", team.words["founder"])
    slow.set()
    ticket = me.cookie.partition("=")[2]
    house.arrivals.of(ticket).token(20)
    assert house.entrance.sessions.open == 1

    monkeypatch.setattr(arrivals, "COLLECTED_WITHIN", -1)
    house.tidy()
    assert house.arrivals.of(ticket) is None
    assert house.entrance.sessions.open == 0


def test_nobody_is_inside_when_the_server_was_stopped_while_the_vault_was_read(
    team, visit, house, slow
):
    me = visit()
    with house.looked_after():
        me.sign_in("", team.words["founder"])
        arrival = house.arrivals.of(me.cookie.partition("=")[2])
    slow.set()
    arrival.token(20)

    assert house.entrance.sessions.open == 0


def test_signing_in_reads_what_the_first_page_would_wait_for(team, visit, monkeypatch):
    monkeypatch.setattr(house_module, "WORTH_A_MODEL", 0)
    me = visit()
    me.sign_in("", team.words["founder"])

    with team.open() as vault:
        assert vault.ledger.models.lacks(STATEMENTS) == 0


def test_while_somebody_else_prepares_them_the_page_comes_again_by_itself(team, visit, monkeypatch):
    monkeypatch.setattr(record, "WORTH_A_MODEL", 0)
    monkeypatch.setattr(listing, "WORTH_A_MODEL", 0)
    monkeypatch.setattr(listing, "MOST_AT_ONCE", 0)
    me = visit()
    me.sign_in("", team.words["founder"])

    def busy(*_args):
        raise BeingPrepared("another process is building a read model of this vault", hint="wait")

    monkeypatch.setattr(Models, "coded", busy)
    told, sent = me.ask("/en/cases/"), me.send("/en/cases/", words="police")

    assert (told.status, told.headers["Refresh"]) == (503, "10")
    assert "The lists are being prepared" in told.text
    assert (sent.status, "Refresh" in sent.headers) == (503, False)
    assert "police" in sent.text  # what was typed is not lost


def _through(me, team, address):
    """Ask for a page as a stranger, sign in where that leads; where one comes out."""
    led = me.ask(address).location
    page = me.ask(led)
    fields = dict(page.hidden)
    token = fields.pop("form_token")
    answer = me.send(
        "/en/sign-in/", token=token, passphrase=team.words["founder"], code="", factor="", **fields
    )
    assert answer.status == 303
    return answer.location


def test_whoever_signs_in_comes_to_the_page_first_asked_for(team, visit, case_address):
    for address in (
        case_address,
        f"{case_address}add/consent/?person=person_00000000000000000000000000",
        "/en/cases/?bias-grounds=religion&due=30",
    ):
        assert _through(visit(), team, address) == address


def test_a_page_that_is_not_there_is_carried_like_one_that_is_and_is_missing_inside(team, visit):
    me = visit()
    address = "/en/cases/case_00000000000000000000000000/"

    assert _through(me, team, address) == address
    assert me.ask(address).status == 404


def test_a_wrong_passphrase_does_not_lose_the_page_asked_for(team, visit, case_address):
    me = visit()
    me.ask(case_address)
    wrong = me.send("/en/sign-in/", passphrase=WRONG, code="", factor="", to=case_address)

    assert wrong.status == 403
    assert ("to", case_address) in wrong.hidden


def test_the_page_asked_for_is_shown_in_the_tongue_one_signs_in_in(team, visit, case_address):
    me = visit()
    answer = me.send(
        "/fa/sign-in/", passphrase=team.words["founder"], code="", factor="", to=case_address
    )

    assert answer.location == case_address.replace("/en/", "/fa/")


ELSEWHERE = [
    "https://example.org/",
    "//example.org/en/",
    "/\\example.org/",
    "/en//example.org/",
    "/en/../..//example.org/",
    "/en/cases/?to=//example.org/",
    "/en/cases/\r\nLocation: https://example.org/",
    "/en/cases/\n",
    "/xx/cases/",
    "/en/@example.org/",
    "/en/sign-in/?to=/en/sign-in/",
    "javascript:alert(1)",
    "/en/" + "a" * 1000 + "/",
]


@pytest.mark.parametrize("there", ELSEWHERE)
def test_signing_in_leads_nowhere_but_to_pages_of_ours(team, visit, there):
    me = visit()
    page = me.ask(f"/en/sign-in/?{urlencode({'to': there})}")
    answer = me.send("/en/sign-in/", passphrase=team.words["founder"], code="", factor="", to=there)

    assert "to" not in dict(page.hidden)
    assert (answer.status, answer.location) == (303, "/en/")
    assert me.ask(f"/en/sign-in/?{urlencode({'to': there})}").location == "/en/"
