"""The files that organisations exchange: one JSON object each, versioned, with its own hash.

A file is read strictly: a field too many, one too few, another type, a later version, a changed
byte, each is refused, and the message repeats nothing that stands in it.  The hash finds accidents.
Whoever changes a file on purpose can make a new one; what they gain by it is said in
docs/guides/linking-privately.md.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, Final, TypeVar

import msgspec

from candlemark.errors import NewerFormat, SourceMalformed

if TYPE_CHECKING:
    from collections.abc import Mapping

LIMIT: Final = 1 << 31
"""Bytes of the longest file that is read."""
_CHECK: Final = "check"
_VERSION: Final = 1


class Paper(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A document that travels.  ``format`` says what it is, ``check`` is the hash of the rest."""

    format: str
    check: str = ""


P = TypeVar("P", bound=Paper)


def format_of(what: str) -> str:
    """``candlemark-link-encodings/1``."""
    return f"candlemark-link-{what}/{_VERSION}"


def hash_of(content: bytes) -> str:
    """``sha256:`` and the hash in hex."""
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def sealed_with_hash(paper: P) -> P:
    """The same document with the hash of all its other fields."""
    return msgspec.structs.replace(paper, check=_hash(msgspec.to_builtins(paper)))


def written(paper: Paper) -> bytes:
    """The bytes of its file."""
    document: dict[str, Any] = msgspec.to_builtins(paper)
    return f"{json.dumps(document, ensure_ascii=False, indent=1)}\n".encode()


def read(content: bytes, kind: type[P], what: str, *, name: str = "the file") -> P:
    """A document of this kind.

    Args:
        content: of the file.
        kind: the class.
        what: the word in its format: ``agreement``, ``encodings``.
        name: how the message calls the file.

    Raises:
        NewerFormat: a later Candlemark wrote it.
        SourceMalformed: it is something else, or a byte of it was changed.
    """
    try:
        document = msgspec.json.decode(content)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise _no_such(name, what) from None
    told = document.get("format") if isinstance(document, dict) else None
    if not isinstance(told, str) or not told.startswith(f"candlemark-link-{what}/"):
        raise _no_such(name, what)
    if told != format_of(what):
        raise NewerFormat(
            f"{name} was written in a later form of {what}",
            hint="both organisations and the linkage unit need the same version of Candlemark",
        )
    try:
        paper = msgspec.convert(document, kind)
    except msgspec.MsgspecError:
        raise SourceMalformed(
            f"{name} has not the fields of such a file",
            hint="ask for the file again; do not mend it by hand",
        ) from None
    if paper.check != _hash(document):
        raise SourceMalformed(
            f"{name} is not as it was written: its hash does not fit",
            hint="ask for the file again, and compare its hash by another way",
        )
    return paper


def _no_such(name: str, what: str) -> SourceMalformed:
    return SourceMalformed(f"{name} is no file of the kind {what}", hint="look at its name")


def _hash(document: Mapping[str, Any]) -> str:
    rest = {name: value for name, value in document.items() if name != _CHECK}
    # Sorted and without spaces, so that a reader of another make finds the same bytes.
    text = json.dumps(rest, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hash_of(text.encode())
