"""What each view of the process shows, in one sentence, with the uncertainty of its number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from candlemark.measure.process import (
    CaseLimits,
    Changes,
    Coverage,
    Flow,
    Limits,
    Rework,
    Stuck,
    Variants,
)
from candlemark.web.desks.figures.process.drawn import due

if TYPE_CHECKING:
    from candlemark.measure.process import (
        FlowGroup,
        LimitGroup,
        ReworkGroup,
        StuckGroup,
        VariantGroup,
    )
    from candlemark.measure.views import View
    from candlemark.web.desks.figures.process.worded import Worded

LEVEL: Final = 0.05
"""A difference is said to stand where chance makes one so large less often than this."""


def sentence(words: Worded, group: str) -> str:
    """The sentence of one group of a figure; of a view without groups, of the whole."""
    found: View = words.figure.found
    match found:
        case Flow() | Variants() | Rework() | Stuck():
            here = next((one for one in found.groups if one.group == group), None)
            if here is None:
                return ""
            said = {Flow: _flow, Variants: _variants, Rework: _rework, Stuck: _stuck}
            text: str = said[type(found)](here, words)  # type: ignore[operator]
            return text
        case Limits() | CaseLimits():
            return _(
                "Each limit with what became of it. Those who still have time are no breach, and "
                "whoever waits beyond it is counted though nothing was decided."
            )
        case Changes():
            return _changes(found, words)
        case Coverage():
            return _coverage(words)


def limit_sentence(found: LimitGroup, words: Worded) -> str:
    """The probability that a limit is kept, in words."""
    if found.within is None:
        return _("Nobody was watched for so long, so how often it is kept cannot be said yet.")
    return _("Kept in time with a probability of %(interval)s, those still waiting considered.") % {
        "interval": words.interval(found.within)
    }


def _flow(group: FlowGroup, words: Worded) -> str:
    reader = words.reader
    still = sum(node.still for node in group.nodes)
    said = _(
        "%(count)s entered (%(unit)s). On %(day)s, %(still)s of them were waiting somewhere."
    ) % {
        "count": reader.number(group.units),
        "unit": words.names.unit(words.figure.basis.unit),
        "day": reader.day(words.figure.basis.as_of),
        "still": reader.number(still),
    }
    if not group.arrows:
        return said + " " + _("Nobody has moved yet.")
    most = group.arrows[0]
    return (
        said
        + " "
        + _("The most frequent move is from “%(first)s” to “%(then)s”: %(moves)s.")
        % {
            "first": words.state(most.start),
            "then": words.state(most.end),
            "moves": ngettext("%(num)s time", "%(num)s times", most.moves)
            % {"num": reader.number(most.moves)},
        }
    )


def _variants(group: VariantGroup, words: Worded) -> str:
    reader = words.reader
    if not group.variants:
        return ""
    most = group.variants[0]
    told = {
        "count": reader.number(group.units),
        "ways": reader.number(len(group.variants)),
        "way": words.way(most.states, still=most.open),
        "share": reader.share(most.units / group.units),
    }
    said = (
        _(
            "%(count)s went %(ways)s different ways. The most frequent, %(way)s, is that of "
            "%(share)s."
        )
        % told
    )
    if most.open:
        said += " " + _("It has not ended, so more may follow.")
    return said


def _rework(group: ReworkGroup, words: Worded) -> str:
    if not group.states:
        return _("Nobody came back to a stage they had left.")
    most = max(group.states, key=lambda one: one.returned)
    told = {
        "left": words.reader.number(most.left),
        "stage": words.state(most.state),
        "back": words.reader.number(most.returned),
    }
    said = _("Of %(left)s that left “%(stage)s”, %(back)s came back so far.") % told
    if most.shares:
        last = most.shares[-1]
        said += " " + _(
            "Within %(days)s days of leaving it, %(interval)s come back, those still under "
            "way considered."
        ) % {
            "days": words.reader.number(last.day),
            "interval": words.interval(last),
        }
    return said


def _stuck(group: StuckGroup, words: Worded) -> str:
    beyond = sum(one.beyond or 0 for one in group.states)
    return _(
        "%(count)s wait. %(beyond)s of them wait longer than nine of ten did in the same "
        "stage. Nothing here says why, or that anybody is at fault."
    ) % {
        "count": words.reader.number(group.ranked),
        "beyond": words.reader.number(beyond),
    }


def _changes(found: Changes, words: Worded) -> str:
    parts = (found.moves, found.dwells, found.variants)
    tests = [one.test for part in parts for one in part if one.test is not None]
    apart = sum(test.adjusted < LEVEL for test in tests)
    return _(
        "%(before)s entered in the first period and %(after)s in the second. Of %(tests)s "
        "comparisons, %(apart)s show a difference that chance makes less often than in "
        "%(level)s, all of them taken together. That says nothing about why."
    ) % {
        "before": words.reader.number(found.units[0]),
        "after": words.reader.number(found.units[1]),
        "tests": words.reader.number(len(tests)),
        "apart": words.reader.number(apart),
        "level": words.reader.share(LEVEL, 0),
    }


def _coverage(words: Worded) -> str:
    rows = due(words.figure)
    if not rows:
        return ""
    times = sum(row.times for row in rows)
    known = sum(round(row.share * row.times) for row in rows)
    return _(
        "%(share)s of everything asked of each stage reached is answered. A field that is empty "
        "says nothing: it is neither no nor zero."
    ) % {"share": words.reader.share(known / times)}
