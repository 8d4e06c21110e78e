"""A whole vault on every store that outlives a process: the same commands, the same promises."""

from __future__ import annotations

import itertools
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from candlemark.errors import NotInOrder
from candlemark.ledger import Fact, Kinds, Part, Vault, new_action
from candlemark.seal import Cost

PROGRAMS = Path(__file__).parent / "programs"
PASSPHRASE = "abacus abdomen abdominal abide abiding ability ablaze"  # noqa: S105 - for tests


class Said(Fact):
    text: str
    number: int = 0


KINDS = Kinds.of(("test.said", 1, Said))


@pytest.fixture(params=["sqlite", "postgres"])
def folder(request, tmp_path):
    """The folder of an empty vault."""
    place = request.getfixturevalue("postgres").dsn if request.param == "postgres" else ""
    path = tmp_path / "vault"
    Vault.create(path, PASSPHRASE, "A vault", cost=Cost.QUICK, kinds=KINDS, postgres=place).close()
    return path


def opened(folder, **more):
    return Vault.open(folder, PASSPHRASE, KINDS, **more)


def say(vault, *texts, **more):
    return vault.ledger.append([Part(facts=tuple(map(Said, texts)))], **more)


def texts(vault):
    return [fact.text for _, fact in vault.ledger.facts()]


def test_what_was_said_is_there_when_it_is_opened_again(folder):
    with opened(folder) as vault:
        say(vault, "one", "two")
        vault.ledger.append_all([[Part(facts=(Said("three"),))], [Part(facts=(Said("four"),))]])
        known = vault.id
    with opened(folder) as vault:
        assert (vault.name, vault.id) == ("A vault", known)
        assert texts(vault) == ["one", "two", "three", "four"]
        assert vault.ledger.verify().faults == ()
    assert (Vault.peek(folder).id, Vault.peek(folder).size) == (known, 3)


def test_an_action_that_is_tried_again_is_there_once(folder):
    action = new_action()
    with opened(folder) as vault:
        first = say(vault, "one", action=action)
    with opened(folder) as vault:
        assert say(vault, "one", action=action).n == first.n
        with pytest.raises(NotInOrder, match="another action has this identifier"):
            say(vault, "two", action=action)
        assert texts(vault) == ["one"]


def test_the_same_action_from_many_threads_is_there_once(folder):
    action, places = new_action(), []
    with opened(folder) as one, opened(folder) as two:
        threads = [
            threading.Thread(
                target=lambda vault=vault: places.append(say(vault, "x", action=action).n)
            )
            for vault in (one, two) * 4
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert places == [0] * 8
        assert texts(one) == ["x"]


def test_four_processes_of_four_threads_lose_nothing_and_leave_no_gap(folder):
    writers = [
        subprocess.Popen(
            [sys.executable, PROGRAMS / "say_from_threads.py", folder, PASSPHRASE, name, "4", "15"],
            stdout=subprocess.PIPE,
        )
        for name in "abcd"
    ]
    told = [int(n) for writer in writers for n in writer.communicate(timeout=900)[0].split()]

    assert [writer.returncode for writer in writers] == [0] * 4
    assert sorted(told) == list(range(240))
    with opened(folder) as vault:
        assert vault.ledger.size == 240
        assert vault.ledger.verify().faults == ()
        assert sorted(texts(vault)) == sorted(
            f"{a}_{b}_{c}" for a, b, c in itertools.product("abcd", range(4), range(15))
        )


def test_a_process_killed_in_the_middle_of_a_save_leaves_nothing_and_holds_nobody_up(folder):
    with opened(folder) as vault:
        say(vault, "before")
    writer = subprocess.Popen(
        [sys.executable, PROGRAMS / "hang.py", folder, PASSPHRASE], stdout=subprocess.PIPE
    )
    assert writer.stdout.readline() == b"begun\n"
    writer.kill()
    writer.communicate()
    with opened(folder, patience=10.0) as vault:
        say(vault, "after")

        assert texts(vault) == ["before", "after"]
        assert vault._store.counts() == (2, 4)
        assert vault.ledger.verify().faults == ()


def test_a_save_that_is_refused_leaves_the_vault_as_it_was(folder):
    def actions():
        yield [Part(facts=(Said("one"),))]
        yield []

    with opened(folder) as vault:
        with pytest.raises(NotInOrder):
            vault.ledger.append_all(actions())
        assert vault._store.counts() == (0, 0)
        say(vault, "two")
        assert texts(vault) == ["two"]
