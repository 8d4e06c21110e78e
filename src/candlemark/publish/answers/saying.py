"""Asking, entering an answer, saying that none came: each step refuses before it is said.

Whoever says it does not approve it: what stands beside a number of an agency is read by two people,
like the number itself.  Withdrawing is done by one, at once, with reasons in every tongue.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from candlemark.errors import Fault, NotEntitled, NotInOrder, UnknownRelease
from candlemark.ledger import Part
from candlemark.publish.answers.facts import AnswerApproved, AnswerSaid, AnswerWithdrawn, Step
from candlemark.publish.answers.fold import answers
from candlemark.publish.by_name import SHORTEST, names
from candlemark.publish.releases import releases, tables
from candlemark.publish.table import TONGUES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from candlemark.ledger import Ledger
    from candlemark.publish.answers.fold import Answer
    from candlemark.publish.answers.texts import Words
    from candlemark.publish.releases import Published
    from candlemark.publish.releases.facts import InTongues
    from candlemark.publish.table import Table, Texts


@dataclass(frozen=True, slots=True)
class Place:
    """A published number, or a table as a whole (``at`` and ``measure`` empty)."""

    release: int
    table: str
    at: tuple[str, ...] = ()
    measure: str = ""


def place_of(
    ledger: Ledger, name: str, release: int = 0, cell: Mapping[str, str] | None = None
) -> Place:
    """Where a published number stands.

    Args:
        ledger: of an opened vault.
        name: of the table, or at least eight digits of its identity.
        release: the number of the release; 0 for the newest that carries the table.
        cell: ``measure`` and a code for every dimension; empty for the table as a whole.

    Raises:
        UnknownRelease: no release that stands carries such a table.
        NotInOrder: the table has no such cell; everything that is wrong is named.
    """
    standing = [one for one in releases(ledger).published if one.stands]
    if release:
        standing = [one for one in standing if one.number == release]
    for one in reversed(standing):
        found = _table_in(ledger, one, name)
        if found is not None:
            return _in_table(found, one.number, dict(cell or {}))
    raise UnknownRelease(
        "no release that stands carries a table of this name",
        hint="name a table as its address does, or by eight digits of its identity",
    )


def _table_in(ledger: Ledger, release: Published, name: str) -> Table | None:
    for identity, table in tables(ledger, release.draft.tables).items():
        if table.name == name or names(identity, name):
            return table
    return None


def _in_table(table: Table, release: int, cell: dict[str, str]) -> Place:
    if not cell:
        return Place(release, table.identity)
    dimensions = [one.code for one in table.dimensions]
    faults = [
        Fault(code, f"say it: one of {', '.join(codes[:12])}")
        for code, codes in _axes(table)
        if cell.get(code) not in codes
    ]
    faults += [
        Fault(code, "the table has no such dimension") for code in cell if code not in _codes(table)
    ]
    at, measure = tuple(cell.get(code, "") for code in dimensions), cell.get("measure", "")
    if not faults and not any((one.at, one.measure) == (at, measure) for one in table.cells):
        faults.append(Fault("cell", "the table holds nothing at this place"))
    if faults:
        raise NotInOrder(
            "the table has no such number",
            hint="name the measure and a code for every dimension, or none for the whole table",
            faults=faults,
        )
    return Place(release, table.identity, at, measure)


def _axes(table: Table) -> Iterator[tuple[str, tuple[str, ...]]]:
    yield "measure", tuple(one.code for one in table.measures)
    for one in table.dimensions:
        yield one.code, one.codes


def _codes(table: Table) -> set[str]:
    return {code for code, _ in _axes(table)}


def ask(ledger: Ledger, place: Place, agency: Texts, on: date, by: date) -> Answer:
    """Say that an agency was asked about a number.

    Args:
        ledger: of an opened vault.
        place: the number.
        agency: its name in every tongue.
        on: the day on which it was asked.
        by: the day by which an answer was asked for.

    Raises:
        NotInOrder: a day is ahead, or they are in the wrong order.
    """
    faults = [*_ahead(ledger, on)]
    if by <= on:
        faults.append(Fault("by", "it is not after the day of the asking"))
    _refuse(faults)
    return _said(ledger, _new(place, agency, Step.ASKED, on, by=by))


def received(
    ledger: Ledger, place: Place | None, words: Words, on: date, asking: str = ""
) -> Answer:
    """Say what an agency answered.

    Args:
        ledger: of an opened vault.
        place: the number it answers to; not needed with ``asking``, which says it.
        words: see :class:`Words`.
        on: the day of the answer.
        asking: the name of the asking it follows; empty for an answer nobody asked for.

    Raises:
        UnknownRelease: there is no such asking.
        NotInOrder: the asking is not public, a day is ahead or before it, or nobody says of which
            number it is.
    """
    faults = [*_ahead(ledger, on)]
    if asking:
        asked = answers(ledger).one(asking)
        faults += _follows(asked, on)
        asking, place = asked.said.id, _place_of(asked)
    if place is None:
        raise NotInOrder(
            "nobody says of which number this is", hint="name the number, or the asking"
        )
    _refuse(faults)
    fact = _new(
        place,
        words.agency,
        Step.ANSWERED,
        on,
        asking=asking,
        tongue=words.tongue,
        original=words.original,
        texts=_pairs(words.texts),
    )
    return _said(ledger, fact)


def unanswered(ledger: Ledger, asking: str, on: date) -> Answer:
    """Say that nothing came by the day that was named.

    Args:
        ledger: of an opened vault.
        asking: the name of the asking.
        on: the day on which somebody looked.

    Raises:
        UnknownRelease: there is no such asking.
        NotInOrder: it is not public, its day is not over, or an answer is there.
    """
    said = answers(ledger)
    asked = said.one(asking)
    faults = [*_ahead(ledger, on), *_follows(asked, on)]
    if asked.said.by is not None and on <= asked.said.by:
        faults.append(Fault("on", f"an answer was asked for by {asked.said.by}: wait for it"))
    later = [one.said.step for one in said.items if one.said.asking == asked.said.id
             and one.withdrawn is None]  # fmt: skip
    if later:
        faults.append(Fault("asking", f"it is {later[-1].value} already"))
    _refuse(faults)
    agency = dict(asked.said.agency)
    fact = _new(_place_of(asked), agency, Step.UNANSWERED, on, asking=asked.said.id)
    return _said(ledger, fact)


def approve(ledger: Ledger, name: str, member: bytes) -> Answer:
    """Agree that something said is public.

    Raises:
        UnknownRelease: there is no such thing.
        NotEntitled: they said it themselves.
    """
    found = answers(ledger).one(name)
    if found.member == member:
        raise NotEntitled(
            "whoever said it cannot approve it",
            hint="another member reads it and approves it",
        )
    if member not in found.approved_by:
        ledger.append([Part("coded", (AnswerApproved(found.said.id, found.digest),))])
    return answers(ledger).one(found.said.id)


def withdraw(ledger: Ledger, name: str, reasons: Texts) -> Answer:
    """Stand by it no longer: its text is taken down, and why is said in its place.

    Raises:
        UnknownRelease: there is no such thing.
        NotInOrder: it is not public, was withdrawn before, or a reason is missing in a tongue.
    """
    found = answers(ledger).one(name)
    faults = [Fault(one, "the reason is missing") for one in TONGUES if not reasons.get(one)]
    if not found.public:
        faults.append(Fault(found.said.id[:SHORTEST], "nobody approved it: it is not public"))
    elif not found.stands:
        faults.append(Fault(found.said.id[:SHORTEST], "it was withdrawn before"))
    _refuse(faults)
    fact = AnswerWithdrawn(found.said.id, ledger.now().date(), _pairs(reasons))
    ledger.append([Part("coded", (fact,))])
    return answers(ledger).one(found.said.id)


def _new(
    place: Place,
    agency: Texts,
    step: Step,
    on: date,
    *,
    by: date | None = None,
    asking: str = "",
    tongue: str = "",
    original: str = "",
    texts: InTongues = (),
) -> AnswerSaid:
    return AnswerSaid(
        secrets.token_hex(16),
        step,
        place.release,
        place.table,
        place.at,
        place.measure,
        _pairs(agency),
        on,
        by,
        asking,
        tongue,
        original,
        texts,
    )


def _said(ledger: Ledger, fact: AnswerSaid) -> Answer:
    ledger.append([Part("coded", (fact,))])
    return answers(ledger).one(fact.id)


def _place_of(asked: Answer) -> Place:
    return Place(asked.said.release, asked.said.table, asked.said.at, asked.said.measure)


def _ahead(ledger: Ledger, on: date) -> Iterator[Fault]:
    if on > ledger.now().date():
        yield Fault("on", "this day is ahead")


def _follows(asked: Answer, on: date) -> Iterator[Fault]:
    if asked.said.step is not Step.ASKED:
        yield Fault("asking", "it is no asking")
    elif not asked.stands:
        yield Fault("asking", "it is not public: another member approves it first")
    elif on < asked.said.on:
        yield Fault("on", "this is before the agency was asked")


def _refuse(faults: list[Fault]) -> None:
    if faults:
        raise NotInOrder("this cannot be said so", hint="mend what is named", faults=faults)


def _pairs(found: Texts) -> InTongues:
    return tuple((tongue, found[tongue]) for tongue in TONGUES)
