"""What linkage says in the ledger: models, runs, the pairs a run found, judgements of people.

Nothing here merges rows.  Who is the same follows from runs and judgements together, and is folded
when it is asked for; undoing is a new judgement.  Everything stands in the compartment ``coded``
and so MUST NOT name anybody: records go by identifiers, a model by numbers, a reason by what was
seen and not by whom.

Fields are stored in order: a new one goes to the end, with a default.  How each kind is stored:
docs/formats/link-model.md.
"""

from __future__ import annotations

from typing import Final

from candlemark.ledger import Fact, Kinds

MODEL: Final = "link.model"
RUN: Final = "link.run"
PAIRS: Final = "link.pairs"
JUDGEMENT: Final = "link.judgement"

ANSWERS: Final = "link-answers"
"""Code of the scheme an answer is a term of."""
SAME: Final = "same"
DIFFERENT: Final = "different"
CANNOT_TELL: Final = "cannot-tell"
ASK_THE_AGENCY: Final = "ask-the-agency"

CASE: Final = "case"
PERSON: Final = "person"


class LinkRecord(Fact, frozen=True, order=True):
    """The name of one record of one source."""

    source: str
    """Code of a crosswalk; ``cases`` or ``persons`` for case files."""
    record: str
    """The agency's counting unit as its batch has it; identifier of a case or person."""


class TrainedOn(Fact, frozen=True):
    """A source a model was trained on."""

    source: str
    state: str
    """The batch, or the size of the ledger as a number; the name of a file outside a vault."""
    rows: int


class LinkModelKept(Fact, frozen=True, kw_only=True):
    """A model as it was trained, once and for good."""

    model: str
    """``linkmodel_…``."""
    version: int
    """Of the format of ``settings``."""
    settings: bytes
    """The trained model: canonical JSON.  It holds probabilities and never a value of a row."""
    trained_on: tuple[TrainedOn, ...]
    columns_version: int
    """Of the comparable columns (``columns.VERSION``) it is made for."""
    content_hash: str
    """SHA-256 of ``settings``, in hex."""


class Thresholds(Fact, frozen=True):
    """Probabilities of a pair: from ``automatic`` on it is linked, from ``people`` on it is asked.

    What lies under ``people`` is not kept.
    """

    automatic: float
    people: float


class LinkRun(Fact, frozen=True, kw_only=True):
    """Sources were compared by a model."""

    run: str
    """``linkrun_…``."""
    model: str
    sources: tuple[TrainedOn, ...]
    """What was compared, in the state it was in."""
    ledger_size: int
    """Entries the ledger had when the rows were prepared."""
    thresholds: Thresholds
    pairs_hash: str
    """SHA-256 over the pairs as they are kept, in hex."""
    pairs: int
    chunks: int
    unit: str = CASE
    """``case`` or ``person``: what a cluster is then one of."""
    adds_to: str = ""
    """The run whose pairs stay valid, to which this one adds those of new records; empty for a run
    that compared everything."""
    once_each: tuple[str, ...] = ()
    """Sources that hold each case or person once, so that no two of their records are one."""


class LinkPairsKept(Fact, frozen=True):
    """A piece of the pairs of a run, numbered from 0: Parquet, see ``pairs.PAIRS``."""

    run: str
    n: int
    data: bytes


class Judgement(Fact, frozen=True, kw_only=True):
    """Somebody judged whether two records are one case, or one person."""

    id: str
    """``judgement_…``."""
    edition: str
    left: LinkRecord
    right: LinkRecord
    """Put in order: ``left`` < ``right``."""
    answer: str
    """Term of ``link-answers``."""
    reason: str = ""
    """Free text that names nobody."""
    run: str = ""
    """The run whose pair was judged; empty when no run proposed it."""
    blind: bool = False
    """Answered before any score was shown."""
    seen: tuple[str, ...] = ()
    """What was shown: columns of the records, ``score``, ``names``."""
    unit: str = CASE


KINDS: Final = Kinds.of(
    (MODEL, 1, LinkModelKept),
    (RUN, 1, LinkRun),
    (PAIRS, 1, LinkPairsKept),
    (JUDGEMENT, 1, Judgement),
)
"""What this floor says in the ledger."""
