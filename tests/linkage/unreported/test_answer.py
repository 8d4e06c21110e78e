"""Four answers together or a lower bound: what the gate lets pass, and what it says when it does not."""

import numpy as np
import pytest

from candlemark.errors import NotInOrder
from candlemark.linkage.unreported import (
    NOT_COUNTED,
    AtLeast,
    Estimate,
    OverlapTable,
    Work,
    estimate,
    estimate_linked,
)
from candlemark.linkage.unreported.gate import of_the_answers, of_the_chains, of_the_table
from candlemark.linkage.unreported.latent import LatentClasses

SHORT = Work(settle=500, steps=1_000, most=20_000)
PEOPLE = 300


def world(seed, people=PEOPLE, chances=(0.5, 0.4, 0.4)):
    """Lists that know nothing of each other."""
    on = np.random.default_rng(seed).random((people, len(chances))) < chances
    patterns, counts = np.unique(on[on.any(axis=1)].astype(int), axis=0, return_counts=True)
    names = ["police", "prosecutor", "hotline", "press"][: len(chances)]
    return OverlapTable.of(names, zip(patterns.tolist(), counts.tolist(), strict=True))


def codes(table):
    return [reason.code for reason in of_the_table(table)]


@pytest.fixture(scope="module")
def shown():
    return estimate(world(3), SHORT)


def test_four_answers_come_together(shown):
    assert isinstance(shown, Estimate)
    for low, high in (
        (shown.bound.low, shown.bound.high),
        (shown.models.average.low, shown.models.average.high),
        (shown.kinds.answer.low, shown.kinds.answer.high),
    ):
        assert low < PEOPLE < high
    assert shown.spread.low <= shown.models.average.middle <= shown.spread.high
    assert shown.spread.low <= shown.kinds.answer.middle <= shown.spread.high
    assert shown.kinds.r_hat <= 1.05
    assert shown.kinds.effective >= 400
    assert shown.kinds.chains == 8


def test_what_is_refused_holds_no_estimate_at_all(published):
    answer = estimate(published("sparsemse_Ned"), Work(settle=500, steps=2_000, most=2_000))
    assert isinstance(answer, AtLeast)
    assert [reason.code for reason in answer.reasons] == ["chains-disagree"]
    assert not hasattr(answer, "models")
    assert not hasattr(answer, "kinds")
    assert 49_000 < answer.bound.low < 50_000


class Stopped(dict):
    """A shelf; the work ends, as by a kill, when so many things lie on it."""

    stop = 7

    def recall(self, name):
        return self.get(name)

    def remember(self, name, content):
        self[name] = content
        if len(self) == self.stop:
            raise KeyboardInterrupt


def test_draws_of_the_links_make_the_answer_wider_and_work_that_was_stopped_goes_on(shown):
    tables, shelf = [world(seed) for seed in range(2, 22)], Stopped()
    with pytest.raises(KeyboardInterrupt):
        estimate_linked(tables, SHORT, shelf=shelf)
    before = dict(shelf)
    answer = estimate_linked(tables, SHORT, shelf=shelf)

    assert len(before) == 7
    assert before.items() <= shelf.items()
    assert len(shelf) == 20
    assert estimate_linked(tables, SHORT, shelf=shelf) == answer
    assert isinstance(answer, Estimate)
    assert answer.draws == 20
    wide = answer.models.average.high - answer.models.average.low
    assert wide > shown.models.average.high - shown.models.average.low
    assert answer.bound.low <= shown.bound.low
    assert answer.people == int(np.median([table.people for table in tables]))


def test_too_few_draws_or_draws_of_other_lists_are_refused():
    tables = [world(1)] * 18 + [world(1, chances=(0.3, 0.3, 0.3, 0.3))]
    with pytest.raises(NotInOrder) as caught:
        estimate_linked(tables, SHORT)
    assert [fault.where for fault in caught.value.faults] == ["draws", "draw 19"]


def test_one_draw_that_does_not_pass_withholds_all():
    answer = estimate_linked([world(2)] * 19 + [world(2, people=90)], SHORT)
    assert isinstance(answer, AtLeast)
    assert "too-few" in [reason.code for reason in answer.reasons]


def test_few_people_are_not_estimated():
    assert "too-few" in codes(world(1, people=80))
    assert "too-few" not in codes(world(1))


def test_a_list_with_one_partner_is_named(published):
    reasons = of_the_table(published("sparsemse_NewOrl_5"))
    assert [reason.code for reason in reasons] == ["thin-overlap"]
    assert reasons[0].words == "H shares people with one other list, and at least two are needed"


def test_a_list_that_shares_nobody_is_named_and_no_number_is_given():
    counts = dict(world(1, people=3_000).patterns)
    rows = [((*pattern, 0), count) for pattern, count in counts.items()] + [((0, 0, 0, 1), 40)]
    answer = estimate(OverlapTable.of("abcd", rows), SHORT)
    assert isinstance(answer, AtLeast)
    assert answer.reasons[0].words == (
        "d shares people with no other list, and at least two are needed"
    )


def test_one_agency_listed_twice_is_noticed_though_a_few_rows_differ():
    counts = dict(world(1, people=3_000).patterns)
    twice = [((*pattern, pattern[0]), count) for pattern, count in counts.items()]
    twice.append(((0, 0, 0, 1), 4))
    twice.append(((1, 0, 0, 0), 3))
    assert codes(OverlapTable.of("abcd", twice)) == ["nearly-the-same"]


def test_a_list_taken_out_of_another_is_noticed():
    counts = dict(world(1, people=3_000).patterns)
    rows = []
    for pattern, count in counts.items():
        part = count // 3 if pattern[0] else 0
        rows += [((*pattern, 1), part), ((*pattern, 0), count - part)]
    assert codes(OverlapTable.of("abcd", rows)) == ["within"]


def test_chains_are_judged_by_agreement_then_by_length():
    draws = np.ones((8, 10), np.int64)
    assert not of_the_chains(LatentClasses(draws, 1.05, 400.0), 400)
    assert [r.code for r in of_the_chains(LatentClasses(draws, 1.06, 900.0), 400)] == [
        "chains-disagree"
    ]
    assert [r.code for r in of_the_chains(LatentClasses(draws, 1.01, 399.0), 400)] == [
        "chains-short"
    ]
    assert of_the_chains(LatentClasses(draws, float("nan"), 900.0), 400)


def test_answers_that_do_not_overlap_are_not_shown():
    assert not of_the_answers((1, 5), (5, 9))
    assert [reason.code for reason in of_the_answers((1, 4), (5, 9))] == ["answers-apart"]


def test_a_plain_sentence_says_who_is_not_counted():
    assert "People no list reaches are not in it" in NOT_COUNTED
