"""The definition and the methods on the public site: every word and every measure is explained."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser

import pytest

from candlemark.definition import Definition
from candlemark.measure.figure import METHODS
from candlemark.publish import wording
from candlemark.publish.site import content, methods, terms
from candlemark.publish.site.cells import signs
from candlemark.publish.site.speaking import Speaker
from candlemark.publish.table import TONGUES, Dimension, Named
from candlemark.tongues import digits
from public_tables import occupancy_table
from releasing import of

EDITION = Definition.load()
SPEAKERS = {tongue: Speaker(tongue) for tongue in TONGUES}


class Terms(HTMLParser):
    """The terms of a page by their address, each with all that stands in it."""

    def __init__(self, text):
        super().__init__()
        self.text, self.links, self._in = {}, {}, ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        said = dict(attrs)
        if tag == "section":
            self._in = said.get("id", "")
        if tag == "a" and self._in:
            self.links.setdefault(self._in, []).append(said["href"])

    def handle_endtag(self, tag):
        if tag == "section":
            self._in = ""

    def handle_data(self, data):
        if self._in:
            self.text[self._in] = self.text.get(self._in, "") + data


@cache
def shown(folder, tongue):
    found = Terms("")
    for path in sorted(
        folder.glob(f"{tongue}*.html"), key=lambda path: (len(path.name), path.name)
    ):
        one = Terms(path.read_text(encoding="utf-8"))
        found.text |= one.text
        found.links |= one.links
    return found


@pytest.mark.parametrize("tongue", TONGUES)
def test_every_term_is_shown_with_all_that_is_known_of_it(site, tongue):
    for scheme in EDITION.schemes:
        found = shown(site / "definition" / EDITION.code / scheme.code, tongue)

        assert list(found.text) == [term.code for term in scheme]
        for term in scheme:
            text = found.text[term.code]
            wanted = [term.code, digits(term.notes[tongue], tongue), term.source, EDITION.code]
            others = [term.labels[one] for one in TONGUES if one != tongue]
            own = digits(term.labels[tongue], tongue)
            assert not [one for one in (*wanted, *others, own) if one not in text], term.code
            near = {one.code for one in (*scheme.path(term.code)[:-1], *scheme.narrower(term.code))}
            links = found.links.get(term.code, [])
            assert {link.partition("#")[2] for link in links} == near


def test_the_door_of_the_definition_leads_to_every_scheme_and_its_edition_to_every_term(site):
    text = (site / "en" / "definition.html").read_text(encoding="utf-8")
    edition = (site / "definition" / EDITION.code / "en.html").read_text(encoding="utf-8")

    assert f'href="../definition/{EDITION.code}/en.html"' in text
    for scheme in EDITION.schemes:
        assert f'href="../{terms.address(EDITION, scheme, "en")}"' in text
        for term in scheme:
            path = terms.address(EDITION, scheme, "en", term.code)
            assert f'href="{path.removeprefix("definition/2026.1/")}"' in edition
    assert f"../definition/{EDITION.code}/definition.ttl" in text
    assert EDITION.fingerprint in text


def test_a_table_leads_to_its_words_its_method_and_its_signs(site):
    rows = json.loads((site / "api" / "tables.json").read_bytes())["tables"]
    for row in rows:
        for tongue in ("en", "fa"):
            text = (site / row["folder"] / f"{tongue}.html").read_text(encoding="utf-8")

            for scheme, code in (("counting-units", "accused"), ("outcomes", "convicted")):
                path = terms.address(EDITION, EDITION.scheme(scheme), tongue, code)
                assert f'{path}"' in text or (code == "convicted" and "occup" not in row["name"])
            assert f"{tongue}/methods.html#signs" in text
            assert f"{tongue}/methods.html#protection" in text
            assert f"{tongue}/methods.html#uncertainty" in text
    two = next(row for row in rows if "-two-" in row["name"])
    text = (site / two["folder"] / "en.html").read_text(encoding="utf-8")
    religion = terms.address(EDITION, EDITION.scheme("bias-grounds"), "en", "religion")
    assert f'href="../../{religion}"' in text
    assert "methods.html#measures" in text  # the tables of the tests do not say their method


def test_codes_of_two_schemes_lead_to_both_and_absences_to_theirs():
    label = wording.texts("category", "pending")
    codes = ("gay@assault", "religion@homicide", "not-recorded@assault", "_T")
    table = replace(
        occupancy_table(),
        name="entered-bias-grounds-offences-xx-court",
        dimensions=(Dimension("group", label, tuple(Named(code, label) for code in codes)),),
        cells=(),
        protection=replace(occupancy_table().protection, suppressed=0),
    )
    (_, units), (_, found) = terms.meant(table, EDITION, SPEAKERS["en"])

    assert [one.path.rpartition("/")[0].rpartition("/")[2] for one in units] == ["counting-units"]
    assert {one.path for one in found} == {
        terms.address(EDITION, EDITION.scheme(scheme), "en", code)
        for scheme, code in (
            ("bias-grounds", "gay"),
            ("bias-grounds", "religion"),
            ("absences", "not-recorded"),
            ("offences", "assault"),
            ("offences", "homicide"),
        )
    }
    assert terms.meant(table, None, SPEAKERS["en"]) == []


def test_a_term_says_since_which_edition_it_is_there(monkeypatch):
    earlier = replace(EDITION, code="2025.1", schemes=(replace_terms(EDITION.schemes[0], 1),))
    monkeypatch.setattr(terms.Definition, "editions", lambda: ("2025.1", "2026.1"))
    monkeypatch.setattr(terms, "_loaded", {"2025.1": earlier}.__getitem__)
    scheme = EDITION.schemes[0]

    assert terms.since(EDITION, scheme.code, scheme.terms[0].code) == "2025.1"
    assert terms.since(EDITION, scheme.code, scheme.terms[1].code) == "2026.1"
    assert terms.since(EDITION, "stages", "received") == "2026.1"


def replace_terms(scheme, count):
    return replace(scheme, terms=scheme.terms[:count])


def test_a_site_whose_tables_are_of_no_edition_of_ours_says_so(house, tmp_path, monkeypatch):
    house.release(of("One"))
    monkeypatch.setattr(content, "_edition", lambda _code: None)  # a version that has it no longer
    house.build(tmp_path / "site")
    text = (tmp_path / "site" / "en" / "definition.html").read_text(encoding="utf-8")

    assert "No table is coded by an edition that can be shown here" in text
    assert not (tmp_path / "site" / "definition").exists()


def test_an_edition_stays_when_every_release_that_was_coded_by_it_was_withdrawn(house, tmp_path):
    house.release(of("One"))
    house.build(tmp_path / "site")
    page = tmp_path / "site" / "definition" / EDITION.code / "bias-grounds" / "fa.html"
    before = page.read_bytes()
    house.withdraw(1)
    house.build(tmp_path / "site")

    assert page.read_bytes() == before
    door = (tmp_path / "site" / "en" / "definition.html").read_text(encoding="utf-8")
    assert f'definition/{EDITION.code}/en.html"' in door


def test_an_edition_stays_while_any_release_stands_on_it(public_house, site, tmp_path):
    out, house = tmp_path / "site", public_house.copied(tmp_path / "vault")
    shutil.copytree(site, out)
    house.withdraw(2)
    house.build(out)

    page = "definition/2026.1/bias-grounds/en.html"
    assert (out / page).read_bytes() == (site / page).read_bytes()


def test_every_method_a_figure_can_have_is_explained():
    parts = {one.code for one in methods.PARTS}

    # What a public table can be called by: the methods that have words.
    known = {one for one in METHODS.values() if wording.knows("method", one)}
    assert known == set(methods._OF_METHOD)
    assert set(methods._OF_METHOD.values()) <= parts
    table = occupancy_table()
    for code, part in methods._OF_METHOD.items():
        for written in (code, f"{code}-drawn-dates"):
            one = replace(table, method=Named(written, table.method.labels))
            assert methods.part_of(one) == part
    odd = replace(table, method=Named("odd", table.method.labels))
    assert methods.part_of(odd) == "measures"


@pytest.mark.parametrize("tongue", TONGUES)
def test_the_page_of_methods_says_every_part_in_its_tongue(site, tongue):
    text = (site / tongue / "methods.html").read_text(encoding="utf-8")
    said = SPEAKERS[tongue]

    for part in methods.PARTS:
        assert f'id="{part.code}"' in text
        for word in (part.head, *part.words()):
            assert said.word(word).replace("'", "&#39;") in text, word
    for one in signs(said):
        assert said.text(one["notes"]) in text
