"""Lists stand in the order a reader of each tongue expects."""

from __future__ import annotations

import random
import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from candlemark.tongues import INTERFACE, collation_key

# Orders as ICU 77 gives them for az, tr, ru, fa and en; ICU has none for tly.
ORDERED = {
    "az": "Cəbrayıl Çay Elçin Əli Hacı Xəzər Ilqar İlham Qarabağ",
    "tly": "Cəbrayıl Çay Elçin Əli Hacı Xəzər Ilqar İlham Qarabağ Şəvi Tolış Zuvand",
    "tr": "Iğdır Isparta ilk İzmir şube Şule tarih",
    "ru": "Ёж елка ёлка ель Зима Йод Яков",
    "fa": "آب آذر ابر ئیل بابا پارس تالش چای گیلان واژه هاله یاس",
    "en": "Eli Əli resume Resume résumé role roll",
}


def in_order(words: list[str], tag: str) -> list[str]:
    return sorted(words, key=lambda word: collation_key(word, tag))


@pytest.mark.parametrize(("tag", "line"), ORDERED.items(), ids=ORDERED)
def test_words_stand_as_readers_of_the_tongue_expect(tag, line):
    words = line.split()
    mixed = random.Random(2).sample(words, len(words))

    assert words == in_order(mixed, tag)


ALPHABETS = {
    "az": "abcçdeəfgğhxıijkqlmnoöprsştuüvyz",
    "tr": "abcçdefgğhıijklmnoöprsştuüvyz",
    "ru": "абвгдежзийклмнопрстуфхцчшщъыьэюя",
    "fa": "آابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهی",
    "az-Cyrl": "абвгғдеәжзиыјкҝлмноөпрстуүфхһчҹш",
}


@pytest.mark.parametrize(("tag", "alphabet"), ALPHABETS.items())
def test_letters_stand_as_in_the_alphabet(tag, alphabet):
    assert list(alphabet) == in_order(sorted(alphabet), tag)


def test_dotless_and_dotted_i_are_two_letters_for_those_who_have_both():
    assert in_order(["İsa", "Iz"], "tr") == ["Iz", "İsa"]
    assert in_order(["Iz", "İsa"], "en") == ["İsa", "Iz"]


def test_small_stands_before_capital_and_only_then():
    assert in_order(["Çay", "çay", "çaya"], "az") == ["çay", "Çay", "çaya"]


def test_an_accent_decides_only_between_words_of_the_same_letters():
    assert in_order(["résumé", "resumes", "resume"], "en") == ["resume", "résumé", "resumes"]


def test_the_reader_s_own_script_stands_first():
    words = ["Tolış", "Толыш", "تالش"]

    assert in_order(words, "fa") == ["تالش", "Tolış", "Толыш"]
    assert in_order(words, "ru") == ["Толыш", "Tolış", "تالش"]
    assert in_order(words, "az") == ["Tolış", "Толыш", "تالش"]


def test_signs_stand_before_digits_and_digits_before_letters():
    assert in_order(["a", "1", "-", "۲"], "fa") == ["-", "1", "۲", "a"]


def test_the_turned_e_of_iso_stands_with_the_schwa():
    assert in_order(["Füzuli", "K\u01ddng\u01ddrli", "Kəlbəcər", "Kürdəmir"], "az") == [
        "Füzuli",
        "Kəlbəcər",
        "K\u01ddng\u01ddrli",
        "Kürdəmir",
    ]


@given(st.lists(st.text(), unique=True), st.sampled_from([*INTERFACE, "tly", "tly-Cyrl", "ka"]))
def test_only_equal_texts_have_equal_keys(words, tag):
    assert len(words) == len({collation_key(word, tag) for word in words})


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), max_size=8))
def test_sqlite_sorts_the_keys_as_python_does(words):
    rows = [(word, collation_key(word, "az")) for word in words]
    with sqlite3.connect(":memory:") as store:
        store.execute("CREATE TABLE word (text, key BLOB)")
        store.executemany("INSERT INTO word VALUES (?, ?)", rows)
        found = [key for (key,) in store.execute("SELECT key FROM word ORDER BY key")]
    store.close()

    assert sorted(key for _, key in rows) == found
