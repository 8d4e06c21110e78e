"""Judging pairs at a terminal."""

from __future__ import annotations

import pytest

from candlemark.cli.opening import KINDS
from candlemark.definition import Definition
from candlemark.ledger import Vault
from candlemark.linkage.judging import Claims, pair_of
from candlemark.seal import Cost, new_passphrase
from linked import One, say_case, say_run

NAMES = ("Rəhim Mirzəyev", "Рагим Мирзоев", "Rahim Mirzayev")


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """A vault with three case files that were compared: its options, run and records."""
    folder, words = tmp_path_factory.mktemp("review"), new_passphrase()
    (folder / "words.txt").write_text(words)
    edition = Definition.load()
    with Vault.create(folder / "vault", words, "V", cost=Cost.QUICK, kinds=KINDS) as vault:
        records = [say_case(vault.ledger, edition, One("An attack", name)) for name in NAMES]
    return {
        "words": words,
        "folder": folder / "vault",
        "options": ("--vault", folder / "vault", "--passphrase-file", folder / "words.txt"),
        "records": records,
    }


@pytest.fixture
def vault(desk):
    with Vault.open(desk["folder"], desk["words"], KINDS) as made:
        yield made


@pytest.fixture
def pairs(desk):
    """A new run over the three; the name of the pair of two of them."""
    a, b, c = desk["records"]
    with Vault.open(desk["folder"], desk["words"], KINDS) as made:
        run = say_run(made.ledger, [(a, b, 0.9), (b, c, 0.6), (a, c, 0.5)])
    places = sorted([pair_of(a, b), pair_of(b, c), pair_of(a, c)])
    names = {"ab": pair_of(a, b), "bc": pair_of(b, c), "ac": pair_of(a, c)}
    return {name: f"{run}:{places.index(pair)}" for name, pair in names.items()}


@pytest.fixture
def review(ask, desk):
    return lambda *words: ask("link", "review", *words, *desk["options"])


def test_from_the_list_to_a_contradiction_and_back(review, pairs):
    listed = review("list", "--json").json
    before = review("show", pairs["ab"])
    first = review("judge", pairs["ab"], "same", "--reason", "the same street", "--json").json
    after = review("show", pairs["ab"], "--tongue", "en")
    again = review("judge", pairs["ab"], "same", "--json").json
    review("judge", pairs["bc"], "same")
    different = review("judge", pairs["ac"], "different")
    found = review("contradictions", "--json").json["contradictions"]
    told = review("contradictions").out
    history = review("history", "--json").json["judgements"]
    back = review("take-back", again["judgement"], "--json").json

    assert listed["waiting"] == 3
    assert {one["pair"] for one in listed["pairs"]} == set(pairs.values())
    assert listed["pairs"][0]["pair"] == pairs["ab"]
    assert "compared" not in before.out
    assert "shown when you have answered" in before.out
    assert (first["blind"], first["state"], again["blind"]) == (True, "settled", False)
    assert "The two records agree on" in after.out
    assert different.code == 0
    assert len(found) == 1
    assert [len(one) for one in found[0]["same"]] == [1, 1]
    assert "cannot all be true" in told
    assert [one["stands"] for one in history] == ["replaced", "counts", "counts", "counts"]
    assert history[0]["reason"] == "the same street"
    assert {one["run"] for one in history} == {pairs["ab"].split(":")[0]}
    assert all(one["run_at"] and one["model"].startswith("linkmodel_") for one in history)
    assert review("contradictions").out == "No answer contradicts another.\n"
    assert len(back["touched"]) == 3  # the two, and what the other had been joined to
    said = review("history").out
    assert "No answer" not in said
    assert f"model {history[0]['model_digits']}" in said


def test_names_are_hidden_until_asked_for_and_the_asking_is_kept(review, pairs, desk):
    hidden, shown = review("show", pairs["ab"]), review("show", pairs["ab"], "--names")
    listed = review("show", pairs["ab"], "--json").json["records"]
    with Vault.open(desk["folder"], desk["words"], KINDS) as vault:
        asked = [entry for entry in vault.ledger.entries() if "link.names-shown" in entry.kinds]

    assert NAMES[0] not in hidden.out + str(listed)
    assert "Hidden of cases: names" in hidden.out
    assert NAMES[0] in shown.out
    assert len(asked) == 1


def test_what_is_refused_says_why(review, pairs, vault, desk):
    a, b, _ = desk["records"]
    Claims(vault).take(pair_of(a, b), "ab" * 16)

    taken = review("judge", pairs["ab"], "same")
    unknown = review("show", "linkrun_none:0")
    named = review("judge", pairs["bc"], "same", "--reason", "RAHIM")
    nobody = review("take-back", "judgement_none")

    assert (taken.code, unknown.code, named.code, nobody.code) == (45, 10, 40, 40)
    assert "somebody else has this pair before them" in taken.err
    assert "link review list names them" in unknown.err
    assert "it holds a name of the records" in named.err
    Claims(vault).give_back(pair_of(a, b), "ab" * 16)


def test_with_nothing_linked_nothing_waits(ask, tmp_path):
    words = new_passphrase()
    (tmp_path / "words.txt").write_text(words)
    Vault.create(tmp_path / "v", words, "V", cost=Cost.QUICK, kinds=KINDS).close()
    options = ("--vault", tmp_path / "v", "--passphrase-file", tmp_path / "words.txt")

    assert ask("link", "review", "list", *options).out == "Nothing waits for you.\n"
    assert ask("link", "review", "reviewers", "--json", *options).json["reviewers"] == []
