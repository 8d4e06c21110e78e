"""Candidates: pairs of rows that agree on everything in one rule.

A value that very many rows share finds nothing any more: a hundred thousand identical rows would
be five billion pairs, none of them told apart from another.  Such values are left out, counted, and
said.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from duckdb import DuckDBPyConnection


@dataclass(frozen=True, slots=True)
class TooCommon:
    """Values of a rule that too many rows share, so that no pair was looked for among them."""

    rule: tuple[str, ...]
    values: int
    rows: int
    """Rows of the largest of them."""

    def __str__(self) -> str:
        return (
            f"{', '.join(self.rule)}: {self.values:,} values too common to find anything by"
            f" (one is in {self.rows:,} rows)"
        )


def index_rule(connection: DuckDBPyConnection, rule: Sequence[str], number: int, rows: str) -> None:
    """Make ``rule_<number>(key, n)``: each row under each of its values; rows without one are out.

    A key is a hash of 64 bits: a clash only adds a candidate.
    """
    lists = [name for name in rule if _is_list(connection, rows, name)]
    found = f"SELECT n, {', '.join(rule)} FROM {rows}"
    for name in lists:  # one after the other: several at once would be zipped and not crossed
        others = ", ".join(f"unnest({c}) AS {c}" if c == name else c for c in ("n", *rule))
        found = f"SELECT {others} FROM ({found})"
    known = " AND ".join(f"{name} IS NOT NULL" for name in rule)
    connection.execute(
        f"CREATE OR REPLACE TABLE rule_{number} AS SELECT hash({', '.join(rule)}) AS key, n"
        f" FROM ({found}) WHERE {known}"
    )


def _is_list(connection: DuckDBPyConnection, rows: str, name: str) -> bool:
    (kind,) = connection.sql(f"SELECT {name} FROM {rows} LIMIT 0").types
    return str(kind).endswith("[]")


def drop_common(
    connection: DuckDBPyConnection, rule: Sequence[str], number: int, most: int
) -> TooCommon | None:
    """Take values that more than ``most`` rows share out of a rule; None when there are none."""
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE common AS SELECT key, count(*) AS rows FROM rule_{number}"
        f" GROUP BY key HAVING count(*) > {most}"
    )
    ((values, rows),) = connection.execute("SELECT count(*), max(rows) FROM common").fetchall()
    if not values:
        return None
    connection.execute(f"DELETE FROM rule_{number} WHERE key IN (SELECT key FROM common)")
    return TooCommon(tuple(rule), int(values), int(rows))


def candidates(rules: int, chunk: int, chunks: int, apart: Sequence[str] = ()) -> str:
    """SQL for the pairs (``l`` < ``r``) of one chunk of all rules, each once.

    Args:
        rules: how many there are.
        chunk: which share of the rows stands on the left.
        chunks: how many there are.
        apart: sources of which no two records are one.
    """
    of_chunk = f" AND a.n % {chunks} = {chunk}" if chunks > 1 else ""
    found = " UNION ".join(
        f"SELECT a.n AS l, b.n AS r FROM rule_{number} a JOIN rule_{number} b"
        f" ON a.key = b.key AND a.n < b.n{of_chunk}"
        for number in range(rules)
    )
    return _not_of_one(found, apart)


def candidates_between(rules: int, apart: Sequence[str] = ()) -> str:
    """SQL for the pairs of which at least one row is new: those in ``new_<number>``."""
    found = " UNION ".join(
        f"SELECT least(a.n, b.n) AS l, greatest(a.n, b.n) AS r FROM new_{number} a"
        f" JOIN rule_{number} b ON a.key = b.key AND a.n <> b.n"
        for number in range(rules)
    )
    return _not_of_one(found, apart)


def _not_of_one(found: str, apart: Sequence[str]) -> str:
    if not apart:
        return found
    named = ", ".join("'" + source.replace("'", "''") + "'" for source in apart)
    return (
        f"SELECT l, r FROM ({found}) JOIN rows x ON x.n = l JOIN rows y ON y.n = r"
        f" WHERE x.source <> y.source OR x.source NOT IN ({named})"
    )
