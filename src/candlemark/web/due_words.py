"""What a row of the docket is called, wherever it is shown: a page, a calendar, a dossier."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from candlemark.casefile.coming import CONSENT_REVIEW, STEP_RULES
from candlemark.casefile.docket import Form, State
from candlemark.casefile.limits import shipped_rules

if TYPE_CHECKING:
    from candlemark.casefile import Pathways
    from candlemark.casefile.docket import DocketRow
    from candlemark.definition import Edition
    from candlemark.web.reader import Reader


def called(row: DocketRow, reader: Reader, edition: Edition) -> str:
    """The label of its rule, or the kind of step; never words that somebody typed."""
    if row.form in {Form.BEYOND, Form.NATIONAL}:
        return reader.text(row.labels)
    if row.form is Form.CONSENT:
        term = edition.term("consent-uses", row.term)
        return _("Ask again for consent: %(use)s") % {"use": reader.text(term.labels)}
    return kind(row.form)


def kind(form: Form) -> str:
    """The kind of a row that comes from no law."""
    return {
        Form.HEARING: _("Hearing"),
        Form.TASK: _("Task"),
        Form.REVIEW: _("Review"),
        Form.DEADLINE: _("Deadline"),
        Form.CONSENT: _("Consent to ask for again"),
        Form.NOTHING: _("No next step"),
        Form.BEYOND: _("Limit of a body beyond the state"),
        Form.NATIONAL: _("Limit of the state’s law"),
    }[form]


def rule_called(rule: str, reader: Reader, pathways: Pathways) -> str:
    """The label of a rule by its code; the code itself for one that is there no more."""
    if rule == CONSENT_REVIEW:
        return kind(Form.CONSENT)
    if rule in STEP_RULES:
        return kind(Form(rule))
    labels = {one.code: one.labels for one in shipped_rules()}
    labels |= {one.code: one.labels for way in pathways.by_code.values() for one in way.limits}
    return reader.text(labels[rule]) if rule in labels else rule


def stands(state: State) -> str:
    """How a row stands on the day looked at."""
    return {
        State.OPEN: _("open"),
        State.OVERDUE: _("its day is over: say what became of it"),
        State.NOT_COUNTED: _("last day not known"),
        State.MAY_HAVE_PASSED: _("cannot tell: may have passed"),
        State.IN_DOUBT: _("cannot tell: something was lodged, perhaps in time"),
        State.PASSED: _("passed"),
        State.MET: _("met in time"),
        State.LATE: _("lodged too late"),
        State.DONE: _("done"),
        State.DROPPED: _("no longer needed"),
        State.MISSED: _("missed"),
        State.NO_NEXT_STEP: _("no next step"),
    }[state]


def in_calendar(row: DocketRow, reader: Reader, edition: Edition) -> str:
    """The same for a calendar, with what a person must know before relying on the day."""
    said = called(row, reader, edition)
    if not row.confirmed:
        said = _("%(rule)s (to be confirmed)") % {"rule": said}
    if row.due.latest is not None and row.due.latest != row.due.earliest:
        said = _("%(rule)s, at the latest %(day)s") % {
            "rule": said,
            "day": reader.day(row.due.latest),
        }
    return said
