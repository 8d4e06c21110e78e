"""Addresses of what is printed of a case."""

from __future__ import annotations

from django.urls import path

from candlemark.web.desks.printed import views

urlpatterns = [
    path("cases/<slug:case_id>/timeline/", views.timeline, name="timeline"),
    path("cases/<slug:case_id>/dossier/", views.dossier, name="dossier"),
    path("cases/<slug:case_id>/dossier.pdf", views.dossier_file_of, name="dossier-file"),
]
