"""The ledger: everything said is one signed, sealed entry, and nothing is ever changed.

Open a :class:`Vault`; its ``ledger`` appends :class:`Part` after part of :class:`Fact`, hands facts
back in order, and verifies itself.  Kinds of facts are registered in :class:`Kinds` by the floors
above, which are the ones that know what the facts mean.
"""

from candlemark.ledger.entry import Entry, Part
from candlemark.ledger.kinds import Fact, Kinds, UnknownFact
from candlemark.ledger.ledger import Ledger, new_action
from candlemark.ledger.moving import move_to_folder, move_to_server
from candlemark.ledger.places import examine
from candlemark.ledger.vault import Vault, VaultCard
from candlemark.ledger.verification import Verification

__all__ = [
    "Entry",
    "Fact",
    "Kinds",
    "Ledger",
    "Part",
    "UnknownFact",
    "Vault",
    "VaultCard",
    "Verification",
    "examine",
    "move_to_folder",
    "move_to_server",
    "new_action",
]
