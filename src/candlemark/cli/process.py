"""Commands that show the process: flow, variants, rework, stuck, limits, changes, coverage.

Each works on what a vault holds or, with ``--events FILE``, on a log without any vault.  A command
asks for a figure (``measure.views``) and prints it (``process_tables``); with ``--json`` it prints
codes and numbers, ``--out`` writes the same to a file, ``--keep`` keeps it in the vault, and
``measure reproduce`` computes each of them again.
"""

from __future__ import annotations

import functools
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from candlemark import agency, measure
from candlemark.cli import paper, process_tables
from candlemark.cli.asking import read_days
from candlemark.cli.event_log import columns_of, log_options, read_where, read_window
from candlemark.cli.naming import Names
from candlemark.cli.opening import json_option, member_option, opened
from candlemark.cli.process_tables import Shown
from candlemark.cli.secret import write_private
from candlemark.definition import Definition
from candlemark.errors import NotUnderstood, WrongCommand
from candlemark.measure import process, views
from candlemark.measure.log.from_study import stays_of
from candlemark.measure.views import Viewing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from candlemark.cli.event_log import LogSaid
    from candlemark.ledger import Ledger
    from candlemark.measure import answers

_DAY = click.DateTime(["%Y-%m-%d"])
_SOURCE = (
    click.option(
        "--vault",
        "folder",
        type=click.Path(path_type=Path, file_okay=False),
        envvar="CANDLEMARK_VAULT",
        help="The folder of the vault; none is needed with --events.",
    ),
    click.option(
        "--passphrase-file",
        type=click.Path(path_type=Path, dir_okay=False),
        help="Read the passphrase from this file instead of asking for it.",
    ),
    member_option,
    click.option(
        "--crosswalk",
        default="",
        metavar="CODE",
        help="Which agency's files; the cases entered by hand without it.",
    ),
    log_options,
)
_COHORT = (
    click.option(
        "--from",
        "from_state",
        default="",
        metavar="STATE",
        help="Where cases enter, the first time they reach it; with their first step without it.",
    ),
    click.option(
        "--where",
        multiple=True,
        metavar="SCHEME=TERM",
        help="Only cases coded so; several terms with commas, several conditions one by one.",
    ),
    click.option("--as-of", type=_DAY, help="The last day looked at; the source's own without it."),
)
_WINDOW = click.option(
    "--entered", default="", metavar="DAY..DAY", help="Only cases that entered in this time."
)
_BY = click.option(
    "--by",
    default="",
    metavar="SCHEME",
    help="One group per term of a scheme, per agency, or per entry-year, -quarter or -month.",
)
_FILTERS = (
    click.option("--first-steps", type=int, metavar="N", help="Only the first N steps of a way."),
    click.option(
        "--between",
        nargs=2,
        metavar="STATE STATE",
        help="Only from the first state until the second, as often as there is such a part.",
    ),
    click.option(
        "--lasting",
        default="",
        metavar="DAYS..DAYS",
        help="Only ways that took so long in all; a selection, no longer a cohort.",
    ),
    click.option(
        "--followed-by",
        nargs=2,
        metavar="STATE STATE",
        help="Only cases in which the second came after the first; a selection, no cohort.",
    ),
    click.option(
        "--within", "bounds", default="", metavar="DAYS..DAYS", help="Bounds of --followed-by."
    ),
)
_AT = click.option(
    "--at", default="30,90,365", show_default=True, metavar="DAYS", help="Days after coming there."
)
_FIGURE = (
    json_option,
    click.option(
        "--out",
        type=click.Path(path_type=Path, dir_okay=False),
        metavar="FILE",
        help="Write the figure to this file too, as --json prints it.",
    ),
    click.option(
        "--keep",
        is_flag=True,
        help="Keep the figure in the vault, so that it can be computed again by its identity.",
    ),
)
_LIMITS = click.option(
    "--limits",
    "limits_file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="A file of time limits; docs/formats/limits-file.md shows one.",
)


def _with(*options: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Give a command these options, in this order."""

    def give(command: Callable[..., Any]) -> Callable[..., Any]:
        return functools.reduce(lambda made, option: option(made), reversed(options), command)

    return give


@dataclass(frozen=True, slots=True)
class Source:
    """Where stays come from, as it was said."""

    folder: Path | None
    passphrase_file: Path | None
    crosswalk: str
    log: LogSaid


@dataclass(frozen=True, slots=True)
class Read:
    """The stays of a source, the words for them, and the vault they are from, where it is one."""

    log: measure.Log
    names: Names
    ledger: Ledger | None = None
    left_out: int = 0
    crosswalk_fingerprint: str = ""


@contextmanager
def read_source(source: Source, from_state: str = "") -> Iterator[Read]:
    """The stays of a vault, which is open meanwhile, or of a log.

    Raises:
        WrongCommand: neither is named, or both are.
    """
    edition = Definition.load()
    if source.log.events is not None and source.folder is None:
        read = measure.read_log(source.log.events, columns_of(source.log, edition))
        yield Read(read, Names(None, None))
        return
    if source.folder is None or source.log.events is not None:
        raise WrongCommand(
            "name either a vault or a log of events", hint="--vault DIR, or --events FILE"
        )
    with opened(source.folder, source.passphrase_file) as vault:
        study = measure.study(vault.ledger, edition, source.crosswalk, vault_name=vault.name)
        study = study.entered_at(from_state)
        known = source.crosswalk
        words = agency.crosswalk_of(vault.ledger, known, edition) if known else None
        yield Read(
            measure.Log(stays_of(study)),
            Names(edition, words),
            vault.ledger,
            study.left_out,
            study.crosswalk_fingerprint,
        )


def _filters(options: dict[str, Any]) -> tuple[tuple[str, ...], ...]:
    """The filters that were asked for, in the order in which their options are listed."""
    last, within = read_bounds(options.pop("lasting")), read_bounds(options.pop("bounds"))
    followed, between, steps = (
        options.pop(name) for name in ("followed_by", "between", "first_steps")
    )
    if within != (0, None) and not followed:
        raise WrongCommand("--within bounds nothing", hint="name two states with --followed-by")
    found = [views.followed_by(followed[0], followed[1], within)] if followed else []
    found += [views.lasting(last)] if last != (0, None) else []
    found += [views.between(*between)] if between else []
    found += [views.first_steps(steps)] if steps is not None else []
    return tuple(found)


def read_bounds(text: str) -> tuple[int, int | None]:
    """``30..90`` as numbers of days; a side that is left out has no bound.

    Raises:
        NotUnderstood: it is no range of days.
    """
    first, dots, last = text.partition("..")
    sides = [each for each in (first, last) if each]
    if text and (not dots or not all(each.isascii() and each.isdigit() for each in sides)):
        raise NotUnderstood(f"{text[:40]} is no range of days", hint="write it as 30..90 or ..90")
    return int(first or 0), int(last) if last else None


def _answer(viewing: Viewing, show: Callable[[Shown], None], at: str = "0", **options: Any) -> None:
    """Compute a figure of the process; print it, write it, keep it."""
    source = Source(
        options.pop("folder"),
        options.pop("passphrase_file"),
        options.pop("crosswalk"),
        options.pop("log"),
    )
    if options["keep"] and source.folder is None:
        raise WrongCommand("a figure is kept in a vault", hint="write it to a file: --out FILE")
    with read_source(source, options["from_state"]) as read:
        figure = views.view(
            _question(read, options, read_days(at), source.log.engine),
            viewing,
            law=views.law_at(read.ledger) if viewing.law and read.ledger is not None else None,
            left_out=read.left_out,
            crosswalk_fingerprint=read.crosswalk_fingerprint,
        )
        made = measure.document(figure)
        if options["keep"] and read.ledger is not None:
            measure.keep(read.ledger, made)
    if options["out"] is not None:
        write_private(options["out"], paper.json_text(made).encode(), "the figure")
    if options["as_json"]:
        paper.print_json(made)
        return
    shown = Shown(figure, read.names)
    show(shown)
    shown.print_basis()


def _question(
    read: Read, options: dict[str, Any], at: tuple[int, ...], engine: str
) -> answers.Question:
    as_of: datetime | None = options["as_of"]
    return read.log.question(
        at,
        start=options["from_state"],
        by=options.get("by", ""),
        as_of=as_of.date() if as_of else None,
        window=read_window(options.get("entered", "")),
        where=read_where(options["where"]),
        engine=engine,
    )


@click.command()
@_with(*_SOURCE, *_COHORT, _WINDOW, _BY, *_FILTERS, _AT, *_FIGURE)
def flow(**options: Any) -> None:
    """What follows what: how often, by how many cases, after how long."""
    _answer(Viewing("flow", _filters(options)), process_tables.print_flow, **options)


@click.command()
@_with(*_SOURCE, *_COHORT, _WINDOW, _BY, *_FILTERS, *_FIGURE)
@click.option("--most", default=20, show_default=True, help="So many lines of each group.")
def variants(most: int, **options: Any) -> None:
    """The different ways cases go, the most frequent first."""
    show = functools.partial(process_tables.print_variants, most=most)
    _answer(Viewing("variants", _filters(options)), show, **options)


@click.command()
@_with(*_SOURCE, *_COHORT, _WINDOW, _BY, *_FILTERS, _AT, *_FIGURE)
def rework(**options: Any) -> None:
    """How often cases come back to a state they had left, and over how many steps."""
    _answer(Viewing("rework", _filters(options)), process_tables.print_rework, **options)


@click.command()
@_with(*_SOURCE, *_COHORT, _WINDOW, _BY, *_FILTERS, _LIMITS, *_FIGURE)
@click.option("--most", default=20, show_default=True, help="So many cases of each group.")
def stuck(most: int, limits_file: Path | None, **options: Any) -> None:
    """Who waits longest, by how few comparable cases wait so long.

    The names of the cases stand beside the figure; what --keep keeps has none of them.
    """
    known = process.read_limits(limits_file) if limits_file else ()
    viewing = Viewing("stuck", _filters(options), known, most=most)
    _answer(viewing, process_tables.print_stuck, **options)


@click.command()
@_with(*_SOURCE, *_COHORT, _WINDOW, _BY, *_FILTERS, _LIMITS, *_FIGURE)
def limits(limits_file: Path | None, **options: Any) -> None:
    """What became of each time limit, and how likely it is that one is kept.

    The limits of case files are those of the state's law, by the pathway each case goes by. For an
    agency's files and for a log they come from a file: --limits FILE.
    """
    known = process.read_limits(limits_file) if limits_file is not None else ()
    law = limits_file is None and options["log"].events is None and not options["crosswalk"]
    if limits_file is None and not law:
        raise WrongCommand(
            "no time limits are known for this source",
            hint="write them down and name the file: --limits FILE;"
            " docs/formats/limits-file.md shows one",
        )
    viewing = Viewing("limits", _filters(options), known, law=law)
    _answer(viewing, process_tables.print_limits, **options)


@click.command()
@_with(*_SOURCE, *_COHORT, *_FILTERS, *_FIGURE)
@click.option("--before", required=True, metavar="DAY..DAY", help="When the first cases entered.")
@click.option("--after", required=True, metavar="DAY..DAY", help="When the second cases entered.")
@click.option(
    "--days", default=90, show_default=True, help="So many days of each way are compared."
)
def changes(before: str, after: str, days: int, **options: Any) -> None:
    """What changed from one period to another: moves, times and ways, with tests."""
    first, last = (day.isoformat() if day else "" for day in read_window(after))
    viewing = Viewing("changes", _filters(options), within=days, later=(first, last))
    _answer(viewing, process_tables.print_changes, entered=before, **options)


@click.command()
@_with(*_SOURCE, *_COHORT, _WINDOW, *_FIGURE)
@click.option(
    "--period",
    type=click.Choice(["year", "month", "none"]),
    default="year",
    show_default=True,
    help="One line per period in which the stage was reached.",
)
def coverage(period: str, **options: Any) -> None:
    """What each agency fills in, by stage and period; every kind of absence apart."""
    viewing = Viewing("coverage", period="" if period == "none" else period)
    _answer(viewing, process_tables.print_coverage, **options)


@click.command("write-log")
@_with(*_SOURCE)
@click.option("--format", "form", type=click.Choice(sorted(process.WRITERS)), required=True)
@click.argument("out", type=click.Path(path_type=Path, dir_okay=False))
def write_log(out: Path, form: str, **options: Any) -> None:
    """Write the stays as an event log to OUT, for programs that mine processes."""
    made = BytesIO()
    with read_source(Source(**options)) as read:
        table = read.log.table
    process.write_log(table, form, made)
    write_private(out, made.getvalue(), "the log")
    paper.say(f"{table.rows.num_rows:,} steps of {table.units:,} cases written")


PROCESS_COMMANDS = (flow, variants, rework, stuck, limits, changes, coverage, write_log)
"""What ``candlemark measure`` has besides its figures."""
