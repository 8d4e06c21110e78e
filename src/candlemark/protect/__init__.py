"""The only door from a figure to the public.

One way leads through it: closed batches with cell keys.  Only what is new is counted, only when
enough of it has gathered, every count changed by noise that stays the same for ever, and every
attack we know run on it together with all earlier releases (:func:`try_release`,
:func:`draft_release`, :func:`approve_release`, :func:`released_figures`).

Read in this order: ``policy``; ``batches``: ``noise``, ``record_keys``, ``tables``, ``closing``,
``cube``; ``yearly``; ``attacks``: ``system``, ``together``, ``people``, ``gate``; ``batch``;
``figures``: ``wanted``, ``ways``, ``planning``, ``estimated``, ``made``; ``protected``,
``releasing``, ``drafting``.  Why it is so: docs/decisions/0025-protection.md.
"""

from candlemark.protect.attacks.gate import Attacked, attack
from candlemark.protect.batch import refuse_nothing
from candlemark.protect.batches.closing import Row
from candlemark.protect.batches.record_keys import Secret
from candlemark.protect.drafting import (
    Before,
    Source,
    Tried,
    approve_release,
    draft_release,
    draft_tried,
    refuse_changed,
    released_before,
    released_comparison,
    released_figures,
    said_of,
    try_release,
)
from candlemark.protect.facts import KINDS
from candlemark.protect.figures.wanted import Wanted, wanted
from candlemark.protect.policy import HOUSE, Policy
from candlemark.protect.protected import Doing, ProtectedFigure, PublicBasis, PublicRow, Status
from candlemark.protect.releasing import (
    Release,
    State,
    drop,
    published_rows,
    release_named,
    releases,
)
from candlemark.protect.setting_up import (
    SecretLies,
    policies,
    policy_named,
    say_policy,
    secret_lies,
    secret_of,
)

__all__ = [
    "HOUSE",
    "KINDS",
    "Attacked",
    "Before",
    "Doing",
    "Policy",
    "ProtectedFigure",
    "PublicBasis",
    "PublicRow",
    "Release",
    "Row",
    "Secret",
    "SecretLies",
    "Source",
    "State",
    "Status",
    "Tried",
    "Wanted",
    "approve_release",
    "attack",
    "draft_release",
    "draft_tried",
    "drop",
    "policies",
    "policy_named",
    "published_rows",
    "refuse_changed",
    "refuse_nothing",
    "release_named",
    "released_before",
    "released_comparison",
    "released_figures",
    "releases",
    "said_of",
    "say_policy",
    "secret_lies",
    "secret_of",
    "try_release",
    "wanted",
]
