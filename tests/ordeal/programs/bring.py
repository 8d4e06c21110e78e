"""Imports a list into a vault over and over, each time with other rows, and tells when one is in.

Usage: bring.py FOLDER LIST
"""

import os
import sys
from pathlib import Path

from candlemark.agency import KINDS, import_source
from candlemark.definition import Definition
from candlemark.definition.crosswalk_file import load_crosswalk
from candlemark.ledger import Vault
from ordeal import doors


def main(place, given):
    source = Path(given)
    edition = Definition.load()
    crosswalk = load_crosswalk("us-nypd", edition)
    with Vault.open(Path(place), doors.PASSPHRASE, KINDS) as vault:
        os.write(1, f"made {vault.ledger.size}\n".encode())
        rows = source.read_text(encoding="utf-8").splitlines(keepends=True)
        for number in range(len(rows) - 2, 0, -1):
            source.write_text("".join(rows[: 1 + number]), encoding="utf-8")
            import_source(vault.ledger, source, crosswalk, edition)
            os.write(1, f"kept {vault.ledger.size}\n".encode())


if __name__ == "__main__":
    main(*sys.argv[1:])
