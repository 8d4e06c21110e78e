"""Identifiers say what they name and nothing else."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from candlemark.errors import NotUnderstood
from candlemark.ids import check_id, derived_id, new_id


@given(st.from_regex(r"[a-z]{1,12}", fullmatch=True))
def test_an_identifier_is_recognised_by_its_prefix(prefix):
    identifier = new_id(prefix)

    assert identifier == check_id(identifier, prefix)
    assert re.fullmatch(rf"{prefix}_[0-9a-hjkmnp-tv-z]{{26}}", identifier)


def test_no_two_are_alike():
    assert len({new_id("case") for _ in range(2000)}) == 2000


def test_every_place_varies():
    # a fixed place would mean fewer random bits than promised; the first holds 3 of them
    letters = zip(*(new_id("case").removeprefix("case_") for _ in range(2000)), strict=True)
    varied = [len(set(place)) for place in letters]

    assert varied[0] == 8
    assert set(varied[1:]) == {32}


PREFIXES = {
    "nothing": "",
    "capitals": "Case",
    "digits": "case1",
    "a mark": "case_file",
    "Cyrillic that looks Latin": "с\u0430se",
    "a line end": "case\n",
}


@pytest.mark.parametrize("prefix", PREFIXES.values(), ids=PREFIXES)
def test_a_prefix_is_a_short_word(prefix):
    with pytest.raises(NotUnderstood, match="cannot be a prefix"):
        new_id(prefix)


GOOD = "case_0123456789abcdefghjkmnpqrs"

WRONG = {
    "another prefix": "person_0123456789abcdefghjkmnpqrs",
    "one letter too few": GOOD[:-1],
    "one letter too many": GOOD + "0",
    "a letter that is misread": GOOD[:-1] + "o",
    "capitals": GOOD.upper(),
    "a path": "case_../../../../../../etc/pa",
    "space behind it": GOOD + " ",
    "a line end behind it": GOOD + "\n",
    "nothing": "",
}


@pytest.mark.parametrize("text", WRONG.values(), ids=WRONG)
def test_anything_else_is_refused(text):
    with pytest.raises(NotUnderstood) as refused:
        check_id(text, "case")

    assert refused.value.message == "this is not the identifier of a case"
    assert text not in refused.value.message or not text


def test_a_whole_one_is_given_back_as_it_is():
    assert check_id(GOOD, "case") == GOOD


def test_a_derived_identifier_follows_from_its_texts_and_from_where_they_end():
    made = derived_id("cluster", "linkrun_1", "police", "7")

    assert check_id(made, "cluster") == made == derived_id("cluster", "linkrun_1", "police", "7")
    assert made != derived_id("cluster", "linkrun_1", "policE", "7")
    assert made != derived_id("cluster", "linkrun_1police", "", "7")
