"""How an audit asks its question of one table, and puts the answer as a finding with its rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from candlemark.agency.report import LISTED, Finding

if TYPE_CHECKING:
    from candlemark.agency.engine import Engine
    from candlemark.agency.landing import Landed


@dataclass(frozen=True, slots=True)
class Question:
    """Which rows of a table an audit is about; one narrow row per row of the source.

    ``source`` gives ``r`` and ``k``, each row once; ``concerns`` says which rows are found, ``of``
    which were looked at.
    """

    landed: Landed
    source: str
    concerns: str
    of: str = "true"
    subject: str = ""


def answer(engine: Engine, asked: Question, code: str, column: str, what: str) -> list[Finding]:
    """A finding about rows of one table, or none when no row is concerned."""
    count, total = engine.one(
        f"SELECT count(*) FILTER ({asked.concerns}), count(*) FILTER ({asked.of})"
        f" FROM {asked.source}"
    )
    if not count:
        return []
    concerned = f"FROM {asked.source} WHERE {asked.concerns}"
    (units,) = engine.one(f"SELECT count(DISTINCT k) {concerned}")
    rows = engine.rows(f"SELECT r + 2 {concerned} ORDER BY r LIMIT {LISTED}")
    return [
        Finding(
            code=code,
            what=what.format(count=f"{count:,}", total=f"{total:,}"),
            table=asked.landed.table.name,
            column=column,
            count=count,
            of=total,
            units=units,
            share=count / total if total else 0.0,
            subject=asked.subject,
            rows=tuple(row for (row,) in rows),
        )
    ]


def braced(title: str) -> str:
    """A column's name inside a text that is going to be formatted."""
    return title.replace("{", "{{").replace("}", "}}")
