"""Says, changes keys and erases, and tells each act once it is acknowledged.

Usage: tend.py FOLDER ACT ...

An act is ``create``, ``say:TEXT``, ``about:TEXT`` (about a person), ``rotate:COMPARTMENT``,
``erase`` (everything about that person), or ``restore:BACKUP:MEMBER`` into the folder.  Written to
the standard output: ``done N`` after the act of that number.
"""

import os
import sys
from pathlib import Path

from candlemark.ledger import Part
from candlemark.ledger.backup import restore
from ordeal import doors

PERSON = "person_x"


def main(place, *acts):
    folder, vault = Path(place), None
    if not acts[0].startswith(("create", "restore")):
        vault = doors.reopen(folder)
    for number, act in enumerate(acts):
        what, _, rest = act.partition(":")
        if what == "create":
            vault = doors.create(folder)
        elif what == "say":
            doors.save(vault, rest)
        elif what == "about":
            vault.ledger.append([Part("coded", (doors.Said(rest),), PERSON)])
        elif what == "rotate":
            vault.members.rotate(rest)
        elif what == "erase":
            vault.erasing.ask(PERSON, "mistake")
        else:
            backup, _, member = rest.rpartition(":")
            restore(Path(backup), folder, doors.PASSPHRASE, member, doors.KINDS)
        os.write(1, f"done {number}\n".encode())
    if vault is not None:
        vault.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
