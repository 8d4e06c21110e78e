"""A figure of the process with words for its codes, and the sentence that says what it shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from candlemark.measure.log.ask import AGENCY
from candlemark.web.desks.figures.attrition import fill_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from candlemark.measure.process import Filled, Share
    from candlemark.measure.views import ProcessFigure
    from candlemark.web.naming import Names
    from candlemark.web.reader import Reader

LAST = "last"
LEVEL = 0.05


@dataclass(frozen=True, slots=True)
class Worded:
    """A figure of the process in the words of one reader."""

    figure: ProcessFigure[Any]
    names: Names

    @property
    def reader(self) -> Reader:
        """Who reads."""
        return self.names.reader

    @property
    def divided(self) -> bool:
        """Whether it has several groups."""
        return self.figure.groups != ("",)

    def state(self, number: int) -> str:
        """What a state is called."""
        state = self.figure.states[number]
        return self.names.state(state.code) if state.final else self.names.stage(state.own)

    def fill(self, number: int) -> str:
        """How a state is drawn: a way of ending by its pattern, a stage plain."""
        state = self.figure.states[number]
        return fill_of(state.code) if state.final and state.code != "reached" else ""

    def way(self, states: Sequence[int], *, still: bool) -> str:
        """A sequence of states; what is still open goes on."""
        arrow = " ← " if self.reader.rtl else " → "
        return arrow.join([*(self.state(each) for each in states), *(["…"] if still else [])])

    def group(self, code: str) -> str:
        """What a group is called."""
        return self.names.group(self.figure.basis.by, code)

    def field(self, code: str) -> str:
        """What an input is called."""
        if code == "day":
            return _("the day")
        return _("the agency") if code == AGENCY else self.names.scheme(code)

    def interval(self, share: Share) -> str:
        """A probability with its interval, in one line."""
        told = {"share": share.p, "low": share.low, "high": share.high}
        return _("%(share)s (%(low)s to %(high)s)") % {
            name: self.reader.share(value) for name, value in told.items()
        }

    def weakest(self) -> str:
        """The input with the smallest share of answers, in words; nothing where all is there."""
        one: Filled | None = self.figure.weakest
        if one is None:
            return ""
        said = {"field": self.field(one.field), "share": self.reader.share(one.share)}
        if one.state < 0:
            return _("Weakest input: %(field)s, answered in %(share)s.") % said
        return _("Weakest input: %(field)s at “%(stage)s”, answered in %(share)s.") % {
            **said,
            "stage": self.state(one.state),
        }
