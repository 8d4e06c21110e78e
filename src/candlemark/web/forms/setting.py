"""What a form may know: who reads it, the words of the edition, and what the case holds."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from babel import Locale, UnknownLocaleError
from django.utils.translation import gettext as _

from candlemark.casefile import facts
from candlemark.casefile.naming import Naming
from candlemark.tongues import INTERFACE, NAMES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from candlemark.casefile import CaseFile
    from candlemark.casefile.facts import Statement
    from candlemark.casefile.listed import Listed
    from candlemark.definition import Edition
    from candlemark.ledger import Fact
    from candlemark.web.reader import Reader

Options = list[tuple[str, str]]
"""Values of a choice with the words shown for them, in the order they are shown."""

_OTHERS: Final = (
    "tly", "tly-Cyrl", "tly-Arab", "az-Arab", "az-Cyrl", "ka", "hy", "ku", "ckb", "lez", "av", "tt",
    "uz", "kk", "tk", "ky", "tg", "ar", "he", "uk", "pl", "de", "fr", "es",
)  # fmt: skip
"""Tongues offered for a text beside those of the interface."""
_BRIEF: Final = 60
"""Characters of a text that stand for it in a list to choose from."""


@dataclass(frozen=True)
class Setting:
    """A reader, an edition and a case; without a case for the first statement of a new one."""

    reader: Reader
    edition: Edition
    case: CaseFile | None = None
    live: Mapping[str, Statement] = field(default_factory=dict)
    """The standing statements of the case by identifier."""
    others: Sequence[Listed] = ()
    """The other cases somebody may mean, where a form asks for one."""

    @cached_property
    def tongue(self) -> str:
        """The tongue a text is taken to be in until somebody says otherwise: that of the case.

        The tongue of the interface is the reader's own affair and decides only for a new case.
        """
        return next(iter(self.case.titles), "") if self.case else self.reader.tongue

    @cached_property
    def tongues(self) -> Options:
        """Tongues a text may be in: the case's own first, those of the interface, then others."""
        tags = dict.fromkeys((self.tongue, *INTERFACE, *_OTHERS))
        return [(tag, self.tongue_name(tag)) for tag in tags if tag]

    def tongue_name(self, tag: str) -> str:
        """A tongue's name in the reader's tongue where there is one; else its tag."""
        try:
            name = Locale.parse(tag, sep="-").get_display_name(self.reader.locale)
        except (UnknownLocaleError, ValueError):
            name = None
        return name or NAMES.get(tag, tag)

    @cached_property
    def countries(self) -> Options:
        """Countries by name in the reader's tongue."""
        names = self.reader.locale.territories
        found = [(code, name) for code, name in names.items() if len(code) == 2 and code.isalpha()]
        return sorted(
            ((code, name) for code, name in found if code not in _NO_COUNTRY),
            key=lambda one: one[1],
        )

    def things(self, thing: str) -> Options:
        """The things of one kind (``person``, ``source``) that the case holds."""
        return self._things[thing]() if self.case else []

    @cached_property
    def _things(self) -> Mapping[str, Callable[[], Options]]:
        return {
            "person": self._persons,
            "source": self._sources,
            "proceeding": self._proceedings,
            "charge": self._charges,
            "intervention": self._interventions,
            "consent": self._consents,
            "step": self._steps,
            "case": lambda: [(one.id, self.other(one)) for one in self.others],
            "stage": lambda: self._statements((facts.StageReached,)),
            "statement": lambda: self._statements((facts.Statement,)),
        }

    def other(self, one: Listed) -> str:
        """Another case in one line: its own number, if it has one, and its title."""
        return " · ".join(filter(None, (one.reference, self.reader.text(one.titles))))

    @cached_property
    def naming(self) -> Naming | None:
        """Short names of the things of the case."""
        return Naming(self.case) if self.case else None

    def person(self, person: str) -> str:
        """A person by the first spelling of the name; by number where that is closed."""
        if self.naming is None:
            return person
        number = self.reader.number(self.naming.person(person))
        return self.naming.name(person) or _("person %(number)s") % {"number": number}

    def _persons(self) -> Options:
        roles = self.edition.scheme("roles")
        return [
            (
                one.id,
                f"{self.person(one.id)} ("
                + self.reader.listed(
                    self.reader.text(roles.term(role).labels) for role in one.roles if role in roles
                )
                + ")",
            )
            for one in (self.case.persons if self.case else ())
        ]

    def _sources(self) -> Options:
        return [
            (one.id, f"[{self.reader.number(n)}] {self._source(one)}")
            for n, one in enumerate(self.case.sources if self.case else (), 1)
        ]

    def _source(self, one: object) -> str:
        title = self.reader.text(getattr(one, "title", {}))
        person = getattr(one, "person", "")
        return brief(title) or (self.person(person) if person else _("a source without a title"))

    def _proceedings(self) -> Options:
        found: Options = []
        for n, one in enumerate(self.case.proceedings if self.case else (), 1):
            name = self.reader.text(one.authority)
            if not name and one.mechanism:
                name = self.term("mechanisms", one.mechanism)
            number = _("No. %(number)s") % {"number": self.reader.number(n)}
            found.append((one.id, f"{number}: {brief(name)}" if name else number))
        return found

    def _charges(self) -> Options:
        found: Options = []
        for one in self.case.charges if self.case else ():
            what = self.reader.text(one.article) or self.term("offences", one.offence)
            found.append((one.id, f"{brief(what)} · {self.person(one.person)}"))
        return found

    def _interventions(self) -> Options:
        found: Options = []
        for one in self.case.interventions if self.case else ():
            said = (self.reader.text(one.by), self.reader.text(one.to), self.reader.text(one.words))
            what = next(filter(None, said), "")
            found.append((one.id, f"{self.reader.dated(one.when)} · {brief(what)}"))
        return found

    def _consents(self) -> Options:
        return [
            (one.id, f"{self.person(one.person)} · {self.term('consent-uses', one.use)}")
            for one in (self.case.consents if self.case else ())
            if not one.withdrawals
        ]

    def _steps(self) -> Options:
        return [
            (one.id, brief(self.reader.text(one.what)))
            for one in (self.case.steps if self.case else ())
            if one.end is None
        ]

    def _statements(self, kinds: tuple[type[Statement], ...]) -> Options:
        return [
            (one.id, self.statement(one))
            for one in self.live.values()
            if isinstance(one, kinds)
            and not isinstance(one, facts.ContradictionNoted | facts.Withdrawn | facts.CaseOpened)
        ]

    def statement(self, one: Statement) -> str:
        """A statement in one line: its stage or kind, when, whom it is about."""
        what = kind_name(type(one))
        if isinstance(one, facts.StageReached):
            what = self.term("stages", one.stage)
        when = getattr(one, "when", None) or getattr(one, "on", None)
        texts = [what, self.reader.dated(when) if when else ""]
        person = getattr(one, "person", "")
        texts += [self.person(person) if person else "", self._said_in(one)]
        return self.reader.comma.join(filter(None, texts))

    def _said_in(self, one: Statement) -> str:
        if isinstance(one, facts.StepDone):
            steps = self.case.steps if self.case else ()
            return next((brief(self.reader.text(s.what)) for s in steps if s.id == one.step), "")
        for name in ("note", "words", "title", "what", "authority", "article"):
            value: Any = getattr(one, name, ())
            if value and not isinstance(value, str):  # a term is said elsewhere
                return brief(value[0].text)
        return ""

    def term(self, scheme: str, code: str) -> str:
        """A term's label; the code itself where this edition has no such term."""
        terms = self.edition.by_code.get(scheme)
        return self.reader.text(terms.term(code).labels) if terms and code in terms else code


_NO_COUNTRY: Final = frozenset({"EU", "EZ", "UN", "QO", "ZZ", "XA", "XB"})
"""Codes CLDR names that are no country."""


def brief(text: str) -> str:
    """The beginning of a text, where the whole would not fit in a list."""
    line = " ".join(text.split())
    return line if len(line) <= _BRIEF else f"{line[: _BRIEF - 1].rstrip()}…"


def kind_name(kind: type[Fact]) -> str:
    """What a kind of statement is called."""
    return _kind_names()[kind.__name__]


def _kind_names() -> dict[str, str]:
    return {
        "CaseOpened": _("Title of the case"),
        "SourceCited": _("Source"),
        "PersonInRole": _("Person"),
        "IdentityStated": _("Identity"),
        "IncidentDescribed": _("What happened"),
        "ChargeBrought": _("Charge"),
        "ProceedingOpened": _("Proceeding"),
        "StageReached": _("Stage"),
        "StillPending": _("Seen still pending"),
        "LifeTurned": _("Turn in a person’s life"),
        "LimitTriggered": _("Day from which limits run"),
        "InterventionMade": _("Somebody spoke up"),
        "InterventionAnswered": _("An answer came"),
        "ContradictionNoted": _("Statements that cannot all be true"),
        "NoteMade": _("Note"),
        "Withdrawn": _("Taken back"),
        "ConsentStated": _("Consent"),
        "ConsentWithdrawn": _("Consent withdrawn"),
        "RestraintStated": _("What may not be done"),
        "NextStep": _("Next step"),
        "StepDone": _("Step done"),
        "CaseMerged": _("Merged into another case"),
        "StatementsMoved": _("Moved to another case"),
    }


def listed(options: Iterable[tuple[str, str]], value: str) -> str:
    """The words for a value among options; the value itself where it is not one of them."""
    return dict(options).get(value, value)
