"""Questions answered by choosing: words of the definition, things of the case, countries, tongues.

A long scheme is a list in groups; a short one stands open, each word with its note beside it.
"""

# ruff: noqa: D102 - an override does what its method in Question says

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from candlemark.casefile.limits import shipped_rules
from candlemark.definition.places import region_named
from candlemark.tongues import collation_key, pick
from candlemark.web.forms.questions import REASONS, Choice, Line, Question, Ticked

if TYPE_CHECKING:
    from collections.abc import Sequence

    from candlemark.definition import Scheme, Term
    from candlemark.web.forms.questions import Told
    from candlemark.web.forms.setting import Options, Setting

_MONEY: Final = ("EUR", "USD", "AZN", "RUB", "TRY", "IRR", "GEL", "AMD", "CHF", "GBP")
"""Currencies offered as units."""


class Country(Choice):
    """A country by name."""

    kind = "select"

    def __init__(self, label: Any, **more: Any) -> None:
        super().__init__(label, (), **more)

    def settle(self, setting: Setting) -> None:
        self.options = setting.countries


class Tongue(Choice):
    """The tongue a name or text is in; nothing where nobody knows."""

    kind = "select"

    def __init__(self, label: Any, **more: Any) -> None:
        super().__init__(label, (), **more)

    def settle(self, setting: Setting) -> None:
        self.options = setting.tongues

    def understand(self, raw: Any) -> Any:
        return raw  # any tag may stand in a fact; ``casefile`` looks at its shape

    def told(self, setting: Setting, value: Any) -> Told:
        return [setting.tongue_name(value)] if value else []


class OfScheme(Question):
    """A question answered by terms of a scheme, with the note of each."""

    FEW: ClassVar[int] = 12
    """So many terms stand open with their notes; more are folded into groups."""

    def __init__(self, label: Any, scheme: str, **more: Any) -> None:
        super().__init__(label, **more)
        self.scheme_code = scheme
        self.scheme: Scheme | None = None
        self.edition = ""

    def settle(self, setting: Setting) -> None:
        self.scheme = setting.edition.scheme(self.scheme_code)
        self.edition = setting.reader.digits(setting.edition.code)

    @property
    def groups(self) -> list[tuple[Term, list[Term]]]:
        """The outermost terms, each with everything below it, in the order of the scheme."""
        if self.scheme is None:
            return []
        scheme = self.scheme
        return [
            (top, [one for one in scheme if one is not top and scheme.group(one.code) is top])
            for top in scheme.top
        ]

    @property
    def few(self) -> bool:
        """Whether every term can stand open with its note."""
        return self.scheme is not None and len(self.scheme) <= self.FEW

    def refuse_unknown(self, codes: Sequence[str]) -> None:
        """A term of another edition is refused with the edition this form speaks."""
        for code in codes:
            if self.scheme is not None and code not in self.scheme:
                raise ValidationError(
                    _(
                        "“%(code)s” is no word of edition %(edition)s of the definition; it may "
                        "be from an older one. Choose the word that says it now."
                    )
                    % {"code": code[:60], "edition": self.edition}
                )


class OneTerm(OfScheme):
    """One term."""

    kind = "term"

    def understand(self, raw: Any) -> Any:
        self.refuse_unknown([raw])
        return raw

    def told(self, setting: Setting, value: Any) -> Told:
        return [setting.term(self.scheme_code, value)] if value else []


class Region(OneTerm):
    """A region: its list is long, so it is in groups, in the order of the reader's own alphabet.

    Where the words of the place name one region, that one is offered first.  It is never chosen.
    """

    kind = "region"

    def __init__(self, label: Any, scheme: str, **more: Any) -> None:
        super().__init__(label, scheme, **more)
        self._tongue = ""

    def settle(self, setting: Setting) -> None:
        super().settle(setting)
        self._tongue = setting.reader.tongue

    @property
    def groups(self) -> list[tuple[Term, list[Term]]]:
        return sorted(
            ((top, sorted(below, key=self._order)) for top, below in super().groups),
            key=lambda group: self._order(group[0]),
        )

    def _order(self, term: Term) -> bytes:
        return collation_key(pick(term.labels, self._tongue).text, self._tongue)

    def offered(self, country: Any, places: Any) -> Term | None:
        """The one region that what was typed as the place names, in the country that was chosen.

        Args:
            country: ISO 3166-1 alpha-2, or nothing.
            places: what stands in the boxes of the place.
        """
        if self.scheme is None or not isinstance(country, str) or not country:
            return None
        texts = (str(one.get("text", "")) for one in places or () if isinstance(one, dict))
        found = {code for text in texts if (code := region_named(self.scheme, text, country))}
        return self.scheme.term(found.pop()) if len(found) == 1 else None


class Several(Question):
    """Any number of answers, each a box to tick."""

    widget = Ticked

    def shown(self, value: Any) -> Any:
        return list(value or ())

    def nothing(self) -> Any:
        return ()


class Terms(Several, OfScheme):
    """Any number of terms."""

    kind = "terms"

    def understand(self, raw: Any) -> Any:
        self.refuse_unknown(raw)
        return tuple(raw)

    def told(self, setting: Setting, value: Any) -> Told:
        return [setting.term(self.scheme_code, one) for one in value]


class Thing(Question):
    """One thing of the case: a person, a proceeding."""

    kind = "thing"

    def __init__(self, label: Any, thing: str, **more: Any) -> None:
        super().__init__(label, **more)
        self.thing = thing
        self.options: Options = []

    def settle(self, setting: Setting) -> None:
        self.options = setting.things(self.thing)

    def understand(self, raw: Any) -> Any:
        if raw not in dict(self.options):
            raise ValidationError(self._gone())
        return raw

    def _gone(self) -> str:
        return _("This is not in the case any more, or never was. Choose again.")

    def told(self, setting: Setting, value: Any) -> Told:
        options = dict(setting.things(self.thing))
        return [options.get(value, _("no longer in the case"))] if value else []


class Things(Several, Thing):
    """Any number of things of the case."""

    kind = "things"

    def understand(self, raw: Any) -> Any:
        known = dict(self.options)
        if any(one not in known for one in raw):
            raise ValidationError(self._gone())
        return tuple(raw)

    def told(self, setting: Setting, value: Any) -> Told:
        options = dict(setting.things(self.thing))
        return [options.get(one, _("no longer in the case")) for one in value]


class Part(OneTerm):
    """Which fixed row this is: not asked, but shown with its note."""

    kind = "part"

    def __init__(self, scheme: str) -> None:
        super().__init__("", scheme, needed=True)
        self.disabled = True  # the row says which it is, whatever is sent

    def blank(self, raw: Any) -> bool:  # noqa: ARG002 - the row, not the person, says which it is
        return False


class OrAbsent(Choice):
    """A few words of its own, or why there is no answer."""

    kind = "choice"

    def __init__(self, label: Any, options: Sequence[tuple[str, Any]], **more: Any) -> None:
        super().__init__(label, options, **more)
        self._own = tuple(options)

    def settle(self, setting: Setting) -> None:
        absences = setting.edition.scheme("absences")
        reasons = [
            (one.code, setting.reader.text(one.labels)) for one in absences if one.code in REASONS
        ]
        self.options = (*self._own, *reasons)


class Rules(Things):
    """Time limits by their rule."""

    kind = "things"

    def __init__(self, label: Any, **more: Any) -> None:
        super().__init__(label, "rule", **more)

    def settle(self, setting: Setting) -> None:
        self.options = [(one.code, setting.reader.text(one.labels)) for one in shipped_rules()]

    def told(self, setting: Setting, value: Any) -> Told:
        self.settle(setting)
        return [dict(self.options).get(one, one) for one in value]


class Claimed(Line):
    """What a number counts: a term of ``claims``, or a word of the group's own."""

    kind = "suggested"

    def __init__(self, label: Any, **more: Any) -> None:
        super().__init__(label, **more)
        self.options: Options = []

    def settle(self, setting: Setting) -> None:
        self.options = [
            (one.code, setting.reader.text(one.labels)) for one in setting.edition.scheme("claims")
        ]

    def told(self, setting: Setting, value: Any) -> Told:
        return [setting.term("claims", value)] if value else []


class Unit(Choice):
    """What a number is a number of."""

    kind = "select"

    def __init__(self, label: Any, **more: Any) -> None:
        super().__init__(label, (), **more)

    def settle(self, setting: Setting) -> None:
        currencies = setting.reader.locale.currencies
        money = [(code, currencies[code]) for code in _MONEY if code in currencies]
        self.options = [
            ("person", _("persons")),
            ("year", _("years")),
            ("month", _("months")),
            ("week", _("weeks")),
            ("day", _("days")),
            *money,
        ]

    def understand(self, raw: Any) -> Any:
        return raw  # a currency not offered here may stand in a fact said elsewhere

    def told(self, setting: Setting, value: Any) -> Told:
        self.settle(setting)
        return [dict(self.options).get(value, value)] if value else []
