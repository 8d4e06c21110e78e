"""What edition 2026.1 promises: codes others rely on, and a place for every code that is known."""

from __future__ import annotations

import csv
import json

import pytest

from candlemark.definition import Definition, Edition


@pytest.fixture(scope="module")
def edition() -> Edition:
    return Definition.load("2026.1")


def codes(edition: Edition, scheme: str) -> list[str]:
    return [term.code for term in edition.scheme(scheme)]


def below(edition: Edition, scheme: str, code: str) -> list[str]:
    return [term.code for term in edition.scheme(scheme).narrower(code)]


def test_the_stages_stand_in_their_order(edition):
    assert codes(edition, "stages") == [
        "occurred",
        "reported",
        "recorded",
        "bias-recognised",
        "investigated",
        "suspect-identified",
        "charged",
        "in-court",
        "judged",
        "sentenced",
        "appealed",
        "enforced",
        "served",
        "commuted",
        "pardoned",
        "released",
        "beyond-state",
        "lodged",
        "communicated",
        "judged-beyond",
        "executed",
    ]
    assert below(edition, "stages", "enforced") == ["served", "commuted", "pardoned", "released"]
    assert below(edition, "stages", "beyond-state") == (
        ["lodged", "communicated", "judged-beyond", "executed"]
    )


def test_the_strongest_outcome_has_the_highest_rank(edition):
    ranks = {term.code: term.rank for term in edition.scheme("outcomes").top}

    assert ranks == {
        "convicted": 4, "acquitted": 3, "dismissed": 2, "other": 1, "beyond": 0, "reached": 0,
    }  # fmt: skip


OUTCOMES = {
    "convicted": "plea-of-guilty found-guilty lesser-offence",
    "acquitted": "found-not-guilty not-guilty-insanity",
    "dismissed": "not-proceeded-with no-probable-cause declined-insufficient-evidence declined-other"
    " not-presented victim-withdrew closed-no-suspect early-closure time-barred amnesty no-offence",
    "other": "suspect-died absconded referred-elsewhere other-jurisdiction juvenile-no-custody"
    " information-only merged",
    "beyond": "violation-found no-violation inadmissible struck-out friendly-settlement",
    "reached": "",
}


@pytest.mark.parametrize(("group", "reasons"), OUTCOMES.items())
def test_each_outcome_has_its_reasons_in_one_rank(edition, group, reasons):
    scheme = edition.scheme("outcomes")

    assert below(edition, "outcomes", group) == reasons.split()
    assert {scheme.term(code).rank for code in reasons.split()} <= {scheme.term(group).rank}


HOLDS = {
    "absences": "unknown not-asked refused illegible not-recorded none out-of-scope",
    "counting-units": "incident complaint case person accused victim charge judgment report"
    " application",
    "agency-types": "police prosecutor court ombudsman equality-body ministry civil-society"
    " international-court treaty-body",
    "sentences": "imprisonment life-imprisonment death-penalty suspended-sentence probation fine"
    " community-order conditional-discharge supervision treatment-order loss-of-citizenship",
    "hate-crime": "criminal-offence bias-motivation",
    "speech-outcomes": "criminal civil-or-administrative of-concern",
    "speech-threshold": "context speaker intent content-and-form extent likelihood",
    "roles": "victim suspect convicted-person source witness intervener lawyer judge official",
    "reliability": "highly-reliable reliable fairly-reliable unreliable highly-unreliable unknown",
    "offences": "homicide assault serious-assault sexual-assault rape robbery theft burglary"
    " criminal-damage arson threats harassment incitement-to-hatred weapons public-order fraud drugs"
    " privacy desecration attack-on-worship degrading-treatment trespass child-abuse insult"
    " obstruction-of-justice breach-of-order other discrimination treason terrorism extremism",
    "bias-grounds": "race-colour black white asian indigenous pacific-islander middle-eastern"
    " multiple-races other-race ethnicity arab hispanic roma-sinti chinese talysh other-ethnicity"
    " national-origin nationality-citizenship language national-minority migration-status religion"
    " antisemitic anti-muslim anti-christian catholic protestant orthodox jehovahs-witness mormon"
    " other-christian buddhist hindu sikh atheist other-religion multiple-religions"
    " sexual-orientation gay lesbian bisexual heterosexual lgbt-mixed gender-identity transgender"
    " gender-nonconforming sex-gender female male disability physical mental age political-opinion"
    " poverty other-ground",
    "claims": "touched pardoned released halved imprisonment fine award pecuniary-damage"
    " non-pecuniary-damage costs",
    "mechanisms": "ecthr hrc cerd cat cedaw wgad special-procedures fcnm cm-supervision",
}


@pytest.mark.parametrize(("scheme", "expected"), HOLDS.items())
def test_a_scheme_holds_the_codes_others_rely_on(edition, scheme, expected):
    assert set(expected.split()) <= set(codes(edition, scheme))


def test_unknown_is_an_absence_and_no_bias_ground(edition):
    assert "unknown" in edition.scheme("absences")
    assert "unknown" not in edition.scheme("bias-grounds")


def test_nobody_is_called_a_perpetrator(edition):
    said = " ".join(
        f"{term.code} {term.labels['en']}" for scheme in edition.schemes for term in scheme
    )

    assert "perpetrator" not in said.lower()


def test_every_part_of_the_threshold_asks_a_question_in_every_tongue(edition):
    for part in edition.scheme("speech-threshold"):
        for tongue, note in part.notes.items():
            assert {"fa": "؟"}.get(tongue, "?") in note, (part.code, tongue)


def test_every_mechanism_names_what_opens_it(edition):
    for mechanism in edition.scheme("mechanisms"):
        assert any(sign.isdigit() for sign in mechanism.source + mechanism.note), mechanism.code


def test_every_code_of_the_fbi_s_bias_list_has_a_place(edition, shared):
    with (shared / "data/vocab/nibrs/BiasMotivationCode.csv").open(encoding="utf-8") as file:
        known = {row["code"] for row in csv.DictReader(file)}
    sources = [
        term.source for name in ("bias-grounds", "absences") for term in edition.scheme(name)
    ]
    placed = {source.rpartition("code ")[2] for source in sources if "NIBRS" in source}

    assert known == placed


def test_every_exceptional_clearance_has_a_place(edition, shared):
    with (shared / "data/vocab/nibrs/ClearedExceptionallyCode.csv").open(encoding="utf-8") as file:
        known = {row["code"] for row in csv.DictReader(file)} - {"N"}  # not cleared so
    sources = [term.source for term in edition.scheme("outcomes")]
    placed = {source.rpartition("code ")[2] for source in sources if "NIBRS" in source}

    assert known == placed


def test_the_grounds_of_hate_speech_are_ecri_s_in_its_order(edition, shared):
    path = shared / "data/vocab/definitions_hate_crime_and_speech.json"
    said = json.loads(path.read_text("utf-8"))["ecri_grounds"]
    ours = [term.labels["en"].lower() for term in edition.scheme("hate-speech-grounds")]

    assert len(ours) == len(said) == 13
    assert ours[:12] == said[:12]


def test_no_note_is_copied_from_the_sources(edition, shared):
    path = shared / "data/vocab/definitions_hate_crime_and_speech.json"
    texts = json.dumps(json.loads(path.read_text("utf-8")), ensure_ascii=False).lower()
    copied = [
        term.code
        for scheme in edition.schemes
        for term in scheme
        if len(term.note) > 60 and term.note.lower().rstrip(".") in texts
    ]

    assert copied == []
