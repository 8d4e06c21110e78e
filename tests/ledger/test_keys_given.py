"""What lies in the keystore after each thing members do: for whom each key is wrapped, and for whom not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from candlemark.errors import CandlemarkError, NotEntitled
from candlemark.ledger import Vault, application
from candlemark.ledger.keystore import Keystore
from candlemark.ledger.membership import Settled, added
from candlemark.ledger.recovering import public_halves
from candlemark.ledger.roster_facts import MemberThawed
from candlemark.ledger.sharing import share, shared_wraps
from candlemark.seal import Cost, RecoveryKey, new_passphrase
from house import drawn

RECOVERY = RecoveryKey(drawn("recovery"))
CASE = "identity:case_x"


@pytest.fixture
def office(tmp_path, world):
    """The founder and Aysel, in a folder; what is wrapped for each holder by its purpose."""
    seconds = SimpleNamespace(now=datetime(2026, 1, 1, tzinfo=UTC))

    def clock():
        seconds.now += timedelta(seconds=1)
        return seconds.now

    folder, words = tmp_path / "vault", new_passphrase()
    with world.create(folder, name="A vault", clock=clock) as vault:
        card = application(folder, "Aysel", words, cost=Cost.QUICK, clock=clock)
        vault.members.propose([added(card)])
        keystore, number = Keystore(folder), vault._identity.vault

        def kids(holder):
            return {one.kid for one in keystore.held_by(number, holder)}

        def of(name):
            keyring = vault._identity.keyring
            return {key.kid for _, key in keyring.compartments.of(name)}

        yield SimpleNamespace(
            vault=vault, members=vault.members, keystore=keystore, number=number, kids=kids, of=of,
            folder=folder, words=words, log={vault._identity.keyring.log.kid}, clock=clock,
            aysel=lambda: vault.members.find(vault.members.read_card(card).code),
        )  # fmt: skip


def test_a_member_has_the_keys_they_read_by_and_the_log_s_and_no_others(office):
    aysel = office.aysel()
    assert office.kids(aysel.recipient.kid) == office.of("meta") | office.of("coded") | office.log
    me = office.members.me.recipient.kid
    assert office.kids(me) >= office.of("meta") | office.of("coded") | office.of("identity")
    for name in ("coded", "meta"):
        office.members.rotate(name)
        assert len(office.of(name)) == 2
    assert office.kids(aysel.recipient.kid) == office.of("meta") | office.of("coded") | office.log
    office.members.add_reader("identity", aysel)
    assert office.kids(aysel.recipient.kid) >= office.of("identity")


def test_every_wrap_for_a_member_stands_on_the_roster_it_was_made_on(office):
    holder = office.aysel().recipient.kid
    rosters = {one.roster for one in office.keystore.held_by(office.number, holder)}

    assert rosters <= {office.members.roster().hash}
    assert rosters


def test_who_is_taken_out_of_a_case_has_its_old_key_and_not_its_new_one(office):
    aysel = office.aysel()
    office.members.open_compartment(CASE, [aysel])
    (first,) = office.of(CASE)
    assert first in office.kids(aysel.recipient.kid)
    office.members.remove_reader(CASE, aysel)
    (second,) = office.of(CASE) - {first}
    assert first in office.kids(aysel.recipient.kid)
    assert second not in office.kids(aysel.recipient.kid)
    assert {first, second} <= office.kids(office.members.me.recipient.kid)


def test_the_recovery_key_has_every_key_from_when_it_was_set(office):
    recovery = RECOVERY.receiving.recipient.kid
    assert office.kids(recovery) == set()
    office.members.propose([public_halves(RECOVERY)])
    everything = office.of("meta") | office.of("coded") | office.of("identity") | office.log
    assert office.kids(recovery) == everything
    office.members.open_compartment(CASE, [])
    office.members.rotate("coded")
    assert office.kids(recovery) == everything | office.of(CASE) | office.of("coded")


def test_who_is_removed_has_nothing_here_and_the_rest_have_new_keys(office):
    aysel = office.aysel()
    calls = []
    office.members.after.append(lambda: calls.append(1))
    before = {name: office.of(name) for name in ("meta", "coded", "identity")}
    office.members.propose([office.members.removal(aysel)])

    assert office.kids(aysel.recipient.kid) == set()
    assert {one.member for one in office.keystore.locks(office.number)} == {office.members.me.kid}
    assert {name: len(office.of(name) - old) for name, old in before.items()} == {
        "meta": 1, "coded": 1, "identity": 0,
    }  # fmt: skip
    assert calls
    assert office.members.settle() == Settled()


def test_who_is_frozen_keeps_their_lock_and_is_given_their_keys_when_thawed(office, world):
    aysel = office.aysel()
    with Vault.open(office.folder, office.words, world.kinds, clock=office.clock) as hers:
        calls = []
        hers.members.after.append(lambda: calls.append(1))
        assert hers.members.freeze(hers.members.me) is True
        assert calls == [1]
    assert office.kids(aysel.recipient.kid) == set()
    locks = {one.member: one.frozen for one in office.keystore.locks(office.number)}
    assert locks == {office.members.me.kid: 0, aysel.kid: 1}
    with pytest.raises(NotEntitled, match="frozen here"):
        Vault.open(office.folder, office.words, world.kinds)
    office.members.rotate("coded")
    assert aysel.kid not in office.members.roster().compartments["coded"].readers
    office.members.propose([MemberThawed(aysel.kid)])
    assert {one.frozen for one in office.keystore.locks(office.number)} == {0}
    assert office.kids(aysel.recipient.kid) == office.of("meta") | office.of("coded") | office.log
    with Vault.open(office.folder, office.words, world.kinds, clock=office.clock) as hers:
        assert hers.members.me.kid == aysel.kid


def test_settling_tells_whom_it_let_in_and_whom_it_locked_out(office):
    aysel = office.aysel()
    giving = office.members._giving
    assert giving.let_in("identity") == []
    assert giving.lock_out(office.members.roster()) == ()
    roster = office.members.roster()
    assert giving.may_rotate(roster, "coded")
    assert not giving.may_rotate(roster, CASE)
    office.members.open_compartment(CASE, [aysel])
    assert giving.may_rotate(office.members.roster(), CASE)
    assert office.members.freeze(aysel) is False
    with pytest.raises(CandlemarkError):
        office.members.freeze(office.members.me)


@pytest.mark.parametrize("keys", [False, True])
def test_what_lies_under_a_passphrase_is_shared_only_where_that_is_asked(office, tmp_path, keys):
    more = {"keys": True} if keys else {}

    shared = share(office.vault.ledger.log, office.keystore, tmp_path / "stick", **more)
    wraps = shared_wraps(tmp_path / "stick")
    own = {lock.holder for lock in office.keystore.locks(office.number)}

    assert shared.wraps == len(wraps)
    assert (shared.size, shared.removed) == (office.vault.ledger.size, 0)
    assert bool({one.holder for one in wraps} & own) is keys
    assert list(wraps) == sorted(wraps)
    assert any((tmp_path / "stick" / "part").iterdir())
    assert (tmp_path / "stick" / "keys").is_dir() is keys
    if keys:
        files = {one.name: one for one in (tmp_path / "stick" / "keys").iterdir()}
        codes = {one.member.hex()[:12] for one in office.keystore.locks(office.number)}
        assert files.keys() >= codes
        assert {files[code].stat().st_mode & 0o777 for code in codes} == {0o600}
