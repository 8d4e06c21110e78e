"""What came before what, as far as dates and sources allow to say."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from candlemark.casefile.order import ordering
from candlemark.dates import Order, PartialDate, compare


@dataclass(frozen=True)
class Item:
    """Something dated, recorded in the order of its making."""

    id: str
    when: PartialDate | None
    recorded: int


def ordered(**dates):
    """Items under their names; a date is text, or None."""
    return [
        Item(name, PartialDate.parse(when) if when else None, n)
        for n, (name, when) in enumerate(dates.items())
    ]


def look(items, **follows):
    """The names in order, and the pairs left open."""
    found = ordering(items, [follows.get(item.id, ()) for item in items])
    return (
        "".join(items[i].id for i in found.places),
        {(pair.one + pair.other, pair.why) for pair in found.unordered},
        found,
    )


OPEN = Order.CANNOT_TELL
SAME = Order.SAME_DAY

CASES = {
    "days are put in order, whenever they were recorded": (
        {"a": "2002-01-01", "b": "2001-01-01"}, {}, "ba", set()),
    "a year comes before a day of a later year": (
        {"a": "2002-01-01", "b": "2001"}, {}, "ba", set()),
    "a year and a day of it stay open, the day first": (
        {"a": "1995", "b": "1995-03-01"}, {}, "ba", {("ba", OPEN)}),
    "one year twice stays open, in the order recorded": (
        {"a": "1995", "b": "1995"}, {}, "ab", {("ab", OPEN)}),
    "one day twice stays open, in the order recorded": (
        {"a": "1995-03-01", "b": "1995-03-01"}, {}, "ab", {("ab", SAME)}),
    "what nothing dates comes last and is open to everything": (
        {"a": None, "b": "1995", "c": "1996"}, {}, "bca", {("ba", OPEN), ("ca", OPEN)}),
    "what follows something comes after it though neither is dated": (
        {"a": None, "b": None}, {"a": ("b",)}, "ba", set()),
    "what follows on the same day is no longer open": (
        {"a": "1995-03-01", "b": "1995-03-01"}, {"a": ("b",)}, "ba", set()),
    "an undated step between two dated ones is placed between them": (
        {"sentence": "1995", "commuted": None, "pardon": "2004-09-03", "other": "2000"},
        {"commuted": ("sentence",), "pardon": ("commuted",)},
        "sentenceothercommutedpardon", {("othercommuted", OPEN)}),
    "what follows a later stage comes after everything before that stage": (
        {"a": "2001", "b": "2002", "c": None}, {"c": ("b",)}, "abc", set()),
}  # fmt: skip


@pytest.mark.parametrize(("dates", "follows", "places", "unordered"), CASES.values(), ids=CASES)
def test_a_possible_order_with_what_is_open(dates, follows, places, unordered):
    names, found, _ = look(ordered(**dates), **follows)

    assert (names, found) == (places, unordered)


def test_where_order_and_dates_disagree_the_dates_decide_and_it_is_named():
    names, found, whole = look(ordered(a="2001", b="2002"), a=("b",))

    assert names == "ab"
    assert found == set()
    assert whole.against_dates == (("a", "b"),)


def test_a_disagreement_over_several_steps_is_named_and_stops_nothing():
    names, _, whole = look(ordered(a="2001", b="2002", c=None), c=("b",), a=("c",))

    assert sorted(names) == ["a", "b", "c"]
    assert names.index("a") < names.index("b")
    assert len(whole.against_dates) == 1


def test_two_that_are_said_to_follow_each_other_are_still_both_there():
    names, _, whole = look(ordered(a=None, b=None), a=("b",), b=("a",))

    assert sorted(names) == ["a", "b"]
    assert len(whole.against_dates) == 1


def test_what_follows_something_unknown_or_itself_is_left_as_it_is():
    names, _, whole = look(ordered(a="2001", b="2002"), a=("nobody", "a"))

    assert (names, whole.against_dates) == ("ab", ())


def test_an_undated_step_gets_the_days_between_which_its_order_puts_it():
    _, _, whole = look(ordered(s="1995", c=None, p="2004-09-03"), c=("s",), p=("c",))

    assert [(one.id, str(one.earliest), str(one.latest)) for one in whole.bounds] == [
        ("c", "1995-01-01", "2004-09-03")
    ]


def test_a_coarse_date_is_narrowed_by_what_follows_it():
    _, _, whole = look(ordered(a="1995", b="1995-03-10"), b=("a",))

    assert [(one.id, str(one.latest)) for one in whole.bounds] == [("a", "1995-03-10")]


partial_dates = st.one_of(
    st.none(),
    st.builds(PartialDate, st.integers(1990, 1996)),
    st.builds(PartialDate, st.integers(1990, 1996), st.integers(1, 12)),
    st.builds(PartialDate, st.integers(1990, 1996), st.integers(1, 12), st.integers(1, 28)),
)


@st.composite
def tangles(draw):
    """Items with any dates, said to follow any others."""
    dates = draw(st.lists(partial_dates, max_size=9))
    items = [Item(str(n), when, n) for n, when in enumerate(dates)]
    names = st.sampled_from([item.id for item in items]) if items else st.nothing()
    follows = [draw(st.lists(names, max_size=3)) for _ in items]
    return items, follows


@given(tangles())
def test_nothing_is_lost_nothing_is_doubled_and_no_date_runs_backwards(tangle):
    items, follows = tangle
    found = ordering(items, follows)

    assert sorted(found.places) == list(range(len(items)))
    for at, i in enumerate(found.places):
        for j in found.places[at + 1 :]:
            one, other = items[i].when, items[j].when
            assert not (one and other and compare(one, other) is Order.AFTER)


@given(tangles())
def test_every_pair_is_decided_by_its_dates_by_what_was_said_or_is_named_as_open(tangle):
    items, follows = tangle
    found = ordering(items, follows)
    named = {frozenset((pair.one, pair.other)) for pair in found.unordered}
    pairs = [(i, j) for at, i in enumerate(found.places) for j in found.places[at + 1 :]]

    for i, j in pairs:
        one, other = items[i].when, items[j].when
        dated = bool(one and other and compare(one, other) is Order.BEFORE)
        if dated:
            assert frozenset((items[i].id, items[j].id)) not in named
        elif not any(follows):
            assert frozenset((items[i].id, items[j].id)) in named
