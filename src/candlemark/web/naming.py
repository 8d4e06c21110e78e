"""Names of what stands in a figure: stages as the agency calls them, states, groups, units."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from candlemark.definition import REACHED
from candlemark.measure import PENDING
from candlemark.measure.columns import UNMAPPED
from candlemark.measure.labels import AND, ENDED
from candlemark.measure.log.ask import AGENCY, PERIODS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from candlemark.definition import Crosswalk, Edition
    from candlemark.definition.crosswalk import EventRule
    from candlemark.web.reader import Reader


ISOLATED: Final = "\u2068{}\u2069"
"""A number that reads the same beside letters that run right to left and alone in a line."""


def period_name(code: str) -> str:
    """What a period of entry is called."""
    return {
        "entry-year": _("Year of entry"),
        "entry-quarter": _("Quarter of entry"),
        "entry-month": _("Month of entry"),
    }[code]


@dataclass(frozen=True, slots=True)
class Names:
    """Words of one reader for the codes of one figure."""

    edition: Edition
    crosswalk: Crosswalk | None
    reader: Reader

    def stage(self, own: str) -> str:
        """The agency's own name of a stage; the definition's for cases entered by hand."""
        if self.crosswalk is not None:
            for rule in self.crosswalk.stages:
                if rule.own == own:
                    return self.reader.text(rule.labels)
        return self._term("stages", own)

    @property
    def goal(self) -> EventRule | None:
        """The last stage the agency sees, where reaching it ends a case for the agency."""
        return self.crosswalk.goal if self.crosswalk is not None else None

    def state(self, code: str) -> str:
        """A state: pending, a group of outcomes, or, asked stage by stage, a stage.

        Where an agency sees only that its last stage was reached, that stage is named.
        """
        if code == PENDING:
            return _("Pending")
        code, own = code.removeprefix(ENDED), code
        if code == own and code not in self.edition.scheme("outcomes"):
            return self.stage(own)
        if code == REACHED and self.goal is not None:
            return self.reader.text(self.goal.labels)
        return self._term("outcomes", code)

    def group(self, by: str, code: str) -> str:
        """A group of a divided figure: a term, an absence, or codes nobody knows."""
        if not code:
            return _("Everybody")
        if code == UNMAPPED:
            return _("Codes the crosswalk does not know")
        if by in {AGENCY, *PERIODS}:
            return ISOLATED.format(self.reader.digits(code))
        if by not in self.edition.by_code:  # a log's own words
            return code
        if code in self.edition.scheme(by):
            return self._term(by, code)
        return self._term("absences", code)

    def unit(self, code: str) -> str:
        """What is counted."""
        return self._term("counting-units", code)

    def scheme(self, code: str) -> str:
        """The name of a scheme, or of what else divides cases."""
        if code == AGENCY:
            return _("Agency")
        if code in PERIODS:
            return period_name(code)
        return self.reader.text(self.edition.scheme(code).labels)

    def kind(self, over: Sequence[str], terms: Sequence[str]) -> str:
        """A kind of cases: its terms, scheme by scheme."""
        return self.reader.comma.join(
            self.reader.listed(self.group(scheme, code) for code in term.split(AND))
            for scheme, term in zip(over, terms, strict=True)
        )

    def days(self, count: int) -> str:
        """So many days."""
        return ngettext("%(num)s day", "%(num)s days", count) % {"num": self.reader.number(count)}

    def agency(self, name: str) -> str:
        """The agency's name for this reader."""
        labels: Mapping[str, str] = self.crosswalk.agency_labels if self.crosswalk else {"en": name}
        return self.reader.text(labels) if self.crosswalk else name

    def _term(self, scheme: str, code: str) -> str:
        found = self.edition.scheme(scheme)
        return self.reader.text(found.term(code).labels) if code in found else code
