"""Addresses of the definition: an edition's codes are public, so they may stand in an address."""

from __future__ import annotations

from django.urls import path

from candlemark.web.desks.words import views

urlpatterns = [
    path("", views.definition, name="definition"),
    path("skos.<slug:form>", views.skos, name="skos"),
    path("crosswalks/", views.crosswalks, name="crosswalks"),
    path("crosswalks/<slug:code>/", views.crosswalk, name="crosswalk"),
    path("crosswalks/<slug:code>/<slug:name>/", views.code_map, name="codes"),
    path("<slug:scheme>/", views.scheme, name="scheme"),
    path("<slug:scheme>/<slug:code>/", views.term, name="term"),
]
