"""What lies on this machine: sessions, misses, whole files, databases; each limit from both sides."""

from __future__ import annotations

import errno
import hashlib
import os
import sqlite3
import stat
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from candlemark.errors import (
    LedgerBroken,
    NewerFormat,
    NotEntitled,
    SettingRefused,
    StorageFull,
    VaultBusy,
    WrongPassphrase,
)
from candlemark.ledger import database, doorkeeper, entrance, places, sessions
from candlemark.ledger.doorkeeper import FORGOTTEN, FREE, LONGEST, TOGETHER, Doorkeeper
from candlemark.ledger.entrance import as_code
from candlemark.ledger.files import alone_in, read_whole, settle_all, write_whole
from candlemark.ledger.places import Place, driver, ledger_file, place_of, write_place
from candlemark.ledger.sessions import HARD, IDLE, Sessions, form_key, place_for, session_name
from candlemark.seal import SealingKey

VAULT, MEMBER, OTHER = b"v" * 16, b"m" * 16, b"o" * 16
TICK = timedelta(milliseconds=1)
BEGIN = datetime(2026, 1, 1, 12, tzinfo=UTC)


def told(call, error):
    with pytest.raises(error) as caught:
        call()
    found = caught.value
    assert type(found) is error
    return found.message, found.hint, [(one.where, one.what) for one in found.faults]


class Clock:
    def __init__(self):
        self.time = BEGIN

    def __call__(self):
        return self.time


@pytest.fixture
def clock():
    return Clock()


# Sessions

KEY = SealingKey.from_bytes(bytes(range(32)))
ENDED = ("you are signed in no longer", "sign in again", [])


@pytest.fixture
def signed_in(tmp_path, clock):
    return Sessions(tmp_path / "s", VAULT, clock)


def rows_of(signed_in):
    return sorted(one for one in signed_in._folder.iterdir() if one.is_file())


def test_how_long_a_session_lasts_is_said_in_minutes_and_hours():
    assert (timedelta(minutes=20), timedelta(hours=8)) == (IDLE, HARD)
    assert (sessions.TOKEN_BYTES, sessions._ROW_LIMIT) == (32, 4096)


def test_a_session_tells_who_with_which_key_and_until_when(signed_in):
    token = signed_in.begin(MEMBER, KEY)
    session = signed_in.resume(token)

    assert (session.member, session.key.reveal()) == (MEMBER, bytes(range(32)))
    assert session.ends == BEGIN + HARD
    assert session.ends.tzinfo is UTC
    assert (len(bytes.fromhex(token)), token.lower()) == (32, token)


@pytest.mark.parametrize(
    ("passed", "lasts"),
    [
        (timedelta(0), True), (IDLE - TICK, True), (IDLE, False), (IDLE + TICK, False),
        (-timedelta(milliseconds=1), False), (HARD, False),
    ],
)  # fmt: skip
def test_a_session_lasts_up_to_the_last_moment_and_not_in_it(signed_in, clock, passed, lasts):
    token = signed_in.begin(MEMBER, KEY)
    clock.time += passed

    assert signed_in.open == int(lasts)
    assert signed_in.lasting() == (frozenset([session_name(token)]) if lasts else frozenset())
    if lasts:
        assert signed_in.resume(token).ends == BEGIN + HARD
    else:
        assert told(lambda: signed_in.resume(token), NotEntitled) == ENDED
        assert rows_of(signed_in) == []


@pytest.mark.parametrize(("before_the_end", "lasts"), [(TICK, True), (timedelta(0), False)])
def test_a_session_in_use_ends_on_the_moment(signed_in, clock, before_the_end, lasts):
    token = signed_in.begin(MEMBER, KEY)
    while clock.time < BEGIN + HARD - timedelta(minutes=15):
        clock.time += timedelta(minutes=15)
        signed_in.resume(token)
    clock.time = BEGIN + HARD - before_the_end

    assert signed_in.open == int(lasts)


@pytest.mark.parametrize(("ahead", "lasts"), [(0, True), (1, True), (1.01, False), (60, False)])
def test_a_row_used_in_the_future_has_ended(signed_in, ahead, lasts):
    signed_in.begin(MEMBER, KEY)
    (row,) = rows_of(signed_in)
    at = BEGIN.timestamp() + ahead
    os.utime(row, (at, at))

    assert signed_in.open == int(lasts)


def test_each_request_gives_twenty_minutes_more(signed_in, clock):
    token = signed_in.begin(MEMBER, KEY)
    for _ in range(3):
        clock.time += IDLE - TICK
        signed_in.resume(token)
        (row,) = rows_of(signed_in)
        assert row.stat().st_mtime == pytest.approx(clock.time.timestamp(), abs=0.001)


def test_a_row_is_named_by_a_hash_and_tagged_by_another(signed_in):
    token = signed_in.begin(MEMBER, KEY)
    (row,) = rows_of(signed_in)
    ends, tag, sealed = msgspec.msgpack.decode(row.read_bytes())

    assert row.name == hashlib.sha256(bytes.fromhex(token)).hexdigest() == session_name(token)
    assert ends == (BEGIN + HARD).timestamp()
    assert tag == hashlib.sha256(b"candlemark/session-tag/v1" + VAULT + MEMBER).digest()[:16]
    assert KEY.reveal() not in sealed


def test_each_session_has_forms_of_its_own(signed_in):
    one, other = signed_in.begin(MEMBER, KEY), signed_in.begin(OTHER, KEY)
    keyed = hashlib.blake2b(b"candlemark/form-key/v1", key=bytes.fromhex(one), digest_size=32)

    assert form_key(one) == keyed.digest()
    assert form_key(one) != form_key(other)
    assert len(form_key(other)) == 32


@pytest.mark.parametrize("ask", [session_name, form_key])
@pytest.mark.parametrize("token", ["", "00" * 31, "00" * 33, "AB" * 32, "zz" * 32, "00 " * 32])
def test_what_can_be_no_token_has_no_name_and_no_forms(ask, token):
    assert told(lambda: ask(token), NotEntitled) == ENDED


def test_signing_in_ends_what_the_same_member_had_and_nobody_elses(signed_in):
    first, other = signed_in.begin(MEMBER, KEY), signed_in.begin(OTHER, KEY)
    second = signed_in.begin(MEMBER, KEY)

    assert signed_in.lasting() == {session_name(other), session_name(second)}
    assert told(lambda: signed_in.resume(first), NotEntitled) == ENDED
    assert (signed_in.end_of(MEMBER), signed_in.end_of(MEMBER), signed_in.open) == (1, 0, 1)
    assert (signed_in.end_all(), signed_in.end_all(), signed_in.open) == (1, 0, 0)


def test_only_what_ended_is_swept_and_counted(signed_in, clock):
    signed_in.begin(MEMBER, KEY)
    clock.time += IDLE / 2
    lasting = signed_in.begin(OTHER, KEY)
    assert signed_in.sweep() == 0
    clock.time += IDLE / 2

    assert (signed_in.sweep(), signed_in.sweep()) == (1, 0)
    assert signed_in.lasting() == {session_name(lasting)}


@pytest.mark.parametrize("content", [b"", b"\xc0", b"\x93\x01", bytes(5000), b"\x91\xa2\xc4\x28"])
def test_a_row_that_is_none_has_ended_and_is_swept(signed_in, content):
    token = signed_in.begin(MEMBER, KEY)
    (row,) = rows_of(signed_in)
    row.write_bytes(content)

    assert signed_in.open == 0
    assert signed_in.sweep() == 1
    assert told(lambda: signed_in.resume(token), NotEntitled) == ENDED


def test_hidden_files_and_folders_are_no_rows(signed_in):
    signed_in.begin(MEMBER, KEY)
    (signed_in._folder / ".hidden").write_bytes(b"x")
    (signed_in._folder / "folder").mkdir()

    assert (signed_in.open, signed_in.end_all()) == (1, 1)
    assert (signed_in._folder / ".hidden").exists()


def test_where_nobody_signed_in_nothing_lasts(tmp_path):
    nobody = Sessions(tmp_path / "nowhere", VAULT)

    assert (nobody.open, nobody.sweep(), nobody.end_all(), nobody.lasting()) == (
        0,
        0,
        0,
        frozenset(),
    )
    nobody.end("00" * 32)
    nobody.end("no token")
    assert not (tmp_path / "nowhere").exists()


def test_the_folder_and_each_row_are_for_this_account_alone(signed_in):
    signed_in.begin(MEMBER, KEY)
    (row,) = rows_of(signed_in)

    assert stat.S_IMODE(signed_in._folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(row.stat().st_mode) == 0o600


def test_sessions_of_a_vault_lie_under_this_account_and_the_vault(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    assert place_for(VAULT) == tmp_path / f"candlemark-{os.getuid()}" / VAULT.hex()

    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "gone"))
    assert place_for(VAULT).parts[:3] == ("/", "dev", "shm")
    monkeypatch.setattr(os, "access", lambda *_more: False)
    assert told(lambda: place_for(VAULT), NotEntitled) == (
        "this machine has no place for sessions that is in memory only",
        "set XDG_RUNTIME_DIR to a folder on tmpfs",
        [],
    )


def test_what_a_session_holds_is_not_shown(signed_in):
    assert repr(sessions._Secret(MEMBER, bytes(32))) == "<secret of a session>"


# The doorkeeper


@pytest.fixture
def door(tmp_path, clock):
    return Doorkeeper(tmp_path / "door", clock)


def miss(door, member="a"):
    with suppress(WrongPassphrase), door.knock(member):
        raise WrongPassphrase("no")


def missed(door, count, clock, member="a"):
    for _ in range(count):
        clock.time += timedelta(seconds=door.wait(member))
        miss(door, member)


def test_what_the_doorkeeper_grants_is_said_in_numbers():
    assert (FREE, LONGEST, TOGETHER, FORGOTTEN) == (3, 900.0, 10, 86_400.0)


@pytest.mark.parametrize(
    ("misses", "seconds"),
    [(0, 0), (2, 0), (3, 1), (4, 2), (5, 4), (6, 8), (12, 512), (13, 900), (14, 900), (30, 900)],
)
def test_the_wait_doubles_with_each_miss(door, clock, misses, seconds):
    missed(door, misses, clock)

    assert door.wait("a") == seconds
    assert door.wait("somebody else") == (0 if misses < 30 else 1)


@pytest.mark.parametrize(
    ("passed", "left", "said"), [(0, 4, 4), (1, 3, 3), (2.4, 1.6, 2), (3.5, 0.5, 1), (3.9, 0.1, 1)]
)
def test_how_long_is_left_is_told_in_whole_seconds(door, clock, passed, left, said):
    missed(door, 5, clock)
    clock.time += timedelta(seconds=passed)

    def knock():
        with door.knock("a"):
            pytest.fail("let through")

    assert door.wait("a") == pytest.approx(left, abs=0.001)
    assert told(knock, NotEntitled) == (
        f"too many wrong passphrases; the next try is in {said} seconds",
        "if it was not you who tried, tell the other members",
        [],
    )


def test_when_the_wait_is_over_the_next_is_let_through_and_forgives(door, clock):
    missed(door, 5, clock)
    clock.time += timedelta(seconds=4)
    with door.knock("a"):
        pass

    assert door.wait("a") == 0
    missed(door, 2, clock)
    assert door.wait("a") == 0


@pytest.mark.parametrize(("after", "wait"), [(0, 900), (86_400, 0)])
def test_misses_are_forgotten_a_day_after_the_last(door, clock, after, wait):
    missed(door, 20, clock)
    clock.time += timedelta(seconds=after)

    assert door.wait("a") == wait


@pytest.mark.parametrize(("after", "forgotten"), [(86_400, False), (86_400.01, True)])
def test_a_miss_a_day_later_counts_on_only_up_to_the_day(door, clock, after, forgotten):
    missed(door, 3, clock)
    clock.time += timedelta(seconds=after)
    miss(door)

    assert door.wait("a") == (0 if forgotten else 2)


def test_all_members_together_have_ten_times_as_many(door, clock):
    for number in range(FREE * TOGETHER):
        assert door.wait("nobody") == 0
        miss(door, str(number))

    assert door.wait("nobody") == 1
    clock.time += timedelta(seconds=1)
    with door.knock("5"):
        pass
    miss(door, "6")
    assert door.wait("nobody") == 2, "what one forgives is their own, and not all others'"


@pytest.mark.parametrize("content", [b"", b"\xc0", b"\x91\x05", bytes(80), b"\x92\xa1x\x01"])
def test_what_cannot_be_read_counts_as_no_miss(door, tmp_path, clock, content):
    missed(door, 5, clock)
    for one in (tmp_path / "door").iterdir():
        if one.is_file():
            one.write_bytes(content)

    assert door.wait("a") == 0


def test_another_error_is_no_miss(door):
    for _ in range(5):
        with suppress(ValueError), door.knock("a"):
            raise ValueError
    assert door.wait("a") == 0


def test_misses_are_kept_under_a_hash_and_for_this_account_alone(door, tmp_path):
    miss(door, "a")
    kept = {one.name: one for one in (tmp_path / "door").iterdir() if one.is_file()}

    assert set(kept) == {"all", hashlib.sha256(b"candlemark/knock/v1a").hexdigest()}
    for one in kept.values():
        assert stat.S_IMODE(one.stat().st_mode) == 0o600
        assert msgspec.msgpack.decode(one.read_bytes()) == [1, BEGIN.timestamp()]


@settings(max_examples=12, deadline=None)
@given(st.lists(st.booleans(), max_size=9))
def test_the_wait_follows_from_the_misses_since_the_last_success(tmp_path_factory, tries):
    clock = Clock()
    door, since = Doorkeeper(tmp_path_factory.mktemp("door") / "d", clock), 0
    for right in tries:
        clock.time += timedelta(seconds=door.wait("a"))
        if right:
            with door.knock("a"):
                since = 0
        else:
            miss(door)
            since += 1
        assert door.wait("a") == (0 if since < 3 else min(2 ** (since - 3), 900))
        assert doorkeeper._name("a") != doorkeeper._name("b")


# What was typed as a code

TYPED = {
    "": "", "ab12": "ab12", "AB-12 cd": "ab12cd", "ə!é": "", " a\tb\nc ": "abc", "xyz": "xyz",
    "0" * 32: "0" * 32, "0" * 33: "0" * 32, "-".join(["abcd"] * 9): "abcd" * 8,
}  # fmt: skip


@pytest.mark.parametrize("typed", TYPED)
def test_the_code_meant_is_what_is_left_of_what_was_typed(typed):
    assert as_code(typed) == TYPED[typed]


def test_what_the_entrance_says_to_whoever_is_not_let_in():
    refused, out = entrance._refused(), entrance._out()

    assert (type(refused), refused.message, refused.hint) == (
        WrongPassphrase, "nobody is let in with these",
        "seven words with spaces between them; capitals do not matter",
    )  # fmt: skip
    assert (type(out), out.message, out.hint) == (NotEntitled, *ENDED[:2])
    assert (entrance.KNOCKS, entrance.PATIENCE, entrance.CODE_LETTERS) == ("knocks", 5.0, 12)


class Lock:
    def __init__(self, member):
        self.member = member


ONE, TWO = Lock(bytes.fromhex("abcdef012345" + "0" * 20)), Lock(bytes.fromhex("b" * 32))
TWIN, OLD = Lock(bytes.fromhex("abcdef012345" + "1" * 20)), Lock(b"")
LOCKS = [
    ((ONE,), "", ONE),
    ((ONE,), "abcdef012345", ONE),
    ((ONE,), "abcdef01234", None),
    ((ONE,), "bbbbbbbbbbbb", None),
    ((OLD,), "", OLD),
    ((OLD,), "whatever it is", OLD),
    ((ONE, TWO), "", None),
    ((ONE, TWO), "abcdef012345", ONE),
    ((ONE, TWO), "bbbbbbbbbbb", None),
    ((ONE, TWO), "bbbbbbbbbbbb", TWO),
    ((ONE, TWO), "cccccccccccc", None),
    ((ONE, TWIN), "abcdef012345", None),
    ((ONE, TWIN), "abcdef0123451", TWIN),
    ((OLD, ONE), "abcdef012345", ONE),
    ((OLD, ONE), "", None),
    ((), "abcdef012345", None),
]


@pytest.mark.parametrize(("locks", "code", "found"), LOCKS)
def test_one_lock_is_tried_or_none(locks, code, found):
    assert entrance._lock_of(locks, code) is found


# Whole files


@given(st.binary(max_size=40), st.integers(0, 40))
def test_a_file_is_read_up_to_its_limit_and_one_byte_more(tmp_path_factory, content, limit):
    path = tmp_path_factory.mktemp("f") / "file"
    path.write_bytes(content)

    assert read_whole(path, limit) == content[: limit + 1]


def test_what_is_no_plain_file_is_not_there(tmp_path):
    (tmp_path / "file").write_bytes(b"x")
    (tmp_path / "link").symlink_to(tmp_path / "file")
    os.mkfifo(tmp_path / "pipe")
    for name in ("link", "pipe", "nothing", "file/below", "."):
        assert read_whole(tmp_path / name, 10) is None


REFUSALS = {
    errno.ENOSPC: (StorageFull, "the disk refused to keep more", "make room and try again"),
    errno.EDQUOT: (StorageFull, "the disk refused to keep more", "make room and try again"),
    errno.EFBIG: (StorageFull, "the disk refused to keep more", "make room and try again"),
    errno.EACCES: (
        SettingRefused, "this folder cannot be used: Permission denied",
        "see whether this account may read and write there",
    ),
    errno.EIO: (
        SettingRefused, "this folder cannot be used: Input/output error",
        "see whether this account may read and write there",
    ),
}  # fmt: skip
FILE_ACTS = {
    "reading": ("open", lambda at: read_whole(at / "f", 9)),
    "writing": ("open", lambda at: write_whole(at, "f", b"x")),
    "beginning": ("open", lambda at: alone_in(at).__enter__()),
    "settling": ("fsync", lambda at: settle_all(at, ["f"])),
}


@pytest.mark.parametrize("number", REFUSALS, ids=[errno.errorcode[one] for one in REFUSALS])
@pytest.mark.parametrize("act", FILE_ACTS)
def test_what_the_disk_says_is_told_in_words(tmp_path, monkeypatch, act, number):
    called, run = FILE_ACTS[act]
    error, message, hint = REFUSALS[number]

    def refuse(*_args, **_more):
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as patched:
        patched.setattr(os, called, refuse)
        assert told(lambda: run(tmp_path), error) == (message, hint, [])


def test_a_file_is_whole_with_its_mode_and_leaves_nothing_beside_it(tmp_path):
    with alone_in(tmp_path / "new" / "deep"):
        for name, more in (("a", {}), ("b/c", {"mode": 0o600}), ("a", {"last": False})):
            write_whole(tmp_path / "new" / "deep", name, name.encode() * 3, **more)
    folder = tmp_path / "new" / "deep"

    assert (folder / "a").read_bytes() == b"aaa"
    assert stat.S_IMODE((folder / "a").stat().st_mode) == 0o644
    assert stat.S_IMODE((folder / "b" / "c").stat().st_mode) == 0o600
    assert sorted(one.name for one in folder.iterdir()) == ["a", "b"]


def test_what_a_kill_left_is_removed_before_and_after(tmp_path):
    left = tmp_path / ".unfinished"
    left.mkdir()
    (left / "half").write_bytes(b"x")
    with alone_in(tmp_path):
        assert not left.exists()
        left.mkdir()
    assert not left.exists()


def test_two_are_not_alone_and_the_second_is_told(tmp_path):
    with alone_in(tmp_path):
        assert told(lambda: alone_in(tmp_path).__enter__(), VaultBusy) == (
            "another process is writing to this folder", "try again when it is done", [],
        )  # fmt: skip
    with alone_in(tmp_path):
        pass


# Databases


SCHEMA = database.statements("CREATE TABLE a (b TEXT) STRICT;\nCREATE TABLE c (d TEXT) STRICT;\n")


@pytest.fixture
def made(tmp_path):
    path = tmp_path / "x.db"
    with closing(database.make(path, 3, SCHEMA)) as connection:
        database.finish(connection)
    return path


@pytest.mark.parametrize("how", [database.reopen, database.reopen_to_read])
@pytest.mark.parametrize(("known", "fine"), [(2, False), (3, True), (4, True)])
def test_a_file_is_opened_up_to_the_format_that_is_known(made, how, known, fine):
    if fine:
        with closing(how(made, known)) as connection:
            assert database.check(connection, "x.db", SCHEMA) == ()
            assert not database.is_unchanging(connection)
        return
    assert told(lambda: how(made, known), NewerFormat) == (
        "x.db was written by a later version of Candlemark (format 3)",
        "install that version; this one changed nothing",
        [],
    )


@pytest.mark.parametrize("pragma", ["application_id=1", "application_id=0", "user_version=0"])
def test_a_file_that_is_none_of_a_vault_is_refused(made, pragma):
    with closing(sqlite3.connect(made)) as connection:
        connection.execute(f"PRAGMA {pragma}")

    assert told(lambda: database.reopen(made, 3), LedgerBroken) == (
        "x.db is not a file of a Candlemark vault",
        "put the last good copy of the whole folder in its place",
        [],
    )


def test_a_file_of_another_program_is_not_called_a_later_version(made):
    with closing(sqlite3.connect(made)) as connection:
        connection.execute("PRAGMA application_id=7")
        connection.execute("PRAGMA user_version=99")

    assert told(lambda: database.reopen(made, 3), LedgerBroken)[0].endswith("a Candlemark vault")


@pytest.mark.parametrize(
    "change", ["DROP TABLE c", "CREATE TABLE e (f)", "CREATE VIEW v AS SELECT 1"]
)
def test_another_schema_than_it_was_made_with_is_a_fault(made, change):
    with closing(sqlite3.connect(made)) as connection:
        connection.execute(change)
    with closing(database.reopen(made, 3)) as connection:
        faults = [(one.where, one.what) for one in database.check(connection, "x.db", SCHEMA)]

    assert faults == [("x.db", "its tables and triggers are not the ones it was made with")]


def test_a_file_is_for_its_owner_alone_and_durable_before_fast(made):
    assert stat.S_IMODE(made.stat().st_mode) == 0o600
    with closing(database.reopen(made, 3)) as connection:
        said = {
            name: connection.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("trusted_schema", "foreign_keys", "recursive_triggers", "secure_delete",
                         "cell_size_check", "synchronous", "temp_store", "journal_mode",
                         "application_id", "user_version", "query_only")
        }  # fmt: skip
    assert said == {
        "trusted_schema": 0, "foreign_keys": 1, "recursive_triggers": 1, "secure_delete": 1,
        "cell_size_check": 1, "synchronous": 2, "temp_store": 2, "journal_mode": "wal",
        "application_id": 0x434E444C, "user_version": 3, "query_only": 0,
    }  # fmt: skip
    with closing(database.reopen_to_read(made, 3)) as connection:
        assert connection.execute("PRAGMA query_only").fetchone()[0] == 1


def test_a_file_is_never_made_where_one_is_nor_opened_where_none_is(made, tmp_path):
    with pytest.raises(FileExistsError):
        database.make(made, 3, SCHEMA)
    for how in (database.reopen, database.reopen_to_read):
        with pytest.raises(sqlite3.OperationalError):
            how(tmp_path / "none.db", 3)
    assert not (tmp_path / "none.db").exists()


# Where the ledger is


def put(folder, text):
    (folder / "ledger.toml").write_bytes(text if isinstance(text, bytes) else text.encode())


GOOD = 'format = 1\nconnection = "host=x"\nschema = "s"\n'
BAD_PLACES = {
    "no format": 'connection = "x"\nschema = "s"\n',
    "no connection": 'format = 1\nschema = "s"\n',
    "no schema": 'format = 1\nconnection = "x"\n',
    "more than there should be": GOOD + 'more = ""\n',
    "format 0": GOOD.replace("1", "0"),
    "format true": GOOD.replace("1", "true"),
    "format of text": GOOD.replace("1", '"1"'),
    "a format with a point": GOOD.replace("1", "2.5"),
    "a connection that is a number": GOOD.replace('"host=x"', "1"),
    "a schema that is a number": GOOD.replace('"s"', "1"),
    "no table": "x",
    "no text": b"\xff\xfe",
    "nothing": "",
    "one byte too many": GOOD + "#" * (4096 - len(GOOD)) + "\n",
}


@pytest.mark.parametrize("name", BAD_PLACES)
def test_a_place_cannot_be_read_with(tmp_path, name):
    put(tmp_path, BAD_PLACES[name])

    assert told(lambda: place_of(tmp_path), LedgerBroken) == (
        "ledger.toml cannot be read",
        "restore it from the last copy of the folder; it names the server of the ledger",
        [("ledger.toml", "it must hold format, connection and schema, and no more")],
    )


@pytest.mark.parametrize("text", [GOOD, GOOD + "#" * (4095 - len(GOOD)) + "\n"])
def test_a_place_is_what_the_file_says(tmp_path, text):
    assert (place_of(tmp_path), ledger_file(tmp_path)) == (None, "ledger.db")
    put(tmp_path, text)

    assert place_of(tmp_path) == Place("host=x", "s")
    assert ledger_file(tmp_path) == "ledger.toml"


@pytest.mark.parametrize("number", [2, 99])
def test_a_place_of_a_later_version_is_not_called_damaged(tmp_path, number):
    put(tmp_path, f"format = {number}\n" + GOOD.split("\n", 1)[1])

    assert told(lambda: place_of(tmp_path), NewerFormat) == (
        "ledger.toml was written by a later version of Candlemark",
        "install that version; this one changed nothing",
        [],
    )


def test_a_place_is_written_under_its_other_name_for_this_account_alone(tmp_path):
    write_place(tmp_path, Place('a "b" \\ ə\x7f', "s"))
    new = tmp_path / "ledger.toml.new"

    assert stat.S_IMODE(new.stat().st_mode) == 0o600
    assert place_of(tmp_path) is None
    new.rename(tmp_path / "ledger.toml")
    assert place_of(tmp_path) == Place('a "b" \\ ə\x7f', "s")
    assert list(places.examine(Path("/nowhere"))) == []


def test_a_driver_that_is_not_installed_says_how_to_get_it():
    assert told(lambda: driver("a_module_that_is_not_there"), SettingRefused) == (
        "this vault keeps its ledger on PostgreSQL, and the driver for it is not installed",
        "run make setup, or install candlemark[postgres]",
        [],
    )
    assert driver("memory").__name__ == "candlemark.ledger.memory"
