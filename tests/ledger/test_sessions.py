"""A member stays signed in; without their browser's token a row on the machine opens nothing."""

from __future__ import annotations

import os
import stat
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from candlemark.errors import NotEntitled, VaultBusy, WrongPassphrase
from candlemark.ledger import Vault
from candlemark.ledger.doorkeeper import FREE, LONGEST, TOGETHER, Doorkeeper
from candlemark.ledger.files import alone_in
from candlemark.ledger.sessions import HARD, IDLE, Sessions, place_for
from candlemark.seal import SealingKey

VAULT, MEMBER, OTHER = b"v" * 16, b"m" * 16, b"o" * 16
MINUTE = timedelta(minutes=1)


class Clock:
    """A clock a test moves."""

    def __init__(self):
        self.time = datetime(2026, 1, 1, 12, tzinfo=UTC)

    def __call__(self):
        return self.time


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def sessions(tmp_path, clock):
    return Sessions(tmp_path / "sessions", VAULT, clock)


@pytest.fixture
def key():
    return SealingKey.generate()


def test_a_token_opens_what_was_signed_in_with(sessions, key):
    token = sessions.begin(MEMBER, key)
    session = sessions.resume(token)

    assert (session.member, session.key.kid) == (MEMBER, key.kid)
    assert sessions.open == 1


def test_another_worker_serves_the_same_session(sessions, key, tmp_path, clock):
    token = sessions.begin(MEMBER, key)

    assert Sessions(tmp_path / "sessions", VAULT, clock).resume(token).member == MEMBER


def test_a_vault_opens_with_the_key_of_a_session_and_no_passphrase(tmp_path, world, clock):
    folder = tmp_path / "vault"
    sessions = Sessions(tmp_path / "sessions", VAULT, clock)
    with world.create(folder) as vault:
        world.say(vault.ledger, "what")
        token = sessions.begin(vault.members.me.kid, vault.secret)

    with Vault.open(folder, sessions.resume(token).key, world.kinds) as vault:
        assert world.texts(vault.ledger) == ["what"]
    with pytest.raises(WrongPassphrase):
        Vault.open(folder, SealingKey.generate(), world.kinds)


@pytest.mark.parametrize("token", ["", "00", "zz" * 32, "00" * 32, "AB" * 32, "0" * 63])
def test_a_token_that_is_none_opens_nothing(sessions, key, token):
    sessions.begin(MEMBER, key)

    with pytest.raises(NotEntitled, match="signed in no longer"):
        sessions.resume(token)


def test_a_session_ends_when_nobody_asks_for_a_while(sessions, key, clock):
    token = sessions.begin(MEMBER, key)
    clock.time += IDLE - MINUTE
    sessions.resume(token)
    clock.time += IDLE - MINUTE
    sessions.resume(token)
    clock.time += IDLE

    with pytest.raises(NotEntitled):
        sessions.resume(token)
    assert sessions.open == 0


def test_a_session_ends_after_a_day_of_work_however_busy(sessions, key, clock):
    token = sessions.begin(MEMBER, key)
    for _ in range(int(HARD / MINUTE / 10) - 1):
        clock.time += 10 * MINUTE
        sessions.resume(token)
    clock.time += 10 * MINUTE

    with pytest.raises(NotEntitled):
        sessions.resume(token)


def test_a_clock_that_was_put_back_ends_a_session(sessions, key, clock):
    token = sessions.begin(MEMBER, key)
    clock.time -= MINUTE

    with pytest.raises(NotEntitled):
        sessions.resume(token)


def test_a_member_has_one_session_at_a_time(sessions, key):
    first = sessions.begin(MEMBER, key)
    other = sessions.begin(OTHER, key)
    second = sessions.begin(MEMBER, key)

    assert sessions.resume(second).member == MEMBER
    assert sessions.resume(other).member == OTHER
    with pytest.raises(NotEntitled):
        sessions.resume(first)


def test_signing_out_ends_a_session_and_twice_is_once(sessions, key):
    token = sessions.begin(MEMBER, key)
    sessions.end(token)
    sessions.end(token)

    with pytest.raises(NotEntitled):
        sessions.resume(token)


def test_all_sessions_or_those_of_one_member_can_be_ended(sessions, key):
    for member in (MEMBER, OTHER):
        sessions.begin(member, key)

    assert sessions.end_of(MEMBER) == 1
    assert sessions.open == 1
    assert sessions.end_all() == 1
    assert sessions.open == 0


def test_what_ended_by_itself_is_swept_away(sessions, key, clock, tmp_path):
    sessions.begin(MEMBER, key)
    clock.time += IDLE

    assert sessions.sweep() == 1
    assert not list((tmp_path / "sessions").iterdir())


def test_a_row_says_nothing_and_only_its_owner_can_read_it(sessions, key, tmp_path):
    token = sessions.begin(MEMBER, key)
    (row,) = (path for path in (tmp_path / "sessions").iterdir() if path.is_file())
    stored = row.read_bytes()

    assert stat.S_IMODE(row.stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "sessions").stat().st_mode) == 0o700
    for secret in (MEMBER, key.reveal(), bytes.fromhex(token)):
        assert secret not in stored
        assert secret.hex() not in row.name


@given(data=st.data())
def test_a_row_that_was_changed_opens_nothing(tmp_path_factory, data):
    folder = tmp_path_factory.mktemp("sessions")
    sessions = Sessions(folder, VAULT)
    token = sessions.begin(MEMBER, SealingKey.from_bytes(bytes(32)))
    (row,) = (path for path in folder.iterdir() if path.is_file())
    stored = bytearray(row.read_bytes())
    place = data.draw(st.integers(0, len(stored) * 8 - 1))
    stored[place // 8] ^= 1 << place % 8
    times = row.stat()
    row.write_bytes(bytes(stored))
    os.utime(row, (times.st_atime, times.st_mtime))

    try:
        session = sessions.resume(token)
    except NotEntitled:
        return
    assert (
        session.member == MEMBER
    )  # a bit of the tag or of the end: never of whom or what it opens
    assert session.key.reveal() == bytes(32)


def test_a_row_of_another_vault_opens_nothing(sessions, key, tmp_path, clock):
    token = sessions.begin(MEMBER, key)

    with pytest.raises(NotEntitled):
        Sessions(tmp_path / "sessions", OTHER, clock).resume(token)


def test_sessions_lie_in_memory_or_nowhere(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    assert place_for(VAULT).is_relative_to(tmp_path)

    monkeypatch.setattr(os, "access", lambda *_more: False)
    with pytest.raises(NotEntitled, match="no place for sessions"):
        place_for(VAULT)


# The doorkeeper


@pytest.fixture
def doorkeeper(tmp_path, clock):
    return Doorkeeper(tmp_path / "door", clock)


def miss(doorkeeper, member="aysel"):
    with pytest.raises(WrongPassphrase), doorkeeper.knock(member):
        raise WrongPassphrase("no")


def test_people_mistype_a_few_times_without_waiting(doorkeeper):
    for _ in range(FREE):
        assert doorkeeper.wait("aysel") == 0
        miss(doorkeeper)

    assert doorkeeper.wait("aysel") > 0
    with pytest.raises(NotEntitled, match="too many"), doorkeeper.knock("aysel"):
        pytest.fail("let through")


def test_each_further_miss_doubles_the_wait_up_to_a_quarter_of_an_hour(doorkeeper, clock):
    waits = []
    for _ in range(20):
        clock.time += timedelta(seconds=doorkeeper.wait("aysel"))
        miss(doorkeeper)
        waits.append(doorkeeper.wait("aysel"))

    assert waits[FREE - 1 : FREE + 3] == [1, 2, 4, 8]
    assert max(waits) == waits[-1] == LONGEST


def test_a_right_passphrase_forgives_and_so_does_a_day(doorkeeper, clock):
    for _ in range(FREE - 1):
        miss(doorkeeper)
    with doorkeeper.knock("aysel"):
        pass
    miss(doorkeeper)
    assert doorkeeper.wait("aysel") == 0

    for _ in range(FREE):
        clock.time += timedelta(seconds=doorkeeper.wait("aysel"))
        miss(doorkeeper)
    clock.time += timedelta(days=1, seconds=1)
    assert doorkeeper.wait("aysel") == 0


def test_a_restart_forgives_nothing(doorkeeper, tmp_path, clock):
    for _ in range(FREE):
        miss(doorkeeper)

    assert Doorkeeper(tmp_path / "door", clock).wait("aysel") > 0


def test_a_list_tried_on_all_members_makes_all_wait(doorkeeper, clock):
    for number in range(FREE * TOGETHER):
        clock.time += timedelta(seconds=doorkeeper.wait(str(number)))
        miss(doorkeeper, str(number))

    assert doorkeeper.wait("somebody who never mistyped") > 0


def test_one_guess_is_made_at_a_time(doorkeeper, tmp_path):
    with alone_in(tmp_path / "door"), pytest.raises(VaultBusy), doorkeeper.knock("aysel"):
        pytest.fail("let through")


def test_names_of_members_are_not_kept(doorkeeper, tmp_path):
    miss(doorkeeper, "Aysel Example")

    files = [path for path in (tmp_path / "door").iterdir() if path.is_file()]
    kept = [path.name.encode() + path.read_bytes() for path in files]
    assert kept
    assert not [one for one in kept if b"Aysel" in one]


def test_a_clock_that_was_put_back_makes_nobody_wait_longer(doorkeeper, clock):
    for _ in range(FREE):
        miss(doorkeeper)
    wait = doorkeeper.wait("aysel")
    clock.time -= timedelta(days=400)

    assert doorkeeper.wait("aysel") <= wait
