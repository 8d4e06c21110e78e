"""Reading is taken up where it was left off, wherever that was, and comes to the same.

At any doubt the watermark is thrown away and the ledger read from its beginning.
"""

from __future__ import annotations

import shutil
from contextlib import closing
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from candlemark.errors import LedgerBroken
from candlemark.ledger import Vault, application, reading_mark
from candlemark.ledger.entry import META
from candlemark.ledger.membership import added
from candlemark.ledger.merkle import Tree
from candlemark.ledger.reading_mark import FOLDER, Doubtful, ReadingMark
from candlemark.ledger.roster_reading import RosterReader
from candlemark.seal import Cost, SealingKey, new_passphrase
from three import CASE, ThreeVaults

N = st.integers(0, 2)
STEPS = st.one_of(
    st.tuples(st.sampled_from(["say", "take_in_a_guest", "say_in_the_case"]), N),
    st.tuples(st.just("say_of_a_person"), N, st.sampled_from(["person_1", "person_2"])),
    st.tuples(st.just("rotate"), N, st.sampled_from(["coded", "identity", CASE])),
    st.tuples(st.sampled_from(["take_out_a_reader", "let_in_a_reader", "exchange"]), N, N),
    st.tuples(st.just("ask_to_erase"), N, st.sampled_from(["person_1", "person_2"])),
    st.tuples(st.just("agree_to_erase"), N),
)
APART = {
    "they only speak": [("say", 0), ("say", 1), ("say", 2), ("exchange", 0, 1), ("say", 1)],
    "keys change apart": [("rotate", 0, "coded"), ("rotate", 1, "coded"), ("say", 0), ("say", 1)],
    "two take somebody in": [("take_in_a_guest", n) for n in (0, 1)] + [("say", 0), ("say", 1)],
    "one is removed": [
        *(("take_in_a_guest", 0), ("exchange", 0, 1), ("exchange", 1, 2), ("remove_a_guest", 0)),
        *(("say", 2), ("rotate", 2, "coded"), ("say", 2), ("say", 0)),
    ],
    "two take each other out": [("take_out_a_reader", 0, 1), ("take_out_a_reader", 1, 0)],
    "a person is erased": [
        *(("say_of_a_person", 0, "person_1"), ("exchange", 0, 1), ("ask_to_erase", 0, "person_1")),
        *(("exchange", 0, 1), ("say_of_a_person", 2, "person_1"), ("agree_to_erase", 1)),
    ],
}


@pytest.fixture(autouse=True)
def small_files(monkeypatch):
    monkeypatch.setattr(reading_mark, "AT_ONCE", 4)


def reader(vault):
    ledger = vault.ledger
    return RosterReader(ledger._store, ledger._opener, ledger._identity, ledger._kinds)


def found(one, size):
    """All that reading comes to."""
    roster = one.upto(size)
    return {
        "roster": roster,
        "places": list(one.places(size)),
        "refused": dict(one.refused),
        "overtaken": dict(one.overtaken),
        "faults": one.faults,
        "told": one.told,
        "last": {device: one.last(device) for device in roster.devices},
        "lamport": one.lamport,
        "gone": roster.gone,
    }


def left_at(vault, folder, cut, *, ordered=True):
    """The watermark of a reader that came as far as ``cut``."""
    first = reader(vault)
    first.upto(cut)
    if ordered:
        first.places(cut)
    tree = Tree().grown(row.hash for row in vault._store.rows(0, cut))
    mark = ReadingMark(folder, vault._identity)
    mark.write(tree, first.left_off(), vault._identity.keyring.compartments[META])
    return mark


def taken_up(vault, folder, size):
    """What reading comes to that goes on behind the watermark in ``folder``."""
    resumed = ReadingMark(folder, vault._identity).read(vault._identity.keyring.compartments)
    assert resumed is not None
    second = reader(vault)
    second.resume(resumed.left)
    return found(second, size)


def compare(vault, folder):
    size = vault.ledger.size
    at_once = found(reader(vault), size)
    for cut in range(1, size + 1):
        left_at(vault, folder, cut, ordered=bool(cut % 3))
        assert taken_up(vault, folder, size) == at_once, f"left off after {cut} of {size}"
    for cut in (size // 2, size):
        first = reader(vault)
        first.upto(cut)
        first.places(cut)
        left_at(vault, folder, cut)
        again = ReadingMark(folder, vault._identity).read(vault._identity.keyring.compartments)
        assert whole(again.left, cut) == whole(first.left_off(), cut)
        assert again.tree == Tree().grown(row.hash for row in vault._store.rows(0, cut))


def whole(left, size):
    """All that was left off, the order of entries as its parts."""
    order = left.order
    noted = order.noted(0, size)
    return (
        replace(left, order=None),
        (order.in_order, order.lamport, order.devices, len(order)),
        replace(order.placed, places=list(order.placed.places)),
        (noted.times, noted.seqs, noted.devices, noted.actions),
    )


@pytest.mark.parametrize("name", APART)
def test_reading_taken_up_anywhere_comes_to_the_same(name, tmp_path):
    three = ThreeVaults()
    three.begin()
    try:
        for step, *words in APART[name]:
            getattr(three, step)(*words)
        for giver, taker in ((0, 1), (1, 2), (2, 0)):
            three.exchange(giver, taker)
        for n in range(3):
            compare(three.open(n), tmp_path / f"models {n}" / "of this")
    finally:
        three.teardown()


@settings(
    max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    seed=st.integers(0, 1 << 32),
    steps=st.lists(STEPS, max_size=12),
    cuts=st.lists(st.integers(1, 200), min_size=1, max_size=6),
)
def test_whatever_three_places_did(seed, steps, cuts, tmp_path_factory):
    folder = tmp_path_factory.mktemp("models") / "of this"
    three = ThreeVaults()
    three.begin(seed)
    try:
        for step, *words in steps:
            getattr(three, step)(*words)
        for giver, taker in ((0, 1), (1, 2), (2, 0)):
            three.exchange(giver, taker)
        for n in range(3):
            vault = three.open(n)
            size = vault.ledger.size
            at_once = found(reader(vault), size)
            for cut in {min(cut, size) for cut in cuts}:
                left_at(vault, folder, cut)
                assert taken_up(vault, folder, size) == at_once
    finally:
        three.teardown()


# A shared vault of two, in a folder


@pytest.fixture
def shared(tmp_path, world):
    """A vault of two members with twenty entries."""
    folder = tmp_path / "vault"
    world.create(folder, name="A vault").close()
    words = new_passphrase()
    card = application(folder, "Aysel", words, cost=Cost.QUICK)
    with world.open(folder) as vault:
        vault.members.propose([added(card, administrator=True)])
        for n in range(12):
            world.say(vault.ledger, f"said {n}")

    class Shared:
        path, aysel = folder, words

        @staticmethod
        def open(who=""):
            return Vault.open(folder, who or world.passphrase, world.kinds)

    return Shared


@pytest.fixture
def often(monkeypatch):
    """A watermark is moved with every entry."""
    monkeypatch.setattr(reading_mark, "WORTH", 1)


def files(vault):
    """The files of the watermark of whoever opened the vault."""
    where = vault.ledger.models.folder / FOLDER
    return sorted(where.glob(f"{vault.ledger.mark._name}.*"))


def rows_read(vault, monkeypatch):
    read = []
    ask = vault._store.parts
    monkeypatch.setattr(vault._store, "parts", lambda hashes: read.extend(hashes) or ask(hashes))
    return read


def test_what_was_read_at_one_opening_is_not_read_at_the_next(shared, often, world, monkeypatch):
    with shared.open() as vault:
        world.say(vault.ledger, "one more")
        vault.members.roster()
    opened = []
    upto = RosterReader._take
    monkeypatch.setattr(
        RosterReader,
        "_take",
        lambda self, row, *rest: opened.append(row.n) or upto(self, row, *rest),
    )

    with shared.open() as vault:
        size = vault.ledger.size
        assert opened == []
        assert world.texts(vault.ledger)[-1] == "one more"
        world.say(vault.ledger, "and one")
        vault.members.roster()
        assert opened == [size]
        assert world.texts(vault.ledger)[-1] == "and one"
        assert vault.ledger.verify().faults == ()
        assert len(opened) > size  # which reads all of it, from the beginning


def test_a_vault_of_one_is_not_read_from_its_beginning_for_each_page_either(
    tmp_path, world, monkeypatch
):
    folder = tmp_path / "vault"
    with world.create(folder, name="A vault") as vault:
        for n in range(reading_mark.WORTH):
            world.say(vault.ledger, f"said {n}")
        assert vault.members.me.code  # as every page asks who reads it
    taken = []
    take = RosterReader._take
    monkeypatch.setattr(
        RosterReader,
        "_take",
        lambda self, row, *rest: taken.append(row.n) or take(self, row, *rest),
    )

    with world.open(folder) as vault:
        world.say(vault.ledger, "one more")
        assert vault.members.me.code
        assert taken == [vault.ledger.size - 1]
        assert world.texts(vault.ledger)[-1] == "one more"
        assert vault.ledger.verify().faults == ()


def test_reading_taken_up_by_the_vault_gives_the_same_entries_and_roster(shared, often, world):
    with shared.open() as vault:
        first = (vault.members.roster(), list(vault.ledger.facts()))
        assert len(files(vault)) > 2
    with shared.open() as vault:
        assert vault.ledger._sealed == vault.ledger.size
        assert (vault.members.roster(), list(vault.ledger.facts())) == first


@pytest.mark.parametrize("what", ["flip", "cut", "grow"])
def test_a_watermark_damaged_at_any_byte_is_thrown_away(shared, often, what, tmp_path):
    with shared.open() as vault:
        roster, size = vault.members.roster(), vault.ledger.size
        head = next(one for one in files(vault) if one.suffix == ".head")
        whole, keys = head.read_bytes(), vault._identity.keyring.compartments
        for place in range(len(whole)):
            bad = {
                "flip": whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :],
                "cut": whole[:place],
                "grow": whole + whole[: place + 1],
            }[what]
            head.write_bytes(bad)
            assert vault.ledger.mark.read(keys) is None, f"byte {place}"
            assert not head.exists()
        head.write_bytes(whole)
    head.write_bytes(whole[:-1])
    with shared.open() as vault:
        assert vault.members.roster() == roster
        assert list(vault.ledger.state(Tree()).places) == list(range(size))
        assert vault.ledger._sealed == 0


def test_a_file_of_the_order_that_is_damaged_or_gone_is_found_when_it_is_needed(
    shared, often, world
):
    with shared.open() as vault:
        vault.members.roster()
        keys, size = vault._identity.keyring.compartments, vault.ledger.size
        at_once = found(reader(vault), size)
        orders = [one for one in files(vault) if one.suffix != ".head"]
        assert len(orders) >= 3
        whole = orders[0].read_bytes()
        for bad in [
            *(whole[:n] + bytes([whole[n] ^ 1]) + whole[n + 1 :] for n in range(len(whole))),
            b"",
            None,
        ]:
            if bad is None:
                orders[0].unlink()
            else:
                orders[0].write_bytes(bad)
            resumed = ReadingMark(vault.ledger.models.folder, vault._identity).read(keys)
            with pytest.raises(Doubtful):
                resumed.left.order.noted(0, size)
    with shared.open() as vault:
        assert vault.ledger._sealed == size
        # As when entries of another place come in between: all of the order is needed.
        vault.ledger._reader._order.in_order = False
        vault.ledger._reader._order.placed = type(vault.ledger._reader._order.placed)()
        state = vault.ledger.state(Tree())
        assert list(state.places) == at_once["places"]
        assert vault.ledger._sealed == 0
        assert vault.members.roster() == at_once["roster"]


def test_nobody_takes_up_what_another_member_read(shared, often, world):
    with shared.open() as vault:
        vault.members.roster()
        mine, (head,) = vault.ledger.mark, [one for one in files(vault) if one.suffix == ".head"]
        content = head.read_bytes()
    with shared.open(shared.aysel) as vault:
        keys = vault._identity.keyring.compartments
        theirs = vault.ledger.mark
        assert theirs._name != mine._name
        (head.parent / theirs._head).write_bytes(content)
        assert ReadingMark(vault.ledger.models.folder, vault._identity).read(keys) is None


def test_one_of_another_program_is_thrown_away(shared, often, monkeypatch):
    with shared.open() as vault:
        vault.members.roster()
        keys = vault._identity.keyring.compartments
        assert ReadingMark(vault.ledger.models.folder, vault._identity).read(keys) is not None
        monkeypatch.setattr(reading_mark, "__version__", "99")
        assert ReadingMark(vault.ledger.models.folder, vault._identity).read(keys) is None
        assert files(vault) == []


def test_one_that_is_ahead_of_the_ledger_or_of_another_is_thrown_away(
    shared, often, world, tmp_path
):
    shutil.copytree(shared.path, tmp_path / "before")
    with shared.open() as vault:
        world.say(vault.ledger, "what was put back does not hold")
        vault.members.roster()
    for file in ("ledger.db", "keystore.db"):
        shutil.copy(tmp_path / "before" / file, shared.path / file)
    with shared.open() as vault:
        assert vault.ledger._sealed == 0
        assert world.texts(vault.ledger) == [f"said {n}" for n in range(12)]
        world.say(vault.ledger, "another thing")
        vault.members.roster()
    shutil.copy(tmp_path / "before" / "ledger.db", shared.path / "ledger.db")
    shutil.copy(tmp_path / "before" / "keystore.db", shared.path / "keystore.db")
    with shared.open() as vault:
        world.say(vault.ledger, "of as many entries")
        assert world.texts(vault.ledger)[-1] == "of as many entries"


def test_a_leaf_changed_before_the_watermark_is_found_before_it_is_read(shared, often, world):
    with shared.open() as vault:
        vault.members.roster()
        size = vault.ledger.size
        kind = type(vault._store.rows(0, 1)[0])
    with shared.open() as vault, closing(vault):
        assert vault.ledger._sealed == size
        ask = vault._store.rows

        def other(start, stop):
            two = {size - 1: size - 2, size - 2: size - 1}
            found = {row.n: row for row in ask(0, size)}
            return [kind(n, *found[two.get(n, n)][1:]) for n in range(start, stop) if n in found]

        vault._store.rows = other
        with pytest.raises(LedgerBroken, match="not the ones the last checkpoint"):
            list(vault.ledger.facts())
        with pytest.raises(LedgerBroken, match="not the ones the last checkpoint"):
            list(vault.ledger.said({"test.said"}, ["coded"], vault.ledger.state(Tree()), 0))


def test_a_new_key_of_meta_seals_it_anew_and_the_old_one_opens_it_no_more(shared, often):
    with shared.open() as vault:
        vault.members.roster()
        old = {one.name: one.read_bytes() for one in files(vault)}
        vault.members.rotate(META)
        roster = vault.members.roster()
        assert all(old.get(one.name) != one.read_bytes() for one in files(vault))
        kid = roster.compartments[META].epochs[-1].kid
        assert vault.ledger.mark._kid == kid
    with shared.open() as vault:
        assert vault.members.roster() == roster
        assert vault.ledger._sealed == vault.ledger.size


def test_it_is_closed_to_others_and_holds_nothing_in_clear(shared, often):
    with shared.open() as vault:
        vault.members.roster()
        names = [b"Aysel", b"coded", b"identity", vault.members.me.kid, vault._identity.vault]
        for one in files(vault):
            assert one.stat().st_mode & 0o077 == 0
            content = one.read_bytes()
            assert not [name for name in names if name in content]
        assert vault.ledger.models.folder.stat().st_mode & 0o077 == 0


def test_where_it_cannot_be_kept_everything_is_as_without(shared, often, world, monkeypatch):
    def full(*_args, **_more):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(reading_mark, "make_folder", full)
    with shared.open() as vault:
        world.say(vault.ledger, "still said")
        assert vault.members.roster().present
        assert files(vault) == []


def test_a_key_nobody_has_opens_nothing(shared, often):
    with shared.open() as vault:
        vault.members.roster()
        mark = ReadingMark(vault.ledger.models.folder, vault._identity)

        class Other:
            def key(self, _kid):
                return SealingKey.generate()

            def name(self, _kid):
                return META

        assert mark.read(Other()) is None
