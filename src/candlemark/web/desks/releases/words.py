"""How tables, groups, states and intruders are said on the pages of releases."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from candlemark.publish.answers import Step as Said
from candlemark.publish.releases import State

if TYPE_CHECKING:
    from candlemark.protect import Wanted
    from candlemark.web.naming import Names

SPAN: Final = "span"
"""What divides a table of a curve: days since cases entered."""
BROADEST: Final = "^"
"""Behind a scheme: its broadest terms only."""


@dataclass(frozen=True, slots=True)
class Words:
    """Words for the tables of one source."""

    names: Names

    def table(self, one: Wanted) -> str:
        """What a table tells, as somebody who ticks it reads it."""
        said = self._what(one)
        if one.by:
            by = self.names.reader.listed(self.scheme(code) for code in one.by)
            said = _("%(table)s, in groups by %(by)s") % {"table": said, "by": by}
        if one.year:
            year = self.names.reader.digits(one.year)
            said = _("%(table)s, of the year %(year)s") % {"table": said, "year": year}
        return said

    def _what(self, one: Wanted) -> str:
        if one.what == "steps":
            return _("How far they came")
        if one.what == "stands":
            return _("Where they stand after how long")
        if one.what == "reached":
            return _("How soon they come to “%(stage)s”") % {"stage": self.names.stage(one.of)}
        if one.what == "lasts":
            return _("How long they stay at “%(stage)s”") % {"stage": self.names.stage(one.of)}
        if not one.of:
            return _("How many came")
        if one.of.endswith(BROADEST):
            said = _("Who came: %(scheme)s, in its broadest words")
        else:
            said = _("Who came: %(scheme)s")
        return said % {"scheme": self._plain(one.of)}

    def scheme(self, code: str) -> str:
        """What divides a table."""
        if code == SPAN:
            return _("days since they entered")
        if code.endswith(BROADEST):
            return _("%(scheme)s, in its broadest words") % {"scheme": self._plain(code)}
        return self._plain(code)

    def _plain(self, code: str) -> str:
        bare = code.removesuffix(BROADEST)
        return self.names.scheme(bare) if bare in self.names.edition.by_code else bare

    def group(self, by: str, code: str) -> str:
        """A group of a table: one word for each thing that divides it."""
        schemes, parts = by.split("+") if by else [], code.split("+") if code else []
        if not parts or len(schemes) != len(parts):
            return code or _("Everybody")
        said = [self._part(of, part) for of, part in zip(schemes, parts, strict=True)]
        return " · ".join(said)

    def _part(self, scheme: str, code: str) -> str:
        if scheme == SPAN and code.isdigit():
            return _("up to %(days)s") % {"days": self.names.days(int(code))}
        return self.names.group(scheme.removesuffix(BROADEST), code)


def state(found: State) -> str:
    """Where a release stands."""
    return {
        State.DRAFTED: _("waits for a second person"),
        State.APPROVED: _("approved, not published yet"),
        State.PUBLISHED: _("published"),
        State.CORRECTED: _("corrected by a later one"),
        State.WITHDRAWN: _("withdrawn"),
    }[found]


def step(found: State) -> str:
    """What somebody did."""
    return {
        State.DRAFTED: _("Drafted"),
        State.APPROVED: _("Read and approved"),
        State.PUBLISHED: _("Published"),
        State.WITHDRAWN: _("Withdrawn"),
    }.get(found, found.value)


def answer_step(found: Said) -> str:
    """What happened between the group and an agency."""
    return {
        Said.ASKED: _("asked"),
        Said.ANSWERED: _("answered"),
        Said.UNANSWERED: _("nothing came"),
    }[found]


def intruder(code: str) -> str:
    """Who tries to work out something about one person."""
    return {
        "neighbour": _("a neighbour, who knows the month and the place"),
        "stage-too": _("somebody who knows the stage too"),
        "victim": _("a victim, who knows their own case"),
        "agency": _("an agency, which knows the cases it handled"),
    }.get(code, code)
