"""Direction follows the script, and a reader is given the next tongue they are likely to read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from candlemark.errors import NotUnderstood
from candlemark.tongues import INTERFACE, NAMES, Said, direction, fallbacks, pick, script

DIRECTIONS = {
    "Azerbaijani runs left to right, whatever Django's table says": ("az", "ltr"),
    "Azerbaijani of Iran is written in Arabic script": ("az-IR", "rtl"),
    "Persian": ("fa", "rtl"),
    "Persian with a region": ("fa-IR", "rtl"),
    "Persian as gettext writes its tag": ("fa_IR", "rtl"),
    "Arabic": ("ar", "rtl"),
    "Hebrew": ("he", "rtl"),
    "Talysh": ("tly", "ltr"),
    "Talysh in Latin script": ("tly-Latn", "ltr"),
    "Talysh in Cyrillic script": ("tly-Cyrl", "ltr"),
    "Talysh in Arabic script": ("tly-Arab", "rtl"),
    "Talysh in Arabic script, in small letters": ("tly-arab", "rtl"),
    "Talysh in Arabic script with its country": ("tly-Arab-IR", "rtl"),
    "Talysh of Iran": ("tly-IR", "rtl"),
    "Thaana": ("dv", "rtl"),
    "N'Ko by its script": ("man-Nkoo", "rtl"),
    "a Latin text of a language usually written from right to left": ("fa-Latn", "ltr"),
    "Russian": ("ru", "ltr"),
    "a tag nobody knows": ("xx-Qqqq", "ltr"),
    "no tag": ("", "ltr"),
}


@pytest.mark.parametrize(("tag", "way"), DIRECTIONS.values(), ids=DIRECTIONS)
def test_direction_follows_the_script(tag, way):
    assert way == direction(tag)


SCRIPTS = {"tly": "Latn", "tly-RU": "Cyrl", "tly-IR": "Arab", "ru": "Cyrl", "ka": "Geor"}


@pytest.mark.parametrize(("tag", "expected"), SCRIPTS.items())
def test_a_tag_without_a_script_has_the_usual_one_of_its_language_and_country(tag, expected):
    assert expected == script(tag)


FALLBACKS = {
    "tly": ("tly", "tly-Latn", "az", "ru", "tr", "en"),
    "tly-Latn": ("tly-Latn", "tly", "az", "ru", "tr", "en"),
    "tly-Cyrl": ("tly-Cyrl", "ru", "az", "tly", "en"),
    "tly-Arab": ("tly-Arab", "fa", "az", "tly", "en"),
    "fa": ("fa", "fa-Arab", "en"),
    "en": ("en", "en-Latn"),
    "pt-BR": ("pt-BR", "pt-Latn", "pt", "en"),
}


@pytest.mark.parametrize(("tag", "chain"), FALLBACKS.items())
def test_a_script_the_reader_knows_comes_before_one_they_may_not(tag, chain):
    assert chain == fallbacks(tag)


@given(st.text(st.characters(codec="ascii"), max_size=20))
def test_every_chain_ends_in_english_and_repeats_nothing(tag):
    chain = fallbacks(tag)

    assert "en" in chain
    assert len(set(chain)) == len(chain)
    assert all(chain)


def test_every_tongue_of_the_interface_has_a_name_in_itself():
    assert set(INTERFACE) <= NAMES.keys()


LABELS = {"en": "Stages", "az": "Mərhələlər", "ru": "Стадии", "fa": "مراحل"}

PICKED = {
    "the reader's own tongue": ("az", Said("Mərhələlər", "az", "az")),
    "a region changes nothing": ("fa-IR", Said("مراحل", "fa", "fa-IR")),
    "Talysh falls back to Azerbaijani": ("tly", Said("Mərhələlər", "az", "tly")),
    "Cyrillic Talysh falls back to Russian": ("tly-Cyrl", Said("Стадии", "ru", "tly-Cyrl")),
    "Arabic Talysh falls back to Persian": ("tly-Arab", Said("مراحل", "fa", "tly-Arab")),
    "everybody else to English": ("de", Said("Stages", "en", "de")),
}


@pytest.mark.parametrize(("tag", "said"), PICKED.values(), ids=PICKED)
def test_a_reader_is_given_their_tongue_or_the_next(tag, said):
    assert said == pick(LABELS, tag)


def test_a_fallback_says_that_it_is_one_and_which_way_it_runs():
    own, fallback = pick(LABELS, "fa-IR"), pick(LABELS, "tly-Arab")

    assert not own.fallback
    assert fallback.fallback
    assert fallback.direction == "rtl"
    assert str(fallback) == "مراحل"


def test_the_same_language_in_another_script_is_a_fallback():
    assert pick({"en": "Talysh", "tly": "Tolışi"}, "tly-Cyrl").fallback


def test_an_empty_text_is_no_text():
    assert pick({"az": "", "en": "Stages"}, "az") == Said("Stages", "en", "az")


def test_when_nothing_of_the_chain_is_there_any_tongue_is_better_than_none():
    assert pick({"ka": "ეტაპები", "tr": "Aşamalar"}, "de") == Said("Aşamalar", "tr", "de")


def test_no_text_in_any_tongue_is_refused():
    with pytest.raises(NotUnderstood, match="there is no text in any tongue"):
        pick({"en": ""}, "en")
