"""What is read from the shelf is what is read from the ledger; cases are found by words."""

from __future__ import annotations

import shutil

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from candlemark import casefile
from candlemark.casefile import facts, record, shelf
from candlemark.dates import PartialDate
from candlemark.errors import (
    LedgerBroken,
    SettingRefused,
    StorageFull,
    UnknownCase,
    VaultBusy,
    VaultError,
)
from candlemark.ids import new_id
from candlemark.ledger import Part
from candlemark.ledger.kinds import UnknownFact
from candlemark.ledger.model import Models


@pytest.fixture
def shelved(desk, tmp_path, monkeypatch):
    """The desk, with read models that are asked however small the ledger is."""
    give_models(desk, tmp_path / "of this" / "vault")
    monkeypatch.setattr(record, "WORTH_A_MODEL", 0)
    return desk


def give_models(desk, folder):
    identity = desk.vault._identity
    desk.ledger.models = Models(
        desk.ledger, identity.vault, identity.keyring.compartments, folder, patience=0.1
    )


WORDS = st.sampled_from(["Əliyev", "said", "Bakı", "никто", "علی", ""])
MOVES = st.lists(
    st.one_of(
        st.tuples(st.just("case"), WORDS),
        st.tuples(st.just("note"), st.integers(0, 9), WORDS),
        st.tuples(st.just("name"), st.integers(0, 9), WORDS),
        st.tuples(st.just("stage"), st.integers(0, 9), st.sampled_from(["2019", "2020-05", ""])),
        st.tuples(st.just("correct"), st.integers(0, 30), WORDS),
        st.tuples(st.just("withdraw"), st.integers(0, 30)),
        st.tuples(st.just("unknown"), st.integers(0, 9)),
        st.tuples(st.just("merge"), st.integers(0, 9), st.integers(0, 9)),
        st.tuples(st.just("move"), st.integers(0, 9), st.integers(0, 30)),
        st.tuples(st.just("ask")),
    ),
    max_size=25,
)


def parts_of(move, cases, said, edition, compartments=("identity",)):
    """The parts one move says, not checked by anybody: the ledger may hold whatever was signed."""
    given = {"id": new_id("fact"), "edition": edition.code}
    kind, *rest = move
    if kind == "case" or not cases:
        given["case"] = new_id("case")
        cases.append(given["case"])
        fact = facts.CaseOpened(**given, titles=(facts.Words(str(rest[0]) if rest else "", "az"),))
    elif kind == "correct" and said:
        old = said[rest[0] % len(said)]
        fact = facts.NoteMade(
            **given, case=old.case, supersedes=(old.id,), words=(facts.Words(rest[1], "az"),)
        )
    elif kind == "withdraw" and said:
        old = said[rest[0] % len(said)]
        fact = facts.Withdrawn(**given, case=old.case, statements=(old.id,))
    elif kind == "name":
        case, person = cases[rest[0] % len(cases)], new_id("person")
        fact = facts.PersonInRole(**given, case=case, person=person, roles=("suspect",))
        who = facts.IdentityStated(
            **given | {"id": new_id("fact")},
            case=case,
            person=person,
            names=(facts.Spelling(text=rest[1], language="az"),),
        )
        said += [fact, who]
        where = compartments[len(said) % len(compartments)]
        return [Part(where, (who,), person), Part("coded", (fact,), person)]
    elif kind == "stage":
        when = PartialDate.parse(rest[1]) if rest[1] else None
        case = cases[rest[0] % len(cases)]
        fact = facts.StageReached(**given, case=case, stage="charged", when=when)
    elif kind == "merge":
        one, other = (cases[n % len(cases)] for n in rest)
        fact = facts.CaseMerged(**given, case=one, into=other)
    elif kind == "move" and said:
        old = said[rest[1] % len(said)]
        to = cases[rest[0] % len(cases)]
        fact = facts.StatementsMoved(**given, case=old.case, statements=(old.id,), to=to)
    elif kind == "unknown":
        return [Part("coded", (UnknownFact("case.note", 9, b"\x90"),))]
    else:
        fact = facts.NoteMade(**given, case=cases[-1], words=(facts.Words("plain", "en"),))
    said.append(fact)
    return [Part("coded", (fact,))]


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(moves=MOVES, own=st.integers(0, 3))
def test_the_shelf_answers_as_the_ledger_does(moves, own, new_desk, edition, tmp_path_factory):
    desk, cases, said = new_desk(), [], []
    compartments = ("identity", *(f"identity:case_{n}" for n in range(own)))
    for name in compartments[1:]:
        desk.vault.members.open_compartment(name, ())
    give_models(desk, tmp_path_factory.mktemp("models") / "a" / "b")
    for move in moves:
        if move[0] == "ask":
            casefile.prepare(desk.ledger)
        else:
            desk.ledger.append(parts_of(move, cases, said, edition, compartments))
    every = {fact.case for _, fact in record.read_all(desk.ledger, None)}

    for wanted in [None, *({one} for one in every), every, {"case_none"}, set()]:
        from_shelf = [(one.entry, one.fact) for one in shelf.placed(desk.ledger.models, wanted)]
        assert from_shelf == record.read_all(desk.ledger, wanted)


def test_the_doors_give_the_same_from_the_shelf(shelved, monkeypatch):
    person = shelved.person()
    shelved.say(
        shelved.make(
            facts.IdentityStated, person=person, names=(facts.Spelling(text="Əli", language="az"),)
        )
    )
    shelved.stage("charged", "2020-01", person=person)
    note = shelved.note("background")
    shelved.withdraw(note)
    casefile.open_case(shelved.ledger, shelved.edition, {"en": "Another"})
    from_shelf = (casefile.cases(shelved.ledger), shelved.read())
    monkeypatch.setattr(record, "WORTH_A_MODEL", 10**9)

    assert from_shelf == (casefile.cases(shelved.ledger), shelved.read())
    assert len(from_shelf[0]) == 2
    with pytest.raises(UnknownCase):
        casefile.case(shelved.ledger, "case_none")


def test_an_entry_one_model_has_not_met_yet_is_not_half_shown(shelved, monkeypatch):
    person = shelved.person()
    shelved.read()
    models = shelved.ledger.models
    behind = models.coded

    def one_save_between(projection, ask):
        told = behind(projection, ask)
        shelved.ledger.append(parts_of(("name", 0, "later"), [shelved.case], [], shelved.edition))
        return told

    monkeypatch.setattr(models, "coded", one_save_between)
    with pytest.raises(VaultBusy):
        shelf.placed(models, {shelved.case})
    file = casefile.case(shelved.ledger, shelved.case)

    assert file.persons[0].id == person
    assert all(one.names for one in file.persons[1:])
    assert len(file.persons) > 1


@pytest.mark.parametrize("error", [StorageFull, VaultBusy, VaultError, LedgerBroken])
def test_without_a_model_the_answer_is_the_same(shelved, monkeypatch, error):
    shelved.note("background")
    expected = shelved.read()

    def refuse(*_):
        raise error("no")

    monkeypatch.setattr(shelved.ledger.models, "coded", refuse)

    assert shelved.read() == expected


def test_names_of_many_cases_are_found_in_three_files(shelved):
    cases = [
        casefile.open_case(shelved.ledger, shelved.edition, {"en": f"Case {n}"}) for n in range(20)
    ]
    for n, case_id in enumerate(cases):
        shelved.vault.members.open_compartment(f"identity:{case_id}", ())
        person = new_id("person")
        given = {"case": case_id, "edition": shelved.edition.code, "person": person}
        role = facts.PersonInRole(id=new_id("fact"), roles=("suspect",), **given)
        names = (facts.Spelling(text=f"Hümmətov {'Əli' if n % 2 else 'Vəli'}", language="az"),)
        who = facts.IdentityStated(id=new_id("fact"), names=names, **given)
        where = f"identity:{case_id}"
        shelved.ledger.append([Part("coded", (role,), person), Part(where, (who,), person)])

    assert {one.id for one in casefile.find(shelved.ledger, "hummatov ali")} == set(cases[1::2])
    assert casefile.case(shelved.ledger, cases[3]).persons[0].names
    assert len(list(shelved.ledger.models.folder.glob("*.db"))) == 3


def test_a_small_ledger_makes_no_files(desk, tmp_path):
    give_models(desk, tmp_path / "of this" / "vault")
    desk.read()

    assert not desk.ledger.models.folder.exists()


# Finding


def note(desk, text, language="az"):
    return desk.say(desk.make(facts.NoteMade, words=(facts.Words(text, language),)))


def ids(desk, words, limit=20):
    return [one.id for one in casefile.find(desk.ledger, words, limit)]


def test_a_case_is_found_by_a_name_a_note_a_title_and_a_number(shelved):
    person = shelved.person(note=(facts.Words("qorxur", "az"),))
    names = (facts.Spelling(text="Vüqar Əliyev", language="az"),)
    shelved.say(shelved.make(facts.IdentityStated, person=person, names=names))
    shelved.proceeding(person, docket="1(004)-17/2020")
    shelved.source(address="https://example.org/xeber", title=(facts.Words("Xəbər", "az"),))
    shelved.say(
        shelved.make(
            facts.IncidentDescribed,
            incident=new_id("incident"),
            acts=(facts.Act(words=(facts.Words("darvazanın önündə", "az"),)),),
            place=(facts.Words("Lənkəran", "az"),),
        )
    )

    for words in (
        "vugar aliyev",
        "neutral",
        "qorx",
        "004",
        "xeber",
        "darvaza",
        "lankaran",
        "example",
    ):
        assert ids(shelved, words) == [shelved.case], words
    assert ids(shelved, "nobody") == []


def test_what_was_corrected_or_taken_back_finds_nothing(shelved):
    first, second = note(shelved, "köhnə"), note(shelved, "geri")
    shelved.say(
        shelved.make(facts.NoteMade, words=(facts.Words("təzə", "az"),), supersedes=(first.id,))
    )
    shelved.withdraw(second)

    assert (ids(shelved, "köhnə"), ids(shelved, "geri")) == ([], [])
    assert ids(shelved, "təzə") == [shelved.case]


def test_what_was_found_shows_titles_and_places(shelved):
    note(shelved, "o gün darvazanın önündə dayandı")
    (found,) = casefile.find(shelved.ledger, "darvaza")

    assert found.titles == {"en": "A neutral title"}
    assert [(one.field, one.language, one.snippet.found) for one in found.places] == [
        ("words", "az", "darvazanın")
    ]


def test_a_limit_counts_cases(shelved):
    for _ in range(5):
        casefile.open_case(shelved.ledger, shelved.edition, {"en": "A neutral title"})

    assert len(ids(shelved, "neutral")) == 6
    assert len(set(ids(shelved, "neutral", 4))) == 4


def test_a_vault_that_lies_nowhere_is_not_searched(desk):
    with pytest.raises(SettingRefused):
        casefile.find(desk.ledger, "x")
    casefile.prepare(desk.ledger)


def test_nothing_is_lost_when_the_shelf_is_cleared(shelved):
    note(shelved, "darvaza")
    before = casefile.find(shelved.ledger, "darvaza")
    shutil.rmtree(shelved.ledger.models.folder)

    assert casefile.find(shelved.ledger, "darvaza") == before
