"""From lists as files to how many people no list holds, by the commands a person types.

``python bench/lists_to_estimate.py [--people 3000] [--world independent|sharing|unreachable]
[--kill-after SECONDS]``.  Four lists of invented people (tests/list_files.py) are imported,
prepared, linked and estimated; the whole number is known, and every answer is printed beside it.
With --kill-after the estimate is killed, and asked for again.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from itertools import combinations
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from list_files import CODES, LISTS, WORLDS, on_lists, write_lists

COMMAND = Path(sys.executable).with_name("candlemark")


def typed(*words: object) -> str:
    """What a command answers."""
    began = time.perf_counter()
    done = subprocess.run([COMMAND, *map(str, words)], capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, words))}\n{done.stderr}")
    print(f"  {' '.join(map(str, words[:2])):<16} {time.perf_counter() - began:6.1f} s", flush=True)
    return done.stdout


def killed(after: float, *words: object) -> None:
    """Begin a command, and end it so that it cannot put anything in order."""
    begun = subprocess.Popen(
        [COMMAND, *map(str, words)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        begun.wait(after)
        print("  it was done before it could be killed", flush=True)
    except subprocess.TimeoutExpired:
        begun.kill()
        begun.wait()
        print(f"  {' '.join(map(str, words[:2]))} killed after {after:.0f} s", flush=True)


def answered(folder: Path, on: Any, seed: int, after: float) -> dict[str, Any]:
    """Lists of a world to an answer."""
    rows = write_lists(folder, on, seed)
    vault = ("--vault", folder / "vault", "--passphrase-file", folder / "words.txt")
    typed("init", folder / "vault", "--passphrase-file", folder / "words.txt")
    for name in LISTS:
        walk = ("--crosswalk", folder / f"az-{name}.toml", "--as-of", "2021-01-31")
        typed("import", folder / f"{name}.csv", *walk, *vault)
    sources = [word for code in CODES for word in ("--source", code)]
    sources += ["--columns", str(folder / "columns.toml")]
    once = [word for code in CODES for word in ("--once-each", code)]
    typed("link", "prepare", *sources, *vault)
    typed("link", "train", "--plan", "persons", *sources, *once, *vault)
    typed("link", "run", *sources, *once, *vault)
    groups = json.loads(typed("link", "clusters", "--unit", "person", "--json", *vault))
    told(groups["clusters"], rows)
    lists = [word for code in CODES for word in ("--list", code)]
    asked = ("link", "estimate", *lists, "--json", *vault)
    if after:
        killed(after, *asked)
    answer: dict[str, Any] = json.loads(typed(*asked))
    return answer


def told(groups: list[dict[str, Any]], rows: list[dict[str, Any]]) -> None:
    """How right the links are, over all true pairs."""
    whose = {(f"az-list-{row['source']}", row["record"]): row["truth"] for row in rows}
    true: dict[int, int] = {}
    for person in whose.values():
        true[person] = true.get(person, 0) + 1
    all_true = sum(n * (n - 1) // 2 for n in true.values())
    pairs = [
        whose[a["source"], a["record"]] == whose[b["source"], b["record"]]
        for one in groups
        for a, b in combinations(one["records"], 2)
    ]
    print(f"  links: precision {sum(pairs) / len(pairs):.3f}, recall {sum(pairs) / all_true:.3f}")


def main() -> None:
    """Print what comes out of each world."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--people", type=int, default=3000)
    options.add_argument("--world", choices=WORLDS, action="append")
    options.add_argument("--seed", type=int, default=2026)
    options.add_argument("--kill-after", type=float, default=0.0)
    asked = options.parse_args()
    for world in asked.world or WORLDS:
        on = on_lists(world, asked.people, asked.seed)
        found = int(on.any(axis=1).sum())
        print(f"{world}: {asked.people:,} people, {found:,} on a list", flush=True)
        with tempfile.TemporaryDirectory() as folder:
            answer = answered(Path(folder), on, asked.seed, asked.kill_after)
        print(json.dumps(answer, indent=1, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main()
