"""The time scale of stays: whole ticks of civil days, and nothing that knows of a clock's zone.

A tick is ``day * 64 + order``, with days since 1970-01-01.  The steps of one day have the orders 0,
1, 2 …, so that none of them is lost and none takes no time; observation begins and ends at order
63, after all that happened on the day.
"""

from __future__ import annotations

from typing import Final

from candlemark.measure.estimators import LAST_TICK, TICKS

DAY_BITS: Final = 6
"""``tick >> DAY_BITS`` is the day of a tick; 2 to this power are ``TICKS``."""
LAST_STEP: Final = 62
"""The order of the last step of a day; more steps than that are one step."""

__all__ = ["DAY_BITS", "LAST_STEP", "LAST_TICK", "TICKS"]
