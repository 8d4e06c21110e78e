"""What leaves: protected figures as open data, gathered into numbered releases, as static files.

This floor takes :class:`~candlemark.protect.ProtectedFigure` and nothing else, by type and again at
run time; a figure that was not protected is refused with the name of the door it must pass.  Read
``table`` (the one form everything is written from), ``turning`` (how a figure becomes one),
``covering`` (what it covers), ``open`` (the files of a table), ``releases`` (what is public, and
who said so), ``answers`` (what agencies say to it), ``beside`` (official numbers of others, as
facts with their source), ``site`` (the tree of files and its signed manifest), ``submissions``
(what is sent to a body), ``paper`` (the typesetter).  ``dataset`` is one figure as a document, for
whoever tries a release.
"""

from candlemark.publish import answers, contact, releases, submissions
from candlemark.publish.dataset import LICENCE, columns, describe, json_document
from candlemark.publish.table import Sign, Table
from candlemark.publish.turning import table_of

KINDS = releases.KINDS | answers.KINDS | contact.KINDS | submissions.KINDS
"""What this floor says in the ledger."""

__all__ = [
    "KINDS",
    "LICENCE",
    "Sign",
    "Table",
    "columns",
    "describe",
    "json_document",
    "table_of",
]
