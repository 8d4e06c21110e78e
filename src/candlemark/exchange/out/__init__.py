"""Cases out into files: what is taken, and in which form it is written.

Nothing of who somebody is leaves unless it was asked for; cases of persons who do not agree to the
use asked for are left out and counted; every file says what is in it and what it may be used for.
"""

from candlemark.exchange.out.files import FORMS, ExportFile, Form, export
from candlemark.exchange.out.taken import Taken, Terms, take

__all__ = ["FORMS", "ExportFile", "Form", "Taken", "Terms", "export", "take"]
