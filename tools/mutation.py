"""How many changes of the code the tests notice: mutmut on the seal and the ledger.

Works on a copy in ``build/mutation``, so that nothing else in the checkout is touched, and goes on
where it stopped when it is started again (``--afresh`` begins anew).  Prints the share of changes
noticed for each module and every change that was not; 1 when fewer than ``--least`` percent were
noticed.  A change that no test can tell from the code (``hashlib`` takes ``SHA256`` for ``sha256``)
counts as not noticed.

There are some ten thousand changes, and each that is not noticed runs every test that reaches it.
``--sample 400`` tries that many, drawn from all with a seed that is printed, and says how far off
the share may be.

Usage: python tools/mutation.py [--least 90] [--afresh] [--sample N [--seed S]] [PATTERN ...], where
a pattern is that of a changed function, such as ``candlemark.seal.*``.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import random
import shutil
import subprocess
import sys
import time
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
        for meta in sorted(folder.rglob("*.meta")):
            codes: dict[str, int | None] = json.loads(meta.read_text())["exit_code_by_key"]
            if codes:
                # mutmut keeps the exit code of pytest: 0, all passed; 33, no test reaches it.
                place = meta.relative_to(folder.parent).as_posix()
                found[place.removesuffix(".meta")] = {
                    name: None if code is None else code not in {0, 5, 33}
                    for name, code in codes.items()
                }
    return found


def run(children: int, wanted: list[str]) -> None:
    """Let mutmut try the changes wanted, or all of them."""
    program = str(Path(sys.executable).parent / "mutmut")
    subprocess.run(  # noqa: S603 - our own program
        [program, "run", "--max-children", str(children), *wanted],
        cwd=PLACE,
        check=True,
        stdout=subprocess.DEVNULL,
    )


def drawn(number: int, seed: int, children: int) -> list[str]:
    """So many changes, drawn from all that can be made."""
    run(children, ["candlemark.seal.padding.*"])  # makes every change, and tries a handful
    every = sorted(name for changes in results().values() for name in changes)
    return random.Random(seed).sample(every, min(number, len(every)))  # noqa: S311 - no secret


def told(tried: dict[str, dict[str, bool | None]], least: float) -> bool:
    """Print the scores; whether they suffice."""
    noticed = every = 0
    for module, changes in tried.items():
        done = [one for one in changes.values() if one is not None]
        noticed, every = noticed + sum(done), every + len(done)
        if done:
            share = 100 * sum(done) / len(done)
            print(f"{module:28}{sum(done):5} of {len(done):5} noticed {share:6.1f} %")
        for name, one in changes.items():
            if one is False:
                print(f"    not noticed: {name}")
    score = noticed / max(every, 1)
    off = 1.96 * math.sqrt(score * (1 - score) / max(every, 1))
    print(
        f"{'together':28}{noticed:5} of {every:5} noticed {100 * score:6.1f} %, least {least} %"
        f" (drawn from all, the share may be off by {100 * off:.1f})"
    )
    return 100 * score >= least


def main() -> int:
    """Run, print the scores, compare with the least."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--least", type=float, default=90.0)
    parser.add_argument("--afresh", action="store_true")
    parser.add_argument("--only-print", action="store_true")
    parser.add_argument("--children", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--sample", type=int, default=0)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("patterns", nargs="*")
    asked = parser.parse_args()
    wanted: list[str] = asked.patterns
    if not asked.only_print:
        prepare(afresh=asked.afresh)
        if asked.sample:
            print(f"seed {asked.seed}", flush=True)
            wanted = drawn(asked.sample, asked.seed, asked.children)
        run(asked.children, wanted)
    found = results()
    if asked.sample:
        among = frozenset(wanted)
        found = {
            module: {name: one for name, one in changes.items() if name in among}
            for module, changes in found.items()
        }
    return int(not told(found, asked.least))


if __name__ == "__main__":
    sys.exit(main())
