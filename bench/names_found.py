"""Names nothing was tuned on: how many are found first among the others of a file, and how fast.

``python bench/names_found.py FILE [--first N] [--start WORD]``.  A line of the file is a name in
Latin letters, a tab, and the same name in another script, with or without spaces between its
letters: the form of NETransliteration (github.com/steveash/NETransliteration-COLING2018, from
Wikidata), whose files are not kept here.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import TYPE_CHECKING

from candlemark.linkage.names import parse_name, score

if TYPE_CHECKING:
    from candlemark.linkage.names import PersonName

KINDS = ("value", "folded", "plain")


def pairs(file: Path, start: str, first: int) -> list[tuple[PersonName, PersonName]]:
    """The pairs of a file, from the line of ``start`` on."""
    lines = [line.split("\t") for line in file.read_text("utf-8").splitlines()]
    begin = next((at for at, line in enumerate(lines) if line[0] == start), 0) if start else 0
    return [
        (parse_name(latin), parse_name(other.replace(" ", "")))
        for latin, other, *_ in lines[begin : begin + first]
    ]


def found(some: list[tuple[PersonName, PersonName]], kind: str) -> float:
    """The share found first; several at the top share the point."""
    hits = 0.0
    for at, (_, asked) in enumerate(some):
        scores = [score(latin, asked) for latin, _ in some]
        values = [-1.0 if one is None else float(getattr(one, kind)) for one in scores]
        best = max(values)
        if values[at] == best >= 0:
            hits += 1 / values.count(best)
    return hits / len(some)


def main() -> None:
    """Print one line."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("file", type=Path)
    options.add_argument("--first", type=int, default=600)
    options.add_argument("--start", default="")
    asked = options.parse_args()
    some = pairs(asked.file, asked.start, asked.first)
    begun = time.process_time()
    shares = {kind: round(found(some, kind), 3) for kind in KINDS}
    each = (time.process_time() - begun) / (len(KINDS) * len(some) ** 2)
    print(f"{len(some)} names: {shares}, {each * 1e6:.0f} µs a pair")


if __name__ == "__main__":
    main()
