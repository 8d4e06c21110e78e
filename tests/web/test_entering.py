"""A public case of the demonstration is entered through the pages alone, without script.

What comes out is the case the command says, statement for statement.
"""

from __future__ import annotations

import dataclasses
import re
import tomllib
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.web.filling import Filler
from tests.web.reading import TextBrowser

from candlemark import agency, casefile
from candlemark.casefile.things import THING
from candlemark.cli.demonstration import public_cases
from candlemark.dates import PartialDate
from candlemark.ledger import Vault

KINDS = agency.KINDS | casefile.KINDS
FOLDER = Path(public_cases.__file__).parent / "public_cases"
SECTIONS = (
    "source", "person", "identity", "incident", "proceeding", "charge", "stage", "still-pending",
    "life", "limit", "intervention", "answer", "note", "contradiction",
)  # fmt: skip
THINGS = {"source", "person", "incident", "proceeding", "charge", "intervention"}
OF_STATEMENTS = {"follows", "statements", "shown"}


@pytest.fixture
def blank(edition, serving):
    """A vault with nothing in it, served; and the vault."""
    with Vault.in_memory(KINDS, "New") as vault, serving(vault) as running:
        yield vault, running


def newest(vault, case_id):
    """The statement said last, in whatever case there is."""
    return casefile.said_in(vault.ledger, case_id)[-1][1]


def enter(page, vault, content):
    """Enter a file through the forms; the identifier of the case."""
    filler = Filler(page, {})
    page.open("/en/cases/new/")
    filler.fill(content["case"])
    filler.keep()
    case_id = re.search(r"case_[0-9a-z]{26}", page.url)[0]
    statements, things = {}, {}
    for section in SECTIONS:
        for item in content.get(section, ()):
            page.open(f"/en/cases/{case_id}/add/{section}/")
            for ids, ours in ((things, False), (statements, True)):
                filler.ids = ids
                filler.fill({k: v for k, v in item.items() if (k in OF_STATEMENTS) is ours})
            filler.keep()
            assert f"/cases/{case_id}/?kept=" in page.url, page.wrong()
            said = newest(vault, case_id)
            if "name" in item:
                statements[item["name"]] = said.id
                if section in THINGS:
                    things[item["name"]] = getattr(said, section)
    return case_id


def without_chance(vault, case):
    """A case file as plain values: identifiers by the place of what they name, ticks in no order."""
    places = {case.id: "the case"}
    for n, (_, fact) in enumerate(casefile.said_in(vault.ledger, case.id)):
        places[fact.id] = f"statement {n}"
        thing = THING.get(type(fact), "")
        if thing not in {"", "case"}:
            places.setdefault(getattr(fact, thing), f"{thing} of statement {n}")

    def plain(value):
        if dataclasses.is_dataclass(value) and not isinstance(value, PartialDate):
            return {one.name: plain(getattr(value, one.name)) for one in dataclasses.fields(value)}
        if isinstance(value, Mapping):
            return {name: plain(one) for name, one in value.items()}
        if isinstance(value, tuple):
            several = [plain(one) for one in value]
            return sorted(several) if all(isinstance(one, str) for one in several) else several
        return places.get(value, value) if isinstance(value, str) else value

    return plain(dataclasses.replace(case, opened=datetime.min.replace(tzinfo=UTC), history=()))


@pytest.mark.parametrize("name", ["newspaper-editor", "leader-of-1993"])
def test_a_public_case_entered_through_the_forms_is_the_one_the_command_says(blank, edition, name):
    vault, running = blank
    content = tomllib.loads((FOLDER / f"{name}.toml").read_text("utf-8"))
    case_id = enter(TextBrowser(running), vault, content)
    with Vault.in_memory(KINDS, "Said") as other:
        said = [
            casefile.case(other.ledger, one)
            for one in public_cases.say_public_cases(other.ledger, edition)
        ]
        by_command = next(one for one in said if one.reference == content["case"]["reference"])
        by_pages = casefile.case(vault.ledger, case_id)

        assert [one.kind for one in by_pages.history] == [one.kind for one in by_command.history]
        assert without_chance(vault, by_pages) == without_chance(other, by_command)
