"""Proposing on a page that a member is one no longer, and what an erasure does not reach."""

from __future__ import annotations

from html import unescape

import pytest

from candlemark import agency, casefile
from candlemark.cli.demonstration.public_cases import say_public_cases
from candlemark.ids import new_id
from candlemark.seal import Cost
from team import Team
from visitor import standing

KINDS = agency.KINDS | casefile.KINDS


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    monkeypatch.setattr(Cost.STRONG, "_value_", Cost.QUICK.value)


@pytest.fixture
def team(tmp_path):
    """A founder, another administrator and a member."""
    made = Team(tmp_path / "vault", KINDS)
    made.take_in("Aysel", administrator=True)
    made.take_in("Rauf")
    return made


@pytest.fixture
def enter(team, edition):
    with standing(team.folder, KINDS, edition) as (_, visit):

        def signed_in(name):
            me = visit()
            assert me.sign_in(team.code(name), team.words[name]).status == 303
            return me

        yield signed_in


def _page(team, name):
    return f"/en/team/{team.code(name)}/remove/"


def _epochs(team):
    with team.open() as vault:
        compartments = vault.members.roster().compartments
        return {name: len(there.epochs) for name, there in compartments.items()}


def test_where_one_signs_a_member_is_out_as_soon_as_it_is_proposed(team, enter):
    admin, leaver = enter("Aysel"), enter("Rauf")
    path, code, before = _page(team, "Rauf"), team.code("Rauf"), _epochs(team)
    text = unescape(admin.ask(path).text)

    assert f'href="{path}"' in admin.ask("/en/team/").text
    assert "What they read already, they have read." in text
    assert "it is done as soon as you propose it" in text
    assert "what happened</dt><dd>\u2068the founder\u2069 and \u2068Aysel\u2069" in text
    unsure = admin.send(path, reason="The telephone was lost.")
    assert (unsure.status, "Nothing was done." in unsure.text) == (422, True)
    assert "The telephone was lost.</textarea>" in unsure.text
    assert leaver.ask("/en/").status == 200
    assert admin.send(path, sure="yes").location == "/en/team/"
    assert leaver.ask("/en/").status == 303
    assert leaver.sign_in(code, team.words["Rauf"]).status == 403
    after = _epochs(team)
    assert {name for name in after if after[name] > before[name]} == {"meta", "coded"}
    assert code not in admin.ask("/en/team/").text
    assert admin.ask(path).status == 404


def test_where_two_sign_it_waits_for_the_second_who_reads_why(team, enter):
    team.need(2)
    first, second, leaver = enter("Aysel"), enter("founder"), enter("Rauf")
    path = _page(team, "Rauf")
    assert "So many administrators have to sign: 2." in first.ask(path).text
    asked = first.send(path, reason="He asked to leave.", sure="yes")

    assert asked.location == "/en/waiting/"
    assert leaver.ask("/en/").status == 200
    again = second.ask(path).text
    assert "proposed already" in again
    assert 'name="sure"' not in again
    agree = again.partition('href="/en/waiting/change/')[2].partition('"')[0]
    shown = second.ask(f"/en/waiting/change/{agree}").text
    assert "Rauf\N{POP DIRECTIONAL ISOLATE} is a member no longer." in shown
    assert "He asked to leave." in shown
    assert second.send(path, sure="yes").status == 403  # twice proposed is not agreed to
    second.send(f"/en/waiting/change/{agree}", sure="yes")
    assert leaver.ask("/en/").status == 303


def test_only_administrators_find_the_page(team, enter):
    me = enter("Rauf")

    assert me.ask(_page(team, "Aysel")).status == 404
    assert me.send(_page(team, "Aysel"), "/en/me/", sure="yes").status == 404
    assert "/remove/" not in me.ask("/en/team/").text


def test_nobody_removes_themselves_nor_the_last_who_can_sign(team, enter):
    team.need(2)
    me = enter("Aysel")
    own, last = _page(team, "Aysel"), _page(team, "founder")

    assert f'href="{own}"' not in me.ask("/en/team/").text
    assert "Another administrator has to propose this" in me.ask(own).text
    assert me.send(own, "/en/me/", sure="yes").status == 403
    assert "fewer administrators would be left" in me.ask(last).text
    assert me.send(last, "/en/me/", sure="yes").status == 403
    with team.open() as vault:
        assert len(vault.members.roster().present) == 3
        assert vault.members.roster().waiting == ()


def test_a_reason_that_is_too_long_is_refused_and_stays_in_the_form(team, enter):
    answer = enter("Aysel").send(_page(team, "Rauf"), reason="x" * 501, sure="yes")

    assert answer.status == 422
    assert "Write at most 500 letters." in answer.text
    assert "x" * 501 in answer.text


def test_what_nobody_else_can_read_is_told_before(team, enter):
    with team.open("Rauf") as vault:
        name = f"identity:{new_id('case')}"
        vault.members.open_compartment(name, [])
    text = enter("Aysel").ask(_page(team, "Rauf")).text

    assert "in 1 compartment only they can read" in text
    assert name in text


def test_a_page_that_agrees_to_an_erasure_says_what_postgresql_keeps_for_a_while(
    tmp_path, postgres, edition
):
    team = Team(tmp_path / "vault", KINDS, postgres=postgres.dsn)
    with team.open() as vault:
        say_public_cases(vault.ledger, edition)
        person = casefile.cases(vault.ledger)[0].persons[0].id
    team.take_in("Aysel", administrator=True)
    with team.open() as vault:
        code = vault.erasing.ask(person, "mistake").code
    with standing(team.folder, KINDS, edition) as (_, visit):
        me = visit()
        me.sign_in(team.code("Aysel"), team.words["Aysel"])
        for tongue, kept in (("en", "write-ahead log"), ("fa", "بایت‌های مهرشده")):
            for path in (f"/{tongue}/waiting/erasure/{code}/", f"/{tongue}/waiting/"):
                assert me.ask(path).text.count(kept) == 1, path
            assert me.send(f"/{tongue}/erase/", person=person).text.count(kept) == 1


def test_a_page_says_nothing_of_it_where_the_folder_keeps_the_ledger(team, enter, edition):
    with team.open() as vault:
        say_public_cases(vault.ledger, edition)
        person = casefile.cases(vault.ledger)[0].persons[0].id
        code = vault.erasing.ask(person, "mistake").code

    text = enter("Aysel").ask(f"/en/waiting/erasure/{code}/").text
    assert "What erasing does not reach" not in text
