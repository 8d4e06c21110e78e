"""The one Django app: it has templates, words and no models."""

from __future__ import annotations

from django.apps import AppConfig


class CandlemarkWeb(AppConfig):
    """Tells Django where the catalogues are."""

    name = "candlemark.web"
    label = "candlemark"
    verbose_name = "Candlemark"
