"""One case: asks the casefile floor and shows what it says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from candlemark.casefile import account, pathways_now
from candlemark.casefile.consent import reviews
from candlemark.casefile.facts import CaseOpened
from candlemark.casefile.gaps import gaps, next_action
from candlemark.casefile.meanwhile import meanwhile_of
from candlemark.casefile.naming import Naming
from candlemark.casefile.next_steps import waiting
from candlemark.web.desks.casework.asking import FORMS
from candlemark.web.desks.casework.writing import the_case
from candlemark.web.forms.setting import kind_name
from candlemark.web.pages import page
from candlemark.web.picture import picture
from candlemark.web.tongue import reader_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest, HttpResponse

    from candlemark.casefile import Account
    from candlemark.web.desks.casework.writing import Case


def case(request: HttpRequest, case_id: str) -> HttpResponse:
    """One case: timeline, doubts, who says so, what cannot all be true, who is in it."""
    here = the_case(request, case_id)
    door, found = here.door, here.file
    reader = reader_of(request)
    ways = door.kept("pathways", lambda: pathways_now(door.vault.ledger))
    told = account(found, door.edition, door.today(), ways)
    return page(
        request,
        "casework/case.html",
        case=found,
        line=told.timeline,
        naming=Naming(found),
        candle=told.candle,
        rows=told.rows,
        ways=told.ways,
        differing=told.differing,
        states=told.states,
        due=told.limits,
        departures=told.departures,
        picture=picture(told, reader, door.today()),
        meanwhile=_meanwhile(here),
        **_writing(here, told),
    )


@dataclass(frozen=True)
class Stayed:
    """What was said while this case and another were one, as its page says it."""

    here: bool
    """Whether it stays in this case; otherwise in the other."""
    other: str
    titles: Mapping[str, str]
    count: int
    statements: tuple[str, ...]
    """In words; of those in the other case, none."""


def _meanwhile(case: Case) -> list[Stayed]:
    found = meanwhile_of(case.door.vault.ledger, case.file.id)
    others = case.others({case for one in found for case in (one.ended, one.into)})
    stayed = []
    for one in found:
        here = one.into == case.file.id
        other = one.ended if here else one.into
        live = case.setting.live
        said = tuple(case.setting.statement(live[n]) for n in one.statements if n in live)
        titles = others[other].titles if other in others else {}
        stayed.append(Stayed(here, other, titles, len(one.statements), said if here else ()))
    return stayed


def _writing(here: Case, told: Account) -> dict[str, Any]:
    """What is due, what is best done next, and what can be written by whoever reads this."""
    found = here.file
    return {
        "setting": here.setting,
        "may_write": here.may_write,
        "kept": here.request.GET.get("kept", ""),
        "waiting": waiting(found),
        "reviews": reviews(found, here.door.today()),
        "soon": [
            row
            for row in told.limits
            if row.labels and row.state in {"open", "may-have-passed"}  # steps stand in ``waiting``
        ],
        "action": next_action(found),
        "gaps": gaps(found, here.setting.edition),
        "kinds": [(word, kind_name(form.fact)) for word, form in FORMS.items()],
        "titled": next((one.id for one in here.stands.live if type(one) is CaseOpened), ""),
        "statement_of": {one.id: one.statement for one in found.incidents}
        | {one.id: one.statement for one in found.interventions},
    }
