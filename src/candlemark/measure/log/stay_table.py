"""The stay table: a row for every stay of a unit in a state; every question about time reads it.

It is made once from an event log, an agency's batch or the case files of a vault; whatever is asked
of it afterwards is one grouped pass.  It holds days and numbers.  The names of cases stand beside
it, for lists inside the house, and go into no figure.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntFlag
from typing import TYPE_CHECKING, Final

import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

ROWS: Final = pa.schema(
    [
        ("unit", pa.int64()),
        ("cluster", pa.int64()),  # units of one incident have one number; its own where alone
        ("seq", pa.int32()),  # place among the unit's stays, from 0; the last word of every order
        ("state", pa.int16()),  # place in StayTable.states
        ("entry", pa.int64()),  # tick at which it came
        ("exit", pa.int64()),  # tick at which it left, or at which observation ended
        ("next", pa.int16()),  # the state it left for, or -1
        ("entry_lo", pa.int32()),  # the days on which it can have come …
        ("entry_hi", pa.int32()),
        ("exit_lo", pa.int32()),  # … and left
        ("exit_hi", pa.int32()),
        ("agency", pa.int16()),  # place in StayTable.agencies
        ("flags", pa.int32()),
        ("since", pa.int64()),  # tick at which it came into this state from another one
        ("first", pa.int32()),  # day on which the unit's first stay began
        ("path", pa.int64()),  # a hash of the states of the unit up to and with this one
    ]
)

CODES: Final = pa.schema(
    [
        ("unit", pa.int64()),
        ("scheme", pa.dictionary(pa.int32(), pa.string())),
        ("term", pa.dictionary(pa.int32(), pa.string())),
        ("absent", pa.bool_()),
    ]
)


class Flag(IntFlag):
    """What is to be known of a stay; the sum stands in ``flags``."""

    FINAL = 1
    """Nobody leaves this state; the stay is open for ever and is not a pending one."""
    COARSE = 2
    """Its beginning or its end is known to a span of days only."""
    REPEATED = 4
    """The unit stood in this state already: the source named it again."""
    GAP = 8
    """The unit has a step without a day: between two stays there may have been another."""


@dataclass(frozen=True, slots=True)
class State:
    """A state in which units stand."""

    code: str
    """The code of its stage, or its own name where it has none."""
    own: str
    """The source's own name of it."""
    stage: str = ""
    """Code in the scheme ``stages``, or empty."""
    final: bool = False
    """True when a unit that reached it is followed no further."""


@dataclass(frozen=True, slots=True)
class SetAside:
    """Events of a source that made no stay, by the reason; each is counted once."""

    undated: int = 0
    """No day was given."""
    after: int = 0
    """The day is after the last one the source can know of."""
    after_end: int = 0
    """They come after a state that ends a case."""
    crowded: int = 0
    """Steps of a day beyond the 63 that a day has room for."""
    units: int = 0
    """Units of which nothing else is known, and which are therefore in no figure."""
    incomplete: int = 0
    """They were told as planned, begun or otherwise not complete; completions count."""


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """The events of a study, for what follows from no stay: stages reached as a way ended."""

    events: pa.Table
    """Columns of ``columns.EVENTS``; ``unit`` is the table's, below 0 for one that is not in it."""
    stages: tuple[State, ...]
    """All stages of the study, those nobody stands in among them; ``stage`` is a place of these."""
    goes_on: int
    """The outcome after which a case goes on to its later stages: a conviction."""


@dataclass(frozen=True, slots=True, eq=False)
class StayTable:
    """Everything a question about stays needs."""

    states: tuple[State, ...]
    rows: pa.Table
    """Columns of :data:`ROWS`, in the order of unit and seq."""
    codes: pa.Table
    """Columns of :data:`CODES`."""
    known_until: date
    """The last day the source can know of."""
    stated: bool
    """True when the source says so; False when it is the latest day found in it."""
    unit: str
    """What is counted: a term of ``counting-units``, or ``case``."""
    cases: pa.Array
    """The source's own name of each unit, by its number."""
    agencies: tuple[str, ...] = ("",)
    tracked_from: Mapping[str, date] = field(default_factory=dict)
    """For an agency, the day from which its units were seen."""
    aside: SetAside = field(default_factory=SetAside)
    source: str = ""
    """The agency's name, the vault's, or what a file is called."""
    edition: str = ""
    """Edition of the definition the states and codes are of; empty for a log of its own words."""
    edition_fingerprint: str = ""
    crosswalk: str = ""
    batch: str = ""
    ledger_size: int = 0
    ledger_head: str = ""
    simulated: bool = False
    terms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """For a scheme its terms in the order of the definition; one that is not here goes by name."""
    broader: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """For a scheme of the definition, the term that each narrower one is a part of; empty for a log
    of its own words."""
    told: Told | None = None
    """For a table of a study, all that was told of each unit: its stays end where its way ends."""
    sealed: bool = False
    """True when it was made of what a vault holds; no engine outside this process is given it."""

    @property
    def units(self) -> int:
        """How many units it holds."""
        return len(self.cases)

    @property
    def schemes(self) -> tuple[str, ...]:
        """The schemes its units are coded by, in the order of their codes."""
        return tuple(sorted(set(self.codes["scheme"].unique().to_pylist())))
