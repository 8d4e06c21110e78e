"""The views on a tenth of Cook County's file of 2019: what they say, and what they do not say."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from candlemark import agency as agencies
from candlemark.definition import load_crosswalk
from candlemark.measure import Study
from candlemark.measure.log import asked
from candlemark.measure.log.from_study import stays_of
from candlemark.measure.process import (
    OPEN,
    Limit,
    coverage,
    lengths,
    limits,
    stuck,
    variants,
    ways_of,
)

AS_OF = date(2019, 12, 2)


@pytest.fixture(scope="module")
def cook(shared, edition):
    crosswalk = load_crosswalk("us-cook-county", edition)
    folder = shared / "data" / "cook_county_2019_tenth"
    reading = agencies.read_source(folder, crosswalk, as_of=AS_OF)
    study = Study.from_batch(
        reading.tables, crosswalk, edition, as_of=AS_OF, imported_on=date(2026, 1, 1)
    )
    with asked(stays_of(study)) as cohort:
        yield ways_of(cohort), cohort


def test_nine_of_ten_have_not_left_so_no_day_is_called_unusually_long(cook):
    ways, _ = cook
    charged = ways.place("initiation")
    (group,) = stuck(ways, most=1).groups
    state = next(each for each in group.states if each.state == charged)
    # The ninth decile of those who left would call a third of the waiting ones late, by a measure
    # that leaves out everybody who waits.
    stays = lengths(ways)[0, charged].known
    gone = stays.only(stays.next != OPEN)
    ninth = np.repeat(gone.days, gone.many)
    ninth.sort()
    decile = ninth[int(np.ceil(0.9 * len(ninth))) - 1]
    still = stays.only(stays.next == OPEN)
    assert (state.waiting, state.day, state.beyond) == (1421, None, None)
    assert (still.many[still.days > decile].sum(), still.many.sum()) == (514, 1420)


def test_every_accused_goes_one_of_nine_ways(cook):
    ways, _ = cook
    (group,) = variants(ways).groups
    assert (group.units, len(group.variants)) == (3653, 9)
    assert [one.units for one in group.variants[:3]] == [1421, 1148, 431]
    assert sum(one.units for one in group.variants if one.open) == 2569


def test_a_limit_of_270_days_to_a_sentence_is_not_the_share_among_the_closed(cook):
    ways, _ = cook
    limit = Limit("sentence", "initiation", "end:convicted", 270, "no rule: an example")
    (group,) = limits(ways, [limit]).limits[0].groups
    told = group.verdicts
    closed = told.met / (told.met + told.late + told.ended)
    assert told.open_past + told.open_within == 1420
    assert group.within.p + group.otherwise.p < 0.7
    assert closed - group.within.p > 0.1


def test_days_are_given_for_every_stage_that_is_reached(cook):
    _, cohort = cook
    days = [row for row in coverage(cohort, period="").rows if row.field == "day"]
    assert {row.agency for row in days} == {cohort.table.source}
    assert all(row.share == 1 for row in days)
