"""What people say while they judge pairs, besides the judgement itself.

Both stand in the compartment ``coded`` and name nobody: records go by identifiers.  A judgement is
never changed.  Whoever judges the same pair again has changed their mind, and both stand in the
ledger; whoever takes a judgement back leaves the pair as if they had not been asked.

How each kind is stored: docs/formats/link-judging.md.
"""

from __future__ import annotations

from typing import Final

from candlemark.ledger import Fact, Kinds
from candlemark.linkage.facts import JUDGEMENT, Judgement, LinkRecord

TAKEN_BACK: Final = "link.judgement-taken-back"
NAMES_SHOWN: Final = "link.names-shown"


class JudgementTakenBack(Fact, frozen=True, kw_only=True):
    """Somebody takes back judgements of their own: they count no more, and nothing in their place.

    One that names a judgement of somebody else counts for nothing: to oppose another's judgement,
    judge the pair.
    """

    id: str
    """``fact_…``."""
    judgements: tuple[str, ...]
    """``judgement_…``."""
    reason: str = ""
    """Free text that names nobody."""


class NamesShown(Fact, frozen=True, kw_only=True):
    """Somebody asked to see who the people of a pair are, and was shown it.

    Said before anything is shown.
    """

    id: str
    """``fact_…``."""
    left: LinkRecord
    right: LinkRecord
    """Put in order, as in a judgement."""
    fields: tuple[str, ...]
    """Columns that were hidden before: ``names``, ``birth``, ``docket``."""


KINDS: Final = Kinds.of((TAKEN_BACK, 1, JudgementTakenBack), (NAMES_SHOWN, 1, NamesShown))
"""What is said here."""

JUDGED: Final = Kinds.of(
    (JUDGEMENT, 1, Judgement),
    (TAKEN_BACK, 1, JudgementTakenBack),
    (NAMES_SHOWN, 1, NamesShown),
)
"""These and the judgements: what has to be read to know how pairs stand."""
