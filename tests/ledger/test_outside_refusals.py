"""What people outside are told when a log does not hold: class, code, message, hint and evidence."""

from __future__ import annotations

import base64
import hashlib
import json

import msgspec
import pytest

from candlemark.errors import (
    CandlemarkError,
    LedgerBroken,
    LogForked,
    ProofRefused,
    VaultMissing,
)
from candlemark.ledger.checkpoint import Checkpoint, signed_head
from candlemark.ledger.merkle import Tree
from candlemark.ledger.proof_file import PROOF_LIMIT, EntryProof
from candlemark.ledger.proofs import (
    check_consistency,
    check_inclusion,
    prove_consistency,
    prove_inclusion,
)
from candlemark.ledger.public import PublicLog, noted_log
from candlemark.ledger.shown import EVIDENCE_LIMIT, Evidence, Shown, keep_evidence
from candlemark.ledger.store import Row
from candlemark.seal import Note, NoteKey, SigningKey
from candlemark.seal.notes import ED25519
from logs import copy_of, files, new_vault, published

H = [hashlib.sha256(bytes([n])).digest() for n in range(9)]
AGAIN = "ask for the proof again, and keep both checkpoints"
COPY_PROOF = "ask for the proof again; it is one file"
WHY = "that exclude each other"
KEEP = (
    "change nothing, keep both copies, tell the other members by another way, and let nobody write"
)
COPY = "copy the whole file again from where it was kept"
NAME = "log.example"
LOG = SigningKey.from_bytes(hashlib.sha256(b"log").digest())
KEY = NoteKey(NAME, ED25519, LOG.public)
FRIENDS = [SigningKey.from_bytes(hashlib.sha256(bytes([n])).digest()) for n in range(4)]
WHEN = 1_790_000_000


def note_of(hashes, name=NAME, key=LOG):
    """The signed note of a log with these leaves."""
    return Note.parse(signed_head(Tree().grown(hashes), name, key).note)


def refused(action):
    """What is told: the class, the message, the hint, the faults."""
    with pytest.raises(CandlemarkError) as caught:
        action()
    error = caught.value
    assert str(error) == error.message
    return type(error), error.message, error.hint, [str(fault) for fault in error.faults]


# Proofs


def no_entry(index, size):
    return f"there is no entry {index} among {size}", "name one that is there"


class Nothing:
    """A tree nobody may look into."""

    def node(self, *place):
        pytest.fail(f"nothing is computed at {place}")


PROOFS = {
    "an entry before the first": (
        lambda: prove_inclusion(Nothing(), -1, 5), *no_entry(-1, 5),
    ),
    "the entry behind the last": (lambda: prove_inclusion(Nothing(), 5, 5), *no_entry(5, 5)),
    "an entry of nothing": (lambda: prove_inclusion(Nothing(), 0, 0), *no_entry(0, 0)),
    "an entry of a tree too large": (
        lambda: prove_inclusion(Nothing(), 0, 2**60 + 1), *no_entry(0, 2**60 + 1),
    ),
    "a place behind the last": (
        lambda: check_inclusion(H[0], 1, 1, H[0], ()), *no_entry(1, 1),
    ),
    "more before than now": (
        lambda: prove_consistency(Nothing(), 2, 1), "1 entries cannot continue 2", AGAIN,
    ),
    "less than nothing before": (
        lambda: prove_consistency(Nothing(), -1, 1), "1 entries cannot continue -1", AGAIN,
    ),
    "more than any log": (
        lambda: prove_consistency(Nothing(), 0, 2**60 + 1),
        f"{2**60 + 1} entries cannot continue 0", AGAIN,
    ),
    "a leaf that is no hash": (
        lambda: check_inclusion(b"x" * 31, 0, 1, H[0], ()),
        "there is something in the proof that is not a hash", AGAIN,
    ),
    "a step of 33 bytes": (
        lambda: check_inclusion(H[0], 0, 2, H[0], [b"x" * 33]),
        "there is something in the proof that is not a hash", AGAIN,
    ),
    "a root that is no hash": (
        lambda: check_consistency(1, H[0], 1, b"x", ()),
        "there is something in the proof that is not a hash", AGAIN,
    ),
    "an older root that is no hash": (
        lambda: check_consistency(1, b"x", 1, H[0], ()),
        "there is something in the proof that is not a hash", AGAIN,
    ),
    "no step for two leaves": (
        lambda: check_inclusion(H[0], 0, 2, H[0], ()), "the proof is too short", AGAIN,
    ),
    "a step for one leaf": (
        lambda: check_inclusion(H[0], 0, 1, H[0], [H[1]]), "the proof is too long", AGAIN,
    ),
    "another root": (
        lambda: check_inclusion(H[0], 0, 1, H[1], ()),
        "the proof does not lead to the root of the checkpoint", AGAIN,
    ),
    "a step from nothing": (
        lambda: check_consistency(0, hashlib.sha256(b"").digest(), 3, H[0], [H[1]]),
        "the proof is too long", AGAIN,
    ),
    "a step between the same": (
        lambda: check_consistency(3, H[0], 3, H[0], [H[1]]), "the proof is too long", AGAIN,
    ),
    "no step from three to five": (
        lambda: check_consistency(3, H[0], 5, H[1], ()), "the proof is too short", AGAIN,
    ),
    "no step from two to four": (
        lambda: check_consistency(2, H[0], 4, H[1], ()), "the proof is too short", AGAIN,
    ),
    "two steps from two to four": (
        lambda: check_consistency(2, H[0], 4, H[1], [H[2], H[3]]), "the proof is too long", AGAIN,
    ),
    "another empty root": (
        lambda: check_consistency(0, H[0], 3, H[1], ()),
        "the proof does not lead from the older root to the newer one", AGAIN,
    ),
    "another root of nothing, twice": (
        lambda: check_consistency(0, H[0], 0, H[0], ()),
        "the proof does not lead from the older root to the newer one", AGAIN,
    ),
    "another root of nothing now": (
        lambda: check_consistency(0, hashlib.sha256(b"").digest(), 0, H[0], ()),
        "the proof does not lead from the older root to the newer one", AGAIN,
    ),
    "two roots of one size": (
        lambda: check_consistency(3, H[0], 3, H[1], ()),
        "the proof does not lead from the older root to the newer one", AGAIN,
    ),
    "a step that is another": (
        lambda: check_consistency(2, H[0], 4, H[1], [H[2]]),
        "the proof does not lead from the older root to the newer one", AGAIN,
    ),
}  # fmt: skip


@pytest.mark.parametrize(("action", "message", "hint"), PROOFS.values(), ids=PROOFS)
def test_a_proof_is_refused_for(action, message, hint):
    assert refused(action) == (ProofRefused, message, hint, [])


# Proofs as files


@pytest.fixture(scope="module")
def vault():
    with new_vault(7) as made:
        yield made


@pytest.fixture(scope="module")
def log(vault):
    return vault.ledger.log


@pytest.fixture(scope="module")
def whole(vault, tmp_path_factory):
    """The log of seven entries with its parts; not to be changed."""
    return published(vault.ledger, tmp_path_factory.mktemp("log") / "log", parts=True)


@pytest.mark.parametrize("index", range(7))
def test_the_file_of_a_proof_holds_what_it_says_line_by_line(vault, log, index):
    proof = EntryProof.of(log, index)
    leaf = vault._store.leaves[index].leaf
    head, _, note = proof.encode().decode().partition("\n\n")
    lines = head.split("\n")

    assert (proof.index, proof.leaf, proof.note) == (index, leaf, log.shown().note)
    assert lines[:3] == [
        "c2sp.org/tlog-proof@v1",
        f"extra {base64.b64encode(leaf).decode()}",
        f"index {index}",
    ]
    assert tuple(base64.b64decode(line) for line in lines[3:]) == proof.hashes
    assert proof.hashes == prove_inclusion(log.shown().nodes, index, 7)
    assert note.encode() == vault._store.head().note
    assert EntryProof.read(proof.encode()) == proof
    assert proof.check(log.key) == log.shown().checkpoint


def test_a_proof_holds_for_its_own_leaf_place_and_log_only(log):
    proof = EntryProof.of(log, 2)
    leads = "the proof does not lead to the root of the checkpoint"
    bent = {
        leads: [
            EntryProof(2, proof.leaf + b"x", proof.hashes, proof.note),
            EntryProof(3, proof.leaf, proof.hashes, proof.note),
            EntryProof(2, proof.leaf, proof.hashes[::-1], proof.note),
        ],
        "the proof is too short": [EntryProof(2, proof.leaf, proof.hashes[1:], proof.note)],
        "the proof is too long": [EntryProof(2, proof.leaf, proof.hashes * 2, proof.note)],
        "there is no entry 7 among 7": [EntryProof(7, proof.leaf, proof.hashes, proof.note)],
    }
    for message, each in bent.items():
        for one in each:
            assert refused(lambda one=one: one.check(log.key))[:2] == (ProofRefused, message)
    stranger = NoteKey(log.key.name, ED25519, LOG.public)
    assert refused(lambda: proof.check(stranger)) == (
        ProofRefused,
        "the proof does not hold: the signature under the checkpoint does not hold",
        COPY_PROOF,
        [],
    )


def test_what_is_no_proof_file_is_refused_as_that(log):
    stored = EntryProof.of(log, 2).encode()
    step = b"A" * 43 + b"=\n"
    for bent in (
        b"",
        b"\xff" + stored,
        stored.replace(b"@v1", b"@v2"),
        stored.replace(b"extra", b"extras"),
        stored.replace(b"index 2", b"index 02"),
        stored.replace(b"index 2", b"index -2"),
        stored.replace(b"index 2", b"index " + b"1" * 19),
        stored.replace(b"index 2\n", b"index 2\n" + step * 64),
        stored.replace(b"index 2\n", b"index 2\n" + b"A" * 42 + b"B=\n"),
        stored.replace(b"extra ", b"extra A"),
        stored[:-1],
        stored + b"x",
        stored.ljust(PROOF_LIMIT + 1, b"\n"),
    ):
        assert refused(lambda bent=bent: EntryProof.read(bent)) == (
            ProofRefused, "this file is not the proof of an entry", COPY_PROOF, [],
        )  # fmt: skip
    there = stored.count(b"=\n") - 1
    longest = stored.replace(b"index 2\n", b"index 999999999999999999\n" + step * (60 - there))
    assert EntryProof.read(longest).index == 10**18 - 1
    assert EntryProof.read(stored.replace(b"extra " + stored.split()[2], b"extra ")).leaf == b""


def test_an_entry_that_was_exchanged_is_not_proved_and_one_that_is_not_there_neither():
    with new_vault(3) as vault:
        store, log = vault._store, vault.ledger.log
        row = store.leaves[1]
        store.leaves[1] = Row(1, row.leaf + b"x", row.hash, row.action)
        assert refused(lambda: EntryProof.of(log, 1)) == (
            LedgerBroken,
            "entry 1 is not the one the last checkpoint was signed for",
            "candlemark ledger verify names every fault",
            [],
        )
        for index in (-1, 3):
            assert refused(lambda index=index: EntryProof.of(log, index)) == (
                ProofRefused, *no_entry(index, 3), [],
            )  # fmt: skip


# What outsiders see of a ledger


def test_an_entry_is_found_by_its_number_or_its_action_and_by_nothing_else(vault, log):
    rows = vault._store.leaves
    for row in rows:
        assert log.place_of(str(row.n)) == row.n
        assert log.place_of(row.action.hex()) == row.n
        assert log.place_of(row.action.hex().upper()) == row.n
    assert log.place_of("0006") == 6
    for other in (
        "", "7", "8", "-1", " 1", "1.0", "x", "٣", "0" * 31 + "7", "0" * 32, "f" * 32, "g" * 32,
        "1" * 33, rows[0].action.hex()[:-1], rows[0].hash.hex(),
    ):  # fmt: skip
        assert refused(lambda other=other: log.place_of(other)) == (
            ProofRefused,
            "the ledger has no such entry",
            "name it by its number or by its action",
            [],
        )
    assert log.place_of("0" * 30 + "6") == 6


def test_the_ledger_of_a_folder_without_one_is_missing(tmp_path):
    told = (VaultMissing, "there is no ledger in this folder", "name the vault's folder", [])

    assert refused(lambda: PublicLog.open(tmp_path)) == told
    assert refused(lambda: PublicLog.open(str(tmp_path / "none"))) == told


@pytest.mark.parametrize("length", [0, 31, 33])
def test_the_key_of_a_place_is_noted_in_32_bytes(tmp_path, length):
    assert noted_log(tmp_path) is None
    (tmp_path / "log").write_bytes(bytes(length))
    assert noted_log(tmp_path) is None
    (tmp_path / "log").write_bytes(LOG.public.raw)
    assert noted_log(tmp_path) == LOG.public


def test_a_log_under_a_key_of_its_own_is_known_by_that_key_only(vault):
    store = copy_of(vault).log.store
    name = f"candlemark.org/{vault.ledger.log.key.name.split('/')[1]}/{LOG.public.kid.hex()[:8]}"
    tree = Tree().grown(row.hash for row in store.leaves)
    store._head = signed_head(tree, name, LOG)

    assert PublicLog(store, LOG.public).key == NoteKey(name, ED25519, LOG.public)
    for key in (None, FRIENDS[0].public):
        assert refused(lambda key=key: PublicLog(store, key)) == (
            LedgerBroken, "the checkpoint is not one of this vault", "", [],
        )  # fmt: skip


def test_a_ledger_whose_tiles_lead_elsewhere_shows_nothing(vault):
    ledger = copy_of(vault)
    row = ledger.log.store.leaves[3]
    ledger.log.store.leaves[3] = Row(3, row.leaf, H[0], row.action)

    assert refused(ledger.log.shown) == (
        LedgerBroken,
        "the entries are not the ones the last checkpoint was signed for",
        "candlemark ledger verify names every fault",
        [],
    )


# What is shown against what was seen


def shown(hashes, name=NAME, key=LOG, tiles=None):
    """A log with these leaves; its tiles may be those of others."""
    given = hashes if tiles is None else tiles
    read = lambda tile: b"".join(given[: tile.width])  # noqa: E731
    note = signed_head(Tree().grown(hashes), name, key).note
    return Shown.of(note, NoteKey(name, ED25519, key.public), read)


def test_what_is_shown_has_its_key_its_note_and_its_root():
    found = shown(H[:5])

    assert (found.key, found.note, found.checkpoint) == (
        KEY, note_of(H[:5]), Checkpoint(5, Tree().grown(H[:5]).root),
    )  # fmt: skip
    for size in range(6):
        assert found.root_at(size) == Tree().grown(H[:size]).root
    found.check_root()
    assert refused(shown(H[:5], tiles=H[1:6]).check_root) == (
        ProofRefused,
        "the tiles do not lead to the root of the checkpoint",
        "fetch the log again",
        [],
    )


@pytest.mark.parametrize("now", range(7))
@pytest.mark.parametrize("before", range(7))
def test_a_state_continues_every_smaller_one_and_no_larger(before, now):
    evidence = shown(H[:now]).against(note_of(H[:before]))

    if before <= now:
        assert evidence is None
    else:
        assert evidence == Evidence(str(KEY), note_of(H[:before]), note_of(H[:now]))
        assert (evidence.root, evidence.proof) == (b"", ())
        assert evidence.verdict(KEY) == "rolled back"
        alarm = evidence.alarm(KEY)
        assert alarm.message == (
            f"the log was rolled back: it had {before} entries, and shows {now}"
        )
        assert alarm.evidence == evidence.encode()


@pytest.mark.parametrize(("before", "now"), [(1, 1), (1, 2), (3, 3), (3, 4), (4, 6), (5, 6)])
def test_a_state_of_another_history_is_a_fork_with_its_proof(before, now):
    seen, later = note_of(H[1 : before + 1]), shown(H[:now])
    evidence = later.against(seen)

    assert (evidence.log, evidence.seen, evidence.shown) == (str(KEY), seen, later.note)
    if before == now:
        assert (evidence.root, evidence.proof) == (b"", ())
    else:
        assert evidence.root == Tree().grown(H[:before]).root
        assert evidence.proof == prove_consistency(later.nodes, before, now)
    assert evidence.verdict(KEY) == "forked"
    alarm = evidence.alarm(KEY)
    assert isinstance(alarm, LogForked)
    assert (alarm.message, alarm.hint, alarm.exit_code) == (
        f"the log was rewritten: it signed two histories, of {before} and of {now} entries, {WHY}",
        KEEP,
        81,
    )
    assert Evidence.read(alarm.evidence) == evidence


def test_tiles_that_lead_nowhere_tell_nothing_of_a_smaller_state():
    with pytest.raises(ProofRefused, match="does not lead from the older root"):
        shown(H[:6], tiles=H[1:7]).against(note_of(H[:4]))


def test_lines_of_others_are_no_part_of_the_evidence():
    before = note_of(H[:3]).cosign("w.example", FRIENDS[0], WHEN)
    evidence = shown(H[:2]).against(before)

    assert evidence.seen == note_of(H[:3])
    assert b"w.example" not in evidence.encode()


def test_the_file_of_evidence_is_what_is_described():
    evidence = shown(H[:6]).against(note_of(H[1:4]))
    file = json.loads(evidence.encode())

    assert list(file) == ["format", "log", "seen", "shown", "root", "proof"]
    assert file["format"] == "candlemark/evidence/v1"
    assert file["log"] == str(KEY)
    assert file["seen"].encode() == note_of(H[1:4]).encode()
    assert file["shown"].encode() == note_of(H[:6]).encode()
    assert bytes.fromhex(file["root"]) == Tree().grown(H[:3]).root
    assert tuple(map(bytes.fromhex, file["proof"])) == evidence.proof
    assert evidence.encode() == msgspec.json.format(msgspec.json.encode(file))


def test_what_is_no_evidence_is_refused_as_that():
    stored = shown(H[:6]).against(note_of(H[1:4])).encode()
    file = json.loads(stored)
    bent = [
        b"",
        b"{}",
        b"[]",
        stored + b"\n",
        stored[:-1],
        b" " + stored,
        json.dumps(file).encode(),
    ]
    bent += [stored.ljust(EVIDENCE_LIMIT)]
    for field, value in (
        ("format", "candlemark/evidence/v2"), ("seen", "note"), ("shown", "note"), ("root", "xy"),
        ("root", file["root"].upper()), ("proof", ["xy"]), ("proof", "xy"), ("log", 7),
        ("more", ""),
    ):  # fmt: skip
        bent.append(msgspec.json.format(msgspec.json.encode({**file, field: value})))
    for field in file:
        rest = {name: value for name, value in file.items() if name != field}
        bent.append(msgspec.json.format(msgspec.json.encode(rest)))
    for each in bent:
        assert refused(lambda each=each: Evidence.read(each)) == (
            ProofRefused, "this file is not evidence about a log", COPY, [],
        )  # fmt: skip
    assert refused(lambda: Evidence.read(stored.ljust(EVIDENCE_LIMIT + 1))) == (
        ProofRefused, "the evidence is too long", COPY, [],
    )  # fmt: skip
    assert EVIDENCE_LIMIT == 65_536


def test_evidence_that_shows_nothing_is_refused_by_its_reason():
    three, four = note_of(H[:3]), note_of(H[:4])
    root, proof = Tree().grown(H[:3]).root, prove_consistency(shown(H[:4]).nodes, 3, 4)
    fit = (ProofRefused, "the two checkpoints fit each other", COPY, [])
    for evidence in (
        Evidence(str(KEY), three, three),
        Evidence(str(KEY), three, four),
        Evidence(str(KEY), three, four, root, proof),
        Evidence(str(KEY), four, three, root, proof),
        Evidence(str(KEY), three, note_of(H[1:4]), root, ()),
        Evidence(str(KEY), four, three, b"", proof),
    ):
        assert refused(lambda evidence=evidence: evidence.verdict(KEY)) == fit
    other = NoteKey(NAME, ED25519, FRIENDS[0].public)
    assert refused(lambda: Evidence(str(KEY), four, three).verdict(other)) == (
        ProofRefused, "the evidence is about another log", COPY, [],
    )  # fmt: skip
    forged = note_of(H[:4], key=FRIENDS[0])
    for pair in ((forged, three), (three, forged)):
        assert refused(lambda pair=pair: Evidence(str(KEY), *pair).verdict(KEY)) == (
            ProofRefused,
            "the evidence does not hold: the signature under the checkpoint does not hold",
            COPY,
            [],
        )
    bent = Evidence(str(KEY), note_of(H[1:4]), four, root, (H[0], *proof[1:]))
    assert refused(lambda: bent.verdict(KEY))[:2] == (
        ProofRefused, "the proof does not lead from the older root to the newer one",
    )  # fmt: skip


def test_evidence_is_kept_by_its_hash_and_beside_others(tmp_path):
    for content in (b"one", b"two", b"one"):
        keep_evidence(tmp_path, content)

    assert files(tmp_path) == {
        f"alarms/{hashlib.sha256(content).hexdigest()}.json": content
        for content in (b"one", b"two")
    }
