"""Proofs about a log, made from hashes of its tree and checked by people who hold none of it.

An *inclusion* proof shows that one leaf stands at one place of the tree a checkpoint was signed
for; a *consistency* proof shows that a tree is an older one with leaves added behind it, nothing
changed and nothing taken away.  Both are those of RFC 9162 (sections 2.1.3 and 2.1.4), which are
those of RFC 6962.

Checking never trusts a length: a proof has exactly the hashes its sizes ask for, or is refused.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final, Protocol

from candlemark.errors import ProofRefused
from candlemark.ledger.merkle import HASH_BYTES, node_hash

if TYPE_CHECKING:
    from collections.abc import Sequence

SIZE_LIMIT: Final = 1 << 60
"""More leaves than any log has; what asks for more is refused before it is computed with."""

EMPTY_ROOT: Final = hashlib.sha256(b"").digest()
"""The root over no leaves."""


class Nodes(Protocol):
    """Where the hashes of a tree are found."""

    def node(self, height: int, index: int) -> bytes:
        """The root over the ``2**height`` leaves that begin at ``index * 2**height``."""


def root_over(nodes: Nodes, start: int, stop: int) -> bytes:
    """The root over the leaves from ``start`` up to ``stop``.

    ``start`` must be a multiple of the largest power of two not above ``stop - start``, which every
    range is that a proof of the RFC needs; with ``start`` 0 it is the root of the first leaves.
    """
    if start == stop:
        return EMPTY_ROOT
    peaks = []
    while start < stop:
        height = (stop - start).bit_length() - 1
        peaks.append(nodes.node(height, start >> height))
        start += 1 << height
    root = peaks.pop()
    while peaks:
        root = node_hash(peaks.pop(), root)
    return root


def prove_inclusion(nodes: Nodes, index: int, size: int) -> tuple[bytes, ...]:
    """The hashes that lead from the leaf at ``index`` to the root over ``size`` leaves.

    Raises:
        ProofRefused: there is no such leaf in a tree of this size.
    """
    _check_place(index, size)
    proof = []
    start, stop = 0, size
    while stop - start > 1:
        middle = start + _split(stop - start)
        if index < middle:
            proof.append(root_over(nodes, middle, stop))
            stop = middle
        else:
            proof.append(root_over(nodes, start, middle))
            start = middle
    return tuple(reversed(proof))


def prove_consistency(nodes: Nodes, old: int, new: int) -> tuple[bytes, ...]:
    """The hashes that show that the tree of ``new`` leaves begins with that of ``old`` leaves.

    Raises:
        ProofRefused: ``old`` is more than ``new``.
    """
    _check_sizes(old, new)
    if old == 0:
        return ()
    proof = []
    start, stop = 0, new
    while old < stop:
        middle = start + _split(stop - start)
        if old <= middle:
            proof.append(root_over(nodes, middle, stop))
            stop = middle
        else:
            proof.append(root_over(nodes, start, middle))
            start = middle
    if start > 0:
        proof.append(root_over(nodes, start, stop))
    return tuple(reversed(proof))


def root_by_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes]) -> bytes:
    """The root that ``proof`` leads to from the hash of a leaf (RFC 9162, 2.1.3.2).

    Raises:
        ProofRefused: it is not a proof for this place in a tree of this size.
    """
    _check_place(index, size)
    _check_hashes((leaf, *proof))
    place, last, root = index, size - 1, leaf
    for step in proof:
        if last == 0:
            raise ProofRefused("the proof is too long", hint=_AGAIN)
        if place & 1 or place == last:
            root = node_hash(step, root)
            while place & 1 == 0 and place:
                place, last = place >> 1, last >> 1
        else:
            root = node_hash(root, step)
        place, last = place >> 1, last >> 1
    if last:
        raise ProofRefused("the proof is too short", hint=_AGAIN)
    return root


def check_inclusion(
    leaf: bytes, index: int, size: int, root: bytes, proof: Sequence[bytes]
) -> None:
    """Refuse a proof that does not show this leaf at this place under this root.

    Raises:
        ProofRefused: it does not.
    """
    if root_by_inclusion(leaf, index, size, proof) != root:
        raise ProofRefused("the proof does not lead to the root of the checkpoint", hint=_AGAIN)


def check_consistency(
    old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]
) -> None:
    """Refuse a proof that does not show one tree to begin with the other (RFC 9162, 2.1.4.2).

    Raises:
        ProofRefused: it does not: it is malformed, or the log was rewritten.
    """
    _check_sizes(old, new)
    _check_hashes((old_root, new_root, *proof))
    if old in {0, new}:
        if proof:
            raise ProofRefused("the proof is too long", hint=_AGAIN)
        holds = old_root == (EMPTY_ROOT if old == 0 else new_root)
        holds = holds and (new > 0 or new_root == EMPTY_ROOT)
    else:
        holds = _roots_by_consistency(old, old_root, new, proof) == (old_root, new_root)
    if not holds:
        raise ProofRefused(
            "the proof does not lead from the older root to the newer one", hint=_AGAIN
        )


def _roots_by_consistency(
    old: int, old_root: bytes, new: int, proof: Sequence[bytes]
) -> tuple[bytes, bytes]:
    """Both roots, computed from the proof."""
    steps = list(proof)
    if old & (old - 1) == 0:  # the older tree is perfect: its root is the first step itself
        steps.insert(0, old_root)
    if not steps:
        raise ProofRefused("the proof is too short", hint=_AGAIN)
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    older = newer = steps[0]
    for step in steps[1:]:
        if last == 0:
            raise ProofRefused("the proof is too long", hint=_AGAIN)
        if place & 1 or place == last:
            older, newer = node_hash(step, older), node_hash(step, newer)
            while place & 1 == 0 and place:
                place, last = place >> 1, last >> 1
        else:
            newer = node_hash(newer, step)
        place, last = place >> 1, last >> 1
    if last:
        raise ProofRefused("the proof is too short", hint=_AGAIN)
    return older, newer


def _split(size: int) -> int:
    """The largest power of two below ``size``: the leaves of the left half."""
    return 1 << (size - 1).bit_length() - 1


def _check_place(index: int, size: int) -> None:
    if not 0 <= index < size <= SIZE_LIMIT:
        raise ProofRefused(f"there is no entry {index} among {size}", hint="name one that is there")


def _check_sizes(old: int, new: int) -> None:
    if not 0 <= old <= new <= SIZE_LIMIT:
        raise ProofRefused(f"{new} entries cannot continue {old}", hint=_AGAIN)


def _check_hashes(hashes: Sequence[bytes]) -> None:
    if any(len(one) != HASH_BYTES for one in hashes):
        raise ProofRefused("there is something in the proof that is not a hash", hint=_AGAIN)


_AGAIN: Final = "ask for the proof again, and keep both checkpoints"
