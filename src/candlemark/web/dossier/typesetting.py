"""From blocks to a PDF: the template of a dossier, which is ours and fixed."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from candlemark.publish import paper

if TYPE_CHECKING:
    from candlemark.web.dossier.content import Dossier


def typeset(content: Dossier) -> bytes:
    """The PDF of a dossier; the same content gives the same bytes."""
    return paper.typeset(_template(), content)


@cache
def _template() -> bytes:
    return files("candlemark.web.dossier").joinpath("dossier.typ").read_bytes()
