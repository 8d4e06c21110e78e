"""Whether the fields of one statement fit each other, and the statements they refer to.

Each kind of statement has its own function; what is not looked at here has nothing to fit.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from candlemark.casefile import facts
from candlemark.casefile.where import country_of
from candlemark.dates import Order, PartialDate, compare

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from candlemark.casefile.facts import Statement
    from candlemark.definition import Edition
    from candlemark.ledger import Fact

PERIODS: Final[tuple[tuple[type[Fact], str, str, str], ...]] = (
    (facts.IncidentDescribed, "when", "until", "it would end before it begins"),
    (facts.StageReached, "when", "final", "it would be final before it was decided"),
    (facts.LimitTriggered, "when", "served", "it would be served before it was decided"),
    (facts.ConsentStated, "when", "review", "they would be asked again before they were asked"),
)

_KEBAB: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def sense(
    edition: Edition,
    stands: Callable[[], Sequence[Statement]],
    fact: Statement,
    rules: Collection[str],
) -> Iterator[tuple[str, str]]:
    """What is wrong between the fields of ``fact``, as (field, what).

    Args:
        edition: what terms are looked up in.
        stands: gives the statements of the case that stand before it; few kinds need them.
        fact: the statement.
        rules: codes of the limits there are.
    """
    yield from _periods(fact)
    yield from _absences(fact)
    match fact:
        case facts.SourceCited():
            yield from _source(fact)
        case facts.StageReached():
            yield from _stage(edition, stands(), fact)
        case facts.IncidentDescribed():
            yield from _speech(edition, fact)
            yield from _where(edition, fact)
        case facts.ChargeBrought():
            yield from _charge(edition, fact)
        case facts.LimitTriggered():
            for code in fact.rules:
                if code not in rules:
                    yield "rules", f"there is no limit {code[:60]!r}"
        case facts.ContradictionNoted():
            yield from _contradiction(fact)
        case _:
            yield from _agreed(edition, fact)


def _agreed(edition: Edition, fact: Statement) -> Iterator[tuple[str, str]]:
    """What a person agreed to, and what must not be done for their sake."""
    if isinstance(fact, facts.ConsentStated):
        if fact.answer and fact.answer not in _answers(edition, "given"):
            yield "answer", "write given, refused, or another term of absences"
    elif isinstance(fact, facts.RestraintStated) and not (fact.restraints or fact.words):
        yield "restraints", "say what may not be done, or what the person fears"


def _periods(fact: Statement) -> Iterator[tuple[str, str]]:
    for kind, start, end, what in PERIODS:
        if isinstance(fact, kind) and _backwards(getattr(fact, start), getattr(fact, end)):
            yield end, what


def _absences(fact: Statement) -> Iterator[tuple[str, str]]:
    """A reason for no answer belongs to a field of the statement that has none."""
    for one in getattr(fact, "absent", ()):
        if one.field not in fact.__struct_fields__:
            yield "absent", f"there is no field {one.field[:60]!r}"
        elif getattr(fact, one.field):
            yield one.field, "there is an answer and a reason for none; take one of them away"


def _source(fact: facts.SourceCited) -> Iterator[tuple[str, str]]:
    """A person who is a source is named in their identity and nowhere else."""
    if fact.form is not facts.SourceForm.PERSON:
        return
    if not fact.person:
        yield "person", "say which person of the case it is"
    if fact.title or fact.address:
        yield "title", "a person who is a source is named in their identity, not here"


def _charge(edition: Edition, fact: facts.ChargeBrought) -> Iterator[tuple[str, str]]:
    if fact.bias and fact.bias not in _answers(edition, "charged", "not-charged"):
        yield "bias", "write charged, not-charged, or a term of absences"


def _contradiction(fact: facts.ContradictionNoted) -> Iterator[tuple[str, str]]:
    if len(set(fact.statements)) < 2:
        yield "statements", "a contradiction needs two statements"
    if fact.shown and fact.shown not in fact.statements:
        yield "shown", "show one of the statements named"


def _stage(
    edition: Edition, stands: Sequence[Statement], fact: facts.StageReached
) -> Iterator[tuple[str, str]]:
    """The stage fits the forum of its proceeding; numbers have names."""
    for claim in fact.claims:
        if _KEBAB.fullmatch(claim.what) is None:
            yield "claims", "name what is counted in lower-case words joined by hyphens"
    stages = edition.by_code.get("stages")
    if stages is None or fact.stage not in stages:
        return
    beyond = stages.group(fact.stage).code == "beyond-state"
    for one in stands:
        if (
            isinstance(one, facts.ProceedingOpened)
            and one.proceeding == fact.proceeding
            and (one.forum is facts.Forum.BEYOND) != beyond
        ):
            yield "stage", f"a {one.forum} proceeding does not reach this stage"


def _speech(edition: Edition, fact: facts.IncidentDescribed) -> Iterator[tuple[str, str]]:
    """Each of the six questions is answered once, in the words there are for it."""
    known = _answers(edition, "met", "not-met")
    seen = set()
    for one in fact.speech:
        if one.answer not in known:
            yield "speech.answer", "write met, not-met, or a term of absences"
        if one.part in seen:
            yield "speech.part", "each of the six questions is answered once"
        seen.add(one.part)


def _where(edition: Edition, fact: facts.IncidentDescribed) -> Iterator[tuple[str, str]]:
    """The region lies in the country."""
    lies_in = country_of(edition, fact.region)
    if fact.country and lies_in and lies_in != fact.country:
        yield "region", "it lies in another country than the one that is said"


def _answers(edition: Edition, *words: str) -> set[str]:
    """The words, and every term that says that there is no answer."""
    absences = edition.by_code.get("absences")
    return {*words, *(term.code for term in absences or ())}


def _backwards(start: PartialDate | None, end: PartialDate | None) -> bool:
    return start is not None and end is not None and compare(end, start) is Order.BEFORE
