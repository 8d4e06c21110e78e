"""A witness signs for what continues what it remembers, and for nothing else; alarms keep their proof."""

from __future__ import annotations

import contextlib
import json
import stat
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from candlemark.errors import (
    CandlemarkError,
    LedgerBroken,
    LogForked,
    NotUnderstood,
    ProofRefused,
    PublishedBroken,
    SettingRefused,
)
from candlemark.ledger.proofs import prove_consistency
from candlemark.ledger.published import shown_in
from candlemark.ledger.publishing import published_note
from candlemark.ledger.shown import Evidence, keep_evidence
from candlemark.ledger.witness import KEY_FILE, Witness
from candlemark.seal import Note, NoteKey, SigningKey
from candlemark.seal.notes import ED25519
from logs import copy_of, files, flips, grow, new_vault, published

WHEN = 1_790_000_000


def clock():
    return WHEN


@pytest.fixture
def vault():
    with new_vault(5) as made:
        yield made


@pytest.fixture
def key(vault):
    return vault.ledger.log.key


@pytest.fixture
def witness(tmp_path, key):
    made = Witness.create(tmp_path / "witness", "friend.example", clock)
    made.watch(key)
    return made


def alarms(tmp_path):
    folder = tmp_path / "witness" / "alarms"
    return [path.read_bytes() for path in sorted(folder.iterdir())] if folder.exists() else []


def test_a_witness_signs_for_a_log_that_grows_and_remembers_it(vault, witness, key, tmp_path):
    folder = tmp_path / "log"
    for more in (0, 3, 0, 300):
        grow(vault.ledger, more)
        published(vault.ledger, folder)
        signed = witness.cosign(folder)

        assert signed.checkpoint.size == vault.ledger.size
        assert published_note(folder).cosigned_at(witness.key) == WHEN
        (remembered,) = Witness.open(tmp_path / "witness").watched()
        assert remembered.key == key
        assert remembered.checkpoint.root.hex() == vault.ledger.head
    assert alarms(tmp_path) == []


def test_checking_signs_for_nothing_and_remembers_nothing(vault, witness, tmp_path):
    folder = published(vault.ledger, tmp_path / "log")
    before = files(tmp_path)
    witness.check(folder)

    assert files(tmp_path) == before


def test_publishing_again_keeps_the_cosignatures_of_the_same_state_only(vault, witness, tmp_path):
    folder = published(vault.ledger, tmp_path / "log")
    witness.cosign(folder)
    published(vault.ledger, folder)
    assert published_note(folder).cosigned_at(witness.key) == WHEN

    grow(vault.ledger, 1)
    published(vault.ledger, folder)
    assert published_note(folder).cosigned_at(witness.key) is None


def test_several_witnesses_sign_under_one_checkpoint(vault, witness, key, tmp_path):
    folder = published(vault.ledger, tmp_path / "log")
    second = Witness.create(tmp_path / "second", "second.example", lambda: WHEN + 5)
    second.watch(key)
    witness.cosign(folder)
    second.cosign(folder)
    Witness.open(tmp_path / "witness", lambda: WHEN + 9).cosign(folder)
    note = published_note(folder)

    assert (note.cosigned_at(witness.key), note.cosigned_at(second.key)) == (WHEN + 9, WHEN + 5)
    assert len(note.signatures) == 3


@pytest.mark.parametrize(("mine", "theirs"), [(0, 0), (0, 7), (300, 1), (2, 300)])
def test_two_logs_with_one_key_are_found_at_the_first_contact(
    vault, witness, key, tmp_path, mine, theirs
):
    other = copy_of(vault)
    grow(vault.ledger, 1 + mine)
    grow(other, 1 + mine + theirs)
    witness.cosign(published(vault.ledger, tmp_path / "mine"))

    for meet in (witness.check, witness.cosign):
        with pytest.raises(LogForked, match="exclude each other") as caught:
            meet(published(other, tmp_path / "theirs"))
    (kept,) = alarms(tmp_path)
    assert kept == caught.value.evidence
    assert Evidence.read(kept).verdict(key) == "forked"
    assert published_note(tmp_path / "theirs").cosigned_at(witness.key) is None


def test_a_log_that_went_back_is_not_signed_for(vault, witness, key, tmp_path):
    older = copy_of(vault)
    grow(vault.ledger, 4)
    witness.cosign(published(vault.ledger, tmp_path / "log"))

    with pytest.raises(LogForked, match="rolled back: it had 9 entries, and shows 5"):
        witness.cosign(published(older, tmp_path / "older"))
    (kept,) = alarms(tmp_path)
    assert Evidence.read(kept).verdict(key) == "rolled back"
    assert Witness.open(tmp_path / "witness").watched()[0].checkpoint.size == 9


def test_tiles_that_lead_nowhere_are_no_proof_of_a_fork_and_nothing_is_signed(
    vault, witness, tmp_path
):
    witness.cosign(published(vault.ledger, tmp_path / "log"))
    grow(vault.ledger, 4)
    folder = published(vault.ledger, tmp_path / "log")
    tile = folder / "tile/0/000.p/9"
    for bent in (b"", bytes(9 * 32)):
        tile.write_bytes(bent)
        with pytest.raises(PublishedBroken, match="nothing can be told"):
            witness.cosign(folder)
    tile.unlink()
    with pytest.raises(PublishedBroken, match="missing"):
        witness.check(folder)
    assert alarms(tmp_path) == []


def test_a_witness_meets_a_checkpoint_with_a_proof_instead_of_a_folder(vault, witness, tmp_path):
    witness.cosign_note(vault._store.head().note, ())
    grow(vault.ledger, 6)
    shown = vault.ledger.log.shown()
    note, proof = shown.note.encode(), prove_consistency(shown.nodes, 5, 11)

    for bent in ((), proof[1:], (*proof, proof[0])):
        with pytest.raises(ProofRefused):
            witness.cosign_note(note, bent)
    signed = witness.cosign_note(note, proof)
    assert signed.note.cosigned_at(witness.key) == WHEN
    assert witness.cosign_note(note, ()).checkpoint.size == 11
    with pytest.raises(ProofRefused, match="not a signed note"):
        witness.cosign_note(b"no note", ())
    assert alarms(tmp_path) == []


def test_two_notes_that_exclude_each_other_are_enough_for_an_alarm(vault, witness, key, tmp_path):
    other, older = copy_of(vault), vault._store.head().note
    grow(vault.ledger, 2)
    grow(other, 2)
    witness.cosign_note(vault._store.head().note, ())

    with pytest.raises(LogForked, match="exclude each other"):
        witness.cosign_note(other.log.store.head().note, ())
    with pytest.raises(LogForked, match="rolled back"):
        witness.cosign_note(older, ())
    assert sorted(Evidence.read(kept).verdict(key) for kept in alarms(tmp_path)) == [
        "forked",
        "rolled back",
    ]


def test_a_log_nobody_asked_to_watch_is_not_signed_for(vault, tmp_path):
    witness = Witness.create(tmp_path / "witness", "friend.example", clock)
    folder = published(vault.ledger, tmp_path / "log")

    for meet in (witness.check, witness.cosign):
        with pytest.raises(SettingRefused, match="does not watch a log of this name"):
            meet(folder)
    with pytest.raises(PublishedBroken, match="no log is published"):
        witness.check(tmp_path / "nowhere")


def test_another_key_under_a_known_name_is_refused(witness, key):
    witness.watch(key)
    with pytest.raises(SettingRefused, match="another key is known"):
        witness.watch(NoteKey(key.name, ED25519, SigningKey.generate().public))
    with pytest.raises(SettingRefused, match="key of a witness"):
        witness.watch(witness.key)


def test_a_log_signed_with_another_key_is_refused(vault, witness, key, tmp_path):
    folder = published(vault.ledger, tmp_path / "log")
    note = published_note(folder)
    forged = Note.parse(
        b"\n".join([note.text.encode(), *(str(line).encode() for line in note.signatures), b""])
    )
    (folder / "checkpoint").write_bytes(forged.encode().replace(b"\n5\n", b"\n4\n"))

    with pytest.raises(PublishedBroken, match="does not hold"):
        witness.cosign(folder)


def test_a_witness_is_made_once_and_its_key_is_its_owner_s(witness, tmp_path):
    assert stat.S_IMODE((tmp_path / "witness" / KEY_FILE).stat().st_mode) == 0o600
    with pytest.raises(SettingRefused, match="there is a witness"):
        Witness.create(tmp_path / "witness", "another.example")
    with pytest.raises(SettingRefused, match="no witness in this folder"):
        Witness.open(tmp_path / "nowhere")
    with pytest.raises(NotUnderstood):
        Witness.create(tmp_path / "new", "a name with spaces")
    assert not (tmp_path / "new").exists()


def test_every_bit_of_what_a_witness_keeps_counts(vault, witness, tmp_path):
    witness.cosign(published(vault.ledger, tmp_path / "log"))
    state = tmp_path / "witness"
    before, missed = files(state), []
    for name, content in before.items():
        for bit, bent in flips(content, 3):
            (state / name).write_bytes(bent)
            try:
                Witness.open(state).watched()
                missed.append((name, bit))
            except (LedgerBroken, SettingRefused):
                pass
        (state / name).write_bytes(content)
    assert missed == []
    assert len(before) == 3


def test_two_at_once_never_sign_for_two_histories(vault, tmp_path, key):
    other = copy_of(vault)
    grow(vault.ledger, 3)
    grow(other, 3)
    folders = [published(vault.ledger, tmp_path / "one"), published(other, tmp_path / "two")]
    Witness.create(tmp_path / "witness", "friend.example", clock).watch(key)
    signed = []

    def meet(folder):
        for _ in range(20):
            with contextlib.suppress(CandlemarkError):
                signed.append(Witness.open(tmp_path / "witness").cosign(folder).checkpoint.root)

    threads = [threading.Thread(target=meet, args=(folder,)) for folder in folders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(set(signed)) == 1


# Evidence


@pytest.fixture
def evidence(vault, key):
    other, before = copy_of(vault), Note.parse(vault._store.head().note)
    grow(vault.ledger, 2)
    grow(other, 5)
    found = other.log.shown().against(vault.ledger.log.shown().note)
    assert other.log.shown().against(before) is None
    return found


def test_evidence_verifies_alone(evidence, key):
    read = Evidence.read(evidence.encode())

    assert read == evidence
    assert read.verdict(key) == "forked"
    assert read.alarm(key).evidence == evidence.encode()


def test_every_bit_of_evidence_counts(evidence, key):
    missed = []
    for bit, bent in flips(evidence.encode()):
        with contextlib.suppress(ProofRefused):
            missed.append((bit, Evidence.read(bent).verdict(key)))
    assert missed == []


def test_evidence_about_another_log_or_of_notes_that_fit_shows_nothing(vault, evidence, key):
    with pytest.raises(ProofRefused, match="another log"):
        evidence.verdict(NoteKey(key.name, ED25519, SigningKey.generate().public))
    now = vault.ledger.log.shown().note
    for seen, shown, root in (
        (now, now, b""),
        (now, now, bytes(32)),
        (evidence.seen, evidence.shown, b""),
    ):
        with pytest.raises(ProofRefused, match="fit each other"):
            Evidence(str(key), seen, shown, root).verdict(key)


def test_evidence_cannot_be_made_against_an_honest_log(vault, key):
    before = vault.ledger.log.shown()
    grow(vault.ledger, 9)
    after = vault.ledger.log.shown()
    proof = prove_consistency(after.nodes, 5, 14)

    for root in (before.checkpoint.root, bytes(32)):
        with pytest.raises(ProofRefused):
            Evidence(str(key), before.note, after.note, root, proof).verdict(key)


@given(
    st.binary(max_size=200)
    | st.dictionaries(
        st.sampled_from(["format", "log", "seen", "shown", "root", "proof"]),
        st.text(max_size=9) | st.lists(st.text(max_size=3)),
    ).map(lambda each: json.dumps(each).encode())
)
def test_any_bytes_are_evidence_or_refused(stored):
    with pytest.raises(ProofRefused):
        Evidence.read(stored)


def test_evidence_that_is_too_long_is_refused(evidence):
    with pytest.raises(ProofRefused, match="too long"):
        Evidence.read(evidence.encode() + b" " * 65_536)


def test_evidence_is_kept_under_its_own_hash(evidence, tmp_path):
    keep_evidence(tmp_path, evidence.encode())
    keep_evidence(tmp_path, evidence.encode())

    assert list(files(tmp_path).values()) == [evidence.encode()]


def test_a_state_seen_before_is_held_against_a_mirror(vault, key, tmp_path):
    before = Note.parse(vault._store.head().note)
    grow(vault.ledger, 260)

    assert shown_in(published(vault.ledger, tmp_path / "log"), key).against(before) is None


def test_an_alarm_is_raised_also_where_it_cannot_be_kept(vault, witness, tmp_path):
    older = copy_of(vault)
    grow(vault.ledger, 1)
    witness.cosign(published(vault.ledger, tmp_path / "log"))
    (tmp_path / "witness" / "alarms").write_bytes(b"in the way")

    with pytest.raises(LogForked, match="rolled back") as caught:
        witness.check(published(older, tmp_path / "older"))
    assert caught.value.hint.endswith("; THE EVIDENCE COULD NOT BE KEPT: make room and check again")
