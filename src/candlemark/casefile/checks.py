"""What a statement must be like before it is said; every fault by its field.

A statement that was said stands for ever in the ledger, so it is looked at first: its codes are
terms of the edition, what it refers to exists in the same case, what it corrects still stands, its
fields fit each other (``sense.py``), and the title of the case does not give away a name.

Nothing here decides whether a statement is true.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from candlemark.casefile import facts
from candlemark.casefile.known import Known
from candlemark.casefile.sense import sense
from candlemark.casefile.things import THING, codes, nested, thing_named
from candlemark.casefile.tying import other_case, tied
from candlemark.errors import Fault, NotUnderstood
from candlemark.ids import check_id
from candlemark.tongues import fold

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from candlemark.casefile.facts import Statement
    from candlemark.definition import Edition
    from candlemark.ledger import Fact

TERMS: Final[dict[tuple[type[Fact], str], str]] = {
    (facts.Absence, "why"): "absences",
    (facts.SourceCited, "reliability"): "reliability",
    (facts.SourceCited, "evidence"): "evidence-kinds",
    (facts.PersonInRole, "roles"): "roles",
    (facts.Act, "offence"): "offences",
    (facts.BiasGround, "ground"): "bias-grounds",
    (facts.SpeechAnswer, "part"): "speech-threshold",
    (facts.IncidentDescribed, "indicators"): "bias-indicators",
    (facts.IncidentDescribed, "speech_outcome"): "speech-outcomes",
    (facts.IncidentDescribed, "region"): "regions",
    (facts.ChargeBrought, "offence"): "offences",
    (facts.ProceedingOpened, "agency"): "agency-types",
    (facts.ProceedingOpened, "mechanism"): "mechanisms",
    (facts.StageReached, "stage"): "stages",
    (facts.StageReached, "outcome"): "outcomes",
    (facts.StageReached, "sentence"): "sentences",
    (facts.StillPending, "stage"): "stages",
    (facts.InterventionMade, "mechanism"): "mechanisms",
    (facts.ConsentStated, "use"): "consent-uses",
    (facts.ConsentStated, "detail"): "consent-details",
    (facts.RestraintStated, "restraints"): "restraints",
}
"""Fields that hold terms, and the scheme of each."""

REQUIRED: Final[dict[type[Fact], tuple[str, ...]]] = {
    facts.Words: ("text",),
    facts.Absence: ("field", "why"),
    facts.CaseOpened: ("titles",),
    facts.PersonInRole: ("roles",),
    facts.IdentityStated: ("person", "names"),
    facts.Spelling: ("text",),
    facts.BiasGround: ("ground",),
    facts.SpeechAnswer: ("part",),
    facts.ChargeBrought: ("person",),
    facts.StageReached: ("stage",),
    facts.StillPending: ("proceeding",),
    facts.LifeTurned: ("person",),
    facts.InterventionAnswered: ("intervention",),
    facts.ContradictionNoted: ("statements",),
    facts.NoteMade: ("words",),
    facts.Withdrawn: ("statements",),
    facts.ConsentStated: ("person", "use", "answer"),
    facts.ConsentWithdrawn: ("consent",),
    facts.RestraintStated: ("person",),
    facts.NextStep: ("what",),
    facts.StepDone: ("step",),
    facts.CaseMerged: ("into",),
    facts.StatementsMoved: ("statements", "to"),
}
"""Fields that must say something."""

_TAG: Final = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")
_COUNTRY: Final = re.compile(r"[A-Z]{2}")
_WORD: Final = re.compile(r"\w+")
TEXT_LIMIT: Final = 20_000
"""Characters of one text; a longer one is a document, which belongs to the evidence."""
_NAME_LETTERS: Final = 4
"""Shorter parts of names (Ali, oglu's -lu) are words of too many tongues to be looked for."""


def check(
    edition: Edition,
    known: dict[str, Known],
    action: Sequence[Statement],
    rules: Collection[str],
) -> Iterator[Fault]:
    """Every fault of the statements of one action; ``known`` learns them on the way.

    Args:
        edition: what terms are looked up in.
        known: what each case holds, by its identifier.
        action: the statements, in order; a later one may refer to an earlier one.
        rules: codes of the limits there are.
    """
    beside = _beside(action)
    for n, fact in enumerate(action, 1):
        case = known.setdefault(fact.case, Known())
        place = f"fact {n} ({type(fact).__name__})"
        faults = [
            *_identity(edition, case, fact),
            *_correction(case, fact, beside),
            *_named(case, fact),
            *_fields(edition, case, fact),
            *tied(known, fact),
            *sense(edition, case.standing_facts, fact, rules),
        ]
        yield from (Fault(f"{place}, {where}", what) for where, what in faults)
        case.add(fact)
    for group in dict.fromkeys((fact.case, *other_case(fact)) for fact in action):
        yield from _titles([known[one] for one in group if one in known])


def _identity(edition: Edition, case: Known, fact: Statement) -> Iterator[tuple[str, str]]:
    """Identifiers, the edition, and that the case is there."""
    own = THING.get(type(fact))
    expected = [("id", "fact"), ("case", "case")]
    if own is not None and own != "case":
        expected.append((own, own))
    for name, prefix in expected:
        try:
            check_id(getattr(fact, name), prefix)
        except NotUnderstood as error:
            yield name, error.message
    if fact.id in case.said:
        yield "id", "another statement has this identifier"
    if fact.edition != edition.code:
        yield "edition", f"it is coded under another edition than {edition.code}"
    if not case.things["case"] and not isinstance(fact, facts.CaseOpened):
        yield "case", "there is no such case"


def _beside(action: Sequence[Statement]) -> frozenset[str]:
    """The statements that this action itself notes as one side of a contradiction."""
    noted = (one for one in action if isinstance(one, facts.ContradictionNoted))
    return frozenset(statement for one in noted for statement in one.statements)


def _correction(case: Known, fact: Statement, beside: Collection[str]) -> Iterator[tuple[str, str]]:
    """What it corrects is of the same kind and thing, and still stands.

    Two people may correct the same statement.  Who knows of the other's correction and holds to
    their own may let both stand, by noting in the same action that they cannot both be true.
    """
    own = THING.get(type(fact))
    for old in fact.supersedes:
        before = case.said.get(old)
        if before is None:
            yield "supersedes", "there is no such statement in this case"
        elif type(before) is not type(fact):
            yield "supersedes", "a statement corrects one of its own kind only"
        elif own is not None and getattr(before, own) != getattr(fact, own):
            yield "supersedes", f"the statement it corrects is about another {own}"
        elif old not in case.standing and fact.id not in beside:
            yield "supersedes", "that statement was corrected or taken back; look at it again"
    if own is not None and not fact.supersedes and getattr(fact, own) in case.things[own]:
        yield own, f"there is a statement about this {own}; correct that one"


def _named(case: Known, fact: Statement) -> Iterator[tuple[str, str]]:
    """The statements it names are there."""
    for name in ("statements", "follows"):
        for other in getattr(fact, name, ()):
            if other not in case.said:
                yield name, "there is no such statement in this case"
            elif name == "follows" and not isinstance(case.said[other], facts.StageReached):
                yield name, "that statement is not one of a stage"


def _fields(edition: Edition, case: Known, fact: Statement) -> Iterator[tuple[str, str]]:
    """Terms, references, words and dates, in the statement and in what stands inside it."""
    for path, holder in nested(fact):
        for one in _fields_of(type(holder)):
            value = getattr(holder, one.name)
            if not value and not one.required and not one.tagged:
                continue  # what says nothing has no other fault
            for what in _field(edition, case, one, value):
                yield f"{path}{one.name}", what


class _Field(NamedTuple):
    """What a field of a kind of fact must be like."""

    name: str
    required: bool
    scheme: str
    """Of its terms; empty where it holds none."""
    thing: str
    """The kind of thing it refers to; empty where it refers to none."""
    tagged: bool
    """Whether it stands in words, whose tongue must be given."""


@cache
def _fields_of(kind: type[Fact]) -> tuple[_Field, ...]:
    required = REQUIRED.get(kind, ())
    return tuple(
        _Field(
            name,
            name in required,
            TERMS.get((kind, name), ""),
            thing_named(kind, name),
            issubclass(kind, facts.Words),
        )
        for name in kind.__struct_fields__
    )


def _field(edition: Edition, case: Known, field: _Field, value: Any) -> Iterator[str]:
    """The faults of one field."""
    if field.required and not value:
        yield "it must say something"
    if field.scheme:
        known = edition.by_code.get(field.scheme, ())
        for code in codes(value):
            if code not in known:
                yield f"{code[:60]!r} is not a term of {field.scheme} in edition {edition.code}"
    if field.thing and any(one not in case.things[field.thing] for one in codes(value)):
        yield f"there is no such {field.thing} in this case"
    if isinstance(value, str):
        yield from _text(field.name, value, tagged=field.tagged)


def _text(name: str, value: str, *, tagged: bool) -> Iterator[str]:
    """Length and shape; ``tagged`` when the tongue must be given."""
    if len(value) > TEXT_LIMIT:
        yield f"a text has at most {TEXT_LIMIT} characters"
    if name == "language" and (value or tagged) and _TAG.fullmatch(value) is None:
        yield "this is not the tag of a language, such as en or tly-Cyrl"
    if name == "country" and value and _COUNTRY.fullmatch(value) is None:
        yield "write the two capital letters of ISO 3166, such as AZ"


def _titles(group: Sequence[Known]) -> Iterator[Fault]:
    """Titles are read in lists, calendars and over shoulders: they hold nobody's name.

    Cases that are merged, or give statements to each other, show each other's persons.
    """
    live = [one for case in group for one in case.standing_facts()]
    names = {
        part
        for one in live
        if isinstance(one, facts.IdentityStated)
        for name in one.names
        for part in _name_parts(name.text, name.language)
    }
    for one in live:
        if isinstance(one, facts.CaseOpened):
            for title in (*one.titles, facts.Words(one.reference, "")):
                if names & _name_parts(title.text, title.language):
                    yield Fault(
                        "the title of the case",
                        "it holds a name of a person of the case; choose a neutral one",
                    )


def _name_parts(text: str, language: str) -> set[str]:
    return {part for part in _WORD.findall(fold(text, language)) if len(part) >= _NAME_LETTERS}
