"""How judging stands in a vault: the newest run of a unit, what people said, what waits.

Everything a page or a command shows of judging is asked here, so that both show the same.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final, TypeVar

from candlemark.casefile.record import from_model
from candlemark.linkage.facts import CASE, PERSON
from candlemark.linkage.judging.inferring import Judged
from candlemark.linkage.judging.measuring import known_by_key, known_by_others, measured
from candlemark.linkage.judging.parts import PARTS
from candlemark.linkage.judging.proposing import proposed_of
from candlemark.linkage.judging.reading import said_of_pairs
from candlemark.linkage.judging.seen import Seen, at_row, by_keys, of_pair, seen_in
from candlemark.linkage.judging.standing import State, deciding, stood, unpublished
from candlemark.linkage.judging.touching import touched_by
from candlemark.linkage.judging.worth import Proposed, Waiting, waiting
from candlemark.linkage.said import pairs_of, said_of_links

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from candlemark.ledger import Ledger
    from candlemark.ledger.model import CodedModel
    from candlemark.ledger.roster import Roster
    from candlemark.linkage.facts import LinkRecord
    from candlemark.linkage.judging.inferring import Contradiction
    from candlemark.linkage.judging.measuring import Measured
    from candlemark.linkage.judging.reading import SaidOfPairs
    from candlemark.linkage.judging.standing import Pair, Published, Stood, Word
    from candlemark.linkage.said import SaidJudgement

_T = TypeVar("_T")
UNITS = (CASE, PERSON)
MOST: Final = 200
"""Pairs of parts nobody judged that a page has before it, the one worth most first."""


@dataclass(frozen=True, slots=True)
class Page:
    """What a page looks at."""

    pairs: frozenset[Pair] = frozenset()
    """Pairs it knows of already: those somebody has before them."""
    most: int = MOST


@dataclass(frozen=True, slots=True)
class _Look:
    """Single pairs of parts nobody judged, looked up when they are asked for."""

    ledger: Ledger
    unit: str

    def at(self, run: str, n: int) -> Proposed | None:
        """The pair in a row of a run."""
        return self._ask(lambda model: at_row(model, self.unit, run, n))

    def of(self, pair: Pair) -> Proposed | None:
        """Where a pair is proposed."""
        return self._ask(lambda model: of_pair(model, self.unit, pair))

    def keyed(self) -> list[Proposed]:
        """Pairs an exact key joined."""
        return self._ask(lambda model: by_keys(model, self.unit)) or []

    def _ask(self, ask: Callable[[CodedModel], _T]) -> _T | None:
        return from_model(self.ledger, lambda models: models.coded(PARTS, ask))


@dataclass(frozen=True)
class Judging:
    """Everything about the pairs of one unit."""

    unit: str
    run: str
    """The newest run; empty where nothing was linked yet."""
    proposed: tuple[Proposed, ...]
    """Pairs of the runs that count, in the order of their records; on a page, of the parts that
    people judged."""
    said: SaidOfPairs
    published: Published = unpublished
    seen: Seen | None = None
    """What waits in all other parts, on a page."""
    look: _Look | None = None

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
        """What waits for a person, worth most first; of parts nobody judged the first few."""
        if self.seen is None:
            return self.near
        return sorted([*self.near, *self.seen.waiting], key=lambda one: (-one.worth, one.pair))

    @cached_property
    def near(self) -> list[Waiting]:
        """What waits in the parts that people judged."""
        return waiting(self.proposed, self.answers, self.judged, self.published)

    def between(self, member: str, taken: Collection[Pair]) -> Counter[tuple[str, str]]:
        """How many pairs a member can be handed, by the two sources."""
        mine = {word.pair for word in self.said.words if word.member == member}
        counting = {pair for pair in mine if pair in self.said.counting}
        free = (one.pair for one in self.near if one.pair not in counting and one.pair not in taken)
        found = Counter((left.source, right.source) for left, right in free)
        return found + self.seen.between if self.seen is not None else found

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
            for one in self.near
            if one.pair in self.answers and member not in self.answers[one.pair].members
        ]

    def told_to(self, member: str) -> tuple[Word, ...]:
        """The words a member may see: not those about a pair they may still be asked about."""
        mine = {word.pair for word in self.said.words if word.member == member}
        again = {one.pair for one in self.near if one.pair not in mine}
        return tuple(word for word in self.said.words if word.pair not in again)

    def known_to_others(self, member: str) -> list[Proposed]:
        """Pairs whose answer is known without this member, to be mixed in among what waits."""
        every = [*self.proposed, *(self.look.keyed() if self.look is not None else ())]
        known = {**known_by_key(every), **known_by_others(member, self.said.counting)}
        return list({one.pair: one for one in every if one.pair in known}.values())

    @cached_property
    def reviewers(self) -> list[Measured]:
        """How often each person who judges is wrong, as far as it is known."""
        return measured(self.said.words, self.said.counting, known_by_key(self.proposed))

    def place(self, pair: Pair) -> Proposed | None:
        """Where the runs propose a pair; None where they do not."""
        found = self._places.get(pair)
        return self.look.of(pair) if found is None and self.look is not None else found

    def at(self, run: str, n: int) -> Proposed | None:
        """The pair in a row of a run; None where there is none."""
        found = next((one for one in self.proposed if (one.run, one.n) == (run, n)), None)
        return self.look.at(run, n) if found is None and self.look is not None else found

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
    near: Page | None = None,
) -> Judging:
    """How judging stands.

    Args:
        ledger: of an opened vault.
        roster: whose devices judgements were said on.
        unit: ``case`` or ``person``.
        published: see :func:`~candlemark.linkage.judging.standing.stood`.
        near: for a page, which looks at a few pairs among many: then the parts of the pairs nobody
            judged are taken as the read model has them, and not worked out.

    Raises:
        LedgerBroken: the ledger is damaged.
    """
    said = said_of_pairs(ledger, roster, unit)
    if near is not None:
        about = {*(word.pair for word in said.words), *near.pairs}
        found = from_model(
            ledger,
            lambda models: models.coded(
                PARTS, lambda model: seen_in(model, unit, about, published, near.most)
            ),
        )
        if found is not None:
            return Judging(
                unit, found.run, found.active, said, published, found, _Look(ledger, unit)
            )
    runs = [one for one in said_of_links(ledger).runs if one.fact.unit == unit]
    newest = proposed_of((one.fact, pairs_of(ledger, one)) for one in runs)
    proposed = tuple(newest[pair] for pair in sorted(newest))
    run = runs[-1].fact.run if runs else ""
    return Judging(unit, run, proposed, said, published)


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
    decide = judging(ledger, roster, unit, published, Page(most=0)).deciding
    return tuple(one for one in said_of_links(ledger).judgements if one.fact.id in decide)
