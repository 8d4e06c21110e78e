"""Saved views of the list: a filter under a name, for everybody who reads cases here.

A view holds codes and days, and a name somebody typed, which names nobody.  It is said in the
compartment ``coded`` like everything a team shares, so that it goes along to every place of the
vault; taking it away is a fact as well.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from candlemark.casefile.record import from_model
from candlemark.errors import Fault, NotInOrder
from candlemark.ids import new_id
from candlemark.ledger import Entry, Fact, Kinds, Part
from candlemark.ledger.model import CodedProjection, Row, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from candlemark.ledger import Ledger
    from candlemark.ledger.model import CodedModel
    from candlemark.ledger.said import Said

_TABLE: Final = "view"
_CODED: Final = "coded"
NAME_LIMIT: Final = 60
_MOST_TERMS: Final = 40


class ViewKept(Fact, frozen=True, kw_only=True):
    """A filter under a name."""

    view: str
    """``view_…``."""
    name: str
    terms: tuple[str, ...] = ()
    """``stages=charged``: scheme and term."""
    due: str = ""
    since: str = ""
    sort: str = ""


class ViewDropped(Fact, frozen=True, kw_only=True):
    """A view is no longer wanted."""

    view: str


KINDS: Final = Kinds.of(("desk.view", 1, ViewKept), ("desk.view-dropped", 1, ViewDropped))
"""What is said of the desk in the compartment ``coded``."""


def _rows(said: Said, fact: Fact) -> Iterable[Row]:
    if isinstance(fact, (ViewKept, ViewDropped)):
        yield Row(_TABLE, (said.kind, said.version, said.data))


VIEWS: Final = CodedProjection(
    name="desk_views",
    version=1,
    kinds=KINDS,
    tables=(Table(_TABLE, (("kind", "TEXT"), ("version", "INTEGER"), ("data", "BLOB"))),),
    rows=_rows,
)


def keep_view(
    ledger: Ledger,
    name: str,
    terms: Sequence[tuple[str, str]],
    *,
    due: str = "",
    since: str = "",
    sort: str = "",
) -> Entry:
    """Keep a filter under a name.

    Raises:
        NotInOrder: it has no name, one that is too long, or nothing to filter by.
    """
    name = " ".join(name.split())
    faults = []
    if not name or len(name) > NAME_LIMIT:
        faults.append(Fault("name", f"a view has a name of at most {NAME_LIMIT} letters"))
    if len(terms) > _MOST_TERMS or not (terms or due or since):
        faults.append(Fault("terms", "a view filters by something"))
    if faults:
        raise NotInOrder("this view cannot be kept", hint="give it a name", faults=faults)
    pairs = tuple(f"{scheme}={term}" for scheme, term in terms)
    view = ViewKept(view=new_id("view"), name=name, terms=pairs, due=due, since=since, sort=sort)
    return ledger.append([Part(_CODED, (view,))])


def drop_view(ledger: Ledger, view: str) -> None:
    """Take a view away; one that is not there stays away."""
    if any(one.view == view for one in views(ledger)):
        ledger.append([Part(_CODED, (ViewDropped(view=view),))])


def views(ledger: Ledger) -> tuple[ViewKept, ...]:
    """The views there are, in the order they were kept.

    Raises:
        LedgerBroken: the ledger is damaged.
    """
    found: dict[str, ViewKept] = {}
    for fact in _said(ledger):
        if isinstance(fact, ViewKept):
            found[fact.view] = fact
        elif isinstance(fact, ViewDropped):
            found.pop(fact.view, None)
    return tuple(found.values())


def _said(ledger: Ledger) -> list[Fact]:
    read = from_model(ledger, lambda models: models.coded(VIEWS, _all))
    if read is not None:
        return read
    return [fact for _, fact in ledger.facts(kinds=KINDS.codes)]


def _all(model: CodedModel) -> list[Fact]:
    return [
        KINDS.read(str(kind), cast("int", version), cast("bytes", data))
        for _, _, _, (kind, version, data) in model.rows(_TABLE)
    ]
