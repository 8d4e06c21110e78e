"""The disk is full or breaks at the n-th call, for every n: refused clearly, nothing lost, goes on.

The calls of our own program are made to fail at the border of the operating system (strace), so
that SQLite meets what it would meet from a real disk.  Each kind of call on a file of the vault is
failed at its first, second, … last time: once only, or from then on.  What is not simulated: a call
that reports success and did nothing (see the power cuts), and faults of memory.
"""

from __future__ import annotations

import shutil
from collections import Counter

import pytest

import conftest
from ordeal import doors, tracing

ERRORS = {
    "openat": ("ENOSPC", "EIO"),
    "pread64": ("EIO",),
    "pwrite64": ("ENOSPC", "EIO"),
    "ftruncate": ("EIO",),
    "fdatasync": ("EIO", "ENOSPC"),
    "fsync": ("EIO",),
    "unlink": ("EIO",),
    "rename": ("EIO", "ENOSPC"),
    "mkdir": ("ENOSPC",),
    "mmap": ("ENOMEM",),
}
SAVES = 3


def run(folder, how, kind, what):
    """Run the program that goes on; what it told, and its error output."""
    ended = tracing.disturbed(tracing.command("brave.py", folder, how, SAVES), folder, kind, what)
    return ended.returncode, ended.stdout.splitlines(), ended.stderr


def judge(folder, how, told, *, once):
    """What is wrong afterwards, when the disk is well again; empty when nothing is."""
    kept = [int(text.split()[1]) for text in told if text.startswith("kept")]
    if once and "made" in told and kept != list(range(SAVES)):
        return "it did not work again although the disk did"
    if "made" not in told:
        if once:
            return "a vault could not be made or opened although the disk was well again"
        if how == "create":  # what is left of it is not a vault, or is a whole one
            shutil.rmtree(folder, ignore_errors=True)
            doors.create(folder).close()
    with doors.reopen(folder) as vault:
        wrong = doors.faults(vault)
        if wrong:
            return f"damaged: {wrong[0]}"
        said = doors.texts(vault)
        pairs = [said[at : at + 2] for at in range(0, len(said), 2)]
        if any(len(pair) < 2 or pair[0][:-1] != pair[1][:-1] for pair in pairs):
            return "half a save"
        numbers = [int(pair[0][:-1]) for pair in pairs if not pair[0].startswith("older")]
        if not set(kept) <= set(numbers):
            return "lost: something acknowledged"
        if once and numbers != kept:
            return "a save is there twice"
        doors.save(vault, "it works again")
    return ""


@pytest.mark.parametrize("how", ["create", "open"])
def test_a_disk_that_fails_at_any_call_is_refused_clearly_and_nothing_is_lost(
    how, memory, chance, rounds, figure
):
    conftest.need_program("strace")
    before, folder = memory / "before", memory / "vault"
    with doors.create(before) as vault:
        doors.save(vault, "older-1a", "older-1b")

    def fresh():
        shutil.rmtree(folder, ignore_errors=True)
        if how == "open":
            shutil.copytree(before, folder)

    fresh()
    made = tracing.count_calls(
        tracing.command("brave.py", folder, how, SAVES), folder, tuple(ERRORS)
    )
    cells = [
        (kind, error, n, once)
        for kind, times in made.items()
        for error in ERRORS[kind]
        for n in range(1, times + 1)
        for once in (True, False)
    ]
    many = min(rounds(9, len(cells)), len(cells))
    met, wrong = Counter(), {}
    for kind, error, n, once in sorted(chance.sample(cells, many)):
        fresh()
        what = f"error={error}:when={n}{'' if once else '+'}"
        code, told, stderr = run(folder, how, kind, what)
        met.update(text.split(":")[0] for text in told if text.startswith("refused"))
        fault = stderr[-300:] if code else judge(folder, how, told, once=once)
        if fault:
            wrong[f"{kind} {what}"] = fault
    figure(f"{many} of {len(cells)} failures of {sum(made.values())} calls; {dict(met)}")

    assert wrong == {}
