"""Pieces of text that know their tongue, and the blocks they stand in.

A dossier is handed to the typesetter as data: lists of pieces, each with its tongue and direction.
No piece is mark-up, so nothing that stands in a case can be run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from django.utils.translation import gettext as _

from candlemark.tongues import direction

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from candlemark.casefile.masking import Mask
    from candlemark.casefile.naming import Naming
    from candlemark.dates import PartialDate
    from candlemark.definition import Edition
    from candlemark.web.reader import Reader

Piece: TypeAlias = "dict[str, object]"
Line: TypeAlias = "list[Piece]"
Block: TypeAlias = "dict[str, Any]"


class Ink:
    """Words for one reader, of one case, with names or without."""

    def __init__(self, reader: Reader, edition: Edition, naming: Naming, mask: Mask | None) -> None:
        self.reader = reader
        self.edition = edition
        self.naming = naming
        self._mask = mask
        """None with names: then nothing is left out."""
        self.used: dict[tuple[str, str], None] = {}
        """Every term that was written, by scheme and code, in the order it was."""

    @property
    def named(self) -> bool:
        """Whether persons are named."""
        return self._mask is None

    def own(self, text: str, *, strong: bool = False, soft: bool = False) -> Line:
        """A text of the program, in the reader's tongue."""
        return [piece(text, self.reader.tongue, strong=strong, soft=soft)] if text else []

    def said(self, texts: Mapping[str, str], *, strong: bool = False) -> Line:
        """A text of the case, in the tongue it is in; left out where it would name somebody."""
        if not any(texts.values()):
            return []
        if self._mask is not None and any(
            self._mask.hides(text, tongue) for tongue, text in texts.items()
        ):
            return self.left_out()
        return self.label(texts, strong=strong)

    def label(self, texts: Mapping[str, str], *, strong: bool = False) -> Line:
        """A label of the definition or a rule: it names nobody."""
        if not any(texts.values()):
            return []
        found = self.reader.said(texts)
        line = [piece(found.text, found.tongue, strong=strong)]
        if found.fallback:
            line.append(piece(f" ({found.tongue})", "en", soft=True))
        return line

    def english(self, text: str) -> Line:
        """A text that exists in English only."""
        return self.label({"en": text}) if text else []

    def plain(self, text: str) -> Line:
        """Something copied by machines: an address, an identifier."""
        if not text:
            return []
        if self._mask is not None and self._mask.hides(text):
            return self.left_out()
        return [piece(text, "", mono=True)]

    def left_out(self) -> Line:
        """What stands where a text would name somebody."""
        return self.own(_("[left out: it names a person]"), soft=True)

    def term(self, scheme: str, code: str, *, strong: bool = False) -> Line:
        """The label of a term; the code itself for one this edition does not have."""
        terms = self.edition.by_code.get(scheme)
        if terms is None or code not in terms:
            return self.plain(code)
        self.used[scheme, code] = None
        return self.label(terms.term(code).labels, strong=strong)

    def person(self, person: str) -> Line:
        """A person by name, or by number without names."""
        name = self.naming.name(person) if self.named else ""
        if name:
            return [piece(name, self.naming.tongue(person) or self.reader.tongue)]
        number = self.reader.number(self.naming.person(person))
        return self.own(_("person %(number)s") % {"number": number})

    def when(self, when: PartialDate | None) -> Line:
        """A date, as exact as it is."""
        return self.own(self.reader.dated(when))

    def sources(self, sources: Iterable[str]) -> Line:
        """The numbers of sources in the index."""
        numbers = [self.reader.number(self.naming.source(one)) for one in sources]
        if not numbers:
            return self.own(_("the group itself"), soft=True)
        return self.own(" ".join(f"[{one}]" for one in numbers))

    def joined(self, lines: Iterable[Line], between: str = "") -> Line:
        """Lines with a comma, or what is given, between them."""
        found: Line = []
        for line in lines:
            if line:
                if found:
                    found.append(piece(between or self.reader.comma, self.reader.tongue))
                found += line
        return found


def piece(
    text: str,
    tongue: str,
    *,
    strong: bool = False,
    soft: bool = False,
    mono: bool = False,
) -> Piece:
    """One piece; ``tongue`` is empty for what is in none."""
    return {
        "text": text,
        "lang": tongue.split("-", maxsplit=1)[0],
        "rtl": bool(tongue) and direction(tongue) == "rtl",
        "strong": strong,
        "soft": soft,
        "mono": mono,
    }


def paragraph(line: Line) -> Block:
    """A paragraph."""
    return {"kind": "paragraph", "line": line}


def heading(line: Line) -> Block:
    """A heading within a section."""
    return {"kind": "heading", "line": line}


def facts(rows: Sequence[tuple[Line, Line]]) -> Block:
    """Names and what they say, side by side."""
    return {"kind": "facts", "rows": [[name, said] for name, said in rows if said]}


def table(head: Sequence[Line], rows: Sequence[Sequence[Line]], widths: Sequence[float]) -> Block:
    """A table; ``widths`` are shares."""
    return {
        "kind": "table",
        "head": list(head),
        "rows": [list(r) for r in rows],
        "widths": list(widths),
    }


def items(lines: Iterable[Line]) -> Block:
    """A list."""
    return {"kind": "items", "lines": [line for line in lines if line]}
