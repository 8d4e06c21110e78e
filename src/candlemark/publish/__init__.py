"""What leaves the vault: protected figures as open data, gathered into numbered releases.

This floor takes :class:`~candlemark.protect.ProtectedFigure` and nothing else, by type and again at
run time; a figure that was not protected is refused with the name of the door it must pass.  Read
``dataset`` (one figure as a file that explains itself), then ``release``.

First form: no signatures and no static site yet.
"""

from candlemark.publish.dataset import LICENCE, columns, csv_text, describe, json_document
from candlemark.publish.release import Release

__all__ = ["LICENCE", "Release", "columns", "csv_text", "describe", "json_document"]
