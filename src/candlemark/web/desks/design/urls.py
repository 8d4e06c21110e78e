"""The address of the design page, which exists in development only."""

from __future__ import annotations

from django.urls import path

from candlemark.web.desks.design import views

urlpatterns = [path("", views.design, name="design")]
