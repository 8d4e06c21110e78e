"""How numbers, shares, lists and labels are written for a reader of each tongue."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from candlemark.tongues import INTERFACE
from candlemark.web.reader import Reader
from candlemark.web.tongue import preferred

NUMBERS = {"en": "12,345", "az": "12.345", "ru": "12\xa0345", "fa": "۱۲٬۳۴۵", "tr": "12.345"}
SHARES = {"en": "58.1%", "az": "58,1%", "ru": "58,1\xa0%", "fa": "۵۸٫۱٪", "tr": "%58,1"}


@pytest.mark.parametrize("tongue", INTERFACE)
def test_numbers_and_shares_are_written_as_the_tongue_writes_them(tongue):
    reader = Reader(tongue)

    assert NUMBERS[tongue] == reader.number(12345)
    assert SHARES[tongue] == reader.share(0.581178)


SUMS = {
    "en": "€13,000",
    "az": "13.000\xa0€",
    "ru": "13\xa0000\xa0€",
    "fa": "\u200e€\xa0۱۳٬۰۰۰",
    "tr": "€13.000",
}


@pytest.mark.parametrize("tongue", INTERFACE)
def test_a_sum_of_money_is_written_as_the_tongue_writes_it(tongue):
    assert SUMS[tongue] == Reader(tongue).amount(13000, "EUR")


@pytest.mark.parametrize(("unit", "said"), [("goat", "1,200 goat"), ("", "1,200")])
def test_a_unit_nobody_knows_is_shown_as_it_stands(unit, said):
    assert Reader("en").amount(1200, unit) == said


@given(st.floats(min_value=0, max_value=1), st.sampled_from(INTERFACE), st.integers(0, 3))
def test_no_share_is_rounded_to_nothing_or_to_all(value, tongue, places):
    reader = Reader(tongue)
    shown = reader.share(value, places)

    assert (value == 0) == (shown == reader.share(0.0, places))
    assert (value == 1) == (shown == reader.share(1.0, places))


@given(st.integers(0, 10**9))
def test_a_persian_number_holds_no_digit_of_another_script(value):
    assert not any(letter in "0123456789" for letter in Reader("fa").number(value))


def test_a_label_in_the_readers_tongue_is_plain_text():
    assert Reader("az").label({"en": "Police", "az": "Polis"}) == "Polis"


def test_a_label_in_another_tongue_says_which_and_how_it_runs():
    said = Reader("fa").label({"en": "Police"})

    assert said == '<span class="fallback" lang="en" dir="ltr">Police</span>'


def test_a_label_is_escaped_whatever_it_holds():
    assert "<b>" not in Reader("en").label({"en": "<b>"})
    assert "<b>" not in Reader("fa").label({"en": "<b>"})


def test_no_label_is_no_text():
    assert Reader("en").label({}) == ""


PREFERENCES = {
    "nothing said": ("", "en"),
    "a tongue of ours": ("fa", "fa"),
    "a region of one": ("tr-TR,tr;q=0.9", "tr"),
    "the first that is ours": ("de-DE,de;q=0.9,ru;q=0.8,en;q=0.7", "ru"),
    "English before another": ("en-GB,en;q=0.9,az;q=0.5", "en"),
    "Talysh in Latin letters reads Azerbaijani": ("tly", "az"),
    "Talysh in Arabic letters reads Persian": ("tly-Arab", "fa"),
    "Talysh in Cyrillic letters reads Russian": ("tly-Cyrl", "ru"),
    "anything": ("*", "en"),
    "none of ours": ("de,fr;q=0.5", "en"),
    "nonsense": (";;;q=x,,", "en"),
}


@pytest.mark.parametrize("case", PREFERENCES)
def test_the_first_page_is_in_the_tongue_nearest_to_what_the_browser_asks_for(case):
    header, expected = PREFERENCES[case]

    assert expected == preferred(header)


def test_the_bare_address_sends_the_reader_on_and_keeps_nothing(site):
    answer = site.ask("/", Accept_Language="tly-Arab")

    assert (answer.status, answer.headers["Location"]) == (302, "/fa/")
    assert answer.headers["Vary"] == "Accept-Language"
    assert answer.headers["Set-Cookie"] is None
