"""Submissions: protected figures and consented cases, for a recipient, by two people.

A submission is drafted (what would leave is kept word by word), approved by somebody else, and
then its files are written and that they left is said: the contribution of civil society to ODIHR,
an annex for a treaty body or the Universal Periodic Review, a briefing.  Figures are those of a
published release and nothing else; a case is told when somebody it happened to agreed, no more
exactly than they agreed to.

Read ``forms.toml`` (who receives what), ``choosing`` (which cases, and why not), ``facts``, then
``saying``; ``document`` says what stands on paper.  Decision 0027.
"""

from __future__ import annotations

from candlemark.publish.submissions.asking import Asked, usable
from candlemark.publish.submissions.choosing import Scope, Verdict, Why, offered
from candlemark.publish.submissions.document import document
from candlemark.publish.submissions.facts import KINDS
from candlemark.publish.submissions.files import counted, files_of, names_of, pdf
from candlemark.publish.submissions.fold import State, Submission, Submissions, awaited, submissions
from candlemark.publish.submissions.forms import ODIHR, UNKNOWN, SubmissionForm, form_named, forms
from candlemark.publish.submissions.glance import Glance, glance
from candlemark.publish.submissions.reading_texts import unread
from candlemark.publish.submissions.saying import (
    Drafted,
    approve,
    cases_now,
    composed,
    draft,
    leave,
    no_longer,
    prepared,
    refuse_stale,
)
from candlemark.publish.submissions.texts import LARGEST, CaseText, Texts, read_texts

__all__ = [
    "KINDS",
    "LARGEST",
    "ODIHR",
    "UNKNOWN",
    "Asked",
    "CaseText",
    "Drafted",
    "Glance",
    "Scope",
    "State",
    "Submission",
    "SubmissionForm",
    "Submissions",
    "Texts",
    "Verdict",
    "Why",
    "approve",
    "awaited",
    "cases_now",
    "composed",
    "counted",
    "document",
    "draft",
    "files_of",
    "form_named",
    "forms",
    "glance",
    "leave",
    "names_of",
    "no_longer",
    "offered",
    "pdf",
    "prepared",
    "read_texts",
    "refuse_stale",
    "submissions",
    "unread",
    "usable",
]
