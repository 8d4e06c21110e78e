"""Killed, or cut from power, while keys change, somebody is erased, or a backup is restored.

What was acknowledged is done; what was under way is done, or not begun, or goes on when it is asked
for again; nothing else is lost, and what is erased stays erased.
"""

from __future__ import annotations

import random
import shutil
from datetime import date

import pytest

import conftest
from candlemark.errors import CandlemarkError
from candlemark.ledger import Part
from candlemark.ledger.backup import back_up
from ordeal import doors, power, tracing
from ordeal.programs.tend import PERSON

CALLS = ("openat", "pwrite64", "fdatasync", "ftruncate", "unlink", "rename", "fsync", "mkdir")
ACTS = (
    "say:one", "about:x one", "rotate:coded", "say:two", "about:x two", "rotate:meta", "erase",
    "say:three", "about:x three", "rotate:coded", "say:four",
)  # fmt: skip
UNDER_WAY = "it was to be erased, and is still there"
"""What `verify` says of an erasure that was agreed to and not carried out yet."""


@pytest.fixture(autouse=True)
def strace():
    conftest.need_program("strace")


def expected(acts):
    """What is to be read after these acts."""
    said = []
    for act in acts:
        what, _, text = act.partition(":")
        if what in {"say", "about"}:
            said.append((text, what == "about"))
        elif what == "erase":
            said = [(text, about) for text, about in said if not about]
    return [text for text, _ in said]


def judge(folder, before, done, acts):
    """What is wrong; empty when nothing is.

    ``before`` was said in the vault, ``done`` of ``acts`` were acknowledged; the next may be done.
    """
    sealed = []
    try:
        with doors.reopen(folder) as vault:
            said = doors.texts(vault)
            wrong = [one for one in doors.faults(vault) if not one.endswith(UNDER_WAY)]
            if wrong:
                return f"corrupt: {wrong[0]}"
            allowed = [expected([*before, *acts[:n]]) for n in (done, done + 1)]
            if said not in allowed:
                return f"{said} is not one of {allowed}"
            vault.members.settle()
            vault.erasing.carry_out()
            for one in vault.erasing.asked():
                sealed += vault._store.parts(sorted(one.parts)).values()
            vault.members.rotate("coded")
            doors.save(vault, "after")
            if doors.faults(vault) or doors.texts(vault) != [*said, "after"]:
                return "it does not go on"
    except CandlemarkError as error:
        return f"lost: {error.message}" if done or before else ""
    return "what was erased is there" if sealed else ""


def last(told):
    """How many acts were acknowledged."""
    numbers = [int(line.split()[1]) for line in told if line.startswith("done")]
    return numbers[-1] + 1 if numbers else 0


@pytest.fixture
def prepared(memory):
    """A vault with something about somebody, to be copied."""
    folder = memory / "prepared"
    with doors.create(folder) as vault:
        vault.members.begin()
        doors.save(vault, "zero")
        vault.ledger.append([Part("coded", (doors.Said("x zero"),), PERSON)])
    return folder


@pytest.mark.parametrize("act", ["rotate:coded", "rotate:meta", "erase"])
def test_a_kill_at_any_call_while_keys_change_or_somebody_is_erased(
    act, prepared, memory, chance, rounds, figure
):
    folder, before = memory / "vault", ["say:zero", "about:x zero"]
    arguments = tracing.command("tend.py", folder, act)
    shutil.copytree(prepared, folder)
    made = tracing.count_calls(arguments, folder, CALLS)
    cells = [(kind, n) for kind, times in made.items() for n in range(1, times + 1)]
    many = min(rounds(4, 100), len(cells))
    for kind, n in chance.sample(cells, many):
        shutil.rmtree(folder)
        shutil.copytree(prepared, folder)
        ended = tracing.disturbed(arguments, folder, kind, f"signal=SIGKILL:when={n}")
        done = last(ended.stdout.splitlines())

        assert judge(folder, before, done, [act]) == "", (kind, n, done)
    figure(f"{many} kills at {len(cells)} calls")


def test_a_kill_at_any_call_of_restoring_leaves_none_or_a_whole_vault(
    prepared, memory, chance, rounds, figure
):
    with doors.reopen(prepared) as vault:
        code = vault.members.me.code
    backup = back_up(prepared, memory / "backups", date(2026, 1, 1)).folder
    folder, stored = memory / "again", contents(backup)
    arguments = tracing.command("tend.py", folder, f"restore:{backup}:{code}")
    made = tracing.count_calls(arguments, folder, CALLS)
    cells = [(kind, n) for kind, times in made.items() for n in range(1, times + 1)]
    many = min(rounds(4, 100), len(cells))
    whole = 0
    for kind, n in chance.sample(cells, many):
        shutil.rmtree(folder, ignore_errors=True)
        ended = tracing.disturbed(arguments, folder, kind, f"signal=SIGKILL:when={n}")
        done = last(ended.stdout.splitlines())
        try:
            with doors.reopen(folder) as vault:
                said = doors.texts(vault)
        except CandlemarkError as error:
            said = error.message
        whole += said == ["zero", "x zero"]

        assert not done or said == ["zero", "x zero"], (kind, n, said)
        assert said == [] or isinstance(said, str) or said == ["zero", "x zero"], (kind, n, said)
        assert contents(backup) == stored, (kind, n)
    shutil.rmtree(folder, ignore_errors=True)
    tracing.disturbed(arguments, folder, "mkdir", "signal=SIGKILL:when=99")
    with doors.reopen(folder) as vault:
        assert doors.texts(vault) == ["zero", "x zero"]
    figure(f"{many} kills at {len(cells)} calls; {whole} left the whole vault")


def contents(folder):
    return {
        path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def test_a_power_cut_while_keys_change_or_somebody_is_erased_leaves_nothing_by_halves(
    memory, seed, kept_seeds, rounds, figure
):
    root = memory / "disk"
    root.mkdir()
    calls = tracing.record(
        tracing.command("tend.py", root / "vault", "create", *ACTS), memory / "trace"
    )
    recording = power.understand(calls, root)
    many = rounds(40, 600)
    figure(f"{many} cuts among {len(recording.steps)} steps")
    for one in (*kept_seeds, seed):
        for number in range(many):
            chance = random.Random(f"{one}/{number}")
            step = chance.randint(0, len(recording.steps))
            recording.cut(step, chance, memory / "after")
            done = last(recording.acknowledged(step)[0])

            wrong = judge(memory / "after" / "vault", [], done, ["create", *ACTS])
            assert wrong == "", f"seed {one}, cut {number} before step {step}, {done} done"
