"""The public doors the ordeal goes through, in one place: a change of the floor is followed here.

Nothing else in this folder knows how a vault is made, opened, written to or looked at.
"""

from __future__ import annotations

from candlemark.errors import CandlemarkError
from candlemark.ledger import Fact, Kinds, Part, Vault
from candlemark.seal import Cost

PASSPHRASE = "abacus abdomen abdominal abide abiding ability ablaze"  # noqa: S105 - for tests
LEDGER, KEYSTORE = "ledger.db", "keystore.db"


class Said(Fact):
    """A text and some bytes that make it larger."""

    text: str
    filling: bytes = b""


KINDS = Kinds.of(("test.said", 1, Said))


def create(folder):
    """A new vault whose passphrase costs nothing to try."""
    return Vault.create(folder, PASSPHRASE, cost=Cost.QUICK, kinds=KINDS)


def reopen(folder, **more):
    return Vault.open(folder, PASSPHRASE, KINDS, **more)


def save(vault, *texts, filling=b""):
    """One save: an entry for every text, all of them or none."""
    return vault.ledger.append_all([Part(facts=(Said(text, filling),))] for text in texts)


def texts(vault):
    """Everything said, in order."""
    return [fact.text for _, fact in vault.ledger.facts(kinds={"test.said"})]


def faults(vault):
    return [str(fault) for fault in vault.ledger.verify().faults]


def look(folder):
    """What anybody can tell by opening, verifying and reading: a list of faults, or the contents.

    The contents are the identifier, the name, the head and every entry with its fact.
    """
    try:
        with reopen(folder) as vault:
            found = faults(vault)
            said = list(vault.ledger.facts())
            return found or (vault.id, vault.name, vault.ledger.head, said)
    except CandlemarkError as error:
        return [error.message, *map(str, error.faults)]
