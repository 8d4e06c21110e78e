"""A log file whose days are partly months and years: the figure finds what exact days would say.

Reported, charged, back once in a while, then judged or dropped: 1,500 cases of a justice whose
rates are known, written as a CSV file, once with every day and once with a third of the days known
to the month and a fifth to the year.  Stays are exponential or Erlang(3).
"""

import csv

import numpy as np
import pytest

from candlemark.measure.answers import Question, reach, stand
from candlemark.measure.log import Ask, stay_table
from candlemark.measure.log.reading import Columns, read_events

EPOCH = np.datetime64("2010-01-01")
CUT = np.datetime64("2015-06-30")
MEAN = {"reported": 40.0, "charged": 150.0}
GOES = {
    "reported": (("charged", 0.75), ("dropped", 1.0)),
    "charged": (("judged", 0.65), ("dropped", 0.9), ("reported", 1.0)),
}
DAYS = (30, 90, 180, 365, 730, 1000)
MONTHS, YEARS = 0.33, 0.2


def written(folder, shape):
    """Two files of the same cases: with all days, and with what was written down of them."""
    random = np.random.default_rng(40 + shape)
    exact, vague = [], []
    for number in range(1_500):
        time, state, step = random.uniform(0, 1_800), "reported", 0
        while EPOCH + int(time) <= CUT:
            day = EPOCH + int(time)
            draw = random.random() if step else 1.0
            kept = 7 if draw < MONTHS else 4 if draw < MONTHS + YEARS else 10
            exact.append((f"c{number}", state, str(day), step))
            vague.append((f"c{number}", state, str(day)[:kept], step))
            if state not in MEAN:
                break
            time += random.gamma(shape, 1 / shape) * MEAN[state]
            turn = random.random()
            state = next(to for to, upto in GOES[state] if turn < upto)
            step += 1
    paths = []
    for name, rows in (("exact.csv", exact), ("vague.csv", vague)):
        paths.append(folder / name)
        with paths[-1].open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([("case", "activity", "day", "step"), *rows])
    return paths


@pytest.fixture(scope="module", params=[1, 3], ids=["exponential", "Erlang(3)"])
def asked(request, tmp_path_factory):
    """The question of both files."""
    columns = Columns(order="step", known_until=CUT.item(), final=frozenset({"judged", "dropped"}))
    tables = [
        stay_table(read_events(path, columns))
        for path in written(tmp_path_factory.mktemp("log"), request.param)
    ]
    most = 0.01 if request.param == 1 else 0.02
    return most, [Question(table, Ask(from_state="reported"), at=DAYS) for table in tables]


def values(figure, name):
    (group,) = figure.groups
    return np.array([[getattr(value, name) for value in row.values] for row in group.horizons])


def test_where_cases_stand_is_what_exact_days_say(asked):
    most, (exact, vague) = asked
    truth, found = stand(exact), stand(vague)

    assert [group.states for group in found.groups] == [group.states for group in truth.groups]
    assert np.abs(values(found, "p") - values(truth, "p")).max() <= most
    # A thousandth: where exact days say nobody, a drawn day can put one of 1,500.
    assert (values(found, "low") - 0.001 <= values(truth, "p")).all()
    assert (values(truth, "p") <= values(found, "high") + 0.001).all()
    assert (values(found, "earliest") <= values(found, "p")).all()
    assert (values(found, "latest") - values(found, "earliest")).max() > 0.05


def test_how_many_ever_reach_a_state_is_what_exact_days_say(asked):
    most, (exact, vague) = asked
    rows = [{row.own: row for row in reach(each).groups[0].rows} for each in (exact, vague)]

    for own in ("charged", "judged", "dropped"):
        truth, found = (np.array([by.p for by in each[own].horizons]) for each in rows)
        assert np.abs(found - truth).max() <= most
