"""Simulated worlds: the estimates must find the rates they were made with.

Cases come at the beginning of a day, so what is known at the end of day ``d`` is what happened in
``d + 1`` days.  Bounds are four standard errors, and the draws are seeded.
"""

from datetime import date, timedelta

import numpy as np
import pytest

from candlemark.measure import durations, incidence, occupancy
from candlemark.measure.answerable import Question
from candlemark.measure.cohort import cohort
from candlemark.measure.estimators import CENSORED, LAST_TICK, TICKS, Counts, occupation
from candlemark.measure.stays import counts, stage_stays

RECORDED, MARKED, SUSPECT, CLOSED, SENT_ON = range(5)
FIRST, LAST = 18_000, 19_500
LOOKED = FIRST + 500
DAYS = (10, 60, 200, 400)


@pytest.fixture(scope="module")
def justice(world):
    """Police that go back to a case: a suspect is let go, a mark is taken away."""
    return world(
        5,
        {
            (RECORDED, MARKED): 0.010,
            (RECORDED, CLOSED): 0.004,
            (MARKED, SUSPECT): 0.006,
            (MARKED, RECORDED): 0.001,
            (MARKED, CLOSED): 0.003,
            (SUSPECT, MARKED): 0.002,
            (SUSPECT, SENT_ON): 0.008,
        },
    )


@pytest.fixture(scope="module")
def lived(justice):
    """Twenty thousand cases that came over four years: days of coming, and their moves."""
    random = np.random.default_rng(20260122)
    start = random.integers(FIRST, LAST, 20_000)
    case, time, state = justice.wander(random, len(start))
    return start, (case, start[case] + np.floor(time).astype(np.int64), state)


def near(found, truth, se):
    return np.abs(np.asarray(found) - truth) <= 4 * np.maximum(se, 1e-4)


def test_occupancy_finds_the_chances_with_many_cases_still_open(police, justice, lived):
    figure = occupancy(police.study(*lived, as_of=LOOKED), at=DAYS)
    (group,) = figure.groups

    assert group.states == ("pending", "dismissed", "reached")
    assert group.standing[0] > group.entered / 3
    for horizon in group.horizons:
        chances = justice.truth(horizon.day + 1)
        truth = [chances[:CLOSED].sum(), chances[CLOSED], chances[SENT_ON]]

        assert near([v.p for v in horizon.values], truth, [v.se for v in horizon.values]).all()


def test_the_share_among_the_ended_would_have_been_wrong(police, justice, lived):
    (group,) = occupancy(police.study(*lived, as_of=LOOKED), at=(400,)).groups
    _, dismissed, reached = group.standing
    truth = justice.truth(401)[CLOSED]
    (horizon,) = group.horizons

    assert abs(dismissed / (dismissed + reached) - truth) > 0.1
    assert horizon.values[1].low < truth < horizon.values[1].high


def test_standing_in_each_stage_is_found_with_cases_going_back(police, justice, lived):
    study = police.study(*lived, as_of=LOOKED)
    stages, ends = len(study.stages), 6
    with cohort(study, Question.DURATIONS, from_stage="", by="", as_of=None) as asked:
        stage_stays(asked)
        (counted,) = counts(asked, stages + ends)
    found = occupation(counted, np.eye(stages + ends)[0])
    own = [stage.own for stage in study.stages]
    open_stages = [own.index(name) for name in police.STATES[:CLOSED]]

    assert (counted.moves[:, 1] > counted.moves[:, 2]).any()  # some went back
    for day in DAYS:
        (row,) = found.rows_at([day * TICKS + LAST_TICK])
        p, se = found.p[row], found.se[row]

        assert p.sum() == pytest.approx(1)
        assert near(p[open_stages], justice.truth(day + 1)[:CLOSED], se[open_stages]).all()


def test_cases_seen_late_do_not_bend_the_estimate(police, justice, lived):
    start, (case, day, state) = lived
    tracked = FIRST + 400
    over = np.zeros(len(start), bool)
    over[case[(state >= CLOSED) & (day <= tracked)]] = True  # ended before: not in the file
    kept = np.flatnonzero(~over)
    number = np.full(len(start), -1)
    number[kept] = np.arange(len(kept))
    moves = tuple(column[~over[case]] for column in (number[case], day, state))
    first_day = date(1970, 1, 1) + timedelta(tracked)
    truth = justice.truth(201)[:CLOSED].sum()

    late = occupancy(police.study(start[kept], moves, LAST, tracked_from=first_day), at=(200,))
    blind = occupancy(police.study(start[kept], moves, LAST), at=(200,))
    pending, ignored = (figure.groups[0].horizons[0].values[0] for figure in (late, blind))

    assert near(pending.p, truth, pending.se)
    assert ignored.low > truth  # as if those who ended before had never been


def test_ties_do_not_bend_the_estimate(world):
    competing = world(3, {(0, 1): 0.02, (0, 2): 0.01})
    random = np.random.default_rng(7)
    case, time, state = competing.wander(random, 5_000)
    weeks = 7 * (1 + np.floor(time / 7).astype(np.int64))  # a court that sits once a week
    until = 7 * random.integers(1, 30, len(case))  # and files made on that day
    seen = weeks <= until
    found = occupation(
        Counts.of_stays(
            3,
            state=np.zeros(len(case)),
            entry=np.zeros(len(case)),
            leave=np.where(seen, weeks * TICKS + 1, until * TICKS + LAST_TICK),
            to=np.where(seen, state, CENSORED),
        ),
        [1, 0, 0],
    )

    for week in (1, 4, 12, 25):
        (row,) = found.rows_at([7 * week * TICKS + LAST_TICK])

        assert near(found.p[row], competing.truth(7 * week), found.se[row]).all()


def test_durations_find_the_median_with_half_of_the_stays_open(police, world):
    waiting = world(5, {(RECORDED, SUSPECT): 0.01})
    random = np.random.default_rng(11)
    start = random.integers(FIRST, FIRST + 120, 4_000)
    case, time, state = waiting.wander(random, len(start))
    moves = (case, start[case] + np.floor(time).astype(np.int64), state)
    (row, _) = durations(police.study(start, moves, as_of=FIRST + 120)).groups[0].rows
    quarter, half, most = row.quantiles

    assert row.pending > row.ended
    assert quarter.low <= np.log(4 / 3) / 0.01 <= quarter.high
    assert half.low - 1 <= np.log(2) / 0.01 <= half.high
    assert most.days is None  # nobody has been watched for long enough


def test_months_are_drawn_to_what_days_would_say_and_the_first_of_the_month_is_wrong(police, world):
    competing = world(5, {(RECORDED, CLOSED): 0.012, (RECORDED, SENT_ON): 0.008})
    random = np.random.default_rng(3)
    start = random.integers(FIRST, LAST - 400, 3_000)
    case, time, state = competing.wander(random, len(start))
    day = start[case] + np.floor(time).astype(np.int64)
    coarse = random.random(len(case)) < 0.6
    asked = (police.study(start, (case, day, state), LAST, coarse=coarse), {"at": (20, 60)})
    figure = occupancy(asked[0], **asked[1])
    exact = occupancy(police.study(start, (case, day, state), LAST), **asked[1])
    floored = day.astype("datetime64[D]").astype("datetime64[M]").astype("datetime64[D]")
    first = np.where(coarse, np.maximum(floored.astype(np.int64), start[case]), day)
    naive = occupancy(police.study(start, (case, first, state), LAST), **asked[1])

    assert figure.basis.method == "aalen-johansen-drawn-dates"
    for here, days, there in zip(
        *(each.groups[0].horizons for each in (figure, exact, naive)), strict=True
    ):
        for value, said in zip(here.values, days.values, strict=True):
            assert abs(value.p - said.p) <= 0.01
            assert value.earliest <= said.p <= value.latest
        worse = [abs(w.p - s.p) for w, s in zip(there.values, days.values, strict=True)]
        assert max(worse) > 0.02


def test_durations_and_reached_stages_of_a_study_draw_months_too(police, world):
    competing = world(5, {(RECORDED, CLOSED): 0.012, (RECORDED, SENT_ON): 0.008})
    random = np.random.default_rng(6)
    start = random.integers(FIRST, LAST - 400, 1_000)
    case, time, state = competing.wander(random, len(start))
    day = start[case] + np.floor(time).astype(np.int64)
    coarse = random.random(len(case)) < 0.6
    vague = police.study(start, (case, day, state), LAST, coarse=coarse)
    exact = police.study(start, (case, day, state), LAST)

    one, other = durations(vague), durations(exact)
    assert one.basis.method == "kaplan-meier-drawn-dates"
    (quarter, half, _), (first, second, _) = (
        each.groups[0].rows[0].quantiles for each in (one, other)
    )
    assert abs(quarter.days - first.days) <= 2
    assert abs(half.days - second.days) <= 4
    assert half.earliest <= second.days <= half.latest
    found, said = (incidence(each, at=(20, 60)).groups[0].rows for each in (vague, exact))
    for mine, theirs in zip(found, said, strict=True):
        for here, there in zip(mine.horizons, theirs.horizons, strict=True):
            assert abs(here.p - there.p) <= 0.02
            assert here.earliest <= there.p <= here.latest
