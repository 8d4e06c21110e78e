"""Says facts in a vault and prints the place of each once it is acknowledged.

Usage: say.py FOLDER PASSPHRASE NAME SAVES ENTRIES-PER-SAVE
"""

import sys

from candlemark.ledger import Part, UnknownFact, Vault

folder, passphrase, name, saves, entries = sys.argv[1:]
with Vault.open(folder, passphrase, patience=300.0) as vault:  # four write on a busy machine
    for save in range(int(saves)):
        added = vault.ledger.append_all(
            [Part(facts=(UnknownFact("test.said", 1, b"\x92\xa1a\x00"),), subject=f"{name}_{save}")]
            for _ in range(int(entries))
        )
        sys.stdout.buffer.write(added[-1].n.to_bytes(4, "big"))
        sys.stdout.buffer.flush()
