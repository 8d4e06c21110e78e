"""What the ledger proves of a case: where its statements stand, the root, and how to check both."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from candlemark.ledger.checkpoint import Checkpoint
from candlemark.ledger.root_words import RootWords
from candlemark.web.dossier.ink import facts, items, paragraph

if TYPE_CHECKING:
    from collections.abc import Iterable

    from candlemark.casefile import CaseFile
    from candlemark.ledger import Ledger
    from candlemark.web.dossier.ink import Block, Ink


def proof(case: CaseFile, ledger: Ledger, ink: Ink) -> list[Block]:
    """Checkpoint, entries of the case, the root in words, and what to do with them."""
    tree = ledger.tree()
    checkpoint = Checkpoint(tree.size, tree.root)
    entries = sorted({one.n for one in case.history})
    return [
        paragraph(
            ink.own(
                _(
                    "Every statement of this case is an entry of a ledger that can only grow. Each "
                    "entry is signed by the device that wrote it. That the entries below stand in "
                    "the ledger with this root can be checked without trusting this paper."
                )
            )
        ),
        facts(
            [
                (ink.own(_("Entries in the ledger")), ink.plain(str(checkpoint.size))),
                (ink.own(_("Root")), ink.plain(checkpoint.root.hex())),
                (ink.own(_("The root in words")), ink.plain(str(RootWords.of(checkpoint)))),
                (ink.own(_("Entries of this case")), ink.plain(_ranges(entries))),
            ]
        ),
        paragraph(ink.own(_("How to check:"))),
        items(
            [
                ink.own(
                    _("Ask the group for an export of the ledger, or for the proof of an entry.")
                )
                + ink.plain(" candlemark ledger export · candlemark ledger prove"),
                ink.own(_("Hold the words against the export with the verifier that lies in it:"))
                + ink.plain(" python verify_vault.py . --words"),
                ink.own(
                    _(
                        "If it says that they are of this ledger, no entry was changed, left out "
                        "or put in since. It does not say that what was written is true."
                    )
                ),
            ]
        ),
    ]


def _ranges(numbers: Iterable[int]) -> str:
    """``3-7, 12``: numbers in a row are said as one."""
    found: list[list[int]] = []
    for n in numbers:
        if found and found[-1][-1] == n - 1:
            found[-1][1:] = [n]
        else:
            found.append([n])
    return ", ".join("-".join(str(n) for n in one) for one in found)
