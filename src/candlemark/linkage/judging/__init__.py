"""People judge whether two records are one: what they say, what follows, what is asked next.

Nothing here merges rows.  A judgement is a signed fact; how pairs stand, what need not be asked,
what contradicts and what waits are folds of judgements, read each time.

Read in this order: ``facts`` (what is said besides a judgement), ``standing`` (how a pair stands),
``inferring`` (what follows, what cannot all be true), ``worth`` and ``handing`` (what is asked
next), ``claims`` (who has which pair before them), ``measuring`` (how often people are wrong),
``evidence`` and ``sentence`` (why two records may be one), ``saying`` (the verbs), ``state`` (all
of it for a page), ``parts`` and ``seen`` (what a page need not work out).
"""

from candlemark.linkage.judging.claims import Claim, Claims
from candlemark.linkage.judging.clustered import clusters_as_judged, make_ready
from candlemark.linkage.judging.evidence import Finding, Level
from candlemark.linkage.judging.facts import KINDS
from candlemark.linkage.judging.handing import Turn, next_pair
from candlemark.linkage.judging.saying import Answer, judge, show_names, take_back
from candlemark.linkage.judging.sentence import explanation
from candlemark.linkage.judging.standing import State, Stood, linked_pairs, pair_of, stood
from candlemark.linkage.judging.state import Judging, Page, deciding_judgements, judging
from candlemark.linkage.judging.touching import touched_by

__all__ = [
    "KINDS",
    "Answer",
    "Claim",
    "Claims",
    "Finding",
    "Judging",
    "Level",
    "Page",
    "State",
    "Stood",
    "Turn",
    "clusters_as_judged",
    "deciding_judgements",
    "explanation",
    "judge",
    "judging",
    "linked_pairs",
    "make_ready",
    "next_pair",
    "pair_of",
    "show_names",
    "stood",
    "take_back",
    "touched_by",
]
