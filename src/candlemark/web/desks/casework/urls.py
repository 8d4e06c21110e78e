"""Addresses of cases.  A case is named by its random identifier, not its title."""

from __future__ import annotations

from django.urls import path

from candlemark.web.desks.casework import views

urlpatterns = [
    path("cases/<slug:case_id>/", views.case, name="case"),
]
