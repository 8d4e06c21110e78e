"""Cases entered by hand: what happened, to whom, what every authority did, and what is due.

Say statements (``facts.py``) with :func:`say`; read a case back with :func:`case`.  What follows
from it is computed and never stored: :func:`timeline` puts the stages in order with their doubts,
:func:`person_paths` gives each person's way through each proceeding, :func:`person_state` how
things stand for a person, :func:`docket` what is due; :func:`account` is all of it for one case.
:func:`find` finds cases by words.  What members do in the team, and what that lets them do, is in
``roles.py``.
"""

from __future__ import annotations

from typing import Final

from candlemark.casefile import kinds, roles, saved_views
from candlemark.casefile.account import Account, account
from candlemark.casefile.agenda import agenda, every_live_row, pathways_now, soonest
from candlemark.casefile.custody import PersonState, person_state
from candlemark.casefile.docket import Docket, docket
from candlemark.casefile.finding import FoundCase, find
from candlemark.casefile.history import History, as_of, compare, history
from candlemark.casefile.lines import Step, Way, ways_of
from candlemark.casefile.losing import lost_with
from candlemark.casefile.paths import PersonPath, person_paths
from candlemark.casefile.pathways import PATHWAY_KINDS, Pathways, keep_pathway
from candlemark.casefile.preparing import prepare, unprepared
from candlemark.casefile.record import (
    NewCase,
    case,
    cases,
    faults_of,
    new_case,
    open_all,
    open_case,
    said_in,
    say,
    say_all,
    shown_of,
)
from candlemark.casefile.teams import Readers, open_for_team, readers
from candlemark.casefile.timeline import Timeline, timeline
from candlemark.casefile.using import (
    Courses,
    Usable,
    cases_for,
    ways_for_statistics,
    withdrawn_since,
)
from candlemark.casefile.views import CaseFile, StageEvent

KINDS: Final = kinds.KINDS | roles.KINDS | saved_views.KINDS | PATHWAY_KINDS
"""Every kind of entry this floor can say, and the class it is read as."""

__all__ = [
    "KINDS",
    "Account",
    "CaseFile",
    "Courses",
    "Docket",
    "FoundCase",
    "History",
    "NewCase",
    "Pathways",
    "PersonPath",
    "PersonState",
    "Readers",
    "StageEvent",
    "Step",
    "Timeline",
    "Usable",
    "Way",
    "account",
    "agenda",
    "as_of",
    "case",
    "cases",
    "cases_for",
    "compare",
    "docket",
    "every_live_row",
    "faults_of",
    "find",
    "history",
    "keep_pathway",
    "lost_with",
    "new_case",
    "open_all",
    "open_case",
    "open_for_team",
    "pathways_now",
    "person_paths",
    "person_state",
    "prepare",
    "readers",
    "said_in",
    "say",
    "say_all",
    "shown_of",
    "soonest",
    "timeline",
    "unprepared",
    "ways_for_statistics",
    "ways_of",
    "withdrawn_since",
]
