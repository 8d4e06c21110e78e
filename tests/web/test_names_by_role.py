"""Whose work has no names in it is shown none, on no page and in no file, though they hold keys."""

from __future__ import annotations

import http.client
import io
import re
from datetime import date

import pytest
from pypdf import PdfReader

from candlemark import agency, casefile, exchange
from candlemark.casefile import facts, record
from candlemark.casefile.apart import without_identities
from candlemark.casefile.listing import Filter
from candlemark.casefile.roles import give_roles
from candlemark.dates import PartialDate
from candlemark.ids import new_id
from candlemark.seal import Cost
from team import Team
from visitor import standing

KINDS = agency.KINDS | casefile.KINDS
NAME = "Zarifa Quliyevskaya"
BORN = "1971-03-09"
SEALED = "Sealed apart: not yours to read."
WITHOUT = ("analyst", "secretary")


@pytest.fixture(scope="module", params=[10**9, 0], ids=["a small ledger", "read models"])
def world(request, tmp_path_factory, edition):
    """One case whose person has a name; an analyst, a secretary, a lawyer, each with every key."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(record, "WORTH_A_MODEL", request.param)
        patch.setattr(Cost.STRONG, "_value_", Cost.QUICK.value)
        team = Team(tmp_path_factory.mktemp("names") / "vault", KINDS)
        case, members = _said(team, edition)
        with standing(team.folder, KINDS, edition) as (_, visit):
            visitors = {}
            for role, code in members.items():
                visitors[role] = visit()
                assert visitors[role].sign_in(code, team.words[role]).status == 303
            yield visitors, case


def _said(team, edition):
    members = {role: team.take_in(role) for role in (*WITHOUT, "lawyer")}
    with team.open() as vault:
        case = casefile.open_case(vault.ledger, edition, {"en": "A neutral title"}, "A-17")
        person = new_id("person")
        given = {"case": case, "edition": edition.code}
        spelling = facts.Spelling(text=NAME, language="az")
        said = [
            facts.PersonInRole(id=new_id("fact"), person=person, roles=("victim",), **given),
            facts.IdentityStated(
                id=new_id("fact"),
                person=person,
                names=(spelling,),
                birth=PartialDate.parse(BORN),
                notes=(facts.Words("She teaches at the lyceum.", "en"),),
                **given,
            ),
            facts.StageReached(id=new_id("fact"), person=person, stage="charged", **given),
        ]
        casefile.say(vault.ledger, edition, said)
        for role, code in members.items():
            member = vault.members.find(code)
            vault.members.add_reader("identity", member)
            give_roles(vault, edition, member, [role])
    return case, members


def _pages(case):
    about = f"/en/cases/{case}/"
    return ["/en/", "/en/cases/", "/en/docket/", "/en/figures/cases/", about] + [
        f"{about}{rest}" for rest in ("timeline/", "dossier/", "history/", "readers/")
    ]


def _names_nobody(text):
    # A year within the letters of an identifier or a token is nobody's year of birth.
    return not re.search(r"Zarifa|Quliyevskaya|\b1971\b|lyceum", text)


@pytest.mark.parametrize("role", WITHOUT)
def test_no_page_shows_a_name(world, role):
    visitors, case = world
    me = visitors[role]
    for path in _pages(case):
        answer = me.ask(path)
        assert answer.status == 200, path
        assert _names_nobody(answer.text), path
    assert SEALED in me.ask(f"/en/cases/{case}/").text
    assert "Your role does not show you" in me.ask(f"/en/cases/{case}/readers/").text


def test_the_same_page_names_the_person_to_whoever_works_with_names(world):
    visitors, case = world
    text = visitors["lawyer"].ask(f"/en/cases/{case}/").text

    assert NAME in text
    assert SEALED not in text


@pytest.mark.parametrize("role", WITHOUT)
def test_a_name_finds_nothing_and_the_case_is_still_found_by_what_happened(world, role):
    visitors, case = world

    def found(who, words):
        me = visitors[who]
        return case in me.send("/en/cases/", words=words).text

    assert found("lawyer", "Quliyevskaya")
    assert found("lawyer", "Кулиевская Зарифа") or found("lawyer", "Guliyevskaya")
    for words in ("Quliyevskaya", "Кулиевская", "Guliyevskaya", "lyceum"):
        assert not found(role, words), words
    assert found(role, "neutral")


@pytest.mark.parametrize("names", ["with", "without"])
@pytest.mark.parametrize("role", WITHOUT)
def test_a_dossier_names_nobody_even_when_asked_to(world, role, names):
    visitors, case = world

    def dossier(who):
        pdf = _file(visitors[who], f"/en/cases/{case}/dossier.pdf?names={names}")
        pages = (page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
        return " ".join(" ".join(pages).split())

    assert _names_nobody(dossier(role))
    assert (NAME in dossier("lawyer")) is (names == "with")
    asked = visitors[role].ask(f"/en/cases/{case}/dossier/").text
    assert re.search(r'name="names" value="with" disabled', asked)


def _file(me, path):
    """An answer that is no text."""
    connection = http.client.HTTPConnection("127.0.0.1", me.port, timeout=600)
    try:
        connection.request("GET", path, headers={"Cookie": me.cookie})
        response = connection.getresponse()
        assert response.status == 200, path
        return response.read()
    finally:
        connection.close()


def test_a_file_asked_for_with_names_has_none_once_identities_are_left_closed(tmp_path, edition):
    team = Team(tmp_path / "vault", KINDS)
    _said(team, edition)
    with team.open() as vault:
        before = _exported(vault, edition)
        without_identities(vault.ledger)
        after = _exported(vault, edition)

    assert NAME in before
    assert _names_nobody(after)


def _exported(vault, edition):
    today = date(2026, 1, 1)
    terms = exchange.Terms(identities=True)
    taken = exchange.take(vault.ledger, edition, Filter(), today, terms)
    return exchange.export(taken, exchange.Form.JSON, "en").content.decode()


def test_whoever_is_shown_no_names_can_still_hand_their_key_on(tmp_path, edition, monkeypatch):
    monkeypatch.setattr(Cost.STRONG, "_value_", Cost.QUICK.value)
    monkeypatch.setattr(record, "WORTH_A_MODEL", 0)
    team = Team(tmp_path / "vault", KINDS)
    case, _ = _said(team, edition)
    code = team.take_in("newcomer")
    with team.open() as vault:
        without_identities(vault.ledger)
        assert casefile.case(vault.ledger, case).persons[0].names == ()
        vault.members.add_reader("identity", vault.members.find(code))
    with team.open("newcomer") as vault:
        assert [one.text for one in casefile.case(vault.ledger, case).persons[0].names] == [NAME]
