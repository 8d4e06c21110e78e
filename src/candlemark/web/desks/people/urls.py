"""Addresses of the member's own pages and of the team.  A member is named by their code."""

from __future__ import annotations

from django.urls import path

from candlemark.web.desks.people import erasing, myself, team, together

urlpatterns = [
    path("me/", myself.me, name="me"),
    path("me/device/", myself.device, name="my-device"),
    path("me/sessions/", myself.sessions, name="my-sessions"),
    path("me/passphrase/", myself.passphrase, name="my-passphrase"),
    path("me/second-factor/", myself.factor, name="my-factor"),
    path("me/travel/", myself.travel, name="travel"),
    path("team/", team.team, name="team"),
    path("team/strange-keys/", team.strange_keys, name="strange-keys"),
    path("team/<slug:code>/freeze/", team.freeze, name="freeze"),
    path("team/<slug:code>/remove/", team.remove, name="remove-member"),
    path("team/<slug:code>/thaw/", team.thaw, name="thaw"),
    path("team/<slug:code>/second-factor/", team.factor_of, name="factor-of"),
    path("waiting/", together.waiting_page, name="waiting"),
    path("waiting/<slug:what>/<slug:code>/", together.agree, name="agree"),
    path("waiting/<slug:what>/<slug:code>/take-back/", together.take_back, name="take-back"),
    path("erase/", erasing.ask, name="ask-erasure"),
    path("cases/<slug:case_id>/readers/", team.readers, name="readers"),
]
