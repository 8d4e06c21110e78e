"""What one rule to learn by guesses, all comparisons together put right; names as they are rare."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from candlemark.linkage.engine import levels_of
from candlemark.linkage.engine.alike import alike
from candlemark.linkage.engine.flat import flat_rows
from candlemark.linkage.engine.levels import CHANGED_PLACES, ELSE
from candlemark.linkage.engine.model import Shares, equal_by_chance
from candlemark.linkage.engine.numbers import Numbered
from candlemark.linkage.engine.plan import Compared
from candlemark.linkage.engine.refining import refined, with_chance
from candlemark.linkage.engine.scoring import Scores
from candlemark.linkage.preparing import name_columns, prepared, read_name
from candlemark.linkage.unknowns import Notebook

FAMILY = Compared("family", "name", "family", crossed="given", frequency=True)
GIVEN = Compared("given", "name", "given", crossed="family", frequency=True)


def with_birth(model, equal, different):
    """The model as if a rule had taken so many true pairs to be born on two days."""
    birth = list(model.shares["birth"])
    birth[0], birth[-1] = Shares(equal, birth[0].u), Shares(different, birth[-1].u)
    return replace(model, shares={**model.shares, "birth": tuple(birth)})


def test_namesakes_a_rule_took_for_one_person_are_told_apart_again(model, rows):
    wrong = with_birth(model, 0.70, 0.25)
    birth = refined(wrong, rows, floor=0.001).shares["birth"]

    assert birth[-1].m < 0.02
    assert birth[0].m > 0.85
    assert sum(one.m for one in birth) == pytest.approx(1, abs=0.01)
    assert [one.u for one in birth] == [one.u for one in wrong.shares["birth"]]


def test_a_model_learnt_from_few_pairs_stays_as_it_is(model, rows):
    assert refined(model, rows.slice(0, 60)) is model


def test_what_names_say_already_counts_only_when_it_differs(model):
    agrees, differs = model.shares["sex"]

    assert agrees.weight == 0
    assert differs.weight < -5


def test_changed_places_are_as_rare_by_chance_as_both_names_are(model):
    at = levels_of(model.plan.compared("family")).labels.index(CHANGED_PLACES)
    both = [equal_by_chance(model.plan.compared(n), model.shares[n]) for n in ("family", "given")]

    assert model.shares["family"][at].u == pytest.approx(
        model.shares["family"][at].m * np.prod(both)
    )


def test_how_often_a_sound_is_written_alike_splits_what_is_heard_by_chance(model):
    before = equal_by_chance(model.plan.compared("family"), model.shares["family"])
    family = with_chance(model, {"family": 0.75}).shares["family"]

    assert [one.u for one in family[:2]] == pytest.approx([0.75 * before, 0.25 * before])


def family_levels(plan, *said):
    """By the label of a level: of the first of some rows with each of the others (given, family)."""
    rows = pa.table(
        {
            "record": [f"{at:02}" for at in range(len(said))],
            "given": [given for given, _ in said],
            "family": [family for _, family in said],
        }
    )
    ruled = dict.fromkeys(("rules", "sure", "learn"), (("family_keys",),))
    flat = flat_rows(rows, replace(plan, comparisons=(FAMILY, GIVEN), keys=(), exact=(), **ruled))
    compared = alike(FAMILY)
    compared.take(Numbered(flat, {}))
    others = np.arange(1, len(said), dtype=np.int32)
    labels = levels_of(FAMILY).labels
    return [labels[at] for at in compared.levels(np.zeros_like(others), others)]


def test_two_families_of_one_ending_that_stands_alone_share_no_word(plan):
    found = family_levels(plan, ("Anar", "Salman ov"), ("Anar", "Famil ov"), ("Anar", "Salman xan"))

    assert found[0] == ELSE
    assert found[1] != ELSE


def test_names_that_changed_places_are_found_in_another_spelling_and_not_by_the_stem(plan):
    found = family_levels(
        plan,
        ("Sadiq", "Bayramov"),
        ("Bayramov", "Sadiq"),
        ("Bayramov", "Sadik"),
        ("Байрамов", "Садык"),
        ("Bayram", "Sadiqov"),  # a father may bear his son's name
    )

    assert found[:3] == [CHANGED_PLACES] * 3
    assert found[3] != CHANGED_PLACES


def test_a_name_in_its_rarer_spelling_is_no_rarer_a_name(model):
    book, made = Notebook("police"), []
    names = (
        ["Rauf Xalilov"] * 8 + ["Rauf Khalilov"] * 2 + [f"Murad {x}uliyev" for x in "BDGMR"] * 40
    )
    for number, name in enumerate(names):
        read = [read_name(name, "", book)]
        made.append({"source": "police", "record": f"{number:06}", "country": "AZ", "region": "AZ-BA",
                     "persons": 1, **name_columns(read)})  # fmt: skip
    scores = Scores(model)
    scores.take(Numbered(flat_rows(prepared(made, book).rows, model.plan), {}))
    left, right = (np.asarray(side, np.int32) for side in ((0, 8, 0), (1, 9, 8)))
    found = scores.scored(left, right, -1e9).sort_by([("l", "ascending"), ("r", "ascending")])
    usual, across, rare = (each[0] for each in found["weights"].to_pylist())

    assert [each[0] for each in found["levels"].to_pylist()] == [0, 1, 0]
    assert usual == rare > 0
    assert across > 0
