"""Addresses of the front page."""

from __future__ import annotations

from django.urls import path

from candlemark.web.desks.front import views

urlpatterns = [path("", views.front, name="front")]
