"""Addresses of figures.  What they are about is a random identifier; the question is in clear."""

from __future__ import annotations

from django.urls import path, re_path

from candlemark.web.desks.figures import beside, views

urlpatterns = [
    path("", views.figures, name="figures"),
    path("<slug:about>/", views.figure, name="figure"),
    path("<slug:about>/compare/", beside.compare, name="figure-compare"),
    path("<slug:about>/same-mix/", beside.standardise, name="figure-same-mix"),
    path("<slug:about>/over-time/", beside.trend, name="figure-over-time"),
    re_path(
        r"^(?P<about>[-a-zA-Z0-9_]+)/(?P<question>occupancy|attrition|incidence|durations"
        r"|comparison|standardised|trend)"
        r"\.(?P<form>csv|json|parquet)$",
        views.table_file,
        name="figure-file",
    ),
]
