"""Addresses of figures.  What they are about is a random identifier; the question is in clear."""

from __future__ import annotations

from django.urls import path, re_path

from candlemark.web.desks.figures import across, agencies, beside, kept, published, views
from candlemark.web.desks.figures.process import views as process

ABOUT = r"^(?P<about>[-a-zA-Z0-9_]+)/"
VIEWS = r"(?P<name>flow|variants|rework|limits|changes|coverage)"

urlpatterns = [
    path("", views.figures, name="figures"),
    path("agencies/", agencies.agencies, name="agencies"),
    path("kept/", kept.kept, name="kept-figures"),
    re_path(r"^kept/(?P<digits>[0-9a-f]{16})\.json$", kept.kept_file, name="kept-file"),
    path("<slug:about>/", views.figure, name="figure"),
    path("<slug:about>/published/", published.published, name="figure-published"),
    re_path(
        ABOUT + r"published/(?P<identity>[0-9a-f]{64})\.(?P<form>csv|json)$",
        published.published_file,
        name="published-file",
    ),
    path("<slug:about>/compare/", beside.compare, name="figure-compare"),
    path("<slug:about>/same-mix/", beside.standardise, name="figure-same-mix"),
    path("<slug:about>/over-time/", beside.trend, name="figure-over-time"),
    path("<slug:about>/across/", across.across, name="figure-across"),
    re_path(ABOUT + r"across\.(?P<form>csv|json)$", across.across_file, name="across-file"),
    re_path(
        ABOUT + r"(?P<question>occupancy|attrition|incidence|durations"
        r"|comparison|standardised|trend)"
        r"\.(?P<form>csv|json|parquet)$",
        views.table_file,
        name="figure-file",
    ),
    re_path(ABOUT + VIEWS + r"/$", process.view, name="process"),
    re_path(
        ABOUT + VIEWS + r"\.(?P<form>csv|json|parquet)$", process.view_file, name="process-file"
    ),
    # A list of cases: for members who may open them.
    re_path(ABOUT + r"(?P<name>stuck)/$", process.view, name="stuck"),
    re_path(
        ABOUT + r"(?P<name>stuck)\.(?P<form>csv|json|parquet)$",
        process.view_file,
        name="stuck-file",
    ),
]
