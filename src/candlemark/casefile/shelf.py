"""Statements of cases, kept beside the ledger so that one case is read without all the others.

Two read models hold the statements in their exact bytes: one what happened, one who somebody is.
What a case file is, is still folded from the statements, by the same fold; only where they are
read from differs.  A test compares the two ways over generated ledgers.
"""

from __future__ import annotations

from contextlib import suppress
from functools import cache
from operator import itemgetter
from typing import (
    TYPE_CHECKING,
    Final,
    NamedTuple,
    TypeVar,
    cast,
    get_args,
    get_origin,
    get_type_hints,
)

from candlemark.casefile.apart import IDENTITY
from candlemark.casefile.belonging import linked, routes
from candlemark.casefile.facts import IdentityStated, Spelling, Statement, Words
from candlemark.casefile.kinds import KINDS
from candlemark.casefile.lines import GATHERING
from candlemark.casefile.pathways import PATHWAY_KINDS, PathwayKept
from candlemark.errors import NotEntitled, VaultBusy
from candlemark.ledger import Fact
from candlemark.ledger.model import CodedProjection, IdentityProjection, Row, Table, Text, words
from candlemark.tongues import name_keys

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from candlemark.ledger import Entry
    from candlemark.ledger.model import CodedModel, IdentityModel, Models
    from candlemark.ledger.said import Said

_T = TypeVar("_T")
_STATEMENT: Final = "statement"
_PATHWAY: Final = "pathway"
TIE: Final = "tie"
"""Pairs of cases that a merge or a move tied together; few, and read whole."""
KEY: Final = "key"
"""The keys of names; of who somebody is alone."""
_TRIES: Final = 3
MOST_AT_ONCE: Final = 20_000
"""Entries that are read or folded while somebody waits, without a word about it."""
_PLAIN: Final = frozenset({"reference", "address", "docket"})
"""Fields of plain text that people search by."""


def _rows(said: Said, fact: Fact) -> Iterable[Row]:
    if isinstance(fact, Statement):
        yield Row(_STATEMENT, (fact.case, said.kind, said.version, said.data))
        tie = routes(fact)
        if tie is not None:
            yield Row(TIE, tie)
    elif isinstance(fact, PathwayKept):
        yield Row(_PATHWAY, (fact.code, fact.version, fact.file))


def _named(said: Said, fact: Fact) -> Iterable[Row]:
    """The rows of who somebody is: beside the statement, the keys each name is found by."""
    yield from _rows(said, fact)
    if isinstance(fact, IdentityStated):
        keys = {
            key
            for name in fact.names
            for word, _, _ in words(name.text)
            for key in name_keys(word, name.language)
        }
        yield from (Row(KEY, (fact.case, key)) for key in sorted(keys))


def _texts(_said: Said, fact: Fact) -> Iterable[Text]:
    if isinstance(fact, Statement):
        for where, language, words in _said_in(fact, ""):
            yield Text(fact.case, where, language, words)


def _said_in(fact: Fact, path: str) -> Iterator[tuple[str, str, str]]:
    """Every text in a fact and in the facts inside it: where, in which tongue, what."""
    if isinstance(fact, (Words, Spelling)):
        yield path, fact.language, fact.text
        return
    for name in _telling(type(fact)):
        value = getattr(fact, name)
        if isinstance(value, str):
            if value:
                yield name, "", value
            continue
        for one in value:
            yield from _said_in(one, path or name)


@cache
def _telling(kind: type[Fact]) -> tuple[str, ...]:
    """The fields of a kind of fact that hold text for people, or facts that may."""
    hints = get_type_hints(kind)
    return tuple(
        name for name in kind.__struct_fields__ if name in _PLAIN or _holds_facts(hints[name])
    )


def _holds_facts(hint: object) -> bool:
    inside = get_args(hint)
    return get_origin(hint) is tuple and isinstance(inside[0], type) and issubclass(inside[0], Fact)


_TABLES: Final = (
    Table(
        _STATEMENT,
        (("case_id", "TEXT"), ("kind", "TEXT"), ("version", "INTEGER"), ("data", "BLOB")),
        found_by=("case_id",),
    ),
    Table(TIE, (("case_id", "TEXT"), ("other", "TEXT"))),
)
_PATHWAYS: Final = Table(
    _PATHWAY, (("code", "TEXT"), ("pathway_version", "INTEGER"), ("file", "BLOB"))
)

STATEMENTS: Final = CodedProjection(
    name="statements",
    version=6,
    kinds=KINDS | PATHWAY_KINDS,
    tables=(*_TABLES, _PATHWAYS),
    rows=_rows,
    texts=_texts,
    gathering=GATHERING,
)
"""What was said of cases, without who anybody is; the pathways; and one line of each case."""

IDENTITIES: Final = IdentityProjection(
    name="identities",
    version=6,
    kinds=KINDS,
    tables=(*_TABLES, Table(KEY, (("case_id", "TEXT"), ("key", "TEXT")), found_by=("key",))),
    rows=_named,
    texts=_texts,
)
"""Who the persons of cases are, and whatever else was sealed with that."""


class Placed(NamedTuple):
    """A statement, the entry it stands in, and its place: entry, part, number in the part."""

    place: tuple[int, int, int]
    entry: Entry
    fact: Statement


def placed(models: Models, wanted: Collection[str] | None) -> list[Placed]:
    """The statements of the cases wanted and of those tied to them, in the order of the ledger.

    Args:
        models: the read models of the vault.
        wanted: the cases; None for all.

    Raises:
        LedgerBroken: the ledger is damaged.
        StorageFull, VaultBusy: a model could not be kept, or waited for.
    """
    for _ in range(_TRIES):
        taken = list(_in_each(models, wanted))
        # Somebody may write in between: an entry is seen whole, or not at all.
        if len({one.root for one in taken}) <= 1:
            return sorted((each for one in taken for each in one.said), key=itemgetter(0))
    raise VaultBusy(
        "others write faster than this can be read", hint="wait until they are done and try again"
    )


def coded(models: Models) -> list[Placed]:
    """What happened in all cases, without anything that says who somebody is.

    Raises:
        NotEntitled: this member does not read it.
        LedgerBroken, StorageFull, VaultBusy: as :func:`placed`.
    """
    return models.coded(STATEMENTS, lambda model: _taken(model, None)).said


def in_shared(models: Models, case: str) -> list[Placed]:
    """The statements said in one case that lie with the identities of all cases without a team.

    Raises:
        NotEntitled: this member does not read them.
        LedgerBroken, StorageFull, VaultBusy: as :func:`placed`.
    """
    taken = models.identity(IDENTITIES, IDENTITY, lambda model: _taken(model, {case}))
    return [one for one in taken.said if one.fact.case == case]


def _in_each(models: Models, wanted: Collection[str] | None) -> Iterator[_Taken]:
    """What each model holds of them; what happened comes first and says which cases are tied."""
    with suppress(NotEntitled):
        taken = models.coded(STATEMENTS, lambda model: _taken(model, wanted))
        wanted = taken.wanted
        yield taken
    with suppress(NotEntitled):
        yield models.identity(IDENTITIES, IDENTITY, lambda model: _taken(model, wanted))
    if models.of_cases:
        with suppress(NotEntitled):
            yield models.cases(IDENTITIES, lambda model: _taken(model, wanted))


def in_every(models: Models, ask: Callable[[CodedModel | IdentityModel], _T]) -> list[_T]:
    """What ``ask`` makes of each model of statements this member may read.

    There are three at most, however many cases have a compartment of their own.
    """
    of_cases, found = models.of_cases, list[_T]()
    for name in models.compartments:
        if STATEMENTS.accepts(name):
            found.append(models.coded(STATEMENTS, ask))
        elif name not in of_cases:
            found.append(models.identity(IDENTITIES, name, ask))
    if of_cases:
        found.append(models.cases(IDENTITIES, ask))
    return found


class _Taken(NamedTuple):
    """What one model gave, and the root over the entries it was made from.

    ``wanted`` are the cases asked for with those tied to them; None for all.
    """

    root: bytes
    said: list[Placed]
    wanted: Collection[str] | None


def _taken(model: CodedModel | IdentityModel, wanted: Collection[str] | None) -> _Taken:
    if wanted is None:
        rows, entries = list(model.rows(_STATEMENT)), model.entries()
    else:
        ties = [(str(one), str(other)) for _, _, _, (one, other) in model.rows(TIE)]
        wanted = linked(ties, wanted) if ties else wanted
        rows = list(model.rows(_STATEMENT, "case_id", wanted))
        entries = model.entries({row.at for row in rows})
    said = []
    for at, part, number, (_, kind, version, data) in rows:
        fact = KINDS.read(str(kind), cast("int", version), cast("bytes", data))
        if isinstance(fact, Statement):
            said.append(Placed((at, part, number), entries[at], fact))
    return _Taken(model.root, said, wanted)
