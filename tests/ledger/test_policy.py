"""A policy is met by enough different witnesses, enough of them outside, and by nothing less."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from candlemark.errors import LedgerBroken, NotWitnessed, SettingRefused
from candlemark.ledger.policy import Policy
from candlemark.seal import Note, NoteKey, SigningKey, sign_note
from candlemark.seal.notes import COSIGNATURE, ED25519
from logs import flips

LOG = SigningKey.generate()
LOG_KEY = NoteKey("log.example", ED25519, LOG.public)
SECRETS = {name: SigningKey.generate() for name in ("one", "two", "three", "own")}
KEYS = {name: NoteKey(f"{name}.example", COSIGNATURE, key.public) for name, key in SECRETS.items()}
NOTE = Note.parse(
    sign_note("log.example\n7\nuGwM/NZYUxtJUKxXYxDVYBn5Bsa45Y0BRbEQrk2pTgo=\n", "log.example", LOG)
)
AT = 1_790_000_000


def text(needed=2, outside=2, witnesses=("one", "two", "three", "own"), **more):
    lines = [f"needed = {needed}", f"outside = {outside}"]
    for name in witnesses:
        key = more.get(name, KEYS[name])
        lines += [
            "[[witness]]",
            f'name = "{name}"',
            f'key = "{key}"',
            f"operator = {str(name == 'own').lower()}",
        ]
    return "\n".join(lines).encode()


def signed(*names):
    note = NOTE
    for name in names:
        note = note.cosign(f"{name}.example", SECRETS[name], AT)
    return note


CASES = {
    "nobody": ((), False),
    "one": (("one",), False),
    "one and the operators": (("one", "own"), False),
    "two from outside": (("one", "two"), True),
    "two from outside and the operators": (("two", "three", "own"), True),
    "everybody": (("one", "two", "three", "own"), True),
}


@pytest.mark.parametrize(("names", "holds"), CASES.values(), ids=CASES)
def test_a_checkpoint_is_judged_when_it_is_signed_by(names, holds):
    result = Policy.parse(text()).judge(signed(*names), LOG_KEY)

    assert result.holds is holds
    assert [one.name for one in result.signed] == [name for name in KEYS if name in names]
    assert set(result.silent) == set(KEYS) - set(names)
    assert {int(one.at.timestamp()) for one in result.signed} <= {AT}
    if holds:
        result.require()
    else:
        with pytest.raises(NotWitnessed) as caught:
            result.require()
        assert [fault.where for fault in caught.value.faults] == list(result.silent)


@given(st.sets(st.sampled_from(sorted(KEYS))), st.integers(1, 4), st.integers(0, 3))
def test_a_policy_holds_exactly_when_enough_signed(names, needed, outside):
    if outside > needed:
        return
    result = Policy.parse(text(needed, outside)).judge(signed(*sorted(names)), LOG_KEY)

    assert result.holds == (len(names) >= needed and len(names - {"own"}) >= outside)


def test_signing_twice_counts_once():
    assert not Policy.parse(text()).judge(signed("one", "one"), LOG_KEY).holds


def test_a_stranger_s_cosignature_does_not_count():
    note = NOTE.cosign("stranger.example", SigningKey.generate(), AT).cosign(
        "two.example", SigningKey.generate(), AT
    )

    assert Policy.parse(text()).judge(note, LOG_KEY).signed == ()


def test_a_cosignature_that_was_bent_is_an_error_or_an_absence_and_never_counts():
    policy, note = Policy.parse(text(2, 2, ("one", "two"))), signed("one", "two")
    start, counted = len(NOTE.encode()), []
    for bit, bent in flips(note.encode()):
        try:
            if bit // 8 >= start and policy.judge(Note.parse(bent), LOG_KEY).holds:
                counted.append(bit)
        except LedgerBroken:
            pass
    assert counted == []


def test_a_note_of_another_log_is_refused():
    other = NoteKey("log.example", ED25519, SigningKey.generate().public)

    with pytest.raises(LedgerBroken, match="signature"):
        Policy.parse(text()).judge(signed("one", "two"), other)


def test_a_log_is_not_its_own_witness():
    own = NoteKey("one.example", COSIGNATURE, LOG.public)

    with pytest.raises(SettingRefused, match="its own witness"):
        Policy.parse(text(one=own)).judge(NOTE, LOG_KEY)


GOOD = text()
BENT = {
    "nothing": b"",
    "no text": b"\xff\xfe",
    "no TOML": b"needed = ",
    "a field nobody knows": GOOD.replace(b"needed", b"also = 1\nneeded", 1),
    "no number needed": GOOD.replace(b"needed = 2\n", b""),
    "none needed": text(0, 0),
    "a number in words": GOOD.replace(b"needed = 2", b'needed = "2"'),
    "a number that is true": GOOD.replace(b"needed = 2", b"needed = true"),
    "no witness": b"needed = 1\noutside = 0\nwitness = []",
    "more needed than there are": text(5, 2),
    "more from outside than there are": text(4, 4),
    "more from outside than needed": text(2, 3),
    "a negative number": text(2, -1),
    "one key twice": text(two=NoteKey("two.example", COSIGNATURE, SECRETS["one"].public)),
    "one name twice": GOOD.replace(b'name = "two"', b'name = "one"'),
    "the key of a log": text(one=NoteKey("one.example", ED25519, SECRETS["one"].public)),
    "a key that is bent": GOOD.replace(b"+B", b"+C", 1),
    "nothing said about who runs it": GOOD.replace(b"operator = false\n", b"", 1),
    "too much": GOOD + b"#" * 70_000,
    "depth without end": b"a = " + b"[" * 5000,
}


@pytest.mark.parametrize("stored", BENT.values(), ids=BENT)
def test_a_policy_is_refused_with(stored):
    with pytest.raises(SettingRefused) as caught:
        Policy.parse(stored)
    assert caught.value.hint


def test_a_policy_lies_in_a_file(tmp_path):
    (tmp_path / "policy.toml").write_bytes(GOOD)

    assert Policy.load(tmp_path / "policy.toml").needed == 2
    with pytest.raises(SettingRefused, match="no policy"):
        Policy.load(tmp_path / "another.toml")


@given(st.binary(max_size=200))
def test_any_bytes_are_a_policy_or_refused(stored):
    with pytest.raises(SettingRefused):
        Policy.parse(stored)
