"""Drafting a submission: whom it is for; then what is told and shown, and everything that is wrong.

The form looks before it keeps: who may be told of and which figures there are depends on country,
period and recipient, so these are asked first and can be changed until the draft is kept.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from django.http import Http404
from django.utils.translation import gettext as _

from candlemark.errors import NotInOrder, WrongCommand
from candlemark.publish import contact
from candlemark.publish import submissions as floor
from candlemark.publish.releases import releases, tables
from candlemark.publish.submissions import Why
from candlemark.web.carried import fills_again, returning
from candlemark.web.desks.submissions import shown, words
from candlemark.web.desks.submissions.asking import MOST, Typed, may_be_told
from candlemark.web.doors import door_of
from candlemark.web.forms.faults import Faults
from candlemark.web.forms.setting import Setting
from candlemark.web.jinja import address
from candlemark.web.pages import page
from candlemark.web.threshold import SeeOther
from candlemark.web.tongue import reader_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from django.http import HttpRequest, HttpResponse

    from candlemark.errors import Fault
    from candlemark.publish.submissions import Verdict
    from candlemark.web.doors import Door
    from candlemark.web.reader import Reader

_OF_A_CASE: Final = re.compile(
    r"case (?P<case>.+?)(, incident (?P<incident>.+?))?( \((?P<in>..)\))?"
)
_IN_A_TONGUE: Final = re.compile(r"(?P<box>title|text) \((?P<in>..)\)")
_BOXES: Final = {"tongue": "tongue", "period": "first", "words": "words", "release": "release"}


@dataclass
class Wrong:
    """What is wrong with a form: all of it on top, and each thing at its box."""

    at: dict[str, list[str]] = field(default_factory=dict)
    faults: Faults = field(default_factory=Faults)

    def add(self, box: str, label: str, what: str) -> None:
        """One thing more."""
        self.faults.add(box, label, what)
        if what not in self.at.setdefault(box, []):
            self.at[box].append(what)


def choose(request: HttpRequest) -> HttpResponse:
    """For whom it is."""
    named = [words.form(one) for one in floor.forms().values()]
    return page(request, "submissions/choose.html", named=named)


@fills_again
def draft(request: HttpRequest, form: str) -> HttpResponse:
    """The form; when asked to, the draft, or the form with everything that is wrong."""
    door, reader = door_of(request), reader_of(request)
    ledger = door.vault.ledger
    try:
        of = floor.form_named(form)
    except WrongCommand:
        raise Http404 from None
    typed = Typed(of, request.POST, reader.tongue, contact.contact(ledger).home, door.today())
    answers = floor.offered(ledger, typed.scope()) if typed.begun else ()
    offered = may_be_told(answers)
    wrong = Wrong()
    if request.POST.get("do") == "draft" and not returning(request):
        kept = _kept(door, typed, offered, wrong, reader)
        if kept:
            return SeeOther(address("submission", kept))
    return page(
        request,
        "submissions/draft.html",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if wrong.faults else HTTPStatus.OK,
        form=words.form(of),
        rules=of,
        typed=typed,
        wrong=wrong,
        countries=Setting(reader, door.edition).countries,
        tongue_name=words.tongue,
        **_offers(door, reader, typed, answers),
    )


def _kept(
    door: Door, typed: Typed, offered: Sequence[Verdict], wrong: Wrong, reader: Reader
) -> str:
    """The name of the draft that was kept; empty where something is wrong."""
    for box, what in _mistyped(typed, offered):
        wrong.add(box, _label(box), what)
    asked = typed.asked(offered)
    try:
        if not wrong.faults:
            return floor.draft(door.vault.ledger, asked).submission.id
        floor.prepared(door.vault.ledger, asked)
    except NotInOrder as error:
        if not error.faults:
            said = words.refused(error)
            wrong.add("", "", f"{said.happened} {said.to_do}")
        unread = {"first", "words"} & {"first" if one == "last" else one for one in typed.misread()}
        for fault in error.faults:
            box = _box(fault, offered)
            if box not in unread:
                wrong.add(box, _label_of(fault, box, reader), words.fault(fault.what, reader))
    return ""


def _mistyped(typed: Typed, offered: Sequence[Verdict]) -> Iterator[tuple[str, str]]:
    """What is wrong before the floor is asked: the box, and what is said there."""
    for box in typed.misread():
        count = box == "words"
        yield (
            box,
            _("Write a whole number in digits.")
            if count
            else _("This is not a day. Write it as 2025-03-14."),
        )
    for one in offered:
        if one.why is Why.OTHERS and typed.tells(one) and not typed.text(f"others-{one.case.id}"):
            yield f"others-{one.case.id}", _("Say why they cannot be recognised, or leave it out.")
    if any(one.incident and one.incident.id not in typed.seen for one in offered[:MOST]):
        yield "tell", _("These have changed meanwhile. Look at them again.")
    if len(offered) > MOST:
        yield "tell", _("These are more than a page takes.")


def _box(fault: Fault, offered: Sequence[Verdict]) -> str:
    """The box a fault of the floor is at."""
    found = _IN_A_TONGUE.fullmatch(fault.where)
    if found is not None:
        return f"{found['box']}-{found['in']}"
    found = _OF_A_CASE.fullmatch(fault.where)
    if found is None:
        return _BOXES.get(fault.where, "text-" + fault.where if len(fault.where) == 2 else "table")
    for one in offered:
        mine = found["case"] in {one.case.id, one.case.reference}
        if mine and one.incident and found["incident"] in {None, one.incident.id}:
            if found["in"] is None:
                return f"others-{one.case.id}"
            return f"said-{one.incident.id}-{found['in']}"
    return "tell"


def _label(box: str) -> str:
    """What is asked at a box."""
    name, _sep, rest = box.partition("-")
    label = {
        "first": _("Period"),
        "last": _("Period"),
        "tongue": _("Languages"),
        "words": _("Words"),
        "release": _("Release"),
        "table": _("Tables"),
        "title": _("Title"),
        "text": _("Text"),
        "tell": _("Incidents"),
        "others": _("Others it tells about"),
        "said": _("What is told of it"),
    }.get(name, "")
    tongue = rest.rpartition("-")[2]
    return f"{label} ({words.tongue(tongue)})" if len(tongue) == 2 else label


def _label_of(fault: Fault, box: str, reader: Reader) -> str:
    """The same, with the case it is about in front."""
    found = _OF_A_CASE.fullmatch(fault.where)
    case = found["case"] if found else ""
    return reader.comma.join(filter(None, (case, _label(box))))


def _offers(
    door: Door, reader: Reader, typed: Typed, answers: Sequence[Verdict]
) -> dict[str, object]:
    """What can be chosen: incidents, the others with the reason, releases, tables."""
    offered = may_be_told(answers)
    ledger = door.vault.ledger
    usable = floor.usable(releases(ledger).published) if typed.begun else ()
    chosen = next((one for one in usable if one.number == typed.release), None)
    found = tables(ledger, chosen.draft.tables).values() if chosen else ()
    incidents = shown.offers(offered[:MOST], typed, reader, door.edition)
    boxes = {"title", "text"} if typed.begun else set()
    names = {f"{box}-{tongue}" for box in boxes for tongue in typed.tongues}
    names |= {box for one in incidents for box in one.boxes}
    ticked = frozenset(one.id for one in incidents)
    return {
        "releases": [(one.number, reader.text(one.draft.titles)) for one in usable],
        "tables": [(one.name, reader.text(one.titles)) for one in found],
        "incidents": incidents,
        "more": max(len(offered) - MOST, 0),
        "not_told": [shown.not_told(one, reader) for one in answers if shown.is_named(one)][:MOST],
        "aside": shown.aside(answers),
        "elsewhere": typed.elsewhere(
            frozenset(names | ({"words"} if typed.form.words == floor.UNKNOWN else set())),
            {
                "tell": ticked,
                "seen": ticked,
                "table": frozenset(one.name for one in found),
            },
        ),
    }
