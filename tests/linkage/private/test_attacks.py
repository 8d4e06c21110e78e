"""Attacks that read names out of encodings: they work on what was first published, and not on ours.

The attacker holds the very list in the clear, in another order, and asks which row is whose.
Whether an attack is worth anything is shown by what it does to unhardened encodings.
"""

from collections import Counter

import numpy as np
import pytest

from candlemark.linkage.private import profile
from candlemark.linkage.private.encoding import Encoder, joined
from encoding_attacks import common_pieces, common_values, plain_encoding
from two_lists import SECRET, agreement, clean, ready


@pytest.fixture(scope="module")
def people():
    return clean(1_500)


def named(people, rows):
    return [
        people[int(row.records[0])]["given"] + people[int(row.records[0])]["family"] for row in rows
    ]


def test_pieces_with_one_key_and_two_hashes_are_read_and_names_with_them(people):
    rows = ready(people, agreement()).rows
    names = named(people, rows)
    pieces = [
        {f"{one}:{piece}" for one in ("name", "father", "birth") for piece in row.pieces[one]}
        for row in rows
    ]
    bits = np.array([plain_encoding(own) for own in pieces])
    share = common_pieces(bits, names, list(zip(names, pieces, strict=True)), limits=(0.6,))
    assert share > 0.2
    assert share > 20 * Counter(names).most_common(1)[0][1] / len(names)


@pytest.mark.parametrize("which", ["people", "people-loose"])
def test_ours_are_not_read_by_the_same_attack(people, which):
    agreed = agreement(profile(which))
    rows = ready(people, agreed).rows
    names = named(people, rows)
    encoder = Encoder(agreed, SECRET)
    bits = np.unpackbits(np.array([encoder.encode(row.pieces) for row in rows]), axis=1)
    pieces = [
        {
            f"{one.name}:{piece}"
            for one in agreed.scheme.attributes
            for piece in joined(one, row.pieces)
        }
        for row in rows
    ]
    known = list(zip(names, pieces, strict=True))
    assert common_pieces(bits, names, known, limits=(0.15, 0.4)) <= 0.02


def test_the_commonest_hash_is_the_commonest_name_when_a_name_is_hashed_alone(people):
    names = [one["family"] for one in people]
    hashed = [plain_encoding([name]).tobytes() for name in names]
    assert common_values(hashed, names, names) > 0.3


def test_among_ours_no_encoding_is_common(people):
    agreed = agreement()
    rows = ready(people, agreed).rows
    names = [people[int(row.records[0])]["family"] for row in rows]
    encoder = Encoder(agreed, SECRET)
    encodings = [encoder.encode(row.pieces).tobytes() for row in rows]
    assert len(set(encodings)) == len(encodings)
    assert common_values(encodings, names, names) <= 2 * Counter(names).most_common(1)[0][1] / len(
        names
    )


@pytest.mark.parametrize(("which", "most"), [("people", 0.35), ("people-loose", 0.5)])
def test_positions_hardly_go_together(people, which, most):
    """Published encodings have positions with correlations above 0.8 by the hundred."""
    agreed = agreement(profile(which))
    encoder = Encoder(agreed, SECRET)
    bits = np.unpackbits(
        np.array([encoder.encode(row.pieces) for row in ready(people, agreed).rows]), axis=1
    )
    found = np.corrcoef(bits[:, ::2].T.astype(np.float32))
    np.fill_diagonal(found, 0)
    assert np.abs(found).max() < most


def test_with_another_secret_nothing_can_be_looked_up(people):
    """Who has the list and the agreement, and not the secret, learns nothing by encoding it."""
    agreed = agreement()
    rows = ready(people[:200], agreed).rows
    mine, guessed = (Encoder(agreed, key) for key in (SECRET, type(SECRET).generate()))
    alike = [
        np.unpackbits(mine.encode(row.pieces) ^ guessed.encode(row.pieces)).mean() for row in rows
    ]
    assert np.mean(alike) == pytest.approx(0.5, abs=0.02)
