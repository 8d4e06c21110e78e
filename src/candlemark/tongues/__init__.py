"""Languages and scripts."""

from __future__ import annotations

from candlemark.tongues.languages import INTERFACE, direction, fallbacks

__all__ = ["INTERFACE", "direction", "fallbacks"]
