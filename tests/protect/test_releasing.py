"""Releases in the ledger: a secret, policies, a draft, a second member, and what is remembered."""

from __future__ import annotations

import json
from datetime import date

import numpy as np
import pytest

from candlemark.errors import Disclosive, NotEntitled, NotInOrder, SettingRefused
from candlemark.ledger import Part, Vault
from candlemark.measure.log import Ask
from candlemark.protect import (
    HOUSE,
    KINDS,
    Policy,
    State,
    approve_release,
    draft_release,
    drop,
    policies,
    policy_named,
    published_rows,
    release_named,
    released_comparison,
    released_figures,
    releases,
    say_policy,
    secret_of,
    wanted,
)
from candlemark.protect.batches.noise import NoiseTable
from candlemark.protect.facts import PolicySaid, ReleaseApproved, SecretMade
from candlemark.protect.setting_up import existing_secret, tag_of
from candlemark.publish import json_document
from protect.sources import people, source
from team import Team

NAMES = wanted(["entered", "entered/ground", "stands"])
PEOPLE = people()
EARLY, LATE = date(2022, 6, 30), date(2022, 12, 31)


@pytest.fixture
def vault():
    with Vault.in_memory(KINDS, "The house") as made:
        yield made


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """A vault of two members."""
    team = Team(tmp_path_factory.mktemp("house") / "vault", KINDS)
    team.take_in("second")
    return team


def drafted(team, who="founder", until=EARLY, names=NAMES):
    with team.open(who) as vault:
        return draft_release(vault.ledger, source(PEOPLE, until), names, HOUSE)


def approved(team, one, who="second", some=None):
    with team.open(who) as vault:
        return approve_release(vault, one, some or source(PEOPLE, EARLY))


def test_the_secret_is_made_once_and_stays_the_first(vault):
    first = secret_of(vault.ledger)
    vault.ledger.append([Part("coded", (SecretMade(secret=b"x" * 32),))])

    assert tag_of(secret_of(vault.ledger)) == tag_of(first)
    assert existing_secret(vault.ledger).reveal() == first.reveal()
    assert first.reveal() not in tag_of(first)


def test_the_secret_is_sealed_and_stands_in_no_figure(house):
    with house.open() as vault:
        secret = secret_of(vault.ledger)
    stored = b"".join(path.read_bytes() for path in house.folder.rglob("*") if path.is_file())

    assert secret.reveal() not in stored
    assert secret.reveal().hex().encode() not in stored


def test_policies_are_versioned_and_the_next_version_follows_the_last(vault):
    say_policy(vault.ledger, Policy("ours", 1, batch=20))
    say_policy(vault.ledger, Policy("ours", 2, batch=30))

    assert policies(vault.ledger)["ours"].batch == 30
    assert policy_named(vault.ledger, "house") == HOUSE
    for wrong in (Policy("ours", 2), Policy("ours", 4), Policy("new", 2), Policy("house", 3)):
        with pytest.raises(NotInOrder):
            say_policy(vault.ledger, wrong)
    with pytest.raises(SettingRefused, match="no policy"):
        policy_named(vault.ledger, "theirs")


def test_a_weak_policy_that_somebody_said_with_another_program_is_passed_over(vault):
    vault.ledger.append([Part("coded", (PolicySaid(name="weak", number=1, batch=5),))])

    assert "weak" not in policies(vault.ledger)


def test_a_release_needs_two_members(house):
    one = drafted(house)
    assert one.state is State.WAITING
    with house.open() as vault:
        assert published_rows(vault.ledger, one.cohort) == ()
        assert released_figures(vault.ledger, one.cohort) == ()
    with pytest.raises(NotEntitled, match="cannot approve"):
        approved(house, one, "founder")

    done = approved(house, one)
    assert done.state is State.APPROVED
    assert done.approved_by != done.drafted_by
    with house.open() as vault:
        assert len(published_rows(vault.ledger, one.cohort)) == len(one.rows)
        figures = released_figures(vault.ledger, one.cohort)
    assert [figure.table for figure in figures] == [name.name for name in NAMES]
    with pytest.raises(NotEntitled, match="approved"):
        approved(house, done)


def test_an_approval_by_whoever_drafted_it_does_not_count_whatever_program_said_it(house):
    one = drafted(house, until=LATE)
    with house.open() as vault:
        said = ReleaseApproved(release=one.code, digest=one.digest)
        vault.ledger.append([Part("coded", (said,))])
        assert release_named(vault.ledger, one.code).state is State.WAITING
    with house.open("second") as vault:
        other = ReleaseApproved(release=one.code, digest=b"another draft")
        vault.ledger.append([Part("coded", (other,))])
        assert release_named(vault.ledger, one.code).state is State.WAITING
        drop(vault.ledger, one)
        assert release_named(vault.ledger, one.code).state is State.DROPPED
        with pytest.raises(NotEntitled):
            drop(vault.ledger, release_named(vault.ledger, one.code))


def test_what_was_released_is_remembered_and_only_what_is_new_is_counted(tmp_path):
    team = Team(tmp_path / "vault", KINDS)
    team.take_in("second")
    first = approved(team, drafted(team))
    late = source(PEOPLE, LATE)
    overtaken, second = drafted(team, until=LATE), drafted(team, until=LATE)
    approved(team, second, some=late)
    with team.open() as vault:
        assert release_named(vault.ledger, overtaken.code).state is State.OVERTAKEN
        rows = published_rows(vault.ledger, first.cohort)
        figures = released_figures(vault.ledger, first.cohort)
        assert [one.state for one in releases(vault.ledger)] == [
            State.APPROVED,
            State.OVERTAKEN,
            State.APPROVED,
        ]
    marks = [mark for row in rows if row.table == "entered" for mark in row.marks]

    assert second.said.number == 2
    assert len(marks) == len(set(marks)) == len(PEOPLE)
    assert {row.release for row in rows} == {1, 2}
    assert figures[0].did.batches == 2


def test_two_groups_of_a_released_year_are_compared(tmp_path):
    team = Team(tmp_path / "vault", KINDS)
    team.take_in("second")
    where = source(people(900), ask=Ask(from_state="reported", by="ground"))
    named = wanted(["stands@ground#2021"])
    with team.open() as vault:
        one = draft_release(vault.ledger, where, named, HOUSE)
    with team.open("second") as vault:
        approve_release(vault, one, where)
        pair = ("gay-men", "trans-women")
        shown = released_comparison(vault.ledger, one.cohort, "stands@ground#2021", pair)
        with pytest.raises(NotInOrder):
            released_comparison(vault.ledger, one.cohort, "stands@ground#2020", pair)

    assert shown.question == "comparison"
    assert len(shown.cells) > 6


def test_a_closed_year_is_drafted_and_approved_like_every_release_and_never_again(tmp_path):
    """Beside batches that came before it; a case that is gone stops it as it stops them."""
    team = Team(tmp_path / "vault", KINDS)
    team.take_in("second")
    crossed = wanted(["entered/ground@region+entry-quarter#2021"])
    approved(team, drafted(team))
    one = drafted(team, until=LATE, names=crossed)
    first = next(place for place, each in enumerate(PEOPLE) if each[1].year == 2021)
    with pytest.raises(Disclosive, match="may not be counted"):
        approved(team, one, some=source([*PEOPLE[:first], *PEOPLE[first + 1 :]], LATE))
    approved(team, one, some=source(PEOPLE, LATE))
    with team.open() as vault:
        year = next(
            figure for figure in released_figures(vault.ledger, one.cohort) if "#" in figure.table
        )
        with pytest.raises(Disclosive, match="enough"):
            draft_release(vault.ledger, source(PEOPLE, LATE), crossed, HOUSE)
    shown = {row.group: row for row in year.cells if not row.category}

    assert {"", "r0+_T", "_T+2021-Q1"} <= shown.keys()
    assert shown[""].low <= sum(each[1].year == 2021 for each in PEOPLE) <= shown[""].high
    assert json.loads(one.said.attacked)["opened"] == []


def test_a_case_that_may_not_be_counted_any_more_stops_the_approval(tmp_path):
    team = Team(tmp_path / "vault", KINDS)
    team.take_in("second")
    one = drafted(team)
    there = next(place for place, each in enumerate(PEOPLE) if each[1] <= EARLY)
    without = source([*PEOPLE[:there], *PEOPLE[there + 1 :]], EARLY)

    with pytest.raises(Disclosive, match="may not be counted"):
        approved(team, one, some=without)


def test_a_draft_that_is_not_what_its_cases_give_is_not_approved(tmp_path, monkeypatch):
    """A member whose program leaves the noise out, or counts a case that is somewhere else."""
    team = Team(tmp_path / "vault", KINDS)
    team.take_in("second")
    with monkeypatch.context() as bent:
        bent.setattr(NoiseTable, "published", lambda *given: np.asarray(given[1]))
        bare = drafted(team)
    with pytest.raises(Disclosive, match="counted otherwise") as refused:
        approved(team, bare)
    assert refused.value.faults

    other = [(*each[:5], "roma", each[6]) for each in PEOPLE]
    with pytest.raises(Disclosive):
        approved(team, drafted(team), some=source(other, EARLY))


def test_in_a_vault_of_one_nobody_can_approve(vault):
    one = draft_release(vault.ledger, source(PEOPLE, EARLY), NAMES, HOUSE)

    with pytest.raises(NotEntitled, match="cannot approve"):
        approve_release(vault, one, source(PEOPLE, EARLY))


def test_a_release_in_which_nothing_is_new_is_refused(vault):
    with pytest.raises(Disclosive, match="gathered enough"):
        draft_release(vault.ledger, source(PEOPLE[:10], EARLY), NAMES, HOUSE)


def test_a_file_says_what_protection_did_and_holds_nothing_from_inside(house):
    with house.open() as vault:
        (one,) = [each for each in releases(vault.ledger) if each.state is State.APPROVED][:1]
        figures = released_figures(vault.ledger, one.cohort)
    text = "".join(json.dumps(json_document(figure)) for figure in figures)

    assert '"protection": "closed-batches"' in text
    assert '"table": "entered/ground"' in text
    assert '"intervals_widened_by_noise": true' in text
    for row in one.rows:
        assert str(row.marks[0]) not in text
        assert str(row.keys[0]) not in text
    assert json.loads(one.said.attacked)["opened"] == []


def test_rows_of_many_cases_are_said_in_pieces(vault, monkeypatch):
    monkeypatch.setattr("candlemark.protect.releasing.MARKS", 50)
    monkeypatch.setattr("candlemark.protect.releasing.PART", 3_000)
    one = draft_release(vault.ledger, source(PEOPLE, EARLY), NAMES, HOUSE)

    assert all(len(row.marks) == row.exact[0] for row in one.rows)
    assert max(row.exact[0] for row in one.rows) > 100
