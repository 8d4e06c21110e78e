"""Names of people nothing was tuned on, found as well as docs/methods/names.md says."""

from __future__ import annotations

import pytest

from candlemark.linkage.names import parse_name, score
from candlemark.tongues import consonants
from candlemark.tongues.transliterating import letters
from holders import people, script

PEOPLE = people("parliamentarians.txt")
KINDS = ("value", "folded", "plain")


def test_the_set_is_what_its_description_says():
    spellings = [script(name) for names in PEOPLE for name in names[1:]]

    assert len(PEOPLE) == len({names[0] for names in PEOPLE}) == 202
    assert {script(names[0]) for names in PEOPLE} == {"latin"}
    assert [spellings.count(one) for one in ("latin", "cyrillic", "arabic", "other")] == [
        95,
        224,
        107,
        0,
    ]


def test_a_spelling_finds_its_person_and_the_mean_is_better_than_either_of_the_two():
    # one in four of the Cyrillic ones; bench/names_found.py asks all
    every = [(at, name) for at, names in enumerate(PEOPLE) for name in names[1:]]
    cyrillic = [one for one in every if script(one[1]) == "cyrillic"]
    asked = [one for one in every if script(one[1]) != "cyrillic"] + cyrillic[::4]
    among = [parse_name(names[0]) for names in PEOPLE]
    found = {}
    for at, name in asked:
        scores = [score(each, parse_name(name)) for each in among]
        for kind in KINDS:
            values = [-1.0 if one is None else getattr(one, kind) for one in scores]
            hit = values[at] == max(values) >= 0 and values.count(max(values)) == 1
            found[script(name), kind] = found.get((script(name), kind), 0) + hit

    mean, folded, plain = (
        {one: found[one, kind] for one in ("latin", "cyrillic", "arabic")} for kind in KINDS
    )
    assert mean["latin"] >= 93
    assert mean["cyrillic"] >= 55
    assert mean["arabic"] >= 97
    assert mean["arabic"] >= max(folded["arabic"], plain["arabic"]) + 4
    assert sum(mean.values()) > max(sum(folded.values()), sum(plain.values()))


@pytest.mark.parametrize("table", ["ru-Cyrl", "az-Cyrl", "fa-Arab"])
def test_every_letter_that_is_read_is_heard(table):
    """Or a word loses it: Кеңес had the consonants of Кес."""
    silent = set("ъьйяюёи")  # vowels and signs, of which consonants keep nothing inside a word
    read = [one for one in letters(table) | letters(table, "added") if one not in silent]

    assert [
        one for one in read if consonants(f"b{one}b") == consonants("bb") and _sounds(one)
    ] == []


def _sounds(letter):
    """Whether its Latin form has a consonant."""
    written = parse_name(f"b{letter}b").words[0].plain.strip("b")
    return bool(set(written) - set("aeiouy"))
