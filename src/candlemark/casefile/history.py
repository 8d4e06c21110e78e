"""The history of a case: who said what when, per thing and field, and how it stood at any moment.

Correcting, taking back and bringing back are new statements, and are shown as such; nothing that
was ever said is missing here, unless it was erased or is sealed apart from the reader.  What a
case was after some entry follows from the statements up to that entry, by the same folds.

The place of an entry (``n``) is the order in which this place came to know of things.  Another
place of the same vault counts otherwise: what others are to find is named by its action.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from candlemark.casefile import facts
from candlemark.casefile.apart import apart_of
from candlemark.casefile.belonging import shown
from candlemark.casefile.record import fold_all, said_with
from candlemark.casefile.standing import standing
from candlemark.casefile.things import THING
from candlemark.errors import UnknownCase

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from candlemark.casefile.belonging import Said, Shown
    from candlemark.casefile.facts import Statement
    from candlemark.casefile.standing import Stands
    from candlemark.casefile.views import CaseFile
    from candlemark.ledger import Ledger
    from candlemark.ledger.roster import Roster

_NOT_TOLD: Final = frozenset({"id", "case", "edition", "supersedes"})
"""Fields that say how a statement is kept, and nothing about the case."""


class Deed(StrEnum):
    """What somebody did by saying a statement."""

    SAID = "said"
    CORRECTED = "corrected"
    WITHDREW = "withdrew"
    RESTORED = "restored"  # took a withdrawal back
    MERGED = "merged"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class FieldSaid:
    """What a statement says in one field, and what the one it corrects said there."""

    field: str
    value: Any
    """As it was said: text with its tongue, a date, codes; None or empty when it says nothing now
    and did before."""
    before: Any
    """None when nothing was said before."""


@dataclass(frozen=True, slots=True)
class Happening:
    """One statement as a part of the history."""

    n: int
    action: str
    member: str
    """The code of the member who said it; empty when the roster knows no such device."""
    name: str
    """What the member is called; empty for a founder who never said."""
    written: datetime
    """What the writer's clock said: a claim."""
    deed: Deed
    case: str
    """The case it was said in; another one when it was merged into this, or moved here."""
    kind: str
    """Name of the class of the statement."""
    statement: str
    thing: str
    """What it is about: the identifier of a thing, or of the first statement that was corrected
    into this one."""
    fields: tuple[FieldSaid, ...]
    """Every field it says something in; of a correction, those it changes."""
    names: tuple[str, ...]
    """The statements it corrects, takes back, brings back or moves."""
    stands: Stands
    by: tuple[str, ...]
    """The statements that corrected it or took it back since."""


@dataclass(frozen=True, slots=True)
class History:
    """Everything that was said of a case, in the order of the ledger."""

    case: str
    happenings: tuple[Happening, ...]

    def of(self, thing: str, field: str = "") -> tuple[Happening, ...]:
        """What happened to one thing; with ``field``, only what touched that field.

        Taking a statement back touches every field of what it was about.
        """
        mine = [one for one in self.happenings if one.thing == thing]
        own = {one.statement for one in mine}
        return tuple(
            one
            for one in self.happenings
            if (
                one.thing == thing
                and (not field or any(each.field == field for each in one.fields))
            )
            or (one.deed in {Deed.WITHDREW, Deed.RESTORED} and own & set(one.names))
        )


@dataclass(frozen=True, slots=True)
class Changed:
    """One field in which a case differs between two moments."""

    kind: str
    thing: str
    field: str
    before: tuple[Any, ...]
    """What stood; several where statements contradicted each other, none where nothing did."""
    after: tuple[Any, ...]


def history(ledger: Ledger, case_id: str) -> History:
    """Who said what of a case, when, and what became of it.

    Raises:
        UnknownCase: the vault has no such case.
        LedgerBroken: the ledger is damaged.
    """
    one = _shown(ledger, case_id, None)
    return History(case_id, tuple(happenings(one.said, ledger.roster())))


def as_of(ledger: Ledger, case_id: str, n: int) -> CaseFile:
    """The case as it stood after the entry at place ``n``.

    Raises:
        UnknownCase: there was no such case yet.
        LedgerBroken: the ledger is damaged.
    """
    found = fold_all([_shown(ledger, case_id, n)])
    if not found:
        raise _unknown()
    return found[0]


def compare(ledger: Ledger, case_id: str, n: int, m: int) -> tuple[Changed, ...]:
    """In what a case as it stood after entry ``m`` differs from what it was after entry ``n``.

    Raises:
        UnknownCase: there was no such case at one of these moments.
        LedgerBroken: the ledger is damaged.
    """
    return tuple(changes(_shown(ledger, case_id, n).said, _shown(ledger, case_id, m).said))


def happenings(said: Sequence[Said], roster: Roster) -> Iterator[Happening]:
    """The history of what a case shows; pure."""
    by_id = {fact.id: fact for _, fact in said}
    things = _lines(by_id)
    for (entry, fact), saying in zip(said, standing(said).history, strict=True):
        device = roster.devices.get(bytes.fromhex(entry.device))
        member = roster.members.get(device.member) if device else None
        yield Happening(
            n=entry.n,
            action=entry.action,
            member=member.code if member else "",
            name=member.name if member else "",
            written=entry.written,
            deed=_deed(fact, by_id),
            case=fact.case,
            kind=saying.kind,
            statement=fact.id,
            thing=things[fact.id],
            fields=tuple(_fields(fact, by_id)),
            names=_names(fact, by_id),
            stands=saying.stands,
            by=saying.by,
        )


def _deed(fact: Statement, by_id: Mapping[str, Statement]) -> Deed:
    match fact:
        case facts.CaseMerged():
            return Deed.MERGED
        case facts.StatementsMoved():
            return Deed.MOVED
        case facts.Withdrawn():
            named = [by_id.get(one) for one in fact.statements]
            back = bool(named) and all(isinstance(one, facts.Withdrawn) for one in named)
            return Deed.RESTORED if back else Deed.WITHDREW
    return Deed.CORRECTED if any(one in by_id for one in fact.supersedes) else Deed.SAID


def _names(fact: Statement, by_id: Mapping[str, Statement]) -> tuple[str, ...]:
    """The statements it is about; of a withdrawal that is taken back, those it had named."""
    if isinstance(fact, facts.StatementsMoved):
        return fact.statements
    if not isinstance(fact, facts.Withdrawn):
        return fact.supersedes
    named: list[str] = []
    for one in fact.statements:
        old = by_id.get(one)
        named += [one, *(old.statements if isinstance(old, facts.Withdrawn) else ())]
    return tuple(named)


def _fields(fact: Statement, by_id: Mapping[str, Statement]) -> Iterator[FieldSaid]:
    old = next((by_id[one] for one in fact.supersedes if one in by_id), None)
    for name in fact.__struct_fields__:
        value = getattr(fact, name)
        before = getattr(old, name, None) if old is not None else None
        changed = value != before if old is not None else bool(value)
        if name not in _NOT_TOLD and changed:
            yield FieldSaid(name, value, before or None)


def _lines(by_id: Mapping[str, Statement]) -> dict[str, str]:
    """For each statement what it is about: a thing, or the first of the line of corrections."""
    return {one: _line(fact, by_id) for one, fact in by_id.items()}


def _line(fact: Statement, by_id: Mapping[str, Statement]) -> str:
    if type(fact) in THING:
        return str(getattr(fact, THING[type(fact)]))
    seen = {fact.id}
    while (old := next((one for one in fact.supersedes if one in by_id), "")) not in seen | {""}:
        seen.add(old)
        fact = by_id[old]
    return fact.id


def changes(before: Sequence[Said], after: Sequence[Said]) -> Iterator[Changed]:
    """In what one state of a case differs from another; pure."""
    by_id = {fact.id: fact for _, fact in (*before, *after)}
    things = _lines(by_id)
    older, newer = _standing(before, things), _standing(after, things)
    for key in dict.fromkeys((*older, *newer)):
        kind, thing = key
        olds, news = older.get(key, ()), newer.get(key, ())
        for name in _told(olds, news):
            was, is_ = _values(olds, name), _values(news, name)
            if was != is_:
                yield Changed(kind, thing, name, was, is_)


def _standing(
    said: Sequence[Said], things: Mapping[str, str]
) -> dict[tuple[str, str], list[Statement]]:
    found: dict[tuple[str, str], list[Statement]] = {}
    for fact in standing(said).live:
        if not isinstance(fact, facts.Withdrawn):
            found.setdefault((type(fact).__name__, things[fact.id]), []).append(fact)
    return found


def _told(*groups: Iterable[Statement]) -> tuple[str, ...]:
    """The fields of these statements that say something about the case."""
    names = (name for group in groups for one in group for name in one.__struct_fields__)
    return tuple(name for name in dict.fromkeys(names) if name not in _NOT_TOLD)


def _values(group: Iterable[Statement], name: str) -> tuple[Any, ...]:
    found: list[Any] = []
    for one in group:
        value = getattr(one, name)
        if value not in found and (value or value == 0) and value is not False:
            found.append(value)
    return tuple(found)


def _shown(ledger: Ledger, case_id: str, n: int | None) -> Shown:
    """What a case shows of what was said up to an entry."""
    apart = apart_of(ledger)
    said = said_with(ledger, case_id)
    upto = (pair for pair in said if n is None or pair[0].n <= n)
    one = shown(upto, apart.closed).get(case_id)
    if one is None:
        raise _unknown()
    return one


def _unknown() -> UnknownCase:
    return UnknownCase(
        "the vault has no such case, or had none yet",
        hint="candlemark case list shows the cases there are",
    )
