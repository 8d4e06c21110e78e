"""Begins a save of two entries, says so after the first, and never ends it.

Usage: hang.py FOLDER PASSPHRASE
"""

import sys
import time

from candlemark.ledger import Part, UnknownFact, Vault


def actions():
    """One entry, then nothing for ever."""
    fact = UnknownFact("test.said", 1, b"\x92\xa1a\x00")
    yield [Part(facts=(fact,))]
    yield [Part(facts=(fact,))]
    sys.stdout.write("begun\n")
    sys.stdout.flush()
    time.sleep(600)


folder, passphrase = sys.argv[1:]
with Vault.open(folder, passphrase) as vault:
    vault.ledger.append_all(actions())
