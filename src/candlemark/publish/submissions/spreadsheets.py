"""The incidents of a submission as rows, for recipients who put them into a table of their own.

First come the columns the recipient asks for, in words; then the codes of its categories and of
our terms, for programs.  Dates in the column of codes are ISO 8601, as exact as they are told.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from candlemark.exchange.out.sheets import Sheet, sheets_file
from candlemark.exchange.out.spreadsheets import csv_file
from candlemark.publish.submissions.crosswalk import BIAS, OFFENCE
from candlemark.publish.submissions.incidents import FIELDS, fields

if TYPE_CHECKING:
    from collections.abc import Iterator

    from candlemark.publish.submissions.document import Composed
    from candlemark.publish.submissions.facts import IncidentTold
    from candlemark.publish.submissions.voice import Voice

CODES: Final = (
    "date_iso",
    "until_iso",
    "country_iso",
    "region",
    "bias_categories",
    "crime_categories",
    "bias_grounds",
    "offences",
    "stages",
    "detail",
)
"""The columns of codes; several codes in one cell are parted by a space."""


_WIDTHS: Final = (12, 18, 22, 26, 26, 60, 24, 24, 28, *(14,) * len(CODES))
_ABOUT: Final = (100,)
"""Letters in each column."""


def incidents_csv(whole: Composed, tongue: str) -> bytes:
    """The incidents as CSV."""
    voice = whole.voice(tongue)
    return csv_file(_columns(voice), incident_rows(whole, tongue))


def incidents_xlsx(whole: Composed, tongue: str) -> bytes:
    """The incidents as a sheet, and one that says what they are."""
    voice = whole.voice(tongue)
    rtl, rows, about = voice.speaker.rtl, incident_rows(whole, tongue), _about(whole, voice)
    return sheets_file(
        [
            Sheet("incidents", _columns(voice), rows, _WIDTHS, len(FIELDS), rtl),
            Sheet("about", (dict(whole.said.titles)[tongue],), about, _ABOUT, rtl=rtl),
        ]
    )


def _columns(voice: Voice) -> tuple[str, ...]:
    return (*map(voice.said, FIELDS), *CODES)


def incident_rows(whole: Composed, tongue: str) -> Iterator[tuple[str, ...]]:
    """A row for each incident: what is said of it, then the codes."""
    voice = whole.voice(tongue)
    categories = whole.form.categories
    for case in whole.cases:
        told = case.told
        grounds = [code for code, _ in told.grounds]
        theirs = ("", "")
        if categories is not None:
            theirs = (
                " ".join(categories.of(BIAS, grounds)),
                " ".join(categories.of(OFFENCE, told.offences)),
            )
        yield (
            *(text for text, _ in fields(told, voice, categories)),
            *_codes(told, theirs),
        )


def _codes(told: IncidentTold, theirs: tuple[str, str]) -> tuple[str, ...]:
    return (
        told.when,
        told.until,
        told.country,
        told.region,
        *theirs,
        " ".join(code for code, _ in told.grounds),
        " ".join(filter(None, told.offences)),
        " ".join(stage for stage, _, _ in told.steps),
        told.detail,
    )


def _about(whole: Composed, voice: Voice) -> Iterator[tuple[str]]:
    said = whole.said
    for part in dict(said.texts)[voice.tongue].splitlines():
        if part.strip():
            yield (part.strip(),)
    for code in ("consented", "not-a-count", "suspects"):
        yield (voice.said(code),)
    if whole.form.categories is not None:
        yield (voice.said("categories"),)
        yield (whole.form.categories.source,)
    yield (voice.said("printed", edition=said.edition, print=said.edition_fingerprint),)
