"""The fold from statements to a case file.

Pure: the statements of a case, in the order of the ledger, and the editions they were coded under
give the case file, and nothing else does.  It is total: whatever stands in the ledger, a case file
comes out, because a record that refuses to open helps nobody.  What contradicts is kept and named.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final, TypeVar

from candlemark.casefile import facts, views
from candlemark.casefile.consent import consents, restraint
from candlemark.casefile.next_steps import steps
from candlemark.casefile.standing import standing
from candlemark.casefile.steps import Choice, dates_agree, numbers, stage_events
from candlemark.casefile.where import REGIONS, country_of
from candlemark.casefile.words import absent, by_tongue

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from candlemark.casefile.meanings import Meanings
    from candlemark.casefile.standing import Standing
    from candlemark.ledger import Entry

NOT_ASKED: Final = "not-asked"
"""The term of ``absences`` for a question nobody answered."""

_S = TypeVar("_S", bound=facts.Statement)


def fold_case(
    said: Sequence[tuple[Entry, facts.Statement]],
    meanings: Meanings,
    *,
    case_id: str = "",
    into: str = "",
    closed: bool = False,
) -> views.CaseFile | None:
    """The case file of one case; None when nothing standing says that it was opened.

    Args:
        said: every statement the case shows with its entry, in the order of the ledger.
        meanings: the editions they are coded under.
        case_id: which case it is, where it shows statements of others too; empty: the first opened.
        into: the case it was merged into (``belonging.py``).
        closed: whether identities in it are not the reader's to read (``apart.py``).
    """
    stands = standing(said)
    fold = _Fold(stands, meanings)
    opened = fold.things(facts.CaseOpened, "case")
    first = next((one for one in opened if case_id in {"", one.case}), None)
    if first is None:
        return None
    titles = by_tongue(first.titles)
    sources = tuple(fold.source(one) for one in fold.things(facts.SourceCited, "source"))
    events = fold.events({source.id: source.reliability_rank for source in sources})
    return views.CaseFile(
        id=first.case,
        title=next(iter(titles.values()), first.case),
        titles=titles,
        reference=first.reference,
        edition=first.edition,
        opened=next(entry.written for entry, fact in said if fact.id == first.id),
        incidents=tuple(
            fold.incident(one) for one in fold.things(facts.IncidentDescribed, "incident")
        ),
        persons=fold.persons(closed=closed),
        charges=tuple(_charge(one) for one in fold.things(facts.ChargeBrought, "charge")),
        proceedings=tuple(
            _proceeding(one) for one in fold.things(facts.ProceedingOpened, "proceeding")
        ),
        stage_events=events,
        sources=sources,
        seen_pending=tuple(_seen(one) for one in fold.all(facts.StillPending)),
        life=tuple(_life(n, one) for n, one in fold.numbered(facts.LifeTurned)),
        limit_starts=tuple(_limit(one) for one in fold.all(facts.LimitTriggered)),
        interventions=fold.interventions(),
        notes=tuple(_note(one) for one in fold.all(facts.NoteMade)),
        consents=fold.consents(),
        restraints=tuple(restraint(one) for one in fold.all(facts.RestraintStated)),
        steps=tuple(steps(fold.things(facts.NextStep, "step"), fold.all(facts.StepDone))),
        contradictions=fold.all_contradictions(),
        history=stands.history,
        merged_into=into,
        merged=tuple(_merged(one) for one in opened if one.case != first.case),
        closed=closed,
        moves=tuple(_move(one) for one in fold.all(facts.StatementsMoved)),
    )


class _Fold:
    """The standing statements by kind, and the contradictions met so far."""

    def __init__(self, stands: Standing, meanings: Meanings) -> None:
        self._stands = stands
        self._meanings = meanings
        self._of: dict[type[facts.Statement], list[tuple[int, facts.Statement]]] = defaultdict(list)
        for n, fact in enumerate(stands.live):
            self._of[type(fact)].append((n, fact))
        self.contradictions: list[views.Contradiction] = []

    def numbered(self, kind: type[_S]) -> Iterator[tuple[int, _S]]:
        for n, fact in self._of[kind]:
            if isinstance(fact, kind):
                yield n, fact

    def all(self, kind: type[_S]) -> Iterator[_S]:
        return (fact for _, fact in self.numbered(kind))

    def things(self, kind: type[_S], key: str) -> tuple[_S, ...]:
        """One statement per thing, in the order first said.

        Two that stand about one thing are corrections made without knowing of each other: the one
        recorded first is shown, and both are named.
        """
        by_thing: dict[str, list[_S]] = defaultdict(list)
        for fact in self.all(kind):
            by_thing[getattr(fact, key)].append(fact)
        for thing, group in by_thing.items():
            if len(group) > 1:
                self.contradictions.append(
                    views.Contradiction(
                        kind=kind.__name__,
                        about=thing,
                        disputed="",
                        sides=tuple(views.Side(one.id, "", one.sources) for one in group),
                        shown=group[0].id,
                        why=views.Why.RECORDED_FIRST,
                        words=by_tongue(()),
                    )
                )
        return tuple(group[0] for group in by_thing.values())

    def events(self, reliability: Mapping[str, int]) -> tuple[views.StageEvent, ...]:
        events, contradictions = stage_events(
            list(self.numbered(facts.StageReached)),
            reliability,
            self._choices(),
            self._stands.heirs,
            self._meanings,
        )
        self.contradictions.extend(contradictions)
        return events

    def source(self, one: facts.SourceCited) -> views.Source:
        return views.Source(
            id=one.source,
            form=one.form,
            title=by_tongue(one.title),
            address=one.address,
            retrieved=one.retrieved,
            reliability=one.reliability,
            reliability_rank=self._meanings.reliability(one.edition, one.reliability),
            evidence=one.evidence,
            person=one.person,
            note=by_tongue(one.note),
            statement=one.id,
        )

    def persons(self, *, closed: bool) -> tuple[views.Person, ...]:
        """Persons with what their identity statements say together; they add to each other."""
        identities: dict[str, list[facts.IdentityStated]] = defaultdict(list)
        for identity in self.all(facts.IdentityStated):
            identities[identity.person].append(identity)
        return tuple(
            self._person(one, identities[one.person], closed=closed)
            for one in self.things(facts.PersonInRole, "person")
        )

    def _person(
        self,
        one: facts.PersonInRole,
        identities: Sequence[facts.IdentityStated],
        *,
        closed: bool,
    ) -> views.Person:
        names: dict[tuple[str, str], tuple[str, ...]] = {}
        for identity in identities:
            for name in identity.names:
                key = (name.text, name.language)
                found = (*names.get(key, ()), *(name.sources or identity.sources))
                names[key] = tuple(dict.fromkeys(found))
        births = [one for one in identities if one.birth is not None]
        self._births(one.person, births)
        return views.Person(
            id=one.person,
            roles=one.roles,
            is_public=one.is_public,
            note=by_tongue(one.note),
            names=tuple(views.Name(*key, sources) for key, sources in names.items()),
            birth=births[0].birth if births else None,
            identity_notes=by_tongue([words for each in identities for words in each.notes]),
            statements=(one.id, *(identity.id for identity in identities)),
            sealed=closed and not identities,
        )

    def _births(self, person: str, births: Sequence[facts.IdentityStated]) -> None:
        dates = [one.birth for one in births if one.birth is not None]
        if all(dates_agree(dates[0], other) for other in dates[1:]):
            return
        self.contradictions.append(
            views.Contradiction(
                kind=facts.IdentityStated.__name__,
                about=person,
                disputed="birth",
                sides=tuple(views.Side(one.id, str(one.birth), one.sources) for one in births),
                shown=births[0].id,
                why=views.Why.RECORDED_FIRST,
                words=by_tongue(()),
            )
        )

    def incident(self, one: facts.IncidentDescribed) -> views.Incident:
        parts = self._meanings.codes(one.edition, "speech-threshold")
        speech = _speech(one.speech, parts)
        return views.Incident(
            id=one.incident,
            when=one.when,
            until=one.until,
            country=one.country or country_of(self._meanings.editions.get(one.edition), one.region),
            place=by_tongue(one.place),
            acts=tuple(
                views.ActDone(act.offence, act.by, act.to, by_tongue(act.words)) for act in one.acts
            ),
            grounds=tuple(
                views.Ground(
                    ground.ground, ground.standing, ground.sources, by_tongue(ground.words)
                )
                for ground in one.grounds
            ),
            indicators=one.indicators,
            speech=speech,
            threshold=_threshold(speech),
            speech_outcome=one.speech_outcome,
            words=by_tongue(one.words),
            sources=one.sources,
            statement=one.id,
            absent=absent(one.absent),
            region=one.region,
            wider=self._meanings.group(one.edition, REGIONS, one.region),
        )

    def interventions(self) -> tuple[views.Intervention, ...]:
        answers: dict[str, list[views.Answer]] = defaultdict(list)
        for one in self.all(facts.InterventionAnswered):
            answers[one.intervention].append(
                views.Answer(one.id, one.when, by_tongue(one.words), one.sources)
            )
        return tuple(
            views.Intervention(
                id=one.intervention,
                when=one.when,
                by=by_tongue(one.by),
                to=by_tongue(one.to),
                mechanism=one.mechanism,
                persons=one.persons,
                words=by_tongue(one.words),
                sources=one.sources,
                answers=tuple(answers[one.intervention]),
                statement=one.id,
                absent=absent(one.absent),
            )
            for one in self.things(facts.InterventionMade, "intervention")
        )

    def consents(self) -> tuple[views.Consent, ...]:
        places = {fact.id: n for n, fact in enumerate(self._stands.live)}
        stated = self.things(facts.ConsentStated, "consent")
        return tuple(consents(stated, self.all(facts.ConsentWithdrawn), places))

    def _choices(self) -> dict[str, Choice]:
        """For each statement in a noted contradiction, what was decided about it."""
        choices: dict[str, Choice] = {}
        for noted in self.all(facts.ContradictionNoted):
            shown = self._stands.heirs.get(noted.shown, noted.shown)
            for statement in self._resolved(noted.statements):
                choices.setdefault(statement, Choice(shown, by_tongue(noted.words)))
        return choices

    def all_contradictions(self) -> tuple[views.Contradiction, ...]:
        """Those found and those noted; one that is a part of a noted one is said once, there."""
        noted = tuple(self.noted())
        wholes = [{side.statement for side in one.sides} for one in noted]
        parts = (
            one
            for one in self.contradictions
            if not any({side.statement for side in one.sides} < whole for whole in wholes)
        )
        return (*parts, *noted)

    def noted(self) -> Iterator[views.Contradiction]:
        """Contradictions that somebody noted, beside those the fold finds by itself."""
        live = {fact.id: fact for fact in self._stands.live}
        found = {side.statement for one in self.contradictions for side in one.sides}
        for noted in self.all(facts.ContradictionNoted):
            named = [live[one] for one in self._resolved(noted.statements) if one in live]
            if len(named) < 2 or found.issuperset(one.id for one in named):
                continue
            shown = self._stands.heirs.get(noted.shown, noted.shown)
            named.sort(key=lambda one: one.id != shown)
            chosen = named[0].id == shown
            kinds = {type(one).__name__ for one in named}
            yield views.Contradiction(
                kind=kinds.pop() if len(kinds) == 1 else "mixed",
                about=noted.id,
                disputed="",
                sides=tuple(
                    views.Side(one.id, _brief(one), one.sources, _numbers(one)) for one in named
                ),
                shown=shown if chosen else "",
                why=views.Why.CHOSEN if chosen else views.Why.NOTHING_SHOWN,
                words=by_tongue(noted.words),
            )

    def _resolved(self, statements: Iterable[str]) -> list[str]:
        """The statements named, each corrected one by the standing one it led to."""
        return list(dict.fromkeys(self._stands.heirs.get(one, one) for one in statements))


def _brief(one: facts.Statement) -> str:
    """What a stage statement says in numbers, or when; for others their place is enough."""
    if not isinstance(one, facts.StageReached):
        return ""
    numbers = [f"{claim.what} {claim.number} {claim.unit}".strip() for claim in one.claims]
    return ", ".join(numbers) or str(one.when or "")


def _numbers(one: facts.Statement) -> tuple[views.Number, ...]:
    return numbers(one) if isinstance(one, facts.StageReached) else ()


def _speech(
    answers: Sequence[facts.SpeechAnswer], parts: Sequence[str]
) -> tuple[views.SpeechPart, ...]:
    """All six parts once any is answered, the others as not asked; none when none is."""
    if not answers:
        return ()
    given = {
        one.part: views.SpeechPart(one.part, one.answer, by_tongue(one.words)) for one in answers
    }
    empty = {part: views.SpeechPart(part, NOT_ASKED, by_tongue(())) for part in parts}
    return tuple((empty | given).values())


def _threshold(speech: Sequence[views.SpeechPart]) -> views.Threshold:
    answers = [part.answer for part in speech]
    if not answers:
        return views.Threshold.NOT_SPEECH
    if "not-met" in answers:
        return views.Threshold.NOT_MET
    if all(answer == "met" for answer in answers):
        return views.Threshold.MET
    return views.Threshold.OPEN


def _charge(one: facts.ChargeBrought) -> views.Charge:
    return views.Charge(
        id=one.charge,
        person=one.person,
        proceeding=one.proceeding,
        article=by_tongue(one.article),
        offence=one.offence,
        bias=one.bias,
        sources=one.sources,
        statement=one.id,
    )


def _proceeding(one: facts.ProceedingOpened) -> views.Proceeding:
    return views.Proceeding(
        id=one.proceeding,
        forum=one.forum,
        authority=by_tongue(one.authority),
        agency=one.agency,
        mechanism=one.mechanism,
        country=one.country,
        docket=one.docket,
        persons=one.persons,
        sources=one.sources,
        statement=one.id,
    )


def _seen(one: facts.StillPending) -> views.SeenPending:
    return views.SeenPending(
        id=one.id,
        proceeding=one.proceeding,
        person=one.person,
        stage=one.stage,
        on=one.on,
        authority=by_tongue(one.authority),
        note=by_tongue(one.note),
        sources=one.sources,
    )


def _life(n: int, one: facts.LifeTurned) -> views.LifeTurn:
    return views.LifeTurn(
        id=one.id,
        person=one.person,
        turn=one.turn,
        when=one.when,
        country=one.country,
        words=by_tongue(one.words),
        sources=one.sources,
        recorded=n,
        absent=absent(one.absent),
    )


def _limit(one: facts.LimitTriggered) -> views.LimitStart:
    return views.LimitStart(
        id=one.id,
        trigger=one.trigger,
        when=one.when,
        served=one.served,
        person=one.person,
        proceeding=one.proceeding,
        rules=one.rules,
        note=by_tongue(one.note),
        sources=one.sources,
    )


def _note(one: facts.NoteMade) -> views.Note:
    return views.Note(
        id=one.id,
        when=one.when,
        persons=one.persons,
        words=by_tongue(one.words),
        sources=one.sources,
    )


def _merged(one: facts.CaseOpened) -> views.MergedCase:
    return views.MergedCase(one.case, by_tongue(one.titles), one.reference, one.id)


def _move(one: facts.StatementsMoved) -> views.Move:
    return views.Move(one.id, one.case, one.to, one.statements, by_tongue(one.words))
