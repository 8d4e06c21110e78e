"""What reviewing is worth on invented people of the region: F1 before and after, and what it cost.

``python bench/review_gain.py [--rows N] [--per-thousand N] [--right SHARE]``.  A model is trained
on the rows without labels and compares them; invented people judge what goes to people, handed over
as the review desk hands it over.  F1 is over all true pairs, after clustering.
"""

from __future__ import annotations

import argparse
import time
from typing import TYPE_CHECKING

from candlemark.linkage.engine import link, load_plan
from candlemark.linkage.engine.training import train
from candlemark.linkage.facts import LinkRecord, LinkRun, Thresholds
from candlemark.linkage.judging.proposing import proposed_by
from candlemark.linkage.simulated import TRUTH, prepare_people, simulated_people
from candlemark.linkage.simulated.reviewing import RIGHT, reviewed

if TYPE_CHECKING:
    from candlemark.linkage.simulated.reviewing import Score


def said(score: Score) -> str:
    """A score in one line."""
    return f"F1 {score.f1:.4f} (precision {score.precision:.4f}, recall {score.recall:.4f})"


def main() -> None:
    """Print three lines."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", type=int, default=50_000)
    options.add_argument("--per-thousand", type=int, default=36)
    options.add_argument("--right", type=float, default=RIGHT)
    options.add_argument("--seed", type=int, default=7)
    asked = options.parse_args()
    rows = simulated_people(asked.rows, asked.seed)
    made = prepare_people(rows).rows
    model = train(made, load_plan("persons")).model
    run = LinkRun(
        run="linkrun_bench",
        model="",
        sources=(),
        ledger_size=0,
        thresholds=Thresholds(model.plan.automatic, model.plan.people),
        pairs_hash="",
        pairs=0,
        chunks=0,
    )
    proposed = list(proposed_by(run, link(model, made).pairs))
    names = (rows[name].to_pylist() for name in ("source", "record", TRUTH))
    truth = {LinkRecord(a, b): whose for a, b, whose in zip(*names, strict=True)}
    begun = time.process_time()
    budget = asked.per_thousand * asked.rows // 1_000
    what = reviewed(proposed, truth, budget, right=asked.right, seed=asked.seed)
    print(f"automatic: {said(what.before)}")
    print(f"reviewed:  {said(what.after)}")
    print(
        f"{what.answers:,} answers, {1_000 * what.answers / asked.rows:.1f} for 1,000 records,"
        f" {time.process_time() - begun:.1f} s of CPU to order and fold"
    )


if __name__ == "__main__":
    main()
