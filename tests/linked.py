"""A vault in which records were compared: case files of invented people, a model, a run with pairs.

The run is said by hand, with a model whose shares are made up: what a page shows of a pair does not
depend on how the model was trained.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import pyarrow as pa

from candlemark import casefile
from candlemark.casefile.facts import (
    Act,
    BiasGround,
    GroundStanding,
    IdentityStated,
    IncidentDescribed,
    PersonInRole,
    Spelling,
    Words,
)
from candlemark.casefile.record import opening_of
from candlemark.dates import PartialDate
from candlemark.ids import new_id
from candlemark.ledger import Part
from candlemark.linkage.engine.levels import levels_of
from candlemark.linkage.engine.model import LinkModel, Shares
from candlemark.linkage.engine.plan import load_plan
from candlemark.linkage.facts import LinkModelKept, LinkRecord, LinkRun, Thresholds, TrainedOn
from candlemark.linkage.judging.standing import pair_of
from candlemark.linkage.pairs import PAIRS, hash_of, pack

AUTOMATIC, PEOPLE = 0.98, 0.1


@dataclass(frozen=True)
class One:
    """A case file of one person, as it is written."""

    title: str
    name: str
    tongue: str = "az"
    day: str = "2014-01-22"
    place: str = "Bakı"
    born: str = ""
    offence: str = "assault"
    ground: str = "religion"


def say_case(ledger, edition, one: One) -> LinkRecord:
    """Say a case file; the record it is for linkage."""
    opened = opening_of(edition, {"en": one.title})
    case, person = opened.case, new_id("person")

    def said(kind, **fields):
        return kind(id=new_id("fact"), case=case, edition=edition.code, **fields)

    casefile.say(
        ledger,
        edition,
        [
            opened,
            said(PersonInRole, person=person, roles=("victim",)),
            said(
                IdentityStated,
                person=person,
                names=(Spelling(text=one.name, language=one.tongue),),
                birth=PartialDate.parse(one.born) if one.born else None,
            ),
            said(
                IncidentDescribed,
                incident=new_id("incident"),
                when=PartialDate.parse(one.day),
                country="AZ",
                place=(Words(one.place, "az"),),
                acts=(Act(offence=one.offence, to=(person,)),),
                grounds=(BiasGround(ground=one.ground, standing=GroundStanding.ALLEGED),),
            ),
        ],
    )
    return LinkRecord("cases", case)


def model(plan="cases") -> LinkModel:
    """A model whose shares are made up: the first level is rare by chance, the last is not."""
    found = load_plan(plan)
    shares = {}
    for one in found.comparisons:
        levels = len(levels_of(one).labels)
        shares[one.name] = tuple(
            Shares(0.8 if n == 0 else 0.2 / (levels - 1), 0.01 * 3**n if n < levels - 1 else 0.9)
            for n in range(levels)
        )
    return LinkModel(found, 0.001, shares)


def say_run(ledger, pairs, unit="case", adds_to="") -> str:
    """Say a run that found these pairs: (one, other, probability) or with a key; its identifier.

    Of each pair the first comparison agrees, the second is unknown, the last differs.
    """
    by, run = model("cases" if unit == "case" else "persons"), new_id("linkrun")
    document = by.document
    kept = LinkModelKept(
        model=new_id("linkmodel"),
        version=1,
        settings=document,
        trained_on=(TrainedOn("cases", str(ledger.size), 10),),
        columns_version=by.plan.columns,
        content_hash=hashlib.sha256(document).hexdigest(),
    )
    table = pa.Table.from_pylist([_row(by, *one) for one in sorted(pairs, key=_order)], PAIRS)
    pieces = list(pack(run, table))
    fact = LinkRun(
        run=run,
        model=kept.model,
        sources=kept.trained_on,
        ledger_size=ledger.size,
        thresholds=Thresholds(AUTOMATIC, PEOPLE),
        pairs_hash=hash_of(pieces),
        pairs=table.num_rows,
        chunks=len(pieces),
        unit=unit,
        adds_to=adds_to,
    )
    ledger.append_all([[Part("coded", (one,))] for one in (kept, fact, *pieces)])
    return run


def _order(one):
    return pair_of(one[0], one[1])


def _row(by, one, other, probability, key=None):
    left, right = pair_of(one, other)
    last = len(by.plan.comparisons) - 1
    levels, weights = [], []
    for n, each in enumerate(by.plan.comparisons):
        shares = by.shares[each.name]
        level = -1 if n == 1 else len(shares) - 1 if n == last else 0
        levels.append(level)
        weights.append(0.0 if level < 0 else shares[level].weight)
    return {
        "left_source": left.source,
        "left_record": left.record,
        "right_source": right.source,
        "right_record": right.record,
        "probability": probability,
        "weight": sum(weights),
        "levels": levels,
        "weights": weights,
        "key": key,
    }
