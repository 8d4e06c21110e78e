"""The member's own page, the team, and what waits for a second person."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest

from candlemark import agency, casefile
from candlemark.cli.demonstration.public_cases import say_public_cases
from candlemark.ledger.roster_facts import MemberChanged
from candlemark.seal import Cost
from candlemark.seal.totp import totp
from team import Team
from visitor import standing

KINDS = agency.KINDS | casefile.KINDS


@pytest.fixture
def team(tmp_path, edition, monkeypatch):
    monkeypatch.setattr(Cost.STRONG, "_value_", Cost.QUICK.value)
    made = Team(tmp_path / "vault", KINDS)
    with made.open() as vault:
        say_public_cases(vault.ledger, edition)
    made.take_in("Aysel", administrator=True)
    made.take_in("Rauf")
    return made


class Ahead:
    """A clock a little ahead: every device was certified before."""

    def __init__(self):
        self.by = timedelta(minutes=1)

    def __call__(self):
        return datetime.now(UTC) + self.by


@pytest.fixture
def clock():
    return Ahead()


@pytest.fixture
def enter(team, edition, clock):
    with standing(team.folder, KINDS, edition, clock) as (_, visit):

        def signed_in(name):
            me = visit()
            assert me.sign_in(team.code(name), team.words[name]).status == 303
            return me

        yield signed_in


def _at(clock):
    return int(clock().timestamp()) // 30


def test_my_page_says_who_i_am_and_what_i_may(team, enter):
    text = enter("Aysel").ask("/en/me/").text

    assert team.code("Aysel") in text
    assert "Administrator" in text
    assert "first device" in text


def test_a_new_passphrase_is_drawn_typed_back_and_opens_the_vault(team, enter):
    me = enter("Rauf")
    page = me.ask("/en/me/passphrase/")
    drawn = dict(page.hidden)["new"]
    answer = me.send("/en/me/passphrase/", new=drawn, again=drawn.upper(), old=team.words["Rauf"])
    old, team.words["Rauf"] = team.words["Rauf"], drawn

    assert len(drawn.split()) == 7
    assert (answer.status, answer.location) == (303, "/en/sign-in/")
    assert me.ask("/en/").status == 303
    assert me.sign_in(team.code("Rauf"), old).status == 403
    assert enter("Rauf").ask("/en/").status == 200


@pytest.mark.parametrize(
    ("again", "old", "says"),
    [
        ("other words", None, "not typed as they stand here"),
        (None, "abacus abdomen", "The present passphrase is another one."),
    ],
)
def test_a_passphrase_is_not_changed_by_mistake_or_by_a_passer_by(team, enter, again, old, says):
    me = enter("Rauf")
    drawn = dict(me.ask("/en/me/passphrase/").hidden)["new"]
    answer = me.send(
        "/en/me/passphrase/", new=drawn, again=again or drawn, old=old or team.words["Rauf"]
    )

    assert says in answer.text
    assert drawn in answer.text  # the same words stay: they may be on paper already
    assert me.ask("/en/").status == 200


def test_words_a_person_thought_up_are_not_taken(team, enter):
    me = enter("Rauf")
    own = "correct horse battery staple"
    answer = me.send("/en/me/passphrase/", new=own, again=own, old=team.words["Rauf"])

    assert answer.status == 200
    assert own not in answer.text
    enter("Rauf")


def test_a_second_factor_is_set_up_asked_for_and_removed(team, enter, clock):
    me = enter("Rauf")
    page = me.ask("/en/me/second-factor/")
    secret = bytes.fromhex(dict(page.hidden)["secret"])
    answer = me.send("/en/me/second-factor/", secret=secret.hex(), factor=totp(secret, _at(clock)))

    assert '<svg class="qr"' in page.text
    assert "It protects the sign-in, and not the data on the disk." in page.text
    assert (answer.status, answer.location) == (303, "/en/me/")

    clock.by += timedelta(minutes=1)
    me.cookie = ""
    code, words = team.code("Rauf"), team.words["Rauf"]
    assert me.sign_in(code, words).status == 403
    assert me.sign_in(code, words, totp(secret, _at(clock))).status == 303
    wrong = me.send("/en/me/second-factor/", passphrase="abacus")  # noqa: S106 - a wrong one
    assert "The present passphrase is another one." in wrong.text
    assert me.send("/en/me/second-factor/", passphrase=words).status == 303
    me.cookie = ""
    assert me.sign_in(code, words).status == 303


def test_a_wrong_code_sets_nothing_up(team, enter):
    me = enter("Rauf")
    secret = dict(me.ask("/en/me/second-factor/").hidden)["secret"]
    answer = me.send("/en/me/second-factor/", secret=secret, factor="000000")
    forged = me.send("/en/me/second-factor/", secret="00", factor="000000")  # noqa: S106 - of a form

    assert "This is not the code of this moment." in answer.text
    assert forged.status == 400
    with team.open("Rauf") as vault:
        assert not vault.factor.is_set


def test_an_administrator_removes_the_second_factor_of_somebody_who_lost_it(team, enter, clock):
    me = enter("Rauf")
    secret = bytes.fromhex(dict(me.ask("/en/me/second-factor/").hidden)["secret"])
    me.send("/en/me/second-factor/", secret=secret.hex(), factor=totp(secret, _at(clock)))
    admin = enter("Aysel")
    path = f"/en/team/{team.code('Rauf')}/second-factor/"

    assert "Remove the second factor" in admin.ask("/en/team/").text
    assert "Nothing was done." in admin.send(path).text
    assert admin.send(path, sure="yes").location == "/en/team/"
    enter("Rauf")


def test_before_a_journey_a_member_freezes_themselves_and_two_thaw(team, enter):
    me = enter("Rauf")
    assert "Nothing was done." in me.send("/en/me/travel/").text
    answer = me.send("/en/me/travel/", sure="yes")

    assert (answer.status, answer.location, me.cookie) == (303, "/en/sign-in/", "")
    assert me.sign_in(team.code("Rauf"), team.words["Rauf"]).status == 403

    team.need(2)
    first, second = enter("Aysel"), enter("founder")
    assert "frozen" in first.ask("/en/team/").text
    first.send(f"/en/team/{team.code('Rauf')}/thaw/", sure="yes")
    assert me.sign_in(team.code("Rauf"), team.words["Rauf"]).status == 403
    waiting = second.ask("/en/waiting/").text
    assert "Rauf\N{POP DIRECTIONAL ISOLATE} gets keys again." in waiting
    path = re.search(r'href="(/en/waiting/change/[0-9a-f]+/)"', waiting)[1]
    second.send(path, sure="yes")
    enter("Rauf")


def test_the_only_administrator_cannot_lock_everybody_out(team, enter):
    member = team.member("Aysel")
    with team.open() as vault:
        vault.members.propose([MemberChanged(member.kid, administrator=False, coded=True)])
    me = enter("founder")

    assert "Nobody could: there is no other administrator." in me.ask("/en/me/travel/").text
    answer = me.send("/en/me/travel/", sure="yes")
    assert (answer.status, "This was not done" in answer.text) == (403, True)


def test_a_member_is_frozen_when_a_second_one_asks_the_same_and_is_out_at_once(team, enter):
    target, first, second = enter("Aysel"), enter("Rauf"), enter("founder")
    path = f"/en/team/{team.code('Aysel')}/freeze/"
    assert "Freeze Aysel" in first.ask(path).text
    first.send(path, sure="yes")

    assert target.ask("/en/").status == 200
    assert "1 thing waits for a second person" in second.ask("/en/cases/").text
    assert "waits for a second person" not in first.ask("/en/cases/").text
    second.send(f"/en/waiting/freezing/{team.code('Aysel')}/", sure="yes")
    assert target.ask("/en/").status == 303
    assert target.sign_in(team.code("Aysel"), team.words["Aysel"]).status == 403


def _asked_to_erase(team, by="founder"):
    with team.open(by) as vault:
        person = casefile.cases(vault.ledger)[0].persons[0].id
        return person, vault.erasing.ask(person, "consent-withdrawn").code


def test_an_erasure_waits_says_what_it_means_and_is_carried_out_by_a_second_person(team, enter):
    person, code = _asked_to_erase(team)
    first, second = enter("founder"), enter("Aysel")
    page = second.ask(f"/en/waiting/erasure/{code}/")

    assert person in page.text
    assert "They do not come back." in page.text
    assert "consent was withdrawn" in page.text
    assert "You cannot be the second person here" in first.ask(f"/en/waiting/erasure/{code}/").text
    assert first.send(f"/en/waiting/erasure/{code}/", sure="yes").status == 403
    assert "Nothing was done." in second.send(f"/en/waiting/erasure/{code}/").text
    assert second.send(f"/en/waiting/erasure/{code}/", sure="yes").location == "/en/waiting/"
    with team.open() as vault:
        assert [one.agreed is not None for one in vault.erasing.asked()] == [True]
        assert vault.ledger.verify().faults == ()
    assert "Nothing waits." in second.ask("/en/waiting/").text


def _sent(me, **fields):
    return me.send("/en/erase/", **fields)


def test_an_erasure_is_asked_for_on_a_page_that_says_what_is_lost_and_waits(team, enter):
    with team.open() as vault:
        case = casefile.cases(vault.ledger)[0]
        person = case.persons[0]
        parts = sum(1 for _ in vault.ledger.parts_about(person.id))
        names = [one.text for one in person.names]
    me, second = enter("founder"), enter("Aysel")

    assert f'value="{person.id}"' in me.ask(f"/en/cases/{case.id}/").text
    shown = unescape(_sent(me, person=person.id, case=case.id).text)
    assert f"{parts} sealed parts about this person" in shown
    assert "Stage: " in shown
    assert "Identity: " in shown
    assert "pages that were printed" in shown
    assert "only member" not in shown
    for missing in ({"sure": "yes"}, {"reason": "in-danger"}, {"reason": "x", "sure": "yes"}):
        assert "Nothing was " in _sent(me, person=person.id, case=case.id, **missing).text
    with team.open() as vault:
        assert vault.erasing.asked() == ()

    answer = _sent(me, person=person.id, case=case.id, reason="in-danger", sure="yes")
    assert (answer.status, answer.location) == (303, "/en/waiting/")
    with team.open() as vault:
        (asked,) = vault.erasing.asked()
    assert (asked.subject, asked.reason, asked.agreed) == (person.id, "in-danger", None)
    assert "waits for a second person" in second.ask("/en/cases/").text
    again = _sent(me, person=person.id, case=case.id, reason="mistake", sure="yes").text
    assert "asked for already" in again
    code = asked.code
    assert second.send(f"/en/waiting/erasure/{code}/", sure="yes").location == "/en/waiting/"
    assert not any(name in second.ask(f"/en/cases/{case.id}/").text for name in names)
    assert "Nothing that you can open" in _sent(me, person=person.id).text


def test_asking_for_an_erasure_puts_nobody_into_an_address(team, enter):
    page = enter("founder").ask("/en/erase/")

    assert (page.status, "Identifier of the person" in page.text) == (200, True)
    with team.open() as vault:
        case = casefile.cases(vault.ledger)[0]
    person = case.persons[0].id
    text = enter("founder").ask(f"/en/cases/{case.id}/").text
    form = text.partition(f'name="person" value="{person}"')[0].rpartition("<form")[2]
    assert 'method="post" action="/en/erase/">' in form


@pytest.mark.parametrize("typed", ["", "Əlikram Hümbətov", "person_0", "person_" + "0" * 26])
def test_whom_nothing_is_sealed_about_cannot_be_erased(team, enter, typed):
    answer = _sent(enter("Aysel"), person=typed, reason="mistake", sure="yes")

    assert "Copy the identifier whole" in answer.text
    assert typed == "" or typed not in answer.text


def test_who_may_not_ask_finds_no_such_page(team, enter, edition):
    with team.open() as vault:
        casefile.roles.give_roles(vault, edition, team.member("Rauf"), ["secretary"])
    me = enter("Rauf")

    assert me.ask("/en/erase/").status == 404
    with team.open() as vault:
        case = casefile.cases(vault.ledger)[0]
    assert "/en/erase/" not in me.ask(f"/en/cases/{case.id}/").text


def test_in_a_vault_of_one_the_page_says_that_it_is_destroyed_at_once(tmp_path, edition):
    alone = Team(tmp_path / "alone", KINDS)
    with alone.open() as vault:
        say_public_cases(vault.ledger, edition)
        person = casefile.cases(vault.ledger)[0].persons[0].id
    with standing(alone.folder, KINDS, edition, Ahead()) as (_, visit):
        me = visit()
        me.sign_in(alone.code("founder"), alone.words["founder"])
        assert "it is destroyed at once" in _sent(me, person=person).text
        done = _sent(me, person=person, reason="mistake", sure="yes").text
    assert "are destroyed here" in done
    with alone.open() as vault:
        assert not any(vault.ledger.parts_about(person))


def test_who_asked_takes_it_back_and_it_waits_no_longer(team, enter):
    _, code = _asked_to_erase(team)
    first, second = enter("founder"), enter("Aysel")
    path = f"/en/waiting/erasure/{code}/"

    assert second.send(f"{path}take-back/", "/en/me/").status == 403
    assert first.send(f"{path}take-back/", "/en/waiting/").location == "/en/waiting/"
    assert second.ask(path).status == 404
    assert "waits for a second person" not in second.ask("/en/cases/").text


def test_what_waits_is_found_by_its_code_alone(team, enter):
    me = enter("Aysel")
    for path in ("erasure/000000000000/", "change/0/", "nothing/0/", "freezing/0/"):
        assert me.ask(f"/en/waiting/{path}").status == 404, path


def test_the_case_page_leads_to_who_can_read_it(team, enter):
    me = enter("Aysel")
    with team.open() as vault:
        case = casefile.cases(vault.ledger)[0].id
    link = re.search(r'href="(/en/cases/[^"]+/readers/)"', me.ask(f"/en/cases/{case}/").text)[1]
    text = unescape(me.ask(link).text)
    happened, people = text.split('id="identities"')

    assert all(name in happened for name in ("the founder", "Aysel", "Rauf"))
    assert "the founder" in people
    assert "Rauf" not in people
    assert ("fears" in happened, "fears" in people) == (True, False)  # restraints lie in coded


def test_another_device_is_given_up_and_the_one_in_use_is_certified_anew(team, enter):
    me = enter("Rauf")
    with team.open("Rauf") as vault:
        device = vault.members.device
        before = vault.members.roster().devices[device].ends

    assert me.send("/en/me/device/", "/en/me/", act="renew").location == "/en/me/"
    answer = me.send("/en/me/device/", "/en/me/", act="give-up", code=device.hex())
    assert (answer.status, "This was not done" in answer.text) == (403, True)
    with team.open("Rauf") as vault:
        assert vault.members.roster().devices[device].ends > before


def test_signing_out_everywhere_ends_the_session(team, enter):
    me = enter("Rauf")
    kept = me.cookie
    me.send("/en/me/sessions/", "/en/me/")
    me.cookie = kept

    assert me.ask("/en/me/").status == 303


def test_the_pages_of_the_team_are_there_for_an_opened_vault_too(site):
    for path in ("me/", "team/", "waiting/", "me/travel/"):
        assert site.ask(f"/en/{path}").status == 200, path


def test_whoever_opens_a_case_can_name_its_people_and_says_who_else_may(team, enter):
    """Rauf reads no identities of all cases; his own case is closed to those he ticked."""
    me = enter("Rauf")
    with team.open() as vault:
        aysel = next(one for one in vault.members.roster().present if one.name == "Aysel")
    title = {"titles-count": "1", "titles-0-text": "A window", "titles-0-language": "en"}
    opened = me.send("/en/cases/new/", **title, team=aysel.kid.hex())
    case = opened.location.split("/")[3]
    me.send(f"/en/cases/{case}/record/who/", roles="victim")
    person = re.search(r"person_[0-9a-z]{26}", me.ask(f"/en/cases/{case}/record/who/").text)[0]
    name = {"names-count": "1", "names-0-text": "Leyla Aslanova", "names-0-language": "az"}
    named = me.send(f"/en/cases/{case}/record/name/?person={person}", **name)

    assert named.status == 303
    assert "Leyla Aslanova" in me.ask(f"/en/cases/{case}/").text
    assert "Leyla Aslanova" in enter("Aysel").ask(f"/en/cases/{case}/").text
    assert "Leyla Aslanova" not in enter("founder").ask(f"/en/cases/{case}/").text


def test_a_case_whose_title_is_refused_leaves_no_team_behind(team, enter):
    me = enter("Rauf")
    answer = me.send("/en/cases/new/", **{"titles-count": "1", "titles-0-text": ""})

    assert answer.status == 422
    with team.open() as vault:
        assert not [one for one in vault.members.roster().compartments if ":" in one]


def test_a_case_of_which_only_the_title_is_kept_has_not_ended(enter):
    me = enter("Rauf")
    title = {"titles-count": "1", "titles-0-text": "A window", "titles-0-language": "en"}
    case = me.send("/en/cases/new/", **title).location.split("/")[3]

    for path in (f"/en/cases/{case}/", "/en/"):
        text = me.ask(path).text
        assert "no stage recorded" in text
    assert '<span class="tag">ended</span>' not in me.ask(f"/en/cases/{case}/").text


def test_whoever_agrees_to_freeze_somebody_stays_signed_in(team, enter):
    rauf, founder, aysel = enter("Rauf"), enter("founder"), enter("Aysel")
    code = team.code("Rauf")
    founder.send(f"/en/team/{code}/freeze/", sure="yes")
    answer = aysel.send(f"/en/waiting/freezing/{code}/", sure="yes")

    assert answer.status == 303
    assert rauf.ask("/en/").status == 303
    assert founder.ask("/en/").status == 200
    assert aysel.ask("/en/waiting/").status == 200


def test_a_key_for_a_stranger_in_the_file_of_keys_is_told_to_the_team_and_keeps_nobody_out(
    team, enter
):
    said = "wrapped for nobody who is, or was, a member"
    assert said not in enter("founder").ask("/en/team/").text
    with team.open() as vault:
        held = vault._keystore.wraps(vault._identity.vault)[0]
        vault._keystore.keep(wraps=[held._replace(holder=b"a stranger's kid")])

    for who in ("founder", "Aysel"):
        assert said in enter(who).ask("/en/team/").text


def test_an_administrator_destroys_the_keys_of_strangers_and_nobody_else_does(team, enter):
    founder, rauf = enter("founder"), enter("Rauf")
    page = "/en/team/strange-keys/"
    assert "There is none" in founder.ask(page).text
    with team.open() as vault:
        vid = bytes.fromhex(vault.id)
        before = vault._keystore.wraps(vid)
        kid = vault.members.roster().compartments["coded"].keys[-1].kid
        held = next(one for one in before if one.kid == kid)
        vault._keystore.keep(wraps=[held._replace(holder=b"a stranger's kid")])

    assert page in founder.ask("/en/team/").text
    assert page not in rauf.ask("/en/team/").text
    assert rauf.ask(page).status == rauf.send(page, key=kid.hex(), sure="yes").status == 404
    shown = founder.ask(page)
    assert kid.hex() in shown.text
    assert "what happened" in shown.text
    assert dict(shown.hidden)["key"] == kid.hex()
    assert "Nothing was done" in founder.send(page, key=kid.hex()).text
    with team.open() as vault:
        assert len(vault.members.strange_keys()) == 1
        mine = next(one.kid for one in before if one.kid != kid).hex()
    assert founder.send(page, key=mine, sure="yes").location == page
    assert founder.send(page, key=kid.hex(), sure="yes").location == "/en/team/"
    with team.open() as vault:
        assert vault._keystore.wraps(vid) == before
    assert "wrapped for nobody" not in founder.ask("/en/team/").text
    assert founder.send(page, key=kid.hex(), sure="yes").location == page
