"""Options that name a log of events and what its columns say; shared by whatever measures one.

``candlemark measure … --events FILE`` needs no vault.  A pair is written ``NAME=VALUE``; every pair
that cannot be read is named at once.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from candlemark.definition import Definition
from candlemark.errors import Fault, NotUnderstood
from candlemark.measure.log import StayTable, Where, stay_table
from candlemark.measure.log.reading import Columns, read_events
from candlemark.measure.log.reading.days import as_day

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from candlemark.definition import Edition

_OPTIONS = (
    click.option(
        "--events",
        type=click.Path(path_type=Path),
        help="A log of events instead of a vault: CSV, Parquet, XES or OCEL 2.0.",
    ),
    click.option(
        "--case",
        "case_column",
        default="",
        metavar="COLUMN",
        help="The column that says which case; in OCEL the type of the objects that are cases.",
    ),
    click.option(
        "--activity", "activity_column", default="", metavar="COLUMN", help="What happened."
    ),
    click.option("--time", "time_column", default="", metavar="COLUMN", help="On which day."),
    click.option(
        "--until", "until_column", default="", metavar="COLUMN", help="The last day it can be."
    ),
    click.option(
        "--agency", "agency_column", default="", metavar="COLUMN", help="At which agency."
    ),
    click.option(
        "--cluster",
        "cluster_column",
        default="",
        metavar="COLUMN",
        help="What several cases share, as an incident.",
    ),
    click.option(
        "--order",
        default="",
        metavar="COLUMN|rows",
        help="What orders the steps of one day: a column, or the order of the rows.",
    ),
    click.option(
        "--scheme",
        "schemes",
        multiple=True,
        metavar="SCHEME=COLUMN",
        help="Which column codes cases by a scheme, for --by and --where.",
    ),
    click.option(
        "--time-format",
        default="",
        metavar="FORM",
        help="How days are written, as in %d.%m.%Y; as in ISO 8601 without it.",
    ),
    click.option(
        "--zone",
        default="",
        metavar="ZONE",
        help="Where days begin, for times written in UTC, as in Europe/Rome.",
    ),
    click.option(
        "--log-of",
        default="",
        metavar="DAY",
        help="The last day the log can know of; the latest day in it without this.",
    ),
    click.option(
        "--tracked-from",
        multiple=True,
        metavar="[AGENCY=]DAY",
        help="The day from which an agency's cases were seen, when it is later than their first.",
    ),
    click.option(
        "--final", multiple=True, metavar="ACTIVITY", help="An activity that ends a case by law."
    ),
    click.option(
        "--stage",
        "stages",
        multiple=True,
        metavar="ACTIVITY=STAGE",
        help="Which stage of the definition an activity is.",
    ),
    click.option(
        "--unit",
        default="case",
        show_default=True,
        metavar="UNIT",
        help="What a case of the log is.",
    ),
    click.option(
        "--engine",
        default="duckdb",
        show_default=True,
        metavar="ENGINE",
        help="Where it is computed: duckdb, sqlite, postgresql://…, spark://…, local[2].",
    ),
)


@dataclass(frozen=True, slots=True)
class LogSaid:
    """What was said of a log on the command line."""

    events: Path | None
    case_column: str
    activity_column: str
    time_column: str
    until_column: str
    agency_column: str
    cluster_column: str
    order: str
    schemes: tuple[str, ...]
    time_format: str
    zone: str
    log_of: str
    tracked_from: tuple[str, ...]
    final: tuple[str, ...]
    stages: tuple[str, ...]
    unit: str
    engine: str


def log_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options of a log; it gets them as ``log``, a :class:`LogSaid`."""

    @functools.wraps(command)
    def with_log(**options: Any) -> Any:
        said = LogSaid(**{name: options.pop(name) for name in LogSaid.__dataclass_fields__})
        return command(log=said, **options)

    found: Callable[..., Any] = with_log
    for option in reversed(_OPTIONS):
        found = option(found)
    return found


def opened_log(path: Path, said: LogSaid, edition: Edition | None = None) -> StayTable:
    """The stay table of the log in a file.

    Args:
        path: the file.
        said: what its columns say.
        edition: the definition; None loads the present one.

    Raises:
        NotUnderstood: options that cannot be read; ``faults`` names each.
        SourceError, NotMeasurable, NothingToMeasure: the file is no log that can be measured.
    """
    edition = edition or Definition.load()
    columns = columns_of(said, edition)
    today = date.today()  # noqa: DTZ011 - a civil day where the person is
    return stay_table(read_events(path, columns), today=today)


def columns_of(said: LogSaid, edition: Edition) -> Columns:
    """What was said of the columns of a log.

    Raises:
        NotUnderstood: options that cannot be read; ``faults`` names each.
    """
    faults: list[Fault] = []
    schemes = _pairs(said.schemes, "--scheme", faults)
    stages = _pairs(said.stages, "--stage", faults)
    known_until = _days({"": said.log_of} if said.log_of else {}, "--log-of", faults)
    parts = (text.rpartition("=") for text in said.tracked_from)
    tracked = {agency: day for agency, _, day in parts}
    tracked_from = _days(tracked, "--tracked-from", faults)
    known = edition.scheme("stages")
    faults += [
        Fault("--stage", f"there is no stage {code}")
        for code in stages.values()
        if code not in known
    ]
    if said.unit != "case" and said.unit not in edition.scheme("counting-units"):
        faults.append(Fault("--unit", f"there is no counting unit {said.unit}"))
    if faults:
        raise NotUnderstood(
            "some options about the log cannot be read",
            hint="write pairs as NAME=VALUE and days as 2021-03-04; candlemark terms lists codes",
            faults=faults,
        )
    return Columns(
        case=said.case_column,
        activity=said.activity_column,
        time=said.time_column,
        until=said.until_column,
        agency=said.agency_column,
        cluster=said.cluster_column,
        order=said.order,
        schemes=schemes,
        absences=frozenset(term.code for term in edition.scheme("absences").terms),
        time_format=said.time_format,
        zone=said.zone,
        known_until=known_until.get(""),
        tracked_from=tracked_from,
        final=frozenset(said.final),
        stages=stages,
        unit=said.unit,
    )


def _pairs(texts: Sequence[str], option: str, faults: list[Fault]) -> dict[str, str]:
    found = {}
    for text in texts:
        name, _, value = text.partition("=")
        if name and value:
            found[name] = value
        else:
            faults.append(Fault(option, f"{text} is no pair"))
    return found


def _days(texts: dict[str, str], option: str, faults: list[Fault]) -> dict[str, date]:
    found = {}
    for name, text in texts.items():
        try:
            found[name] = as_day(text)
        except NotUnderstood as error:
            faults.append(Fault(option, error.message))
    return found


def read_where(texts: Sequence[str]) -> tuple[Where, ...]:
    """``bias-grounds=religion,ethnicity``, once for each condition; all of them must hold.

    Raises:
        NotUnderstood: some are no pairs; ``faults`` names each.
    """
    faults: list[Fault] = []
    pairs = _pairs(texts, "--where", faults)
    if faults:
        raise NotUnderstood(
            "some conditions cannot be read", hint="write --where SCHEME=TERM", faults=faults
        )
    return tuple(
        Where(name, tuple(filter(None, value.split(",")))) for name, value in pairs.items()
    )


def read_window(text: str) -> tuple[date | None, date | None]:
    """``2019-01-01..2019-12-31``; a side that is left out has no end.

    Raises:
        NotUnderstood: it is no window.
    """
    first, dots, last = text.partition("..")
    if text and not dots:
        raise NotUnderstood(f"{text} is no window", hint="write it as 2019-01-01..2019-12-31")
    return as_day(first) if first else None, as_day(last) if last else None
