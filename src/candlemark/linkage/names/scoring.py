"""How alike two names are: the mean of a score that hears and one that reads.

The *folded* score compares sounds as the scripts of this region confuse them; alone it is too
willing.  The *plain* score compares the names in the 26 Latin letters; alone it does not know that
Гасанов is Həsənov.  Their mean decided better than either, here and on names it was not made for
(docs/methods/names.md).  Words are matched one to one, in whatever order they stand.

A name that cannot be read has no score.  The father's name is evidence of its own and is never
mixed into the score of the name.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from rapidfuzz.distance import Levenshtein

from candlemark.linkage.names.parsing import Sex
from candlemark.linkage.names.rules import TITLES, WEIGHTS
from candlemark.tongues import consonants, sounding_key

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from candlemark.linkage.names.parsing import PersonName, Word


@dataclass(frozen=True, slots=True)
class NameScore:
    """How alike two names are, each part from 0 to 1."""

    value: float
    """The mean of the two; what is compared with a threshold."""
    folded: float
    plain: float
    father: float | None
    """Of the fathers' names; None when one of the names has none (which says nothing)."""


def score(one: PersonName, other: PersonName) -> NameScore | None:
    """How alike two names are; None when either cannot be read: two unknowns are never equal."""
    if not (one.known and other.known and one.words and other.words):
        return None
    words = _without_title(one.words, other.words), _without_title(other.words, one.words)
    folded, plain = _names(*words, _folded), _names(*words, _plain)
    if {one.sex, other.sex} == {Sex.WOMAN, Sex.MAN}:
        folded, plain = folded * WEIGHTS["other_sex"], plain * WEIGHTS["other_sex"]
    father = None
    if one.father and other.father:
        fathers = one.father, other.father
        father = (_names(*fathers, _folded) + _names(*fathers, _plain)) / 2
    return NameScore((folded + plain) / 2, folded, plain, father)


def _without_title(words: tuple[Word, ...], other: tuple[Word, ...]) -> tuple[Word, ...]:
    """Leave a title out where the other name has none: Hacı Madər is Madər Musayev."""
    if any(word.plain in TITLES for word in other):
        return words
    return tuple(word for word in words if word.plain not in TITLES) or words


def _names(
    one: Sequence[Word], other: Sequence[Word], alike: Callable[[Word, Word], float]
) -> float:
    """Words matched one to one, the most alike first."""
    # Of two names with as many words the order is that of their letters: either way round is one.
    shorter, longer = sorted((one, other), key=lambda words: (len(words), [w.plain for w in words]))
    pairs = sorted(
        (
            (alike(left, right), -at, -beside)
            for at, left in enumerate(longer)
            for beside, right in enumerate(shorter)
        ),
        reverse=True,
    )
    free, open_ = set(range(len(longer))), set(range(len(shorter)))
    found: list[tuple[float, int]] = []
    for value, at, beside in pairs:
        if -at in free and -beside in open_:
            free.discard(-at)
            open_.discard(-beside)
            found.append((value, len(shorter[-beside].plain)))
    weakest = min(value for value, _ in found)
    mean = sum(value * length for value, length in found) / sum(length for _, length in found)
    whole = WEIGHTS["weakest"] * weakest + (1 - WEIGHTS["weakest"]) * mean
    if len(shorter) == 1 < len(longer):
        whole *= WEIGHTS["single"]
    return max(0.0, whole - WEIGHTS["extra"] * (len(longer) - len(shorter)))


@lru_cache(maxsize=1_000_000)
def _plain(one: Word, other: Word) -> float:
    return Levenshtein.normalized_similarity(one.plain, other.plain)


@lru_cache(maxsize=1_000_000)
def _folded(one: Word, other: Word) -> float:
    if one.plain == other.plain:
        return 1.0
    bare = max(
        Levenshtein.normalized_similarity(left, right)
        for left in consonants(one.text, one.tag)
        for right in consonants(other.text, other.tag)
    )
    if one.unvowelled != other.unvowelled:
        short = min(len(one.plain), len(other.plain)) <= 2
        return bare * (WEIGHTS["unvowelled_short"] if short else WEIGHTS["unvowelled"])
    heard = Levenshtein.normalized_similarity(sounding_key(one.plain), sounding_key(other.plain))
    return max(heard, WEIGHTS["vowels"] * heard + (1 - WEIGHTS["vowels"]) * bare)
