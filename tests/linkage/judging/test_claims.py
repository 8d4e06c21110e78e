"""Who has which pair before them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest

from candlemark import agency, casefile, linkage
from candlemark.errors import BeingJudged, NotEntitled
from candlemark.ledger import Vault
from candlemark.linkage.judging import Claims
from candlemark.linkage.judging.claims import LASTS
from judged import pair

KINDS = agency.KINDS | casefile.KINDS | linkage.KINDS
ANA, BEN = "aa" * 16, "bb" * 16


class Clock:
    def __init__(self):
        self.time = datetime(2026, 1, 22, 12, 0, tzinfo=UTC)

    def __call__(self):
        return self.time

    def on(self, by):
        self.time += by


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def claims(clock, tmp_path, monkeypatch):
    with Vault.in_memory(KINDS, "Claims") as vault:
        monkeypatch.setattr(vault.ledger, "_clock", clock)
        yield Claims(vault, tmp_path / "claims")


def test_a_pair_is_before_one_person_at_a_time(claims):
    mine = claims.take(pair("a", "b"), ANA)

    with pytest.raises(BeingJudged, match="somebody else has this pair"):
        claims.take(pair("a", "b"), BEN)
    assert claims.of(pair("a", "b")) == mine
    assert claims.take(pair("c", "d"), BEN).member == BEN


def test_taking_again_what_one_has_lengthens_it(claims, clock):
    claims.take(pair("a", "b"), ANA)
    clock.on(LASTS / 2)

    assert claims.take(pair("a", "b"), ANA).until == clock() + LASTS


def test_a_claim_that_ran_out_lets_others_have_the_pair(claims, clock):
    claims.take(pair("a", "b"), ANA)
    clock.on(LASTS)

    assert claims.of(pair("a", "b")) is None
    assert claims.take(pair("a", "b"), BEN).member == BEN
    assert [one.member for one in claims.all()] == [BEN]


def test_a_clock_that_is_put_back_ends_a_claim_and_does_not_lengthen_it(claims, clock):
    claims.take(pair("a", "b"), ANA)
    clock.on(-timedelta(hours=1))

    assert claims.of(pair("a", "b")) is None


def test_giving_back_lets_others_have_it_and_only_one_s_own_can_be_given_back(claims):
    claims.take(pair("a", "b"), ANA)
    claims.give_back(pair("a", "b"), BEN)
    assert claims.of(pair("a", "b")).member == ANA

    claims.give_back(pair("a", "b"), ANA)
    claims.give_back(pair("a", "b"), ANA)
    assert claims.all() == []


def test_what_lies_on_the_machine_names_no_record_and_nobody(claims, tmp_path):
    claims.take(pair("docket-77", "docket-88"), ANA)
    (file,) = (one for one in (tmp_path / "claims").iterdir() if one.is_file())
    kept = file.name.encode() + file.read_bytes()

    assert (tmp_path / "claims").stat().st_mode & 0o777 == 0o700
    assert file.stat().st_mode & 0o777 == 0o600
    for word in (b"docket-77", b"docket-88", b"police", ANA.encode(), bytes.fromhex(ANA)):
        assert word not in kept


def test_many_who_take_at_one_moment_each_get_a_pair_or_are_told_who_has_it(claims):
    def take(member):
        with suppress(BeingJudged):
            return claims.take(pair("a", "b"), member).member

    with ThreadPoolExecutor(8) as people:
        got = [one for one in people.map(take, [f"{n:032x}" for n in range(8)]) if one]

    assert len(got) == 1
    assert claims.of(pair("a", "b")).member == got[0]


def test_where_nothing_can_lie_in_memory_only_nothing_is_kept(monkeypatch, tmp_path):
    def refuses(_vault):
        raise NotEntitled("no such place")

    monkeypatch.setattr("candlemark.linkage.judging.claims.place_for", refuses)
    with Vault.in_memory(KINDS, "Alone") as vault:
        alone = Claims(vault)

        assert alone.take(pair("a", "b"), ANA).member == ANA
        assert (alone.all(), alone.of(pair("a", "b"))) == ([], None)
        alone.give_back(pair("a", "b"), ANA)


def test_a_claim_of_another_vault_or_a_file_that_was_changed_counts_for_nothing(claims, tmp_path):
    claims.take(pair("a", "b"), ANA)
    (file,) = (one for one in (tmp_path / "claims").iterdir() if one.is_file())
    file.write_bytes(file.read_bytes()[:-1] + b"x")

    assert claims.of(pair("a", "b")) is None
    with Vault.in_memory(KINDS, "Another") as vault:
        assert Claims(vault, tmp_path / "claims").all() == []
