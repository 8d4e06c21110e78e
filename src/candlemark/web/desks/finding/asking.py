"""Which cases a reader asks for, read from the codes in an address.

A region says where something happened, and a browser keeps addresses: in one stands a word in its
place that only this session understands.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Final

from candlemark.casefile.lines.line import COUNTRY, ENDED, NO_WAY, STANDS
from candlemark.casefile.listing import DueFilter, Filter, Sort
from candlemark.casefile.where import REGIONS
from candlemark.errors import NotUnderstood
from candlemark.ids import check_id
from candlemark.web.address_end import address_end

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from django.http import QueryDict

    from candlemark.definition import Edition

    Veil = Callable[[str], str]

DUE: Final = "due"
SINCE: Final = "since"
SORT: Final = "sort"
AFTER: Final = "after"
SORTS: Final = (Sort.SAID, Sort.OPENED, Sort.WAITING, Sort.DUE, Sort.REFERENCE)
"""Orders that can be chosen; that of a search is its own."""
_MOST: Final = 40
"""Terms in one filter."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One question for a list, as its address has it."""

    terms: tuple[tuple[str, str], ...] = ()
    due: DueFilter | None = None
    since: date | None = None
    sort: Sort = Sort.SAID
    after: str = ""
    veil: Veil = field(default=str, compare=False, repr=False)
    """What stands for a region in an address."""

    @property
    def filter(self) -> Filter:
        """As the casefile floor takes it."""
        return Filter(self.terms, self.due, self.since, None, self.sort)

    @property
    def narrowed(self) -> bool:
        """Whether any filter is on."""
        return bool(self.terms or self.due or self.since)

    @property
    def fields(self) -> tuple[tuple[str, str], ...]:
        """The terms as they stand in an address."""
        return tuple(
            (scheme, self.veil(term) if scheme == REGIONS else term) for scheme, term in self.terms
        )

    @property
    def query(self) -> str:
        """The question as the end of an address."""
        fields = [*self.fields]
        if self.due:
            fields.append((DUE, self.due.value))
        if self.since:
            fields.append((SINCE, self.since.isoformat()))
        if self.sort is not Sort.SAID:
            fields.append((SORT, self.sort.value))
        if self.after:
            fields.append((AFTER, self.after))
        return address_end(fields)

    def with_term(self, scheme: str, term: str) -> Asked:
        """The same with a term chosen, or no longer chosen, from the first page on."""
        pair = (scheme, term)
        rest = tuple(one for one in self.terms if one != pair)
        terms = rest if pair in self.terms else (*self.terms, pair)
        return replace(self, terms=terms, after="")

    def with_due(self, due: DueFilter | None) -> Asked:
        """The same with what is due chosen, or no longer chosen."""
        return replace(self, due=None if due is self.due else due, after="")

    def without_since(self) -> Asked:
        """The same whenever something was last said."""
        return replace(self, since=None, after="")

    def sorted_by(self, sort: Sort) -> Asked:
        """The same in another order."""
        return replace(self, sort=sort, after="")

    def behind(self, case_id: str) -> Asked:
        """The page behind a case."""
        return replace(self, after=case_id)


def read(
    query: QueryDict | Mapping[str, str], edition: Edition, veil: Veil = str
) -> tuple[Asked, int]:
    """The question in an address; and how much of it could not be read and was left out.

    Args:
        query: the address.
        edition: with the terms.
        veil: gives what stands for a region in this session's addresses.
    """
    asked, lost = Asked(veil=veil), 0
    regions = {veil(term.code): term.code for term in edition.scheme(REGIONS)}
    for name in query:
        values = query.getlist(name) if hasattr(query, "getlist") else [query[name]]
        for value in values:
            said = regions.get(value, "?") if name == REGIONS and value else str(value)
            more = taken(asked, edition, name, said)
            lost += more is None
            asked = more or asked
    return asked, lost


def taken(asked: Asked, edition: Edition, name: str, value: str) -> Asked | None:
    """The question with one more part of the address in it; None when it cannot be read."""
    if not value:
        return asked
    try:
        if name == DUE:
            return replace(asked, due=DueFilter(value))
        if name == SINCE:
            return replace(asked, since=date.fromisoformat(value))
        if name == SORT:
            sort = Sort(value)
            return replace(asked, sort=sort) if sort in SORTS else None
        if name == AFTER:
            return replace(asked, after=check_id(value, "case"))
    except (ValueError, NotUnderstood):
        return None
    if is_term(edition, name, value) and len(asked.terms) < _MOST:
        pair = (name, value)
        return asked if pair in asked.terms else replace(asked, terms=(*asked.terms, pair))
    return None


def is_term(edition: Edition, scheme: str, term: str) -> bool:
    """Whether cases can be filtered by this."""
    if scheme == COUNTRY:
        return len(term) == 2 and term.isascii() and term.isupper()
    if scheme == STANDS:
        return term in {ENDED, NO_WAY} or term in edition.scheme("stages")
    return scheme in edition.by_code and term in edition.scheme(scheme)
