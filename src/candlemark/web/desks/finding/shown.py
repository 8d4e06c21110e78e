"""What a list shows beside its cases: the filters with their counts, in the reader's words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from django.utils.translation import gettext as _

from candlemark.casefile.lines.line import COUNTRY, ENDED, NO_WAY, STANDS
from candlemark.casefile.listing import DueFilter, Sort
from candlemark.casefile.where import REGIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from candlemark.casefile.listing import Listing
    from candlemark.definition import Edition
    from candlemark.web.desks.finding.asking import Asked
    from candlemark.web.reader import Reader

FACETS: Final = (
    STANDS, "stages", "bias-grounds", "offences", "agency-types", COUNTRY, REGIONS, "roles",
    "outcomes", "sentences", "mechanisms", "restraints", "consent-uses", "bias-indicators",
    "speech-outcomes", "speech-threshold", "evidence-kinds", "reliability",
)  # fmt: skip
"""The filters in the order they stand on the page; schemes not named here follow."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a filter."""

    label: str
    count: int
    chosen: bool
    query: str


@dataclass(frozen=True, slots=True)
class Facet:
    """One filter with its values."""

    code: str
    title: str
    choices: tuple[Choice, ...]

    @property
    def chosen(self) -> bool:
        """Whether one of its values is chosen."""
        return any(one.chosen for one in self.choices)


class Names(NamedTuple):
    """Words of one reader for codes."""

    edition: Edition
    reader: Reader

    def facet(self, code: str) -> str:
        """The name of a filter."""
        if code == STANDS:
            return _("Where it stands")
        if code == COUNTRY:
            return _("Country of the incident")
        if code == "stages":
            return _("Stage reached")
        if code == REGIONS:
            return _("Region of the incident")
        return self.reader.text(self.edition.scheme(code).labels)

    def term(self, scheme: str, code: str) -> str:
        """The name of a value."""
        if scheme == COUNTRY:
            return str(self.reader.locale.territories.get(code, code))
        if scheme == STANDS:
            if code == ENDED:
                return _("ended")
            if code == NO_WAY:
                return _("no proceeding recorded")
            scheme = "stages"
        found = self.edition.by_code.get(scheme)
        if found is None or code not in found:
            return code
        return self.reader.text(found.term(code).labels)

    def due(self, code: DueFilter) -> str:
        """The name of a filter of what is due."""
        return {
            DueFilter.WEEK: _("within 7 days"),
            DueFilter.MONTH: _("within 30 days"),
            DueFilter.QUARTER: _("within 90 days"),
            DueFilter.PASSED: _("a last day has passed"),
            DueFilter.NOTHING: _("no next step"),
        }[code]

    def sort(self, code: Sort) -> str:
        """The name of an order."""
        return {
            Sort.SAID: _("last worked on"),
            Sort.OPENED: _("newest first"),
            Sort.WAITING: _("waiting longest"),
            Sort.DUE: _("due soonest"),
            Sort.REFERENCE: _("own number"),
            Sort.FOUND: _("best match"),
        }[code]


def facets(found: Listing, asked: Asked, names: Names) -> tuple[Facet, ...]:
    """The filters that leave something to choose, with their counts."""
    return tuple(one for one in _facets(found, asked, names) if one.choices)


def _facets(found: Listing, asked: Asked, names: Names) -> Iterator[Facet]:
    due = (
        Choice(names.due(one), found.due[one], asked.due is one, asked.with_due(one).query)
        for one in DueFilter
        if found.due[one] or asked.due is one
    )
    yield Facet("due", _("What is due"), tuple(due))
    others = sorted(set(found.counts) - set(FACETS))
    for code in (*FACETS, *others):
        counts = dict(found.counts.get(code, {}))
        for scheme, term in asked.terms:
            if scheme == code:
                counts.setdefault(term, 0)
        yield Facet(
            code,
            names.facet(code),
            tuple(
                Choice(
                    names.term(code, term),
                    count,
                    (code, term) in asked.terms,
                    asked.with_term(code, term).query,
                )
                for term, count in sorted(counts.items(), key=_order(names, code))
            ),
        )


def _order(names: Names, scheme: str) -> Callable[[tuple[str, int]], tuple[int, int, str]]:
    """Stages in the order of the definition, everything else by how many there are."""
    stages = names.edition.scheme("stages")

    def key(one: tuple[str, int]) -> tuple[int, int, str]:
        term, count = one
        if scheme in {STANDS, "stages"}:
            return (stages.term(term).order if term in stages else len(stages), 0, term)
        return (0, -count, term)

    return key


def chosen(asked: Asked, names: Names) -> tuple[tuple[str, str, str], ...]:
    """What is chosen: the filter, its value, and the question without it."""
    terms = [
        (names.facet(scheme), names.term(scheme, term), asked.with_term(scheme, term).query)
        for scheme, term in asked.terms
    ]
    if asked.due:
        terms.append((_("What is due"), names.due(asked.due), asked.with_due(asked.due).query))
    if asked.since:
        day = names.reader.day(asked.since)
        terms.append((_("Worked on since"), day, asked.without_since().query))
    return tuple(terms)
