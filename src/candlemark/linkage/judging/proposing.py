"""Which pairs the runs propose: of each pair the newest run that counts, and where it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from candlemark.linkage.facts import LinkRecord
from candlemark.linkage.judging.standing import pair_of
from candlemark.linkage.judging.worth import Proposed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pyarrow as pa

    from candlemark.linkage.facts import LinkRun
    from candlemark.linkage.judging.standing import Pair


def proposed_of(runs: Iterable[tuple[LinkRun, pa.Table]]) -> dict[Pair, Proposed]:
    """What runs of one unit propose, given with their pairs in the order of the ledger."""
    newest: dict[Pair, Proposed] = {}
    for run, pairs in runs:
        if not run.adds_to:
            newest = without_compared_anew(newest, {each.source for each in run.sources})
        newest |= {each.pair: each for each in proposed_by(run, pairs)}
    return newest


def without_compared_anew(
    found: Mapping[Pair, Proposed], sources: set[str]
) -> dict[Pair, Proposed]:
    """What is left of earlier runs when one compared these sources anew, as clusters have it."""
    return {
        pair: one
        for pair, one in found.items()
        if not {record.source for record in pair} <= sources
    }


def proposed_by(run: LinkRun, pairs: pa.Table) -> Iterable[Proposed]:
    """The pairs of a run (``pairs.PAIRS``), in the order of its rows."""
    columns = ("left_source", "left_record", "right_source", "right_record", "probability", "key")
    for n, row in enumerate(zip(*(pairs[name].to_pylist() for name in columns), strict=True)):
        left, right = LinkRecord(row[0], row[1]), LinkRecord(row[2], row[3])
        probability = cast("float", row[4])
        links = probability >= run.thresholds.automatic
        yield Proposed(pair_of(left, right), probability, run.run, n, links, row[5] or "")
