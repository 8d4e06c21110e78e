"""Counts that agencies share: exact when added, and believed only after they were checked."""

import dataclasses
import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from candlemark.errors import NotMeasurable, SourceMalformed
from candlemark.measure.estimators import CENSORED, Counts, occupation
from candlemark.measure.estimators.federated import Shared, joint, read, telling, written

STATES = ("recorded", "charged", "dismissed")


def counts(rows):
    state, entry, leave, to = np.array(rows, dtype=np.int64).reshape(-1, 4).T
    return Counts.of_stays(3, state=state, entry=entry, leave=leave, to=to)


ROWS = [(0, 0, 10, 1), (1, 10, 20, 2), (0, 0, 10, 1), (1, 10, 40, CENSORED), (0, 0, 30, 2)]


def shared(rows=ROWS, agency="Police of A", **changes):
    given_ = {
        "question": "standing after entry at recorded in 2024",
        "unit": "case",
        "edition": "ab" * 32,
        "states": STATES,
        "agencies": (agency,),
        "as_of": ("2025-01-01",),
        "protection": ("exact",),
        "counts": counts(rows),
    }
    return Shared(**given_ | changes)


def same(one, other):
    return all(
        np.array_equal(getattr(one, name), getattr(other, name))
        for name in ("moves", "entries", "exits")
    )


def broken(**changes):
    told = json.loads(written(shared()))
    told |= changes
    return json.dumps({name: value for name, value in told.items() if value is not ...}).encode()


def test_what_is_written_is_read_and_equal_counts_are_equal_bytes():
    found = read(written(shared()))

    assert same(found.counts, shared().counts)
    assert written(found) == written(shared(list(reversed(ROWS))))
    assert found.states == STATES


@st.composite
def stays(draw):
    rows = []
    for _ in range(draw(st.integers(1, 12))):
        tick, state = 0, 0
        for _ in range(draw(st.integers(1, 3))):
            leave = tick + draw(st.integers(1, 50))
            to = draw(st.sampled_from([x for x in (0, 1, 2, CENSORED) if x != state]))
            rows.append((state, tick, leave, to))
            tick, state = leave, to
            if state in {2, CENSORED}:
                break
        else:
            rows.append((state, tick, tick + 5, CENSORED))
    return rows


@settings(max_examples=40)
@given(stays(), stays(), stays())
def test_the_joint_figure_is_to_the_last_bit_that_of_the_cases_together(one, other, third):
    parts = [
        read(written(shared(rows, f"Police of {n}"))) for n, rows in enumerate((one, other, third))
    ]
    together = joint(parts)
    pooled = occupation(counts([*one, *other, *third]), [1, 0, 0])
    found = occupation(together.counts, [1, 0, 0])

    assert same(together.counts, counts([*one, *other, *third]))
    assert np.array_equal(found.p, pooled.p)
    assert np.array_equal(found.se, pooled.se)
    assert together.agencies == ("Police of 0", "Police of 1", "Police of 2")
    assert together.exact


def test_how_each_agency_protected_its_numbers_is_kept():
    found = joint([shared(), shared(agency="Police of B", protection=("rounded to 5",))])

    assert found.protection == ("exact", "rounded to 5")
    assert not found.exact


def test_rows_that_stand_for_few_are_counted():
    assert telling(shared().counts) == 9
    assert telling(counts(ROWS * 5)) == 0


DIFFERENT = {
    "question": "standing after entry at charged in 2024",
    "unit": "person",
    "edition": "cd" * 32,
    "states": ("recorded", "charged", "acquitted"),
}


@pytest.mark.parametrize("name", DIFFERENT)
def test_counts_of_something_else_are_not_added(name):
    other = shared(agency="Police of B", **{name: DIFFERENT[name]})
    with pytest.raises(NotMeasurable, match="cannot be added") as refused:
        joint([shared(), other])

    assert [str(fault) for fault in refused.value.faults] == [
        f"Police of B: {name} differs from Police of A's"
    ]


def test_no_agency_is_added_twice_and_nothing_is_no_sum():
    with pytest.raises(NotMeasurable) as refused:
        joint([shared(), shared()])
    assert [str(fault) for fault in refused.value.faults] == [
        "Police of A: is in more than one file"
    ]
    with pytest.raises(NotMeasurable, match="no counts to add"):
        joint([])


BROKEN = {
    "no JSON": (b"tick,from,to\n", "not JSON in UTF-8"),
    "not UTF-8": ('{"format": "é"}'.encode("latin-1"), "not JSON in UTF-8"),
    "nested without end": (b"[" * 200_000, "not JSON in UTF-8"),
    "a list": (b"[1]", "does not hold an object"),
    "a field is missing": (broken(unit=...), "unit: is missing"),
    "a field too many": (broken(names=["x"]), "names: is not known"),
    "another format": (broken(format="counts"), "format: is not candlemark-federated-counts/1"),
    "a later version": (
        broken(format="candlemark-federated-counts/2"),
        "format: is not candlemark-federated-counts/1",
    ),
    "other ticks": (broken(ticks_per_day=24), "ticks_per_day: is not 64"),
    "no question": (broken(question=" "), "question: is not text, or is empty"),
    "states are no texts": (broken(states=[1, 2, 3]), "states: is not a list of texts"),
    "a state twice": (broken(states=["a", "b", "a"]), "states: names something twice"),
    "two agencies, one day": (
        broken(agencies=["A", "B"]),
        "agencies: agencies, as_of and protection",
    ),
    "rows are no rows": (broken(moves=[1, 2]), "moves: is not a list of rows of whole numbers"),
    "true is no number": (broken(exits=[[10, 0, True]]), "exits: is not a list of rows"),
    "a fraction": (broken(exits=[[10, 0, 1.5]]), "exits: is not a list of rows"),
    "a number beyond all numbers": (
        broken(exits=[[10, 0, 10**30]]),
        "exits: holds a number that is too large",
    ),
    "before entry": (broken(exits=[[-1, 0, 1]]), "exits, row 1: holds a tick before entry"),
    "beyond a century": (
        broken(exits=[[10**8, 0, 1]]),
        "exits, row 1: holds a tick before entry or beyond",
    ),
    "a state without a name": (
        broken(exits=[[10, 7, 1]]),
        "exits, row 1: holds a state that is not named",
    ),
    "nobody": (broken(exits=[[10, 0, 0]]), "exits, row 1: holds a number below 1"),
    "out of order": (broken(entries=[[10, 1, 2], [0, 0, 3]]), "entries: rows are not in the order"),
    "a key twice": (
        broken(entries=[[0, 0, 1], [0, 0, 2], [10, 1, 2]]),
        "entries: rows are not in the order",
    ),
    "more leave than came": (
        broken(entries=[[0, 0, 2], [10, 1, 2]]),
        "exits, state 0: more leave than stand there",
    ),
    "somebody never leaves": (
        broken(entries=[[0, 0, 4], [10, 1, 2]]),
        "entries, state 0: not everybody",
    ),
    "more move than leave": (
        broken(moves=[[10, 0, 1, 3], [20, 1, 2, 1], [30, 0, 2, 1]]),
        "moves: more move than leave",
    ),
    "a move without an exit": (broken(moves=[[11, 0, 1, 1]]), "moves: more move than leave"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_file_is_refused_with_what_is_wrong(case):
    content, said = BROKEN[case]
    with pytest.raises(SourceMalformed) as refused:
        read(content)

    assert said in "\n".join([refused.value.message, *map(str, refused.value.faults)])


def test_all_faults_of_a_file_are_named_together():
    with pytest.raises(SourceMalformed) as refused:
        read(broken(format="x", ticks_per_day=1, unit=""))

    assert [fault.where for fault in refused.value.faults] == ["format", "ticks_per_day", "unit"]


def test_nobody_can_share_that_nobody_was_there():
    nobody = dataclasses.replace(shared(), counts=counts([]))

    assert len(read(written(nobody)).counts.entries) == 0
