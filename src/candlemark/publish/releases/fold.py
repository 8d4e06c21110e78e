"""What is drafted, approved, published, withdrawn: a fold of what the ledger says of releases.

A fact counts only when the rules hold that it should have been said under; one that does not is
named and otherwise passed over, because it may have come from another place that did not look.
An approval counts when another member gave it than the one who drafted, for exactly what the draft
says; a publication when the draft was approved so and the number is the next one.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from datetime import date, datetime  # noqa: TC003 - fields of what is given
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from candlemark.casefile.kept_facts import KeptFacts
from candlemark.errors import Fault, UnknownRelease
from candlemark.measure.canonical import canonical
from candlemark.publish.by_name import only_one
from candlemark.publish.releases.facts import (
    STEPS,
    PlacesSaid,
    ReleaseApproved,
    ReleaseDrafted,
    ReleasePublished,
    ReleaseWithdrawn,
)
from candlemark.publish.wording import texts

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from candlemark.ledger import Entry, Fact, Ledger
    from candlemark.publish.table import Texts

_SAID: Final = KeptFacts("releases", "release_said", STEPS)
"""Every page that says whether a release waits for somebody asks for it."""


class State(StrEnum):
    """Where a release stands."""

    DRAFTED = "drafted"
    """It waits for a second person."""
    APPROVED = "approved"
    """It can be published."""
    PUBLISHED = "published"
    CORRECTED = "corrected"
    """Another release stands in its place; it stays reachable."""
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Step:
    """That somebody brought a release to a state, and when they wrote it down."""

    state: State
    by: bytes
    """The kid of the member."""
    on: datetime


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody proposes to publish."""

    id: str
    by: bytes
    """The kid of the member who drafted it."""
    on: datetime
    entry: int
    titles: Texts
    texts: Texts
    tables: tuple[str, ...]
    corrects: int
    upto: int
    batches: tuple[str, ...] = ()
    """Releases of closed batches that its numbers come from."""
    approved_by: tuple[bytes, ...] = ()
    """Kids of other members who approved exactly this."""
    number: int = 0
    """Under which it was published; 0 while it was not."""

    @property
    def digest(self) -> str:
        """SHA-256 of all that would be published, in hex."""
        said = {
            "titles": dict(self.titles),
            "texts": dict(self.texts),
            "tables": list(self.tables),
            "corrects": self.corrects,
            "batches": list(self.batches),
        }
        return hashlib.sha256(canonical(said)).hexdigest()


@dataclass(frozen=True, slots=True)
class Published:
    """A release that is, or was, public."""

    number: int
    on: date
    draft: Draft
    checkpoint: bytes
    """The signed note of the log as it stood when it was published."""
    withdrawn: ReleaseWithdrawn | None = None
    corrected_by: int = 0

    @property
    def stands(self) -> bool:
        """Whether its tables are shown."""
        return self.withdrawn is None


@dataclass(frozen=True, slots=True)
class Places:
    """Where what is published is found, and by whom it is."""

    address: str
    publisher: Texts
    mirrors: tuple[str, ...]
    onion: str = ""

    @property
    def copies(self) -> tuple[str, ...]:
        """Every address besides the site's own: the onion service first, then the mirrors."""
        return tuple(one for one in (self.onion, *self.mirrors) if one)


@dataclass(frozen=True, slots=True)
class Releases:
    """Everything said of releases; ``faults`` is what does not count, and why."""

    drafts: tuple[Draft, ...] = ()
    published: tuple[Published, ...] = ()
    places: Places = field(
        default_factory=lambda: Places("", texts("publisher", "unnamed"), (), "")
    )
    faults: tuple[Fault, ...] = ()
    steps: Mapping[str, tuple[Step, ...]] = field(default_factory=dict)
    """By draft who said what when; only what counts."""

    def state(self, draft: Draft) -> State:
        """Where a draft, or the release it became, stands."""
        if not draft.number:
            return State.APPROVED if draft.approved_by else State.DRAFTED
        found = self.numbered(draft.number)
        if found.withdrawn is not None:
            return State.WITHDRAWN
        return State.CORRECTED if found.corrected_by else State.PUBLISHED

    @property
    def newest(self) -> Published | None:
        """The last release that stands."""
        return next((one for one in reversed(self.published) if one.stands), None)

    def draft(self, name: str) -> Draft:
        """The draft with this name, or one whose name begins so.

        Raises:
            UnknownRelease: there is none, or several begin so.
        """
        return only_one(
            self.drafts,
            name,
            lambda one: one.id,
            what="draft",
            listed="candlemark release list",
        )

    def numbered(self, number: int) -> Published:
        """The release with this number.

        Raises:
            UnknownRelease: there is none.
        """
        if not 1 <= number <= len(self.published):
            raise UnknownRelease(
                f"there is no release {number}", hint="candlemark release list shows them"
            )
        return self.published[number - 1]


def releases(ledger: Ledger) -> Releases:
    """What the ledger says of releases.

    Raises:
        LedgerBroken: the ledger is damaged.
    """
    whose = {kid.hex(): one.member for kid, one in ledger.roster().devices.items()}
    return fold((entry, whose.get(entry.device, b""), fact) for entry, fact in _SAID.of(ledger))


def fold(said: Iterable[tuple[Entry, bytes, Fact]]) -> Releases:
    """The releases in facts, each with its entry and the member who said it."""
    folding = _Folding()
    for entry, member, fact in said:
        folding.take(entry, member, fact)
    return Releases(
        tuple(folding.drafts.values()),
        tuple(folding.published),
        folding.places,
        tuple(folding.faults),
        {name: tuple(some) for name, some in folding.steps.items()},
    )


class _Folding:
    """The facts so far."""

    def __init__(self) -> None:
        self.drafts: dict[str, Draft] = {}
        self.published: list[Published] = []
        self.places = Releases().places
        self.faults: list[Fault] = []
        self.steps: dict[str, list[Step]] = {}

    def take(self, entry: Entry, member: bytes, fact: Fact) -> None:
        """One fact more."""
        match fact:
            case ReleaseDrafted():
                self._drafted(entry, member, fact)
            case ReleaseApproved():
                self._approved(entry, member, fact)
            case ReleasePublished():
                self._published(entry, member, fact)
            case ReleaseWithdrawn():
                self._withdrawn(entry, member, fact)
            case PlacesSaid():
                self.places = Places(fact.address, dict(fact.publisher), fact.mirrors, fact.onion)
            case _:
                pass  # said by a later version

    def _drafted(self, entry: Entry, member: bytes, fact: ReleaseDrafted) -> None:
        if fact.draft in self.drafts:
            self._fault(entry, "a draft of this name is there already")
            return
        self.drafts[fact.draft] = Draft(
            fact.draft,
            member,
            entry.written,
            entry.n,
            dict(fact.titles),
            dict(fact.texts),
            fact.tables,
            fact.corrects,
            fact.upto,
            fact.batches,
        )
        self._step(fact.draft, State.DRAFTED, member, entry)

    def _approved(self, entry: Entry, member: bytes, fact: ReleaseApproved) -> None:
        draft = self.drafts.get(fact.draft)
        if draft is None or draft.digest != fact.digest:
            self._fault(entry, "it approves something that was not drafted")
        elif not member or member == draft.by:
            self._fault(entry, "the one who drafted a release approves it")
        elif member not in draft.approved_by:
            approved = (*draft.approved_by, member)
            self.drafts[draft.id] = replace(draft, approved_by=approved)
            self._step(draft.id, State.APPROVED, member, entry)

    def _published(self, entry: Entry, member: bytes, fact: ReleasePublished) -> None:
        draft = self.drafts.get(fact.draft)
        if draft is None or draft.digest != fact.digest:
            self._fault(entry, "it publishes something that was not drafted")
        elif not draft.approved_by:
            self._fault(entry, "it publishes what nobody else approved")
        elif draft.number or fact.number != len(self.published) + 1:
            self._fault(entry, f"it publishes twice, or not as number {len(self.published) + 1}")
        else:
            draft = replace(draft, number=fact.number)
            self.drafts[draft.id] = draft
            self.published.append(Published(fact.number, fact.on, draft, fact.checkpoint))
            self._step(draft.id, State.PUBLISHED, member, entry)
            if 0 < draft.corrects < fact.number:
                old = self.published[draft.corrects - 1]
                self.published[draft.corrects - 1] = replace(old, corrected_by=fact.number)

    def _withdrawn(self, entry: Entry, member: bytes, fact: ReleaseWithdrawn) -> None:
        if not 1 <= fact.number <= len(self.published):
            self._fault(entry, f"it withdraws release {fact.number}, which is not there")
        elif self.published[fact.number - 1].stands:
            old = self.published[fact.number - 1]
            self.published[fact.number - 1] = replace(old, withdrawn=fact)
            self._step(old.draft.id, State.WITHDRAWN, member, entry)

    def _step(self, draft: str, state: State, member: bytes, entry: Entry) -> None:
        self.steps.setdefault(draft, []).append(Step(state, member, entry.written))

    def _fault(self, entry: Entry, what: str) -> None:
        self.faults.append(Fault(f"entry {entry.n}", f"does not count: {what}"))
