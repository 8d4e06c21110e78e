"""What changes of the code, drawn by chance, showed that no test held."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest

from candlemark.errors import LedgerBroken, NotWitnessed, SettingRefused, VaultBusy, VaultError
from candlemark.ledger import Kinds, Part, Policy
from candlemark.ledger import ledger as ledger_module
from candlemark.ledger.backup import backups_in
from candlemark.ledger.joining import pull
from candlemark.ledger.model import Models
from candlemark.ledger.model.filling import _About
from candlemark.ledger.moving import _read
from candlemark.ledger.places import place_of
from candlemark.ledger.roster_changes import made
from candlemark.ledger.roster_facts import EpochBegan, ErasureAgreed, MemberChanged, read_change
from candlemark.ledger.roster_keys import _out_of_turn
from candlemark.ledger.taking import take_from
from candlemark.seal import Note, NoteKey, SigningKey, Stretching, sign_note
from candlemark.seal.notes import COSIGNATURE, ED25519
from house import team as roster_of_three
from read_models import notes
from team import Team

LOG, OURS, THEIRS = (SigningKey.from_bytes(bytes([n]) * 32) for n in (1, 2, 3))
ROOT = "uGwM/NZYUxtJUKxXYxDVYBn5Bsa45Y0BRbEQrk2pTgo="


def test_what_was_said_under_an_erased_key_goes_also_where_the_parts_that_were_named_are_gone(
    tmp_path, world
):
    """Asked for at one place while something more was said of them at another."""
    team = Team(tmp_path / "vault", world.kinds)
    team.take_in("Aysel", administrator=True)
    with team.open() as vault:
        vault.ledger.append([Part("coded", (world.Said("x one"),), "person_x")])
        asked = vault.erasing.ask("person_x", "mistake")
        vault.ledger.append([Part("coded", (world.Said("x two"),), "person_x")])
        (later,) = {*vault.ledger.parts_about("person_x")} - {*asked.parts}
        vault._store.erase(sorted(asked.parts))
    with team.open("Aysel") as vault:
        vault.ledger.append_own([ErasureAgreed(asked.id)])
        assert vault.erasing.carry_out().parts == 1
        assert vault._store.parts([later]) == {}
        assert vault.erasing.carry_out().parts == 0
        assert vault.ledger.verify().faults == ()


@pytest.mark.parametrize("field", ["note", "peaks", "size"])
def test_a_head_of_which_one_thing_alone_was_changed_is_looked_at_again(world, field):
    with world.in_memory() as vault:
        world.say(vault.ledger, "one")
        world.say(vault.ledger, "two")
        before = vault.ledger.head
        good = vault._store.head()
        other = {"note": b"x" + good.note[1:], "peaks": b"x" * 32, "size": 1}[field]
        vault._store._head = good._replace(**{field: other})
        with pytest.raises(LedgerBroken):
            _ = vault.ledger.head
        vault._store._head = good
        assert vault.ledger.head == before


def test_a_checkpoint_too_few_signed_for_says_how_many_of_them_are_from_outside():
    witnesses = [("own.example", OURS, "true"), ("two.example", THEIRS, "false")]
    lines = ["needed = 2", "outside = 1"]
    for name, key, operator in witnesses:
        known = NoteKey(name, COSIGNATURE, key.public)
        lines += ["[[witness]]", f'name = "{name}"', f'key = "{known}"', f"operator = {operator}"]
    policy = Policy.parse("\n".join(lines).encode())
    log = NoteKey("log.example", ED25519, LOG.public)
    note = Note.parse(sign_note(f"log.example\n7\n{ROOT}\n", "log.example", LOG))
    for name, key, outside in (("own.example", OURS, 0), ("two.example", THEIRS, 1)):
        found = policy.judge(note.cosign(name, key, 1_790_000_000), log)
        with pytest.raises(NotWitnessed) as refused:
            found.require()
        assert refused.value.message == (
            f"1 of 2 witnesses signed for this checkpoint, {outside} of 1 from outside"
        )


def test_a_ledger_that_does_not_hold_together_is_not_moved_and_says_where_to_look(world):
    with world.in_memory() as vault:
        world.say(vault.ledger, "one")
        world.say(vault.ledger, "two")
        row = vault._store.leaves[1]
        vault._store.leaves[1] = row._replace(leaf=b"x")
        with pytest.raises(LedgerBroken) as refused:
            list(_read(vault._store))
    assert refused.value.message == "the ledger does not hold together, and was not moved"
    assert refused.value.hint == "candlemark ledger verify names every fault"
    assert refused.value.faults


def test_a_place_on_a_server_that_cannot_be_read_is_named(tmp_path):
    (tmp_path / "ledger.toml").symlink_to("/proc/self/mem")  # a file that answers with an error
    with pytest.raises(VaultError) as refused:
        place_of(tmp_path)
    assert refused.value.message.startswith("ledger.toml cannot be used: ")


def test_who_says_who_they_are_pulls_with_one_guess_at_a_passphrase(tmp_path, world, monkeypatch):
    """Each guess takes a second; without the code every lock here would be tried."""
    team = Team(tmp_path / "vault", world.kinds)
    for name in ("Aysel", "Ramin", "Leyla"):
        team.take_in(name)
    with team.open() as vault:
        vault.share(tmp_path / "stick")
    tried, stretch = [], Stretching.stretch
    monkeypatch.setattr(
        Stretching, "stretch", lambda one, text: tried.append(one) or stretch(one, text)
    )
    for name in ("Aysel", "Ramin", "Leyla"):
        code = team.code(name)
        tried.clear()
        take_from(team.folder, team.words[name], tmp_path / "stick", world.kinds, member=code)
        assert len(tried) == 1


def test_where_no_backups_are_is_said_with_what_to_name(tmp_path):
    with pytest.raises(SettingRefused) as refused:
        backups_in(tmp_path / "none")
    assert refused.value.message == "there are no backups here"
    assert refused.value.hint == "name the folder backups are under"


def test_a_key_out_of_turn_is_told_where_keys_that_lost_had_its_number_and_a_fault_elsewhere():
    there = roster_of_three().roster.compartments["meta"]
    lost = replace(there, beside=(replace(there.epochs[-1], number=5),))

    def said(number):
        return _out_of_turn(lost, EpochBegan("meta", number, b"k" * 16, (), ""))

    assert [said(number).told for number in (4, 6, 7, -1)] == [True, True, False, False]
    assert said(2) is None
    assert said(7).why == "the key of the compartment is not the next one"


def test_a_change_of_nowhere_is_noted_as_of_nowhere():
    house = roster_of_three()
    person = next(one for one in house.roster.present if one.name == "Ramin")
    change = read_change(house.change(MemberChanged(person.kid, administrator=True, coded=True)))

    assert made(house.roster, change, 99).members[person.kid].log == b""
    assert made(house.roster, change, 99, b"here").members[person.kid].log == b"here"


def test_entries_are_drawn_as_they_are_written_and_not_all_before(world, monkeypatch):
    """Somebody brings a million of them; they are never all in memory."""
    monkeypatch.setattr(ledger_module, "_AT_ONCE", 3)
    encoded, encode = [], Kinds.encode
    monkeypatch.setattr(
        Kinds, "encode", lambda kinds, facts: encoded.append(len(facts)) or encode(kinds, facts)
    )
    with world.in_memory() as vault:

        def drafts():
            for n in range(10):
                assert len(encoded) == n // 3 * 3
                yield [world.part(f"said {n}")]

        assert len(vault.ledger.append_all(drafts())) == 10
    assert encoded == [1] * 10


def test_models_are_waited_for_as_long_as_they_are_told_to(tmp_path, world):
    with world.in_memory() as vault:
        keys = vault._identity.keyring.compartments
        more = (vault.ledger, vault._identity.vault, keys, tmp_path / "models")
        assert [Models(*more)._patience, Models(*more, 0.1)._patience] == [10.0, 0.1]
        with Models(*more, 0.1).locked(), pytest.raises(VaultBusy):
            Models(*more, 0.1).coded(notes(world.kinds), len)


def test_a_member_of_the_house_takes_from_a_stick_of_before_they_were_one(tmp_path, world):
    """The key of the log lies here, wrapped for them, and nothing of theirs came along."""
    team = Team(tmp_path / "vault", world.kinds)
    with team.open() as vault:
        vault.members.begin()
        vault.share(tmp_path / "stick")
    code = team.take_in("Aysel")

    pulled = pull(team.folder, team.words["Aysel"], tmp_path / "stick", world.kinds, member=code)
    assert (pulled.taken, pulled.keys, pulled.refused) == (0, 0, ())


def test_what_rows_are_about_is_read_from_the_column_they_are_gathered_by():
    def table(name, *columns):
        return SimpleNamespace(name=name, columns=[(column, "text") for column in columns])

    tables = [table("other", "who"), table("said", "what", "who", "more")]
    by = SimpleNamespace(table="said", column="who")
    about = _About(SimpleNamespace(tables=tables, gathering=by))
    about.see("said", [(1, 2, 3, "x", "person_1", "y"), (1, 2, 4, "x", "person_2", "y")])
    about.see("other", [(1, 2, 3, "person_3")])
    assert about.seen == {"person_1", "person_2"}
    none = _About(SimpleNamespace(tables=tables, gathering=None))
    none.see("said", [(1, 2, 3, "x", "person_1", "y")])
    assert none.seen == set()
