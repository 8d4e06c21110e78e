"""Commands that measure: occupancy, attrition, durations."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from candlemark import agency, measure
from candlemark.cli import paper
from candlemark.cli.naming import Names, quantity, status
from candlemark.cli.opening import json_option, opened, vault_option
from candlemark.cli.reproducing import kept, reproduce
from candlemark.cli.secret import write_private
from candlemark.definition import Definition, crosswalk_codes, load_crosswalk
from candlemark.errors import NotUnderstood
from candlemark.protect import ProtectedFigure, protect
from candlemark.publish import columns, describe, json_document

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime

    from candlemark.definition import Edition
    from candlemark.measure import Attrition, Durations, Figure, Occupancy


@click.group("measure")
def measure_commands() -> None:
    """What justice did: how many stand where after how long, pending cases counted as pending."""


measure_commands.add_command(reproduce)
measure_commands.add_command(kept)


def _question_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that every question shares."""
    for option in (
        click.option(
            "--public",
            is_flag=True,
            help="Protect the figure as for the public: small cells hidden.",
        ),
        click.option(
            "--keep",
            is_flag=True,
            help="Keep the exact figure in the vault, so that it can be computed again by its"
            " identity.",
        ),
        click.option(
            "--out",
            type=click.Path(path_type=Path, dir_okay=False),
            metavar="FILE",
            help="Write the exact figure to this file too, as --json prints it.",
        ),
        json_option,
        click.option(
            "--as-of",
            type=click.DateTime(["%Y-%m-%d"]),
            help="The last day looked at; the batch's own day without it.",
        ),
        click.option(
            "--by", default="", metavar="SCHEME", help="One group per term of this scheme."
        ),
        click.option(
            "--crosswalk",
            default="",
            metavar="CODE",
            help="Which agency's files; the cases entered by hand without it.",
        ),
        click.option(
            "--from", "from_stage", default="", metavar="STAGE", help="Where cases enter."
        ),
        vault_option,
    ):
        command = option(command)
    return command


@measure_commands.command()
@click.option(
    "--at", default="30,90,270", show_default=True, metavar="DAYS", help="Days after entry."
)
@_question_options
def occupancy(at: str, **options: Any) -> None:
    """Of those who entered, how many stand where after how long (Aalen-Johansen)."""
    days = read_days(at)

    def ask(study: measure.Study, from_stage: str, by: str, as_of: date | None) -> Occupancy:
        return measure.occupancy(study, from_stage=from_stage, at=days, by=by, as_of=as_of)

    _answer(ask, print_occupancy, **options)


@measure_commands.command()
@_question_options
def attrition(**options: Any) -> None:
    """How many reached each stage, with the ended and the pending apart."""

    def ask(study: measure.Study, from_stage: str, by: str, as_of: date | None) -> Attrition:
        return measure.attrition(study, from_stage=from_stage, by=by, as_of=as_of)

    _answer(ask, print_attrition, **options)


@measure_commands.command()
@_question_options
def durations(**options: Any) -> None:
    """Days until a quarter, half and three quarters have left each stage (Kaplan-Meier)."""

    def ask(study: measure.Study, from_stage: str, by: str, as_of: date | None) -> Durations:
        return measure.durations(study, from_stage=from_stage, by=by, as_of=as_of)

    _answer(ask, print_durations, **options)


def read_days(text: str) -> tuple[int, ...]:
    """``30,90,270`` as numbers of days, in order; anything else is refused."""
    parts = [part.strip() for part in text.split(",")]
    if not all(part.isascii() and part.isdigit() and len(part) <= 5 for part in parts):
        raise NotUnderstood(
            "--at holds something that is not a number of days", hint="write 30,90,270"
        )
    return tuple(sorted({int(part) for part in parts}))


def _answer(
    ask: Callable[[measure.Study, str, str, date | None], Figure],
    show: Callable[[Any, Names], None],
    *,
    folder: Path,
    passphrase_file: Path | None,
    crosswalk: str,
    from_stage: str,
    by: str,
    as_of: datetime | None,
    as_json: bool,
    public: bool,
    out: Path | None,
    keep: bool,
) -> None:
    edition = Definition.load()
    with opened(folder, passphrase_file) as vault:
        study = measure.study(vault.ledger, edition, crosswalk, vault_name=vault.name)
        words = agency.crosswalk_of(vault.ledger, crosswalk, edition) if crosswalk else None
        figure = ask(study, from_stage, by, as_of.date() if as_of else None)
        made = measure.document(figure)
        if keep:
            measure.keep(vault.ledger, made)
    names = Names(edition, words)
    if out is not None:
        write_private(out, paper.json_text(made).encode(), "the figure")
    if public:
        _show_protected(protect(figure), names, as_json=as_json)
    elif as_json:
        paper.print_json(made)
    else:
        show(figure, names)
        print_basis(figure, names)
        if study.left_out:
            count = "1 case" if study.left_out == 1 else f"{study.left_out:,} cases"
            paper.say(f"{count} left out: consent refused or withdrawn")
        if study.beyond and study.entered_at(from_stage) is study:
            entry = study.beyond.stages[study.beyond.entry].own
            paper.say(f"Proceedings beyond the state are counted apart: --from {entry}")


def _show_protected(figure: ProtectedFigure, names: Names, *, as_json: bool) -> None:
    if as_json:
        paper.print_json(json_document(figure))
        return
    rows = [_in_words(row, figure.basis.by, names) for row in figure.rows()]
    if not rows:
        paper.say("There are too few units: nothing of this figure can be shown to the public.")
        paper.say()
    head = [name for name in columns() if any(row.get(name) not in ("", None) for row in rows)]
    if rows:
        paper.print_table(head, [[row[name] for name in head] for row in rows])
        paper.say()
    about = describe(figure) | {
        "unit": names.unit(figure.basis.unit),
        "from_stage": names.term("stages", figure.basis.from_stage),
        "from_own": names.stage(figure.basis.from_own),
        "by": names.scheme(figure.basis.by) or "nothing",
    }
    for name, value in about.items():
        said = {True: "yes", False: "no"}[value] if isinstance(value, bool) else value
        paper.say(f"{name}: {said}")
    paper.say()
    paper.say(
        "The same cases asked for another day, stage or grouping are another set: publish one."
    )


def _in_words(row: dict[str, object], by: str, names: Names) -> dict[str, object]:
    """A cell of a protected figure as a person reads it; its question stands below the table."""
    group, stage, state = (str(row[name]) for name in ("group", "stage", "state"))
    return row | {
        "question": "",
        "group": names.group(by, group) if group else "",
        "stage": names.stage(stage) if stage else "",
        "state": names.state(state) if state else "",
        "quantity": quantity(str(row["quantity"])),
        "status": status(str(row["status"])),
    }


def print_occupancy(figure: Occupancy, names: Names) -> None:
    """One table per group: the states at each horizon, with intervals."""
    for group in figure.groups:
        _print_group(figure, group.group, group.entered, names)
        states = [names.state(state) for state in group.states]
        paper.print_table(
            ["days after entry", "at risk", *states],
            [
                [
                    horizon.day,
                    horizon.at_risk,
                    *(
                        f"{paper.percent(value.p)} ({paper.percent(value.low)[:-2]}–"
                        f"{paper.percent(value.high)[:-2]})"
                        for value in horizon.values
                    ),
                ]
                for horizon in group.horizons
            ],
        )
        standing = zip(states, group.standing, strict=True)
        paper.say(
            f"On {figure.basis.as_of}: "
            + ", ".join(f"{count:,} {name}" for name, count in standing)
        )


def print_attrition(figure: Attrition, names: Names) -> None:
    """One table per group: the stages in order, each way of ending by its name."""
    states = [names.state(end) for end in figure.ends]
    for group in figure.groups:
        _print_group(figure, group.group, group.entered, names)
        paper.print_table(
            ["stage", "reached", *states, "pending here", "date in doubt"],
            [
                [
                    names.stage(row.own),
                    row.reached,
                    *(dict(row.ended_by).get(end, 0) for end in figure.ends),
                    row.pending,
                    row.in_doubt,
                ]
                for row in group.rows
            ],
        )


def print_durations(figure: Durations, names: Names) -> None:
    """One table per group: quartiles of the time in each stage."""
    for group in figure.groups:
        _print_group(figure, group.group, group.entered, names)
        paper.print_table(
            [
                "stage",
                "entered",
                "left",
                "still there",
                "a quarter left by day",
                "half",
                "three quarters",
            ],
            [
                [
                    names.stage(row.own),
                    row.entered,
                    row.ended,
                    row.pending,
                    *(
                        "not reached yet" if quantile.days is None else quantile.days
                        for quantile in row.quantiles
                    ),
                ]
                for row in group.rows
            ],
        )


def _print_group(figure: Figure, group: str, entered: int, names: Names) -> None:
    name = f"{names.group(figure.basis.by, group)}: " if group else ""
    paper.say()
    paper.say(f"{name}{entered:,} entered (unit: {names.unit(figure.basis.unit)})")


def print_basis(figure: Figure, names: Names) -> None:
    """What the figure stands on, in the lines that must travel with it."""
    basis = figure.basis
    paper.say()
    agency_name = names.agency(basis.agency)
    unsaid = basis.simulated and "(simulated)" not in agency_name
    paper.say(f"{agency_name}{' (simulated)' if unsaid else ''}, as of {basis.as_of}")
    if not basis.as_of_stated:
        paper.say("Nobody said of which day the files are: the latest day found in them is taken.")
        paper.say("Import them with --as-of, or name a day here, to say it.")
    paper.say(
        f"Edition {basis.edition} ({basis.edition_fingerprint[:16]}…),"
        f" ledger {basis.ledger_size} entries"
    )
    weakest = basis.weakest
    if weakest is not None:
        paper.say(names.weakest(weakest))
    for doubt in basis.doubts:
        paper.say(names.doubt(doubt))
    paper.say(f"This figure: {measure.identity_of(figure)}")


def state_name(state: str, edition: Edition, crosswalk: str) -> str:
    """A state as a person reads it, in the words of a crosswalk that is shipped."""
    walk = load_crosswalk(crosswalk, edition) if crosswalk in crosswalk_codes() else None
    return Names(edition, walk).state(state)
