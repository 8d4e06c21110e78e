"""What a page of the review desk costs at many pairs, beside folding every pair for it.

``python bench/queue_ratio.py [--pairs N] [--judged N]``.  A vault on disk gets a run of invented
pairs and judgements of some of them.  Printed is computing time, the median of several rounds: of
the fold over all pairs, as every page had it once; of the same from the read model, right after a
judgement, so that nothing can be remembered; of finding out clusters both ways; of a link's
explanation, all that is done for it; and of what a new run costs once.
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from candlemark import agency, casefile, linkage, measure
from candlemark.definition import Definition
from candlemark.ids import new_id
from candlemark.ledger import Part, Vault
from candlemark.linkage.clusters import clusters_of
from candlemark.linkage.engine.levels import levels_of
from candlemark.linkage.engine.model import LinkModel, Shares
from candlemark.linkage.engine.plan import load_plan
from candlemark.linkage.facts import LinkModelKept, LinkRun, Thresholds, TrainedOn
from candlemark.linkage.judging import (
    Answer,
    Page,
    clusters_as_judged,
    deciding_judgements,
    explanation,
    judge,
    judging,
)
from candlemark.linkage.judging.weighed import findings_of
from candlemark.linkage.pairs import PAIRS, hash_of, pack
from candlemark.linkage.said import evidence_of, model_of, run_of
from candlemark.measure.moved import moves_kept_figures
from candlemark.seal import Cost, new_passphrase
from candlemark.tongues import INTERFACE

if TYPE_CHECKING:
    from collections.abc import Callable

    from candlemark.ledger import Ledger
    from candlemark.linkage.judging import Judging

KINDS = agency.KINDS | casefile.KINDS | linkage.KINDS | measure.KINDS
ROUNDS = 9


def invented_model() -> LinkModel:
    """A model whose shares are made up; what a page costs does not depend on them."""
    plan = load_plan("cases")
    shares = {}
    for one in plan.comparisons:
        levels = len(levels_of(one).labels)
        shares[one.name] = tuple(
            Shares(0.8 if n == 0 else 0.2 / (levels - 1), 0.01 * 3**n if n < levels - 1 else 0.9)
            for n in range(levels)
        )
    return LinkModel(plan, 0.001, shares)


def say_run(ledger: Ledger, many: int, chance: random.Random) -> str:
    """A run of so many pairs between two agencies; its identifier."""
    by, run = invented_model(), new_id("linkrun")
    pairs = {}
    while len(pairs) < many:
        at = chance.randrange(many)
        pairs[f"c{at + chance.randrange(3):07}", f"p{at:07}"] = chance.choice(
            [0.2, 0.4, 0.6, 0.9, 0.99, 0.995]
        )
    comparisons = len(by.plan.comparisons)
    weights = [by.shares[one.name][0].weight for one in by.plan.comparisons]
    table = pa.Table.from_pylist(
        [
            {
                "left_source": "az-court",
                "left_record": left,
                "right_source": "az-police",
                "right_record": right,
                "probability": value,
                "weight": sum(weights),
                "levels": [0] * comparisons,
                "weights": weights,
                "key": None,
            }
            for (left, right), value in sorted(pairs.items())
        ],
        PAIRS,
    )
    kept = LinkModelKept(
        model=new_id("linkmodel"),
        version=1,
        settings=by.document,
        trained_on=(TrainedOn("az-court", "1", many),),
        columns_version=by.plan.columns,
        content_hash="",
    )
    pieces = list(pack(run, table))
    said = LinkRun(
        run=run,
        model=kept.model,
        sources=(TrainedOn("az-court", "1", many), TrainedOn("az-police", "1", many)),
        ledger_size=ledger.size,
        thresholds=Thresholds(0.98, 0.1),
        pairs_hash=hash_of(pieces),
        pairs=table.num_rows,
        chunks=len(pieces),
    )
    ledger.append_all([[Part("coded", (one,))] for one in (kept, said, *pieces)])
    return run


def seconds(what: Callable[[], object]) -> float:
    """Computing time of one round."""
    begun = time.process_time()
    what()
    return time.process_time() - begun


def main() -> None:
    """Print one line for each."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--pairs", type=int, default=20_000)
    options.add_argument("--judged", type=int, default=720)
    asked = options.parse_args()
    chance, edition = random.Random(7), Definition.load()  # noqa: S311 - invented pairs
    words = new_passphrase()
    with (
        tempfile.TemporaryDirectory() as folder,
        Vault.create(Path(folder) / "v", words, "V", cost=Cost.QUICK, kinds=KINDS) as vault,
    ):
        ledger, roster = vault.ledger, vault.members.roster()
        run = say_run(ledger, asked.pairs, chance)

        def desk(near: Page | None) -> Judging:
            stands = judging(ledger, roster, "case", moves_kept_figures(ledger), near)
            stands.between("", ())
            return stands

        proposed = judging(ledger, roster).proposed
        for one in chance.sample(proposed, asked.judged):
            answer = chance.choice(["same", "different"])
            judge(ledger, edition, Answer(one.pair, answer, blind=True))
        print(f"a new run, once: {seconds(lambda: desk(Page())):.2f} s")
        whole, page, folded, kept = [], [], [], []
        for _ in range(ROUNDS):
            answer = chance.choice(["same", "different"])
            judge(ledger, edition, Answer(chance.choice(proposed).pair, answer, blind=True))
            page.append(seconds(lambda: desk(Page()).queue))
            kept.append(seconds(lambda: clusters_as_judged(ledger, roster)))
            whole.append(seconds(lambda: desk(None).queue))
            decide = deciding_judgements(ledger, roster)
            folded.append(seconds(partial(clusters_of, ledger, "case", decide)))

        def explain() -> None:
            fact = run_of(ledger, run)
            row = evidence_of(ledger, fact, asked.pairs // 2)
            found = findings_of(model_of(ledger, fact.fact.model), row)
            for tongue in INTERFACE:
                explanation(found, tongue)

        several = [seconds(explain) for _ in range(ROUNDS)]
    for name, slow, quick in (("queue", whole, page), ("clusters", folded, kept)):
        before, after = (1_000 * statistics.median(one) for one in (slow, quick))
        print(
            f"{name}: {before:.0f} ms folded whole, {after:.0f} ms from the read model,"
            f" ratio {after / before:.2f}"
        )
    print(f"explanation in five tongues: {1_000 * statistics.median(several):.1f} ms")


if __name__ == "__main__":
    main()
