"""What is asked of a stay table, and what the answer stands on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from candlemark.errors import NotMeasurable
from candlemark.measure.answerable import HORIZONS, horizons
from candlemark.measure.estimators import Stays
from candlemark.measure.figure import METHODS, ROBUST, UNCERTAINTIES, Basis, Doubt, Filled
from candlemark.measure.log import Ask, Flag, asked

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from contextlib import AbstractContextManager

    from candlemark.measure.log import AskedCohort, StayTable

_IN_THE_MIDDLE: Final = frozenset({"standardised", "trend"})
"""Questions that put a coarse date in the middle of what it can be."""
LEAST: Final = 10
"""Groups in which fewer entered than this are not divided further: one unit is ten points."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question about the cohorts of a stay table."""

    table: StayTable
    ask: Ask = field(default_factory=Ask)
    at: tuple[int, ...] = HORIZONS
    """Days after entry."""
    robust: bool = False
    """Errors by the infinitesimal jackknife instead of Greenwood's."""
    engine: str = "duckdb"
    source: str = ""
    """SHA-256 in hex of the file the table was read from."""
    reading: tuple[tuple[str, str], ...] = ()
    """Which column said what."""

    def __post_init__(self) -> None:
        """Refuse horizons that are no days."""
        object.__setattr__(self, "at", tuple(horizons(self.at)))

    def open(self) -> AbstractContextManager[AskedCohort]:
        """The cohort of the question.

        Raises:
            NotMeasurable, NothingToMeasure, SettingRefused: see ``candlemark.measure.log.asked``.
        """
        return asked(self.table, self.ask, engine=self.engine)


def basis(
    question: Question, cohort: AskedCohort, name: str, *, drawn: bool | None = None
) -> Basis:
    """What the figure of a cohort stands on; ``name`` is its question.

    ``drawn`` says whether coarse dates are drawn in it, where that is not always so.
    """
    table, ask = question.table, question.ask
    first = next((state for state in table.states if ask.from_state in {state.own, state.code}),
                 None) if ask.from_state else None  # fmt: skip
    plain = name in {"occupancy", "incidence"}
    return Basis(
        question=name,
        agency=table.source,
        crosswalk=table.crosswalk,
        unit=table.unit,
        edition=table.edition,
        edition_fingerprint=table.edition_fingerprint,
        as_of=cohort.as_of,
        from_stage=first.stage if first else "",
        from_own=first.own if first else "",
        by=ask.by,
        batch=table.batch,
        ledger_size=table.ledger_size,
        ledger_head=table.ledger_head,
        simulated=table.simulated,
        doubts=tuple(_doubts(cohort, drawn=name not in _IN_THE_MIDDLE if drawn is None else drawn)),
        as_of_stated=table.stated or cohort.as_of != table.known_until,
        at=question.at if name != "durations" else (),
        source=question.source,
        tracked_from=min(table.tracked_from.values(), default=None),
        known_until=table.known_until,
        method=METHODS[name],
        uncertainty=ROBUST if plain and question.robust else UNCERTAINTIES[name],
        coverage=tuple(_coverage(cohort)),
        window=tuple(day.isoformat() if day else "" for day in ask.window),  # type: ignore[arg-type]
        where=tuple((one.scheme, term) for one in ask.where for term in one.terms),
        stepwise=True,
        reading=question.reading,
    )


def _doubts(cohort: AskedCohort, *, drawn: bool) -> Iterator[Doubt]:
    """What a reader must know; ``drawn``: this figure draws the dates that are coarse."""
    aside = cohort.table.aside
    for code, count in (
        ("undated", aside.undated),
        ("date-after-as-of", aside.after),
        ("after-end", aside.after_end),
        ("crowded", aside.crowded),
        ("not-complete", aside.incomplete),
    ):
        if count:
            yield Doubt(code, "", count)
    coarse = cohort.columns(
        f"SELECT COUNT(DISTINCT unit) AS many FROM stay WHERE (flags & {Flag.COARSE:d}) <> 0"
    )
    if int(coarse["many"][0]):
        yield Doubt("date-coarse" if drawn else "date-middle", "", int(coarse["many"][0]))


def _coverage(cohort: AskedCohort) -> Iterator[Filled]:
    """How many events have a day, and how many units are coded by what divides them."""
    dated, undated = cohort.table.rows.num_rows, cohort.table.aside.undated
    yield Filled("date", "", dated, dated + undated)
    if cohort.ask.by in cohort.table.schemes:
        codes = cohort.table.codes
        mine = codes.filter(np.asarray(codes["scheme"].to_pylist(), dtype=object) == cohort.ask.by)
        coded = mine.filter(np.logical_not(mine["absent"].to_numpy(zero_copy_only=False)))
        known = set(coded["unit"].to_pylist())
        entered = cohort.columns("SELECT DISTINCT unit FROM entered")["unit"].tolist()
        yield Filled("group", cohort.ask.by, sum(unit in known for unit in entered), len(entered))


def check_sizes(cohort: AskedCohort) -> None:
    """Refuse a division into groups of which none is large enough to say anything.

    Raises:
        NotMeasurable: every group is too small.
    """
    sizes = cohort.entered()
    if cohort.ask.by and int(sizes.max()) < LEAST:
        raise NotMeasurable(
            f"{len(sizes)} groups of at most {int(sizes.max())} say nothing about any of them",
            hint=f"divide by something coarser, so that groups have {LEAST} or more, or not at all",
        )


def stays_of(cohort: AskedCohort, group: int) -> Stays:
    """The stays of a group one by one, each with its unit and what it shares with others."""
    found: Mapping[str, np.ndarray] = cohort.columns(
        f"""
        SELECT s.unit AS unit, s.cluster AS cluster, s.state AS state, s.entry AS entry,
               s.leave AS leave, s.next AS went
        FROM stay s JOIN member m ON m.unit = s.unit AND m.grp = {group}
        WHERE (s.flags & {Flag.FINAL:d}) = 0 ORDER BY s.unit, s.seq"""
    )
    return Stays(
        cluster=found["cluster"],
        state=found["state"],
        entry=found["entry"],
        leave=found["leave"],
        to=found["went"],
        unit=found["unit"],
    )
