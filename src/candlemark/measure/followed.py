"""One case followed through the files of every agency that has a record of it: its way, in order.

The records are those links take for one, from the automatic threshold on, with what people judged.
Each step says which agency says it, in the agency's own name for the stage; nothing is put right.
Beside each record stands how sure the link is by which it is there; and apart from them, which
records a link led to once, or may lead to yet, and why they are not followed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

import pyarrow as pa
import pyarrow.compute as pc

from candlemark.errors import NothingToMeasure
from candlemark.linkage.facts import DIFFERENT, SAME, LinkRecord
from candlemark.linkage.from_cases import CASES
from candlemark.linkage.uncertain import joined_from, links_at
from candlemark.measure.across import records_of
from candlemark.measure.columns import Flaw, day_of
from candlemark.measure.ledger_study import study_at
from candlemark.measure.moved import moves_kept_figures
from candlemark.measure.stages import ends_by_strength

if TYPE_CHECKING:
    from collections.abc import Iterator

    from candlemark.definition import Edition
    from candlemark.ledger import Ledger
    from candlemark.linkage.uncertain import Links
    from candlemark.measure.study import Study


_REASONS: Final = ("different", "disputed", "second", "once", "unsure")
"""Why a record is not followed, the strongest first."""


@dataclass(frozen=True, slots=True)
class FollowedRecord:
    """A record of the case, and the strongest link that leads to it from another one."""

    source: str
    record: str
    agency: str
    probability: float | None
    """None where people judged it, or where the record stands alone."""
    judged: bool


@dataclass(frozen=True, slots=True)
class NotFollowed:
    """A record somebody thought of, or the machine, that is not taken for the case."""

    source: str
    record: str
    why: str
    """``different``: people judged it so; ``disputed``: they disagree; ``second``: one says it is
    the same, and a second person has not said so yet; ``unsure``: nobody judged it, and by itself
    the link is not sure enough; ``once``: its source holds each case once, and another record of it
    is the case."""


@dataclass(frozen=True, slots=True)
class Step:
    """Something one agency says happened."""

    source: str
    record: str
    own: str
    """The agency's own name of the stage."""
    stage: str
    earliest: date | None
    latest: date | None
    ends: bool
    outcome: str
    """Group of outcomes; empty where nothing ended, or nobody says how."""
    doubt: str
    """``undated``, ``after`` the file was made, ``before`` the record's first stage; or empty."""


@dataclass(frozen=True, slots=True)
class Followed:
    """The way of one case through all agencies."""

    records: tuple[FollowedRecord, ...]
    steps: tuple[Step, ...]
    """In order of time, those without a day last."""
    apart: tuple[NotFollowed, ...] = ()
    """Records links lead to from those of the case, and that are not followed."""


def followed(
    ledger: Ledger,
    edition: Edition,
    record: LinkRecord,
    unit: str,
    *,
    vault_name: str = "",
    elsewhere: bool = False,
) -> Followed:
    """What every agency says of the case a record is of.

    Args:
        ledger: of an opened vault.
        edition: the definition.
        record: of any agency.
        unit: ``case`` or ``person``.
        vault_name: stands where an agency's name stands, for case files.
        elsewhere: only what other sources say, for whoever has the record itself before them.

    Raises:
        NothingToMeasure: no agency has this record.
        UnknownCrosswalk, NotMeasurable: as in ``study_at``.
    """
    links = links_at(ledger, unit, published=moves_kept_figures(ledger))
    groups = joined_from(links, links.thresholds.automatic)
    first = groups.get(record)
    members = sorted({record, *(one for one, group in groups.items() if group == first)})
    studies = {
        source: study_at(
            ledger,
            edition,
            "" if source == CASES else source,
            "",
            ledger.size,
            vault_name=vault_name,
        )
        for source in sorted({one.source for one in members})
        if not (elsewhere and source == record.source)
    }
    steps: list[Step] = []
    for source, study in studies.items():
        wanted = [one for one in members if one.source == source]
        steps += _steps(study, wanted)
    here = any(one.record == record.record and one.source == record.source for one in steps)
    if not (here or elsewhere):
        raise NothingToMeasure(
            f"no file of {record.source} says anything of this record",
            hint="candlemark link clusters names records; the latest batch counts",
        )
    steps.sort(key=_when)
    return Followed(
        tuple(
            _record(links, one, members, studies[one.source].agency)
            for one in members
            if one.source in studies
        ),
        tuple(steps),
        tuple(_not_followed(links, set(members))),
    )


def _not_followed(links: Links, members: set[LinkRecord]) -> Iterator[NotFollowed]:
    """Records beside those of the case, each with the strongest reason it is not one of them."""
    pairs = {*links.pairs, *links.judged, *links.waiting}
    beside: dict[LinkRecord, set[str]] = {}
    for pair in pairs:
        for one, other in (pair, pair[::-1]):
            if one in members and other not in members:
                beside.setdefault(other, set()).add(_why(links, pair))
    for other in sorted(beside):
        why = next(one for one in _REASONS if one in beside[other])
        yield NotFollowed(other.source, other.record, why)


def _why(links: Links, pair: tuple[LinkRecord, LinkRecord]) -> str:
    if pair in links.judged:
        return {DIFFERENT: "different", SAME: "once"}.get(links.judged[pair], "disputed")
    if pair in links.waiting:
        return "second"
    return "once" if links.pairs[pair] >= links.thresholds.automatic else "unsure"


def _record(
    links: Links, one: LinkRecord, members: list[LinkRecord], agency: str
) -> FollowedRecord:
    pairs = [(min(one, other), max(one, other)) for other in members if other != one]
    judged = any(links.judged.get(pair) == SAME for pair in pairs)
    values = [links.pairs[pair] for pair in pairs if pair in links.pairs]
    strongest = None if judged or not values else max(values)
    return FollowedRecord(one.source, one.record, agency, strongest, judged)


def _steps(study: Study, wanted: list[LinkRecord]) -> Iterator[Step]:
    names = records_of(study)
    units = {at: name for at, name in enumerate(names) if name in set(wanted)}
    strength = ends_by_strength(study.edition)
    events = study.events
    mine = events.filter(pc.is_in(events["unit"], value_set=_array(list(units), events)))
    for row in mine.sort_by("seq").to_pylist():
        stage = study.stages[row["stage"]]
        name = units[row["unit"]]
        outcome = row["outcome"]
        if name is not None:
            yield Step(
                source=name.source,
                record=name.record,
                own=stage.own,
                stage=stage.stage,
                earliest=None if row["lo"] is None else day_of(row["lo"]),
                latest=None if row["hi"] is None else day_of(row["hi"]),
                ends=bool(row["ends"]),
                outcome="" if outcome is None else strength[outcome],
                doubt="" if row["flaw"] == Flaw.NONE else Flaw(row["flaw"]).name.lower(),
            )


def _array(units: list[int], events: pa.Table) -> pa.Array:
    return pa.array(units, events["unit"].type)


def _when(step: Step) -> tuple[int, int, str]:
    """Without a day last."""
    if step.earliest is None or step.latest is None:
        return date.max.toordinal(), 0, step.source
    return step.earliest.toordinal(), step.latest.toordinal(), step.source
