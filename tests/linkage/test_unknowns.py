"""What stands where nothing is known is found, said, and compared with nothing."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from candlemark.dates import PartialDate
from candlemark.definition.places import _regions, place_key, region_of
from candlemark.linkage.dockets import docket_of
from candlemark.linkage.unknowns import Notebook, known_days, known_minutes, says_unknown


@pytest.mark.parametrize(
    "day", ["1900-01-01", "1899-12-30", "1970-01-01", "9999-12-31", "1753-01-01"]
)
def test_the_days_of_programs_are_unknown_and_said(day):
    book = Notebook("xx")

    assert known_days(
        [PartialDate.parse(day), PartialDate.parse("2020-02-02"), None], "date", book
    ) == [None, PartialDate(2020, 2, 2), None]
    (noticed,) = book.noticed
    assert (noticed.column, noticed.value, noticed.rows) == ("date", day, 1)


def test_a_year_that_looks_like_a_default_stays_a_year():
    book = Notebook("xx")

    assert known_days([PartialDate(1900), PartialDate(1970, 1)], "birth", book) == [
        PartialDate(1900),
        PartialDate(1970, 1),
    ]
    assert book.noticed == ()


def test_a_heap_on_new_years_day_keeps_the_year_only():
    book = Notebook("xx")
    days = [PartialDate.of(date(2000, 1, 2) + timedelta(days=n)) for n in range(300)]
    heap = [PartialDate(1980 + n, 1, 1) for n in range(40)]

    assert known_days([*days, *heap], "birth", book)[-40:] == [
        PartialDate(1980 + n) for n in range(40)
    ]
    assert [one.rows for one in book.noticed] == [40]


def test_a_few_who_were_born_on_new_years_day_keep_it():
    book = Notebook("xx")
    days = [PartialDate.of(date(2000, 1, 1) + timedelta(days=n)) for n in range(3000)]

    assert known_days(days, "birth", book) == days
    assert book.noticed == ()


def test_a_heap_at_midnight_is_unknown_and_a_midnight_is_not():
    book = Notebook("xx")
    around = [n % 1440 for n in range(0, 144_000, 7)]

    assert known_minutes(around, "time", book) == around
    assert book.noticed == ()
    assert known_minutes([0] * 50 + [61, None], "time", book) == [None] * 50 + [61, None]
    assert (
        str(book.noticed[0])
        == "xx, time: 00:00 in 50 rows: a clock that was not asked: taken for unknown"
    )


UNKNOWN = [
    "unknown",
    "N/A",
    "Naməlum",
    "НЕИЗВЕСТНО",
    "не установлен",
    "نامعلوم",
    "ناشناس",
    "Bilinmiyor",
    "-",
    "???",
    "—",
    "X",
]


@pytest.mark.parametrize("text", UNKNOWN)
def test_words_for_unknown_are_known_in_five_tongues(text):
    assert says_unknown(text)


@pytest.mark.parametrize("text", ["Əli", "Нет-нет", "Naməlumov", "", "1"])
def test_other_words_are_not(text):
    assert not says_unknown(text)


@pytest.mark.parametrize(
    "text",
    ["№ 1(101)-125/2023", "İş № 1 (101) – 125/2023", "۱(۱۰۱)-۱۲۵/۲۰۲۳", "Дело № 1(101)-125/2023"],
)
def test_a_docket_is_one_number_however_it_is_written(text):
    assert docket_of(text) == "1(101)-125/2023"


@pytest.mark.parametrize("text", ["", "0000", "99999", "1", "unknown", "—"])
def test_no_number_and_a_default_are_no_docket(text):
    assert docket_of(text) is None


def test_a_plain_docket_of_strasbourg_stays():
    assert docket_of("Application no. 65583/13") == docket_of("65583/13") == "65583/13"


@pytest.mark.parametrize(
    "text", ["Lənkəran", "Lankaran", "Ленкорань", "لنکران", "Lənkəran rayonu", "AZ-LA", "az-lan"]
)
def test_a_place_has_one_code_in_every_script(text):
    assert region_of(text, "AZ") == "AZ-LAN"


@pytest.mark.parametrize(
    ("text", "country"),
    [("Nowhere", "AZ"), ("", "AZ"), ("AZ-ZZ", "AZ"), ("TR-34", "AZ"), ("Lənkəran", "TR")],
)
def test_a_place_that_is_not_listed_has_no_code(text, country):
    assert region_of(text, country) is None


def test_the_code_of_a_country_without_a_list_is_taken_as_it_is():
    assert region_of("TR-34", "TR") == "TR-34"
    assert place_key("TR-34") == ""
    assert place_key("г. Баку") == "baku"


def test_every_name_in_the_list_of_regions_finds_its_own_code():
    missed = {
        (code, name)
        for code, names in _regions("AZ").items()
        for name, _ in names
        if region_of(name, "AZ") != code or region_of(code, "AZ") != code
    }

    assert len(_regions("AZ")) == 74
    assert missed == set()
