"""The index of the public site: folded as tongues fold, the same each time, and all that is there."""

from __future__ import annotations

import hashlib
import json
import re
import zlib
from base64 import b64decode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from candlemark.definition import Definition
from candlemark.publish.site import methods
from candlemark.publish.site.finding import BEGINNING, Entry, index, key, letters, parts, words
from candlemark.publish.table import TONGUES
from candlemark.tongues import ascii_key, fold
from two_editions import two_editions

EDITION = Definition.load()
ARABIC = "آأإابپتثجچحخدذرزژسشصضطظعغفقکكگلمنهةویيىئءًٌَُِّْۀ"
CYRILLIC = "абвгдежзийклмнопрстуфхцчшщъыьэюяәғҝөүһҹ"
LATIN = "abcçdeəfgğhxıijkqlmnoöprsştuüvyzâîûéñ"


def unpacked(made):
    (packed,) = re.fullmatch(rb'candlemark\("([A-Za-z0-9+/=]*)"\);\n', made).groups()
    return json.loads(zlib.decompress(b64decode(packed)))


def read(site, tongue):
    return unpacked((site / "search" / f"{tongue}.js").read_bytes())


def places(found):
    """The entries of every word that is in no title, as a reader of the format finds them."""
    for word, steps in zip(found["words"].split(), found["places"].split(), strict=True):
        number = 0
        for step in steps.split("."):
            number += int(step, 36)
            yield word, number


@pytest.mark.parametrize("tongue", TONGUES)
@settings(max_examples=40)
@given(text=st.text(st.sampled_from(LATIN + LATIN.upper() + "Iİ0123456789'’ ")))
def test_latin_letters_are_folded_as_on_a_keyboard_without_their_marks(tongue, text):
    assert key(text, tongue).split() == ascii_key(text, tongue).split()


@pytest.mark.parametrize("tongue", TONGUES)
@settings(max_examples=40)
@given(text=st.text(st.sampled_from(CYRILLIC + CYRILLIC.upper())))
def test_cyrillic_letters_are_written_in_latin_ones(tongue, text):
    assert key(text, tongue) == ascii_key(text, tongue)


@given(text=st.text(st.sampled_from(ARABIC + "\u200c\u200dـ۰۱۲٣٤ ")))
def test_letters_of_arabic_and_persian_keyboards_are_one_and_marks_are_left_out(text):
    bare = fold(text, "fa").translate(str.maketrans("آأإئ", "ااای"))
    assert key(text, "fa").split() == bare.split()


@settings(max_examples=50)
@given(
    text=st.text(st.characters(codec="utf-8") | st.sampled_from(ARABIC + LATIN), max_size=20),
    tongue=st.sampled_from(TONGUES),
)
def test_folding_twice_is_folding_once(text, tongue):
    assert words(" ".join(words(text, tongue)), tongue) == words(text, tongue)


@pytest.mark.parametrize(
    ("tongue", "written", "typed"),
    [
        ("az", "İşgəncə", "isgence"),
        ("az", "IŞIQ", "ışıq"),
        ("tr", "IŞIK", "ışık"),
        ("tr", "İftira", "iftira"),
        ("ru", "Ещё", "еще"),
        ("ru", "Убийство", "ubiystvo"),
        ("fa", "می‌كند", "میکند"),
        ("fa", "مَردم", "مردم"),
        ("fa", "آزادى", "ازادی"),
        ("fa", "۱۴۰۳", "1403"),
        ("en", "Bahá’ís", "bahais"),
    ],
)
def test_what_people_type_is_what_is_written(tongue, written, typed):
    assert words(written, tongue) == words(typed, tongue)


@pytest.mark.parametrize("tongue", TONGUES)
def test_every_page_table_release_method_and_term_is_in_the_index(site, tongue):
    made = [unpacked(one.read_bytes()) for one in (site / "search").glob(f"{tongue}*.js")]
    every = [one["kinds"][kind][1] + rest for one in made for kind, _, rest in one["entries"]]
    paths = set(every)

    assert len(paths) == len(every)
    for path in paths:
        assert (site / path.partition("#")[0]).is_file(), path
    terms = sum(map(len, EDITION.schemes))
    rows = json.loads((site / "api" / "tables.json").read_bytes())["tables"]
    assert len(paths) >= terms + len(EDITION.schemes) + len(methods.PARTS) + len(rows) + 2
    assert {f"{row['folder']}{tongue}.html" for row in rows} <= paths


@pytest.mark.parametrize("tongue", TONGUES)
def test_a_word_of_a_note_leads_to_its_term(site, tongue):
    found = read(site, tongue)
    titles = [title for _, title, _ in found["entries"]]
    by_word = {}
    for word, number in places(found):
        by_word.setdefault(word, set()).add(titles[number])

    assert all(len(word) <= BEGINNING for word in by_word)
    term = EDITION.term("bias-grounds", "roma-sinti")
    beginnings = {word[:BEGINNING] for word in words(term.notes[tongue], tongue)}
    label = term.labels[tongue]
    leading = {word for word in beginnings if label in by_word.get(word, ())}
    assert len(leading) >= 3, beginnings


@pytest.mark.parametrize("tongue", TONGUES)
def test_page_script_and_index_are_small(site, tongue):
    """All that one visit loads, as it lies there."""
    paths = (f"{tongue}/search.html", "search/search.js", f"search/{tongue}.js")

    assert sum((site / path).stat().st_size for path in paths) <= 60 * 1024


def test_what_does_not_fit_into_one_part_stands_in_the_next_and_nothing_is_lost():
    entries = [
        Entry("k", f"Title {n} of {n % 7}", f"a/{hashlib.sha256(b'%d' % n).hexdigest()}.html")
        for n in range(400)
    ]
    made = parts(entries, "en", 6000)

    assert len(made) > 2
    assert max(map(len, made)) <= 6000
    titles = [title for one in made for _, title, _ in unpacked(one)["entries"]]
    assert titles == [one.title for one in entries]
    assert parts([], "en", 6000) == [index([], "en")]
    assert len(parts(entries[:3], "en", 10)) == 3  # nothing is smaller than one


def test_terms_of_every_edition_are_found_and_the_older_one_is_named(public_house):
    pages = two_editions(public_house)
    made = [
        content for path, content in pages.items() if re.fullmatch(r"search/az(-\d+)?\.js", path)
    ]
    found = {}
    for one in map(unpacked, made):
        for kind, _, rest in one["entries"]:
            label, before = one["kinds"][kind]
            found[before + rest] = label

    assert len(made) > 1
    assert (
        found["definition/2026.1/bias-grounds/az.html#roma-sinti"]
        == EDITION.scheme("bias-grounds").labels["az"]
    )
    old = found["definition/2025.9/bias-grounds/az.html#roma-sinti"]
    assert old.endswith(" · Edition of before")
    page = pages["az/search.html"].decode()
    listed = re.findall(r'src="\.\./(search/az-\d+\.js)"', page)
    assert listed == sorted(set(pages) & set(listed))
    assert len(listed) == len(made) - 1


def test_a_text_of_people_cannot_leave_the_script():
    made = index([Entry("k", '</script><!--");\u2028', "a/b.html", "x")], "en")

    assert unpacked(made)["entries"][0][1] == '</script><!--");\u2028'


def test_the_same_entries_give_the_same_bytes_and_none_gives_an_empty_index():
    entries = [Entry("k", f"T {n}", f"a/{n}.html", f"word{n % 3} the") for n in range(60)]

    assert index(entries, "az") == index(list(entries), "az")
    found = unpacked(index(entries, "az"))
    assert "the" not in found["words"].split()  # in every entry, so it tells nothing apart
    assert unpacked(index([], "en"))["entries"] == []


def test_the_table_of_letters_holds_only_what_a_machine_would_not_do_by_itself():
    for tongue in TONGUES:
        table = letters(tongue)

        assert table["ə"] == "e"
        assert table["ك"] == "ک"
        assert table["\u200c"] == ""
        assert "a" not in table
        assert "é" not in table
