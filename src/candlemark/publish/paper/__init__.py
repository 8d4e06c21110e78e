"""PDFs, set by typst in memory: a fixed template of ours and everything else as data.

What goes in as data is only ever placed, never evaluated, so no text can run anything.  Fonts are
ours: those of the machine are not looked at, so that a PDF says nothing of where it was made and
looks the same everywhere.  It carries no date and no author, and nothing is written to disk.
Decisions 0015 and 0027.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import as_file, files
from typing import TYPE_CHECKING, Any

import typst

from candlemark.errors import NotInOrder

if TYPE_CHECKING:
    from collections.abc import Mapping


def typeset(template: bytes, content: Mapping[str, Any], *, universal: bool = False) -> bytes:
    """A PDF; the same template and content give the same bytes.

    Args:
        template: ours, in typst's language; it finds the content as JSON in ``sys.inputs.data``.
        content: anything JSON knows.
        universal: whether it must keep PDF/UA-1 (ISO 14289-1), so that everybody can read it.

    Raises:
        NotInOrder: the standard cannot be kept: a text holds letters that our fonts do not have.
    """
    data = json.dumps(content, ensure_ascii=False, sort_keys=True)
    try:
        pdf: bytes = typst.compile(
            template,
            sys_inputs={"data": data},
            font_paths=_fonts(),
            format="pdf",
            timestamp=0,
            pdf_standards=["ua-1"] if universal else [],
        )
    except typst.TypstError as cause:
        # Its message quotes the text it stumbled over, which may be sealed: it goes no further.
        if not universal or "could not be displayed" not in str(cause):
            raise
        raise NotInOrder(
            "a text holds letters that cannot be printed",
            hint="Latin, Cyrillic, Greek and Arabic letters can be; write it with these",
        ) from None
    return pdf


@cache
def _fonts() -> typst.Fonts:
    with as_file(files("candlemark.publish.paper").joinpath("fonts")) as folder:
        return typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(folder)]
        )
