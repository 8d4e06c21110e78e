"""Addresses of the review desk.

A pair is named by its run and the number of its row: that tells nothing of the records, which may
carry an agency's own numbers.
"""

from __future__ import annotations

from django.urls import path

from candlemark.web.desks.review import history, pair, views

urlpatterns = [
    path("", views.queue, name="review"),
    path("next/", views.take_next, name="review-next"),
    path("pair/<slug:run>/<int:n>/", pair.pair, name="review-pair"),
    path("history/", history.history, name="review-history"),
    path("history/<slug:judgement>/take-back/", history.take_back, name="review-take-back"),
    path("contradictions/", history.contradictions, name="review-contradictions"),
    path("reviewers/", history.reviewers, name="review-reviewers"),
]
