"""What somebody wants to release of one source, and which tables a source can be asked for.

A release is made of one wish for each source it speaks of.  What is released once is counted on in
every later batch under the same name, so the tables of earlier releases are offered first of all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from candlemark import measure, protect
from candlemark.measure.answerable import KNOWN_AT_THE_END
from candlemark.measure.log import Ask

if TYPE_CHECKING:
    from datetime import date

    from candlemark.definition import Edition
    from candlemark.ledger import Ledger, Vault
    from candlemark.measure import Study, StudyCard
    from candlemark.protect import Source, Wanted


@dataclass(frozen=True, slots=True)
class Wish:
    """Tables of one source, as of a day."""

    crosswalk: str
    """Whose files; empty for the cases entered by hand."""
    tables: tuple[str, ...]
    """Names, as :func:`candlemark.protect.wanted` reads them."""
    from_stage: str = ""
    """Where cases enter; empty for where the source says."""
    as_of: date | None = None
    """The last day looked at; None for the last day the source knows of."""

    @property
    def ask(self) -> Ask:
        """The cohort."""
        return Ask(from_state=self.from_stage, as_of=self.as_of)

    @property
    def named(self) -> tuple[Wanted, ...]:
        """The tables.

        Raises:
            NotUnderstood: a name names none; ``faults`` holds every one.
        """
        return protect.wanted(self.tables)


def source_of(vault: Vault, edition: Edition, wish: Wish) -> Source:
    """What a wish is counted from.

    Raises:
        MeasureError: there is nothing to count, or it cannot be counted so.
    """
    study = measure.study(vault.ledger, edition, wish.crosswalk, vault_name=vault.name)
    return source_in(study, wish)


def source_in(study: Study, wish: Wish) -> Source:
    """The same in a study somebody has opened already."""
    return protect.Source.of_study(study, wish.ask)


def offered(card: StudyCard) -> tuple[Wanted, ...]:
    """The tables that a source can be asked for, in the order in which readers should meet them.

    The first page of the site is made of the first: how far cases came, then where they stand.
    """
    stages = [one.own for one in card.stages]
    after = [one for place, one in enumerate(stages) if place != card.entry]
    codes = [one for one in card.schemes if one not in KNOWN_AT_THE_END]
    names = [
        "steps",
        "stands",
        "entered",
        *(f"entered/{code}{broad}" for code in codes for broad in ("^", "")),
        *(f"reached/{one}" for one in after),
        *(f"lasts/{one}" for one in stages),
    ]
    return protect.wanted(names)


def released(ledger: Ledger, card: StudyCard) -> frozenset[str]:
    """Names of the tables of a source that were released before and go on in batches.

    A table of a closed year is not among them: it was released once, for good.
    """
    own = card.stages[card.entry].own if card.stages else ""
    known = protect.released_before(ledger, (card.crosswalk, own)).tables
    return frozenset(name for name, table in known.items() if not table.year)
