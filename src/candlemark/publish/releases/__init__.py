"""Releases: protected figures that are published together, numbered, by two people.

A release is said in the ledger in steps: *drafted* (its tables and its texts in five tongues),
*approved* by somebody else, *published* under the next number with the state of the log it stands
on, perhaps *withdrawn*.  What is public is a fold of these facts, so the same ledger gives the same
site.  A correction is a new release that names the one it corrects; the old one stays reachable.

Read ``facts``, then ``fold``, then ``saying``; ``standing`` is what of one agency is public.
"""

from __future__ import annotations

from candlemark.publish.releases.batches import close_batch
from candlemark.publish.releases.changes import Changes, changes_between
from candlemark.publish.releases.facts import KINDS
from candlemark.publish.releases.fold import Draft, Places, Published, Releases, releases
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
from candlemark.publish.releases.texts import TextsOf, read_names, read_reasons, read_texts

__all__ = [
    "KINDS",
    "Changes",
    "Draft",
    "Places",
    "Published",
    "Releases",
    "Shown",
    "Standing",
    "TextsOf",
    "approve",
    "changes_between",
    "close_batch",
    "draft",
    "publish",
    "read_names",
    "read_reasons",
    "read_texts",
    "readable",
    "releases",
    "say_places",
    "standing_of",
    "tables",
    "withdraw",
    "withdrawn_consents",
]
