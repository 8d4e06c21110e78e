"""A root in twelve words: written, copied by hand, compared; a near miss is never the same."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from candlemark.errors import NotUnderstood, WordsDiffer
from candlemark.ledger.checkpoint import Checkpoint
from candlemark.ledger.root_words import RootWords
from candlemark.seal.passphrase import words

ROOT = hashlib.sha256(b"a root").digest()
STATE = Checkpoint(1342, ROOT)
SAID = RootWords.of(STATE)
states = st.builds(Checkpoint, st.integers(0, 10**18 - 1), st.binary(min_size=32, max_size=32))


def test_words_are_the_digits_of_the_hash_of_root_and_size():
    number = int.from_bytes(hashlib.sha256(ROOT + (1342).to_bytes(8, "big")).digest(), "big")
    back = sum(words().index(word) * 7776**place for place, word in enumerate(SAID.words))

    assert len(SAID.words) == 12
    assert back == number % 7776**12


@given(states)
def test_words_come_back_as_they_were_written(state):
    line = str(RootWords.of(state))

    assert RootWords.parse(line) == RootWords.of(state)
    RootWords.parse(f"  {line.upper()}\n".replace(" ", "  ")).compare(state)


@pytest.mark.parametrize("form", ["{} entries: {}", "{}: {}", "{} {}", "{} ENTRIES : {}"])
def test_people_may_write_them_as(form):
    assert RootWords.parse(form.format(1342, " ".join(SAID.words))) == SAID


@given(states, st.integers(0, 11), st.sampled_from(words()))
def test_one_other_word_is_named_by_its_place_and_never_the_same(state, place, word):
    said = RootWords.of(state)
    assume(said.words[place] != word)
    slip = RootWords(said.size, (*said.words[:place], word, *said.words[place + 1 :]))

    with pytest.raises(WordsDiffer) as caught:
        slip.compare(state)
    assert [fault.where for fault in caught.value.faults] == [f"word {place + 1}"]
    assert "slip of the pen" in caught.value.hint


@given(states, states)
def test_the_words_of_another_state_are_not_the_same(one, other):
    assume(one != other)

    with pytest.raises(WordsDiffer):
        RootWords.of(one).compare(other)


def test_another_size_alone_is_another_state():
    with pytest.raises(WordsDiffer) as caught:
        RootWords.of(Checkpoint(1343, ROOT)).compare(STATE)
    assert caught.value.faults[0].where == "entries"
    assert "more entries than there are" in caught.value.hint
    with pytest.raises(WordsDiffer) as caught:
        RootWords.of(Checkpoint(1341, ROOT)).compare(STATE)
    assert "another state" in caught.value.hint
    with pytest.raises(WordsDiffer) as caught:
        RootWords(1343, SAID.words).compare(STATE)
    assert [fault.where for fault in caught.value.faults] == ["entries"]


@settings(deadline=None)
@given(
    states, st.integers(0, 11), st.integers(0, 30), st.characters(codec="ascii", categories=["Ll"])
)
def test_a_slip_of_one_letter_is_never_the_same(state, place, at, letter):
    said = RootWords.of(state)
    word = said.words[place]
    bent = word[: at % len(word)] + letter + word[at % len(word) + 1 :]
    assume(bent != word)
    typed = " ".join([*said.words[:place], bent, *said.words[place + 1 :]])

    with pytest.raises((WordsDiffer, NotUnderstood)) as caught:
        RootWords.parse(f"{state.size} entries: {typed}").compare(state)
    assert [fault.where for fault in caught.value.faults] == [f"word {place + 1}"]


def test_a_slip_is_told_what_was_perhaps_meant():
    typed = "1342 entries: " + " ".join(["abacuss", *SAID.words[1:11], "zzzzzzz"])

    with pytest.raises(NotUnderstood) as caught:
        RootWords.parse(typed)
    assert list(map(str, caught.value.faults)) == [
        "word 1: abacuss is not in the list; perhaps abacus",
        "word 12: zzzzzzz is not in the list",
    ]


@pytest.mark.parametrize(
    "typed",
    [
        "", "1342", "entries: abacus", str(SAID).removeprefix("1342 "), " ".join(SAID.words), f"{SAID} abacus",
        "1342 entries: " + " ".join(SAID.words[:11]), "-1 entries: " + " ".join(SAID.words),
        "١٣٤٢ entries: " + " ".join(SAID.words), "9" * 19 + " entries: " + " ".join(SAID.words), "1 " + "x " * 600,
        str(SAID).replace(SAID.words[0], "\x00bad"),
    ],
)  # fmt: skip
def test_these_are_no_words_of_a_root(typed):
    with pytest.raises(NotUnderstood):
        RootWords.parse(typed)


@given(st.text(max_size=100))
def test_any_text_is_understood_or_refused(typed):
    with pytest.raises(NotUnderstood):
        RootWords.parse(typed)
