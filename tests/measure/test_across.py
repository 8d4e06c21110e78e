"""A case followed through the files of several agencies."""

from copy import copy
from dataclasses import replace
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from candlemark.definition import REACHED
from candlemark.errors import NotMeasurable
from candlemark.linkage.facts import LinkRecord
from candlemark.measure import attrition, occupancy
from candlemark.measure.across import joined, records_of
from candlemark.measure.stages import ends_by_strength


@pytest.fixture(scope="module")
def police(agency_that):
    return agency_that(code="xx-one", agency="Police", ending=("charged", "decided"))


@pytest.fixture(scope="module")
def court(agency_that):
    return agency_that(code="xx-two", agency="Court")


def same(*pairs):
    """Groups of a police and a court record each."""
    groups = {}
    for one, other in pairs:
        first = LinkRecord("xx-one", one)
        groups |= {first: first, LinkRecord("xx-two", other): first}
    return groups


CASES = {
    "p1": [("told", "2020-01-01"), ("noted", "2020-01-02")],
    "p2": [("told", "2020-01-01"), ("noted", "2020-01-05")],
    "p3": [("told", "2020-01-01")],
}
HEARD = {
    "c1": [("charged", "2020-03-01"), ("decided", "2020-05-01", "G")],
    "c2": [("charged", "2020-04-01")],
    "c9": [("charged", "2020-02-01"), ("decided", "2020-02-02", "N")],
}


def standing(study, day=200):
    (group,) = occupancy(study, at=(day,)).groups
    return group.entered, {
        state: count for state, count in zip(group.states, group.standing, strict=True) if count
    }


def test_what_the_court_did_is_what_became_of_the_case_of_the_police(police, court):
    base, other = police.study(CASES), court.study(HEARD)
    study = joined(base, [other], same(("p1", "c1"), ("p2", "c2")))
    (group,) = attrition(study).groups

    assert study.units == 3
    assert study.agency == "Police, Court"
    assert {row.own: row.reached for row in group.rows if row.reached} == {
        "reported": 3,
        "recorded": 2,
        "charged": 2,
        "judged": 1,
    }
    assert standing(study) == (3, {"pending": 2, "convicted": 1})


def test_a_case_that_never_came_to_the_police_is_not_in_their_cohort(police, court):
    study = joined(police.study(CASES), [court.study(HEARD)], {})

    assert standing(study) == (3, {"pending": 3})


def test_an_end_is_none_where_another_agency_went_on_later(police, court):
    closed = CASES | {"p1": [("told", "2020-01-01"), ("charged", "2020-02-01", "D")]}
    base, other = police.study(closed), court.study(HEARD)

    assert standing(joined(base, [other], {})) == (3, {"pending": 2, "dismissed": 1})
    study = joined(base, [other], same(("p1", "c1")))
    assert standing(study) == (3, {"pending": 2, "convicted": 1})
    (group,) = attrition(study).groups
    assert next(row.reached for row in group.rows if row.own == "charged") == 1


def test_that_an_agency_sent_it_on_is_no_end_where_the_other_has_it(police, court):
    sent = police.study(CASES | {"p1": [("told", "2020-01-01"), ("charged", "2020-02-01", "D")]})
    place = list(ends_by_strength(sent.edition)).index(REACHED)
    outcome = pc.if_else(sent.events["ends"], pa.scalar(place, pa.int16()), None)
    at = sent.events.column_names.index("outcome")
    base = replace(sent, events=sent.events.set_column(at, "outcome", outcome), ends=(REACHED,))
    assert standing(joined(base, [court.study(HEARD)], {})) == (3, {"pending": 2, "reached": 1})
    received = court.study({"c1": [("told", "2020-02-03")]})
    study = joined(base, [received], same(("p1", "c1")))
    assert standing(study) == (3, {"pending": 3})


def test_an_end_stays_one_where_the_other_record_is_of_an_earlier_stage_or_day(police, court):
    closed = CASES | {"p1": [("told", "2020-01-01"), ("charged", "2020-06-01", "D")]}
    before = {"c1": [("charged", "2020-03-01")], "c2": [("noted", "2020-07-01")]}
    base, other = police.study(closed), court.study(before)

    for name in ("c1", "c2"):
        assert standing(joined(base, [other], same(("p1", name))), 330)[1]["dismissed"] == 1


def test_nobody_looks_further_than_every_agency_can_know(police, court):
    base = police.study(CASES, as_of="2020-12-31")
    other = court.study(HEARD, as_of="2020-04-15")
    study = joined(base, [other], same(("p1", "c1"), ("p2", "c2")))

    assert study.known_until == date(2020, 4, 15)
    assert standing(study) == (3, {"pending": 3})
    assert {doubt.code for doubt in occupancy(study, at=(30,)).basis.doubts} == set()


def test_two_records_of_the_first_agency_can_be_one_case(police, court):
    first = LinkRecord("xx-one", "p1")
    groups = same(("p1", "c1")) | {LinkRecord("xx-one", "p2"): first}
    study = joined(police.study(CASES), [court.study(HEARD)], groups)

    assert (study.units, study.names.to_pylist()) == (2, ["p1", "p3"])
    assert standing(study) == (2, {"pending": 1, "convicted": 1})


def test_a_group_that_one_agency_knows_counts_and_not_what_the_other_left_empty(police, court):
    base = police.study(
        CASES,
        [("p1", "bias-grounds", None, "not-asked"), ("p2", "bias-grounds", "roma-sinti", None)],
    )
    other = court.study(
        HEARD, [("c1", "bias-grounds", "religion", None), ("c2", "bias-grounds", None, "unknown")]
    )
    study = joined(base, [other], same(("p1", "c1"), ("p2", "c2")))
    groups = {group.group: group.entered for group in attrition(study, by="bias-grounds").groups}

    assert groups == {"religion": 1, "roma-sinti": 1, "not-recorded": 1}


def test_a_study_joined_with_nothing_is_the_study(police):
    base = police.study(CASES)
    one, other = (attrition(study).groups[0] for study in (base, joined(base, [], {})))
    assert [row.reached for row in one.rows] == [row.reached for row in other.rows]


def test_one_agency_twice_and_another_edition_are_refused(police, court):
    base = police.study(CASES)
    with pytest.raises(NotMeasurable, match="named twice"):
        joined(base, [police.study(CASES)], {})
    changed = copy(base.edition)
    object.__setattr__(changed, "fingerprint", "f" * 64)
    with pytest.raises(NotMeasurable, match="another edition"):
        joined(base, [replace(court.study(HEARD), edition=changed)], {})


def test_records_are_named_as_links_name_them(police):
    assert records_of(police.study(CASES))[0] == LinkRecord("xx-one", "p1")
