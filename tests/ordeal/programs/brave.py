"""Makes or opens a vault and saves, goes on after every refusal, and tells each step.

Usage: brave.py FOLDER create|open SAVES

Every step is tried up to four times.  Told: ``refused CLASS`` for a declared error, ``kept TEXT``
once a save is acknowledged, ``gave up``, ``closed``.  Anything else that is raised ends it.
"""

import os
import sys
from pathlib import Path

from candlemark.errors import CandlemarkError
from ordeal import doors

TRIES = 4


def tell(text):
    os.write(1, text.encode() + b"\n")


def bravely(work):
    for _ in range(TRIES):
        try:
            return work()
        except CandlemarkError as error:
            tell(f"refused {type(error).__name__}: {error.message}")
    tell("gave up")
    return None


def main(place, how, saves):
    folder = Path(place)
    vault = bravely(lambda: doors.create(folder) if how == "create" else doors.reopen(folder))
    if vault is None:
        return
    tell("made")
    for number in range(int(saves)):
        texts = [f"{number}a", f"{number}b"]
        filling = bytes(9000) if number % 2 else b""
        if bravely(lambda: doors.save(vault, *texts, filling=filling)):  # noqa: B023 - run at once
            tell(f"kept {number}")
    vault.close()
    tell("closed")


if __name__ == "__main__":
    main(*sys.argv[1:])
