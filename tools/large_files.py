"""Refuse files over 600 kB in a commit: data sets and builds do not belong in the history."""

from __future__ import annotations

import sys
from pathlib import Path

LIMIT = 600_000


def main(paths: list[str]) -> int:
    """Name each file that is too large; the exit code is 1 when there is one."""
    large = [path for path in paths if Path(path).stat().st_size > LIMIT]
    for path in large:
        sys.stderr.write(f"{path} is over {LIMIT:,} bytes\n")
    return 1 if large else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
