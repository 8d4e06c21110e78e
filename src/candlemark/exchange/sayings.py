"""What a row becomes: statements of one case, each at a place of its own.

A place (``victim/1``, ``stage/charged``) and the random identifier of the case give the identifiers
of what is said there, by a hash, so that a later import of the same row knows its own statements
again without anything being stored beside them.  Whoever does not have the case learns nothing from
them.  The first time a place is said it has version 0; when a row has changed, version 1 corrects
version 0; and so on.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, Final

from candlemark.casefile import facts
from candlemark.exchange.mapping import STAGE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from candlemark.casefile.facts import Statement
    from candlemark.definition import Edition
    from candlemark.exchange.mapping import Meant
    from candlemark.exchange.understanding import RowRead

_ALPHABET: Final = "0123456789abcdefghjkmnpqrstvwxyz"
_PAIRS: Final = tuple(one + other for one in _ALPHABET for other in _ALPHABET)
_SHIFTS: Final = range(120, -1, -10)
_PURPOSE: Final = "candlemark/table/v1"
BEYOND: Final = "beyond-state"


def id_at(prefix: str, case_id: str, place: str, version: int = 0) -> str:
    """The identifier of what a table says at a place of a case."""
    said = f"{_PURPOSE}\n{case_id}\n{prefix}\n{place}\n{version}".encode()
    number = int.from_bytes(hashlib.sha256(said).digest()[:16], "big")
    return f"{prefix}_" + "".join([_PAIRS[number >> shift & 1023] for shift in _SHIFTS])


class Row:
    """The statements of one row, without those that correct anything yet."""

    def __init__(self, case_id: str, row: RowRead, meant: Meant, edition: Edition) -> None:
        self._case = case_id
        self._row = row
        self._meant = meant
        self._edition = edition

    def statements(self) -> dict[str, Statement]:
        """What the row says, by place, in the order it must be said in."""
        return dict(self._all())

    def _all(self) -> Iterator[tuple[str, Statement]]:
        yield self._opened()
        source = self._source()
        if source is not None:
            yield source
        yield from self._persons()
        yield from self._incident()
        proceeding = self._proceeding()
        if proceeding is not None:
            yield proceeding
        yield from self._stages(id_at("proceeding", self._case, "proceeding") if proceeding else "")
        yield from self._rest()

    def _make(self, kind: type[Statement], place: str, /, **fields: Any) -> tuple[str, Statement]:
        sources: tuple[str, ...] = ()
        if place not in {"opened", "source"} and (
            self._one("source") or self._one("source-address")
        ):
            sources = (id_at("source", self._case, "source"),)
        made = kind(
            id=id_at("fact", self._case, place),
            case=self._case,
            edition=self._edition.code,
            sources=sources,
            **fields,
        )
        return place, made

    def _one(self, field: str) -> Any:
        return next(iter(self._row.values.get(field, ())), None)

    def _words(self, field: str) -> tuple[facts.Words, ...]:
        return tuple(facts.Words(text, tongue) for text, tongue in self._row.texts.get(field, ()))

    def _opened(self) -> tuple[str, Statement]:
        titles = self._words("title") or (facts.Words(self._row.reference, self._meant.language),)
        return self._make(facts.CaseOpened, "opened", titles=titles, reference=self._row.reference)

    def _source(self) -> tuple[str, Statement] | None:
        title, address = self._one("source"), self._one("source-address")
        if not title and not address:
            return None
        said = (facts.Words(title, self._meant.language),) if title else ()
        return self._make(
            facts.SourceCited,
            "source",
            source=id_at("source", self._case, "source"),
            form=facts.SourceForm.DOCUMENT,
            title=said,
            address=address or "",
        )

    def _persons(self) -> Iterator[tuple[str, Statement]]:
        for role in ("victim", "suspect"):
            for n, name in enumerate(self._row.values.get(role, ()), 1):
                place = f"{role}/{n}"
                person = id_at("person", self._case, place)
                yield self._make(facts.PersonInRole, place, person=person, roles=(role,))
                names = (facts.Spelling(text=str(name), language=self._meant.language),)
                yield self._make(facts.IdentityStated, f"{place}/name", person=person, names=names)

    def _incident(self) -> Iterator[tuple[str, Statement]]:
        grounds = tuple(
            facts.BiasGround(ground=str(one), standing=facts.GroundStanding.ALLEGED)
            for one in self._row.values.get("grounds", ())
        )
        acts = tuple(facts.Act(offence=str(one)) for one in self._row.values.get("offences", ()))
        said = {
            "when": self._one("when"),
            "until": self._one("until"),
            "region": self._one("region") or "",
            "place": self._words("place"),
            "acts": acts,
            "grounds": grounds,
            "indicators": tuple(map(str, self._row.values.get("indicators", ()))),
            "words": self._words("what"),
        }
        country = self._one("country") or self._meant.country
        if any(said.values()) or self._one("country"):
            incident = id_at("incident", self._case, "incident")
            yield self._make(
                facts.IncidentDescribed, "incident", incident=incident, country=country, **said
            )

    def _proceeding(self) -> tuple[str, Statement] | None:
        authority, agency, docket = (
            self._words("authority"), self._one("agency"), self._one("docket"),
        )  # fmt: skip
        if not (authority or agency or docket):
            return None
        suspects = len(self._row.values.get("suspect", ()))
        return self._make(
            facts.ProceedingOpened,
            "proceeding",
            proceeding=id_at("proceeding", self._case, "proceeding"),
            forum=facts.Forum.NATIONAL,
            authority=authority,
            agency=agency or "",
            country=self._one("country") or self._meant.country,
            docket=docket or "",
            persons=tuple(
                id_at("person", self._case, f"suspect/{n}") for n in range(1, suspects + 1)
            ),
        )

    def _stages(self, proceeding: str) -> Iterator[tuple[str, Statement]]:
        """One statement for each stage with a day, and for the stage a status column names."""
        found: dict[str, Any] = {
            name.removeprefix(STAGE): values[0]
            for name, values in self._row.values.items()
            if name.startswith(STAGE)
        }
        if status := self._one("stage"):
            found.setdefault(status, self._one("stage-when"))
        stages = self._edition.scheme("stages")
        order = sorted(found, key=lambda code: stages.term(code).order)
        outcome, sentence = self._one("outcome") or "", self._one("sentence") or ""
        at_outcome = _last(order, ("judged", "judged-beyond")) or (order[-1] if order else "")
        at_sentence = _last(order, ("sentenced", "judged")) or at_outcome
        for code in order:
            beyond = stages.group(code).code == BEYOND
            of_the_case = stages.term(code).order < stages.term("recorded").order
            yield self._make(
                facts.StageReached,
                f"stage/{code}",
                stage=code,
                when=found[code],
                outcome=outcome if code == at_outcome else "",
                sentence=sentence if code == at_sentence else "",
                proceeding="" if beyond or of_the_case else proceeding,
            )

    def _rest(self) -> Iterator[tuple[str, Statement]]:
        if step := self._one("next-step"):
            yield self._make(
                facts.NextStep,
                "next-step",
                step=id_at("step", self._case, "next-step"),
                what=(facts.Words(step, self._meant.language),),
                due=self._one("next-step-due"),
            )
        if note := self._words("note"):
            yield self._make(facts.NoteMade, "note", words=note)


def _last(order: list[str], among: tuple[str, ...]) -> str:
    return next((code for code in among if code in order), "")
