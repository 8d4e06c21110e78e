"""The page on the format says what the code does."""

from __future__ import annotations

import json
import re
from pathlib import Path

import msgspec
import pytest

from candlemark.casefile import facts
from candlemark.casefile.kinds import KINDS
from candlemark.dates import PartialDate
from candlemark.ids import check_id

PAGE = (Path(__file__).parents[2] / "docs/formats/casefile.md").read_text("utf-8")
ROW = re.compile(r"^\| `(case\.[a-z-]+)` \| (\d+) \| (\w+) \| (.+) \|$", re.MULTILINE)
INSIDE = re.compile(r"^\| ([A-Z]\w+) \| (`.+) \|$", re.MULTILINE)


def test_every_kind_stands_on_the_page_with_its_fields_in_order():
    said = {
        code: (int(version), name, tuple(re.findall(r"`(\w+)`", fields)))
        for code, version, name, fields in ROW.findall(PAGE)
    }
    known = {}
    for code in KINDS.codes:
        version, kind = max((v, k.meaning) for v, k in KINDS._known[code].items())
        known[code] = (version, kind.__name__, kind.__struct_fields__[5:])

    assert said == known


def test_what_stands_inside_statements_is_on_the_page_with_its_fields_in_order():
    said = {name: tuple(re.findall(r"`(\w+)`", fields)) for name, fields in INSIDE.findall(PAGE)}

    assert said == {name: getattr(facts, name).__struct_fields__ for name in said}
    assert set(said) == {
        "Words", "Spelling", "Act", "BiasGround", "SpeechAnswer", "Claim", "Absence",
    }  # fmt: skip


@pytest.mark.parametrize(
    "words",
    [
        facts.SourceForm,
        facts.GroundStanding,
        facts.Forum,
        facts.Turn,
        facts.Trigger,
        facts.StepForm,
        facts.StepOutcome,
    ],
    ids=lambda words: words.__name__,
)
def test_every_word_of_a_closed_list_is_on_the_page(words):
    assert [one.value for one in words if f"`{one.value}`" not in PAGE] == []


def test_the_example_is_read_as_the_page_says():
    example = json.loads(PAGE.partition("```json")[2].partition("```")[0])
    ((code, version, data),) = KINDS.decode(msgspec.msgpack.encode(example))
    fact = KINDS.read(code, version, data)

    assert (fact.stage, fact.when, fact.sentence) == (
        "sentenced",
        PartialDate(1995),
        "death-penalty",
    )
    assert fact.note == (facts.Words("The source gives the year only.", "en"),)
    for text, prefix in (
        (fact.id, "fact"),
        (fact.case, "case"),
        (fact.sources[0], "source"),
        (fact.person, "person"),
        (fact.proceeding, "proceeding"),
    ):
        assert check_id(text, prefix) == text
