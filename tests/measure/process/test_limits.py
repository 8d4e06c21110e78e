"""Verdicts on time limits, and the probability that one is kept."""

from __future__ import annotations

import pytest

from candlemark.errors import NotMeasurable
from candlemark.measure.process import Limit, Which, limits, passages

UNITS = (
    "told 0 charged 10",  # met, on the last day
    "told 0 noted 3 charged 11",  # late by a day
    "told 0 closed 4",  # ended otherwise in time
    "told 0 noted 5 closed 40",  # ended otherwise when the time was over
    "told 0 noted 9",  # open and past
    "told 95",  # open and within
    "noted 0",  # never told
)
TEN = Limit("ten", "told", "charged", 10, "Rule 1")


def asked_of(ways, *units, limit=TEN, **how):
    asked = ways(*units, **how)
    (found,) = limits(asked, [limit]).limits
    return found.groups


def test_each_start_has_one_of_five_verdicts(ways):
    (group,) = asked_of(ways, *UNITS)
    told = group.verdicts
    assert (told.met, told.late, told.ended, told.open_past, told.open_within) == (1, 1, 2, 1, 1)
    assert (told.starts, told.units, told.ended_past) == (6, 6, 1)


def test_the_share_kept_is_estimated_and_never_counted_among_those_that_are_over(ways):
    # One kept it at once, eight wait within the time: of those over all kept it.
    (group,) = asked_of(ways, "told 99 charged 99", *["told 95"] * 9)
    assert group.within is None  # nobody was watched for ten days
    (group,) = asked_of(ways, "told 0 charged 2", "told 0", *["told 98"] * 2)
    # On day 2 four were watched, and one of them kept it.
    assert group.within.p == pytest.approx(0.25)
    assert group.within.low < 0.25 < group.within.high
    assert group.otherwise.p == 0


def test_ending_otherwise_is_a_way_of_its_own(ways):
    (group,) = asked_of(ways, "told 0 charged 3", "told 0 closed 3", "told 0", "told 0")
    assert (group.within.p, group.otherwise.p) == (pytest.approx(0.25), pytest.approx(0.25))


def test_a_limit_nobody_kept_has_probability_0_and_an_exact_bound(ways):
    (group,) = asked_of(ways, *["told 0"] * 4, "charged 0")
    assert group.within.p == 0
    assert group.within.high == pytest.approx(1 - 0.025**0.25)
    assert group.verdicts.open_past == 4


@pytest.mark.parametrize(
    ("which", "expected"),
    [
        (Which.FIRST, [(30, 1)]),
        (Which.LAST, [(10, 1)]),
        (Which.EACH, [(30, 1), (20, 1), (10, 1)]),
    ],
)
def test_the_clock_starts_at_the_first_the_last_or_each(ways, which, expected):
    asked = ways("told 0 told 10 told 20 charged 30")
    found = passages(asked, asked.place("told"), asked.place("charged"), which)
    assert list(zip(found.days.tolist(), found.end.tolist(), strict=True)) == expected


def test_between_two_states_of_one_case_each_round_is_timed(ways):
    asked = ways("told 0 charged 4 told 10 charged 17 told 50", "told 3 closed 5")
    found = passages(asked, asked.place("told"), asked.place("charged"), Which.EACH)
    assert found.unit.tolist() == [0, 0, 0, 1]
    assert found.turn.tolist() == [1, 2, 3, 1]
    assert found.days.tolist() == [4, 7, 50, 2]
    assert found.end.tolist() == [1, 1, -1, 2]


def test_a_state_that_is_not_there_is_refused_with_those_that_are(ways):
    with pytest.raises(NotMeasurable, match="nothing here is called 'sent'") as refused:
        asked_of(ways, "told 0 noted 3", limit=Limit("x", "told", "sent", 3, "Rule"))
    assert refused.value.hint == "there are told, noted"


def test_groups_have_verdicts_of_their_own_and_an_empty_one_has_none(ways):
    groups = asked_of(
        ways, *UNITS, groups=("a", "b", "c"), group_of=lambda unit: (0,) if unit < 3 else (1,)
    )
    assert [group.verdicts.starts for group in groups] == [3, 3, 0]
    assert groups[2].within is None
    assert groups[2].otherwise is None


def test_a_row_for_having_ended_changes_no_verdict(ways):
    assert asked_of(ways, *UNITS) == asked_of(ways, *UNITS, rows_of_ends=True)


def test_several_starts_of_one_case_make_no_certainty_by_their_number(ways):
    each = Limit("each", "told", "charged", 10, "Rule 1", Which.EACH)
    alone = [f"told 0 charged {days}" for days in (5, 18) * 5]
    # The same ten starts, five in each of two cases.
    often = [
        " ".join(f"told {at} charged {at + days}" for at in range(0, 100, 20)) for days in (5, 18)
    ]
    (one,) = asked_of(ways, *alone, limit=each)
    (other,) = asked_of(ways, *often, limit=each)
    assert one.within.p == other.within.p == pytest.approx(0.5)
    assert (one.verdicts.starts, other.verdicts.starts) == (10, 10)
    assert other.within.high - other.within.low > 1.4 * (one.within.high - one.within.low)
