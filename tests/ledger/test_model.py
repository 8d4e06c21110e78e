"""Read models: the same whatever way they came about, and thrown away at any doubt."""

from __future__ import annotations

import shutil
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from candlemark.errors import LedgerBroken, NotEntitled, StorageFull, VaultBusy, VaultError
from candlemark.ledger import Fact, Part, Vault, application
from candlemark.ledger.membership import added
from candlemark.ledger.merkle import Tree
from candlemark.ledger.model import (
    CodedProjection,
    Models,
    Row,
    Table,
    building,
    cipher,
    models,
    watermark,
)
from candlemark.ledger.roster_facts import Ended, MemberRemoved
from candlemark.ledger.said import Said
from candlemark.seal import Cost, new_passphrase
from read_models import TABLES, everything, notes, said, who

PROGRAM = Path(__file__).parent / "programs" / "model.py"


def models_in(vault, folder, **more):
    identity = vault._identity
    return Models(vault.ledger, identity.vault, identity.keyring.compartments, folder, **more)


def files(folder):
    return sorted(path.name for path in folder.iterdir() if path.suffix == ".db")


@pytest.fixture
def kept(vault, tmp_path, world):
    """The models of a vault in a folder, in a folder of the test."""
    vault.ledger.models = models_in(vault, tmp_path / "kept" / "of this vault")
    return vault.ledger.models


# What is in it


def test_a_model_holds_the_rows_of_its_facts_in_the_order_of_the_ledger(kept, vault, world):
    world.say(vault.ledger, "one", "two")
    world.say(vault.ledger, "three")

    rows = kept.coded(notes(world.kinds), lambda model: list(model.rows("note")))

    assert [row[:3] for row in rows] == [(0, 0, 0), (0, 0, 1), (1, 0, 0)]
    assert [row.values[:2] for row in rows] == [("one", 0), ("two", 0), ("three", 0)]


def test_rows_are_found_by_a_column_and_in_a_part_of_the_ledger(kept, vault, world):
    for text in ("one", "two", "one", "three"):
        world.say(vault.ledger, text)

    def ask(model):
        return (
            [row.at for row in model.rows("note", "said", ["one", "three", "one"])],
            [row.at for row in model.rows("note", "said", [])],
        )

    assert kept.coded(notes(world.kinds), ask) == ([0, 2, 3], [])


@pytest.mark.parametrize(("table", "column"), [("other", ""), ("note", "count"), ("note", "; --")])
def test_a_model_is_asked_only_by_what_it_is_found_by(kept, vault, world, table, column):
    with pytest.raises(KeyError):
        kept.coded(notes(world.kinds), lambda model: list(model.rows(table, column, ["x"])))


def test_a_model_gives_back_the_entries_its_rows_came_from(kept, vault, world):
    world.say(vault.ledger, "one", language="az")
    world.say(vault.ledger, "two")
    vault.ledger.append([Part("identity", (world.Said("who"),))])
    told = list(vault.ledger.entries())

    def ask(model):
        return model.entries(), model.entries([1]), model.entries([5])

    assert kept.coded(notes(world.kinds), ask) == (dict(enumerate(told[:2])), {1: told[1]}, {})


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    actions=st.lists(
        st.lists(
            st.tuples(st.sampled_from(["coded", "identity"]), st.text("abcəİ ن\0'\"", max_size=12)),
            min_size=1,
            max_size=3,
        ),
        max_size=12,
    ),
    cuts=st.sets(st.integers(0, 11)),
)
def test_a_model_that_grew_is_the_one_that_is_built_at_once(actions, cuts, tmp_path_factory, world):
    where = tmp_path_factory.mktemp("models")
    with world.in_memory() as vault:
        grown, at_once = models_in(vault, where / "a" / "b"), models_in(vault, where / "c" / "d")
        for number, action in enumerate(actions):
            if number in cuts:
                grown.coded(notes(world.kinds), said)
                grown.identity(who(world.kinds), "identity", said)
            vault.ledger.append([Part(name, (world.Said(text),)) for name, text in action])

        for one in (grown, at_once):
            one.coded(notes(world.kinds), said)
        same = grown.coded(notes(world.kinds), everything)
        identities = grown.identity(who(world.kinds), "identity", everything)

        assert same == at_once.coded(notes(world.kinds), everything)
        assert identities == at_once.identity(who(world.kinds), "identity", everything)
        for name, found in (("coded", same), ("identity", identities)):
            told = [
                (one.at, one.part, one.number, one.data)
                for one in vault.ledger.said(["test.said"], name, vault.ledger.state(Tree()), 0)
            ]
            assert [(*row[:3], row.values[2]) for row in found[1]] == told


def test_several_models_of_one_compartment_share_its_file(kept, vault, world):
    world.say(vault.ledger, "one")
    other = notes(world.kinds, name="others")
    kept.coded(notes(world.kinds), said)
    world.say(vault.ledger, "two")

    assert kept.coded(other, said) == ["one", "two"]
    assert kept.coded(notes(world.kinds), said) == ["one", "two"]
    assert len(files(kept.folder)) == 1
    assert kept.show()[0].size == {"notes": 2, "others": 2}


def test_a_model_that_is_up_to_date_is_not_touched(kept, vault, world):
    world.say(vault.ledger, "one")
    kept.coded(notes(world.kinds), said)
    (file,) = kept.folder.glob("*.db")
    before = (file.stat().st_ino, file.stat().st_mtime_ns)

    assert kept.coded(notes(world.kinds), said) == ["one"]
    assert (file.stat().st_ino, file.stat().st_mtime_ns) == before


def test_what_was_read_once_is_not_read_again(kept, vault, world):
    for n in range(20):
        world.say(vault.ledger, f"said {n}")
    kept.coded(notes(world.kinds), said)
    world.say(vault.ledger, "new")

    class Listening:
        tree, present_key = vault.ledger.tree, vault.ledger.present_key
        read = []  # noqa: RUF012 - of this one test

        def state(self, since):
            self.read.append(since.size)
            return vault.ledger.state(since)

        def said(self, kinds, compartments, state, start):
            self.read.append((*compartments, start))
            return vault.ledger.said(kinds, compartments, state, start)

    kept._ledger = Listening()

    assert len(kept.coded(notes(world.kinds), said)) == 21
    assert set(Listening.read) == {20, ("coded", 20)}


def test_what_says_nothing_to_a_model_is_known_and_its_file_not_touched(kept, vault, world):
    world.say(vault.ledger, "one", "two")
    kept.coded(notes(world.kinds), said)
    file = next(path for path in kept.folder.iterdir() if path.suffix == ".db")
    before = file.read_bytes()
    world.say(vault.ledger, "a name", compartment="identity")

    found = kept.coded(notes(world.kinds), lambda model: (said(model), model.size, model.root))

    assert found == (["one", "two"], 2, vault.ledger.tree().root)
    assert file.read_bytes() == before
    world.say(vault.ledger, "three")
    assert kept.coded(notes(world.kinds), said) == ["one", "two", "three"]


def test_a_watermark_is_moved_before_too_many_entries_have_to_be_looked_at(kept, vault, world):
    world.say(vault.ledger, "one")
    kept.coded(notes(world.kinds), said)
    for n in range(building.BEHIND + 1):
        world.say(vault.ledger, f"a name {n}", compartment="identity")
    kept.coded(notes(world.kinds), said)

    (card,) = kept.show()
    assert card.size == {"notes": vault.ledger.size}


# Who may ask


def test_a_coded_model_is_never_given_a_fact_that_says_who_somebody_is(kept, vault, world):
    vault.ledger.append(
        [Part("coded", (world.Said("what"),)), Part("identity", (world.Said("who"),))]
    )
    projection = notes(world.kinds)
    entry = next(vault.ledger.entries())
    stray = Said(entry, "identity", 0, 1, 0, "test.said", 1, b"")

    assert kept.coded(projection, said) == ["what"]
    with pytest.raises(NotEntitled):
        projection.of(stray)
    with pytest.raises(NotEntitled):
        kept._ask(projection, "identity", object, said)


def test_a_model_of_identities_is_never_given_what_figures_are_taken_from(kept, vault, world):
    vault.ledger.append(
        [Part("coded", (world.Said("what"),)), Part("identity", (world.Said("who"),))]
    )

    assert kept.identity(who(world.kinds), "identity", said) == ["who"]
    with pytest.raises(NotEntitled):
        kept.identity(who(world.kinds), "coded", said)
    with pytest.raises(NotEntitled):
        kept.identity(who(world.kinds), "meta", said)


def test_who_does_not_read_a_compartment_has_no_model_of_it(tmp_path, world, runtime_folder):
    folder, passphrase = tmp_path / "vault", new_passphrase()
    world.create(folder).close()
    card = application(folder, "Aysel", passphrase, cost=Cost.QUICK)
    with world.open(folder) as vault:
        vault.members.propose([added(card)])
        world.say(vault.ledger, "who", compartment="identity")
        vault.ledger.models.identity(who(world.kinds), "identity", said)

    with Vault.open(folder, passphrase, world.kinds) as vault:
        assert vault.ledger.models.compartments == ("coded",)
        assert vault.ledger.models.show() == ()
        with pytest.raises(NotEntitled):
            vault.ledger.models.identity(who(world.kinds), "identity", said)


def test_who_may_no_longer_read_a_compartment_has_no_model_of_it(world, tmp_path):
    folder, passphrase = tmp_path / "vault", new_passphrase()
    world.create(folder).close()
    card = application(folder, "Aysel", passphrase, cost=Cost.QUICK)
    with world.open(folder) as vault:
        vault.members.propose([added(card)])
        world.say(vault.ledger, "who", compartment="identity")
        aysel = next(one for one in vault.members.roster().present if one.name == "Aysel")
        vault.members.add_reader("identity", aysel)
    with Vault.open(folder, passphrase, world.kinds) as hers:
        kept = hers.ledger.models
        assert kept.identity(who(world.kinds), "identity", said) == ["who"]
        with world.open(folder) as vault:
            vault.members.remove_reader("identity", aysel)

        assert (kept.compartments, kept.partly) == (("coded",), ("identity",))
        with pytest.raises(NotEntitled):
            kept.identity(who(world.kinds), "identity", said)
        kept.sweep()
        assert files(kept.folder) == []


def test_a_model_is_forgotten_even_while_another_process_builds(vault, world, tmp_path):
    patient = models_in(vault, tmp_path / "kept" / "of this vault")
    hasty = models_in(vault, tmp_path / "kept" / "of this vault", patience=0.05)
    world.say(vault.ledger, "one")
    hasty.forget()
    hasty.coded(notes(world.kinds), said)

    with patient.locked():
        hasty.forget()
        assert files(hasty.folder) == []
    assert hasty.coded(notes(world.kinds), said) == ["one"]


def test_the_case_of_one_team_has_a_model_of_its_own(kept, vault, world):
    vault.members.open_compartment("identity:case_x", [])
    world.say(vault.ledger, "all")
    world.say(vault.ledger, "team", compartment="identity:case_x")

    assert kept.compartments == ("coded", "identity", "identity:case_x")
    assert kept.identity(who(world.kinds), "identity", said) == []
    assert kept.identity(who(world.kinds), "identity:case_x", said) == ["team"]


# Thrown away at any doubt


def test_nothing_is_lost_with_the_folder(kept, vault, world):
    world.say(vault.ledger, "one")
    before = kept.coded(notes(world.kinds), everything)
    shutil.rmtree(kept.folder)

    assert kept.coded(notes(world.kinds), everything) == before


def test_dropping_removes_every_file_and_says_how_much(kept, vault, world):
    world.say(vault.ledger, "one")
    assert kept.drop() == 0
    kept.coded(notes(world.kinds), said)
    kept.identity(who(world.kinds), "identity", said)
    (kept.folder / "left.behind.db-journal").write_bytes(b"x")

    assert kept.drop() > 2 * 4096
    assert [path.name for path in kept.folder.iterdir()] == [models.LOCK]
    assert kept.coded(notes(world.kinds), said) == ["one"]


@pytest.mark.parametrize("what", ["key", "db", "both"])
def test_the_file_of_another_vault_is_not_used(kept, vault, world, tmp_path, what):
    world.say(vault.ledger, "ours")
    kept.coded(notes(world.kinds), said)
    with world.create(tmp_path / "other") as other:
        world.say(other.ledger, "theirs")
        theirs = models_in(other, tmp_path / "theirs" / "of this vault")
        theirs.coded(notes(world.kinds), said)
    for suffix in ("key", "db") if what == "both" else (what,):
        (mine,), (stranger,) = kept.folder.glob(f"*.{suffix}"), theirs.folder.glob(f"*.{suffix}")
        shutil.copy(stranger, mine)

    assert kept.coded(notes(world.kinds), said) == ["ours"]


def test_the_file_of_another_compartment_is_not_used(kept, vault, world):
    vault.ledger.append(
        [Part("coded", (world.Said("what"),)), Part("identity", (world.Said("who"),))]
    )
    kept.coded(notes(world.kinds), said)
    (first,) = kept.folder.glob("*.key")
    kept.identity(who(world.kinds), "identity", said)
    (second,) = set(kept.folder.glob("*.key")) - {first}
    content = second.read_bytes()
    second.write_bytes(first.read_bytes())
    first.write_bytes(content)

    assert kept.coded(notes(world.kinds), said) == ["what"]
    assert kept.identity(who(world.kinds), "identity", said) == ["who"]


def test_a_watermark_of_another_projection_or_file_is_not_used(kept, vault, world):
    world.say(vault.ledger, "one")
    other = CodedProjection(
        name="others",
        version=1,
        kinds=world.kinds,
        tables=TABLES,
        rows=lambda *_: [Row("note", ("planted", 0, b""))],
    )
    kept.coded(other, said)

    def swap(model):
        connection = model._connection
        connection.execute("UPDATE mark SET projection = 'notes'")
        for table in ("note", "entry", "text", "words"):
            connection.execute(f"ALTER TABLE others__{table} RENAME TO notes__{table}")

    kept.coded(other, swap)

    assert kept.coded(notes(world.kinds), said) == ["one"]


@pytest.mark.parametrize("change", ["version", "kinds", "tables"])
def test_a_model_of_another_version_of_the_program_is_built_anew(kept, vault, world, change):
    world.say(vault.ledger, "one")
    kept.coded(notes(world.kinds), said)
    before = files(kept.folder)
    newer = {
        "version": notes(world.kinds, version=2),
        "kinds": notes(world.kinds | type(world.kinds).of(("test.more", 1, More))),
        "tables": CodedProjection(
            name="notes",
            version=1,
            kinds=world.kinds,
            tables=(Table("note", (("said", "TEXT"),)),),
            rows=lambda _, fact: [Row("note", (fact.text,))],
        ),
    }[change]

    assert kept.coded(newer, said) == ["one"]
    assert files(kept.folder) != before
    assert len(files(kept.folder)) == 1


class More(Fact):
    pass


def test_a_model_ahead_of_the_ledger_is_built_anew(world, tmp_path):
    folder = tmp_path / "vault"
    with world.create(folder) as vault:
        world.say(vault.ledger, "one")
    shutil.copytree(folder, tmp_path / "older")
    with world.open(folder) as vault:
        world.say(vault.ledger, "two")
        assert vault.ledger.models.coded(notes(world.kinds), said) == ["one", "two"]
    shutil.rmtree(folder)
    (tmp_path / "older").rename(folder)

    with world.open(folder) as vault:
        assert vault.ledger.models.coded(notes(world.kinds), said) == ["one"]


@pytest.mark.parametrize("more", [[], ["four"]])
def test_a_model_of_another_history_is_built_anew(world, tmp_path, more):
    folder = tmp_path / "vault"
    with world.create(folder) as vault:
        world.say(vault.ledger, "one")
    shutil.copytree(folder, tmp_path / "older")
    with world.open(folder) as vault:
        world.say(vault.ledger, "two")
        vault.ledger.models.coded(notes(world.kinds), said)
    shutil.rmtree(folder)
    (tmp_path / "older").rename(folder)

    with world.open(folder) as vault:
        for text in ["three", *more]:
            world.say(vault.ledger, text)
        assert vault.ledger.models.coded(notes(world.kinds), said) == ["one", "three", *more]


def test_a_damaged_ledger_is_said_to_be_damaged_and_keeps_no_model(vault, kept, world):
    world.say(vault.ledger, "one")
    kept.coded(notes(world.kinds), said)
    world.say(vault.ledger, "two")

    class Broken:
        tree, present_key = vault.ledger.tree, vault.ledger.present_key
        asked = []  # noqa: RUF012 - of this one test

        def state(self, since):
            self.asked.append(since.size)
            raise LedgerBroken("changed")

    kept._ledger = Broken()

    with pytest.raises(LedgerBroken, match="changed"):
        kept.coded(notes(world.kinds), said)
    assert Broken.asked == [1, 1, 0]
    assert files(kept.folder) == []


def test_what_was_erased_is_in_no_file_any_more(world, tmp_path):
    with world.create(tmp_path / "vault") as vault:
        kept = vault.ledger.models
        for text, subject in (("mine", "person_x"), ("theirs", "person_y")):
            vault.ledger.append([Part("identity", (world.Said(text),), subject)])
        world.say(vault.ledger, "what")
        kept.coded(notes(world.kinds), said)
        before = kept.identity(who(world.kinds), "identity", said)
        held = [path.open("rb") for path in kept.folder.glob("*.key")]
        vault.erasing.ask("person_x", "mistake")
        left = files(kept.folder)
        overwritten = [one.read().strip(b"\0") for one in held]
        for one in held:
            one.close()

        assert (before, left) == (["mine", "theirs"], [])
        assert overwritten == [b"", b""], "the keys of the old files are written over"
        assert kept.identity(who(world.kinds), "identity", said) == ["theirs"]
        assert kept.coded(notes(world.kinds), said) == ["what"]


def test_a_model_from_before_an_erasure_that_came_back_is_built_anew(world, tmp_path):
    with world.create(tmp_path / "vault") as vault:
        kept = vault.ledger.models
        vault.ledger.append([Part("identity", (world.Said("mine"),), "person_x")])
        kept.identity(who(world.kinds), "identity", said)
        copies = {path: path.read_bytes() for path in kept.folder.iterdir()}
        vault.erasing.ask("person_x", "mistake")
        for path, content in copies.items():
            path.write_bytes(content)

        assert kept.identity(who(world.kinds), "identity", said) == []
        assert not any(path.exists() for path in copies if path.suffix == ".db")


def test_what_a_device_wrote_after_it_was_given_up_leaves_the_model(world, tmp_path):
    """What counts is asked anew: a model may not go on showing what the ledger no longer reads."""
    folder, passphrase = tmp_path / "vault", new_passphrase()
    world.create(folder).close()
    card = application(folder, "Aysel", passphrase, cost=Cost.QUICK)
    with world.open(folder) as vault:
        vault.members.propose([added(card)])
        world.say(vault.ledger, "before")
    with Vault.open(folder, passphrase, world.kinds) as vault:
        world.say(vault.ledger, "hers")
        device = vault._identity.keyring.device.kid
        upto = vault.ledger.last_of(device)
        world.say(vault.ledger, "too late")
    with world.open(folder) as vault:
        kept = vault.ledger.models
        met = kept.coded(notes(world.kinds), said)
        aysel = next(one for one in vault.members.roster().present if one.name == "Aysel")
        vault.members.propose([MemberRemoved(aysel.kid, (Ended(device, upto),))])
        told = kept.coded(notes(world.kinds), said)

        assert met == ["before", "hers", "too late"]
        assert told == world.texts(vault.ledger)
        assert told == ["before", "hers"]


def test_a_new_key_of_the_compartment_makes_the_old_file_unreadable(vault, kept, world, tmp_path):
    world.say(vault.ledger, "one")
    kept.coded(notes(world.kinds), said)
    (key,), before = kept.folder.glob("*.key"), files(kept.folder)
    old = key.read_bytes()
    vault.members.rotate("coded")
    assert kept.show() == () or not kept.show()[0].usable

    assert kept.coded(notes(world.kinds), said) == ["one"]
    assert set(files(kept.folder)).isdisjoint(before)
    kid = vault._identity.keyring.compartments.of("coded")[1][1].kid
    assert kid in key.read_bytes()
    assert kid not in old
    key.write_bytes(old)
    assert kept.coded(notes(world.kinds), said) == ["one"]


def test_files_of_an_older_key_are_removed_when_the_vault_is_opened(world, tmp_path):
    folder = tmp_path / "vault"
    with world.create(folder) as vault:
        world.say(vault.ledger, "one")
        vault.ledger.models.coded(notes(world.kinds), said)
        where = vault.ledger.models.folder
        assert len(files(where)) == 1
        vault.members.rotate("coded")

    with world.open(folder) as vault:
        assert files(where) == []
        assert vault.ledger.models.show() == ()


def test_a_file_left_by_a_build_that_was_killed_is_removed_by_the_next(kept, vault, world):
    world.say(vault.ledger, "one")
    kept.coded(notes(world.kinds), said)
    (file,) = kept.folder.glob("*.db")
    left = file.with_name(file.name.partition(".")[0] + ".0011223344556677.db")
    left.write_bytes(b"half")
    file.unlink()

    assert kept.coded(notes(world.kinds), said) == ["one"]
    assert not left.exists()


def test_a_lock_file_somebody_wrote_into_does_not_stop_anybody(kept, vault, world):
    world.say(vault.ledger, "one")
    kept.coded(notes(world.kinds), said)
    (kept.folder / models.LOCK).write_bytes(b"nonsense" * 100)
    world.say(vault.ledger, "two")

    assert kept.coded(notes(world.kinds), said) == ["one", "two"]


def test_a_mistake_in_a_projection_is_told_and_keeps_nothing(kept, vault, world):
    world.say(vault.ledger, "one")
    wrong = CodedProjection(
        name="wrong",
        version=1,
        kinds=world.kinds,
        tables=TABLES,
        rows=lambda *_: [Row("note", ("too few",))],
    )

    with pytest.raises(VaultError, match="damaged each time"):
        kept.coded(wrong, said)
    assert files(kept.folder) == []


@pytest.mark.parametrize("name", ["", "Notes", "a b", "1a", "a;b", "text", "at", "a__b", "ə"])
def test_a_name_that_is_none_for_a_table_is_refused(world, name):
    with pytest.raises(ValueError, match="cannot name"):
        notes(world.kinds, name=name)
    with pytest.raises(ValueError, match="cannot name"):
        CodedProjection(
            name="x",
            version=1,
            kinds=world.kinds,
            tables=(Table("t", ((name, "TEXT"),)),),
            rows=lambda *_: [],
        )


def test_a_table_is_found_by_its_own_columns_only(world):
    with pytest.raises(ValueError, match="cannot name"):
        CodedProjection(
            name="x",
            version=1,
            kinds=world.kinds,
            tables=(Table("t", (("a", "TEXT"),), found_by=("b",)),),
            rows=lambda *_: [],
        )


# Several at once


def test_threads_that_ask_and_say_at_once_get_whole_answers(kept, vault, world):
    faults = []

    def work(number):
        try:
            for n in range(5):
                world.say(vault.ledger, f"{number} {n} a", f"{number} {n} b")
                told = kept.coded(notes(world.kinds), said)
                assert f"{number} {n} b" in told
                assert len(told) % 2 == 0
        except BaseException as error:  # noqa: BLE001 - told by the main thread
            faults.append(error)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert faults == []
    assert len(kept.coded(notes(world.kinds), said)) == 40
    assert len(files(kept.folder)) == 1


def test_processes_that_ask_and_say_at_once_get_whole_answers(world, tmp_path):
    folder = tmp_path / "vault"
    world.create(folder).close()
    running = [
        subprocess.Popen(
            [sys.executable, PROGRAM, folder, str(n), "10"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        for n in range(2)
    ]
    told = [one.communicate(timeout=900) for one in running]

    assert [(out.splitlines()[-1:], err) for out, err in told] == [([b"10"], b"")] * 2
    with world.open(folder) as vault:
        told = vault.ledger.models.coded(notes(world.kinds), said)
        assert sorted(told) == sorted(world.texts(vault.ledger))
        assert len(told) == 20


def test_who_waits_too_long_for_another_to_build_is_told(vault, world, tmp_path):
    patient = models_in(vault, tmp_path / "kept" / "of this vault")
    hasty = models_in(vault, tmp_path / "kept" / "of this vault", patience=0.05)
    world.say(vault.ledger, "one")

    with patient.locked(), pytest.raises(VaultBusy):
        hasty.coded(notes(world.kinds), said)


# Where it lies


def test_files_and_folder_are_closed_to_everybody_else(kept, vault, world):
    world.say(vault.ledger, "one")
    kept.coded(notes(world.kinds), said)

    modes = {path.name.rpartition(".")[2]: path.stat().st_mode for path in kept.folder.iterdir()}
    assert {name: oct(stat.S_IMODE(mode)) for name, mode in modes.items()} == {
        "key": "0o600",
        "db": "0o600",
        "lock": "0o600",
    }
    assert stat.S_IMODE(kept.folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(kept.folder.parent.stat().st_mode) == 0o700


def test_a_place_that_is_open_to_others_is_not_used(kept, vault, world):
    kept.folder.parent.mkdir(mode=0o755)
    kept.folder.parent.chmod(0o755)

    with pytest.raises(StorageFull):
        kept.coded(notes(world.kinds), said)


def test_a_place_that_cannot_be_made_is_told(vault, world, tmp_path):
    (tmp_path / "file").write_bytes(b"")
    lost = models_in(vault, tmp_path / "file" / "a" / "b")

    with pytest.raises(StorageFull):
        lost.coded(notes(world.kinds), said)


def test_names_of_files_say_nothing_of_compartments(kept, vault, world):
    vault.members.open_compartment("identity:case_x", [])
    kept.identity(who(world.kinds), "identity:case_x", said)

    assert not any("case" in path.name or "identity" in path.name for path in kept.folder.iterdir())


def test_a_key_of_another_length_is_refused(tmp_path):
    with pytest.raises(ValueError, match="32 bytes"):
        cipher.make(tmp_path / "x.db", b"short")


def test_the_key_of_a_file_is_not_shown(kept, vault, world):
    build = watermark.Build.new()

    assert build.key.hex() not in repr(build)
    assert repr(build.key) not in repr(build)


def test_a_card_says_what_cannot_be_used(kept, vault, world):
    world.say(vault.ledger, "one")
    kept.coded(notes(world.kinds), said)
    (file,) = kept.folder.glob("*.db")
    size = file.stat().st_size
    (good,) = kept.show()
    file.write_bytes(bytes(size))
    (bad,) = kept.show()

    assert (good.compartment, good.bytes, good.usable, good.size) == (
        "coded",
        size,
        True,
        {"notes": 1},
    )
    assert (bad.compartment, bad.bytes, bad.usable, bad.size) == ("coded", 0, False, {})
