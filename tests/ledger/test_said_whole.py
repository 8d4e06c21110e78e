"""What is said seldom, read whole: every word of it, and what was done and left undone besides."""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
import threading
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import msgspec
import pytest

from candlemark.errors import LedgerBroken, NewerFormat, PublishedBroken
from candlemark.ledger.backup import ERASED, back_up
from candlemark.ledger.database import check_outside
from candlemark.ledger.entrance import Entrance
from candlemark.ledger.entry import read_leaf
from candlemark.ledger.fetching import Source
from candlemark.ledger.genesis import refuse_newer
from candlemark.ledger.joining import join, pull
from candlemark.ledger.keystore_rows import KEYSTORE_FILE
from candlemark.ledger.membership import added
from candlemark.ledger.published import check_published
from candlemark.ledger.publisher import Publisher
from candlemark.ledger.pulling import PEERS
from candlemark.ledger.roster_facts import (
    EpochBegan,
    LogAdded,
    MemberAdded,
    MemberFrozen,
    MemberThawed,
    read_card,
    sign_card,
)
from candlemark.ledger.roster_keys import begin_key
from candlemark.ledger.second_factor import _Held
from candlemark.ledger.sessions import _key
from candlemark.ledger.sqlite import LEDGER_FILE, SCHEMA, make_ledger
from candlemark.ledger.stamps import post
from candlemark.ledger.store import Head
from candlemark.ledger.taking import take_from
from candlemark.ledger.vault import _check_founder
from candlemark.ledger.wraps import _Subject
from candlemark.seal import Cost, Note, SigningKey, new_passphrase
from candlemark.seal.notes import read_note
from house import PEOPLE, drawn, team
from logs import copied, new_vault, published
from stamping import serving

SEVDA, AYSEL, RAMIN, LEYLA = (PEOPLE[name] for name in ("Sevda", "Aysel", "Ramin", "Leyla"))
CASE = "identity:case_x"


@pytest.fixture
def house():
    return team()


def key(name, number, *readers, word="fresh"):
    return EpochBegan(name, number, drawn(word)[:16], tuple(one.kid for one in readers), "")


# Members and keys


def test_a_card_with_the_receiving_key_of_another_takes_nobody_in(house):
    """Whatever is destroyed for one of the two would be destroyed for the other."""
    card, theirs = (read_card(one.card(house.vault), house.vault)[0] for one in (LEYLA, RAMIN))
    bent = sign_card(msgspec.structs.replace(card, receiving=theirs.receiving), LEYLA.identity)

    assert house.decide(MemberAdded(bent, administrator=True, coded=True)) == [
        "the receiving key on the card is another member's"
    ]
    assert "Leyla" not in house.names()


@pytest.mark.parametrize("name", ["meta", "coded", CASE])
def test_a_key_of_one_whose_word_counts_no_longer_stands_beside(house, name):
    house.say("Sevda", key(CASE, 1, SEVDA, AYSEL, word="one"))
    fact, of = key(name, 2, SEVDA, AYSEL, RAMIN), house.fold.roster.compartments[name]
    entry = replace(_an_entry(house), log=b"there")
    roster, against = begin_key(house.roster, fact, entry, None)

    assert (against.why, against.told) == (
        "the key of a compartment was given by one who had left", True,
    )  # fmt: skip
    there = roster.compartments[name]
    assert (there.epochs, there.out) == (of.epochs, of.out)
    assert [one.kid for one in there.beside] == [fact.kid]


def _an_entry(house):
    """The last entry of the house, as the roster sees it."""
    kept = []
    add = house.fold.add
    house.fold.add = lambda entry, facts: kept.append(entry) or add(entry, facts)
    house.say("Sevda")
    house.fold.add = add
    return kept[0]


def test_a_key_only_for_who_was_taken_out_stands_beside_and_says_why(house):
    house.say("Sevda", key(CASE, 1, SEVDA, AYSEL, word="one"), log=b"here")
    house.say("Sevda", key(CASE, 2, SEVDA, word="two"), log=b"here")

    assert house.say("Sevda", key(CASE, 3, AYSEL), log=b"here") == []
    assert [one.what for one in house.fold.told] == [
        "nobody the key is for is to read the compartment"
    ]
    there = house.roster.compartments[CASE]
    assert (len(there.epochs), len(there.beside)) == (2, 1)


def test_who_is_thawed_was_given_no_key_of_those_beside_either(house):
    for log, number, word in ((b"here", 1, "one"), (b"here", 2, "two"), (b"there", 2, "beside")):
        name = "Sevda" if log == b"here" else "Aysel"
        house.say(name, key(CASE, number, SEVDA, AYSEL, RAMIN, word=word), log=log)
    assert all(RAMIN.kid in one.given for one in house.roster.compartments[CASE].keys)
    house.say("Ramin", MemberFrozen(RAMIN.kid))
    before = house.roster.compartments[CASE]
    assert house.decide(MemberThawed(RAMIN.kid)) == []

    there = house.roster.compartments[CASE]
    assert [one.kid for one in there.beside] == [drawn("beside")[:16]]
    for one, was in zip(there.keys, before.keys, strict=True):
        assert one.given == {SEVDA.kid, AYSEL.kid}
        assert replace(one, given=was.given, readers=was.readers) == was
    assert there.readers == (SEVDA.kid, AYSEL.kid)


def test_secrets_have_a_face_that_shows_nothing():
    assert repr(_Held(bytes(20), 7)) == "<a second factor>"
    assert repr(_Subject("person_x", bytes(32))) == "<wrapped key of a person>"


def test_the_key_of_a_session_comes_of_its_token_by_the_documented_way():
    token = drawn("token")
    secret = hashlib.blake2b(b"candlemark/session-key/v1", key=token, digest_size=32).digest()

    assert _key(token).reveal() == secret


def test_keys_a_vault_of_one_did_not_begin_with_do_not_open_it(world):
    with world.in_memory() as vault:
        identity = vault._identity
        _check_founder(identity)
        for name in ("identity", "device", "log"):
            other = replace(identity.keyring, **{name: SigningKey.generate()})
            with pytest.raises(LedgerBroken) as refused:
                _check_founder(replace(identity, keyring=other))
            assert refused.value.message == "the keys are not the ones this vault began with"


def test_what_a_vault_publishes_is_signed_by_the_key_of_the_publisher_and_no_other(world):
    with world.in_memory() as vault:
        publisher = Publisher(vault._identity)
        note = publisher.sign("a site\n")

    assert publisher.key.name == f"{publisher.log.name}/publisher"
    assert Note.parse(note).text == "a site\n"
    assert read_note(note, publisher.key.name, publisher.key.public) == "a site\n"
    for name, public in (
        (publisher.log.name, publisher.key.public),
        (publisher.key.name, publisher.log.public),
    ):
        with pytest.raises(LedgerBroken):
            read_note(note, name, public)


# Files


def test_a_ledger_of_which_the_end_is_missing_says_so(tmp_path):
    make_ledger(tmp_path / LEDGER_FILE, b"g", Head(0, b"", b"n"))
    for there, faults in ((0, []), (1, [(LEDGER_FILE, "its end is missing")])):
        with closing(sqlite3.connect(tmp_path / LEDGER_FILE)) as connection:
            connection.execute("SELECT * FROM head").fetchall()
            content = (tmp_path / LEDGER_FILE).read_bytes()
            (tmp_path / LEDGER_FILE).write_bytes(content[: len(content) - there])
            found = check_outside(connection, LEDGER_FILE, SCHEMA)
            assert [(one.where, one.what) for one in found] == faults


def test_a_backup_that_lost_parts_since_says_so_in_a_file_of_its_own(tmp_path, world):
    day, vault = date(2026, 1, 1), tmp_path / "vault"
    with world.create(vault) as made:
        world.say(made.ledger, "one")
        made.members.begin()
        back_up(vault, tmp_path / "backups", day)
        assert not (tmp_path / "backups" / "2026-01-01" / ERASED).exists()
        (row,) = made._store.rows(0, 1)
        made._store.erase([part.hash for part in read_leaf(row.leaf).parts[1:]])
    back_up(vault, tmp_path / "backups", day.replace(day=2))

    assert (tmp_path / "backups" / "2026-01-01" / ERASED).read_bytes() == (
        b"parts were erased since this backup was made\n"
    )
    assert not (tmp_path / "backups" / "2026-01-02" / ERASED).exists()


def test_hashes_above_the_lowest_tiles_that_lie_are_named_by_their_file(tmp_path):
    with new_vault(513) as vault:
        log = vault.ledger.log.key
        whole = published(vault.ledger, tmp_path / "log")
    folder = copied(whole, tmp_path / "bent")
    tile = folder / "tile" / "1" / "000.p" / "2"
    content = bytearray(tile.read_bytes())
    content[40] ^= 1
    tile.write_bytes(content)

    assert [str(one) for one in check_published(folder, log).faults] == [
        "tile/1/000.p/2: its hashes do not belong to the tiles below it"
    ]


@pytest.mark.parametrize(
    ("stored", "later"),
    [
        (b"", None), (b"\x95", None), (b"\x95\x02", None), (b"\x95\x03", 3), (b"\x95\x7f", 127),
        (b"\x95\x80", None), (b"\x90\x03", 3), (b"\x9f\x03", 3), (b"\x8f\x03", None),
        (b"\xa0\x03", None), (b"\x95\x03 and more", 3),
    ],
)  # fmt: skip
def test_an_array_that_begins_with_a_later_number_is_of_a_later_format(stored, later):
    if later is None:
        refuse_newer(stored, 2)
        return
    with pytest.raises(NewerFormat) as refused:
        refuse_newer(stored, 2)
    assert (refused.value.message, refused.value.hint) == (
        f"written by a later version of Candlemark (format {later})",
        "install that version; this one changed nothing",
    )


# Other machines


def test_a_question_is_sent_as_the_standard_of_timestamps_says():
    class Answers:
        answers, asked, status, headers = b"an answer", (), 200, None

    service = Answers()
    with serving(service) as url:
        assert post(url, b"a question") == b"an answer"
    assert service.headers["Content-Type"] == "application/timestamp-query"
    assert service.headers["User-Agent"] == "-"
    assert service.headers["Content-Length"] == "10"


@pytest.fixture(scope="module")
def laptop(tmp_path_factory, world):
    """A place that was made, whose member was taken in, and that has pulled nothing yet."""
    root, words = tmp_path_factory.mktemp("laptop"), new_passphrase()
    with world.create(root / "home", name="Office") as vault:
        world.say(vault.ledger, "first")
        vault.members.begin()
        vault.share(root / "stick")
        joined = join(root / "stick", root / "place", words, name="Aysel", cost=Cost.QUICK)
        vault.members.propose([added(joined.card), LogAdded(joined.log, "laptop")])
        vault.share(root / "stick")
    return root, words


def test_a_place_made_with_a_damaged_name_is_not_filled(laptop, world, tmp_path):
    root, words = laptop
    place = shutil.copytree(root / "place", tmp_path / "place")
    with closing(sqlite3.connect(place / KEYSTORE_FILE)) as keys, keys:
        keys.execute("UPDATE label SET sealed = zeroblob(length(sealed))")

    with pytest.raises(PublishedBroken) as refused:
        pull(place, words, root / "stick", world.kinds)
    assert (refused.value.message, refused.value.hint) == (
        "the name of the vault was damaged when this place was made",
        "copy the whole folder again, and make the place anew from it",
    )
    assert [str(one) for one in refused.value.faults] == [
        "label: the name of the vault does not open"
    ]
    assert not (place / PEERS).exists()


# What is handed through


@pytest.mark.parametrize("where", ["folder", "address"])
def test_who_takes_is_told_how_far_it_is_from_a_folder_and_from_an_address(
    laptop, world, tmp_path, where
):
    root, words = laptop
    place = shutil.copytree(root / "place", tmp_path / "place")
    told = []

    def progress(*done):
        told.append(done)

    with serving_files(root / "stick") as url:
        source = root / "stick" if where == "folder" else Source(url)
        size = take_from(place, words, source, world.kinds, progress=progress).size
    assert told == [(size, size)] * (1 if where == "folder" else 2)
    assert not (place / "fetched").exists()


@contextmanager
def serving_files(folder):
    class Handler(SimpleHTTPRequestHandler):
        def __init__(self, *words):
            super().__init__(*words, directory=str(folder))

        def log_message(self, *words):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_whoever_is_let_in_reads_and_writes_with_the_kinds_and_the_clock_of_the_door(
    tmp_path, world
):
    day = datetime(2030, 1, 1, tzinfo=UTC)
    said = {"now": day}
    with world.create(tmp_path / "vault", clock=lambda: day) as vault:
        world.say(vault.ledger, "one")
    door = Entrance(tmp_path / "vault", world.kinds, lambda: said["now"])
    token = door.sign_in("", world.passphrase)
    said["now"] = day + timedelta(seconds=90)
    with door.enter(token) as vault:
        assert world.texts(vault.ledger) == ["one"]
        assert vault.ledger.now() == said["now"]
        assert vault.factor.clock() == said["now"]
        assert world.say(vault.ledger, "two").written == said["now"]
    door.sessions.end_all()
    assert door.sessions.open == 0
