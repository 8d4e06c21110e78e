"""Which case shows a statement, when cases were merged or statements moved between them.

Every statement names the case it was said in, for ever.  Merging and moving are statements too, so
where something is shown is worked out each time, and taking the merge or the move back undoes it.
Nothing is left out on the way:

1. What belongs together moves together: a statement with those that corrected it, and what is said
   of a person's identity, wishes and fears with the person.
2. A withdrawal is shown wherever something it names is.
3. A thing (a person, a source, a proceeding) is also shown in every case that speaks of it: it is
   *lent*.  So no case names something it does not show, whatever was moved and brought back.
4. A merge or move that leads to no open case counts for nothing.  Cases that were merged in a
   circle, by people who did not know of each other, are shown as the one whose identifier comes
   first.

Pure: the statements in the order of the ledger give what each case shows.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from candlemark.casefile import facts
from candlemark.casefile.standing import standing
from candlemark.casefile.things import THING, references
from candlemark.casefile.tying import STAY, other_case

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from candlemark.casefile.facts import Statement
    from candlemark.ledger import Entry

    Said = tuple[Entry, Statement]

_OF_PERSON: Final = (facts.IdentityStated, facts.ConsentStated, facts.RestraintStated)
_WITH: Final[dict[type[facts.Statement], str]] = {
    **dict.fromkeys(_OF_PERSON, "person"),
    facts.ConsentWithdrawn: "consent",
    facts.StepDone: "step",
    facts.InterventionAnswered: "intervention",
}
"""Statements that go where a thing goes, and the field that names it."""


@dataclass(slots=True)
class Shown:
    """What one case shows, in the order of the ledger."""

    case: str
    said: list[Said] = field(default_factory=list)
    into: str = ""
    """The case that shows all of this now; empty when it was not merged into another."""
    closed: bool = False
    """Whether identities of persons in it are not this member's to read."""


def routes(fact: Statement) -> tuple[str, str] | None:
    """The two cases a merge or a move ties together; None for anything else."""
    return next(((fact.case, other) for other in other_case(fact)), None)


def linked(ties: Iterable[tuple[str, str]], wanted: Iterable[str]) -> frozenset[str]:
    """The cases wanted, and all that any merge or move ever tied to them.

    Also one that was taken back: what was said in between has to be looked at from both sides.
    """
    beside: dict[str, set[str]] = defaultdict(set)
    for one, other in ties:
        beside[one].add(other)
        beside[other].add(one)
    found: set[str] = set()
    waiting = list(wanted)
    while waiting:
        case = waiting.pop()
        if case not in found:
            found.add(case)
            waiting.extend(beside.get(case, ()))
    return frozenset(found)


def _open_to_all(_case: str) -> bool:
    return False


def shown(said: Iterable[Said], closed: Callable[[str], bool] = _open_to_all) -> dict[str, Shown]:
    """What every case shows, the cases in the order they were first named.

    Args:
        said: the statements of cases, with all that are linked to them, in the order of the ledger.
        closed: whether identities said in a case are not this member's to read; they are left out.
    """
    said = [
        (entry, fact)
        for entry, fact in said
        if not isinstance(fact, facts.IdentityStated) or not closed(fact.case)
    ]
    ties = [tie for _, fact in said if (tie := routes(fact)) is not None]
    cases: dict[str, Shown] = {}
    for pair in said:
        case = cases.setdefault(pair[1].case, Shown(pair[1].case))
        case.said.append(pair)
    if ties:
        tied = linked(ties, (one for tie in ties for one in tie))
        some = _Tied([pair for pair in said if pair[1].case in tied])
        for case_id in tied & cases.keys():
            cases[case_id] = some.shown(case_id)
    for one in cases.values():
        one.closed = any(closed(case) for case in {fact.case for _, fact in one.said})
    return cases


class _Tied:
    """The statements of cases that are tied together, and where each is shown."""

    def __init__(self, said: Sequence[Said]) -> None:
        self._said = said
        self._live = standing(said).live
        self._open = {one.case for one in self._live if isinstance(one, facts.CaseOpened)}
        self._groups = _groups(said)
        self._of_thing = _things(said)
        self._into = self._merges()
        self._ended: dict[str, list[str]] = defaultdict(list)
        for ended, into in self._into.items():
            self._ended[into].append(ended)
        self._own: dict[str, set[int]] = defaultdict(set)
        for n, homes in enumerate(self._homes()):
            for case in homes:
                self._own[case].add(n)

    def shown(self, case: str) -> Shown:
        """What a case shows; one that was merged, what it would show by itself."""
        into = self._into.get(case, "")
        mine = [case, *(self._ended[case] if not into else ())]
        chosen = {n for one in mine for n in self._own[one]}
        chosen |= self._lent(chosen)
        return Shown(case, [self._said[n] for n in sorted(chosen)], into)

    def _merges(self) -> dict[str, str]:
        """For each case that was merged, the one that shows it in the end."""
        direct: dict[str, str] = {}
        for one in self._live:
            if isinstance(one, facts.CaseMerged) and one.into in self._open - {one.case}:
                direct.setdefault(one.case, one.into)
        return {case: end for case in direct if (end := _end(direct, case)) != case}

    def _homes(self) -> list[set[str]]:
        """The cases each statement is shown in by itself, before merges and lending."""
        moves = [one for one in self._live if isinstance(one, facts.StatementsMoved)]
        members: dict[int, set[str]] = defaultdict(set)
        first: dict[int, str] = {}
        for n, (_, fact) in enumerate(self._said):
            members[self._groups[n]].add(fact.id)
            first.setdefault(self._groups[n], fact.case)
        at = {group: self._moved(first[group], ids, moves) for group, ids in members.items()}
        homes: list[set[str]] = []
        for n, (_, fact) in enumerate(self._said):
            homes.append({fact.case if isinstance(fact, STAY) else at[self._groups[n]]})
            if isinstance(fact, facts.StatementsMoved) and fact.to in self._open:
                homes[-1].add(fact.to)
        self._withdrawals(homes)
        return homes

    def _moved(self, case: str, group: set[str], moves: Iterable[facts.StatementsMoved]) -> str:
        """Where a group of statements came, by the moves each case it came to says of it."""
        left = [one for one in moves if one.to in self._open and group & set(one.statements)]
        while (here := next((one for one in left if one.case == case), None)) is not None:
            left.remove(here)
            case = here.to
        return case

    def _withdrawals(self, homes: list[set[str]]) -> None:
        """Let each withdrawal be wherever something it names is, and what it corrects."""
        at: dict[str, list[int]] = defaultdict(list)
        for n, (_, fact) in enumerate(self._said):
            at[fact.id].append(n)
        names = {
            n: [m for one in (*fact.statements, *fact.supersedes) for m in at[one]]
            for n, (_, fact) in enumerate(self._said)
            if isinstance(fact, facts.Withdrawn)
        }
        grew = True
        while grew:
            grew = False
            for n, named in names.items():
                there = {case for m in named for case in homes[m]}
                grew = grew or not there <= homes[n]
                homes[n] |= there

    def _lent(self, chosen: set[int]) -> set[int]:
        """The statements about things that these speak of, and about what those speak of."""
        lent: set[int] = set()
        waiting = list(chosen)
        while waiting:
            for thing in references(self._said[waiting.pop()][1]):
                new = self._of_thing.get(thing, frozenset()) - chosen - lent
                lent |= new
                waiting.extend(new)
        return lent


def _end(direct: Mapping[str, str], case: str) -> str:
    """Follow merges to a case that was not merged; in a circle, to its first identifier."""
    way = [case]
    while (following := direct.get(way[-1])) is not None:
        if following in way:
            return min(way[way.index(following) :])
        way.append(following)
    return way[-1]


def _groups(said: Sequence[Said]) -> list[int]:
    """For each statement, the first place of those it belongs together with."""
    parent = list(range(len(said)))

    def root(n: int) -> int:
        while parent[n] != n:
            parent[n] = parent[parent[n]]
            n = parent[n]
        return n

    for one, other in _together(said):
        low, high = sorted((root(one), root(other)))
        parent[high] = low
    return [root(n) for n in range(len(said))]


def _together(said: Sequence[Said]) -> Iterator[tuple[int, int]]:
    """Pairs of places of statements that go together."""
    at: dict[str, int] = {}
    thing: dict[str, int] = {}
    for n, (_, fact) in enumerate(said):
        at.setdefault(fact.id, n)
        if type(fact) in THING and not isinstance(fact, STAY):
            thing.setdefault(getattr(fact, THING[type(fact)]), n)
    for n, (_, fact) in enumerate(said):
        if isinstance(fact, STAY):
            continue
        yield from ((n, at[old]) for old in fact.supersedes if old in at)
        if type(fact) in _WITH and getattr(fact, _WITH[type(fact)]) in thing:
            yield n, thing[getattr(fact, _WITH[type(fact)])]


def _things(said: Sequence[Said]) -> dict[str, frozenset[int]]:
    """The statements about each thing: those that bring it, and those that go where it goes."""
    found: dict[str, set[int]] = defaultdict(set)
    back: dict[str, set[int]] = defaultdict(set)
    for n, (_, fact) in enumerate(said):
        kind = type(fact)
        if kind in THING and not isinstance(fact, STAY):
            found[getattr(fact, THING[kind])].add(n)
        if kind in _WITH:
            found[getattr(fact, _WITH[kind])].add(n)
        if isinstance(fact, facts.Withdrawn):
            for one in fact.statements:
                back[one].add(n)
    return {thing: _with_withdrawals(said, places, back) for thing, places in found.items()}


def _with_withdrawals(
    said: Sequence[Said], places: set[int], back: Mapping[str, set[int]]
) -> frozenset[int]:
    """These statements with what takes them back, and what takes that back."""
    found, waiting = set(places), list(places)
    while waiting:
        new = back.get(said[waiting.pop()][1].id, set()) - found
        found |= new
        waiting.extend(new)
    return frozenset(found)
