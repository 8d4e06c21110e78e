"""The site: the same bytes each time, only what changed, and whole for whoever reads it anywhere."""

from __future__ import annotations

import json
import re
import shutil
import warnings
from html.parser import HTMLParser
from urllib.parse import unquote
from xml.etree import ElementTree as ET

import duckdb
import jsonschema
import pytest
import rdflib
from openapi_spec_validator import OpenAPIV31SpecValidator

from candlemark.errors import SettingRefused, UnknownRelease
from candlemark.ledger import Vault
from candlemark.publish.open import LINES
from candlemark.publish.site import building, verify
from candlemark.publish.site import manifest as signed
from candlemark.publish.site.doors import sections
from candlemark.publish.site.packing import pack
from candlemark.publish.table import TONGUES
from candlemark.publish.wording import page_words
from candlemark.seal import Note, NoteKey
from publish.conftest import BY_GROUND
from releasing import KINDS, House, of

DOORS = [door for section in sections() for door in section.doors]
ATOM = "{http://www.w3.org/2005/Atom}"


def files(folder):
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def tables(site):
    return json.loads((site / "api" / "tables.json").read_bytes())["tables"]


class Page(HTMLParser):
    """What a page holds, as a reader who is not ours sees it."""

    def __init__(self, path):
        super().__init__()
        self.tags, self.attributes, self.rows, self.text = [], [], [], {}
        self._into = None
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attrs):
        said = dict(attrs)
        self.tags.append(tag)
        self.attributes.append((tag, said))
        if tag == "tr":
            self.rows.append([])
        elif tag in {"td", "th"} and self.rows:
            self.rows[-1].append("")
        self._code = said.get("data-code")
        if tag == "th" and self._code is not None:
            self.rows[-1][-1] = self._code
        if tag == "data":
            self.rows[-1][-1] = said["value"]
        self._into = said.get("class") if tag == "span" else said.get("id")

    def handle_data(self, data):
        if self._into == "glyph" and self.rows and "" in self.rows[-1][-1:]:
            self.rows[-1][-1] = data
        elif self._into == "lines":
            self.text["lines"] = self.text.get("lines", "") + data
        if self._into != "lines":
            self._into = None

    def handle_endtag(self, _tag):
        self._into = None

    @property
    def links(self):
        names = {"a": "href", "link": "href", "img": "src", "iframe": "src"}
        return [
            said[names[tag]] for tag, said in self.attributes if tag in names and names[tag] in said
        ]


def test_the_same_ledger_gives_the_same_bytes_wherever_it_is_built(public_house, site, tmp_path):
    twin = public_house.copied(tmp_path / "vault")

    twin.build(tmp_path / "site")
    assert files(tmp_path / "site") == files(site)


def test_building_again_writes_nothing(public_house, site, tmp_path):
    out = tmp_path / "site"
    shutil.copytree(site, out)

    done = public_house.build(out)
    assert (done.written, done.removed, done.made) == (0, 0, 0)
    assert (done.release, done.groups) == (2, 7)
    assert files(out) == files(site)


def test_a_new_release_touches_only_what_changed(public_house, site, tmp_path):
    house, out = public_house.copied(tmp_path / "vault"), tmp_path / "site"
    shutil.copytree(site, out)
    before = files(out)
    house.release(of("One"), of("Five"))

    done = house.build(out)
    after = files(out)
    differ = {path for path in before if after.get(path) != before[path]}
    folders = {"/".join(path.split("/")[:2]) for path in differ if path.startswith("tables/")}
    one = next(
        row["identity"] for row in tables(site) if row["name"].startswith("occupancy-xx-one")
    )
    assert folders == {f"tables/{one}"}  # its page says which releases carry it
    assert all(path.endswith(".html") for path in differ if path.startswith("tables/"))
    assert not any(
        path.startswith(("releases/1/", "releases/2/", "definition/")) for path in differ
    )
    assert done.written == len(differ) + len(after.keys() - before.keys())
    shutil.rmtree(tmp_path / "again", ignore_errors=True)
    house.build(tmp_path / "again")
    assert files(tmp_path / "again") == after  # step by step or at once: the same site


def test_a_file_that_was_changed_in_the_folder_is_written_again(public_house, site, tmp_path):
    out = tmp_path / "site"
    shutil.copytree(site, out)
    target = out / "tables" / tables(site)[0]["identity"] / "table.csv"
    target.write_bytes(b"changed")

    done = public_house.build(out)
    assert done.written == 1
    assert files(out) == files(site)


def test_a_building_that_was_stopped_is_finished_by_the_next(
    public_house, site, tmp_path, monkeypatch
):
    out = tmp_path / "site"
    calls = []

    def stopped(self, path, content, whole=building._Writing.put):
        calls.append(path)
        if len(calls) == 40:
            raise KeyboardInterrupt
        whole(self, path, content)

    shutil.copytree(site, out)
    house = public_house.copied(tmp_path / "vault")
    house.release(of("Nine"))
    with monkeypatch.context() as patch:
        patch.setattr(building._Writing, "put", stopped)
        with pytest.raises(KeyboardInterrupt):
            house.build(out)
    house.build(out)
    house.build(tmp_path / "whole")

    assert files(out) == files(tmp_path / "whole")
    assert verify(out).faults == ()


def test_a_folder_with_something_else_and_a_site_of_somebody_else_are_left_alone(
    site, founded, tmp_path
):
    other = founded.copied(tmp_path / "vault")
    stranger = House.founded(tmp_path / "stranger")
    stranger.release()
    (tmp_path / "papers").mkdir()
    (tmp_path / "papers" / "thesis.txt").write_text("mine")
    shutil.copytree(site, tmp_path / "copy")

    with pytest.raises(UnknownRelease, match="nothing is published"):
        other.build(tmp_path / "out")
    with pytest.raises(SettingRefused, match="something else"):
        stranger.build(tmp_path / "papers")
    with pytest.raises(SettingRefused, match="did not sign"):
        stranger.build(tmp_path / "copy")
    assert files(tmp_path / "copy") == files(site)


def test_the_signed_list_names_every_file_with_its_size_and_hash(public_house, site):
    with public_house.team.open() as vault:
        key = vault.publisher.key
    said = signed.Manifest.read((site / "manifest").read_bytes(), key)
    found = signed.read_list((site / "manifest.files").read_bytes())

    there = {path: signed.Listed.of(content) for path, content in files(site).items()}
    assert found == {
        path: one for path, one in there.items() if path not in {"manifest", "manifest.files"}
    }
    assert (said.release, said.files, said.address) == (2, len(found), "https://example.org/")
    assert (site / "publisher.key").read_text() == f"{key}\n"


def test_mirrors_are_signed_and_stand_in_every_page_and_feed(site):
    key = NoteKey.parse((site / "publisher.key").read_text().strip())
    note = Note.parse((site / "mirrors").read_bytes())
    listed = note.text.splitlines()[2:]

    assert note.signed_by(key)
    assert len(listed) == 2
    pages = [path for path in site.rglob("*.html") if "frame" not in path.name]
    for path in [*pages, *(site / "feeds").iterdir()]:
        if path.name != "index.html" or path.parent != site:
            assert all(one in path.read_text(encoding="utf-8") for one in listed), path


# What readers see


def test_every_page_is_small_has_no_script_and_asks_nobody_for_anything(site):
    pages = list(site.rglob("*.html"))

    # Start, doors, releases, tables with their frames; behind a door there can be more.
    assert len(pages) >= 1 + 5 * (1 + len(DOORS) + 2 + 2 * 4)
    for path in pages:
        page = Page(path)
        assert path.stat().st_size <= 60 * 1024, path
        assert not {"script", "img", "iframe", "object", "form"} & set(page.tags), path
        policy = next(said["content"] for tag, said in page.attributes if said.get("http-equiv"))
        assert policy.startswith("default-src 'none'; style-src 'sha256-")
        assert not [name for _, said in page.attributes for name in said if name.startswith("on")]
        assert not [said for tag, said in page.attributes if "style" in said]


def test_every_page_leads_to_every_section_and_every_door_is_open(site):
    for tongue in TONGUES:
        start = set(Page(site / tongue / "index.html").links)

        for door in DOORS:
            assert door.page in start
            links = set(Page(site / tongue / door.page).links)
            assert {f"../{tongue}/{one.doors[0].page}" for one in sections()} <= links


def pictures(page):
    return sum(tag == "svg" and said.get("class") == "bars" for tag, said in page.attributes)


def test_the_front_page_shows_one_figure_and_leads_to_its_table(site):
    newest = max(tables(site), key=lambda row: row["name"].startswith("attrition"))
    for tongue in TONGUES:
        page = Page(site / tongue / "index.html")

        assert pictures(page) == 1
        assert page.tags.count("h1") == 1
        assert f"../{newest['folder'].rstrip('/')}/{tongue}.html" in page.links


def test_figures_are_gathered_with_a_table_beside_each_picture(site):
    for name, shown, told in (("stages", 4, 4), ("grounds", 1, 1), ("agencies", 1, 0)):
        page = Page(site / "en" / f"{name}.html")

        assert pictures(page) == shown
        assert page.tags.count("table") == told
    nothing = (site / "en" / "regions.html").read_text(encoding="utf-8")
    assert page_words("en")["none-divided"] in nothing


def test_every_link_within_the_site_leads_to_a_file(site):
    for path in site.rglob("*.html"):
        for link in Page(path).links:
            if "://" not in link and not link.startswith("#"):
                target = (path.parent / unquote(link.partition("#")[0])).resolve()
                assert target.is_file(), (path, link)


def test_pages_are_in_their_tongue_and_run_its_way(site):
    for tongue in TONGUES:
        text = (site / tongue / "index.html").read_text(encoding="utf-8")

        assert f'<html lang="{tongue}" dir="{"rtl" if tongue == "fa" else "ltr"}">' in text
        assert f"Title {tongue}" in text
        assert page_words(tongue)["check"] in text


@pytest.mark.parametrize("number", range(4))
def test_ten_lines_make_the_table_of_the_page_again(site, number, tmp_path):
    """The same in SQL, which is always there; with pandas where it is installed."""
    row = tables(site)[number]
    folder = site / row["folder"]
    page = Page(folder / "en.html")
    shown = page.rows[1:]
    names = json.loads((folder / "table.json").read_bytes())["dimensions"]
    width = len(names)
    measures = [one["code"] for one in json.loads((folder / "table.json").read_bytes())["measures"]]
    by_place = {tuple(one[:width]): dict(zip(measures, one[width:], strict=True)) for one in shown}
    wanted = {
        (place, measure): text
        for place, texts in by_place.items()
        for measure, text in texts.items()
        if text
    }

    found = duckdb.sql(f"""
        SELECT *, CASE sign WHEN 'number' THEN value WHEN 'missing' THEN '–'
          WHEN 'suppressed' THEN '×' WHEN 'waiting' THEN '…' WHEN 'zero' THEN '0' END AS shown
        FROM read_csv('{folder / "table.csv"}', all_varchar = true, header = true)""")
    assert page.text["lines"] == LINES
    assert {(tuple(each[:width]), each[width]): each[-1] for each in found.fetchall()} == wanted


@pytest.mark.parametrize("number", range(4))
def test_the_ten_lines_themselves_run_with_pandas(site, number, monkeypatch, capsys):
    pytest.importorskip("pandas", reason="needs what make bench installs")
    folder = site / tables(site)[number]["folder"]
    page = Page(folder / "en.html")
    monkeypatch.chdir(folder)
    space = {}

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exec(compile(page.text["lines"], "lines", "exec"), space)  # noqa: S102 - they are our own

    table = space["table"].fillna("")
    measures = json.loads((folder / "table.json").read_bytes())["measures"]
    width = len(space["places"])
    for shown in page.rows[1:]:
        place = tuple(shown[:width]) if width > 1 else shown[0]
        got = [table.loc[place, one["code"]] for one in measures]
        assert got == shown[width:]


def test_an_embedded_picture_is_an_image_that_needs_nothing(site):
    for row in tables(site):
        for tongue in TONGUES:
            root = ET.parse(site / row["folder"] / f"{tongue}.svg").getroot()
            text = (site / row["folder"] / f"{tongue}.svg").read_text(encoding="utf-8")

            assert root.get("role") == "img"
            assert root.find("{http://www.w3.org/2000/svg}title").text
            assert root.get("direction") == ("rtl" if tongue == "fa" else "ltr")
            assert not re.search(r"<script|href|url\(|@import", text)


# Programs


def test_the_description_of_the_api_is_valid_and_every_document_is_as_it_says(site):
    said = json.loads((site / "api" / "openapi.json").read_bytes())

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        assert [error.message for error in OpenAPIV31SpecValidator(said).iter_errors()] == []
    checked = 0
    for path, operations in said["paths"].items():
        schema = operations["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        pattern = re.sub(r"\{\w+\}", "[^/]+", path.removeprefix("/"))
        there = [name for name in files(site) if re.fullmatch(pattern, name)]
        assert there, path
        whole = {"components": said["components"], **schema}
        checker = jsonschema.Draft202012Validator(
            whole, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
        )
        for name in there:
            assert [
                e.message for e in checker.iter_errors(json.loads((site / name).read_bytes()))
            ] == []
            checked += 1
    assert checked > 10


def test_the_api_leads_from_releases_to_cells(site):
    listed = json.loads((site / "api" / "releases.json").read_bytes())["releases"]
    second = json.loads((site / "api" / listed[1]["document"]).read_bytes())

    assert [one["number"] for one in listed] == [1, 2]
    assert len(second["tables"]) == 4
    assert second["changes"]["same"] == ["occupancy-xx-one-accused-from-received"]
    for row in second["tables"]:
        whole = json.loads((site / row["document"]).read_bytes())
        assert whole["identity"] == row["identity"]
        assert whole["position"] > 0


def test_the_catalog_and_the_definition_are_rdf(site):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        catalog = rdflib.Graph().parse(site / "api" / "catalog.jsonld", format="json-ld")
        definition = rdflib.Graph().parse(site / "definition" / "2026.1" / "definition.ttl")
    dcat = rdflib.Namespace("http://www.w3.org/ns/dcat#")

    assert len(list(catalog.objects(None, dcat.dataset))) == 4
    assert (None, rdflib.RDF.type, rdflib.SKOS.Concept) in definition


@pytest.mark.parametrize("tongue", TONGUES)
def test_both_feeds_name_every_release_newest_first(site, tongue):
    atom = ET.parse(site / "feeds" / f"{tongue}.atom.xml").getroot()
    feed = json.loads((site / "feeds" / f"{tongue}.json").read_bytes())
    entries = atom.findall(f"{ATOM}entry")

    assert [one.findtext(f"{ATOM}title") for one in entries] == [f"Title {tongue}"] * 2
    assert [one.findtext(f"{ATOM}id").rpartition(":")[2] for one in entries] == ["2", "1"]
    assert [one["id"] for one in feed["items"]] == [one.findtext(f"{ATOM}id") for one in entries]
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["items"][0]["url"] == f"https://example.org/releases/2/{tongue}.html"
    assert atom.findtext(f"{ATOM}updated").endswith("T00:00:00Z")
    for needed in ("id", "title", "updated", "author"):
        assert atom.find(f"{ATOM}{needed}") is not None


# Corrections and withdrawals


def test_a_correction_says_so_on_the_old_release_and_on_its_tables(house, tmp_path):
    house.release(of("One"), of("Two", BY_GROUND))
    house.release(of("One"), corrects=1)
    house.build(tmp_path / "site")
    old = (tmp_path / "site" / "releases" / "1" / "en.html").read_text(encoding="utf-8")
    two = next(
        path.parent
        for path in (tmp_path / "site" / "tables").glob("*/table.json")
        if json.loads(path.read_bytes())["name"].startswith("occupancy-xx-two")
    )

    assert "Release 2 corrects it" in old
    assert "Release 2 corrects it" in (two / "en.html").read_text(encoding="utf-8")
    assert (two / "table.csv").is_file()  # what was published stays reachable


def test_a_withdrawn_release_is_taken_down_and_says_why_in_every_tongue(house, tmp_path):
    house.release(of("One"))
    house.release(of("One"), of("Two", BY_GROUND))
    out = tmp_path / "site"
    house.build(out)
    two = next(row for row in tables(out) if row["name"].startswith("occupancy-xx-two"))
    house.withdraw(2)

    done = house.build(out)
    assert done.removed > 10
    assert sorted(path.name for path in (out / two["folder"]).iterdir()) == [
        f"{tongue}.html" for tongue in sorted(TONGUES)
    ]
    assert [row["name"] for row in tables(out)] == ["occupancy-xx-one-accused-from-received"]
    for tongue in TONGUES:
        text = (out / "releases" / "2" / f"{tongue}.html").read_text(encoding="utf-8")
        assert f"Why {tongue}" in text
        assert f"Why {tongue}" in (out / "feeds" / f"{tongue}.json").read_text(encoding="utf-8")
    assert verify(out).faults == ()


def test_when_no_release_stands_the_first_page_says_so(house, tmp_path):
    house.release(of("One"))
    house.withdraw(1)
    house.build(tmp_path / "site")
    text = (tmp_path / "site" / "en" / "index.html").read_text(encoding="utf-8")

    assert "No release stands at present" in text
    assert list((tmp_path / "site").rglob("*.csv")) == []


def test_texts_of_people_are_escaped(house, tmp_path):
    house.release(of("<script>alert(1)</script>", code="xx-one"))
    house.build(tmp_path / "site")

    for path in (tmp_path / "site").rglob("*.html"):
        assert "<script" not in path.read_text(encoding="utf-8")
    for path in (tmp_path / "site").rglob("*.svg"):
        assert "<script" not in path.read_text(encoding="utf-8")


# One file


def test_a_zip_is_the_same_bytes_each_time_and_the_same_site_unpacked(site, tmp_path):
    count = pack(site, tmp_path / "one.zip")
    pack(site, tmp_path / "two.zip")
    shutil.unpack_archive(tmp_path / "one.zip", tmp_path / "copy")

    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    assert files(tmp_path / "copy") == files(site)
    assert count == len(files(site))


def test_a_site_that_is_broken_is_not_packed(site, tmp_path):
    shutil.copytree(site, tmp_path / "copy")
    (tmp_path / "copy" / "en" / "index.html").write_text("x")

    with pytest.raises(Exception, match=r"en/index\.html is not the file"):
        pack(tmp_path / "copy", tmp_path / "one.zip")
    with pytest.raises(SettingRefused, match="no site"):
        pack(tmp_path, tmp_path / "one.zip")
    assert not (tmp_path / "one.zip").exists()


def test_nothing_of_the_vault_is_in_the_site(public_house, site):
    """No member, no draft's name, no key but public ones."""
    with public_house.team.open() as vault:
        secrets = [
            vault._identity.keyring.log.reveal().hex(),
            vault.publisher._key.reveal().hex(),
            *(one.kid.hex() for one in vault.members.roster().members.values()),
            *(kid.hex() for kid in vault.members.roster().devices),
            *(one.id for one in public_house.said().drafts),
        ]
    whole = b"".join(files(site).values()).decode("utf-8", "replace")

    assert not [one for one in secrets if one in whole]


def test_a_vault_in_memory_publishes_nothing():
    with Vault.in_memory(KINDS) as vault, pytest.raises(UnknownRelease):
        building.gather(vault)
