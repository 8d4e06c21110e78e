"""A crosswalk file that is not in order is refused, and every fault of it is named at once."""

from __future__ import annotations

import copy
import dataclasses
import hashlib
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from candlemark.definition import Definition, Edition, crosswalk_codes, load_crosswalk
from candlemark.definition.crosswalk import (
    Audit,
    AuditKind,
    CodeRow,
    Column,
    Condition,
    EventRule,
    Relation,
    Use,
)
from candlemark.definition.crosswalk_file import LARGEST, _build, read_crosswalk
from candlemark.errors import CandlemarkError, DefinitionFaulty, UnknownCrosswalk

if TYPE_CHECKING:
    from candlemark.definition.crosswalk import Crosswalk

ROOT = Path(__file__).resolve().parents[2]

SMALL = """
[crosswalk]
code = "xx-town"
version = 3
edition = "2026.1"
agency = "Town Police"
agency_labels.en = "Town Police"
agency_labels.ru = "Полиция города"
agency_type = "police"
country = "XX"
language = "en"
author = "A. Tester"
valid_from = "2019"
valid_to = "2020-06"
unit = "case"
includes = ["cases of the town"]
excludes = ["everything else"]
source = "nowhere"
cohort = true
cohort_note = ""
simulated = true

[[table]]
name = "cases"
file = "cases.csv"
main = true
unit_key = ["no"]
row_key = ["no"]
column = [
  { name = "no", use = "unit" },
  { name = "day", use = "date", formats = ["%d.%m.%Y"], clock = "local" },
  { name = "why", use = "code", map = "bias", split = "+" },
  { name = "group", use = "group" },
  { name = "end", use = "code", map = "ends" },
  { name = "colour", use = "unused", why = "not needed" },
]

[[table.event]]
own = "recorded"
stage = "recorded"
labels.en = "Recorded"
date = "day"

[[table.event]]
own = "closed"
stage = "judged"
labels.en = "Closed"
when = [{ column = "end", values = ["J"] }]
outcome = "end"
ends = true

[map.bias]
scheme = "bias-grounds"
rows = [
  { code = "B", relation = "exact", term = "black" },
  { code = "L", relation = "broader", term = "lgbt-mixed", note = "which of them is lost" },
  { code = "?", relation = "none", absent = "unknown", note = "nobody could tell" },
]

[map.ends]
scheme = "outcomes"
rows = [{ code = "J", relation = "exact", term = "found-guilty" }]

[[audit]]
kind = "one-code-many-groups"
table = "cases"
column = "why"
other = "group"
"""


@pytest.fixture(scope="module")
def edition() -> Edition:
    return Definition.load("2026.1")


def changed(old: str, new: str) -> bytes:
    assert old in SMALL

    return SMALL.replace(old, new).encode()


def refused(content: bytes, edition: Edition) -> list[str]:
    with pytest.raises(DefinitionFaulty) as caught:
        read_crosswalk(content, edition)
    return [str(fault) for fault in caught.value.faults]


def test_a_crosswalk_says_what_its_file_says(edition: Edition) -> None:
    crosswalk = read_crosswalk(SMALL.encode(), edition)
    table = crosswalk.main

    assert (
        crosswalk.code,
        crosswalk.version,
        crosswalk.unit,
        crosswalk.cohort,
    ) == ("xx-town", 3, "case", True)
    assert dict(crosswalk.agency_labels) == {"en": "Town Police", "ru": "Полиция города"}
    assert hashlib.sha256(SMALL.encode()).hexdigest() == crosswalk.fingerprint
    assert tuple(c.name for c in table.columns) == ("no", "day", "why", "group", "end", "colour")
    assert Column("day", Use.DATE, formats=("%d.%m.%Y",), clock="local") == table.columns[1]
    assert Column("why", Use.CODE, map="bias", split="+") == table.columns[2]
    assert (
        EventRule(
            own="closed",
            stage="judged",
            labels={"en": "Closed"},
            when=(Condition("end", ("J",)),),
            outcome="end",
            ends=True,
        )
        == table.events[1]
    )
    assert (
        CodeRow("L", Relation.BROADER, "lgbt-mixed", note="which of them is lost")
        == crosswalk.maps["bias"].by_code["L"]
    )
    assert (Audit(AuditKind.ONE_CODE_MANY_GROUPS, "cases", "why", "group"),) == crosswalk.audits


def test_a_crosswalk_can_be_read_from_a_path(edition: Edition, tmp_path: Path) -> None:
    path = tmp_path / "town.toml"
    path.write_text(SMALL, encoding="utf-8")

    assert read_crosswalk(SMALL.encode(), edition) == read_crosswalk(path, edition)


def test_nothing_read_can_be_changed_afterwards(edition: Edition) -> None:
    crosswalk = read_crosswalk(SMALL.encode(), edition)

    with pytest.raises(dataclasses.FrozenInstanceError):
        crosswalk.code = "xx-other"
    with pytest.raises(TypeError):
        crosswalk.maps["bias"].by_code["new"] = CodeRow("new", Relation.EXACT)


def test_the_stages_of_an_agency_stand_once_and_in_order(edition: Edition) -> None:
    twice = changed(
        "[map.bias]",
        '[[table.event]]\nown = "closed"\nstage = "judged"\nlabels.en = "Closed"\n'
        'date = "day"\nwhen = [{ column = "colour" }]\n\n[map.bias]',
    )
    crosswalk = read_crosswalk(twice, edition)

    assert [rule.own for rule in crosswalk.stages] == ["recorded", "closed"]
    assert len(crosswalk.main.events) == 3


def test_a_date_can_stand_in_several_columns(edition: Edition) -> None:
    parts = changed(
        'use = "date", formats = ["%d.%m.%Y"]',
        'use = "date", formats = ["%Y-%m"], date_parts = ["group", "day"]',
    )

    assert read_crosswalk(parts, edition).main.columns[1].date_parts == ("group", "day")


DAY = '{ name = "day", use = "date", formats = ["%d.%m.%Y"], clock = "local" }'
JUDGED = 'stage = "judged"'
FAULTS = {
    "a term the scheme does not have": (
        'term = "black"',
        'term = "blck"',
        "map bias, code B: the scheme bias-grounds has no term 'blck'; did you mean black",
    ),
    "a term of another scheme": (
        'term = "found-guilty"',
        'term = "antisemitic"',
        "map ends, code J: the scheme outcomes has no term 'antisemitic'",
    ),
    "a scheme that does not exist": (
        'scheme = "bias-grounds"',
        'scheme = "bias-ground"',
        "map bias, scheme: there is no scheme 'bias-ground'; did you mean bias-grounds",
    ),
    "a map that does not exist": (
        'map = "bias"',
        'map = "bais"',
        "column why, map: there is no map 'bais'; did you mean bias",
    ),
    "a map that no column uses": ('map = "bias"', 'map = "ends"', "map bias: no column uses it"),
    "a code without a map": (
        'use = "code", map = "bias", split = "+"',
        'use = "code"',
        "column why, map: is missing; a code needs the map of its values",
    ),
    "an event dated by a column that is not there": (
        'date = "day"',
        'date = "dya"',
        "event recorded, date: the table has no column 'dya'; did you mean day",
    ),
    "an event dated by a column that is no date": (
        'date = "day"',
        'date = "colour"',
        "event recorded, date: the column 'colour' is not a date",
    ),
    "a stage that does not exist": (
        JUDGED,
        'stage = "judgd"',
        "event closed, stage: the scheme stages has no term 'judgd'; did you mean judged",
    ),
    "no main table": ("main = true\n", "", "exactly one must be the main table; marked main: none"),
    "a format without a year": ("%d.%m.%Y", "%d.%m", "'%d.%m' has no year of four digits (%Y)"),
    "a format with a year of two digits": ("%d.%m.%Y", "%d.%m.%y", "'%d.%m.%y': %y is not read here"),
    "a format that names a part twice": ("%d.%m.%Y", "%d.%d.%m.%Y", "names %d more than once"),
    "a format that ends in the middle": ("%d.%m.%Y", "%d.%m.%Y%", "ends in the middle of a part"),
    "a day without its month": ("%d.%m.%Y", "%d %Y", "'%d %Y' has a day without its month"),
    "a date without a format": (
        'formats = ["%d.%m.%Y"], ',
        "",
        "column day, formats: is missing; a date needs at least one",
    ),
    "a date by a clock nobody named": (
        ', clock = "local"',
        "",
        "column day, clock: is missing; known: local, utc, unknown",
    ),
    "a date by a clock that is none": ('"local"', '"moscow"', "'moscow' is not one; known: local"),
    "parts of a date that are no columns": (
        'clock = "local"',
        'clock = "local", date_parts = ["yaer", "day"]',
        "column day, date_parts: the table has no column 'yaer'",
    ),
    "parts of a date without the column itself": (
        'clock = "local"',
        'clock = "local", date_parts = ["no"]',
        "column day, date_parts: must name this column too",
    ),
    "a code that stands twice": (
        '{ code = "?",',
        '{ code = "B",',
        "map bias, code B: stands more than once",
    ),
    "a code with space around it": ('code = "L"', 'code = " L"', "row 2, code: has space at its ends"),
    "a code that is not composed": ('code = "L"', 'code = "E\u0301"', "row 2, code: is not composed (NFC)"),
    "exact without a term": (
        'relation = "exact", term = "black"',
        'relation = "exact"',
        "map bias, code B: the relation exact needs a term",
    ),
    "exact with something absent": (
        'relation = "exact", term = "black"',
        'relation = "exact", term = "black", absent = "none"',
        "absent belongs to the relation none, not to exact",
    ),
    "none without what is absent": (
        'relation = "none", absent = "unknown"',
        'relation = "none"',
        "map bias, code ?: the relation none needs absent",
    ),
    "none with a term": (
        'relation = "none", absent = "unknown"',
        'relation = "none", absent = "unknown", term = "black"',
        "the relation none has no term, and this names 'black'",
    ),
    "an absence that does not exist": ('"unknown"', '"unknwn"', "the scheme absences has no term"),
    "a relation that is none of the four": (
        'relation = "broader"',
        'relation = "wider"',
        "code L, relation: 'wider' is not one; known: exact, broader, narrower, none",
    ),
    "a broader term without a note": (
        ', note = "which of them is lost"',
        "",
        "map bias, code L: the relation broader needs a note that says why",
    ),
    "an unused column without a reason": (
        ', why = "not needed"',
        "",
        "column colour, why: is missing; say why the column is not used",
    ),
    "a use that is none": ('use = "group"', 'use = "grp"', "column group, use: 'grp' is not one"),
    "a column named twice": ('name = "group"', 'name = "colour"', "column colour: stands more than once"),
    "a unit that is no column": ('unit_key = ["no"]', 'unit_key = ["nr"]', "unit_key: the table has no column 'nr'"),
    "a key that names a column of another use": (
        'unit_key = ["no"]',
        'unit_key = ["no", "colour"]',
        "column colour: the use unit and unit_key must name the same columns",
    ),
    "a field of dates on a code": (
        'map = "bias", split',
        'map = "bias", clock = "utc", split',
        "column why, clock: belongs to the use date, and this is code",
    ),
    "a condition on a column that is not there": (
        'when = [{ column = "end"',
        'when = [{ column = "ned"',
        "event closed, when: the table has no column 'ned'",
    ),
    "a condition on a value that is no code": (
        'values = ["J"]',
        'values = ["j"]',
        "event closed, when, end: 'j' is no code of the map ends",
    ),
    "an outcome in a column that is not there": (
        'outcome = "end"',
        'outcome = "ned"',
        "event closed, outcome: the table has no column 'ned'; did you mean end",
    ),
    "an outcome read from a column of bias": (
        'outcome = "end"',
        'outcome = "why"',
        "the column 'why' is not coded by a map of the scheme outcomes",
    ),
    "two outcomes at once": (
        'outcome = "end"',
        'outcome = "end"\noutcome_term = "reached"',
        "names both outcome and outcome_term; one of them decides",
    ),
    "an end without an outcome": (
        'outcome = "end"\n',
        "",
        "event closed, ends: a case ends with an outcome: name outcome or outcome_term",
    ),
    "an outcome that does not exist": (
        'outcome = "end"',
        'outcome_term = "reachd"',
        "outcome_term: the scheme outcomes has no term 'reachd'; did you mean reached",
    ),
    "an audit of a table that is not there": (
        'table = "cases"',
        'table = "casse"',
        "audit 1: there is no table 'casse'; did you mean cases",
    ),
    "an audit of a column that is not there": (
        'other = "group"',
        'other = "grop"',
        "audit 1: table cases: the table has no column 'grop'; did you mean group",
    ),
    "an audit of codes on a column that is no code": (
        'column = "why"\nother',
        'column = "day"\nother',
        "audit 1: the column 'day' is not a code",
    ),
    "a clock compared with something that is no date": (
        'kind = "one-code-many-groups"',
        'kind = "clock-shift"',
        "audit 1: a shifted clock is looked for between two dates",
    ),
    "a flag without what means yes": (
        'kind = "one-code-many-groups"',
        'kind = "flag-agrees"',
        "audit 1: yes is missing: the values that mean yes",
    ),
    "a flag about a scheme no map speaks of": (
        'kind = "one-code-many-groups"',
        'kind = "flag-agrees"\nyes = ["Y"]',
        "audit 1: no map speaks of the scheme 'group'",
    ),
    "another edition": ('"2026.1"', '"2031.1"', "is written for edition 2031.1, and this is 2026.1"),
    "a country of three letters": ('"XX"', '"XXX"', "crosswalk, country: must be two capital letters"),
    "a real country said to be simulated": (
        '"XX"',
        '"AZ"',
        "crosswalk, simulated: must be true for the country XX, and only there",
    ),
    "an invented country said to be real": (
        "simulated = true",
        "simulated = false",
        "crosswalk, simulated: must be true for the country XX, and only there",
    ),
    "no word on whether it is simulated": ("simulated = true", "", "crosswalk, simulated: is missing"),
    "no cohort and no reason": (
        "cohort = true",
        "cohort = false",
        "crosswalk, cohort_note: is missing; say why these are not all cases",
    ),
    "a code without a country": ('"xx-town"', '"town"', "crosswalk, code: must be a country or body"),
    "a language that is no tag": ('language = "en"', 'language = "English"', "is not a tag of a tongue"),
    "a version that is no number": ("version = 3", 'version = "3"', "must be a whole number from 1"),
    "a version that is a truth": ("version = 3", "version = true", "must be a whole number from 1"),
    "a validity that is no date": ('"2019"', '"1/2019"', "crosswalk, valid_from: '1/2019' is not a date"),
    "a validity that begins at some time between two": ('"2019"', '"2019/2020"', "crosswalk, valid_from: is a range; write one date"),
    "a validity that ends before it begins": ('"2019"', '"2021"', "crosswalk, valid_to: lies before valid_from"),
    "no word on validity": ('valid_to = "2020-06"\n', "", 'valid_to: is missing; write "" when there is none'),
    "a counting unit that does not exist": ('unit = "case"', 'unit = "row"', "the scheme counting-units has no term"),
    "an agency of no type": ('"police"', '"polise"', "has no term 'polise'; did you mean police"),
    "no English label": ("agency_labels.en", "agency_labels.tr", "agency_labels.en: is missing"),
    "a label in other letters": ('"Полиция города"', '"Town"', "agency_labels.ru: has no letter of the script"),
    "a misspelt field of the head": ("author =", "autor =", "crosswalk: 'autor' is not a field here"),
    "a misspelt field of a column": (', split = "+"', ', spilt = "+"', "column why: 'spilt' is not a field here"),
    "a misspelt field of an event": ("ends = true", "end = true", "event closed: 'end' is not a field here"),
    "a table of the file nobody knows": ("[[audit]]", "[[audits]]", "file: 'audits' is not a field here"),
    "a list that is a text": ('["cases of the town"]', '"cases of the town"', "must be a list of texts"),
    "a truth in quotes": ("ends = true", 'ends = "true"', "ends: must be true or false"),
    "a delimiter of two characters": ("main = true", 'main = true\ndelimiter = ";;"', "must be one character"),
    "an encoding nobody knows": ("main = true", 'main = true\nencoding = "utf-9"', "'utf-9' is not known"),
    "one own name for two stages": (
        'own = "closed"\nstage = "judged"',
        'own = "recorded"\nstage = "judged"',
        "event recorded: stands elsewhere with another stage or other labels",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "fault"), FAULTS.values(), ids=FAULTS)
def test_refused_is(old: str, new: str, fault: str, edition: Edition) -> None:
    faults = refused(changed(old, new), edition)

    assert [one for one in faults if fault in one], faults


def test_all_faults_are_named_at_once(edition: Edition) -> None:
    content = SMALL
    for old, new in (
        ('term = "black"', 'term = "blck"'),
        ('date = "day"', 'date = "dya"'),
        ('unit = "case"', 'unit = "row"'),
    ):
        content = content.replace(old, new)
    with pytest.raises(DefinitionFaulty) as caught:
        read_crosswalk(content.encode(), edition)

    assert len(caught.value.faults) == 3
    assert caught.value.message == "the crosswalk xx-town cannot be used: it has 3 faults"
    assert "docs/formats/crosswalk.md" in caught.value.hint


def test_two_tables_cannot_both_list_the_units(edition: Edition) -> None:
    start = SMALL.index("[[table]]")
    again = SMALL[start : SMALL.index("[[table.event]]")].replace('"cases', '"other')
    faults = refused((SMALL + again).encode(), edition)

    assert faults == ["table: exactly one must be the main table; marked main: cases, other"]


def test_a_second_table_must_be_able_to_find_its_unit(edition: Edition) -> None:
    second = (
        '\n[[table]]\nname = "more"\nfile = "more.csv"\ncolumn = [{ name = "x", use = "kept" }]\n'
    )
    faults = refused((SMALL + second).encode(), edition)

    assert faults == [
        "table more, unit_key: must name as many columns as in table cases, and at least one"
    ]


def test_two_tables_cannot_share_a_file_or_a_name(edition: Edition) -> None:
    second = (
        '\n[[table]]\nname = "cases"\nfile = "CASES.csv"\nunit_key = ["no"]\n'
        'column = [{ name = "no", use = "unit" }]\n'
    )
    faults = refused((SMALL + second).encode(), edition)

    assert faults[:2] == [
        "table cases: the name stands more than once",
        "table: the file 'cases.csv' belongs to more than one table",
    ]


def test_a_file_without_events_reaches_no_stage(edition: Edition) -> None:
    start, end = SMALL.index("[[table.event]]"), SMALL.index("[map.bias]")
    faults = refused((SMALL[:start] + SMALL[end:]).encode(), edition)

    assert faults == ["table: no table has an event, so no case reaches a stage"]


NO_TOML = {
    "no TOML": b"this is no table",
    "letters of another encoding": "code = 'ä'".encode("latin-1"),
    "a nest without end": b"a = " + b"[" * 100_000,
}


@pytest.mark.parametrize("content", NO_TOML.values(), ids=NO_TOML)
def test_refused_with_its_cause_is(content: bytes, edition: Edition) -> None:
    with pytest.raises(DefinitionFaulty, match="cannot be read as TOML") as caught:
        read_crosswalk(content, edition)

    assert caught.value.__cause__ is not None


def test_a_table_given_in_place_of_a_crosswalk_is_not_parsed(edition: Edition) -> None:
    with pytest.raises(DefinitionFaulty, match="larger than 900,000 bytes"):
        read_crosswalk(b"#" * (LARGEST + 1), edition)


def test_an_empty_file_is_refused_by_what_it_lacks(edition: Edition) -> None:
    faults = refused(b"", edition)

    assert "crosswalk: is missing" in faults
    assert "table: there is none" in faults


def test_a_missing_file_is_an_unknown_crosswalk(edition: Edition, tmp_path: Path) -> None:
    with pytest.raises(UnknownCrosswalk, match=r"'none\.toml' cannot be read") as caught:
        read_crosswalk(tmp_path / "none.toml", edition)

    assert "us-nypd" in caught.value.hint


def test_an_unknown_code_is_answered_with_the_nearest_and_all_known(edition: Edition) -> None:
    with pytest.raises(UnknownCrosswalk, match="there is no crosswalk 'us-nydp'") as caught:
        load_crosswalk("us-nydp", edition)

    assert caught.value.hint.startswith("did you mean us-nypd")
    assert all(code in caught.value.hint for code in crosswalk_codes())


@pytest.mark.parametrize("code", ["", "../../errors", "/etc/passwd", "us-nypd.toml", "US-NYPD"])
def test_a_code_is_never_a_path(code: str, edition: Edition) -> None:
    with pytest.raises(UnknownCrosswalk):
        load_crosswalk(code, edition)


def places(value: object, way: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a parsed file, as the keys that lead to it."""
    found = [way] if way else []
    if isinstance(value, dict):
        for key, below in value.items():
            found += places(below, (*way, key))
    if isinstance(value, list):
        for n, below in enumerate(value):
            found += places(below, (*way, n))
    return found


PARSED = tomllib.loads(SMALL)
SCALARS = st.one_of(
    st.text(max_size=5), st.integers(), st.booleans(), st.floats(), st.dates(), st.datetimes()
)
VALUES = st.recursive(
    SCALARS,
    lambda below: st.lists(below, max_size=3) | st.dictionaries(st.text(max_size=4), below, max_size=3),
    max_leaves=5,
)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(way=st.sampled_from(places(PARSED)), value=VALUES)
def test_whatever_stands_in_a_field_is_understood_or_refused_and_nothing_else(
    edition: Edition, way: tuple[Any, ...], value: object
) -> None:
    file: Any = copy.deepcopy(PARSED)
    place = file
    for key in way[:-1]:
        place = place[key]
    place[way[-1]] = value
    result: Crosswalk | CandlemarkError
    try:
        result = _build(file, b"", edition)
    except DefinitionFaulty as refusal:
        result = refusal

    assert not isinstance(result, DefinitionFaulty) or result.faults


def test_the_example_of_the_format_document_loads(edition: Edition) -> None:
    text = (ROOT / "docs/formats/crosswalk.md").read_text("utf-8")
    example = text.split("```toml\n")[1].split("```")[0]
    crosswalk = read_crosswalk(example.encode(), edition)

    assert crosswalk.code == "xx-town"
    assert {row.relation for row in crosswalk.maps["bias"].rows} == set(Relation)


def test_the_format_document_names_every_use_relation_audit_and_shipped_crosswalk() -> None:
    text = (ROOT / "docs/formats/crosswalk.md").read_text("utf-8")
    for word in (*Use, *Relation, *AuditKind, *crosswalk_codes()):
        assert f"`{word}`" in text
