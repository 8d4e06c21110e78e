"""One file of a member's own for all compartments of cases they read, however many there are."""

from __future__ import annotations

import pytest

from candlemark.ledger import Part, Vault, application
from candlemark.ledger.membership import added
from candlemark.ledger.model.models import OWN
from candlemark.ledger.model.watermark import Place
from candlemark.seal import Cost, new_passphrase
from read_models import said, who

CASES = [f"identity:case_{n}" for n in range(6)]


@pytest.fixture
def shared(tmp_path, world):
    """Of six cases, Aysel reads the first three and the founder all."""
    folder = tmp_path / "vault"
    world.create(folder, name="A vault").close()
    words = new_passphrase()
    card = application(folder, "Aysel", words, cost=Cost.QUICK)
    with world.open(folder) as vault:
        vault.members.propose([added(card)])
        aysel = next(one for one in vault.members.roster().present if one.name == "Aysel")
        for n, name in enumerate(CASES):
            vault.members.open_compartment(name, [aysel] if n < 3 else [])
            vault.ledger.append([Part(name, (world.Said(f"name {n}"),), f"person_{n}")])
        world.say(vault.ledger, "common", compartment="identity")

    class Shared:
        path = folder

        @staticmethod
        def open(name="founder"):
            return Vault.open(folder, words if name == "Aysel" else world.passphrase, world.kinds)

        @staticmethod
        def file(vault, member=None):
            models = vault.ledger.models
            return models.key_file(Place(models._vault, OWN + (member or vault.ledger.me).hex()))

    return Shared


def names(vault, world):
    return vault.ledger.models.cases(who(world.kinds), said)


def test_it_holds_what_its_member_reads_and_nothing_else(shared, world):
    with shared.open() as vault:
        assert names(vault, world) == [f"name {n}" for n in range(6)]
        assert len(list(vault.ledger.models.folder.glob("*.db"))) == 1
    with shared.open("Aysel") as vault:
        assert names(vault, world) == [f"name {n}" for n in range(3)]
        assert [
            hit.words
            for hit in vault.ledger.models.cases(who(world.kinds), lambda m: m.search("name"))
        ] == [f"name {n}" for n in range(3)]
        assert vault.ledger.models.of_cases == set(CASES[:3])


def test_nobody_else_opens_it(shared, world):
    with shared.open() as vault:
        names(vault, world)
        mine = shared.file(vault).read_bytes()
    with shared.open("Aysel") as vault:
        shared.file(vault).write_bytes(mine)
        assert names(vault, world) == [f"name {n}" for n in range(3)]
        assert shared.file(vault).read_bytes() != mine


def test_it_grows_with_what_is_said_and_with_new_compartments(shared, world):
    with shared.open() as vault:
        names(vault, world)
        before = shared.file(vault).read_bytes()
        vault.members.open_compartment("identity:later", ())
        world.say(vault.ledger, "later", compartment="identity:later")
        world.say(vault.ledger, "more", compartment=CASES[0])
        assert names(vault, world) == [*(f"name {n}" for n in range(6)), "later", "more"]
        assert shared.file(vault).read_bytes() == before  # the same file


def test_who_is_let_into_a_case_reads_it_and_who_is_taken_out_has_nothing_of_it(shared, world):
    with shared.open("Aysel") as vault:
        assert len(names(vault, world)) == 3
        before = shared.file(vault).read_bytes()
    with shared.open() as vault:
        aysel = next(one for one in vault.members.roster().present if one.name == "Aysel")
        vault.members.add_reader(CASES[4], aysel)
    with shared.open("Aysel") as vault:
        assert names(vault, world) == ["name 0", "name 1", "name 2", "name 4"]
        assert shared.file(vault).read_bytes() != before
    with shared.open() as vault:
        vault.members.remove_reader(CASES[0], aysel)
    with shared.open("Aysel") as vault:
        assert names(vault, world) == ["name 1", "name 2", "name 4"]


def test_it_is_removed_when_its_member_leaves_or_is_frozen(shared, world):
    with shared.open("Aysel") as vault:
        names(vault, world)
        member = vault.ledger.me
        assert shared.file(vault).exists()
    with shared.open() as vault:
        aysel = vault.members.roster().members[member]
        vault.members.propose([vault.members.removal(aysel)])
    with shared.open() as vault:
        assert not shared.file(vault, member).exists()


def test_what_was_erased_is_not_in_it(shared, world):
    with shared.open() as vault:
        assert "name 3" in names(vault, world)
        vault.erasing.ask("person_3", "asked-by-person")
    with shared.open("Aysel") as vault:
        (waiting,) = [one for one in vault.erasing.asked() if one.agreed is None]
        vault.erasing.agree(waiting.code)
    with shared.open() as vault:
        vault.erasing.carry_out()
        assert names(vault, world) == [f"name {n}" for n in (0, 1, 2, 4, 5)]
