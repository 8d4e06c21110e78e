"""Pairs are those of Splink, true in the simulated world, and never made of what is not known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from candlemark.dates import PartialDate
from candlemark.linkage.engine import link, link_new
from candlemark.linkage.engine.splinked import linked_by_splink
from candlemark.linkage.preparing import name_columns, prepared, read_name
from candlemark.linkage.simulated import TRUTH, prepare_people, simulated_people
from candlemark.linkage.unknowns import Notebook


def right(pairs, whose, at_least):
    """Share of the pairs from a probability on that are of one person, and how many there are."""
    chosen = pairs.filter(pc.greater_equal(pairs["probability"], at_least)).to_pylist()
    ok = [
        whose[p["left_source"], p["left_record"]] == whose[p["right_source"], p["right_record"]]
        for p in chosen
    ]
    return sum(ok) / len(ok), len(ok)


def people_of(*said, source="police"):
    """Rows of people: name, birth, region."""
    book, made = Notebook(source), []
    for number, (name, birth, region) in enumerate(said):
        read = read_name(name, "", book) if name else None
        names = [read] if read and read.known else []
        made.append({"source": source, "record": f"{number:06}", "country": "AZ", "region": region, "persons": 1,
                     "birth": PartialDate.parse(birth) if birth else None, **name_columns(names)})  # fmt: skip
    return prepared(made, book)


def keys(pairs):
    return set(
        zip(
            *(
                pairs[n].to_pylist()
                for n in ("left_source", "left_record", "right_source", "right_record")
            ),
            strict=True,
        )
    )


@pytest.fixture(scope="module")
def linked(model, rows):
    return link(model, rows)


def test_weights_are_those_of_splink(model, rows, linked):
    theirs = linked_by_splink(model, rows)

    ours = {
        key: (w, tuple(levels))
        for *key, w, levels in zip(*_cells(linked.pairs), strict=True)
        for key in [tuple(key)]
    }
    splinks = {
        tuple(key): (w, tuple(levels))
        for *key, w, levels in zip(*_cells(theirs.pairs), strict=True)
    }
    assert ours.keys() == splinks.keys()
    assert len(ours) > 800
    for key, (weight, levels) in ours.items():
        assert levels == splinks[key][1]
        assert weight == pytest.approx(splinks[key][0], abs=1e-3)


def _cells(pairs):
    names = ("left_source", "left_record", "right_source", "right_record", "weight", "levels")
    return [pairs[name].to_pylist() for name in names]


def test_in_parts_or_whole_and_in_any_order_the_same_is_found(model, rows, linked):
    turned = rows.take(pa.array(np.random.default_rng(1).permutation(rows.num_rows)))

    assert link(model, turned, chunks=7).pairs.equals(linked.pairs)


def test_a_pair_is_named_once_with_the_lesser_record_on_the_left(linked):
    found = list(zip(*_cells(linked.pairs)[:4], strict=True))

    assert all(one[:2] < one[2:] for one in found)
    assert len(set(found)) == len(found) == linked.automatic + linked.to_people


def test_what_is_linked_without_asking_is_right_on_people_the_model_never_saw(model):
    others = simulated_people(3000, seed=23)
    whose = {(r["source"], r["record"]): r[TRUTH] for r in others.to_pylist()}
    found = link(model, prepare_people(others).rows)
    share, count = right(found.pairs, whose, model.plan.automatic)

    assert count > 900
    assert share >= 0.995


def test_a_new_batch_is_linked_to_what_is_there_as_if_all_had_been_compared(model, rows, linked):
    ordered = rows.sort_by("record")
    old, new = ordered.slice(0, 2900), ordered.slice(2900)
    added = link_new(model, old, new)

    coming = set(zip(new["source"].to_pylist(), new["record"].to_pylist(), strict=True))
    wanted = {key for key in keys(linked.pairs) if key[:2] in coming or key[2:] in coming}
    got = keys(added.pairs)
    # How rare a name is was asked of the old rows, so pairs at the threshold may differ.
    assert len(wanted ^ got) <= 0.1 * len(wanted)
    assert len(wanted) > 30


def test_a_namesake_who_comes_later_takes_no_record_that_is_somebody_elses(model, rows):
    name = "Elçin Quliyev"
    three = people_of(
        (name, "1950-03-04", "AZ-BA"), (name, None, "AZ-BA"), (name, "1980-11-21", "AZ-BA")
    ).rows.sort_by("record")
    others = rows.slice(0, 600)
    old = pa.concat_tables([others, three.slice(0, 2)])
    both = ("000001", "000002")  # the record without a birthday, and who came last

    def chance(pairs):
        return [
            one["probability"]
            for one in pairs.to_pylist()
            if (one["left_record"], one["right_record"]) == both
        ]

    whole = chance(link(model, pa.concat_tables([others, three])).pairs)
    later = chance(link_new(model, old, three.slice(2)).pairs)
    assert later == pytest.approx(whole, abs=0.05)
    assert max(later) < model.plan.automatic


def test_two_unknowns_are_never_equal(model):
    found = link(
        model,
        people_of(
            ("", "", None),
            ("", "", None),
            ("naməlum", "1900-01-01", None),
            ("naməlum", "1900-01-01", None),
        ).rows,
    )

    assert found.candidates == 0
    assert found.pairs.num_rows == 0


def test_a_default_birthday_joins_nobody_and_is_said(model):
    some = people_of(
        *(
            (name, "1900-01-01", "AZ-BA")
            for name in ("Əli Vəliyev", "Murad Kazımov", "Anar Babayev")
        )
    )

    assert link(model, some.rows).pairs.num_rows == 0
    assert [(one.column, one.value, one.rows) for one in some.noticed] == [
        ("birth", "1900-01-01", 3)
    ]


def test_a_name_in_a_script_without_a_table_equals_nothing_and_is_said(model):
    some = people_of(("梅赫里班", "1980-02-03", "AZ-BA"), ("梅赫里班", "1990-04-05", "AZ-BA"))

    assert link(model, some.rows).pairs.num_rows == 0
    assert [one.value for one in some.noticed] == ["cjk"]


def test_a_hundred_thousand_identical_rows_are_said_to_be_too_common_and_not_compared(model):
    one = people_of(("Əli Məmmədov", "1980-02-03", "AZ-BA")).rows
    many = one.take(pa.array(np.zeros(100_000, dtype=np.int64)))
    many = many.set_column(1, "record", pa.array([f"{n:06}" for n in range(100_000)]))
    found = link(model, many)

    assert found.candidates == 0
    assert found.too_common
    assert all(common.rows == 100_000 for common in found.too_common)
    assert "too common to find anything by" in str(found.too_common[0])


def test_an_exact_key_links_first_and_a_contradiction_to_it_is_not_hidden(model):
    plan = replace(model.plan, exact=(("docket",),))
    keyed = replace(model, plan=plan)
    some = people_of(
        ("Əli Məmmədov", "1980-02-03", "AZ-BA"),
        ("Əli Məmmədov", "", None),
        ("Gülnar Həsənova", "1991-07-09", "AZ-GA"),
    ).rows
    some = some.set_column(
        some.column_names.index("docket"), "docket", pa.array(["1/20", "1/20", "1/20"])
    )
    found = {
        row["right_record"]: row
        for row in link(keyed, some).pairs.to_pylist()
        if row["left_record"] == "000000"
    }

    assert found["000001"]["key"] == found["000002"]["key"] == "docket"
    assert found["000001"]["probability"] > 0.999
    assert (
        plan.people <= found["000002"]["probability"] < plan.automatic
    )  # another name: for people


def test_records_of_a_source_that_has_each_person_once_are_never_paired(model, rows):
    sources = sorted(set(rows["source"].to_pylist()))
    found = link(model, rows, once_each=sources).pairs

    assert not pc.any(pc.equal(found["left_source"], found["right_source"])).as_py()
    for side, other in (("left", "right"), ("right", "left")):
        once = list(
            zip(
                *(
                    found[n].to_pylist()
                    for n in (f"{side}_source", f"{side}_record", f"{other}_source")
                ),
                strict=True,
            )
        )
        assert len(once) == len(set(once))
