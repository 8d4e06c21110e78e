"""Addresses of the list of cases and of what is done with many cases at once."""

from __future__ import annotations

from django.urls import path

from candlemark.web.desks.finding import exporting, importing, saved, views

urlpatterns = [
    path("cases/", views.cases, name="cases"),
    path("cases/export/", exporting.send_out, name="export"),
    path("cases/views/", saved.save, name="save-view"),
    path("cases/views/<slug:view_id>/drop/", saved.drop, name="drop-view"),
    path("cases/import/", importing.bring_in, name="import"),
]
