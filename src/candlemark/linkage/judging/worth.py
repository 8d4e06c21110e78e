"""What a minute of a person changes: which pair is asked next.

The worth of asking is the number of pairs of records whose being together is expected to change,
for each minute it takes:

1. A pair that is not linked and has the probability *p* joins groups of *a* and *b* records with
   probability *p*: worth *p a b*.
2. A pair on which a group hangs (a bridge) parts it into *a* and *b* records with probability
   1 - *p*: worth (1 - *p*) *a b*.
3. Inside a group that would hold without it, an answer moves that pair alone: worth 1 - *p*.

A link a run made by itself is asked about only where as much hangs on it as on the least sure pair
a run sends to people (:data:`ASKED_FROM`): a bridge between larger parts of a group.

A pair that needs one more person takes that person's minutes and no more; one that two have to
judge takes twice as long.  Of equal worth, the pair that comes first by its records comes first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from candlemark.linkage.judging.grouping import Groups, bridges
from candlemark.linkage.judging.standing import LARGE, TWO, State, linked_pairs, unpublished

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from candlemark.linkage.judging.inferring import Judged
    from candlemark.linkage.judging.standing import Pair, Published, Stood

ASKED_FROM: Final = 0.1
"""Pairs of records expected to change, from which on an automatic link is looked at by people."""
MINUTES: Final = 1.0
"""What one person needs for one pair.  It orders nothing by itself; two people need twice that."""


@dataclass(frozen=True, slots=True)
class Proposed:
    """A pair a run proposes to people, or linked by itself."""

    pair: Pair
    probability: float
    run: str
    n: int
    """Number of its row in the pairs of the run, from 0."""
    automatic: bool = False
    """Whether the run linked it without asking."""
    key: str = ""
    """The exact key that joined it; empty where the model did."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A pair that waits for a person."""

    proposed: Proposed
    sizes: tuple[int, int]
    """Records of the groups it joins, or of the parts a group would have without it."""
    joins: bool
    """Whether it joins two groups; otherwise it lies inside one."""
    people: int
    """How many have to agree in the end."""
    missing: int
    """How many have still to answer."""
    worth: float
    """Pairs of records expected to change, for each minute."""
    disputed: bool = False

    @property
    def pair(self) -> Pair:
        """The pair."""
        return self.proposed.pair


def waiting(
    proposed: Iterable[Proposed],
    answers: Mapping[Pair, Stood],
    judged: Judged,
    published: Published = unpublished,
) -> list[Waiting]:
    """The pairs people are asked about, the one worth most first.

    Left out are pairs that are settled, that follow from settled ones, about which two people could
    not tell, or which wait for an agency.
    """
    several = sorted(proposed, key=lambda one: one.pair)
    linked = linked_pairs(answers, [one.pair for one in several if one.automatic])
    groups = Groups(linked)
    hang = bridges(pair for pair in linked if groups.size(pair[0]) > LARGE)
    found = []
    for one in several:
        stands = answers.get(one.pair)
        if _is_over(stands, one, judged):
            continue
        if stands is None and _hangs_too_little(one, hang.get(one.pair)):
            continue
        found.append(_waiting(one, stands, groups, hang.get(one.pair), published))
    return sorted(found, key=lambda one: (-one.worth, one.pair))


def _hangs_too_little(one: Proposed, parts: tuple[int, int] | None) -> bool:
    """Whether a link a run made by itself needs nobody's look."""
    if not one.automatic:
        return False
    return parts is None or (1 - one.probability) * parts[0] * parts[1] < ASKED_FROM


def _is_over(stands: Stood | None, one: Proposed, judged: Judged) -> bool:
    if stands is None:
        return judged.infer(*one.pair) is not None
    if stands.state is State.UNSURE:  # somebody else may see what the first did not
        return len(stands.words) >= TWO
    return stands.state in {State.SETTLED, State.AGENCY}


def _waiting(
    one: Proposed,
    stands: Stood | None,
    groups: Groups,
    parts: tuple[int, int] | None,
    published: Published,
) -> Waiting:
    left, right = one.pair
    joins = not groups.together(left, right)
    if joins:
        sizes, change = (groups.size(left), groups.size(right)), one.probability
    else:
        sizes, change = parts or (1, 1), 1 - one.probability
    people = TWO if published(one.pair) is not None or min(sizes) > LARGE else 1
    missing = people
    if stands is not None:
        people = max(people, stands.people)
        missing = people if stands.state is State.UNSURE else 1
    worth = change * sizes[0] * sizes[1] / (MINUTES * missing)
    disputed = stands is not None and stands.state is State.DISPUTED
    return Waiting(one, sizes, joins, people, missing, worth, disputed)
