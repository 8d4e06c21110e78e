"""Whatever bytes come, a decoder answers with a value or with a declared error, and soon."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from candlemark.errors import LedgerBroken, NewerFormat
from candlemark.ledger import Kinds
from candlemark.ledger.checkpoint import read_checkpoint
from candlemark.ledger.entry import LEAF_LIMIT, PART_LIMIT, read_leaf, split_meta
from candlemark.ledger.genesis import GENESIS_LIMIT, read_genesis
from candlemark.ledger.merkle import Tree
from candlemark.seal import SigningKey, Stretching, sign_note

WHOLE = json.loads(
    (Path(__file__).parent.parent / "vectors" / "entry" / "whole.json").read_text(encoding="utf-8")
)
LEAF, GENESIS = bytes.fromhex(WHOLE["leaf"]), bytes.fromhex(WHOLE["genesis"])
KEY = SigningKey.from_bytes(bytes(32))
NAME = "candlemark.org/0/0"
DEEP = b"\x91" * 100_000

DECODERS = {
    "leaf": read_leaf,
    "meta": split_meta,
    "genesis": read_genesis,
    "content": Kinds().decode,
    "note": lambda raw: read_checkpoint(raw, NAME, KEY.public),
    "signed text": lambda raw: read_checkpoint(
        sign_note(raw.decode("utf-8", "replace") + "\n", NAME, KEY), NAME, KEY.public
    ),
    "stretching": lambda raw: Stretching.parse(raw.decode("latin-1")),
    "peaks": lambda raw: Tree.of(len(raw) % 7, raw),
}

packed = st.recursive(
    st.none() | st.booleans() | st.integers(-(1 << 63), (1 << 64) - 1) | st.floats() | st.text() | st.binary(max_size=40),
    lambda inner: st.lists(inner, max_size=9) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=25,
).map(msgspec.msgpack.encode)  # fmt: skip
mutated = st.builds(
    lambda whole, at, put: whole[: at % len(whole)] + put + whole[at % len(whole) + len(put) :],
    st.sampled_from([LEAF, GENESIS]),
    st.integers(0, 400),
    st.binary(max_size=4),
)


@pytest.mark.parametrize("decode", DECODERS.values(), ids=DECODERS)
@settings(max_examples=200, deadline=None)
@given(raw=st.one_of(st.binary(max_size=300), packed, mutated))
def test_any_bytes_are_answered_by_a_value_or_a_declared_error(decode, raw):
    with suppress(LedgerBroken, NewerFormat):
        decode(raw)


@pytest.mark.parametrize("decode", DECODERS.values(), ids=DECODERS)
@pytest.mark.parametrize(
    "raw", [DEEP, b"\x95\x01\x01" + DEEP, b"\xdd\xff\xff\xff\xff", b"\xc6\xff\xff\xff\xff"]
)
def test_depth_and_promised_lengths_do_not_exhaust_a_decoder(decode, raw):
    with pytest.raises(LedgerBroken):
        decode(raw)


def test_bytes_over_the_limit_are_refused_unread():
    with pytest.raises(LedgerBroken, match="more than 65535 bytes"):
        read_leaf(LEAF + bytes(LEAF_LIMIT))
    with pytest.raises(LedgerBroken, match="too long"):
        read_genesis(GENESIS + bytes(GENESIS_LIMIT))


def test_a_leaf_of_the_most_parts_is_within_its_limit():
    _, _, vault, action, (first, second) = msgspec.msgpack.decode(LEAF)
    full = msgspec.msgpack.encode([1, 1, vault, action, [first, *([second] * PART_LIMIT)]])
    more = msgspec.msgpack.encode([1, 1, vault, action, [first, *([second] * (PART_LIMIT + 1))]])

    assert len(read_leaf(full).parts) == PART_LIMIT + 1
    assert len(full) < LEAF_LIMIT
    with pytest.raises(LedgerBroken, match="the leaf cannot be read"):
        read_leaf(more)


CHECKPOINTS = {
    "the name of another log": "candlemark.org/1/1\n1\n" + "A" * 43 + "=\n",
    "a size with a zero before it": f"{NAME}\n01\n" + "A" * 43 + "=\n",
    "no size": f"{NAME}\n\n" + "A" * 43 + "=\n",
    "a root that is too short": f"{NAME}\n1\nAAAA\n",
    "nothing behind the name": f"{NAME}\n",
}


@pytest.mark.parametrize("text", CHECKPOINTS.values(), ids=CHECKPOINTS)
def test_a_signed_checkpoint_is_refused_with(text):
    with pytest.raises(LedgerBroken, match="not one of this log"):
        read_checkpoint(sign_note(text, NAME, KEY), NAME, KEY.public)


def test_extension_lines_of_a_checkpoint_are_tolerated():
    text = f"{NAME}\n7\n" + "A" * 43 + "=\nan extension\n"

    assert read_checkpoint(sign_note(text, NAME, KEY), NAME, KEY.public).size == 7


def test_text_that_is_none_is_damage_like_any_other(small):
    """The decoder raises another error for it than for everything else."""
    text, broken = b"\xa5coded", b"\xa5cod\xc4\x28"
    leaf = read_leaf(small._store.rows(0, 1)[0].leaf)
    opened = small.ledger._opener.meta(leaf, small._store.sealed)
    assert text in opened.signed

    with pytest.raises(LedgerBroken):
        split_meta(opened.signed.replace(text, broken) + bytes(64))
    with pytest.raises(LedgerBroken):
        Kinds().decode(b"\x91\x93" + broken + b"\x01\x90")
