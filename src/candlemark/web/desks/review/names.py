"""How answers, levels, columns and people are said on the pages of the review desk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from candlemark.linkage.judging.evidence import Level, Strength, strength

if TYPE_CHECKING:
    from candlemark.linkage.judging import Finding


def column(name: str) -> str:
    """What a column is called at the head of a row; itself where it has no name."""
    return {
        "titles": _("Title"),
        "source": _("Source"),
        "record": _("Number there"),
        "day": _("Day"),
        "minute": _("Time of day"),
        "place": _("Place"),
        "region": _("Region"),
        "country": _("Country"),
        "offences": _("Offence"),
        "grounds": _("Bias ground"),
        "persons": _("Number of people"),
        "docket": _("Docket number"),
        "written": _("The agency’s own row"),
        "names": _("Names"),
        "name": _("Name"),
        "given": _("Given name"),
        "family": _("Family name"),
        "father": _("Father’s name"),
        "sex": _("Sex, as the name says it"),
        "birth": _("Date of birth"),
    }.get(name, name)


def level(found: Level) -> str:
    """How a column compares, in a word or two."""
    return {
        Level.AGREES: _("the same"),
        Level.CLOSE: _("nearly the same"),
        Level.DIFFERS: _("differs"),
        Level.UNKNOWN: _("not known"),
    }[found]


def weighs(found: Finding) -> str:
    """How much a finding says, and which way."""
    if found.level is Level.UNKNOWN:
        return _("says nothing")
    much = strength(found.weight)
    if much is Strength.NOTHING:
        return _("says hardly anything")
    if found.weight > 0:
        return {
            Strength.LITTLE: _("speaks a little for it"),
            Strength.SOME: _("speaks for it"),
            Strength.MUCH: _("speaks strongly for it"),
        }[much]
    return {
        Strength.LITTLE: _("speaks a little against it"),
        Strength.SOME: _("speaks against it"),
        Strength.MUCH: _("speaks strongly against it"),
    }[much]


MARKS = {Level.AGREES: "=", Level.CLOSE: "≈", Level.DIFFERS: "≠", Level.UNKNOWN: "?"}
"""A mark for each level, so that no difference is told by colour."""


def sex(said: str) -> str:
    """The sex a name says, in a word."""
    return {"woman": _("woman"), "man": _("man")}.get(said, said)
