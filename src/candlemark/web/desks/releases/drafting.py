"""Drafting a release: choose, try, look, draft.

Nobody drafts what they have not looked at: the button that drafts stands under a trial and carries
a hash over what would leave.  When something else would leave by then, it is tried and shown again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING

from django.http import Http404
from django.utils.translation import gettext as _

from candlemark import protect
from candlemark.errors import (
    Disclosive,
    MeasureError,
    NotEntitled,
    NotInOrder,
    NotUnderstood,
    SettingRefused,
)
from candlemark.protect import SecretLies
from candlemark.publish import releases as floor
from candlemark.publish.releases import TextsOf
from candlemark.web.carried import fills_again, returning
from candlemark.web.desks.releases import choosing, texts, trial
from candlemark.web.desks.releases.faults_said import said as said_of
from candlemark.web.desks.releases.showing import protects, speaker
from candlemark.web.doors import door_of
from candlemark.web.forms.faults import Faults
from candlemark.web.jinja import address
from candlemark.web.pages import page
from candlemark.web.public_tables import signs
from candlemark.web.threshold import SeeOther
from candlemark.web.tongue import reader_of

if TYPE_CHECKING:
    from datetime import date

    from django.http import HttpRequest, HttpResponse, QueryDict

    from candlemark.errors import CandlemarkError
    from candlemark.web.desks.releases.choosing import Chosen, Source
    from candlemark.web.desks.releases.trial import TrialShown
    from candlemark.web.doors import Door
    from candlemark.web.reader import Reader


@dataclass
class Form:
    """The form with everything typed into it, and what is wrong with it."""

    door: Door
    reader: Reader
    some: list[Chosen]
    as_of: str = ""
    policy: str = protect.HOUSE.name
    corrects: int = 0
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    tried: str = ""
    """The hash over what was looked at."""
    faults: Faults = field(default_factory=Faults)
    trials: list[TrialShown] = field(default_factory=list)
    refused: CandlemarkError | None = None
    """Why it was not drafted, where that is about the whole."""
    changed: bool = False
    """Whether something else would leave than what was looked at."""

    @property
    def asked(self) -> list[texts.Asked]:
        """The texts of a release."""
        return [texts.Asked("title", _("Title")), texts.Asked("text", _("Text"), long=True)]

    @property
    def day(self) -> date | None:
        """The last day looked at."""
        return choosing.day(self.as_of, self.faults)

    def read(self, sent: QueryDict) -> None:
        """Take what was sent."""
        self.as_of = sent.get("as-of", "")
        known = protect.policies(self.door.vault.ledger)
        policy = sent.get("policy", "")
        self.policy = policy if policy in known else protect.HOUSE.name
        corrects = sent.get("corrects", "")
        self.corrects = int(corrects) if corrects.isascii() and corrects.isdigit() else 0
        self.values = texts.typed(sent, self.asked)
        self.tried = sent.get("tried", "")

    def check(self) -> None:
        """Everything that is wrong with what is to be counted, together."""
        for one in self.some:
            if one.why_not is not None:
                what = said_of(one.why_not.message, self.reader)
                self.faults.add(f"tables-{one.source.about}", one.source.name, what)
        choosing.check_names(
            [one for one in self.some if one.why_not is None], self.faults, self.reader
        )
        choosing.day(self.as_of, self.faults)

    def check_texts(self) -> TextsOf | None:
        """The texts; None where one is missing, and every one that is is named."""
        try:
            return TextsOf(self.values["title"], self.values["text"])
        except NotInOrder as error:
            texts.place(self.faults, error.faults, self.asked, self.reader)
            return None

    def try_all(self) -> str:
        """Try every source; a hash over what would leave."""
        said = speaker(self.reader)
        self.trials = [
            trial.tried(self.door, one, self.day, self.policy, said) for one in self.some
        ]
        return trial.mark_of(self.trials)


@fills_again
def draft(request: HttpRequest) -> HttpResponse:
    """Choose what is counted, try it, and draft it for a second person."""
    door, reader = door_of(request), reader_of(request)
    sent = request.POST if request.method == "POST" else None
    listed = choosing.sources(door, reader)
    wanted = (request.GET if sent is None else sent).getlist("of")
    picked = [one for one in listed if one.about in wanted]
    lies = protects(door)
    if not picked or lies is SecretLies.ELSEWHERE:
        if sent is not None and wanted and not picked:
            raise Http404
        return _which(request, listed, lies)
    form = Form(door, reader, [choosing.chosen(door, reader, one, sent) for one in picked])
    if sent is None:
        return _shown(request, form, lies)
    form.read(sent)
    if returning(request):
        return _shown(request, form, lies)
    form.check()
    drafting = sent.get("act") == "draft"
    whole = form.check_texts() if drafting else None
    if not any(box.startswith(("tables-", "more-", "as-of")) for box, _, _ in form.faults.all):
        mark = form.try_all()
        form.changed = drafting and mark != form.tried
        form.tried = mark
    if drafting and whole and not form.faults and not form.changed:
        made = _draft(form, whole)
        if made:
            return SeeOther(address("release", made))
    return _shown(request, form, lies)


def _draft(form: Form, whole: TextsOf) -> str:
    """The name of the draft; empty where the floor refused, and the form says why."""
    door = form.door
    try:
        made = floor.draft_whole(
            door.vault,
            door.edition,
            [one.wish(form.day) for one in form.some],
            whole,
            policy=form.policy,
            corrects=form.corrects,
        )
    except (
        Disclosive,
        MeasureError,
        NotEntitled,
        NotInOrder,
        NotUnderstood,
        SettingRefused,
    ) as error:
        form.refused = error
        return ""
    return made.id


def _which(request: HttpRequest, listed: list[Source], lies: SecretLies) -> HttpResponse:
    return page(
        request,
        "releases/which.html",
        listed=listed,
        lies=lies,
        simulated=any(one.simulated for one in listed),
    )


def _shown(request: HttpRequest, form: Form, lies: SecretLies) -> HttpResponse:
    door, reader = form.door, form.reader
    said = floor.releases(door.vault.ledger)
    wrong = bool(form.faults or form.refused or form.changed)
    return page(
        request,
        "releases/draft.html",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK,
        form=form,
        faults=form.faults,
        at=form.faults.at,
        tongue_boxes=texts.boxes(form.asked, form.values, form.faults),
        policies=list(protect.policies(door.vault.ledger).values()),
        correctable=[one for one in said.published if not one.corrected_by],
        ready=bool(form.trials) and all(one.possible for one in form.trials),
        said=lambda text: said_of(text, reader),
        signs=signs(speaker(reader)),
        known_until=max((one.known_until for one in form.some if one.known_until), default=None),
        lies=lies,
        simulated=any(one.source.simulated for one in form.some),
    )
