"""Two members send a submission from pages: drafted, held against everything, read, approved."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import urlencode

import pytest
from tests.web.visiting import NARROW, WIDE, press

from candlemark.publish import submissions
from releasing import EDITION, KINDS, House
from submitting import NAME, Told, briefing, odihr, texts
from visitor import TOKEN, standing

YEAR = [("country", "AZ"), ("first", "2025-01-01"), ("last", "2025-12-31"), ("tongue", "en")]
ODIHR, UPR = "/en/submissions/new/odihr/", "/en/submissions/new/annex-upr/"
OFFERED = re.compile(r'name="tell" value="(incident_\w+)"( checked)?')


@pytest.fixture(scope="module")
def founded(tmp_path_factory):
    """A house of two with a release and cases: agreed, agreed to less, with a witness, refused."""
    house = House.founded(tmp_path_factory.mktemp("web") / "vault")
    house.release()
    with house.team.open() as vault:
        case = Told(vault.ledger, "ref-1")
        case.answers()
        case.incident("2025-06-01")
        case.add("suspect", name=NAME)
        Told(vault.ledger, "ref-2").answers(detail="year-and-country")
        seen = Told(vault.ledger, "ref-3")
        seen.answers(detail="month-and-country")
        seen.add("witness")
        Told(vault.ledger, "ref-4").answers("refused")
    return house


@pytest.fixture
def house(founded, tmp_path):
    return founded.copied(tmp_path / "vault")


class Desk:
    """The desk as one member has it."""

    def __init__(self, house, visit, who):
        self.me = visit()
        assert self.me.sign_in(house.team.code(who), house.team.words[who]).status == 303

    def ask(self, path):
        return self.me.ask(path)

    def send(self, path, *fields, page=""):
        token = TOKEN.search(self.me.ask(page or path).text)[1]
        return self.me.post(path, urlencode([("form_token", token), *fields]).encode())


@pytest.fixture
def desks(house):
    with standing(house.team.folder, KINDS, EDITION) as (_, visit):
        yield Desk(house, visit, "founder"), Desk(house, visit, "colleague")


def said_of(house):
    with house.team.open() as vault:
        return submissions.submissions(vault.ledger)


def words_of(page):
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text)))


def test_a_contribution_goes_from_a_form_to_files_by_two_people(house, desks):
    founder, colleague = desks
    looked = founder.send(ODIHR, *YEAR, ("do", "look"))
    offered = OFFERED.findall(looked.text)
    first, second, year, witnessed = (one for one, _ in offered)
    written = [
        *YEAR,
        *(("seen", one) for one, _ in offered),
        *(("tell", one) for one in (first, second, witnessed)),
        ("title-en", "Hate crime in 2025"),
        ("text-en", "What we saw.\n\nWhat we ask for."),
        (f"said-{first}-en", "Two men were beaten."),
        (f"said-{second}-en", "They came back in summer."),
        (f"said-{witnessed}-en", ""),
    ]
    kept = founder.send(ODIHR, *written, ("do", "draft"))
    case = re.search(r'name="others-(case_\w+)"', looked.text)[1]
    drafted = founder.send(
        ODIHR, *written, (f"others-{case}", "one of hundreds who passed"), ("do", "draft")
    )
    path = drafted.location

    assert [ticked != "" for _, ticked in offered] == [True, True, True, False]
    assert "ref-4" in words_of(looked)
    assert "somebody refused" in words_of(looked)
    assert kept.status == 422
    assert "Say why they cannot be recognised" in kept.text
    assert drafted.status == 303
    draft = said_of(house).drafts[0]
    assert [dict(one.told.description).get("en", "") for one in draft.cases] == [
        "Two men were beaten.",
        "They came back in summer.",
        "",
    ]
    assert year not in {one.incident for one in draft.cases}

    alone = founder.send(f"{path}approve/", ("sure", "yes"), page=path)
    early = founder.send(f"{path}file/", ("file", "odihr-en.pdf"), page=path)
    waits = colleague.ask("/en/")
    read = colleague.ask(path)
    unsure = colleague.send(f"{path}approve/", page=path)
    agreed = colleague.send(f"{path}approve/", ("sure", "yes"), page=path)

    assert (alone.status, early.status, unsure.status) == (403, 403, 422)
    assert "1 submission waits for your approval." in words_of(waits)
    assert "one of hundreds who passed" in read.text
    assert "They came back in summer." in read.text
    assert "Sumqayit" in read.text
    assert NAME not in read.text
    assert agreed.location == path
    assert "/file/" not in colleague.ask(path).text  # a case worker approves, and publishes nothing

    for name, media in (("xlsx", "application/vnd.openxml"), ("csv", "text/csv")):
        taken = founder.send(f"{path}file/", ("file", f"odihr-en.{name}"), page=path)
        assert taken.status == 200
        assert taken.headers["Content-Type"].startswith(media)
    assert "Two men were beaten." in taken.text
    assert founder.send(f"{path}file/", ("file", "other.pdf"), page=path).status == 404
    left = said_of(house)
    assert (left.sent, left.faults) == (1, ())
    assert "sent as number 1" in words_of(founder.ask("/en/submissions/"))


def test_everything_that_is_wrong_is_named_at_once_and_nothing_typed_is_lost(house, desks):
    founder, _ = desks
    looked = founder.send(UPR, *YEAR, ("do", "look"))
    first, second, year, _ = (one for one, _ in OFFERED.findall(looked.text))
    wrong = founder.send(
        UPR,
        ("country", "AZ"),
        ("first", "the first"),
        ("last", "2025-12-31"),
        ("tongue", "ru"),
        ("seen", first),
        ("tell", first),
        ("tell", second),
        ("release", "7"),
        ("title-en", "An English title"),
        ("title-ru", "x" * 201),
        ("text-ru", f"{NAME} это сделал"),
        (f"said-{first}-ru", "В 14.03.2025"),
        (f"said-{first}-en", "In English."),
        (f"said-{second}-ru", "Второй раз."),
        ("do", "draft"),
    )
    told = words_of(wrong)

    assert wrong.status == 422
    for one in (
        "This is not a day.",
        "Shorten it: 200 characters fit here.",
        "This release does not stand any longer.",
        "These have changed meanwhile.",
        "A name or a court’s number of a case stands in it.",
    ):
        assert told.count(one) == 2, one  # on top and at its box
    for typed in ("x" * 201, NAME, "В 14.03.2025", "Второй раз.", "the first"):
        assert typed in wrong.text
    assert f'type="hidden" name="said-{first}-en" value="In English."' in wrong.text
    assert 'type="hidden" name="title-en" value="An English title"' in wrong.text
    assert f'value="{first}" checked' in wrong.text
    assert f'value="{year}" checked' not in wrong.text
    assert said_of(house).drafts == ()
    nothing = founder.send(UPR, *YEAR, ("do", "draft"))
    assert "This is made of figures" in words_of(nothing)
    assert founder.ask("/en/submissions/new/letter/").status == 404


def test_consent_taken_back_stops_a_draft_and_is_told_of_what_was_sent(house, desks):
    founder, colleague = desks
    with house.team.open() as vault:
        case = Told(vault.ledger, "ref-9")
        consent = case.answers()[0]
        waiting, sent = (submissions.draft(vault.ledger, odihr()).submission for _ in range(2))
    with house.team.open("colleague") as vault:
        submissions.approve(vault.ledger, sent.id, vault.members.me.kid)
    with house.team.open() as vault:
        submissions.leave(vault.ledger, sent.id)
        case.ledger = vault.ledger
        case.takes_back(consent)
    listed = words_of(founder.ask("/en/submissions/"))
    read = colleague.ask(f"/en/submissions/{waiting.id}/")
    tried = colleague.send(
        f"/en/submissions/{waiting.id}/approve/", ("sure", "yes"), page="/en/submissions/"
    )

    assert "Ask its recipient to delete these incidents." in listed
    assert sent.cases[-1].told.reference in listed
    assert waiting.cases[-1].told.reference not in listed
    assert "Consent that a case in it rests on does not stand any longer." in words_of(read)
    assert "/approve/" not in read.text
    assert tried.status == 422


@pytest.mark.parametrize(("spoken", "width"), [("en", WIDE), ("fa", NARROW)])
def test_every_state_of_the_desk_is_accessible_and_written_with_the_keyboard(
    house, serving, visit, axe, spoken, width
):
    page = visit.page
    with house.team.open("colleague") as vault:
        asked = briefing(spoken, texts=texts(spoken, ref_2=""))
        waits = submissions.draft(vault.ledger, asked).submission
        sent = submissions.draft(vault.ledger, odihr()).submission
    with house.team.open() as vault, serving(vault) as site:
        submissions.approve(vault.ledger, sent.id, vault.members.me.kid)

        def look(where):
            visit.measure(axe)
            visit.see(width=width, dark=spoken == "fa")
            assert visit.findings() == [], where
            assert visit.overflow() <= 0, where

        for path in ("", "new/", f"{waits.id}/", f"{sent.id}/"):
            page.goto(f"{site.root}/{spoken}/submissions/{path}")
            look(path)
        page.goto(f"{site.root}/{spoken}/submissions/new/annex-upr/")
        page.locator("#country").select_option("AZ")
        page.locator("#last").press("Enter")  # in a box it looks, and keeps nothing
        page.wait_for_selector("#title-en")
        page.locator("[name=release]").select_option("1")
        page.locator("[name=tell]").first.press("Space")
        press(page.locator("button.action"), "Enter")
        look("wrong")
        assert page.locator("#wrong a").count() == 3
        assert page.locator("[name=tell]").first.is_checked()

    assert [one for one in visit.said if "422" not in one] == []
    assert [url for url in visit.asked if not url.startswith(site.root)] == []


def test_an_annex_carries_its_figures_in_each_of_its_tongues_and_a_word_file(house, desks):
    founder, colleague = desks
    looked = founder.send(UPR, *YEAR, ("tongue", "ru"), ("release", "1"), ("do", "look"))
    seen = [("seen", one) for one, _ in OFFERED.findall(looked.text)]
    typed = [(f"{box}-{one}", f"{box} {one}") for box in ("title", "text") for one in ("en", "ru")]
    drafted = founder.send(
        UPR, *YEAR, ("tongue", "ru"), ("release", "1"), *seen, *typed, ("do", "draft")
    )
    colleague.send(f"{drafted.location}approve/", ("sure", "yes"), page=drafted.location)
    read = colleague.ask(f"{drafted.location}?in=ru")
    files = re.findall(r'name="file" value="([^"]+)"', founder.ask(drafted.location).text)

    assert [checked for _, checked in OFFERED.findall(looked.text)] == [""] * 4
    assert 'lang="ru" dir="ltr"' in read.text
    assert "<svg" in read.text
    assert files == [f"annex-upr-{one}.{kind}" for one in ("en", "ru") for kind in ("pdf", "docx")]
