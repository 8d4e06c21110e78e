"""Addresses of the docket, its calendar, and the pathways."""

from __future__ import annotations

from django.urls import path

from candlemark.web.desks.due import views

urlpatterns = [
    path("docket/", views.docket, name="docket"),
    path("docket/calendar.ics", views.calendar, name="calendar"),
    path("pathways/", views.pathways, name="pathways"),
    path("pathways/<slug:code>/", views.pathway, name="pathway"),
]
