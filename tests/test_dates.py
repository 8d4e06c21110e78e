"""A date is as exact as its source, and where two dates leave it open, it stays open."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from candlemark.dates import Order, PartialDate, Precision, add_months, compare
from candlemark.errors import NotUnderstood


@st.composite
def partial_dates(draw) -> PartialDate:
    """Any partial date that is no range, of any precision."""
    day = PartialDate.of(draw(st.dates()))
    kept = draw(st.sampled_from([Precision.YEAR, Precision.MONTH, Precision.DAY]))
    if kept is Precision.YEAR:
        return PartialDate(day.year)
    return PartialDate(day.year, day.month, day.day if kept is Precision.DAY else None)


@st.composite
def ranges(draw) -> PartialDate:
    """Some time between any two partial dates."""
    one, other = draw(partial_dates()), draw(partial_dates())
    assume(compare(one, other) in {Order.BEFORE, Order.AFTER})
    first, last = (one, other) if compare(one, other) is Order.BEFORE else (other, one)
    return PartialDate(first.year, first.month, first.day, last)


READ = {
    "a year stays a year": ("1993", PartialDate(1993), "1993-01-01", "1993-12-31"),
    "a month stays a month": ("2014-01", PartialDate(2014, 1), "2014-01-01", "2014-01-31"),
    "a day is a day": ("2014-01-22", PartialDate(2014, 1, 22), "2014-01-22", "2014-01-22"),
    "February of a leap year": ("2024-02", PartialDate(2024, 2), "2024-02-01", "2024-02-29"),
    "February of another year": ("1900-02", PartialDate(1900, 2), "1900-02-01", "1900-02-28"),
    "the first year": ("0001", PartialDate(1), "0001-01-01", "0001-12-31"),
    "the last year": ("9999-12", PartialDate(9999, 12), "9999-12-01", "9999-12-31"),
    "some time between two months": (
        "2014-03/2014-06",
        PartialDate(2014, 3, to=PartialDate(2014, 6)),
        "2014-03-01",
        "2014-06-30",
    ),
    "bounds of different exactness": (
        "1994/1995-05-12",
        PartialDate(1994, to=PartialDate(1995, 5, 12)),
        "1994-01-01",
        "1995-05-12",
    ),
}


@pytest.mark.parametrize(("text", "expected", "first", "last"), READ.values(), ids=READ)
def test_a_date_is_read_as_exactly_as_it_is_written(text, expected, first, last):
    read = PartialDate.parse(text)

    assert expected == read
    assert (first, last) == (read.earliest.isoformat(), read.latest.isoformat())
    assert text == str(read)


REFUSED = {
    "nothing": ("", "'' is not a date"),
    "two digits of a year": ("93", "'93' is not a date"),
    "slashes": ("22/01/2014", "'22/01/2014' is not a date"),
    "points": ("22.01.2014", "'22.01.2014' is not a date"),
    "a month without its zero": ("2014-1", "'2014-1' is not a date"),
    "a shortened bound": ("2014-03/06", "'2014-03/06' is not a date"),
    "a range with two hyphens": ("2014--2015", "'2014--2015' is not a date"),
    "three bounds": ("2014/2015/2016", "'2014/2015/2016' is not a date"),
    "a range without its end": ("2014/", "'2014/' is not a date"),
    "a range without its beginning": ("/2014", "'/2014' is not a date"),
    "a bound that does not exist": ("2014/2015-02-30", "2015-02 has no day 30"),
    "a range the wrong way round": (
        "2015/2014",
        "2015/2014 is no range: its first bound does not lie before its last",
    ),
    "a range of one day": (
        "2014-01-22/2014-01-22",
        "2014-01-22/2014-01-22 is no range: its first bound does not lie before its last",
    ),
    "a year that holds its other bound": (
        "2014/2014-06",
        "2014/2014-06 is no range: its first bound does not lie before its last",
    ),
    "a week": ("2014-W04", "'2014-W04' is not a date"),
    "a day of the year": ("2014-022", "'2014-022' is not a date"),
    "a time behind it": ("2014-01-22T10:00", "'2014-01-22T10:00' is not a date"),
    "space around it": (" 2014", "' 2014' is not a date"),
    "a line end behind it": ("2014\n", "'2014\\n' is not a date"),
    "digits of Persian": ("۲۰۱۴", "'۲۰۱۴' is not a date"),
    "words": ("unknown", "'unknown' is not a date"),
    "a month that does not exist": ("2014-13", "there is no month 13"),
    "month zero": ("2014-00", "there is no month 0"),
    "a day that does not exist": ("2014-02-30", "2014-02 has no day 30"),
    "29 February of a year that is not a leap year": ("2023-02-29", "2023-02 has no day 29"),
    "day zero": ("2014-01-00", "2014-01 has no day 0"),
    "year zero": ("0000", "0 is not a year"),
}


@pytest.mark.parametrize(("text", "message"), REFUSED.values(), ids=REFUSED)
def test_what_can_be_read_in_two_ways_is_refused(text, message):
    with pytest.raises(NotUnderstood) as refused:
        PartialDate.parse(text)

    assert message == refused.value.message
    assert refused.value.hint


def test_a_long_text_is_not_repeated_in_full():
    with pytest.raises(NotUnderstood) as refused:
        PartialDate.parse("x" * 1000)

    assert len(refused.value.message) < 80


def test_a_day_needs_its_month():
    with pytest.raises(NotUnderstood, match="a day needs its month"):
        PartialDate(2014, None, 22)


def test_a_range_has_two_bounds_and_no_more():
    inside = PartialDate(2015, to=PartialDate(2016))

    with pytest.raises(NotUnderstood, match="a range has two bounds"):
        PartialDate(2014, to=inside)


COMPARED = {
    "years apart": ("1993", "1994", Order.BEFORE),
    "a year and a day of the next": ("1993", "1994-01-01", Order.BEFORE),
    "a month after a day of the one before": ("2014-02", "2014-01-31", Order.AFTER),
    "the same day": ("2014-01-22", "2014-01-22", Order.SAME_DAY),
    "a year and a day of it": ("2014", "2014-06-01", Order.CANNOT_TELL),
    "a month and a day of it": ("2014-01", "2014-01-31", Order.CANNOT_TELL),
    "the same year twice": ("2014", "2014", Order.CANNOT_TELL),
    "the same month twice": ("2014-01", "2014-01", Order.CANNOT_TELL),
    "a year and its first month": ("2014", "2014-01", Order.CANNOT_TELL),
    "a range and what lies in it": ("2014/2016", "2015-03-01", Order.CANNOT_TELL),
    "a range and what follows it": ("2014/2016", "2017", Order.BEFORE),
    "a range and what came before it": ("2014-02/2014-05", "2014-01-31", Order.AFTER),
    "ranges that share a day": ("2014/2016-05-01", "2016-05-01/2017", Order.CANNOT_TELL),
}


@pytest.mark.parametrize(("one", "other", "order"), COMPARED.values(), ids=COMPARED)
def test_dates_are_compared_as_far_as_their_sources_allow(one, other, order):
    assert order is compare(PartialDate.parse(one), PartialDate.parse(other))


def test_a_year_does_not_decide_between_two_days_of_it():
    year, early, late = (PartialDate.parse(text) for text in ("2014", "2014-01-01", "2014-12-31"))

    assert compare(year, early) is Order.CANNOT_TELL
    assert compare(year, late) is Order.CANNOT_TELL
    assert compare(early, late) is Order.BEFORE


def test_dates_have_no_order_of_their_own():
    # sorting partial dates by < would have to invent an answer
    with pytest.raises(TypeError):
        sorted([PartialDate(2014), PartialDate(2013)])


def test_a_year_is_not_its_first_month():
    assert PartialDate(1993) != PartialDate(1993, 1)


@given(partial_dates() | ranges())
def test_what_is_written_is_read_back(said):
    assert said == PartialDate.parse(str(said))


@given(ranges())
def test_a_range_holds_both_its_bounds_and_knows_them(said):
    assert said.precision is Precision.RANGE
    assert (said.earliest, said.latest) == (said.first.earliest, said.to.latest)
    assert said.first.precision is not Precision.RANGE
    assert compare(said, said.first) is compare(said, said.to) is Order.CANNOT_TELL


@given(partial_dates())
def test_the_interval_holds_exactly_the_days_that_match(said):
    assert str(PartialDate.of(said.earliest)).startswith(str(said))
    assert str(PartialDate.of(said.latest)).startswith(str(said))
    if said.latest < date.max:
        assert not str(PartialDate.of(said.latest + timedelta(days=1))).startswith(str(said))
    if said.earliest > date.min:
        assert not str(PartialDate.of(said.earliest - timedelta(days=1))).startswith(str(said))


@given(partial_dates() | ranges(), partial_dates() | ranges())
def test_comparing_the_other_way_gives_the_opposite(one, other):
    opposite = {Order.BEFORE: Order.AFTER, Order.AFTER: Order.BEFORE}
    order = compare(one, other)

    assert opposite.get(order, order) is compare(other, one)


@given(partial_dates(), partial_dates(), partial_dates())
def test_before_can_be_followed_on(one, two, three):
    if compare(one, two) is Order.BEFORE and compare(two, three) is Order.BEFORE:
        assert compare(one, three) is Order.BEFORE


MONTHS = {
    "six months": ("2021-01-22", 6, "2021-07-22"),
    "four months over the new year": ("2022-11-15", 4, "2023-03-15"),
    "to a shorter month: its last day": ("2021-08-31", 6, "2022-02-28"),
    "to February of a leap year": ("2023-08-31", 6, "2024-02-29"),
    "from the last of February, not to the last of August": ("2022-02-28", 6, "2022-08-28"),
    "from 29 February a year on": ("2024-02-29", 12, "2025-02-28"),
    "none": ("2022-01-31", 0, "2022-01-31"),
    "back": ("2022-03-31", -1, "2022-02-28"),
}


@pytest.mark.parametrize(("day", "months", "expected"), MONTHS.values(), ids=MONTHS)
def test_limits_run_in_calendar_months(day, months, expected):
    assert expected == add_months(date.fromisoformat(day), months).isoformat()


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.integers(0, 24), st.integers(0, 24))
def test_more_months_are_never_earlier(day, fewer, more):
    first, second = add_months(day, min(fewer, more)), add_months(day, max(fewer, more))

    assert first <= second
    assert first.day <= day.day
