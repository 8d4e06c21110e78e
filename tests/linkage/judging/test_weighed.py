"""The evidence of a pair as its run kept it."""

from __future__ import annotations

import time

import pytest

from candlemark.errors import LedgerBroken
from candlemark.linkage.judging import Level, explanation
from candlemark.linkage.judging.weighed import by_key, finding, findings_of
from candlemark.linkage.pairs import ROWS_AT_ONCE
from candlemark.linkage.said import evidence_of, model_of, pairs_of, run_of
from linked import model


def test_each_comparison_of_a_run_is_a_finding(vault, run):
    said = run_of(vault.ledger, run)
    found = findings_of(model_of(vault.ledger), pairs_of(vault.ledger, said), 0)
    names = [one.name for one in model().plan.comparisons]

    assert [one.column for one in found] == names
    assert (found[0].level, found[1].level, found[-1].level) == (
        Level.AGREES,
        Level.UNKNOWN,
        Level.DIFFERS,
    )
    assert found[1].weight == 0
    assert found[-1].weight < 0


def test_the_evidence_of_one_pair_is_read_alone_and_is_the_same(vault, run):
    kept, said = model_of(vault.ledger), run_of(vault.ledger, run)
    pairs = pairs_of(vault.ledger, said)

    for n in range(pairs.num_rows):
        alone = findings_of(kept, evidence_of(vault.ledger, said, n))
        assert alone == findings_of(kept, pairs, n)
    with pytest.raises(LedgerBroken, match="a piece of a run's pairs is missing"):
        evidence_of(vault.ledger, said, ROWS_AT_ONCE)


def test_the_evidence_of_a_pair_and_its_sentence_take_less_than_twenty_milliseconds(vault, run):
    kept, pairs = model_of(vault.ledger), pairs_of(vault.ledger, run_of(vault.ledger, run))
    findings_of(kept, pairs, 0)  # what is read once is read
    began = time.process_time()
    for _ in range(20):
        explanation(findings_of(kept, pairs, 1), "ru")

    assert (time.process_time() - began) / 20 < 0.02


def test_agreeing_on_something_rare_is_less_often_chance():
    shares = model().shares["family"]
    common = finding("family", ["equal", "different"], shares, 0, shares[0].weight)
    rare = finding("family", ["equal", "different"], shares, 0, shares[0].weight + 5)

    assert common.chance == pytest.approx(shares[0].u)
    assert rare.chance == pytest.approx(shares[0].u / 32)


def test_being_close_happens_by_chance_as_often_as_being_so_close_or_closer():
    shares = model().shares["day"]
    close = finding("day", ["equal", "a slip", "may be one"], shares, 1, 2.0)

    assert close.level is Level.CLOSE
    assert close.chance == pytest.approx(shares[0].u + shares[1].u)


def test_being_close_in_a_way_that_speaks_against_it_is_a_difference():
    shares = model().shares["day"]

    assert finding("day", ["equal", "a month"], shares, 1, -0.5).level is Level.DIFFERS


def test_an_exact_key_says_what_no_comparison_says():
    assert [one.column for one in by_key("docket, country", {"day"})] == ["docket"]
    assert by_key("", ()) == ()
    assert by_key("day", {"day"}) == ()
