"""Answers about the whole ledger, kept sealed beside the read models."""

from __future__ import annotations

import pytest

from candlemark import agency, casefile, measure
from candlemark.casefile import facts
from candlemark.dates import PartialDate
from candlemark.definition import Definition
from candlemark.ids import new_id
from candlemark.ledger import Vault
from candlemark.ledger.model import shelf
from candlemark.seal import Cost

KINDS = casefile.KINDS | agency.KINDS | measure.KINDS
PASSPHRASE = "abacus abdomen abdominal abide abiding ability ablaze"  # noqa: S105 - a vault of nobody


@pytest.fixture(scope="module")
def edition():
    return Definition.load()


@pytest.fixture
def vault(tmp_path):
    with Vault.create(tmp_path / "vault", PASSPHRASE, kinds=KINDS, cost=Cost.QUICK) as vault:
        yield vault


def keep(vault, name, content):
    vault.ledger.models.remember(name, content, vault.ledger.tree().root)


def files(vault):
    return sorted(vault.ledger.models.folder.glob("*.answer"))


def test_an_answer_is_recalled_word_for_word_and_under_its_name_only(vault):
    keep(vault, "one", b"1221")

    assert vault.ledger.models.recall("one") == b"1221"
    assert vault.ledger.models.recall("other") is None


def test_an_answer_says_nothing_to_who_only_has_the_file(vault):
    keep(vault, "how many were convicted", b"1221 convicted")
    (path,) = files(vault)

    assert b"convicted" not in path.read_bytes()
    assert "convicted" not in path.name
    assert path.stat().st_mode & 0o777 == 0o600


def test_an_answer_goes_when_the_ledger_has_grown(vault, edition):
    keep(vault, "one", b"1221")
    casefile.open_case(vault.ledger, edition, {"en": "A case"})

    assert vault.ledger.models.recall("one") is None
    assert files(vault) == []


def test_an_answer_to_an_older_ledger_is_not_kept_for_a_newer_one(vault, edition):
    root = vault.ledger.tree().root
    casefile.open_case(vault.ledger, edition, {"en": "A case"})
    vault.ledger.models.remember("one", b"1221", root)

    assert vault.ledger.models.recall("one") is None


def test_a_damaged_answer_is_removed(vault):
    keep(vault, "one", b"1221")
    (path,) = files(vault)
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)

    assert vault.ledger.models.recall("one") is None
    assert files(vault) == []


def test_answers_are_thrown_away_with_the_models(vault):
    keep(vault, "one", b"1221")
    vault.ledger.models.forget()

    assert files(vault) == []


def test_only_so_many_answers_are_kept_and_none_that_is_too_large(vault, monkeypatch):
    monkeypatch.setattr(shelf, "KEPT", 3)
    monkeypatch.setattr(shelf, "LARGEST", 10)
    for n in range(5):
        keep(vault, f"answer {n}", b"1")
    keep(vault, "large", b"12345678901")

    assert len(files(vault)) == 3
    assert vault.ledger.models.recall("large") is None


def test_an_answer_as_large_as_may_be_kept_is_recalled(vault, monkeypatch):
    monkeypatch.setattr(shelf, "LARGEST", 2000)
    keep(vault, "large", bytes(2000))
    keep(vault, "larger", bytes(2001))

    assert vault.ledger.models.recall("large") == bytes(2000)
    assert vault.ledger.models.recall("larger") is None


def test_a_folder_that_is_full_loses_nothing_but_time(vault, monkeypatch):
    monkeypatch.setattr(shelf, "make_folder", _full)
    keep(vault, "two", b"1")

    assert vault.ledger.models.recall("two") is None


def _full(folder):
    raise OSError(28, "No space left on device", str(folder))


def test_a_figure_is_computed_once_for_every_state_of_the_ledger(vault, edition):
    say_stage(vault, edition)
    asked = []

    def ask():
        asked.append(1)
        return measure.attrition(measure.study(vault.ledger, edition, vault_name="v"))

    one, other = (measure.taken(vault.ledger, "attrition", "all", ask) for _ in range(2))
    assert (len(asked), one) == (1, other)
    assert one.identity == measure.identity_of(other.figure)

    say_stage(vault, edition)
    again = measure.taken(vault.ledger, "attrition", "all", ask)
    assert len(asked) == 2
    assert again.figure.groups[0].entered == one.figure.groups[0].entered + 1


@pytest.mark.parametrize(
    ("question", "take"),
    [
        ("attrition", measure.attrition),
        ("occupancy", measure.occupancy),
        ("incidence", measure.incidence),
        ("durations", measure.durations),
    ],
)
def test_every_figure_comes_back_as_it_was(vault, edition, question, take):
    say_stage(vault, edition)
    study = measure.study(vault.ledger, edition, vault_name="v")
    figure = take(study)
    measure.taken(vault.ledger, question, "x", lambda: figure)
    kept = measure.taken(vault.ledger, question, "x", lambda: pytest.fail("computed again"))
    card = measure.card_of(study)
    measure.card(vault.ledger, "x", lambda: card)

    assert kept.figure == figure
    assert measure.card(vault.ledger, "x", lambda: pytest.fail("computed again")) == card


def say_stage(vault, edition):
    """A case with somebody who was charged and then judged."""
    case = casefile.open_case(vault.ledger, edition, {"en": "A case"})
    person, proceeding = new_id("person"), new_id("proceeding")
    given = {"case": case, "edition": edition.code}
    said = [
        facts.PersonInRole(id=new_id("fact"), person=person, roles=("suspect",), **given),
        facts.ProceedingOpened(
            id=new_id("fact"),
            proceeding=proceeding,
            forum=facts.Forum.NATIONAL,
            persons=(person,),
            **given,
        ),
        *(
            facts.StageReached(
                id=new_id("fact"),
                person=person,
                proceeding=proceeding,
                stage=stage,
                when=PartialDate.parse(when),
                outcome=outcome,
                **given,
            )
            for stage, when, outcome in (
                ("charged", "2020-01-01", ""),
                ("judged", "2020-03", "found-guilty"),
            )
        ),
    ]
    casefile.say(vault.ledger, edition, said)
