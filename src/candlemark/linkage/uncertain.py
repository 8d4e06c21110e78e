"""Links that are uncertain, carried on: the same records joined many times, as each may be.

A run gives pairs a probability.  A figure across agencies that takes all above a threshold and none
below says nothing of how sure that is.  Here whole groupings are drawn: of records that pairs lead
to each other, every way to divide them has a weight, the product over pairs of p where the two are
together and 1 - p where they are not.  So a draw is never A = B, B = C and not A = C, holds no two
records of a source that has each case once, and nothing people judged different.

- A pair people judged counts as they judged it, but for how often people were found to be wrong;
  where they contradict each other it is even, and where a second person is needed and has not
  answered yet, it counts as if nobody had.
- A pair of sources a run compared, which it did not keep, has at most the probability under which
  it keeps none, and counts with that: a chain of links does not join what nobody found alike.
  Where no run compared the two sources nothing is known.

Up to seven records are divided in every way there is; more are sampled (Gibbs: a record leaves and
comes back to any group, by weight).
"""

from __future__ import annotations

import hashlib
import math
from collections import defaultdict
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Final

import numpy as np

from candlemark.linkage.facts import CASE, DIFFERENT, SAME, LinkRecord, Thresholds
from candlemark.linkage.forest import Forest
from candlemark.linkage.judging.measuring import believed, measured
from candlemark.linkage.judging.reading import said_of_pairs
from candlemark.linkage.judging.standing import State, stood, unpublished
from candlemark.linkage.said import pairs_of, said_of_links

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from candlemark.ledger import Ledger
    from candlemark.linkage.judging.reading import SaidOfPairs
    from candlemark.linkage.judging.standing import Published, Stood
    from candlemark.linkage.said import SaidRun

Pair = tuple[LinkRecord, LinkRecord]
Groups = dict[LinkRecord, LinkRecord]
"""Of every record that is with another one: the first of its group."""

_WHOLE: Final = 7
"""Records that are divided in every way there is: 877."""
_SURE: Final = 1e-9
_SETTLE: Final = 100
_SWEEPS: Final = 20


@dataclass(frozen=True, slots=True)
class Links:
    """Pairs that stand, with what people said of them, at one state of the ledger."""

    unit: str
    pairs: Mapping[Pair, float]
    """Probabilities by the model, of pairs in order."""
    judged: Mapping[Pair, str]
    """``same``, ``different``, or empty where people contradict each other."""
    once_each: frozenset[str]
    compared: frozenset[frozenset[str]]
    """Sources some run compared with each other; a source with itself stands alone."""
    thresholds: Thresholds
    runs: tuple[str, ...]
    judgements: tuple[str, ...]
    """Identifiers of those that count."""
    wrong: float = 0.0
    """How often a judgement of a person is taken to be wrong."""
    known: int = 0
    """Answers about pairs whose answer was known, on which ``wrong`` rests."""
    waiting: frozenset[Pair] = frozenset()
    """Pairs somebody judged the same that wait for a second person, and count for nothing yet."""

    @property
    def state(self) -> str:
        """A hash over all of it: two figures with the same used the same links."""
        told = [f"{self.unit} {sorted(self.once_each)} {self.thresholds}"]
        told += [f"wrong {self.wrong!r} of {self.known}"] if self.judged else []
        told += [f"{_text(pair)} {value!r}" for pair, value in sorted(self.pairs.items())]
        told += [f"{_text(pair)} {answer}" for pair, answer in sorted(self.judged.items())]
        return hashlib.sha256("\n".join(told).encode()).hexdigest()

    @property
    def sources(self) -> frozenset[str]:
        """Sources any pair leads to."""
        return frozenset(one.source for pair in (*self.pairs, *self.judged) for one in pair)


def _text(pair: Pair) -> str:
    return " ".join(repr(part) for one in pair for part in (one.source, one.record))


def links_at(
    ledger: Ledger,
    unit: str = CASE,
    size: int | None = None,
    published: Published = unpublished,
) -> Links:
    """The links as they stood when the ledger had ``size`` entries; None: now.

    A run that compares two sources anew replaces what was found between these two, as for clusters.

    Args:
        ledger: of an opened vault.
        unit: ``case`` or ``person``.
        size: how many entries of the ledger to look at.
        published: which pairs moved a number that was kept then; see ``judging.standing.stood``.

    Raises:
        LedgerBroken: the ledger is damaged.
    """
    said = said_of_links(ledger)
    upto = ledger.size if size is None else size
    runs = [one for one in said.runs if one.entry.n < upto and one.fact.unit == unit]
    pairs: dict[Pair, float] = {}
    by_key: set[Pair] = set()
    once_each: set[str] = set()
    compared: set[frozenset[str]] = set()
    names: list[str] = []
    for run in runs:
        sources = {one.source for one in run.fact.sources}
        if not run.fact.adds_to:
            pairs = {
                pair: value
                for pair, value in pairs.items()
                if not {pair[0].source, pair[1].source} <= sources
            }
            once_each -= sources
        once_each |= set(run.fact.once_each)
        compared |= {frozenset((one, other)) for one in sources for other in sources}
        names.append(run.fact.run)
        for pair, value, key in _pairs(ledger, run):
            pairs[pair] = max(value, pairs.get(pair, 0.0))
            if key and value >= run.fact.thresholds.automatic:
                by_key.add(pair)
    thresholds = runs[-1].fact.thresholds if runs else Thresholds(1.0, 1.0)
    automatic = sorted(pair for pair, value in pairs.items() if value >= thresholds.automatic)
    said_of = said_of_pairs(ledger, ledger.roster(), unit, upto)
    answers = stood(said_of.counting, automatic, published)
    judged, counted = _judged(answers)
    wrong, known = _wrong(said_of, by_key & pairs.keys()) if judged else (0.0, 0)
    return Links(
        unit=unit,
        pairs=pairs,
        judged=judged,
        once_each=frozenset(once_each),
        compared=frozenset(compared),
        thresholds=thresholds,
        runs=tuple(names),
        judgements=counted,
        wrong=wrong,
        known=known,
        waiting=frozenset(
            pair for pair, one in answers.items() if one.state is State.SECOND and not one.answer
        ),
    )


def _pairs(ledger: Ledger, run: SaidRun) -> Iterator[tuple[Pair, float, str]]:
    table = pairs_of(ledger, run)
    names = ("left_source", "left_record", "right_source", "right_record", "probability", "key")
    for a, b, c, d, value, key in zip(*(table[name].to_pylist() for name in names), strict=True):
        yield _pair(LinkRecord(a, b), LinkRecord(c, d)), value, key or ""


def _wrong(said: SaidOfPairs, by_key: set[Pair]) -> tuple[float, int]:
    """How often people are taken to be wrong, and on how many known pairs that rests."""
    return believed(measured(said.words, said.counting, dict.fromkeys(by_key, SAME)))


def _pair(left: LinkRecord, right: LinkRecord) -> Pair:
    return (left, right) if left < right else (right, left)


def _judged(answers: Mapping[Pair, Stood]) -> tuple[dict[Pair, str], tuple[str, ...]]:
    """How judged pairs stand, empty for one in dispute; what was taken back is not among them."""
    found: dict[Pair, str] = {}
    counted: list[str] = []
    for pair, one in answers.items():
        if one.answer or one.state is State.DISPUTED:
            found[pair] = one.answer
            counted += [word.fact.id for word in one.words if word.decides]
    return found, tuple(sorted(counted))


def joined_from(links: Links, threshold: float) -> Groups:
    """The groups when every pair from ``threshold`` on is linked, the strongest first.

    At the automatic threshold these are the clusters.
    """
    strengths = {pair: value for pair, value in links.pairs.items() if value >= threshold}
    for pair, answer in links.judged.items():
        strengths.pop(pair, None)
        if answer == SAME:
            strengths[pair] = math.inf
    apart = [pair for pair, answer in links.judged.items() if answer == DIFFERENT]
    records = {one for pair in (*strengths, *apart) for one in pair}
    forest = Forest(records, apart, links.once_each)
    for pair, _ in sorted(strengths.items(), key=lambda one: (-one[1], one[0])):
        forest.join(*pair)
    return {one: group[0] for group in forest.groups() for one in group}


class Draws:
    """Groupings drawn one after the other; the same seed gives the same ones.

    Args:
        links: what stands.
        seed: what chance starts from.
    """

    def __init__(self, links: Links, seed: int) -> None:
        self._chance = np.random.default_rng(seed)
        self._parts = [_part(links, records) for records in _parts(links)]

    def draw(self) -> Groups:
        """The next one."""
        found: Groups = {}
        for part in self._parts:
            for group in part.draw(self._chance):
                if len(group) > 1:
                    found |= dict.fromkeys(group, group[0])
        return found


def _parts(links: Links) -> Iterator[tuple[LinkRecord, ...]]:
    """Records that pairs lead to each other."""
    pairs = [*links.pairs, *(pair for pair, answer in links.judged.items() if answer != DIFFERENT)]
    forest = Forest({one for pair in pairs for one in pair})
    for pair in pairs:
        forest.join(*pair)
    yield from forest.groups()


@dataclass(slots=True)
class _Part:
    """Records to be divided, and the odds of every two of them (logarithms; -inf: never)."""

    records: tuple[LinkRecord, ...]
    odds: list[list[float]]
    ways: list[tuple[tuple[int, ...], ...]]
    """Every way to divide them; empty where they are too many, and then ``now`` is one."""
    chances: Sequence[float]
    now: list[int]

    def draw(self, chance: np.random.Generator) -> list[tuple[LinkRecord, ...]]:
        if self.ways:
            at = int(np.searchsorted(self.chances, chance.random() * self.chances[-1]))
            return [tuple(self.records[one] for one in group) for group in self.ways[at]]
        for _ in range(_SWEEPS):
            self.sweep(chance)
        groups: dict[int, list[LinkRecord]] = defaultdict(list)
        for record, group in zip(self.records, self.now, strict=True):
            groups[group].append(record)
        return [tuple(group) for group in groups.values()]

    def sweep(self, chance: np.random.Generator) -> None:
        """Each record leaves its group and comes to one, or stays alone, by weight."""
        for one in range(len(self.records)):
            weights: dict[int, float] = defaultdict(float)
            for other, group in enumerate(self.now):
                if other != one:
                    weights[group] += self.odds[one][other]
            alone = next(name for name in range(len(self.now) + 1) if name not in weights)
            weights[alone] = 0.0
            names, logs = list(weights), np.array(list(weights.values()))
            shares = np.exp(logs - logs.max())
            place = np.searchsorted(np.cumsum(shares), chance.random() * shares.sum())
            self.now[one] = names[int(place)]


def _part(links: Links, records: tuple[LinkRecord, ...]) -> _Part:
    odds = [[_odds(links, one, other) for other in records] for one in records]
    if len(records) > _WHOLE:
        part = _Part(records, odds, [], [], _begun(links, records))
        chance = np.random.default_rng(len(records))
        for _ in range(_SETTLE):
            part.sweep(chance)
        return part
    ways = list(_ways(len(records)))
    logs = np.array(
        [sum(odds[a][b] for group in way for a, b in combinations(group, 2)) for way in ways]
    )
    return _Part(records, odds, ways, np.cumsum(np.exp(logs - logs.max())).tolist(), [])


def _odds(links: Links, one: LinkRecord, other: LinkRecord) -> float:
    if one == other:
        return 0.0
    if one.source == other.source and one.source in links.once_each:
        return -math.inf
    pair = _pair(one, other)
    answer = links.judged.get(pair)
    if answer is None:
        met = frozenset((one.source, other.source)) in links.compared
        value = links.pairs.get(pair, min(links.thresholds.people, 0.5) if met else 0.5)
    else:
        value = {SAME: 1.0 - links.wrong, DIFFERENT: links.wrong}.get(answer, 0.5)
    value = min(max(value, _SURE), 1 - _SURE)
    return math.log(value / (1 - value))


def _begun(links: Links, records: tuple[LinkRecord, ...]) -> list[int]:
    """Where the sampling of many records begins: as they are joined automatically."""
    groups = joined_from(links, links.thresholds.automatic)
    names = [groups.get(one, one) for one in records]
    numbers = {name: at for at, name in enumerate(dict.fromkeys(names))}
    return [numbers[name] for name in names]


def _ways(many: int) -> Iterator[tuple[tuple[int, ...], ...]]:
    """Every way to divide so many: each comes to a group that is there, or begins one."""

    def onwards(at: int, groups: list[list[int]]) -> Iterator[tuple[tuple[int, ...], ...]]:
        if at == many:
            yield tuple(map(tuple, groups))
            return
        for group in groups:
            group.append(at)
            yield from onwards(at + 1, groups)
            group.pop()
        groups.append([at])
        yield from onwards(at + 1, groups)
        groups.pop()

    yield from onwards(0, [])


@dataclass(frozen=True, slots=True)
class Undone:
    """A link that was used and that a later judgement took back."""

    left: LinkRecord
    right: LinkRecord
    judgement: str


def undone_since(
    ledger: Ledger, then: Links, now: Links, size: int, sources: frozenset[str]
) -> tuple[Undone, ...]:
    """Links that stood at ``size`` entries and that somebody judged *different* since.

    Of records of these sources alone.  Links a newer run no longer finds are not among them: a
    figure that is asked again says those.

    Args:
        ledger: of an opened vault.
        then: the links as they stood at ``size`` entries.
        now: those of today, of the same unit.
        size: how many entries the ledger had.
        sources: of whose records.

    Raises:
        LedgerBroken: the ledger is damaged.
    """
    unit, before = then.unit, joined_from(then, then.thresholds.automatic)
    found: dict[Pair, Undone] = {}
    for one in said_of_links(ledger).judgements:
        fact = one.fact
        pair = _pair(fact.left, fact.right)
        if one.entry.n < size or fact.unit != unit or fact.answer != DIFFERENT:
            continue
        if not {pair[0].source, pair[1].source} <= sources:
            continue
        together = pair[0] in before and before[pair[0]] == before.get(pair[1])
        drawn = then.pairs.get(pair, 0.0) > 0 and then.judged.get(pair) != DIFFERENT
        if (together or drawn) and now.judged.get(pair) != SAME:
            found[pair] = Undone(*pair, fact.id)
    for pair, answer in then.judged.items():  # and what whoever said it took back
        of_these = {pair[0].source, pair[1].source} <= sources
        if answer == SAME and of_these and pair not in found and pair not in now.judged:
            found[pair] = Undone(*pair, _word_of(ledger, unit, pair))
    return tuple(found.values())


def _word_of(ledger: Ledger, unit: str, pair: Pair) -> str:
    """The last judgement of a pair, whether it still counts or not."""
    words = said_of_pairs(ledger, ledger.roster(), unit).words
    return next(word.fact.id for word in reversed(words) if word.pair == pair)
