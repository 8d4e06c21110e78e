"""Cohorts of several periods for a page: one state over time, with the breaks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from candlemark.measure.drawing import Dot, Tick, top_of, trend_plot
from candlemark.measure.periods import place_of
from candlemark.measure.telling import course_of, last_segment
from candlemark.web.naming import ISOLATED

if TYPE_CHECKING:
    from candlemark.measure import Break, Course, PeriodValue, Segment, Trend
    from candlemark.measure.drawing import Svg
    from candlemark.web.naming import Names

_UNLIKELY = 0.05


@dataclass(frozen=True, slots=True)
class Cohort:
    """One period."""

    name: str
    entered: int
    value: PeriodValue
    breaks: tuple[str, ...]
    """Numbers of the breaks with which it begins or that lie in it."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """The time between two breaks, in words."""

    first: str
    last: str
    segment: Segment


@dataclass(frozen=True, slots=True)
class Followed:
    """The figure as a page shows it; ``course`` is None where no cohort has a value."""

    sentence: str
    state: str
    states: tuple[tuple[str, str], ...]
    day: int
    cohorts: tuple[Cohort, ...]
    stretches: tuple[Stretch, ...]
    breaks: tuple[tuple[str, str], ...]
    """Number, and what changed on which day."""
    plot: Svg | None


def followed(figure: Trend, names: Names, state: str = "") -> Followed:
    """The figure for a page, looked at in one state; in the one with most to say if none is named.

    A state that is not in the figure is taken for none.
    """
    reader = names.reader
    known = list(dict.fromkeys(one.state for one in figure.courses))
    course = course_of(figure, state if state in known else "")
    if course is None:
        return Followed(
            _("No cohort has been watched for long enough."), "", (), 0, (), (), (), None
        )
    numbers = [reader.number(place) for place in range(1, len(figure.breaks) + 1)]
    return Followed(
        sentence=_sentence(figure, course, names),
        state=names.state(course.state),
        states=tuple((code, names.state(code)) for code in known),
        day=course.day,
        cohorts=tuple(
            Cohort(
                _period(period.group, names),
                period.entered,
                value,
                tuple(
                    number
                    for number, one in zip(numbers, figure.breaks, strict=True)
                    if one.period == period.group
                ),
            )
            for period, value in zip(figure.groups, course.points, strict=True)
        ),
        stretches=tuple(_stretch(figure, course, one, names) for one in course.segments),
        breaks=tuple(
            (number, broke(one, names)) for number, one in zip(numbers, figure.breaks, strict=True)
        ),
        plot=_plot(figure, course, names),
    )


def broke(one: Break, names: Names) -> str:
    """What changed, and on which day."""
    day = names.reader.day(one.day)
    says = names.agency(one.says) if one.what == "tracked" else names.reader.digits(one.says)
    said = {
        "tracked": _("%(day)s: “%(what)s” began to see its cases."),
        "crosswalk": _("%(day)s: the files are read otherwise (crosswalk %(what)s)."),
        "edition": _("%(day)s: coded under edition %(what)s."),
    }.get(one.what, _("%(day)s: %(what)s"))
    return said % {"day": day, "what": ISOLATED.format(says)}


def _stretch(figure: Trend, course: Course, segment: Segment, names: Names) -> Stretch:
    """From the first cohort with a value to the last one, where there are any."""
    told = [
        period.group
        for period, value in zip(figure.groups, course.points, strict=True)
        if value.p is not None and segment.first <= period.group <= segment.last
    ] or [segment.first, segment.last]
    return Stretch(_period(told[0], names), _period(told[-1], names), segment)


def _period(code: str, names: Names) -> str:
    return ISOLATED.format(names.reader.digits(code))


def _sentence(figure: Trend, course: Course, names: Names) -> str:
    reader, part = names.reader, last_segment(course)
    if part is None:
        return _(
            "Fewer than two cohorts between breaks have been watched for %(days)s days: nothing"
            " can be said of a trend."
        ) % {"days": reader.number(course.day)}
    values = {
        period.group: point.p
        for period, point in zip(figure.groups, course.points, strict=True)
        if point.p is not None and part.first <= period.group <= part.last
    }
    first, last = min(values), max(values)
    said = _(
        "Of those who entered in %(first)s, %(was)s stood at “%(state)s” %(days)s days later; of"
        " those of %(last)s, %(now)s."
    ) % {
        "first": _period(first, names),
        "last": _period(last, names),
        "was": reader.share(values[first]),
        "now": reader.share(values[last]),
        "state": names.state(course.state),
        "days": reader.number(course.day),
    }
    p_value = part.p_change if part.p_change is not None else 1.0
    change = (
        _("The cohorts of that time differ by more than chance could make (p %(p)s).")
        if p_value < _UNLIKELY
        else _("That the cohorts of that time do not differ at all is possible (p %(p)s).")
    )
    return f"{said} {change % {'p': reader.equal(p_value)}}"


def _tick(share: float, names: Names) -> str:
    """A share at the side: without a fraction where it has none."""
    return names.reader.share(share, 0 if round(100 * share, 6).is_integer() else 1)


def _plot(figure: Trend, course: Course, names: Names) -> Svg:
    reader = names.reader
    top = top_of(max((one.high for one in course.points if one.high is not None), default=0.0))
    periods = [period.group for period in figure.groups]
    begins = [part.first for part in course.segments]
    return trend_plot(
        [
            Dot(
                _period(period.group, names),
                one.p,
                one.low,
                one.high,
                part=sum(first <= period.group for first in begins),
                whole=one.watched == period.entered,
            )
            for period, one in zip(figure.groups, course.points, strict=True)
        ],
        [
            Tick(place_of(one.day, periods) or 0.0, reader.number(number))
            for number, one in enumerate(figure.breaks, start=1)
        ],
        shares=[Tick(top * part, _tick(top * part, names)) for part in (0.5, 1.0)],
        top=top,
        title=_("“%(state)s” %(days)s days after entry, by when they entered")
        % {"state": names.state(course.state), "days": reader.number(course.day)},
        says=_("The table below holds the same numbers."),
        rtl=reader.rtl,
    )
