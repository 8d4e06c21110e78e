"""What was typed is found again, whatever keyboard and case it came in."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from candlemark.tongues import INTERFACE, ascii_key, fold

TAGS = st.sampled_from([*INTERFACE, "", "tly", "tly-Cyrl", "tly-Arab"])

FOLDED = {
    "capital dotted I is one letter, not an i and a dot": ("İlham", "az", "ilham"),
    "so it is in English": ("İlham", "en", "ilham"),
    "a dotted I lowered by somebody else's program": ("i\u0307lham", "az", "ilham"),
    "a dotted I in two code points": ("I\u0307lham", "az", "ilham"),
    "capital I is dotless in Azerbaijani": ("ILQAR", "az", "ılqar"),
    "and in Turkish": ("IĞDIR", "tr", "ığdır"),
    "and in Talysh": ("TOLIŞ", "tly", "tolış"),
    "and in Talysh named with its script": ("TOLIŞ", "tly-Latn", "tolış"),
    "not in English": ("ILQAR", "en", "ilqar"),
    "not where nobody says which tongue": ("ILQAR", "", "ilqar"),
    "a Latin word in a Cyrillic text of Talysh is not Talysh Latin": ("ILQAR", "tly-Cyrl", "ilqar"),
    "the turned e of ISO's Kǝngǝrli is a schwa": ("K\u01ddng\u01ddrli", "az", "kəngərli"),
    "and its capital": ("\u018eli", "az", "əli"),
    "a Cyrillic schwa in a Latin word": ("M\u04d9mm\u04d9dov", "az", "məmmədov"),
    "a Cyrillic schwa in a Cyrillic word stays": ("мәтн", "tly-Cyrl", "мәтн"),
    "decomposed letters are composed": ("S\u0327u\u0308ku\u0308r", "az", "şükür"),
    "Arabic yeh and kaf are Persian ones": ("عل\u064a \u0643ر\u064aم", "fa", "علی کریم"),
    "the joiner of Persian is not a letter": ("می\u200cرود", "fa", "میرود"),
    "vowel signs may be left out": ("مُحَمَّد", "fa", "محمد"),
    "heh with hamza above is heh": ("خانهٔ", "fa", "خانه"),
    "the kashida only stretches": ("تـــالش", "fa", "تالش"),
    "Persian digits are digits": ("۱۴۰۳", "fa", "1403"),
    "Arabic digits are digits": ("١٤٠٣", "ar", "1403"),
    "marks of direction are not text": ("\u202eabc\u202c", "en", "abc"),
    "a soft hyphen is not text": ("Can\u00addle", "en", "candle"),
    "full width is width only": ("Ｃａｎｄｌｅ", "en", "candle"),
    "space is one space": ("  a \u00a0\t b\n", "en", "a b"),
    "apostrophes are one apostrophe": ("Qur\u2019an", "az", "qur'an"),
    "German ss": ("STRAßE", "de", "strasse"),
    "Cyrillic case": ("ТОЛЫШИ", "ru", "толыши"),
}


@pytest.mark.parametrize(("text", "tag", "folded"), FOLDED.values(), ids=FOLDED)
def test_folding_makes_one_form(text, tag, folded):
    assert folded == fold(text, tag)


def test_python_alone_gets_both_wrong():
    # the reason why this module exists; if Python ever changes, so may the module
    assert len("İlham".lower()) == 6
    assert "ILHAM".lower() != "ılham"


def test_different_letters_of_azerbaijani_stay_different():
    assert fold("qız", "az") != fold("qiz", "az")
    assert fold("sən", "az") != fold("sen", "az")


FOUND = {
    "tolişə finds Tolışə": ("tolişə", "Tolışə"),
    "so does a keyboard without any of the letters": ("tolise", "Tolışə"),
    "and capitals": ("TOLIŞƏ", "Tolışə"),
    "and the older spelling of Talysh": ("beši", "Beşi"),
    "sahmar finds Şahmar": ("sahmar", "Şahmar"),
    "ilham finds İlham": ("ilham", "İlham"),
    "ilham finds İLHAM": ("ilham", "İLHAM"),
    "ILHAM finds İlham": ("ILHAM", "İlham"),
    "kengerli finds ISO's Kǝngǝrli": ("kəngərli", "K\u01ddng\u01ddrli"),
    "an apostrophe may be left out": ("quran", "Qur’an"),
    "alef with and without madda": ("اذربایجان", "آذربایجان"),
    "Latin letters find Cyrillic ones": ("tolyshi", "Толыши"),
    "Georgian is found in Latin letters": ("tbilisi", "თბილისი"),
    "Armenian is found in Latin letters": ("erevan", "Երևան"),
}


@pytest.mark.parametrize(("typed", "written"), FOUND.values(), ids=FOUND)
def test_a_key_without_accents_finds(typed, written):
    assert ascii_key(typed) == ascii_key(written)


def test_cyrillic_and_latin_azerbaijani_have_one_key():
    assert ascii_key("Шәки", "az-Cyrl") == ascii_key("Şəki", "az")
    assert ascii_key("Һачы Гарабағ", "az-Cyrl") == ascii_key("Haçı Qarabağ", "az")


@given(st.text())
def test_letters_of_an_unknown_script_never_vanish_from_a_key(text):
    # an empty key would find everything
    letters = [c for c in unicodedata.normalize("NFKC", text) if unicodedata.category(c) == "Lo"]
    silent = "ء\u0640"  # a hamza alone has no Latin letter
    if any(letter not in silent for letter in letters):
        assert ascii_key(text)


@given(st.text(), TAGS)
def test_folding_twice_changes_nothing_more(text, tag):
    once = fold(text, tag)

    assert once == fold(once, tag)


@given(st.text(), TAGS)
def test_a_key_of_a_key_is_the_key(text, tag):
    once = ascii_key(text, tag)

    assert once == ascii_key(once, tag)


@given(st.text(st.characters(codec="ascii")), TAGS)
def test_a_key_of_plain_letters_is_plain(text, tag):
    assert ascii_key(text, tag).isascii()
