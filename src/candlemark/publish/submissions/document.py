"""A submission as a document: what stands in it, block by block, in one of its tongues."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from candlemark.publish.open import Placing
from candlemark.publish.submissions import figures
from candlemark.publish.submissions.blocks import facts, heading, paragraph, short
from candlemark.publish.submissions.forms import ANNEX, BRIEFING, form_named
from candlemark.publish.submissions.incidents import FIELDS, fields
from candlemark.publish.submissions.voice import Voice

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from candlemark.definition import Edition
    from candlemark.publish.releases import Published
    from candlemark.publish.submissions.blocks import Block
    from candlemark.publish.submissions.facts import CaseTold, SubmissionDrafted
    from candlemark.publish.submissions.forms import SubmissionForm
    from candlemark.publish.table import Table

_PAGES: Final = 400


@dataclass(frozen=True, slots=True)
class Composed:
    """All that a document is made of."""

    said: SubmissionDrafted
    cases: tuple[CaseTold, ...]
    tables: tuple[Table, ...]
    release: Published | None
    edition: Edition

    @property
    def form(self) -> SubmissionForm:
        """The form it has."""
        return form_named(self.said.form)

    def voice(self, tongue: str) -> Voice:
        """How it speaks in a tongue."""
        return Voice(tongue, self.edition)


def document(whole: Composed, tongue: str) -> dict[str, Any]:
    """The document in one tongue, as data for the template; the same content, the same data."""
    voice = whole.voice(tongue)
    said, speaker = whole.said, voice.speaker
    title = dict(said.titles)[tongue]
    return {
        "title": title,
        "kind": voice.said(_kind(whole.form)),
        "lang": tongue,
        "rtl": speaker.rtl,
        "fonts": ["Vazirmatn", "Noto Sans"] if speaker.rtl else ["Noto Sans", "Vazirmatn"],
        "foot": voice.said("foot"),
        "page_of": voice.said("page-of"),
        "numbers": [speaker.number(n) for n in range(_PAGES)],
        "cover": facts(_cover(whole, voice)),
        "blocks": list(_blocks(whole, voice)),
    }


def _kind(form: SubmissionForm) -> str:
    if form.code == BRIEFING:
        return "kind-briefing"
    return "kind-annex" if form.code.startswith(ANNEX) else "kind-odihr"


def _cover(whole: Composed, voice: Voice) -> Iterator[tuple[str, list[str]]]:
    said, speaker = whole.said, voice.speaker
    yield voice.said("by"), [dict(said.publisher)[voice.tongue], ""]
    yield voice.said("day"), [speaker.day(said.on), ""]
    yield voice.said("country"), [voice.country(said.country), ""]
    yield voice.said("period"), [_period(said.first, said.last, voice), ""]
    if whole.release is not None:
        day, number = speaker.day(whole.release.on), speaker.number(said.release)
        yield voice.said("release"), [voice.said("numbered", number=number, day=day), ""]
    if whole.cases:
        printed = voice.said("printed", edition=said.edition, print=short(said.edition_fingerprint))
        yield voice.said("edition"), [printed, ""]


def _period(first: date | None, last: date | None, voice: Voice) -> str:
    if first is None or last is None:
        return ""
    speaker = voice.speaker
    return voice.said("between", first=speaker.day(first), last=speaker.day(last))


def _blocks(whole: Composed, voice: Voice) -> Iterator[Block]:
    text = dict(whole.said.texts)[voice.tongue]
    numbered = whole.form.code.startswith(ANNEX)  # bodies of the United Nations ask for it
    for number, part in enumerate(filter(None, map(str.strip, text.split("\n\n"))), 1):
        line = " ".join(part.split())
        yield paragraph(f"{voice.speaker.number(number)}. {line}" if numbered else line)
    if whole.tables and whole.release is not None:
        yield heading(2, voice.said("figures"))
        yield paragraph(voice.said("protected"))
        for one in whole.tables:
            yield from figures.figure(one, _placing(whole, whole.release), voice)
        yield heading(3, voice.said("signs"))
        yield figures.signs(whole.tables, voice)
    if whole.cases:
        yield heading(2, voice.said("incidents"))
        for code in ("consented", "not-a-count", "suspects"):
            yield paragraph(voice.said(code))
        if whole.form.categories is not None:
            yield paragraph(voice.said("categories"))
        for case in whole.cases:
            yield from _incident(case, whole.form, voice)


def _incident(case: CaseTold, form: SubmissionForm, voice: Voice) -> Iterator[Block]:
    told = fields(case.told, voice, form.categories)
    yield heading(3, voice.said("incident", reference=case.told.reference))
    rows = zip(FIELDS[1:], told[1:], strict=True)
    detail = [voice.term("consent-details", case.told.detail), ""]
    yield facts(
        [*((voice.said(code), said) for code, said in rows), (voice.said("detail"), detail)]
    )


def _placing(whole: Composed, release: Published) -> Placing:
    return Placing(dict(whole.said.publisher), whole.said.release, release.on, whole.said.address)
