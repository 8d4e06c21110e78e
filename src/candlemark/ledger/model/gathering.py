"""What follows from all facts of one thing together, kept beside the rows they are read from.

A row depends on one fact.  A line of a list of cases depends on every statement of the case, and is
wanted for a hundred thousand cases at once.  A :class:`Gathering` names the column that says what
the facts are about, and a function that is told, in the transaction that adds facts, which things
they were about; it reads what is kept of these and writes the tables of the gathering anew.

What is written must follow from the rows of those things alone, so that a model that grew is the
same as one that was built in one go; a test of each gathering compares the two.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable, Sequence

_NAME: Final = re.compile(r"\{([a-z_]+)\}")


@dataclass(frozen=True)
class Gathering:
    """Tables that are written from the rows of several facts.

    Args:
        version: to be raised with every change of what is written.
        table: the table of the projection that says what facts are about, and its column.
        column: a column the table is found by.
        names: the tables of the gathering, as they are written in braces in ``makes``.
        makes: the statements that make its tables and indices.
        gather: writes what follows for the things whose values of the column it is handed.
    """

    version: int
    table: str
    column: str
    names: tuple[str, ...]
    makes: tuple[str, ...]
    gather: Callable[[Any, Sequence[str]], None]


def named(projection: str, question: str) -> str:
    """A question with its table names, in braces, as the file has them."""
    return _NAME.sub(lambda found: f"{projection}__{found[1]}", question)


class Hand:
    """Writes and reads tables whose names stand in braces; values are always bound."""

    def __init__(self, connection: sqlite3.Connection, projection: str) -> None:
        self._connection = connection
        self._projection = projection

    def do(self, question: str, values: Sequence[object] = ()) -> list[Any]:
        """Carry out one statement; its rows."""
        return self._connection.execute(named(self._projection, question), values).fetchall()

    def do_all(self, question: str, rows: Iterable[Sequence[object]]) -> None:
        """Carry out one statement for many rows."""
        self._connection.executemany(named(self._projection, question), rows)
