"""A case on its page and on a terminal: the same story, in the reader's tongue, nothing unmarked."""

from __future__ import annotations

import re
from datetime import date
from html import unescape
from html.parser import HTMLParser

import pytest

from candlemark import casefile
from candlemark.casefile import facts
from candlemark.casefile.candle import Standing
from candlemark.casefile.custody import Custody
from candlemark.casefile.docket import Doubt, State
from candlemark.casefile.views import Why
from candlemark.cli import one_case
from candlemark.dates import PartialDate
from candlemark.ids import new_id
from candlemark.ledger import Vault
from candlemark.tongues import INTERFACE

NOT_RECORDED = {
    "en": "not recorded",
    "az": "qeyd olunmayıb",
    "ru": "не записано",
    "fa": "ثبت نشده",
    "tr": "kaydı yok",
}
PERSONS = {
    "en": "Covered by the act: 266 persons",
    "az": "Aktın əhatə etdiyi: 266 nəfər",
    "ru": "Затронуто актом: 266 человек",
    "fa": "مشمول تصمیم: ۲۶۶ نفر",
    "tr": "Kararın kapsadığı: 266 kişi",
}
SPANS = {"en": "5 years", "az": "5 il", "ru": "5 лет", "fa": "۵ سال", "tr": "5 yıl"}
MONEY = {
    "en": "Non-pecuniary damage: €13,000",
    "az": "Mənəvi ziyan: 13.000\xa0€",
    "ru": "Моральный вред: 13\xa0000\xa0€",
    "fa": "خسارت معنوی: \u200e€\xa0۱۳٬۰۰۰",
    "tr": "Manevi tazminat: €13.000",
}
HEADS = {
    "stage", "how the case stands to it", "when", "who", "proceeding", "stands at", "since",
    "not known", "pending", "shown", "Runs from a day between",
}  # fmt: skip
"""What only a table on a terminal needs."""


class Texts(HTMLParser):
    """The texts of a page, each with the tongue its element says it is in."""

    VOID = frozenset({"meta", "link", "br", "path", "circle", "use"})

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open = [("", "")]
        self.texts = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        if tag not in self.VOID:
            self.open.append((tag, dict(attrs).get("lang", self.open[-1][1])))

    def handle_endtag(self, tag):
        while len(self.open) > 1 and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data):
        self.texts.append((self.open[-1][1], " ".join(data.split())))


@pytest.fixture(scope="module")
def cases(demonstration):
    return {one.reference: one for one in casefile.cases(demonstration.ledger)}


def plain(page):
    """A page as one line of text."""
    return " ".join(unescape(re.sub(r"<[^>]+>", "", page)).split())


def terminal(capsys, case, edition):
    capsys.readouterr()
    one_case.say_case(casefile.account(case, edition, date(2026, 1, 1)), edition)
    return capsys.readouterr().out


@pytest.mark.parametrize("reference", ["public-case-1", "public-case-2"])
def test_whatever_the_terminal_says_the_page_says(site, cases, edition, capsys, reference):
    case = cases[reference]
    said = terminal(capsys, case, edition).partition("How far it came")[2]
    page = plain(site.ask(f"/en/cases/{case.id}/").text)
    chunks = {
        " ".join(chunk.split()).strip("- ").removesuffix(".")
        for chunk in re.split(r"[\n\[\]:;·,()]|  +|beyond the state", said)
        if not re.search(r"[0-9─]", chunk)
    }

    assert len(chunks) > 40
    assert [one for one in chunks - HEADS if one not in page] == []


@pytest.mark.parametrize("reference", ["public-case-1", "public-case-2"])
def test_whatever_a_case_holds_the_terminal_says(cases, edition, capsys, reference):
    case = cases[reference]
    said = terminal(capsys, case, edition)
    told = casefile.account(case, edition, date(2026, 1, 1))
    wanted = [name.text for person in case.persons for name in person.names]
    wanted += [text for source in case.sources for text in (*source.title.values(),)]
    wanted += [text for charge in case.charges for text in charge.article.values()]
    wanted += [one_case.TURNS[turn.turn] for turn in case.life]
    wanted += [f"{event.final}  The decision became final" for event in case.stage_events
               if event.final]  # fmt: skip
    wanted += [row.labels["en"] for row in told.limits] + [row.article for row in told.limits]
    wanted += ["no end of its execution recorded", "not recorded"]

    assert [one for one in wanted if one not in said] == []


def test_the_terminal_says_by_whose_word_a_judgment_is_final(cases, edition, capsys):
    case = cases["public-case-2"]
    said = terminal(capsys, case, edition)
    (number,) = re.findall(r"2016-06-06  The decision became final\n.*\n +Says: \[(\d)\]", said)

    assert "Committee of Ministers" in case.sources[int(number) - 1].title["en"]


WORDS = [
    (one_case.STANDINGS, Standing, set()),
    (one_case.TURNS, facts.Turn, set()),
    (one_case.WHY, Why, set()),
    (one_case.CUSTODY, Custody, set()),
    (one_case.GROUNDS, facts.GroundStanding, set()),
    (one_case.STATES, State, {"no-next-step"}),
    (one_case.DOUBTS, Doubt, set()),
]


@pytest.mark.parametrize(("words", "codes", "unsaid"), WORDS)
def test_the_terminal_has_words_for_every_code(words, codes, unsaid):
    assert set(words) == {code.value for code in codes} - unsaid


def test_numbers_of_sources_have_a_name_in_every_tongue(site, cases, tongue):
    first = plain(site.ask(f"/{tongue}/cases/{cases['public-case-1'].id}/").text)
    second = plain(site.ask(f"/{tongue}/cases/{cases['public-case-2'].id}/").text)

    assert first.count(PERSONS[tongue]) == 2
    assert SPANS[tongue] in second
    assert " ".join(MONEY[tongue].split()) in second
    for page in (first, second):
        assert not re.search(r"266 person\b|halved 2|non-pecuniary-damage|award 15", page)


@pytest.fixture
def counted(edition):
    """A vault with a case in which a source counts what no term names."""
    with Vault.in_memory(casefile.KINDS) as vault:
        case = casefile.open_case(vault.ledger, edition, {"en": "A neutral title"})
        stage = facts.StageReached(
            id=new_id("fact"),
            case=case,
            edition=edition.code,
            stage="pardoned",
            when=PartialDate(2004),
            claims=(facts.Claim(what="goats-returned", number=1200, unit="goat"),),
        )
        person, charge = new_id("person"), new_id("charge")
        about = {"case": case, "edition": edition.code, "person": person}
        role = facts.PersonInRole(id=new_id("fact"), roles=("suspect",), **about)
        accused = facts.ChargeBrought(id=new_id("fact"), charge=charge, offence="theft", **about)
        casefile.say(vault.ledger, edition, [role, accused, stage])
        yield vault, casefile.case(vault.ledger, case)


def test_a_number_that_no_term_names_is_shown_as_it_stands(serving, counted, edition, capsys):
    vault, case = counted
    with serving(vault) as site:
        page = site.ask(f"/az/cases/{case.id}/").text

    assert "goats-returned: 1.200 goat" in plain(page)
    assert "goats-returned: 1,200 goat" in terminal(capsys, case, edition)


def test_how_exactly_somebody_lets_it_be_told_is_told(serving, counted, edition, capsys):
    vault, case = counted
    given = {"case": case.id, "edition": edition.code, "person": case.persons[0].id}
    consents = [
        facts.ConsentStated(
            id=new_id("fact"),
            consent=new_id("consent"),
            use=use,
            answer="given",
            detail=detail,
            **given,
        )
        for use, detail in (("publication", "month-and-country"), ("statistics", ""))
    ]
    casefile.say(vault.ledger, edition, consents)
    with serving(vault) as site:
        page = site.ask(f"/en/cases/{case.id}/").text
    said = terminal(capsys, casefile.case(vault.ledger, case.id), edition)

    assert "they agreed · Month and country" in " ".join(page.split())
    assert page.count("Month and country") == 1
    assert "Publication: consent given, month and country" in said
    assert "Statistics: consent given\n" in said


def test_a_charge_that_names_no_proceeding_is_shown_all_the_same(serving, counted, edition, capsys):
    vault, case = counted
    with serving(vault) as site:
        page = site.ask(f"/en/cases/{case.id}/").text

    said = "Charges in no named proceeding person 1: (Theft)"
    assert said in " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split()).replace(" :", ":")
    assert said in " ".join(terminal(capsys, case, edition).replace("- ", " ").split())


def test_a_stage_that_is_not_recorded_is_called_so_on_the_candle(site, cases, edition, tongue):
    for case in cases.values():
        marks = casefile.account(case, edition, date(2026, 1, 1)).candle
        missing = [mark for mark in marks if mark.standing is Standing.UNRECORDED]
        page = site.ask(f"/{tongue}/cases/{case.id}/").text

        assert missing
        assert page.count(f'<span class="gap">{NOT_RECORDED[tongue]}</span>') == len(missing)
        assert page.count('<li class="unrecorded">') == len(missing)


def test_loss_of_citizenship_is_not_shown_as_enforcement_of_the_sentence(site, cases):
    page = plain(site.ask(f"/en/cases/{cases['public-case-1'].id}/").text)

    assert "Loss of citizenship a measure apart from the sentence" in page
    assert "apart from the sentence: Loss of citizenship, 3 September 2004" in page
    assert re.search(
        "Enforced: reached ?Commuted, date not known ?Pardoned, 3 September 2004", page
    )


@pytest.mark.parametrize("tongue", [one for one in INTERFACE if one != "en"])
def test_every_text_that_exists_in_english_only_says_so(site, cases, demonstration, tongue):
    rows = [row for row in casefile.docket(cases.values(), date(2026, 1, 1)).rows if row.rule]
    notes = [text for case in cases.values() for event in case.stage_events
             for text in event.note.values()]  # fmt: skip
    legal = [text for row in rows for text in (row.article, row.note, row.legal_source)]
    paths = ["docket/", *(f"cases/{case.id}/" for case in cases.values())]
    found = [one for path in paths for one in Texts(site.ask(f"/{tongue}/{path}").text).texts]
    told = {text: tag for tag, text in found}

    assert {told[" ".join(text.split())] for text in [*legal, *notes]} == {"en"}
    unmarked = [text for tag, text in found if tag == tongue and _english(text)]
    assert unmarked == []


def test_a_text_in_another_tongue_carries_a_mark_that_is_seen(site, cases):
    page = site.ask(f"/fa/cases/{cases['public-case-2'].id}/").text
    style = site.ask(re.search(r'href="(/[^"]+style[^"]*\.css)"', page)[1]).text

    assert page.count('class="fallback" lang="en" dir="ltr"') > 10
    assert '.fallback::after { content: " (" attr(lang) ")"' in style


def test_the_names_of_limits_are_in_the_readers_tongue(site, cases, tongue):
    rows = [row for row in casefile.docket(cases.values(), date(2026, 1, 1)).rows if row.rule]
    for path in ("docket/", f"cases/{cases['public-case-2'].id}/"):
        page = plain(site.ask(f"/{tongue}/{path}").text)

        assert [row.rule for row in rows if row.labels[tongue] not in page] == []


def _english(text: str) -> bool:
    return bool(re.search(r"\b(the|of|and|is|was|not|by)\b [a-z]+", text))
