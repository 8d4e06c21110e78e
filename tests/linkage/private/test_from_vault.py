"""The people of case files as a list: who said no is not in it, nor is who may not be read."""

import pytest

from candlemark import casefile
from candlemark.casefile import facts
from candlemark.dates import PartialDate
from candlemark.definition import Definition
from candlemark.ids import new_id
from candlemark.ledger import Vault
from candlemark.linkage.private import people_of

ANSWERS = {"Anna": {}, "Bela": {"statistics": "refused"}, "Cyra": {"referral": "refused"}}


@pytest.fixture(scope="module")
def ledger():
    edition = Definition.load()
    ledger = Vault.in_memory(casefile.KINDS).ledger
    for name, answers in ANSWERS.items():
        case = casefile.open_case(ledger, edition, {"en": "A neutral title"})
        person = new_id("person")

        def made(kind, case=case, **more):
            return kind(id=new_id("fact"), case=case, edition=edition.code, **more)

        names = (facts.Spelling(text=f"{name} Gumbatova", language="az"),)
        consents = [
            made(
                facts.ConsentStated,
                consent=new_id("consent"),
                person=person,
                use=use,
                answer=answer,
            )
            for use, answer in answers.items()
        ]
        casefile.say(
            ledger,
            edition,
            [
                made(facts.PersonInRole, person=person, roles=("victim",)),
                made(
                    facts.IdentityStated, person=person, names=names, birth=PartialDate(1971, 2, 3)
                ),
                *consents,
            ],
        )
    return ledger


@pytest.mark.parametrize(
    ("output", "listed", "refused"), [("counts", ["anna", "cyra"], 1), ("links", ["anna"], 2)]
)
def test_a_case_in_which_somebody_said_no_is_left_out_whole(ledger, output, listed, refused):
    people = people_of(ledger, output)
    assert sorted(row["given"][0] for row in people.rows) == listed
    assert people.refused == refused
    assert {row["birth_precision"] for row in people.rows} == {"day"}
