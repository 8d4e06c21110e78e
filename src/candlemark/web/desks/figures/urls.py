"""Addresses of figures.  What they are about is a random identifier; the question is in clear."""

from __future__ import annotations

from django.urls import path, re_path

from candlemark.web.desks.figures import views

urlpatterns = [
    path("", views.figures, name="figures"),
    path("<slug:about>/", views.figure, name="figure"),
    re_path(
        r"^(?P<about>[-a-zA-Z0-9_]+)/(?P<question>occupancy|attrition|incidence|durations)"
        r"\.(?P<form>csv|json|parquet)$",
        views.table_file,
        name="figure-file",
    ),
]
