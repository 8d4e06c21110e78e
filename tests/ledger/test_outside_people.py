"""Witnesses, policies, published folders and kept timestamps: what they are told and what is kept."""

from __future__ import annotations

import hashlib
import stat
import time
from datetime import UTC, datetime

import pytest

from candlemark.errors import (
    CandlemarkError,
    Fault,
    LedgerBroken,
    LogForked,
    NotUnderstood,
    NotWitnessed,
    ProofRefused,
    PublishedBroken,
    SettingRefused,
    StampRefused,
)
from candlemark.ledger.checkpoint import Checkpoint, signed_head
from candlemark.ledger.contradiction import Contradiction, contradictions
from candlemark.ledger.entry import read_leaf
from candlemark.ledger.merkle import Tree, leaf_hash
from candlemark.ledger.policy import POLICY_LIMIT, Cosigned, Policy, Trusted, Witnessed
from candlemark.ledger.proofs import prove_consistency
from candlemark.ledger.published import Published, check_published, shown_in, tile_at
from candlemark.ledger.publishing import publish, published_note, replace_checkpoint
from candlemark.ledger.shown import Evidence
from candlemark.ledger.stamps import post
from candlemark.ledger.tiles import ENTRIES, Tile, read_bundle, tiles_of
from candlemark.ledger.witness import KEY_FILE, Watched, Witness
from candlemark.seal import Note, NoteKey, SigningKey, sign_note
from candlemark.seal.notes import COSIGNATURE, ED25519, secret_text
from logs import copied, files, grow, new_vault, published

WHEN = 1_790_000_000
LOG = SigningKey.from_bytes(hashlib.sha256(b"log").digest())
LOG_KEY = NoteKey("log.example", ED25519, LOG.public)
SECRETS = {name: SigningKey.from_bytes(hashlib.sha256(name.encode()).digest()) for name in "abcd"}
KEYS = {name: NoteKey(f"{name}.example", COSIGNATURE, SECRETS[name].public) for name in SECRETS}
HASHES = [hashlib.sha256(bytes([n])).digest() for n in range(9)]
FORKED = (
    "the log was rewritten: it signed two histories, of 3 and of 3 entries, that exclude each other"
)
SEE = "docs/guides/witness.md shows a policy"


def note_of(hashes, key=LOG, name="log.example"):
    return Note.parse(signed_head(Tree().grown(hashes), name, key).note)


def refused(action):
    """What is told: the class, the message, the hint, the faults."""
    with pytest.raises(CandlemarkError) as caught:
        action()
    error = caught.value
    return type(error), error.message, error.hint, [str(fault) for fault in error.faults]


# Policies


def policy_text(needed=1, outside=1, names="ab", own="", **keys):
    lines = [f"needed = {needed}", f"outside = {outside}"]
    for name in names:
        lines += ["[[witness]]", f'name = "{name}"', f'key = "{keys.get(name, KEYS[name])}"']
        lines += [f"operator = {'true' if name in own else 'false'}"]
    return "\n".join(lines).encode()


def test_a_policy_is_what_its_file_says(tmp_path):
    (tmp_path / "policy").write_bytes(policy_text(3, 2, "abcd", "bd"))
    expected = Policy(3, 2, tuple(Trusted(name, KEYS[name], name in "bd") for name in "abcd"))

    assert Policy.load(tmp_path / "policy") == expected
    assert Policy.parse(policy_text(3, 2, "abcd", "bd")) == expected
    assert refused(lambda: Policy.load(tmp_path / "none")) == (
        SettingRefused, "there is no policy in this file", SEE, [],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("needed", "outside", "names", "own", "met"),
    [
        (1, 0, "a", "", True), (1, 1, "a", "", True), (2, 0, "a", "", False),
        (1, 0, "a", "a", True), (1, 1, "a", "a", False), (2, 1, "ab", "a", True),
        (2, 2, "ab", "a", False), (2, 2, "ab", "", True), (3, 2, "ab", "", False),
        (1, 2, "ab", "", False), (4, 4, "abcd", "", True), (4, 3, "abcd", "d", True),
        (4, 4, "abcd", "d", False),
    ],
)  # fmt: skip
def test_a_policy_can_be_met_or_is_refused(needed, outside, names, own, met):
    stored = policy_text(needed, outside, names, own)
    if met:
        assert Policy.parse(stored).needed == needed
        return
    kind, message, hint, faults = refused(lambda: Policy.parse(stored))
    there = len(names) - len(own)
    assert (kind, message, hint) == (SettingRefused, "this policy cannot be met", SEE)
    expected = []
    if needed > len(names):
        expected.append(f"needed: there are only {len(names)} witnesses")
    if outside > min(there, needed):
        expected.append(f"outside: it is more than needed, or than the {there} from outside")
    assert faults == expected


def test_everything_that_is_wrong_with_a_policy_is_told_at_once():
    as_log = NoteKey("a.example", ED25519, SECRETS["a"].public)
    stored = policy_text(3, 3, "ab", b=as_log).replace(b'name = "b"', b'name = "a"')
    stored = stored.replace(str(KEYS["a"]).encode(), str(KEYS["a"]).encode(), 1)

    assert refused(lambda: Policy.parse(stored)) == (
        SettingRefused,
        "this policy cannot be met",
        SEE,
        [
            "witness: one key stands there twice",
            "witness: one name stands there twice",
            "witness: a key is that of a log, not of a witness",
            "needed: there are only 2 witnesses",
            "outside: it is more than needed, or than the 2 from outside",
        ],
    )


@pytest.mark.parametrize(
    ("stored", "why"),
    [
        (policy_text(0), "Expected `int` >= 1 - at `$.needed`"),
        (policy_text(65), "Expected `int` <= 64 - at `$.needed`"),
        (policy_text(1, -1), "Expected `int` >= 0 - at `$.outside`"),
        (policy_text(1, 65), "Expected `int` <= 64 - at `$.outside`"),
        (policy_text().replace(b'"a"', b'""'), None),
        (policy_text().replace(b'"a"', b'"' + b"n" * 201 + b'"'), None),
        (policy_text() + b'\nmore = "x"', None),
        (b"more = 1\n" + policy_text(), None),
        (policy_text().replace(str(KEYS["a"]).encode(), b"key"), "this is not the key of a log or of a witness"),
        (b"\xff", None),
    ],
)  # fmt: skip
def test_a_policy_that_cannot_be_read_is_told_why(stored, why):
    kind, message, hint, faults = refused(lambda: Policy.parse(stored))

    assert (kind, hint, faults) == (SettingRefused, SEE, [])
    assert message.startswith("the policy cannot be read: ")
    assert why is None or message == f"the policy cannot be read: {why}"


def test_a_policy_of_64_kib_and_a_name_of_200_letters_are_read_and_longer_ones_are_not():
    stored = policy_text().replace(b'"a"', b'"' + b"n" * 200 + b'"')
    longest = stored + b"\n" + b"#" * (65_536 - len(stored) - 1)

    assert len(longest) == POLICY_LIMIT == 65_536
    assert Policy.parse(longest).witnesses[0].name == "n" * 200
    assert refused(lambda: Policy.parse(longest + b"#"))[1] == "the policy is too long"


def test_who_signed_when_and_who_did_not_is_told_in_the_order_of_the_policy():
    policy = Policy.parse(policy_text(2, 2, "abcd", "b"))
    note = note_of(HASHES[:3])
    for name, at in (("d", 9), ("b", WHEN)):
        note = note.cosign(f"{name}.example", SECRETS[name], at)
    judged = policy.judge(note, LOG_KEY)

    assert judged == Witnessed(
        Checkpoint(3, Tree().grown(HASHES[:3]).root),
        (
            Cosigned("b", operator=True, at=datetime.fromtimestamp(WHEN, UTC)),
            Cosigned("d", operator=False, at=datetime(1970, 1, 1, 0, 0, 9, tzinfo=UTC)),
        ),
        ("a", "c"),
        2,
        2,
    )
    assert not judged.holds
    assert refused(judged.require) == (
        NotWitnessed,
        "2 of 2 witnesses signed for this checkpoint, 1 of 2 from outside",
        "do not rely on it before they have; ask those who are silent",
        ["a: it did not sign for this checkpoint", "c: it did not sign for this checkpoint"],
    )
    whole = policy.judge(note.cosign("a.example", SECRETS["a"], 8), LOG_KEY)
    assert whole.holds
    whole.require()


# Witnesses


@pytest.fixture
def witness(tmp_path):
    return Witness.create(tmp_path / "witness", "w.example", lambda: WHEN)


@pytest.fixture(scope="module")
def vault():
    with new_vault(7) as made:
        yield made


@pytest.fixture(scope="module")
def key(vault):
    return vault.ledger.log.key


@pytest.fixture(scope="module")
def whole(vault, tmp_path_factory):
    """The log of seven entries with its parts; not to be changed."""
    return published(vault.ledger, tmp_path_factory.mktemp("log") / "log", parts=True)


NO_WITNESS = (
    SettingRefused,
    "there is no witness in this folder, or its key is damaged",
    "make one with: candlemark witness init FOLDER --name NAME",
    [],
)


def test_a_witness_keeps_its_key_for_itself_and_is_made_once(tmp_path, witness):
    folder = tmp_path / "witness"
    stored = (folder / KEY_FILE).read_text()

    assert KEY_FILE == "witness.key"
    assert list(files(folder)) == [KEY_FILE]
    assert stored.startswith("PRIVATE+KEY+w.example+")
    assert stored.endswith("\n")
    assert stat.S_IMODE((folder / KEY_FILE).stat().st_mode) == 0o600
    assert (witness.key.name, witness.key.algorithm) == ("w.example", COSIGNATURE)
    assert Witness.open(folder).key == witness.key
    assert refused(lambda: Witness.create(folder, "other.example")) == (
        SettingRefused,
        "there is a witness in this folder",
        "name a folder that is not there yet",
        [],
    )
    assert (folder / KEY_FILE).read_text() == stored


def test_a_witness_that_cannot_be_called_so_leaves_nothing(tmp_path):
    assert refused(lambda: Witness.create(tmp_path / "w", "a b"))[:2] == (
        NotUnderstood, "this cannot be the name or the kind of a signer",
    )  # fmt: skip
    assert not (tmp_path / "w").exists()


@pytest.mark.parametrize(
    "spoil",
    [
        lambda _: "", lambda text: text[:-1], lambda text: text + "\n", lambda text: " " + text,
        lambda text: text.replace("w.example", "v.example"), lambda text: text * 20,
        lambda _: secret_text("w.example", LOG, ED25519) + "\n",
        lambda _: f"{KEYS['a']}\n",
    ],
)  # fmt: skip
def test_a_witness_whose_key_is_another_is_none(tmp_path, witness, spoil):
    path = tmp_path / "witness" / KEY_FILE
    path.write_text(spoil(path.read_text()))

    assert refused(lambda: Witness.open(tmp_path / "witness")) == NO_WITNESS
    assert witness.key.name == "w.example"


def test_there_is_no_witness_where_there_is_none(tmp_path):
    assert refused(lambda: Witness.open(tmp_path)) == NO_WITNESS
    (tmp_path / KEY_FILE).write_bytes(b"\xff\n")
    assert refused(lambda: Witness.open(tmp_path)) == NO_WITNESS


def test_the_clock_of_a_witness_is_that_of_the_machine_when_nobody_brings_one(tmp_path):
    made = Witness.create(tmp_path, "w.example")
    made.watch(LOG_KEY)
    before = int(time.time())
    for one in (made, Witness.open(tmp_path)):
        note = one.cosign_note(note_of(HASHES[:3]).encode(), ()).note
        assert before <= note.cosigned_at(made.key) <= time.time()


def test_what_a_witness_watches_is_told_by_name_and_kept_as_described(tmp_path, witness):
    keys = [NoteKey(name, ED25519, LOG.public) for name in ("c.log", "a.log", "b.log")]
    for each in (*keys, keys[0]):
        witness.watch(each)

    assert [one.key for one in witness.watched()] == [keys[1], keys[2], keys[0]]
    assert {(one.note, one.checkpoint) for one in witness.watched()} == {(None, None)}
    places = {
        f"logs/{hashlib.sha256(each.name.encode()).hexdigest()[:32]}/key": f"{each}\n".encode()
        for each in keys
    }
    kept = files(tmp_path / "witness")
    kept.pop(KEY_FILE)
    assert kept == places


def test_a_witness_that_watches_nothing_says_so(witness):
    assert witness.watched() == ()


def test_a_witness_watches_one_key_of_a_name_and_no_witness(witness):
    witness.watch(LOG_KEY)
    other = NoteKey(LOG_KEY.name, ED25519, SECRETS["a"].public)

    assert refused(lambda: witness.watch(other)) == (
        SettingRefused,
        "another key is known for a log of this name",
        "ask the members, by another way, which of the two is theirs",
        [],
    )
    assert refused(lambda: witness.watch(KEYS["a"])) == (
        SettingRefused,
        "this is the key of a witness, not of a log",
        "use the line that candlemark ledger publish prints",
        [],
    )
    assert [one.key for one in witness.watched()] == [LOG_KEY]


@pytest.mark.parametrize("name", ["key", "checkpoint"])
@pytest.mark.parametrize("content", [b"", b"x", b"\xff", "whole twice", "another log"])
def test_a_file_of_a_witness_that_is_damaged_is_named(tmp_path, witness, name, content):
    witness.watch(LOG_KEY)
    witness.cosign_note(note_of(HASHES[:2]).encode(), ())
    (place,) = (tmp_path / "witness" / "logs").iterdir()
    if content == "whole twice":
        content = (place / name).read_bytes() * 2
    if content == "another log":
        other = NoteKey("other.log", ED25519, LOG.public)
        content = f"{other}\n".encode() if name == "key" else note_of(HASHES, name="o").encode()
    (place / name).write_bytes(content)
    told = (
        LedgerBroken,
        f"the files of the witness under logs/{place.name} are damaged",
        "put the last good copy of the witness's folder in its place",
        [],
    )

    assert refused(witness.watched) == told
    if name == "key":
        assert refused(lambda: witness._of(LOG_KEY.name)) == told
    else:
        assert refused(lambda: witness.cosign_note(note_of(HASHES[:2]).encode(), ()))[:2] == (
            ProofRefused, told[1],
        )  # fmt: skip


def cosigned(witness, size, proof=(), hashes=HASHES):
    return witness.cosign_note(note_of(hashes[:size]).encode(), proof)


def proof_from(old, new, hashes=HASHES):
    class Nodes:
        def node(self, height, index):
            return Tree().grown(hashes[index << height : (index + 1) << height]).root

    return prove_consistency(Nodes(), old, new)


def test_a_witness_signs_for_what_continues_and_remembers_it(witness):
    witness.watch(LOG_KEY)
    for old, new in ((0, 2), (2, 2), (2, 3), (3, 7), (7, 7)):
        found = cosigned(witness, new, proof_from(old, new) if old else ())
        assert found == Watched(
            LOG_KEY, note_of(HASHES[:new]).cosign("w.example", witness._signing, WHEN)
        )
        assert found.checkpoint == Checkpoint(new, Tree().grown(HASHES[:new]).root)
        assert witness.watched() == (found,)


def test_a_witness_is_not_given_a_proof_that_does_not_hold(witness, tmp_path):
    witness.watch(LOG_KEY)
    cosigned(witness, 3)
    before = files(tmp_path / "witness")
    again = "ask for the proof again, and keep both checkpoints"
    for size, proof, message in (
        (5, (), "the proof is too short"),
        (5, (*proof_from(3, 5), HASHES[0]), "the proof is too long"),
        (5, proof_from(3, 5)[::-1], "the proof does not lead from the older root to the newer one"),
        (3, (HASHES[0],), "the proof is too long"),
    ):
        told = refused(lambda size=size, proof=proof: cosigned(witness, size, proof))
        assert told == (ProofRefused, message, again, [])
    stranger = note_of(HASHES[:3], key=SECRETS["a"])
    assert refused(lambda: witness.cosign_note(stranger.encode(), ())) == (
        ProofRefused,
        "the signature under the checkpoint does not hold",
        "ask for the checkpoint again",
        [],
    )
    assert files(tmp_path / "witness") == before


@pytest.mark.parametrize(
    ("size", "hashes", "message"),
    [
        (2, HASHES, "the log was rolled back: it had 3 entries, and shows 2"),
        (0, HASHES, "the log was rolled back: it had 3 entries, and shows 0"),
        (
            3,
            HASHES[1:],
            FORKED,
        ),
    ],
)
def test_a_note_that_excludes_what_was_remembered_is_an_alarm(
    witness, tmp_path, size, hashes, message
):
    witness.watch(LOG_KEY)
    cosigned(witness, 3)
    with pytest.raises(LogForked) as caught:
        cosigned(witness, size, (), hashes)
    error = caught.value

    assert error.message == message
    assert (
        error.evidence
        == Evidence(str(LOG_KEY), note_of(HASHES[:3]), note_of(hashes[:size])).encode()
    )
    assert "COULD NOT BE KEPT" not in error.hint
    name = f"alarms/{hashlib.sha256(error.evidence).hexdigest()}.json"
    assert files(tmp_path / "witness")[name] == error.evidence
    assert witness.watched()[0].checkpoint.size == 3


def test_a_folder_without_a_log_is_not_checked(witness, tmp_path):
    told = ("no log is published in this folder", "name the folder that holds its checkpoint", [])

    assert refused(lambda: witness.check(tmp_path / "none")) == (PublishedBroken, *told)
    assert refused(lambda: witness.cosign(tmp_path)) == (PublishedBroken, *told)
    assert refused(lambda: shown_in(tmp_path, LOG_KEY)) == (PublishedBroken, *told)


def test_a_folder_whose_tiles_lead_nowhere_tells_nothing(witness, key, whole, tmp_path):
    folder = copied(whole, tmp_path / "log")
    witness.watch(key)
    (folder / "tile/0/000.p/7").write_bytes(bytes(7 * 32))
    for action in (witness.check, witness.cosign):
        assert refused(lambda action=action: action(folder)) == (
            PublishedBroken,
            "nothing can be told of this log: the tiles do not lead to the root of the checkpoint",
            "fetch the whole folder again, and keep this one",
            [],
        )
    (folder / "tile/0/000.p/7").unlink()
    assert refused(lambda: witness.check(folder))[1] == (
        "nothing can be told of this log: it is missing"
    )


def test_a_cosignature_stands_in_the_folder_beside_those_of_others(witness, key, whole, tmp_path):
    folder = copied(whole, tmp_path / "log")
    note = published_note(folder)
    replace_checkpoint(folder, note.cosign("a.example", SECRETS["a"], 5))
    witness.watch(key)

    checked = witness.check(folder)
    assert checked.note.cosigned_at(witness.key) is None
    assert witness.watched()[0].note is None
    for _ in range(2):
        found = witness.cosign(folder)
        there = published_note(folder)
        assert found.note == there
        assert [line.name for line in there.signatures] == [key.name, "a.example", "w.example"]
        assert (there.cosigned_at(witness.key), there.cosigned_at(KEYS["a"])) == (WHEN, 5)
    assert witness.watched() == (found,)


# Publishing


def test_publishing_tells_what_it_did(vault, key, tmp_path):
    root = Tree().grown(row.hash for row in vault._store.leaves).root.hex()
    log = vault.ledger.log
    parts = sum(len(read_leaf(row.leaf).parts) for row in vault._store.leaves)
    told = [publish(log, tmp_path / "a"), publish(log, tmp_path / "a")]
    told += [publish(log, tmp_path / "a", parts=True), publish(log, tmp_path / "a", parts=True)]

    assert [(one.size, one.root, one.log, one.absent) for one in told] == [
        (7, root, str(key), 0)
    ] * 4
    assert [one.written for one in told] == [3, 0, parts + 1, 0]
    assert not (tmp_path / "a" / ".unfinished").exists()


def test_a_checkpoint_is_written_once(tmp_path):
    tmp_path.mkdir(exist_ok=True)
    note = note_of(HASHES[:2])

    assert published_note(tmp_path) is None
    assert replace_checkpoint(tmp_path, note) == 1
    assert replace_checkpoint(tmp_path, note) == 0
    assert published_note(tmp_path) == note
    assert replace_checkpoint(tmp_path, note_of(HASHES[:3])) == 1


def test_a_checkpoint_in_a_folder_that_does_not_hold_is_told_with_what_to_keep(
    key, tmp_path, vault
):
    hint = "keep the folder as it is and fetch the log again beside it"
    wrong = "the checkpoint is not a signed note"
    (tmp_path / "checkpoint").write_bytes(b"x")
    told = (
        PublishedBroken, f"the published checkpoint does not hold: {wrong}", hint, [f"checkpoint: {wrong}"],
    )  # fmt: skip
    for action in (
        lambda: published_note(tmp_path),
        lambda: shown_in(tmp_path, key),
        lambda: check_published(tmp_path, key),
        lambda: publish(vault.ledger.log, tmp_path),
    ):
        assert refused(action) == told
    wrong = "the signature under the checkpoint does not hold"
    (tmp_path / "checkpoint").write_bytes(note_of(HASHES[:2]).encode())
    for action in (
        lambda: shown_in(tmp_path, key),
        lambda: publish(vault.ledger.log, tmp_path),
    ):
        assert refused(action) == (
            PublishedBroken,
            f"the published checkpoint does not hold: {wrong}",
            hint,
            [f"checkpoint: {wrong}"],
        )


def test_a_log_that_grows_leaves_no_narrower_tile_behind(tmp_path):
    with new_vault() as vault:
        for more in (1, 1, 253, 1, 1):
            grow(vault.ledger, more)
            publish(vault.ledger.log, tmp_path)
            size = vault.ledger.size
            assert set(files(tmp_path)) == {"checkpoint", *(tile.path for tile in tiles_of(size))}
        assert not (tmp_path / "tile/0/000.p").exists()


# Published folders


def test_a_published_log_is_told_as_it_is(vault, key, whole):
    parts = sum(len(read_leaf(row.leaf).parts) for row in vault._store.leaves)
    told = []
    found = check_published(whole, key, progress=lambda *done: told.append(done))

    assert found == Published(shown_in(whole, key).checkpoint, published_note(whole), parts, ())
    assert found.checkpoint.size == 7
    assert told == [(7, 7)]
    found.require()
    assert check_published(whole, key, parts=False).parts == 0
    assert check_published(whole, key, parts=True).parts == parts


def test_the_parts_of_a_log_without_them_are_missed_only_where_they_are_wanted(
    vault, key, tmp_path
):
    publish(vault.ledger.log, tmp_path)

    assert check_published(tmp_path, key).faults == ()
    assert check_published(tmp_path, key, parts=False).faults == ()
    faults = [str(fault) for fault in check_published(tmp_path, key, parts=True).faults]
    expected = [
        f"part/{part.hash.hex()}: it is missing (a part of entry {row.n})"
        for row in vault._store.leaves
        for part in read_leaf(row.leaf).parts
    ]
    assert faults == ["genesis: it is missing", *expected]


def test_what_is_found_is_raised_with_its_number():
    faults = (Fault("a", "x"), Fault("b", "y"))
    found = Published(Checkpoint(0, b""), note_of(()), 0, faults)

    assert refused(found.require) == (
        PublishedBroken,
        "2 files of this published log do not hold",
        "keep the folder as it is and fetch these files again beside it",
        ["a: x", "b: y"],
    )


def test_each_file_that_is_bent_is_told_by_what_is_wrong_with_it(vault, key, whole, tmp_path):
    folder = copied(whole, tmp_path / "log")
    bundle, tile, genesis = (
        folder / "tile/entries/000.p/7",
        folder / "tile/0/000.p/7",
        folder / "genesis",
    )
    part = read_leaf(vault._store.leaves[4].leaf).parts[1].hash.hex()
    leaves = read_bundle(bundle.read_bytes(), 7)
    first = 2 + len(leaves[0])
    bent = bytearray(bundle.read_bytes())
    bent[first + 2] ^= 1
    hashes = bytearray(tile.read_bytes())
    hashes[6 * 32] ^= 1
    cases = [
        (bundle, None, ["tile/entries/000.p/7: it is missing"]),
        (bundle, bundle.read_bytes()[:-1], ["tile/entries/000.p/7: it does not hold 7 entries"]),
        (bundle, bytes(bent), ["tile/entries/000.p/7: entry 1 is not the one that was signed for"]),
        (tile, None, ["tile/0/000.p/7: it is missing"]),
        (tile, tile.read_bytes()[:-1], ["tile/0/000.p/7: it does not hold 7 hashes"]),
        (tile, bytes(hashes), ["tile/0/000.p/7: the hash of entry 6 was changed"]),
        (genesis, None, ["genesis: it is missing"]),
        (genesis, b"x", ["genesis: it is not the one this log is named after"]),
        (folder / "part" / part, None, [f"part/{part}: it is missing (a part of entry 4)"]),
        (
            folder / "part" / part,
            b"x",
            [f"part/{part}: it was changed or cut short (a part of entry 4)"],
        ),
    ]
    for path, content, expected in cases:
        kept = path.read_bytes()
        path.unlink() if content is None else path.write_bytes(content)
        assert [str(fault) for fault in check_published(folder, key).faults] == expected
        path.write_bytes(kept)
    assert check_published(folder, key).faults == ()


def test_entries_that_hold_together_and_were_not_signed_for_are_told_at_the_checkpoint(tmp_path):
    with new_vault(4) as vault:
        log = vault.ledger.log
        publish(log, tmp_path)
        text = f"{log.key.name}\n4\n{'A' * 43}=\n"
        signed = sign_note(text, log.key.name, vault._identity.keyring.log)
        (tmp_path / "checkpoint").write_bytes(signed)

        assert [str(fault) for fault in check_published(tmp_path, log.key).faults] == [
            "checkpoint: the entries are not the ones it was signed for"
        ]


@pytest.mark.parametrize("size", range(10))
def test_a_checkpoint_known_before_is_continued_or_told(vault, key, whole, size):
    hashes = [row.hash for row in vault._store.leaves]
    right = Checkpoint(size, Tree().grown(hashes[:size]).root)
    wrong = Checkpoint(size, HASHES[0])
    found = [
        [str(one) for one in check_published(whole, key, known).faults] for known in (right, wrong)
    ]

    if size > 7:
        assert found == [[f"checkpoint: it is of 7 entries; {size} were known before"]] * 2
    else:
        assert found == [
            [],
            [f"checkpoint: it does not continue the one known before, of {size} entries"],
        ]


def test_a_narrow_tile_is_the_beginning_of_a_wider_one(whole, tmp_path):
    read = tile_at(whole)
    for level in (0, ENTRIES):
        stored = (whole / Tile(level, 0, 7).path).read_bytes()
        assert read(Tile(level, 0, 7)) == stored
        for width in range(1, 7):
            part = read(Tile(level, 0, width))
            assert stored.startswith(part)
            if level == 0:
                assert len(part) == width * 32
            else:
                assert len(read_bundle(part, width)) == width
        assert refused(lambda level=level: read(Tile(level, 0, 8))) == (
            ProofRefused, "it is missing", "fetch the file again", [],
        )  # fmt: skip
    assert refused(lambda: tile_at(tmp_path)(Tile(1, 0, 256)))[1] == "it is missing"


# Contradictions


def test_everything_members_had_seen_beyond_a_state_is_told(vault):
    ledger = vault.ledger
    device = vault._identity.keyring.device.kid.hex()
    hashes = [row.hash for row in vault._store.leaves]
    signing = vault._identity.keyring.log
    for size in range(8):
        note = signed_head(Tree().grown(hashes[:size]), ledger.log.key.name, signing).note
        assert contradictions(ledger, note) == tuple(
            Contradiction(
                entry.n, device, seen.size,
                f"its writer had seen {seen.size} entries; the checkpoint has {size}",
            )
            for entry, seen in ledger.seen() if seen.size > size
        )  # fmt: skip
    for size in range(1, 10):
        other = [leaf_hash(bytes([n])) for n in range(size)]
        note = signed_head(Tree().grown(other), ledger.log.key.name, signing).note
        found = contradictions(ledger, note)
        what = (
            "it is not a state this ledger ever went through"
            if size <= 7
            else f"it has {size} entries; the ledger lacks some"
        )
        assert found[0] == Contradiction(-1, "", 7, what)
        assert [(one.entry, one.what) for one in found[1:]] == [
            (
                entry.n,
                f"its writer had seen another state of {size} entries"
                if seen.size == size
                else f"its writer had seen {seen.size} entries; the checkpoint has {size}",
            )
            for entry, seen in ledger.seen()
            if seen.size >= size
        ]


# Timestamps


@pytest.mark.parametrize(
    "url", ["", "http://", "https:///x", "ftp://a/", "http://a b/", "HTTP://a/", "http://a/x y", " http://a"]
)  # fmt: skip
def test_nobody_is_asked_for_a_timestamp_at(url):
    assert refused(lambda: post(url, b"question")) == (
        SettingRefused,
        "this is not the address of a timestamp service",
        "it begins with https://",
        [],
    )


@pytest.mark.parametrize("path", ["", "/", "/stamp", "/a/b?c=d"])
def test_a_service_that_is_not_there_does_not_answer(path):
    assert refused(lambda: post(f"http://127.0.0.1:1{path}", b"question")) == (
        StampRefused,
        "the timestamp service does not answer",
        "see whether its address is right and this machine has a connection",
        [],
    )
