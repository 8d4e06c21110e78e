"""The Universal Declaration of Human Rights, in seven writings, as text people really read."""

from __future__ import annotations

import html
import re
import unicodedata

import pytest

from candlemark.tongues import ascii_key, collation_key, fold, slug

WRITINGS = {
    "tly": "tly.html",
    "az": "azj_latn.html",
    "az-Cyrl": "azj_cyrl.html",
    "tr": "tur.html",
    "ru": "rus.html",
    "fa": "pes_1.html",
    "en": "eng.html",
}
OTHER_BAND = 0x20  # where the sort key puts letters no alphabet lists


@pytest.fixture(scope="module")
def words(shared):
    def read(tag: str) -> list[str]:
        text = (shared / "data/lang/udhr" / WRITINGS[tag]).read_text("utf-8")
        text = html.unescape(re.sub(r"<[^>]+>", " ", text))
        return re.findall(r"[^\W\d_]+(?:\u200c[^\W\d_]+)*", unicodedata.normalize("NFC", text))

    return read


def test_azerbaijani_in_cyrillic_and_latin_script_has_the_same_keys(words):
    # one text in two alphabets, word by word; only the name of the alphabet in its title differs
    cyrillic = [ascii_key(word, "az-Cyrl") for word in words("az-Cyrl")]
    latin = [ascii_key(word, "az") for word in words("az")]
    different = [pair for pair in zip(cyrillic, latin, strict=True) if len(set(pair)) == 2]

    assert different == [("cyrillic", "latin")]


@pytest.mark.parametrize("tag", WRITINGS)
def test_every_word_has_a_key_and_a_slug_in_plain_letters(words, tag):
    for word in words(tag):
        assert ascii_key(word, tag).isascii()
        assert ascii_key(word, tag)
        assert slug(word, tag) != "untitled"


@pytest.mark.parametrize("tag", WRITINGS)
def test_every_letter_has_its_place_in_the_order(words, tag):
    letters = {letter for word in words(tag) for letter in word} - {"\u200c"}
    unlisted = [letter for letter in letters if collation_key(letter, tag)[0] >= OTHER_BAND]

    assert unlisted == []


@pytest.mark.parametrize("tag", WRITINGS)
def test_capitals_of_the_tongue_find_its_small_letters(words, tag):
    # capitals as the tongue makes them: İ for i and I for ı where it has both
    def capitals(word: str) -> str:
        if tag in {"az", "tr", "tly"}:
            word = word.replace("i", "İ").replace("ı", "I")
        return word.upper()

    for word in words(tag):
        assert fold(capitals(word), tag) == fold(word, tag)
