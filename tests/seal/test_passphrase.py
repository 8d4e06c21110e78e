"""Passphrases are drawn evenly, typed with some forgiveness, and stretched at a known cost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from candlemark.errors import LedgerBroken, SettingRefused
from candlemark.seal import passphrase
from candlemark.seal.passphrase import (
    Cost,
    Stretching,
    as_typed,
    check_drawn,
    new_passphrase,
    words,
)

DRAWN = "abacus abdomen abdominal abide abiding ability ablaze"


def test_the_list_has_7776_different_words():
    assert len(words()) == 7776
    assert len(set(words())) == 7776
    assert all(word == word.lower() and word.isascii() for word in words())


@pytest.mark.parametrize("content", ["one two", "same " * 7776])
def test_no_passphrase_is_drawn_from_another_list(monkeypatch, tmp_path, content):
    (tmp_path / "static").mkdir()
    (tmp_path / "static" / "eff-long").write_text(content)
    monkeypatch.setattr(passphrase, "files", lambda _package: tmp_path)
    words.cache_clear()

    try:
        with pytest.raises(SettingRefused, match="instead of 7776"):
            new_passphrase()
    finally:
        words.cache_clear()


def test_seven_words_are_drawn_and_differ_each_time():
    drawn = new_passphrase()

    assert len(drawn.split(" ")) == 7
    assert set(drawn.split()) <= set(words())
    assert drawn != new_passphrase()


def test_fewer_than_seven_words_are_refused():
    with pytest.raises(SettingRefused, match="6 words are too few"):
        new_passphrase(6)


TYPED = {
    "extra spaces": "  abacus   abdomen abdominal abide\tabiding ability ablaze\n",
    "capitals": DRAWN.upper(),
    "capitals of a Turkish keyboard": DRAWN.upper().replace(
        "I", "\N{LATIN CAPITAL LETTER I WITH DOT ABOVE}"
    ),
    "the dotless i of that keyboard": DRAWN.replace("i", "\N{LATIN SMALL LETTER DOTLESS I}"),
    "a line end in between": DRAWN.replace(" ", "\r\n", 1),
    "hyphens instead of spaces": DRAWN.replace(" ", "-"),
    "hyphens of a clever keyboard": DRAWN.replace(" ", " \N{EN DASH} "),
}


@pytest.mark.parametrize("text", TYPED.values(), ids=TYPED)
def test_typing_is_forgiven(text):
    assert as_typed(text) == DRAWN


def test_the_words_with_a_hyphen_may_be_typed_without_and_no_two_words_become_one():
    hyphened = [word for word in words() if "-" in word]
    halves = [tuple(word.split("-")) for word in hyphened]

    for word, (first, second) in zip(hyphened, halves, strict=True):
        assert as_typed(f"abacus {first} {second} zoom") == f"abacus {word} zoom"
        assert as_typed(f"{word}-zoom") == f"{word} zoom"
        assert first not in words()
    assert all(as_typed(word) == word for word in words())


REFUSED = {
    "a word too few": DRAWN.rsplit(" ", 1)[0],
    "a word that is not in the list": DRAWN.replace("abacus", "baku"),
    "a person's own words": "correct horse battery staple",
    "nothing": "",
}


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED)
def test_what_was_not_drawn_is_refused_without_being_repeated(text):
    with pytest.raises(SettingRefused, match="was not drawn from the word list") as caught:
        check_drawn(text)

    assert not any(word in str(caught.value) for word in ("horse", "baku"))


def test_what_was_drawn_is_accepted_however_it_is_typed():
    for text in (DRAWN, *TYPED.values()):
        check_drawn(text)


def test_the_strong_cost_is_256_mib_and_three_passes():
    assert str(Stretching(*Cost.STRONG.value, salt=bytes(16))) == (
        "$argon2id$v=19$m=262144,t=3,p=1$AAAAAAAAAAAAAAAAAAAAAA"
    )


def test_what_was_typed_differently_is_stretched_alike():
    stretching = Stretching(64, 2, b"somesaltsomesalt")

    assert stretching.stretch("abacus") == stretching.stretch(" ABACUS ")
    assert stretching.stretch("abacus") != stretching.stretch("abdomen")


@given(
    st.integers(8, 2_097_152),
    st.integers(1, 16),
    st.binary(min_size=16, max_size=16),
)
def test_parameters_are_read_back_as_they_were_written(memory, passes, salt):
    stretching = Stretching(memory, passes, salt)

    assert stretching == Stretching.parse(str(stretching))


PARAMETERS = {
    "another function": "$argon2i$v=19$m=262144,t=3,p=1$AAAAAAAAAAAAAAAAAAAAAA",
    "another version": "$argon2id$v=16$m=262144,t=3,p=1$AAAAAAAAAAAAAAAAAAAAAA",
    "more than 2 GiB": "$argon2id$v=19$m=2097153,t=3,p=1$AAAAAAAAAAAAAAAAAAAAAA",
    "17 passes": "$argon2id$v=19$m=262144,t=17,p=1$AAAAAAAAAAAAAAAAAAAAAA",
    "no passes": "$argon2id$v=19$m=262144,t=0,p=1$AAAAAAAAAAAAAAAAAAAAAA",
    "too little memory": "$argon2id$v=19$m=7,t=3,p=1$AAAAAAAAAAAAAAAAAAAAAA",
    "a short salt": "$argon2id$v=19$m=262144,t=3,p=1$AAAA",
    "a hash behind it": "$argon2id$v=19$m=262144,t=3,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAA",
    "nothing": "",
}


@pytest.mark.parametrize("text", PARAMETERS.values(), ids=PARAMETERS)
def test_parameters_are_refused_with(text):
    with pytest.raises(LedgerBroken, match="parameters of the passphrase cannot be read"):
        Stretching.parse(text)
