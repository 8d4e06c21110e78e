"""What a figure looks like at a terminal: tables, and the lines that must travel with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from candlemark import measure
from candlemark.cli import paper

if TYPE_CHECKING:
    from collections.abc import Sequence

    from candlemark.cli.naming import Names
    from candlemark.measure import (
        Attrition,
        Durations,
        Figure,
        Incidence,
        Occupancy,
        OccupancyGroup,
        ReachedBy,
    )
    from candlemark.measure.views import ProcessFigure


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
        _print_bounds(group, states)
        standing = zip(states, group.standing, strict=True)
        paper.say(
            f"On {figure.basis.as_of}: "
            + ", ".join(f"{count:,} {name}" for name, count in standing)
        )


def _print_bounds(group: OccupancyGroup, states: Sequence[str]) -> None:
    """Where dates are known to a month or year: the smallest and the largest value they allow."""
    bounded = [
        horizon
        for horizon in group.horizons
        if any(value.earliest is not None for value in horizon.values)
    ]
    if not bounded:
        return
    paper.say("With all coarse dates at one end of what they can be, from the smallest value:")
    paper.print_table(
        ["days after entry", *states],
        [
            [
                horizon.day,
                *(
                    f"{paper.percent(value.earliest)[:-2]}–{paper.percent(value.latest)}"
                    for value in horizon.values
                    if value.earliest is not None and value.latest is not None
                ),
            ]
            for horizon in bounded
        ],
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


def print_incidence(figure: Incidence, names: Names) -> None:
    """One table per group: the stages, and how many had reached each by each day."""
    for group in figure.groups:
        _print_group(figure, group.group, group.entered, names)
        if not group.rows:
            paper.say("Nobody reached a later stage.")
            continue
        days = [f"by day {day:,}" for day in figure.basis.at]
        paper.print_table(
            ["stage", *days, "reached", "ended before", "pending", "day not known"],
            [
                [
                    names.stage(row.own),
                    *(_share(by) for by in row.horizons),
                    row.reached,
                    row.otherwise,
                    row.pending,
                    row.unknown,
                ]
                for row in group.rows
            ],
        )


def _share(by: ReachedBy) -> str:
    ends = f"{paper.percent(by.low)[:-2]}–{paper.percent(by.high)[:-2]}"
    return f"{paper.percent(by.p)} ({ends})"


def _print_group(figure: Figure, group: str, entered: int, names: Names) -> None:
    name = f"{names.group(figure.basis.by, group)}: " if group else ""
    paper.say()
    paper.say(f"{name}{entered:,} entered (unit: {names.unit(figure.basis.unit)})")


def print_basis(figure: Figure | ProcessFigure[Any], names: Names) -> None:
    """What the figure stands on, in the lines that must travel with it."""
    basis = figure.basis
    paper.say()
    agency_name = names.agency(basis.agency)
    unsaid = basis.simulated and "(simulated)" not in agency_name
    paper.say(
        f"{agency_name or 'A log'}{' (simulated)' if unsaid else ''}, as of {basis.as_of};"
        f" method: {basis.method}, {basis.uncertainty}"
    )
    if not basis.as_of_stated:
        paper.say("Nobody said of which day the files are: the latest day found in them is taken.")
        paper.say("Import them with --as-of, or name a day here, to say it.")
    if basis.edition:
        paper.say(
            f"Edition {basis.edition} ({basis.edition_fingerprint[:16]}…),"
            f" ledger {basis.ledger_size} entries"
        )
    elif basis.edition_fingerprint:
        paper.say(f"Joint figure under the edition {basis.edition_fingerprint[:16]}…")
    else:
        paper.say(f"States in the log's own words; SHA-256 of the file {basis.source[:16]}…")
    weakest = basis.weakest
    if weakest is not None:
        paper.say(names.weakest(weakest))
    for doubt in basis.doubts:
        paper.say(names.doubt(doubt))
    paper.say(f"This figure: {measure.identity_of(figure)}")
