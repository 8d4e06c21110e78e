"""What the pages ask of the floors below, asked once per state of the ledger.

An opened vault travels with each request.  What is computed from the ledger is kept until the
ledger grows, because a fold of the same entries gives the same answer; at most :data:`KEPT` answers
are kept.  What names a case or a person is kept no longer than the door, which where people sign in
lasts for one request; figures, which are aggregates, last as long as the session.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

from candlemark import agency, casefile, measure
from candlemark.casefile import roles
from candlemark.casefile.apart import without_identities
from candlemark.casefile.roles import Right
from candlemark.errors import DefinitionFaulty, UnknownCrosswalk
from candlemark.publish.awaiting import ToApprove, to_approve

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from django.http import HttpRequest

    from candlemark.agency import Batch
    from candlemark.casefile import CaseFile
    from candlemark.definition import Crosswalk, Edition
    from candlemark.ledger import Vault
    from candlemark.ledger.roster import Member
    from candlemark.measure import Figure, Linked, Study, StudyCard, Taken, TakenLinked
    from candlemark.measure.views import ProcessFigure

_T = TypeVar("_T")

DOOR: Final = "candlemark.door"
"""Key of the request's environment under which the door stands."""
KEPT: Final = 64
_STUDIES: Final = 3
"""Studies hold whole tables; only the last few are kept."""


@dataclass(eq=False)
class Answers:
    """Answers kept until the ledger they were computed from has grown."""

    limit: int
    _size: int = -1
    _kept: OrderedDict[Hashable, object] = field(default_factory=OrderedDict)
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def get(self, size: int, key: Hashable, ask: Callable[[], _T]) -> _T:
        """The answer to ``key`` at this size of the ledger; ``ask`` gives it the first time.

        One lock for all: the machine that shows a vault belongs to one person, and computing the
        same figure in four threads would help nobody.
        """
        with self._lock:
            if size != self._size:
                self._kept.clear()
                self._size = size
            if key not in self._kept:
                self._kept[key] = ask()
            self._kept.move_to_end(key)
            while len(self._kept) > self.limit:
                self._kept.popitem(last=False)
            return cast("_T", self._kept[key])


@dataclass(frozen=True, slots=True)
class Me:
    """The member who opened the vault: their code, what they are called, what they do."""

    member: Member
    roles: tuple[str, ...]

    @property
    def code(self) -> str:
        """The twelve letters and digits they are known by."""
        return self.member.code

    @property
    def name(self) -> str:
        """What they are called; empty for a founder who never said."""
        return self.member.name


@dataclass(eq=False)
class Door:
    """One opened vault and the definition its pages speak."""

    vault: Vault
    edition: Edition
    today: Callable[[], date] = field(default=lambda: datetime.now().astimezone().date())
    """The civil day where the reader is; limits are counted in civil days."""
    figures: Answers = field(default_factory=lambda: Answers(KEPT))
    """Aggregates, which may outlive the door: no key, no row, no name."""
    signed_in: bool = False
    """Whether the member signed in; otherwise the vault was opened by whoever runs the program."""
    design: bool = False
    """Whether the page that shows every component is there; for development only."""
    _answers: Answers = field(default_factory=lambda: Answers(KEPT))
    _studies: Answers = field(default_factory=lambda: Answers(_STUDIES))
    _words: Answers = field(default_factory=lambda: Answers(KEPT))

    def __post_init__(self) -> None:
        """Leave who anybody is closed for a member whose roles do not show it.

        Here, under everything that asks the vault for a case, a search or a file, so that no page
        can forget it.
        """
        if not self.may(Right.SEE_IDENTITIES):
            without_identities(self.vault.ledger)

    @cached_property
    def me(self) -> Me:
        """The member who opened the vault; one who did not sign in has every role."""
        member = self.vault.members.me
        if not self.signed_in:
            return Me(member, tuple(roles.RIGHTS))
        everyone = roles.roles_of(self.vault.ledger, self.vault.members.roster())
        return Me(member, everyone.get(member.code, ()))

    def may(self, right: Right | None) -> bool:
        """Whether the member may do what a right names; None is what every member may."""
        return right is None or roles.may(self.me.roles, right)

    def case(self, case_id: str) -> CaseFile:
        """One case file; :class:`UnknownCase` when there is none."""
        return self._ask(("case", case_id), lambda: casefile.case(self.vault.ledger, case_id))

    def batches(self) -> tuple[Batch, ...]:
        """Every import, oldest first."""
        return self._ask("batches", lambda: agency.batches(self.vault.ledger))

    def batch(self, batch_id: str) -> Batch:
        """One import; :class:`UnknownBatch` when there is none."""
        for one in self.batches():
            if one.id == batch_id:
                return one
        return agency.batch(self.vault.ledger, batch_id)

    def latest(self) -> tuple[Batch, ...]:
        """The latest import of each crosswalk: what figures are taken from."""
        return tuple({one.crosswalk: one for one in self.batches()}.values())

    def crosswalk(self, code: str, fingerprint: str = "") -> Crosswalk:
        """A crosswalk shipped, or kept in the vault; :class:`UnknownCrosswalk` without either."""
        ledger = self.vault.ledger
        return self._words.get(
            ledger.size,
            ("crosswalk", code, fingerprint),
            lambda: agency.crosswalk_of(ledger, code, self.edition, fingerprint),
        )

    def crosswalks(self) -> tuple[Crosswalk, ...]:
        """Every crosswalk shipped, or kept in the vault and written for the edition in use."""
        codes = agency.known_codes(self.vault.ledger)
        return tuple(one for code in codes if (one := self.crosswalk_or_none(code)) is not None)

    def crosswalk_or_none(self, code: str, fingerprint: str = "") -> Crosswalk | None:
        """The crosswalk a batch names; None where it was written for another edition."""
        try:
            return self.crosswalk(code, fingerprint)
        except (DefinitionFaulty, UnknownCrosswalk):
            return None

    def study(self, crosswalk: str) -> Study:
        """What questions are asked of: an agency's latest import; cases by hand when empty."""
        return self._studies.get(
            self.vault.ledger.size,
            crosswalk,
            lambda: measure.study(
                self.vault.ledger, self.edition, crosswalk, vault_name=self.vault.name
            ),
        )

    def card(self, crosswalk: str) -> StudyCard:
        """What a study can be asked, without opening its tables."""
        ledger = self.vault.ledger
        return self.aggregate(
            ("card", crosswalk),
            lambda: measure.card(
                ledger, self._named(crosswalk), lambda: measure.card_of(self.study(crosswalk))
            ),
        )

    def figure(
        self, question: str, key: Hashable, crosswalk: str, ask: Callable[[Study], Figure]
    ) -> Taken[Figure]:
        """A figure of a study with its identity; ``key`` says what exactly is asked."""
        ledger, name = self.vault.ledger, f"{self._named(crosswalk)} {question} {key!r}"
        return self.aggregate(
            ("figure", crosswalk, question, key),
            lambda: measure.taken(ledger, question, name, lambda: ask(self.study(crosswalk))),
        )

    def across(
        self, question: str, key: Hashable, crosswalk: str, ask: Callable[[], Linked]
    ) -> TakenLinked:
        """A figure across agencies in the same way."""
        ledger, name = self.vault.ledger, f"{self._named(crosswalk)} across {question} {key!r}"
        return self.aggregate(
            ("across", crosswalk, question, key),
            lambda: measure.taken_linked(ledger, question, name, ask),
        )

    def undone_links(self) -> dict[str, tuple[str, ...]]:
        """Of every kept figure the judgements that undid a link it used."""
        return self.aggregate("undone links", lambda: measure.undone_of_kept(self.vault.ledger))

    def view(
        self,
        question: str,
        key: Hashable,
        crosswalk: str,
        ask: Callable[[Study], ProcessFigure[Any]],
    ) -> Taken[ProcessFigure[Any]]:
        """A view of the process in the same way; never one that lists cases."""
        ledger, name = self.vault.ledger, f"{self._named(crosswalk)} {question} {key!r}"
        return self.aggregate(
            ("view", crosswalk, question, key),
            lambda: measure.taken_view(ledger, question, name, lambda: ask(self.study(crosswalk))),
        )

    def _named(self, crosswalk: str) -> str:
        """What an answer depends on besides the ledger and the question."""
        return f"{crosswalk!r} {self.edition.fingerprint} {self.vault.name!r}"

    def to_approve(self) -> ToApprove:
        """What of publishing waits for this member to read and approve; nothing where they may not.

        Every page asks; the answer holds texts that are to be public.
        """
        public, told = self.may(Right.PUBLISH), self.may(Right.READ_CASES)
        if not public and not told:
            return ToApprove()
        return self.aggregate(
            ("to approve", public, told), lambda: to_approve(self.vault, public=public, told=told)
        )

    def aggregate(self, key: Hashable, ask: Callable[[], _T]) -> _T:
        """What follows from the ledger and holds no row, no name and no key; it may be kept."""
        return self.figures.get(self.vault.ledger.size, key, ask)

    def kept(self, key: Hashable, ask: Callable[[], _T]) -> _T:
        """Anything that follows from the ledger alone, kept as long as the door."""
        return self._ask(key, ask)

    def _ask(self, key: Hashable, ask: Callable[[], _T]) -> _T:
        return self._answers.get(self.vault.ledger.size, key, ask)


def door_of(request: HttpRequest) -> Door:
    """The vault this request is about."""
    environment: dict[str, Any] = request.META
    return cast("Door", environment[DOOR])


def door_or_none(request: HttpRequest) -> Door | None:
    """The same for pages that strangers see too."""
    environment: dict[str, Any] = request.META
    return cast("Door | None", environment.get(DOOR))
