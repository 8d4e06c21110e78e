"""What somebody does on a page at last: which act, whether they mean it, and why where it is asked.

A box to tick stands before every act.  Whoever withdraws something says why in every tongue; all
that is missing is named together, and what was typed stays.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from candlemark.errors import NotInOrder
from candlemark.publish.releases import whole_reasons
from candlemark.web.carried import returning
from candlemark.web.desks.releases import texts
from candlemark.web.forms.faults import Faults
from candlemark.web.tongue import reader_of

if TYPE_CHECKING:
    from django.http import HttpRequest

    from candlemark.errors import CandlemarkError

WITHDRAW = "withdraw"


@dataclass
class Act:
    """One act, as it was sent; nothing where a page is only read."""

    what: str = ""
    sure: bool = False
    reasons: dict[str, str] = field(default_factory=dict)
    """By tongue; of a withdrawal."""
    faults: Faults = field(default_factory=Faults)
    error: CandlemarkError | None = None
    """Why a floor refused it."""
    back: bool = False
    """Whether it comes back after signing in: it is shown, and not carried out."""

    @property
    def ready(self) -> bool:
        """Whether it is to be carried out."""
        return bool(self.what) and self.sure and not self.faults and not self.back

    @property
    def missed(self) -> str:
        """The act whose box was not ticked."""
        return "" if self.sure or self.back else self.what

    @property
    def wrong(self) -> bool:
        """Whether something was to be done and was not."""
        return bool(self.faults or self.error or self.missed)

    @property
    def boxes(self) -> list[texts.InTongue]:
        """The form of the reasons, filled with what was typed."""
        return texts.boxes(_asked(), {"reason": self.reasons}, self.faults)


def read(request: HttpRequest) -> Act:
    """The act that was sent to a page."""
    if request.method != "POST":
        return Act()
    found = Act(
        request.POST.get("act", ""),
        request.POST.get("sure") == "yes",
        texts.typed(request.POST, _asked())["reason"],
        back=returning(request),
    )
    if found.what == WITHDRAW and not found.back:
        try:
            whole_reasons(found.reasons)
        except NotInOrder as error:
            texts.place(found.faults, error.faults, _asked(), reader_of(request))
    return found


def _asked() -> list[texts.Asked]:
    return [texts.Asked("reason", _("Why it is withdrawn"), long=True)]
