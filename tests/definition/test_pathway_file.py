"""A pathway file that is not in order is refused, and every fault of it is named at once."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from candlemark.definition import (
    GENERIC,
    Definition,
    load_pathway,
    pathway_codes,
    read_pathway,
)
from candlemark.definition.pathway import Unit, Which
from candlemark.definition.pathway_file import LARGEST
from candlemark.errors import DefinitionFaulty, UnknownPathway

SMALL = """
[pathway]
code = "xx"
version = 1
edition = "2026.1"
country = "XX"
author = "A. Tester"
labels.en = "Nowhere"
labels.fa = "هیچستان"
notes.en = "Invented."

[[stage]]
stage = "judged"
confirmed = false

[[stage]]
stage = "appealed"
labels.en = "Appeal to the High Court"
article = "Article 12"
source = "The text"
confirmed = true

[[transition]]
from = "judged"
to = "appealed"
agency = "court"
confirmed = false

[[limit]]
code = "xx-appeal"
labels.en = "Nowhere, appeal: ten days"
from = "judged"
which = "first"
outcomes = ["convicted"]
until = "appealed"
days = 10
counted = "From the day after the judgment."
valid_from = 2001-01-01
article = "Article 13"
source = "The text"
confirmed = true
"""


@pytest.fixture(scope="module")
def edition():
    return Definition.load()


def faults(text, edition):
    with pytest.raises(DefinitionFaulty) as refused:
        read_pathway(text.encode(), edition)
    return [str(one) for one in refused.value.faults]


def test_a_pathway_is_read_as_it_is_written(edition):
    pathway = read_pathway(SMALL.encode(), edition)

    assert (pathway.code, pathway.country, pathway.version) == ("xx", "XX", 1)
    assert pathway.after("judged") == {"appealed"}
    assert pathway.reaches("judged", "appealed")
    assert not pathway.reaches("appealed", "judged")
    (limit,) = pathway.limits
    assert (limit.length, limit.unit, limit.which) == (10, Unit.DAYS, Which.FIRST)
    assert limit.basis.article == "Article 13"
    assert pathway.fingerprint == hashlib.sha256(SMALL.encode()).hexdigest()
    assert pathway.file == SMALL.encode()


def test_every_fault_of_a_file_is_named_at_once(edition):
    broken = (
        SMALL.replace('stage = "judged"', 'stage = "jugded"')
        .replace('agency = "court"', 'agency = "tribunal"')
        .replace("days = 10", "days = 0")
        .replace('outcomes = ["convicted"]', 'outcomes = ["guilty"]')
        .replace('author = "A. Tester"', 'auhtor = "A. Tester"')
    )

    told = faults(broken, edition)

    assert [line.partition(":")[0] for line in told] == [
        "pathway",
        "pathway, author",
        "limit xx-appeal, days",
        "stage jugded",
        "transition judged to appealed",
        "transition judged to appealed, agency",
        "limit xx-appeal",
        "limit xx-appeal, outcomes",
        "limit xx-appeal",
    ]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('edition = "2026.1"', 'edition = "1999.1"', "written for another edition"),
        ('country = "XX"', 'country = "xx"', "two capital letters"),
        ('country = "XX"', 'country = ""', "only the pathway generic has none"),
        ('article = "Article 13"\n', "", "confirmed without its article"),
        ("days = 10", "days = 10\nmonths = 1", "both days and months"),
        ("days = 10\n", "", "neither days nor months"),
        ("days = 10", "days = true", "must be a whole number"),
        ("valid_from = 2001-01-01", 'valid_from = "2001"', "must be a day"),
        ("valid_from = 2001-01-01", "valid_from = 2001-01-01\nvalid_to = 2000-01-01", "ends before"),
        ('which = "first"', 'which = "second"', "known: first, last, each"),
        ('counted = "From the day after the judgment."', 'counted = ""', "is missing"),
        ('until = "appealed"', 'until = "enforced"', "not one of the stages this file lists"),
        ("version = 1\n", "", "must be a whole number"),
    ],
)  # fmt: skip
def test_what_is_refused(edition, old, new, told):
    assert old in SMALL
    assert any(told in line for line in faults(SMALL.replace(old, new), edition))


def test_what_stands_twice_is_refused(edition):
    twice = SMALL + SMALL[SMALL.index("[[stage]]") :]
    assert [line for line in faults(twice, edition) if "twice" in line] == [
        "stage judged: stands twice",
        "stage appealed: stands twice",
        "limit xx-appeal: stands twice",
        "transition judged to appealed: stands twice",
    ]


def test_a_line_must_say_whether_it_is_confirmed(edition):
    silent = SMALL.replace("confirmed = false", "", 1)
    assert faults(silent, edition) == [
        "stage judged, confirmed: is missing; write false when it is to be confirmed"
    ]


@pytest.mark.parametrize("content", [b"\xff", b"a = ", b"[[[", b"x" * (LARGEST + 1)])
def test_what_is_no_pathway_is_refused(edition, content):
    with pytest.raises(DefinitionFaulty):
        read_pathway(content, edition)


def test_a_file_that_is_not_there_is_told(edition, tmp_path):
    with pytest.raises(UnknownPathway, match=r"'no\.toml' cannot be read"):
        read_pathway(tmp_path / "no.toml", edition)


def test_a_code_nobody_has_is_refused_with_the_codes_there_are(edition):
    with pytest.raises(UnknownPathway) as refused:
        load_pathway("../az", edition)
    assert "known: az, generic" in refused.value.hint


def test_the_shipped_pathways_are_in_order_and_the_generic_one_confirms_nothing(edition):
    assert pathway_codes() == ("az", GENERIC)
    generic = load_pathway(GENERIC, edition)
    everything = (*generic.stages, *generic.transitions, *generic.limits)
    assert not any(one.basis.confirmed or one.basis.article for one in everything)
    assert all(limit.length == 0 for limit in generic.limits)


def test_no_line_for_azerbaijan_names_an_article_without_where_it_was_read(edition):
    az = load_pathway("az", edition)
    for one in (*az.stages, *az.transitions, *az.limits):
        assert bool(one.basis.article) == bool(one.basis.source)
        assert one.basis.article or not one.basis.confirmed
    assert not any(limit.basis.confirmed for limit in az.limits)


def test_every_label_of_a_shipped_limit_is_there_in_every_tongue(edition):
    for code in pathway_codes():
        pathway = load_pathway(code, edition)
        for one in (pathway.labels, pathway.notes, *(limit.labels for limit in pathway.limits)):
            assert set(one) == {"en", "az", "ru", "fa", "tr"}


def test_the_example_on_the_page_about_the_format_is_in_order(edition):
    page = (Path(__file__).parents[2] / "docs/formats/pathway.md").read_text("utf-8")
    example = page.partition("```toml\n")[2].partition("```")[0]
    pathway = read_pathway(example.encode(), edition)
    assert pathway.limits[0].length == 10
