"""Keys as they are wrapped, kept and taken out: each refusal in its words, each row where it belongs."""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import closing
from types import SimpleNamespace

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from candlemark.errors import (
    CandlemarkError,
    Fault,
    LedgerBroken,
    NotEntitled,
    PublishedBroken,
    WrongPassphrase,
)
from candlemark.ledger.admitting import check_member, strangers
from candlemark.ledger.compartments import CompartmentKeys, Readable
from candlemark.ledger.giving import Giving
from candlemark.ledger.key_shelf import KeyShelf, changed
from candlemark.ledger.keystore import NAME_LIMIT, Keystore, make_keystore, make_member_keystore
from candlemark.ledger.keystore_rows import KEYSTORE_FILE, KEYSTORE_FORMAT, SPARES, Lock, damaged
from candlemark.ledger.locks import Passphrase, kek_of, new_lock, opened_by
from candlemark.ledger.member_key import KEY_LIMIT, member_keys, read_member_key
from candlemark.ledger.overlay import Overlay
from candlemark.ledger.pulling import keys_that_came
from candlemark.ledger.recovering import public_halves
from candlemark.ledger.roster import Compartment, Epoch, replace
from candlemark.ledger.roster_facts import MemberFrozen, MemberRemoved, encode
from candlemark.ledger.sharing import (
    LABEL,
    LOG,
    WRAPS,
    note_key,
    shared_label,
    shared_log,
    shared_wraps,
)
from candlemark.ledger.store import Row
from candlemark.ledger.unlocking import _keyring, _log, asked, missing, read_label
from candlemark.ledger.wraps import (
    COMPARTMENT,
    SIGNERS,
    SIGNING,
    TAG_BYTES,
    Identity,
    Keyring,
    Named,
    Unwrapped,
    Wrap,
    open_subject,
    receiving_key,
    subject_tag,
    take_subjects,
    unwrap_for,
    unwrap_under,
    wrap_for,
    wrap_subject,
    wrap_under,
)
from candlemark.seal import (
    SUITE,
    Cost,
    NoteKey,
    Receiving,
    Recipient,
    RecoveryKey,
    SealingKey,
    seal,
)
from candlemark.seal.notes import ED25519
from house import LOG as LOG_KEY
from house import PEOPLE, START, House, drawn, team
from stores import fill, make_memory, part, row

VAULT, OTHER = drawn("vault")[:16], drawn("other vault")[:16]
ROSTER = drawn("roster")
KEK, EPOCH, ELSE, PERSON = (
    SealingKey.from_bytes(drawn(word)) for word in ("kek", "epoch", "else", "person")
)
SEVDA, AYSEL, RAMIN = (PEOPLE[name] for name in ("Sevda", "Aysel", "Ramin"))
RECEIVING = receiving_key(SEVDA.identity, VAULT)
RECOVERY = RecoveryKey(drawn("recovery"))
WORDS, OTHER_WORDS = "first words", "other words"

NOT_OPEN = "keys do not open"
NOT_NAMED = "it is not the key it is named as"
NO_SUITE = "it is wrapped in a way this version does not know"


def faults_of(error):
    return [(one.where, one.what) for one in error.faults]


def refused(call, *words, **more):
    with pytest.raises(CandlemarkError) as told:
        call(*words, **more)
    return told.value


# Wraps

NAMED = {
    "the identity": Named(SIGNING + "identity", SEVDA.identity),
    "the device": Named(SIGNING + "device", SEVDA.device),
    "a compartment": Named(COMPARTMENT + "coded", EPOCH),
    "a later epoch": Named(COMPARTMENT + "identity:case_x", EPOCH, 12),
}


@pytest.mark.parametrize("name", NAMED)
@pytest.mark.parametrize("how", ["under", "for"])
def test_a_wrapped_key_comes_out_for_what_it_is(name, how):
    named = NAMED[name]
    if how == "under":
        wrap = wrap_under(KEK, VAULT, named)
        assert (wrap.holder, wrap.suite, wrap.roster) == (KEK.kid, SUITE, b"")
        found = unwrap_under(KEK, VAULT, [wrap])
    else:
        wrap = wrap_for(RECEIVING.recipient, VAULT, ROSTER, named)
        assert (wrap.holder, wrap.roster) == (RECEIVING.recipient.kid, ROSTER)
        assert wrap.suite == RECEIVING.recipient.suite
        found = unwrap_for(RECEIVING, VAULT, [wrap])
    assert wrap.kid == named.key.kid
    if named.purpose.startswith(SIGNING):
        kind = named.purpose.removeprefix("signing/")
        assert {one: key.kid for one, key in found.signing.items()} == {kind: named.key.kid}
        assert found.compartments == []
    else:
        ((compartment, epoch, key),) = found.compartments
        assert "compartment/" + compartment == named.purpose
        assert (epoch, key.kid) == (named.epoch, named.key.kid)
        assert found.signing == {}


def test_a_key_is_of_the_first_epoch_unless_it_is_said():
    assert Named("x", EPOCH).epoch == 1
    assert (SIGNING, COMPARTMENT, SIGNERS) == (
        "signing/", "compartment/", ("identity", "device", "log"),
    )  # fmt: skip


UNDER = wrap_under(KEK, VAULT, NAMED["a compartment"])
FOR = wrap_for(RECEIVING.recipient, VAULT, ROSTER, NAMED["a compartment"])
BENT = {
    "another kid": lambda wrap: wrap._replace(kid=ELSE.kid),
    "other bytes": lambda wrap: wrap._replace(wrapped=wrap.wrapped[:-1] + b"\0"),
    "another suite": lambda wrap: wrap._replace(suite=wrap.suite + 1),
    "no suite": lambda wrap: wrap._replace(suite=0),
    "no bytes": lambda wrap: wrap._replace(wrapped=b""),
}


@pytest.mark.parametrize("name", BENT)
@pytest.mark.parametrize("how", ["under", "for"])
def test_a_wrap_bent_in_any_field_is_named_unless_another_of_that_key_is_whole(name, how):
    good, key, unwrap = (
        (UNDER, KEK, unwrap_under) if how == "under" else (FOR, RECEIVING, unwrap_for)
    )
    bent = BENT[name](good)

    whole = unwrap(key, VAULT, [good])
    if bent.kid == good.kid:
        for wraps in ([bent, good, bent], [good, bent], [good, good]):
            found = unwrap(key, VAULT, wraps)
            assert [(one, key.kid) for one, _, key in found.compartments] == [
                (one, key.kid) for one, _, key in whole.compartments
            ]
    others = [good] if bent.kid != good.kid else []
    error = refused(unwrap, key, VAULT, [bent, *others, bent])
    assert (type(error), error.message) == (LedgerBroken, NOT_OPEN)
    assert [where for where, _ in faults_of(error)] == [f"key {bent.kid.hex()}"]
    if "suite" in name:
        assert {what for _, what in faults_of(error)} == {NO_SUITE}
    assert refused(unwrap, key, OTHER, [good]).message == NOT_OPEN


def test_a_wrap_for_a_member_holds_on_the_roster_it_was_made_on():
    assert refused(unwrap_for, RECEIVING, VAULT, [FOR._replace(roster=bytes(32))]).faults
    assert refused(unwrap_for, RECEIVING, VAULT, [FOR._replace(roster=b"")]).faults


def test_wraps_of_other_holders_are_passed_over():
    bent = UNDER._replace(holder=ELSE.kid, wrapped=b"", suite=99)

    assert unwrap_under(KEK, VAULT, [bent, FOR]) == Unwrapped.empty()
    assert unwrap_for(RECEIVING, VAULT, [bent, UNDER]) == Unwrapped.empty()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "it cannot be read"),
        (b"\xc1", "it cannot be read"),
        (msgspec.msgpack.encode(["compartment/coded", 1]), "it cannot be read"),
        (msgspec.msgpack.encode(["compartment/coded", 1, EPOCH.reveal(), 1]), "it cannot be read"),
        (msgspec.msgpack.encode(["compartment/coded", 1, bytes(31)]), "it cannot be read"),
        (msgspec.msgpack.encode(["compartment/coded", "1", EPOCH.reveal()]), "it cannot be read"),
        (msgspec.msgpack.encode(["compartment/coded", 1, ELSE.reveal()]), NOT_NAMED),
        (msgspec.msgpack.encode(["signing/log", 1, EPOCH.reveal()]), NOT_NAMED),
    ],
)
def test_what_a_wrap_holds_is_one_key_and_the_one_it_is_named_as(content, words):
    error = refused(Unwrapped.empty().take, EPOCH.kid, content)

    assert (type(error), error.message) == (LedgerBroken, words)


def test_keys_that_came_are_those_not_held_and_a_bent_one_refuses_the_tree():
    assert keys_that_came([FOR], set(), RECEIVING, VAULT).compartments[0][0] == "coded"
    assert keys_that_came([FOR], {EPOCH.kid}, RECEIVING, VAULT).compartments == []
    bent = FOR._replace(wrapped=b"")
    assert keys_that_came([bent], {EPOCH.kid}, RECEIVING, VAULT).compartments == []
    error = refused(keys_that_came, [bent], set(), RECEIVING, VAULT)
    assert (type(error), error.message) == (
        PublishedBroken, "keys in the shared folder do not open",
    )  # fmt: skip
    assert error.hint == "copy the whole folder again; nothing was taken"
    assert [where for where, _ in faults_of(error)] == [f"key {EPOCH.kid.hex()}"]
    assert error.exit_code == 85


# Keys of persons


def test_a_person_s_key_opens_under_its_epoch_and_for_its_vault_only():
    wrap = wrap_subject(EPOCH, VAULT, "person_x", PERSON)

    assert (wrap.kid, wrap.holder, wrap.suite, wrap.roster) == (
        PERSON.kid, EPOCH.kid, SUITE, b"",
    )  # fmt: skip
    subject, key = open_subject(EPOCH, VAULT, wrap)
    assert (subject, key.kid, key.reveal()) == ("person_x", PERSON.kid, PERSON.reveal())
    for epoch, vault, other in (
        (ELSE, VAULT, wrap),
        (EPOCH, OTHER, wrap),
        (EPOCH, VAULT, wrap._replace(kid=ELSE.kid)),
    ):
        assert isinstance(refused(open_subject, epoch, vault, other), LedgerBroken)
    for suite in (SUITE - 1, SUITE + 1):
        assert refused(open_subject, EPOCH, VAULT, wrap._replace(suite=suite)).message == NO_SUITE


def of_person(content, kid=PERSON.kid):
    domain = b"candlemark/subject/v1" + bytes([SUITE])
    return Wrap(kid, EPOCH.kid, SUITE, b"", seal(EPOCH, domain, VAULT + kid, content))


def test_what_a_person_s_wrap_holds_is_looked_at():
    for content in (b"", b"\xc1", msgspec.msgpack.encode(["person_x", bytes(31)])):
        assert (
            refused(open_subject, EPOCH, VAULT, of_person(content)).message == "it cannot be read"
        )
    content = msgspec.msgpack.encode(["person_x", PERSON.reveal()])
    assert refused(open_subject, EPOCH, VAULT, of_person(content, ELSE.kid)).message == NOT_NAMED
    assert open_subject(EPOCH, VAULT, of_person(content))[0] == "person_x"


@settings(max_examples=30, deadline=None)
@given(st.text(max_size=30), st.text(max_size=30))
def test_a_tag_finds_one_person_under_one_key_in_one_vault(one, other):
    tag = subject_tag(EPOCH, VAULT, one)

    assert len(tag) == TAG_BYTES == 16
    assert (tag == subject_tag(EPOCH, VAULT, other)) is (one == other)
    assert tag not in {subject_tag(ELSE, VAULT, one), subject_tag(EPOCH, OTHER, one)}


def test_keys_of_persons_are_held_where_their_epoch_is_and_the_bent_are_named():
    keys = CompartmentKeys({"coded": EPOCH})
    good = wrap_subject(EPOCH, VAULT, "person_x", PERSON)
    foreign = wrap_subject(ELSE, VAULT, "person_y", SealingKey.generate())
    take_subjects(keys, VAULT, [foreign, good])
    assert keys.subject("coded", "person_x").kid == PERSON.kid
    assert keys.subject("coded", "person_y") is None

    bent = good._replace(suite=99)
    error = refused(take_subjects, keys, VAULT, [bent, foreign._replace(suite=99), bent])
    assert (error.message, faults_of(error)) == (
        NOT_OPEN, [(f"key {PERSON.kid.hex()}", NO_SUITE)],
    )  # fmt: skip
    for wraps in ([bent, good], [good, bent]):
        again = CompartmentKeys({"coded": EPOCH})
        take_subjects(again, VAULT, wraps)
        assert again.subject("coded", "person_x").kid == PERSON.kid


# Locks

CHEAP = [new_lock(VAULT, one.kid, Passphrase(words, Cost.QUICK))
         for one, words in ((SEVDA, WORDS), (AYSEL, OTHER_WORDS))]  # fmt: skip
LOCKS = [lock for lock, _ in CHEAP]


def test_a_lock_is_of_one_member_of_one_vault_and_opens_by_its_words():
    (lock, kek), (other, _) = CHEAP

    assert (lock.holder, lock.vault, lock.member, lock.frozen) == (kek.kid, VAULT, SEVDA.kid, 0)
    assert kek_of(lock, WORDS).kid == kek.kid
    assert opened_by(LOCKS, WORDS)[0] == lock
    assert opened_by(LOCKS, OTHER_WORDS)[0] == other
    assert opened_by([other, lock], kek) == (lock, kek)
    assert isinstance(refused(opened_by, [other], kek), WrongPassphrase)
    for locks, words in (([lock], OTHER_WORDS), ([], WORDS), (LOCKS, "")):
        error = refused(opened_by, locks, words)
        assert type(error) is WrongPassphrase
        assert error.message == "the passphrase does not open this vault"
        assert error.hint == "seven words with spaces between them; capitals do not matter"
        assert error.exit_code == 33
    assert isinstance(refused(kek_of, lock._replace(vault=OTHER), WORDS), WrongPassphrase)


def test_a_lock_changed_in_any_field_is_another():
    lock = LOCKS[0]
    others = [
        lock._replace(holder=OTHER), lock._replace(vault=OTHER), lock._replace(member=OTHER),
        lock._replace(stretching=lock.stretching + " "), lock._replace(frozen=1),
    ]  # fmt: skip

    assert len({one.intact for one in (lock, *others)}) == 6
    content = lock.vault + lock.holder + lock.member + b"\0" + lock.stretching.encode()
    assert lock.intact == hashlib.sha256(b"candlemark/lock/v2" + content).digest()
    assert "first" not in repr(Passphrase(WORDS, Cost.QUICK))


def test_the_locks_to_try_are_those_of_the_member_asked_for_or_all():
    code = SEVDA.kid.hex()

    assert asked(LOCKS, code[:12]) == asked(LOCKS, code) == [LOCKS[0]]
    for member in ("", "zz", code + "0"):
        assert list(asked(LOCKS, member)) == LOCKS


# What is missing behind a lock


def test_everybody_holds_three_signing_keys_and_who_is_alone_every_compartment():
    nothing = missing(Unwrapped.empty(), alone=True)
    assert [str(one) for one in nothing] == [
        "keys: the signing key of the identity is missing",
        "keys: the signing key of the device is missing",
        "keys: the signing key of the log is missing",
        "keys: the key of the compartment meta is missing",
        "keys: the key of the compartment coded is missing",
        "keys: the key of the compartment identity is missing",
    ]
    assert missing(Unwrapped.empty(), alone=False) == nothing[:3]
    signing = dict.fromkeys(SIGNERS, SEVDA.identity)
    held = [(name, 1, EPOCH) for name in ("coded", "meta")]
    assert missing(Unwrapped(signing, held), alone=True) == [nothing[5]]
    assert missing(Unwrapped(signing, []), alone=False) == []
    del signing["device"]
    assert missing(Unwrapped(signing, held), alone=False) == [nothing[1]]


def test_a_damaged_keystore_says_which_file_and_what_to_do():
    error = damaged(*missing(Unwrapped.empty(), alone=False))

    assert (type(error), error.message) == (LedgerBroken, "keystore.db is damaged")
    assert error.hint == "put the last good copy of keystore.db in its place"
    assert len(error.faults) == 3
    assert (KEYSTORE_FILE, KEYSTORE_FORMAT) == ("keystore.db", 4)


# The file


@pytest.fixture
def store(tmp_path):
    """The keystore of a vault with a recovery key, and whose it is."""
    house = House(recovery=encode(public_halves(RECOVERY)))
    compartments = {name: SealingKey.from_bytes(drawn(name)) for name in COMPARTMENTS}
    keyring = Keyring(SEVDA.identity, SEVDA.device, LOG_KEY, CompartmentKeys(compartments))
    identity = Identity(house.vault, house.genesis, keyring)
    make_keystore(
        tmp_path / KEYSTORE_FILE, identity, "Büro", Passphrase(WORDS, Cost.QUICK), b"note"
    )
    return SimpleNamespace(
        keys=Keystore(tmp_path), vault=house.vault, identity=identity, path=tmp_path,
        kids={key.kid for key in compartments.values()},
    )  # fmt: skip


COMPARTMENTS = ("meta", "coded", "identity")


def test_a_new_keystore_holds_each_key_under_the_passphrase_and_for_recovery(store):
    (lock,) = store.keys.locks(store.vault)
    wraps = store.keys.wraps(store.vault)
    recovery = RECOVERY.receiving.recipient.kid
    signing = {SEVDA.kid, SEVDA.device.kid, LOG_KEY.kid}

    assert (lock.member, lock.frozen, store.keys.seen()) == (SEVDA.kid, 0, (0, b"note"))
    assert {one.kid for one in wraps if one.holder == lock.holder} == signing | store.kids
    assert {one.kid for one in wraps if one.holder == recovery} == {LOG_KEY.kid} | store.kids
    assert {one.roster for one in wraps if one.holder == recovery} == {bytes(32)}
    assert len(wraps) == 10
    assert set(store.keys.held_by(store.vault, recovery)) == {
        one for one in wraps if one.holder == recovery
    }
    assert store.keys.held_by(store.vault, OTHER) == ()
    assert store.keys.kept(store.vault, [SEVDA.kid, OTHER]) == {(SEVDA.kid, lock.holder)}
    found = store.keys.unlock_with(store.vault, RECOVERY.receiving)
    assert {name for name, _, _ in found.compartments} == set(COMPARTMENTS)
    assert set(found.signing) == {"log"}


def test_a_name_is_read_by_who_holds_the_key_of_the_ledger(store):
    label = store.keys.label()

    assert NAME_LIMIT == 200
    assert read_label(store.identity.keyring, store.vault, label) == "Büro"
    other = replace(store.identity.keyring, compartments=CompartmentKeys({"meta": ELSE}))
    for keyring, vault, sealed in (
        (other, store.vault, label),
        (store.identity.keyring, OTHER, label),
        (store.identity.keyring, store.vault, label[:-1]),
    ):
        error = refused(read_label, keyring, vault, sealed)
        assert (error.message, faults_of(error)) == (
            "keystore.db is damaged", [("label", "the name of the vault does not open")],
        )  # fmt: skip
    other.compartments.add("meta", 2, store.identity.keyring.compartments["meta"])
    assert read_label(other, store.vault, label) == "Büro"


def test_keys_nobody_wrapped_for_open_nothing(store):
    error = refused(store.keys.unlock_with, store.vault, RECEIVING)

    assert (type(error), error.message) == (
        NotEntitled, "nothing in this vault is wrapped for that key",
    )  # fmt: skip
    assert error.hint == "see whether the shares are those of this vault's recovery key"
    error = refused(store.keys.locks, OTHER)
    assert faults_of(error) == [("lock", "these are the keys of another vault")]


def test_only_a_larger_checkpoint_is_remembered(store):
    for size, note, seen in (
        (3, b"three", (3, b"three")),
        (2, b"two", (3, b"three")),
        (3, b"other", (3, b"three")),
        (4, b"four", (4, b"four")),
    ):
        store.keys.remember(size, note)
        assert store.keys.seen() == seen


def test_what_is_kept_already_stays_as_it_is_and_stands_first(store):
    (lock,) = store.keys.locks(store.vault)
    before = store.keys.wraps(store.vault)
    other = before[0]._replace(wrapped=b"other")
    store.keys.keep([lock._replace(frozen=1)], [other])
    assert store.keys.locks(store.vault) == (lock,)
    assert store.keys.wraps(store.vault) == (*before, other)
    store.keys.keep(wraps=[other, before[0]])
    assert store.keys.wraps(store.vault) == (*before, other)


def test_of_many_wraps_of_one_key_the_first_and_the_latest_are_kept(store):
    before = store.keys.wraps(store.vault)
    others = [before[0]._replace(wrapped=b"%d" % n) for n in range(SPARES + 2)]
    for one in others:
        store.keys.keep(wraps=[one])
    assert store.keys.wraps(store.vault) == (*before, *others[-SPARES:])
    assert store.keys.kept(store.vault, [before[0].kid]) >= {(before[0].kid, before[0].holder)}
    assert store.keys.wraps_of(store.vault, [before[0].kid]) >= {before[0], *others[-SPARES:]}


@pytest.mark.parametrize("how", ["kids", "holders", "keys"])
def test_what_lies_beside_a_wrap_is_destroyed_with_it(store, how):
    kid, holder = drawn("kid")[:16], drawn("holder")[:16]
    before = store.keys.wraps(store.vault)
    for wrapped in (b"planted-1", b"planted-2", b"planted-3"):
        store.keys.keep(wraps=[Wrap(kid, holder, SUITE, b"", wrapped)])
    assert len(store.keys.held_by(store.vault, holder)) == 3
    match how:
        case "kids":
            store.keys.destroy_kids([kid])
        case "holders":
            store.keys.destroy([holder])
        case _:
            store.keys.destroy_keys([(holder, kid)])
    assert store.keys.wraps(store.vault) == before
    assert b"planted" not in (store.path / KEYSTORE_FILE).read_bytes()


def fresh(holder, *keys):
    return [Wrap(key.kid, holder, SUITE, b"", b"wrapped") for key in keys]


def test_destroying_takes_what_is_named_and_nothing_else(store):
    one, two = drawn("one")[:16], drawn("two")[:16]
    lock = Lock(one, store.vault, AYSEL.kid, LOCKS[0].stretching, 0)
    before = set(store.keys.wraps(store.vault))
    behind, beside = fresh(one, EPOCH, ELSE), fresh(two, EPOCH, ELSE)

    def left():
        return set(store.keys.wraps(store.vault)) - before

    store.keys.keep([lock], [*behind, *beside])
    assert left() == {*behind, *beside}
    store.keys.destroy_keys([(one, EPOCH.kid), (OTHER, EPOCH.kid)])
    assert left() == {behind[1], *beside}
    store.keys.destroy()
    assert left() == {behind[1], *beside}
    store.keys.destroy_kids([ELSE.kid])
    assert left() == {beside[0]}
    store.keys.keep(wraps=behind)
    store.keys.destroy(members=[AYSEL.kid])
    assert left() == {beside[0]}
    assert [one.member for one in store.keys.locks(store.vault)] == [SEVDA.kid]
    store.keys.destroy([two])
    assert left() == set()
    assert set(store.keys.wraps(store.vault)) == before


def test_a_lock_is_frozen_for_one_member_and_thawed_again(store):
    other = Lock(drawn("one")[:16], store.vault, AYSEL.kid, LOCKS[0].stretching, 0)
    store.keys.keep([other])
    for frozen in (True, True, False):
        store.keys.freeze(SEVDA.kid, frozen=frozen)
        assert {one.member: one.frozen for one in store.keys.locks(store.vault)} == {
            SEVDA.kid: int(frozen), AYSEL.kid: 0,
        }  # fmt: skip
        if frozen:
            error = refused(store.keys.unlock, store.vault, WORDS, SEVDA.kid.hex())
            assert (type(error), error.message) == (
                NotEntitled, "the keys of this member are frozen here",
            )  # fmt: skip
            assert error.hint == "any two members can thaw them: candlemark key thaw"


def test_another_passphrase_opens_the_same_keys_and_keeps_what_is_frozen(store):
    store.keys.freeze(SEVDA.kid, frozen=True)
    changed_to = Passphrase(OTHER_WORDS, Cost.QUICK)
    assert isinstance(
        refused(store.keys.change_passphrase, store.vault, "no words", changed_to), WrongPassphrase
    )
    before = store.keys.locks(store.vault)
    store.keys.change_passphrase(store.vault, WORDS, changed_to)
    (lock,) = store.keys.locks(store.vault)
    assert (lock.member, lock.frozen) == (SEVDA.kid, 1)
    assert lock.holder != before[0].holder
    assert store.keys.held_by(store.vault, before[0].holder) == ()
    store.keys.freeze(SEVDA.kid, frozen=False)
    found = store.keys.unlock(store.vault, OTHER_WORDS)
    assert set(found.keyring.compartments.kids) == store.kids
    assert found.keyring.log.kid == LOG_KEY.kid
    found.shelf.close()


def test_unlocking_says_who_opened_what_and_whether_others_do(store):
    found = store.keys.unlock(store.vault, WORDS)
    recovery = RECOVERY.receiving.recipient.kid
    assert found.keyring.identity.kid == SEVDA.kid
    assert found.keyring.device.kid == SEVDA.device.kid
    assert found.shared  # for the recovery key
    assert store.keys.holders(store.vault) == {found.lock.holder, recovery}
    assert (found.lock,) == store.keys.locks(store.vault)
    assert found.label == store.keys.label()
    again = store.keys.unlock(store.vault, found.kek)
    assert again.lock == found.lock
    store.keys.destroy([recovery])
    assert not store.keys.unlock(store.vault, WORDS).shared
    own = store.keys.unlock_own(store.vault, WORDS)
    assert set(own.signing) == set(SIGNERS)
    lock, _ = new_lock(store.vault, AYSEL.kid, Passphrase(OTHER_WORDS, Cost.QUICK))
    store.keys.keep([lock])
    assert store.keys.unlock(store.vault, WORDS).shared  # there is a second lock, if no key yet


@pytest.mark.parametrize(
    ("table", "ask", "fault"),
    [
        ("seen", "seen", "seen: the last checkpoint is missing"),
        ("label", "label", "label: the name of the vault is missing"),
    ],
)
def test_a_line_that_is_missing_is_named(store, table, ask, fault):
    with closing(sqlite3.connect(store.path / KEYSTORE_FILE)) as file, file:
        file.execute(f"DELETE FROM {table}")
    assert [str(one) for one in refused(getattr(store.keys, ask)).faults] == [fault]


@pytest.mark.parametrize("name", SIGNERS)
def test_a_signing_key_that_is_missing_is_named(store, name):
    key = getattr(store.identity.keyring, name)
    store.keys.destroy_kids([key.kid])

    error = refused(store.keys.unlock, store.vault, WORDS)
    assert f"keys: the signing key of the {name} is missing" in map(str, error.faults)
    if name == "log":
        assert set(store.keys.unlock_own(store.vault, WORDS).signing) == {"identity", "device"}
    else:
        assert refused(store.keys.unlock_own, store.vault, WORDS).message == error.message


def test_a_file_is_examined_to_the_last_wrap(store):
    keyring = store.identity.keyring
    assert store.keys.examine(store.vault, keyring) == ()
    person = wrap_subject(keyring.compartments["coded"], store.vault, "person_x", PERSON)
    store.keys.keep(wraps=[person])
    assert store.keys.examine(store.vault, keyring) == ()
    bent = wrap_subject(keyring.compartments["coded"], store.vault, "person_y", ELSE)
    store.keys.keep(wraps=[bent._replace(suite=2)])
    assert [str(one) for one in store.keys.examine(store.vault, keyring)] == [
        f"key {ELSE.kid.hex()}: {NO_SUITE}"
    ]
    (only,) = store.keys.examine(OTHER, keyring)
    assert str(only) == "lock: these are the keys of another vault"


# The shelf


@pytest.fixture
def shelf(store):
    receiving = receiving_key(AYSEL.identity, store.vault)
    lock, kek = new_lock(store.vault, AYSEL.kid, Passphrase(OTHER_WORDS, Cost.QUICK))
    store.keys.keep(
        [lock],
        [
            wrap_for(
                receiving.recipient, store.vault, ROSTER, Named(COMPARTMENT + "coded", EPOCH, 3)
            ),
            wrap_under(kek, store.vault, Named(COMPARTMENT + "meta", ELSE)),
            wrap_for(receiving.recipient, store.vault, ROSTER, Named(SIGNING + "log", LOG_KEY)),
            wrap_subject(EPOCH, store.vault, "person_x", PERSON),
        ],
    )
    made = KeyShelf(store.path / KEYSTORE_FILE, store.vault, receiving, kek)
    yield made
    made.close()


def test_the_key_of_the_log_is_found_by_the_checkpoints_name_and_named_where_it_is_bent(
    store, shelf
):
    receiving, kids = receiving_key(AYSEL.identity, store.vault), shelf.kids
    with closing(sqlite3.connect(store.path / KEYSTORE_FILE, isolation_level=None)) as file:
        for name, found in (
            (LOG_KEY.kid.hex()[:8], LOG_KEY.kid), (LOG_KEY.kid.hex(), LOG_KEY.kid),
            ("00" * 4, None), ("zz", None), ("\xff", None),
        ):  # fmt: skip
            file.execute("UPDATE seen SET note = ?", (f"a/b/{name}\n7\n".encode("latin-1"),))
            log = _log(file, store.vault, receiving, kids)
            assert (log and log.kid) == found
        assert _log(file, store.vault, receiving, [EPOCH.kid]) is None
        file.execute("UPDATE seen SET note = ?", (f"a/b/{LOG_KEY.kid.hex()[:8]}\n7\n".encode(),))
        file.execute(
            "UPDATE keys SET wrap = zeroblob(length(wrap)) WHERE holder = ? AND kid = ?",
            (receiving.recipient.kid, LOG_KEY.kid),
        )
        error = refused(_log, file, store.vault, receiving, kids)
        assert (error.message, faults_of(error)) == (
            "keystore.db is damaged", [(f"key {LOG_KEY.kid.hex()}", "a wrapped key does not open: changed, moved or not ours")],
        )  # fmt: skip


def test_a_key_that_is_there_under_two_names_opens_nothing(store, shelf):
    signing = {"identity": AYSEL.identity, "device": AYSEL.device}
    twice = Unwrapped(signing, [("meta", 1, EPOCH), ("coded", 1, EPOCH)])
    once = Unwrapped(signing, [("meta", 1, ELSE), ("coded", 1, EPOCH)])

    error = refused(_keyring, twice, LOG_KEY, shelf, alone=False)
    assert (type(error), error.message, faults_of(error)) == (
        LedgerBroken, "keystore.db is damaged", [("keys", "one is there twice")],
    )  # fmt: skip
    keyring = _keyring(once, LOG_KEY, shelf, alone=False)
    assert (keyring.identity, keyring.device, keyring.log) == (
        AYSEL.identity, AYSEL.device, LOG_KEY,
    )  # fmt: skip
    assert keyring.compartments["coded"].kid == EPOCH.kid
    error = refused(_keyring, once, None, shelf, alone=False)
    assert faults_of(error) == [("keys", "the signing key of the log is missing")]
    store.keys.destroy([receiving_key(AYSEL.identity, store.vault).recipient.kid])
    error = refused(_keyring, Unwrapped(signing, []), LOG_KEY, shelf, alone=False)
    assert (type(error), error.message, error.hint) == (
        NotEntitled, "no key of the vault has been wrapped for this member yet",
        "an administrator adds you: candlemark member add",
    )  # fmt: skip


def by(*keys):
    return {key.kid: key for key in keys}.get


def test_keys_come_off_the_shelf_as_what_they_are(shelf):
    assert shelf.kids == {EPOCH.kid, LOG_KEY.kid}
    shelf.set_apart(frozenset({LOG_KEY.kid}))
    assert shelf.kids == {EPOCH.kid}
    name, epoch, key = shelf.take(EPOCH.kid, by())
    assert (name, epoch, key.kid) == ("coded", 3, EPOCH.kid)
    name, epoch, key = shelf.take(ELSE.kid, by())
    assert (name, epoch, key.kid) == ("meta", 1, ELSE.kid)
    holder, subject, key = shelf.take(PERSON.kid, by(EPOCH))
    assert (holder, subject, key.kid) == (EPOCH.kid, "person_x", PERSON.kid)
    assert shelf.take(PERSON.kid, by()) is None
    assert shelf.take(LOG_KEY.kid, by()) is None
    assert shelf.take(OTHER, by()) is None


def test_keys_fetched_together_are_those_taken_one_by_one(shelf):
    kids = [EPOCH.kid, ELSE.kid, PERSON.kid, OTHER]
    alone = [shelf.take(kid, by(EPOCH)) for kid in kids]
    shelf.fetch(kids)
    together = [shelf.take(kid, by(EPOCH)) for kid in kids]

    assert [one and one[:2] for one in alone] == [one and one[:2] for one in together]


def test_a_person_s_keys_are_found_by_who_they_are(shelf, store):
    other, second = SealingKey.generate(), SealingKey.generate()
    store.keys.keep(
        wraps=[
            wrap_subject(EPOCH, store.vault, "person_y", other),
            wrap_subject(EPOCH, store.vault, "person_x", second),
        ]
    )
    for _ in range(2):  # the second time by their tags
        found = shelf.of(EPOCH, "person_x")
        assert {one.key.kid for one in found} == {PERSON.kid, second.kid}
        assert {(one.epoch, one.subject) for one in found} == {(EPOCH.kid, "person_x")}
        assert [one.key.kid for one in shelf.of(EPOCH, "person_y")] == [other.kid]
        assert shelf.of(EPOCH, "person_z") == shelf.of(ELSE, "person_x") == []
    assert {one.subject for one in shelf.under(EPOCH)} == {"person_x", "person_y"}


def test_a_key_that_came_since_is_there_and_one_that_went_is_gone(shelf, store):
    fresh_key = SealingKey.generate()
    assert shelf.take(fresh_key.kid, by(EPOCH)) is None
    before = changed(store.path / KEYSTORE_FILE)
    store.keys.keep(wraps=[wrap_subject(EPOCH, store.vault, "person_y", fresh_key)])
    assert changed(store.path / KEYSTORE_FILE) != before
    assert shelf.take(fresh_key.kid, by(EPOCH)).subject == "person_y"
    store.keys.destroy_kids([fresh_key.kid])
    assert shelf.take(fresh_key.kid, by(EPOCH)) is None
    assert changed(store.path / "none") == ()


def test_a_bent_key_on_the_shelf_is_named(shelf, store):
    bent = SealingKey.generate()
    store.keys.keep(wraps=[wrap_subject(EPOCH, store.vault, "x", bent)._replace(suite=9)])
    expected = [(f"key {bent.kid.hex()}", NO_SUITE)]

    for call in (
        lambda: shelf.take(bent.kid, by(EPOCH)),
        lambda: shelf.of(EPOCH, "x"),
        lambda: list(shelf.under(EPOCH)),
    ):
        error = refused(call)
        assert (error.message, faults_of(error)) == ("keystore.db is damaged", expected)


# Held keys


def epoch_of(number, key, *readers, given=()):
    return Epoch(number, key.kid, tuple(readers), 0, START, b"", frozenset(given))


def test_the_key_written_with_is_the_one_the_ledger_names_and_not_the_newest_held():
    keys = CompartmentKeys({"coded": EPOCH})
    keys.add("coded", 2, ELSE)
    assert keys["coded"].kid == ELSE.kid
    said = {"coded": Compartment("coded", (epoch_of(1, EPOCH, SEVDA.kid),))}
    keys.follow(said, SEVDA.kid)
    assert keys["coded"].kid == EPOCH.kid
    for name in ("meta", "identity"):
        with pytest.raises(KeyError):
            keys[name]
    keys.follow({"coded": Compartment("coded", (epoch_of(1, PERSON, SEVDA.kid),))}, SEVDA.kid)
    with pytest.raises(KeyError):
        keys["coded"]
    assert [epoch for epoch, _ in keys.of("coded")] == [1, 2]


@pytest.mark.parametrize(
    ("held", "reads", "given", "expects"),
    [
        (True, True, True, True),
        (True, True, False, True),
        (True, False, False, True),
        (False, True, True, True),
        (False, True, False, False),
        (False, False, True, False),
        (False, False, False, False),
    ],
)
def test_what_does_not_open_is_damage_only_where_it_is_certain_to_be_held(
    held, reads, given, expects
):
    keys = CompartmentKeys({"coded": EPOCH} if held else {})
    readers = (SEVDA.kid,) if reads else (AYSEL.kid,)
    one = epoch_of(1, EPOCH, *readers, given=readers[:1] if given and reads else ())
    if given and not reads:
        one = epoch_of(1, EPOCH, *readers, given=(SEVDA.kid,))
    keys.follow({"coded": Compartment("coded", (one,))}, SEVDA.kid)

    assert keys.expects("coded") is expects
    assert not keys.expects("meta")


def test_before_the_ledger_names_compartments_what_is_held_is_expected():
    keys = CompartmentKeys({"coded": EPOCH})

    assert (keys.expects("coded"), keys.expects("meta")) == (True, False)
    assert keys.readable({}) == Readable(("coded",), ())
    assert ("coded" in keys, "meta" in keys, len(keys), list(keys)) == (True, False, 1, ["coded"])
    assert repr(keys) == "<CompartmentKeys coded (1)>"


def test_what_is_read_wholly_and_partly_is_told_apart():
    keys = CompartmentKeys({"coded": EPOCH, "meta": ELSE})
    said = {
        "meta": Compartment("meta", (epoch_of(1, ELSE),)),
        "coded": Compartment("coded", (epoch_of(1, EPOCH), epoch_of(2, PERSON))),
        "identity": Compartment("identity", (epoch_of(1, SealingKey.generate()),)),
    }

    assert keys.readable(said) == Readable(("meta",), ("coded",))
    keys.add("coded", 2, PERSON)
    assert keys.readable(said) == Readable(("coded", "meta"), ())


def test_a_person_s_keys_are_held_until_they_are_forgotten():
    keys = CompartmentKeys({"coded": EPOCH, "identity": ELSE})
    keys.add_subject(EPOCH.kid, "person_x", PERSON)
    second = SealingKey.generate()
    keys.add_subject(EPOCH.kid, "person_x", second)

    assert keys.subject("coded", "person_x").kid == PERSON.kid  # the first is written with
    assert keys.subject("identity", "person_x") is None
    assert set(keys.subject_kids("person_x")) == {PERSON.kid, second.kid}
    assert keys.subject_kids("") == ()
    assert [(epoch, who) for epoch, who, _ in keys.persons("coded")] == [
        (EPOCH.kid, "person_x")
    ] * 2
    assert keys.persons("identity") == []
    assert keys.kids == {EPOCH.kid, ELSE.kid}
    assert keys.name(PERSON.kid) == keys.name(EPOCH.kid) == "coded"
    keys.forget(frozenset({PERSON.kid}))
    assert keys.key(PERSON.kid) is None
    assert keys.key(second.kid).kid == second.kid
    assert keys.key(EPOCH.kid).kid == EPOCH.kid
    assert keys.subject("coded", "person_x") is None


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 5), st.integers(0, 7)), max_size=12))
def test_keys_of_a_compartment_stand_in_the_order_of_their_epochs_each_once(said):
    keys, model = CompartmentKeys(), {}
    for epoch, number in said:
        key = SealingKey.from_bytes(drawn(f"key {number}"))
        keys.add("coded", epoch, key)
        model.setdefault(key.kid, epoch)

    assert {key.kid: epoch for epoch, key in keys.of("coded")} == model
    assert [epoch for epoch, _ in keys.of("coded")] == sorted(model.values())
    assert keys.kids == model.keys()


def test_a_person_forgotten_does_not_come_back_from_the_shelf(shelf):
    shelf.set_apart(frozenset({LOG_KEY.kid}))
    keys = CompartmentKeys(shelf=shelf)
    keys.follow({"coded": Compartment("coded", (epoch_of(3, EPOCH, AYSEL.kid),))}, AYSEL.kid)

    assert keys["coded"].kid == EPOCH.kid
    assert keys.subject_kids("person_x") == (PERSON.kid,)
    assert keys.subject("coded", "person_x").kid == PERSON.kid
    assert [who for _, who, _ in keys.persons("coded")] == ["person_x"]
    assert keys.subject_kids("person_y") == ()
    keys.forget(frozenset({PERSON.kid}))
    assert keys.subject_kids("person_x") == ()
    assert keys.subject("coded", "person_x") is None
    assert keys.persons("coded") == []
    assert keys.key(PERSON.kid) is None


def test_a_key_wrapped_as_that_of_another_compartment_is_refused(shelf):
    keys = CompartmentKeys(shelf=shelf)
    coded = Compartment("coded", (epoch_of(1, ELSE),))
    keys.follow({"meta": Compartment("meta", (epoch_of(1, EPOCH),)), "coded": coded}, AYSEL.kid)

    error = refused(keys.key, EPOCH.kid)
    assert error.message == "its key is wrapped as that of another compartment"


# The file of a member's key


@pytest.fixture
def key_file(store):
    ((code, content),) = member_keys(store.keys, store.vault).items()
    assert code == SEVDA.kid.hex()[:12]
    return content


def test_a_member_takes_their_identity_elsewhere(store, key_file):
    lock, kek, identity = read_member_key(key_file, store.vault, WORDS)

    assert lock == store.keys.locks(store.vault)[0]
    assert (kek.kid, identity.kid) == (lock.holder, SEVDA.kid)
    assert KEY_LIMIT == 4096
    assert len(key_file) < KEY_LIMIT


FIELDS = {
    0: ("candlemark/member-key/v2", "this key is of another vault", "export the key of this one"),
    1: (OTHER, "this key is of another vault", "export the key of this one"),
    2: (AYSEL.kid, "this is not the key of a member", "export it again"),
    5: (AYSEL.kid, "this is not the key of a member", "export it again"),
    6: (b"bent", "this is not the key of a member", "export it again"),
    4: ("x" * 201, "this is not the key of a member", "export it again"),
}


@pytest.mark.parametrize("field", FIELDS)
def test_a_key_file_bent_in_a_field_is_refused_in_words(store, key_file, field):
    value, message, hint = FIELDS[field]
    raw = msgspec.msgpack.decode(key_file)
    raw[field] = value

    error = refused(read_member_key, msgspec.msgpack.encode(raw), store.vault, WORDS)
    assert (type(error), error.message, error.hint) == (LedgerBroken, message, hint)


def test_a_key_file_opens_by_its_words_and_is_one_whole_file(store, key_file):
    assert isinstance(refused(read_member_key, key_file, store.vault, "no"), WrongPassphrase)
    for content in (b"", key_file[:-1], key_file + b"\0", key_file + bytes(KEY_LIMIT)):
        error = refused(read_member_key, content, store.vault, WORDS)
        assert (error.message, error.hint) == ("this is not the key of a member", "export it again")


# Who may open a vault, and for whom keys may lie there


def member_of(house, person):
    keyring = Keyring(person.identity, person.device, LOG_KEY, CompartmentKeys())
    return Identity(house.vault, house.genesis, keyring)


def test_who_is_no_member_or_no_longer_opens_nothing():
    house = team()
    check_member(house.roster, member_of(house, RAMIN))
    house.decide(MemberRemoved(RAMIN.kid, ()))
    for person, message, hint in (
        (PEOPLE["Ghost"], "these keys are not those of a member",
         "administrators add a member: candlemark member add"),
        (RAMIN, "this person is a member no longer", "ask an administrator"),
    ):  # fmt: skip
        error = refused(check_member, house.roster, member_of(house, person))
        assert (type(error), error.message, error.hint) == (NotEntitled, message, hint)
        assert error.exit_code == 38


def test_a_keystore_holds_keys_for_whom_the_roster_names_and_nobody_else(store):
    house = House(recovery=encode(public_halves(RECOVERY)))
    locks = store.keys.locks(store.vault)
    first = [key.kid for key in store.identity.keyring.compartments.values()]
    recovery = RECOVERY.receiving.recipient.kid
    sevda = house.roster.members[SEVDA.kid].recipient.kid
    named = house.roster.compartments["coded"].epochs[0].kid
    ghost = drawn("ghost")[:16]
    store.keys.keep(wraps=fresh(ghost, EPOCH, PERSON))
    good = [locks[0].holder, recovery, sevda, named, *first]

    def strange(holders, roster=house.roster):
        return set(strangers(roster, store.identity, locks, holders, store.keys))

    assert strange(good) == set()
    assert strange([*good, ghost]) == {
        Fault(f"key {key.kid.hex()}", "it is wrapped for nobody the roster names")
        for key in (EPOCH, PERSON)
    }
    # Under a key that is itself wrapped for a member, keys of persons may lie.
    known = Wrap(ghost, sevda, SUITE, b"", b"w")
    store.keys.keep(wraps=[known])
    assert strange([*good, ghost]) == set()
    assert strange([recovery], replace(house.roster, recovery=None)) != set()


def test_behind_the_lock_of_nobody_yet_lie_their_own_keys_and_none_that_are_shared(store):
    roster = House(recovery=encode(public_halves(RECOVERY))).roster
    mine = store.keys.locks(store.vault)
    theirs = Lock(drawn("applicant")[:16], store.vault, PEOPLE["Ghost"].kid, mine[0].stretching, 0)
    store.keys.keep([theirs], fresh(theirs.holder, PEOPLE["Ghost"].identity))

    def strange():
        locks = store.keys.locks(store.vault)
        return strangers(roster, store.identity, locks, [theirs.holder], store.keys)

    assert strange() == ()
    coded = store.identity.keyring.compartments["coded"]
    for key in (coded, LOG_KEY):
        store.keys.keep(wraps=fresh(theirs.holder, key))
    assert {one.where for one in strange()} == {
        f"key {coded.kid.hex()}", f"key {LOG_KEY.kid.hex()}",
    }  # fmt: skip


def test_keys_are_wrapped_for_present_members_who_are_not_frozen_and_for_recovery():
    house = team()
    giving = Giving(None, member_of(house, SEVDA), None)
    ramin = house.roster.members[RAMIN.kid]
    assert giving._recipients(house.roster, (ramin,)) == [ramin.recipient]
    withkey = replace(house.roster, recovery=public_halves(RECOVERY))
    assert giving._recipients(withkey, (ramin,)) == [
        ramin.recipient, Recipient(Receiving.HYBRID, RECOVERY.receiving.recipient.raw),
    ]  # fmt: skip
    house.say("Ramin", MemberFrozen(RAMIN.kid))
    frozen = house.roster.members[RAMIN.kid]
    assert giving._recipients(house.roster, (frozen,)) == []
    for members in ((ramin,), (replace(frozen, kid=OTHER),), (replace(frozen, removed=1),)):
        error = refused(giving._recipients, house.roster, members)
        assert error.message == "a key was to be wrapped for somebody the roster does not name"
        assert error.hint == ("nothing was wrapped; candlemark ledger verify names what is wrong")


# Entries that are not kept yet


@pytest.fixture
def overlay(request):
    store = make_memory(request)()
    fill(store, 3)
    new = [Row(99, b"four", b"4" * 32, b"a" * 16), Row(98, b"five", b"5" * 32, b"b" * 16)]
    return Overlay(store, new, dict([part(b"new"), part(b"part 1")]))


def test_rows_stand_behind_those_that_are_kept_and_are_numbered_on(overlay):
    everything = [row(0), row(1), row(2),
                  Row(3, b"four", b"4" * 32, b"a" * 16), Row(4, b"five", b"5" * 32, b"b" * 16)]  # fmt: skip

    assert overlay.size == 5
    for start in range(7):
        for stop in range(start, 7):
            assert overlay.rows(start, stop) == everything[start:stop]


def test_parts_are_those_kept_and_those_that_came(overlay):
    names = {text: part(text)[0] for text in (b"part 0", b"part 1", b"new", b"none")}

    assert overlay.parts(list(names.values())) == dict(
        part(text) for text in (b"part 0", b"part 1", b"new")
    )
    assert overlay.parts([]) == {}
    assert overlay.parts([names[b"new"]]) == dict([part(b"new")])


# A shared folder

NO_VAULT = ("no vault is shared in this folder", "name a folder `candlemark share` wrote")
NO_KEYS = ("the keys in the shared folder cannot be read", "copy the whole folder again")
NO_NAME = (
    "the name of the vault in the shared folder is missing", "copy the whole folder again",
)  # fmt: skip


def told_by(call, folder):
    error = refused(call, folder)
    assert (type(error), error.exit_code) == (PublishedBroken, 85)
    return error.message, error.hint


def test_a_shared_folder_says_whose_log_it_is_or_is_none(tmp_path):
    key = note_key("candlemark/x", LOG_KEY.public)
    assert key == NoteKey("candlemark/x", ED25519, LOG_KEY.public)
    assert told_by(shared_log, tmp_path) == NO_VAULT
    for content in (f"{key}\n", f"{key}"):
        (tmp_path / LOG).write_text(content)
        assert shared_log(tmp_path) == key
    for content in (b"", b"\xff", f"{key}\n\n".encode(), f"{key}x".encode(), b"x" * 1025):
        (tmp_path / LOG).write_bytes(content)
        assert told_by(shared_log, tmp_path) == NO_VAULT


WRAP = (bytes(16), bytes(16), 1, bytes(32), bytes(8192))
ROWS = {
    # the field, another value, and whether it can be read
    "kid of 15": (0, bytes(15), False), "kid of 17": (0, bytes(17), False),
    "holder of 15": (1, bytes(15), False), "holder of 17": (1, bytes(17), False),
    "suite 0": (2, 0, False), "suite 127": (2, 127, True), "suite 128": (2, 128, False),
    "no roster": (3, b"", True), "roster of 33": (3, bytes(33), False),
    "no bytes": (4, b"", True), "8193 bytes": (4, bytes(8193), False),
}  # fmt: skip


@pytest.mark.parametrize("name", ROWS)
def test_wraps_in_a_shared_folder_are_read_up_to_their_bounds(tmp_path, name):
    field, value, good = ROWS[name]
    bent = (*WRAP[:field], value, *WRAP[field + 1 :])
    (tmp_path / WRAPS).write_bytes(msgspec.msgpack.encode([WRAP, bent]))

    if good:
        assert shared_wraps(tmp_path) == (Wrap(*WRAP), Wrap(*bent))
    else:
        assert told_by(shared_wraps, tmp_path) == NO_KEYS


def test_wraps_that_are_missing_cut_or_longer_are_refused(tmp_path):
    assert told_by(shared_wraps, tmp_path) == NO_KEYS
    whole = msgspec.msgpack.encode([WRAP])
    for content in (b"", whole[:-1], whole + b"\0", msgspec.msgpack.encode([WRAP[:-1]])):
        (tmp_path / WRAPS).write_bytes(content)
        assert told_by(shared_wraps, tmp_path) == NO_KEYS
    (tmp_path / WRAPS).write_bytes(b"\x90")
    assert shared_wraps(tmp_path) == ()


@pytest.mark.parametrize(
    ("length", "good"), [(None, False), (0, False), (1, True), (4096, True), (4097, False)]
)
def test_a_sealed_name_is_there_and_no_longer_than_any(tmp_path, length, good):
    if length is not None:
        (tmp_path / LABEL).write_bytes(b"x" * length)
    if good:
        assert shared_label(tmp_path) == b"x" * length
    else:
        assert told_by(shared_label, tmp_path) == NO_NAME


def test_the_keystore_of_another_place_holds_what_it_is_given(tmp_path):
    (lock, kek), _ = CHEAP
    own = [wrap_under(kek, VAULT, NAMED[name]) for name in ("the identity", "the device")]
    make_member_keystore(tmp_path / KEYSTORE_FILE, lock, own, b"label", b"a note")
    keys = Keystore(tmp_path)

    assert keys.locks(VAULT) == (lock,)
    assert set(keys.wraps(VAULT)) == set(own)
    assert (keys.label(), keys.seen()) == (b"label", (0, b"a note"))
    error = refused(keys.unlock, VAULT, WORDS)
    assert (type(error), error.message) == (
        NotEntitled, "no key of the vault has been wrapped for this member yet",
    )  # fmt: skip
    assert error.hint == "an administrator adds you: candlemark member add"
