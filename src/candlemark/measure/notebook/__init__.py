"""Figures in a notebook: ``import candlemark``, then ask a data frame, a file or a vault.

::

    log = candlemark.read_events(frame, case="id", activity="what", time="when")
    log.occupancy(at=[90, 365])

What comes back draws itself in a cell, says itself in one sentence, and gives its rows to any data
frame that reads Arrow.  It is the same figure the command line and the pages give, with the same
identity.  Sentences are in English; the pages have them in five tongues.
"""

from candlemark.measure.notebook.logs import Log, read_events
from candlemark.measure.notebook.shown import ShownFigure
from candlemark.measure.notebook.vaults import Holding, OpenVault, open_vault

__all__ = ["Holding", "Log", "OpenVault", "ShownFigure", "open_vault", "read_events"]
