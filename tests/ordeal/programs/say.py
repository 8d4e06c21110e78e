"""Makes or opens a vault, saves, and tells each step once it is acknowledged.

Usage: say.py FOLDER HOW [ENTRIES-OF-A-SAVE ...]

HOW holds words joined by commas: ``create`` makes the vault first, ``twice`` closes and opens it
between the two halves of the saves, ``large`` gives some entries 60 kB so that the write-ahead log
is folded in on the way, ``normal`` does not write through at each save (a fault put in on purpose),
``twig`` makes the vault two folders down.  Written to the standard output: ``made``, then
``kept N`` with the size after each save, then ``closed``.
"""

import os
import sys
from pathlib import Path

from candlemark.ledger import database
from ordeal import doors


def tell(text):
    os.write(1, text.encode() + b"\n")


def main(place, how, *sizes):
    folder, said = Path(place), 0
    ways = set(how.split(","))
    if "normal" in ways:
        database._PRAGMAS = tuple(
            pragma.replace("synchronous=FULL", "synchronous=NORMAL") for pragma in database._PRAGMAS
        )
    vault = doors.create(folder) if "create" in ways else doors.reopen(folder)
    said = vault.ledger.size
    tell(f"made {said}")
    for number, entries in enumerate(map(int, sizes)):
        if "twice" in ways and number == len(sizes) // 2:
            vault.close()
            vault = doors.reopen(folder)
        large = "large" in ways and number % 3 == 0
        texts = [str(said + one) for one in range(entries)]
        doors.save(vault, *texts, filling=bytes(60_000) if large else b"")
        said += entries
        tell(f"kept {said}")
    vault.close()
    tell("closed")


if __name__ == "__main__":
    main(*sys.argv[1:])
