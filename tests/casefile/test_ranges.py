"""Some time between two dates: said, kept with both bounds, and never taken for a length of time."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest

from candlemark.casefile import facts
from candlemark.casefile.account import account
from candlemark.casefile.axis import axis
from candlemark.casefile.docket import docket
from candlemark.casefile.kinds import KINDS
from candlemark.casefile.timeline import timeline
from candlemark.dates import PartialDate
from candlemark.errors import NotInOrder
from candlemark.ids import new_id

TODAY = date(2020, 1, 1)
DATED = {
    code: tuple(
        one for one in meaning.__struct_fields__
        if "PartialDate" in str(meaning.__annotations__.get(one, ""))
    )
    for (code, _version), meaning in KINDS.meanings.items()
}  # fmt: skip
DATED = {code: fields for code, fields in DATED.items() if fields}


def newest(code):
    return max(version for one, version in KINDS.versions if one == code)


@pytest.mark.parametrize("code", DATED)
def test_every_date_that_can_be_said_can_be_a_range_and_old_ones_are_read_as_before(desk, code):
    meaning = KINDS.meanings[code, newest(code)]
    examples = {
        str: "", bool: False, facts.SourceForm: facts.SourceForm.DOCUMENT,
        facts.Turn: facts.Turn.FREED, facts.Trigger: facts.Trigger.FINAL_DOMESTIC_DECISION,
    }  # fmt: skip
    said = {
        one.name: examples.get(one.type, ())
        for one in msgspec.structs.fields(meaning)
        if one.required
    }
    kept = PartialDate.parse("1994/1995-05")
    fact = meaning(**said | dict.fromkeys(DATED[code], kept))
    content, _ = KINDS.encode([fact])
    ((kind, version, data),) = KINDS.decode(content)

    assert (kind, version) == (code, newest(code))
    assert KINDS.read(kind, version, data) == fact
    fields = msgspec.msgpack.decode(data)
    places = [meaning.__struct_fields__.index(one) for one in DATED[code]]
    for place in places:
        fields[place] = {"year": 1994, "month": None, "day": None}
    old = KINDS.read(code, 1, msgspec.msgpack.encode(fields))
    assert all(getattr(old, one) == PartialDate(1994) for one in DATED[code])


def test_a_stage_between_two_months_stands_on_the_axis_as_a_stretch(desk):
    person = desk.person()
    of = {"person": person, "proceeding": desk.proceeding(person)}
    desk.stage("charged", "2014-03/2014-06", **of)
    desk.stage("judged", "2015-02-03", **of)
    told = account(desk.read(), desk.edition, TODAY)
    drawn = axis(told, TODAY)
    charged, judged = drawn.lanes[0].points

    assert [row.when for row in told.rows][:2] == [
        PartialDate(2014, 3, to=PartialDate(2014, 6)),
        PartialDate(2015, 2, 3),
    ]
    whole = (drawn.last - drawn.first).days
    assert charged.at.end - charged.at.start == pytest.approx(121 / whole)
    assert (charged.at.exact, judged.at.exact) == (False, True)


def test_ranges_that_meet_leave_the_order_open(desk):
    person = desk.person()
    of = {"person": person, "proceeding": desk.proceeding(person)}
    desk.stage("charged", "2014-03/2014-06", **of)
    desk.stage("judged", "2014-05", **of)

    assert len(timeline(desk.read()).unordered) == 1


def test_a_limit_that_runs_from_a_range_falls_in_one(desk):
    desk.say(
        desk.make(
            facts.LimitTriggered,
            trigger=facts.Trigger.FINAL_DOMESTIC_DECISION,
            when="2023-01-05/2023-02",
            rules=("ecthr-four-months",),
        )
    )
    rows = docket([desk.read()], TODAY).rows
    (row,) = [row for row in rows if row.rule == "ecthr-four-months"]

    assert (row.due.earliest, row.due.latest) == (date(2023, 5, 5), date(2023, 6, 28))


def test_what_would_end_before_its_range_began_is_refused(desk):
    with pytest.raises(NotInOrder) as refused:
        desk.say(
            desk.make(
                facts.IncidentDescribed,
                incident=new_id("incident"),
                when="2014-03/2014-06",
                until="2013/2014-02",
            )
        )

    assert [one.what for one in refused.value.faults] == ["it would end before it begins"]
