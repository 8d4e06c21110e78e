"""Says things in a vault and reads each back from a read model; killed by the tests.

Usage: model.py VAULT NAME COUNT
"""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent.parent)]

from conftest import World  # noqa: E402 - found on the path set above
from read_models import notes, said  # noqa: E402 - the same

folder, name, count = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
with World.open(folder) as vault:
    for n in range(count):
        text = f"Tolışə Əliyev {name} {n} " + "planted-word " * 40
        World.say(vault.ledger, text)
        assert text in vault.ledger.models.coded(notes(World.kinds), said)
        sys.stdout.write(f"{n + 1}\n")
        sys.stdout.flush()
