"""Cases entered by hand: what happened, to whom, what every authority did, and what is due.

Say statements (``facts.py``) with :func:`say`; read a case back with :func:`case`.  What follows
from it is computed and never stored: :func:`timeline` puts the stages in order with their doubts,
:func:`person_paths` gives each person's way through each proceeding, :func:`person_state` how
things stand for a person, :func:`docket` what is due; :func:`account` is all of it for one case.
:func:`find` finds cases by words.
"""

from __future__ import annotations

from candlemark.casefile.account import Account, account
from candlemark.casefile.agenda import agenda, every_live_row, pathways_now
from candlemark.casefile.custody import PersonState, person_state
from candlemark.casefile.docket import Docket, docket
from candlemark.casefile.facts import KINDS as STATEMENT_KINDS
from candlemark.casefile.finding import FoundCase, find
from candlemark.casefile.paths import PersonPath, person_paths
from candlemark.casefile.pathways import PATHWAY_KINDS, Pathways, keep_pathway
from candlemark.casefile.record import case, cases, open_case, say, say_all
from candlemark.casefile.shelf import prepare
from candlemark.casefile.timeline import Timeline, timeline
from candlemark.casefile.views import CaseFile, StageEvent

KINDS = STATEMENT_KINDS | PATHWAY_KINDS
"""Every kind of entry this floor can say."""

__all__ = [
    "KINDS",
    "Account",
    "CaseFile",
    "Docket",
    "FoundCase",
    "Pathways",
    "PersonPath",
    "PersonState",
    "StageEvent",
    "Timeline",
    "account",
    "agenda",
    "case",
    "cases",
    "docket",
    "every_live_row",
    "find",
    "keep_pathway",
    "open_case",
    "pathways_now",
    "person_paths",
    "person_state",
    "prepare",
    "say",
    "say_all",
    "timeline",
]
