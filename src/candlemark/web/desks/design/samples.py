"""Forms that ask each kind of question, to be shown empty, filled and refused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from candlemark.casefile import facts
from candlemark.dates import PartialDate
from candlemark.measure.drawing import Part, attrition_bar
from candlemark.web.forms import choices, questions
from candlemark.web.forms.faults import Faults
from candlemark.web.forms.statement import StatementForm

if TYPE_CHECKING:
    from candlemark.definition import Edition
    from candlemark.measure.drawing import Svg
    from candlemark.web.forms.setting import Setting
    from candlemark.web.reader import Reader


class SampleRow(StatementForm):
    """A row of a question that asks for several."""

    fact = facts.Spelling
    telling = ("text",)
    text = questions.Line(_("Name, as it is written"), needed=True)
    language = choices.Tongue(_("In which language and script"))


class SampleForm(StatementForm):
    """One question of every kind, over the fact that comes nearest."""

    fact = facts.StageReached
    step = questions.Line(_("A word of your own for this time"), hint=_("As the source has it."))
    stage = choices.OneTerm(_("Stage"), "stages", needed=True)
    outcome = choices.OneTerm(_("How reliable"), "reliability")
    when = questions.When(_("When"), may_be_absent=True)
    person = choices.Thing(_("Person"), "person", hint=_("Leave it open if you are in doubt."))
    sentence = questions.Choice(
        _("What it is"), (("one", _("a document")), ("other", _("something published")))
    )
    note = questions.Texts(_("In words"))
    charges = choices.Terms(_("What points to bias"), "bias-indicators")
    claims = questions.Rows(
        _("Names"), lambda: SampleRow, one=_("Spelling"), add=_("Add another spelling")
    )
    final = questions.When(_("When the decision became final"), folded=True)
    sources = choices.Things(_("Who says so"), "source")


TYPED: Final = (
    "when-year=2021&when-month=2&when-day=30&outcome=very&note-count=1&note-0-text=x&"
    "note-0-language=&claims-count=1&claims-0-language=fa&claims-0-text=&step=x"
)
"""What somebody typed in haste."""


def empty(setting: Setting) -> StatementForm:
    """The form before anybody wrote in it."""
    return SampleForm(setting, prefix="empty")


def filled(setting: Setting) -> StatementForm:
    """The form over what was said before."""
    before = facts.StageReached(
        id="fact_1",
        case="case_1",
        edition=setting.edition.code,
        stage="judged",
        when=PartialDate(2013, 9),
        note=(facts.Words("As it was told.", "en"), facts.Words("چنان‌که گفته شد.", "fa")),
        step="first",
    )
    return SampleForm(setting, before=before, prefix="filled")


def refused(setting: Setting) -> tuple[StatementForm, Faults]:
    """The form as it comes back, and what is wrong."""
    form = SampleForm(setting, QueryDict(TYPED))
    faults = Faults()
    if not form.look():
        faults.take(form)
    return form, faults


@dataclass(frozen=True, slots=True)
class SampleFigure:
    """A bar of made-up numbers with its parts, and the sentence that says it."""

    sentence: str
    entered: int
    parts: tuple[tuple[str, str, int], ...]
    bar: Svg


def figure(reader: Reader, edition: Edition) -> SampleFigure:
    """A bar with the fills of the figures, in their order."""

    def ended(code: str) -> str:
        return reader.text(edition.term("outcomes", code).labels)

    parts = (
        ("onward", gettext("went on"), 46),
        ("convicted", ended("convicted"), 12),
        ("acquitted", ended("acquitted"), 5),
        ("dismissed", ended("dismissed"), 23),
        ("pending", gettext("pending here"), 34),
    )
    entered = sum(count for _fill, _name, count in parts)
    said = {"count": reader.number(entered), "pending": reader.number(parts[-1][2])}
    shares = [Part(fill, count / entered) for fill, _name, count in parts]
    bar = attrition_bar(shares, rtl=reader.rtl)
    sentence = gettext("Of %(count)s made-up cases that came so far, %(pending)s are pending.")
    return SampleFigure(sentence % said, entered, parts, bar)
