"""From statements that stages were reached to stage events, with contradictions side by side.

Several statements are about the same event when they name the same stage, the same person, the same
proceeding and the same charges; ``step`` tells apart what would otherwise fall together (an appeal
and a cassation), and joins what would otherwise stand apart.

Statements about one event are ranked: the one somebody chose, then the more reliable source, then
the more exact date, then the one recorded first.  Each field of the event comes from the highest
that fills it; a statement that somebody decided against fills nothing.  Where two say what cannot
both be true, both are kept in a
:class:`~candlemark.casefile.views.Contradiction`, which says why the first is the one shown.  A
coarser date that contains a finer one, and a broader term above a narrower one, contradict nothing.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from candlemark.casefile.meanings import UNJUDGED
from candlemark.casefile.views import Contradiction, Number, Side, StageEvent, Why
from candlemark.casefile.words import absent, by_tongue
from candlemark.dates import Order, PartialDate, compare

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from candlemark.casefile.facts import StageReached
    from candlemark.casefile.meanings import Meanings

_T = TypeVar("_T")
_V = TypeVar("_V")

_WIDTHS = (0, 30, 365)
"""Days from the first a day, a month, a year can be to its last; a range is as exact as what is no
narrower."""


@dataclass(frozen=True, slots=True)
class Choice:
    """That somebody decided which of several statements is shown."""

    shown: str
    words: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Weighed:
    """A statement with what decides its rank."""

    fact: StageReached
    chosen: bool
    rejected: bool
    """Somebody decided for another statement about the same event."""
    reliability: int
    recorded: int

    @property
    def rank(self) -> tuple[bool, bool, int, int, int]:
        """Smaller comes first."""
        return (
            self.rejected,
            not self.chosen,
            self.reliability,
            exactness(self.fact.when),
            self.recorded,
        )


def exactness(when: PartialDate | None) -> int:
    """0 for a day, 1 for a month, 2 for a year, 3 for a wider range, 4 when there is no date."""
    if when is None:
        return len(_WIDTHS) + 1
    return bisect_left(_WIDTHS, (when.latest - when.earliest).days)


def stage_events(
    facts: Sequence[tuple[int, StageReached]],
    reliability: Mapping[str, int],
    choices: Mapping[str, Choice],
    heirs: Mapping[str, str],
    meanings: Meanings,
) -> tuple[tuple[StageEvent, ...], tuple[Contradiction, ...]]:
    """The stage events of a case, in the order first recorded, and what contradicts in them.

    Args:
        facts: standing statements with their place among the statements of the case.
        reliability: for each source, its rank, 0 the best.
        choices: for statements somebody noted as contradictory, what was decided.
        heirs: for corrected statements, the standing one that they led to.
        meanings: the editions the statements are coded under.
    """
    groups = [_ranked(group, reliability, choices) for group in _same_event(facts)]
    event_of = {one.fact.id: group[0].fact.id for group in groups for one in group}
    events = []
    contradictions: list[Contradiction] = []
    for group in groups:
        events.append(_merge(group, event_of, heirs, meanings))
        contradictions.extend(_differences(group, choices, meanings))
    order = sorted(range(len(events)), key=lambda i: events[i].recorded)
    return tuple(events[i] for i in order), tuple(contradictions)


def _same_event(facts: Sequence[tuple[int, StageReached]]) -> list[list[tuple[int, StageReached]]]:
    """Groups of statements about the same event.

    A statement without ``step`` and without charges joins the only group of its stage, person and
    proceeding; where there are several, it cannot be told which it means, and it stands alone.
    """
    places: dict[tuple[str, str, str], list[tuple[int, StageReached]]] = defaultdict(list)
    for n, fact in facts:
        places[fact.stage, fact.person, fact.proceeding].append((n, fact))
    groups = []
    for here in places.values():
        named: dict[tuple[str, tuple[str, ...]], list[tuple[int, StageReached]]] = defaultdict(list)
        plain = []
        for n, fact in here:
            label = (fact.step, () if fact.step else tuple(sorted(fact.charges)))
            if label == ("", ()):
                plain.append((n, fact))
            else:
                named[label].append((n, fact))
        if len(named) == 1:
            next(iter(named.values())).extend(plain)
        elif plain:
            groups.append(plain)
        groups.extend(named.values())
    return groups


def _ranked(
    group: Sequence[tuple[int, StageReached]],
    reliability: Mapping[str, int],
    choices: Mapping[str, Choice],
) -> list[Weighed]:
    """The statements about one event, the one that is shown first."""
    here = {fact.id for _, fact in group}
    weighed = []
    for n, fact in group:
        choice = choices.get(fact.id)
        decided = choice is not None and choice.shown in here
        chosen = choice is not None and choice.shown == fact.id
        ranks = [reliability.get(source, UNJUDGED) for source in fact.sources]
        weighed.append(
            Weighed(
                fact=fact,
                chosen=chosen,
                rejected=decided and not chosen,
                reliability=min(ranks, default=UNJUDGED),
                recorded=n,
            )
        )
    return sorted(weighed, key=lambda one: one.rank)


def _merge(
    group: Sequence[Weighed],
    event_of: Mapping[str, str],
    heirs: Mapping[str, str],
    meanings: Meanings,
) -> StageEvent:
    """The event that a group of statements, ranked, speaks of."""
    everything = [one.fact for one in group]
    facts = [one.fact for one in group if not one.rejected]
    first = facts[0]
    counted: dict[str, Number] = {}
    for fact in reversed(facts):
        counted.update({one.what: one for one in numbers(fact)})
    outcome = _first(fact.outcome for fact in facts)
    sentence = _first(fact.sentence for fact in facts)
    follows = {
        event_of[heirs.get(old, old)]
        for fact in facts
        for old in fact.follows
        if heirs.get(old, old) in event_of
    }
    final = _first(fact.final for fact in facts)
    return StageEvent(
        id=first.id,
        stage=first.stage,
        stage_group=meanings.group(first.edition, "stages", first.stage),
        when=_first(fact.when for fact in facts),
        outcome=outcome or "",
        outcome_group=meanings.group(first.edition, "outcomes", outcome) if outcome else "",
        sentence=sentence or "",
        sentence_group=meanings.group(first.edition, "sentences", sentence) if sentence else "",
        person=first.person,
        proceeding=first.proceeding,
        charges=_first(fact.charges for fact in facts) or (),
        authority=by_tongue(_first(fact.authority for fact in facts) or ()),
        final=final,
        final_sources=tuple(
            dict.fromkeys(
                source for fact in facts if fact.final == final for source in fact.sources
            )
            if final is not None
            else ()
        ),
        final_note=by_tongue(
            next((fact.note for fact in facts if final is not None and fact.final == final), ())
        ),
        numbers=tuple(
            counted[what]
            for what in sorted(
                counted, key=lambda what: (meanings.order(first.edition, "claims", what), what)
            )
        ),
        note=by_tongue(tuple(words for fact in facts for words in fact.note)),
        sources=tuple(dict.fromkeys(source for fact in everything for source in fact.sources)),
        statements=tuple(fact.id for fact in everything),
        supersedes=tuple(dict.fromkeys(old for fact in everything for old in fact.supersedes)),
        follows=tuple(sorted(follows - {first.id})),
        recorded=min(one.recorded for one in group),
        absent=absent(first.absent),
    )


def _first(values: Iterable[_T]) -> _T | None:
    """The first of the values that says something."""
    return next((value for value in values if value), None)


def _differences(
    group: Sequence[Weighed], choices: Mapping[str, Choice], meanings: Meanings
) -> list[Contradiction]:
    """What the statements of one event, ranked, say against each other, field by field."""
    edition = group[0].fact.edition

    def codes_agree(scheme: str) -> Callable[[str, str], bool]:
        return lambda one, other: meanings.agree(edition, scheme, one, other)

    found = [
        _difference(group, choices, "when", lambda fact: fact.when, dates_agree),
        _difference(group, choices, "final", lambda fact: fact.final, dates_agree),
        _difference(group, choices, "outcome", lambda fact: fact.outcome, codes_agree("outcomes")),
        _difference(
            group, choices, "sentence", lambda fact: fact.sentence, codes_agree("sentences")
        ),
    ]
    found.extend(
        _difference(group, choices, f"numbers.{what}", _number(what), _same, counted=what)
        for what in sorted({claim.what for one in group for claim in one.fact.claims})
    )
    return [contradiction for contradiction in found if contradiction is not None]


def _difference(
    group: Sequence[Weighed],
    choices: Mapping[str, Choice],
    disputed: str,
    value_of: Callable[[StageReached], _V | None],
    agree: Callable[[_V, _V], bool],
    *,
    counted: str = "",
) -> Contradiction | None:
    """The contradiction in one field; None when what is said there can all be true."""
    said = [(one, value) for one in group if (value := value_of(one.fact))]
    pairs = ((value, other) for i, (_, value) in enumerate(said) for _, other in said[i + 1 :])
    if all(agree(one, other) for one, other in pairs):
        return None
    shown, shown_value = said[0]
    against = next((one for one, value in said if not agree(shown_value, value)), said[1][0])
    choice = choices.get(shown.fact.id)
    return Contradiction(
        kind=type(shown.fact).__name__,
        about=group[0].fact.id,
        disputed=disputed,
        sides=tuple(
            Side(one.fact.id, str(value), one.fact.sources, numbers(one.fact, counted))
            for one, value in said
        ),
        shown="" if shown.rejected else shown.fact.id,
        why=_why(shown, against),
        words=choice.words if choice is not None else by_tongue(()),
    )


def _why(shown: Weighed, against: Weighed) -> Why:
    if shown.rejected:
        return Why.NOTHING_SHOWN
    if shown.chosen != against.chosen:
        return Why.CHOSEN
    if shown.reliability != against.reliability:
        return Why.RELIABILITY
    if exactness(shown.fact.when) != exactness(against.fact.when):
        return Why.PRECISION
    return Why.RECORDED_FIRST


def dates_agree(one: PartialDate, other: PartialDate) -> bool:
    """Whether two dates can be the same day."""
    return compare(one, other) in {Order.CANNOT_TELL, Order.SAME_DAY}


def _number(what: str) -> Callable[[StageReached], str | None]:
    """Reads one number of a statement; several under one name are all kept."""

    def read(fact: StageReached) -> str | None:
        said = [
            f"{claim.number} {claim.unit}".strip() for claim in fact.claims if claim.what == what
        ]
        return " / ".join(said) or None

    return read


def numbers(fact: StageReached, *counted: str) -> tuple[Number, ...]:
    """The numbers of a statement under these names; all of them when none is given."""
    return tuple(
        Number(claim.what, claim.number, claim.unit)
        for claim in fact.claims
        if not counted or claim.what in counted
    )


def _same(one: str, other: str) -> bool:
    return one == other
