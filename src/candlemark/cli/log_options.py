"""Options for a log of events that comes as a file: ``--events FILE`` and what is said about it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from candlemark import measure
from candlemark.errors import NotUnderstood

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime

_ENGINE: Final = "duckdb"
_DAY: Final = click.DateTime(["%Y-%m-%d"])


@dataclass(frozen=True, slots=True)
class LogAsked:
    """What was said about a log on the command line."""

    path: Path | None
    columns: dict[str, str]
    schemes: dict[str, str]
    known_until: datetime | None
    tracked_from: datetime | None
    final: tuple[str, ...]
    window: tuple[datetime | None, datetime | None]
    robust: bool
    engine: str

    @property
    def said(self) -> bool:
        """Whether anything was said about a log."""
        return bool(
            any(self.columns.values())
            or self.schemes
            or self.final
            or self.robust
            or self.engine != _ENGINE
            or any((self.known_until, self.tracked_from, *self.window))
        )

    @property
    def entered(self) -> tuple[date | None, date | None]:
        """First and last day on which cases may enter."""
        first, last = (day.date() if day else None for day in self.window)
        return first, last

    def read(self) -> measure.Log:
        """The log, read and ready to be asked.

        Raises:
            SourceError, NotUnderstood: it is no log of events, or cannot be read.
        """
        if self.path is None:
            raise NotUnderstood("no file of events is named", hint="name one with --events FILE")
        return measure.read_events(
            self.path,
            known_until=self.known_until.date() if self.known_until else None,
            tracked_from=self.tracked_from.date() if self.tracked_from else None,
            schemes=self.schemes,
            final=self.final,
            **{name: value for name, value in self.columns.items() if value},
        )


def log_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options about a log; the command is given them as one :class:`LogAsked`, ``log``."""

    def gathered(**options: Any) -> Any:
        names = ("case", "activity", "time", "until", "agency", "cluster", "order", "time_format")
        columns = {name: options.pop(f"log_{name}") for name in (*names, "zone")}
        log = LogAsked(
            path=options.pop("events"),
            columns=columns,
            schemes=dict(map(_scheme, options.pop("scheme"))),
            known_until=options.pop("known_until"),
            tracked_from=options.pop("tracked_from"),
            final=options.pop("final"),
            window=(options.pop("entered_from"), options.pop("entered_until")),
            robust=options.pop("robust"),
            engine=options.pop("engine"),
        )
        return command(log=log, **options)

    gathered.__name__ = command.__name__
    gathered.__doc__ = command.__doc__
    gathered.__click_params__ = getattr(command, "__click_params__", [])  # type: ignore[attr-defined]
    made: Callable[..., Any] = gathered
    for option in reversed(_options()):
        made = option(made)
    return made


def _options() -> list[Callable[[Any], Any]]:
    column = [
        ("case", "The column that names the case."),
        ("activity", "The column that says what happened."),
        ("time", "The column that says when."),
        ("until", "A column with the last day it can have been, when --time is the first."),
        ("agency", "The column that says whose event it is."),
        ("cluster", "The column that says what several cases share, as an incident."),
        ("order", "A column of whole numbers that orders a case's events, or: rows."),
        ("time-format", "How days are written, as in %d.%m.%Y; ISO 8601 without it."),
        ("zone", "Where days begin, for times that are written in UTC, as in Asia/Baku."),
    ]
    return [
        click.option(
            "--events",
            type=click.Path(path_type=Path, dir_okay=False),
            metavar="FILE",
            help="Ask this log of events instead of a vault: CSV, Parquet, XES, OCEL 2.0.",
        ),
        *(
            click.option(
                f"--{name}",
                f"log_{name.replace('-', '_')}",
                default="",
                metavar="COLUMN",
                help=says,
            )
            for name, says in column
        ),
        click.option(
            "--scheme",
            multiple=True,
            metavar="NAME=COLUMN",
            help="A column that codes cases, to divide by it; can be given several times.",
        ),
        click.option("--final", multiple=True, metavar="STATE", help="A case ends with it by law."),
        click.option("--known-until", type=_DAY, help="The last day the log can know of."),
        click.option("--tracked-from", type=_DAY, help="The day on which tracking began."),
        click.option("--entered-from", type=_DAY, help="Only cases that entered on it or later."),
        click.option("--entered-until", type=_DAY, help="Only cases that entered by it."),
        click.option(
            "--robust",
            is_flag=True,
            help="Errors that assume no Markov chain and count cases of one cluster as one.",
        ),
        click.option(
            "--engine",
            default=_ENGINE,
            show_default=True,
            metavar="NAME",
            help="What computes the tables of a log.",
        ),
    ]


def _scheme(said: str) -> tuple[str, str]:
    name, _, column = said.partition("=")
    if not name:
        raise NotUnderstood("--scheme names no scheme", hint="write --scheme ground=bias_column")
    return name, column or name
