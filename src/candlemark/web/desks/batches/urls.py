"""Addresses of imports.  A batch is named by its random identifier."""

from __future__ import annotations

from django.urls import path

from candlemark.web.desks.batches import views

urlpatterns = [path("<slug:batch_id>/", views.batch, name="batch")]
