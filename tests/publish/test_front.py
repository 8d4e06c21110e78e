"""The face of the site: one sentence and one picture by a stated rule, then figures along a cut."""

from __future__ import annotations

import re
from dataclasses import replace
from types import SimpleNamespace
from xml.etree import ElementTree as ET

import pytest

from candlemark.definition import Definition
from candlemark.publish import wording
from candlemark.publish.site.bars import Row, Scale, drawn
from candlemark.publish.site.cuts import cuts
from candlemark.publish.site.gathered import _divided, _packed
from candlemark.publish.site.leading import leading, leading_table
from candlemark.publish.site.picture import picture_rows
from candlemark.publish.site.regions import _maps, region_map
from candlemark.publish.site.sentences import sentence
from candlemark.publish.site.speaking import Speaker
from candlemark.publish.site.ways import ways_rows, ways_sentence
from candlemark.publish.table import (
    NOT_APPLICABLE,
    TONGUES,
    TOTAL,
    Cell,
    Dimension,
    Form,
    Named,
    Sign,
)
from public_tables import all_tables, occupancy_table

EDITION = Definition.load()
TABLES = all_tables()
GROUNDS = occupancy_table()
EN, FA = Speaker("en"), Speaker("fa")


def ways(cells, **more):
    """A table of stages and ends as closed batches give it, of these cells."""
    plain = TABLES[1]
    stages = (NOT_APPLICABLE, "recorded", "charged", "sentenced")
    states = (NOT_APPLICABLE, "convicted", "dismissed", "pending")
    named = {one: wording.same(one.title()) for one in (*stages, *states)}
    return replace(
        plain,
        name="steps-xx",
        dimensions=(
            Dimension("stage", wording.same("Stage"), tuple(Named(x, named[x]) for x in stages)),
            Dimension("state", wording.same("State"), tuple(Named(x, named[x]) for x in states)),
        ),
        measures=tuple(map(wording.measure, ("entered", "reached", "ended-by", "pending"))),
        cells=cells,
        protection=replace(
            plain.protection, suppressed=sum(one.sign is Sign.SUPPRESSED for one in cells)
        ),
        **more,
    )


def number(at, measure, value):
    return Cell(at, measure, Sign.NUMBER, value, value - 4, value + 4)


WHOLE = (NOT_APPLICABLE, NOT_APPLICABLE)
CELLS = (
    number(WHOLE, "entered", 1000),
    number(("recorded", NOT_APPLICABLE), "reached", 1002),
    number(("charged", NOT_APPLICABLE), "reached", 700),
    number((NOT_APPLICABLE, "convicted"), "ended-by", 400),
    number((NOT_APPLICABLE, "dismissed"), "ended-by", 450),
    number((NOT_APPLICABLE, "pending"), "pending", 150),
)


def by_region(codes, scheme="regions", **more):
    """A table of how many entered, by region; each code with its cell."""
    known = EDITION.scheme(scheme)
    label = {
        one: dict(known.term(one).labels) if one in known else wording.same(one) for one in codes
    }
    plain = GROUNDS
    return replace(
        plain,
        name=f"entered-{scheme}-xx",
        titles=wording.same("Who came, by region"),
        question=Named("case-mix", wording.same("Who came")),
        dimensions=(
            Dimension("group", wording.same("Group"), tuple(Named(x, label[x]) for x in codes)),
        ),
        measures=(wording.measure("entered"),),
        cells=tuple(replace(cell, at=(code,), measure="entered") for code, cell in codes.items()),
        protection=replace(
            plain.protection, suppressed=sum(c.sign is Sign.SUPPRESSED for c in codes.values())
        ),
        **more,
    )


SIGNS = {
    "az-ba": Cell((), "", Sign.NUMBER, 160, 150, 170),
    "az-ga": Cell((), "", Sign.NUMBER, 35, 30, 40),
    "az-sm": Cell((), "", Sign.SUPPRESSED),
    "az-sak": Cell((), "", Sign.WAITING),
    "az-qbi": Cell((), "", Sign.ZERO, 0),
    "az-lac": Cell((), "", Sign.MISSING),
}


def site_of(*tables, older=()):
    newest = SimpleNamespace(stands=True)
    return SimpleNamespace(
        current=(*older, *tables),
        said=SimpleNamespace(newest=newest if tables or older else None),
        tables_of=lambda _release: tables,
    )


# In front


def test_the_first_table_of_ways_of_the_newest_release_stands_in_front():
    mix, old = by_region(SIGNS), ways(CELLS)
    new = replace(old, name="steps-xx-new")
    second = replace(old, name="steps-xx-second")

    assert leading_table(site_of(mix, new, second, older=(old,))) is new
    assert leading_table(site_of(mix, older=(old,))) is old
    assert leading_table(site_of(mix)) is mix
    assert leading_table(site_of()) is None


def test_a_table_that_shows_nobody_stands_behind_one_that_does():
    shown = ways(CELLS)
    waits = replace(
        shown, name="steps-waiting", cells=(Cell(WHOLE, "entered", Sign.WAITING), *CELLS[1:])
    )

    assert leading_table(site_of(waits, shown)) is shown
    assert leading_table(site_of(waits)) is waits


def test_the_sentence_says_how_many_entered_came_far_ended_and_still_wait():
    told = ways_sentence(ways(CELLS), EN)

    assert told.startswith("Of about 1,000 that entered at “")
    assert "about 700 reached “Charged”" in told
    assert "about 400 ended as “Convicted”" in told
    assert "about 150 were still waiting on" in told
    assert "Recorded”, about 1,002" not in told  # the stage of entry is not reached once more


@pytest.mark.parametrize("tongue", TONGUES)
def test_what_is_not_shown_is_said_in_every_tongue_and_makes_no_number(tongue):
    said = Speaker(tongue)
    waits = ways(
        (
            CELLS[0],
            Cell(("charged", NOT_APPLICABLE), "reached", Sign.SUPPRESSED),
            Cell((NOT_APPLICABLE, "pending"), "pending", Sign.SUPPRESSED),
        )
    )
    nobody = ways((Cell(WHOLE, "entered", Sign.WAITING),))
    alone = ways((CELLS[0],))

    assert ways_sentence(waits, said).count(said.number(1000)) == 1
    assert said.word("front-pending-unknown", day=said.day(waits.as_of)) in ways_sentence(
        waits, said
    )
    assert said.number(1000) in ways_sentence(alone, said)
    assert ", ." not in ways_sentence(alone, said)
    assert ways_sentence(nobody, said) == said.word(
        "front-none", entry=said.text(nobody.entry.labels)
    )


def test_the_ends_stand_like_a_stair_and_what_waits_is_hatched_and_last():
    rows = [row for row in ways_rows(ways(CELLS), EN) if row.cell]

    assert [(row.kind, row.begins) for row in rows] == [
        ("reached", 0),
        ("reached", 0),
        ("reached", 0),
        ("ended", 400),
        ("pending", 850),
    ]
    assert rows[-1].label == "Pending"
    drawing = str(leading(ways(CELLS), EN).picture)
    assert drawing.count('class="hatch"') == 1
    assert drawing.count('class="ended"') == 1


def test_numbers_that_wait_at_each_stage_are_shown_at_each():
    rounded = TABLES[1]
    waiting = [row for row in ways_rows(rounded, EN) if row.kind == "pending"]

    assert len(waiting) == sum(one.measure == "pending" for one in rounded.cells)
    assert all(row.label.startswith("Pending: ") for row in waiting)


def test_a_table_of_groups_without_a_whole_says_how_much_of_it_is_shown():
    whole = ways(CELLS)
    groups = replace(
        whole,
        dimensions=(
            Dimension("group", wording.same("Group"), (Named("a", wording.same("A")),)),
            *whole.dimensions,
        ),
        cells=tuple(replace(one, at=("a", *one.at)) for one in CELLS),
    )

    assert ways_sentence(groups, EN) == ""
    assert sentence(groups, EN).startswith("Numbers shown: 6")


def test_where_cases_stand_is_of_the_last_day_that_has_numbers():
    table = TABLES[0]
    last = table.dimension("day").codes[-1]
    place = [one.code for one in table.dimensions].index("day")
    cells = tuple(
        replace(one, sign=Sign.WAITING, value=None, low=None, high=None)
        if one.at[place] == last
        else one
        for one in table.cells
    )
    hidden = sum(one.sign is Sign.SUPPRESSED for one in cells)
    waits = replace(table, cells=cells, protection=replace(table.protection, suppressed=hidden))

    heads = [picture_rows(one, EN)[1][0].label for one in (table, waits)]
    assert heads == ["Share · 270 days", "Share · 90 days"]


# Pictures


def shapes(picture, tag="rect"):
    root = ET.fromstring(str(picture))
    return [one for one in root.iter() if one.tag.rpartition("}")[2] == tag]


def test_each_sign_is_drawn_otherwise_and_none_has_a_bar():
    seen = {}
    for sign in Sign:
        value = 0 if sign is Sign.ZERO else 5 if sign is Sign.NUMBER else None
        row = Row("x", Cell((), "", sign, value))
        picture = drawn("t", "s", [row], Scale(10, Form.COUNT), EN, alone=True)
        assert bool([one for one in shapes(picture) if one.get("class") == "bar"]) is (
            sign is Sign.NUMBER
        )
        seen[sign] = re.sub(r"<text.*?</text>", "", str(picture))

    assert len(set(seen.values())) == len(Sign)


def test_a_picture_of_a_tongue_from_right_to_left_is_mirrored():
    row = Row("x", Cell((), "", Sign.NUMBER, 25), begins=10)
    here, there = (
        drawn("t", "s", [row], Scale(100, Form.COUNT), said, alone=True) for said in (EN, FA)
    )
    begins = [
        next(one.get("x") for one in shapes(each) if one.get("class") == "bar")
        for each in (here, there)
    ]

    assert begins == ["10%", "65%"]


# Along a cut


def test_a_table_is_found_by_the_scheme_its_codes_are_of():
    grounds = GROUNDS
    regions = by_region(SIGNS)

    found = [cut.table for cut in cuts([grounds, regions], ("bias-grounds",), EDITION)]
    assert found == [grounds]
    assert [cut.table for cut in cuts([grounds, regions], ("regions",), EDITION)] == [regions]


def test_of_a_table_with_more_dimensions_the_whole_of_the_others_is_shown():
    (cut,) = cuts([GROUNDS], ("bias-grounds",), EDITION)

    assert cut.measure.code == "entered"
    assert set(cut.cells) == {"gay", "religion"}
    assert all({*cell.at} - {code} <= {TOTAL, NOT_APPLICABLE} for code, cell in cut.cells.items())


def test_districts_stand_under_their_region_and_everybody_first():
    nobody = Cell((), "", Sign.ZERO, 0, 0, 4)
    codes = {"az-region-karabakh": nobody, "az-sus": SIGNS["az-ga"], "az-xa": SIGNS["az-sak"]}
    table = by_region(codes | {"az-nx": SIGNS["az-ba"], "az-nv": nobody})
    country = replace(
        table,
        name="entered-xx",
        dimensions=(replace(table.dimensions[0], categories=(Named(TOTAL, table.titles),)),),
        cells=(replace(SIGNS["az-ba"], at=(TOTAL,), measure="entered", value=300, high=310),),
        protection=replace(table.protection, suppressed=0),
    )
    (cut,) = cuts([table], ("regions",), EDITION)
    other = replace(country, unit=Named("other", table.titles))

    assert cut.whole([other]) is None
    assert cut.whole([other, country]).value == 300
    rows = _divided(cut, cut.whole([country]), EN)["rows"]
    assert [(label, cell is None) for label, cell in rows] == [
        ("Everybody", False),
        ("Karabakh economic region", True),
        ("Shusha", False),
        ("Khankendi", False),
        ("Nakhchivan Autonomous Republic", False),  # somebody was coded no finer
        ("Nakhchivan (city)", False),
    ]


def test_the_rows_of_a_very_long_table_are_cut_so_that_its_page_stays_small():
    cell = Cell((), "", Sign.NUMBER, 20, 16, 24)
    codes = {f"xx-{number:03}": cell for number in range(900)}
    (cut,) = cuts([by_region(codes)], ("regions",), EDITION)

    for said in (EN, FA):
        found = _divided(cut, None, said)
        size = sum(len(f"<tr><th>{one}</th>{cell}</tr>".encode()) for one, cell in found["rows"])
        assert 15_000 < size < 20_000
        assert found["more"] == said.number(900 - len(found["rows"]))


def test_sections_are_packed_into_pages_alike_in_every_tongue():
    sections = [{"en": "x" * 20_000, "fa": "x" * (10_000 * n)} for n in (1, 2, 3, 1)]

    assert [len(page) for page in _packed(iter(sections))] == [1, 1, 1, 1]
    assert [len(page) for page in _packed(iter([{"en": "x" * 10}] * 5))] == [5]


# The map


def test_every_district_of_the_definition_has_one_tile_and_no_two_share_a_place():
    known = EDITION.scheme("regions")
    districts = {one.code for one in known.terms if one.broader}
    (tiles,) = _maps()

    assert set(tiles) == districts
    assert len(set(tiles.values())) == len(tiles)
    assert all(known.term(one.broader).broader is None or not known.term(one.broader).broader
               for one in known.terms if one.broader)  # fmt: skip


def mapped(table, said=EN):
    (cut,) = cuts([table], ("regions",), EDITION)
    return region_map(cut, EDITION, said)


def test_a_map_shows_each_region_in_its_class_or_under_its_sign():
    found = mapped(by_region(SIGNS))
    kinds = [one.get("class") for one in shapes(found.picture)]

    assert {one: kinds.count(one) for one in set(kinds)} == {
        "c4": 1,
        "c1": 1,
        "suppressed": 1,
        "waiting": 1,
        "zero": 1,
        "missing": 1,
        "none": 68,
    }
    assert [one.label for one in found.classes][:4] == [
        "over 0, up to 40",
        "over 40, up to 80",
        "over 80, up to 120",
        "over 120, up to 160",
    ]
    assert len({str(one.mark) + one.kind for one in found.classes}) == len(found.classes)


def test_cases_whose_region_nobody_recorded_stand_in_the_table_and_hide_no_map():
    absent = [one.code for one in EDITION.scheme("absences").terms if "-" in one.code]
    table = by_region(SIGNS | {absent[0]: SIGNS["az-ga"], "unmapped": SIGNS["az-ga"]})

    assert mapped(table) is not None
    assert len(_divided(next(cuts([table], ("regions",), EDITION)), None, EN)["rows"]) == 8


def test_a_map_is_not_mirrored_for_it_shows_where_places_are():
    assert shapes(mapped(by_region(SIGNS)).picture)[0].attrib == (
        shapes(mapped(by_region(SIGNS), FA).picture)[0].attrib
    )


def test_a_table_of_larger_regions_colours_what_lies_in_them():
    karabakh = Cell((), "", Sign.NUMBER, 20)
    found = mapped(by_region({"az-region-karabakh": karabakh, "az-nx": Cell((), "", Sign.WAITING)}))
    kinds = [one.get("class") for one in shapes(found.picture)]

    assert kinds.count("c4") == 9
    assert kinds.count("waiting") == 8


def test_regions_no_map_knows_are_shown_as_bars():
    valmora = {"xx-d01": SIGNS["az-ba"], "xx-d02": SIGNS["az-ga"]}
    (cut,) = cuts([by_region(valmora)], ("regions",), EDITION)

    assert region_map(cut, EDITION, EN) is None
    assert [row.cell.value for row in cut.rows(EN)] == [160, 35]
    mixed = by_region({**SIGNS, "tr-34": SIGNS["az-ba"]})
    assert mapped(mixed) is None


@pytest.mark.parametrize("largest", [1, 3, 7, 40, 160, 161, 999, 12_345])
def test_classes_reach_the_largest_number(largest):
    codes = {"az-ba": Cell((), "", Sign.NUMBER, largest)}
    kinds = {one.get("class") for one in shapes(mapped(by_region(codes)).picture)}

    assert len(kinds) == 2
    assert kinds < {"c1", "c2", "c3", "c4", "none"}
