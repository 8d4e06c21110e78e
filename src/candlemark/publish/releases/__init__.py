"""Releases: protected figures that are published together, numbered, by two people.

A release is said in the ledger in steps: *drafted* (its tables and its texts in five tongues),
*approved* by somebody else, *published* under the next number with the state of the log it stands
on, perhaps *withdrawn*.  What is public is a fold of these facts, so the same ledger gives the same
site.  A correction is a new release that names the one it corrects; the old one stays reachable.

Read ``facts``, then ``fold``, then ``saying``; ``wishing``, ``trying`` and ``whole`` lead from
what somebody ticks to a release; ``standing`` is what of one agency is public.
"""

from __future__ import annotations

from candlemark.publish.releases.awaited import awaited, overtaken
from candlemark.publish.releases.batches import close_batch
from candlemark.publish.releases.changes import Changes, changes_between
from candlemark.publish.releases.facts import KINDS
from candlemark.publish.releases.fold import (
    Draft,
    Places,
    Published,
    Releases,
    State,
    Step,
    releases,
)
from candlemark.publish.releases.overview import Overview, Seen, overview, seen
from candlemark.publish.releases.saying import (
    approve,
    draft,
    publish,
    say_places,
    withdraw,
    withdrawn_consents,
)
from candlemark.publish.releases.shelf import readable, tables
from candlemark.publish.releases.standing import Shown, Standing, standing_of
from candlemark.publish.releases.texts import (
    TextsOf,
    read_names,
    read_reasons,
    read_texts,
    whole_reasons,
)
from candlemark.publish.releases.trying import Gathered, Trial, try_wish
from candlemark.publish.releases.whole import approve_whole, draft_whole, publish_whole
from candlemark.publish.releases.wishing import Wish, offered, released

__all__ = [
    "KINDS",
    "Changes",
    "Draft",
    "Gathered",
    "Overview",
    "Places",
    "Published",
    "Releases",
    "Seen",
    "Shown",
    "Standing",
    "State",
    "Step",
    "TextsOf",
    "Trial",
    "Wish",
    "approve",
    "approve_whole",
    "awaited",
    "changes_between",
    "close_batch",
    "draft",
    "draft_whole",
    "offered",
    "overtaken",
    "overview",
    "publish",
    "publish_whole",
    "read_names",
    "read_reasons",
    "read_texts",
    "readable",
    "released",
    "releases",
    "say_places",
    "seen",
    "standing_of",
    "tables",
    "try_wish",
    "whole_reasons",
    "withdraw",
    "withdrawn_consents",
]
