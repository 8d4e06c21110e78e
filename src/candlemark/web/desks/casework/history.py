"""Who said what when in a case, and in what it differs between two moments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from candlemark import casefile
from candlemark.casefile.history import Deed
from candlemark.casefile.standing import Stands
from candlemark.web.desks.casework.asking import FORM_OF
from candlemark.web.desks.casework.writing import the_case
from candlemark.web.forms.questions import Question
from candlemark.web.forms.setting import kind_name
from candlemark.web.pages import page

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpRequest, HttpResponse
    from markupsafe import Markup

    from candlemark.casefile.history import Happening
    from candlemark.ledger import Fact
    from candlemark.web.desks.casework.writing import Case

_FORM_OF_NAME = {kind.__name__: form for kind, form in FORM_OF.items()}


@dataclass(frozen=True)
class Line:
    """One field: its name, what it is called, what is said in it now and what was before."""

    field: str
    label: str
    now: Sequence[str | Markup]
    before: Sequence[str | Markup]


@dataclass(frozen=True)
class Moment:
    """One happening as it is shown."""

    what: Happening
    name: str
    lines: tuple[Line, ...]


def history(request: HttpRequest, case_id: str) -> HttpResponse:
    """Everything that was said, the newest first; of one thing and field where they are named."""
    case = the_case(request, case_id)
    found = casefile.history(case.door.vault.ledger, case.file.id)
    thing, field = request.GET.get("of", ""), request.GET.get("field", "")
    said = found.of(thing, field) if thing else found.happenings
    moments = [_moment(case, one) for one in reversed(said) if one.kind in _FORM_OF_NAME]
    places = sorted({one.n for one in found.happenings})
    return page(
        request,
        "casework/history.html",
        case=case.file,
        may_write=case.may_write,
        moments=moments,
        one_thing=bool(thing),
        of=thing,
        when=[(n, next(one.written for one in found.happenings if one.n == n)) for n in places],
        compared=_compared(case, places),
        deed=Deed,
        stands=Stands,
    )


def _moment(case: Case, one: Happening) -> Moment:
    order = list(_FORM_OF_NAME[one.kind].base_fields)
    fields = [said for said in one.fields if said.field in order]
    lines = tuple(
        line
        for said in sorted(fields, key=lambda said: order.index(said.field))
        if (line := _line(case, one.kind, said.field, (said.value,), (said.before,))) is not None
    )
    return Moment(one, kind_name(_kind(one.kind)), lines)


def _kind(name: str) -> type[Fact]:
    return _FORM_OF_NAME[name].fact


def _line(
    case: Case, kind: str, field: str, now: Sequence[Any], before: Sequence[Any]
) -> Line | None:
    """A field in the words of its question; None for what nobody is asked."""
    question = _FORM_OF_NAME[kind].base_fields.get(field)
    if not isinstance(question, Question) or not str(question.label):
        return None
    return Line(
        field,
        str(question.label),
        [text for one in now if one for text in question.told(case.setting, one)],
        [text for one in before if one for text in question.told(case.setting, one)],
    )


@dataclass(frozen=True)
class Compared:
    """Two moments, and what differs between them."""

    earlier: int
    later: int
    things: tuple[tuple[str, tuple[Line, ...]], ...]


def _compared(case: Case, places: Sequence[int]) -> Compared | None:
    """What differs between the two moments asked for; None where none, or no moments, were."""
    asked = [case.request.GET.get(name, "") for name in ("from", "to")]
    if not all(one.isascii() and one.isdecimal() and int(one) in places for one in asked):
        return None
    earlier, later = sorted(int(one) for one in asked)
    things: dict[tuple[str, str], list[Line]] = {}
    for one in casefile.compare(case.door.vault.ledger, case.file.id, earlier, later):
        if one.kind not in _FORM_OF_NAME:
            continue
        line = _line(case, one.kind, one.field, one.after, one.before)
        if line is not None:
            things.setdefault((one.kind, one.thing), []).append(line)
    told = tuple((kind_name(_kind(kind)), tuple(lines)) for (kind, _), lines in things.items())
    return Compared(earlier, later, told)
