"""What is counted in closed batches, and the events that are counted.

A table has groups (regions, stages, spans of a curve, or everybody) and categories (grounds,
outcomes).  Each group gathers its own events and is released by itself.  Who wants to find a person
is assumed to know the group, and to want the category.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from itertools import product
from typing import TYPE_CHECKING, Final

import numpy as np

from candlemark.errors import Fault, NotInOrder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from candlemark.protect.batches.record_keys import Secret
    from candlemark.protect.policy import Policy

    Integers = NDArray[np.int64]


WHOLE: Final = "_T"
"""In the name of a group of two things: everybody, whatever the thing (as in SDMX)."""
NOTHING: Final = "_Z"
"""In such a name: those of whom the thing does not say anything (as in SDMX)."""


@dataclass(frozen=True)
class Table:
    """One table: its name, its groups, its categories."""

    name: str
    """Stays the same for ever: rows are found again by it."""
    groups: tuple[str, ...] = ("",)
    """Codes; ``("",)`` where there is one group, of everybody."""
    categories: tuple[str, ...] = ()
    """Codes; none where only totals are counted."""
    by: str = ""
    """What the groups are: a scheme, ``span``; empty for everybody."""
    of: str = ""
    """What the categories are: a scheme, ``outcomes``; empty for totals.  Tables with the same
    ``of`` tell of the same thing."""
    exhaustive: bool = True
    """Every event has exactly one category; false where it can have several (two grounds)."""
    sensitive: bool = True
    """The category is what somebody may be in danger for: a row of one category is never shown."""
    parents: tuple[tuple[str, str], ...] = ()
    """Of each group the group it lies in, in the table ``inside``."""
    inside: str = ""
    """Name of the table one level up: the regions of districts, the country of regions."""
    year: str = ""
    """For a table that is released once, for a closed year: the year."""
    margins: bool = False
    """Whether its groups are all crossings of the things they are of, each with everybody last;
    an event then stands in its own group and counts in every total over it."""

    @cached_property
    def sides(self) -> tuple[int, ...]:
        """With margins: how many codes each thing has, everybody among them."""
        parts = [self.parts(group) for group in self.groups]
        return tuple(len(dict.fromkeys(codes)) for codes in zip(*parts, strict=True))

    def parts(self, group: str) -> tuple[str, ...]:
        """With margins: the code of each thing in the name of a group."""
        return tuple(group.split("+")) if group else (WHOLE,) * len(self.by.split("+"))

    def level(self, group: str) -> tuple[bool, ...]:
        """Over which things a group is a total; nothing in a table without margins."""
        return tuple(part == WHOLE for part in self.parts(group)) if self.margins else ()

    @property
    def dimensions(self) -> int:
        """How many things are crossed; a group of two things (ground and span) counts as two."""
        return len([part for part in self.by.split("+") if part]) + bool(self.of)


def check_tables(tables: Sequence[Table], policy: Policy) -> None:
    """Refuse tables that cross more than the policy lets, or that do not fit together.

    Raises:
        NotInOrder: ``faults`` names every table.
    """
    names = [table.name for table in tables]
    faults = [Fault(name, "there are two tables of this name") for name in set(names)
              if names.count(name) > 1]  # fmt: skip
    for table in tables:
        most = policy.yearly if table.year else policy.dimensions
        if table.dimensions > most:
            faults.append(
                Fault(
                    table.name,
                    f"crosses {table.dimensions} things; at most {most} are crossed"
                    + (" once a year" if table.year else " in a batch, three once a year"),
                )
            )
        if table.inside and table.inside not in names:
            faults.append(Fault(table.name, f"lies inside {table.inside}, which is not there"))
    if faults:
        raise NotInOrder(
            "these tables cannot be released", hint="cross fewer things", faults=faults
        )


def crossed(sides: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """The names of all crossings of some things, each with everybody last."""
    found = []
    for codes in product(*((*(code or NOTHING for code in side), WHOLE) for side in sides)):
        whole = all(code == WHOLE for code in codes)
        found.append("" if whole else "+".join(codes))
    return tuple(found)


@dataclass(frozen=True, slots=True, eq=False)
class Events:
    """The events of one table, in columns of one length."""

    marks: Integers
    """By which an event is known again."""
    keys: Integers
    """Record keys."""
    group: Integers
    """Place in ``Table.groups``."""
    event: Integers
    """With ``category``: pairs of an event's place and a category it has."""
    category: Integers
    agency: Integers = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    """Who handled it and knows it, as numbers; empty where nobody is known to."""

    def __len__(self) -> int:
        return len(self.marks)

    @classmethod
    def of(
        cls,
        secret: Secret,
        records: Sequence[str],
        group: Sequence[int] | Integers,
        pairs: tuple[Sequence[int] | Integers, Sequence[int] | Integers] | None = None,
        *,
        agency: Sequence[int] | Integers = (),
    ) -> Events:
        """Events with their keys and marks.

        Args:
            secret: of the record keys.
            records: of each event the identifier of its record, with what happened where one record
                has several.  The same event has the same identifier in every table: that is how
                it keeps its key, and how attacks see which rows hold the same people.
            group: of each event.
            pairs: places of events, and a category each; none where only totals are counted.
            agency: of each event, or nothing.
        """
        where, what = pairs if pairs is not None else ((), ())
        return cls(
            secret.marks(records),
            secret.keys(records),
            np.asarray(group, dtype=np.int64),
            np.asarray(where, dtype=np.int64),
            np.asarray(what, dtype=np.int64),
            np.asarray(agency, dtype=np.int64),
        )

    def taken(self, which: NDArray[np.bool_]) -> Events:
        """The events that a mask names."""
        place = np.cumsum(which) - 1
        kept = which[self.event] if len(self.event) else np.zeros(0, dtype=bool)
        return Events(
            self.marks[which],
            self.keys[which],
            self.group[which],
            place[self.event[kept]],
            self.category[kept],
            self.agency[which] if len(self.agency) else self.agency,
        )
