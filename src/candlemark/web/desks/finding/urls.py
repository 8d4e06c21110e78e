"""Addresses of the list of cases and of what is done with many cases at once."""

from __future__ import annotations

from django.urls import path

from candlemark.web.desks.finding import importing, views

urlpatterns = [
    path("cases/", views.cases, name="cases"),
    path("cases/import/", importing.bring_in, name="import"),
    path("cases/import/done/", importing.done, name="imported"),
]
