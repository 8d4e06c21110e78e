"""Addresses of releases and of what agencies say to them; both are named by random digits."""

from __future__ import annotations

from django.urls import path, re_path

from candlemark.web.desks.releases import answering, drafting, listing, one, site

NAME = r"^(?P<name>[0-9a-f]{32})/"
TABLE = r"(?P<identity>[0-9a-f]{64})"

urlpatterns = [
    path("", listing.listed, name="releases"),
    path("draft/", drafting.draft, name="draft-release"),
    path("site.zip", site.site_file, name="site-file"),
    path("answers/", answering.answers, name="answers"),
    path("answers/say/", answering.say, name="say-answer"),
    re_path(r"^answers/(?P<name>[0-9a-f]{32})/$", answering.answer, name="answer"),
    re_path(NAME + "$", one.release, name="release"),
    re_path(NAME + TABLE + "/$", one.table, name="release-table"),
    re_path(NAME + TABLE + r"\.csv$", one.table_file, name="release-table-file"),
]
