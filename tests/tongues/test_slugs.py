"""Addresses can be read, and are never empty; digits are the reader's."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from candlemark.tongues import INTERFACE, digits, slug

SLUGS = {
    "Azerbaijani keeps its letters": ("Şəxsi heyət", "az", "sexsi-heyet"),
    "Persian is not empty": ("تالش", "fa", "talsh"),
    "Persian vowels where they are written": ("ایران و نوروز", "fa", "iran-v-nuruz"),
    "a final heh is a vowel after a consonant only": ("نامه ماه", "fa", "name-mah"),
    "Cyrillic is not empty": ("Толыши", "ru", "tolyshi"),
    "signs that are silent vanish": ("Объявление", "ru", "obyavlenie"),
    "Talysh in Latin script": ("Tolışə zıvon", "tly", "tolise-zivon"),
    "Talysh in Cyrillic script": ("Толышә зывон", "tly-Cyrl", "tolise-zivon"),
    "Talysh in Arabic script": ("تالشی زوان", "tly-Arab", "talshi-zvan"),
    "Turkish": ("İstanbul Ağır Ceza", "tr", "istanbul-agir-ceza"),
    "Georgian": ("საქართველო", "ka", "sakartvelo"),
    "Armenian": ("Հայաստան", "hy", "hayastan"),
    "a script without a table is named by its code points": ("日本", "ja", "u65e5-u672c"),
    "a sign without letters too": ("☦", "en", "u2626"),
    "an apostrophe does not cut a word": ("Jehovah's Witness", "en", "jehovahs-witness"),
    "nothing is called so": ("", "en", "untitled"),
    "space is nothing": (" \n", "en", "untitled"),
    "digits of Persian": ("سال ۱۴۰۳", "fa", "sal-1403"),
    "a path cannot be built": ("../../etc/passwd", "en", "etc-passwd"),
}


@pytest.mark.parametrize(("text", "tag", "expected"), SLUGS.values(), ids=SLUGS)
def test_a_slug_can_be_read(text, tag, expected):
    assert expected == slug(text, tag)


@given(st.text(), st.sampled_from([*INTERFACE, "", "tly", "tly-Cyrl", "tly-Arab"]))
def test_a_slug_is_never_empty_nor_anything_but_plain_letters(text, tag):
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug(text, tag))
    assert len(slug(text, tag)) <= 60


def test_a_long_slug_is_cut_between_words():
    assert slug("candle " * 20) == "candle-candle-candle-candle-candle-candle-candle-candle"
    assert slug("a" * 80) == "a" * 60


DIGITS = {
    "fa": "۱۲ از ۱۰۰",
    "tly-Arab": "۱۲ از ۱۰۰",
    "ar": "١٢ از ١٠٠",
    "az": "12 از 100",
    "tly": "12 از 100",
}


@pytest.mark.parametrize(("tag", "expected"), DIGITS.items())
def test_digits_are_the_reader_s(tag, expected):
    assert expected == digits("12 از 100", tag)
