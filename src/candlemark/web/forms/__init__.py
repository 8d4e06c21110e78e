"""Forms in which a case is written: one form for one kind of statement.

A form asks for the fields of a fact, shows what was said before when it corrects, and gives back
what it says; it keeps whatever was typed, however often it is refused.  Read in this order:
``setting`` (what a form may know), ``fields`` (the kinds of questions), ``statement`` (a form for a
fact), ``faults`` (what is wrong, at its field), ``told`` (a statement in words).
"""

from __future__ import annotations

from candlemark.web.forms.faults import Faults
from candlemark.web.forms.setting import Setting
from candlemark.web.forms.statement import StatementForm
from candlemark.web.forms.told import told

__all__ = ["Faults", "Setting", "StatementForm", "told"]
