"""Names nothing was tuned on: how many are found first among the others of a file, and how fast.

``python bench/names_found.py [FILE] [--first N] [--start WORD]``.  Without a file: the members of
three parliaments in tests/linkage/parliamentarians.txt, each spelling asked for among the first
names of all, by script.  A line of a file is the names of a person between bars, or a name in Latin
letters, a tab, and the same name in another script, with or without spaces between its letters: the
form of NETransliteration (github.com/steveash/NETransliteration-COLING2018, from Wikidata), whose
files are not kept here.
"""

from __future__ import annotations

import argparse
import time
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING

from candlemark.linkage.names import parse_name, score

if TYPE_CHECKING:
    from candlemark.linkage.names import PersonName

KINDS = ("value", "folded", "plain")
OURS = Path(__file__).resolve().parents[1] / "tests" / "linkage" / "parliamentarians.txt"


def people(file: Path, start: str, first: int) -> list[list[str]]:
    """The names of each person, from the line of ``start`` on."""
    lines = [line for line in file.read_text("utf-8").splitlines() if line and line[0] != "#"]
    names = [line.split("|") if "\t" not in line else _pair(line) for line in lines]
    begin = next((at for at, each in enumerate(names) if each[0] == start), 0) if start else 0
    return names[begin : begin + first]


def _pair(line: str) -> list[str]:
    latin, other, *_ = line.split("\t")
    return [latin, other.replace(" ", "")]


def scripts(names: list[list[str]]) -> dict[str, list[tuple[int, str]]]:
    """Spellings beside the first of each person, by their script."""
    found: dict[str, list[tuple[int, str]]] = {}
    for at, each in enumerate(names):
        for name in each[1:]:
            letter = next(letter for letter in name if letter.isalpha())
            found.setdefault(unicodedata.name(letter).split()[0].title(), []).append((at, name))
    return found


def shares(among: list[PersonName], asked: list[tuple[int, str]]) -> dict[str, float]:
    """The share found first, by each score; several at the top share the point."""
    hits = dict.fromkeys(KINDS, 0.0)
    for at, name in asked:
        scores = [score(each, parse_name(name)) for each in among]
        for kind in KINDS:
            values = [-1.0 if one is None else float(getattr(one, kind)) for one in scores]
            best = max(values)
            if values[at] == best >= 0:
                hits[kind] += 1 / values.count(best)
    return {kind: round(found / len(asked), 3) for kind, found in hits.items()}


def main() -> None:
    """Print one line for each script."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("file", type=Path, nargs="?", default=OURS)
    options.add_argument("--first", type=int, default=600)
    options.add_argument("--start", default="")
    asked = options.parse_args()
    names = people(asked.file, asked.start, asked.first)
    among = [parse_name(each[0]) for each in names]
    for script, some in scripts(names).items():
        begun = time.process_time()
        found = shares(among, some)
        each = (time.process_time() - begun) / (len(some) * len(among))
        print(f"{script}, {len(some)} among {len(among)}: {found}, {each * 1e6:.0f} µs a pair")


if __name__ == "__main__":
    main()
