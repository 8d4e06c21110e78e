"""Saying statements: what is refused, how it is kept, how it is read back."""

from __future__ import annotations

import pytest

from candlemark import casefile
from candlemark.casefile import facts, record
from candlemark.casefile.apart import apart_of
from candlemark.dates import PartialDate
from candlemark.errors import NotInOrder, UnknownCase
from candlemark.ids import new_id
from candlemark.ledger import Vault
from candlemark.seal import Cost

PASSPHRASE = "abacus abdomen abdominal abide abiding ability ablaze"  # noqa: S105 - for tests


def words(text, language="en"):
    return (facts.Words(text, language),)


def refused(desk, *statements):
    """(field, what) of every fault; the ledger must be as before."""
    before = desk.ledger.size
    with pytest.raises(NotInOrder) as error:
        desk.say(*statements)
    assert desk.ledger.size == before
    return [(fault.where, fault.what) for fault in error.value.faults]


# What is refused, one fault each: (kind, fields, field named, a word of what is said)
REFUSED = {
    "a stage that is no term": (facts.StageReached, {"stage": "convicted-ish"}, "stage", "not a term of stages"),
    "a stage left out": (facts.StageReached, {"stage": ""}, "stage", "must say something"),
    "an outcome that is no term": (facts.StageReached, {"stage": "judged", "outcome": "guilty"}, "outcome", "not a term of outcomes"),
    "a sentence that is no term": (facts.StageReached, {"stage": "judged", "sentence": "exile"}, "sentence", "not a term of sentences"),
    "a person nobody named": (facts.StageReached, {"stage": "judged", "person": "person_x"}, "person", "no such person"),
    "a proceeding nobody opened": (facts.StageReached, {"stage": "judged", "proceeding": "p"}, "proceeding", "no such proceeding"),
    "a charge nobody brought": (facts.StageReached, {"stage": "charged", "charges": ("c",)}, "charges", "no such charge"),
    "a source nobody cited": (facts.StageReached, {"stage": "judged", "sources": ("s",)}, "sources", "no such source"),
    "an earlier stage nobody recorded": (facts.StageReached, {"stage": "judged", "follows": ("f",)}, "follows", "no such statement"),
    "a number without a name": (facts.StageReached, {"stage": "judged", "claims": (facts.Claim(what="", number=1),)}, "claims", "name what is counted"),
    "a judgment final before it was given": (facts.StageReached, {"stage": "judged", "when": "2001-02", "final": "2001-01"}, "final", "before it was decided"),
    "a role that is no term": (facts.PersonInRole, {"person": new_id("person"), "roles": ("perpetrator",)}, "roles", "not a term of roles"),
    "no role": (facts.PersonInRole, {"person": new_id("person"), "roles": ()}, "roles", "must say something"),
    "a person without an identifier of its kind": (facts.PersonInRole, {"person": "Ali", "roles": ("victim",)}, "person", "not the identifier of a person"),
    "a name for nobody": (facts.IdentityStated, {"person": "person_x", "names": (facts.Spelling(text="A"),)}, "person", "no such person"),
    "a reliability that is no term": (facts.SourceCited, {"source": new_id("source"), "form": facts.SourceForm.DOCUMENT, "reliability": "good"}, "reliability", "not a term of reliability"),
    "a person as a source who is not named as one": (facts.SourceCited, {"source": new_id("source"), "form": facts.SourceForm.PERSON}, "person", "say which person"),
    "text without a tongue": (facts.NoteMade, {"words": words("x", "")}, "words[1].language", "tag"),
    "text in a tongue that is no tag": (facts.NoteMade, {"words": words("x", "English!")}, "words[1].language", "tag"),
    "a text as long as a book": (facts.NoteMade, {"words": words("x" * 20_001)}, "words[1].text", "at most 20000"),
    "a note without words": (facts.NoteMade, {"words": ()}, "words", "must say something"),
    "a country in words": (facts.IncidentDescribed, {"incident": new_id("incident"), "country": "Azerbaijan"}, "country", "two capital letters"),
    "an incident that ends before it begins": (facts.IncidentDescribed, {"incident": new_id("incident"), "when": "2001", "until": "2000"}, "until", "end before it begins"),
    "a bias ground that is no term": (facts.IncidentDescribed, {"incident": new_id("incident"), "grounds": (facts.BiasGround(ground="envy", standing=facts.GroundStanding.ALLEGED),)}, "grounds[1].ground", "not a term of bias-grounds"),
    "an act by nobody known": (facts.IncidentDescribed, {"incident": new_id("incident"), "acts": (facts.Act(by=("p",)),)}, "acts[1].by", "no such person"),
    "an indicator that is no term": (facts.IncidentDescribed, {"incident": new_id("incident"), "indicators": ("hunch",)}, "indicators", "not a term of bias-indicators"),
    "a question of the threshold that is no term": (facts.IncidentDescribed, {"incident": new_id("incident"), "speech": (facts.SpeechAnswer(part="tone", answer="met"),)}, "speech[1].part", "not a term of speech-threshold"),
    "an answer that is none": (facts.IncidentDescribed, {"incident": new_id("incident"), "speech": (facts.SpeechAnswer(part="intent", answer="maybe"),)}, "speech.answer", "met, not-met"),
    "a question answered twice": (facts.IncidentDescribed, {"incident": new_id("incident"), "speech": (facts.SpeechAnswer(part="intent", answer="met"), facts.SpeechAnswer(part="intent", answer="not-met"))}, "speech.part", "answered once"),
    "a charge against nobody": (facts.ChargeBrought, {"charge": new_id("charge"), "person": ""}, "person", "must say something"),
    "a body that is no term": (facts.ProceedingOpened, {"proceeding": new_id("proceeding"), "forum": facts.Forum.BEYOND, "mechanism": "the-court"}, "mechanism", "not a term of mechanisms"),
    "an answer to nothing": (facts.InterventionAnswered, {"intervention": "i"}, "intervention", "no such intervention"),
    "a limit nobody knows": (facts.LimitTriggered, {"trigger": facts.Trigger.FINAL_DOMESTIC_DECISION, "when": "2020", "rules": ("ten-days",)}, "rules", "no limit"),
    "a decision served before it was made": (facts.LimitTriggered, {"trigger": facts.Trigger.FINAL_DOMESTIC_DECISION, "when": "2020-05-05", "served": "2020-05-04"}, "served", "served before"),
    "a contradiction of one": (facts.ContradictionNoted, {"statements": ("a",)}, "statements", "needs two"),
    "a withdrawal of nothing": (facts.Withdrawn, {"statements": ()}, "statements", "must say something"),
    "a withdrawal of something never said": (facts.Withdrawn, {"statements": ("fact_x",)}, "statements", "no such statement"),
    "another edition": (facts.NoteMade, {"words": words("x"), "edition": "1999.1"}, "edition", "another edition"),
    "a statement with an identifier of another kind": (facts.NoteMade, {"words": words("x"), "id": new_id("case")}, "id", "not the identifier of a fact"),
    "a case that is not there": (facts.NoteMade, {"words": words("x"), "case": new_id("case")}, "case", "no such case"),
    "a correction of something never said": (facts.NoteMade, {"words": words("x"), "supersedes": ("fact_x",)}, "supersedes", "no such statement"),
}  # fmt: skip


@pytest.mark.parametrize(("kind", "fields", "field", "said"), REFUSED.values(), ids=REFUSED)
def test_refused_with_the_field_and_the_reason(desk, kind, fields, field, said):
    faults = refused(desk, desk.make(kind, **fields))

    assert (f"fact 1 ({kind.__name__}), {field}", True) in [
        (where, said in what) for where, what in faults
    ]


def test_every_fault_of_an_action_is_named_at_once(desk):
    faults = refused(
        desk,
        desk.make(facts.StageReached, stage="nowhere", outcome="guilty", person="person_x"),
        desk.make(facts.NoteMade, words=()),
    )

    assert [where for where, _ in faults] == [
        "fact 1 (StageReached), stage",
        "fact 1 (StageReached), outcome",
        "fact 1 (StageReached), person",
        "fact 2 (NoteMade), words",
    ]


def test_no_fault_quotes_what_a_person_wrote(desk):
    faults = refused(desk, desk.make(facts.NoteMade, words=words("a secret " * 3000)))

    assert "secret" not in " ".join(what for _, what in faults)


def test_an_action_without_a_statement_is_refused(desk):
    assert refused(desk) == [("statements", "there is nothing to say")]


def test_a_statement_may_refer_to_an_earlier_one_of_its_action_and_to_no_later_one(desk):
    person = new_id("person")
    role = desk.make(facts.PersonInRole, person=person, roles=("victim",))
    name = desk.make(facts.IdentityStated, person=person, names=(facts.Spelling(text="A. B."),))

    assert refused(desk, name, role) == [
        ("fact 1 (IdentityStated), person", "there is no such person in this case")
    ]

    desk.say(role, name)

    assert [one.text for one in desk.read().persons[0].names] == ["A. B."]


def test_a_correction_is_of_its_own_kind(desk):
    note = desk.note()
    faults = refused(desk, desk.make(facts.StageReached, stage="judged", supersedes=(note.id,)))

    assert "its own kind" in faults[0][1]


def test_a_correction_is_about_the_same_thing(desk):
    one, other = desk.person(), desk.person()
    said = next(person for person in desk.read().persons if person.id == one).statements[0]
    faults = refused(
        desk,
        desk.make(facts.PersonInRole, person=other, roles=("victim",), supersedes=(said,)),
    )

    assert "about another person" in faults[0][1]


def test_a_thing_that_is_there_is_corrected_and_not_said_again(desk):
    person = desk.person("suspect")
    again = desk.make(facts.PersonInRole, person=person, roles=("convicted-person",))

    assert refused(desk, again) == [
        (
            "fact 1 (PersonInRole), person",
            "there is a statement about this person; correct that one",
        )
    ]

    before = desk.read().persons[0].statements
    desk.say(
        desk.make(facts.PersonInRole, person=person, roles=("convicted-person",), supersedes=before)
    )

    assert desk.read().persons[0].roles == ("convicted-person",)


def test_one_identifier_names_one_statement(desk):
    note = desk.note()

    assert refused(desk, desk.make(facts.NoteMade, id=note.id, words=words("x"))) == [
        ("fact 1 (NoteMade), id", "another statement has this identifier")
    ]


FORUMS = {
    "a pardon before a body beyond the state": ("ecthr", "pardoned"),
    "a judgment of a state's court by a body beyond the state": ("ecthr", "judged"),
    "an application beyond the state in a trial": ("", "lodged"),
}


@pytest.mark.parametrize(("mechanism", "stage"), FORUMS.values(), ids=FORUMS)
def test_a_stage_fits_the_forum_of_its_proceeding(desk, mechanism, stage):
    person = desk.person()
    proceeding = desk.proceeding(person, mechanism=mechanism)
    said = desk.make(facts.StageReached, stage=stage, person=person, proceeding=proceeding)

    assert [where for where, _ in refused(desk, said)] == ["fact 1 (StageReached), stage"]


def test_a_person_who_is_a_source_is_not_named_by_the_source(desk):
    person = desk.person("source")
    said = desk.make(
        facts.SourceCited,
        source=new_id("source"),
        form=facts.SourceForm.PERSON,
        person=person,
        title=words("Talk with A. B."),
    )

    assert "named in their identity" in refused(desk, said)[0][1]


NAMED = {
    "the title holds the family name": ("en", "The case of Quliyeva", "Zarifa Quliyeva"),
    "in capitals": ("en", "QULIYEVA against the state", "Zarifa Quliyeva"),
    "in capitals with the dotted letter": ("az", "İSMAYILOVA işi", "İsmayılova"),
    "with another schwa": ("az", "Hümmǝtov işi", "Hümmətov"),
}


@pytest.mark.parametrize(("language", "title", "name"), NAMED.values(), ids=NAMED)
def test_a_title_that_gives_a_name_away_is_refused_whichever_comes_first(
    desk, language, title, name
):
    case, person = new_id("case"), new_id("person")
    opened = desk.make(facts.CaseOpened, case=case, titles=words(title, language))
    role = desk.make(facts.PersonInRole, case=case, person=person, roles=("victim",))
    identity = desk.make(
        facts.IdentityStated,
        case=case,
        person=person,
        names=(facts.Spelling(text=name, language=language),),
    )

    assert refused(desk, opened, role, identity) == [
        ("the title of the case", "it holds a name of a person of the case; choose a neutral one")
    ]

    desk.say(opened, role)

    assert [where for where, _ in refused(desk, identity)] == ["the title of the case"]


def test_short_words_of_a_name_do_not_forbid_a_title(desk):
    person = desk.person("victim")
    desk.say(
        desk.make(facts.IdentityStated, person=person, names=(facts.Spelling(text="Ne Ali A"),))
    )

    assert desk.read().title == "A neutral title"


def test_one_action_is_one_entry(desk):
    before = desk.ledger.size
    person = new_id("person")
    desk.say(
        desk.make(facts.PersonInRole, person=person, roles=("victim",)),
        desk.make(facts.IdentityStated, person=person, names=(facts.Spelling(text="A. B."),)),
        desk.make(facts.NoteMade, words=words("x")),
    )

    assert desk.ledger.size == before + 1


def test_who_somebody_is_is_sealed_apart_and_under_that_person(desk):
    person = new_id("person")
    parts = record._parts(
        [
            desk.make(facts.PersonInRole, person=person, roles=("victim",)),
            desk.make(facts.IdentityStated, person=person, names=(facts.Spelling(text="A. B."),)),
            desk.make(facts.NoteMade, words=words("x")),
        ],
        {},
        apart_of(desk.ledger),
    )

    assert [(part.compartment, part.subject) for part in parts] == [
        ("coded", person),
        ("identity", person),
        ("coded", ""),
    ]


def test_the_end_of_a_consent_or_a_step_is_sealed_under_the_person_it_is_about(desk):
    person = desk.person("victim")
    consent, step = new_id("consent"), new_id("step")
    desk.say(
        desk.make(
            facts.ConsentStated, consent=consent, person=person, use="contact", answer="given"
        ),
        desk.make(facts.NextStep, step=step, what=words("ask"), person=person),
    )
    entry = casefile.say(
        desk.ledger,
        desk.edition,
        [
            desk.make(facts.ConsentWithdrawn, consent=consent),
            desk.make(facts.StepDone, step=step),
        ],
    )
    about = [
        [note.subject for note in meta.parts]
        for n, _, meta in desk.ledger._metas(None, -1)
        if n == entry.n
    ]

    assert about == [[person]]


def test_several_actions_are_kept_together_or_not_at_all(desk):
    before = desk.ledger.size
    good = [desk.make(facts.NoteMade, words=words("good"))]
    bad = [desk.make(facts.NoteMade, words=())]

    with pytest.raises(NotInOrder) as error:
        casefile.say_all(desk.ledger, desk.edition, [good, bad])

    assert [fault.where for fault in error.value.faults] == ["action 2, fact 1 (NoteMade), words"]
    assert desk.ledger.size == before

    entries = casefile.say_all(desk.ledger, desk.edition, [good, good_again(desk)])

    assert [entry.n for entry in entries] == [before, before + 1]


def good_again(desk):
    return [desk.make(facts.NoteMade, words=words("again"))]


def test_a_case_nobody_opened_is_unknown(desk):
    with pytest.raises(UnknownCase) as error:
        casefile.case(desk.ledger, new_id("case"))

    assert error.value.exit_code == 41


def test_cases_are_read_in_the_order_they_were_opened(desk, edition):
    second = casefile.open_case(desk.ledger, edition, {"az": "İkinci iş", "en": "Second"}, "no-2")
    first, other = casefile.cases(desk.ledger)

    assert (first.id, other.id) == (desk.case, second)
    assert (other.title, dict(other.titles), other.reference) == (
        "İkinci iş",
        {"az": "İkinci iş", "en": "Second"},
        "no-2",
    )


def test_what_was_said_is_there_when_the_vault_is_opened_again(tmp_path, edition):
    vault = Vault.create(tmp_path / "v", PASSPHRASE, cost=Cost.QUICK, kinds=casefile.KINDS)
    with vault:
        case = casefile.open_case(vault.ledger, edition, {"en": "A neutral title"})
        stage = facts.StageReached(
            id=new_id("fact"),
            case=case,
            edition=edition.code,
            stage="sentenced",
            when=PartialDate(1995),
            claims=(facts.Claim(what="years", number=5, unit="year"),),
        )
        casefile.say(vault.ledger, edition, [stage])
        before = casefile.case(vault.ledger, case)
    with Vault.open(tmp_path / "v", PASSPHRASE, casefile.KINDS) as again:
        assert casefile.case(again.ledger, case) == before
        assert again.ledger.verify().faults == ()
