"""How judging stands in a vault: the newest run of a unit, what people said, what waits.

Everything a page or a command shows of judging is asked here, so that both show the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, cast

from candlemark.linkage.facts import CASE, PERSON, LinkRecord
from candlemark.linkage.judging.inferring import Judged
from candlemark.linkage.judging.measuring import known_by_key, known_by_others, measured
from candlemark.linkage.judging.reading import said_of_pairs
from candlemark.linkage.judging.standing import State, deciding, pair_of, stood, unpublished
from candlemark.linkage.judging.touching import touched_by
from candlemark.linkage.judging.worth import Proposed, Waiting, waiting
from candlemark.linkage.said import pairs_of, said_of_links

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pyarrow as pa

    from candlemark.ledger import Ledger
    from candlemark.ledger.roster import Roster
    from candlemark.linkage.facts import LinkRun
    from candlemark.linkage.judging.inferring import Contradiction
    from candlemark.linkage.judging.measuring import Measured
    from candlemark.linkage.judging.reading import SaidOfPairs
    from candlemark.linkage.judging.standing import Pair, Published, Stood, Word
    from candlemark.linkage.said import SaidJudgement

UNITS = (CASE, PERSON)


@dataclass(frozen=True)
class Judging:
    """Everything about the pairs of one unit."""

    unit: str
    run: str
    """The newest run; empty where nothing was linked yet."""
    proposed: tuple[Proposed, ...]
    """Pairs of the runs that count, in the order of their records."""
    said: SaidOfPairs
    published: Published = unpublished

    @cached_property
    def automatic(self) -> tuple[Pair, ...]:
        """The pairs the runs linked by themselves."""
        return tuple(one.pair for one in self.proposed if one.automatic)

    @cached_property
    def answers(self) -> dict[Pair, Stood]:
        """How every judged pair stands."""
        return stood(self.said.counting, self.automatic, self.published)

    @cached_property
    def judged(self) -> Judged:
        """The settled answers and what follows from them."""
        return Judged.of(self.answers)

    @property
    def contradictions(self) -> tuple[Contradiction, ...]:
        """Answers that cannot all be true."""
        return self.judged.contradictions

    @cached_property
    def queue(self) -> list[Waiting]:
        """What waits for a person, worth most first."""
        return waiting(self.proposed, self.answers, self.judged, self.published)

    @cached_property
    def disputed(self) -> tuple[Stood, ...]:
        """Pairs about which people disagree."""
        return tuple(one for one in self.answers.values() if one.state is State.DISPUTED)

    @cached_property
    def for_the_agency(self) -> tuple[Stood, ...]:
        """Pairs about which an agency is to be asked."""
        return tuple(one for one in self.answers.values() if one.state is State.AGENCY)

    def for_second(self, member: str) -> list[Waiting]:
        """Pairs that wait for one more person, where this member can be that person."""
        return [
            one
            for one in self.queue
            if one.pair in self.answers and member not in self.answers[one.pair].members
        ]

    def told_to(self, member: str) -> tuple[Word, ...]:
        """The words a member may see: not those about a pair they may still be asked about."""
        mine = {word.pair for word in self.said.words if word.member == member}
        waiting = {one.pair for one in self.queue if one.pair not in mine}
        return tuple(word for word in self.said.words if word.pair not in waiting)

    def known_to_others(self, member: str) -> list[Proposed]:
        """Pairs whose answer is known without this member, to be mixed in among what waits."""
        known = {**known_by_key(self.proposed), **known_by_others(member, self.said.counting)}
        return [one for one in self.proposed if one.pair in known]

    @cached_property
    def reviewers(self) -> list[Measured]:
        """How often each person who judges is wrong, as far as it is known."""
        return measured(self.said.words, self.said.counting, known_by_key(self.proposed))

    def place(self, pair: Pair) -> Proposed | None:
        """Where the runs propose a pair; None where they do not."""
        return self._places.get(pair)

    def at(self, run: str, n: int) -> Proposed | None:
        """The pair in a row of a run; None where there is none."""
        return next((one for one in self.proposed if (one.run, one.n) == (run, n)), None)

    @cached_property
    def deciding(self) -> frozenset[str]:
        """The judgements by which pairs stand as they do: what clusters are folded with."""
        return deciding(self.answers)

    def touched(self, judgement: str) -> frozenset[LinkRecord]:
        """The records whose group is another without a judgement."""
        return touched_by(
            judgement, self.said.words, self.said.not_counting, self.automatic, self.published
        )

    @cached_property
    def _places(self) -> dict[Pair, Proposed]:
        return {one.pair: one for one in self.proposed}


def judging(
    ledger: Ledger,
    roster: Roster,
    unit: str = CASE,
    published: Published = unpublished,
) -> Judging:
    """How judging stands.

    Raises:
        LedgerBroken: the ledger is damaged.
    """
    runs = [one for one in said_of_links(ledger).runs if one.fact.unit == unit]
    newest: dict[Pair, Proposed] = {}
    for one in runs:
        if not one.fact.adds_to:
            newest = without_compared_anew(newest, {each.source for each in one.fact.sources})
        newest |= {each.pair: each for each in proposed_by(one.fact, pairs_of(ledger, one))}
    proposed = tuple(newest[pair] for pair in sorted(newest))
    run = runs[-1].fact.run if runs else ""
    return Judging(unit, run, proposed, said_of_pairs(ledger, roster, unit), published)


def deciding_judgements(
    ledger: Ledger,
    roster: Roster,
    unit: str = CASE,
    published: Published = unpublished,
) -> tuple[SaidJudgement, ...]:
    """The judgements clusters are folded with: ``clusters_of(ledger, unit, these)``.

    Raises:
        LedgerBroken: the ledger is damaged.
    """
    decide = judging(ledger, roster, unit, published).deciding
    return tuple(one for one in said_of_links(ledger).judgements if one.fact.id in decide)


def without_compared_anew(
    found: Mapping[Pair, Proposed], sources: set[str]
) -> dict[Pair, Proposed]:
    """What is left of earlier runs when one compared these sources anew, as clusters have it."""
    return {
        pair: one
        for pair, one in found.items()
        if not {record.source for record in pair} <= sources
    }


def proposed_by(run: LinkRun, pairs: pa.Table) -> Iterable[Proposed]:
    """The pairs of a run (``pairs.PAIRS``), in the order of its rows."""
    columns = ("left_source", "left_record", "right_source", "right_record", "probability", "key")
    for n, row in enumerate(zip(*(pairs[name].to_pylist() for name in columns), strict=True)):
        left, right = LinkRecord(row[0], row[1]), LinkRecord(row[2], row[3])
        probability = cast("float", row[4])
        links = probability >= run.thresholds.automatic
        yield Proposed(pair_of(left, right), probability, run.run, n, links, row[5] or "")
