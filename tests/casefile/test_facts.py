"""The kinds of this floor: what is stored, and that it is read back."""

from __future__ import annotations

import msgspec
import pytest

from candlemark.casefile import checks, facts, things
from candlemark.casefile.kinds import KINDS
from candlemark.dates import PartialDate
from candlemark.ledger import Fact


def every_kind():
    """The classes of all kinds."""
    return [KINDS._known[code][1].meaning for code in KINDS.codes]


def filled(kind):
    """A fact with something in every field that a test can fill without knowing it."""
    given = {"id": "fact_1", "case": "case_1", "edition": "2026.1", "sources": ("source_1",)}
    examples = {
        "titles": (facts.Words("neutral", "en"),),
        "words": (facts.Words("text", "az"),),
        "names": (facts.Spelling(text="A. B.", language="tly", sources=("source_1",)),),
        "form": facts.SourceForm.PUBLICATION,
        "forum": facts.Forum.BEYOND,
        "turn": facts.Turn.DIED,
        "trigger": facts.Trigger.FINAL_DOMESTIC_DECISION,
        "when": PartialDate(1995),
        "on": PartialDate(1995, 3),
        "final": PartialDate(1995, 3, 2),
        "roles": ("victim",),
        "what": (facts.Words("a hearing", "en"),),
        "use": "statistics",
        "answer": "given",
        "restraints": ("no-post",),
        "statements": ("fact_1", "fact_2"),
        "claims": (facts.Claim(what="award", number=13000, unit="EUR"),),
        "acts": (facts.Act(offence="assault", to=("person_1",)),),
        "grounds": (facts.BiasGround(ground="talysh", standing=facts.GroundStanding.DENIED),),
        "speech": (facts.SpeechAnswer(part="intent", answer="met"),),
    }
    if kind is facts.StatementsMoved:
        given["to"] = "case_2"
    if kind is facts.NextStep:
        given["form"] = facts.StepForm.HEARING
    for name in kind.__struct_fields__:
        if name in examples and name not in given:
            given[name] = examples[name]
        elif name in kind.__struct_fields__ and name in {
            things.THING.get(kind),
            "person",
            "proceeding",
            "intervention",
            "stage",
            "consent",
            "step",
            "into",
        }:
            given[name] = f"{name}_1"
    return kind(**given)


@pytest.mark.parametrize("kind", every_kind(), ids=lambda kind: kind.__name__)
def test_every_fact_is_read_back_as_it_was_said(kind):
    fact = filled(kind)
    content, ((code, version),) = KINDS.encode([fact])
    ((read_code, read_version, data),) = KINDS.decode(content)

    newest = max(version for known, version in KINDS.versions if known == code)
    assert (read_code, read_version, version) == (code, newest, newest)
    assert KINDS.read(code, version, data) == fact


def test_a_statement_of_the_first_version_is_read_without_what_came_later():
    content, _ = KINDS.encode([filled(facts.LifeTurned)])
    ((code, _, data),) = KINDS.decode(content)
    *first, _absent = msgspec.msgpack.decode(data)
    read = KINDS.read(code, 1, msgspec.msgpack.encode(first))

    assert read == msgspec.structs.replace(filled(facts.LifeTurned), absent=())


def test_the_codes_of_the_kinds_are_these_for_ever():
    assert KINDS.codes == (
        "case.answer",
        "case.charge",
        "case.consent",
        "case.consent-withdrawn",
        "case.contradiction",
        "case.identity",
        "case.incident",
        "case.intervention",
        "case.life",
        "case.limit",
        "case.merged",
        "case.next-step",
        "case.note",
        "case.opened",
        "case.person",
        "case.proceeding",
        "case.restraint",
        "case.source",
        "case.split",
        "case.stage",
        "case.step-done",
        "case.still-pending",
        "case.withdrawn",
    )


FIELDS = ("id", "case", "edition", "sources", "supersedes")


@pytest.mark.parametrize("kind", every_kind(), ids=lambda kind: kind.__name__)
def test_every_statement_begins_with_the_same_fields(kind):
    assert kind.__struct_fields__[:5] == FIELDS


def test_every_field_that_holds_a_term_names_a_scheme_of_the_definition(edition):
    assert all(scheme in edition.by_code for scheme in checks.TERMS.values())
    assert all(field in kind.__struct_fields__ for kind, field in checks.TERMS)


def test_every_field_named_in_a_check_is_there():
    assert all(
        field in kind.__struct_fields__
        for kind, fields in checks.REQUIRED.items()
        for field in fields
    )
    assert all(field in kind.__struct_fields__ for kind, field in things.THING.items())


def test_no_fact_has_a_method():
    classes = [*every_kind(), facts.Words, facts.Claim, facts.Act, facts.Spelling]

    assert all(
        not callable(value) or name.startswith("__")
        for kind in classes
        for name, value in vars(kind).items()
        if issubclass(kind, Fact)
    )
