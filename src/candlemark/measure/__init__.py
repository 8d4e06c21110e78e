"""What justice did: how many stand where after how long, with the pending ones counted as pending.

A :class:`Study` is what questions are asked of (:func:`study` opens one from a ledger).  There are
three questions: :func:`occupancy`, :func:`attrition`, :func:`durations`.  Each gives a figure that
carries what it stands on.  Read in this order: ``figure`` (what comes out), ``study`` (what goes
in), ``cohort`` (who enters and when we stop looking), ``stays``, ``estimators``.

Figures are exact and are for people inside the vault; only ``protect`` makes them public.  What is
refused here: a share among the ended, a median that is not reached, a funnel of unlinked years.
"""

from candlemark.measure.answerable import KNOWN_AT_THE_END
from candlemark.measure.attrition import attrition
from candlemark.measure.breaks import breaks_of
from candlemark.measure.columns import NOT_RECORDED, UNMAPPED
from candlemark.measure.document import document, identity_of, read_document
from candlemark.measure.durations import durations
from candlemark.measure.estimators import Quantile
from candlemark.measure.figure import (
    PENDING,
    Attrition,
    AttritionGroup,
    Basis,
    Break,
    Cell,
    Comparison,
    Course,
    CurvePoint,
    Doubt,
    Durations,
    DurationsGroup,
    Figure,
    Filled,
    Horizon,
    Incidence,
    IncidenceGroup,
    Occupancy,
    OccupancyGroup,
    Period,
    PeriodValue,
    ReachedBy,
    Segment,
    StageDuration,
    StageReached,
    StageRow,
    StandardGroup,
    Standardised,
    StandardValue,
    StateValue,
    Stratum,
    Tested,
    Trend,
)
from candlemark.measure.flat import as_json, as_rows
from candlemark.measure.followed import Followed, FollowedRecord, NotFollowed, Step, followed
from candlemark.measure.incidence import incidence
from candlemark.measure.keeping import KINDS, Kept, keep, kept, kept_document
from candlemark.measure.ledger_study import study
from candlemark.measure.linked import Agencies, agencies_at, asking, linked
from candlemark.measure.linked_told import (
    SHARE,
    Linked,
    Spread,
    Told,
    linked_document,
    told,
)
from candlemark.measure.moved import AcrossKept, UndoneLinks, kept_across, moves_kept_figures
from candlemark.measure.notebook import Log, read_events
from candlemark.measure.notebook.logs import read_log
from candlemark.measure.occupancy import occupancy
from candlemark.measure.parquet import as_parquet
from candlemark.measure.recalling import (
    Taken,
    TakenLinked,
    card,
    taken,
    taken_linked,
    taken_view,
    undone_of_kept,
)
from candlemark.measure.reproducing import (
    Difference,
    Reproduction,
    reproduce,
    reproduce_from,
    reproduce_joint,
    undone,
)
from candlemark.measure.stepwise import stepwise
from candlemark.measure.study import Study
from candlemark.measure.study_card import StudyCard, card_of

__all__ = [
    "KINDS",
    "KNOWN_AT_THE_END",
    "NOT_RECORDED",
    "PENDING",
    "SHARE",
    "UNMAPPED",
    "AcrossKept",
    "Agencies",
    "Attrition",
    "AttritionGroup",
    "Basis",
    "Break",
    "Cell",
    "Comparison",
    "Course",
    "CurvePoint",
    "Difference",
    "Doubt",
    "Durations",
    "DurationsGroup",
    "Figure",
    "Filled",
    "Followed",
    "FollowedRecord",
    "Horizon",
    "Incidence",
    "IncidenceGroup",
    "Kept",
    "Linked",
    "Log",
    "NotFollowed",
    "Occupancy",
    "OccupancyGroup",
    "Period",
    "PeriodValue",
    "Quantile",
    "ReachedBy",
    "Reproduction",
    "Segment",
    "Spread",
    "StageDuration",
    "StageReached",
    "StageRow",
    "StandardGroup",
    "StandardValue",
    "Standardised",
    "StateValue",
    "Step",
    "Stratum",
    "Study",
    "StudyCard",
    "Taken",
    "TakenLinked",
    "Tested",
    "Told",
    "Trend",
    "UndoneLinks",
    "agencies_at",
    "as_json",
    "as_parquet",
    "as_rows",
    "asking",
    "attrition",
    "breaks_of",
    "card",
    "card_of",
    "document",
    "durations",
    "followed",
    "identity_of",
    "incidence",
    "keep",
    "kept",
    "kept_across",
    "kept_document",
    "linked",
    "linked_document",
    "moves_kept_figures",
    "occupancy",
    "read_document",
    "read_events",
    "read_log",
    "reproduce",
    "reproduce_from",
    "reproduce_joint",
    "stepwise",
    "study",
    "taken",
    "taken_linked",
    "taken_view",
    "told",
    "undone",
    "undone_of_kept",
]
