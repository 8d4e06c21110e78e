"""A disk is taken while the program runs: 200 cases are in the vault, and none of them is on the disk.

Every file the program left is read: the vault with its write-ahead logs (the program is killed, so
they are not folded in), its temporary folder, its home, what it printed.  Every word that was put
into the cases, every subject, the device, the passphrase and every moment of writing is looked for
as UTF-8, UTF-16, Base64 in its three alignments, hexadecimal, and inside anything that unpacks.

What *is* learned is told at the end of the run: how many entries, and how large their parts are.
"""

from __future__ import annotations

import base64
import bz2
import json
import lzma
import re
import shutil
import signal
import sqlite3
import subprocess
import time
import zlib
from collections import Counter, defaultdict
from datetime import UTC, datetime

import msgspec
import pytest

from ordeal import doors, tracing

SHORTEST = 5  # bytes of what is looked for; less would be found by chance


@pytest.fixture
def seized(memory):
    """What was planted, and the folders as they were when the program was killed in the middle."""
    places = {name: memory / name for name in ("disk", "tmp", "home")}
    for place in places.values():
        place.mkdir()
    printed = memory / "printed"
    with printed.open("wb") as out, (memory / "errors").open("wb") as errors:
        running = subprocess.Popen(
            tracing.command("plant.py", places["disk"] / "vault", memory / "planted.json"),
            stdout=out,
            stderr=errors,
            cwd=places["disk"],
            env=tracing.surroundings(TMPDIR=str(places["tmp"]), HOME=str(places["home"])),
        )
        while running.poll() is None and b"planted" not in printed.read_bytes():
            time.sleep(0.05)
        running.send_signal(signal.SIGKILL)
        running.wait()
    assert b"planted" in printed.read_bytes(), (memory / "errors").read_text()
    planted = json.loads((memory / "planted.json").read_text(encoding="utf-8"))
    files = [path for place in places.values() for path in place.rglob("*") if path.is_file()]
    files += [printed, memory / "errors"]
    # Names of files and folders are on the disk as well.
    names = "\n".join(str(path.relative_to(memory)) for path in memory.rglob("*")).encode()
    return planted, {str(path): path.read_bytes() for path in files} | {"names": names}, memory


def spellings(text):
    """The bytes a text may be found as; what is too short to say anything is left out."""
    for plain in {text, text.lower(), text.upper(), text.casefold()}:
        for bare in (plain.encode(), plain.encode("utf-16-le"), plain.encode("utf-16-be")):
            if len(bare) < SHORTEST:
                continue
            yield bare
            yield bare.hex().encode()
            yield bare.hex().upper().encode()
            for before in range(3):
                coded = base64.b64encode(bytes(before) + bare)
                # The first and last letters depend on what stands around it.
                inner = coded[(0, 2, 3)[before] : len(coded) - 4]
                if len(inner) >= 8:
                    yield inner
                    yield inner.replace(b"+", b"-").replace(b"/", b"_")


def moments(milliseconds):
    """The bytes a moment of writing may be found as: finer than a day, in any usual form."""
    moment = datetime.fromtimestamp(milliseconds / 1000, UTC)
    yield milliseconds.to_bytes(8, "big")
    yield milliseconds.to_bytes(8, "little")
    yield msgspec.msgpack.encode(milliseconds)
    yield str(milliseconds).encode()
    yield str(milliseconds // 1000).encode()
    yield msgspec.msgpack.encode(moment)
    for form in ("%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y%m%dT%H%M", "%d/%b/%Y:%H:%M"):
        yield moment.strftime(form).encode()


def unpacked(stored):
    """What is in the file, and what any packed thing inside it unpacks to."""
    yield stored
    for magic, unpack in (
        (rb"\x1f\x8b\x08", lambda raw: zlib.decompressobj(31).decompress(raw, 1 << 24)),
        (rb"\x78[\x01\x5e\x9c\xda]", lambda raw: zlib.decompressobj().decompress(raw, 1 << 24)),
        (rb"BZh[1-9]", lambda raw: bz2.BZ2Decompressor().decompress(raw, 1 << 24)),
        (rb"\xfd7zXZ\x00", lambda raw: lzma.LZMADecompressor().decompress(raw, 1 << 24)),
    ):
        for at in re.finditer(magic, stored):
            try:
                yield unpack(stored[at.start() :])
            except (zlib.error, OSError, lzma.LZMAError, EOFError, ValueError):
                continue


def search(wanted, files):
    """Every piece of ``wanted`` (bytes -> what it is) that lies in one of the files, and where."""
    found, by_start = [], defaultdict(list)
    for piece in wanted:
        by_start[piece[:SHORTEST]].append(piece)
    for name, stored in files.items():
        for content in unpacked(stored):
            for at in range(len(content) - SHORTEST + 1):
                found.extend(
                    (wanted[piece], name, at)
                    for piece in by_start.get(content[at : at + SHORTEST], ())
                    if content.startswith(piece, at)
                )
    return found


def test_nothing_of_two_hundred_cases_is_on_a_seized_disk(seized, figure):
    planted, files, memory = seized
    wanted = {}
    for text in {*planted["texts"], *planted["subjects"], planted["device"], planted["passphrase"]}:
        wanted.update(dict.fromkeys(spellings(text), text))
    for subject in (*planted["subjects"], planted["device"]):
        bare = subject.split("_")[-1]
        if len(bare) >= 16:
            wanted.update(dict.fromkeys(spellings(bare), subject))
            if re.fullmatch("[0-9a-f]+", bare):
                wanted[bytes.fromhex(bare)] = subject
    for milliseconds in planted["written"]:
        wanted.update(dict.fromkeys(moments(milliseconds), str(milliseconds)))

    assert planted["cases"] == 200
    assert any(name.endswith("-wal") and len(stored) for name, stored in files.items())
    # The keystore names each key it holds by its hash, and so the device's, which is no secret: its
    # public half is in the genesis.  What must not be told is which entry a device wrote.
    hits = [
        hit
        for hit in search(wanted, files)
        if not (hit[0] == planted["device"] and doors.KEYSTORE in hit[1])
    ]
    leaves, classes = learned(memory)
    figure(
        f"{len(wanted)} spellings of {len(planted['texts'])} texts, {len(planted['subjects'])} "
        f"subjects and {len(planted['written'])} moments in {len(files)} files of "
        f"{sum(map(len, files.values())):,} bytes: {len(hits)} found. Learned: {leaves} entries, "
        f"parts by size class {classes}; the file system tells when each file was last changed"
    )

    assert hits == []
    assert leaves >= 200


def learned(memory):
    """What anybody can tell from the clear leaves."""
    copy = memory / "copy"
    shutil.copytree(memory / "disk" / "vault", copy)
    connection = sqlite3.connect(copy / doors.LEDGER)
    leaves = [
        msgspec.msgpack.decode(leaf) for (leaf,) in connection.execute("SELECT leaf FROM leaf")
    ]
    connection.close()
    return len(leaves), dict(
        sorted(Counter(part[2] for leaf in leaves for part in leaf[4]).items())
    )


@pytest.mark.parametrize("text", ["Ana Example", "Полина Пример", "مثال الاسم"])
def test_the_search_finds_what_is_there(text):
    """The test of the test: the same search finds each spelling that is put somewhere."""
    hidden = {
        "plain": text.encode(),
        "utf-16": text.encode("utf-16-le"),
        "hexadecimal": text.encode().hex().encode(),
        "base64": base64.b64encode(b"x" + text.encode() + b"yz"),
        "packed": b"before" + zlib.compress(text.encode()) + b"behind",
        "gzip": zlib.compressobj(wbits=31).compress(b"") + packed_gzip(text.encode()),
    }
    wanted = dict.fromkeys(spellings(text), text)

    assert {name for _, name, _ in search(wanted, hidden)} == set(hidden)


def packed_gzip(content):
    packer = zlib.compressobj(wbits=31)
    return packer.compress(content) + packer.flush()


def test_the_search_finds_a_moment():
    milliseconds = 1_767_225_600_123
    wanted = dict.fromkeys(moments(milliseconds), "it")

    assert search(wanted, {"a": b"x" + msgspec.msgpack.encode([milliseconds])})
    assert search(wanted, {"a": b"[2026-01-01 00:00:00] saved"})
