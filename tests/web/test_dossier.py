"""A dossier read back: whole, in each tongue, without names unless asked, the same bytes again."""

from __future__ import annotations

import io
import os
import subprocess
from datetime import date
from pathlib import Path

import pytest
from django.utils import translation
from pypdf import PdfReader

from candlemark import casefile
from candlemark.casefile import facts
from candlemark.dates import PartialDate
from candlemark.ids import new_id
from candlemark.ledger import Vault
from candlemark.ledger.checkpoint import Checkpoint
from candlemark.ledger.root_words import RootWords
from candlemark.tongues import INTERFACE
from candlemark.web.dossier import Choices, Setting, dossier_file
from candlemark.web.dossier.content import dossier
from candlemark.web.reader import Reader

TODAY = date(2026, 3, 1)
EVIL = 'A title with #panic("run") and $x$ and @cite and \\ and "quotes" and /* */'


def made(case, ledger, edition, tongue="en", names=False, notes=True):
    with translation.override(tongue):
        setting = Setting(edition, Reader(tongue), TODAY)
        return dossier_file(case, ledger, setting, Choices(names=names, notes=notes))


def text_of(pdf):
    """What stands on its pages, in one line."""
    return " ".join(
        " ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split()
    )


@pytest.fixture(scope="module")
def public(demonstration):
    return {case.reference: case for case in casefile.cases(demonstration.ledger)}


@pytest.fixture(scope="module")
def english(public, demonstration, edition):
    return text_of(made(public["public-case-2"], demonstration.ledger, edition, names=True))


def test_every_chapter_stands_in_it(english):
    for chapter in (
        "What happened",
        "Persons",
        "Proceedings and charges",
        "Timeline",
        "Where sources differ",
        "What is due",
        "Evidence index",
        "Words of the definition used here",
        "Proof from the ledger",
    ):
        assert chapter in english


def test_charges_limits_sources_and_their_reliability_are_whole(english, public):
    case = public["public-case-2"]
    for charge in case.charges:
        assert charge.article["en"] in english
    for source in case.sources:
        assert source.title["en"].replace(" ", "") in english.replace(" ", "")
    for said in ("Article 35 § 1", "Article 384", "to be confirmed", "Highly reliable", "13,000"):
        assert said in english


def test_the_proof_names_size_root_words_and_the_entries_of_the_case(
    english, public, demonstration
):
    tree = demonstration.ledger.tree()
    words = RootWords.of(Checkpoint(tree.size, tree.root))
    assert all(word in english for word in words.words)
    assert tree.root.hex()[:40] in english.replace(" ", "")
    numbers = sorted({one.n for one in public["public-case-2"].history})
    assert f"{numbers[0]}-{numbers[-1]}" in english


def test_shown_is_told_from_claimed_in_words(english):
    assert "an authority’s paper" in english.replace("authority's", "authority’s")
    assert "claimed" in english


def test_without_names_no_spelling_no_court_number_and_no_address_that_names(
    public, demonstration, edition
):
    for case in public.values():
        pdf = made(case, demonstration.ledger, edition)
        told = text_of(pdf)
        for person in case.persons:
            for name in person.names:
                assert name.text not in told
                assert name.text.split()[-1].lower() not in told.lower()
        for one in case.proceedings:
            assert not one.docket or one.docket not in told
        assert "person 1" in told
        assert "[left out: it names a person]" in told


def test_with_names_every_spelling_stands_in_it(english, public):
    for person in public["public-case-2"].persons:
        for name in person.names:
            assert name.text in english


def test_what_this_member_may_not_read_is_not_in_it_though_names_were_chosen(edition):
    with Vault.in_memory(casefile.KINDS) as vault:
        case = sealed_case(vault, edition)
        closed = casefile.case(vault.ledger, case)
        assert "person 1" in text_of(made(closed, vault.ledger, edition, names=True))


def sealed_case(vault, edition):
    """A case with a person nobody is named for."""
    case = casefile.open_case(vault.ledger, edition, {"en": EVIL}, "ref-1")
    person, given = new_id("person"), {"case": case, "edition": edition.code}
    casefile.say(
        vault.ledger,
        edition,
        [
            facts.PersonInRole(id=new_id("fact"), person=person, roles=("victim",), **given),
            facts.StageReached(
                id=new_id("fact"), stage="charged", when=PartialDate(2020), person=person, **given
            ),
            facts.NoteMade(
                id=new_id("fact"),
                words=(facts.Words("#let x = 1; *bold* _it_ <l>", "en"),),
                **given,
            ),
        ],
    )
    return case


def test_nothing_that_stands_in_a_case_is_run(edition):
    with Vault.in_memory(casefile.KINDS) as vault:
        case = casefile.case(vault.ledger, sealed_case(vault, edition))
        told = text_of(made(case, vault.ledger, edition))
    assert '#panic("run")' in told
    assert "$x$" in told
    assert "#let x = 1; *bold* _it_ <l>" in told


@pytest.mark.parametrize("spoken", INTERFACE)
def test_it_is_made_in_every_tongue_with_its_own_title_and_headings(
    public, demonstration, edition, spoken
):
    case = public["public-case-2"]
    pdf = made(case, demonstration.ledger, edition, spoken, names=True)
    reader = PdfReader(io.BytesIO(pdf))
    assert reader.metadata.title == case.titles[spoken]
    assert reader.trailer["/Root"]["/Lang"].startswith(spoken)
    with translation.override(spoken):
        content = dossier(
            case, demonstration.ledger, Setting(edition, Reader(spoken), TODAY), Choices()
        )
    heads = [one["title"][0]["text"] for one in content["sections"]]
    english = ["Persons", "Evidence index", "Proof from the ledger"]
    assert spoken == "en" or not set(heads) & set(english)


def test_persian_runs_from_the_right_and_its_letters_join(public, demonstration, edition):
    if not _has("pdftotext"):
        pytest.skip("needs pdftotext of poppler-utils")
    pdf = made(public["public-case-2"], demonstration.ledger, edition, "fa")
    told = subprocess.run(
        ["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True
    ).stdout.decode()
    assert "خط زمان" in told
    assert "منابع" in told
    fonts = {font for page in PdfReader(io.BytesIO(pdf)).pages for font in _fonts(page)}
    assert any("Vazirmatn" in font for font in fonts)


def _has(program):
    return any(
        os.access(Path(folder) / program, os.X_OK) for folder in os.environ["PATH"].split(":")
    )


def _fonts(page):
    return [font.get_object()["/BaseFont"] for font in page["/Resources"]["/Font"].values()]


def test_only_our_fonts_are_in_it(public, demonstration, edition):
    pdf = made(public["public-case-1"], demonstration.ledger, edition, "ru")
    fonts = {font for page in PdfReader(io.BytesIO(pdf)).pages for font in _fonts(page)}
    assert fonts
    assert all("NotoSans" in font or "Vazirmatn" in font for font in fonts), fonts


def test_the_same_case_on_the_same_day_gives_the_same_bytes(public, demonstration, edition):
    once, again = (
        made(public["public-case-1"], demonstration.ledger, edition, "fa") for _ in range(2)
    )
    assert once == again


def test_it_says_nothing_of_when_where_or_by_whom_it_was_made(public, demonstration, edition):
    pdf = made(public["public-case-1"], demonstration.ledger, edition)
    metadata = PdfReader(io.BytesIO(pdf)).metadata
    assert set(metadata) <= {"/Title", "/Creator"}
    assert metadata["/Creator"].startswith("Typst")
    for said in (os.uname().nodename, str(Path.home()), str(Path.cwd())):
        if len(said) > 4:
            assert said.encode() not in pdf


def test_nothing_is_written_to_disk_while_it_is_made(
    public, demonstration, edition, tmp_path, monkeypatch
):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    made(public["public-case-1"], demonstration.ledger, edition)
    assert list(tmp_path.iterdir()) == []


def test_an_empty_case_is_a_dossier_too(edition):
    with Vault.in_memory(casefile.KINDS) as vault:
        case = casefile.open_case(vault.ledger, edition, {"fa": "پروندهٔ خالی"})
        told = text_of(made(casefile.case(vault.ledger, case), vault.ledger, edition))
    assert "Proof from the ledger" in told


def test_the_notes_can_be_left_out(public, demonstration, edition):
    pdf = made(public["public-case-1"], demonstration.ledger, edition, notes=False)
    assert "Words of the definition used here" not in text_of(pdf)
