"""The blocks of a document, as data for the template; no text in them is mark-up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from candlemark.publish.submissions.voice import Piece

Block: TypeAlias = "dict[str, Any]"
_NOT_COUNTED = frozenset({"citation"})
"""A citation stands where a footnote would: no recipient counts those."""


def heading(level: int, text: str) -> Block:
    """A heading; the title of the document is the only one of level 1."""
    return {"kind": "heading", "level": level, "text": text}


def paragraph(text: str) -> Block:
    """A paragraph."""
    return {"kind": "paragraph", "text": text}


def citation(text: str) -> Block:
    """How something is cited."""
    return {"kind": "citation", "text": text}


def facts(rows: Iterable[tuple[str, Piece]]) -> Block:
    """Names and what they say; one that says nothing is left out."""
    return {"kind": "facts", "rows": [[name, said] for name, said in rows if said[0]]}


def table(head: Sequence[str], rows: Sequence[Sequence[str]], numbers: int) -> Block:
    """A table; the last ``numbers`` columns hold numbers."""
    return {"kind": "table", "head": list(head), "rows": list(map(list, rows)), "numbers": numbers}


def bars(caption: str, told: str, drawn: Sequence[Mapping[str, Any]]) -> Block:
    """A picture, with what it tells in words for whoever does not see it."""
    return {"kind": "bars", "caption": caption, "alt": told, "bars": list(drawn)}


def short(fingerprint: str) -> str:
    """The beginning of a fingerprint: the whole is wider than a column of paper."""
    return f"{fingerprint[:16]}…"


def words(content: Mapping[str, Any]) -> int:
    """How many words a document has, as a word processor counts: what stands between spaces.

    Titles, tables and cases count, and so does a number; citations do not.
    """
    said = [content["title"], *(text for block in content["blocks"] for text in _texts(block))]
    return sum(len(text.split()) for text in said)


def _texts(block: Block) -> Iterator[str]:
    kind = block["kind"]
    if kind in _NOT_COUNTED:
        return
    if kind == "table":
        yield from block["head"]
        yield from (cell for row in block["rows"] for cell in row)
    elif kind == "facts":
        yield from (text for name, said in block["rows"] for text in (name, said[0]))
    elif kind == "bars":
        yield block["caption"]
        yield from (f"{one['label']} {one['said']}" for one in block["bars"])
    else:
        yield block["text"]
