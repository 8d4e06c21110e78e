"""The list, its filters and search; a spreadsheet in, files out: on the pages, without script."""

from __future__ import annotations

import re
from datetime import date
from types import SimpleNamespace
from urllib.parse import urlencode

import pytest

from candlemark import casefile, exchange
from candlemark.casefile import facts, listing
from candlemark.casefile.listing import Filter
from candlemark.casefile.saved_views import views
from candlemark.definition import Definition
from candlemark.errors import NotInOrder
from candlemark.ids import new_id
from candlemark.ledger import Vault
from candlemark.seal import Cost
from candlemark.web.desks.finding.holding import Holding
from team import Team

from .conftest import KINDS, shown

PASSPHRASE = "abacus abdomen abdominal abide abiding ability ablaze"  # noqa: S105 - a vault of nobody
TABLE = (
    "Nr;Title;Date of incident;Country;Bias ground;Victim;Charged\n"
    "A-1;A fire;2019-05;AZ;ethnicity;Əlikram Hümbətov;2020\n"
    "A-2;A letter;2020;IR;religion;Novruz Əsgərli;\n"
    "A-3;A speech;sometime;AZ;ethnicity;;\n"
)


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """A vault in a folder, shown."""
    folder = tmp_path_factory.mktemp("desk") / "vault"
    Vault.create(folder, PASSPHRASE, cost=Cost.QUICK, kinds=KINDS, name="A desk").close()
    edition = Definition.load()
    with Vault.open(folder, PASSPHRASE, KINDS) as vault, shown(vault, edition) as site:
        table = exchange.read_table(TABLE.encode())
        meant = exchange.guess(table, edition)
        plan = exchange.plan(vault.ledger, edition, table, meant, leave_out=True)
        exchange.keep(vault.ledger, edition, plan)
        yield SimpleNamespace(vault=vault, site=site, ledger=vault.ledger)


def upload(site, path, content, name="cases.csv", **fields):
    """Send a file as a browser does."""
    mark = "x" * 24
    parts = [
        f'--{mark}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
        for key, value in {"form_token": site.forms.token(), **fields}.items()
    ]
    parts.append(
        f'--{mark}\r\nContent-Disposition: form-data; name="table"; filename="{name}"\r\n'
        "Content-Type: text/csv\r\n\r\n".encode()
        + content
        + f"\r\n--{mark}--\r\n".encode()
    )
    return site.ask(
        path, "POST", b"".join(parts),
        Content_Type=f"multipart/form-data; boundary={mark}", Sec_Fetch_Site="same-origin",
    )  # fmt: skip


def hidden(text):
    return dict(re.findall(r'<input type="hidden" name="(held|key|sheet)" value="([^"]*)"', text))


def chosen(text):
    """What the mapping page has chosen for each column."""
    found = {}
    for name, options in re.findall(r'<select [^>]*name="([^"]+)">(.*?)</select>', text):
        value = re.search(r'value="([^"]*)"[^>]* selected', options)
        found[name] = value[1] if value else ""
    return found


def test_a_spreadsheet_is_shown_before_it_is_kept_and_kept_once(serving, tmp_path):
    folder = tmp_path / "vault"
    Vault.create(folder, PASSPHRASE, cost=Cost.QUICK, kinds=KINDS, name="Another").close()
    with Vault.open(folder, PASSPHRASE, KINDS) as vault, serving(vault) as site:
        page = upload(site, "/en/cases/import/", TABLE.encode(), language="en")
        assert page.status == 200
        assert "Nothing has been kept yet." in page.text
        assert "sometime" in page.text
        assert vault.ledger.size == 0
        said = hidden(page.text) | chosen(page.text)
        assert said["column-0"] == "reference"
        kept = site.send("/en/cases/import/", do="keep", leave_out="yes", **said)
        assert (kept.status, len(casefile.cases(vault.ledger))) == (200, 3)
        for one in casefile.cases(vault.ledger):
            row = kept.text.partition(f'/en/cases/{one.id}/">')[2].partition("</tr>")[0]
            assert row.startswith(f"<bdi>{one.reference}</bdi>")
            assert "new case" in row
            assert ("not a day that can be read" in row) is (one.reference == "A-3")
        assert "Hümbətov" not in kept.text
        again = site.send("/en/cases/import/", do="keep", **said)
        assert (again.status, "no longer held here" in again.text) == (422, True)


def test_after_keeping_each_row_is_told_those_left_out_first(serving, tmp_path):
    folder = tmp_path / "vault"
    Vault.create(folder, PASSPHRASE, cost=Cost.QUICK, kinds=KINDS).close()
    with Vault.open(folder, PASSPHRASE, KINDS) as vault, serving(vault) as site:
        table = "Nr;Title;Date of incident\nB-1;A fire;2019/2020\nB-2;A letter;2020/2019\n"
        page = upload(site, "/en/cases/import/", table.encode(), language="en")
        kept = site.send(
            "/en/cases/import/", do="keep", **hidden(page.text) | chosen(page.text)
        ).text
        (only,) = casefile.cases(vault.ledger)

    assert str(only.incidents[0].when) == "2019/2020"
    assert kept.index("B-2") < kept.index("left out</span>") < kept.index("B-1")
    assert "the first of the two dates has to lie before the second" in kept


def test_who_does_not_read_names_is_told_before_anything_is_kept(edition, tmp_path):
    team = Team(tmp_path / "vault", KINDS)
    team.take_in("Ramin")
    with team.open("Ramin") as vault, shown(vault, edition) as site:
        page = upload(site, "/en/cases/import/", TABLE.encode(), language="en")
        assert page.text.count("You do not read who anybody is") == 2
        assert "Hümbətov" not in page.text.partition("What each column means")[0]
        said = hidden(page.text) | chosen(page.text)
        assert site.send("/en/cases/import/", do="keep", **said).status == 200
        assert casefile.cases(vault.ledger) == ()
        site.send("/en/cases/import/", do="keep", leave_out="yes", **said)
        found = casefile.cases(vault.ledger)

    assert [one.reference for one in found] == ["A-1", "A-2", "A-3"]
    assert [len(one.persons) for one in found] == [1, 1, 0]
    with team.open() as vault:
        assert not any(
            person.names for one in casefile.cases(vault.ledger) for person in one.persons
        )


REFUSED = {
    "a picture": b"\x89PNG\r\n\x1a\nxxxx",
    "nothing": b"",
    "one line": b"a,b\n",
    "damaged numbers": b"reference,title\n2.01901E+14,a\n",
}


@pytest.mark.parametrize("what", REFUSED)
def test_a_file_that_is_no_list_of_cases_keeps_nothing_and_says_why(desk, what):
    size = desk.ledger.size
    page = upload(desk.site, "/en/cases/import/", REFUSED[what])
    assert page.status in {200, 422}
    assert 'role="alert"' in page.text
    assert desk.ledger.size == size


def test_the_list_is_narrowed_by_links_and_counts_what_each_would_leave(desk):
    page = desk.site.ask("/en/cases/")
    assert "3 cases" in page.text
    assert 'href="?country=AZ"' in page.text
    narrowed = desk.site.ask("/en/cases/?country=AZ&bias-grounds=ethnicity")
    assert "2 of 3 cases" in narrowed.text
    assert "A letter" not in narrowed.text
    assert "No case fits" in desk.site.ask("/en/cases/?country=AZ&bias-grounds=religion").text
    assert "A fire" in desk.site.ask("/en/cases/?due=nothing&sort=reference").text


@pytest.mark.parametrize(
    "query", ["country=Azerbaijan", "stages=none", "x=y", "due=soon", "since=2019-13-01", "after=x"]
)
def test_what_an_address_says_and_nobody_knows_is_left_out_and_told(desk, query):
    page = desk.site.ask(f"/en/cases/?{query}")
    assert page.status == 200
    assert "A part of the address could not be read" in page.text


@pytest.mark.parametrize("words", ["Hümbətov", "Гумбатов", "همتی", "hummatov alikram"])
def test_one_question_finds_a_name_in_any_script(desk, words):
    page = desk.site.send("/en/cases/", words=words)
    assert page.status == 200
    assert "A fire" in page.text
    assert "A letter" not in page.text


def test_what_is_typed_stands_in_no_address_and_is_not_read_from_one(desk):
    page = desk.site.send("/en/cases/?country=AZ", words="Hümbətov")
    links = re.findall(r'(?:href|action)="([^"]*)"', page.text)
    assert links
    assert [one for one in links if "mb" in one and "words" in one] == []
    by_address = desk.site.ask(f"/en/cases/?{urlencode({'words': 'Hümbətov'})}")
    assert "A part of the address could not be read" in by_address.text
    assert "3 cases" in by_address.text


def test_a_view_is_kept_under_a_name_opened_and_taken_away(desk):
    kept = desk.site.send("/en/cases/views/?country=AZ&sort=waiting", name="  Of  Azerbaijan ")
    assert (kept.status, kept.headers["Location"]) == (303, "/en/cases/?country=AZ&sort=waiting")
    (view,) = views(desk.ledger)
    assert view.name == "Of Azerbaijan"
    assert "Of Azerbaijan" in desk.site.ask("/en/cases/").text
    assert desk.site.send("/en/cases/views/", name="Nothing").status == 400
    assert desk.site.send(f"/en/cases/views/{view.view}/drop/").status == 303
    assert views(desk.ledger) == ()
    assert desk.site.send("/en/cases/views/view_none/drop/").status == 404
    assert desk.site.ask("/en/cases/views/").status in {404, 405}


def test_a_view_without_a_name_or_a_filter_is_refused(desk):
    with pytest.raises(NotInOrder) as refused:
        casefile.saved_views.keep_view(desk.ledger, " ", ())
    assert len(refused.value.faults) == 2


@pytest.mark.parametrize("form", ["csv", "tables", "xlsx", "json", "ocel", "xes"])
def test_the_cases_of_a_filter_leave_as_a_file_without_names(desk, form):
    answer = desk.site.send("/en/cases/export/?country=IR", form=form, use="")
    assert answer.status == 200
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="cases-')
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Əsgərli" not in answer.text
    assert "A fire" not in answer.text


def test_names_leave_when_they_are_asked_for(desk):
    assert "Əsgərli" in desk.site.send("/en/cases/export/", form="json", identities="yes").text


def test_a_form_nobody_offers_makes_no_file(desk):
    page = desk.site.send("/en/cases/export/", form="pdf")
    assert "Content-Disposition" not in page.headers


def test_pages_stay_small(desk):
    for path in ("cases/", "cases/import/", "cases/export/"):
        assert len(desk.site.ask(f"/az/{path}").text.encode()) < 100_000


def test_a_held_table_opens_only_with_its_key_and_not_for_long():
    clock = SimpleNamespace(at=0.0)
    holding = Holding(lambda: clock.at)
    name, key = holding.hold(b"a table")
    assert holding.held(name, key) == b"a table"
    assert holding.held(name, "00" * 32) is None
    assert holding.held(name, "no key") is None
    assert holding.held("another", key) is None
    assert b"a table" not in repr(holding.__dict__).encode()
    clock.at = 3_600.0
    assert holding.held(name, key) is None


def test_only_a_few_tables_are_held_at_once():
    holding = Holding()
    held = [holding.hold(str(n).encode()) for n in range(12)]
    assert [holding.held(*one) is not None for one in held] == [False] * 4 + [True] * 8
    holding.drop(held[-1][0])
    assert holding.held(*held[-1]) is None


def test_the_pages_ask_what_the_floor_answers(desk):
    page = listing.listing(desk.ledger, Filter(terms=(("country", "AZ"),)), date(2026, 3, 1))
    assert page.count == 2


def test_a_region_narrows_the_list_and_stands_in_no_address(edition, serving):
    with Vault.in_memory(KINDS, "Where") as vault, serving(vault) as site:
        ledger = vault.ledger
        for region in ("az-lan", "az-lan", "az-ba"):
            case = casefile.open_case(ledger, edition, {"en": f"At {region[3:]}"})
            said = facts.IncidentDescribed(
                id=new_id("fact"), case=case, edition=edition.code,
                incident=new_id("incident"), region=region,
            )  # fmt: skip
            casefile.say(ledger, edition, [said])
        page = site.ask("/en/cases/").text
        (link,) = re.findall(r'href="([^"]*)">Lankaran <span class="numbers">2<', page)
        narrowed = site.ask(f"/en/cases/{link}").text
        more = re.findall(r'<input type="hidden" name="regions" value="([^"]*)"', narrowed)
        site.send(f"/en/cases/views/{link}", name="South")
        again = site.ask("/en/cases/").text
        in_clear = site.ask("/en/cases/?regions=az-lan").text
        (kept,) = views(ledger)

    assert "At lan" in narrowed
    assert "At ba" not in narrowed
    assert link == f"?regions={more[0]}"
    assert kept.terms == ("regions=az-lan",)
    assert f'href="{link}">South' in again
    assert "az-" not in page + narrowed + again
    assert "could not be read" in in_clear
