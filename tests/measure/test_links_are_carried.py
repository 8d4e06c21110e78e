"""Two agencies whose records are one with known chances: what is true lies in the sampled interval.

In each world candidate pairs have a probability, and are one case with that probability.  The figure
with the true links is known.  The one with links sampled holds it as often as it says; the one with
the sure links alone does not, since every case whose link is missed seems to be pending for ever.
"""

import numpy as np
import pytest

from candlemark.errors import NotMeasurable, SettingRefused
from candlemark.linkage.facts import LinkRecord, Thresholds
from candlemark.linkage.uncertain import Links
from candlemark.measure import Agencies, asking, linked
from candlemark.measure.across import joined

CASES, HEARD, DAY = 300, 180, 200


@pytest.fixture(scope="module")
def worlds(agency_that):
    """Studies, links, and the groups of the true links, of several worlds."""
    police = agency_that(code="xx-one", agency="Police")
    court = agency_that(code="xx-two", agency="Court")

    def made(seed):
        chance = np.random.default_rng(seed)
        came = np.datetime64("2020-01-01") + chance.integers(0, 30, CASES)
        base = {f"p{at}": [("told", str(day))] for at, day in enumerate(came)}
        # A court's record is one of a police case, or of none there; only the truth knows.
        others = {}
        for at in range(HEARD):
            day = came[at] + chance.integers(20, 150)
            others[f"c{at}"] = [("decided", str(day), "G" if chance.random() < 0.6 else "N")]
        values = np.where(
            chance.random(HEARD) < 0.5, chance.beta(40, 1, HEARD), chance.beta(2, 1.5, HEARD)
        ).clip(0.11, 0.999)
        pairs = {
            (LinkRecord("xx-one", f"p{at}"), LinkRecord("xx-two", f"c{at}")): float(value)
            for at, value in enumerate(values)
        }
        truth = {}
        for (left, right), value in pairs.items():
            if chance.random() < value:
                truth |= {left: left, right: left}
        links = Links(
            "case",
            pairs,
            {},
            frozenset({"xx-one", "xx-two"}),
            frozenset({frozenset({"xx-one", "xx-two"})}),
            Thresholds(0.95, 0.1),
            ("linkrun_simulated",),
            (),
        )
        return Agencies(police.study(base), (court.study(others),), links), truth

    return [made(seed) for seed in range(3)]


@pytest.fixture(scope="module")
def answers(worlds):
    return [linked(agencies, asking("occupancy"), "sampled", at=(DAY,)) for agencies, _ in worlds]


def held(figure, truth):
    """For each state anybody stands in, whether the interval of a figure holds what is true."""
    (group,), (true,) = figure.groups, truth.groups
    return [
        value.low <= known.p <= value.high
        for value, known in zip(group.horizons[0].values, true.horizons[0].values, strict=True)
        if known.p > 0
    ]


def test_the_figure_with_true_links_lies_in_the_interval_of_the_sampled_one(worlds, answers):
    ask = asking("occupancy")
    sampled, sure = [], []
    for (agencies, groups), answer in zip(worlds, answers, strict=True):
        truth = ask(joined(agencies.base, agencies.others, groups), (DAY,))
        sampled += held(answer.figure, truth)
        sure += held(answer.strict, truth)
    assert len(sampled) == 9
    assert all(sampled)
    assert np.mean(sure) < 0.5


def test_two_thresholds_stand_beside_and_the_sampled_figure_lies_between(answers):
    answer = answers[0]
    figures = (answer.figure, answer.strict, answer.loose)
    columns = zip(*(one.groups[0].horizons[0].values for one in figures), strict=True)
    for value, one, other in columns:
        low, high = sorted((one.p, other.p))
        assert low <= value.p <= high
    assert sum(value.p for value in answer.figure.groups[0].horizons[0].values) == pytest.approx(1)
    assert answer.figure.basis.links.draws == 20
    assert answer.figure.basis.uncertainty == "rubin-over-links-logit-95-pointwise"
    assert answer.strict.basis.links.threshold == 0.95
    assert answer.loose.basis.links.threshold == 0.1


def test_the_curve_is_that_of_the_draws(answers):
    (group,), (strict,) = answers[0].figure.groups, answers[0].strict.groups
    assert [point.day for point in group.curve] == [point.day for point in strict.curve]
    for point in group.curve:
        assert sum(point.p) == pytest.approx(1)
        assert all(
            low <= p <= high for low, p, high in zip(point.low, point.p, point.high, strict=True)
        )
    assert group.curve[-1].p[0] < strict.curve[-1].p[0]


def test_sure_links_add_nothing(worlds):
    agencies, _ = worlds[0]
    pairs = {pair: 1.0 for pair, value in agencies.links.pairs.items() if value >= 0.95}
    sure = Agencies(
        agencies.base, agencies.others, Links("case", pairs, {}, *_rest(agencies.links))
    )
    answer = linked(sure, asking("occupancy"), "sampled", at=(DAY,))
    (sampled,), (strict,) = answer.figure.groups, answer.strict.groups
    for value, one in zip(sampled.horizons[0].values, strict.horizons[0].values, strict=True):
        assert value.p == pytest.approx(one.p)
        assert (value.low, value.high) == pytest.approx((one.low, one.high), abs=0.01)


def _rest(links):
    return links.once_each, links.compared, links.thresholds, links.runs, links.judgements


def test_a_count_of_stages_has_what_most_draws_say(worlds):
    agencies, groups = worlds[1]
    answer = linked(agencies, asking("attrition"), "sampled")
    (true,) = asking("attrition")(joined(agencies.base, agencies.others, groups), ()).groups
    (strict,) = answer.figure.groups
    reached = {row.own: row.reached for row in true.rows}
    spread = {(one.stage, one.what): one for one in answer.spread}
    judged = spread["judged", "reached"]
    assert judged.low <= reached["judged"] <= judged.high
    assert {row.own: row.reached for row in strict.rows}["judged"] < judged.low


def test_how_many_ever_reached_a_stage_holds_the_truth_too(worlds):
    agencies, groups = worlds[2]
    ask = asking("incidence")
    answer = linked(agencies, ask, "sampled", at=(60, DAY))
    (true,) = ask(joined(agencies.base, agencies.others, groups), (60, DAY)).groups
    (found,) = answer.figure.groups
    for row, known in zip(found.rows, true.rows, strict=True):
        assert [by.day for by in row.horizons] == [60, DAY]
        for value, one in zip(row.horizons, known.horizons, strict=True):
            assert value.low <= one.p <= value.high


def test_asking_again_gives_the_same_bytes(worlds, answers):
    agencies, _ = worlds[0]
    again = linked(agencies, asking("occupancy"), "sampled", at=(DAY,))
    assert again.figure == answers[0].figure


def test_what_cannot_be_asked_is_refused(worlds):
    agencies, _ = worlds[0]
    with pytest.raises(NotMeasurable, match="cannot be asked across agencies"):
        asking("durations")
    for how, draws in (("sampled", 19), ("sampled", 1_001), ("guessed", 20)):
        with pytest.raises(SettingRefused):
            linked(agencies, asking("occupancy"), how, at=(DAY,), draws=draws)
