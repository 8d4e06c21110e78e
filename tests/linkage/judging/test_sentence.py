"""A link in one sentence."""

from __future__ import annotations

import time
from itertools import product

import pytest

from candlemark.linkage.judging.evidence import (
    Finding,
    Level,
    Strength,
    by_chance,
    strength,
)
from candlemark.linkage.judging.sentence import _parts, column_name, explanation, rounded
from candlemark.tongues import INTERFACE

A_LINK = (
    Finding("day", Level.AGREES, 6.0, 0.005),
    Finding("place", Level.AGREES, 2.0, 0.05),
    Finding("family", Level.CLOSE, 4.0, 0.1),
    Finding("given", Level.DIFFERS, -2.0, 1.0),
    Finding("birth", Level.UNKNOWN),
)


def test_it_says_what_agrees_what_is_close_what_differs_what_nobody_knows_and_how_often_by_chance():
    assert explanation(A_LINK, "en", "person") == (
        "The two records agree on the day and the place; the family name is nearly the same; the "
        "given name differs; the date of birth is not known on one side or on both; by chance, "
        "about 1 in 40,000 pairs of different people agrees as much."
    )


def test_what_agrees_and_what_differs_is_counted_as_a_tongue_counts():
    one = explanation(A_LINK[:1], "ru")
    two = explanation(A_LINK[:2], "ru")

    assert one.startswith("В обеих записях совпадает день;")
    assert two.startswith("В обеих записях совпадают день и место;")


CHANCE = {
    "az": "müxtəlif şəxslərin təxminən hər 21 cütündən biri təsadüfən bu qədər uyğun gəlir",
    "ru": "записи о разных людях случайно совпадают в той же мере примерно в одной паре на 21",
    "fa": "از هر ۲۱ جفت فرد متفاوت، تقریباً یکی برحسب تصادف تا همین اندازه همخوان است",
    "tr": "farklı kişilerden oluşan yaklaşık her 21 çiftten biri rastlantıyla bu kadar uyuşuyor",
}


@pytest.mark.parametrize("tongue", CHANCE)
def test_the_number_in_a_chance_is_one_of_pairs_and_needs_no_other_ending(tongue):
    said = explanation([Finding("family", Level.CLOSE, 4.0, 1 / 21)], tongue, "person")

    assert said.endswith(f"{CHANCE[tongue]}.")


def test_where_nothing_agrees_no_chance_is_spoken_of():
    differs = explanation(A_LINK[3:], "en")

    assert differs == (
        "Nothing that both records say agrees; the given name differs; the date of birth is not "
        "known on one side or on both."
    )


def test_where_nobody_knows_anything_it_says_so():
    assert explanation(A_LINK[4:], "tr") == (
        "İki kayıtta karşılaştırılabilecek bir şey yok; doğum tarihi kayıtlardan birinde ya da her "
        "ikisinde bilinmiyor."
    )
    assert explanation((), "en") == "The two records say nothing that can be compared."


def test_no_chance_is_said_to_be_smaller_than_a_model_can_know():
    sure = [Finding(name, Level.AGREES, 9.0, 0.001) for name in ("day", "name", "docket")]

    assert "fewer than 1 in 1,000,000 pairs" in explanation(sure, "en")
    assert by_chance(sure) == pytest.approx(1e-9)


def test_agreement_that_means_nothing_is_said_to_mean_nothing():
    assert "more than half of all pairs" in explanation(
        [Finding("sex", Level.AGREES, 0.9, 0.55)], "en"
    )


@pytest.mark.parametrize("tongue", INTERFACE)
def test_every_combination_can_be_said_in_every_tongue_within_twenty_milliseconds(tongue):
    columns = ("day", "place", "family")
    sentences = set()
    began = time.process_time()
    combinations = list(product(Level, repeat=len(columns)))
    for levels in combinations:
        found = [
            Finding(column, level, 1.0, 0.1) for column, level in zip(columns, levels, strict=True)
        ]
        text = explanation(found, tongue)
        sentences.add(text)

        assert text.endswith(".")
        assert "{" not in text
        assert text[0] == text[0].upper()
    assert (time.process_time() - began) / len(combinations) < 0.02
    assert len(sentences) == len(combinations)


def test_every_part_stands_in_every_tongue_and_names_what_it_must():
    parts = dict(_parts())
    for column, said in parts.pop("columns").items():
        assert set(said) == set(INTERFACE), column
    for name, part in parts.items():
        forms = (
            {name: part} if "en" in part else {f"{name}.{form}": one for form, one in part.items()}
        )
        for form, said in forms.items():
            assert set(said) == set(INTERFACE), form
            wanted = {"chance": "{n}", "rare": "{n}", "often": "", "nothing": "", "silent": ""}
            assert all(wanted.get(name, "{what}") in text for text in said.values()), form


def test_a_column_without_a_name_is_called_by_its_own():
    assert column_name("passport", "ru") == "passport"
    assert column_name("passport-2", "fa") == "\u2068passport-2\u2069"
    assert "agree on passport" in explanation([Finding("passport", Level.AGREES, 3.0, 0.1)], "xx")


@pytest.mark.parametrize(
    ("number", "said"), [(2.4, 2), (37.2, 37), (413.0, 410), (41_734.0, 42_000)]
)
def test_a_number_of_pairs_has_two_figures_that_count(number, said):
    assert rounded(number) == said


@pytest.mark.parametrize(
    ("weight", "said"),
    [(0.2, Strength.NOTHING), (-1.0, Strength.LITTLE), (3.0, Strength.SOME), (-9.0, Strength.MUCH)],
)
def test_a_weight_is_said_in_a_word(weight, said):
    assert strength(weight) is said
