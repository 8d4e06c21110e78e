"""The best that anybody could do on the million rows of performance.md, knowing how they were made.

``python bench/linkage_bound.py --people FILE [--sweeps 30]``, where FILE is the one that
``linkage_ratio.py --people`` is given.  It was made by drawing people (Faker's ``az_AZ`` names,
``pip install Faker``; a day of birth of sixty years, a district, an offence), writing each down one
to four times in one of three spellings, and putting slips into it at known rates.  All of that is
known here: names with their frequencies, rates, how many times people are written down.  So the
probability that two rows are one, given all rows together, is what the rules of probability say
(``measuring/of_chance.py``), and no method that sees the same rows can do better, by chance aside.

Printed is F1 of the best pairs that have a given precision, which need not even make clusters, and
how many of the true pairs are found of which both rows have a birthday, and of the others.
"""

from __future__ import annotations

import argparse
import importlib
import sys
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow.parquet as pq
from measuring.of_chance import Chosen, Meets, Rows, chances, meeting

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa

TIMES = (0.0, 0.68, 0.22, 0.07, 0.03)
"""Of people who are written down once, twice …"""
AGENCIES = (0.6, 0.3, 0.1)
"""Of rows in each spelling."""
ENDINGS = {"ov": 0.45, "yev": 0.3, "li": 0.15, "zadə": 0.1}
MEN = 0.7
SLIP, CROSSED, TURNED, OTHER_OFFENCE = 0.08, 0.02, 0.03, 0.3
NO_PLACE, OTHER_PLACE = 0.1, 0.08
PLACES, OFFENCES, DAYS = 66, 40, 365 * 60
_ENGLISH = "ə:a ı:i ö:o ü:u ğ:gh ş:sh ç:ch x:kh q:g c:j"
_RUSSIAN = "ə:a ı:y ö:o ü:u ğ:g ş:sh ç:ch x:kh q:k c:dzh h:g"


def _spelling(said: str) -> dict[str, str]:
    """What becomes of a letter, and of its capital."""
    small = dict(one.split(":") for one in said.split())
    large = {a.upper(): b.capitalize() for a, b in small.items() if a != "ı"}
    return small | large | {"İ": "I"}


SPELLINGS: tuple[dict[str, str], ...] = ({}, _spelling(_ENGLISH), _spelling(_RUSSIAN))
LETTERS = "aeiouəılnrmstdk"
LEAST = 2e-4
"""Odds from which on a pair is looked at."""
PRECISIONS = (0.0, 0.97, 0.98, 0.99, 0.995)
Frequencies = dict[str, float]


def common_to_rare(names: list[str]) -> Frequencies:
    """How often each is drawn, the first most."""
    shares = 1 / np.arange(1, len(names) + 1) ** 0.8
    return dict(zip(names, (shares / shares.sum()).tolist(), strict=True))


@dataclass
class People:
    """Names of women (0) and men (1) with their frequencies."""

    given: tuple[Frequencies, Frequencies]
    family: tuple[Frequencies, Frequencies]


def people() -> People:
    """In the order they were shuffled into."""
    try:
        names: Any = importlib.import_module("faker.providers.person.az_AZ").Provider
    except ImportError:
        sys.exit("pip install Faker: the names are its own")
    some = [names.first_names_male, names.first_names_female, names.first_names_male]
    drawn, chance = [], np.random.default_rng(7)
    for each in some:
        order = np.array(sorted(set(each)))
        chance.shuffle(order)
        drawn.append(common_to_rare([str(name) for name in order]))
    men, women, stems = drawn
    family: tuple[Frequencies, Frequencies] = ({}, {})
    for man in (0, 1):
        for stem, share in stems.items():
            for ending, often in ENDINGS.items():
                name = _family(stem, ending, man=bool(man))
                family[man][name] = family[man].get(name, 0) + share * often
    return People((women, men), family)


def _family(stem: str, ending: str, *, man: bool) -> str:
    if ending not in {"ov", "yev"}:
        return stem + ending
    return stem + ("yev" if stem[-1] in "aəıoöuüei" else "ov") + ("" if man else "a")


def slips(name: str) -> Iterator[tuple[str, float]]:
    """What becomes of a name by one slip, and how often."""
    if len(name) < 4:
        yield name, 1.0
        return
    share = 1 / (len(name) - 2)
    for at in range(1, len(name) - 1):
        yield name[:at] + name[at + 1 :], 0.35 * share
        yield name[:at] + name[at + 1] + name[at] + name[at + 2 :], 0.3 * share
        for letter in LETTERS:
            yield name[:at] + letter + name[at + 1 :], 0.35 * share / len(LETTERS)


class Written:
    """By what is written: the names it may stand for, in each spelling, right or with a slip."""

    def __init__(self, names: set[str]) -> None:
        self.right: list[dict[str, Frequencies]] = []
        self.slipped: list[dict[str, Frequencies]] = []
        for spelling in SPELLINGS:
            table = str.maketrans(spelling)
            right: dict[str, Frequencies] = defaultdict(dict)
            slipped: dict[str, Frequencies] = defaultdict(dict)
            for name in sorted(names):
                right[name.translate(table)][name] = 1.0
                for text, share in slips(name.translate(table)):
                    slipped[text][name] = slipped[text].get(name, 0) + share
            self.right.append(right)
            self.slipped.append(slipped)


@dataclass
class Names:
    """The names rows may be written for, numbered as they are met."""

    people: People
    number: dict[tuple[int, str, str], int] = field(default_factory=dict)
    usual: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        given, family = (set(a) | set(b) for a, b in (self.people.given, self.people.family))
        self.given, self.family = Written(given), Written(family)

    def of(self, given: str, family: str) -> list[tuple[int, float]]:
        """Of what is written: numbers of names, and how often, relatively, each is written so."""
        often: dict[tuple[str, str], float] = defaultdict(float)
        for at, share in enumerate(AGENCIES):
            a, b, c, d = (
                which[at] for one in (self.given, self.family) for which in (one.right, one.slipped)
            )
            for chance, first, second in (
                (1 - 2 * SLIP - CROSSED, a.get(given, {}), c.get(family, {})),
                (SLIP, b.get(given, {}), c.get(family, {})),
                (SLIP, a.get(given, {}), d.get(family, {})),
                (CROSSED, a.get(family, {}), c.get(given, {})),
            ):
                for one, p in first.items():
                    for other, q in second.items():
                        often[one, other] += share * chance * p * q
        found = [
            ((man, *both), said, usual)
            for both, said in often.items()
            for man in (0, 1)
            if (usual := self._usual(man, *both)) > 0
        ]
        total = sum(said * usual for _, said, usual in found)
        return [(self._number(key, usual), said / total) for key, said, usual in found]

    def _usual(self, man: int, given: str, family: str) -> float:
        share = MEN if man else 1 - MEN
        both = self.people.given[man].get(given, 0), self.people.family[man].get(family, 0)
        return share * both[0] * both[1]

    def _number(self, key: tuple[int, str, str], usual: float) -> int:
        if key not in self.number:
            self.number[key] = len(self.usual)
            self.usual.append(usual)
        return self.number[key]


def rows_of(table: pa.Table) -> Rows:
    """What rows say."""
    names, known = Names(people()), dict[tuple[str, str], list[tuple[int, float]]]()
    written = zip(table["given"].to_pylist(), table["family"].to_pylist(), strict=True)
    each = [known.get(both) or known.setdefault(both, names.of(*both)) for both in written]
    places = 1 / np.arange(1, PLACES + 1) ** 0.8
    day, turned = days_of(table["birth"].to_pylist())
    wrong = OTHER_PLACE / (OTHER_PLACE + (1 - OTHER_PLACE) * (1 - NO_PLACE))
    count = table.num_rows / sum(n * share for n, share in enumerate(TIMES))
    more = [(n + 1) * TIMES[n + 1] / (count * TIMES[1] * TIMES[n]) for n in range(1, 4)]
    return Rows(
        np.concatenate(([0], np.cumsum([len(some) for some in each]))).astype(np.int64),
        np.asarray([name for some in each for name, _ in some], np.int64),
        np.asarray([ratio for some in each for _, ratio in some]),
        np.asarray(names.usual),
        day,
        turned,
        float(DAYS),
        1 - TURNED,
        Chosen(numbers(table["region"].to_pylist()), places / places.sum(), 1 - wrong),
        Chosen(
            numbers(table["offence"].to_pylist()),
            np.full(OFFENCES, 1 / OFFENCES),
            1 - OTHER_OFFENCE,
        ),
        np.asarray([0.0, *more]),
    )


def numbers(cells: list[str | None]) -> Any:
    """R07 is 7; what is not there is -1."""
    return np.asarray([-1 if cell is None else int(cell[1:]) for cell in cells], np.int64)


def days_of(cells: list[str | None]) -> tuple[Any, Any]:
    """Days as numbers, and what they are when day and month change places."""
    said = [(0, 0, 0) if cell is None else tuple(map(int, cell.split("-"))) for cell in cells]
    year, month, day = np.asarray(said, np.int64).T
    number, other = (year * 10000 + a * 100 + b for a, b in ((month, day), (day, month)))
    none = year == 0
    turned = np.where(day <= 12, other, number)
    return np.where(none, -1, number), np.where(none, -1, turned)


def pairs_of(rows: Rows) -> tuple[Any, Any]:
    """Pairs of rows that may be one."""
    order = np.argsort(rows.name, kind="stable")
    row = np.repeat(np.arange(len(rows.day)), np.diff(rows.first))[order]
    first = np.searchsorted(rows.name[order], np.arange(len(rows.usual) + 1))
    left, right = meeting(rows, (first, row), LEAST)
    keys = np.unique(left * len(rows.day) + right)
    return keys // len(rows.day), keys % len(rows.day)


def met(left: Any, right: Any, count: int) -> Meets:
    """Of each row whom it meets."""
    ends, others = np.concatenate([left, right]), np.concatenate([right, left])
    order = np.argsort(ends, kind="stable")
    pair = np.tile(np.arange(len(left)), 2)[order]
    return Meets(np.searchsorted(ends[order], np.arange(count + 1)), others[order], pair)


def best(chance: Any, same: Any, true: int) -> Iterator[dict[str, float]]:
    """The best F1 of the most probable pairs at each precision."""
    order = np.argsort(-chance, kind="stable")
    right, made = np.cumsum(same[order]), np.arange(1, len(order) + 1)
    f1 = 2 * right / (made + true)
    for least in PRECISIONS:
        at = int(np.argmax(np.where(right / made >= least, f1, 0)))
        yield {
            "precision at least": least,
            "f1": float(f1[at]),
            "precision": float(right[at] / made[at]),
            "recall": float(right[at] / true),
            "from": float(chance[order][at]),
        }


def main() -> None:
    """Print a line for each precision."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--people", required=True)
    options.add_argument("--sweeps", type=int, default=30)
    options.add_argument("--seed", type=int, default=1)
    asked = options.parse_args()
    table = pq.read_table(asked.people)
    rows = rows_of(table)
    left, right = pairs_of(rows)
    meets = met(left, right, table.num_rows)
    chance = chances(rows, meets, len(left), asked.sweeps, asked.seed)
    _, whose = np.unique(np.asarray(table["truth"]), return_inverse=True)
    same, true = whose[left] == whose[right], pairs_among(whose)
    print(f"{table.num_rows:,} rows, {true:,} true pairs, {len(left):,} looked at")
    born = rows.day >= 0
    both, known = born[left] & born[right], pairs_among(whose[born])
    for line in best(chance, same, true):
        found = same & (chance >= line["from"])
        shares = {
            "both with a birthday": (found & both).sum() / known,
            "others": (found & ~both).sum() / (true - known),
        }
        print({name: round(float(number), 4) for name, number in (line | shares).items()})


def pairs_among(whose: Any) -> int:
    """How many pairs of rows are of one person."""
    size = np.bincount(whose)
    return int((size * (size - 1) // 2).sum())


if __name__ == "__main__":
    main()
