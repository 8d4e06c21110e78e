"""What of an agency's figures is published: tables of releases that stand, and nothing else.

Nothing here looks at an exact figure, and nothing is protected here: a page cannot show a number in
public form that no release holds.  Where none stands, the page says what a release needs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.http import Http404, HttpResponse

from candlemark.protect import HOUSE
from candlemark.publish.open import FORMATS
from candlemark.publish.open.placing import folder_of
from candlemark.publish.releases import standing_of
from candlemark.publish.site.content import gather
from candlemark.publish.site.speaking import Speaker
from candlemark.web.doors import door_of
from candlemark.web.naming import Names
from candlemark.web.pages import page
from candlemark.web.public_tables import TableShown, signs, table_shown
from candlemark.web.sources import listed_code
from candlemark.web.tongue import reader_of

if TYPE_CHECKING:
    from django.http import HttpRequest

    from candlemark.publish.releases import Shown, Standing
    from candlemark.web.doors import Door

FORMS: Final = {"csv": "table.csv", "json": "table.json"}
"""The files a table can be had in here; the site has every other one."""
ROWS: Final = 120
"""Rows of a table on the page; the rest is in its files."""
ASKED: Final = ("attrition", "occupancy", "incidence", "durations", "case-mix")
"""What can be published, by question."""
NAMED: Final = {
    "attrition": "steps",
    "occupancy": "stands",
    "incidence": "reached/STATE",
    "durations": "lasts/STATE",
    "case-mix": "entered/bias-grounds",
}
"""What a table that answers a question is called in ``release draft --table``."""


@dataclass(frozen=True, slots=True)
class Stands:
    """A table of a release that stands."""

    table: TableShown
    number: int
    released: str
    address: str


def published(request: HttpRequest, about: str) -> HttpResponse:
    """What of an agency's figures stands in a release, and what a release of the rest needs."""
    door = door_of(request)
    code = listed_code(door, about)
    reader = reader_of(request)
    standing, said = _standing(door, code), Speaker(reader.tongue)
    shown = [_stands(one, standing, said) for one in standing.shown]
    answered = {one.table.question for one in shown}
    crosswalk = door.crosswalk_or_none(code)
    return page(
        request,
        "figures/published.html",
        about=about,
        code=code,
        crosswalk=crosswalk,
        names=Names(door.edition, crosswalk, reader),
        simulated=(crosswalk is not None and crosswalk.simulated)
        or any(one.table.simulated for one in standing.shown),
        shown=shown,
        signs=signs(said),
        open_questions=[(one, NAMED[one]) for one in ASKED if one not in answered],
        drafts=standing.drafts,
        withdrawn=standing.withdrawn,
        least=HOUSE.batch,
    )


def published_file(request: HttpRequest, about: str, identity: str, form: str) -> HttpResponse:
    """A published table as a file, the same bytes as on the site."""
    door = door_of(request)
    standing = _standing(door, listed_code(door, about))
    found = standing.with_identity(identity)
    if found is None:
        raise Http404
    site = gather(door.vault)
    table = site.tables[identity]
    (one,) = [each for each in FORMATS if each.name == FORMS[form]]
    content = one.write(table, site.placing(table))
    response = HttpResponse(content, content_type=one.media)
    name = f"{table.name}-release-{found.release.number}.{form}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _standing(door: Door, code: str) -> Standing:
    return door.kept(("published", code), lambda: standing_of(door.vault.ledger, code))


def _stands(found: Shown, standing: Standing, said: Speaker) -> Stands:
    base = standing.places.address
    return Stands(
        table_shown(found.table, said, ROWS),
        found.release.number,
        said.day(found.release.on),
        f"{base}{folder_of(found.table)}" if base else "",
    )
