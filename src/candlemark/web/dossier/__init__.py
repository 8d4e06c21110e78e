"""The dossier: one case as a PDF, in any tongue of the interface.

``content`` says what stands in it, block by block and worded; ``sections`` are its chapters;
``typesetting`` makes the PDF and decides nothing.  Both the page and the command come in here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from candlemark.web.dossier.content import Choices, Setting, dossier
from candlemark.web.dossier.typesetting import typeset

if TYPE_CHECKING:
    from candlemark.casefile import CaseFile
    from candlemark.ledger import Ledger

__all__ = ["Choices", "Setting", "dossier_file"]


def dossier_file(case: CaseFile, ledger: Ledger, setting: Setting, choices: Choices) -> bytes:
    """The dossier of a case as a PDF.

    The same case, ledger, setting and choices give the same bytes.  Nothing is written to disk.

    Args:
        case: as this member may read it.
        ledger: what the proof is taken from.
        setting: whose words, in which tongue, of which day; Django must be speaking that tongue.
        choices: what the person chose on the page before.
    """
    return typeset(dossier(case, ledger, setting, choices))
