"""A demonstration vault shown by the real server, visited by the real browser.

The vault is built once per run, with the cheap key derivation that only tests may use.
"""

from __future__ import annotations

import gzip
import http.client
import tempfile
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest
from django.utils import translation
from playwright.sync_api import sync_playwright
from tests.web.visiting import Visit

from candlemark import agency, casefile, measure, protect, publish
from candlemark.cli.demonstration.build import STRASBOURG
from candlemark.cli.demonstration.files import write_files
from candlemark.cli.demonstration.public_cases import say_public_cases
from candlemark.cli.demonstration.world import AS_OF, make_world
from candlemark.definition import Definition, load_crosswalk
from candlemark.ledger import Part, Vault
from candlemark.protect.facts import SecretMade
from candlemark.publish import releases
from candlemark.tongues import INTERFACE
from candlemark.web.doors import Door
from candlemark.web.house import OpenHouse
from candlemark.web.server import begin, listen_at

if TYPE_CHECKING:
    from candlemark.web.forms.token import Forms

AXE = Path(__file__).resolve().parent.parent / "vendor" / "axe-core"
KINDS = agency.KINDS | casefile.KINDS | measure.KINDS | protect.KINDS | publish.KINDS
DRAFT_SAYS = releases.TextsOf(
    {tongue: f"What the police of Valmora did ({tongue})" for tongue in INTERFACE},
    {tongue: f"Of all reports, few were sent on ({tongue})." for tongue in INTERFACE},
)
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@dataclass(frozen=True)
class Answer:
    """What the server said."""

    status: int
    headers: http.client.HTTPMessage
    text: str


@dataclass(frozen=True)
class Site:
    """A running server, and how to ask it."""

    port: int
    forms: Forms | None = None

    @property
    def root(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def ask(
        self, path: str, method: str = "GET", body: bytes | None = None, **headers: str
    ) -> Answer:
        """One request; underscores in the names of headers become hyphens."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=600)
        try:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, path, body=body, headers=named)
            response = connection.getresponse()
            return Answer(
                response.status, response.headers, response.read().decode("utf-8", "replace")
            )
        finally:
            connection.close()

    def send(self, path: str, token: str | None = None, **fields: str) -> Answer:
        """Send a form as a browser does, with a token of this site unless another is given."""
        if token is None:
            token = self.forms.token()
        return self.ask(
            path,
            "POST",
            urlencode({"form_token": token, **fields}).encode(),
            Content_Type="application/x-www-form-urlencoded",
            Sec_Fetch_Site="same-origin",
        )


@contextmanager
def shown_by(house):
    """What a house holds, served on a port of the system's choosing."""
    listener = listen_at(house, port=0)
    thread = threading.Thread(target=listener.run)
    thread.start()
    try:
        yield Site(listener.port, house.strangers)
    finally:
        listener.stop()
        thread.join(timeout=300)


def shown(vault, edition):
    """An opened vault, served."""
    return shown_by(OpenHouse(Door(vault, edition)))


@pytest.fixture(scope="session", autouse=True)
def words():
    """Catalogues are read and English is spoken until a test says otherwise."""
    begin()
    with translation.override("en"):
        yield


@pytest.fixture(scope="session")
def edition():
    return Definition.load()


@pytest.fixture
def serving(edition):
    """Serves a vault for as long as a ``with`` lasts."""
    return lambda vault: shown(vault, edition)


@pytest.fixture(scope="session")
def demonstration(edition):
    """Public cases, the Strasbourg list, four simulated authorities, one of them twice; a draft."""
    with Vault.in_memory(KINDS, "Candlemark demonstration", demonstration=True) as vault:
        say_public_cases(vault.ledger, edition)
        with tempfile.TemporaryDirectory() as folder:
            listed = Path(casefile.__file__).parent.parent / "cli/demonstration/strasbourg.csv"
            strasbourg = load_crosswalk(STRASBOURG, edition)
            agency.import_source(vault.ledger, listed, strasbourg, edition)
            for code, path in write_files(Path(folder), make_world()).items():
                crosswalk = load_crosswalk(code, edition)
                agency.import_source(vault.ledger, path, crosswalk, edition, as_of=AS_OF)
                if code == "xx-hotline":
                    (table,) = path.iterdir()
                    lines = table.read_text(encoding="utf-8").splitlines(keepends=True)
                    table.write_text("".join(lines[:-5]), encoding="utf-8")
                    agency.import_source(vault.ledger, path, crosswalk, edition, as_of=AS_OF)
        # The same secret each time, so that pages do not depend on what is drawn.
        vault.ledger.append([Part("coded", (SecretMade(secret=bytes(range(32))),))])
        wish = releases.Wish("xx-police", ("steps", "entered/bias-grounds^"))
        releases.draft_whole(vault, edition, [wish], DRAFT_SAYS)
        yield vault


@pytest.fixture(scope="session")
def site(demonstration, edition):
    """The demonstration, served."""
    with shown(demonstration, edition) as running:
        yield running


@pytest.fixture
def empty_site(edition):
    """A vault with nothing in it, served."""
    with Vault.in_memory(KINDS, "New") as vault, shown(vault, edition) as running:
        yield running


@pytest.fixture(scope="session")
def pages(demonstration):
    """The address of at least one page of every kind, without the tongue in front."""
    cases = [f"cases/{case.id}/" for case in casefile.cases(demonstration.ledger)]
    found = {one.crosswalk: one.id for one in agency.batches(demonstration.ledger)}
    earlier = next(
        one.id for one in agency.batches(demonstration.ledger) if one.crosswalk == "xx-hotline"
    )
    prosecutor, police = found["xx-prosecutor"], found["xx-police"]
    return (
        "",
        "cases/",
        *cases,
        *(f"{case}timeline/" for case in cases),
        f"{cases[0]}dossier/",
        "docket/",
        "docket/?part=missed&within=30&rule=no-such-rule&place=x",
        "pathways/",
        "pathways/az/",
        "figures/",
        "figures/cases/",
        f"figures/{prosecutor}/",
        f"figures/{prosecutor}/published/",
        "figures/cases/published/",
        f"figures/{police}/?by=bias-grounds",
        f"figures/{police}/?by=bias-grounds&group=ethnicity",
        f"figures/{police}/?by=no-such-scheme&at=soon&as_of=yesterday",
        f"figures/{found[STRASBOURG]}/",
        f"figures/{prosecutor}/flow/",
        f"figures/{police}/rework/?by=bias-grounds&at=soon",
        f"figures/{prosecutor}/stuck/",
        "figures/cases/limits/",
        f"figures/{prosecutor}/changes/",
        "figures/agencies/",
        f"figures/{police}/across/",
        "figures/kept/",
        f"figures/{police}/compare/",
        f"figures/{prosecutor}/compare/?by=entry-year&at=90,270&against=2024",
        f"figures/{police}/same-mix/",
        f"figures/{prosecutor}/over-time/?state=end:convicted",
        f"figures/{police}/over-time/?by=outcomes&at=soon&as_of=yesterday",
        "figures/cases/compare/",
        "definition/",
        "definition/bias-grounds/",
        "definition/bias-grounds/religion/",
        "definition/crosswalks/",
        "definition/crosswalks/us-cook-county/",
        "definition/crosswalks/us-cook-county/offence/",
        f"batches/{prosecutor}/",
        f"batches/{found['xx-hotline']}/",
        f"batches/{earlier}/",
        "submissions/",
        "submissions/new/annex-other/",
        "releases/",
        "releases/draft/",
        f"releases/draft/?of={police}",
        f"releases/{releases.releases(demonstration.ledger).drafts[0].id}/",
        "releases/answers/",
        "me/",
        "me/passphrase/",
        "me/travel/",
        "team/",
        "waiting/",
        f"{cases[0]}readers/",
    )


@pytest.fixture(scope="session", params=INTERFACE)
def tongue(request):
    """Each tongue of the interface in turn."""
    return request.param


@pytest.fixture(scope="session")
def browser(chromium):
    """Debian's chromium, started once."""
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield found
        found.close()


@pytest.fixture(scope="session")
def axe():
    """The checker, unpacked."""
    return gzip.decompress((AXE / "axe.min.js.gz").read_bytes()).decode("utf-8")


@pytest.fixture
def visit(browser):
    made = Visit(browser, script=True)  # the checker needs timers; pages bring no script
    yield made
    made.context.close()


@pytest.fixture
def visit_without_script(browser):
    made = Visit(browser, script=False)
    yield made
    made.context.close()
