"""The process view: what happened after what, how often, how long, and where it stands still.

Everything is asked of :class:`Ways`, the stays of a cohort or of what filters left of it.  Read in
this order: ``ways`` (what goes in), ``filters``, ``waiting`` and ``passages`` (the two clocks),
then one module for each view.  Every view gives codes and numbers; words are for whoever shows
them.

A case that has not ended is in every view as what it is: still there.  Views that cannot count it
so (a median of those who went one way) say so in their name.
"""

from candlemark.measure.process.case_limits import CaseLimit, CaseLimits, Law, case_limits
from candlemark.measure.process.changes import (
    Changes,
    DwellChange,
    DwellSide,
    MoveChange,
    MoveSide,
    Tested,
    VariantChange,
    changes,
)
from candlemark.measure.process.coverage import (
    ANSWERS,
    KINDS,
    Coverage,
    Filled,
    coverage,
    weakest,
)
from candlemark.measure.process.filters import (
    Followed,
    between,
    first_steps,
    followed_by,
    lasting,
)
from candlemark.measure.process.flow import Arrow, Flow, FlowGroup, Node, directly_follows, flow
from candlemark.measure.process.limit_file import Limit, read_limits
from candlemark.measure.process.limits import (
    VERDICTS,
    LimitFound,
    LimitGroup,
    Limits,
    Verdicts,
    limits,
)
from candlemark.measure.process.log_files import WRITERS, write_log
from candlemark.measure.process.opening import ways_of
from candlemark.measure.process.passages import End, Passages, Which, passages
from candlemark.measure.process.rework import Loop, Returning, Rework, ReworkGroup, rework
from candlemark.measure.process.stuck import (
    Past,
    Stuck,
    StuckGroup,
    Waiting,
    WaitingState,
    stuck,
)
from candlemark.measure.process.variants import Variant, VariantGroup, Variants, hash_of, variants
from candlemark.measure.process.waiting import Lengths, Share, lengths
from candlemark.measure.process.ways import OPEN, Askable, Place, Ways

__all__ = [
    "ANSWERS",
    "KINDS",
    "OPEN",
    "VERDICTS",
    "WRITERS",
    "Arrow",
    "Askable",
    "CaseLimit",
    "CaseLimits",
    "Changes",
    "Coverage",
    "DwellChange",
    "DwellSide",
    "End",
    "Filled",
    "Flow",
    "FlowGroup",
    "Followed",
    "Law",
    "Lengths",
    "Limit",
    "LimitFound",
    "LimitGroup",
    "Limits",
    "Loop",
    "MoveChange",
    "MoveSide",
    "Node",
    "Passages",
    "Past",
    "Place",
    "Returning",
    "Rework",
    "ReworkGroup",
    "Share",
    "Stuck",
    "StuckGroup",
    "Tested",
    "Variant",
    "VariantChange",
    "VariantGroup",
    "Variants",
    "Verdicts",
    "Waiting",
    "WaitingState",
    "Ways",
    "Which",
    "between",
    "case_limits",
    "changes",
    "coverage",
    "directly_follows",
    "first_steps",
    "flow",
    "followed_by",
    "hash_of",
    "lasting",
    "lengths",
    "limits",
    "passages",
    "read_limits",
    "rework",
    "stuck",
    "variants",
    "ways_of",
    "weakest",
    "write_log",
]
