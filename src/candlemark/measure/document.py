"""A figure as one document with an identity, and such a document read again.

The identity is over everything the figure says: its question, what it stands on, every number.  It
is not over the program that computed it, which is noted beside, because the same figure must have
the same identity whoever computes it again; nor over the names of cases, which stand beside a list
of them and go no further than the list.  A document that was changed after it was made is
refused before anybody compares it with anything.  Format: docs/formats/figure.md.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from candlemark import __version__
from candlemark.errors import FigureDiffers, NotUnderstood
from candlemark.measure.canonical import identity
from candlemark.measure.flat import as_json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from candlemark.measure.figure import Figure
    from candlemark.measure.views.figure import ProcessFigure

FORMAT: Final = "candlemark-figure/1"
CASES: Final = "cases"
"""Name of the document under which names of cases stand; what is kept has none of them."""
_APART: Final = ("identity", "made_with", CASES)
"""Names of the document that the identity is not over."""
_MOST: Final = 256 << 20
"""Bytes; a document larger than this was not written by a figure."""


def document(figure: Figure | ProcessFigure[Any]) -> dict[str, object]:
    """The whole figure as a plain document, its identity in it."""
    said = {"format": FORMAT, **as_json(figure)}
    if not said.get(CASES):
        said.pop(CASES, None)
    return {
        "identity": identity(said_by(said)),
        **said,
        "made_with": {"candlemark": __version__, "numpy": np.__version__},
    }


def identity_of(figure: Figure | ProcessFigure[Any]) -> str:
    """The identity of a figure: ``sha256:`` and 64 hexadecimal digits."""
    return str(document(figure)["identity"])


def read_document(text: bytes) -> dict[str, Any]:
    """A figure that ``candlemark measure … --json`` wrote.

    Raises:
        NotUnderstood: this is no figure, or one of a later format.
        FigureDiffers: it was changed after it was computed.
    """
    hint = "name a file that candlemark measure QUESTION --json or --out wrote"
    try:
        if len(text) > _MOST:
            raise ValueError
        found = json.loads(text, parse_constant=_refuse)
        claimed, computed, form = found["identity"], identity(said_by(found)), found["format"]
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise NotUnderstood("this is not a figure", hint=hint) from error
    if form != FORMAT:
        raise NotUnderstood(
            "this figure is of a format this version does not know",
            hint="compute it again with the version that wrote it, or a later one",
        )
    if claimed != computed:
        raise FigureDiffers(
            "the figure was changed after it was computed: its content has another identity",
            hint="ask whoever gave it to you for the file as it was written",
        )
    if not isinstance(found.get("basis"), dict) or not isinstance(found.get("groups"), list):
        raise NotUnderstood("this is not a figure", hint=hint)
    checked: dict[str, Any] = found
    return checked


def said_by(found: Mapping[str, Any]) -> dict[str, Any]:
    """What the identity of a document is over."""
    return {name: found[name] for name in found if name not in _APART}


def _refuse(name: str) -> None:
    raise ValueError(name)
