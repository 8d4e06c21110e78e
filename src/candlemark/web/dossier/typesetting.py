"""From blocks to a PDF, with typst, in memory.

The template is ours and fixed; everything else goes in as one JSON text and is only ever placed,
never evaluated.  Fonts are ours: those of the machine are not looked at, so that a PDF says nothing
of where it was made and looks the same everywhere.  It carries no date and no author.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import as_file, files
from typing import TYPE_CHECKING, Final

import typst

if TYPE_CHECKING:
    from candlemark.web.dossier.content import Dossier

_HERE: Final = "candlemark.web.dossier"


def typeset(content: Dossier) -> bytes:
    """The PDF of a dossier; the same content gives the same bytes."""
    data = json.dumps(content, ensure_ascii=False, sort_keys=True)
    pdf: bytes = typst.compile(
        _template(),
        sys_inputs={"data": data},
        font_paths=_fonts(),
        format="pdf",
        timestamp=0,
    )
    return pdf


@cache
def _template() -> bytes:
    return files(_HERE).joinpath("dossier.typ").read_bytes()


@cache
def _fonts() -> typst.Fonts:
    with as_file(files(_HERE).joinpath("fonts")) as folder:
        return typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(folder)]
        )
