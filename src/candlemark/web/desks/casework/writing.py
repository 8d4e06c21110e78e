"""A statement on its way into a case: drawn up in a form, looked at, kept, or decided about.

One form kept is one action, signed once.  It is refused whole, with every fault at its box, and
what was typed stays in the boxes.  Where somebody else corrected the same statement since the form
was opened, both are shown and the person decides.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from django.http import Http404
from django.utils.translation import gettext as _

from candlemark import casefile
from candlemark.casefile import crossing, facts
from candlemark.casefile.listing import listed
from candlemark.casefile.roles import Right
from candlemark.casefile.standing import standing
from candlemark.casefile.things import THING
from candlemark.casefile.tying import other_case
from candlemark.errors import (
    NotEntitled,
    NotInOrder,
    NotUnderstood,
    OutcomeUnknown,
    StorageFull,
    UnknownCase,
    VaultBusy,
)
from candlemark.ids import check_id, new_id
from candlemark.web.carried import returning
from candlemark.web.desks.casework.asking import FORM_OF, FORMS
from candlemark.web.desks.casework.asking.sources import SourceForm
from candlemark.web.doors import door_of
from candlemark.web.forms.faults import Faults
from candlemark.web.forms.setting import Setting
from candlemark.web.forms.told import told
from candlemark.web.tongue import reader_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from django.http import HttpRequest, QueryDict

    from candlemark.casefile import CaseFile
    from candlemark.casefile.facts import Statement
    from candlemark.casefile.listed import Listed
    from candlemark.casefile.standing import Standing
    from candlemark.ledger import Entry
    from candlemark.web.forms.statement import StatementForm
    from candlemark.web.forms.told import Answer

KEPT: Final = HTTPStatus.SEE_OTHER
NEW_SOURCE: Final = "new-source"
"""Prefix of the boxes of a source added in the form of another statement."""


class Case:
    """One case of the vault, for one request that reads or writes it."""

    def __init__(self, request: HttpRequest, case_id: str) -> None:
        self.request = request
        self.door = door_of(request)
        self.reader = reader_of(request)
        try:
            self.file: CaseFile = self.door.case(check_id(case_id, "case"))
        except NotUnderstood:
            raise Http404 from None  # no identifier gets the words of one that is not there

    @property
    def may_write(self) -> bool:
        """Whether whoever asks may write in it."""
        return bool(self.door.may(Right.WRITE_CASES))

    @cached_property
    def said(self) -> tuple[tuple[Entry, Statement], ...]:
        """Every statement of the case with its entry."""
        return casefile.said_in(self.door.vault.ledger, self.file.id)

    @cached_property
    def stands(self) -> Standing:
        """What of it still stands."""
        return standing(self.said)

    @cached_property
    def setting(self) -> Setting:
        """What forms of this case may know."""
        live = {one.id: one for one in self.stands.live}
        named = {other for _, fact in self.said for other in other_case(fact)}
        return Setting(
            self.reader, self.door.edition, self.file, live, tuple(self.others(named).values())
        )

    def others(self, cases: Collection[str]) -> Mapping[str, Listed]:
        """Other cases by their identifiers, those that are not listed left out."""
        return listed(self.door.vault.ledger, cases, self.door.today()) if cases else {}

    def statement(self, fact_id: str) -> Statement:
        """A statement of the case, standing or not; none, and one of another case, look alike."""
        for _entry, one in self.said:
            if one.id == fact_id and type(one) in FORM_OF:
                return one
        raise Http404

    def heirs(self, old: Statement) -> tuple[Statement, ...]:
        """The standing statements that took a statement's place."""
        return crossing.heirs((fact for _, fact in self.said), self.setting.live, old)

    def told(self, one: Statement) -> list[Answer]:
        """A statement in words."""
        return told(self.setting, FORM_OF[type(one)], one)


@dataclass(eq=False)
class Draft:
    """One statement being written: its form, and the source that may come with it."""

    setting: Setting
    form: StatementForm
    case_id: str
    before: Statement | None = None
    fixed: Mapping[str, Any] = field(default_factory=dict)
    """Fields nobody is asked for."""
    new_source: StatementForm | None = None
    fact_id: str = field(default_factory=lambda: new_id("fact"))

    @classmethod
    def of(
        cls,
        setting: Setting,
        kind: type[StatementForm],
        data: QueryDict | None,
        *,
        case_id: str,
        before: Statement | None = None,
        start: Mapping[str, Any] | None = None,
        only: Sequence[str] = (),
        fixed: Mapping[str, Any] | None = None,
    ) -> Draft:
        """A draft of a new statement, or of one that corrects ``before``."""
        form = kind(setting, data, before=before, start=start, only=only)
        source = None
        if "sources" in form.fields:
            given = {"form": facts.SourceForm.PUBLICATION}
            source = SourceForm(setting, data, start=given, prefix=NEW_SOURCE)
        return cls(setting, form, case_id, before, fixed or {}, source)

    @property
    def name(self) -> str:
        """The word for its kind in addresses."""
        return next((word for word, form in FORMS.items() if form is type(self.form)), "")

    @property
    def blank(self) -> bool:
        """Whether nothing was said before, and nothing was typed."""
        source = self.new_source is None or self.new_source.blank
        return self.before is None and self.form.blank and source

    def look(self) -> Faults:
        """What is wrong with what was typed."""
        faults = Faults()
        if not self.form.look():
            faults.take(self.form)
        if self.new_source and not self.new_source.blank and not self.new_source.look():
            faults.take(self.new_source)
        return faults

    def action(self) -> list[Statement]:
        """The statements to be said: a source added on the way, then the statement itself."""
        common: dict[str, Any] = {
            "case": self.case_id,
            "edition": self.setting.edition.code,
        }
        said: list[Statement] = []
        more: dict[str, Any] = dict(self.fixed)
        if self.new_source and not self.new_source.blank:
            source = self.new_source.make(
                **common, id=new_id("fact"), source=new_id("source"), sources=(), supersedes=()
            )
            said.append(_statement(source))
            more["sources"] = (*self.form.values()["sources"], getattr(source, "source", ""))
        own = THING.get(self.form.fact, "")  # type: ignore[arg-type]
        if own and own != "case":
            more[own] = getattr(self.before, own, "") or new_id(own)
        supersedes = (self.before.id,) if self.before else ()
        statement = self.form.make(**common, id=self.fact_id, supersedes=supersedes, **more)
        return [*said, _statement(statement)]

    def place(self, faults: Faults, error: NotInOrder, action: Sequence[Statement]) -> None:
        """What only the casefile floor could find, at the boxes of the forms it came from."""
        if self.new_source and len(action) > 1:
            faults.place(self.new_source, error.faults, 1)
        faults.place(self.form, error.faults, len(action))
        faults.place(self.form, error.faults)


def _statement(fact: Any) -> Statement:
    if not isinstance(fact, facts.Statement):
        raise TypeError(type(fact).__name__)
    return fact


@dataclass(frozen=True)
class Outcome:
    """What became of a draft."""

    faults: Faults
    status: HTTPStatus
    """``SEE_OTHER`` when it was kept."""
    conflict: Conflict | None = None


@dataclass(frozen=True)
class Conflict:
    """Somebody else corrected the statement meanwhile, or took it back."""

    theirs: tuple[Statement, ...]
    """What stands now in its place; empty when it was taken back."""
    mine: Statement
    """What was typed, over theirs where nothing was changed here."""


def sent_to(request: HttpRequest) -> QueryDict | None:
    """What was typed, as it was sent or as it comes back after signing in again."""
    return request.POST if request.method == "POST" or returning(request) else None


def keeps(request: HttpRequest) -> bool:
    """Whether what was sent is to be kept: not a row more, nor a form that only comes back."""
    return request.method == "POST" and "more" not in request.POST and not returning(request)


def keep(case: Case, draft: Draft, data: QueryDict) -> Outcome:
    """Look at a draft and say it; nothing is kept unless all of it is in order."""
    faults = draft.look()
    if faults:
        return Outcome(faults, HTTPStatus.UNPROCESSABLE_ENTITY)
    action = draft.action()
    conflict = _conflict(case, draft, action[-1])
    unchanged = draft.before is not None and crossing.same(draft.before, action[-1])
    if unchanged and len(action) == 1 and conflict is None:
        return Outcome(faults, KEPT)  # a correction that changes nothing is none
    if conflict is not None:
        decided = _decided(conflict, action, data)
        if decided is None:
            return Outcome(faults, HTTPStatus.CONFLICT, conflict)
        if not decided:
            return Outcome(faults, KEPT)
        action = decided
    return say(case.door, draft, action)


def say(door: Any, draft: Draft, action: Sequence[Statement]) -> Outcome:
    """Say an action; what is refused is told at the boxes of the draft."""
    faults = Faults()
    try:
        casefile.say(door.vault.ledger, door.edition, action, language=draft.setting.reader.tongue)
    except NotInOrder as error:
        draft.place(faults, error, action)
        return Outcome(faults, HTTPStatus.UNPROCESSABLE_ENTITY)
    except NotEntitled:
        faults.add("", "", _("Your keys do not let you write this. Ask somebody who can read it."))
        return Outcome(faults, HTTPStatus.FORBIDDEN)
    except VaultBusy:
        faults.add(
            "", "", _("Somebody else was writing at this moment. Nothing was kept: try again.")
        )
        return Outcome(faults, HTTPStatus.SERVICE_UNAVAILABLE)
    except StorageFull:
        faults.add(
            "", "", _("The disk is full. Nothing was kept: make room on it, then try again.")
        )
        return Outcome(faults, HTTPStatus.INSUFFICIENT_STORAGE)
    except OutcomeUnknown:
        faults.add(
            "",
            "",
            _(
                "The server went away while it was keeping this, and nobody knows yet whether it "
                "did. See in the history of the case whether it is there before you keep it again."
            ),
        )
        return Outcome(faults, HTTPStatus.BAD_GATEWAY)
    return Outcome(faults, KEPT)


def _conflict(case: Case, draft: Draft, mine: Statement) -> Conflict | None:
    """Whether what is corrected no longer stands, and what stands in its place."""
    before = draft.before
    if before is None or before.id in case.setting.live:
        return None
    theirs = case.heirs(before)
    return Conflict(theirs, crossing.over(theirs, before, mine))


def _decided(
    conflict: Conflict, action: Sequence[Statement], data: QueryDict
) -> list[Statement] | None:
    """What is to be said by what the person decided; nothing for theirs.

    None where they decided nothing yet, or about something else than what stands now.
    """
    if set(data.getlist("seen")) != {one.id for one in conflict.theirs}:
        return None
    match data.get("decide"):
        case "theirs":
            return []
        case "mine":
            return [*action[:-1], conflict.mine]
        case "both":
            return [*action, crossing.beside(conflict.theirs, action[-1])]
    return None


def the_case(request: HttpRequest, case_id: str) -> Case:
    """The case an address names.

    Raises:
        Http404: for what is no identifier; an unknown case becomes the same page in the guard.
    """
    try:
        return Case(request, case_id)
    except UnknownCase:
        raise Http404 from None
