"""A release with everything it rests on: all of it is said, or nothing."""

from __future__ import annotations

from shutil import copytree

import pytest

from candlemark import agency, measure, protect
from candlemark.cli.demonstration.files import write_files
from candlemark.cli.demonstration.world import AS_OF, make_world
from candlemark.cli.opening import KINDS
from candlemark.definition import load_crosswalk
from candlemark.errors import Disclosive, MeasureError, NotEntitled, NotInOrder
from candlemark.protect import SecretLies
from candlemark.publish import releases
from candlemark.publish.awaiting import to_approve
from candlemark.publish.releases import State, Wish
from releasing import EDITION, TEXTS, House
from team import Team

POLICE, COURT = Wish("xx-police", ("steps",)), Wish("xx-court", ("steps", "entered"))


@pytest.fixture(scope="module")
def imported(tmp_path_factory):
    """Two agencies' files, a founder, a colleague, and a member who reads no cases."""
    folder = tmp_path_factory.mktemp("whole")
    team = Team(folder / "vault", KINDS)
    team.take_in("colleague")
    team.take_in("blind", coded=False)
    files = write_files(folder / "files", make_world())
    with team.open() as vault:
        for code in ("xx-police", "xx-court"):
            crosswalk = load_crosswalk(code, EDITION)
            agency.import_source(vault.ledger, files[code], crosswalk, EDITION, as_of=AS_OF)
        protect.secret_of(vault.ledger)
    return team


@pytest.fixture
def team(imported, tmp_path):
    team = Team.__new__(Team)
    team.folder, team.kinds, team.words = tmp_path / "vault", KINDS, dict(imported.words)
    copytree(imported.folder, team.folder)
    return team


def _drafted(team, *wishes, who="founder"):
    with team.open(who) as vault:
        return releases.draft_whole(vault, EDITION, wishes, TEXTS)


def test_a_release_of_two_sources_is_drafted_approved_and_published_whole(team):
    draft = _drafted(team, POLICE, COURT)
    with team.open() as vault:
        assert not to_approve(vault)
    with team.open("colleague") as vault:
        assert to_approve(vault).releases == (draft,)
        releases.approve_whole(vault, draft.id[:8], EDITION)
        assert not to_approve(vault)
    with team.open() as vault:
        published = releases.publish_whole(vault, draft.id, EDITION)
        seen = releases.seen(vault.ledger, draft.id)
        card = measure.card_of(measure.study(vault.ledger, EDITION, "xx-court", vault_name="x"))
        known = releases.released(vault.ledger, card)

    assert (published.number, len(draft.tables), len(draft.batches)) == (1, 3, 2)
    assert [one.state for one in seen.steps] == [State.DRAFTED, State.APPROVED, State.PUBLISHED]
    assert [one.by for one in seen.steps] == [draft.by, *seen.draft.approved_by, draft.by]
    assert (seen.state, seen.changes, seen.overtaken) == (State.PUBLISHED, None, False)
    assert known == {"steps", "entered"}
    assert known < {one.name for one in releases.offered(card)}


@pytest.mark.parametrize(
    ("wish", "error"),
    [
        (Wish("xx-court", ("entered/bias-grounds@offences+entry-quarter",)), NotInOrder),
        (Wish("xx-court", ("steps",), as_of=AS_OF.replace(year=2000)), MeasureError),
    ],
)
def test_nothing_is_said_where_one_of_the_sources_is_refused(team, wish, error):
    with team.open() as vault:
        before = vault.ledger.size
        with pytest.raises(error):
            releases.draft_whole(vault, EDITION, [POLICE, wish], TEXTS)

        assert vault.ledger.size == before


def test_nothing_new_is_no_release_and_the_same_can_be_seen_by_trying(team):
    first = _drafted(team, POLICE)
    with team.open("colleague") as vault:
        releases.approve_whole(vault, first.id, EDITION)
    with team.open() as vault:
        study = measure.study(vault.ledger, EDITION, "xx-police", vault_name=vault.name)
        trial = releases.try_wish(vault.ledger, study, POLICE, protect.HOUSE)

        assert trial.empty
        assert [set(one.waiting) for one in trial.tables] == [{""}]
        with pytest.raises(Disclosive):
            releases.draft_whole(vault, EDITION, [POLICE], TEXTS)


def test_a_draft_that_another_one_overtook_waits_for_nobody(team):
    first, second = _drafted(team, POLICE), _drafted(team, POLICE)
    with team.open("colleague") as vault:
        assert to_approve(vault).releases == (first, second)
        releases.approve_whole(vault, second.id, EDITION)

        assert not to_approve(vault)
        assert releases.seen(vault.ledger, first.id).overtaken
        with pytest.raises(NotEntitled):
            releases.approve_whole(vault, first.id, EDITION)


def test_no_batch_is_approved_where_one_of_them_cannot_be(team):
    draft = _drafted(team, POLICE, COURT)
    with team.open() as vault:
        protect.drop(vault.ledger, protect.release_named(vault.ledger, draft.batches[1]))
    with team.open("colleague") as vault:
        with pytest.raises(NotEntitled):
            releases.approve_whole(vault, draft.id, EDITION)

        states = [protect.release_named(vault.ledger, one).state for one in draft.batches]
    assert states == [protect.State.WAITING, protect.State.DROPPED]


def test_whoever_cannot_read_the_secret_makes_no_second_one(team):
    with team.open("blind") as vault:
        assert protect.secret_lies(vault.ledger) is SecretLies.ELSEWHERE
        with pytest.raises(NotEntitled, match="cannot be read here"):
            protect.secret_of(vault.ledger)
    with team.open() as vault:
        assert protect.secret_lies(vault.ledger) is SecretLies.HERE


def test_looking_where_the_secret_lies_makes_none(tmp_path):
    house = House.founded(tmp_path / "vault")
    with house.team.open() as vault:
        before = vault.ledger.size

        assert protect.secret_lies(vault.ledger) is SecretLies.NOT_MADE
        assert vault.ledger.size == before
