"""The office holders, and how well a way of comparing finds them."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

from candlemark.linkage.names import parse_name, score

_FOLDER = Path(__file__).parent / "linkage"


def people(file="office_holders.txt"):
    """Each person's names, the official one first."""
    lines = (_FOLDER / file).read_text("utf-8").splitlines()
    return [line.split("|") for line in lines if line and not line.startswith("#")]


def script(name):
    """Latin, Cyrillic, Arabic, or another."""
    letter = next(letter for letter in name if letter.isalpha())
    for low, high, said in (
        (0, 0x24F, "latin"),
        (0x259, 0x259, "latin"),
        (0x400, 0x52F, "cyrillic"),
        (0x600, 0x6FF, "arabic"),
    ):
        if low <= ord(letter) <= high:
            return said
    return "other"


def value(one, other):
    found = score(parse_name(one), parse_name(other))
    return -1.0 if found is None else found.value


def top_one(some, among, compare=value):
    """By script: how many spellings find their person among the official names, and which not.

    Several names at the top share the point.
    """
    officials = [names[0] for names in among]
    found = {}
    for names in some:
        for name in names[1:]:
            scores = {official: compare(name, official) for official in officials}
            best = max(scores.values())
            top = [official for official, each in scores.items() if each == best]
            hits, total, missed = found.get(script(name), (0.0, 0, []))
            point = 1 / len(top) if names[0] in top and best >= 0 else 0.0
            found[script(name)] = hits + point, total + 1, missed + ([] if point == 1 else [name])
    return found


def best_f1(some, other_script, compare=value):
    """The best F1, and its threshold, over all pairs of a Latin name and one in ``other_script``."""
    named = [(who, name) for who, names in enumerate(some) for name in names]
    pairs = sorted(
        (
            (compare(one, other), left == right)
            for (left, one), (right, other) in combinations(named, 2)
            if sorted((script(one), script(other))) == sorted(("latin", other_script))
        ),
        reverse=True,
    )
    true = sum(same for _, same in pairs)
    best, hits = (0.0, 1.0), 0
    for place, (at, same) in enumerate(pairs, 1):
        hits += same
        if place == len(pairs) or pairs[place][0] < at:  # equal scores stand or fall together
            best = max(best, (2 * hits / (place + true), at))
    return best
