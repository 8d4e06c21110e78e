"""Commands that measure, of a vault or of a log of events that comes as a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from candlemark import measure
from candlemark.cli.asking import (
    Answer,
    Asking,
    answer,
    at_option,
    question_options,
    read_days,
    share,
    show,
)
from candlemark.cli.beside import compare, standardise, trend
from candlemark.cli.figure_tables import (
    print_attrition,
    print_durations,
    print_incidence,
    print_occupancy,
)
from candlemark.cli.naming import Names
from candlemark.cli.reproducing import kept, read_file, reproduce
from candlemark.definition import Definition
from candlemark.errors import SettingRefused
from candlemark.measure import answers

if TYPE_CHECKING:
    from datetime import date

    from candlemark.measure import Attrition, Durations, Incidence, Occupancy


@click.group("measure")
def measure_commands() -> None:
    """What justice did: how many stand where after how long, pending cases counted as pending."""


measure_commands.add_command(reproduce)
measure_commands.add_command(kept)
measure_commands.add_command(compare)
measure_commands.add_command(standardise)
measure_commands.add_command(trend)


@measure_commands.command()
@click.option(
    "--federated",
    multiple=True,
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Counts that an agency shared; given for each agency, the figure is that of all cases.",
)
@click.option(
    "--share-counts",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write the counts of this question for a joint figure, instead of the figure.",
)
@click.option("--as-agency", default="", metavar="NAME", help="Whose counts these are.")
@at_option
@question_options
def occupancy(
    federated: tuple[Path, ...],
    share_counts: Path | None,
    as_agency: str,
    at: str,
    **options: Any,
) -> None:
    """Of those who entered, how many stand where after how long (Aalen-Johansen)."""
    days = read_days(at)
    if federated:
        joint = answers.stand_jointly([read_file(path) for path in federated], days)
        show(Answer(joint, _words_of(joint)), print_occupancy, options)
        return
    if share_counts is not None:
        share(share_counts, as_agency, options)
        return

    def ask(study: measure.Study, from_stage: str, by: str, as_of: date | None) -> Occupancy:
        return measure.occupancy(study, from_stage=from_stage, at=days, by=by, as_of=as_of)

    answer(Asking(ask, answers.stand, print_occupancy, days), **options)


@measure_commands.command()
@at_option
@question_options
def incidence(at: str, **options: Any) -> None:
    """Of those who entered, how many had ever reached each stage by when."""
    days = read_days(at)

    def ask(study: measure.Study, from_stage: str, by: str, as_of: date | None) -> Incidence:
        return measure.incidence(study, from_stage=from_stage, at=days, by=by, as_of=as_of)

    answer(Asking(ask, answers.reach, print_incidence, days), **options)


@measure_commands.command()
@question_options
def attrition(**options: Any) -> None:
    """How many reached each stage, with the ended and the pending apart."""
    if options["robust"]:
        raise SettingRefused(
            "a count of everybody has no errors", hint="leave out --robust, or ask occupancy"
        )

    def ask(study: measure.Study, from_stage: str, by: str, as_of: date | None) -> Attrition:
        return measure.attrition(study, from_stage=from_stage, by=by, as_of=as_of)

    answer(Asking(ask, answers.count, print_attrition), **options)


@measure_commands.command()
@question_options
def durations(**options: Any) -> None:
    """Days until a quarter, half and three quarters have left each stage (Kaplan-Meier)."""

    def ask(study: measure.Study, from_stage: str, by: str, as_of: date | None) -> Durations:
        return measure.durations(study, from_stage=from_stage, by=by, as_of=as_of)

    answer(Asking(ask, answers.dwell, print_durations), **options)


def _words_of(joint: Occupancy) -> Names:
    """Labels where the states are codes of the present edition; otherwise the agencies' words."""
    edition = Definition.load()
    same = joint.basis.edition_fingerprint == edition.fingerprint
    return Names(edition if same else None, None)
