"""A statement in words: every question that has an answer, with the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from candlemark.web.forms.questions import Question

if TYPE_CHECKING:
    from markupsafe import Markup

    from candlemark.ledger import Fact
    from candlemark.web.forms.setting import Setting
    from candlemark.web.forms.statement import StatementForm

Answer = tuple[str, list["str | Markup"]]
"""What was asked, and the answer line by line."""


def told(setting: Setting, form: type[StatementForm], fact: Fact) -> list[Answer]:
    """What a statement says, in the words and order of the form it is written in."""
    reasons = {one.field: one.why for one in getattr(fact, "absent", ())}
    found: list[Answer] = []
    for name, question in form.base_fields.items():
        if not isinstance(question, Question):
            continue
        lines = list(question.told(setting, getattr(fact, name)))
        if not lines and name in reasons:
            lines = [setting.term("absences", reasons[name])]
        if lines:
            found.append((str(question.label), lines))
    return found
