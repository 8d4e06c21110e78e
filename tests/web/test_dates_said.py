"""Dates in the grammar of each tongue, each as exact as it is."""

from __future__ import annotations

import pytest

from candlemark.dates import PartialDate
from candlemark.tongues import INTERFACE
from candlemark.web.dates_said import dated, ordinal_ending
from candlemark.web.reader import Reader

SAID = {
    "a year in English": ("en", "1995", "in 1995"),
    "a month in English": ("en", "2012-06", "in June 2012"),
    "a day in English, day before month": ("en", "2012-06-12", "12 June 2012"),
    "a year in Azerbaijani": ("az", "1995", "1995-ci ildə"),
    "a month in Azerbaijani, its name in small letters": (
        "az",
        "2012-06",
        "2012-ci ilin iyun ayında",
    ),
    "a day in Azerbaijani": ("az", "2012-06-12", "12 iyun 2012"),
    "a year in Russian": ("ru", "1995", "в 1995 году"),
    "a month in Russian, bent by its preposition": ("ru", "2012-06", "в июне 2012 года"),
    "a day in Russian, no full stop at its end": ("ru", "2012-06-12", "12 июня 2012 года"),
    "a year in Persian": ("fa", "1995", "در سال ۱۹۹۵"),
    "a month in Persian": ("fa", "2012-06", "در ژوئن ۲۰۱۲"),
    "a day in Persian": ("fa", "2012-06-12", "۱۲ ژوئن ۲۰۱۲"),
    "a year in Turkish": ("tr", "1995", "1995 yılında"),
    "a month in Turkish, its name in capitals": ("tr", "2012-06", "2012 yılının Haziran ayında"),
    "between two months in English": ("en", "1995-03/1995-06", "between March 1995 and June 1995"),
    "between a year and a day in English": (
        "en",
        "1994/1995-05-12",
        "between 1994 and 12 May 1995",
    ),
    "between two years in Azerbaijani": (
        "az",
        "1993/1995",
        "1993-cü il ilə 1995-ci il arasında",
    ),
    "between two months in Azerbaijani": (
        "az",
        "1995-03/1995-06",
        "1995-ci ilin mart ayı ilə 1995-ci ilin iyun ayı arasında",
    ),
    "between two months in Russian, bent by between": (
        "ru",
        "1995-03/1995-06",
        "между мартом 1995 года и июнем 1995 года",
    ),
    "between a year and a day in Russian": (
        "ru",
        "1994/1995-05-12",
        "между 1994 годом и 12 мая 1995 года",
    ),
    "between two years in Persian": ("fa", "1993/1995", "میان سال ۱۹۹۳ و سال ۱۹۹۵"),
    "between two days in Persian": (
        "fa",
        "1995-06-03/1995-06-12",
        "میان ۳ ژوئن ۱۹۹۵ و ۱۲ ژوئن ۱۹۹۵",
    ),
    "between two months in Turkish": (
        "tr",
        "1995-03/1995-06",
        "1995 yılının Mart ayı ile 1995 yılının Haziran ayı arasında",
    ),
    "a day in Turkish": ("tr", "2012-06-12", "12 Haziran 2012"),
}


@pytest.mark.parametrize("case", SAID)
def test_a_date_is_said_as_people_say_it(case):
    tongue, date, expected = SAID[case]

    assert expected == Reader(tongue).dated(PartialDate.parse(date))


@pytest.mark.parametrize("tongue", INTERFACE)
def test_a_date_that_is_not_known_is_said_to_be_not_known(tongue):
    assert dated(None, tongue)


@pytest.mark.parametrize("tongue", INTERFACE)
def test_a_coarser_date_says_no_month_and_no_day(tongue):
    reader = Reader(tongue)
    year = reader.dated(PartialDate(2014))
    months = {reader.dated(PartialDate(2014, month)) for month in range(1, 13)}

    assert len(months) == 12
    assert year not in months


ENDINGS = {
    1990: "cı", 1991: "ci", 1993: "cü", 1995: "ci", 1996: "cı", 1999: "cu", 1900: "cü",
    2000: "ci", 2003: "cü", 2006: "cı", 2010: "cu", 2012: "ci", 2020: "ci", 2030: "cu", 2040: "cı",
}  # fmt: skip


@pytest.mark.parametrize("year", ENDINGS)
def test_an_azerbaijani_year_takes_the_ending_its_last_word_asks_for(year):
    assert ENDINGS[year] == ordinal_ending(year)
