"""Two lists linked by their encodings alone, where the true pairs are known."""

import numpy as np
import pytest

from candlemark.linkage.private import encode, match, read_links
from candlemark.linkage.private.encoding import Encoder
from candlemark.linkage.private.exchanging import open_rows
from two_lists import (
    REGISTERS,
    SECRET,
    agreement,
    f1,
    febrl4,
    ready,
    regional,
    registers,
)


def linked(two, agreed):
    """Pairs of rows found by both sides and a linkage unit that holds no secret."""
    sides = [
        encode(ready(rows, agreed, prefix), agreed, SECRET, side)
        for rows, prefix, side in ((two.left, "", "a"), (two.right, "", "b"))
    ]
    matched = match(agreed, sides[0].encodings, sides[1].encodings)
    one, other = (
        read_links(matched.files[side], agreed, encoded.rows, SECRET)
        for side, encoded in zip("ab", sides, strict=True)
    )
    assert one.keys() == other.keys()
    return {(int(left), int(right)) for name in one for left in one[name] for right in other[name]}


def test_corrupted_copies_of_registers_are_found_by_hashes_alone():
    two = registers(1_500)
    assert f1(linked(two, agreement(REGISTERS)), two.same)[2] >= 0.999


def test_febrl4_is_linked_by_hashes_alone(shared):
    folder = shared / "data" / "febrl"
    if not folder.is_dir():
        pytest.skip("FEBRL4 does not lie beside the checkout (data/febrl/dataset4a.csv and 4b)")
    two = febrl4(folder)
    assert f1(linked(two, agreement(REGISTERS)), two.same)[2] >= 0.999


def test_of_people_in_two_scripts_hardly_any_link_is_wrong():
    two = regional(1_500)
    precision, recall, _ = f1(linked(two, agreement()), two.same)
    assert precision >= 0.99
    assert recall >= 0.75


def test_the_order_of_the_file_is_not_the_order_of_the_list():
    two, agreed = regional(200), agreement()
    rows = open_rows(encode(ready(two.left, agreed), agreed, SECRET, "a").rows, agreed, SECRET)
    numbers = [int(one) for records in rows for one in records]
    assert sorted(numbers) != numbers
    assert abs(np.corrcoef(numbers, np.arange(len(numbers)))[0, 1]) < 0.4


def test_the_same_secret_and_agreement_give_the_same_bits_and_nothing_else_does():
    agreed, other = agreement(), agreement(step=10)
    (row, *_) = ready(
        [{**one, "birth": "1980-05-06", "father": "Əli"} for one in regional(60).left], agreed
    ).rows
    first, again = (Encoder(agreed, SECRET).encode(row.pieces) for _ in range(2))
    elsewhere = Encoder(other, SECRET).encode(row.pieces)
    assert np.array_equal(first, again)
    unlike = np.unpackbits(first ^ elsewhere).mean()
    assert 0.42 < unlike < 0.58


def test_two_unknowns_share_nothing():
    agreed = agreement()
    (row, *_) = ready(regional(60).left, agreed).rows
    nobody = dict.fromkeys(row.pieces, ())
    one, other = (Encoder(agreed, SECRET).encode(nobody) for _ in range(2))
    alike = (
        2
        * np.unpackbits(one & other).sum()
        / (np.unpackbits(one).sum() + np.unpackbits(other).sum())
    )
    assert alike < 0.55


def test_what_is_unknown_cannot_be_told_from_what_is_known():
    agreed = agreement()
    rows = ready(regional(300).left, agreed).rows
    encoder = Encoder(agreed, SECRET)
    whole = [
        np.unpackbits(encoder.encode(row.pieces)).mean() for row in rows if all(row.pieces.values())
    ]
    part = [np.unpackbits(encoder.encode({**row.pieces, "father": ()})).mean() for row in rows]
    assert np.mean(whole) == pytest.approx(np.mean(part), abs=0.01)
