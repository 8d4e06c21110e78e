"""What commands print: JSON documents, tables for the eye, progress on a terminal.

Nothing here knows a floor.  Numbers in JSON are numbers, unrounded; words beside a JSON document
go to standard error, so that standard output holds the document and nothing else.
"""

from __future__ import annotations

import dataclasses
import json
import sys
from contextlib import contextmanager
from datetime import date, datetime
from enum import Enum
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence


def print_json(document: object) -> None:
    """One JSON document on standard output, in UTF-8, indented for the eye."""
    sys.stdout.write(json_text(document))


def json_text(document: object) -> str:
    """The same, as a text for a file."""
    return json.dumps(plain(document), ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def plain(value: Any) -> Any:
    """Dataclasses, dates and tuples as what JSON knows; anything else unknown is refused."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        # Field by field and not asdict: asdict deep-copies, which a mapping proxy refuses.
        return {part.name: plain(getattr(value, part.name)) for part in dataclasses.fields(value)}
    if hasattr(value, "__struct_fields__"):
        return {name: plain(getattr(value, name)) for name in value.__struct_fields__}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, (str, int, float, bool)) or value is None:
        return value
    if hasattr(value, "items"):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(item) for item in value]
    raise TypeError(f"cannot say a {type(value).__name__} in JSON")


def say(words: str = "") -> None:
    """A line for the person."""
    click.echo(words)


def aside(words: str) -> None:
    """A line for the person that must not mix with a document on standard output."""
    click.echo(words, err=True)


def print_table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """A table in columns; numbers to the right, words to the left."""
    cells = [[_cell(value) for value in row] for row in rows]
    widths = [max(len(head[i]), *(len(row[i]) for row in cells), 0) for i in range(len(head))]
    right = [
        bool(rows) and all(isinstance(row[i], (int, float)) or row[i] is None for row in rows)
        for i in range(len(head))
    ]
    for row in ([*head], ["─" * width for width in widths], *cells):
        line = "  ".join(
            text.rjust(width) if to_right else text.ljust(width)
            for text, width, to_right in zip(row, widths, right, strict=True)
        )
        click.echo(line.rstrip())


def _cell(value: object) -> str:
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:.4f}"
    return str(value)


def percent(share: float) -> str:
    """A probability as people read it: 20.2 %."""
    return f"{100 * share:.1f} %"


@contextmanager
def progress(what: str) -> Iterator[Callable[[float, str], None] | None]:
    """A bar on a terminal, nothing anywhere else.

    Yields a callable that takes the share done (0 to 1) and what is being done, or None where
    nobody is looking.
    """
    if not sys.stderr.isatty():
        yield None
        return
    with click.progressbar(length=1000, label=what, file=sys.stderr) as bar:
        at = 0

        def tell(done: float, doing: str) -> None:
            nonlocal at
            bar.label = doing or what
            step = max(0, round(1000 * min(done, 1.0)) - at)
            bar.update(step)
            at += step

        yield tell


def label(labels: Mapping[str, str], fallback: str = "") -> str:
    """The English label of something, for a terminal."""
    return labels.get("en", fallback)
