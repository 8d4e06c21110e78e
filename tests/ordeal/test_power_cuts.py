"""Power fails at any moment: what was acknowledged is there, whole, and nothing is there by halves.

What a cut is here, and what is not simulated, is said in :mod:`ordeal.power`.
"""

from __future__ import annotations

import random
import shutil
from collections import Counter

import pytest

import conftest
from candlemark.errors import CandlemarkError
from ordeal import doors, power, tracing

SAVES = [3, 1, 2, 1, 5, 1, 1, 4, 2, 1, 3, 1]


@pytest.fixture
def strace():
    conftest.need_program("strace")


def recorded(memory, how, saves):
    """A recording of the program that says things, told to work in ``how``."""
    root = memory / "disk"
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir()
    calls = tracing.record(tracing.command("say.py", root / "vault", how, *saves), memory / "trace")
    return power.understand(calls, root)


def judge(folder, told, following):
    """What is wrong with the vault after a cut; empty when nothing is.

    ``told`` is what had been acknowledged, ``following`` what would have been next: the vault may
    hold the save that was under way, but then all of it.
    """
    sizes = [int(text.split()[1]) for text in told if text.startswith(("made", "kept"))]
    try:
        with doors.reopen(folder) as vault:
            wrong = doors.faults(vault)
            size, said = vault.ledger.size, doors.texts(vault)
            if wrong:
                return f"corrupt: {wrong[0]}"
            allowed = {sizes[-1] if sizes else 0}
            if following.startswith("kept"):
                allowed.add(int(following.split()[1]))
            if size < max(sizes, default=0):
                return f"lost: {max(sizes) - size} acknowledged entries"
            if size not in allowed:
                return f"half a save: {size} entries"
            if said != [str(n) for n in range(size)]:
                return "other entries than were said"
            doors.save(vault, str(size))
    except CandlemarkError as error:
        # Before the vault was acknowledged there may be none, or one that says it is not whole.
        return f"lost: {error.message}" if sizes else ""
    return ""


def cut_often(recording, seed, many, memory):
    """Cut ``many`` times; what was wrong how often."""
    found = Counter()
    for number in range(many):
        chance = random.Random(f"{seed}/{number}")
        step = chance.randint(0, len(recording.steps))
        recording.cut(step, chance, memory / "after")
        wrong = judge(memory / "after" / "vault", *recording.acknowledged(step))
        found[wrong.split(":")[0]] += 1
        if wrong and wrong not in found:
            found[f"{wrong} [cut {number} before step {step}]"] += 1
    return found


@pytest.mark.parametrize("how", ["create,twice", "create,large"])
def test_a_power_cut_loses_nothing_acknowledged_and_leaves_nothing_by_halves(
    how, strace, memory, seed, kept_seeds, rounds, figure
):
    recording = recorded(memory, how, SAVES * (4 if "large" in how else 1))
    many = rounds(60, 1200)
    figure(f"{many} cuts among {len(recording.steps)} steps")
    for one in (*kept_seeds, seed):
        found = cut_often(recording, one, many, memory)

        assert found == {"": many}, f"seed {one}"


def test_the_making_of_a_vault_can_be_cut_anywhere(
    strace, memory, seed, kept_seeds, rounds, figure
):
    recording = recorded(memory, "create", [])
    many = rounds(60, 600)
    figure(f"{many} cuts among {len(recording.steps)} steps")
    for one in (*kept_seeds, seed):
        found = cut_often(recording, one, many, memory)

        assert found == {"": many}, f"seed {one}"


def test_the_same_cuts_find_the_loss_when_saves_are_not_written_through(
    strace, memory, seed, rounds, figure
):
    """The test of the test: with ``synchronous=NORMAL`` acknowledged entries must be lost."""
    recording = recorded(memory, "create,normal", SAVES)
    many = rounds(60, 600)
    found = cut_often(recording, seed, many, memory)
    figure(f"{found['lost']} of {many} cuts lost something acknowledged, as they must")

    assert found["lost"] > 0


def test_every_sync_of_a_save_is_needed(strace, memory, seed, figure):
    """The other test of the test: a disk that takes syncs of the log for done loses entries."""
    recording = recorded(memory, "create", SAVES)
    lying = [
        (lambda _disk: None) if step.__qualname__.startswith("_syncing") else step
        for step in recording.steps
    ]
    found = cut_often(power.Recording(recording.root, lying, recording.told), seed, 30, memory)

    assert found[""] < 30
