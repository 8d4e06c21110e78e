"""Addresses of cases.  A case is named by its random identifier, not its title."""

from __future__ import annotations

from django.urls import path

from candlemark.web.desks.casework import beginning, history, opening, statements, turning, views

urlpatterns = [
    path("cases/new/", opening.new, name="new-case"),
    path("cases/<slug:case_id>/record/<slug:word>/", beginning.begin, name="record"),
    path("cases/<slug:case_id>/", views.case, name="case"),
    path("cases/<slug:case_id>/add/<slug:kind>/", statements.add, name="add"),
    path("cases/<slug:case_id>/correct/<slug:fact_id>/", statements.correct, name="correct"),
    path("cases/<slug:case_id>/withdraw/<slug:fact_id>/", statements.withdraw, name="withdraw"),
    path("cases/<slug:case_id>/restore/<slug:fact_id>/", statements.restore, name="restore"),
    path("cases/<slug:case_id>/merge/", turning.merge, name="merge"),
    path("cases/<slug:case_id>/split/", turning.split, name="split"),
    path("cases/<slug:case_id>/history/", history.history, name="history"),
]
