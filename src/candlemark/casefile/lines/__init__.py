"""One line per case: what lists, filters, counts and the docket need of it, ready to be asked.

A line is folded from the standing statements of a case, by the same folds as its page, and kept in
the read model of what happened (``keeping.py``).  It holds codes, days, numbers and neutral titles,
and nothing of who anybody is.  What depends on today is not kept: days are, and today is compared
with them when somebody asks (``candlemark.casefile.listing``).
"""

from candlemark.casefile.lines.bits import ones, set_of, together
from candlemark.casefile.lines.keeping import GATHERING, gather_all
from candlemark.casefile.lines.line import DueRow, Line, line_of
from candlemark.casefile.lines.way import Step, Way, read, ways_of

__all__ = [
    "GATHERING",
    "DueRow",
    "Line",
    "Step",
    "Way",
    "gather_all",
    "line_of",
    "ones",
    "read",
    "set_of",
    "together",
    "ways_of",
]
