"""What is said of submissions in the ledger: exactly what leaves, who agreed, and what left when.

What leaves is kept word by word, so that a second person agrees to that and not to what a case
may say later.  A case stands in a fact of its own, sealed under a person whose consent it rests on,
so that it goes when they are erased; the draft binds it by a hash with salt.
"""

from __future__ import annotations

from datetime import date  # noqa: TC003 - facts are read back by their types
from typing import Final

from candlemark.ledger import Fact, Kinds
from candlemark.publish.releases.facts import InTongues  # noqa: TC001 - the same


class IncidentTold(Fact, frozen=True, kw_only=True):
    """One incident as it is told outside, no more exactly than the persons agreed to."""

    reference: str
    """Drawn for this submission alone: the recipient can be told to delete it by this name."""
    detail: str
    """Term of ``consent-details``."""
    when: str
    """A date as a partial date writes it."""
    until: str
    country: str
    place: InTongues
    grounds: tuple[tuple[str, str], ...]
    """Terms of ``bias-grounds``, each with who stands behind it (``alleged``, ``found`` …)."""
    offences: tuple[str, ...]
    """Terms of ``offences``; an empty one for an act nobody coded."""
    indicators: tuple[str, ...]
    sources: tuple[tuple[str, str], ...]
    """Form of a source, and term of ``evidence-kinds``; no title and no address."""
    steps: tuple[tuple[str, str, str], ...]
    """What authorities did: term of ``stages``, date, term of ``outcomes``."""
    description: InTongues
    region: str = ""
    """Term of ``regions``, no more exact than ``detail``; told where no place is."""


class CaseTold(Fact, frozen=True, kw_only=True):
    """An incident of a case in a draft, and what the people who decide have to know of it."""

    draft: str
    salt: str
    case: str
    """``case_…``."""
    incident: str
    told: IncidentTold
    alike: int
    """Incidents of the vault that look the same as it is told, this one among them."""
    others: int
    """Persons it tells about as well who did not agree."""
    reason: str
    """Why these cannot be recognised, in the words of whoever drafted it."""


class SubmissionDrafted(Fact, frozen=True, kw_only=True):
    """Somebody proposes to send something."""

    draft: str
    """32 hexadecimal digits, drawn."""
    form: str
    tongues: tuple[str, ...]
    titles: InTongues
    texts: InTongues
    country: str
    """ISO 3166-1 alpha-2; empty for any."""
    first: date | None
    last: date | None
    """The period of the incidents, both days in it; None for any."""
    release: int
    """Number of the release its figures are of; 0 for none."""
    tables: tuple[str, ...]
    """Identities, in the order in which readers meet them."""
    cases: tuple[str, ...]
    """SHA-256 of each ``submission.case``, in order."""
    words: int
    """The most words it may have; 0 for no limit."""
    edition: str
    edition_fingerprint: str
    publisher: InTongues
    address: str
    """Of the public site; empty when there is none."""
    on: date
    upto: int
    """Entries the ledger had."""
    content: str
    """SHA-256 of all that its documents say, in hex: see ``files.content_of``."""


class SubmissionApproved(Fact, frozen=True, kw_only=True):
    """Somebody read a draft, named by all it says, and agrees that it is sent."""

    draft: str
    digest: str


class SubmissionLeft(Fact, frozen=True, kw_only=True):
    """Its files were written to be sent."""

    draft: str
    digest: str
    number: int
    on: date
    files: InTongues
    """Pairs of a name and the SHA-256 of what it holds."""


STEPS: Final = Kinds.of(
    ("submission.drafted", 1, SubmissionDrafted),
    ("submission.approved", 1, SubmissionApproved),
    ("submission.left", 1, SubmissionLeft),
)
"""What is said of submissions as a whole; of nobody in them."""
KINDS: Final = STEPS | Kinds.of(("submission.case", 1, CaseTold), ("submission.case", 2, CaseTold))
"""What is said of submissions."""
