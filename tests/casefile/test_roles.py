"""What members do: who may say it, what counts of it, and what each role lets somebody do."""

from __future__ import annotations

import pytest

from candlemark import casefile
from candlemark.casefile import record, roles
from candlemark.casefile.roles import RIGHTS, Right, RoleGiven, fold_roles, give_roles, may
from candlemark.errors import NotEntitled, NotInOrder
from candlemark.ids import new_id
from candlemark.ledger import Part
from candlemark.ledger.roster_facts import MemberChanged


def roles_by_name(vault):
    held = roles.roles_of(vault.ledger, vault.members.roster())
    return {one.name: held[one.code] for one in vault.members.roster().present}


def test_every_role_of_the_definition_has_rights_and_no_other_has(edition):
    assert {term.code for term in edition.scheme(roles.SCHEME)} == set(RIGHTS)


def test_every_right_is_granted_by_some_role():
    assert set(Right) == set().union(*RIGHTS.values())


RULES = {
    "an administrator reads no case for that alone": ("administrator", Right.READ_CASES, False),
    "an administrator administers": ("administrator", Right.ADMINISTER, True),
    "a case worker writes": ("case-worker", Right.WRITE_CASES, True),
    "a case worker sees who somebody is": ("case-worker", Right.SEE_IDENTITIES, True),
    "a case worker publishes nothing": ("case-worker", Right.PUBLISH, False),
    "a lawyer writes": ("lawyer", Right.WRITE_CASES, True),
    "an analyst publishes": ("analyst", Right.PUBLISH, True),
    "an analyst sees no identity": ("analyst", Right.SEE_IDENTITIES, False),
    "an analyst changes no case": ("analyst", Right.WRITE_CASES, False),
    "a secretary changes no case": ("secretary", Right.WRITE_CASES, False),
    "a secretary sees no identity": ("secretary", Right.SEE_IDENTITIES, False),
    "nobody but an administrator administers": ("lawyer", Right.ADMINISTER, False),
    "a role nobody knows lets nobody do anything": ("spy", Right.READ_CASES, False),
}


@pytest.mark.parametrize(("role", "right", "expected"), RULES.values(), ids=RULES)
def test_a_role_lets_somebody_do_what_the_table_says(role, right, expected):
    assert may([role], right) is expected


def test_several_roles_let_somebody_do_what_each_of_them_does():
    assert may(["secretary", "analyst"], Right.PUBLISH)
    assert not may([], Right.READ_CASES)


def test_before_anything_was_said_the_founder_can_do_the_work_and_administer(desk):
    held = roles.roles_of(desk.ledger, desk.vault.members.roster())

    assert set(held.values()) == {("case-worker", "administrator")}


def test_an_administrator_says_what_members_do_and_the_newest_counts(three, edition):
    with three.open("Aysel") as vault:
        ramin = vault.members.find(three.code(vault, "Ramin"))
        give_roles(vault, edition, ramin, ["lawyer"])
        give_roles(vault, edition, ramin, ["secretary", "analyst", "secretary"])

        assert roles_by_name(vault)["Ramin"] == ("secretary", "analyst")
        assert roles_by_name(vault)["Aysel"] == ("case-worker", "administrator")


def test_a_member_can_have_no_role(three, edition):
    with three.open() as vault:
        give_roles(vault, edition, vault.members.find(three.code(vault, "Ramin")), [])

        assert roles_by_name(vault)["Ramin"] == ()


def test_who_is_no_administrator_says_no_roles(three, edition):
    with three.open("Ramin") as vault:
        before = vault.ledger.size
        with pytest.raises(NotEntitled, match="only an administrator"):
            give_roles(vault, edition, vault.members.me, ["lawyer"])

        assert vault.ledger.size == before


def test_a_role_said_past_the_verb_by_one_who_is_no_administrator_does_not_count(three, edition):
    with three.open("Ramin") as vault:
        said = RoleGiven(
            id=new_id("fact"),
            edition=edition.code,
            member=vault.members.me.kid.hex(),
            roles=("lawyer", "administrator"),
        )
        vault.ledger.append([Part("coded", (said,))])

        assert roles_by_name(vault)["Ramin"] == ("case-worker",)


def test_the_roster_alone_makes_an_administrator(three, edition):
    with three.open() as vault:
        ramin = vault.members.find(three.code(vault, "Ramin"))
        with pytest.raises(NotInOrder) as error:
            give_roles(vault, edition, ramin, ["administrator", "chief"])
        said = RoleGiven(
            id=new_id("fact"),
            edition=edition.code,
            member=ramin.kid.hex(),
            roles=("lawyer", "administrator"),
        )
        vault.ledger.append([Part("coded", (said,))])

        assert len(error.value.faults) == 2
        assert roles_by_name(vault)["Ramin"] == ("lawyer",)


def test_what_somebody_said_as_administrator_counts_no_more_when_they_are_none(three, edition):
    with three.open("Aysel") as vault:
        give_roles(vault, edition, vault.members.find(three.code(vault, "Ramin")), ["lawyer"])
    with three.open() as vault:
        aysel = vault.members.find(three.code(vault, "Aysel"))
        vault.members.propose([MemberChanged(aysel.kid, administrator=False, coded=True)])

        assert roles_by_name(vault)["Ramin"] == ("case-worker",)


def test_who_left_has_no_role(three, edition):
    with three.open() as vault:
        ramin = vault.members.find(three.code(vault, "Ramin"))
        give_roles(vault, edition, ramin, ["lawyer"])
        vault.members.propose([vault.members.removal(ramin)])

        assert "Ramin" not in roles_by_name(vault)


def test_the_model_says_what_the_ledger_says(three, edition, monkeypatch):
    with three.open() as vault:
        give_roles(vault, edition, vault.members.find(three.code(vault, "Ramin")), ["lawyer"])
        roster = vault.members.roster()
        plain = roles.roles_of(vault.ledger, roster)
        monkeypatch.setattr(record, "WORTH_A_MODEL", 0)

        assert roles._said(vault.ledger) != []
        assert roles.roles_of(vault.ledger, roster) == plain
        assert fold_roles(roles._said(vault.ledger), roster) == plain


def test_roles_are_no_statement_of_a_case(three, edition):
    with three.open() as vault:
        case = casefile.open_case(vault.ledger, edition, {"en": "Neutral"})
        give_roles(vault, edition, vault.members.me, ["analyst"])

        assert len(casefile.case(vault.ledger, case).history) == 1
