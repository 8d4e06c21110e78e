"""A form for one kind of fact: what is asked, what was said before, what is said now.

Subclasses name a fact and ask questions under the names of its fields.  A page may ask a few of
them only; the others keep what was said before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from markupsafe import escape

from candlemark.casefile import facts
from candlemark.web.forms.questions import REASONS, Question, Rows, counted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.forms.boundfield import BoundField
    from markupsafe import Markup

    from candlemark.ledger import Fact
    from candlemark.web.forms.setting import Options, Setting


class StatementForm(forms.Form):
    """Questions about one fact."""

    fact: ClassVar[type[Fact]]
    lead: ClassVar[Any] = ""
    """What a person should know before they answer."""
    telling: ClassVar[tuple[str, ...]] = ()
    """Questions of which one must be answered for the form to say anything; empty: any."""
    fixed: ClassVar[str] = ""
    """Scheme whose terms are the rows, in a form for rows that are always the same."""

    def __init__(
        self,
        setting: Setting,
        data: QueryDict | None = None,
        *,
        before: Fact | None = None,
        start: Mapping[str, Any] | None = None,
        only: Sequence[str] = (),
        prefix: str = "",
    ) -> None:
        """A form to fill in, or as it was filled in.

        Args:
            setting: who reads it, and about which case.
            data: what was typed; None for a form nobody has filled in yet.
            before: the fact it corrects.
            start: what is chosen to begin with, by the field of the fact.
            only: the questions this page asks; all when empty.
            prefix: before the name of every box.
        """
        super().__init__(data, prefix=prefix or None)
        self.setting = setting
        self.before = before
        self.at: dict[str, list[str]] = {}
        """What is wrong, by the name of the box; empty until it was looked at."""
        self.rows: dict[str, list[StatementForm]] = {}
        if only:
            self.fields = {name: self.fields[name] for name in only}
        for name, question in self.asked.items():
            question.settle(setting)
            value = (start or {}).get(name, getattr(before, name, None))
            self.initial[name] = question.shown(value)
            if isinstance(question, Rows):
                self.rows[name] = self._rows(name, question, value or ())

    def _rows(self, name: str, question: Rows, value: Sequence[Fact]) -> list[StatementForm]:
        kind: type[StatementForm] = question.form()
        box = self.add_prefix(name)
        if question.parts:
            given = {getattr(one, "part", ""): one for one in value}
            return [
                kind(
                    self.setting,
                    self._typed(),
                    before=given.get(part),
                    start={"part": part},
                    prefix=f"{box}-{n}",
                )
                for n, part in enumerate(question.parts)
            ]
        count = counted(self.data, box) if self.is_bound else max(len(value), 1)
        return [
            kind(
                self.setting,
                self._typed(),
                before=value[n] if n < len(value) else None,
                prefix=f"{box}-{n}",
            )
            for n in range(count)
        ]

    def _typed(self) -> QueryDict | None:
        return self.data if self.is_bound and isinstance(self.data, QueryDict) else None

    @property
    def asked(self) -> dict[str, Question]:
        """The questions by name."""
        return {name: one for name, one in self.fields.items() if isinstance(one, Question)}

    # What was typed

    @property
    def questions(self) -> list[BoundField]:
        """The questions in order, with what is in their boxes."""
        return [self[name] for name in self.fields]

    @property
    def blank(self) -> bool:
        """Whether nothing was answered that says anything."""
        return all(self._blank(name) for name in self.telling or self.fields)

    def _blank(self, name: str) -> bool:
        if name in self.rows:
            return all(row.blank for row in self.rows[name])
        return self.asked[name].blank(self[name].value())

    def why(self, name: str) -> str:
        """Why there is no answer to a question, as far as somebody said."""
        if self.is_bound:
            return str(self.data.get(f"{self.add_prefix(name)}-why", ""))
        given: dict[str, str] = {one.field: one.why for one in getattr(self.before, "absent", ())}
        return given.get(name, "")

    @property
    def reasons(self) -> Options:
        """Why there can be no answer: the terms of ``absences``."""
        reader = self.setting.reader
        return [
            (term.code, reader.text(term.labels))
            for term in self.setting.edition.scheme("absences")
            if term.code in REASONS
        ]

    # What is understood

    def look(self) -> bool:
        """Whether everything can be understood; what cannot is in :attr:`at`, by its box."""
        for name, errors in self.errors.items():
            self.at[self.add_prefix(name)] = [str(one) for one in errors]
        for name, question in self.asked.items():
            if question.may_be_absent and self.why(name) not in {"", *dict(self.reasons)}:
                self.at[self.add_prefix(name)] = [_("Choose one of the words offered.")]
            elif question.may_be_absent and self.why(name) and not self._blank(name):
                self.at[self.add_prefix(name)] = [
                    _("There is an answer and a reason for none. Take one of them away.")
                ]
        for rows in self.rows.values():
            for row in rows:
                if not row.blank and not row.look():
                    self.at |= row.at
        return not self.at

    def values(self) -> dict[str, Any]:
        """What the fact holds, field by field, once :meth:`look` found nothing wrong."""
        found = {name: self.cleaned_data[name] for name in self.fields if name not in self.rows}
        for name, rows in self.rows.items():
            found[name] = tuple(row.make() for row in rows if not row.blank)
        if "absent" in self.fact.__struct_fields__:
            found["absent"] = self._absent()
        before = self.before
        if before is not None:
            kept = {name: getattr(before, name) for name in before.__struct_fields__}
            found = kept | found
        # A question without an answer gives None; a field that cannot hold it has a default.
        return {
            name: value for name, value in found.items() if value is not None or self._open(name)
        }

    def _open(self, name: str) -> bool:
        fields = self.fact.__struct_fields__
        defaults = self.fact.__struct_defaults__
        place = fields.index(name) - (len(fields) - len(defaults))
        return place >= 0 and defaults[place] is None

    def _absent(self) -> tuple[facts.Absence, ...]:
        """Why there are no answers: what was said before of questions not asked here, and now."""
        kept = [one for one in getattr(self.before, "absent", ()) if one.field not in self.fields]
        now = [
            facts.Absence(name, self.why(name))
            for name, question in self.asked.items()
            if question.may_be_absent and self.why(name)
        ]
        return (*kept, *now)

    def make(self, **more: Any) -> Fact:
        """The fact, with the fields nobody is asked for."""
        return self.fact(**(self.values() | more))

    # What a reader is shown of a fact

    @classmethod
    def line(cls, setting: Setting, fact: Fact) -> Markup:
        """A small fact in one line."""
        parts: list[str | Markup] = []
        for name, question in cls.base_fields.items():
            if isinstance(question, Question):
                parts += question.told(setting, getattr(fact, name))
        return escape(setting.reader.comma).join(parts)
