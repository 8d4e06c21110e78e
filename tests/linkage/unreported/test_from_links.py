"""Lists of agencies, and who is on several of them by links that are uncertain."""

import itertools

import numpy as np
import pytest

from candlemark.errors import NotMeasurable
from candlemark.linkage.facts import LinkRecord, Thresholds
from candlemark.linkage.uncertain import Links
from candlemark.linkage.unreported.from_links import overlaps, overlaps_drawn

LISTS = ("police", "hotline", "press")


def world(seed=1, people=400):
    """Three lists of the same people, pairs of their records, and what is true of them."""
    chance = np.random.default_rng(seed)
    on = chance.random((people, 3)) < (0.6, 0.5, 0.4)
    lists = {
        name: [LinkRecord(name, str(at)) for at in range(people) if on[at, place]]
        for place, name in enumerate(LISTS)
    }
    pairs, truth = {}, {}
    for at in range(people):
        records = sorted(
            LinkRecord(name, str(at)) for place, name in enumerate(LISTS) if on[at, place]
        )
        truth |= dict.fromkeys(records, records[0]) if len(records) > 1 else {}
        for left, right in itertools.pairwise(records):
            pairs[left, right] = 0.9
        if len(records) == 3:
            pairs[records[0], records[2]] = 0.9
    links = Links(
        "person",
        pairs,
        {},
        frozenset(LISTS),
        frozenset(frozenset((a, b)) for a in LISTS for b in LISTS),
        Thresholds(0.95, 0.1),
        ("linkrun_x",),
        (),
    )
    return lists, links, truth, on


def test_people_are_counted_by_the_lists_they_are_on():
    lists, _, truth, on = world()
    table = overlaps(truth, lists)

    assert table.people == on.any(axis=1).sum()
    assert table.on(0, 1) == (on[:, 0] & on[:, 1]).sum()
    assert dict(table.patterns)[1, 1, 1] == on.all(axis=1).sum()


def test_links_that_are_uncertain_are_missed_in_some_draws_and_people_then_seem_more():
    lists, links, truth, _ = world()
    tables = overlaps_drawn(links, lists, 20)
    people = [table.people for table in tables]
    true = overlaps(truth, lists).people

    assert len(set(people)) > 5
    assert min(people) > true
    assert [table.patterns for table in overlaps_drawn(links, lists, 20)] == [
        table.patterns for table in tables
    ]


def test_lists_nothing_leads_between_are_refused():
    lists, *_ = world()
    with pytest.raises(NotMeasurable):
        overlaps({}, lists)
