"""Which bytes of a SQLite file mean something: read from its pages, as sqlite.org/fileformat2 says.

Used to tell apart a flipped bit that nobody reads (free space between the cells of a page) from one
that was read and not noticed.  Written against the description, not against SQLite's code, and good
for files without free pages, which is what a ledger is.
"""

from __future__ import annotations

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


def names(stored):
    """A list with the name of the place of every byte of the file."""
    size = int.from_bytes(stored[16:18], "big")
    size = 65536 if size == 1 else size
    place = [UNUSED] * len(stored)
    reserved = stored[20]
    overflow = []
    overflowing = set()

    def mark(start, stop, name):
        place[start:stop] = [name] * (stop - start)

    pages = range(len(stored) // size)
    waiting = list(pages)
    # Overflow pages are found from the cells that lead to them; every other page is a b-tree.
    trees = {}
    for number in waiting:
        start = number * size + (100 if number == 0 else 0)
        if stored[start] in {2, 5, 10, 13}:
            trees[number] = start
    for number, start in trees.items():
        if number in overflowing:
            continue
        page = stored[number * size : (number + 1) * size]
        head = start - number * size
        kind = page[head]
        cells = int.from_bytes(page[head + 3 : head + 5], "big")
        leaf = kind in {10, 13}
        length = 8 if leaf else 12
        mark(start, start + length + 2 * cells, f"page {number + 1}, head and pointers")
        for cell in range(cells):
            pointer = head + length + 2 * cell
            at = begin = int.from_bytes(page[pointer : pointer + 2], "big")
            at += 0 if leaf else 4
            if kind == 5:
                at += _varint(page, at)[1]
                mark(number * size + begin, number * size + at, f"page {number + 1}, cell {cell}")
                continue
            payload, used = _varint(page, at)
            at += used
            if kind == 13:
                at += _varint(page, at)[1]
            usable = size - reserved
            most = usable - 35 if kind == 13 else (usable - 12) * 64 // 255 - 23
            least = (usable - 12) * 32 // 255 - 23
            local = payload
            if payload > most:
                local = least + (payload - least) % (usable - 4)
                local = local if local <= most else least
                following = int.from_bytes(page[at + local : at + local + 4], "big")
                overflow.append((following, payload - local, f"page {number + 1}, cell {cell}"))
                overflowing.add(following - 1)
                at += 4
            end = max(at + local, begin + 4)
            mark(number * size + begin, number * size + end, f"page {number + 1}, cell {cell}")
    for first, rest, name in overflow:
        number, left = first, rest
        while left > 0:
            start = (number - 1) * size
            here = min(left, size - reserved - 4)
            mark(start, start + size, UNUSED)
            mark(start, start + 4 + here, f"{name}, overflow")
            left -= here
            number = int.from_bytes(stored[start : start + 4], "big")
    for name, (start, stop) in HEADER.items():
        mark(start, stop, f"header, {name}")
    return place
