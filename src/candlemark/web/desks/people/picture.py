"""A QR code as a picture in the page itself: no file, no other site, no script."""

from __future__ import annotations

import segno
from markupsafe import Markup


def picture(text: str) -> Markup:
    """The code of a text, dark on light in every look, because a camera wants it so."""
    code = segno.make(text, error="m")
    width, height = code.symbol_size(scale=1, border=4)
    marks = "".join(
        f"M{x} {y}h1v1h-1z"
        for y, row in enumerate(code.matrix_iter(border=4))
        for x, dark in enumerate(row)
        if dark
    )
    return Markup(
        '<svg class="qr" viewBox="0 0 {0} {1}" aria-hidden="true"><path class="qr-light" '
        'd="M0 0h{0}v{1}h-{0}z"/><path class="qr-dark" d="{2}"/></svg>'
    ).format(width, height, marks)
