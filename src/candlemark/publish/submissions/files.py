"""The files of a submission: PDF in each tongue, DOCX for an annex, incidents as XLSX and CSV."""

from __future__ import annotations

import hashlib
from functools import cache, partial
from importlib.resources import files as resources
from typing import TYPE_CHECKING

from candlemark.errors import Fault, NotInOrder
from candlemark.measure.canonical import canonical
from candlemark.publish import paper
from candlemark.publish.submissions.blocks import words
from candlemark.publish.submissions.document import document
from candlemark.publish.submissions.forms import ANNEX
from candlemark.publish.submissions.spreadsheets import (
    incident_rows,
    incidents_csv,
    incidents_xlsx,
)
from candlemark.publish.submissions.word_file import word_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from candlemark.publish.releases.facts import InTongues
    from candlemark.publish.submissions.document import Composed


def files_of(whole: Composed) -> Mapping[str, bytes]:
    """Every file by its name; the same submission gives the same bytes.

    Raises:
        NotInOrder: it has more words than its recipient takes, or a text cannot be printed.
    """
    refuse_long(whole)
    return {name: make() for name, make in _makers(whole)}


def names_of(whole: Composed) -> tuple[str, ...]:
    """The names of its files, without making them."""
    return tuple(name for name, _ in _makers(whole))


def _makers(whole: Composed) -> Iterator[tuple[str, Callable[[], bytes]]]:
    form = whole.said.form
    for tongue in whole.said.tongues:
        yield f"{form}-{tongue}.pdf", partial(pdf, whole, tongue)
        if form.startswith(ANNEX):
            yield f"{form}-{tongue}.docx", partial(_docx, whole, tongue)
        if whole.cases:
            yield f"{form}-{tongue}.xlsx", partial(incidents_xlsx, whole, tongue)
            yield f"{form}-{tongue}.csv", partial(incidents_csv, whole, tongue)


def _docx(whole: Composed, tongue: str) -> bytes:
    return word_file(document(whole, tongue))


def pdf(whole: Composed, tongue: str) -> bytes:
    """The document in one tongue, tagged for everybody to read (PDF/UA-1).

    Raises:
        NotInOrder: a text holds letters that our fonts do not have.
    """
    return paper.typeset(_template(), document(whole, tongue), universal=True)


def content_of(whole: Composed) -> str:
    """SHA-256 of all that the documents say, in hex.

    Not of the files: how well a machine packs them is no matter of what two people agreed to.
    """
    said = {
        tongue: [document(whole, tongue), [list(row) for row in incident_rows(whole, tongue)]]
        for tongue in whole.said.tongues
    }
    return hashlib.sha256(canonical(said)).hexdigest()


def counted(whole: Composed) -> Mapping[str, int]:
    """How many words the document has in each tongue."""
    return {tongue: words(document(whole, tongue)) for tongue in whole.said.tongues}


def hashes(found: Mapping[str, bytes]) -> InTongues:
    """Pairs of a name and the SHA-256 of what it holds."""
    return tuple((name, hashlib.sha256(content).hexdigest()) for name, content in found.items())


def refuse_long(whole: Composed) -> None:
    """Refuse what its recipient would not read.

    Raises:
        NotInOrder: ``faults`` names each tongue in which it is too long, and by how much.
    """
    limit = whole.said.words
    faults = [
        Fault(tongue, f"it has {count:,} words, {count - limit:,} too many")
        for tongue, count in counted(whole).items()
        if limit and count > limit
    ]
    if faults:
        raise NotInOrder(
            f"this submission is longer than its recipient takes ({limit:,} words)",
            hint="shorten the text, describe fewer cases, or leave tables out",
            faults=faults,
        )


@cache
def _template() -> bytes:
    return resources("candlemark.publish.submissions").joinpath("submission.typ").read_bytes()
