"""How many changes of the code the tests notice: mutmut on the seal and the ledger.

Works on a copy in ``build/mutation``, so that nothing else in the checkout is touched, and goes on
where it stopped when it is started again (``--afresh`` begins anew).  Prints the share of changes
noticed for each module and every change that was not; 1 when fewer than ``--least`` percent were
noticed.  A change that no test can tell from the code (``hashlib`` takes ``SHA256`` for ``sha256``)
counts as not noticed.

Usage: python tools/mutation.py [--least 90] [--afresh] [PATTERN ...], where a pattern is that of a
changed function, such as ``candlemark.seal.*``.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PLACE = ROOT / "build" / "mutation"
FLOORS = ("seal", "ledger")


def prepare(*, afresh: bool) -> None:
    """Copy what mutmut needs; its own results stay where they are."""
    if afresh:
        shutil.rmtree(PLACE, ignore_errors=True)
    PLACE.mkdir(parents=True, exist_ok=True)
    shutil.copy(ROOT / "pyproject.toml", PLACE / "pyproject.toml")
    for name in ("src", "tests"):
        shutil.copytree(
            ROOT / name,
            PLACE / name,
            dirs_exist_ok=True,
            ignore=shutil.ignore_patterns("__pycache__", "ordeal", "*.egg-info"),
        )


def results() -> dict[str, dict[str, bool | None]]:
    """For each module, each change: noticed, not noticed, or not tried."""
    found: dict[str, dict[str, bool | None]] = {}
    for floor in FLOORS:
        folder = PLACE / "mutants" / "src" / "candlemark" / floor
        for meta in sorted(folder.glob("*.meta")):
            codes: dict[str, int | None] = json.loads(meta.read_text())["exit_code_by_key"]
            if codes:
                # mutmut keeps the exit code of pytest: 0, all passed; 33, no test reaches it.
                found[f"{floor}/{meta.name.removesuffix('.meta')}"] = {
                    name: None if code is None else code not in {0, 5, 33}
                    for name, code in codes.items()
                }
    return found


def main() -> int:
    """Run, print the scores, compare with the least."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--least", type=float, default=90.0)
    parser.add_argument("--afresh", action="store_true")
    parser.add_argument("--only-print", action="store_true")
    parser.add_argument("--children", type=int, default=os.cpu_count() or 1)
    parser.add_argument("patterns", nargs="*")
    asked = parser.parse_args()
    if not asked.only_print:
        prepare(afresh=asked.afresh)
        subprocess.run(  # noqa: S603 - our own program
            [
                str(Path(sys.executable).parent / "mutmut"),
                "run",
                "--max-children",
                str(asked.children),
                *asked.patterns,
            ],
            cwd=PLACE,
            check=True,
            stdout=subprocess.DEVNULL,
        )
    noticed = tried = 0
    for module, changes in results().items():
        done = [one for one in changes.values() if one is not None]
        noticed, tried = noticed + sum(done), tried + len(done)
        if done:
            share = 100 * sum(done) / len(done)
            print(f"{module:28}{sum(done):5} of {len(done):5} noticed {share:6.1f} %")
        for name, one in changes.items():
            if one is False:
                print(f"    not noticed: {name}")
    score = 100 * noticed / max(tried, 1)
    print(f"{'together':28}{noticed:5} of {tried:5} noticed {score:6.1f} %, least {asked.least} %")
    return int(score < asked.least)


if __name__ == "__main__":
    sys.exit(main())
