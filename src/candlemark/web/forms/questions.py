"""The kinds of questions a form asks, each with what may be typed and what is understood of it.

A question knows three forms of its answer: what was typed (``raw``: texts, lists and dictionaries
of texts), what a fact holds, and what a reader is shown.  What was typed is never thrown away: a
refused form shows it again.

``kind`` names the macro of ``forms/questions.html`` that draws the question.
"""

# ruff: noqa: D102 - an override does what its method in Question says

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any, ClassVar, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from candlemark.casefile.checks import TEXT_LIMIT
from candlemark.casefile.facts import Words
from candlemark.dates import PartialDate
from candlemark.errors import NotUnderstood

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from markupsafe import Markup

    from candlemark.web.forms.setting import Options, Setting

    Told = Sequence[str | Markup]

_FIRST_YEAR: Final = 1800
"""Years before it are refused: they are years of another calendar, or slips of the hand."""
REASONS: Final = ("unknown", "not-asked", "refused", "illegible", "not-recorded")
"""The terms of ``absences`` a person may give; the others are about agencies' files."""
_PARTS: Final = ("year", "month", "day")
_LAST: Final = ("last-year", "last-month", "last-day")
MOST_ROWS: Final = 60
"""Rows of one question that are read; a form that claims more was not made here."""


class _Typed(forms.Widget):
    """What was typed under one name, without the blanks around it."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:  # noqa: ARG002 - Django
        return data.get(name, "").strip().replace("\r\n", "\n")


class Ticked(forms.Widget):
    """Every value ticked under one name."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:  # noqa: ARG002 - Django
        return list(dict.fromkeys(filter(None, data.getlist(name))))


class _Date(forms.Widget):
    """Three boxes, and three more for the other bound of a range."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:  # noqa: ARG002 - Django
        return {box: data.get(f"{name}-{box}", "").strip() for box in (*_PARTS, *_LAST)}


class _Texts(forms.Widget):
    """Texts, each with its tongue, as many as the form says it has."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:  # noqa: ARG002 - Django
        return [
            {
                "text": data.get(f"{name}-{n}-text", "").strip().replace("\r\n", "\n"),
                "language": data.get(f"{name}-{n}-language", "").strip(),
            }
            for n in range(counted(data, name))
        ]


def counted(data: Mapping[str, Any], name: str) -> int:
    """How many rows a form has under a name; one more where another was asked for."""
    typed = str(data.get(f"{name}-count", ""))
    there = int(typed) if typed.isdecimal() and len(typed) < 4 else 0
    return min(there + (data.get("more") == name), MOST_ROWS)


class Question(forms.Field):
    """What all questions have in common."""

    kind: ClassVar[str]
    widget: type[forms.Widget] = _Typed

    def __init__(
        self,
        label: Any,
        *,
        hint: Any = "",
        needed: bool = False,
        may_be_absent: bool = False,
        folded: bool = False,
    ) -> None:
        """A question.

        Args:
            label: what is asked.
            hint: what helps to answer it.
            needed: whether the form is refused without an answer.
            may_be_absent: whether it is asked why there is no answer.
            folded: whether it stays closed until somebody opens it; for what is seldom needed.
        """
        super().__init__(label=label, help_text=hint, required=needed)
        self.may_be_absent = may_be_absent
        self.folded = folded
        self.digits: Callable[[str], str] = str

    def settle(self, setting: Setting) -> None:
        """Learn what can be chosen, and how this reader writes digits."""
        self.digits = setting.reader.digits

    def shown(self, value: Any) -> Any:
        """What is in the boxes for what a fact holds."""
        return value

    def blank(self, raw: Any) -> bool:
        """Whether nothing was answered."""
        return not raw

    def clean(self, value: Any) -> Any:
        """What a fact holds for what was typed."""
        if self.blank(value):
            if self.required:
                raise ValidationError(self.missing())
            return self.nothing()
        return self.understand(value)

    def missing(self) -> str:
        """What is said where an answer is needed and there is none."""
        return _("Answer this, or leave the page without keeping.")

    def nothing(self) -> Any:
        """What a fact holds where nothing was answered."""
        return ""

    def understand(self, raw: Any) -> Any:
        """What a fact holds for an answer that is not blank."""
        return raw

    def told(self, setting: Setting, value: Any) -> Told:  # noqa: ARG002 - others need the setting
        """The answer in words, line by line; nothing for no answer."""
        return [value] if value else []


class Line(Question):
    """A short text that belongs to no tongue: a reference, a number of a docket."""

    kind = "line"

    def understand(self, raw: Any) -> Any:
        if len(raw) > 500:
            raise ValidationError(_("Shorten it: at most 500 characters fit here."))
        return raw


class Number(Question):
    """A whole number, in the digits of any tongue."""

    kind = "number"

    def shown(self, value: Any) -> Any:
        return "" if value is None else self.digits(str(value))

    def understand(self, raw: Any) -> Any:
        plain = raw.replace(" ", "").replace(",", "").replace(".", "")
        try:
            return int(plain)
        except ValueError:
            raise ValidationError(_("Write a whole number in digits.")) from None

    def nothing(self) -> Any:
        return None

    def told(self, setting: Setting, value: Any) -> Told:
        return [] if value is None else [setting.reader.number(value)]


class Yes(Question):
    """One thing that holds or does not."""

    kind = "yes"

    def nothing(self) -> Any:
        return False

    def understand(self, raw: Any) -> Any:
        return bool(raw)

    def told(self, setting: Setting, value: Any) -> Told:  # noqa: ARG002 - as the others
        return [_("yes")] if value else []


class When(Question):
    """A date as exact as it is known: year, month, day, each may be missing from the right.

    Where it is only known to lie between two dates, the second has boxes of its own.
    """

    kind = "when"
    widget = _Date

    def shown(self, value: Any) -> Any:
        if not isinstance(value, PartialDate):
            return dict.fromkeys((*_PARTS, *_LAST), "") | (value or {})
        first = (value.year, value.month, value.day)
        last = (value.to.year, value.to.month, value.to.day) if value.to else ("", "", "")
        numbers = zip((*_PARTS, *_LAST), (*first, *last), strict=True)
        return {box: self.digits(str(number or "")) for box, number in numbers}

    def blank(self, raw: Any) -> bool:
        return not raw or not any(raw.values())

    def nothing(self) -> Any:
        return None

    def understand(self, raw: Any) -> Any:
        last = [raw.get(box, "") for box in _LAST]
        if not any(last):
            return _one_date(*(raw[box] for box in _PARTS))
        if not any(raw[box] for box in _PARTS):
            raise ValidationError(
                _("Write the first day it can have been too, or move this date up there.")
            )
        first, to = _one_date(*(raw[box] for box in _PARTS)), _one_date(*last)
        try:
            return PartialDate(first.year, first.month, first.day, to)
        except NotUnderstood:
            raise ValidationError(
                _("The first of the two dates has to lie before the second.")
            ) from None

    def told(self, setting: Setting, value: Any) -> Told:
        return [setting.reader.dated(value)] if value else []


def _one_date(typed_year: str, typed_month: str, typed_day: str) -> PartialDate:
    """The date in three boxes; what is wrong in them is said to the person."""
    if not typed_year:
        raise ValidationError(_("Write the year too; a day or month alone is no date."))
    if typed_day and not typed_month:
        raise ValidationError(_("Write the month too, or leave the day empty."))
    try:
        year = int(typed_year)
        month, day = (int(part) if part else None for part in (typed_month, typed_day))
    except ValueError:
        raise ValidationError(_("Write year, month and day in digits.")) from None
    if not _FIRST_YEAR <= year <= 9999:
        raise ValidationError(
            _("Write the year in four digits, by the Gregorian calendar, as in 2014.")
        )
    try:
        return PartialDate(year, month, day)
    except NotUnderstood:
        raise ValidationError(_("There is no such day. Look at the month and the day.")) from None


class Choice(Question):
    """One of a few words."""

    kind = "choice"

    def __init__(
        self, label: Any, options: Sequence[tuple[str, Any]], *, make: Any = str, **more: Any
    ) -> None:
        """``make`` turns the value chosen into what the fact holds, such as an enum."""
        super().__init__(label, **more)
        self.options: Sequence[tuple[str, Any]] = options
        self._make = make

    def shown(self, value: Any) -> Any:
        return str(value.value if isinstance(value, StrEnum) else value or "")

    def understand(self, raw: Any) -> Any:
        if raw not in dict(self.options):
            raise ValidationError(_("Choose one of the words offered."))
        return self._make(raw)

    def nothing(self) -> Any:
        return None if self._make is not str else ""

    def told(self, setting: Setting, value: Any) -> Told:  # noqa: ARG002 - as the others
        return [dict(self.options).get(str(value), str(value))] if value else []


class Texts(Question):
    """A text, each version with the tongue it is in."""

    kind = "texts"
    widget = _Texts

    def __init__(self, label: Any, *, long: bool = True, **more: Any) -> None:
        super().__init__(label, **more)
        self.long = long
        self.tongues: Options = []
        self.tongue = ""

    def settle(self, setting: Setting) -> None:
        super().settle(setting)
        self.tongues, self.tongue = setting.tongues, setting.tongue

    def shown(self, value: Any) -> Any:
        if value and isinstance(value[0], dict):
            return value
        return [{"text": one.text, "language": one.language} for one in value or ()]

    def boxes(self, raw: Any) -> list[dict[str, str]]:
        """What was typed, and a box to begin with where nothing was."""
        return list(raw or ()) or [{"text": "", "language": self.tongue}]

    def blank(self, raw: Any) -> bool:
        return not any(one["text"] for one in raw or ())

    def nothing(self) -> Any:
        return ()

    def understand(self, raw: Any) -> Any:
        kept = [one for one in raw if one["text"]]
        if any(len(one["text"]) > TEXT_LIMIT for one in kept):
            raise ValidationError(
                _("This text is too long. Keep it as evidence, and say here what it is.")
            )
        if any(not one["language"] for one in kept):
            raise ValidationError(_("Say which language the text is in."))
        return tuple(Words(one["text"], one["language"]) for one in kept)

    def told(self, setting: Setting, value: Any) -> Told:
        return [setting.reader.label({one.language: one.text}) for one in value]


class Rows(Question):
    """Several small facts, each with questions of its own; the form keeps a form for each."""

    kind = "rows"

    def __init__(
        self,
        label: Any,
        form: Callable[[], Any],
        *,
        one: Any = "",
        add: Any = "",
        **more: Any,
    ) -> None:
        """A question about rows.

        Args:
            label: what is asked.
            form: gives the class of the form for one row, a ``StatementForm``; asked for late,
                because forms are built of questions.
            one: what a row is called.
            add: what the button says that opens one more row.
            more: as for every question.
        """
        super().__init__(label, **more)
        self.one = one
        self.form = form
        self.add = add
        self.parts: Sequence[str] = ()
        """Codes of the rows there are, where they are fixed (the six questions)."""

    def settle(self, setting: Setting) -> None:
        scheme: str = self.form().fixed
        if scheme:
            self.parts = [term.code for term in setting.edition.scheme(scheme)]

    def clean(self, value: Any) -> Any:
        return value

    def told(self, setting: Setting, value: Any) -> Told:
        return [self.form().line(setting, one) for one in value]
