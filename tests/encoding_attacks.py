"""Attacks on encodings, run by tests: on encodings as they were first published, and on ours.

``common_values`` lays the commonest encodings beside the commonest values (Kuzu et al. 2011; Christen
et al. 2017).  ``common_pieces`` looks for positions that go together, takes each bundle for one
piece of a name, finds out which by how often it occurs and with which others, and reads the names
(after Niedermeyer et al. 2014 and Christen, Vatsalan and Fu 2018).  The attacker of these tests is
given more than a real one: the very list that was encoded, in the clear, in another order.
"""

import hashlib
from collections import Counter

import numpy as np


def plain_encoding(pieces, bits=1024, each=20, key=b"one key for all"):
    """Bits as first published: two hashes added up, one key, equally many for every piece."""
    array = np.zeros(bits, np.uint8)
    for piece in pieces:
        digest = hashlib.blake2b(piece.encode(), key=key, digest_size=16).digest()
        one, other = int.from_bytes(digest[:8]), int.from_bytes(digest[8:]) | 1
        array[[(one + step * other) % bits for step in range(each)]] = 1
    return array


def common_values(encodings, values, attacker):
    """The share of rows whose value is named by laying frequency on frequency.

    Args:
        encodings: bytes of each row.
        values: what is behind each row.
        attacker: values the attacker knows to be in the list, as often as they are.
    """
    by_count = [one for one, _ in Counter(encodings).most_common()]
    known = [value for value, _ in Counter(attacker).most_common()]
    named = dict(zip(by_count, known, strict=False))
    return float(
        np.mean([named.get(one) == value for one, value in zip(encodings, values, strict=True)])
    )


def bundles(bits, together=0.5, least=6):
    """Sets of positions that go together: parts of the graph of strong correlations."""
    spread = bits.std(axis=0)
    moving = np.flatnonzero(spread > 0.02)
    scaled = ((bits[:, moving] - bits[:, moving].mean(axis=0)) / spread[moving]).astype(np.float32)
    strong = (scaled.T @ scaled / len(bits)) > together
    free = set(range(len(moving)))
    found = []
    while free:
        edge, part = [free.pop()], []
        while edge:
            at = edge.pop()
            part.append(at)
            near = free & set(np.flatnonzero(strong[at]).tolist())
            free -= near
            edge += near
        if len(part) >= least:
            found.append(moving[part])
    return found


LIMITS = (0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7)


def common_pieces(bits, values, pieces, *, limits=LIMITS, most=60):
    """The share of rows whose value is named by reading bundles of positions as pieces.

    Args:
        bits: a row for each record, unpacked.
        values: what is behind each row, to count with.
        pieces: for each row of the list the attacker holds, its value and the set of its pieces.
        limits: correlations from which positions go together; the best of them counts.
        most: bundles that are read, the commonest first.
    """
    return max(_named(bits, values, pieces, limit, most) for limit in limits)


def _named(bits, values, pieces, limit, most):
    seen = np.array([bits[:, part].mean(axis=1) > 0.95 for part in bundles(bits, limit)]).T
    if not seen.size:
        return 0.0
    seen = seen[:, np.argsort(-seen.mean(axis=0))[:most]].astype(float)
    names = [
        name for name, _ in Counter(one for _, own in pieces for one in own).most_common(3 * most)
    ]
    held = np.array([[name in own for name in names] for _, own in pieces], float)
    read = _which(seen, held)
    wanted = {}
    for (value, _), own in zip(pieces, held, strict=True):
        wanted.setdefault(value, own[read])
    table, known = np.array(list(wanted.values())), list(wanted)
    # A piece that is there cannot be missed, so an absent one speaks louder than a present one.
    alike = np.argmax(seen @ table.T - 3 * (1 - seen) @ table.T, axis=1)
    return float(np.mean([known[at] == value for at, value in zip(alike, values, strict=True)]))


def _which(seen, held):
    """For each bundle the piece that occurs as often, alone and together with the others."""
    often, known = seen.T @ seen / len(seen), held.T @ held / len(held)
    single = np.abs(np.diag(often)[:, None] - np.diag(known)[None, :])
    chosen = np.full(len(often), -1)
    for bundle in range(len(often)):
        cost = single[bundle].copy()
        for before in range(bundle):
            cost += np.abs(often[bundle, before] - known[:, chosen[before]])
        cost[chosen[:bundle]] = np.inf
        chosen[bundle] = np.argmin(cost)
    for _ in range(10):
        for bundle in range(len(often)):
            others = np.arange(len(often)) != bundle
            cost = single[bundle] + np.abs(
                often[bundle, others][None, :] - known[:, chosen[others]]
            ).sum(axis=1)
            cost[chosen[others]] = np.inf
            chosen[bundle] = np.argmin(cost)
    return chosen
