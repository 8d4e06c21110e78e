"""Drafting, approving and sending a submission: each step refuses before it is said.

Whoever drafts does not approve; what is approved is what was drafted, to the byte.  At each step
consent is looked at anew: where it was taken back, or narrowed, since the draft, nothing goes on.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import msgspec

from candlemark.casefile import cases_for
from candlemark.casefile.consent import DETAILS
from candlemark.casefile.record import some_cases
from candlemark.casefile.telling import telling
from candlemark.definition import Definition
from candlemark.errors import NotEntitled, NotInOrder
from candlemark.ledger import Part
from candlemark.publish.releases import releases, tables
from candlemark.publish.submissions import coarsening, figures
from candlemark.publish.submissions.asking import chosen_tables, refuse_form, refuse_together
from candlemark.publish.submissions.choosing import Why, verdicts
from candlemark.publish.submissions.document import Composed
from candlemark.publish.submissions.facts import (
    CaseTold,
    SubmissionApproved,
    SubmissionDrafted,
    SubmissionLeft,
)
from candlemark.publish.submissions.files import content_of, files_of, hashes
from candlemark.publish.submissions.fold import Submission, hash_of, submissions
from candlemark.publish.submissions.forms import form_named
from candlemark.publish.submissions.reading_texts import refuse_telling

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from candlemark.casefile.views import CaseFile, Incident
    from candlemark.ledger import Fact, Ledger
    from candlemark.publish.releases import Published, Releases
    from candlemark.publish.submissions.asking import Asked
    from candlemark.publish.submissions.choosing import Verdict

_ANY: Final = ""
_AT_ONCE: Final = 50
"""Cases sealed in one entry."""


@dataclass(frozen=True, slots=True)
class Drafted:
    """A draft that was kept, and what whoever drafted it has to know."""

    submission: Submission
    verdicts: tuple[Verdict, ...]
    """Why each incident of the vault is in it, or is not."""


def draft(ledger: Ledger, asked: Asked) -> Drafted:
    """Propose to send something.

    Raises:
        NotInOrder: the form does not take it so, a text is missing in a tongue or tells too much,
            there is no such release or nothing to send, or it is too long; everything is named.
        VaultBusy, StorageFull, LedgerBroken: nothing was kept.
    """
    whole, taken = prepared(ledger, asked)
    fact = msgspec.structs.replace(whole.said, content=content_of(whole))
    by = {one.incident.id: one.telling.by[0] for one in taken if one.incident and one.telling.by}
    ledger.append_all(list(_parts(fact, whole.cases, by)))
    return Drafted(submissions(ledger).draft(fact.draft), taken)


def prepared(ledger: Ledger, asked: Asked) -> tuple[Composed, tuple[Verdict, ...]]:
    """What a draft would hold, and why each incident of the vault is in it or not.

    Raises:
        NotInOrder: as :func:`draft`; nothing is kept either way.
    """
    form = form_named(asked.form)
    titles, texts = asked.texts.in_tongues(asked.tongues)
    said = releases(ledger)
    release = next((one for one in said.published if one.number == asked.release), None)
    answers = verdicts(ledger, asked.scope)
    name = secrets.token_hex(16)
    taken = [(one, one.incident) for one in answers if one.why is Why.IN and one.incident]
    cases = tuple(_told(name, one, incident, asked) for one, incident in taken)
    refuse_together(
        lambda: asked.texts.refuse_missing(asked.tongues),
        lambda: refuse_form(asked, form, release, answers),
        lambda: figures.refuse_long(chosen_tables(ledger, release, asked.tables)),
        lambda: refuse_telling(ledger, titles, texts, cases, cases_now(ledger, cases)),
    )
    found = chosen_tables(ledger, release, asked.tables)
    if not cases and (form.cases == "all" or not found):
        raise NotInOrder(
            "there is nothing to send",
            hint="nobody it happened to agreed for this use, country and period; ask them first",
        )
    edition = Definition.load()
    fact = SubmissionDrafted(
        draft=name,
        form=form.code,
        tongues=asked.tongues,
        titles=titles,
        texts=texts,
        country=asked.country,
        first=asked.first,
        last=asked.last,
        release=asked.release,
        tables=tuple(one.identity for one in found),
        cases=tuple(map(hash_of, cases)),
        words=asked.words or max(form.words, 0),
        edition=edition.code,
        edition_fingerprint=edition.fingerprint,
        publisher=tuple(said.places.publisher.items()),
        address=said.places.address,
        on=ledger.now().date(),
        upto=ledger.size,
        content="",
    )
    whole = Composed(fact, cases, found, release, edition)
    files_of(whole)  # refuses what cannot be written
    return whole, answers


def approve(ledger: Ledger, name: str, member: bytes) -> Submission:
    """Agree that a draft is sent.

    Args:
        ledger: of an opened vault.
        name: of the draft, or at least eight digits of it.
        member: the kid of who agrees.

    Raises:
        UnknownRelease: there is no such draft.
        NotEntitled: they drafted it themselves.
        NotInOrder: it left already, or it does not hold any longer, and why.
    """
    found = submissions(ledger).draft(name)
    if found.by == member:
        raise NotEntitled(
            "whoever drafted a submission cannot approve it",
            hint="another member reads it and approves it",
        )
    if found.left is not None:
        raise NotInOrder(f"this draft left as number {found.left.number}", hint="draft another one")
    refuse_stale(ledger, found)
    if member not in found.approved_by:
        ledger.append([Part("coded", (SubmissionApproved(draft=found.id, digest=found.digest),))])
    return submissions(ledger).draft(found.id)


def leave(ledger: Ledger, name: str) -> tuple[SubmissionLeft, Mapping[str, bytes]]:
    """What is said of the departure of a draft that somebody else approved, and its files.

    A second time says the same and gives the files again, while all in it still agree.

    Raises:
        UnknownRelease: there is no such draft.
        NotEntitled: nobody but who drafted it approved it.
        NotInOrder: it does not hold any longer, and why.
    """
    said = submissions(ledger)
    found = said.draft(name)
    if not found.approved_by:
        raise NotEntitled(
            "nobody approved this submission",
            hint="another member than the one who drafted it: candlemark submission approve",
        )
    refuse_stale(ledger, found)
    files = files_of(composed(ledger, found))
    if found.left is not None:
        return found.left, files
    fact = SubmissionLeft(
        draft=found.id,
        digest=found.digest,
        number=said.sent + 1,
        on=ledger.now().date(),
        files=hashes(files),
    )
    ledger.append([Part("coded", (fact,))])
    return fact, files


def composed(ledger: Ledger, found: Submission) -> Composed:
    """All that the documents of a draft are made of.

    Raises:
        NotInOrder: somebody in it was erased, so that it is not whole.
    """
    if not found.whole:
        raise NotInOrder(
            "what was told of somebody in it was erased",
            hint="draft it again without them",
        )
    said = found.said
    release = releases(ledger).numbered(said.release) if said.release else None
    kept = tables(ledger, said.tables)
    return Composed(
        said,
        found.cases,
        tuple(kept[name] for name in said.tables),
        release,
        Definition.load(said.edition),
    )


def cases_now(ledger: Ledger, cases: Collection[CaseTold]) -> Mapping[str, CaseFile]:
    """The case as it stands of each incident that was told, by the incident's identifier.

    Raises:
        LedgerBroken: the ledger is damaged.
    """
    if not cases:
        return {}
    found = some_cases(ledger, {one.case for one in cases})
    now = {it.id: case for case in found if not case.merged_into for it in case.incidents}
    if all(one.incident in now for one in cases):
        return now
    # One was merged, moved or taken back since: it may stand anywhere.
    return {it.id: case for case in cases_for(ledger, _ANY).cases for it in case.incidents}


def no_longer(found: Submission, now: Mapping[str, CaseFile]) -> tuple[str, ...]:
    """The incidents of a submission that may be told so no longer, by their references in it.

    Somebody took consent back, narrowed it, or must not be exposed since.  Where it was sent, the
    recipient is to be asked to delete them.

    Args:
        found: a submission.
        now: from :func:`cases_now`.
    """
    uses = form_named(found.said.form).uses
    return tuple(
        one.told.reference for one in found.cases if not _stands(one, now.get(one.incident), uses)
    )


def _stands(told: CaseTold, case: CaseFile | None, uses: Sequence[str]) -> bool:
    if case is None:
        return False
    now = telling(case, uses)
    exact = DETAILS.index(told.told.detail) >= DETAILS.index(now.detail)
    return now.may and exact and (len(now.others) <= told.others)


def refuse_stale(ledger: Ledger, found: Submission) -> None:
    """Refuse a draft that would not be drafted so any longer.

    Raises:
        NotInOrder: why, without saying of whom.
    """
    whole, now = composed(ledger, found), cases_now(ledger, found.cases)
    if content_of(whole) != found.said.content:
        raise NotInOrder(
            "this version of Candlemark would say something else than was drafted",
            hint="draft it again: words of the definition or of the document have changed",
        )
    if whole.release is not None:
        _refuse_release(releases(ledger), whole.release)
    if no_longer(found, now):
        raise NotInOrder(
            "consent that a case of this draft rests on does not stand any longer",
            hint="draft it again: the case is left out, or told less exactly",
        )
    refuse_telling(ledger, found.said.titles, found.said.texts, found.cases, now)


def _refuse_release(said: Releases, release: Published) -> None:
    newest = said.numbered(release.number)
    if not newest.stands:
        raise NotInOrder(
            f"release {release.number} was withdrawn",
            hint="draft it again with a release that stands: candlemark release list",
        )
    if newest.corrected_by:
        raise NotInOrder(
            f"release {release.number} was corrected by release {newest.corrected_by}",
            hint=f"draft it again with --release {newest.corrected_by}",
        )


def _told(name: str, one: Verdict, incident: Incident, asked: Asked) -> CaseTold:
    text = asked.scope.text(one.case)
    description = {} if text is None else text.about(incident)
    return CaseTold(
        draft=name,
        salt=secrets.token_hex(16),
        case=one.case.id,
        incident=incident.id,
        told=coarsening.told(
            one.case,
            incident,
            one.telling.detail,
            f"R-{secrets.token_hex(4)}",
            tuple((one, description[one]) for one in asked.tongues if description.get(one)),
        ),
        alike=one.alike,
        others=len(one.telling.others),
        reason="" if text is None else text.others,
    )


def _parts(
    fact: SubmissionDrafted, cases: Sequence[CaseTold], by: Mapping[str, str]
) -> Iterator[list[Part]]:
    """What is kept, entry by entry: cases sealed under a person their consent rests on."""
    for start in range(0, len(cases), _AT_ONCE):
        sealed: dict[str, list[Fact]] = {}
        for one in cases[start : start + _AT_ONCE]:
            sealed.setdefault(by[one.incident], []).append(one)
        yield [Part("coded", tuple(facts), person) for person, facts in sealed.items()]
    yield [Part("coded", (fact,))]
