"""The crosswalks of a vault: those shipped with Candlemark, and the very files its batches used.

A figure must be recomputable years later, by the words under which it was coded, also when the
shipped crosswalk has changed or when a researcher wrote their own.  So the file of a crosswalk is
kept beside the first batch that was read by it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from candlemark.agency.facts import BatchKept, CrosswalkKept
from candlemark.agency.imported import imported
from candlemark.definition import crosswalk_codes, load_crosswalk, read_crosswalk
from candlemark.errors import UnknownCrosswalk

if TYPE_CHECKING:
    from candlemark.definition import Crosswalk, Edition
    from candlemark.ledger import Ledger


def known_codes(ledger: Ledger) -> tuple[str, ...]:
    """Codes of the crosswalks shipped and of those kept in the vault, in alphabetical order."""
    return tuple(sorted({*crosswalk_codes(), *(one.code for one in _kept(ledger).values())}))


def crosswalk_of(ledger: Ledger, code: str, edition: Edition, fingerprint: str = "") -> Crosswalk:
    """The crosswalk a vault means by a code.

    Args:
        ledger: of an opened vault.
        code: of a shipped crosswalk, or of one that a batch of the vault was read by.
        edition: the definition it must map to.
        fingerprint: of the very file that is meant; by default, that of the latest batch under
            this code.

    Raises:
        UnknownCrosswalk: it is neither shipped nor kept.
        DefinitionFaulty: the kept one maps to another edition.
    """
    kept = _kept(ledger)
    wanted = fingerprint or _latest(ledger, code)
    if wanted in kept and kept[wanted].code == code:
        return read_crosswalk(kept[wanted].file, edition)
    # Batches of vaults written before crosswalks were kept have only the shipped one.
    return load_crosswalk(code, edition)


def crosswalk_to_import(ledger: Ledger, code: str, edition: Edition) -> Crosswalk:
    """The crosswalk a new file is read by: the shipped one, which may be newer than the kept.

    Raises:
        UnknownCrosswalk: it is neither shipped nor kept.
        DefinitionFaulty: the kept one maps to another edition.
    """
    if code in crosswalk_codes():
        return load_crosswalk(code, edition)
    try:
        return crosswalk_of(ledger, code, edition)
    except UnknownCrosswalk as unknown:
        raise UnknownCrosswalk(
            unknown.message,
            hint=f"{unknown.hint}; or give the path of your own, a file that ends in .toml",
        ) from None


def to_keep(ledger: Ledger, crosswalk: Crosswalk) -> CrosswalkKept | None:
    """What a batch read by this crosswalk must bring along; None where the vault has it."""
    if not crosswalk.file or crosswalk.fingerprint in _kept(ledger):
        return None
    return CrosswalkKept(crosswalk.code, crosswalk.version, crosswalk.fingerprint, crosswalk.file)


def _kept(ledger: Ledger) -> dict[str, CrosswalkKept]:
    return {
        fact.fingerprint: fact for _, fact in imported(ledger) if isinstance(fact, CrosswalkKept)
    }


def _latest(ledger: Ledger, code: str) -> str:
    fingerprints = [
        fact.crosswalk_fingerprint
        for _, fact in imported(ledger)
        if isinstance(fact, BatchKept) and fact.crosswalk == code
    ]
    return fingerprints[-1] if fingerprints else ""
