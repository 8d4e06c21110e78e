"""Addresses of the desk of submissions."""

from __future__ import annotations

from django.urls import path

from candlemark.web.desks.submissions import drafting, views

urlpatterns = [
    path("", views.listed, name="submissions"),
    path("new/", drafting.choose, name="new-submission"),
    path("new/<slug:form>/", drafting.draft, name="draft-submission"),
    path("<slug:name>/", views.one, name="submission"),
    path("<slug:name>/approve/", views.approve, name="approve-submission"),
    path("<slug:name>/file/", views.file, name="submission-file"),
]
