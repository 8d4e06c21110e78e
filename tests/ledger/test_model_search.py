"""Texts are found as people type them, in five tongues, and nothing typed is an error."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from candlemark.ledger import Fact, Kinds, Part, Vault
from candlemark.ledger.model import CodedProjection, Models, Text
from candlemark.ledger.model.searching import (
    LETTERS_ASKED,
    WORDS_ASKED,
    Snippet,
    WordForms,
    asked,
    heard,
    words,
)
from candlemark.tongues import ascii_key, fold


class Written(Fact):
    text: str
    language: str


KINDS = Kinds.of(("test.written", 1, Written))
TEXTS = CodedProjection(
    name="texts",
    version=1,
    kinds=KINDS,
    tables=(),
    rows=lambda *_: (),
    texts=lambda said, fact: [Text(f"about {said.entry.n}", "text", fact.language, fact.text)],
)


class Shelf:
    """Texts, and what a question finds among them, by their number."""

    def __init__(self, vault, folder):
        identity = vault._identity
        self.ledger = vault.ledger
        self.models = Models(vault.ledger, identity.vault, identity.keyring.compartments, folder)

    def put(self, *texts, language="az"):
        self.ledger.append_all([[Part("coded", (Written(text, language),))] for text in texts])

    def hits(self, question, limit=1000):
        return self.models.coded(TEXTS, lambda model: model.search(question, limit))

    def find(self, question, limit=1000):
        return [hit.at for hit in self.hits(question, limit)]


@pytest.fixture
def shelf(tmp_path):
    with Vault.in_memory(KINDS) as vault:
        yield Shelf(vault, tmp_path / "of this" / "vault")


@pytest.mark.parametrize(
    ("text", "language", "question"),
    [
        ("Əliyev", "az", "aliyev"),
        ("Əliyev", "az", "ALIYEV"),
        ("Əliyev", "az", "eliyev"),
        ("Əliyev", "az", "əliyev"),
        ("Əliyev", "az", "ƏLİYEV"),
        ("Əliyev", "az", "Алиев"),
        ("Əliyev", "az", "aliev"),
        ("ǝliyev", "az", "Əliyev"),
        ("Aliyev", "en", "Əliyev"),
        ("Алиев", "ru", "aliyev"),
        ("Мамедов", "ru", "Məmmədov"),
        ("Məmmədov", "az", "mamedov"),
        ("Məmmədovun sözləri", "az", "məmmədov"),
        ("Xəlilov", "az", "Khalilov"),
        ("Quliyev", "az", "Guliyev"),
        ("Şahin", "tr", "Shahin"),
        ("ILQAR", "az", "ılqar"),
        ("ILQAR", "az", "ilqar"),
        ("İLQAR", "az", "ilqar"),
        ("ilqar", "az", "İLQAR"),
        ("Diyarbakır", "tr", "diyarbakir"),
        ("DİYARBAKIR", "tr", "diyarbakır"),
        ("Tolışə", "tly", "tolise"),
        ("Толыш", "tly-Cyrl", "толыш"),
        ("علي", "ar", "علی"),
        ("علی", "fa", "علي"),
        ("كتاب", "ar", "کتاب"),
        ("کتاب", "fa", "كتاب"),
        ("علی‌اف", "fa", "علیاف"),
        ("شماره ۱۲۳", "fa", "123"),
        ("مُحَمَّد", "ar", "محمد"),
        ("Ёлкин", "ru", "елкин"),
        ("Ёлкин", "ru", "ёлкин"),
        ("O’Brien", "en", "o'brien"),
        ("O’Brien", "en", "obrien"),
        ("e\u0301tude", "fr", "étude"),
        ("étude", "fr", "etude"),
        ("straße", "de", "strasse"),
        ("article 162.1", "en", "162"),
        ("ﷺ ﻣﺤﻤﺪ", "ar", "محمد"),
        ("snake_case", "en", "snake"),
        ("snake_case", "en", "snake_case"),
        ("გიორგი", "ka", "giorgi"),
        ("中文 文本", "zh", "中文"),
    ],
)
def test_a_text_is_found_as_somebody_types_it(shelf, text, language, question):
    shelf.put("something else", "başqa bir söz", "другое", "چیز دیگر")
    shelf.put(text, language=language)

    assert shelf.find(question) == [4]


@pytest.mark.parametrize("question", ["aliyev", "ev", "liyev", "əliyevv", "x", "Əliyev gəldi", "ə"])
def test_a_text_without_the_words_is_not_found(shelf, question):
    shelf.put("Əhmədova", "Veli")

    assert shelf.find(question) == []


def test_the_beginning_of_a_word_finds_it_and_every_word_must_be_there(shelf):
    shelf.put("Əliyev Bakı məhkəməsi", "Əliyev Gəncə", "Bakı")

    assert sorted(shelf.find("əli")) == [0, 1]
    assert shelf.find("əli bak") == [0]
    assert shelf.find("bak əli məhk") == [0]
    assert shelf.find("əli şəki") == []


def test_one_letter_finds_itself_and_not_every_word_that_begins_with_it(shelf):
    shelf.put("a b c", "aaa bbb")

    assert shelf.find("a") == [0]
    assert shelf.find("A") == [0]


def test_what_is_spelled_as_asked_comes_first_and_what_sounds_like_it_last(shelf):
    shelf.put("Алиев", "Eliyev", "Əliyev")

    assert shelf.find("Əliyev") == [2, 1, 0]
    assert shelf.find("алиев")[0] == 0


def test_a_text_that_says_it_more_often_comes_before_a_long_one(shelf):
    shelf.put("gate " + "other words " * 50, "gate and gate")

    assert shelf.find("gate") == [1, 0]


def test_a_limit_is_kept_and_the_best_are_within_it(shelf):
    shelf.put(*["Алиев"] * 30, *["Əliyev"] * 5)

    assert shelf.find("Əliyev", 3) == [30, 31, 32]
    assert len(shelf.find("Əliyev", 10)) == 10
    assert shelf.find("Əliyev", 0) == []


@pytest.mark.parametrize(
    "question",
    [
        "",
        " ",
        '"',
        "'",
        '"unclosed',
        "*",
        "**",
        "AND",
        "OR NOT",
        "NEAR(a b)",
        "folded:x",
        "-x",
        "(",
        ")(",
        "{plain}:",
        "^",
        "a^b",
        "x'; DROP TABLE texts__text; --",
        "\0",
        "a\0b",
        "\ud800",
        "\u200c",
        "\u0301",
        "’’’",
        "____",
        "🕯",
        "a" * 10_000,
        "word " * 10_000,
        "\u202eabc",
        "ﷺ",
    ],
)
def test_whatever_is_typed_is_taken_as_words(shelf, question):
    shelf.put("and or not near folded x a b")

    assert set(shelf.find(question)) <= {0}


@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(question=st.text(max_size=60))
def test_no_text_is_a_wrong_question(shelf_of_one, question):
    shelf_of_one.hits(question)


@pytest.fixture(scope="module")
def shelf_of_one(tmp_path_factory):
    with Vault.in_memory(KINDS) as vault:
        made = Shelf(vault, tmp_path_factory.mktemp("models") / "a" / "b")
        made.put("Əliyev")
        yield made


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    texts=st.lists(
        st.tuples(
            st.text(st.characters(exclude_categories=["Cs"]), max_size=40),
            st.sampled_from(["az", "tr", "ru", "fa", "en", "tly-Cyrl", ""]),
        ),
        min_size=1,
        max_size=5,
    )
)
def test_every_word_of_a_text_as_it_is_written_finds_it(texts, tmp_path_factory):
    with Vault.in_memory(KINDS) as vault:
        shelf = Shelf(vault, tmp_path_factory.mktemp("models") / "a" / "b")
        for text, language in texts:
            shelf.put(text, language=language)
        for number, (text, language) in enumerate(texts):
            for word, _, _ in words(text):
                forms = WordForms()
                there, typed = forms.of(word, language), forms.of(word, "")
                # I is another letter in some tongues: who asks does not say in which they ask.
                if typed.folded and set(there) & set(typed) and len(word) < LETTERS_ASKED:
                    assert number in shelf.find(word)


@given(
    word=st.text("aAbBcCçÇdeEəƏfgğĞhIıİixXqQjkKoOöÖsSşŞuUüÜzßéñłØđ09", min_size=1, max_size=12),
    language=st.sampled_from(["az", "tr", "en", "de", "tly", "tly-Cyrl", "tt", ""]),
)
def test_the_short_way_for_latin_words_gives_what_the_long_way_does(word, language):
    plain = ascii_key(word, language)

    assert WordForms().of(word, language) == (fold(word, language), plain, heard(plain))


def test_a_question_has_so_many_words_and_letters_and_no_more():
    wanted = asked(" ".join(f"w{n}" for n in range(100)) + " " + "x" * 100, WordForms())

    assert len(wanted) == WORDS_ASKED
    assert asked("y" * 1000, WordForms())[0].folded == "y" * LETTERS_ASKED


def test_a_snippet_shows_the_word_with_what_stands_around_it(shelf):
    shelf.put("one two three four Əliyev’in five")
    before = "a long beginning of many words " * 5
    shelf.put(before + "MƏMMƏDOV" + " and a long end of many words" * 5)

    short, long = shelf.hits("aliyev")[0].snippet, shelf.hits("məmməd")[0].snippet

    assert short == Snippet("one two three four ", "Əliyev’in", " five")
    assert long.found == "MƏMMƏDOV"
    assert long.before.startswith("…")
    assert long.after.endswith("…")
    assert before.endswith(long.before[1:])
    assert max(map(len, long)) <= 62


def test_a_snippet_of_a_text_found_otherwise_is_its_beginning(shelf):
    shelf.put("state_of_the_art " + "word " * 60)

    found = shelf.hits("art")[0].snippet

    assert found.found == ""
    assert found.before.startswith("state_of_the_art")
    assert found.before.endswith("…")


def test_a_hit_says_where_it_stands(shelf):
    shelf.put("first", "Bakı məhkəməsi")

    (hit,) = shelf.hits("baki")

    assert (hit.about, hit.field, hit.language, hit.words) == (
        "about 1",
        "text",
        "az",
        "Bakı məhkəməsi",
    )
    assert (hit.at, hit.part, hit.number) == (1, 0, 0)


def test_twenty_are_found_where_nobody_says_how_many(shelf):
    shelf.put(*(f"the same word {n}" for n in range(25)), language="en")

    assert len(shelf.models.coded(TEXTS, lambda model: model.search("word"))) == 20
    assert len(shelf.models.coded(TEXTS, lambda model: model.search("word", 25))) == 25
