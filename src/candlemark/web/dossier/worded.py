"""Words for the codes a case's account holds, in the reader's tongue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from candlemark.casefile.custody import Custody

if TYPE_CHECKING:
    from candlemark.casefile.timeline import Mark
    from candlemark.casefile.views import Number
    from candlemark.web.dossier.ink import Ink, Line


def custody(state: Custody) -> str:
    """Whether a person is held."""
    return {
        Custody.HELD: _("held"),
        Custody.FREE: _("free"),
        Custody.DEAD: _("died"),
        Custody.UNKNOWN: _("not known whether held or free"),
    }[state]


def mark(one: Mark) -> str:
    """What something beside the stages is."""
    if one.kind == "life":
        return {
            "detained": _("Detained"),
            "freed": _("Freed"),
            "left-country": _("Left the country"),
            "returned": _("Returned"),
            "died": _("Died"),
        }[one.what]
    return {
        "incident": _("What happened"),
        "final": _("The decision became final"),
        "intervention": _("Somebody spoke up"),
        "answer": _("An answer came"),
        "still-pending": _("Seen still pending"),
        "note": _("Note"),
    }[one.kind]


def field(name: str) -> str:
    """The field sources differ in."""
    return {
        "when": _("the date"),
        "final": _("the day it became final"),
        "outcome": _("the outcome"),
        "sentence": _("the sentence"),
        "numbers": _("a number"),
        "": _("what was said"),
    }.get(name, _("a detail"))


def why(code: str) -> str:
    """Why one of several statements is shown."""
    return {
        "chosen": _("Shown because somebody decided so."),
        "reliability": _("Shown because its source is judged more reliable."),
        "precision": _("Shown because it is more exact."),
        "recorded-first": _("Shown because it was recorded first; nothing else tells them apart."),
    }.get(code, _("None is shown as right: they stand beside each other."))


def number(one: Number, ink: Ink) -> Line:
    """What is counted, and how many."""
    many, said = one.number, {"num": ink.reader.number(one.number)}
    amount = {
        "person": ngettext("%(num)s person", "%(num)s persons", many) % said,
        "year": ngettext("%(num)s year", "%(num)s years", many) % said,
        "month": ngettext("%(num)s month", "%(num)s months", many) % said,
        "week": ngettext("%(num)s week", "%(num)s weeks", many) % said,
        "day": ngettext("%(num)s day", "%(num)s days", many) % said,
    }.get(one.unit)
    return ink.joined(
        [ink.term("claims", one.what), ink.own(amount or ink.reader.amount(many, one.unit))], ": "
    )
