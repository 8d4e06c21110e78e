"""A lawyer finds what is due, looks at the timeline and prints the dossier; in English and Persian.

In a real browser, by what stands on the pages: no address is typed after the first one.
"""

from __future__ import annotations

import io
from datetime import date, timedelta

import pytest
from django.utils import translation
from django.utils.translation import gettext as _
from pypdf import PdfReader

from candlemark import agency, casefile
from candlemark.casefile import facts
from candlemark.dates import PartialDate
from candlemark.ids import new_id
from candlemark.ledger import Vault

from .visiting import EVERY_RULE, NARROW, WIDE, Visit, press

TITLES = {"en": "A case from the north", "fa": "پرونده‌ای از شمال"}
NAME = "Leyla Aslanova"


@pytest.fixture
def vault(edition):
    """A vault with a judgment of ten days ago and a hearing in five days."""
    today = date.today()  # noqa: DTZ011 - a civil day where the reader is
    with Vault.in_memory(agency.KINDS | casefile.KINDS, "The group") as made:
        case = casefile.open_case(made.ledger, edition, TITLES, "north-7")
        person, proceeding = new_id("person"), new_id("proceeding")

        def say(kind, **fields):
            given = {"id": new_id("fact"), "case": case, "edition": edition.code}
            casefile.say(made.ledger, edition, [kind(**given | fields)])

        say(facts.PersonInRole, person=person, roles=("complainant",))
        say(facts.IdentityStated, person=person, names=(facts.Spelling(text=NAME, language="az"),))
        say(
            facts.ProceedingOpened,
            proceeding=proceeding,
            forum=facts.Forum.NATIONAL,
            country="AZ",
            persons=(person,),
        )
        say(
            facts.StageReached,
            stage="judged",
            when=PartialDate.of(today - timedelta(days=10)),
            outcome="convicted",
            person=person,
            proceeding=proceeding,
        )
        say(
            facts.NextStep,
            step=new_id("step"),
            what=(facts.Words("Room 4", "en"), facts.Words("اتاق ۴", "fa")),
            due=PartialDate.of(today + timedelta(days=5)),
            form=facts.StepForm.HEARING,
            person=person,
        )
        yield made


@pytest.mark.parametrize(("spoken", "width"), [("en", WIDE), ("fa", NARROW)])
def test_a_lawyer_finds_what_is_due_and_prints_the_dossier(
    vault, serving, browser, axe, spoken, width
):
    with serving(vault) as site, translation.override(spoken):
        visit = Visit(browser, script=True)
        visit.see(width=width)
        page = visit.page

        def looked_at():
            visit.measure(axe)
            for dark in (False, True):
                visit.see(dark=dark)
                assert visit.findings(EVERY_RULE) == [], page.url
            assert visit.overflow() <= 0, page.url

        # What is due: the hearing before the limit of the appeal, each with its rule.
        page.goto(f"{site.root}/{spoken}/")
        press(page.get_by_role("link", name=_("Docket"), exact=True).first)
        rows = page.locator("ol.timeline > li h3").all_inner_texts()
        assert ("Room 4" if spoken == "en" else "اتاق ۴") in rows[0]
        assert "20" in rows[1] or "۲۰" in rows[1]
        looked_at()

        # Only hearings.
        page.locator("details.asking > summary").click()
        page.locator("#rule").select_option("hearing")
        press(page.get_by_role("button", name=_("Show"), exact=True))
        assert page.locator("ol.timeline > li").count() == 1

        # The calendar has the hearing, its number, and nobody's name.
        with page.expect_download() as calendar:
            page.get_by_role("link", name=_("Save the calendar file")).click()
        content = calendar.value.path().read_bytes().decode()
        assert "SUMMARY:north-7: " in content
        assert NAME not in content
        assert TITLES[spoken] not in content

        # From the row to the case, to the timeline to print.
        press(page.get_by_role("link", name=TITLES[spoken]).first)
        press(page.get_by_role("link", name=_("Timeline to print")))
        assert page.locator("svg.strip").count() >= 3
        assert page.locator("svg.strip circle.t-claimed").count() == 1
        looked_at()

        # The dossier: asked first, without names; then, on purpose, with them.
        press(page.get_by_role("link", name=_("Dossier as a file")))
        assert page.get_by_role("radio", name=_("Without names")).is_checked()
        looked_at()
        plain = printed(page)
        page.get_by_role("radio", name=_("With names")).check()
        named = printed(page)
        visit.context.close()

    assert NAME not in plain
    assert NAME in named
    assert "north-7" in plain
    assert visit.said == []
    assert [url for url in visit.asked if not url.startswith(site.root)] == []


def printed(page):
    """The text of the file the button gives."""
    with page.expect_download() as download:
        page.get_by_role("button", name=_("Make the file")).click()
    reader = PdfReader(io.BytesIO(download.value.path().read_bytes()))
    return " ".join(one.extract_text() for one in reader.pages)


def test_a_page_is_printed_whole_in_both_directions(vault, serving, browser):
    with serving(vault) as site:
        case = casefile.cases(vault.ledger)[0].id
        for spoken in ("en", "fa"):
            visit = Visit(browser, script=False)
            visit.page.goto(f"{site.root}/{spoken}/cases/{case}/timeline/")
            pages = PdfReader(io.BytesIO(visit.page.pdf(format="A4"))).pages
            text = " ".join(one.extract_text() for one in pages)
            visit.context.close()

            assert len(pages) <= 3
            assert "north-7" in text
            assert "Code of Criminal Procedure, Article 384" in text, "what is folded is printed"
