"""Files with a section for each tongue, and what can be wrong with a text in one."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any

from candlemark.errors import Fault, NotUnderstood
from candlemark.publish.lettering import can_be_shown
from candlemark.publish.table import TONGUES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from candlemark.publish.table import Texts


def read_toml(content: bytes, largest: int, what: str, hint: str) -> Mapping[str, Any]:
    """What a TOML file says.

    Args:
        content: of the file.
        largest: bytes it may have.
        what: it is for, as a message says it: ``the texts``.
        hint: what such a file is.

    Raises:
        NotUnderstood: it is too large, or no TOML.
    """
    try:
        if len(content) > largest:
            raise ValueError("too large")
        return tomllib.loads(content.decode())
    except (ValueError, RecursionError):  # TOML and UTF-8 faults are values too
        raise NotUnderstood(f"the file with {what} cannot be read", hint=hint) from None


def read_sections(
    content: bytes, largest: int, what: str, hint: str, also: Collection[str] = ()
) -> Mapping[str, Any]:
    """The sections of a file that has one for each tongue, and those named in ``also``.

    Raises:
        NotUnderstood: as :func:`read_toml`, or it holds something else; ``faults`` names it.
    """
    found = read_toml(content, largest, what, hint)
    strange = [
        str(name)
        for name, one in found.items()
        if name not in {*TONGUES, *also} or not isinstance(one, dict)
    ]
    if strange:
        raise NotUnderstood(
            f"the file with {what} holds more than the tongues",
            hint=hint,
            faults=[Fault(name[:40], "this is no tongue of a release") for name in strange],
        )
    return found


def texts_under(found: Mapping[str, Any], key: str) -> Texts:
    """What the sections say under a key; a tongue that says nothing is left out."""
    said = {tongue: found.get(tongue, {}).get(key, "") for tongue in TONGUES}
    return {tongue: text.strip() for tongue, text in said.items() if isinstance(text, str) and text}


def wrong_with(text: str, longest: int, tongue: str = "") -> Iterator[str]:
    """What is wrong with a text of so many characters at most; nothing when it can be shown.

    Args:
        text: of the public.
        longest: characters it may have.
        tongue: the name of the tongue it is missing in, if it is.
    """
    if not text.strip():
        yield f"it is missing ({tongue})" if tongue else "it is missing"
    elif len(text) > longest:
        yield f"it is longer than {longest:,} characters"
    elif not can_be_shown(text):
        yield "it holds characters that cannot be shown"
