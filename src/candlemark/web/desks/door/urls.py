"""Addresses of the door."""

from __future__ import annotations

from django.urls import path

from candlemark.web.desks.door import views

urlpatterns = [
    path("sign-in/", views.sign_in, name="sign-in"),
    path("sign-out/", views.sign_out, name="sign-out"),
    path("leave/", views.leave, name="leave"),
]
