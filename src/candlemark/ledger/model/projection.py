"""What a read model holds: which facts, as which rows, with which texts to search in.

A floor above describes it once, as a *projection*: a name, a version, the kinds it wants, and two
pure functions from one fact to rows and to texts.  Rows are only ever added, one fact after the
other, so that a model that grew with the ledger is the same as one that was built in one go.  What
follows from several facts together is folded when the rows are read.

There are two sorts, and no third: a :class:`CodedProjection` is given facts of the compartment
``coded`` and nothing else, and is the only one figures may be taken from; an
:class:`IdentityProjection` is given what says who somebody is.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

import msgspec

from candlemark import __version__
from candlemark.errors import NotEntitled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from candlemark.ledger.kinds import Fact, Kinds
    from candlemark.ledger.model.gathering import Gathering
    from candlemark.ledger.said import Said

MODEL_FORMAT: Final = 1
CODED: Final = "coded"

Value = str | int | float | bytes | None
"""What can stand in a row."""
Sort = Literal["TEXT", "INTEGER", "REAL", "BLOB"]

_NAME: Final = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_OURS: Final = frozenset({"at", "part", "number", "entry", "text", "words"})


class Text(NamedTuple):
    """A text that can be found.

    ``about`` is the identifier of what it is found for (a case, a person), ``field`` says where it
    stands there, ``language`` is its BCP 47 tag, or empty.
    """

    about: str
    field: str
    language: str
    words: str


class Row(NamedTuple):
    """A row of the table ``table``, its values in the order of the columns."""

    table: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a model; each row also keeps the place of the fact it came from.

    ``found_by`` are the columns rows are asked for by, one index each.
    """

    name: str
    columns: tuple[tuple[str, Sort], ...]
    found_by: tuple[str, ...] = ()


def _no_texts(_said: Said, _fact: Fact) -> Iterable[Text]:
    return ()


@dataclass(frozen=True, kw_only=True)
class Projection:
    """What the two sorts have in common; use one of them.

    Args:
        name: of the model, such as ``statements``; lower case.
        version: to be raised with every change of what ``rows`` or ``texts`` give.
        kinds: the kinds of facts wanted, and how they are read.
        tables: where the rows go.
        rows: the rows of one fact; pure.
        texts: the texts of one fact that can be found; pure.
        gathering: what is kept besides, of all facts of one thing together.

    Raises:
        ValueError: names that cannot be those of tables; a mistake of the program.
    """

    name: str
    version: int
    kinds: Kinds
    tables: tuple[Table, ...]
    rows: Callable[[Said, Fact], Iterable[Row]]
    texts: Callable[[Said, Fact], Iterable[Text]] = _no_texts
    gathering: Gathering | None = None
    fingerprint: bytes = field(init=False)
    """Over everything a model depends on besides the ledger: another one means another model."""

    def __post_init__(self) -> None:
        names = [self.name, *(one.name for one in self.tables)]
        names += [name for one in self.tables for name, _ in one.columns]
        bad = [one for one in names if _NAME.fullmatch(one) is None or one in _OURS]
        missing = [
            name for one in self.tables for name in one.found_by if name not in dict(one.columns)
        ]
        if bad or missing:
            raise ValueError(f"these cannot name parts of a model: {', '.join(bad + missing)}")
        said = (
            MODEL_FORMAT,
            __version__,
            type(self).__name__,
            self.name,
            self.version,
            self.kinds.versions,
            [(one.name, one.columns, one.found_by) for one in self.tables],
            [self.gathering.version, *self.gathering.makes] if self.gathering else [],
        )
        fingerprint = hashlib.sha256(msgspec.msgpack.encode(said)).digest()
        object.__setattr__(self, "fingerprint", fingerprint)

    def accepts(self, compartment: str) -> bool:
        """Whether facts of a compartment may come into this model."""
        raise NotImplementedError

    def of(self, said: Said) -> tuple[list[Row], list[Text]]:
        """The rows and texts of one fact.

        Raises:
            NotEntitled: the fact stands in a compartment this model may not hold.
            LedgerBroken: it is not of the kind it is kept under.
        """
        if not self.accepts(said.compartment):
            raise NotEntitled(
                f"the read model {self.name} may hold nothing of the compartment it was given",
                hint="ask for it under the compartment it was made for",
            )
        fact = self.kinds.read(said.kind, said.version, said.data)
        return list(self.rows(said, fact)), list(self.texts(said, fact))


@dataclass(frozen=True, kw_only=True)
class CodedProjection(Projection):
    """Rows of what happened, in terms of the definition; figures are taken from these only."""

    def accepts(self, compartment: str) -> bool:
        """Only ``coded``."""
        return compartment == CODED


@dataclass(frozen=True, kw_only=True)
class IdentityProjection(Projection):
    """Rows of who somebody is; never the source of a figure."""

    def accepts(self, compartment: str) -> bool:
        """``identity``, and those of the teams of single cases."""
        return compartment == "identity" or compartment.startswith("identity:")
