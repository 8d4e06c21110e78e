"""Which records are one: a model trained without labels, and pairs with their weights.

Nobody else in Candlemark knows Splink.  Read in this order: ``plan`` (what is compared, data),
``levels`` (how alike two values can be), ``flat`` (rows as they are compared), ``training``,
``model``; then ``blocking``, ``scoring``, ``index`` and ``running``; ``keeping`` puts models and
runs into the ledger.  Why so: docs/decisions/0022-linkage-engine.md.

``training`` and ``splinked`` load Splink, which is slow to load, and are not behind this door:
pages that explain a pair need neither.
"""

from candlemark.linkage.engine.clocks import Shift, clock_shift
from candlemark.linkage.engine.keeping import RunKept, keep_model, model_in, run_sources
from candlemark.linkage.engine.levels import levels_of
from candlemark.linkage.engine.model import LinkModel, model_of_document
from candlemark.linkage.engine.one_to_one import one_to_one
from candlemark.linkage.engine.plan import Plan, load_plan, read_plan
from candlemark.linkage.engine.running import Linked, link, link_new

__all__ = [
    "LinkModel",
    "Linked",
    "Plan",
    "RunKept",
    "Shift",
    "clock_shift",
    "keep_model",
    "levels_of",
    "link",
    "link_new",
    "load_plan",
    "model_in",
    "model_of_document",
    "one_to_one",
    "read_plan",
    "run_sources",
]
