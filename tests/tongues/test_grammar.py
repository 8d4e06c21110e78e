"""Plurals, lists and large numbers in sentences, held against CLDR."""

from __future__ import annotations

import pytest
from babel import Locale
from babel.lists import format_list
from babel.numbers import format_decimal

from candlemark.tongues import INTERFACE, digits, grouped, listed, plural


@pytest.mark.parametrize("tongue", INTERFACE)
def test_the_form_of_a_word_is_the_one_cldr_has_for_the_number(tongue):
    locale = Locale.parse(tongue)
    numbers = [*range(300), 1_000, 1_001, 40_000, 1_000_000]

    assert [plural(n, tongue) for n in numbers] == [locale.plural_form(n) for n in numbers]


@pytest.mark.parametrize("tongue", INTERFACE)
def test_a_list_is_joined_as_readers_of_the_tongue_join_it(tongue):
    locale = Locale.parse({"en": "en_GB"}.get(tongue, tongue))
    for texts in ([], ["a"], ["a", "b"], ["a", "b", "c"], list("abcd")):
        # CLDR puts a mark of direction behind the Persian comma, which our pages do not need.
        assert listed(texts, tongue) == format_list(texts, locale=locale).replace("\u200f", "")


@pytest.mark.parametrize("tongue", INTERFACE)
def test_thousands_are_set_apart_as_readers_of_the_tongue_do(tongue):
    for number in (0, 7, 999, 1_000, 40_000, 1_234_567):
        theirs = format_decimal(number, locale=tongue, numbering_system="default")

        assert grouped(number, tongue) == digits(theirs, tongue)
