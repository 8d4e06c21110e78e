"""Figures computed again: to the same bytes, or with what differs."""

from __future__ import annotations

import copy
import json
from datetime import date

import pytest

from candlemark import agency as agencies
from candlemark import casefile, measure
from candlemark.casefile import facts
from candlemark.dates import PartialDate
from candlemark.definition import load_crosswalk
from candlemark.errors import FigureDiffers, NothingToMeasure, NotUnderstood, UnknownBatch
from candlemark.ids import new_id
from candlemark.ledger import Vault
from candlemark.measure import keeping
from candlemark.measure.canonical import identity
from candlemark.measure.reproducing import Difference, answer, compare

TOLD = ("told", "2020-01-01")
UNITS = {
    "a": [TOLD, ("charged", "2020-01-11"), ("decided", "2020-02-01", "G")],
    "b": [TOLD, ("charged", None), ("decided", "2020-03", "D")],
    "c": [TOLD],
    "d": [("told", "2020-01-20"), ("decided", "2020-03-01", "N")],
}
CODES = [("a", "bias-grounds", "gay", None), ("b", "bias-grounds", None, "refused")]
ASKS = {
    "occupancy": lambda study: measure.occupancy(study, at=(45, 400), by="bias-grounds"),
    "attrition": measure.attrition,
    "durations": lambda study: measure.durations(study, from_stage="charged"),
}
KINDS = agencies.KINDS | casefile.KINDS | measure.KINDS
CALLS = "ref;told;about;what;district;passed_on;answer;answered\n" + "".join(
    f"A{n};2025-0{n % 3 + 1};LG-1;{{what}};AZ-BA;2025-04;{answered}\n"
    for n, answered in enumerate(["OP;2025-05", "RF;2025-04", ";"] * 4)
)


@pytest.fixture
def study(agency):
    return agency.study(UNITS, CODES)


def read_back(figure):
    """A figure written to a file with indents and read again."""
    text = json.dumps(measure.document(figure), indent=2, ensure_ascii=False)
    return measure.read_document(text.encode())


@pytest.mark.parametrize("question", ASKS)
def test_a_figure_computed_again_from_the_same_data_has_the_same_bytes(study, question):
    found = read_back(ASKS[question](study))
    made = compare(found, answer(study, found["basis"]))

    assert made.same
    assert (made.identity, made.differences) == (found["identity"], ())


@pytest.mark.parametrize("question", ASKS)
def test_a_figure_says_its_method_and_what_its_intervals_are(study, question):
    basis = ASKS[question](study).basis

    assert (basis.method, basis.uncertainty) == {
        "occupancy": ("aalen-johansen", "greenwood-logit-95-pointwise"),
        "attrition": ("count", "everybody-counted"),
        "durations": ("kaplan-meier", "log-band-95"),
    }[question]
    assert basis.crosswalk_fingerprint == study.crosswalk_fingerprint != ""


def test_what_a_source_fills_in_is_counted_and_the_weakest_is_named(study):
    basis = measure.occupancy(study, by="bias-grounds").basis

    assert [(one.what, one.code, one.known, one.of) for one in basis.coverage] == [
        ("date", "told", 4, 4),
        ("date", "charged", 1, 2),
        ("date", "decided", 3, 3),
        ("group", "bias-grounds", 1, 4),
        ("end", "outcomes", 3, 3),
    ]
    assert basis.weakest == basis.coverage[3]


def test_where_everything_is_filled_in_no_input_is_the_weakest(agency):
    study = agency.study({"a": [TOLD, ("decided", "2020-02-01", "G")]})

    assert measure.occupancy(study).basis.weakest is None


def test_one_case_more_is_another_figure_and_every_place_that_differs_is_named(agency, study):
    found = read_back(measure.attrition(study))
    more = agency.study({**UNITS, "e": [TOLD]}, CODES)
    made = compare(found, answer(more, found["basis"]))

    assert not made.same
    assert not made.rounding
    assert Difference("groups[0].entered", 4, 5) in made.differences
    assert str(made.faults()[0]) == "basis.coverage[0].known: was 4, is 5"


def test_another_last_digit_is_told_apart_from_another_number(study):
    found = read_back(measure.occupancy(study))
    twin = copy.deepcopy(found)
    value = twin["groups"][0]["horizons"][0]["values"][0]
    value["p"] += 1e-15
    made = compare(twin, answer(study, twin["basis"]))

    assert made.rounding is False  # the identity it claims is still the right one
    assert [one.where for one in made.differences] == ["groups[0].horizons[0].values[0].p"]
    assert made.differences[0].rounding
    assert not Difference("p", 0.2, 0.201).rounding
    assert not Difference("entered", 4, None).rounding


def test_a_figure_changed_by_a_hand_is_refused(study):
    found = measure.document(measure.attrition(study))
    text = json.dumps(found).replace('"entered": 4', '"entered": 5')

    with pytest.raises(FigureDiffers, match="changed after it was computed"):
        measure.read_document(text.encode())


FAULTY = {
    "no JSON": b"figure",
    "no text": b"\xff\xfe",
    "a list": b"[]",
    "no identity": b'{"format": "candlemark-figure/1"}',
    "a number that is none": b'{"identity": "x", "format": "candlemark-figure/1", "a": NaN}',
    "brackets without end": b"[" * 100_000,
}


@pytest.mark.parametrize("case", FAULTY)
def test_what_is_no_figure_is_refused(case):
    with pytest.raises(NotUnderstood, match="not a figure"):
        measure.read_document(FAULTY[case])


def test_a_later_format_is_refused_by_name():
    later = {"format": "candlemark-figure/9"}
    text = json.dumps({"identity": identity(later), **later})

    with pytest.raises(NotUnderstood, match="does not know"):
        measure.read_document(text.encode())


@pytest.fixture
def vault():
    with Vault.in_memory(KINDS, "A vault") as vault:
        yield vault


@pytest.fixture
def import_calls(vault, edition, tmp_path):
    hotline = load_crosswalk("xx-hotline", edition)

    def imported(text, as_of):
        path = tmp_path / "calls.csv"
        filled = text.format(what=hotline.maps["what"].rows[0].code)
        path.write_text(filled.replace(";", hotline.main.delimiter), "utf-8")
        return agencies.import_source(vault.ledger, path, hotline, edition, as_of=as_of).batch

    return imported


def test_a_figure_of_an_earlier_batch_is_computed_from_that_batch(vault, edition, import_calls):
    import_calls(CALLS, date(2025, 6, 30))
    found = read_back(measure.occupancy(measure.study(vault.ledger, edition, "xx-hotline")))
    import_calls(CALLS + "A99;2025-04;LG-1;{what};AZ-BA;;;\n", date(2025, 7, 31))

    assert measure.reproduce(found, vault.ledger, edition).same


def test_a_figure_of_another_vault_is_refused(vault, edition, import_calls, study):
    import_calls(CALLS, date(2025, 6, 30))
    found = read_back(measure.attrition(measure.study(vault.ledger, edition, "xx-hotline")))
    with Vault.in_memory(KINDS, "Another") as other:
        for ledger in (other.ledger, vault.ledger):
            for n in range(2):
                casefile.open_case(ledger, edition, {"en": f"Case {n}"})
        with pytest.raises(FigureDiffers, match="never was at entry"):
            measure.reproduce(found, other.ledger, edition)


def test_a_figure_of_case_files_is_computed_from_the_cases_as_they_were(vault, edition):
    for when in ("2024-01-05", "2024-03"):
        say_case(vault.ledger, edition, when)
    asked = measure.study(vault.ledger, edition, vault_name=vault.name)
    found = read_back(measure.attrition(asked))
    say_case(vault.ledger, edition, "2024-02-01")
    now = measure.attrition(measure.study(vault.ledger, edition, vault_name=vault.name))

    assert measure.reproduce(found, vault.ledger, edition, vault_name=vault.name).same
    assert now.groups[0].entered == found["groups"][0]["entered"] + 1


def say_case(ledger, edition, when):
    """A case with somebody whose complaint was recorded."""
    case = casefile.open_case(ledger, edition, {"en": f"Of {when}"})
    person, proceeding = new_id("person"), new_id("proceeding")
    given = {"case": case, "edition": edition.code}
    forum = facts.Forum.NATIONAL
    said = [
        facts.PersonInRole(id=new_id("fact"), person=person, roles=("suspect",), **given),
        facts.ProceedingOpened(
            id=new_id("fact"), proceeding=proceeding, forum=forum, persons=(person,), **given
        ),
        facts.StageReached(
            id=new_id("fact"),
            person=person,
            proceeding=proceeding,
            stage="recorded",
            when=PartialDate.parse(when),
            **given,
        ),
    ]
    casefile.say(ledger, edition, said)


def test_a_figure_is_kept_once_and_found_by_the_first_digits_of_its_identity(
    vault, edition, import_calls
):
    import_calls(CALLS, date(2025, 6, 30))
    made = measure.document(measure.durations(measure.study(vault.ledger, edition, "xx-hotline")))
    size = vault.ledger.size

    assert measure.keep(vault.ledger, made)
    assert not measure.keep(vault.ledger, made)
    assert vault.ledger.size == size + 1
    assert [one.identity for one in measure.kept(vault.ledger)] == [made["identity"]]
    found = measure.kept_document(vault.ledger, made["identity"][7:15])
    assert found["identity"] == made["identity"]
    assert measure.reproduce(found, vault.ledger, edition).same


def test_a_large_figure_is_kept_in_pieces(vault, study, monkeypatch):
    monkeypatch.setattr(keeping, "PIECE", 100)
    made = measure.document(measure.occupancy(study))
    measure.keep(vault.ledger, made)

    assert measure.kept_document(vault.ledger, made["identity"])["groups"] == made["groups"]
    assert len(measure.kept(vault.ledger)) == 1


@pytest.mark.parametrize("name", ["", "sha256:", "ab", "0123456789"])
def test_a_figure_that_is_not_kept_is_not_found(vault, study, name):
    measure.keep(vault.ledger, measure.document(measure.attrition(study)))

    with pytest.raises(NothingToMeasure, match="no figure is kept"):
        measure.kept_document(vault.ledger, name)


def test_a_batch_that_is_not_there_is_named(vault, edition, import_calls):
    import_calls(CALLS, date(2025, 6, 30))
    found = read_back(measure.attrition(measure.study(vault.ledger, edition, "xx-hotline")))
    found["basis"]["batch"] = new_id("batch")

    with pytest.raises(UnknownBatch):
        measure.reproduce(found, vault.ledger, edition)


def test_a_question_nobody_knows_is_refused(study):
    found = read_back(measure.attrition(study))
    found["basis"]["question"] = "guilt"

    with pytest.raises(NotUnderstood, match="does not know the question"):
        answer(study, found["basis"])
