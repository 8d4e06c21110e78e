"""What stands in a dossier: cover, persons, proceedings, timeline, contradictions, evidence, proof.

It is composed from the same account as the page of the case, so that paper and screen cannot tell
two stories.  Without names, persons are numbers, spellings and a court's own numbers are left out,
and so is every text in which a name the case knows would stand.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from django.utils.translation import gettext as _

from candlemark import __version__
from candlemark.casefile import account
from candlemark.casefile.masking import Mask
from candlemark.casefile.naming import Naming
from candlemark.web.dossier import sections, terms
from candlemark.web.dossier.chart import strips
from candlemark.web.dossier.ink import Ink, facts
from candlemark.web.dossier.proof import proof

if TYPE_CHECKING:
    from datetime import date

    from candlemark.casefile import Account, CaseFile, Pathways
    from candlemark.definition import Edition
    from candlemark.ledger import Ledger
    from candlemark.web.dossier.ink import Block, Line
    from candlemark.web.reader import Reader

Dossier: TypeAlias = "dict[str, Any]"

_PAGES: Final = 2_000
"""Pages that can be numbered."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What the person chose on the page before."""

    names: bool = False
    """With the names of persons, as far as this member may read them."""
    notes: bool = True
    """With what the definition says of the terms used."""


@dataclass(frozen=True, slots=True)
class Setting:
    """In whose words a dossier is made, and of which day."""

    edition: Edition
    reader: Reader
    today: date
    pathways: Pathways | None = None
    """Those of the vault; those that come with Candlemark when not given."""


def dossier(case: CaseFile, ledger: Ledger, setting: Setting, choices: Choices) -> Dossier:
    """The content of a dossier, worded for one reader."""
    edition, reader, today = setting.edition, setting.reader, setting.today
    told = account(case, edition, today, setting.pathways)
    ink = Ink(reader, edition, Naming(case), None if choices.names else Mask(case))
    drawn = strips(told, ink, today)
    title = ink.said(case.titles, strong=True) or ink.plain(case.id)
    chapters = [
        _section(_("What happened"), sections.incidents(told, ink)),
        _section(_("Persons"), sections.persons(told, ink)),
        _section(_("Proceedings and charges"), sections.proceedings(told, ink)),
        _section(
            _("Timeline"),
            [*([drawn.block] if drawn else []), *sections.timeline(told, ink)],
        ),
        _section(
            _("Where sources differ"),
            sections.differing(told, ink),
            _("Both are kept. Nothing is repaired; which one is shown, and why, stands below."),
        ),
        _section(_("Interventions and answers"), sections.interventions(told, ink)),
        _section(_("What is due"), sections.limits(told, ink)),
        _section(_("Evidence index"), sections.evidence(told, ink)),
    ]
    if choices.notes:
        chapters.append(
            _section(
                _("Words of the definition used here"),
                terms.notes(ink),
                _("Edition %(code)s, fingerprint %(print)s")
                % {"code": reader.digits(edition.code), "print": edition.fingerprint},
            )
        )
    chapters.append(_section(_("Proof from the ledger"), proof(case, ledger, ink)))
    return {
        "title": _plain(title),
        "kind": _("Dossier of a case"),
        "lang": reader.tongue,
        "rtl": reader.rtl,
        "fonts": ["Vazirmatn", "Noto Sans"] if reader.rtl else ["Noto Sans", "Vazirmatn"],
        "header": _plain(title),
        "reference": case.reference,
        "foot": _("Candlemark, as of %(day)s") % {"day": reader.day(today)},
        "page_of": _("page {n} of {all}"),
        "numbers": [reader.number(n) for n in range(_PAGES)],
        "contents": _("Contents"),
        "cover": {
            "title": title,
            "facts": _cover(told, ledger, ink, today),
            "warnings": _warnings(ink),
        },
        "ticks": drawn.ticks if drawn else [],
        "now": drawn.now if drawn else None,
        "sections": [
            {**one, "title": ink.own(one["title"]), "note": ink.own(one["note"])}
            for one in chapters
            if one["blocks"]
        ],
    }


def _section(title: str, blocks: list[Block], note: str = "") -> dict[str, Any]:
    return {"title": title, "note": note, "blocks": blocks}


def _cover(told: Account, ledger: Ledger, ink: Ink, today: date) -> Block:
    case, reader = told.case, ink.reader
    waiting = len(told.timeline.pending)
    return facts(
        [
            (ink.own(_("Reference")), ink.plain(case.reference)),
            (ink.own(_("Identifier of the case")), ink.plain(case.id)),
            (ink.own(_("As of")), ink.own(reader.day(today))),
            (
                ink.own(_("Stands at")),
                ink.own(_("%(count)s pending") % {"count": reader.number(waiting)})
                if waiting
                else ink.own(_("ended")),
            ),
            (ink.own(_("Coded by edition")), ink.own(reader.digits(case.edition))),
            (
                ink.own(_("Ledger")),
                ink.own(_("%(count)s entries") % {"count": reader.number(ledger.size)}),
            ),
            (
                ink.own(_("Persons")),
                ink.own(
                    _("named, as far as the person who printed it may read them")
                    if ink.named
                    else _("by number; nobody is named")
                ),
            ),
            (ink.own(_("Made with")), ink.own(f"Candlemark {__version__}")),
        ]
    )


def _warnings(ink: Ink) -> list[Line]:
    """Who may read it, in words that hold wherever the paper goes."""
    lines = [
        ink.own(
            _(
                "Who may read this: those the group handed it to, and nobody else. "
                "The vault cannot call a paper back; destroy copies that are no longer needed."
            )
        ),
        ink.own(
            _(
                "What is claimed is not proved, and what is proved is marked. A suspect counts as "
                "innocent until convicted by a judgment that is final."
            )
        ),
    ]
    if ink.named:
        lines.insert(
            0,
            ink.own(
                _("This paper names persons. Keep it as you would keep the persons safe."),
                strong=True,
            ),
        )
    return lines


def _plain(line: Line) -> str:
    return "".join(str(one["text"]) for one in line)
