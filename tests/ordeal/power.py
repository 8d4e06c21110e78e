"""Power cuts: a recorded run is stopped at any of its calls, and the disk keeps what it must.

What is simulated.  The calls of a real run (:mod:`ordeal.tracing`) are replayed on a model of a
disk.  What was written to a file is certain once that file was synced; until then each sector of
512 bytes of each write survives or not by chance, by itself, so that writes are torn and arrive out
of order.  A change of a file's length is certain or not in the same way.  A name that was made,
changed or removed is certain once its folder was synced; until then the last such changes are lost,
in the order of the journal (of the changes waiting, a first part survives).  A file whose lost
sectors lie inside its new length reads as zeros there, or as rubbish.  The index of the write-ahead
log (``-shm``), which SQLite writes through memory and never syncs, comes back as rubbish or not at
all.

What is not simulated.  A disk that acknowledges a sync and does not do it; sectors that were synced
long ago and go bad (see the flipped bits); a file system whose names survive out of order, or that
loses a synced file because its folder was not synced *and* keeps a later change of that folder; a
write torn inside a sector; several processes at once.  A cut while a vault is opened after a cut is
simulated only when a recording of such an opening is given.
"""

from __future__ import annotations

import bisect
import os
import shutil
from dataclasses import dataclass, field
from pathlib import Path

SECTOR = 512
_NAMED = {"rename", "renameat", "renameat2", "unlink", "unlinkat", "mkdir", "mkdirat", "rmdir"}
_REFUSED = {
    "writev", "pwritev", "pwritev2", "fallocate", "truncate", "sync_file_range", "link", "linkat",
    "symlink", "symlinkat", "copy_file_range", "sendfile", "splice", "openat2", "creat", "msync",
}  # fmt: skip


@dataclass
class Node:
    """A file: what is certain to be on the disk, and what waits."""

    certain: bytearray = field(default_factory=bytearray)
    waiting: list = field(default_factory=list)  # (place, bytes) or (length, None)

    def settle(self):
        for change in self.waiting:
            _apply(self.certain, *change)
        self.waiting.clear()

    def survivor(self, chance, share):
        """The content after a cut: each waiting sector survives with probability ``share``."""
        content = bytearray(self.certain)
        rubbish = chance.random() < 0.3
        for place, data in self.waiting:
            if data is None:
                if chance.random() < share:
                    _apply(content, place, None)
                continue
            at = 0
            while at < len(data):  # sectors lie at multiples of 512 of the file
                end = min(len(data), at + SECTOR - (place + at) % SECTOR)
                if chance.random() < share:
                    _apply(content, place + at, data[at:end])
                elif rubbish and place + end > len(content):
                    _apply(content, place + at, chance.randbytes(end - at))
                at = end
        return bytes(content)


def _apply(content, place, data):
    if data is None:
        del content[place:]
        content.extend(bytes(place - len(content)))
        return
    if len(content) < place:
        content.extend(bytes(place - len(content)))
    content[place : place + len(data)] = data


class Disk:
    """The model: files by number, names as they are and as they are certain to be."""

    def __init__(self):
        self.nodes = {}
        self.now = {}  # path -> node, or None for a folder
        self.certain = {}
        self.waiting = []  # changes of names, in order: (folder, path, node or None or _GONE)

    def name(self, path, node):
        self.now[path] = node
        self.waiting.append((str(Path(path).parent), path, node))

    def drop(self, path):
        self.now.pop(path, None)
        self.waiting.append((str(Path(path).parent), path, _GONE))

    def settle_folder(self, folder):
        kept = []
        for change in self.waiting:
            if change[0] == folder:
                _rename(self.certain, change)
            else:
                kept.append(change)
        self.waiting = kept

    def cut(self, chance, root, into):
        """Write what survives a cut to ``into``."""
        share = chance.choice([0.0, 0.2, 0.5, 0.8, 1.0])
        names = dict(self.certain)
        for change in self.waiting[: chance.randint(0, len(self.waiting))]:
            _rename(names, change)
        shutil.rmtree(into, ignore_errors=True)
        Path(into).mkdir(parents=True)
        for path in sorted(names):
            target = Path(into) / os.path.relpath(path, root)
            if not target.parent.is_dir():
                continue  # its folder did not survive
            if names[path] is None:
                target.mkdir(mode=0o700)
            elif path.endswith("-shm"):
                if chance.random() < 0.5:
                    target.write_bytes(chance.randbytes(32768))
            else:
                target.write_bytes(names[path].survivor(chance, share))


_GONE = object()


def _rename(names, change):
    _, path, node = change
    if node is _GONE:
        names.pop(path, None)
    else:
        names[path] = node


@dataclass
class Recording:
    """The steps of a run, each a function on a disk, and what the program told after which step."""

    root: str
    steps: list
    told: list  # (number of steps before, text)

    def acknowledged(self, step):
        """What had been told before this step, and what is told next."""
        at = bisect.bisect_right([before for before, _ in self.told], step)
        return (
            [text for _, text in self.told[:at]],
            self.told[at][1] if at < len(self.told) else "",
        )

    def cut(self, step, chance, into):
        """The disk after a cut just before ``step``."""
        disk = Disk()
        for one in self.steps[:step]:
            one(disk)
        disk.cut(chance, self.root, into)


def understand(calls, root):
    """The recording in a list of calls, of everything below the folder ``root``.

    Refuses (AssertionError) a call below ``root`` that it does not understand, rather than leave it
    out of the model.
    """
    reader = _Reader(str(root))
    for call in calls:
        reader.read(call)
    return Recording(reader.root, reader.steps, reader.told)


class _Reader:
    """Turns calls into steps; knows where the next plain write to each open file goes."""

    def __init__(self, root):
        self.root = root
        self.steps, self.told, self.places = [], [], {}

    def below(self, path):
        return path == self.root or path.startswith(self.root + "/")

    def read(self, call):
        if call.name == "write" and call.fd == 1:
            self.told += [(len(self.steps), text) for text in call.strings[0].decode().splitlines()]
            return
        opened = call.name in {"open", "openat"}
        path = os.fsdecode(call.strings[0]) if opened else call.path
        named = [os.fsdecode(one) for one in call.strings] if call.name in _NAMED else []
        if not any(map(self.below, [path, *named])):
            return
        if call.name in _REFUSED:
            raise AssertionError(f"{call.name} is not in the model of the disk")
        if call.name in _NAMED:
            self.steps.extend(_naming(call, named))
        elif opened:
            self.open(path, call)
        elif call.name in {"read", "lseek", "write"}:
            self.move(path, call)
        else:
            self.steps.extend(_changing(path, call))

    def open(self, path, call):
        if "O_APPEND" in call.text:
            raise AssertionError("a file opened to append is not in the model of the disk")
        self.places[call.result] = 0
        self.steps.extend(_opening(path, call.text))

    def move(self, path, call):
        place = self.places[call.fd]
        if call.name == "write":
            self.steps.append(_writing(path, place, call.strings[0][: call.result]))
        self.places[call.fd] = call.result if call.name == "lseek" else place + call.result


def _changing(path, call):
    if call.name == "pwrite64":
        yield _writing(path, call.numbers()[-1], call.strings[0][: call.result])
    elif call.name == "ftruncate":
        yield _writing(path, call.numbers()[-1], None)
    elif call.name in {"fsync", "fdatasync"}:
        yield _syncing(path)
    elif call.name == "mmap" and "MAP_SHARED" in call.text and not path.endswith("-shm"):
        raise AssertionError("a file written through memory is not in the model of the disk")


def _opening(path, text):
    if "O_CREAT" in text:
        yield lambda disk: None if path in disk.now else disk.name(path, Node())
    if "O_TRUNC" in text:
        yield _writing(path, 0, None)


def _writing(path, place, data):
    return lambda disk: disk.now[path].waiting.append((place, data))


def _syncing(path):
    def sync(disk):
        node = disk.now.get(path)
        if node is None:
            disk.settle_folder(path)
        else:
            node.settle()

    return sync


def _naming(call, named):
    if call.name in {"mkdir", "mkdirat"}:
        yield lambda disk: disk.name(named[0], None)
    elif call.name.startswith("rename"):

        def rename(disk):
            # One change of the journal: both names or neither.
            node = disk.now[named[0]]
            disk.drop(named[0])
            disk.name(named[1], node)

        yield rename
    else:
        yield lambda disk: disk.drop(named[0])
