"""Candlemark: from the first report to the last judgment, one shared record."""

__version__ = "0.1.0"
