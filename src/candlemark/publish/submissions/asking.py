"""What somebody asks to send, held against the rules of its form before anything is looked up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date  # noqa: TC003 - a field of what is given
from typing import TYPE_CHECKING

from candlemark.errors import Fault, NotInOrder
from candlemark.publish.releases import tables
from candlemark.publish.submissions.choosing import Scope, Why
from candlemark.publish.submissions.forms import UNKNOWN, form_named
from candlemark.publish.submissions.texts import calls

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from candlemark.ledger import Ledger
    from candlemark.publish.releases import Published
    from candlemark.publish.submissions.choosing import Verdict
    from candlemark.publish.submissions.forms import SubmissionForm
    from candlemark.publish.submissions.texts import CaseText, Texts
    from candlemark.publish.table import Table


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants to send."""

    form: str
    """Code of a form."""
    tongues: tuple[str, ...]
    texts: Texts
    country: str = ""
    """ISO 3166-1 alpha-2; empty for any."""
    first: date | None = None
    last: date | None = None
    release: int = 0
    """Number of the release its figures are of; 0 for none."""
    tables: tuple[str, ...] = ()
    """Names of tables of that release; all of them where none is named."""
    words: int = 0
    """The most words the recipient takes; 0 for what its form says."""
    left_out: tuple[str, ...] = ()
    """Incidents by identifier, and cases by that or by reference, that might be told and are
    not."""

    @property
    def scope(self) -> Scope:
        """Which incidents are asked for."""
        return Scope(
            form_named(self.form),
            self.country,
            self.first,
            self.last,
            self.texts.cases,
            frozenset(self.left_out),
        )


def refuse_together(*checks: Callable[[], None]) -> None:
    """Refuse what any of some checks refuses, with the faults of all of them.

    Raises:
        NotInOrder: what the only one that refused says, or the faults of several.
    """
    refused: list[NotInOrder] = []
    for check in checks:
        try:
            check()
        except NotInOrder as error:
            refused.append(error)
    if len(refused) > 1:
        raise NotInOrder(
            "this submission is not in order",
            hint=refused[0].hint,
            faults=[
                fault
                for one in refused
                for fault in one.faults or (Fault("submission", one.message),)
            ],
        )
    if refused:
        raise refused[0]


def refuse_form(
    asked: Asked, form: SubmissionForm, release: Published | None, answers: Sequence[Verdict]
) -> None:
    """Refuse what a form does not take.

    Raises:
        NotInOrder: ``faults`` names everything; the hint says after whose rules.
    """
    faults = (
        *_form_faults(asked, form),
        *_release_faults(asked, form, release),
        *_case_faults(asked, answers),
    )
    if faults:
        raise NotInOrder(
            "this submission is not in order",
            hint=f"the rules of this form: {form.source}",
            faults=faults,
        )


def _form_faults(asked: Asked, form: SubmissionForm) -> Iterator[Fault]:
    if not asked.tongues:
        yield Fault("tongue", "none is named")
    for tongue in asked.tongues:
        if tongue not in form.tongues:
            yield Fault("tongue", f"{tongue} is none of {', '.join(form.tongues)}")
    if form.period and not (asked.country and asked.first and asked.last):
        yield Fault("period", "the country, or the first or the last day, is missing")
    if asked.first and asked.last and asked.first > asked.last:
        yield Fault("period", "it ends before it begins")
    if form.words == UNKNOWN and not asked.words:
        yield Fault("words", "say how many words the recipient takes")


def usable(published: Iterable[Published]) -> tuple[Published, ...]:
    """The releases figures of a submission may be of: those that stand and were not corrected."""
    return tuple(one for one in published if one.stands and not one.corrected_by)


def _release_faults(
    asked: Asked, form: SubmissionForm, release: Published | None
) -> Iterator[Fault]:
    if release is None and asked.release:
        yield Fault("release", f"there is no release {asked.release}")
    elif release is None:
        if form.figures:
            yield Fault("release", "it is made of figures; name the release they are of")
    elif not release.stands:
        yield Fault("release", f"release {release.number} was withdrawn")
    elif release.corrected_by:
        yield Fault("release", f"it was corrected by release {release.corrected_by}; name that")


def _case_faults(asked: Asked, answers: Sequence[Verdict]) -> Iterator[Fault]:
    known = {name for one in answers for name in one.names}
    for name in asked.left_out:
        if name not in known:
            yield Fault(f"leave out {name[:40]}", "there is no such case or incident")
    for name, text in asked.texts.cases.items():
        of_it = [one for one in answers if name in {one.case.id, one.case.reference}]
        if not of_it:
            yield Fault(f"case {name[:40]}", "there is no such case")
        yield from _incident_faults(name, text, of_it)


def _incident_faults(name: str, text: CaseText, answers: Sequence[Verdict]) -> Iterator[Fault]:
    """One text is about one incident, and an incident has one text."""
    found = [one.incident for one in answers if one.incident]
    for which in text.incidents:
        called = [one for one in found if which in calls(one)]
        where = f"case {name[:40]}, incident {which[:40]}"
        if answers and not called:
            yield Fault(where, "there is no such incident in it")
        elif len(called) > 1:
            ids = ", ".join(one.id for one in called)
            yield Fault(where, f"several are of this date; name each by its identifier: {ids}")
        elif called and which == called[0].id and str(called[0].when) in text.incidents:
            yield Fault(where, "it is described twice, by its identifier and by its date")
    told = sum(one.why is Why.IN for one in answers)
    if text.description and (told > 1 or text.incidents):
        dates = ", ".join(str(one.when or one.id) for one in found)
        yield Fault(f"case {name[:40]}", f"describe each of its incidents by itself: {dates}")


def chosen_tables(
    ledger: Ledger, release: Published | None, named: Sequence[str]
) -> tuple[Table, ...]:
    """The tables of a release that were named; all where none was.

    Raises:
        NotInOrder: a table is not in it, or no release was named; everything is named.
    """
    if release is None:
        if named:
            raise NotInOrder("a table is named and no release", hint="name the release too")
        return ()
    kept = tables(ledger, release.draft.tables)
    found = {kept[one].name: kept[one] for one in release.draft.tables}
    faults = [
        Fault(name[:80], "this release has no such table") for name in named if name not in found
    ]
    if faults:
        raise NotInOrder(
            "a table is not in this release", hint=f"it has: {', '.join(found)}", faults=faults
        )
    return tuple(found[name] for name in dict.fromkeys(named or found))
