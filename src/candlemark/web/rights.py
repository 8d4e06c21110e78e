"""What each page needs: one line per name of an address, in one place.

A page that is not here is answered to nobody (a test walks every address and finds it).  A right is
granted by a role (:mod:`candlemark.casefile.roles`) and orders the desks; what is *readable* is
decided by keys, below.  A page that the member may not use is answered as one that does not exist.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from candlemark.casefile.roles import Right

if TYPE_CHECKING:
    from collections.abc import Mapping


class Sent(Enum):
    """Whether a form can be sent to a page."""

    NEVER = "never"
    ALSO = "also"
    ONLY = "only"


@dataclass(frozen=True, slots=True)
class Needs:
    """What a page needs.

    ``right`` is None where every member may; ``write`` is what sending a form to it needs besides.
    """

    right: Right | None = None
    sent: Sent = Sent.NEVER
    write: Right | None = None


_MEMBER: Final = Needs()
_OWN_FORM: Final = Needs(sent=Sent.ALSO)
_OWN_ACT: Final = Needs(sent=Sent.ONLY)
_READ: Final = Needs(Right.READ_CASES)
_SEARCH: Final = Needs(Right.READ_CASES, Sent.ALSO)
_WRITE: Final = Needs(Right.WRITE_CASES, Sent.ALSO, Right.WRITE_CASES)
_WRITE_ONLY: Final = Needs(Right.WRITE_CASES, Sent.ONLY)
_JUDGE: Final = Needs(Right.JUDGE_LINKS)
_JUDGE_TOO: Final = Needs(Right.JUDGE_LINKS, Sent.ALSO)
_FIGURES: Final = Needs(Right.SEE_FIGURES)
_PUBLISH: Final = Needs(Right.PUBLISH)
_PUBLISH_TOO: Final = Needs(Right.PUBLISH, Sent.ALSO)

STRANGERS: Final = frozenset({"begin", "sign-in"})
"""What somebody who is not signed in may open; besides, the files of ours."""

TABLE: Final[Mapping[str, Needs]] = MappingProxyType(
    {
        # Strangers too
        "begin": _MEMBER,
        "sign-in": _OWN_FORM,
        # Every member
        "front": _MEMBER,
        "sign-out": _OWN_ACT,
        "leave": _OWN_ACT,
        "me": _MEMBER,
        "my-device": _OWN_ACT,
        "my-sessions": _OWN_ACT,
        "my-passphrase": _OWN_FORM,
        "my-factor": _OWN_FORM,
        "travel": _OWN_FORM,
        "team": _MEMBER,
        "freeze": _OWN_FORM,
        "waiting": _MEMBER,
        "agree": _OWN_FORM,
        "take-back": _OWN_ACT,
        "definition": _MEMBER,
        "skos": _MEMBER,
        "scheme": _MEMBER,
        "term": _MEMBER,
        "crosswalks": _MEMBER,
        "crosswalk": _MEMBER,
        "codes": _MEMBER,
        "pathways": _MEMBER,
        "pathway": _MEMBER,
        "design": _MEMBER,
        # Administrators
        "remove-member": Needs(Right.ADMINISTER, Sent.ALSO),
        "thaw": Needs(Right.ADMINISTER, Sent.ALSO),
        "factor-of": Needs(Right.ADMINISTER, Sent.ALSO),
        "strange-keys": Needs(Right.ADMINISTER, Sent.ALSO),
        # Whoever may ask for an erasure; a second member decides
        "ask-erasure": Needs(Right.ASK_ERASURE, Sent.ALSO),
        # Cases
        "cases": _SEARCH,
        "export": Needs(Right.EXPORT_CASES, Sent.ALSO),
        "save-view": _WRITE_ONLY,
        "drop-view": _WRITE_ONLY,
        "import": _WRITE,
        "case": _READ,
        "docket": _READ,
        "calendar": _READ,
        "timeline": _READ,
        "dossier": _READ,
        "dossier-file": _READ,
        "history": _READ,
        "new-case": _WRITE,
        "record": _WRITE,
        "add": _WRITE,
        "correct": _WRITE,
        "withdraw": _WRITE,
        "restore": _WRITE,
        "merge": _WRITE,
        "split": _WRITE,
        "readers": _READ,
        # Whether two records are one
        "review": _JUDGE,
        "review-next": Needs(Right.JUDGE_LINKS, Sent.ONLY),
        "review-pair": _JUDGE_TOO,
        "review-history": _JUDGE,
        "review-take-back": _JUDGE_TOO,
        "review-contradictions": _JUDGE,
        "review-reviewers": _JUDGE,
        # Figures and what they are taken from
        "figures": _FIGURES,
        "agencies": _FIGURES,
        "figure": _FIGURES,
        "figure-file": _FIGURES,
        "figure-published": _FIGURES,
        "published-file": _FIGURES,
        "process": _FIGURES,
        "process-file": _FIGURES,
        # A list of single cases
        "stuck": _READ,
        "stuck-file": _READ,
        "figure-across": Needs(Right.SEE_FIGURES, Sent.ALSO, Right.JUDGE_LINKS),
        "across-file": _FIGURES,
        "kept-figures": _FIGURES,
        "kept-file": _FIGURES,
        "figure-compare": _FIGURES,
        "figure-same-mix": _FIGURES,
        "figure-over-time": _FIGURES,
        "batch": _FIGURES,
        # What is sent to a body.  Whoever reads cases reads it and can be the second person: they
        # know the people.  Drafting and taking the files out is for those who publish.
        "submissions": _READ,
        "submission": _READ,
        "approve-submission": Needs(Right.READ_CASES, Sent.ONLY),
        "new-submission": Needs(Right.PUBLISH),
        "draft-submission": Needs(Right.PUBLISH, Sent.ALSO, Right.READ_CASES),
        "submission-file": Needs(Right.PUBLISH, Sent.ONLY, Right.READ_CASES),
        # What leaves; who drafted it and who approves it are never one person, the floor says
        "releases": _PUBLISH,
        "draft-release": _PUBLISH_TOO,
        "release": _PUBLISH_TOO,
        "release-table": _PUBLISH,
        "release-table-file": _PUBLISH,
        "site-file": Needs(Right.PUBLISH, Sent.ONLY),
        "answers": _PUBLISH,
        "answer": _PUBLISH_TOO,
        "say-answer": _PUBLISH_TOO,
    }
)
