"""The ledger: everything said is one signed, sealed entry, and nothing is ever changed.

Open a :class:`Vault`; its ``ledger`` appends :class:`Part` after part of :class:`Fact`, hands facts
back in order, and verifies itself.  Kinds of facts are registered in :class:`Kinds` by the floors
above, which are the ones that know what the facts mean.

For people outside there is the :class:`PublicLog` of a ledger, which needs no key: :func:`publish`
writes it as files, :func:`check_published` reads them, :class:`EntryProof` shows one entry, and a
:class:`Witness` remembers and signs for what a :class:`Policy` asks of it.
"""

from candlemark.ledger.application import application
from candlemark.ledger.drafts import new_action
from candlemark.ledger.entry import Entry, Part
from candlemark.ledger.kinds import Fact, Kinds, UnknownFact
from candlemark.ledger.ledger import Ledger
from candlemark.ledger.moving import move_to_folder, move_to_server
from candlemark.ledger.places import examine
from candlemark.ledger.policy import Policy
from candlemark.ledger.proof_file import EntryProof
from candlemark.ledger.public import PublicLog
from candlemark.ledger.published import check_published
from candlemark.ledger.publishing import publish
from candlemark.ledger.vault import Vault, VaultCard
from candlemark.ledger.verification import Verification
from candlemark.ledger.witness import Witness

__all__ = [
    "Entry",
    "EntryProof",
    "Fact",
    "Kinds",
    "Ledger",
    "Part",
    "Policy",
    "PublicLog",
    "UnknownFact",
    "Vault",
    "VaultCard",
    "Verification",
    "Witness",
    "application",
    "check_published",
    "examine",
    "move_to_folder",
    "move_to_server",
    "new_action",
    "publish",
]
