"""Whom readers ask, and which country the cases entered by hand are of: said by the group as data.

The text is the group's own (an address of its choice, opening hours, how to write safely); the
site shows it to journalists as it is.  What is said later replaces what was said before.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from candlemark.errors import Fault, NotInOrder
from candlemark.ledger import Fact, Kinds, Part
from candlemark.publish.releases.facts import InTongues  # noqa: TC001 - facts are read back so
from candlemark.publish.table import TONGUES
from candlemark.publish.tongue_file import read_sections, texts_under, wrong_with
from candlemark.tongues import NAMES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from candlemark.ledger import Ledger
    from candlemark.publish.table import Texts

_LONGEST: Final = 1500
_LARGEST: Final = 50_000
_COUNTRY: Final = re.compile(r"[A-Z]{2}|")
_HINT: Final = 'it is TOML with a section for each tongue: [en], then contact = "…"'


class ContactSaid(Fact, frozen=True):
    """How the group is reached by readers; the newest counts."""

    texts: InTongues
    """Empty for none."""
    home: str = ""
    """ISO 3166-1 code of the country that cases entered by hand are of; empty when not said."""


KINDS: Final = Kinds.of(("release.contact", 1, ContactSaid))
"""What this module says in the ledger."""


@dataclass(frozen=True, slots=True)
class Contact:
    """How the group is reached; ``texts`` is empty when nobody said."""

    texts: Texts = field(default_factory=dict)
    home: str = ""


def contact(ledger: Ledger) -> Contact:
    """What was said last.

    Raises:
        LedgerBroken: the ledger is damaged.
    """
    found = Contact()
    for _, fact in ledger.facts(kinds=frozenset(KINDS.codes)):
        if isinstance(fact, ContactSaid):
            found = Contact(dict(fact.texts), fact.home)
    return found


def say_contact(ledger: Ledger, texts: Texts, home: str = "") -> Contact:
    """Say how readers reach the group.

    Raises:
        NotInOrder: a tongue is missing, a text is too long, or the country is no code; every fault
            is named.
    """
    faults = [*_faults(texts)] if texts else []
    if _COUNTRY.fullmatch(home) is None:
        faults.append(Fault("home", "it is not the code of a country, such as AZ"))
    if faults:
        raise NotInOrder(
            "this contact cannot be shown", hint="say it in every tongue", faults=faults
        )
    pairs = tuple((tongue, texts[tongue]) for tongue in TONGUES) if texts else ()
    ledger.append([Part("coded", (ContactSaid(pairs, home),))])
    return contact(ledger)


def read_contact(content: bytes) -> Texts:
    """The texts in a TOML file with a section for each tongue; empty where one says nothing.

    Raises:
        NotUnderstood: it is no such file.
    """
    found = read_sections(content, _LARGEST, "the contact", _HINT)
    # A file that says nothing is no word that there is no contact any more.
    return dict.fromkeys(TONGUES, "") | dict(texts_under(found, "contact"))


def _faults(found: Texts) -> Iterator[Fault]:
    for tongue in TONGUES:
        for what in wrong_with(found.get(tongue, ""), _LONGEST, NAMES[tongue]):
            yield Fault(tongue, what)
