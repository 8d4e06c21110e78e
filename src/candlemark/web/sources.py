"""What the sources of links are called."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from candlemark.linkage.from_cases import CASES, PERSONS

if TYPE_CHECKING:
    from candlemark.web.doors import Door
    from candlemark.web.reader import Reader


def source_name(door: Door, reader: Reader, source: str) -> str:
    """The agency whose files a source is, or the cases entered by hand."""
    if source in {CASES, PERSONS}:
        return _("Cases entered by hand")
    crosswalk = door.crosswalk_or_none(source)
    return reader.text(crosswalk.agency_labels) if crosswalk else source
