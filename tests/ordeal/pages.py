"""Which bytes of a SQLite file mean something: read from its pages, as sqlite.org/fileformat2 says.

Used to tell apart a flipped bit that nobody reads (free space between the cells of a page) from one
that was read and not noticed.  Written against the description, not against SQLite's code, and good
for files without free pages, which is what a ledger is.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing

HEADER = {
    "the magic text": (0, 16), "page size": (16, 18), "format versions": (18, 20),
    "reserved bytes": (20, 21), "payload fractions": (21, 24), "change counter": (24, 28),
    "pages in the file": (28, 32), "free list": (32, 40), "schema cookie": (40, 44),
    "schema format": (44, 48), "cache size": (48, 52), "largest root": (52, 56),
    "encoding": (56, 60), "user version": (60, 64), "incremental vacuum": (64, 68),
    "application": (68, 72), "reserved for later": (72, 92), "counter of the version": (92, 96),
    "version of SQLite": (96, 100),
}  # fmt: skip
UNUSED = "free space"


def _varint(page, at):
    value = 0
    for length in range(1, 10):
        byte = page[at + length - 1]
        if length == 9:
            return (value << 8) | byte, 9
        value = (value << 7) | (byte & 0x7F)
        if byte < 0x80:
            return value, length
    raise AssertionError


class _File:
    """A file whose bytes are given names, page by page."""

    def __init__(self, stored):
        size = int.from_bytes(stored[16:18], "big")
        self.size = 65536 if size == 1 else size
        self.usable = self.size - stored[20]
        self.stored = stored
        self.place = [UNUSED] * len(stored)
        self.overflow = []  # (first page, bytes in it and behind, name)

    def mark(self, start, stop, name):
        self.place[start:stop] = [name] * (stop - start)

    def local(self, kind, payload):
        """How much of a payload lies in the cell itself."""
        most = self.usable - 35 if kind == 13 else (self.usable - 12) * 64 // 255 - 23
        if payload <= most:
            return payload
        least = (self.usable - 12) * 32 // 255 - 23
        some = least + (payload - least) % (self.usable - 4)
        return some if some <= most else least

    def tree(self, number):
        """Mark the head, the pointers and the cells of one page of a b-tree."""
        start = number * self.size
        head = start + (100 if number == 0 else 0)
        kind = self.stored[head]
        length = 8 if kind in {10, 13} else 12
        cells = int.from_bytes(self.stored[head + 3 : head + 5], "big")
        self.mark(head, head + length + 2 * cells, f"page {number + 1}, head and pointers")
        for cell in range(cells):
            pointer = head + length + 2 * cell
            begin = start + int.from_bytes(self.stored[pointer : pointer + 2], "big")
            name = f"page {number + 1}, cell {cell}"
            self.mark(begin, self.end_of_cell(kind, begin, name), name)

    def end_of_cell(self, kind, begin, name):
        at = begin + (0 if kind in {10, 13} else 4)
        payload, used = _varint(self.stored, at)
        at += used
        if kind == 5:
            return at
        if kind == 13:
            at += _varint(self.stored, at)[1]
        local = self.local(kind, payload)
        if local < payload:
            following = int.from_bytes(self.stored[at + local : at + local + 4], "big")
            self.overflow.append((following, payload - local, f"{name}, overflow"))
            at += 4
        return max(at + local, begin + 4)

    def overflowing(self):
        """Mark the pages that long values go on in; what looked like a b-tree there was not one."""
        for first, rest, name in self.overflow:
            number, left = first, rest
            while left > 0:
                start = (number - 1) * self.size
                here = min(left, self.usable - 4)
                self.mark(start, start + self.size, UNUSED)
                self.mark(start, start + 4 + here, name)
                left -= here
                number = int.from_bytes(self.stored[start : start + 4], "big")


def names(stored):
    """A list with the name of the place of every byte of the file.

    Trees are walked from their roots, which the first page names.
    """
    file = _File(stored)
    waiting, done = [0, *_roots(stored)], set()
    while waiting:
        number = waiting.pop()
        if number not in done:
            done.add(number)
            file.tree(number)
            waiting.extend(_children(file, number))
    file.overflowing()
    for name, (start, stop) in HEADER.items():
        file.mark(start, stop, f"header, {name}")
    return file.place


def _roots(stored):
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.deserialize(_without_log(stored))
        rows = connection.execute("SELECT rootpage FROM sqlite_schema WHERE rootpage > 0")
        return [number - 1 for (number,) in rows]


def _without_log(stored):
    """The same file, said to keep no write-ahead log, as a file in memory cannot have one."""
    return stored[:18] + b"\x01\x01" + stored[20:]


def _children(file, number):
    head = number * file.size + (100 if number == 0 else 0)
    if file.stored[head] in {10, 13}:
        return []
    cells = int.from_bytes(file.stored[head + 3 : head + 5], "big")
    found = [int.from_bytes(file.stored[head + 8 : head + 12], "big")]
    for cell in range(cells):
        pointer = head + 12 + 2 * cell
        at = number * file.size + int.from_bytes(file.stored[pointer : pointer + 2], "big")
        found.append(int.from_bytes(file.stored[at : at + 4], "big"))
    return [child - 1 for child in found]
