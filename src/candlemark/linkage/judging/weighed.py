"""The evidence of one pair of a run, from the levels and weights the run kept and its model.

Nothing is scored here: a page that scored a pair when it is opened would take a tenth of a second
for what the run knows already.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from candlemark.linkage.engine.levels import ELSE, EXACT, levels_of
from candlemark.linkage.engine.model import model_of_document
from candlemark.linkage.judging.evidence import SMALLEST, Finding, Level

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pyarrow as pa

    from candlemark.linkage.engine.model import LinkModel, Shares
    from candlemark.linkage.facts import LinkModelKept

_COUNTRY: Final = "country"
"""Stands in exact keys so that two countries' numbers are not mixed up; it is no evidence."""


def findings_of(kept: LinkModelKept, pairs: pa.Table, n: int = 0) -> tuple[Finding, ...]:
    """What each column says of a pair, in the order of the model's comparisons.

    Args:
        kept: the model of the run.
        pairs: of the run, see ``pairs.PAIRS``; or the one row of ``said.evidence_of``.
        n: number of the pair's row.

    Raises:
        NewerFormat, NotInOrder: this program does not read the model.
    """
    model = model_of_document(kept.settings)
    row = pairs.slice(n, 1).select(["levels", "weights", "key"]).to_pylist()[0]
    columns = tuple(_findings(model, row["levels"] or (), row["weights"] or ()))
    return (*by_key(row["key"] or "", {one.column for one in columns}), *columns)


def _findings(
    model: LinkModel, levels: Sequence[int], weights: Sequence[float]
) -> Iterable[Finding]:
    for one, level, weight in zip(model.plan.comparisons, levels, weights, strict=False):
        yield finding(one.name, levels_of(one).labels, model.shares[one.name], level, weight)


def finding(
    column: str, labels: Sequence[str], shares: Sequence[Shares], level: int, weight: float
) -> Finding:
    """What one comparison says.

    The chance of agreeing exactly follows from the weight, which knows how rare the value is; that
    of being close is the share of chance pairs that are so close or closer.
    """
    if level < 0:
        return Finding(column, Level.UNKNOWN)
    label = labels[level]
    if label == ELSE or (label != EXACT and weight <= 0):
        return Finding(column, Level.DIFFERS, weight)
    if label == EXACT:
        chance = shares[level].m / 2.0**weight
        return Finding(column, Level.AGREES, weight, _share(chance))
    chance = sum(one.u for one in shares[: level + 1])
    return Finding(column, Level.CLOSE, weight, _share(chance))


def by_key(key: str, known: Iterable[str] = ()) -> tuple[Finding, ...]:
    """What an exact key says that no comparison says: that its columns agree."""
    names = [name.strip() for name in key.replace("+", ",").split(",")]
    return tuple(
        Finding(name, Level.AGREES, 0.0, 1.0)
        for name in dict.fromkeys(names)
        if name and name != _COUNTRY and name not in set(known)
    )


def _share(chance: float) -> float:
    return min(1.0, max(SMALLEST, chance))
