"""A file of separated values read slowly and exactly (RFC 4180), so that every fault has its line.

The fast reader of the table engine forgives things it should not (an empty value too many at the
end of a line, an empty line, a quotation mark that swallows the rest of the file), and it names one
fault at a time.  This reader is asked for the header of every file, and for the whole file when the
fast reader fails or its cells do not add up to the bytes of the file.  It repairs nothing.

Refused, each with its line: NUL, a byte order mark, bytes that are not of the encoding, another
number of values than the header has, empty lines between rows, a quotation mark inside an unquoted
value or behind a quoted one, one that is never closed, a carriage return alone.  Empty lines at the
end of a file are not rows and are let pass.  Line breaks inside quoted values are allowed.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from candlemark.errors import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_BOM: Final = "\ufeff"
_MARKED: Final = "utf-8-sig"
"""The encoding of a crosswalk whose files begin with a byte order mark, as a spreadsheet writes."""

_WIDE: Final = ("utf-16", "utf-32")
_RECORD_LINES: Final = 1000
"""A quoted value that runs over more lines than this was never closed."""
_CSV_LIMIT: Final = 100_000
"""Python's csv, which is fast and here only cuts what was found well formed, takes no longer
values than 131,072 letters."""

_OTHER_DELIMITERS: Final = (";", "\t", "|", ",")


@dataclass(slots=True)
class Faults:
    """Faults by line; lines that follow each other with the same fault become one range."""

    file: str
    ranges: list[tuple[int, int, str]] = field(default_factory=list)

    def add(self, line: int, what: str, last: int = 0) -> None:
        """That ``what`` is wrong at ``line``, or from there to ``last``."""
        last = last or line
        if self.ranges and self.ranges[-1][1:] == (line - 1, what):
            line = self.ranges.pop()[0]
        self.ranges.append((line, last, what))

    def told(self) -> tuple[Fault, ...]:
        """The faults in the order of the file."""
        return tuple(
            Fault(
                f"{self.file}, line {first}"
                if first == last
                else f"{self.file}, lines {first} to {last}",
                what,
            )
            for first, last, what in sorted(self.ranges, key=lambda one: one[0])
        )


@dataclass(frozen=True, slots=True)
class Record:
    """One record: its first line, and its values."""

    line: int
    values: list[str]


class Reader:
    """The records of a file, and the faults met on the way.

    Iterate over :meth:`records` to the end, then look at ``faults``.
    """

    def __init__(self, path: Path, encoding: str, delimiter: str) -> None:
        self._path = path
        self._encoding = codecs.lookup(encoding).name
        self._delimiter = delimiter
        mark = re.escape(delimiter)
        quoted = r'"[^"]*+(?:""[^"]*+)*+"'
        plain = rf'[^"{mark}\r\n]*+'
        self._value = re.compile(rf"(?:{quoted}|{plain})(?={mark}|\Z)")
        self._whole = re.compile(rf"(?:{quoted}|{plain})(?:{mark}(?:{quoted}|{plain}))*")
        self._open = re.compile(rf'(?:(?:{quoted}|{plain}){mark})*"[^"]*+(?:""[^"]*+)*+')
        self.faults = Faults(path.name)

    def records(self) -> Iterator[Record]:
        """Every record that can be told apart; lines that cannot are in ``faults``."""
        width = 0
        empty: list[int] = []
        for line, last, text in self._texts():
            if not text:
                empty.append(line)
                continue
            for one in empty:
                self.faults.add(one, "the line is empty")
            empty.clear()
            values = self._values(text)
            width = width or len(values)
            if len(values) != width:
                self.faults.add(line, self._width_fault(text, len(values), width), last)
                continue
            yield Record(line, values)

    def _texts(self) -> Iterator[tuple[int, int, str]]:
        """The text of each record that is well formed, with its first and last line."""
        lines = self._lines()
        waiting: list[tuple[int, str]] = []
        while waiting or (waiting := list(_some(lines))):
            number, text = waiting.pop(0)
            body = _without_end(text)
            if '"' not in body:
                if "\r" in body:
                    self.faults.add(number, "a carriage return stands alone")
                else:
                    yield number, number, body
                continue
            if self._whole.fullmatch(body):
                yield number, number, body
                continue
            if self._open.fullmatch(body) is None:
                self.faults.add(number, "a quotation mark stands where none can")
                continue
            taken, joined = self._close(text, waiting, lines)
            if joined is None:
                self.faults.add(number, "a quotation mark is opened and not closed")
                continue
            del waiting[:taken]
            yield number, number + taken, joined

    def _close(
        self, text: str, waiting: list[tuple[int, str]], lines: Iterator[tuple[int, str]]
    ) -> tuple[int, str | None]:
        """Join following lines until the open value closes; None when it does not."""
        parts = [text]
        for taken in range(1, _RECORD_LINES):
            if len(waiting) < taken:
                waiting.extend(_some(lines))
            if len(waiting) < taken:
                break
            following = waiting[taken - 1][1]
            parts.append(following)
            if following.count('"') % 2 == 0:
                continue
            joined = _without_end("".join(parts))
            if self._whole.fullmatch(joined):
                return taken, joined
            break
        return 0, None

    def _values(self, text: str) -> list[str]:
        if '"' not in text:
            return text.split(self._delimiter)
        if "\n" not in text and len(text) < _CSV_LIMIT and len(self._delimiter) == 1:
            return next(csv.reader((text,), delimiter=self._delimiter, strict=True))
        values: list[str] = []
        place = 0
        while True:
            found = self._value.match(text, place)
            if found is None:  # the whole was matched before; this cannot happen
                return values
            value = found[0]
            values.append(value[1:-1].replace('""', '"') if value[:1] == '"' else value)
            place = found.end() + len(self._delimiter)
            if found.end() >= len(text):
                return values

    def _width_fault(self, text: str, found: int, width: int) -> str:
        for other in _OTHER_DELIMITERS:
            if other != self._delimiter and text.count(other) == width - 1:
                return f"separated by {other!r} instead of {self._delimiter!r}"
        values = "value" if found == 1 else "values"
        return f"{found} {values} where the header has {width}"

    def _lines(self) -> Iterator[tuple[int, str]]:
        """Number and text of every line that can be decoded, with its end."""
        for number, text in self._wide() if self._encoding.startswith(_WIDE) else self._narrow():
            if "\0" in text:
                self.faults.add(number, "a NUL byte")
            elif text.startswith(_BOM):
                self.faults.add(number, "a byte order mark")
            else:
                yield number, text

    def _narrow(self) -> Iterator[tuple[int, str]]:
        marked = self._encoding == _MARKED
        decode = codecs.getdecoder("utf-8" if marked else self._encoding)
        with self._path.open("rb") as file:
            for number, line in enumerate(file, 1):
                try:
                    text, _ = decode(line, "strict")
                except UnicodeDecodeError as error:
                    self.faults.add(number, f"not {self._encoding}: byte {line[error.start]:#04x}")
                else:
                    yield number, text.removeprefix(_BOM) if marked and number == 1 else text

    def _wide(self) -> Iterator[tuple[int, str]]:
        stored = self._path.read_bytes()
        try:
            text = stored.decode(self._encoding)
        except UnicodeDecodeError as error:
            before = stored[: error.start].decode(self._encoding, "replace")
            self.faults.add(before.count("\n") + 1, f"not {self._encoding}")
            return
        yield from enumerate(io.StringIO(text, newline="\n"), 1)


def _some(lines: Iterator[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """The next line, if there is one."""
    for line in lines:
        yield line
        return


def _without_end(text: str) -> str:
    return text.removesuffix("\n").removesuffix("\r")
