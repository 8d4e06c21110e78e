"""Addresses of the list of cases and of what is done with many cases at once."""

from __future__ import annotations

from django.urls import path

from candlemark.web.desks.finding import views

urlpatterns = [path("cases/", views.cases, name="cases")]
