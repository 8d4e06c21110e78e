"""One figure of several agencies that may not show each other their cases: they share counts.

Each writes the three aggregates of its cohort into a file (docs/formats); the sum of
the files gives exactly the figure of all cases together.  Robust errors and comparisons need cases
and cannot be had this way.  A count of few can tell somebody apart: how many there are is said
before the file leaves the house.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

import numpy as np

from candlemark.errors import NotMeasurable
from candlemark.measure.answers.standing import curve_of, horizons_of
from candlemark.measure.estimators import CENSORED, occupation
from candlemark.measure.estimators.federated import Shared, joint, read, telling, written
from candlemark.measure.figure import (
    METHODS,
    UNCERTAINTIES,
    Basis,
    Occupancy,
    OccupancyGroup,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from candlemark.measure.answers.asking import Question
    from candlemark.measure.estimators import Counts
    from candlemark.measure.log import StayTable

_WORDS = "the log's own words"
SHARED: Final = "shared"
"""Name of the pairs that say from which files a joint figure was made, in its ``reading``."""


@dataclass(frozen=True, slots=True)
class SharedCounts:
    """A file of counts, and how many of its rows stand for fewer than five units."""

    content: bytes
    telling: int
    rows: int


def share(question: Question, agency: str) -> SharedCounts:
    """The counts of an undivided cohort, for others to add to theirs.

    Args:
        question: what is asked; it must name where units enter, so that all begin alike.
        agency: whose cases these are, by its own name; others may not have it.

    Raises:
        NotMeasurable: the cohort is divided, or does not begin in one state.
        NothingToMeasure, SettingRefused: the log cannot answer, and why.
    """
    ask = question.ask
    if ask.by or not ask.from_state:
        raise NotMeasurable(
            "counts are shared of one cohort that begins in one state",
            hint="name where cases enter with --from, and leave out --by",
        )
    with question.open() as cohort:
        (counts,) = cohort.counts()
        table = cohort.table
        names = _names(table)
        said = {
            "from": names[_first(table, ask.from_state)],
            "window": [day.isoformat() if day else "" for day in ask.window],
            "where": [[one.scheme, *one.terms] for one in ask.where],
        }
        shared = Shared(
            question=json.dumps(said, ensure_ascii=False, sort_keys=True),
            unit=table.unit,
            edition=table.edition_fingerprint or _WORDS,
            states=names,
            agencies=(agency or table.source,),
            as_of=(cohort.as_of.isoformat(),),
            protection=("exact",),
            counts=counts,
        )
    rows = sum(len(each) for each in (counts.moves, counts.entries, counts.exits))
    return SharedCounts(written(shared), telling(counts), rows)


def _names(table: StayTable) -> tuple[str, ...]:
    """What the states are called in a file that another agency reads.

    Under one edition two agencies mean the same by a code, whatever each calls the stage; where one
    agency has two stages of one code they keep its own names.
    """
    codes = [state.code for state in table.states]
    return tuple(
        state.code if table.edition and codes.count(state.code) == 1 else state.own
        for state in table.states
    )


def _first(table: StayTable, name: str) -> int:
    """The number of the state in which units enter; the question was checked for it."""
    return next(n for n, state in enumerate(table.states) if name in {state.own, state.code})


def stand_jointly(files: Sequence[bytes], at: Sequence[int]) -> Occupancy:
    """Where the units of all agencies together stand, from what each of them shared.

    Raises:
        SourceMalformed: one is no file of counts; every fault of it.
        NotMeasurable: they are not of one question, or an agency is in two of them.
    """
    whole = joint([read(content) for content in files])
    counts = whole.counts
    found = occupation(counts)
    days = np.asarray(sorted(set(at)), dtype=np.int64)
    standing = _standing(counts)
    group = OccupancyGroup(
        group="",
        entered=sum(standing),
        states=whole.states,
        standing=standing,
        horizons=horizons_of(found, days, whole.states),
        curve=curve_of(found),
    )
    hashes = [hashlib.sha256(content).hexdigest() for content in files]
    return Occupancy(_basis(whole, tuple(days.tolist()), hashes), (group,))


def _standing(counts: Counts) -> tuple[int, ...]:
    """How many stand in each state when observation ends: those never seen to leave it."""
    left = np.zeros(counts.states, dtype=np.int64)
    came = np.zeros(counts.states, dtype=np.int64)
    gone = np.zeros(counts.states, dtype=np.int64)
    np.add.at(left, counts.exits[:, 1], counts.exits[:, 2])
    moved = counts.moves[counts.moves[:, 2] != CENSORED]
    np.add.at(gone, moved[:, 1], moved[:, 3])
    np.add.at(came, moved[:, 2], moved[:, 3])
    return tuple(np.where(counts.final, came, left - gone).tolist())


def _basis(whole: Shared, at: tuple[int, ...], hashes: Sequence[str]) -> Basis:
    said = json.loads(whole.question)
    return Basis(
        question="occupancy",
        agency=" + ".join(whole.agencies),
        crosswalk="",
        unit=whole.unit,
        edition="",
        edition_fingerprint=whole.edition if whole.edition != _WORDS else "",
        as_of=min(map(date.fromisoformat, whole.as_of)),
        from_stage="",
        from_own=str(said["from"]),
        by="",
        batch="",
        ledger_size=0,
        ledger_head="",
        simulated=False,
        at=at,
        source=hashlib.sha256(written(whole)).hexdigest(),
        method=METHODS["occupancy"],
        uncertainty=UNCERTAINTIES["occupancy"],
        window=tuple(said["window"]),
        where=tuple((scheme, term) for scheme, *terms in said["where"] for term in terms),
        stepwise=True,
        reading=(
            ("federated", ", ".join(whole.protection)),
            *((SHARED, each) for each in hashes),
        ),
    )
