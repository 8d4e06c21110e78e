"""How fast the ledger is beside the limits of what it is made of, measured in the same run.

- one durable, signed action at a time, by 1 and by 4 processes, beside a bare commit of as many
  bytes with SQLite (write-ahead log, synchronous=FULL) and a bare ``fdatasync`` of 4 KiB;
- facts appended in bulk, verified, and opened and folded, ten facts to an action as a person saves
  them, beside the ciphers and the decoder alone (PyNaCl and msgspec) on the same bytes;
- the verifier that is handed over with an export, beside the ledger's own verification of it;
- unlocking, beside Argon2id alone.

Work that computes is given in facts per second of CPU (another program on the machine does not
change it much), work that waits for the disk per second of the clock.  What counts is the ratio.
Figures go to ``bench/out/ledger_ratio.json``; 1 when a target of the design is missed.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import runpy
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from nacl.bindings import crypto_aead_xchacha20poly1305_ietf_decrypt as decrypt
from nacl.bindings import crypto_aead_xchacha20poly1305_ietf_encrypt as encrypt
from nacl.pwhash import argon2id
from nacl.signing import SigningKey

from candlemark.ledger import Fact, Kinds, Part, Vault
from candlemark.seal import Cost, new_passphrase

if TYPE_CHECKING:
    from collections.abc import Callable

OUT = Path(__file__).resolve().parent / "out"
FACTS = 10
WRITERS = 4
TARGETS = {
    "durable actions, 4 writers": ("per second", 100.0),
    "durable p95, 4 writers": ("ms", 40.0),
    "bulk append": ("facts/s", 5_000.0),
    "verification": ("facts/s", 40_000.0),
    "open and fold": ("facts/s", 40_000.0),
    "unlock": ("s", 1.0),
}
AT_MOST = {"ms", "s"}


class Said(Fact):
    """A fact of the size of a typical one."""

    case: str
    text: str
    number: int


KINDS = Kinds.of(("bench.said", 1, Said))


def action(number: int) -> list[Part]:
    """One save of ten facts in one part, about 400 bytes."""
    return [
        Part(facts=tuple(Said("case_0123456789", f"said {number} {n}", n) for n in range(FACTS)))
    ]


def cpu(work: Callable[[], object]) -> float:
    """Seconds of CPU one call takes: the best of three."""
    taken = []
    for _ in range(3):
        started = time.process_time()
        work()
        taken.append(time.process_time() - started)
    return min(taken)


def child(folder: Path, phrase: str, saves: int) -> None:
    """One of several writers; starts when told to, prints how long each save took."""
    with Vault.open(folder, phrase, KINDS, patience=60.0) as vault:
        vault.ledger.append(action(0))
        print("ready", flush=True)
        sys.stdin.readline()
        took = []
        for number in range(saves):
            started = time.perf_counter()
            vault.ledger.append(action(number))
            took.append(time.perf_counter() - started)
    print(json.dumps(took))


def durable(folder: Path, phrase: str, writers: int, saves: int) -> tuple[float, float, float]:
    """Actions per second of the clock, the median and the 95th percentile in milliseconds."""
    running = [
        subprocess.Popen(
            [sys.executable, __file__, "--child", str(folder), phrase, str(saves)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(writers)
    ]
    for one in running:
        assert one.stdout is not None  # noqa: S101 - tells the type checker
        one.stdout.readline()
    started = time.perf_counter()
    for one in running:
        assert one.stdin is not None  # noqa: S101 - the same
        one.stdin.write("go\n")
        one.stdin.flush()
    told = [json.loads(one.communicate()[0]) for one in running]
    seconds = time.perf_counter() - started
    took = sorted(1000 * one for several in told for one in several)
    return len(took) / seconds, statistics.median(took), took[len(took) * 95 // 100]


def bare_commits(folder: Path, many: int, size: int) -> float:
    """Commits of ``size`` bytes per second with SQLite as the ledger sets it, and nothing else."""
    connection = sqlite3.connect(folder / "bare.db", isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE row (n INTEGER PRIMARY KEY, bytes BLOB) STRICT")
    started = time.perf_counter()
    for number in range(many):
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO row VALUES (?, ?)", (number, os.urandom(size)))
        connection.execute("COMMIT")
    seconds = time.perf_counter() - started
    connection.close()
    return many / seconds


def bare_syncs(folder: Path, many: int) -> float:
    """Writes of 4 KiB per second that are on the disk before the next."""
    block = os.urandom(4096)
    held = os.open(folder / "bare", os.O_CREAT | os.O_WRONLY, 0o600)
    started = time.perf_counter()
    for _ in range(many):
        os.write(held, block)
        os.fdatasync(held)
    seconds = time.perf_counter() - started
    os.close(held)
    return many / seconds


def ciphers(actions: int) -> dict[str, float]:
    """Facts per second of CPU of the libraries alone, on bytes of the same sizes."""
    key, nonce, bound = os.urandom(32), os.urandom(24), os.urandom(67)
    signer = SigningKey.generate()
    content, _ = KINDS.encode(action(1)[0].facts)
    padded = content + bytes(512 - len(content) % 512)
    sealed = [encrypt(padded, bound, nonce, key) for _ in range(2)]
    signature = signer.sign(content).signature
    rows = msgspec.msgpack.Decoder(list[tuple[str, int, Said]])

    def append() -> None:
        for _ in range(actions):
            KINDS.encode(action(1)[0].facts)
            signer.sign(content)
            for _ in range(2):
                encrypt(padded, bound, nonce, key)
                hashlib.sha256(sealed[0]).digest()

    def fold() -> None:
        for _ in range(actions):
            for one in sealed:
                hashlib.sha256(one).digest()
                decrypt(one, bound, nonce, key)
            rows.decode(content)

    def verify() -> None:
        for _ in range(actions):
            signer.verify_key.verify(content, signature)
        fold()

    return {
        name: actions * FACTS / cpu(work)
        for name, work in (("append", append), ("verify", verify), ("fold", fold))
    }


def handed_over(vault: Vault, folder: Path) -> Callable[[], object]:
    """An export of everything, and its own verifier on it."""
    words = new_passphrase()
    vault.exporting.export(folder, ["coded"], words, cost=Cost.QUICK)
    verifier = runpy.run_path(str(folder / "verify_vault.py"), run_name="verify_vault")
    asked = argparse.Namespace(folder=str(folder), words=None, checkpoint=None, cosigner=[])

    def check() -> None:
        assert verifier["examine"](asked, words)["holds"]  # noqa: S101 - else it is no measure

    return check


def measure(actions: int, saves: int) -> dict[str, dict[str, float]]:
    """Everything, each figure beside its limit."""
    found: dict[str, dict[str, float]] = {}
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as made:
        folder, phrase = Path(made), new_passphrase()
        Vault.create(folder / "small", phrase, cost=Cost.QUICK, kinds=KINDS).close()
        commits, syncs = bare_commits(folder, saves, 1400), bare_syncs(folder, saves)
        one = durable(folder / "small", phrase, 1, saves)
        four = durable(folder / "small", phrase, WRITERS, saves)
        again = bare_commits(Path(tempfile.mkdtemp(dir=folder)), saves, 1400)
        limit = (commits + again) / 2
        found["durable actions, 1 writer"] = {"measured": one[0], "limit": limit}
        found["durable actions, 4 writers"] = {"measured": four[0], "limit": limit}
        found["durable p95, 4 writers"] = {"measured": four[2], "limit": 1000 * WRITERS / limit}
        found["fdatasync of 4 KiB"] = {"measured": syncs, "limit": syncs}
        bare = ciphers(actions)
        with Vault.create(folder / "large", phrase, cost=Cost.QUICK, kinds=KINDS) as vault:
            started, clock = time.process_time(), time.perf_counter()
            for start in range(0, actions, 1000):
                vault.ledger.append_all(action(n) for n in range(start, min(start + 1000, actions)))
            seconds, waited = time.process_time() - started, time.perf_counter() - clock
            many = actions * FACTS
            found["bulk append"] = {"measured": many / seconds, "limit": bare["append"]}
            found["bulk append, by the clock"] = {
                "measured": many / waited,
                "limit": bare["append"],
            }
            result = vault.ledger.verify()
            assert not result.faults  # noqa: S101 - a ledger that does not hold is no measure
            found["verification"] = {
                "measured": many / cpu(vault.ledger.verify),
                "limit": bare["verify"],
            }
            found["verification of an export"] = {
                "measured": many / cpu(handed_over(vault, folder / "export")),
                "limit": found["verification"]["measured"],
            }
            found["open and fold"] = {
                "measured": many / cpu(lambda: sum(1 for _ in vault.ledger.facts())),
                "limit": bare["fold"],
            }
        Vault.create(folder / "strong", phrase, kinds=KINDS).close()
        passes = {"opslimit": 3, "memlimit": 262_144 * 1024}
        found["unlock"] = {
            "measured": cpu(lambda: Vault.open(folder / "strong", phrase, KINDS).close()),
            "limit": cpu(lambda: argon2id.kdf(32, phrase.encode(), bytes(16), **passes)),
        }
    return found


def main() -> int:
    """Measure, print a table, write the figures; 1 when a target is missed."""
    if sys.argv[1:2] == ["--child"]:
        child(Path(sys.argv[2]), sys.argv[3], int(sys.argv[4]))
        return 0
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--actions", type=int, default=5000, help="of ten facts each")
    parser.add_argument("--saves", type=int, default=300, help="durable saves by each writer")
    asked = parser.parse_args()
    found = measure(asked.actions, asked.saves)
    OUT.mkdir(exist_ok=True)
    (OUT / "ledger_ratio.json").write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    print(f"{'':28}{'measured':>12}{'limit':>12}{'ratio':>8}  target")
    missed = 0
    for name, figures in found.items():
        unit, target = TARGETS.get(name, ("", 0.0))
        measured, limit = figures["measured"], figures["limit"]
        small = unit in AT_MOST
        ratio = measured / limit if small else limit / measured
        told = ""
        if target:
            holds = measured <= target if small else measured >= target
            missed += not holds
            told = f"{'≤' if small else '≥'} {target:,.0f} {unit}: {'met' if holds else 'MISSED'}"
        print(f"{name:28}{measured:12,.2f}{limit:12,.2f}{ratio:8.2f}  {told}")
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main())
