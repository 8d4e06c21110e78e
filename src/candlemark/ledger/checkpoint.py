"""A checkpoint: the size and the root of a log at one moment, signed.

The text is that of C2SP's tlog-checkpoint and the signature that of a signed note, so that
witnesses and verifiers that exist already can read it.  Whoever holds a checkpoint can later prove
that the ledger was shortened or rewritten; whoever holds none can be shown an old state whole.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from candlemark.errors import LedgerBroken
from candlemark.ledger.merkle import Tree
from candlemark.ledger.store import Head
from candlemark.seal import read_note, sign_note

if TYPE_CHECKING:
    from candlemark.seal import Note, NoteKey, PublicKey, SigningKey

_TEXT: Final = re.compile(r"([^\n]+)\n(0|[1-9][0-9]{0,17})\n([A-Za-z0-9+/]{43}=)\n(?:[^\n]+\n)*")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """That a log had ``size`` leaves with this ``root``."""

    size: int
    root: bytes

    def __str__(self) -> str:
        return f"{self.size} {base64.b64encode(self.root).decode()}"


def signed_head(tree: Tree, name: str, key: SigningKey) -> Head:
    """The state of a ledger with this tree, its checkpoint signed by the log ``name``."""
    text = f"{name}\n{tree.size}\n{base64.b64encode(tree.root).decode()}\n"
    return Head(tree.size, tree.packed, sign_note(text, name, key))


def read_checkpoint(note: bytes, name: str, key: PublicKey) -> Checkpoint:
    """The checkpoint in a note signed by the log ``name``.

    Raises:
        LedgerBroken: the signature does not hold, or it is the checkpoint of another log.
    """
    found = _TEXT.fullmatch(read_note(note, name, key))
    if found is None or found[1] != name:
        raise LedgerBroken("the checkpoint is not one of this log")
    return Checkpoint(int(found[2]), base64.b64decode(found[3]))


def read_signed(note: Note, key: NoteKey) -> Checkpoint:
    """The checkpoint in a note that may carry cosignatures, signed by the log with this key.

    Raises:
        LedgerBroken: as :func:`read_checkpoint`.
    """
    return read_checkpoint(note.encode(), key.name, key.public)


def read_seen(seen: tuple[int, bytes], name: str, key: PublicKey) -> Checkpoint:
    """The checkpoint a keystore has met, kept as its size and its note.

    Raises:
        LedgerBroken: the signature does not hold, or the two do not agree.
    """
    size, note = seen
    checkpoint = read_checkpoint(note, name, key)
    if checkpoint.size != size:
        raise LedgerBroken("the checkpoint is not of the size it is kept under")
    return checkpoint


def tree_of(head: Head, name: str, key: PublicKey) -> Tree:
    """The tree of a stored head, once its signature holds and its parts agree.

    Raises:
        LedgerBroken: they do not.
    """
    checkpoint = read_checkpoint(head.note, name, key)
    tree = Tree.of(head.size, head.peaks)
    if (tree.size, tree.root) != (checkpoint.size, checkpoint.root):
        raise LedgerBroken("the head is not the one its checkpoint was signed for")
    return tree
