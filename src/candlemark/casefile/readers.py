"""Who can read a case, from the next entry on: what happened, and who the people are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from candlemark.ledger import Vault
    from candlemark.ledger.roster import Member

_CODED = "coded"
_IDENTITY = "identity"


@dataclass(frozen=True, slots=True)
class Readers:
    """Members by what they can read of one case."""

    coded: tuple[Member, ...]
    identities: tuple[Member, ...]


def readers(vault: Vault, case_id: str) -> Readers:
    """Who can read a case.

    Identities lie in the compartment of the case where it has one, and otherwise in the one that
    all cases share.
    """
    own = f"{_IDENTITY}:{case_id}"
    known = vault.members.roster().compartments
    return Readers(
        vault.members.readers(_CODED), vault.members.readers(own if own in known else _IDENTITY)
    )
