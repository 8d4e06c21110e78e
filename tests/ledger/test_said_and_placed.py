"""Kinds, drafts, places in a log, and the order entries are read in: each rule by itself."""

from __future__ import annotations

import hashlib
from array import array

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from candlemark.errors import LedgerBroken, NotEntitled, NotInOrder
from candlemark.ledger import Fact, Kinds, Part, UnknownFact
from candlemark.ledger.drafts import Draft, Place, action_ids, new_action
from candlemark.ledger.entry import LEAP_LIMIT, Meta, PartNote, Seen
from candlemark.ledger.entry_order import ACTION_BYTES, EntryOrder, Noted, Placed
from candlemark.ledger.kinds import VERSION_LIMIT
from candlemark.ledger.merkle import Tree
from candlemark.ledger.said import State

X16, X32 = b"x" * 16, b"x" * 32


class First(Fact):
    text: str


class Second(Fact):
    text: str
    page: int = 0


class Third(Fact):
    text: str
    page: int
    source: str


def told(call, error):
    with pytest.raises(error) as caught:
        call()
    found = caught.value
    assert type(found) is error
    return found.message, found.hint, [(one.where, one.what) for one in found.faults]


# Codes and versions of kinds

CODES = {
    "a.b": True, "a.1": True, "case.opened": True, "a.b.c.d": True, "a-b.c-d": True,
    "a1.b2": True, "a.b-": True, "a" * 31 + "." + "b" * 32: True, "a" * 31 + "." + "b" * 33: False,
    "a.": False, ".a": False, "a": False, "ab": False, "abc": False, "1a.b": False, "-a.b": False,
    "a.-b": False, "a..b": False, "A.b": False, "a.B": False, "a.b\n": False, "a b.c": False,
    "a_b.c": False, "": False, "ə.b": False,
}  # fmt: skip


@pytest.mark.parametrize("code", CODES)
def test_a_code_is_words_with_points_between_them(code):
    kinds = Kinds()
    if CODES[code]:
        kinds.add(code, 1, First)
        assert kinds.codes == (code,)
        return
    with pytest.raises(ValueError, match="cannot name a kind") as caught:
        kinds.add(code, 1, First)
    assert str(caught.value) == f"{code!r} version 1 cannot name a kind"
    assert kinds.codes == ()


@pytest.mark.parametrize(
    ("version", "fine"), [(-1, False), (0, False), (1, True), (65_535, True), (65_536, False)]
)
def test_versions_go_from_one_to_their_limit(version, fine):
    kinds = Kinds()
    if fine:
        kinds.add("a.b", version, First)
        assert kinds.kind_of(First("x")) == ("a.b", version)
        return
    with pytest.raises(ValueError, match="cannot name") as caught:
        kinds.add("a.b", version, First)
    assert str(caught.value) == f"'a.b' version {version} cannot name a kind"


def test_the_limit_of_versions_is_that_of_the_meta_part():
    assert VERSION_LIMIT == 65_535


def test_a_version_means_one_class_with_one_way_up():
    kinds = Kinds.of(("a.b", 1, First))

    def up(first):
        return Second(first.text)

    for meaning, upgrade in ((Second, None), (First, up)):
        with pytest.raises(ValueError, match="already means") as caught:
            kinds.add("a.b", 1, meaning, upgrade)
        assert str(caught.value) == "a.b version 1 already means First"
    kinds.add("a.b", 1, First)
    with pytest.raises(ValueError, match="already stored") as caught:
        kinds.add("c.d", 1, First)
    assert str(caught.value) == "First is already stored as a.b"


def test_what_is_known_is_told_sorted_and_whole():
    kinds = Kinds.of(("b.b", 2, Second), ("b.b", 1, Second), ("a.a", 9, First))

    assert kinds.codes == ("a.a", "b.b")
    assert kinds.versions == (("a.a", 9), ("b.b", 1), ("b.b", 2))
    assert kinds.meanings == {("a.a", 9): First, ("b.b", 2): Second, ("b.b", 1): Second}
    assert [one in kinds for one in ("a.a", "b.b", "a.b", "", None)] == [True, True] + [False] * 3
    assert Kinds().codes == Kinds().versions == ()
    assert Kinds().meanings == {}


def test_joined_kinds_hold_both_and_leave_both_as_they_were():
    one, other = Kinds.of(("a.a", 1, First)), Kinds.of(("b.b", 1, Second), ("b.b", 3, Second))
    joined = one | other

    assert joined.versions == (("a.a", 1), ("b.b", 1), ("b.b", 3))
    assert (one.codes, other.codes) == (("a.a",), ("b.b",))
    assert joined.kind_of(Second("x")) == ("b.b", 3)
    with pytest.raises(ValueError, match="version 1 already means Second"):
        _ = other | Kinds.of(("b.b", 1, First))


@pytest.mark.parametrize("order", [(1, 2, 3), (3, 2, 1), (2, 3, 1)])
def test_a_class_is_written_under_its_highest_version_however_it_was_told(order):
    kinds = Kinds()
    for version in order:
        kinds.add("a.b", version, First)

    assert kinds.kind_of(First("x")) == ("a.b", 3)
    assert kinds.encode([First("x")])[1] == (("a.b", 3),)


def lifted():
    kinds = Kinds()
    kinds.add("a.b", 1, First, lambda one: Second(one.text, 7))
    kinds.add("a.b", 2, Second, lambda one: Third(one.text, one.page + 1, "lifted"))
    kinds.add("a.b", 3, Third)
    return kinds


def test_a_fact_is_lifted_step_by_step_to_the_newest_version():
    kinds, encode = lifted(), msgspec.msgpack.encode

    assert kinds.read("a.b", 1, encode(First("x"))) == Third("x", 8, "lifted")
    assert kinds.read("a.b", 2, encode(Second("x", 1))) == Third("x", 2, "lifted")
    assert kinds.read("a.b", 3, encode(Third("x", 1, "said"))) == Third("x", 1, "said")
    assert (lifted() | Kinds()).read("a.b", 1, encode(First("x"))) == Third("x", 8, "lifted")


def test_a_fact_is_lifted_as_far_as_there_is_a_next_version():
    kinds = Kinds()
    kinds.add("a.b", 1, First, lambda one: Second(one.text, 7))
    kinds.add("a.b", 3, Third)

    assert kinds.read("a.b", 1, msgspec.msgpack.encode(First("x"))) == Second("x", 7)


def test_a_version_only_read_is_refused_for_writing_in_words():
    assert told(lambda: lifted().kind_of(Second("x")), NotInOrder) == (
        "version 2 of a.b is read, but no longer written",
        "say it in the newest version",
        [],
    )
    assert lifted().kind_of(Third("x", 1, "")) == ("a.b", 3)


def test_a_class_nobody_registered_is_refused_in_words():
    assert told(lambda: Kinds().kind_of(First("x")), NotInOrder) == (
        "no kind is known for facts of the class First",
        "open the vault with the kinds of every floor that writes to it",
        [],
    )


@pytest.mark.parametrize("version", [1, 7, 65_535])
def test_an_unknown_fact_is_what_it_was(version):
    unknown = UnknownFact("z.z", version, b"\x91\xa1x")
    content, listed = Kinds().encode([unknown])

    assert Kinds().kind_of(unknown) == ("z.z", version)
    assert listed == (("z.z", version),)
    assert [(k, v, bytes(d)) for k, v, d in Kinds().decode(content)] == [
        ("z.z", version, b"\x91\xa1x")
    ]
    assert Kinds.of(("z.z", version + 1 if version < 9 else 1, First)).read(
        "z.z", version, b"\x91\xa1x"
    ) == (unknown)


def test_the_content_is_a_list_of_kind_version_and_fields():
    kinds = Kinds.of(("a.b", 2, First), ("c.d", 1, Second))
    content, listed = kinds.encode([First("x"), Second("y", 5), First("z")])

    assert msgspec.msgpack.decode(content) == [
        ["a.b", 2, ["x"]], ["c.d", 1, ["y", 5]], ["a.b", 2, ["z"]],
    ]  # fmt: skip
    assert listed == (("a.b", 2), ("c.d", 1))
    assert kinds.encode([]) == (b"\x90", ())


def test_each_fact_that_cannot_be_stored_is_counted_and_named():
    kinds = Kinds.of(("a.b", 1, First), ("c.d", 1, Second), ("e.f", 1, Third))
    facts = [First(1), First("x"), Second("x", "y"), Third("x", 1, None), Third("x", 1, "y")]

    assert told(lambda: kinds.encode(facts), NotInOrder) == (
        "3 of 5 facts cannot be stored",
        "see the faults for each",
        [
            ("fact 0 (First)", "its field text is not of the type a.b declares"),
            ("fact 2 (Second)", "its field page is not of the type c.d declares"),
            ("fact 3 (Third)", "its field source is not of the type e.f declares"),
        ],
    )


def test_what_cannot_be_written_at_all_names_no_field():
    kinds = Kinds.of(("a.b", 1, First))

    assert told(lambda: kinds.encode([First(object())]), NotInOrder)[2] == [
        ("fact 0 (First)", "one of its fields is not of the type a.b declares")
    ]


class Number(Fact):
    number: float | tuple[int, ...]


@pytest.mark.parametrize("value", [float("nan"), [1, 2]])
def test_what_comes_back_as_another_thing_is_refused(value):
    kinds = Kinds.of(("a.n", 1, Number))

    assert told(lambda: kinds.encode([Number(value)]), NotInOrder)[2] == [
        ("fact 0 (Number)", "a.n would not be read back as it was said")
    ]


@pytest.mark.parametrize("content", [b"", b"\xc0", b"\x91", b"\x91\x90", b"\x91\x92\xa1a\x01"])
def test_what_is_no_list_of_facts_is_refused_in_words(content):
    assert told(lambda: Kinds().decode(content), LedgerBroken) == (
        "the content of the part is not a list of facts", "", [],
    )  # fmt: skip


def test_a_fact_that_is_not_of_its_kind_names_kind_and_version_and_no_value():
    kinds = Kinds.of(("a.b", 12, First))

    assert told(lambda: kinds.read("a.b", 12, b"\x91\x05"), LedgerBroken) == (
        "a fact of the kind a.b version 12 cannot be read", "", [],
    )  # fmt: skip


# Drafts and places


def test_a_new_action_has_32_hexadecimal_digits_and_is_like_no_other():
    made = {new_action() for _ in range(50)}

    assert len(made) == 50
    assert all(len(bytes.fromhex(one)) == 16 and one == one.lower() for one in made)


def test_a_draft_corrects_nothing_and_has_no_action_unless_it_says_so():
    draft = Draft((), "en")

    assert (draft.parts, draft.language, draft.supersedes, draft.action) == ((), "en", (), b"")


@given(st.lists(st.binary(min_size=16, max_size=16), max_size=20))
def test_actions_are_read_in_order_from_their_digits(actions):
    assert action_ids([one.hex() for one in actions]) == tuple(actions)
    assert action_ids([one.hex().upper() for one in actions]) == tuple(actions)


@pytest.mark.parametrize("wrong", ["", "00", "0" * 30, "0" * 31, "0" * 33, "0" * 34, "g" * 32, "x"])
@pytest.mark.parametrize("beside", [[], ["0" * 32]])
def test_what_is_no_action_is_refused_wherever_it_stands(wrong, beside):
    for given_actions in ([*beside, wrong], [wrong, *beside]):
        assert told(lambda given_actions=given_actions: action_ids(given_actions), NotInOrder) == (
            "this is not the identifier of an action", "it has 32 hexadecimal digits", [],
        )  # fmt: skip


def test_one_entry_corrects_no_more_than_the_meta_part_can_say():
    assert len(action_ids(["0" * 32] * 1024)) == 1024
    assert told(lambda: action_ids(["0" * 32] * 1025), NotInOrder) == (
        "one entry cannot correct more than 1024 others", "say it in several entries", [],
    )  # fmt: skip


class Kept:
    """What is written, kept."""

    def __init__(self):
        self.tiles = []

    def add_tile(self, tile):
        self.tiles.append((tile.level, tile.n))


@pytest.mark.parametrize(
    ("before", "tiles"), [(254, []), (255, [(0, 0)]), (256, []), (511, [(0, 1)])]
)
def test_a_place_grows_by_one_leaf_and_keeps_the_tile_it_fills(before, tiles):
    tree = Tree().grown(hashlib.sha256(b"%d" % n).digest() for n in range(before))
    place, kept = Place(tree, Seen(X16, before, tree.root), 4, X32, 9), Kept()
    place.grow(X32, kept)

    assert place.tree == tree.grown([X32])
    assert kept.tiles == tiles
    assert (place.seq, place.prev, place.lamport, place.closed) == (4, X32, 9, frozenset())


@pytest.mark.parametrize(
    ("closed", "compartments", "named"),
    [
        ((), ["coded"], None),
        (["identity"], ["coded"], None),
        (["identity"], ["coded", "identity"], "identity"),
        (["coded"], ["coded"], "coded"),
        (["meta"], ["coded"], "meta"),
        (["identity:a"], ["identity"], None),
    ],
)
def test_nothing_is_written_that_somebody_who_left_could_read(closed, compartments, named):
    place = Place(Tree(), Seen(X16, 0, X32), 0, X32, 1, frozenset(closed))
    parts = [Part(one) for one in compartments]
    if named is None:
        place.refuse_closed(parts)
        return
    assert told(lambda: place.refuse_closed(parts), NotEntitled) == (
        f"a reader of {named} left, and its key was not changed since",
        "an administrator or reader changes it: candlemark compartment rotate",
        [],
    )


# The state of a ledger


def state(*places):
    return State(Tree(), places, b"")


@pytest.mark.parametrize("count", [0, 1, 3, 4])
def test_an_order_that_is_plain_is_nothing(count):
    assert state(0, 1, 2).order(count) == b""
    assert State(Tree(), range(3), b"").order(count) == b""
    assert State(Tree(), array("q", range(3)), b"").order(count) == b""


@given(st.permutations(range(6)), st.integers(0, 7))
def test_an_order_is_a_hash_of_the_first_places_unless_they_are_plain(places, count):
    first = places[:count]
    expected = hashlib.sha256(array("q", first).tobytes()).digest()

    assert state(*places).order(count) == (b"" if first == list(range(len(first))) else expected)


# The order of entries


def note(lamport, seq=0, device=X16, action=X16):
    seen = Seen(X16, 0, X32)
    parts = (PartNote((("a.b", 1),), "", "coded"),)
    return Meta(1, X16, action, device, seq, X32, lamport, 0, seen, parts, (), "en")


def order_of(*notes):
    order = EntryOrder()
    for one in notes:
        order.note(one)
    return order


def test_an_order_begins_with_nothing():
    order = EntryOrder()

    assert (len(order), order.devices, order.in_order, order.lamport) == (0, (), True, 0)
    assert order.placed == Placed(0, (0, b""), {}, range(0))
    assert list(order.places(0, {}, ())) == []
    assert ACTION_BYTES == 16


def test_what_was_noted_is_told_in_order():
    order = order_of(note(1, 4, b"d" * 16, b"1" * 16), note(2, 5, b"e" * 16, b"2" * 16),
                     note(3, 6, b"d" * 16, b"3" * 16))  # fmt: skip
    noted = order.noted(0, 3)

    assert (list(noted.times), list(noted.seqs), list(noted.devices)) == (
        [1, 2, 3],
        [4, 5, 6],
        [0, 1, 0],
    )
    assert bytes(noted.actions) == b"1" * 16 + b"2" * 16 + b"3" * 16
    assert order.devices == (b"d" * 16, b"e" * 16)
    assert (len(order), order.lamport, order.in_order) == (3, 3, True)
    assert order.noted(1, 2).key(0) == noted.key(1) == (2, b"2" * 16)
    assert len(order.noted(1, 3)) == 2


@pytest.mark.parametrize(
    ("times", "in_order", "highest"),
    [
        ([1, 2, 3], True, 3),
        ([1, 1], False, 1),
        ([0], False, 0),
        ([2, 1], False, 2),
        ([5, 9], True, 9),
        ([LEAP_LIMIT], True, LEAP_LIMIT),
        ([LEAP_LIMIT + 1], False, 0),
        ([1, LEAP_LIMIT + 1], True, LEAP_LIMIT + 1),
        ([1, LEAP_LIMIT + 2], False, 1),
        ([1, LEAP_LIMIT + 2, 2], False, 2),
    ],
)
def test_logical_time_rises_and_nobody_follows_a_leap(times, in_order, highest):
    order = order_of(*[note(time, n) for n, time in enumerate(times)])

    assert (order.in_order, order.lamport) == (in_order, highest)


def placed_by_hand(notes, ended, refused):
    """The law: by time, then by action; none refused, none after the last that counts."""
    counted = [
        n
        for n, (_, seq, device, _) in enumerate(notes)
        if n not in refused and seq <= ended.get(device, seq)
    ]
    return sorted(counted, key=lambda n: (notes[n][0], notes[n][3]))


devices = st.sampled_from([b"d" * 16, b"e" * 16, b"f" * 16])
noted = st.lists(st.tuples(st.integers(1, 6), st.integers(0, 3), devices), max_size=12).map(
    lambda all_: [(*one, hashlib.sha256(b"%d" % n).digest()[:16]) for n, one in enumerate(all_)]
)


@given(noted, st.dictionaries(devices, st.integers(-1, 3)), st.sets(st.integers(0, 11)))
def test_entries_come_by_time_then_action_without_those_that_do_not_count(notes, ended, refused):
    order = order_of(*[note(*one) for one in notes])
    expected = placed_by_hand(notes, ended, refused)

    assert list(order.places(len(notes), ended, refused)) == expected
    assert list(order.places(len(notes), ended, refused)) == expected


@given(noted, st.dictionaries(devices, st.integers(-1, 3)), st.sets(st.integers(0, 11)), st.data())
def test_the_order_is_the_same_however_often_it_was_asked_before(notes, ended, refused, data):
    order = EntryOrder()
    for n, one in enumerate(notes):
        order.note(note(*one))
        if data.draw(st.booleans()):
            size = data.draw(st.integers(0, n + 1))
            limits = data.draw(st.sampled_from([ended, {}]))
            assert list(order.places(size, limits, refused)) == placed_by_hand(
                notes[:size], limits, refused
            )

    assert list(order.places(len(notes), ended, refused)) == placed_by_hand(notes, ended, refused)


@given(noted, st.integers(0, 12), st.dictionaries(devices, st.integers(-1, 3)), st.booleans())
def test_an_order_left_off_goes_on_as_one_that_was_never_left(notes, cut, ended, asked):
    first, loads = order_of(*[note(*one) for one in notes[:cut]]), []
    if asked:
        first.places(len(first), ended, ())
    earlier = len(first)

    def load():
        loads.append(earlier)
        return first.noted(0, earlier)

    again = EntryOrder(
        earlier, load, devices=first.devices, in_order=first.in_order, lamport=first.lamport,
        placed=first.placed,
    )  # fmt: skip
    assert (len(again), again.devices, loads) == (earlier, first.devices, [])
    for one in notes[cut:]:
        again.note(note(*one))

    assert list(again.places(len(notes), ended, ())) == placed_by_hand(notes, ended, ())
    assert bytes(again.noted(0, len(notes)).actions) == b"".join(one[3] for one in notes)
    assert len(again) == len(notes)
    assert len(loads) <= 1


def test_a_plain_order_of_earlier_entries_is_told_without_loading_them():
    def load():
        pytest.fail("loaded")

    order = EntryOrder(3, load, devices=[X16], lamport=3, placed=Placed(3, (3, X16), {}, range(3)))
    order.note(note(4, 3))

    assert order.places(4, {}, ()) == range(4)
    assert order.placed == Placed(4, (4, b"\xff" * 16), {}, range(4))
    assert order.noted(3, 4).key(0) == (4, X16)


def test_going_on_with_what_was_noted_adds_it_behind():
    order = order_of(note(1, 0, X16, b"1" * 16))
    more = Noted(array("Q", [2]), array("Q", [1]), array("I", [0]), bytearray(b"2" * 16))
    order.go_on(more)

    assert len(order) == 2
    assert order.noted(0, 2).key(1) == (2, b"2" * 16)
    assert order.lamport == 1
