"""What persons agreed to, what must not be done, what is next; and which cases may be used."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from candlemark import casefile, measure
from candlemark.casefile import consent, facts, next_steps, record, shelf, views
from candlemark.dates import PartialDate
from candlemark.errors import NothingToMeasure, NotInOrder
from candlemark.ids import new_id
from candlemark.ledger.model import Models


def words(text):
    return (facts.Words(text, "en"),)


def asked(desk, person, answer, when=None, use="statistics", **more):
    """A consent; its identifier."""
    one = new_id("consent")
    desk.say(
        desk.make(
            facts.ConsentStated, consent=one, person=person, use=use, answer=answer, when=when, **more
        )
    )  # fmt: skip
    return one


def withdrawn(desk, one, when=None):
    return desk.say(desk.make(facts.ConsentWithdrawn, consent=one, when=when))


def counts(desk, person, use="statistics"):
    return consent.answer(desk.read(), person, use)


def test_what_nobody_asked_is_not_asked(desk):
    assert counts(desk, desk.person("victim")) == "not-asked"


@pytest.mark.parametrize("answer", ["given", "refused", "unknown", "not-recorded"])
def test_one_answer_counts_as_it_was_given(desk, answer):
    person = desk.person("victim")
    asked(desk, person, answer, "2026-01-05")

    assert counts(desk, person) == answer
    assert counts(desk, person, "publication") == "not-asked"


def test_a_withdrawal_counts_and_the_consent_stays_said(desk):
    person = desk.person("victim")
    one = asked(desk, person, "given", "2026-01-05")
    withdrawn(desk, one, "2026-02")
    (file,) = desk.read().consents

    assert counts(desk, person) == "withdrawn"
    assert (file.answer, [end.when for end in file.withdrawals]) == (
        "given",
        [PartialDate(2026, 2)],
    )


def test_a_withdrawal_that_was_said_by_mistake_is_taken_back(desk):
    person = desk.person("victim")
    end = withdrawn(desk, asked(desk, person, "given"))
    desk.withdraw(end)

    assert counts(desk, person) == "given"


SEVERAL = {
    "asked again later": ([("refused", "2025"), ("given", "2026")], "given"),
    "refused later": ([("given", "2025"), ("refused", "2026")], "refused"),
    "recorded later, happened earlier": ([("refused", "2026"), ("given", "2025")], "refused"),
    "without dates the later recorded counts": ([("refused", None), ("given", None)], "given"),
    "in one year nobody can tell, and less counts": ([("given", "2026"), ("refused", "2026-03")], "refused"),
    "in one year nobody can tell, the other way": ([("refused", "2026"), ("given", "2026-03")], "refused"),
    "on one day the later recorded counts": ([("refused", "2026-03-01"), ("given", "2026-03-01")], "given"),
}  # fmt: skip


@pytest.mark.parametrize(("answers", "expected"), SEVERAL.values(), ids=SEVERAL)
def test_of_several_answers_the_newest_counts_and_in_doubt_the_one_that_gives_less(
    desk, answers, expected
):
    person = desk.person("victim")
    for answer, when in answers:
        asked(desk, person, answer, when)

    assert counts(desk, person) == expected


def test_consent_given_anew_after_a_withdrawal_counts(desk):
    person = desk.person("victim")
    withdrawn(desk, asked(desk, person, "given", "2025"), "2025-06")
    asked(desk, person, "given", "2026")

    assert counts(desk, person) == "given"


def test_a_withdrawal_in_the_year_of_the_consent_follows_it(desk):
    person = desk.person("victim")
    withdrawn(desk, asked(desk, person, "given", "2026-03"), "2026")

    assert counts(desk, person) == "withdrawn"


def test_who_refuses_keeps_the_whole_case_out_and_who_was_not_asked_does_not(desk):
    first, second = desk.person("victim"), desk.person("witness")
    asked(desk, first, "given")
    assert consent.allows(desk.read(), "statistics")

    asked(desk, second, "refused")
    assert consent.refusals(desk.read(), "statistics") == (second,)
    assert not consent.allows(desk.read(), "statistics")
    assert consent.allows(desk.read(), "publication")


def test_a_restraint_forbids_publication_whatever_was_agreed_to(desk):
    person = desk.person("victim")
    asked(desk, person, "given", use="publication")
    desk.say(
        desk.make(
            facts.RestraintStated,
            person=person,
            restraints=("no-publication", "no-telephone"),
            words=words("afraid"),
        )
    )
    (restraint,) = desk.read().restraints

    assert consent.refusals(desk.read(), "publication") == (person,)
    assert (restraint.person, dict(restraint.words)) == (person, {"en": "afraid"})


def test_reviews_are_due_of_what_counts_only_and_the_nearest_comes_first(desk):
    first, second = desk.person("victim"), desk.person("witness")
    asked(desk, first, "given", "2025", review="2026-06")
    asked(desk, second, "given", "2025", review="2026-02-01")
    withdrawn(desk, asked(desk, first, "given", "2025", use="contact", review="2026-01"), "2025-12")
    asked(desk, second, "given", "2024", use="referral", review="2025-01")
    asked(desk, second, "given", "2025", use="referral")
    found = consent.reviews(desk.read(), date(2026, 3, 1))

    assert [(one.person, str(one.due), one.overdue) for one in found] == [
        (second, "2026-02-01", True),
        (first, "2026-06", False),
    ]


# What is refused

REFUSED = {
    "an answer that is none": (facts.ConsentStated, {"answer": "maybe"}, "answer"),
    "no answer": (facts.ConsentStated, {"answer": ""}, "answer"),
    "a use that is none": (facts.ConsentStated, {"use": "fun"}, "use"),
    "a review before it was asked": (facts.ConsentStated, {"when": "2026", "review": "2025"}, "review"),
    "a withdrawal of no consent": (facts.ConsentWithdrawn, {"consent": "consent_x"}, "consent"),
    "a restraint that is none": (facts.RestraintStated, {"restraints": ("no-fun",)}, "restraints"),
    "a restraint that restrains nothing": (facts.RestraintStated, {"restraints": ()}, "restraints"),
    "a restraint for nobody": (facts.RestraintStated, {"person": "", "restraints": ("no-post",)}, "person"),
    "a step without words": (facts.NextStep, {"step": new_id("step"), "what": ()}, "what"),
    "the end of no step": (facts.StepDone, {"step": "step_x"}, "step"),
}  # fmt: skip


@pytest.mark.parametrize(("kind", "fields", "field"), REFUSED.values(), ids=REFUSED)
def test_refused_with_the_field_named(desk, kind, fields, field):
    given = {}
    if kind in {facts.ConsentStated, facts.RestraintStated}:
        given["person"] = desk.person("victim")
    if kind is facts.ConsentStated:
        given |= {"consent": new_id("consent"), "use": "contact", "answer": "given"}
    given |= fields
    for name in ("when", "review"):
        if name in given:
            given[name] = PartialDate.parse(given[name])
    with pytest.raises(NotInOrder) as error:
        desk.say(desk.make(kind, **given))

    assert field in {one.where.rpartition(", ")[2] for one in error.value.faults}


# Next steps


def step(desk, what, due=None, **more):
    one = new_id("step")
    due = PartialDate.parse(due) if due else None
    desk.say(desk.make(facts.NextStep, step=one, what=words(what), due=due, **more))
    return one


def test_what_waits_is_told_with_the_nearest_first_and_what_is_over_is_not(desk):
    later = step(desk, "hearing", "2026-09-01", form=facts.StepForm.HEARING)
    undated = step(desk, "some day")
    sooner = step(desk, "letter", "2026-05")
    over = step(desk, "call", "2026-01-01")
    desk.say(
        desk.make(facts.StepDone, step=over, when="2026-01-02", outcome=facts.StepOutcome.MISSED)
    )
    file = desk.read()
    ended = next(one for one in file.steps if one.id == over)

    assert [one.id for one in next_steps.waiting(file)] == [sooner, later, undated]
    assert (ended.end.outcome, str(ended.end.when)) == (facts.StepOutcome.MISSED, "2026-01-02")


def test_a_step_whose_end_was_a_mistake_waits_again(desk):
    one = step(desk, "call")
    done = desk.say(desk.make(facts.StepDone, step=one))
    assert next_steps.waiting(desk.read()) == ()

    desk.withdraw(done)
    assert [each.id for each in next_steps.waiting(desk.read())] == [one]


# Which cases may be used


def test_a_case_is_counted_until_somebody_in_it_refuses(desk):
    desk.stage("occurred", "2020")
    person = desk.person("victim")
    assert len(casefile.cases_for(desk.ledger, "statistics").cases) == 1

    one = asked(desk, person, "given", "2024")
    withdrawn(desk, one, "2025")
    usable = casefile.cases_for(desk.ledger, "statistics")

    assert (usable.cases, usable.left_out) == ((), 1)
    with pytest.raises(NothingToMeasure, match="may be counted"):
        measure.study(desk.ledger, desk.edition)


def test_a_merged_case_is_counted_once_and_refused_as_one(desk):
    other = casefile.open_case(desk.ledger, desk.edition, {"en": "Other"})
    desk.say(desk.make(facts.CaseMerged, case=other, into=desk.case))
    assert len(casefile.cases_for(desk.ledger, "statistics").cases) == 1

    asked(desk, desk.person("victim"), "refused")
    assert casefile.cases_for(desk.ledger, "statistics").left_out == 1


def test_no_identity_comes_near_a_figure(desk, tmp_path, monkeypatch):
    person = desk.person("victim")
    desk.say(desk.make(facts.IdentityStated, person=person, names=(facts.Spelling(text="Ə. B."),)))
    assert "Ə. B." not in repr(casefile.cases_for(desk.ledger, "statistics"))

    identity = desk.vault._identity
    desk.ledger.models = Models(
        desk.ledger, identity.vault, identity.keyring.compartments, tmp_path / "m"
    )
    monkeypatch.setattr(record, "WORTH_A_MODEL", 0)
    monkeypatch.setattr(desk.ledger.models, "identity", None)
    (file,) = casefile.cases_for(desk.ledger, "statistics").cases

    assert "Ə. B." not in repr(file)
    assert len(shelf.coded(desk.ledger.models)) == 2


DAY = date(2026, 1, 1)
EVENTS = st.lists(
    st.tuples(st.sampled_from(["given", "refused", "withdrawn"]), st.integers(0, 60)), min_size=1, max_size=6
)  # fmt: skip


@dataclass
class Answers:
    """As much of a case file as answers are read from."""

    consents: tuple[views.Consent, ...]


def consent_of(answer, day, n):
    """The n-th consent of one person, answered and perhaps taken back on one day."""
    when = PartialDate.of(DAY + timedelta(days=day))
    end = views.ConsentEnd(f"fact_{n}_end", when, {}, (), 2 * n + 1)
    back = answer == "withdrawn"
    return views.Consent(
        id=f"consent_{n}",
        person="person_1",
        use="statistics",
        answer="given" if back else answer,
        when=when,
        review=None,
        words={},
        withdrawals=(end,) if back else (),
        sources=(),
        statement=f"fact_{n}",
        recorded=2 * n,
    )


@given(events=EVENTS)
def test_with_whole_days_the_last_of_them_counts(events):
    case = Answers(tuple(consent_of(*event, n) for n, event in enumerate(events)))
    newest = max(enumerate(events), key=lambda one: (one[1][1], one[0]))[1][0]

    assert consent.answer(case, "person_1", "statistics") == newest
