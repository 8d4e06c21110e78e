"""What the definition says of the terms a dossier uses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from candlemark.web.dossier.ink import table

if TYPE_CHECKING:
    from candlemark.web.dossier.ink import Block, Ink


def notes(ink: Ink) -> list[Block]:
    """Label and note of every term written so far, scheme by scheme."""
    wanted = list(ink.used)
    order = [scheme.code for scheme in ink.edition.schemes]
    wanted.sort(key=lambda one: (order.index(one[0]), ink.edition.term(*one).order))
    if not wanted:
        return []
    rows = []
    for scheme, code in wanted:
        term = ink.edition.term(scheme, code)
        rows.append(
            [
                ink.label(term.labels, strong=True),
                ink.label(ink.edition.scheme(scheme).labels),
                ink.label(term.notes),
            ]
        )
    head = [ink.own(_("Word")), ink.own(_("Scheme")), ink.own(_("What it means"))]
    return [table(head, rows, (2, 1.5, 5))]
