"""How well lists are linked by encodings alone, how fast, and what an attack reads out of them.

``python bench/private_linkage.py [--febrl FOLDER]``.  People are simulated (tests/two_lists.py);
FOLDER holds ``dataset4a.csv`` and ``dataset4b.csv`` of FEBRL, which are not kept here.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from candlemark.linkage.private import comparing, profile
from candlemark.linkage.private.encoding import Bits, Encoder, joined
from encoding_attacks import common_pieces, plain_encoding
from two_lists import (
    REGISTERS,
    SECRET,
    Two,
    agreement,
    clean,
    f1,
    febrl4,
    ready,
    regional,
    registers,
)

if TYPE_CHECKING:
    from candlemark.linkage.private.agreement import Scheme

ATTACKED = 3_000


def linked(name: str, two: Two, scheme: Scheme) -> None:
    """Print what is found of one world under one scheme."""
    agreed = agreement(scheme)
    begun = time.perf_counter()
    lists = [ready(rows, agreed) for rows in (two.left, two.right)]
    read = time.perf_counter()
    bits: list[Bits] = []
    for one in lists:
        encoder = Encoder(agreed, SECRET)
        bits.append(np.array([encoder.encode(row.pieces) for row in one.rows]))
    encoded = time.perf_counter()
    pairs = comparing.match(bits[0], bits[1], scheme.threshold)
    matched = time.perf_counter()
    found = {
        (int(one), int(other))
        for left, right, _ in pairs.links
        for one in lists[0].rows[left].records
        for other in lists[1].rows[right].records
    }
    precision, recall, both = f1(found, two.same)
    print(
        f"{name:34} {len(two.left):6,} + {len(two.right):6,}  P {precision:.4f}  R {recall:.4f}"
        f"  F1 {both:.4f}  left out {lists[0].left_out + lists[1].left_out:4}"
        f"  read {read - begun:.1f} s, encode {encoded - read:.1f} s,"
        f" compare {matched - encoded:.1f} s"
    )


def attacked() -> None:
    """Print what share of full names the attack on common pieces reads."""
    people = clean(ATTACKED)
    agreed = agreement()
    rows = ready(people, agreed).rows
    names = [
        people[int(row.records[0])]["given"] + people[int(row.records[0])]["family"] for row in rows
    ]
    for which in (("name",), ("name", "father", "birth")):
        own = [{f"{one}:{piece}" for one in which for piece in row.pieces[one]} for row in rows]
        bits = np.array([plain_encoding(pieces, each=15) for pieces in own])
        said(f"as first published: {', '.join(which)}", bits, names, own)
    for name in ("people", "people-loose"):
        for folds in (0, 1):
            one = agreement(msgspec.structs.replace(profile(name), folds=folds))
            encoder = Encoder(one, SECRET)
            packed = np.array([encoder.encode(row.pieces) for row in rows])
            own = [
                {
                    f"{part.name}:{piece}"
                    for part in one.scheme.attributes
                    for piece in joined(part, row.pieces)
                }
                for row in rows
            ]
            said(f"{name}, folded {folds} times", np.unpackbits(packed, axis=1), names, own)
    print(f"the commonest name is right for {Counter(names).most_common(1)[0][1] / len(names):.4f}")


def said(what: str, bits: Bits, names: list[str], own: list[set[str]]) -> None:
    """Print one attack."""
    share = common_pieces(bits, names, list(zip(names, own, strict=True)))
    print(f"{what:42} {share:.4f} of {len(names):,} full names read")


def main() -> None:
    """Run everything."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--febrl", type=Path)
    folder: Path | None = parser.parse_args().febrl
    if folder:
        linked("FEBRL4", febrl4(folder), REGISTERS)
    linked("simulated registers", registers(5_000), REGISTERS)
    for name in ("people", "people-loose"):
        linked(f"simulated people, {name}", regional(5_000), profile(name))
    attacked()


if __name__ == "__main__":
    main()
