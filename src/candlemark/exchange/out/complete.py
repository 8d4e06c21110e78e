"""Every statement of the cases, as JSON that can be read back: docs/formats/export-json.md."""

from __future__ import annotations

import json
from enum import Enum
from functools import cache
from itertools import groupby
from types import UnionType
from typing import TYPE_CHECKING, Any, Final, Union, get_args, get_origin, get_type_hints

from candlemark import casefile
from candlemark.casefile import facts
from candlemark.casefile.kinds import KINDS
from candlemark.dates import PartialDate
from candlemark.definition import Definition
from candlemark.errors import CandlemarkError, SourceMalformed
from candlemark.exchange.out.about import about_fields
from candlemark.ledger import Fact

if TYPE_CHECKING:
    from collections.abc import Sequence

    from candlemark.casefile.facts import Statement
    from candlemark.exchange.out.taken import Taken
    from candlemark.ledger import Entry, Ledger

FORMAT: Final = "candlemark-cases"
VERSION: Final = 1
_AT_ONCE: Final = 500
_FIRST: Final = (
    facts.CaseOpened,
    facts.PersonInRole,
    facts.SourceCited,
    facts.IdentityStated,
    facts.IncidentDescribed,
    facts.ProceedingOpened,
    facts.ChargeBrought,
    facts.InterventionMade,
    facts.ConsentStated,
    facts.NextStep,
)
_HINT: Final = "choose a file that candlemark case export --format json has made"


def complete_json(taken: Taken) -> bytes:
    """The cases, entry by entry, in the order of the ledger."""
    by_entry: dict[int, tuple[Entry, list[Statement]]] = {}
    seen: set[str] = set()
    for one in taken.shown:
        for entry, fact in one.said:
            if fact.id not in seen:
                seen.add(fact.id)
                by_entry.setdefault(entry.n, (entry, []))[1].append(fact)
    content = {
        "format": FORMAT,
        "version": VERSION,
        **about_fields(taken),
        "entries": [_entry(*by_entry[n]) for n in sorted(by_entry)],
    }
    return json.dumps(content, ensure_ascii=False, indent=1).encode()


def _entry(entry: Entry, said: Sequence[Statement]) -> dict[str, object]:
    return {
        "n": entry.n,
        "written": entry.written.isoformat(),
        "device": entry.device,
        "language": entry.language,
        "statements": [_statement(fact) for fact in said],
    }


def _statement(fact: Statement) -> dict[str, object]:
    kind, version = KINDS.kind_of(fact)
    return {"kind": kind, "kind_version": version, **_fields(fact)}


def _fields(fact: Fact) -> dict[str, object]:
    """The fields that say something, by their names."""
    said = {name: _plain(getattr(fact, name)) for name in fact.__struct_fields__}
    return {name: value for name, value in said.items() if value not in ("", None, [])}


def _plain(value: object) -> object:
    if isinstance(value, PartialDate):
        return str(value)
    if isinstance(value, Fact):
        return _fields(value)
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return value.value if isinstance(value, Enum) else value


# Reading back


def looks_complete(content: bytes) -> bool:
    """Whether bytes are such a file."""
    head = content[:200].replace(b" ", b"").replace(b"\n", b"")
    return head.startswith(b'{"format":"candlemark-cases"')


def read_complete(content: bytes) -> list[tuple[str, list[Statement]]]:
    """The statements of a file with the tongue of each entry, in their order.

    Raises:
        SourceMalformed: it is not such a file, or one of a later version.
    """
    try:
        said = json.loads(content)
        if said.get("format") != FORMAT or said.get("version") != VERSION:
            raise SourceMalformed("this is no export of cases of this version", hint=_HINT)
        return [
            (str(entry["language"]), [_read(one) for one in entry["statements"]])
            for entry in said["entries"]
        ]
    except (ValueError, KeyError, TypeError, AttributeError, CandlemarkError) as error:
        if isinstance(error, SourceMalformed):
            raise
        raise SourceMalformed("this export of cases cannot be read", hint=_HINT) from None


def keep_complete(ledger: Ledger, read: Sequence[tuple[str, Sequence[Statement]]]) -> int:
    """Say what a file holds and the vault does not yet; how many entries that were.

    Raises:
        NotInOrder: a statement does not fit the definition or the case; ``faults`` names all of
            its action.  Some hundred entries are said together; those before were kept.
        UnknownTerm: it was coded under an edition this version does not have.
    """
    wanted = {fact.case for _, said in read for fact in said}
    there = {fact.id for one in casefile.shown_of(ledger, wanted).values() for _, fact in one.said}
    waiting: list[tuple[str, str, list[Statement]]] = []
    for language, said in read:
        new = sorted((fact for fact in said if fact.id not in there), key=_rank)
        for edition in dict.fromkeys(fact.edition for fact in new):
            part = [fact for fact in new if fact.edition == edition]
            waiting.append((edition, language, part))
    for (edition, language), some in groupby(waiting, key=lambda one: one[:2]):
        actions = [part for _, _, part in some]
        for start in range(0, len(actions), _AT_ONCE):
            casefile.say_all(
                ledger,
                Definition.load(edition),
                actions[start : start + _AT_ONCE],
                language=language,
            )
    return len(waiting)


def _rank(fact: Statement) -> int:
    """Things before what speaks of them: parts of an entry are read by compartment and person."""
    return _FIRST.index(type(fact)) if type(fact) in _FIRST else len(_FIRST)


def _read(said: dict[str, Any]) -> Statement:
    given = dict(said)
    kind, version = given.pop("kind"), given.pop("kind_version")
    meaning = KINDS.meanings[kind, version]
    return _made(meaning, given)  # type: ignore[return-value]


@cache
def _hints(kind: type[Fact]) -> dict[str, Any]:
    return get_type_hints(kind)


def _made(kind: type[Fact], given: dict[str, Any]) -> Fact:
    hints = _hints(kind)
    if not given.keys() <= set(kind.__struct_fields__):
        raise KeyError(kind.__name__)
    return kind(**{name: _value(hints[name], value) for name, value in given.items()})


def _value(hint: Any, value: Any) -> Any:
    """A value of a field from what stands in JSON for it; refused when it is of another sort."""
    if get_origin(hint) in {Union, UnionType}:
        hint = next(one for one in get_args(hint) if one is not type(None))
    if get_origin(hint) is tuple:
        inside = get_args(hint)[0]
        return tuple(_value(inside, one) for one in _is(value, list))
    if hint is PartialDate:
        return PartialDate.parse(_is(value, str))
    if isinstance(hint, type) and issubclass(hint, Fact):
        return _made(hint, _is(value, dict))
    if isinstance(hint, type) and issubclass(hint, Enum):
        return hint(value)
    return _is(value, hint)


def _is(value: Any, sort: type) -> Any:
    if type(value) is not sort:
        raise TypeError(sort.__name__)
    return value
