"""Runs of the linkage engine as the ledger keeps them, made of pairs a test thinks up."""

import pyarrow as pa

from candlemark.definition import Definition
from candlemark.ids import new_id
from candlemark.ledger import Part
from candlemark.linkage.facts import Judgement, LinkRecord, LinkRun, Thresholds, TrainedOn
from candlemark.linkage.pairs import PAIRS, hash_of, pack


def keep_run(ledger, pairs, *, automatic=0.95, people=0.1, unit="case", once_each=(), adds_to=""):
    """Append a run that found these pairs: ``(left, right, probability)``; its identifier."""
    run = new_id("linkrun")
    rows = sorted(
        (
            {
                "left_source": left.source,
                "left_record": left.record,
                "right_source": right.source,
                "right_record": right.record,
                "probability": value,
                "weight": 1.0,
                "levels": [],
                "weights": [],
                "key": None,
            }
            for left, right, value in pairs
        ),
        key=lambda row: tuple(row.values())[:4],
    )
    pieces = list(pack(run, pa.Table.from_pylist(rows, PAIRS)))
    sources = sorted({record.source for left, right, _ in pairs for record in (left, right)})
    said = LinkRun(
        run=run,
        model="linkmodel_none",
        sources=tuple(TrainedOn(source, "1", 1) for source in sources),
        ledger_size=ledger.size,
        thresholds=Thresholds(automatic, people),
        pairs_hash=hash_of(pieces),
        pairs=len(rows),
        chunks=len(pieces),
        unit=unit,
        adds_to=adds_to,
        once_each=tuple(once_each),
    )
    ledger.append([Part("coded", (said,)), *(Part("coded", (piece,)) for piece in pieces)])
    return run


def judge(ledger, left, right, answer, unit="case"):
    """Append what somebody judged of two records; its identifier."""
    one, other = sorted((LinkRecord(*left), LinkRecord(*right)))
    said = Judgement(
        id=new_id("judgement"),
        edition=Definition.load().code,
        left=one,
        right=other,
        answer=answer,
        unit=unit,
    )
    ledger.append([Part("coded", (said,))])
    return said.id
