"""The tables of an export: one for each sort of thing a case holds, joined by identifiers.

A date stands three times: as it was said (``2014-01``), and the first and last day it can be, so
that no program has to guess what a month means.  A term stands as its code and as its label.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from candlemark.casefile.timeline import timeline
from candlemark.exchange.out.taken import labelled, sources_of, words_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from candlemark.casefile import CaseFile
    from candlemark.casefile.views import Incident
    from candlemark.dates import PartialDate
    from candlemark.exchange.out.taken import Taken

Value = str | int
Row = tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Thing:
    """One table: its name, its columns, and the rows of one case."""

    name: str
    columns: tuple[str, ...]
    rows: Callable[[CaseFile, Writing], Iterable[Row]]


@dataclass(frozen=True, slots=True)
class Writing:
    """What rows are written with: the export, and the tongue of labels and texts."""

    taken: Taken
    tongue: str

    def term(self, scheme: str, code: str) -> tuple[str, str]:
        """A term as its code and its label."""
        return code, labelled(self.taken, scheme, code, self.tongue)

    def terms(self, scheme: str, codes: Iterable[str]) -> tuple[str, str]:
        """Several terms in two cells, parted by ``; ``."""
        several = [self.term(scheme, code) for code in codes]
        return "; ".join(code for code, _ in several), "; ".join(label for _, label in several)

    def text(self, texts: Mapping[str, str]) -> str:
        """A text in the tongue of the export, or in the first it has."""
        return words_of(texts, self.tongue)


DAY: Final = ("when", "when_first", "when_last")


def day(when: PartialDate | None) -> tuple[str, str, str]:
    """A date as it was said, and the first and last day it can be."""
    if when is None:
        return "", "", ""
    return str(when), when.earliest.isoformat(), when.latest.isoformat()


def _case(case: CaseFile, out: Writing) -> Iterator[Row]:
    told = timeline(case)
    last = next((one for one in reversed(told.events) if one.id not in told.apart), None)
    grounds = dict.fromkeys(each.ground for one in case.incidents for each in one.grounds)
    offences = (act.offence for one in case.incidents for act in one.acts)
    charged = (one.offence for one in case.charges)
    both = dict.fromkeys(code for code in (*offences, *charged) if code)
    first = case.incidents[0] if case.incidents else None
    yield (
        case.id,
        case.reference,
        out.text(case.titles),
        case.opened.date().isoformat(),
        *day(first.when if first else None),
        first.country if first else "",
        *(_region(first, out) if first else ("", "")),
        out.text(first.place) if first else "",
        *out.terms("bias-grounds", grounds),
        *out.terms("offences", both),
        *out.term("stages", last.stage if last else ""),
        *day(last.when if last else None),
        len(told.pending),
        len(case.persons),
        len(case.proceedings),
        len(case.stage_events),
        len(case.sources),
        len(case.contradictions),
        case.edition,
    )


CASES: Final = Thing(
    "cases",
    (
        "case", "reference", "title", "opened", "incident_when", "incident_first", "incident_last",
        "country", "region", "region_label", "place", "grounds", "grounds_label", "offences",
        "offences_label", "last_stage", "last_stage_label", "last_stage_when", "last_stage_first",
        "last_stage_last", "pending", "persons", "proceedings", "stages", "sources",
        "contradictions", "edition",
    ),
    _case,
)  # fmt: skip


def _persons(case: CaseFile, out: Writing) -> Iterator[Row]:
    for one in case.persons:
        yield (
            case.id,
            one.id,
            *out.terms("roles", one.roles),
            "yes" if one.is_public else "no",
            out.text(one.note),
            "; ".join(name.text for name in one.names),
            str(one.birth or ""),
        )


def _incidents(case: CaseFile, out: Writing) -> Iterator[Row]:
    for one in case.incidents:
        yield (
            case.id,
            one.id,
            *day(one.when),
            str(one.until or ""),
            one.country,
            *_region(one, out),
            out.text(one.place),
            *out.terms("bias-grounds", (each.ground for each in one.grounds)),
            "; ".join(each.standing for each in one.grounds),
            *out.terms("offences", (act.offence for act in one.acts if act.offence)),
            *out.terms("bias-indicators", one.indicators),
            *out.term("speech-outcomes", one.speech_outcome),
            out.text(one.words),
            sources_of(case, one.sources),
        )


def _region(one: Incident, out: Writing) -> tuple[str, str]:
    """A region as its code and its label; where there is none, why not, as far as that was said."""
    if one.region:
        return out.term("regions", one.region)
    return out.term("absences", one.absent.get("region", ""))


def _proceedings(case: CaseFile, out: Writing) -> Iterator[Row]:
    for one in case.proceedings:
        yield (
            case.id,
            one.id,
            one.forum,
            out.text(one.authority),
            *out.term("agency-types", one.agency),
            *out.term("mechanisms", one.mechanism),
            one.country,
            one.docket,
            " ".join(one.persons),
            sources_of(case, one.sources),
        )


def _charges(case: CaseFile, out: Writing) -> Iterator[Row]:
    for one in case.charges:
        yield (
            case.id,
            one.id,
            one.person,
            one.proceeding,
            out.text(one.article),
            *out.term("offences", one.offence),
            one.bias,
            sources_of(case, one.sources),
        )


def _stages(case: CaseFile, out: Writing) -> Iterator[Row]:
    told = timeline(case)
    for n, one in enumerate(told.events, 1):
        yield (
            case.id,
            one.id,
            n,
            *out.term("stages", one.stage),
            *day(one.when),
            *out.term("outcomes", one.outcome),
            *out.term("sentences", one.sentence),
            one.person,
            one.proceeding,
            " ".join(one.charges),
            out.text(one.authority),
            str(one.final or ""),
            "; ".join(f"{each.what} {each.number} {each.unit}".strip() for each in one.numbers),
            out.text(one.note),
            sources_of(case, one.sources),
        )


def _sources(case: CaseFile, out: Writing) -> Iterator[Row]:
    for n, one in enumerate(case.sources, 1):
        yield (
            case.id,
            one.id,
            n,
            one.form,
            out.text(one.title),
            one.address,
            str(one.retrieved or ""),
            *out.term("reliability", one.reliability),
            *out.term("evidence-kinds", one.evidence),
            one.person,
            out.text(one.note),
        )


def _notes(case: CaseFile, out: Writing) -> Iterator[Row]:
    for one in case.notes:
        yield (
            case.id,
            one.id,
            *day(one.when),
            " ".join(one.persons),
            out.text(one.words),
            sources_of(case, one.sources),
        )


def _interventions(case: CaseFile, out: Writing) -> Iterator[Row]:
    for one in case.interventions:
        yield (
            case.id,
            one.id,
            *day(one.when),
            out.text(one.by),
            out.text(one.to),
            *out.term("mechanisms", one.mechanism),
            " ".join(one.persons),
            out.text(one.words),
            "; ".join(f"{back.when or ''} {out.text(back.words)}".strip() for back in one.answers),
            sources_of(case, one.sources),
        )


def _steps(case: CaseFile, out: Writing) -> Iterator[Row]:
    for one in case.steps:
        yield (
            case.id,
            one.id,
            one.form,
            out.text(one.what),
            *day(one.due),
            one.person,
            one.proceeding,
            one.end.outcome if one.end else "",
            str(one.end.when or "") if one.end else "",
        )


def _consents(case: CaseFile, out: Writing) -> Iterator[Row]:
    for one in case.consents:
        yield (
            case.id,
            one.id,
            one.person,
            *out.term("consent-uses", one.use),
            one.answer,
            *day(one.when),
            str(one.review or ""),
            "; ".join(str(end.when or "not dated") for end in one.withdrawals),
        )


def _contradictions(case: CaseFile, _out: Writing) -> Iterator[Row]:
    for n, one in enumerate(case.contradictions, 1):
        for side in one.sides:
            yield (
                case.id,
                n,
                one.kind,
                one.about,
                one.disputed,
                side.statement,
                side.says,
                "yes" if side.statement == one.shown else "no",
                one.why,
                sources_of(case, side.sources),
            )


THINGS: Final = (
    CASES,
    Thing(
        "persons",
        ("case", "person", "roles", "roles_label", "public_figure", "note", "names", "birth"),
        _persons,
    ),
    Thing(
        "incidents",
        ("case", "incident", *DAY, "until", "country", "region", "region_label", "place",
         "grounds", "grounds_label", "grounds_standing", "offences", "offences_label",
         "indicators", "indicators_label", "speech_outcome", "speech_outcome_label",
         "what_happened", "sources"),
        _incidents,
    ),
    Thing(
        "proceedings",
        ("case", "proceeding", "forum", "authority", "agency", "agency_label", "mechanism",
         "mechanism_label", "country", "docket", "persons", "sources"),
        _proceedings,
    ),
    Thing(
        "charges",
        ("case", "charge", "person", "proceeding", "article", "offence", "offence_label", "bias",
         "sources"),
        _charges,
    ),
    Thing(
        "stages",
        ("case", "event", "place_in_order", "stage", "stage_label", *DAY, "outcome",
         "outcome_label", "sentence", "sentence_label", "person", "proceeding", "charges",
         "authority", "final", "numbers", "note", "sources"),
        _stages,
    ),
    Thing(
        "sources",
        ("case", "source", "number", "form", "title", "address", "retrieved", "reliability",
         "reliability_label", "evidence", "evidence_label", "person", "note"),
        _sources,
    ),
    Thing("notes", ("case", "note", *DAY, "persons", "text", "sources"), _notes),
    Thing(
        "interventions",
        ("case", "intervention", *DAY, "by", "to", "mechanism", "mechanism_label", "persons",
         "text", "answers", "sources"),
        _interventions,
    ),
    Thing(
        "next_steps",
        ("case", "step", "form", "what", "due", "due_first", "due_last", "person", "proceeding",
         "ended", "ended_when"),
        _steps,
    ),
    Thing(
        "consents",
        ("case", "consent", "person", "use", "use_label", "answer", *DAY, "review", "withdrawn"),
        _consents,
    ),
    Thing(
        "contradictions",
        ("case", "number", "kind", "about", "field", "statement", "says", "shown", "why",
         "sources"),
        _contradictions,
    ),
)  # fmt: skip
"""The tables, in the order they are written."""


def rows(thing: Thing, out: Writing) -> Iterator[Row]:
    """Every row of one table."""
    for case in out.taken.cases:
        yield from thing.rows(case, out)
