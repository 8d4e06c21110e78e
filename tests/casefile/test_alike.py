"""A person is found by a name as it was written elsewhere; the nearer spelling comes first."""

from __future__ import annotations

import pytest

from candlemark import casefile
from candlemark.casefile import alike, facts, record

from .test_shelf import give_models


@pytest.fixture
def shelved(desk, tmp_path, monkeypatch):
    give_models(desk, tmp_path / "a" / "vault")
    monkeypatch.setattr(record, "WORTH_A_MODEL", 0)
    return desk


def somebody(desk, *names, language="az"):
    """A new case with a person of these names; the case."""
    desk.case = casefile.open_case(desk.ledger, desk.edition, {"en": "A neutral title"})
    person = desk.person("victim")
    spelled = tuple(facts.Spelling(text=one, language=language) for one in names)
    desk.say(desk.make(facts.IdentityStated, person=person, names=spelled))
    return desk.case


def found(desk, words):
    return [one.id for one in casefile.find(desk.ledger, words)]


@pytest.mark.parametrize(
    "asked",
    ["Hümbətov", "Hummatov", "Гумбатов", "همتی", "همت‌اف", "əlikram hummatov", "Гумбатов Аликрам"],
)
def test_one_name_in_whatever_script_finds_its_bearer(shelved, asked):
    case = somebody(shelved, "Əlikram Hümbətov")
    somebody(shelved, "Novruz Əsgərli")

    assert found(shelved, asked) == [case]


def test_what_is_spelled_as_asked_comes_first(shelved):
    by_ear = somebody(shelved, "Гумбатов", language="ru")
    spelled = somebody(shelved, "Hümbətov")

    assert found(shelved, "Hümbətov") == [spelled, by_ear]
    assert found(shelved, "Гумбатов") == [by_ear, spelled]


def test_every_word_must_be_in_the_names_of_one_person(shelved):
    somebody(shelved, "Əlikram Hümbətov")
    assert found(shelved, "Гумбатов Новруз") == []


def test_a_name_that_was_corrected_is_no_longer_found(shelved):
    case = somebody(shelved, "Hümbətov")
    (old,) = [
        fact
        for _, fact in shelved.ledger.facts()
        if isinstance(fact, facts.IdentityStated) and fact.case == case
    ]
    names = (facts.Spelling(text="Əsgərli", language="az"),)
    shelved.say(
        shelved.make(facts.IdentityStated, person=old.person, names=names, supersedes=(old.id,))
    )
    assert found(shelved, "Гумбатов") == []
    assert found(shelved, "Аскерли") == [case]


def test_the_keys_of_names_stand_only_where_the_names_stand(shelved):
    somebody(shelved, "Hümbətov")
    found(shelved, "Гумбатов")
    tables = shelved.ledger.models.coded(
        casefile.shelf.STATEMENTS,
        lambda model: model.query("SELECT name FROM sqlite_schema WHERE name LIKE '%key%'"),
    )
    assert tables == []


def test_nothing_that_is_typed_is_wrong(shelved):
    somebody(shelved, "Hümbətov")
    for typed in ("", "'", '" OR 1=1 --', "—", "a" * 5000, "ə ə ə ə ə ə ə"):
        assert isinstance(found(shelved, typed), list)


def test_of_a_name_that_very_many_have_the_newest_and_any_first_name_are_found(
    shelved, monkeypatch
):
    monkeypatch.setattr(alike, "_CANDIDATES", 3)
    cases = [somebody(shelved, f"{first} Hümbətov") for first in ("Leyla", *["Novruz"] * 6)]

    assert set(found(shelved, "Гумбатов")) >= set(cases[-3:])
    assert found(shelved, "Гумбатов Лейла") == cases[:1]
    assert found(shelved, "Лейла Гумбатов") == cases[:1]
    assert found(shelved, "Лейла Алиев") == []
