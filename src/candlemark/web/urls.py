"""One line per desk; every page's address begins with the tongue it is in."""

from __future__ import annotations

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

from candlemark.web.desks.front.views import by_preference

urlpatterns = [
    path("", by_preference, name="begin"),
    *i18n_patterns(
        path("", include("candlemark.web.desks.door.urls")),
        path("", include("candlemark.web.desks.front.urls")),
        path("", include("candlemark.web.desks.people.urls")),
        path("", include("candlemark.web.desks.finding.urls")),
        path("", include("candlemark.web.desks.casework.urls")),
        path("", include("candlemark.web.desks.due.urls")),
        path("", include("candlemark.web.desks.printed.urls")),
        path("figures/", include("candlemark.web.desks.figures.urls")),
        path("releases/", include("candlemark.web.desks.releases.urls")),
        path("review/", include("candlemark.web.desks.review.urls")),
        path("definition/", include("candlemark.web.desks.words.urls")),
        path("design/", include("candlemark.web.desks.design.urls")),
        path("submissions/", include("candlemark.web.desks.submissions.urls")),
        path("batches/", include("candlemark.web.desks.batches.urls")),
    ),
]

handler400 = "candlemark.web.refusals.not_understood"
handler403 = "candlemark.web.refusals.not_understood"
handler404 = "candlemark.web.refusals.not_found"
handler500 = "candlemark.web.refusals.broken"
