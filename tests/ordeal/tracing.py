"""What a program asks of the disk, recorded at the border of the operating system.

``strace`` writes down every call of a real run of our own program, with the SQLite it really runs
on, in the order the kernel saw them.  The same tool makes a chosen call fail, or ends the process
at it, which is how :mod:`ordeal` fills a disk or breaks it at the n-th call.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

TESTS = Path(__file__).resolve().parent.parent
PROGRAMS = Path(__file__).resolve().parent / "programs"

RECORDED = (
    "open,openat,openat2,creat,close,read,lseek,write,pwrite64,writev,pwritev,pwritev2,"
    "truncate,ftruncate,fallocate,fsync,fdatasync,sync_file_range,msync,mmap,"
    "rename,renameat,renameat2,unlink,unlinkat,mkdir,mkdirat,rmdir,link,linkat,symlink,"
    "symlinkat,copy_file_range,sendfile,splice,dup,dup2,dup3,ioctl"
)
_LINE = re.compile(r"\d+ +(\w+)\((.*)\) += (-?\d+|\?|0x[0-9a-f]+)(.*)")
_QUOTED = re.compile(r'"((?:\\x[0-9a-f]{2})*)"(\.\.\.)?')
_FD = re.compile(r"(-?\d+|AT_FDCWD)<([^>]*)>")


def command(program, *arguments):
    """The command that runs one of the programs of the ordeal."""
    return [sys.executable, str(PROGRAMS / program), *map(str, arguments)]


def surroundings(**more):
    """The environment in which the programs find the doors."""
    return {**os.environ, "PYTHONPATH": str(TESTS), "PYTHONDONTWRITEBYTECODE": "1", **more}


@dataclass(frozen=True)
class Call:
    """One call: its name, what was given (paths and data in bytes, numbers), what came back."""

    name: str
    fd: int | None
    path: str
    strings: tuple[bytes, ...]
    text: str
    result: int

    def numbers(self):
        """The whole numbers among the arguments, in order, the descriptor left out."""
        bare = _FD.sub("", _QUOTED.sub("", self.text))
        return [int(one) for one in re.findall(r"(?<![\w<])-?\d+(?!\w)", bare)]


def _bytes(quoted):
    return bytes.fromhex(quoted.replace("\\x", ""))


def read_calls(trace):
    """The calls of a recording that succeeded, in order."""
    waiting = {}
    for raw in trace.read_text(encoding="ascii").splitlines():
        line = raw
        process = line.split(" ", 1)[0]
        if line.endswith("<unfinished ...>"):
            waiting[process] = line.removesuffix("<unfinished ...>").rstrip()
            continue
        resumed = re.match(r"\d+ +<\.\.\. \w+ resumed>", line)
        if resumed:
            line = waiting.pop(process) + line[resumed.end() :]
        found = _LINE.match(line)
        if found is None or found[3] in {"?", "-1"}:
            continue
        name, text, result = found[1], found[2], found[3]
        quoted = _QUOTED.findall(text)
        if any(cut for _, cut in quoted) and name not in {"read", "ioctl"}:
            raise AssertionError(f"the recording of {name} is cut short")
        at = _FD.search(text)
        number = int(at[1]) if at and at[1].lstrip("-").isdigit() else None
        path = os.fsdecode(_bytes(at[2])) if at else ""
        yield Call(
            name, number, path, tuple(_bytes(one) for one, _ in quoted), text, int(result, 0)
        )


def record(arguments, trace):
    """Run a command to its end and record its calls; the calls."""
    told = [
        "strace",
        "-f",
        "--seccomp-bpf",
        "-y",
        "-xx",
        "-s",
        "9000000",
        "-e",
        f"trace={RECORDED}",
    ]
    subprocess.run(
        [*told, "-o", trace, "--", *arguments],
        check=True,
        env=surroundings(),
        stdout=subprocess.DEVNULL,
    )
    return list(read_calls(trace))


def files_of(folder):
    """Every path a vault in ``folder`` may use, for a filter; those that are not there as well."""
    folder = Path(folder)
    bases = [
        folder / name for name in ("ledger.db", "keystore.db", "ledger.db.new", "keystore.db.new")
    ]
    found = [folder, folder.parent, folder / "writer.lock"]
    for base in bases:
        found += [base, *(base.with_name(base.name + end) for end in ("-wal", "-shm", "-journal"))]
    return found


def count_calls(arguments, folder, kinds):
    """How often each kind of call is made on the files of a vault by a command that succeeds."""
    made = dict.fromkeys(kinds, 0)
    with tempfile.TemporaryDirectory() as scratch:
        log = Path(scratch) / "log"
        subprocess.run(
            ["strace", "-f", "-o", log, *_only(folder), "-e", f"trace={','.join(kinds)}", *arguments],
            check=True, env=surroundings(), stdout=subprocess.DEVNULL,
        )  # fmt: skip
        for line in log.read_text(encoding="ascii", errors="replace").splitlines():
            name = line.split()[1].split("(")[0]
            made[name] = made.get(name, 0) + 1
    return {kind: made[kind] for kind in kinds if made[kind]}


def disturbed(arguments, folder, kind, what, *, seconds=600):
    """Run a command while one kind of call on the files of a vault is disturbed.

    ``what`` is in the words of strace: ``error=EIO:when=3``, ``signal=SIGKILL:when=7``.
    """
    return subprocess.run(
        ["strace", "-f", "-q", "-o", os.devnull, *_only(folder), "-e", f"trace={kind}",
         "-e", f"inject={kind}:{what}", *arguments],
        check=False, env=surroundings(), capture_output=True, text=True, timeout=seconds,
    )  # fmt: skip


def _only(folder):
    return [word for path in files_of(folder) for word in ("-P", str(path))]
