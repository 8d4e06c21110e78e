"""What agencies say of a case entered by hand, in their own files, by links."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from candlemark import measure
from candlemark.errors import CandlemarkError
from candlemark.linkage.facts import CASE, LinkRecord
from candlemark.linkage.from_cases import CASES
from candlemark.linkage.said import compared_with
from candlemark.web.sources import source_name

if TYPE_CHECKING:
    from candlemark.measure import FollowedRecord, NotFollowed, Step
    from candlemark.web.doors import Door
    from candlemark.web.reader import Reader


@dataclass(frozen=True, slots=True)
class StepShown:
    """One step of one agency."""

    when: str
    """Empty where no day is known."""
    source: str
    stage: str
    """In the agency's own words."""
    ended: str
    """How it ended there; empty where it did not."""
    step: Step


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Everything other sources say, and how sure it is that they speak of this case."""

    steps: tuple[StepShown, ...]
    records: tuple[tuple[str, FollowedRecord], ...]
    """What the source of each is called, and the record."""
    apart: tuple[tuple[str, NotFollowed], ...]
    refused: CandlemarkError | None = None
    """Why the files of the others could not be read."""


def elsewhere(door: Door, reader: Reader, case_id: str) -> Elsewhere | None:
    """What other sources say of a case; None where no run ever compared it with any."""
    ledger = door.vault.ledger
    if not compared_with(ledger, CASES):
        return None
    try:
        found = measure.followed(
            ledger,
            door.edition,
            LinkRecord(CASES, case_id),
            CASE,
            vault_name=door.vault.name,
            elsewhere=True,
        )
    except CandlemarkError as error:
        return Elsewhere((), (), (), error)
    return Elsewhere(
        tuple(_step(door, reader, one) for one in found.steps),
        tuple((source_name(door, reader, one.source), one) for one in found.records),
        tuple(
            (source_name(door, reader, one.source), one)
            for one in found.apart
            if one.source != CASES  # another case file is a matter of the review desk
        ),
    )


def _step(door: Door, reader: Reader, step: Step) -> StepShown:
    when = ""
    if step.earliest is not None and step.latest is not None:
        days = dict.fromkeys((step.earliest, step.latest))
        when = " – ".join(reader.day(day) for day in days)
    called = source_name(door, reader, step.source)
    return StepShown(when, called, _stage(door, reader, step), _ended(door, reader, step), step)


def _stage(door: Door, reader: Reader, step: Step) -> str:
    """What the agency calls the stage; by its code where nobody knows."""
    crosswalk = door.crosswalk_or_none(step.source)
    rules = crosswalk.stages if crosswalk is not None else ()
    known = next((rule.labels for rule in rules if rule.own == step.own), None)
    return reader.text(known) if known else _term(door, reader, "stages", step.stage)


def _ended(door: Door, reader: Reader, step: Step) -> str:
    return _term(door, reader, "outcomes", step.outcome) if step.outcome else ""


def _term(door: Door, reader: Reader, scheme: str, code: str) -> str:
    found = door.edition.scheme(scheme)
    return reader.text(found.term(code).labels) if code in found else code
