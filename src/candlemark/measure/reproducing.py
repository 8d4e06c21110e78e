"""A figure computed again from what it stands on, and what differs where it is not the same.

The data are those the figure names: the batch by its identifier, or the case files as they were at
the figure's position in the ledger, never what has come since.  What must be the same is every byte
of the canonical document.  Where something differs it is named with both values, so that a reader
can tell a changed definition from a changed number, and rounding of another machine from either.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from candlemark.errors import Fault, FigureDiffers, NotUnderstood
from candlemark.measure import answers
from candlemark.measure.answers import SHARED, stand_jointly
from candlemark.measure.attrition import attrition
from candlemark.measure.breaks import breaks_of
from candlemark.measure.document import CASES, document, said_by
from candlemark.measure.durations import durations
from candlemark.measure.figure import ROBUST, Break
from candlemark.measure.incidence import incidence
from candlemark.measure.ledger_study import study_at
from candlemark.measure.linked import (
    AUTOMATIC,
    SAMPLED,
    THRESHOLD,
    agencies_at,
    asking,
    linked,
)
from candlemark.measure.log import stays_of
from candlemark.measure.moved import UndoneLinks, sources_of
from candlemark.measure.notebook.logs import Log, hash_of, read_again
from candlemark.measure.occupancy import occupancy
from candlemark.measure.views import VIEWS, law_at, view, viewing_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from candlemark.definition import Edition
    from candlemark.ledger import Ledger
    from candlemark.linkage.uncertain import Undone
    from candlemark.measure.figure import Figure
    from candlemark.measure.study import Study
    from candlemark.measure.views import ProcessFigure

_CLOSE: Final = 1e-9
_LONGEST: Final = 60
_MOST: Final = 50
"""So many differences are named; with more, the first ones."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One place of the document where the two are not the same; None where nothing stands there."""

    where: str
    was: object
    now: object

    @property
    def rounding(self) -> bool:
        """Whether both are numbers that agree to nine digits: another machine rounded otherwise."""
        if not all(type(one) in {int, float} for one in (self.was, self.now)):
            return False
        was, now = float(str(self.was)), float(str(self.now))
        return abs(was - now) <= _CLOSE * max(abs(was), abs(now), 1.0)


@dataclass(frozen=True, slots=True)
class Reproduction:
    """What came of computing a figure again."""

    identity: str
    """Of the figure that was given."""
    again: str
    """Of the one that was computed."""
    differences: tuple[Difference, ...]
    more: int
    """How many differences there are besides those named."""

    @property
    def same(self) -> bool:
        """Whether every byte is the same."""
        named = any(one.where.startswith(CASES) for one in self.differences)
        return self.identity == self.again and not named

    @property
    def rounding(self) -> bool:
        """Whether nothing differs but the last digits of numbers."""
        return not self.same and all(one.rounding for one in self.differences) and not self.more

    def faults(self) -> tuple[Fault, ...]:
        """The places that differ, each with what it said and what it says now."""
        named = [
            Fault(one.where, f"was {_short(one.was)}, is {_short(one.now)}")
            for one in self.differences
        ]
        if self.more:
            named.append(Fault("and", f"{self.more} more"))
        return tuple(named)


def _short(value: object) -> str:
    text = "nothing" if value is None else f"{value}"
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def reproduce(
    found: Mapping[str, Any], ledger: Ledger, edition: Edition, *, vault_name: str = ""
) -> Reproduction:
    """Compute a figure again from the vault, at the position in the ledger it was computed at.

    Args:
        found: from :func:`~candlemark.measure.document.read_document`.
        ledger: of an opened vault.
        edition: the present one; another fingerprint than the figure's is named as a difference.
        vault_name: stands where an agency's name stands, for case files.

    Raises:
        FigureDiffers: the vault never was at that position, so it is not the one it came from.
        NotMeasurable, NothingToMeasure, UnknownBatch: the vault can no longer answer.
        NotUnderstood: the document names a question this version does not know.
    """
    basis = found["basis"]
    if any(name == SHARED for name, _ in basis.get("reading", ())):
        raise NotUnderstood(
            "this figure was made from counts that agencies shared",
            hint="give the files it names: --share FILE, once for each",
        )
    if basis.get("source"):
        raise NotUnderstood(
            "this figure was made from a file of events and not from a vault",
            hint="give the same file: --events FILE",
        )
    size, head = int(basis["ledger_size"]), str(basis["ledger_head"])
    if size > ledger.size or ledger.head_at(size) != head:
        raise FigureDiffers(
            f"this vault never was at entry {size} with that head: the figure is of another one",
            hint="open the vault the figure was computed from; a copy that was joined from another"
            " place has its entries in an order of its own",
        )
    if basis.get("links"):
        return compare(found, _across(basis, ledger, edition, vault_name))
    asked = study_at(
        ledger, edition, str(basis["crosswalk"]), str(basis["batch"]), size, vault_name=vault_name
    )
    if basis["question"] in VIEWS:
        return compare(found, view_again(asked, found, ledger))
    if basis["stepwise"]:
        log = Log(stays_of(asked.entered_at(basis["from_own"])))
        breaks: tuple[Break, ...] = ()
        if basis["question"] == "trend":
            breaks = breaks_of(ledger, edition, str(basis["crosswalk"]), size)
        return compare(found, answer_from(log, found, breaks))
    return compare(found, answer(asked, basis))


def _across(basis: Mapping[str, Any], ledger: Ledger, edition: Edition, vault_name: str) -> Figure:
    """A figure across agencies, by the links that stood then."""
    try:
        told = basis["links"]
        sources = [(str(one["crosswalk"]), str(one["batch"])) for one in told["sources"]]
        how, unit, draws = str(told["how"]), str(told["unit"]), int(told["draws"])
        question = asking(
            str(basis["question"]),
            from_stage=str(basis["from_own"]),
            by=str(basis["by"]),
            as_of=date.fromisoformat(basis["as_of"]),
        )
        at = tuple(int(each) for each in basis["at"])
    except (KeyError, TypeError, ValueError) as error:
        raise NotUnderstood("the question of this figure cannot be read") from error
    agencies = agencies_at(
        ledger,
        edition,
        str(basis["crosswalk"]),
        sources,
        int(basis["ledger_size"]),
        batch=str(basis["batch"]),
        unit=unit,
        vault_name=vault_name,
    )
    made = linked(agencies, question, how if how == SAMPLED else AUTOMATIC, at=at, draws=draws)
    return made.loose if how == THRESHOLD else made.figure


def undone(found: Mapping[str, Any], ledger: Ledger) -> tuple[Undone, ...]:
    """Links a figure used that somebody judged *different* since; none for other figures.

    Args:
        found: from :func:`~candlemark.measure.document.read_document`.
        ledger: of the vault the figure is of.

    Raises:
        LedgerBroken: the ledger is damaged.
    """
    basis = found["basis"]
    told = basis.get("links")
    if not told:
        return ()
    size = int(basis["ledger_size"])
    return UndoneLinks(ledger).of(str(told["unit"]), size, sources_of(basis))


def reproduce_from(found: Mapping[str, Any], path: Path) -> Reproduction:
    """Compute a figure of a log again, from the same file.

    Args:
        found: from :func:`~candlemark.measure.document.read_document`.
        path: the file of events; its hash must be the one the figure names.

    Raises:
        FigureDiffers: it is another file.
        NotUnderstood: the figure is not of a log, or asks a question this version does not know.
        SourceError, NotMeasurable, NothingToMeasure: the file can no longer answer.
    """
    basis = found["basis"]
    if not basis.get("source"):
        raise NotUnderstood(
            "this figure was not made from a file of events",
            hint="give the vault it was computed from: --vault DIR",
        )
    if hash_of(path) != basis["source"]:
        raise FigureDiffers(
            "this is not the file the figure was computed from: its SHA-256 is another",
            hint=f"look for the file with the SHA-256 {basis['source']}",
        )
    log = read_again(path, basis["reading"])
    if basis["question"] in VIEWS:
        return compare(found, view(question_of(log, basis), viewing_of(found)))
    return compare(found, answer_from(log, found))


def reproduce_joint(found: Mapping[str, Any], files: Sequence[bytes]) -> Reproduction:
    """Compute a joint figure again, from the files of counts it names.

    Args:
        found: from :func:`~candlemark.measure.document.read_document`.
        files: their contents, in any order.

    Raises:
        FigureDiffers: one it names is not there, or one is there that it does not name.
        NotUnderstood: it is no joint figure.
        SourceMalformed, NotMeasurable: a file is no file of counts.
    """
    basis = found["basis"]
    wanted = [value for name, value in basis["reading"] if name == SHARED]
    if not wanted:
        raise NotUnderstood(
            "this figure was not made from counts that agencies shared",
            hint="give what it was made from: --vault DIR, or --events FILE",
        )
    given = {hashlib.sha256(content).hexdigest(): content for content in files}
    missing = [name for name in wanted if name not in given]
    if missing or len(files) != len(wanted):
        raise FigureDiffers(
            "these are not the files of counts this figure was made from",
            hint="give each of its files with --share FILE, and no other",
            faults=[
                *(Fault(name[:16], "no file with this SHA-256 was given") for name in missing),
                *(Fault(name[:16], "is none of its files") for name in given if name not in wanted),
            ],
        )
    at = [int(day) for day in basis["at"]]
    return compare(found, stand_jointly([given[name] for name in wanted], at))


def view_again(study: Study, found: Mapping[str, Any], ledger: Ledger) -> ProcessFigure[Any]:
    """The figure of the process that answers the question of a document, from a study."""
    basis, viewing = found["basis"], viewing_of(found)
    asked = study.entered_at(str(basis["from_own"]))
    return view(
        question_of(Log(stays_of(asked)), basis),
        viewing,
        law=law_at(ledger, asked.ledger_size) if viewing.law else None,
        left_out=asked.left_out,
        crosswalk_fingerprint=asked.crosswalk_fingerprint,
    )


def answer_from(log: Log, found: Mapping[str, Any], breaks: Sequence[Break] = ()) -> Figure:
    """The figure that answers the question of a document, from a log.

    ``breaks`` are those of a trend that the vault knows of; those that were stated are in the
    document.

    Raises:
        NotUnderstood: there is no such question, or a value of it cannot be read.
    """
    basis = found["basis"]
    question = question_of(log, basis)
    asked: dict[str, Callable[[answers.Question], Figure]] = {
        "occupancy": answers.stand,
        "incidence": answers.reach,
        "durations": answers.dwell,
        "attrition": answers.count,
    }
    name = basis["question"]
    try:
        if name in {"comparison", "standardised"}:
            return _of_groups(question, found)
        if name == "trend":
            return answers.follow(question, [*breaks, *_stated(found["breaks"])])
    except (KeyError, TypeError, ValueError) as error:
        raise NotUnderstood("the question of this figure cannot be read") from error
    if name not in asked:
        raise NotUnderstood("this version does not know the question of this figure")
    return asked[name](question)


def question_of(log: Log, basis: Mapping[str, Any]) -> answers.Question:
    """The cohort of a figure and its horizons, asked of a log again.

    Raises:
        NotUnderstood: a value of it cannot be read.
    """
    try:
        first, last = (date.fromisoformat(day) if day else None for day in basis["window"])
        return log.question(
            tuple(int(day) for day in basis["at"]) or answers.HORIZONS,
            robust=basis["uncertainty"] == ROBUST,
            start=str(basis["from_own"]),
            by=str(basis["by"]),
            as_of=date.fromisoformat(basis["as_of"]),
            window=(first, last),
            where=_where(basis["where"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise NotUnderstood("the question of this figure cannot be read") from error


def _of_groups(question: answers.Question, found: Mapping[str, Any]) -> Figure:
    """Of the groups of the document; of all that were large enough where small ones were left out.

    The last one of a comparison is what the others are compared with.
    """
    codes = [str(group["group"]) for group in found["groups"]]
    all_of_them = any(
        doubt["code"] in {"group-small", "group-absent"} for doubt in found["basis"]["doubts"]
    )
    if found["basis"]["question"] == "comparison":
        if all_of_them:
            return answers.compare(question, against=codes[-1])
        return answers.compare(question, *codes)
    over, to = [str(scheme) for scheme in found["over"]], str(found["to"])
    return answers.standardise(question, over, *(() if all_of_them else codes), to=to)


def _stated(breaks: Sequence[Mapping[str, Any]]) -> Iterator[Break]:
    for one in breaks:
        if one["what"] == answers.STATED:
            yield Break(date.fromisoformat(one["day"]), answers.STATED, str(one["says"]))


def _where(pairs: Sequence[Sequence[str]]) -> Mapping[str, Sequence[str]]:
    found: dict[str, list[str]] = {}
    for scheme, term in pairs:
        found.setdefault(scheme, []).append(term)
    return found


def answer(study: Study, basis: Mapping[str, Any]) -> Figure:
    """The figure that answers the question of a basis, from a study.

    Raises:
        NotUnderstood: there is no such question, or a value of it cannot be read.
    """
    try:
        question, start, by = basis["question"], str(basis["from_own"]), str(basis["by"])
        day = date.fromisoformat(basis["as_of"])
        at = tuple(int(each) for each in basis["at"])
    except (KeyError, TypeError, ValueError) as error:
        raise NotUnderstood("the question of this figure cannot be read") from error
    if question == "occupancy":
        return occupancy(study, from_stage=start, at=at, by=by, as_of=day)
    if question == "incidence":
        return incidence(study, from_stage=start, at=at, by=by, as_of=day)
    if question == "attrition":
        return attrition(study, from_stage=start, by=by, as_of=day)
    if question == "durations":
        return durations(study, from_stage=start, by=by, as_of=day)
    raise NotUnderstood("this version does not know the question of this figure")


def compare(found: Mapping[str, Any], figure: Figure | ProcessFigure[Any]) -> Reproduction:
    """The document of a figure beside the one of the same figure computed again.

    Names of cases are compared where the document has them: they are no part of its identity.
    """
    again = document(figure)
    differing = list(_differences("", said_by(found), said_by(again)))
    if CASES in found:
        differing += _differences(CASES, found[CASES], again.get(CASES, {}))
    return Reproduction(
        str(found["identity"]),
        str(again["identity"]),
        tuple(differing[:_MOST]),
        max(len(differing) - _MOST, 0),
    )


def _differences(where: str, was: Any, now: Any) -> Iterator[Difference]:
    if isinstance(was, dict) and isinstance(now, dict):
        for name in [*was, *(name for name in now if name not in was)]:
            inner = f"{where}.{name}" if where else name
            yield from _differences(inner, was.get(name), now.get(name))
    elif isinstance(was, list) and isinstance(now, list):
        for place in range(max(len(was), len(now))):
            pair = (each[place] if place < len(each) else None for each in (was, now))
            yield from _differences(f"{where}[{place}]", *pair)
    elif was != now or isinstance(was, bool) != isinstance(now, bool):
        yield Difference(where, was, now)
