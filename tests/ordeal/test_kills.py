"""Killed (SIGKILL) while it saves, imports or makes a vault: nothing acknowledged lost, nothing torn.

Two ways: at a moment drawn by chance, and at a chosen call on a file of the vault, so that every
call is met.  The operating system goes on, so what was handed to it arrives; a machine that stops
is the subject of the power cuts.
"""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import conftest
from candlemark.errors import CandlemarkError
from ordeal import doors, tracing

BENCH = Path(__file__).resolve().parent.parent.parent / "bench"
ENTRIES = 3
CALLS = ("openat", "pwrite64", "fdatasync", "ftruncate", "unlink", "rename", "fsync", "mkdir")


def sizes(told):
    return [int(size) for size in re.findall(r"(?:made|kept) (\d+)\n", told)]


def killed(arguments, wait):
    """Start, wait until it has begun, go on for ``wait`` seconds, kill; what it told."""
    running = subprocess.Popen(
        arguments,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=tracing.surroundings(),
        text=True,
    )
    first = running.stdout.readline()
    assert first
    time.sleep(wait)
    running.send_signal(signal.SIGKILL)
    rest = running.stdout.read()
    running.wait()
    running.stdout.close()
    return first + rest


def test_kills_while_saving_lose_nothing_acknowledged_and_leave_no_half_save(
    memory, chance, rounds, figure
):
    folder, size, slowest = memory / "vault", 0, 0.0
    doors.create(folder).close()
    many = rounds(8, 250)
    for _ in range(many):
        told = killed(
            tracing.command("say.py", folder, "large", *[ENTRIES] * 500), chance.random() * 0.06
        )
        started = time.perf_counter()
        with doors.reopen(folder) as vault:
            slowest = max(slowest, time.perf_counter() - started)
            now = vault.ledger.size

        assert now >= max(sizes(told)) >= size
        assert now % ENTRIES == 0
        size = now
    figure(f"{many} kills, {size} entries, slowest opening afterwards {slowest:.2f} s")
    with doors.reopen(folder) as vault:
        assert doors.faults(vault) == []
        assert doors.texts(vault) == [str(n) for n in range(size)]


@pytest.fixture
def listed(memory):
    """A list in the shape of a police department's, of a few rows."""
    path = memory / "list.csv"
    made = "import sys; from pathlib import Path; from import_ratio import write_list; write_list(Path(sys.argv[1]), 400)"
    subprocess.run(
        [sys.executable, "-c", made, path],
        check=True,
        env=tracing.surroundings(PYTHONPATH=str(BENCH)),
    )
    return path


def test_kills_while_importing_leave_whole_imports_only(memory, listed, chance, rounds, figure):
    folder, size = memory / "vault", 0
    doors.create(folder).close()
    whole = listed.read_text(encoding="utf-8")
    many = rounds(3, 100)
    for _ in range(many):
        listed.write_text(whole, encoding="utf-8")
        told = killed(tracing.command("bring.py", folder, listed), chance.random() * 0.5)
        with doors.reopen(folder) as vault:
            now = vault.ledger.size
            assert doors.faults(vault) == []

        assert now >= max(sizes(told)) >= size
        size = now
    figure(f"{many} kills, {size} entries")


def test_kills_at_every_call_of_making_a_vault_leave_none_or_a_whole_one(
    memory, chance, rounds, figure
):
    conftest.need_program("strace")
    folder = memory / "vault"
    arguments = tracing.command("say.py", folder, "create", ENTRIES)
    made = tracing.count_calls(arguments, folder, CALLS)
    shutil.rmtree(folder)
    cells = [(kind, n) for kind, times in made.items() for n in range(1, times + 1)]
    many = min(rounds(9, 150), len(cells))
    whole = 0
    for kind, n in chance.sample(cells, many):
        shutil.rmtree(folder, ignore_errors=True)
        ended = tracing.disturbed(arguments, folder, kind, f"signal=SIGKILL:when={n}")
        told = sizes(ended.stdout)
        try:
            with doors.reopen(folder) as vault:
                now = vault.ledger.size
                assert doors.faults(vault) == [], (kind, n)
        except CandlemarkError as error:
            now = error.message
        if isinstance(now, str):
            assert not told, (kind, n, now)
            continue
        whole += 1

        assert now in {0, ENTRIES}, (kind, n)
        assert now >= max(told, default=0), (kind, n)
    figure(f"{many} kills at {len(cells)} calls; {whole} left a whole vault")
