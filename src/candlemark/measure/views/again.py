"""From the document of a figure of the process back to what was asked of the view."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from candlemark.errors import NotUnderstood
from candlemark.measure.views.figure import Viewing

if TYPE_CHECKING:
    from collections.abc import Mapping


def viewing_of(found: Mapping[str, Any]) -> Viewing:
    """What was asked of the view, besides its cohort.

    Raises:
        NotUnderstood: it cannot be read.
    """
    try:
        return msgspec.convert(found["asked"], Viewing)
    except (KeyError, msgspec.ValidationError) as error:
        raise NotUnderstood("the question of this figure cannot be read") from error
