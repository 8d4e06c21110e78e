"""Which source an address speaks of, and what the sources of figures and links are called."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.http import Http404
from django.utils.translation import gettext as _

from candlemark.linkage.from_cases import CASES as LINKED_CASES
from candlemark.linkage.from_cases import PERSONS

if TYPE_CHECKING:
    from candlemark.agency import Batch
    from candlemark.web.doors import Door
    from candlemark.web.reader import Reader

CASES: Final = "cases"
"""Stands in an address for the cases entered by hand."""


def batch_of(door: Door, about: str) -> Batch | None:
    """The import an address speaks of; None for the cases entered by hand.

    Raises:
        UnknownBatch: there is none; the page for it is the one of an address without a page.
    """
    return None if about == CASES else door.batch(about)


def code_of(door: Door, about: str) -> str:
    """The crosswalk an address speaks of; empty for the cases entered by hand."""
    batch = batch_of(door, about)
    return batch.crosswalk if batch else ""


def listed_code(door: Door, about: str) -> str:
    """The same of a page: of an import that another one took the place of there is none."""
    batch = batch_of(door, about)
    if batch is not None and batch not in door.latest():
        raise Http404
    return batch.crosswalk if batch else ""


def source_name(door: Door, reader: Reader, source: str) -> str:
    """The agency whose files a source is, or the cases entered by hand."""
    if source in {"", LINKED_CASES, PERSONS}:
        return _("Cases entered by hand")
    crosswalk = door.crosswalk_or_none(source)
    return reader.text(crosswalk.agency_labels) if crosswalk else source
