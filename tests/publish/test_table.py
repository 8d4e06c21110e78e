"""A table says everything or is refused with every fault; what is read back is what was written."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from candlemark import publish
from candlemark.definition import Definition, load_crosswalk
from candlemark.errors import NotInOrder, NotUnderstood
from candlemark.measure.canonical import canonical
from candlemark.publish import wording
from candlemark.publish.site import manifest as signed
from candlemark.publish.site.doors import SECTIONS
from candlemark.publish.site.manifest import Manifest
from candlemark.publish.table import (
    NOT_APPLICABLE,
    TONGUES,
    TOTAL,
    Cell,
    Dimension,
    Form,
    Named,
    Sign,
    document,
    read_table,
)
from candlemark.publish.turning import table_of
from candlemark.seal import NoteKey, SigningKey
from candlemark.seal.notes import ED25519
from cohorts import occupancy
from public_tables import all_tables, every_sign, occupancy_table
from stand_in import protect

PEOPLE = [(20, "convicted")] * 60 + [(30, "acquitted")] * 14 + [(None, "")] * 70
TABLE = every_sign()


def refused(**changes):
    with pytest.raises(NotInOrder) as found:
        replace(TABLE, **changes)
    return [str(fault) for fault in found.value.faults]


def test_a_table_is_read_back_as_it_was_written():
    for table in (TABLE, occupancy_table(), *all_tables()):
        assert read_table(canonical(document(table))) == table


def test_a_text_that_lacks_a_tongue_is_named_with_every_other():
    faults = refused(
        titles={"en": "A", "fa": " "},
        method=Named("count", {one: "x" for one in TONGUES if one != "tr"}),
    )

    assert faults == [
        "titles: the text is missing in az, ru, fa, tr",
        "method: the text is missing in tr",
    ]


CELLS = {
    "a place the dimensions do not have": Cell(("c", "30"), "entered", Sign.NUMBER, 5),
    "its measure is not one": Cell(("a", "30"), "nothing", Sign.NUMBER, 5),
    "is called a number and has none": Cell(("b-1", "30"), "share", Sign.NUMBER),
    "is called zero and is not": Cell(("b-1", "30"), "share", Sign.ZERO, 0.5),
    "is waiting and has a number all the same": Cell(("b-1", "30"), "share", Sign.WAITING, 0.5),
    "is missing and has a number all the same": Cell(("b-1", "30"), "share", Sign.MISSING, low=0.5),
    "its interval ends before": Cell(("b-1", "30"), "share", Sign.NUMBER, 0.5, 0.6, 0.4),
    "a count is no whole number": Cell(("b-1", "90"), "entered", Sign.NUMBER, 5.5),
}


@pytest.mark.parametrize(("says", "cell"), CELLS.items(), ids=list(CELLS))
def test_a_cell_that_contradicts_itself_is_refused(says, cell):
    kept = tuple(one for one in TABLE.cells if (one.at, one.measure) != (cell.at, cell.measure))

    faults = refused(cells=(*kept, cell))
    assert [fault for fault in faults if says in fault], faults


def test_two_cells_at_one_place_and_codes_that_files_cannot_carry_are_refused():
    labels = TABLE.dimensions[0].labels
    twice = refused(cells=(*TABLE.cells, TABLE.cells[0]))
    formula = Dimension("group", labels, (*TABLE.dimensions[0].categories, Named("=1+1", labels)))
    double = Dimension("group", labels, TABLE.dimensions[0].categories * 2)

    assert twice == [f"cell {len(TABLE.cells)}: there is another one at this place"]
    assert refused(dimensions=(formula, TABLE.dimensions[1])) == [
        "group: a code holds something else than letters, digits and -_@$"
    ]
    assert "group: a code stands in it twice" in refused(dimensions=(double, TABLE.dimensions[1]))
    assert refused(name="Not A Name") == ["name: it is not lower-case words with hyphens"]
    assert refused(protection=replace(TABLE.protection, suppressed=9)) == [
        "protection: it counts 9 suppressed, not 1"
    ]


def test_the_identity_is_of_all_that_is_said_and_not_of_when_it_was_published():
    assert TABLE.placed(7).identity == TABLE.identity
    for change in (
        {"as_of": date(2026, 4, 1)},
        {"overlap": True},
        {
            "cells": TABLE.cells[:4] + TABLE.cells[5:],
            "protection": replace(TABLE.protection, suppressed=0),
        },
    ):
        assert replace(TABLE, **change).identity != TABLE.identity


@given(st.binary(max_size=400))
def test_bytes_that_are_no_table_list_or_manifest_are_refused_and_no_more(content):
    key = NoteKey("a/b/publisher", ED25519, SigningKey.from_bytes(bytes(32)).public)

    with pytest.raises(NotInOrder):
        read_table(content)
    with pytest.raises(NotUnderstood):
        Manifest.read(content, key)
    if content:
        with pytest.raises(NotUnderstood):
            signed.read_list(content)


@given(st.data())
def test_a_table_with_something_put_out_of_place_is_refused_or_another_one(data):
    said = json.loads(canonical(document(TABLE)))
    name = data.draw(st.sampled_from(sorted(said)))
    said[name] = data.draw(
        st.one_of(
            st.none(), st.integers(), st.text(max_size=5), st.lists(st.integers(), max_size=2)
        )
    )

    try:
        read = read_table(json.dumps(said).encode())
    except NotInOrder:
        return
    assert read == TABLE or name in {
        "coverage",  # a table of before has none
        "position",
        "licence",
        "edition",
        "edition_fingerprint",
        "name",
    }


# Turned from protected figures


def test_a_figure_becomes_a_table_with_words_in_every_tongue():
    edition = Definition.load()
    crosswalk = load_crosswalk("xx-court", edition)
    figure = occupancy({"": PEOPLE})
    named_ = replace(figure.basis, crosswalk="xx-court", agency="Tribunaux", from_own="heard")
    table = table_of(protect(replace(figure, basis=named_)), edition, crosswalk)

    assert table.agency.labels["fa"] == "دادگاه‌های والمورا (شبیه‌سازی)"
    assert table.entry.labels["en"] == next(
        rule.labels["en"] for rule in crosswalk.stages if rule.own == "heard"
    )
    assert all(set(one.labels) == set(TONGUES) for one in table.dimensions)
    assert table.measure("share").form is Form.SHARE


def test_a_dimension_that_divides_nothing_is_left_out_and_one_that_does_not_apply_says_so():
    table = all_tables()[0]
    codes = {one.code: one.codes for one in table.dimensions}

    assert set(codes) == {"state", "day"}
    assert codes["day"] == (NOT_APPLICABLE, "30", "90", "270")
    assert TOTAL not in codes["state"]


def test_a_duration_that_is_not_reached_is_missing_with_its_reason():
    lengths = all_tables()[2]
    (cell,) = [one for one in lengths.cells if one.measure == "days-three-quarters"]

    assert (cell.sign, cell.reason) == (Sign.MISSING, "not-reached")


def test_the_name_of_the_vault_stays_inside():
    figure = occupancy({"": PEOPLE})
    inside = replace(figure.basis, crosswalk="", agency="Our secret name")
    public = wording.same("The public name")

    table = table_of(protect(replace(figure, basis=inside)), Definition.load(), None, public)
    assert "secret" not in canonical(document(table)).decode()
    assert table.titles["en"] == "Where cases stand: The public name"


# Words


def test_every_word_stands_in_every_tongue_and_with_the_same_places():
    for name in ("vocabulary", *wording.PAGES):
        wording._read(name)
    folder = Path(publish.__file__).parent / "site"
    sources = "".join(
        path.read_text("utf-8")
        for path in folder.rglob("*")
        if path.is_file() and path.suffix in {".py", ".html"}
    )
    said = wording.page_words("en")

    asked = set(re.findall(r'word\(\s*"([a-z-]+)"', sources))
    led_to = {one.label for one in SECTIONS}
    led_to |= {word for one in SECTIONS for door in one.doors for word in (door.label, door.says)}
    # Words that are put together: that each is there is tried by building a site.
    composed = tuple(re.findall(r'(?:\(|return)\s*f"([a-z-]+-)\{', sources))
    assert asked | led_to <= set(said)
    assert {
        code for code in said if f'"{code}"' not in sources and not code.startswith(composed)
    } <= led_to


def test_a_word_that_lacks_a_tongue_or_a_place_is_named():
    whole = dict.fromkeys(TONGUES, "{days} days")
    faults = list(
        wording._faults("pages", {"a": whole | {"fa": ""}, "b": whole | {"tr": "gün"}, "c": whole})
    )

    assert [str(one) for one in faults] == [
        "pages.a: the text is missing in fa",
        "pages.b: its places are not the same in every tongue",
    ]


def test_five_signs_have_five_glyphs_and_labels():
    glyphs = {wording.glyph(sign) for sign in Sign}

    assert len(glyphs) == len(Sign)
    for tongue in TONGUES:
        assert len({wording.sign_labels(sign)[tongue] for sign in Sign}) == len(Sign)
