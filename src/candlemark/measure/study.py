"""What a question is asked of: one columnar table of stage events, wherever they come from.

An agency's batch and the case files of a vault become the same thing here.  A study decides nothing
about a cohort and drops nothing: what an import found doubtful stays, with its flaw, so that a
question can count it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from candlemark.casefile import ways_of
from candlemark.errors import NothingToMeasure, NotMeasurable
from candlemark.measure import from_batch, from_cases

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from candlemark.agency import BatchTables
    from candlemark.casefile import CaseFile, Way
    from candlemark.definition import Crosswalk, Edition
    from candlemark.measure.stages import StudyStage

_ENDED_ONLY = "the source lists only cases that reached an end"


@dataclass(frozen=True, slots=True, eq=False)
class Study:
    """Everything a question needs; made by :meth:`from_batch` or :meth:`from_cases`."""

    agency: str
    """The agency's own name, or the vault's for case files."""
    crosswalk: str
    unit: str
    """Term of ``counting-units``."""
    edition: Edition
    stages: tuple[StudyStage, ...]
    """In the order of the definition; own stages of one code in the agency's order."""
    entry: int
    """Place in ``stages`` of the stage at which units enter when nobody says otherwise."""
    ends: tuple[str, ...]
    """Groups of outcomes in which a way can end, in the order of the definition."""
    known_until: date
    """The last day the data can know of."""
    stated: bool
    """True when the source says so; False when it is the latest day found in the data."""
    tracked_from: date | None
    """First day on which a unit could be seen to end; None when it is from its entry on."""
    why_not: str
    """Why no share can be computed from this source; empty when it can."""
    simulated: bool
    batch: str
    ledger_size: int
    ledger_head: str
    units: int
    events: pa.Table
    """Columns of ``columns.EVENTS``."""
    codes: pa.Table
    """Columns of ``columns.CODES``."""
    beyond: Study | None = None
    """For case files: the ways beyond the state, which are a cohort of their own."""
    names: pa.Array | None = None
    """The source's own name of each unit, in the order of units; for lists inside the house."""
    clusters: pa.Array | None = None
    """What units share: the incident of a batch, the case of a way; null where it is nothing."""
    left_out: int = 0
    """For case files: cases that are not in it, because somebody in them refused consent to
    statistics, took it back, or must not be exposed to it.  The number stays inside: beside a
    public figure of few cases it would say who."""
    crosswalk_fingerprint: str = ""
    """Of the crosswalk the batch was read by; empty for case files."""

    @property
    def schemes(self) -> tuple[str, ...]:
        """The schemes this source codes, in the order of the definition: what ``by`` can be."""
        there = set(pc.unique(self.codes["scheme"]).to_pylist())
        return tuple(scheme.code for scheme in self.edition.schemes if scheme.code in there)

    @classmethod
    def from_batch(
        cls,
        tables: BatchTables,
        crosswalk: Crosswalk,
        edition: Edition,
        *,
        as_of: date | None = None,
        imported_on: date | None = None,
        tracked_from: date | None = None,
        batch: str = "",
        ledger_size: int = 0,
        ledger_head: str = "",
    ) -> Study:
        """The study of one import.

        Args:
            tables: as :func:`candlemark.agency.tables` gives them; ``raw`` is not read.
            crosswalk: the one the batch was read by.
            edition: the one it was coded under.
            as_of: the day the agency made the file.  Without it the latest day in the data
                stands in, as far as it is not in doubt and not after ``imported_on``.
            imported_on: the day of the import.
            tracked_from: the day the agency's tracking began, when units that came earlier are
                seen from then on only and those that ended before it are not in the file.
            batch: identifier of the batch.
            ledger_size: leaves of the ledger when the tables were read.
            ledger_head: its hash at that size.

        Raises:
            NothingToMeasure: there is no unit.
            NotMeasurable: the batch holds stages this version of the crosswalk does not name, or
                no day at all.
        """
        cases = tables.cases["case"].combine_chunks()
        if not len(cases):
            raise NothingToMeasure("the batch holds no units", hint="import a file with rows")
        stages, entry = from_batch.stages(crosswalk, edition)
        events = from_batch.events(tables.events, cases, stages, crosswalk, edition)
        known_until = as_of or from_batch.latest_day(events, imported_on)
        if known_until is None:
            raise NotMeasurable(
                "the batch holds no date, and nobody said of which day it is",
                hint="import it with --as-of and the day the agency made the file",
            )
        return cls(
            agency=crosswalk.agency,
            crosswalk=crosswalk.code,
            unit=crosswalk.unit,
            edition=edition,
            stages=stages,
            entry=entry,
            ends=from_batch.possible_ends(crosswalk, edition, events),
            known_until=known_until,
            stated=as_of is not None,
            tracked_from=tracked_from,
            why_not="" if crosswalk.cohort else crosswalk.cohort_note or _ENDED_ONLY,
            simulated=crosswalk.simulated,
            batch=batch,
            ledger_size=ledger_size,
            ledger_head=ledger_head,
            units=len(cases),
            events=events,
            codes=from_batch.codes(tables.codes, cases),
            crosswalk_fingerprint=crosswalk.fingerprint,
            names=cases.cast(pa.string()),
            clusters=from_batch.clusters(tables.cases),
        )

    @classmethod
    def from_cases(
        cls,
        casefiles: Sequence[CaseFile],
        edition: Edition,
        *,
        name: str,
        as_of: date,
        simulated: bool = False,
        ledger_size: int = 0,
        ledger_head: str = "",
        left_out: int = 0,
    ) -> Study:
        """The study of the case files of a vault; the unit is a person's way through a proceeding.

        Ways beyond the state are a cohort of their own; ask from one of their stages (``lodged``).

        Units enter at the stage that most of them reached with a date, the earlier one of two.

        Args:
            casefiles: the folds of the cases.
            edition: the present one.
            name: the vault's name, which stands where an agency's stands.
            as_of: the last day the case files can know of.
            simulated: True when the cases are invented.
            ledger_size: leaves of the ledger when the cases were read.
            ledger_head: its hash at that size.
            left_out: cases that may not be counted and are not among ``casefiles``.

        Raises:
            NothingToMeasure: there is no case, or none holds a stage.
        """
        return cls.from_ways(
            [way for case in casefiles for way in ways_of(case)],
            edition,
            name=name,
            as_of=as_of,
            simulated=simulated,
            ledger_size=ledger_size,
            ledger_head=ledger_head,
            left_out=left_out,
        )

    @classmethod
    def from_ways(
        cls,
        found: Sequence[Way],
        edition: Edition,
        *,
        name: str,
        as_of: date,
        simulated: bool = False,
        ledger_size: int = 0,
        ledger_head: str = "",
        left_out: int = 0,
    ) -> Study:
        """The study of the ways of case files; see :meth:`from_cases`.

        Raises:
            NothingToMeasure: there is none, or none holds a stage.
        """
        sorts = [
            cls._of_ways(
                ways,
                edition,
                name=name,
                as_of=as_of,
                simulated=simulated,
                ledger=(ledger_size, ledger_head),
                left_out=left_out,
            )
            for ways in (
                [way for way in found if not way.beyond],
                [way for way in found if way.beyond],
            )
            if from_cases.stages(ways, edition)
        ]
        if not sorts:
            raise NothingToMeasure(
                "no case file of the vault holds a stage",
                hint="enter a stage of a case, or name an agency's crosswalk",
            )
        return sorts[0] if len(sorts) == 1 else replace(sorts[0], beyond=sorts[1])

    def entered_at(self, stage: str) -> Study:
        """The study whose units can enter at a stage: this one, or the one beyond the state."""
        if self.beyond is None or any(stage in {one.own, one.stage} for one in self.stages):
            return self
        if any(stage in {one.own, one.stage} for one in self.beyond.stages):
            return self.beyond
        return self

    @property
    def entry_stages(self) -> tuple[StudyStage, ...]:
        """Every stage a question can be asked from."""
        return self.stages if self.beyond is None else (*self.stages, *self.beyond.stages)

    @classmethod
    def _of_ways(
        cls,
        ways: Sequence[Way],
        edition: Edition,
        *,
        name: str,
        as_of: date,
        simulated: bool,
        ledger: tuple[int, str],
        left_out: int,
    ) -> Study:
        """The study of ways of one sort."""
        stages = from_cases.stages(ways, edition)
        events = from_cases.events(ways, stages, edition)
        found = from_batch.ends_found(events, edition)
        return cls(
            agency=name,
            crosswalk="",
            unit="person-in-proceeding",
            edition=edition,
            stages=stages,
            entry=from_cases.entry(ways, stages),
            ends=tuple(term.code for term in edition.scheme("outcomes").top if term.code in found),
            known_until=as_of,
            stated=True,
            tracked_from=None,
            why_not="",
            simulated=simulated,
            batch="",
            ledger_size=ledger[0],
            ledger_head=ledger[1],
            units=len(ways),
            events=events,
            codes=from_cases.codes(ways, edition),
            names=from_cases.names(ways),
            clusters=pa.array([way.case or None for way in ways], pa.string()),
            left_out=left_out,
        )
