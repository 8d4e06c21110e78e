"""Building the public site: how long for so many tables in five tongues, and after one more.

A release of many tables, each of another invented agency, is published in a vault on disk; the
site is built from nothing, built again, and built after a release that adds one table.  Computing
time of this process and time on the wall; the growth from few tables to many is shown, and the
share of a whole building that one new release costs.

``--clones`` builds the site of the smallest size from two fresh clones of this checkout as well,
each by a process of its own, and compares every byte.

``bench/out/site_build.json`` holds the figures.
"""

from __future__ import annotations

import argparse
import dataclasses
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from candlemark.ledger import Vault
from candlemark.publish.site import build, verify

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "bench" / "out"
sys.path.insert(0, str(ROOT / "tests"))

from cohorts import occupancy  # noqa: E402 - the invented people of the tests
from releasing import KINDS, PEOPLE, House, of  # noqa: E402

LIMIT = 60.0
"""Seconds that a site of 500 pages in five tongues may take."""


@dataclasses.dataclass(frozen=True)
class Took:
    """One step: seconds of computing and on the wall, files written."""

    computing: float
    wall: float
    written: int


def timed(house: House, out: Path) -> Took:
    """Build once."""
    with house.team.open() as vault:
        began, wall = time.process_time(), time.monotonic()
        done = build(vault, out)
        return Took(time.process_time() - began, time.monotonic() - wall, done.written)


def run(tables: int) -> dict[str, object]:
    """Build a site of so many tables, again, and after one more release."""
    figure = occupancy(PEOPLE)
    with tempfile.TemporaryDirectory() as place:
        house, out = House.founded(Path(place) / "vault"), Path(place) / "site"
        figures = [of(f"Agency {n}", figure, code=f"xx-agency-{n}") for n in range(tables)]
        house.release(*figures)
        whole = timed(house, out)
        again = timed(house, out)
        house.release(of("One more", figure, code="xx-one-more"))
        after = timed(house, out)
        began = time.process_time()
        verify(out).require()
        checked = time.process_time() - began
        size = sum(path.stat().st_size for path in out.rglob("*") if path.is_file())
    return {
        "tables": tables,
        "bytes": size,
        "whole": dataclasses.asdict(whole),
        "again": dataclasses.asdict(again),
        "after one release": dataclasses.asdict(after),
        "verify, computing": checked,
    }


def digest(folder: Path) -> str:
    """One hash of every path and byte of a folder."""
    found = hashlib.sha256()
    for path in sorted(one for one in folder.rglob("*") if one.is_file()):
        found.update(f"{path.relative_to(folder)} ".encode())
        found.update(hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()


def in_clones(tables: int) -> bool:
    """Whether two fresh clones make the same bytes of the same vault."""
    figure = occupancy(PEOPLE)
    with tempfile.TemporaryDirectory() as place:
        house = House.founded(Path(place) / "vault")
        house.release(*[of(f"Agency {n}", figure, code=f"xx-agency-{n}") for n in range(tables)])
        made = []
        for name in ("one", "two"):
            clone, out = Path(place) / name, Path(place) / f"site-{name}"
            subprocess.run(["git", "clone", "--quiet", "--no-local", ROOT, clone], check=True)
            shutil.copytree(house.team.folder, Path(place) / f"vault-{name}")
            subprocess.run(
                [sys.executable, clone / "bench" / "site_build.py"],
                check=True,
                cwd=clone,
                env=os.environ
                | {
                    "PYTHONPATH": str(clone / "src"),
                    "SITE_VAULT": str(Path(place) / f"vault-{name}"),
                    "SITE_OUT": str(out),
                    "SITE_WORDS": house.team.words["founder"],
                },
            )
            made.append(digest(out))
    return made[0] == made[1]


def build_for_another() -> int:
    """In a clone: build the site of the vault that the environment names."""
    here = Path(build.__code__.co_filename)
    if ROOT not in here.parents:
        raise SystemExit(f"this is not the clone's own program: {here}")
    with Vault.open(Path(os.environ["SITE_VAULT"]), os.environ["SITE_WORDS"], KINDS) as vault:
        build(vault, Path(os.environ["SITE_OUT"]))
    return 0


def main() -> int:
    """Measure, print, keep."""
    if "SITE_VAULT" in os.environ:
        return build_for_another()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tables", default="50,500", help="how many, separated by commas")
    parser.add_argument("--clones", action="store_true", help="compare two fresh clones, too")
    asked = parser.parse_args()
    sizes = [int(text) for text in asked.tables.split(",")]
    found = [run(size) for size in sizes]
    for one in found:
        print(
            f"{one['tables']} tables: whole {one['whole']['computing']:.1f} s,"
            f" again {one['again']['computing']:.2f} s,"
            f" after one release {one['after one release']['computing']:.2f} s"
            f" ({one['after one release']['written']} files),"
            f" verify {one['verify, computing']:.2f} s; {one['bytes']:,} bytes"
        )
    OUT.mkdir(exist_ok=True)
    (OUT / "site_build.json").write_text(json.dumps(found, indent=2) + "\n")
    alike = not asked.clones or in_clones(min(sizes))
    if asked.clones:
        print(f"two fresh clones make {'the same bytes' if alike else 'different bytes'}")
    slowest = max(one["whole"]["computing"] for one in found)
    print(f"the limit is {LIMIT:.0f} s for 500 pages in five tongues")
    return int(slowest > LIMIT or not alike)


if __name__ == "__main__":
    sys.exit(main())
