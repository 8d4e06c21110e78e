"""Commands that show the process: flow, variants, rework, stuck, limits, changes, coverage.

Each works on what a vault holds or, with ``--events FILE``, on a log without any vault.  A command
opens the cohort, asks one view of ``measure.process`` and prints it (``process_tables``); with
``--json`` it prints codes and numbers.
"""

from __future__ import annotations

import functools
from contextlib import contextmanager
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from candlemark import agency, casefile, measure
from candlemark.casefile.consent import STATISTICS
from candlemark.casefile.pathways import pathways_of
from candlemark.cli import paper, process_tables
from candlemark.cli.asking import read_days
from candlemark.cli.event_log import log_options, opened_log, read_where, read_window
from candlemark.cli.naming import Names
from candlemark.cli.opening import json_option, member_option, opened
from candlemark.cli.process_tables import Shown
from candlemark.cli.secret import write_private
from candlemark.definition import Definition
from candlemark.errors import NotUnderstood, WrongCommand
from candlemark.measure import process
from candlemark.measure.log import Ask, asked
from candlemark.measure.log.from_study import stays_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from candlemark.cli.event_log import LogSaid
    from candlemark.definition import Edition
    from candlemark.ledger import Vault
    from candlemark.measure.log import AskedCohort, StayTable
    from candlemark.measure.process import CaseLimit, Ways

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
    click.option(
        "--with",
        "others",
        multiple=True,
        metavar="CODE",
        help="Whose files follow, by links that are sure enough; 'cases' for the case files.",
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
    others: tuple[str, ...] = ()
    """Agencies whose files follow, by links."""


@dataclass(frozen=True, slots=True)
class Read:
    """The stays of a source, and the words for them."""

    table: StayTable
    names: Names
    left_out: int = 0
    case_limits: tuple[CaseLimit, ...] | None = None
    """Limits of the state's law, where the source is the case files of a vault."""


def read_source(source: Source, from_state: str = "", *, law: bool = False) -> Read:
    """The stays of a vault or of a log; with ``law`` also the limits of the state's law.

    Raises:
        WrongCommand: neither is named, or both are.
    """
    edition = Definition.load()
    if source.log.events is not None and source.folder is None and not source.others:
        return Read(opened_log(source.log.events, source.log, edition), Names(edition, None))
    if source.folder is None or source.log.events is not None:
        raise WrongCommand(
            "name either a vault or a log of events", hint="--vault DIR, or --events FILE"
        )
    with opened(source.folder, source.passphrase_file) as vault:
        study = _study(vault, edition, source).entered_at(from_state)
        words = None
        found = None
        if source.others:
            return Read(stays_of(study), Names(edition, None), study.left_out)
        if source.crosswalk:
            words = agency.crosswalk_of(vault.ledger, source.crosswalk, edition)
        elif law:
            cases = casefile.cases_for(vault.ledger, STATISTICS).cases
            found = process.case_limits(cases, pathways_of(vault.ledger), study.known_until)
    return Read(stays_of(study), Names(edition, words), study.left_out, found)


def _study(vault: Vault, edition: Edition, source: Source) -> measure.Study:
    """What a vault holds of one agency, or of several by links."""
    if not source.others:
        return measure.study(vault.ledger, edition, source.crosswalk, vault_name=vault.name)
    return measure.agencies_at(
        vault.ledger,
        edition,
        source.crosswalk,
        [("" if code == "cases" else code, "") for code in source.others],
        vault.ledger.size,
        vault_name=vault.name,
    ).automatic()


@contextmanager
def _opened(
    options: dict[str, Any], *, law: bool = False, **ask: Any
) -> Iterator[tuple[AskedCohort, Read]]:
    """The cohort of a question, open; takes what belongs to it out of the options."""
    source = Source(
        options.pop("folder"),
        options.pop("passphrase_file"),
        options.pop("crosswalk"),
        options.pop("log"),
        options.pop("others"),
    )
    from_state: str = options.pop("from_state")
    as_of: datetime | None = options.pop("as_of")
    question = {
        "window": read_window(options.pop("entered", "")),
        "where": read_where(options.pop("where")),
        "by": options.pop("by", ""),
        "as_of": as_of.date() if as_of else None,
    }
    read = read_source(source, from_state, law=law)
    with asked(
        read.table, Ask(from_state=from_state, **{**question, **ask}), engine=source.log.engine
    ) as cohort:
        yield cohort, read


def _narrowed(ways: Ways, options: dict[str, Any]) -> Ways:
    """The ways that the filters leave, in the order in which their options are listed."""
    lasting, bounds = read_bounds(options["lasting"]), read_bounds(options["bounds"])
    if options["bounds"] and not options["followed_by"]:
        raise WrongCommand("--within bounds nothing", hint="name two states with --followed-by")
    if options["followed_by"]:
        first, then = options["followed_by"]
        ways = process.followed_by(ways, first, then, *bounds)
    if options["lasting"]:
        ways = process.lasting(ways, *lasting)
    if options["between"]:
        ways = process.between(ways, *options["between"])
    if options["first_steps"] is not None:
        ways = process.first_steps(ways, options["first_steps"])
    return ways


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


_Show = Any


def _answer(view: Callable[[Ways], Any], show: _Show, *, as_json: bool, **options: Any) -> None:
    """Ask one view of the filtered ways of a cohort and print it."""
    with _opened(options) as (cohort, read):
        found = view(_narrowed(process.ways_of(cohort), options))
        shown = Shown(cohort, read.names, read.left_out)
        _print(shown, found, show, as_json=as_json)


def _print(shown: Shown, found: Any, show: _Show, *, as_json: bool) -> None:
    if as_json:
        paper.print_json(shown.document(found))
        return
    show(shown, found)
    shown.print_basis(getattr(found, "filters", ()))


@click.command()
@_with(*_SOURCE, *_COHORT, _WINDOW, _BY, *_FILTERS, _AT, json_option)
def flow(at: str, **options: Any) -> None:
    """What follows what: how often, by how many cases, after how long."""
    days = read_days(at)
    _answer(lambda ways: process.flow(ways, days), process_tables.print_flow, **options)


@click.command()
@_with(*_SOURCE, *_COHORT, _WINDOW, _BY, *_FILTERS, json_option)
@click.option("--most", default=20, show_default=True, help="So many lines of each group.")
def variants(most: int, **options: Any) -> None:
    """The different ways cases go, the most frequent first."""
    show = functools.partial(process_tables.print_variants, most=most)
    _answer(process.variants, show, **options)


@click.command()
@_with(*_SOURCE, *_COHORT, _WINDOW, _BY, *_FILTERS, _AT, json_option)
def rework(at: str, **options: Any) -> None:
    """How often cases come back to a state they had left, and over how many steps."""
    days = read_days(at)
    _answer(lambda ways: process.rework(ways, days), process_tables.print_rework, **options)


@click.command()
@_with(*_SOURCE, *_COHORT, _WINDOW, _BY, *_FILTERS, _LIMITS, json_option)
@click.option("--most", default=20, show_default=True, help="So many cases of each group.")
def stuck(most: int, limits_file: Path | None, **options: Any) -> None:
    """Who waits longest, by how few comparable cases wait so long."""
    known = process.read_limits(limits_file) if limits_file else ()
    _answer(
        lambda ways: process.stuck(ways, known, most=most), process_tables.print_stuck, **options
    )


@click.command()
@_with(*_SOURCE, *_COHORT, _WINDOW, _BY, *_FILTERS, _LIMITS, json_option)
def limits(limits_file: Path | None, **options: Any) -> None:
    """What became of each time limit, and how likely it is that one is kept.

    The limits of case files are those of the state's law, by the pathway each case goes by. For an
    agency's files and for a log they come from a file: --limits FILE.
    """
    if limits_file is not None:
        known = process.read_limits(limits_file)
        _answer(lambda ways: process.limits(ways, known), process_tables.print_limits, **options)
        return
    as_json = options.pop("as_json")
    with _opened(options, law=True) as (cohort, read):
        if read.case_limits is None:
            raise WrongCommand(
                "no time limits are known for this source",
                hint="write them down and name the file: --limits FILE;"
                " docs/formats/limits-file.md shows one",
            )
        if cohort.ask != Ask() or _narrowed(process.ways_of(cohort), options).filters:
            raise WrongCommand(
                "the limits of the law are counted in all case files together",
                hint="leave the other options out, or write limits down: --limits FILE",
            )
        shown = Shown(cohort, read.names, read.left_out)
        _print(shown, read.case_limits, process_tables.print_case_limits, as_json=as_json)


@click.command()
@_with(*_SOURCE, *_COHORT, *_FILTERS, json_option)
@click.option("--before", required=True, metavar="DAY..DAY", help="When the first cases entered.")
@click.option("--after", required=True, metavar="DAY..DAY", help="When the second cases entered.")
@click.option(
    "--days", default=90, show_default=True, help="So many days of each way are compared."
)
def changes(before: str, after: str, days: int, as_json: bool, **options: Any) -> None:
    """What changed from one period to another: moves, times and ways, with tests."""
    first, second = read_window(before), read_window(after)
    engine = options["log"].engine
    with _opened(options, window=first) as (one, read):
        with asked(read.table, replace(one.ask, window=second), engine=engine) as other:
            found = process.changes(
                _narrowed(process.ways_of(one), options),
                _narrowed(process.ways_of(other), options),
                days,
            )
        shown = Shown(one, read.names, read.left_out)
        _print(shown, found, process_tables.print_changes, as_json=as_json)


@click.command()
@_with(*_SOURCE, *_COHORT, _WINDOW, json_option)
@click.option(
    "--period",
    type=click.Choice(["year", "month", "none"]),
    default="year",
    show_default=True,
    help="One line per period in which the stage was reached.",
)
def coverage(period: str, as_json: bool, **options: Any) -> None:
    """What each agency fills in, by stage and period; every kind of absence apart."""
    with _opened(options) as (cohort, read):
        found = process.coverage(cohort, period="" if period == "none" else period)
        shown = Shown(cohort, read.names, read.left_out)
        _print(shown, found, process_tables.print_coverage, as_json=as_json)


@click.command("write-log")
@_with(*_SOURCE)
@click.option("--format", "form", type=click.Choice(sorted(process.WRITERS)), required=True)
@click.argument("out", type=click.Path(path_type=Path, dir_okay=False))
def write_log(out: Path, form: str, **options: Any) -> None:
    """Write the stays as an event log to OUT, for programs that mine processes."""
    table = read_source(Source(**options)).table
    made = BytesIO()
    process.write_log(table, form, made)
    write_private(out, made.getvalue(), "the log")
    paper.say(f"{table.rows.num_rows:,} steps of {table.units:,} cases written")


PROCESS_COMMANDS = (flow, variants, rework, stuck, limits, changes, coverage, write_log)
"""What ``candlemark measure`` has besides its figures."""
