"""Where incidents happened, by regions of the definition.

A region says where, as the words of a place do.  Both are fields of one statement, so they are
sealed under one key, read by the same people and erased together.  A region is never made up from
the words of a place: a person says it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from candlemark.casefile.views import CaseFile
    from candlemark.definition import Edition

REGIONS: Final = "regions"
"""The scheme."""
REGION: Final = "region"
"""The field of an incident."""
_PART: Final = 3
"""Letters of a region in ISO 3166-2, at most, behind its country."""


def country_of(edition: Edition | None, region: str) -> str:
    """The country a region lies in, by ISO 3166-1; empty where the edition does not know it."""
    if edition is None or region not in edition.by_code.get(REGIONS, ()):
        return ""
    return region.partition("-")[0].upper()


def countries(edition: Edition) -> frozenset[str]:
    """The countries whose regions the edition lists."""
    scheme = edition.by_code.get(REGIONS, ())
    return frozenset(country_of(edition, term.code) for term in scheme)


def iso_of(region: str) -> str:
    """The code of ISO 3166-2 of a region; empty for one that gathers several and has none there.

    Such a term has a longer name: ``az-region-karabakh``.
    """
    country, _, part = region.upper().partition("-")
    return f"{country}-{part}" if part and "-" not in part and len(part) <= _PART else ""


def regions_of(case: CaseFile) -> tuple[str, ...]:
    """The regions of a case's incidents; where none has one, why not, as far as that was said."""
    said = tuple(dict.fromkeys(one.region for one in case.incidents if one.region))
    return said or tuple(
        dict.fromkeys(one.absent[REGION] for one in case.incidents if REGION in one.absent)
    )
