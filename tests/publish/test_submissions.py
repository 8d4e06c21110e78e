"""What is sent leaves by two people, tells no more than was agreed to, and can be read by all."""

from __future__ import annotations

import csv
import io
import tomllib
import zipfile
from dataclasses import replace
from datetime import date
from importlib.resources import files
from xml.etree import ElementTree as ET

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from candlemark import casefile
from candlemark.casefile import facts
from candlemark.casefile.consent import DETAILS, least_exact
from candlemark.casefile.telling import telling
from candlemark.dates import PartialDate
from candlemark.errors import (
    DefinitionFaulty,
    NotEntitled,
    NotInOrder,
    NotUnderstood,
    UnknownRelease,
    WrongCommand,
)
from candlemark.ledger import Part, Vault
from candlemark.publish import submissions
from candlemark.publish.submissions import figures
from candlemark.publish.submissions.blocks import words
from candlemark.publish.submissions.choosing import Scope, Why, verdicts
from candlemark.publish.submissions.coarsening import coarse
from candlemark.publish.submissions.crosswalk import BIAS, OFFENCE, categories, read_categories
from candlemark.publish.submissions.facts import (
    CaseTold,
    IncidentTold,
    SubmissionApproved,
    SubmissionLeft,
)
from candlemark.publish.submissions.files import pdf
from candlemark.publish.submissions.fold import hash_of
from candlemark.publish.submissions.texts import read_texts
from candlemark.publish.submissions.voice import Voice
from candlemark.publish.submissions.word_file import word_file
from candlemark.publish.table import TONGUES
from public_tables import PLACING, all_tables, occupancy_table
from releasing import EDITION, KINDS, House, of
from submitting import NAME, Told, briefing, odihr, texts

YEAR = {"first": date(2025, 1, 1), "last": date(2025, 12, 31)}


@pytest.fixture(scope="module")
def sending(founded, tmp_path_factory):
    """A house with a release, and a case for each way to say how exactly it may be told."""
    house = founded.copied(tmp_path_factory.mktemp("sending") / "vault")
    house.places("https://example.org/")
    house.release()
    with house.team.open() as vault:
        for number, detail in enumerate(DETAILS):
            case = Told(vault.ledger, f"ref-{number}")
            case.answers(detail=detail)
            case.add("suspect", name=NAME)
            case.say(
                case.make(
                    facts.StageReached, stage="recorded", when=PartialDate.parse("2025-03-15")
                )
            )
    return house


@pytest.fixture
def place(sending, tmp_path):
    """A copy of it, so that a test begins at the beginning."""
    return sending.copied(tmp_path / "vault")


@pytest.fixture
def memory():
    """A ledger in memory, of one."""
    with Vault.in_memory(KINDS) as vault:
        yield vault.ledger


def drafted(house: House, asked, who="founder"):
    with house.team.open(who) as vault:
        return submissions.draft(vault.ledger, asked).submission


def approved(house: House, draft, who="colleague"):
    with house.team.open(who) as vault:
        return submissions.approve(vault.ledger, draft.id, vault.members.me.kid)


def left(house: House, draft):
    with house.team.open() as vault:
        return submissions.leave(vault.ledger, draft.id)


def said(house: House):
    with house.team.open() as vault:
        return submissions.submissions(vault.ledger)


def answers_about(ledger, form="odihr", written=None, **scope):
    given = {"country": "AZ", **YEAR} | scope
    found = verdicts(ledger, Scope(submissions.form_named(form), texts=written or {}, **given))
    return [one.why for one in found]


# Who decides


def test_a_contribution_is_drafted_by_one_approved_by_another_and_then_written(place):
    draft = drafted(place, odihr(texts(ref_0="Two men were beaten.")))
    early = approved(place, draft)
    sent, found = left(place, draft)
    again = left(place, draft)

    assert early.left is None
    assert sent.number == 1
    assert list(found) == ["odihr-en.pdf", "odihr-en.xlsx", "odihr-en.csv"]
    assert again == (sent, found)
    assert said(place).faults == ()
    assert dict(sent.files).keys() == found.keys()


def test_whoever_drafted_cannot_approve_and_what_nobody_approved_does_not_leave(place):
    draft = drafted(place, odihr())

    with pytest.raises(NotEntitled, match="drafted a submission cannot approve"):
        approved(place, draft, who="founder")
    with pytest.raises(NotEntitled, match="nobody approved"):
        left(place, draft)
    assert said(place).sent == 0


def test_an_approval_and_a_departure_past_the_rule_do_not_count(place):
    draft = drafted(place, odihr())
    with place.team.open() as vault:  # who drafted it, by a program that does not look
        wrong = (
            SubmissionApproved(draft=draft.id, digest=draft.digest),
            SubmissionApproved(draft=draft.id, digest="0" * 64),
            SubmissionLeft(
                draft=draft.id, digest=draft.digest, number=1, on=date(2026, 1, 1), files=()
            ),
            draft.said,
        )
        for fact in wrong:
            vault.ledger.append([Part("coded", (fact,))])

    found = said(place)
    assert [fault.what.partition(": ")[2] for fault in found.faults] == [
        "the one who drafted a submission approves it",
        "it approves something that was not drafted",
        "it sends what nobody else approved",
        "a draft of this name is there already",
    ]
    assert found.draft(draft.id[:8]).left is None


def test_a_draft_is_named_by_eight_digits_and_no_fewer(place):
    draft = drafted(place, odihr())
    assert said(place).draft(draft.id[:8]) == draft
    for name in (draft.id[:7], "f" * 31):
        with pytest.raises(UnknownRelease, match="no single submission"):
            said(place).draft(name)


# Consent


def test_consent_taken_back_stops_it_before_it_leaves_and_is_told_after(sending, tmp_path):
    house = sending.copied(tmp_path / "vault")
    with house.team.open() as vault:
        case = Told(vault.ledger, "ref-9")
        consent = case.answers()[0]
    waiting, ready, gone = (drafted(house, odihr()) for _ in range(3))
    for one in (ready, gone):
        approved(house, one)
    left(house, gone)
    with house.team.open() as vault:
        case.ledger = vault.ledger
        case.takes_back(consent)

    refused = "consent that a case of this draft rests on does not stand"
    with pytest.raises(NotInOrder, match=refused) as early:
        approved(house, waiting)
    for one in (ready, gone):
        with pytest.raises(NotInOrder, match=refused):
            left(house, one)
    assert "ref-9" not in f"{early.value} {early.value.hint}"
    with house.team.open() as vault:
        names = submissions.no_longer(gone, submissions.cases_now(vault.ledger, gone.cases))
        told = submissions.draft(vault.ledger, odihr())
    assert names == (gone.cases[-1].told.reference,)
    assert [one.why for one in told.verdicts][-1] is Why.WITHDRAWN
    assert len(told.submission.cases) == len(DETAILS)


def test_a_case_that_was_merged_is_asked_about_where_it_stands_now(memory):
    told, other = Told(memory, "ref-1"), Told(memory, "ref-2")
    told.answers()
    drafted_one = submissions.draft(memory, odihr()).submission
    other.answers("refused")
    still = submissions.no_longer(drafted_one, submissions.cases_now(memory, drafted_one.cases))
    told.say(told.make(facts.CaseMerged, into=other.case))
    now = submissions.cases_now(memory, drafted_one.cases)

    assert still == ()
    assert now[drafted_one.cases[0].incident].id == other.case
    assert submissions.no_longer(drafted_one, now) == (drafted_one.cases[0].told.reference,)


def test_who_agrees_to_less_than_was_drafted_stops_it(place):
    draft = drafted(place, odihr())
    with place.team.open() as vault:
        case = casefile.case(vault.ledger, draft.cases[0].case)
        again = Told.__new__(Told)
        again.ledger, again.case = vault.ledger, case.id
        again.answers(detail="month-and-country", person=case.consents[0].person)

    with pytest.raises(NotInOrder, match="does not stand"):
        approved(place, draft)


WHYS = {
    "nobody asked": (Told.make_nothing, Why.NOT_ASKED),
    "one of two uses": (lambda case: case.answers(uses=("referral",)), Why.NOT_ASKED),
    "refused one use": (
        lambda case: (case.answers(), case.answers("refused", uses=("publication",))),
        Why.REFUSED,
    ),
    "taken back": (lambda case: case.takes_back(case.answers()[1]), Why.WITHDRAWN),
    "a suspect refused": (
        lambda case: (case.answers(), case.answers("refused", person=case.add("suspect"))),
        Why.REFUSED,
    ),
    "a restraint": (
        lambda case: (
            case.answers(),
            case.say(
                case.make(
                    facts.RestraintStated, person=case.person, restraints=("no-publication",)
                )
            ),
        ),
        Why.RESTRAINED,
    ),
    "a second victim nobody asked": (lambda case: (case.answers(), case.add("victim")), Why.OTHERS),
    "a witness nobody asked": (lambda case: (case.answers(), case.add("witness")), Why.OTHERS),
    "an official nobody asked": (lambda case: (case.answers(), case.add("official")), Why.IN),
    "agreed": (lambda case: case.answers(), Why.IN),
}  # fmt: skip


@pytest.mark.parametrize("what", WHYS)
def test_every_case_is_in_or_out_for_a_reason_that_is_told(memory, what):
    does, expected = WHYS[what]
    does(Told(memory, "ref-1"))

    assert answers_about(memory) == [expected]


INCIDENTS = {
    "another country": ({"country": "GE"}, Why.ELSEWHERE),
    "no country": ({"country": ""}, Why.ELSEWHERE),
    "another year": ({"when": "2024-12-31"}, Why.ANOTHER_TIME),
    "perhaps another year": ({"when": "2024-12/2025-02"}, Why.ANOTHER_TIME),
    "no day": ({"when": ""}, Why.ANOTHER_TIME),
    "the year alone": ({"when": "2025"}, Why.IN),
    "no ground": ({"ground": ""}, Why.NO_GROUND),
    "speech": ({"offence": "incitement-to-hatred"}, Why.NOT_A_CRIME),
    "no act": ({"offence": None}, Why.NOT_A_CRIME),
    "an act nobody coded": ({"offence": ""}, Why.IN),
}


@pytest.mark.parametrize("what", INCIDENTS)
def test_an_incident_outside_of_what_is_asked_is_out(memory, what):
    incident, expected = INCIDENTS[what]
    Told(memory, "ref-1", **incident).answers()

    assert answers_about(memory) == [expected]


def test_a_case_without_a_victim_is_told_on_the_word_of_who_complained(memory):
    case = Told(memory, "ref-1", offence="desecration")
    complainant = case.add("complainant")
    case.answers(person=complainant)
    assert answers_about(memory) == [Why.NOT_ASKED]  # somebody it happened to was not
    shown = casefile.case(memory, case.case)
    case.say(case.make(facts.Withdrawn, statements=shown.persons[0].statements[:1]))
    assert answers_about(memory) == [Why.IN]


def test_a_case_with_nobody_to_ask_is_told_by_nobody(memory):
    case = Told(memory, "ref-1")
    person = casefile.case(memory, case.case).persons[0]
    case.say(case.make(facts.Withdrawn, statements=person.statements[:1]))
    assert answers_about(memory) == [Why.NOBODY]


def test_others_in_a_case_let_it_through_only_with_a_reason_that_is_kept(place):
    with place.team.open() as vault:
        case = Told(vault.ledger, "ref-8")
        case.answers()
        case.add("witness")
        silent = submissions.draft(vault.ledger, odihr()).submission
        reason = submissions.CaseText({}, "one of hundreds who saw it")
        said_why = submissions.draft(vault.ledger, odihr(texts(ref_8=reason))).submission

    assert len(silent.cases) == len(DETAILS)
    assert [(one.others, one.reason) for one in said_why.cases][-1] == (1, reason.others)


def test_a_form_that_takes_described_cases_takes_no_other(memory):
    Told(memory, "ref-1").answers()
    Told(memory, "ref-2").answers()

    why = answers_about(
        memory, "briefing", {"ref-2": submissions.CaseText({"en": "What happened."})}
    )
    assert why == [Why.NOT_NAMED, Why.IN]


def two_of_a_day_and_one_later(ledger):
    """A case with three incidents, two of them on one day; their identifiers."""
    case = Told(ledger, "ref-1")
    case.answers()
    case.incident()
    case.incident("2025-06-01")
    return [one.id for one in casefile.case(ledger, case.case).incidents]


def test_each_incident_of_a_case_is_told_in_words_of_its_own_by_its_date_or_identifier(memory):
    first, second, _ = two_of_a_day_and_one_later(memory)
    own = {
        first: {"en": "At noon."},
        second: {"en": "At night."},
        "2025-06-01": {"en": "In summer."},
    }
    written = submissions.CaseText(incidents=own)
    told = submissions.draft(memory, odihr(texts(ref_1=written))).submission

    assert [dict(one.told.description)["en"] for one in told.cases] == [
        "At noon.",
        "At night.",
        "In summer.",
    ]
    named = submissions.CaseText(incidents={"2025-06-01": own["2025-06-01"]})
    assert answers_about(memory, "annex-upr", {"ref-1": named}) == [
        *[Why.NOT_NAMED] * 2,
        Why.IN,
    ]


def test_one_text_for_several_incidents_and_a_name_of_two_or_of_none_are_refused_together(memory):
    first, second, _ = two_of_a_day_and_one_later(memory)
    shared = submissions.CaseText({"en": "They came back."})
    mixed = submissions.CaseText(
        {"en": "They came back."},
        incidents={
            "2025-03-14": {"en": "x"},
            first: {"en": "x"},
            "2020": {"en": "x"},
            "2025-06-01": {"az": "x"},
        },
    )
    with pytest.raises(NotInOrder) as one:
        submissions.draft(memory, odihr(texts(ref_1=shared)))
    with pytest.raises(NotInOrder) as other:
        submissions.draft(memory, odihr(texts(ref_1=mixed), left_out=("ref-7",)))

    dates = "2025-03-14, 2025-03-14, 2025-06-01"
    several = "case ref-1, incident 2025-03-14: several are of this date"
    assert [str(fault) for fault in one.value.faults] == [
        f"case ref-1: describe each of its incidents by itself: {dates}"
    ]
    assert [str(fault) for fault in other.value.faults] == [
        "case ref-1, incident 2025-06-01 (en): it is missing (English)",
        "leave out ref-7: there is no such case or incident",
        f"{several}; name each by its identifier: {first}, {second}",
        f"case ref-1, incident {first}: it is described twice, by its identifier and by its date",
        "case ref-1, incident 2020: there is no such incident in it",
        f"case ref-1: describe each of its incidents by itself: {dates}",
    ]


def test_what_is_left_out_is_not_told_and_is_named_as_left_out(memory):
    first, _, _ = two_of_a_day_and_one_later(memory)
    Told(memory, "ref-2").answers()
    told = submissions.draft(memory, odihr(left_out=(first, "ref-2")))

    assert [one.why for one in told.verdicts] == [Why.LEFT_OUT, Why.IN, Why.IN, Why.LEFT_OUT]
    assert len(told.submission.cases) == 2


# How exactly


def test_what_leaves_is_as_exact_as_was_agreed_to_and_no_more(place):
    draft = drafted(place, odihr(texts(ref_0="Two men were beaten.", ref_1="It was at night.")))

    rows = [(one.told.when, one.told.place, one.told.region, one.told.steps) for one in draft.cases]
    assert rows == [
        ("2025-03-14", (("az", "Sumqayit"),), "az-sm", (("recorded", "2025-03", ""),)),
        ("2025-03", (), "az-region-absheron-khizi", (("recorded", "2025-03", ""),)),
        ("2025-03", (), "", (("recorded", "2025-03", ""),)),
        ("2025", (), "", (("recorded", "2025", ""),)),
    ]


def test_the_least_exact_of_all_who_agreed_holds_and_of_nobody_asked_the_least(memory):
    case = Told(memory, "ref-1")
    case.answers(detail="as-recorded")
    case.answers(detail="month-and-country", person=case.add("witness"))
    other = Told(memory, "ref-2")
    other.answers(detail="")
    both = casefile.cases(memory)

    assert [telling(one, ("publication",)).detail for one in both] == list(DETAILS[2:])
    assert least_exact(["as-recorded", "of a later version"]) == DETAILS[-1]


@given(
    st.dates(date(1990, 1, 1), date(2030, 12, 31)),
    st.sampled_from(["day", "month", "year"]),
    st.sampled_from(DETAILS),
)
def test_a_coarse_date_holds_the_whole_of_the_exact_one(day, known, detail):
    when = PartialDate(
        day.year,
        None if known == "year" else day.month,
        day.day if known == "day" else None,
    )
    told = PartialDate.parse(coarse(when, detail))

    assert told.earliest <= when.earliest <= when.latest <= told.latest
    assert detail == "as-recorded" or told.day is None
    assert detail != "year-and-country" or told.month is None


RANGES = {
    ("2025-03-02/2025-03-20", "month-and-country"): "2025-03",
    ("2025-03-02/2025-03-20", "month-and-region"): "2025-03",
    ("2025-03/2025-06", "month-and-country"): "2025",
    ("2024-12/2025-01", "year-and-country"): "2024/2025",
    ("2025-03/2025-06", "as-recorded"): "2025-03/2025-06",
}


@pytest.mark.parametrize("given_", RANGES)
def test_a_range_becomes_what_holds_both_its_ends(given_):
    when, detail = given_
    assert coarse(PartialDate.parse(when), detail) == RANGES[given_]
    assert coarse(None, detail) == ""


def test_incidents_that_look_the_same_outside_are_counted_as_exactly_as_they_are_told(memory):
    Told(memory, "ref-1").answers(detail="month-and-country")
    Told(memory, "ref-2", when="2025-03-20", place="Lənkəran").answers(detail="as-recorded")
    Told(memory, "ref-3", ground="talysh").answers(detail="year-and-country")
    found = verdicts(memory, Scope(submissions.form_named("odihr"), "AZ", **YEAR))

    assert [one.alike for one in found] == [2, 1, 1]


def test_what_was_drafted_before_there_were_regions_has_the_hash_it_had():
    told = IncidentTold(
        reference="R-1", detail="as-recorded", when="2025", until="", country="AZ", place=(),
        grounds=(), offences=(), indicators=(), sources=(), steps=(), description=(),
    )  # fmt: skip
    kept = {"draft": "d", "salt": "s", "case": "c", "incident": "i", "alike": 1, "others": 0}
    case = CaseTold(**kept, told=told, reason="")
    with_region = CaseTold(**kept, told=msgspec.structs.replace(told, region="az-sm"), reason="")

    assert hash_of(case) == "1bd46bd8d9e60d44f92084eb57e359217d48f0aeafd30ad0b7285acf6ede2c7d"
    assert hash_of(with_region) != hash_of(case)


# Texts

TOO_MUCH = {
    "a name": ("ref_0", f"{NAME.split()[1]} hit them.", "a name or a court's number stands in it"),
    "the place": ("ref_2", "In Sumqayitda, at night.", "the place stands in it"),
    "the region": ("ref_1", "In Sumgayit, at night.", "its people agreed to the large region"),
    "a day": ("ref_1", "On 14.03.2025, at night.", "a day stands in it"),
    "a day as in a form": ("ref_1", "On 2025-03-14.", "a day stands in it"),
    "anything at all": ("ref_3", "They were beaten.", "agreed to the year and the country"),
}


@pytest.mark.parametrize("what", TOO_MUCH)
def test_a_description_that_tells_more_than_was_agreed_to_is_refused(sending, what):
    case, text, expected = TOO_MUCH[what]
    with sending.team.open() as vault:
        before = vault.ledger.size
        with pytest.raises(NotInOrder, match="tells more than was agreed to") as refused:
            submissions.draft(vault.ledger, odihr(texts(**{case: text})))
        assert vault.ledger.size == before

    (fault,) = refused.value.faults
    assert expected in fault.what
    assert NAME.split()[1] not in str(fault)


def test_a_name_in_the_text_of_the_whole_is_refused_without_being_said(sending):
    with sending.team.open() as vault, pytest.raises(NotInOrder) as refused:
        submissions.draft(vault.ledger, odihr(texts(text=f"What {NAME} did.")))

    assert [str(one) for one in refused.value.faults] == [
        "text (en): a name or a court's number of a case stands in it"
    ]


def test_a_text_that_is_missing_in_a_tongue_is_named_with_every_other(sending):
    written = texts("en", "fa", ref_0="What happened.")
    with sending.team.open() as vault, pytest.raises(NotInOrder) as refused:
        submissions.draft(vault.ledger, briefing("en", "fa", "tr", texts=written))

    assert [one.where for one in refused.value.faults] == [
        "title (tr)",
        "text (tr)",
        "case ref-0 (tr)",
    ]


def test_persian_is_written_with_what_parts_its_letters():
    whole = submissions.Texts({"fa": "نفرت\u200cپراکنی"}, {"fa": "می\u200cگوید"}, {})
    assert whole.in_tongues(("fa",))[0] == (("fa", "نفرت\u200cپراکنی"),)
    with pytest.raises(NotInOrder):
        submissions.Texts({"fa": "a\u202eb"}, {"fa": "c"}, {}).refuse_missing(("fa",))


FILES = {
    "no TOML": b"title =",
    "not UTF-8": b"\xff",
    "too large": b"#" * 1_000_001,
    "no tongue": b"[xx]\ntitle='a'\n",
    "no text": b"[en]\ntitle=1\n",
    "another key": b"[en]\nheading='a'\n",
    "a case that is no section": b"case = 1\n",
    "one case that is none": b"[case]\nref = 1\n",
    "a case in no tongue": b"[case.ref.xx]\ndescription='a'\n",
    "a reason that is no text": b"[case.ref]\nothers=1\n",
    "incidents that are no section": b"[case.ref]\nincident='a'\n",
    "an incident that is none": b"[case.ref.incident]\n2025='a'\n",
    "an incident in no tongue": b"[case.ref.incident.2025.xx]\ndescription='a'\n",
}


@pytest.mark.parametrize("what", FILES)
def test_a_file_of_texts_that_is_none_is_refused(what):
    with pytest.raises(NotUnderstood, match="the file with the texts"):
        read_texts(FILES[what])


def test_a_file_of_texts_is_read_with_what_is_told_of_cases():
    found = read_texts(
        b"[en]\ntitle=' A '\ntext='B'\n[case.'ref-1']\nothers='c'\n"
        b"[case.'ref-1'.en]\ndescription='d'\n"
        b"[case.'ref-1'.incident.'2025-03'.en]\ndescription=' e '\n"
    )
    assert found.in_tongues(("en",)) == ((("en", "A"),), (("en", "B"),))
    assert found.cases == {
        "ref-1": submissions.CaseText({"en": "d"}, "c", {"2025-03": {"en": "e"}})
    }


# Figures and forms


def test_a_release_that_was_withdrawn_or_corrected_carries_no_submission(place):
    draft = drafted(place, briefing("en"))
    approved(place, draft)
    place.release(of("Two"), corrects=1)
    with pytest.raises(NotInOrder, match="release 1 was corrected by release 2"):
        left(place, draft)
    later = drafted(place, briefing("en", release=2))
    place.withdraw(2)

    with pytest.raises(NotInOrder, match="release 2 was withdrawn"):
        approved(place, later)
    for number, fault in ((1, "corrected by release 2"), (2, "release 2 was withdrawn")):
        with pytest.raises(NotInOrder) as refused:
            drafted(place, briefing("en", release=number))
        assert fault in str(refused.value.faults[0])


def test_a_table_no_release_carries_and_a_release_that_is_not_there_are_refused(sending):
    with pytest.raises(NotInOrder, match="not in this release") as refused:
        drafted(sending, briefing("en", tables=("exact",)))
    assert [str(one) for one in refused.value.faults] == ["exact: this release has no such table"]
    with pytest.raises(NotInOrder) as unknown:
        drafted(sending, briefing("en", release=7))
    assert str(unknown.value.faults[0]) == "release: there is no release 7"
    with pytest.raises(NotInOrder, match="no release"):
        drafted(sending, odihr(tables=("exact",)))


def test_everything_a_form_does_not_take_is_named_together(sending):
    asked = submissions.Asked(
        "annex-other",
        ("en",),
        texts(ref_77="Nobody."),
        first=date(2025, 2, 1),
        last=date(2025, 1, 1),
    )
    with pytest.raises(NotInOrder, match="not in order") as refused:
        drafted(sending, asked)
    assert [one.where for one in refused.value.faults] == [
        "period", "period", "words", "release", "case ref-77"
    ]  # fmt: skip
    with pytest.raises(NotInOrder) as refused:
        drafted(sending, odihr(texts("fa"), tongues=("fa",)))
    assert [str(one) for one in refused.value.faults] == ["tongue: fa is none of en, ru"]
    with pytest.raises(WrongCommand, match="there is no form"):
        submissions.form_named("letter")


def test_nothing_to_send_is_refused(sending):
    with pytest.raises(NotInOrder, match="nothing to send"):
        drafted(sending, odihr(country="GE"))


def test_an_annex_over_its_limit_is_refused_with_both_counts_and_a_shorter_one_numbered(sending):
    long = texts(text="word " * 2_900)
    asked = {"form": "annex-upr", "release": 1}
    with sending.team.open() as vault:
        with pytest.raises(
            NotInOrder, match="longer than its recipient takes \\(2,815 words\\)"
        ) as no:
            submissions.draft(vault.ledger, odihr(long, **asked))
        joint = submissions.draft(vault.ledger, odihr(long, **asked | {"form": "annex-upr-joint"}))
        whole = submissions.composed(vault.ledger, joint.submission)
        made = submissions.files_of(whole)
        content = submissions.document(whole, "en")
    count = submissions.counted(whole)["en"]
    assert str(no.value.faults[0]) == f"en: it has {count:,} words, {count - 2815:,} too many"
    assert 2_900 < count < 5_630
    assert content["blocks"][0]["text"].startswith("1. word word")
    assert list(made) == ["annex-upr-joint-en.pdf", "annex-upr-joint-en.docx"]


def test_another_limit_may_be_given(sending):
    with pytest.raises(NotInOrder, match="\\(40 words\\)"):
        drafted(sending, odihr(form="annex-upr", release=1, words=40))


def test_words_are_those_between_spaces_in_all_but_citations():
    content = {
        "title": "One two",
        "blocks": [
            {"kind": "paragraph", "text": "three four-five"},
            {"kind": "citation", "text": "not counted at all"},
            {"kind": "table", "head": ["six"], "rows": [["7", ""]], "numbers": 1},
            {"kind": "facts", "rows": [["eight", ["nine ten", ""]]]},
            {"kind": "bars", "caption": "11", "alt": "no", "bars": [{"label": "a", "said": "b"}]},
        ],
    }

    assert words(content) == 12


# The crosswalk


def test_every_term_of_our_edition_has_a_place_at_the_recipient():
    found = categories("odihr")
    for what, scheme in ((BIAS, "bias-grounds"), (OFFENCE, "offences")):
        assert found.places[what].keys() == {one.code for one in EDITION.scheme(scheme)}
    assert found.of(BIAS, ["shia", "talysh"]) == ("racist-xenophobic", "anti-muslim")
    assert found.of(OFFENCE, ["insult", "rape", ""]) == ("sexual-assault", "unspecified")


def test_a_crosswalk_that_is_not_whole_names_every_fault():
    content = files("candlemark.publish.submissions").joinpath("odihr.toml").read_bytes().decode()
    broken = (
        content.replace('"roma-sinti"', '"rome"')
        .replace('"disability"]', "]")
        .replace('az = "Yandırma"', 'az = ""')
    )
    with pytest.raises(DefinitionFaulty) as refused:
        read_categories(broken.encode())
    assert [str(one) for one in refused.value.faults] == [
        "bias rome: it is no term of bias-grounds",
        "bias disability: it has no place",
        "bias physical: it has no place",
        "bias mental: it has no place",
        "offence arson: the label is missing in az",
    ]


def test_every_form_says_where_its_rules_are_from():
    written = files("candlemark.publish.submissions").joinpath("forms.toml").read_text("utf-8")
    assert submissions.forms().keys() == tomllib.loads(written).keys()
    for one in submissions.forms().values():
        assert one.source
        assert set(one.tongues) <= set(TONGUES)
        assert set(one.uses) <= {term.code for term in EDITION.scheme("consent-uses")}


# The files


@pytest.fixture(scope="module")
def whole(sending):
    """A briefing in every tongue with a case."""
    with sending.team.open() as vault:
        written = texts(*TONGUES, ref_0="=SUM(1) happened", ref_1="")
        done = submissions.draft(vault.ledger, briefing(texts=written))
        return submissions.composed(vault.ledger, done.submission)


def test_a_table_of_incidents_comes_back_from_xlsx_and_csv_and_runs_nothing(whole):
    found = submissions.files_of(whole)
    rows = CalamineWorkbook.from_filelike(io.BytesIO(found["briefing-en.xlsx"]))
    sheet = rows.get_sheet_by_name("incidents").to_python()
    text = found["briefing-en.csv"].decode("utf-8-sig")
    lines = list(csv.DictReader(io.StringIO(text)))

    assert sheet[0][:9] == [
        "Reference", "Date", "Place", "Bias motivation", "Type of crime", "Description",
        "Bias indicators", "Source", "Response of authorities",
    ]  # fmt: skip
    assert sheet[1][1:3] == ["14 March 2025", "Sumqayit, Azerbaijan"]
    assert sheet[1][5] == "=SUM(1) happened"
    assert lines[0]["Description"] == "'=SUM(1) happened"
    assert [one["date_iso"] for one in lines] == ["2025-03-14", "2025-03"]
    assert rows.sheet_names == ["incidents", "about"]


@pytest.mark.parametrize("tongue", ["en", "fa"])
def test_a_table_of_incidents_is_printed_on_one_page_width_without_its_codes(whole, tongue):
    made = submissions.files_of(whole)[f"briefing-{tongue}.xlsx"]
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        book = archive.read("xl/workbook.xml").decode()
        sheet = ET.fromstring(archive.read("xl/worksheets/sheet1.xml"))
        looks = ET.fromstring(archive.read("xl/styles.xml"))
    view = sheet.find(f"{X}sheetViews/{X}sheetView")
    row = sheet.findall(f".//{X}row")[1]
    used = looks.findall(f"{X}cellXfs/{X}xf")[int(row[0].get("s"))].find(f"{X}alignment")

    assert "incidents!$A:$I</definedName>" in book
    assert sheet.find(f"{X}pageSetup").attrib["fitToHeight"] == "0"
    assert [one.tag.removeprefix(X) for one in sheet] == [
        "sheetPr", "sheetViews", "cols", "sheetData", "pageSetup"
    ]  # fmt: skip
    assert view.get("rightToLeft") == ("1" if tongue == "fa" else None)
    assert (used.get("wrapText"), used.get("readingOrder")) == ("1", "2" if tongue == "fa" else "1")


def test_categories_of_the_recipient_stand_beside_our_terms(sending):
    with sending.team.open() as vault:
        done = submissions.draft(vault.ledger, odihr())
        made = submissions.composed(vault.ledger, done.submission)
    line = next(
        csv.DictReader(io.StringIO(submissions.files_of(made)["odihr-en.csv"].decode("utf-8-sig")))
    )
    assert line["Bias motivation"] == "Anti-LGBTI [Gay men (alleged)]"
    assert (line["bias_categories"], line["crime_categories"]) == ("anti-lgbti", "physical-assault")
    assert (line["bias_grounds"], line["offences"]) == ("gay", "simple-assault")


X = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def tags(node, found):
    """The kinds of tags below one, and what each figure says instead."""
    node = node.get_object()
    if isinstance(node, list):
        for one in node:
            tags(one, found)
    elif isinstance(node, dict):
        if "/S" in node:
            found.append((node["/S"], str(node.get("/Alt", ""))))
        if "/K" in node and not isinstance(node["/K"], int):
            tags(node["/K"], found)
    return found


@pytest.mark.parametrize("tongue", TONGUES)
def test_a_pdf_is_tagged_named_and_in_its_tongue_with_words_for_its_pictures(whole, tongue):
    made = pdf(whole, tongue)
    root = PdfReader(io.BytesIO(made)).trailer["/Root"]
    there = tags(root["/StructTreeRoot"]["/K"], [])
    kinds = {kind for kind, _ in there}
    metadata = root["/Metadata"].get_object().get_data().decode()

    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == tongue
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert f"Title {tongue}" in metadata
    assert "pdfuaid:part" in metadata
    assert {"/H1", "/H2", "/H3", "/P", "/Table", "/TH", "/TD", "/L", "/LI", "/Figure"} <= kinds
    pictures = [alt for kind, alt in there if kind == "/Figure"]
    assert pictures
    assert all(len(alt) > 40 for alt in pictures)


def test_the_same_submission_gives_the_same_bytes_and_names_nobody(whole):
    found = submissions.files_of(whole)
    assert submissions.files_of(whole) == found
    for name, content in found.items():
        text = content.decode("utf-8", "replace")
        if name.endswith(".pdf"):
            pages = PdfReader(io.BytesIO(content)).pages
            text = " ".join(page.extract_text() for page in pages)
        for part in (*NAME.split(), whole.cases[0].case, whole.cases[0].incident):
            assert part not in text


def blocks_of(found):
    return list(figures.figure(found, PLACING, Voice("en", EDITION)))


def test_a_bar_begins_where_its_row_does_and_its_interval_lies_around_its_end():
    """Ends stand as a stair, each where the one before it stops; what waits looks otherwise."""
    ways = next(one for one in all_tables() if one.question.code == "attrition")
    cells = [
        replace(cell, low=cell.value - 2, high=cell.value + 2) if cell.value is not None else cell
        for cell in ways.cells
    ]
    (picture,) = [
        one for one in blocks_of(replace(ways, cells=tuple(cells))) if one["kind"] == "bars"
    ]

    for bar in picture["bars"]:
        low, high = bar["span"]
        assert low < bar["begins"] + bar["wide"] < high, bar
    waiting = picture["bars"][-1]
    assert waiting["begins"] > 0
    assert waiting["look"] == "pending"


def test_a_table_of_many_days_is_shortened_on_paper_and_says_so(monkeypatch):
    monkeypatch.setattr(figures, "DAYS", 2)
    found = occupancy_table()
    days = [one.code for one in found.dimension("day").categories]
    blocks = blocks_of(found)
    (numbers,) = [one for one in blocks if one["kind"] == "table"]
    shown = {row[numbers["head"].index("Days after entry")] for row in numbers["rows"]} - {""}

    assert len(days) > len(shown) == 2
    assert f"{days[-1]} days" in shown
    said = "The table is shortened; all its days are in the open data of the release."
    assert said in [one.get("text") for one in blocks]


def test_letters_no_font_has_are_refused_before_anything_is_kept(sending):
    with sending.team.open() as vault:
        before = vault.ledger.size
        with pytest.raises(NotInOrder, match="letters that cannot be printed") as refused:
            submissions.draft(vault.ledger, odihr(texts(text="ქართული")))
        assert vault.ledger.size == before
    assert "ქ" not in f"{refused.value} {refused.value.hint}"


W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


@pytest.mark.parametrize("tongue", ["en", "fa"])
def test_an_annex_is_a_word_processors_file_too_with_headings_heads_and_direction(whole, tongue):
    made = word_file(submissions.document(whole, tongue))
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        assert {one.date_time for one in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        body = ET.fromstring(archive.read("word/document.xml"))
        styles = archive.read("word/styles.xml").decode()
        core = archive.read("docProps/core.xml").decode()
    headings = [one.get(f"{W}val") for one in body.iter(f"{W}pStyle")]
    text = "".join(one.text or "" for one in body.iter(f"{W}t"))

    assert headings[:3] == ["Heading1", "Heading2", "Heading3"]
    assert body.find(f".//{W}tblHeader") is not None
    assert all(one.find(f"{W}trPr/{W}cantSplit") is not None for one in body.iter(f"{W}tr"))
    address = next(one.text for one in body.iter(f"{W}t") if "https://" in (one.text or ""))
    assert address.endswith("/" if tongue == "en" else "/\N{LEFT-TO-RIGHT MARK}")
    assert f"Title {tongue}" in text
    assert "=SUM(1) happened" in text
    assert bool(list(body.iter(f"{W}bidi"))) == (tongue == "fa")
    assert ('w:bidi="fa"' if tongue == "fa" else 'w:val="en"') in styles
    assert f"<dc:language>{tongue}</dc:language>" in core


# Erasure


def test_who_is_erased_is_gone_from_a_draft_and_from_what_was_sent(sending, tmp_path):
    house = sending.copied(tmp_path / "vault")
    draft = drafted(house, odihr())
    approved(house, draft)
    left(house, draft)
    with house.team.open() as vault:
        person = casefile.case(vault.ledger, draft.cases[0].case).consents[0].person
        asked = vault.erasing.ask(person, "asked-by-person")
    with house.team.open("colleague") as vault:
        vault.erasing.agree(asked.id.hex())
    found = said(house).draft(draft.id)

    assert found.left is not None
    assert len(found.cases) == len(DETAILS) - 1
    with house.team.open() as vault, pytest.raises(NotInOrder, match="was erased"):
        submissions.leave(vault.ledger, draft.id)


def test_a_draft_that_would_be_worded_otherwise_by_now_is_drafted_again(place):
    draft = drafted(place, odihr())
    other = msgspec.structs.replace(draft.said, draft="1" * 32, cases=(), content="0" * 64)
    with place.team.open() as vault:
        vault.ledger.append([Part("coded", (other,))])
    with (
        place.team.open("colleague") as vault,
        pytest.raises(NotInOrder, match="would say something else than was drafted"),
    ):
        submissions.approve(vault.ledger, "1" * 32, vault.members.me.kid)
