"""Which cases may be used for something: those in which nobody stands against it.

Statistics and publications take their cases here and nowhere else, so that a refusal counts
wherever figures are made.  They are read without who anybody is: no identity comes near a figure.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from candlemark.casefile.apart import CODED, apart_of
from candlemark.casefile.belonging import shown
from candlemark.casefile.consent import STATISTICS, allows
from candlemark.casefile.facts import IdentityStated
from candlemark.casefile.lines import read, ways_of
from candlemark.casefile.record import WORTH_A_MODEL, fold_all, from_model, read_all
from candlemark.casefile.shelf import STATEMENTS, coded
from candlemark.errors import VaultError

_NO_USE: Final = ""

if TYPE_CHECKING:
    from candlemark.casefile.lines import Way
    from candlemark.casefile.views import CaseFile
    from candlemark.ledger import Ledger
    from candlemark.ledger.model import CodedModel


@dataclass(frozen=True, slots=True)
class Usable:
    """The cases that may be used for something, in the order they were opened.

    ``left_out`` is how many may not, because somebody in them refused, took consent back, or must
    not be exposed to it.  The number stays inside: told beside a figure of few cases, it says who.
    """

    cases: tuple[CaseFile, ...]
    left_out: int


@dataclass(frozen=True, slots=True)
class Courses:
    """The ways of the cases that may be counted, and how many may not; see :class:`Usable`."""

    ways: tuple[Way, ...]
    left_out: int


def ways_for_statistics(ledger: Ledger, upto: int | None = None) -> Courses:
    """The ways of the cases that may be counted: kept beside the lines, or folded from the ledger.

    ``upto`` is as in :func:`cases_for`; what is kept is of the present, so it is then folded.

    Raises:
        LedgerBroken: the ledger is damaged.
    """
    models = ledger.models
    kept = models is not None and ledger.size >= WORTH_A_MODEL and upto is None
    if models is not None and kept and CODED in models.compartments:
        with suppress(VaultError):  # without a model the answer is the same and takes longer
            return models.coded(STATEMENTS, _kept)
    usable = cases_for(ledger, STATISTICS, upto)
    return Courses(tuple(way for case in usable.cases for way in ways_of(case)), usable.left_out)


def _kept(lines: CodedModel) -> Courses:
    found = lines.query("SELECT case_id, counted, ways FROM {course} ORDER BY number")
    ways = (way for case, counted, kept in found if counted for way in read(case, kept))
    return Courses(tuple(ways), sum(1 for _, counted, _ in found if not counted))


def cases_for(ledger: Ledger, use: str, upto: int | None = None) -> Usable:
    """The cases that may be used for something; merged ones are one.

    Args:
        ledger: of an opened vault.
        use: term of ``consent-uses``.
        upto: look at the first entries only, so many; what came later, consent that was taken back
            included, is not looked at, so nothing but a comparison may be made from it.

    Raises:
        LedgerBroken: the ledger is damaged.
    """
    with_model = upto is None and apart_of(ledger).reads(CODED)
    found = from_model(ledger, coded) if with_model else None
    if found is not None:
        said = [(entry, fact) for _, entry, fact in found]
    else:
        said = [
            one
            for one in read_all(ledger, None)
            if not isinstance(one[1], IdentityStated) and (upto is None or one[0].n < upto)
        ]
    files = fold_all(one for one in shown(said).values() if not one.into)
    usable = tuple(one for one in files if allows(one, use))
    return Usable(usable, len(files) - len(usable))


def withdrawn_since(ledger: Ledger, use: str, upto: int) -> tuple[str, ...]:
    """Cases that could be used for something when the ledger had ``upto`` entries, and no more.

    Somebody took consent back since, or must not be exposed to it any longer.

    Raises:
        LedgerBroken: the ledger is damaged.
    """
    then = {case.id for case in cases_for(ledger, use, upto).cases}
    # Not asked for a use, a case is left out by nobody; one that was merged away is not withdrawn.
    there = {case.id for case in cases_for(ledger, _NO_USE).cases}
    now = {case.id for case in cases_for(ledger, use).cases}
    return tuple(sorted((then & there) - now))
