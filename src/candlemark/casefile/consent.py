"""What persons agreed to and what must not be done for their sake.

Consent is asked for per person and use, and answered anew when asked again.  What counts is the
newest answer; a withdrawal is an answer.  Where nothing tells which of two is the newer, the one
that gives less counts, because too little said can be mended and too much cannot.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from candlemark.casefile import facts, views
from candlemark.casefile.words import by_tongue
from candlemark.dates import Order, PartialDate, compare

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date

GIVEN: Final = "given"
REFUSED: Final = "refused"
WITHDRAWN: Final = "withdrawn"
NOT_ASKED: Final = "not-asked"
STATISTICS: Final = "statistics"
PUBLICATION: Final = "publication"
REFERRAL: Final = "referral"
DETAILS: Final = ("as-recorded", "month-and-region", "month-and-country", "year-and-country")
"""How exactly something may be told, from the most to the least: terms of ``consent-details``."""
LEAST: Final = DETAILS[-1]
"""What may be told where somebody agreed and nobody asked how exactly."""
_FORBIDS: Final = {PUBLICATION: "no-publication"}
"""The restraint that forbids a use, whatever was agreed to."""


def consents(
    stated: Iterable[facts.ConsentStated],
    withdrawn: Iterable[facts.ConsentWithdrawn],
    places: Mapping[str, int],
) -> Iterator[views.Consent]:
    """Every consent that stands, with what took it back.

    Args:
        stated: the consents, one statement each.
        withdrawn: what took some of them back.
        places: the place of each statement among those of the case.
    """
    ends: dict[str, list[views.ConsentEnd]] = defaultdict(list)
    for end in withdrawn:
        ends[end.consent].append(
            views.ConsentEnd(end.id, end.when, by_tongue(end.words), end.sources, places[end.id])
        )
    for one in stated:
        yield views.Consent(
            id=one.consent,
            person=one.person,
            use=one.use,
            answer=one.answer,
            when=one.when,
            review=one.review,
            words=by_tongue(one.words),
            withdrawals=tuple(ends[one.consent]),
            sources=one.sources,
            statement=one.id,
            recorded=places[one.id],
            detail=one.detail,
        )


def restraint(one: facts.RestraintStated) -> views.Restraint:
    """The restraint a statement states."""
    return views.Restraint(
        person=one.person,
        restraints=one.restraints,
        words=by_tongue(one.words),
        sources=one.sources,
        statement=one.id,
    )


@dataclass(frozen=True, slots=True)
class _Answer:
    """An answer, or its withdrawal, in time."""

    answer: str
    when: PartialDate | None
    recorded: int
    consent: views.Consent


def answer(case: views.CaseFile, person: str, use: str) -> str:
    """What counts of a person's answers about a use.

    Returns:
        ``given``, ``refused``, ``withdrawn``, another term of ``absences`` as it was answered, or
        ``not-asked`` where nothing is recorded.
    """
    return _newest(case, person, use)[0]


def detail(case: views.CaseFile, person: str, use: str) -> str:
    """How exactly a person lets something be told: the least exact of what counts of their answers.

    Returns:
        A term of ``consent-details``; :data:`LEAST` where nobody asked, or this version does not
        know what was said.
    """
    _, counting = _newest(case, person, use)
    return least_exact(one.detail for one in case.consents if one.id in counting)


def least_exact(details: Iterable[str]) -> str:
    """The least exact of several; :data:`LEAST` of none."""
    said = [one if one in DETAILS else LEAST for one in details]
    return max(said, key=DETAILS.index, default=LEAST)


def refusals(case: views.CaseFile, use: str) -> tuple[str, ...]:
    """The persons of a case for whose sake it is left out of a use.

    Somebody refused, took their consent back, or a restraint forbids it.  Nobody asked is no
    refusal: whether to ask is a matter of the group's own rules.
    """
    forbidden = _FORBIDS.get(use, "")
    held = {one.person for one in case.restraints if forbidden and forbidden in one.restraints}
    asked = {one.person for one in case.consents if one.use == use}
    return tuple(
        person
        for person in dict.fromkeys(
            (*(one.id for one in case.persons), *sorted(asked), *sorted(held))
        )
        if person in held or answer(case, person, use) in {REFUSED, WITHDRAWN}
    )


def allows(case: views.CaseFile, use: str) -> bool:
    """Whether nobody in the case stands against a use of it."""
    return not refusals(case, use)


@dataclass(frozen=True, slots=True)
class Review:
    """A consent that is to be asked for again."""

    case: str
    consent: str
    person: str
    use: str
    due: PartialDate
    overdue: bool
    """Whether the whole of ``due`` lies before today."""


def reviews(case: views.CaseFile, today: date) -> tuple[Review, ...]:
    """The consents of a case with a day on which they are to be asked for again, earliest first.

    Only an answer that counts is asked for again: one that was withdrawn, or answered anew, has no
    review.
    """
    found = []
    for one in case.consents:
        _, counting = _newest(case, one.person, one.use)
        if one.review is None or one.withdrawals or one.id not in counting:
            continue
        overdue = one.review.latest < today
        found.append(Review(case.id, one.id, one.person, one.use, one.review, overdue))
    return tuple(sorted(found, key=lambda each: (each.due.latest, each.due.earliest)))


def _newest(case: views.CaseFile, person: str, use: str) -> tuple[str, frozenset[str]]:
    """The answer that counts, and the consents among the newest."""
    answers = list(_answers(case, person, use))
    newest = [one for one in answers if not any(_outdoes(other, one) for other in answers)]
    newest = newest or answers  # dates that go round in a circle: all of them count
    said = {one.answer for one in newest}
    which = frozenset(one.consent.id for one in newest)
    for less in (WITHDRAWN, REFUSED):
        if less in said:
            return less, which
    others = [one.answer for one in newest if one.answer != GIVEN]
    if others:
        return others[0], which
    return (GIVEN if GIVEN in said else NOT_ASKED), which


def _answers(case: views.CaseFile, person: str, use: str) -> Iterator[_Answer]:
    for one in case.consents:
        if (one.person, one.use) != (person, use):
            continue
        yield _Answer(one.answer, one.when, one.recorded, one)
        for end in one.withdrawals:
            yield _Answer(WITHDRAWN, end.when, end.recorded, one)


def _outdoes(newer: _Answer, older: _Answer) -> bool:
    """Whether dates, or else the order of recording, put one answer after another."""
    if newer is older:
        return False
    if newer.when is not None and older.when is not None:
        order = compare(older.when, newer.when)
        if order is Order.CANNOT_TELL:
            # One consent and its end are in the order they were said; two answers are not.
            return newer.consent is older.consent and newer.recorded > older.recorded
        if order is not Order.SAME_DAY:
            return order is Order.BEFORE
    return newer.recorded > older.recorded
