"""How pairs stand: what people answered, and what follows of it for each pair.

Of each person the newest answer about a pair counts, unless they took it back.  Then:

1. One *different* parts a pair at once, whatever the machine says: the harm is in a link that is
   wrong.
2. One *same* joins, unless that would join two groups that are both larger than
   :data:`LARGE`, or move a number that somebody keeps: then it takes two people.  What was said
   before the number was kept is in it already, and moves nothing.
3. People who disagree are outvoted, or nothing is joined until one more person has answered.
4. *Cannot tell* and *ask the agency* join nothing and part nothing.

Pure: the answers in the order of the ledger give how every pair stands.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from candlemark.linkage.facts import ASK_THE_AGENCY, DIFFERENT, SAME
from candlemark.linkage.judging.grouping import Groups

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping
    from datetime import datetime

    from candlemark.linkage.facts import Judgement, LinkRecord

    Pair = tuple[LinkRecord, LinkRecord]
    Published = Callable[[Pair], int | None]
    """The entry of the first figure that is kept and counts records of both sources of a pair;
    None where no figure does."""

LARGE: Final = 2
"""Groups of more records than this are joined by two people."""
TWO: Final = 2


def unpublished(_pair: Pair) -> int | None:
    """For where no figure is kept."""
    return None


def pair_of(one: LinkRecord, other: LinkRecord) -> Pair:
    """The two in the order in which a pair is named."""
    return (one, other) if one < other else (other, one)


@dataclass(frozen=True, slots=True)
class Word:
    """A judgement, and whose it is."""

    member: str
    """The member's identifier in hexadecimal; empty for a device nobody knows."""
    at: datetime
    fact: Judgement
    n: int = 0
    """The entry it stands in."""
    since: int | None = None
    """The entry from which on they have answered so; None: this one."""

    @property
    def pair(self) -> Pair:
        """The pair that was judged."""
        return pair_of(self.fact.left, self.fact.right)

    @property
    def decides(self) -> bool:
        """Whether it says same or different."""
        return self.fact.answer in {SAME, DIFFERENT}


class State(StrEnum):
    """How far people are with a pair."""

    SETTLED = "settled"
    SECOND = "second"  # one more person has to say the same
    DISPUTED = "disputed"  # people disagree, as many on either side
    AGENCY = "agency"  # nobody decided, and the agency is to be asked
    UNSURE = "unsure"  # nobody decided; whoever was asked could not tell


@dataclass(frozen=True, slots=True)
class Stood:
    """How one pair stands."""

    pair: Pair
    answer: str
    """``same``, ``different``, or empty where nothing follows.  What follows already follows while
    the state is ``second``: a pair is parted by one person."""
    state: State
    words: tuple[Word, ...]
    """The answer of each person that counts, in the order of the ledger."""
    people: int
    """How many have to agree."""

    @property
    def members(self) -> frozenset[str]:
        """Who answered."""
        return frozenset(word.member for word in self.words)


def counting(words: Iterable[Word], taken_back: Collection[str] = ()) -> dict[Pair, list[Word]]:
    """For each pair the newest word of each person, without what was taken back.

    What stood before a word that was taken back does not come to count again: whoever takes back
    takes back that they answered.
    """
    newest: dict[Pair, dict[str, Word]] = {}
    for word in words:
        of_pair = newest.setdefault(word.pair, {})
        before = of_pair.pop(word.member, None)  # the order is that of the words that count
        of_pair[word.member] = word if before is None else _after(before, word, taken_back)
    return {
        pair: left
        for pair, of_pair in newest.items()
        if (left := [word for word in of_pair.values() if word.fact.id not in taken_back])
    }


def stood(
    words: Mapping[Pair, list[Word]],
    automatic: Iterable[Pair] = (),
    published: Published = unpublished,
) -> dict[Pair, Stood]:
    """How every pair stands that somebody judged.

    Args:
        words: from :func:`counting`.
        automatic: the pairs a run linked by itself.
        published: from which entry on a pair, joined or parted, moves a number that is kept.
    """
    parted = {pair for pair, several in words.items() if _votes(several)[1]}
    groups = Groups(pair for pair in automatic if pair not in parted)
    found: dict[Pair, Stood] = {}
    for pair, several in words.items():
        large = min(groups.size(record) for record in pair) > LARGE
        joins = groups.of(pair[0]) != groups.of(pair[1])
        people = TWO if _moves(published(pair), several) or (large and joins) else 1
        found[pair] = _stood(pair, several, people)
        if found[pair].answer == SAME:
            groups.join(*pair)
    return found


def _after(before: Word, word: Word, taken_back: Collection[str]) -> Word:
    """A word of somebody who had answered before: so since then, where they still say so."""
    if before.fact.answer != word.fact.answer or before.fact.id in taken_back:
        return word
    return replace(word, since=before.n if before.since is None else before.since)


def linked_pairs(answers: Mapping[Pair, Stood], automatic: Iterable[Pair] = ()) -> list[Pair]:
    """The pairs that are linked as things stand, in order: by people, or by a run and not parted.

    A pair about which people disagree is not linked, whatever a run says.
    """
    said = {pair for pair, one in answers.items() if one.answer == SAME}
    parted = {
        pair
        for pair, one in answers.items()
        if one.answer == DIFFERENT or one.state is State.DISPUTED
    }
    return sorted(said | {pair for pair in automatic if pair not in parted})


def deciding(answers: Mapping[Pair, Stood]) -> frozenset[str]:
    """The judgements by which pairs stand as they do: one for each that is joined or parted.

    Whoever folds clusters hands in these and no others: what was taken back, outvoted, replaced or
    waits for a second person is not among them.  A pair in dispute is kept apart by the judgement
    that says so.
    """
    found = set()
    for one in answers.values():
        wanted = DIFFERENT if one.state is State.DISPUTED else one.answer
        said = [word.fact.id for word in one.words if word.fact.answer == wanted and wanted]
        found.update(said[-1:])
    return frozenset(found)


def _moves(kept: int | None, words: Iterable[Word]) -> bool:
    """Whether what people said of a pair moves a number kept in an entry: all of it came after."""
    said = [word.n if word.since is None else word.since for word in words if word.decides]
    return kept is not None and all(since > kept for since in said)


def _votes(words: Iterable[Word]) -> tuple[int, int]:
    answers = [word.fact.answer for word in words]
    return answers.count(SAME), answers.count(DIFFERENT)


def _stood(pair: Pair, words: list[Word], people: int) -> Stood:
    same, different = _votes(words)
    if same == different:
        answer, state = "", State.DISPUTED if same else _undecided(words)
    elif max(same, different) >= people:
        answer, state = SAME if same > different else DIFFERENT, State.SETTLED
    else:
        answer, state = DIFFERENT if different else "", State.SECOND
    return Stood(pair, answer, state, tuple(words), people)


def _undecided(words: Iterable[Word]) -> State:
    answers = {word.fact.answer for word in words}
    return State.AGENCY if ASK_THE_AGENCY in answers else State.UNSURE
