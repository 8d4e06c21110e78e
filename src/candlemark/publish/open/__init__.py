"""Open data: one table in every form that other people's programs read, each self-explaining.

One writer per format, each a pure function of the table and of where it is published; ``formats``
names them all, and one suite of tests holds every one to the same promise: each cell comes back
with its sign, read by a program that is not ours.  Read ``placing`` first, then any writer.
"""

from __future__ import annotations

from candlemark.publish.open.formats import FORMATS, Format, files_of
from candlemark.publish.open.placing import Placing
from candlemark.publish.open.recomputing import LINES

__all__ = ["FORMATS", "LINES", "Format", "Placing", "files_of"]
