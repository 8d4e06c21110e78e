"""A condition on a term of the definition holds for the terms that are a part of it."""

from __future__ import annotations

import pytest

from candlemark.errors import NothingToMeasure
from candlemark.measure.log import Ask, Where, asked, stay_table, stays_of
from stay_logs import event_log

CODES = [
    ("a", "bias-grounds", "shia", None),
    ("b", "bias-grounds", "anti-muslim", None),
    ("c", "bias-grounds", "catholic", None),
    ("d", "bias-grounds", "black", None),
    ("e", "bias-grounds", None, "unknown"),
]


@pytest.fixture
def table(agency):
    return stays_of(agency.study({unit: [("told", "2020-01-05")] for unit in "abcde"}, CODES))


def chosen(table, *where):
    with asked(table, Ask(where=tuple(Where(scheme, terms) for scheme, terms in where))) as cohort:
        units = cohort.columns("SELECT unit FROM entered ORDER BY unit")["unit"]
    return "".join(table.cases.to_pylist()[unit] for unit in units.tolist())


@pytest.mark.parametrize(
    ("terms", "units"),
    [
        (("religion",), "abc"),  # shia is a part of anti-muslim, and that of religion
        (("anti-muslim",), "ab"),
        (("shia",), "a"),
        (("race-colour", "shia"), "ad"),
        (("unknown",), "e"),
    ],
)
def test_a_broader_term_holds_for_its_narrower_ones_and_not_the_other_way(table, terms, units):
    assert chosen(table, ("bias-grounds", terms)) == units


def test_a_term_of_which_nobody_is_coded_chooses_nobody(table):
    with pytest.raises(NothingToMeasure, match="no unit entered"):
        chosen(table, ("bias-grounds", ("sunni",)))


def test_a_log_of_its_own_words_knows_no_order_of_terms():
    codes = [("a", "bias-grounds", "religion"), ("b", "bias-grounds", "shia")]
    rows = [(unit, "told", "2020-01-05") for unit in "ab"]

    assert chosen(stay_table(event_log(rows, codes)), ("bias-grounds", ("religion",))) == "a"
