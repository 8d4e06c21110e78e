"""What figures of several groups or periods look like at a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from candlemark.cli import paper

if TYPE_CHECKING:
    from candlemark.cli.naming import Names
    from candlemark.measure import (
        Break,
        Cell,
        Comparison,
        Course,
        Standardised,
        Tested,
        Trend,
    )

_TESTS: Final = {
    "anywhere": "They differ nowhere",
    "log-rank": "{} is left at one rate (log-rank)",
    "cause-specific": "{} is left for {} at one rate (cause-specific log-rank)",
    "gray": "As many ever reach {} by when (Gray)",
}


def print_comparison(figure: Comparison, names: Names) -> None:
    """The differences in points, and the tests over all groups."""
    by = figure.basis.by
    last = figure.groups[-1]
    several = len(figure.groups) > 2
    for group in figure.groups[:-1]:
        sizes = f"{group.entered:,} and {last.entered:,}"
        paper.say()
        paper.say(
            f"{names.group(by, group.group)} minus {names.group(by, last.group)}"
            f" ({sizes} entered; unit: {names.unit(figure.basis.unit)})"
        )
        mine = [cell for cell in figure.cells if cell.group == group.group]
        _print_cells(mine, names)
    paper.say()
    if several:
        paper.say(f"Over all {len(figure.groups)} groups:")
    paper.print_table(
        ["if it were true that", "p", "p (Holm)"],
        [
            [_said(test, names), _chance(test.p_value), _chance(test.adjusted)]
            for test in figure.tests
        ],
    )


def _print_cells(cells: list[Cell], names: Names) -> None:
    bounded = any(cell.earliest is not None for cell in cells)
    head = ["days after entry", "state", "points", "95 %", "band of all", "p (Holm)"]
    paper.print_table(
        [*head, "with coarse dates at one end"] if bounded else head,
        [
            [
                cell.day,
                names.state(cell.state),
                _points(cell.difference),
                f"{_points(cell.low)} to {_points(cell.high)}",
                f"{_points(cell.band_low)} to {_points(cell.band_high)}",
                _chance(cell.p_value),
                *([f"{_points(cell.earliest)} to {_points(cell.latest)}"] if bounded else []),
            ]
            for cell in cells
        ],
    )


def _said(test: Tested, names: Names) -> str:
    said = _TESTS[test.code].format(names.state(test.state), names.state(test.to))
    if test.statistic is None:
        return said
    return f"{said}: {test.statistic:.2f}, {test.freedom} df"


def _points(share: float | None) -> str:
    return "" if share is None else f"{100 * share:+.1f}"


def _chance(p_value: float | None) -> str:
    if p_value is None:
        return ""
    return "< 0.0001" if p_value < 0.0001 else f"{p_value:.4f}"


def print_standardised(figure: Standardised, names: Names) -> None:
    """For each state and day the groups as they were and under one mix, and the mix."""
    by, over = figure.basis.by, figure.over
    mix = names.group(by, figure.to) if figure.to else "all groups together"
    paper.say()
    paper.say(
        f"As if all had the mix of cases of {mix}, by"
        f" {' and '.join(names.scheme(scheme) for scheme in over)}"
        f" (unit: {names.unit(figure.basis.unit)})"
    )
    paper.print_table(
        ["group", "days after entry", "state", "as it was", "with that mix", "95 %"],
        [
            [
                names.group(by, group.group),
                value.day,
                names.state(value.state),
                paper.percent(value.crude),
                paper.percent(value.p),
                f"{paper.percent(value.low)[:-2]}–{paper.percent(value.high)[:-2]}",
            ]
            for group in figure.groups
            for value in group.values
            if value.p > 0 or value.crude > 0
        ],
    )
    paper.say()
    paper.print_table(
        ["kind of cases", "weight", *(names.group(by, one.group) for one in figure.groups)],
        [
            [
                names.kind(over, stratum.terms),
                paper.percent(stratum.weight) if stratum.kept else "left out",
                *stratum.sizes,
            ]
            for stratum in figure.strata
        ],
    )
    if figure.share < 1:
        paper.say(
            f"{paper.percent(1 - figure.share)} of all are of kinds that some group lacks or has"
            " fewer than 5 of. They are left out for every group."
        )


def print_trend(figure: Trend, names: Names) -> None:
    """One table for each state and day: the cohorts in order, and what each stretch says."""
    for course in figure.courses:
        paper.say()
        paper.say(f"{names.state(course.state)}, {course.day:,} days after entry")
        paper.print_table(
            ["entered in", "entered", f"{course.day:,} days ago or more", "share", "95 %"],
            [
                [
                    period.group,
                    period.entered,
                    point.watched,
                    "not yet" if point.p is None else paper.percent(point.p),
                    ""
                    if point.low is None or point.high is None
                    else f"{paper.percent(point.low)[:-2]}–{paper.percent(point.high)[:-2]}",
                ]
                for period, point in zip(figure.groups, course.points, strict=True)
            ],
        )
        _print_segments(course)
    for one in figure.breaks:
        paper.say(f"Break on {one.day}: {broke(one)}. Nothing is compared across it.")


def _print_segments(course: Course) -> None:
    for part in course.segments:
        if part.slope is None:
            paper.say(f"{part.first} to {part.last}: too little to say how it changes")
            continue
        paper.say(
            f"{part.first} to {part.last}: {_points(part.slope)} points a period"
            f" ({_points(part.low)} to {_points(part.high)});"
            f" no change at all: p {_chance(part.p_change)}"
        )


def broke(one: Break) -> str:
    """What a break is."""
    return {
        "tracked": f"{one.says or 'the agency'} began to see its cases",
        "crosswalk": f"the reading of the files changes (crosswalk {one.says})",
        "edition": f"edition {one.says} of the definition",
    }.get(one.what, one.says)
