"""The fold from statements to a case file: what it keeps, and that it always gives one."""

from __future__ import annotations

import itertools
import random
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from candlemark import casefile
from candlemark.casefile import facts
from candlemark.casefile.fold import fold_case
from candlemark.casefile.meanings import Meanings
from candlemark.casefile.views import Threshold
from candlemark.dates import PartialDate
from candlemark.ids import new_id
from candlemark.ledger import Entry

CASE = new_id("case")
TODAY = datetime(2026, 1, 1, tzinfo=UTC).date()


def entry(n):
    """An entry for a fold that reads no ledger."""
    return Entry(
        n=n,
        action=f"{n:032x}",
        written=datetime(2026, 1, 1, tzinfo=UTC),
        device="0" * 32,
        kinds=(),
        language="en",
        supersedes=(),
    )


def fold(statements, edition):
    return fold_case(
        [(entry(n), fact) for n, fact in enumerate(statements)], Meanings({edition.code: edition})
    )


def test_an_incident_keeps_acts_grounds_and_who_stands_behind_them(desk):
    victim = desk.person("victim")
    source = desk.source()
    desk.say(
        desk.make(
            facts.IncidentDescribed,
            incident=new_id("incident"),
            when="2012-06-21",
            country="AZ",
            place=(facts.Words("Baku", "en"),),
            acts=(facts.Act(offence="assault", to=(victim,)),),
            grounds=(
                facts.BiasGround(
                    ground="talysh", standing=facts.GroundStanding.ALLEGED, sources=(source,)
                ),
            ),
            indicators=("words-or-gestures",),
            sources=(source,),
        )
    )
    incident = desk.read().incident

    assert (str(incident.when), incident.country, dict(incident.place)) == (
        "2012-06-21",
        "AZ",
        {"en": "Baku"},
    )
    assert [(act.offence, act.to) for act in incident.acts] == [("assault", (victim,))]
    assert [(one.ground, one.standing, one.sources) for one in incident.grounds] == [
        ("talysh", facts.GroundStanding.ALLEGED, (source,))
    ]
    assert (incident.threshold, incident.speech) == (Threshold.NOT_SPEECH, ())


SIX = ("context", "speaker", "intent", "content-and-form", "extent", "likelihood")
THRESHOLDS = {
    "all six met": (dict.fromkeys(SIX, "met"), Threshold.MET),
    "five met and one not": (dict.fromkeys(SIX, "met") | {"extent": "not-met"}, Threshold.NOT_MET),
    "five met and one not asked": (dict.fromkeys(SIX[:5], "met"), Threshold.OPEN),
    "five met and one not known": (
        dict.fromkeys(SIX, "met") | {"intent": "unknown"},
        Threshold.OPEN,
    ),
    "one not met and five not asked": ({"intent": "not-met"}, Threshold.NOT_MET),
}


@pytest.mark.parametrize(("answers", "threshold"), THRESHOLDS.values(), ids=THRESHOLDS)
def test_speech_is_over_the_threshold_only_when_all_six_parts_are_met(desk, answers, threshold):
    speech = tuple(facts.SpeechAnswer(part=part, answer=one) for part, one in answers.items())
    desk.say(desk.make(facts.IncidentDescribed, incident=new_id("incident"), speech=speech))
    incident = desk.read().incident

    assert incident.threshold is threshold
    assert [part.part for part in incident.speech] == list(SIX)
    assert {part.part: part.answer for part in incident.speech} == (
        dict.fromkeys(SIX, "not-asked") | answers
    )


def test_spellings_of_several_statements_add_up_and_keep_their_sources(desk):
    person = desk.person("victim")
    one, other = desk.source(), desk.source()
    for names, source in (
        ((facts.Spelling(text="A. Gumbatov"), facts.Spelling(text="Əli", language="az")), one),
        ((facts.Spelling(text="A. Gumbatov"), facts.Spelling(text="همتی", language="fa")), other),
    ):
        desk.say(desk.make(facts.IdentityStated, person=person, names=names, sources=(source,)))
    (found,) = desk.read().persons

    assert [(name.text, name.language, name.sources) for name in found.names] == [
        ("A. Gumbatov", "", (one, other)),
        ("Əli", "az", (one,)),
        ("همتی", "fa", (other,)),
    ]


def test_a_person_whose_identity_is_closed_has_no_names_and_is_still_there(desk):
    person = desk.person("victim")

    assert [(one.id, one.names) for one in desk.read().persons] == [(person, ())]


def test_texts_in_one_tongue_follow_each_other_and_repeat_nothing(desk):
    words = (
        facts.Words("one", "en"),
        facts.Words("bir", "az"),
        facts.Words("two", "en"),
        facts.Words("one", "en"),
    )
    desk.say(desk.make(facts.NoteMade, words=words))

    assert dict(desk.read().notes[0].words) == {"en": "one\n\ntwo", "az": "bir"}


def test_an_answer_stands_with_its_intervention(desk):
    made = desk.make(facts.InterventionMade, intervention=new_id("intervention"), mechanism="wgad")
    desk.say(made)
    answer = desk.make(facts.InterventionAnswered, intervention=made.intervention, when="2005")
    desk.say(answer)
    (intervention,) = desk.read().interventions

    assert intervention.mechanism == "wgad"
    assert [(one.id, str(one.when)) for one in intervention.answers] == [(answer.id, "2005")]


def test_a_case_coded_under_an_edition_nobody_here_knows_can_be_read(edition):
    opened = facts.CaseOpened(
        id="a", case=CASE, edition="2099.1", titles=(facts.Words("later", "en"),)
    )
    stage = facts.StageReached(
        id="b", case=CASE, edition="2099.1", stage="forgiven", outcome="healed"
    )
    found = fold([opened, stage], edition)

    assert [(one.stage_group, one.outcome_group) for one in found.stage_events] == [
        ("forgiven", "healed")
    ]


def test_statements_without_an_opening_are_no_case(edition):
    stage = facts.StageReached(id="b", case=CASE, edition=edition.code, stage="judged")

    assert fold([stage], edition) is None


# Properties


def independent(edition):
    """Statements that neither correct nor contradict each other, and whose dates all differ."""
    person, other = new_id("person"), new_id("person")
    trial, beyond = new_id("proceeding"), new_id("proceeding")
    source = new_id("source")
    count = itertools.count()

    def make(kind, **fields):
        return kind(id=f"fact_{next(count):026}", case=CASE, edition=edition.code, **fields)

    def stage(code, when, who=person, where=trial, **fields):
        return make(
            facts.StageReached,
            stage=code,
            when=PartialDate.parse(when),
            person=who,
            proceeding=where,
            sources=(source,),
            **fields,
        )

    return [
        make(facts.CaseOpened, titles=(facts.Words("neutral", "en"),)),
        make(facts.SourceCited, source=source, form=facts.SourceForm.DOCUMENT),
        make(facts.PersonInRole, person=person, roles=("suspect",)),
        make(facts.PersonInRole, person=other, roles=("victim",)),
        make(facts.IdentityStated, person=person, names=(facts.Spelling(text="A. B."),)),
        make(
            facts.ProceedingOpened, proceeding=trial, forum=facts.Forum.NATIONAL, persons=(person,)
        ),
        make(
            facts.ProceedingOpened,
            proceeding=beyond,
            forum=facts.Forum.BEYOND,
            mechanism="ecthr",
            persons=(other,),
        ),
        stage("charged", "2020"),
        stage("judged", "2021-03", outcome="convicted"),
        stage("sentenced", "2021-04-01", sentence="fine"),
        stage("lodged", "2022-05-05", other, beyond),
        make(
            facts.LimitTriggered,
            trigger=facts.Trigger.FINAL_DOMESTIC_DECISION,
            when=PartialDate(2022),
            person=other,
        ),
        make(facts.LifeTurned, person=person, turn=facts.Turn.DETAINED, when=PartialDate(2019)),
    ]


def shown(found):
    """What a case file says, without the order in which things were first said."""
    line = casefile.timeline(found)
    return {
        "events": [(one.id, one.stage, one.when) for one in line.events],
        "unordered": line.unordered,
        "gaps": set(line.gaps),
        "pending": set(line.pending),
        "contradictions": found.contradictions,
        "persons": {one.id: one for one in found.persons},
        "paths": {
            (path.person, path.proceeding): [one.id for one in path.events]
            for path in casefile.person_paths(found)
        },
        "states": {
            one.id: (casefile.person_state(found, one.id).custody, one.roles)
            for one in found.persons
        },
        "docket": [(row.rule, row.state, row.due) for row in casefile.docket([found], TODAY).rows],
    }


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_the_order_of_saying_independent_facts_changes_nothing_that_is_shown(edition, seed):
    statements = independent(edition)
    mixed = statements.copy()
    random.Random(seed).shuffle(mixed)

    assert shown(fold(mixed, edition)) == shown(fold(statements, edition))


partial_dates = st.one_of(
    st.none(),
    st.builds(PartialDate, st.integers(1, 9999)),
    st.builds(PartialDate, st.integers(1990, 2030), st.integers(1, 12)),
    st.dates().map(PartialDate.of),
)
ids = st.sampled_from([f"x{n}" for n in range(8)])
some_ids = st.lists(ids, max_size=3).map(tuple)
codes = st.sampled_from(
    ["judged", "sentenced", "pardoned", "lodged", "judged-beyond", "executed", "convicted",
     "acquitted", "violation-found", "imprisonment", "loss-of-citizenship", "nonsense", ""]
)  # fmt: skip
common = {
    "id": ids,
    "case": st.just(CASE),
    "edition": st.sampled_from(["2026.1", "1.0"]),
    "sources": some_ids,
    "supersedes": some_ids,
}


def built(kind, **fields):
    return st.builds(kind, **common | fields)


anything = st.one_of(
    built(facts.CaseOpened, titles=st.just((facts.Words("t", "en"),)), reference=ids),
    built(facts.SourceCited, source=ids, form=st.sampled_from(facts.SourceForm), reliability=codes),
    built(facts.PersonInRole, person=ids, roles=some_ids),
    built(facts.IdentityStated, person=ids, names=st.just(()), birth=partial_dates),
    built(
        facts.ProceedingOpened,
        proceeding=ids,
        forum=st.sampled_from(facts.Forum),
        persons=some_ids,
        mechanism=st.sampled_from(["ecthr", "cerd", ""]),
    ),
    built(
        facts.StageReached,
        stage=codes,
        when=partial_dates,
        final=partial_dates,
        outcome=codes,
        sentence=codes,
        person=ids,
        proceeding=ids,
        charges=some_ids,
        step=st.sampled_from(["", "a", "b"]),
        follows=some_ids,
        claims=st.lists(
            st.builds(facts.Claim, what=ids, number=st.integers(-9, 9)), max_size=2
        ).map(tuple),
    ),
    built(facts.StillPending, proceeding=ids, on=partial_dates.filter(bool), person=ids),
    built(facts.LifeTurned, person=ids, turn=st.sampled_from(facts.Turn), when=partial_dates),
    built(
        facts.LimitTriggered,
        trigger=st.sampled_from(facts.Trigger),
        when=partial_dates.filter(bool),
        served=partial_dates,
        person=ids,
    ),
    built(facts.InterventionMade, intervention=ids, when=partial_dates),
    built(facts.InterventionAnswered, intervention=ids, when=partial_dates),
    built(facts.ContradictionNoted, statements=some_ids, shown=ids),
    built(facts.Withdrawn, statements=some_ids),
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(statements=st.lists(anything, max_size=14))
def test_whatever_stands_in_the_ledger_a_case_file_comes_out_and_everything_can_be_asked(
    edition, statements
):
    opened = facts.CaseOpened(
        id="opened", case=CASE, edition=edition.code, titles=(facts.Words("t", "en"),)
    )
    found = fold([opened, *statements], edition)
    if found is None:  # its opening was corrected by something of another kind, or taken back
        return
    line = casefile.timeline(found)

    assert len(line.events) == len(found.stage_events)
    assert len(found.history) == len(statements) + 1
    assert casefile.docket([found], TODAY).rows
    for person in found.persons:
        assert casefile.person_state(found, person.id).person == person.id
    for path in casefile.person_paths(found):
        assert path.end is None or path.end in path.events
    for contradiction in found.contradictions:
        assert len(contradiction.sides) > 1
        assert contradiction.shown in {"", *(side.statement for side in contradiction.sides)}
