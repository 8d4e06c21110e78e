"""Official numbers of others: each with its source, none filled in, and no funnel made of them."""

from __future__ import annotations

import copy
import csv
import json
import re
import tomllib
from importlib.resources import files
from pathlib import Path
from types import SimpleNamespace

import pytest

from candlemark.errors import DefinitionFaulty, NotInOrder, NotUnderstood
from candlemark.publish import contact
from candlemark.publish.beside import COLUMNS, Absence, against, facts, understood
from candlemark.publish.beside.reading import COUNTRIES
from candlemark.publish.site.official import page_of
from candlemark.publish.site.speaking import Speaker
from candlemark.publish.table import TONGUES
from candlemark.publish.wording import page_words
from publish.conftest import BY_GROUND, LENGTHS, WAYS
from releasing import of

REFERENCE = Path(__file__).parents[3] / "shared" / "data" / "osce_odihr_2016_2018"
CONTACT = {tongue: f"Write to the desk, {tongue}.\nAnswers in two days." for tongue in TONGUES}


def read():
    """The files of the folder, as they are read."""

    def one(name):
        content = files("candlemark.publish.beside").joinpath(f"{name}.toml").read_bytes()
        return tomllib.loads(content.decode())

    return one("sources"), one("indices"), {code: one(code) for code in COUNTRIES}


def country(code):
    return next(one for one in facts().countries if one.code == code)


@pytest.fixture(scope="module")
def built(founded, tmp_path_factory):
    """A site with figures of two countries and by hand, and how its group is reached."""
    place = tmp_path_factory.mktemp("beside")
    house = founded.copied(place / "vault")
    house.places("https://example.org/")
    house.release(
        of("Ministry", WAYS, "ge-ministry"), of("Court", BY_GROUND, "ge-court"),
        of("Prison", LENGTHS, "am-prison"), of("Town", None, "tr-town"),
    )  # fmt: skip
    with house.team.open() as vault:
        contact.say_contact(vault.ledger, CONTACT, "AZ")
    house.build(place / "site")
    return SimpleNamespace(site=place / "site", house=house)


# The facts


def test_every_number_has_a_source_that_says_where_and_when_it_was_read():
    known = facts().sources

    rows = [
        row
        for one in facts().countries
        for row in (*one.official, *one.others, *(row for each in one.context for row in each.rows))
    ]
    assert len(rows) > 100
    assert {row.source for row in rows} <= known.keys()
    assert all(
        one.address.startswith("https://") and one.read.year == 2026 for one in known.values()
    )
    used = {row.source for row in rows} | {
        source
        for one in facts().countries
        for note in (*one.notes, *(each for row in one.context for each in row.remarks))
        for source in note.sources
    }
    used |= {source for one in facts().indices.values() for source in one.sources}
    assert known.keys() - used == {"odihr-2017", "odihr-2018-faq", "odihr-faq"}  # of the page


@pytest.mark.parametrize("year", [2016, 2017, 2018])
def test_the_numbers_are_those_of_a_second_source_where_there_is_one(year):
    path = REFERENCE / f"osce_hate_incidents_{year}_wide.csv"
    if not path.exists():
        pytest.skip("the reference data are not beside the checkout")
    with path.open(encoding="utf-8") as file:
        lines = {row["iso2c"]: row for row in csv.DictReader(file)}
    police = {2016: "figures_official_records", 2017: "official_records", 2018: "police_records"}
    others = {2016: "figures_civil_intern_orgs", 2017: "other_sources", 2018: "other_sources"}

    checked = 0
    for one in facts().countries:
        line = lines.get(one.code)
        if line is None:
            continue
        for row, column in ((one.official, police[year]), (one.others, others[year])):
            for value in (each.values[0] for each in row if each.year == year):
                checked += 1
                assert line[column] == ("NA" if isinstance(value, Absence) else str(value))
    assert checked >= 4


def test_missing_is_never_zero_and_says_which_of_three_it_is():
    armenia, turkey = country("AM"), country("TR")
    by_year = {row.year: row.values for row in armenia.official}

    assert by_year[2014] == (0, 0, 0)
    assert set(by_year[2015]) == {Absence.NOT_REPORTED}
    assert {row.year: row.values[0] for row in turkey.official}[2018] is Absence.NOT_PUBLISHED
    assert country("AZ").official[0].values[1:] == (Absence.NOT_FOUND, Absence.NOT_FOUND)


def test_years_that_cannot_be_a_funnel_are_found():
    found = list(against(country("GE")))

    assert [(one.year, one.earlier, one.later) for one in found] == [
        (2014, "prosecuted", "sentenced")
    ]
    assert (found[0].of_earlier, found[0].of_later) == (7, 8)
    assert len(list(against(country("TR")))) == 9
    assert list(against(country("AZ"))) == []


def test_a_number_without_a_source_or_a_text_without_a_tongue_does_not_load():
    sources, indices, countries = copy.deepcopy(read())
    georgia = countries["ge"]
    georgia["official"]["source"] = "hearsay"
    georgia["official"]["rows"][:2] = [[2010, 1, -1, 1], [2009, 1, 1]]
    georgia["notes"][0]["fa"] = " "
    georgia["notes"][1]["sources"] = []
    georgia["context"][0]["index"] = "happiness"
    del georgia["labels"]["tr"]
    indices["rainbow"]["caveat"]["ru"] = ""
    del sources["fh-2018"]["read"]
    sources["fh-2019"]["address"] = "http://example.org/"

    with pytest.raises(DefinitionFaulty) as refused:
        understood(sources, indices, countries)
    said = [str(fault) for fault in refused.value.faults]
    for wanted in (
        "fh-2018: it does not say when it was read",
        "fh-2019: it says no publisher, no title or no address",
        "rainbow, caveat: the text is missing in ru",
        "GE, its name: the text is missing in tr",
        "GE 2010: its source is not named: hearsay",
        "GE 2010: a number is below zero",
        "GE 2009: it has 2 values, not 3",
        "GE: its years are not in order, each once",
        "GE, note 1: the text is missing in fa",
        "GE, note 2: its source is not named: none",
        "GE, happiness: there is no such index",
    ):
        assert wanted in said


# The pages


def test_a_country_shows_the_official_columns_ours_and_every_source(built):
    text = (built.site / "en" / "official-ge.html").read_text(encoding="utf-8")

    assert re.search(r'<th scope="row">2023</th><td><data value="1824">1,824</data></td>', text)
    assert text.count("not reported") >= 7
    assert "2014: Sentenced (8) is more than Prosecuted (7)" in text
    assert 'class="ours"' in text
    assert '<col class="pending">' in text
    assert "partly free" in text
    assert "https://hatecrime.osce.org/georgia?year=2010" in text
    anchors = set(re.findall(r'href="#(s\d+)"', text))
    assert anchors == set(re.findall(r'<li id="(s\d+)"', text))


def test_figures_stand_beside_their_own_country_and_no_other(built):
    titles = {
        one.code: (built.site / "en" / page_of(one)).read_text("utf-8").count('class="ours"')
        for one in facts().countries
    }

    # By ground there is nothing of everybody; of durations there is no stage to set beside.
    assert titles == {"AZ": 0, "AM": 0, "GE": 1, "TR": 1}
    assert page_words("en")["ours-none"] in (built.site / "en" / "official-az.html").read_text()


def test_reasons_and_caveats_stand_in_every_tongue(built):
    for tongue in TONGUES:
        words, said = page_words(tongue), Speaker(tongue)
        why = (built.site / tongue / "official.html").read_text(encoding="utf-8")
        page = (built.site / tongue / "official-tr.html").read_text(encoding="utf-8")

        assert all(words[f"funnel-{number}"] in why for number in range(1, 7))
        for index in facts().indices.values():
            assert said.text(index.caveat) in page
            assert said.text(index.year) in page
        assert all(words[f"nearest-{one}"] in page for one in COLUMNS)
        assert words["absence-not-published"] in page


def test_the_same_facts_are_a_document_for_programs(built):
    said = json.loads((built.site / "api" / "countries.json").read_bytes())
    georgia = next(one for one in said["countries"] if one["code"] == "GE")
    armenia = next(one for one in said["countries"] if one["code"] == "AM")

    assert georgia["official"][-1]["values"] == [
        {"of": "recorded", "sign": "given", "value": 1824},
        {"of": "prosecuted", "sign": "given", "value": 1218},
        {"of": "sentenced", "sign": "given", "value": 756},
    ]
    signs = {one["sign"] for row in armenia["official"] for one in row["values"]}
    assert signs == {"given", "zero", "not-reported"}
    assert len(said["sources"]) == len(facts().sources)


# For journalists


def test_right_and_wrong_sentences_are_of_tables_that_stand_there(built):
    for tongue in TONGUES:
        text = (built.site / tongue / "press.html").read_text(encoding="utf-8")
        words, said = page_words(tongue), Speaker(tongue)

        assert text.count('class="right"') == text.count('class="wrong"') == 6
        assert text.count(f"</span> {words['press-wrong']}</b>") == 6
        for number in ("1824", "756", "374", "210", "145"):
            assert said.number(int(number)) in text
        for link in re.findall(r'<h3><a href="([^"]+)"', text):
            assert (built.site / tongue / link).resolve().is_file()
        assert CONTACT[tongue].split("\n")[0] in text


def test_whoever_said_no_contact_is_said_to_have_said_none(site):
    text = (site / "az" / "press.html").read_text(encoding="utf-8")

    assert page_words("az")["press-contact-none"] in text


def test_a_contact_is_whole_or_refused(built):
    with built.house.team.open() as vault, pytest.raises(NotInOrder) as refused:
        contact.say_contact(
            vault.ledger, {**CONTACT, "az": "", "ru": "x" * 1501, "tr": "\u202e"}, "Georgia"
        )
    whole = "".join(f'[{one}]\ncontact = "Desk"\n' for one in TONGUES)

    assert [fault.where for fault in refused.value.faults] == ["az", "ru", "tr", "home"]
    assert contact.read_contact(whole.encode())["fa"] == "Desk"
    with pytest.raises(NotUnderstood, match="more than the tongues"):
        contact.read_contact(whole.encode() + b'[de]\ncontact = "x"\n')
    with pytest.raises(NotUnderstood, match="cannot be read"):
        contact.read_contact(b"\xff")
