"""What seldom happens: the corner of a file system, a race with another process, a clock put back."""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import sqlite3
import threading
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest

from candlemark.errors import (
    FetchRefused,
    LedgerBroken,
    LogForked,
    NotEntitled,
    ProofRefused,
    PublishedBroken,
    ServerRefused,
    SettingRefused,
    StorageFull,
    VaultBusy,
    VaultError,
)
from candlemark.ledger import Part, Vault, application, database, fetching, moving
from candlemark.ledger.admitting import check_member
from candlemark.ledger.backup import ERASED, Kept, back_up, backups_in
from candlemark.ledger.checkpoint import Checkpoint, read_signed, signed_head
from candlemark.ledger.contradiction import contradictions
from candlemark.ledger.fetching import is_address
from candlemark.ledger.files import alone_in, read_whole, settle_all, write_whole
from candlemark.ledger.membership import added
from candlemark.ledger.merkle import Tree
from candlemark.ledger.model import place as model_place
from candlemark.ledger.model.cipher import Unusable, make, open_file, speaking
from candlemark.ledger.model.projection import Projection
from candlemark.ledger.places import driver
from candlemark.ledger.policy import Policy, Trusted
from candlemark.ledger.postgres_server import _require_safe_way, is_here, require_lasting
from candlemark.ledger.roster_facts import MemberThawed, RosterApproved, sign_change
from candlemark.ledger.sessions import Sessions, _Secret
from candlemark.ledger.sharing import KEYS, WRAPS, shared_log
from candlemark.ledger.sqlite import LEDGER_FILE, LOCK_FILE, SqliteStore, make_ledger
from candlemark.ledger.store import Head
from candlemark.ledger.taking import find_quarantined, quarantined
from candlemark.ledger.tiles import LEVEL_LIMIT, Tile, tiles_of
from candlemark.ledger.witness import Witness
from candlemark.ledger.wraps import Named, _Subject, _Wrapped
from candlemark.seal import (
    Cost,
    Note,
    NoteKey,
    PublicKey,
    SealingKey,
    SigningKey,
    new_passphrase,
)
from candlemark.seal.notes import COSIGNATURE, ED25519
from logs import new_vault

DAY = date(2026, 1, 1)


# Files


@pytest.mark.parametrize("code", [errno.EACCES, errno.EIO, errno.EISDIR])
def test_a_file_that_cannot_be_read_is_no_file_that_is_missing(tmp_path, monkeypatch, code):
    def refused(*_words, **_more):
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr("candlemark.ledger.files.os.open", refused)
    with pytest.raises(SettingRefused, match="cannot be used") as told:
        read_whole(tmp_path / "file", 10)
    assert told.value.hint


@pytest.mark.parametrize(
    ("code", "error"),
    [
        (errno.ENOSPC, StorageFull),
        (errno.EDQUOT, StorageFull),
        (errno.EFBIG, StorageFull),
        (errno.EROFS, SettingRefused),
    ],
)
def test_names_that_cannot_be_brought_to_the_disk_are_told(tmp_path, monkeypatch, code, error):
    (tmp_path / "there").write_bytes(b"old")

    def refused(_folder):
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr("candlemark.ledger.files.settle", refused)
    with pytest.raises(error):
        settle_all(tmp_path, ["there"])
    with pytest.raises(error):
        write_whole(tmp_path, "new", b"new")


def test_a_file_system_without_locks_is_no_place_to_write(tmp_path, monkeypatch):
    def refused(*_):
        raise OSError(errno.ENOLCK, "no locks available")

    monkeypatch.setattr(fcntl, "flock", refused)
    with pytest.raises(SettingRefused, match="no locks"), alone_in(tmp_path):
        pytest.fail("nobody is alone here")
    make_ledger(tmp_path / LEDGER_FILE, b"g", Head(0, b"", b"n"))
    store = SqliteStore(tmp_path, 0.1)
    with pytest.raises(VaultError, match="knows no locks") as told, store.writing():
        pytest.fail("nobody is alone here")
    assert told.value.hint


def test_two_who_write_in_one_folder_are_told_apart_and_the_second_leaves(tmp_path):
    with alone_in(tmp_path), pytest.raises(VaultBusy, match="another process"), alone_in(tmp_path):
        pytest.fail("two at once")
    with alone_in(tmp_path):
        write_whole(tmp_path, "later", b"x")
    assert (tmp_path / "later").read_bytes() == b"x"


def test_a_folder_that_is_a_file_is_no_folder_to_write_in(tmp_path):
    (tmp_path / "file").write_bytes(b"mine")

    with pytest.raises(SettingRefused), alone_in(tmp_path / "file"):
        pytest.fail("it is a file")
    assert (tmp_path / "file").read_bytes() == b"mine"


# The database


def test_a_ledger_on_a_full_disk_with_something_in_its_log_is_not_read_half(tmp_path, monkeypatch):
    """Opened as a file nobody changes, what stands in the write-ahead log would be passed over."""
    make_ledger(tmp_path / LEDGER_FILE, b"g", Head(0, b"", b"n"))
    (tmp_path / (LEDGER_FILE + "-wal")).write_bytes(b"x" * 100)
    asked = []

    def full(path, *, immutable=False):
        asked.append(immutable)
        error = sqlite3.OperationalError("disk I/O error")
        error.sqlite_errorcode = sqlite3.SQLITE_FULL
        raise error

    monkeypatch.setattr(database, "_connect", full)
    with pytest.raises(sqlite3.OperationalError):
        database.reopen_to_read(tmp_path / LEDGER_FILE, 2)
    assert asked == [False]


def test_a_setting_sqlite_does_not_take_closes_the_file_again(tmp_path, monkeypatch):
    make_ledger(tmp_path / LEDGER_FILE, b"g", Head(0, b"", b"n"))
    monkeypatch.setattr(database, "_PRAGMAS", ("journal_mode=WAL", "no such ="))

    with pytest.raises(LedgerBroken):
        SqliteStore(tmp_path)
    assert not (tmp_path / (LEDGER_FILE + "-shm")).exists()


def test_a_closed_database_is_not_called_damaged(tmp_path):
    make_ledger(tmp_path / LEDGER_FILE, b"g", Head(0, b"", b"n"))
    store = SqliteStore(tmp_path)
    store.close()

    with pytest.raises(VaultError, match="closed") as told:
        store.check()
    assert not isinstance(told.value, LedgerBroken)


def test_a_ledger_without_its_beginning_says_so(tmp_path):
    make_ledger(tmp_path / LEDGER_FILE, b"g", Head(0, b"", b"n"))
    connection = sqlite3.connect(tmp_path / LEDGER_FILE)
    for (name,) in connection.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'trigger'"
    ).fetchall():
        connection.execute(f"DROP TRIGGER {name}")
    connection.execute("DELETE FROM genesis")
    connection.commit()
    connection.close()

    with pytest.raises(LedgerBroken, match=r"^the genesis is missing$"):
        SqliteStore(tmp_path).genesis()


def test_a_value_of_another_type_is_damage(tmp_path, monkeypatch):
    make_ledger(tmp_path / LEDGER_FILE, b"g", Head(0, b"", b"n"))
    store = SqliteStore(tmp_path)

    with pytest.raises(LedgerBroken, match="another type"):
        store._ask((int,), "SELECT genesis FROM genesis")


def test_who_reads_for_ever_keeps_a_log_full_and_that_is_said(tmp_path):
    """Erased bytes stay in the write-ahead log as long as somebody reads an older state."""
    make_ledger(tmp_path / LEDGER_FILE, b"g", Head(0, b"", b"n"))
    store = SqliteStore(tmp_path, 0.2)
    with store.writing() as writing:
        writing.move_head(Head(0, b"", b"other"))
    reader = sqlite3.connect(tmp_path / LEDGER_FILE, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM head").fetchall()
    with store.writing() as writing:
        writing.move_head(Head(0, b"", b"third"))

    with pytest.raises(VaultBusy):
        store.erase([b"h" * 32])
    reader.close()
    assert store.erase([b"h" * 32]) == 0
    assert (tmp_path / LOCK_FILE).exists()


# Backups


def test_backups_are_listed_with_their_day_their_size_and_whose_keys(tmp_path, world):
    with world.create(tmp_path / "vault") as vault:
        world.say(vault.ledger, "one")
        vault.members.begin()
        code = vault.members.me.code
        size = vault.ledger.size
    for days in (0, 1):
        back_up(tmp_path / "vault", tmp_path / "backups", DAY + timedelta(days=days))
    (tmp_path / "backups" / "2026-01-01" / ERASED).write_bytes(b"x")
    for other in ("notes.txt", "2026-13-45", "20260101"):
        (tmp_path / "backups" / other).mkdir()
    (tmp_path / "backups" / "2026-02-01").mkdir()

    assert backups_in(tmp_path / "backups") == (
        Kept("2026-01-01", size, (code,), erased=True),
        Kept("2026-01-02", size, (code,), erased=False),
        Kept("2026-02-01", 0, (), erased=False),
    )


def test_where_no_backups_are_that_is_said(tmp_path):
    with pytest.raises(SettingRefused, match="no backups here") as told:
        backups_in(tmp_path / "nothing")
    assert told.value.hint


def test_a_backup_whose_checkpoint_is_no_note_is_named(tmp_path, world):
    world.create(tmp_path / "vault").close()
    back_up(tmp_path / "vault", tmp_path / "backups", DAY)
    (tmp_path / "backups" / "2026-01-01" / "checkpoint").write_bytes(b"\xff")

    with pytest.raises(PublishedBroken):
        backups_in(tmp_path / "backups")


def test_an_earlier_backup_without_its_keys_keeps_nobody_from_backing_up(tmp_path, world):
    with world.create(tmp_path / "vault") as vault:
        vault.members.begin()
        back_up(tmp_path / "vault", tmp_path / "backups", DAY)
        shutil.rmtree(tmp_path / "backups" / "2026-01-01" / KEYS)
        (tmp_path / "backups" / "2026-01-01" / WRAPS).write_bytes(b"\xff")
        done = back_up(tmp_path / "vault", tmp_path / "backups", DAY + timedelta(days=1))

    assert done.removed == 0
    assert (tmp_path / "backups" / "2026-01-02" / WRAPS).is_file()


# Quarantine


def test_what_was_refused_is_found_by_the_beginning_of_its_name(tmp_path, world):
    world.create(tmp_path / "vault").close()
    folder = tmp_path / "vault" / "quarantine"
    folder.mkdir()
    for name, reason in (("ab1", b'{"why":"one"}'), ("ab2", b'{"why":"two","alarm":true}')):
        (folder / f"{name}.json").write_bytes(reason)
        (folder / f"{name}.leaf").write_bytes(b"x")
    (folder / "ac.json").write_bytes(b"\xff")

    found = quarantined(tmp_path / "vault")

    assert [(one.name, one.why, one.alarm, one.files) for one in found] == [
        ("ab1", "one", False, ("ab1.leaf",)),
        ("ab2", "two", True, ("ab2.leaf",)),
        ("ac", "its reason was damaged", False, ()),
    ]
    assert find_quarantined(tmp_path / "vault", "ab2") == found[1]
    for code in ("", "ab", "zz"):
        with pytest.raises(SettingRefused, match="nothing single"):
            find_quarantined(tmp_path / "vault", code)


# Servers


def test_the_driver_that_is_not_installed_is_asked_for():
    with pytest.raises(SettingRefused, match="not installed") as told:
        driver("no_such_module")
    assert "candlemark[postgres]" in told.value.hint


@pytest.mark.parametrize(
    ("host", "address", "here"),
    [
        ("/run/postgresql", "", True),
        ("@abstract", "", True),
        ("localhost", "127.0.0.1", True),
        ("db", "::1", True),
        ("localhost", "", False),
        ("db.example", "192.0.2.1", False),
        ("127.0.0.1.example", "203.0.113.9", False),
    ],
)
def test_a_connection_that_leaves_this_machine_in_clear_is_refused(host, address, here):
    session = SimpleNamespace(
        info=SimpleNamespace(host=host, hostaddr=address), pgconn=SimpleNamespace(ssl_in_use=False)
    )

    assert is_here(host, address) is here
    if here:
        _require_safe_way(session)
    else:
        with pytest.raises(ServerRefused) as told:
            _require_safe_way(session)
        assert (told.value.message, told.value.hint) == (
            "the server is on another machine and the connection is not encrypted",
            "let the server speak TLS, and add sslmode=verify-full to the service",
        )
        session.pgconn.ssl_in_use = True
        _require_safe_way(session)


TOO_OLD = ("this PostgreSQL is older than version 13", "use a version its makers still mend")


def forgets(*settings):
    return (
        f"the server may lose what it acknowledged: {', '.join(settings)} is not on",
        "set it to on for the server, the database and this role",
    )


SETTINGS = {
    "as it must be": ((150_000, "on", "on", "on"), ()),
    "the oldest": ((130_000, "on", "on", "remote_apply"), ()),
    "too old": ((129_999, "on", "on", "on"), TOO_OLD),
    "nothing answered": (None, TOO_OLD),
    "no fsync": ((150_000, "off", "on", "on"), forgets("fsync")),
    "no full pages": ((150_000, "on", "off", "on"), forgets("full_page_writes")),
    "kept by itself only": ((150_000, "on", "on", "local"), forgets("synchronous_commit")),
    "acknowledged early": ((150_000, "on", "on", "off"), forgets("synchronous_commit")),
    "all of it": (
        (150_000, "off", "off", "off"),
        forgets("fsync", "full_page_writes", "synchronous_commit"),
    ),
}


@pytest.mark.parametrize("name", SETTINGS)
def test_a_server_that_forgets_in_a_power_cut_is_refused(name):
    row, said = SETTINGS[name]
    session = SimpleNamespace(execute=lambda *_: SimpleNamespace(fetchone=lambda: row))
    if not said:
        require_lasting(session)
        return
    with pytest.raises(ServerRefused) as told:
        require_lasting(session)
    assert (told.value.message, told.value.hint) == said


# Fetching


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("https://x.org/v", True),
        ("http://localhost:1", True),
        ("/media/stick", False),
        ("x", False),
    ],
)
def test_an_address_is_told_from_the_name_of_a_folder(text, address):
    assert is_address(text) is address


def test_a_disk_with_no_room_for_what_is_given_takes_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(
        "candlemark.ledger.fetching.shutil.disk_usage", lambda _: SimpleNamespace(free=10)
    )
    mirror = fetching._Mirror(SimpleNamespace(), tmp_path, lambda _: False)

    with pytest.raises(FetchRefused, match="no room"):
        mirror._write("genesis", b"x")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("code", [429, 500, 502, 503, 504])
def test_a_server_that_cannot_answer_now_is_asked_again_later(code):
    error = fetching.urllib.error.HTTPError("http://x", code, "", None, None)

    told = fetching._refused_by(error, "genesis")

    assert isinstance(told, fetching._BrokenError)
    assert str(code) in str(told)


def test_a_part_in_place_of_another_is_refused(tmp_path, small):
    leaf = small._store.rows(0, 1)[0].leaf
    server = SimpleNamespace(left=0, get=lambda _name, _limit, length: bytes(length))
    mirror = fetching._Mirror(server, tmp_path, lambda _: False)

    with pytest.raises(FetchRefused, match="another part"):
        mirror._parts_of(fetching.read_leaf(leaf))
    assert list(tmp_path.iterdir()) == []


def test_how_far_fetching_is_goes_up_to_the_end(tmp_path, world):
    with world.create(tmp_path / "vault") as vault:
        for number in range(3):
            world.say(vault.ledger, str(number))
        vault.share(tmp_path / "stick")
        size = vault.ledger.size
    told = []
    server = SimpleNamespace(
        left=1 << 40, get=lambda name, *_: (tmp_path / "stick" / name).read_bytes()
    )
    (tmp_path / "here").mkdir()
    fetching._Mirror(server, tmp_path / "here", lambda _: False).run(
        lambda done, of: told.append((done, of))
    )

    assert told == [(size, size)]


def test_more_entries_than_anybody_takes_are_refused_before_any_is_fetched(
    tmp_path, world, monkeypatch
):
    with world.create(tmp_path / "vault") as vault:
        world.say(vault.ledger, "one")
        vault.share(tmp_path / "stick")
    asked = []

    def get(name, *_):
        asked.append(name)
        return (tmp_path / "stick" / name).read_bytes()

    monkeypatch.setattr(fetching, "_LEAVES_LIMIT", 1)
    (tmp_path / "here").mkdir()
    with pytest.raises(FetchRefused, match="more entries"):
        fetching._Mirror(SimpleNamespace(left=1 << 40, get=get), tmp_path / "here", bool).run(None)
    assert asked == ["genesis", "log", "checkpoint"]


# Moving


def test_a_log_that_could_not_be_folded_in_stops_the_move(tmp_path):
    moving._require_folded(tmp_path)
    (tmp_path / (LEDGER_FILE + "-wal")).write_bytes(b"")
    moving._require_folded(tmp_path)
    (tmp_path / (LEDGER_FILE + "-wal")).write_bytes(b"rest")

    with pytest.raises(StorageFull, match="refused to keep more") as told:
        moving._require_folded(tmp_path)
    assert "nothing was moved" in told.value.hint


# Read models


KEY = bytes(range(32))


def test_a_read_model_that_is_not_there_or_of_another_key_is_of_no_use(tmp_path):
    with pytest.raises(Unusable):
        open_file(tmp_path / "none", KEY, 1.0)
    make(tmp_path / "model", KEY).close()
    connection = make(tmp_path / "other", KEY)
    connection.execute("CREATE TABLE t (x)")
    connection.close()

    with pytest.raises(Unusable):
        open_file(tmp_path / "other", bytes(32), 1.0)
    open_file(tmp_path / "other", KEY, 1.0).close()
    with pytest.raises(ValueError, match="32 bytes"):
        make(tmp_path / "third", b"short")


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (FileExistsError("there"), Unusable),
        (OSError(errno.ENOSPC, "full"), StorageFull),
        (PermissionError("no"), StorageFull),
    ],
)
def test_what_goes_wrong_around_a_read_model_is_told_in_our_words(error, told):
    with pytest.raises(told), speaking():
        raise error


@pytest.mark.parametrize(
    ("code", "told"),
    [
        (sqlite3.SQLITE_FULL, StorageFull),
        (sqlite3.SQLITE_BUSY, VaultBusy),
        (sqlite3.SQLITE_LOCKED, VaultBusy),
        (sqlite3.SQLITE_NOTADB, Unusable),
        (sqlite3.SQLITE_CORRUPT, Unusable),
    ],
)
def test_what_the_cipher_says_is_told_in_our_words(code, told):
    from candlemark.ledger.model.cipher import cipher

    error = cipher.OperationalError("x")
    error.sqlite_errorcode = code
    with pytest.raises(told), speaking():
        raise error


def test_a_projection_that_says_nothing_of_compartments_holds_nothing():
    with pytest.raises(NotImplementedError):
        Projection.accepts(SimpleNamespace(), "coded")


def test_a_folder_that_is_not_there_is_nobody_s_and_one_of_no_account_is_ours(
    tmp_path, monkeypatch
):
    (tmp_path / "open").mkdir(mode=0o755)
    assert not model_place.is_ours_alone(tmp_path / "none")
    assert not model_place.is_ours_alone(tmp_path / "open")
    monkeypatch.setattr(
        model_place, "os", SimpleNamespace(name="nt", environ={"XDG_RUNTIME_DIR": "/run"})
    )
    assert model_place.is_ours_alone(tmp_path / "open")
    assert [name for _, name in model_place._candidates()] == ["candlemark"]


# Sessions


@pytest.fixture
def sessions(tmp_path):
    return Sessions(tmp_path / "sessions", b"v" * 16, lambda: datetime(2026, 1, 1, tzinfo=UTC))


def test_two_workers_sweep_at_once_and_neither_fails(sessions, tmp_path, monkeypatch):
    token = sessions.begin(b"m" * 16, SealingKey.generate())
    (path,) = (one for one in (tmp_path / "sessions").iterdir() if one.is_file())
    row = sessions._row(path)
    path.unlink()

    assert not sessions._lasts(path, row)
    monkeypatch.setattr(sessions, "_rows", lambda: iter([(path, row)]))
    assert sessions.end_all() == 0
    assert sessions.sweep() == 0
    sessions._touch(path.name)
    sessions.end(token)


def test_what_is_no_row_lies_in_nobodys_way(sessions, tmp_path):
    token = sessions.begin(b"m" * 16, SealingKey.generate())
    (tmp_path / "sessions" / ".hidden").write_bytes(b"x")
    (tmp_path / "sessions" / "folder").mkdir()
    (tmp_path / "sessions" / "noise").write_bytes(b"\xc1")

    assert sessions.open == 1
    assert sessions.sweep() == 1  # the noise
    assert sessions.resume(token).member == b"m" * 16


# Words of things


def test_secrets_are_in_no_repr():
    secret = b"\x17" * 32
    for one in (
        _Secret(b"m" * 16, secret),
        _Wrapped("compartment/coded", 1, secret),
        _Subject("person_x", secret),
        SealingKey.from_bytes(secret),
        SigningKey.from_bytes(secret),
        Named("compartment/coded", SealingKey.from_bytes(secret)),
    ):
        assert secret.hex() not in repr(one)
        assert repr(secret)[2:-1] not in repr(one)
        assert "person_x" not in repr(one)


def test_public_keys_and_the_keys_of_notes_are_equal_by_what_they_hold():
    one, two = SigningKey.from_bytes(bytes(32)).public, SigningKey.generate().public
    same = PublicKey(one.raw)

    assert one == same
    assert hash(one) == hash(same)
    assert one != two
    assert one != one.raw
    assert len({one, same, two}) == 2
    assert {one.kid.hex() in repr(one), two.kid.hex() in repr(one)} == {True, False}
    first, again = NoteKey("a", ED25519, one), NoteKey("a", ED25519, same)
    assert first == again
    assert hash(first) == hash(again)
    assert first != NoteKey("b", ED25519, one)
    assert first != str(first)
    for length in (0, 31, 33, 64):
        with pytest.raises(LedgerBroken, match="32 bytes"):
            PublicKey(bytes(length))


@pytest.mark.parametrize("length", [0, 1, 63, 65, 128])
def test_a_signature_of_another_length_holds_for_nothing(length):
    assert not SigningKey.generate().public.vouches(b"message", bytes(length))


def test_a_checkpoint_is_shown_by_its_size_and_root():
    assert str(Checkpoint(3, bytes(32))) == "3 " + "A" * 43 + "="


@pytest.mark.parametrize("size", [1, 255, 256, 257, 65_536, 65_537, 1 << 24])
def test_the_tiles_of_a_tree_are_all_of_it_and_no_more(size):
    tiles = list(tiles_of(size)) if size < 1 << 20 else []
    for level in {tile.level for tile in tiles}:
        mine = [tile for tile in tiles if tile.level == level]
        assert sum(tile.width for tile in mine) == size >> 8 * max(level, 0)
        assert [tile.n for tile in mine] == list(range(len(mine)))
    assert all(Tile.at(tile.path) == tile for tile in tiles)
    assert next(tiles_of(0), None) is None


def test_a_tree_of_every_level_ends_at_the_last():
    levels = set()
    for tile in tiles_of(1 << 8 * 2):
        levels.add(tile.level)
    assert max(levels) == 2 <= LEVEL_LIMIT


# Logs


def test_a_contradiction_is_of_this_log_only(tmp_path, world):
    """What members saw of another place's log says nothing about this one."""
    with new_vault(3) as vault:
        ledger = vault.ledger
        seen = [(entry, seen) for entry, seen in ledger.seen()]
        elsewhere = [
            (entry, type(one)(b"l" * len(one.log), one.size + 99, one.root)) for entry, one in seen
        ]
        note = ledger.log.store.head().note
        shown = SimpleNamespace(log=ledger.log, seen=lambda: [*elsewhere, *seen])

        assert contradictions(shown, note) == contradictions(ledger, note) == ()


def test_a_witness_that_lost_its_own_signature_is_damaged(tmp_path):
    """A state the witness did not sign is not one it remembers."""
    with new_vault(2) as vault:
        key = vault.ledger.log.key
        witness = Witness.create(tmp_path / "witness", "friend.example", lambda: 1_790_000_000)
        witness.watch(key)
        (place,) = (tmp_path / "witness" / "logs").iterdir()
        (place / "checkpoint").write_bytes(vault._store.head().note)
        with pytest.raises(LedgerBroken):
            witness.watched()
        (place / "checkpoint").unlink()
        whole = (place / "key").read_bytes()
        other = NoteKey("another", ED25519, key.public)
        for stored in (whole.rstrip(b"\n"), f"{other}\n".encode(), whole + b"\n", b"", b"\xff"):
            (place / "key").write_bytes(stored)
            with pytest.raises(LedgerBroken):
                witness.watched()
        (place / "key").write_bytes(whole)
        assert [one.key for one in witness.watched()] == [key]


def test_a_log_that_goes_back_in_a_note_alone_is_told_from_one_that_goes_on(tmp_path):
    with new_vault(4) as vault:
        key = vault.ledger.log.key
        witness = Witness.create(tmp_path / "witness", "friend.example", lambda: 1_790_000_000)
        witness.watch(key)
        now = vault._store.head().note
        name, signing = vault.ledger._name, vault._identity.keyring.log
        first = witness.cosign_note(now, [])
        again = witness.cosign_note(now, [])
        shorter = signed_head(Tree().grown([b"x" * 32]), name, signing).note
        with pytest.raises(LogForked):
            witness.cosign_note(shorter, [])

    assert read_signed(Note.parse(now), key).size == 4
    assert first.checkpoint == again.checkpoint


# Vaults in memory


def test_what_needs_a_folder_is_refused_in_memory(world, tmp_path):
    with world.in_memory() as vault:
        world.say(vault.ledger, "what")
        vault.ledger.append([Part("identity", (world.Said("who"),), "person_x")])
        size = vault.ledger.size
        for refused in (
            lambda: vault.change_passphrase("a", "b", cost=SimpleNamespace()),
            lambda: vault.share(tmp_path / "stick"),
            vault.export_key,
        ):
            with pytest.raises(SettingRefused, match="in memory") as told:
                refused()
            assert told.value.hint
        assert vault.ledger.size == size
        assert not (tmp_path / "stick").exists()


def test_in_memory_members_keys_and_erasures_are_as_in_a_folder(world):
    with world.in_memory() as vault:
        vault.ledger.append([Part("identity", (world.Said("who"),), "person_x")])
        assert [one.code for one in vault.members.readers("coded")] == [vault.members.me.code]
        vault.members.begin()
        vault.members.rotate("coded")
        world.say(vault.ledger, "after")
        vault.members.settle()
        vault.erasing.ask("person_x", "mistake")

        assert world.texts(vault.ledger) == ["after"]
        assert vault.ledger.roster_told == ()
        assert vault.ledger.verify().faults == ()


def test_nobody_thaws_who_is_not_there_and_nobody_signs_twice(world):
    with world.in_memory() as vault:
        vault.members.begin()
        size = vault.ledger.size
        with pytest.raises(NotEntitled, match="cannot be made") as told:
            vault.members.propose([MemberThawed(b"x" * 16)])
        change = vault.members.roster().proposals[-1].content
        key = vault._identity.keyring.identity
        vault.ledger.append_own([RosterApproved(change, key.kid, sign_change(change, key))])

        assert told.value.hint == "propose another one"
        assert vault.ledger.size == size + 2
        assert vault.ledger.verify().faults


# What exactly is said


def test_what_a_witness_cannot_read_or_does_not_watch_is_said_with_what_to_do(tmp_path):
    with new_vault(2) as vault:
        witness = Witness.create(tmp_path / "witness", "friend.example", lambda: 1_790_000_000)
        with pytest.raises(SettingRefused) as unwatched:
            witness.cosign_note(vault._store.head().note, [])
        witness.watch(vault.ledger.log.key)
        with pytest.raises(ProofRefused) as malformed:
            witness.cosign_note(b"noise", [])

    assert unwatched.value.message == "this witness does not watch a log of this name"
    assert unwatched.value.hint == ("add its key with: candlemark witness init FOLDER --log KEY")
    assert malformed.value.hint == "ask for the checkpoint again"


def test_a_judgement_is_of_the_checkpoint_that_was_shown_and_of_no_log_by_itself(tmp_path):
    with new_vault(3) as vault:
        key, note = vault.ledger.log.key, Note.parse(vault._store.head().note)
        witness = Witness.create(tmp_path / "witness", "friend.example", lambda: 1_790_000_000)
        mine = Trusted("friend", witness.key, operator=False)
        judged = Policy(1, 1, (mine,)).judge(note, key)
        itself = Trusted("itself", NoteKey("x", COSIGNATURE, key.public), operator=True)
        with pytest.raises(SettingRefused) as refused:
            Policy(1, 0, (itself,)).judge(note, key)

    assert judged.checkpoint == read_signed(note, key)
    assert judged.silent == ("friend",)
    assert not judged.holds
    assert refused.value.message == "the log would be its own witness"


def test_keys_of_nobody_are_refused_by_what_is_wrong_with_them(world):
    with world.in_memory() as vault:
        ghost = replace(vault._identity.keyring, identity=SigningKey.generate())
        with pytest.raises(NotEntitled) as refused:
            check_member(vault.members.roster(), replace(vault._identity, keyring=ghost))

    assert refused.value.message == "these keys are not those of a member"
    assert refused.value.hint == "administrators add a member: candlemark member add"


def test_a_folder_where_nothing_is_shared_is_said_to_be_one(tmp_path):
    with pytest.raises(PublishedBroken) as refused:
        shared_log(tmp_path)

    assert refused.value.message == "no vault is shared in this folder"
    assert refused.value.hint == "name a folder `candlemark share` wrote"


def test_a_folder_nobody_may_use_is_said_with_what_to_look_at(tmp_path):
    (tmp_path / "file").write_bytes(b"x")
    with pytest.raises(SettingRefused) as refused, alone_in(tmp_path / "file"):
        pytest.fail("it is a file")

    assert refused.value.message.startswith("this folder cannot be used: ")
    assert refused.value.hint == "see whether this account may read and write there"


def test_a_reader_who_lets_go_in_time_keeps_no_erased_bytes(tmp_path):
    """The log is emptied as soon as the last reader of an older state is gone, within patience."""
    make_ledger(tmp_path / LEDGER_FILE, b"g", Head(0, b"", b"n"))
    store = SqliteStore(tmp_path, 20)
    with store.writing() as writing:
        writing.move_head(Head(0, b"", b"other"))
    reader = sqlite3.connect(tmp_path / LEDGER_FILE, isolation_level=None, check_same_thread=False)
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM head").fetchall()
    with store.writing() as writing:
        writing.move_head(Head(0, b"", b"third"))
    leaving = threading.Timer(0.3, reader.close)
    leaving.start()

    assert store.erase([b"h" * 32]) == 0
    leaving.join()
    assert (tmp_path / (LEDGER_FILE + "-wal")).stat().st_size == 0
    store.close()


def test_a_renewed_device_keeps_what_it_is_called(tmp_path, world):
    words = new_passphrase()
    with world.create(tmp_path / "vault") as vault:
        card = application(tmp_path / "vault", "Aysel", words, cost=Cost.QUICK)
        vault.members.propose([added(card)])
    with Vault.open(tmp_path / "vault", words, world.kinds) as vault:
        kid = vault._identity.keyring.device.kid
        before = vault.members.roster().devices[kid]
        vault.members.renew_device(30)
        after = vault.members.roster().devices[kid]

    assert before.label == after.label == "first device"
    assert after.begins >= before.begins
