"""A day is read as exactly as it was written; what can be read in two ways is not read."""

from __future__ import annotations

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from candlemark.dates import PartialDate
from candlemark.errors import NotUnderstood
from candlemark.exchange.days import read_day

READ = {
    "1993": "1993", "2014-01": "2014-01", "2014-1-2": "2014-01-02", "2014-01-22": "2014-01-22",
    "2014-01-22T10:00:00": "2014-01-22", "2014-01-00": "2014-01", "2014-00-00": "2014",
    "22.01.2014": "2014-01-22", "1.2.2014": "2014-02-01", "00.00.1995": "1995",
    "22/01/2014": "2014-01-22", "01/22/2014": "2014-01-22", "05/05/2014": "2014-05-05",
    "01.2014": "2014-01", "May 2014": "2014-05", "22 May 2014": "2014-05-22",
    "May 22, 2014": "2014-05-22", "22 мая 2014 г.": "2014-05-22", "январь 2014": "2014-01",
    "2014-03/2014-06": "2014-03/2014-06", "1994/1995-05-12": "1994/1995-05-12",
    "1994-00-00/1995-05-00": "1994/1995-05", "۱۹۹۴/۱۹۹۵": "1994/1995",
    "5 oktyabr 2018": "2018-10-05", "Ağustos 2016": "2016-08", "۲۰۱۴": "2014",
    "۵ اکتبر ۲۰۱۸": "2018-10-05", "ژوئن 2012": "2012-06", "3rd March 2001": "2001-03-03",
}  # fmt: skip


@pytest.mark.parametrize("text", READ)
def test_a_day_keeps_what_is_written(text):
    assert str(read_day(text)) == READ[text]


@pytest.mark.parametrize(
    "text", ["", "-", "?", "unknown", "Naməlum", "неизвестно", "نامعلوم", "bilinmiyor"]
)
def test_a_cell_can_say_that_no_day_is_known(text):
    assert read_day(text) is None


REFUSED = [
    "03/04/2019", "3-4-2019", "12.05", "14.05.19", "31.02.2014", "2014-13", "2014-02-30", "1398-05-12",
    "2015/2014", "2014/2014-06", "0000-00-00/2014", "1398/1399", "2014-13/2015", "1994/",
    "in the spring", "circa 1993", "1993?", "1990-1995", "12.00.1995", "43831", "2014 год или 2015",
]  # fmt: skip


@pytest.mark.parametrize("text", REFUSED)
def test_what_can_be_read_in_no_way_or_in_two_is_refused(text):
    with pytest.raises(NotUnderstood):
        read_day(text)


def test_two_ways_become_one_when_somebody_says_which_comes_first():
    assert str(read_day("03/04/2019", day_first=True)) == "2019-04-03"
    assert str(read_day("03/04/2019", day_first=False)) == "2019-03-04"
    assert str(read_day("03.04.2019", day_first=False)) == "2019-04-03", "full stops say it"


def test_a_day_of_a_workbook_is_that_day():
    assert read_day(date(2014, 1, 22)) == PartialDate(2014, 1, 22)


@given(st.dates(min_value=date(1800, 1, 1), max_value=date(2200, 12, 31)))
def test_what_is_written_out_is_read_back(day):
    assert read_day(day.isoformat()) == PartialDate.of(day)
    assert read_day(day.strftime("%d.%m.") + f"{day.year:04}") == PartialDate.of(day)


@given(st.text(max_size=30))
def test_no_text_breaks_the_reading(text):
    with suppress(NotUnderstood):
        assert read_day(text) is None or isinstance(read_day(text), PartialDate)
