"""What is passed over though keys open it, what a model lacks, what is gathered, what is not there."""

from __future__ import annotations

import shutil
from dataclasses import replace

import pytest

from candlemark.errors import NotEntitled, PublishedBroken, SettingRefused
from candlemark.ledger import Kinds, Part, Vault
from candlemark.ledger.joining import pull
from candlemark.ledger.model import Models
from candlemark.ledger.model.gathering import Gathering
from candlemark.ledger.sharing import LOG
from candlemark.seal import new_passphrase
from read_models import notes, said
from team import Team


@pytest.fixture
def team(tmp_path, world):
    """A founder who reads everything, and Ramin who reads no coded part."""
    made = Team(tmp_path / "vault", world.kinds)
    made.take_in("Aysel", administrator=True)
    made.take_in("Ramin", coded=False)
    with made.open() as vault:
        world.say(vault.ledger, "what")
        world.say(vault.ledger, "who", compartment="identity")
        vault.members.open_compartment("identity:case_1", ())
        world.say(vault.ledger, "who in the case", compartment="identity:case_1")
        world.say(vault.ledger, "what more")
    return made


def test_what_is_passed_over_is_not_read_and_what_is_not_under_it_is(team, world):
    with team.open() as vault:
        ledger = vault.ledger
        everything = world.texts(ledger)
        before = ledger.readable()
        assert ledger.present_key("identity:case_1") is not None
        ledger.pass_over("identity")

        assert everything == ["what", "who", "who in the case", "what more"]
        assert world.texts(ledger) == ["what", "what more"]
        assert ledger.readable() is ledger.readable()
        assert {*before.whole} - {*ledger.readable().whole} == {"identity", "identity:case_1"}
        assert ledger.present_key("identity") is ledger.present_key("identity:case_1") is None
        assert ledger.present_key("coded") is not None
        assert ledger.own_key() is not None
        ledger.pass_over("meta")
        assert ledger.own_key() is None
        ledger.pass_over("coded")
        assert world.texts(ledger) == []
    with team.open() as vault:
        vault.ledger.pass_over("identity:case_1")
        assert world.texts(vault.ledger) == ["what", "who", "what more"]


def test_what_a_model_lacks_is_counted_and_nothing_is_built_for_it(team, world):
    with team.open() as vault:
        models, size = vault.ledger.models, vault.ledger.size
        assert models.lacks(notes(world.kinds)) == size
        assert list(models.folder.glob("*.db")) == []
        models.coded(notes(world.kinds), said)
        assert models.lacks(notes(world.kinds)) == 0
        world.say(vault.ledger, "one more")
        world.say(vault.ledger, "and more")
        assert models.lacks(notes(world.kinds)) == 2
        assert models.lacks(notes(world.kinds, version=2)) == size + 2
        assert models.lacks(notes(world.kinds, name="others")) == size + 2
        (file,) = models.folder.glob("*.db")
        file.write_bytes(b"damaged")
        assert models.lacks(notes(world.kinds)) == size + 2
    with team.open("Ramin") as vault:
        assert vault.ledger.models.lacks(notes(world.kinds)) == 0
        with pytest.raises(NotEntitled):
            vault.ledger.models.coded(notes(world.kinds), said)


def count(model, about):
    """Writes how often each of these was said."""
    for text in about:
        (number,) = model.hand.do("SELECT count(*) FROM {note} WHERE said = ?", (text,))[0]
        model.hand.do("DELETE FROM {tally} WHERE said = ?", (text,))
        model.hand.do_all("INSERT INTO {tally} VALUES (?, ?)", [(text, number)])


def test_what_is_gathered_of_several_facts_is_the_same_grown_and_built_at_once(
    team, world, tmp_path
):
    make = "CREATE TABLE {tally} (said TEXT PRIMARY KEY, times INTEGER NOT NULL) STRICT"
    tallied = replace(
        notes(world.kinds),
        gathering=Gathering(1, "note", "said", ("tally",), (make,), count),
    )

    def times(model):
        return model.query("SELECT said, times FROM {tally} ORDER BY said")

    with team.open() as vault:
        grown = vault.ledger.models
        assert times_of(grown, tallied, times) == [("what", 1), ("what more", 1)]
        world.say(vault.ledger, "what", "else")
        world.say(vault.ledger, "what")
        expected = [("else", 1), ("what", 3), ("what more", 1)]
        assert times_of(grown, tallied, times) == expected
        identity = vault._identity
        fresh = Models(
            vault.ledger, identity.vault, identity.keyring.compartments, tmp_path / "anew" / "here"
        )
        assert times_of(fresh, tallied, times) == expected


def times_of(models, projection, ask):
    return [tuple(row) for row in models.coded(projection, ask)]


def test_a_person_erased_by_another_process_is_spoken_of_under_another_key(team, world):
    with team.open() as one, team.open("Aysel") as two:
        one.ledger.append([Part("coded", (world.Said("x"),), "person_x")])
        (before,) = one._identity.keyring.compartments.subject_kids("person_x")
        asked = two.erasing.ask("person_x", "mistake")
        with team.open() as third:
            third.erasing.agree(asked.code)
        one.members.roster()
        one.ledger.append([Part("coded", (world.Said("x again"),), "person_x")])
        after = one._identity.keyring.compartments.subject_kids("person_x")

        assert before not in after
        assert len(after) == 1
        assert world.texts(two.ledger)[-1] == "x again"
        assert one.ledger.verify().faults == ()


def test_a_vault_in_memory_has_no_passphrase_no_keystore_and_nothing_to_share(tmp_path):
    with Vault.in_memory(Kinds()) as vault:
        for call, message in (
            (
                lambda: vault.change_passphrase("a", new_passphrase()),
                "a vault in memory has no passphrase",
            ),
            (vault.export_key, "a vault in memory has no passphrase"),
            (lambda: vault.share(tmp_path), "a vault in memory is not shared"),
        ):
            with pytest.raises(SettingRefused) as refused:
                call()
            assert (refused.value.message, refused.value.hint) == (message, "make one in a folder")
        assert vault.examine_keys() == vault.strange_keys == ()


def test_a_tree_of_another_vault_or_with_another_s_log_is_refused(team, world, tmp_path):
    other = Team(tmp_path / "other", world.kinds)
    for one, stick in ((team, "stick"), (other, "strange")):
        with one.open() as vault:
            vault.share(tmp_path / stick)
    with pytest.raises(PublishedBroken) as refused:
        pull(team.folder, team.words["founder"], tmp_path / "strange", world.kinds)
    assert refused.value.message == "this folder is not one of this vault"
    assert refused.value.hint == "name a folder of the same vault"
    shutil.copy(tmp_path / "strange" / LOG, tmp_path / "stick" / LOG)
    with pytest.raises(PublishedBroken) as refused:
        pull(team.folder, team.words["founder"], tmp_path / "stick", world.kinds)
    assert refused.value.message == "the log is not one of this vault"
    assert refused.value.hint == "fetch it again"
