"""Branches of the code that tests go through, alone: ``coverage report`` counts lines with them.

Prints their share of what ``make coverage`` measured; 1 when it is under ``LEAST`` percent.

Usage: python tools/branches.py LEAST
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

import coverage


def main() -> int:
    """Print the share."""
    least = float(sys.argv[1])
    measured = coverage.Coverage()
    measured.load()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "coverage.json"
        measured.json_report(outfile=str(path))
        totals = json.loads(path.read_text(encoding="utf-8"))["totals"]
    gone, there = totals["covered_branches"], totals["num_branches"]
    print(f"branches alone: {gone} of {there}, {100 * gone / there:.1f} %, at least {least:g}")
    return int(100 * gone < least * there)


if __name__ == "__main__":
    sys.exit(main())
