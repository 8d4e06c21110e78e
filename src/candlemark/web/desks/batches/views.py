"""An import as it was reported on the day it was made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from candlemark.web.covering import reach_of
from candlemark.web.doors import door_of
from candlemark.web.pages import page

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

SHOWN: Final = 60
"""Codes and faults listed on a page; the totals beside them count all."""


def batch(request: HttpRequest, batch_id: str) -> HttpResponse:
    """Coverage, faults, audits and revisions of one import."""
    door = door_of(request)
    one = door.batch(batch_id)
    crosswalk = door.crosswalk_or_none(one.crosswalk, one.crosswalk_fingerprint)
    siblings = [other for other in door.batches() if other.crosswalk == one.crosswalk]
    return page(
        request,
        "batches/batch.html",
        batch=one,
        report=one.report,
        crosswalk=crosswalk,
        own={rule.own: rule.labels for rule in crosswalk.stages} if crosswalk else {},
        reach=reach_of(one.report),
        siblings=siblings,
        latest=siblings[-1].id == one.id,
        shown=SHOWN,
        simulated=crosswalk is not None and crosswalk.simulated,
    )
