"""Which records are one, as it follows from runs and judgements: clusters whose names last.

A pure fold over what was said, in the order of the ledger.  Nothing of it is kept, and the order in
which pairs or members are handed in changes nothing.  What holds:

- a run that compares two sources anew replaces what earlier runs found between these two;
- what people judged is stronger than any weight, and *different* as strong as *same*;
- of two links that cannot both hold the stronger is taken: no cluster holds a pair judged
  different, nor two records of a source that has each case once;
- a cluster keeps its identifier while it grows and shrinks.  When two become one, the identifier
  with more records stays and the other becomes its alias; when one falls apart, the larger part
  keeps it.

Identifiers are ours and follow from the step that made the cluster, not from its members.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

from candlemark.ids import derived_id
from candlemark.linkage.facts import CASE, DIFFERENT, SAME, LinkRecord
from candlemark.linkage.forest import Forest
from candlemark.linkage.said import pairs_of, said_of_links

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pyarrow as pa

    from candlemark.ledger import Ledger
    from candlemark.linkage.facts import LinkRun
    from candlemark.linkage.said import SaidJudgement

_JUDGED: Final = float("inf")


class Link(NamedTuple):
    """A pair a run linked by itself."""

    left: LinkRecord
    right: LinkRecord
    weight: float


@dataclass(frozen=True, slots=True)
class RunStep:
    """A run, and the pairs at or above its automatic threshold."""

    id: str
    sources: frozenset[str]
    links: tuple[Link, ...]
    adds: bool = False
    """It added new records to an earlier run, and replaces nothing."""
    once_each: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class JudgementStep:
    """What one person answered about one pair; a later answer of theirs takes its place."""

    id: str
    left: LinkRecord
    right: LinkRecord
    answer: str
    by: str = ""


Step = RunStep | JudgementStep


@dataclass(frozen=True, slots=True)
class Cluster:
    """Records that are one, at least two of them."""

    id: str
    records: tuple[LinkRecord, ...]
    """In order."""
    aliases: tuple[str, ...] = ()
    """Identifiers of clusters that became part of this one."""
    split_from: str = ""
    """The cluster it was part of before it fell apart; empty where it was none's."""


@dataclass(frozen=True, slots=True)
class Clusters:
    """What follows from all steps."""

    by_id: Mapping[str, Cluster]
    of: Mapping[LinkRecord, str]
    """The cluster of each record that is in one."""
    alias_of: Mapping[str, str]
    """Where a former identifier leads; to nothing where no two of its records are one any more."""
    refused: tuple[tuple[LinkRecord, LinkRecord], ...]
    """Pairs judged the same that other judgements keep apart: to be judged again."""

    def find(self, cluster: str) -> Cluster | None:
        """The cluster of an identifier or an alias; None where there is none any more."""
        return self.by_id.get(self.alias_of.get(cluster, cluster))


@dataclass(slots=True)
class _State:
    """The fold on its way."""

    weights: dict[tuple[LinkRecord, LinkRecord], float] = field(default_factory=dict)
    answers: dict[tuple[LinkRecord, LinkRecord], dict[str, str]] = field(default_factory=dict)
    beside: dict[LinkRecord, set[LinkRecord]] = field(default_factory=lambda: defaultdict(set))
    once_each: set[str] = field(default_factory=set)
    of: dict[LinkRecord, str] = field(default_factory=dict)
    members: dict[str, set[LinkRecord]] = field(default_factory=dict)
    born: dict[str, int] = field(default_factory=dict)
    split_from: dict[str, str] = field(default_factory=dict)
    alias_of: dict[str, str] = field(default_factory=dict)
    refused: dict[tuple[LinkRecord, LinkRecord], None] = field(default_factory=dict)


def fold_clusters(steps: Iterable[Step]) -> Clusters:
    """The clusters after all steps, which come in the order of the ledger."""
    state = _State()
    for step in steps:
        touched = _take_run(state, step) if isinstance(step, RunStep) else _take(state, step)
        _settle(state, _reached(state, touched), step.id)
    return _clusters(state)


def clusters_of(
    ledger: Ledger, unit: str = CASE, judgements: Sequence[SaidJudgement] | None = None
) -> Clusters:
    """The clusters of cases, or of persons, as the ledger has them now.

    Args:
        ledger: what was said.
        unit: ``case`` or ``person``.
        judgements: those that count; all by default.

    Raises:
        LedgerBroken: the ledger is damaged.
    """
    said = said_of_links(ledger)
    counted = said.judgements if judgements is None else judgements
    steps: list[tuple[int, int, Step]] = [
        (one.entry.n, at, run_step(one.fact, pairs_of(ledger, one)))
        for at, one in enumerate(said.runs)
        if one.fact.unit == unit
    ]
    steps += [
        (one.entry.n, at, judgement_step(one))
        for at, one in enumerate(counted)
        if one.fact.unit == unit
    ]
    return fold_clusters(step for *_, step in sorted(steps, key=lambda one: one[:2]))


def run_step(run: LinkRun, pairs: pa.Table) -> RunStep:
    """A run as a step: of its pairs those that are linked without asking anybody."""
    names = ("left_source", "left_record", "right_source", "right_record", "weight", "probability")
    links = tuple(
        Link(LinkRecord(a, b), LinkRecord(c, d), weight)
        for a, b, c, d, weight, probability in zip(
            *(pairs[name].to_pylist() for name in names), strict=True
        )
        if probability >= run.thresholds.automatic
    )
    sources = frozenset(one.source for one in run.sources)
    return RunStep(run.run, sources, links, bool(run.adds_to), frozenset(run.once_each))


def judgement_step(one: SaidJudgement) -> JudgementStep:
    """A judgement as a step, by the device that said it."""
    fact = one.fact
    return JudgementStep(fact.id, fact.left, fact.right, fact.answer, one.entry.device)


def _pair(left: LinkRecord, right: LinkRecord) -> tuple[LinkRecord, LinkRecord]:
    return (left, right) if left < right else (right, left)


def _take_run(state: _State, step: RunStep) -> set[LinkRecord]:
    touched: set[LinkRecord] = set()
    if not step.adds:
        old = [
            pair
            for pair in state.weights
            if pair[0].source in step.sources and pair[1].source in step.sources
        ]
        for pair in old:
            del state.weights[pair]
            touched.update(pair)
        state.once_each -= step.sources - step.once_each
    state.once_each |= step.once_each
    for link in step.links:
        pair = _pair(link.left, link.right)
        state.weights[pair] = max(link.weight, state.weights.get(pair, link.weight))
        touched.update(pair)
        _join(state, pair)
    if step.once_each:  # what was linked before may break the new rule
        touched |= {one for one in state.of if one.source in step.once_each}
    return touched


def _take(state: _State, step: JudgementStep) -> set[LinkRecord]:
    pair = _pair(step.left, step.right)
    state.answers.setdefault(pair, {})[step.by] = step.answer
    _join(state, pair)
    return set(pair)


def _join(state: _State, pair: tuple[LinkRecord, LinkRecord]) -> None:
    state.beside[pair[0]].add(pair[1])
    state.beside[pair[1]].add(pair[0])


def _reached(state: _State, touched: set[LinkRecord]) -> set[LinkRecord]:
    """All records whose cluster could be another now: those any link, old or new, leads to."""
    found, waiting = set(touched), list(touched)
    while waiting:
        new = state.beside[waiting.pop()] - found
        found |= new
        waiting += new
    return found


def _answer(state: _State, pair: tuple[LinkRecord, LinkRecord]) -> str:
    """What people agree on about a pair; empty where they do not, or nobody decided."""
    decided = {one for one in state.answers.get(pair, {}).values() if one in {SAME, DIFFERENT}}
    return decided.pop() if len(decided) == 1 else ""


def _strength(state: _State, pair: tuple[LinkRecord, LinkRecord]) -> float | None:
    """How strong a link is; None where there is none."""
    answer = _answer(state, pair)
    if answer:
        return _JUDGED if answer == SAME else None
    decided = set(state.answers.get(pair, {}).values()) & {SAME, DIFFERENT}
    return None if decided else state.weights.get(pair)  # judged both ways: held back


def _settle(state: _State, records: set[LinkRecord], step: str) -> None:
    """Make the clusters of these records anew, and give them their identifiers."""
    pairs = [(one, other) for one in records for other in state.beside[one] if one < other]
    links = [(at, pair) for pair in pairs if (at := _strength(state, pair)) is not None]
    apart = [pair for pair in pairs if _answer(state, pair) == DIFFERENT]
    forest = Forest(records, apart, state.once_each)
    for strength, pair in sorted(links, key=lambda one: (-one[0], one[1])):
        joined = forest.join(*pair)
        if strength == _JUDGED and not joined:
            state.refused[pair] = None
        else:
            state.refused.pop(pair, None)
    for pair in apart:
        state.refused.pop(pair, None)
    _name(state, forest.groups(), records, step)


def _name(
    state: _State, groups: Sequence[tuple[LinkRecord, ...]], records: set[LinkRecord], step: str
) -> None:
    """Hand old identifiers to the groups that hold most of what bore them, and mint the rest."""
    before = {one: state.of.pop(one) for one in records if one in state.of}
    gone = dict.fromkeys(before.values())
    shared = [
        (-count, state.born[old], old, at)
        for at, group in enumerate(groups)
        for old, count in Counter(before[one] for one in group if one in before).items()
    ]
    named: dict[int, str] = {}
    given: set[str] = set()
    for _, _, old, at in sorted(shared):
        if at not in named and old not in given:
            named[at] = old
            given.add(old)
    for at, group in enumerate(groups):
        if at not in named:
            named[at] = derived_id("cluster", step, group[0].source, group[0].record)
            state.born[named[at]] = len(state.born)
            parents = Counter(before[one] for one in group if one in before)
            if parents:
                state.split_from[named[at]] = min(parents, key=lambda old: (-parents[old], old))
        state.members[named[at]] = set(group)
        state.of |= dict.fromkeys(group, named[at])
    for old in gone:
        if old not in given:
            state.members.pop(old, None)
            held = sorted(row for row in shared if row[2] == old)
            state.alias_of[old] = named[held[0][3]] if held else ""


def _clusters(state: _State) -> Clusters:
    leads = {old: _last(state, old) for old in state.alias_of}
    aliases: dict[str, list[str]] = defaultdict(list)
    for old, new in leads.items():
        aliases[new].append(old)
    by_id = {
        cluster: Cluster(
            cluster,
            tuple(sorted(members)),
            tuple(sorted(aliases[cluster])),
            state.split_from.get(cluster, ""),
        )
        for cluster, members in sorted(state.members.items())
    }
    return Clusters(
        MappingProxyType(by_id),
        MappingProxyType(dict(sorted(state.of.items()))),
        MappingProxyType({old: new for old, new in leads.items() if new in by_id or not new}),
        tuple(sorted(state.refused)),
    )


def _last(state: _State, old: str) -> str:
    """Where an alias leads in the end."""
    while old in state.alias_of:
        old = state.alias_of[old]
    return old
