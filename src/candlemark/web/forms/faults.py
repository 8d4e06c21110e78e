"""What is wrong with what was typed, in the reader's words and at its box.

The forms find most of it themselves.  What only the casefile floor can find (it is said in English
and names the field of the fact) is put at the box of that field here; its words are looked up in
the catalogues, and stand in English where they are not there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as N_  # noqa: N812 - the name gatherers know

if TYPE_CHECKING:
    from collections.abc import Iterable

    from candlemark.errors import Fault
    from candlemark.web.forms.statement import StatementForm

_PLACE: Final = re.compile(r"(?:action \d+, )?fact (\d+) \((\w+)\), (.+)")
_STEP: Final = re.compile(r"([a-z_]+)(?:\[(\d+)\])?")

SAID: Final = (
    N_("it must say something"),
    N_("another statement has this identifier"),
    N_("there is no such case"),
    N_("there is no such statement in this case"),
    N_("a statement corrects one of its own kind only"),
    N_("that statement was corrected or taken back; look at it again"),
    N_("that statement is not one of a stage"),
    N_("it would end before it begins"),
    N_("it would be final before it was decided"),
    N_("it would be served before it was decided"),
    N_("they would be asked again before they were asked"),
    N_("say what may not be done, or what the person fears"),
    N_("it was merged into another case; say it there"),
    N_("a statement that stands and is not about the case itself moves"),
    N_("say which person of the case it is"),
    N_("a person who is a source is named in their identity, not here"),
    N_("a contradiction needs two statements"),
    N_("show one of the statements named"),
    N_("name what is counted in lower-case words joined by hyphens"),
    N_("a national proceeding does not reach this stage"),
    N_("a beyond proceeding does not reach this stage"),
    N_("it holds a name of a person of the case; choose a neutral one"),
    N_("this is not the tag of a language, such as en or tly-Cyrl"),
    N_("write the two capital letters of ISO 3166, such as AZ"),
    N_("it lies in another country than the one that is said"),
    N_("there is no such person in this case"),
    N_("there is no such source in this case"),
    N_("there is no such proceeding in this case"),
    N_("there is no such charge in this case"),
    N_("there is no such intervention in this case"),
)
"""What the casefile floor may say of a field, for the catalogues."""


@dataclass(slots=True)
class Faults:
    """What is wrong, each with the box it is at; an empty box for what is about the whole."""

    all: list[tuple[str, str, str]] = field(default_factory=list)
    """The box to go to, what is asked there, what is wrong."""

    def __bool__(self) -> bool:
        return bool(self.all)

    @property
    def at(self) -> dict[str, str]:
        """What is wrong at each box; of several things at one, the last."""
        return {box: what for box, _label, what in self.all}

    def add(self, box: str, label: str, what: str) -> None:
        """One thing more; the same at the same box is said once."""
        if (box, label, what) not in self.all:
            self.all.append((box, label, what))

    def take(self, form: StatementForm) -> None:
        """Everything a form found."""
        for box, several in form.at.items():
            for what in several:
                self.add(box, label_of(form, box), what)

    def place(self, form: StatementForm, faults: Iterable[Fault], number: int = 0) -> None:
        """What the casefile floor found in a statement, at the boxes of the form it came from.

        Args:
            form: the form of the statement.
            faults: as ``say`` gives them.
            number: the place of the statement in its action, from 1; 0 for what is about none.
        """
        for fault in faults:
            found = _PLACE.fullmatch(fault.where)
            if (int(found[1]) if found else 0) != number:
                continue
            box = box_of(form, found[3]) if found else box_of(form, "titles")
            what = _sentence(gettext(fault.what))
            form.at.setdefault(box, [])
            if what not in form.at[box]:
                form.at[box].append(what)
            self.add(box if box_is_there(form, box) else "", label_of(form, box), what)


def box_of(form: StatementForm, path: str) -> str:
    """The name of the box for a place in the fact: ``acts[2].offence`` is ``acts-1-offence``.

    Rows left empty are not in the fact, so the second act may stand in the third row.
    """
    here, rest = path.split(".", 1) if "." in path else (path, "")
    found = _STEP.fullmatch(here)
    if found is None or found[1] not in form.fields:
        return ""
    name, place = found[1], int(found[2] or 0)
    rows = [row for row in form.rows.get(name, ()) if not row.blank]
    if rest and 0 < place <= len(rows):
        return box_of(rows[place - 1], rest) or str(rows[place - 1].prefix)
    return form.add_prefix(name)


def box_is_there(form: StatementForm, box: str) -> bool:
    """Whether the page has such a box to go to."""
    return bool(box) and bool(label_of(form, box))


def label_of(form: StatementForm, box: str) -> str:
    """What is asked at a box, in the form or its rows."""
    for name, question in form.fields.items():
        if form.add_prefix(name) == box:
            return str(question.label)
        for row in form.rows.get(name, ()):
            label = label_of(row, box)
            if label:
                return label
            if row.prefix == box:
                return str(question.label)
    return ""


def _sentence(text: str) -> str:
    """A message made for a list as a sentence that stands alone."""
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "。")) else ".")
