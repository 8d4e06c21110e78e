"""How a question is asked on the command line, of a vault or of a log, and how it is answered."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from candlemark import agency, measure
from candlemark.cli import paper
from candlemark.cli.event_log import columns_of, log_options, read_where, read_window
from candlemark.cli.figure_tables import print_basis, print_occupancy
from candlemark.cli.naming import Names
from candlemark.cli.opening import json_option, opened, vault_or_events_option
from candlemark.cli.secret import write_private
from candlemark.definition import Definition
from candlemark.errors import NotUnderstood, SettingRefused, WrongCommand
from candlemark.measure import answers
from candlemark.measure.log import stays_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from candlemark.cli.event_log import LogSaid
    from candlemark.measure import Break, Figure


def question_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that every question shares."""
    for option in (
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
        click.option(
            "--where",
            multiple=True,
            metavar="SCHEME=TERM,…",
            help="Only units coded so; given several times, all must hold.",
        ),
        click.option(
            "--entered",
            default="",
            metavar="DAY..DAY",
            help="Only units that entered in this window; a side left out has no end.",
        ),
        click.option(
            "--robust",
            is_flag=True,
            help="Errors that assume no Markov chain and count units of one incident as one.",
        ),
        log_options,
        vault_or_events_option,
    ):
        command = option(command)
    return command


at_option = click.option(
    "--at", default="30,90,270", show_default=True, metavar="DAYS", help="Days after entry."
)


def read_days(text: str) -> tuple[int, ...]:
    """``30,90,270`` as numbers of days, in order; anything else is refused."""
    parts = [part.strip() for part in text.split(",")]
    if not all(part.isascii() and part.isdigit() and len(part) <= 5 for part in parts):
        raise NotUnderstood(
            "--at holds something that is not a number of days", hint="write 30,90,270"
        )
    return tuple(sorted({int(part) for part in parts}))


@dataclass(frozen=True, slots=True)
class Asking:
    """One question of the two kinds of data, and how its answer is printed."""

    of_study: Callable[[measure.Study, str, str, date | None], Figure] | None
    of_log: Callable[[answers.Question], Figure] | None
    show: Callable[[Any, Names], None]
    at: tuple[int, ...] = answers.HORIZONS
    across: Callable[[Sequence[Break]], Callable[[answers.Question], Figure]] | None = None
    """Of a trend: the question, given the breaks that a vault knows of."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A figure and what its words are; a log has neither edition nor study."""

    figure: Figure
    names: Names
    study: measure.Study | None = None


def answer(
    asking: Asking,
    *,
    log: LogSaid,
    folder: Path | None,
    passphrase_file: Path | None,
    as_json: bool,
    out: Path | None,
    keep: bool,
    **asked: Any,
) -> None:
    """Ask a vault or a log, and print the answer; the options are those of a question.

    Raises:
        SettingRefused, WrongCommand: options that do not go together.
        NotMeasurable, NothingToMeasure: it cannot be answered, and why.
    """
    if log.events is not None:
        if keep or asked["crosswalk"]:
            raise SettingRefused(
                "--keep and --crosswalk are for what a vault holds",
                hint="leave them out with --events",
            )
        found = _of_log(asking, log.events, log, asked)
    else:
        found = _of_vault(asking, folder, passphrase_file, keep=keep, asked=asked)
    show(found, asking.show, asked | {"as_json": as_json, "out": out})


def show(found: Answer, show: Callable[[Any, Names], None], asked: dict[str, Any]) -> None:
    """Print the exact figure, and write it where that was asked for."""
    made = measure.document(found.figure)
    if asked["out"] is not None:
        write_private(asked["out"], paper.json_text(made).encode(), "the figure")
    if asked["as_json"]:
        paper.print_json(made)
        return
    show(found.figure, found.names)
    print_basis(found.figure, found.names)
    if found.study is not None:
        _print_besides(found.study, asked["from_stage"])


def share(target: Path, agency_name: str, asked: dict[str, Any]) -> None:
    """Write the counts of a log or of a vault, and say how many could tell somebody apart."""
    log: LogSaid = asked["log"]
    asking = Asking(None, None, print_occupancy)
    if log.events is not None:
        read = measure.read_log(log.events, columns_of(log, Definition.load()))
        question = _question(read, asking, asked, engine=log.engine)
    else:
        question = _of_study(_opened_study(asked), asking, asked)
    made = answers.share(question, agency_name)
    write_private(target, made.content, "the counts")
    paper.say(f"{made.rows:,} rows of counts were written to {target}: no case, no day, no name.")
    paper.say(
        f"{made.telling:,} of them stand for fewer than 5 units, and could tell somebody apart."
    )


def _opened_study(asked: dict[str, Any]) -> measure.Study:
    """The study of the vault that is named."""
    if asked["folder"] is None:
        raise _neither()
    with opened(asked["folder"], asked["passphrase_file"]) as vault:
        return measure.study(
            vault.ledger, Definition.load(), asked["crosswalk"], vault_name=vault.name
        )


def _of_log(asking: Asking, path: Path, log: LogSaid, asked: dict[str, Any]) -> Answer:
    if asking.of_log is None:  # every question of a log is there; this tells the type checker
        raise TypeError(path)
    read = measure.read_log(path, columns_of(log, Definition.load()))
    figure = asking.of_log(_question(read, asking, asked, engine=log.engine))
    return Answer(figure, Names(None, None))


def _question(
    log: measure.Log, asking: Asking, asked: dict[str, Any], engine: str = "duckdb"
) -> answers.Question:
    as_of = asked["as_of"]
    return log.question(
        asking.at,
        robust=asked["robust"],
        engine=engine,
        start=asked["from_stage"],
        by=asked["by"],
        as_of=as_of.date() if as_of else None,
        window=read_window(asked["entered"]),
        where=read_where(asked["where"]),
    )


def _of_vault(
    asking: Asking,
    folder: Path | None,
    passphrase_file: Path | None,
    *,
    keep: bool,
    asked: dict[str, Any],
) -> Answer:
    if folder is None:
        raise _neither()
    edition, crosswalk = Definition.load(), asked["crosswalk"]
    with opened(folder, passphrase_file) as vault:
        study = measure.study(vault.ledger, edition, crosswalk, vault_name=vault.name)
        words = agency.crosswalk_of(vault.ledger, crosswalk, edition) if crosswalk else None
        if asking.across is not None:
            breaks = measure.breaks_of(vault.ledger, edition, crosswalk, vault.ledger.size)
            asking = replace(asking, of_log=asking.across(breaks))
        figure = _from_study(study, asking, asked)
        if keep:
            measure.keep(vault.ledger, measure.document(figure))
    return Answer(figure, Names(edition, words), study)


def _from_study(study: measure.Study, asking: Asking, asked: dict[str, Any]) -> Figure:
    """The figure of outcomes, or of stages one by one where more was asked than it knows."""
    more = asked["robust"] or asked["entered"] or asked["where"]
    as_of = asked["as_of"]
    if asking.of_study is not None and not more:
        return asking.of_study(
            study, asked["from_stage"], asked["by"], as_of.date() if as_of else None
        )
    if asking.of_log is None:  # as in _of_log
        raise TypeError(study)
    return asking.of_log(_of_study(study, asking, asked))


def _of_study(study: measure.Study, asking: Asking, asked: dict[str, Any]) -> answers.Question:
    """A question of what a vault holds, asked stage by stage from where units enter."""
    entered = study.entered_at(asked["from_stage"])
    start = asked["from_stage"] or entered.stages[entered.entry].own
    log = measure.Log(stays_of(entered))
    return _question(log, asking, asked | {"from_stage": start})


def _neither() -> WrongCommand:
    return WrongCommand(
        "a question is asked of a vault or of a log",
        hint="name one: --vault DIR, or --events FILE",
    )


def _print_besides(study: measure.Study, from_stage: str) -> None:
    if study.left_out:
        count = "1 case" if study.left_out == 1 else f"{study.left_out:,} cases"
        paper.say(f"{count} left out: consent refused or withdrawn")
    if study.beyond and study.entered_at(from_stage) is study:
        entry = study.beyond.stages[study.beyond.entry].own
        paper.say(f"Proceedings beyond the state are counted apart: --from {entry}")
