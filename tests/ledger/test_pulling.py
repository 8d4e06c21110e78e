"""Two instances of a vault share and pull, and come to the same whatever the order."""

from __future__ import annotations

import shutil
from datetime import date

import pytest

from candlemark.errors import LogForked, NotEntitled, PublishedBroken, WrongPassphrase
from candlemark.ledger import Part, PublicLog, Vault, publish
from candlemark.ledger.backup import back_up
from candlemark.ledger.joining import join, pull
from candlemark.ledger.membership import added
from candlemark.ledger.roster_facts import LogAdded
from candlemark.seal import Cost, new_passphrase
from stores import everywhere


@pytest.fixture
def office(tmp_path, world, place):
    """An office's vault, what it shares on a stick, and Aysel's laptop, which has joined."""

    class Office:
        home, laptop = tmp_path / "home", tmp_path / "laptop"
        stick, back = tmp_path / "stick", tmp_path / "back"
        words = new_passphrase()

        def at_home(self):
            return world.open(self.home)

        def on_laptop(self):
            return Vault.open(self.laptop, self.words, world.kinds)

        def share_home(self):
            with self.at_home() as vault:
                return vault.share(self.stick)

        def pull_to_laptop(self):
            return pull(self.laptop, self.words, self.stick, world.kinds)

        def share_laptop(self):
            with self.on_laptop() as vault:
                return vault.share(self.back)

        def pull_home(self):
            return pull(self.home, world.passphrase, self.back, world.kinds)

        def exchange(self):
            self.share_home()
            self.pull_to_laptop()
            self.share_laptop()
            self.pull_home()

    made = Office()
    with world.create(made.home, name="Office", postgres=place) as vault:
        world.say(vault.ledger, "first")
        vault.members.begin()
    made.share_home()
    joined = join(made.stick, made.laptop, made.words, name="Aysel", cost=Cost.QUICK)
    with made.at_home() as vault:
        vault.members.propose([added(joined.card), LogAdded(joined.log, "laptop")])
    made.share_home()
    made.pull_to_laptop()
    return made


def test_a_new_instance_opens_nothing_before_it_was_taken_in(tmp_path, world):
    words = new_passphrase()
    with world.create(tmp_path / "home") as vault:
        world.say(vault.ledger, "first")
        vault.members.begin()
        vault.share(tmp_path / "stick")
    join(tmp_path / "stick", tmp_path / "laptop", words, name="Aysel", cost=Cost.QUICK)

    with pytest.raises(NotEntitled):
        pull(tmp_path / "laptop", words, tmp_path / "stick", world.kinds)
    with pytest.raises(NotEntitled):
        Vault.open(tmp_path / "laptop", words, world.kinds)


def test_a_laptop_reads_what_the_office_said(office, world):
    with office.on_laptop() as vault:
        assert vault.name == "Office"
        assert world.texts(vault.ledger) == ["first"]
        assert vault.ledger.verify().faults == ()


@everywhere
def test_what_both_said_apart_is_in_one_order_at_both(office, world):
    with office.at_home() as home, office.on_laptop() as laptop:
        for number in range(3):
            world.say(home.ledger, f"home {number}")
            world.say(laptop.ledger, f"laptop {number}")
    office.exchange()

    with office.at_home() as home, office.on_laptop() as laptop:
        assert world.texts(home.ledger) == world.texts(laptop.ledger)
        assert sorted(world.texts(home.ledger)) == sorted(
            ["first", *(f"{place} {n}" for place in ("home", "laptop") for n in range(3))]
        )
        assert home.ledger.verify().faults == ()
        assert laptop.ledger.verify().faults == ()


def test_pulling_again_takes_nothing(office):
    office.share_home()

    again = office.pull_to_laptop()

    assert (again.taken, again.keys, again.refused) == (0, 0, ())


def test_a_member_takes_their_key_to_a_second_machine(office, world, tmp_path):
    with office.at_home() as vault:
        key = vault.export_key()
    with pytest.raises(WrongPassphrase):
        join(office.stick, tmp_path / "second", new_passphrase(), key=key)
    joined = join(office.stick, tmp_path / "second", world.passphrase, key=key)
    with office.at_home() as vault:
        vault.members.propose([LogAdded(joined.log, "second")])
    office.share_home()
    pull(tmp_path / "second", world.passphrase, office.stick, world.kinds)

    with world.open(tmp_path / "second") as vault:
        assert vault.ledger.roster().devices[vault.members.device].label == "another device"
        world.say(vault.ledger, "from the second machine")
        vault.share(office.back)
    office.pull_home()
    with office.at_home() as vault:
        assert world.texts(vault.ledger)[-1] == "from the second machine"
        assert vault.ledger.verify().faults == ()


def test_a_half_copied_stick_is_refused_whole(office, world):
    with office.at_home() as vault:
        world.say(vault.ledger, "more")
        vault.members.renew_device()
    before = set((office.stick / "part").iterdir())
    office.share_home()
    new = sorted(set((office.stick / "part").iterdir()) - before)
    assert new
    for part in new:  # whichever it is: of a statement, of what is said of members, of meta
        content = part.read_bytes()
        part.unlink()
        with pytest.raises(PublishedBroken, match="did not come along"):
            office.pull_to_laptop()
        part.write_bytes(content)
    with office.on_laptop() as vault:
        assert world.texts(vault.ledger) == ["first"]
        assert vault.ledger.verify().faults == ()


def test_a_folder_that_lost_its_entries_gives_nothing(office, world):
    with office.at_home() as vault:
        world.say(vault.ledger, "more")
    office.share_home()
    shutil.rmtree(office.stick / "tile" / "entries")

    with pytest.raises(PublishedBroken):
        office.pull_to_laptop()


def test_an_older_stick_raises_the_alarm_and_the_evidence_is_kept(office, world, tmp_path):
    shutil.copytree(office.stick, tmp_path / "older")
    with office.at_home() as vault:
        world.say(vault.ledger, "more")
    office.share_home()
    office.pull_to_laptop()
    shutil.rmtree(office.stick)
    (tmp_path / "older").rename(office.stick)

    with pytest.raises(LogForked, match="rolled back"):
        office.pull_to_laptop()
    assert list((office.laptop / "alarms").iterdir())


def test_a_stick_of_another_vault_gives_nothing(office, world, tmp_path):
    with world.create(tmp_path / "other") as other:
        world.say(other.ledger, "elsewhere")
        other.share(tmp_path / "their-stick")

    with pytest.raises(PublishedBroken, match="not one of this vault"):
        pull(office.laptop, office.words, tmp_path / "their-stick", world.kinds)


@everywhere
def test_somebody_removed_at_home_writes_nothing_that_counts(office, world):
    with office.on_laptop() as vault:
        world.say(vault.ledger, "before")
    office.exchange()
    with office.at_home() as vault:
        aysel = next(one for one in vault.members.roster().present if one.name == "Aysel")
        vault.members.propose([vault.members.removal(aysel)])
    with office.on_laptop() as vault:
        world.say(vault.ledger, "after, not knowing")
        vault.share(office.back)

    pulled = office.pull_home()

    with office.at_home() as vault:
        assert "before" in world.texts(vault.ledger)
        assert "after, not knowing" not in world.texts(vault.ledger)
        assert vault.ledger.verify().faults == ()
    assert [one.why for one in pulled.refused] == [
        "it was written after its device, or its member, was given up"
    ]
    quarantined = list((office.home / "quarantine").glob("*.leaf"))
    assert [one.read_bytes() for one in quarantined] == [one.leaf for one in pulled.refused]


def test_a_laptop_copied_back_after_it_wrote_is_found_out(office, world, tmp_path):
    shutil.copytree(office.laptop, tmp_path / "copy")
    with office.on_laptop() as vault:
        world.say(vault.ledger, "one history")
        vault.share(office.back)
    office.pull_home()
    with Vault.open(tmp_path / "copy", office.words, world.kinds) as vault:
        world.say(vault.ledger, "another history")
        shutil.rmtree(office.back)
        vault.share(office.back)

    with pytest.raises(LogForked, match="rewritten"):
        office.pull_home()


@everywhere
def test_what_was_erased_at_home_is_erased_on_the_laptop_and_on_the_stick(office, world):
    with office.at_home() as vault:
        aysel = next(one for one in vault.members.roster().present if one.name == "Aysel")
        vault.members.add_reader("identity", aysel)
        vault.ledger.append([Part("identity", (world.Said("name"),), "person_x")])
        sealed = list(vault._store.parts(list(vault.ledger.parts_about("person_x"))).values())
    office.exchange()
    with office.at_home() as vault:
        asked = vault.erasing.ask("person_x", "in-danger")
    office.exchange()
    with office.on_laptop() as vault:
        assert "name" in world.texts(vault.ledger)
        vault.erasing.agree(asked.code)
    office.share_laptop()
    office.pull_home()
    with office.at_home() as vault:
        vault.erasing.carry_out()
        assert vault.ledger.verify().faults == ()
    office.share_home()
    everywhere = [
        path.read_bytes()
        for place in (office.home, office.laptop, office.stick, office.back)
        for path in place.rglob("*")
        if path.is_file()
    ]
    assert sealed
    assert not [one for one in sealed for content in everywhere if one in content]


def test_a_leap_of_logical_time_is_named_and_leaves_everybody_their_next(office, world):
    with office.on_laptop() as vault:
        vault.ledger._reader._order.lamport = 1 << 62
        world.say(vault.ledger, "leapt")
        vault.share(office.back)
    pulled = office.pull_home()

    with office.at_home() as vault:
        world.say(vault.ledger, "after the leap")
        assert world.texts(vault.ledger)[-1] == "after the leap"
        assert vault.ledger.verify().faults == ()
    with office.on_laptop() as vault:
        world.say(vault.ledger, "and here")
        assert "its logical time leaps" in [one.what for one in vault.ledger.verify().faults]
    assert [one.why for one in pulled.refused] == ["its logical time leaps"]


def test_a_place_that_joined_later_publishes_and_is_backed_up_without_a_passphrase(
    office, tmp_path
):
    with PublicLog.open(office.laptop) as public, office.on_laptop() as vault:
        assert public.key.public == vault.ledger.log_key
        assert publish(public, tmp_path / "mirror").size == vault.ledger.size
    backed_up = back_up(office.laptop, tmp_path / "backups", date(2026, 1, 1))
    with office.on_laptop() as vault:
        assert (backed_up.size, backed_up.root) == (vault.ledger.size, vault.ledger.head)
