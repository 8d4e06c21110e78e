"""What members signed against what a log shows: a roll-back proved without any witness.

Every entry says, under its device's signature, which state of the log its writer had verified just
before (``seen`` in docs/formats/entry.md).  A log that later shows a state in which that cannot
have been contradicts its own members, and whoever can open the entries can prove it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from candlemark.ledger.checkpoint import read_signed
from candlemark.ledger.genesis import log_id
from candlemark.seal import Note

if TYPE_CHECKING:
    from candlemark.ledger.ledger import Ledger


@dataclass(frozen=True, slots=True)
class Contradiction:
    """An entry whose writer had seen what the checkpoint excludes.

    ``size`` is how many entries the writer had seen; ``entry`` and ``device`` say whose word it is.
    ``entry`` is -1 where it is the ledger itself that the checkpoint does not fit.
    """

    entry: int
    device: str
    size: int
    what: str


def contradictions(ledger: Ledger, note: bytes) -> tuple[Contradiction, ...]:
    """Everything in an opened ledger that excludes a checkpoint offered as the log's state.

    An older checkpoint that was honest when it was made is found too: it shows fewer entries than
    members have seen.  Whether that is an old copy or a roll-back, the checkpoint does not tell;
    that it is not the present state is proved either way.

    Args:
        ledger: open.
        note: the signed checkpoint that somebody offers.

    Raises:
        LedgerBroken: the note is not one of this log, or the ledger is damaged.
    """
    log = ledger.log
    offered = read_signed(Note.parse(note), log.key)
    shown = log.shown()
    own = shown.checkpoint
    found = []
    then = shown.root_at(offered.size) if offered.size <= own.size else None
    if then is not None and then != offered.root:
        found.append(
            Contradiction(-1, "", own.size, "it is not a state this ledger ever went through")
        )
    elif then is None:
        found.append(
            Contradiction(-1, "", own.size, f"it has {offered.size} entries; the ledger lacks some")
        )
    name = log_id(log.key.name)
    for entry, seen in ledger.seen():
        if seen.log != name:
            continue
        if seen.size > offered.size:
            what = f"its writer had seen {seen.size} entries; the checkpoint has {offered.size}"
        elif seen.size == offered.size and seen.root != offered.root:
            what = f"its writer had seen another state of {seen.size} entries"
        else:
            continue
        found.append(Contradiction(entry.n, entry.device, seen.size, what))
    return tuple(found)
