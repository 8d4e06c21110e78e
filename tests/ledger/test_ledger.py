"""Append and read: what was returned is there, in order, once."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from candlemark.errors import LedgerBroken, NotInOrder, VaultBusy
from candlemark.ledger import Kinds, Part, UnknownFact, new_action
from candlemark.seal.padding import CONTENT_LIMIT


def test_an_entry_tells_its_place_its_time_its_kinds_and_its_language(vault, world):
    world.say(vault.ledger, "first")
    entry = vault.ledger.append([Part(facts=(world.Said("a"), world.Chunk(b"")))], language="tly")

    assert entry.n == 1
    assert entry.kinds == ("test.said", "test.chunk")
    assert entry.language == "tly"
    assert entry.written == datetime(2026, 1, 1, 0, 0, 1, tzinfo=UTC)
    assert len(bytes.fromhex(entry.action)) == 16
    assert [entry] == list(vault.ledger.entries(after=0))


def test_facts_come_back_in_the_order_in_which_they_were_said(vault, world):
    vault.ledger.append(
        [
            Part("coded", (world.Said("a"), world.Said("b"))),
            Part("identity", (world.Said("c"),), subject="person_x"),
            Part("coded", (world.Said("d"),)),
        ]
    )
    world.say(vault.ledger, "e")

    assert world.texts(vault.ledger) == ["a", "b", "c", "d", "e"]
    assert [entry.n for entry, _ in vault.ledger.facts()] == [0, 0, 0, 0, 1]


def test_only_the_kinds_asked_for_come_back(vault, world):
    vault.ledger.append([Part(facts=(world.Said("a"), world.Chunk(b"b")))])
    world.say(vault.ledger, "c")

    for _ in range(2):  # the second time the ledger knows which entries to pass over
        assert world.texts(vault.ledger) == ["a", "c"]
        assert [fact.data for _, fact in vault.ledger.facts(kinds={"test.chunk"})] == [b"b"]
        assert list(vault.ledger.facts(kinds={"test.nothing"})) == []
        assert list(vault.ledger.facts(kinds=())) == []


def test_reading_can_go_on_after_a_place(vault, world):
    for text in "abcd":
        world.say(vault.ledger, text)

    assert world.texts(vault.ledger, after=1) == ["c", "d"]
    assert world.texts(vault.ledger, after=-5) == ["a", "b", "c", "d"]
    assert world.texts(vault.ledger, after=3) == []


def test_what_is_known_to_hold_nothing_of_a_kind_is_not_read_again(world, monkeypatch):
    """Or every question of a large vault would open every entry of it."""
    with world.in_memory() as vault:
        for text in ("one", "two"):
            world.say(vault.ledger, text)
        assert world.texts(vault.ledger) == ["one", "two"]
        asked, parts = [], vault._store.parts
        monkeypatch.setattr(
            vault._store, "parts", lambda hashes: asked.extend(hashes) or parts(hashes)
        )
        assert list(vault.ledger.facts(kinds={"test.chunk"})) == []
        assert asked == []
        assert world.texts(vault.ledger) == ["one", "two"]
        assert asked != []


def test_reading_shows_the_ledger_as_it_was_when_reading_began(vault, world):
    for text in "ab":
        world.say(vault.ledger, text)
    reading = vault.ledger.facts()
    next(reading)
    world.say(vault.ledger, "c")

    assert [fact.text for _, fact in reading] == ["b"]
    assert world.texts(vault.ledger) == ["a", "b", "c"]


def test_entries_can_be_added_while_reading(vault, world):
    for text in "ab":
        world.say(vault.ledger, text)
    for _, fact in vault.ledger.facts():
        world.say(vault.ledger, fact.text.upper())

    assert world.texts(vault.ledger) == ["a", "b", "A", "B"]


def test_size_and_head_change_with_every_entry(vault, world):
    heads = [vault.ledger.head]
    for text in "abc":
        world.say(vault.ledger, text)
        heads.append(vault.ledger.head)

    assert vault.ledger.size == 3
    assert len(set(heads)) == 4


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.lists(
            st.tuples(
                st.sampled_from(["coded", "identity"]),
                st.lists(
                    st.tuples(st.text(max_size=40), st.integers(0, 9)), min_size=1, max_size=4
                ),
            ),
            min_size=1,
            max_size=3,
        ),
        max_size=6,
    )
)
def test_nothing_is_lost_and_nothing_made_up(world, actions):
    with world.in_memory() as vault:
        vault.ledger.append_all(
            [
                Part(compartment, tuple(world.Said(*one) for one in facts))
                for compartment, facts in action
            ]
            for action in actions
        )
        found = [(entry.n, fact.text, fact.number) for entry, fact in vault.ledger.facts()]
        faults = vault.ledger.verify().faults

    assert found == [
        (n, *one) for n, action in enumerate(actions) for _, facts in action for one in facts
    ]
    assert faults == ()


# All or nothing


def test_several_entries_are_added_together(vault, world):
    entries = vault.ledger.append_all([Part(facts=(world.Said(text),))] for text in "abc")

    assert [entry.n for entry in entries] == [0, 1, 2]
    assert world.texts(vault.ledger) == ["a", "b", "c"]
    assert vault.ledger.append_all([]) == ()


@pytest.mark.parametrize("stop", [KeyboardInterrupt, ValueError, MemoryError])
def test_a_save_that_stops_in_the_middle_leaves_the_vault_as_before(vault, world, stop):
    world.say(vault.ledger, "before")
    head = vault.ledger.head

    def actions():
        yield [Part(facts=(world.Said("under way"),))]
        raise stop

    with pytest.raises(stop):
        vault.ledger.append_all(actions())

    assert vault.ledger.head == head
    assert world.texts(vault.ledger) == ["before"]
    assert world.say(vault.ledger, "after").n == 1
    assert vault.ledger.verify().faults == ()


def test_one_bad_entry_among_several_keeps_all_of_them_out(vault, world):
    with pytest.raises(NotInOrder):
        vault.ledger.append_all([[Part(facts=(world.Said("a"),))], [Part(facts=())]])

    assert vault.ledger.size == 0


def test_a_save_inside_a_save_is_refused_instead_of_waiting_for_ever(vault, world, tmp_path):
    with world.open(tmp_path / "vault", patience=0.1) as other:

        def actions():
            yield [Part(facts=(world.Said("outer"),))]
            world.say(other.ledger, "inner")

        with pytest.raises(VaultBusy):
            other.ledger.append_all(actions())

    assert vault.ledger.size == 0


REFUSED = {
    "no parts": ([], "en", "parts: an action has 1 to 200 parts, not 0"),
    "a part without facts": ([Part()], "en", "part 0: there is no fact in it"),
    "an unknown compartment": (
        [Part("public", ("x",))],
        "en",
        "part 0: the compartments are coded, identity and identity:<case>",
    ),
    "the ledger's own compartment": (
        [Part("meta", ("x",))],
        "en",
        "part 0: the compartments are coded, identity and identity:<case>",
    ),
    "too many parts": (
        [Part(facts=("x",))] * 201,
        "en",
        "parts: an action has 1 to 200 parts, not 201",
    ),
    "no language": (
        [Part(facts=("x",))],
        "",
        "language: this is not the tag of a language, such as en or tly",
    ),
    "a subject that is too long": (
        [Part(facts=("x",), subject="x" * 65)],
        "en",
        "part 0: its subject is not an identifier",
    ),
    "a name for a subject": (
        [Part(facts=("x",), subject="Nərgiz")],
        "en",
        "part 0: its subject is not an identifier",
    ),
}


@pytest.mark.parametrize(("parts", "language", "fault"), REFUSED.values(), ids=REFUSED)
def test_an_entry_is_refused_with(vault, parts, language, fault):
    with pytest.raises(NotInOrder, match="cannot become an entry") as caught:
        vault.ledger.append(parts, language=language)

    assert [str(one) for one in caught.value.faults] == [fault]


def test_a_part_over_the_limit_is_refused_with_what_to_do(vault, world):
    vault.ledger.append([Part(facts=(world.Chunk(bytes(1 << 20)),))])

    with pytest.raises(NotInOrder, match="too many for one part") as caught:
        vault.ledger.append([Part(facts=(world.Chunk(bytes(CONTENT_LIMIT)),))])
    assert "split it" in caught.value.hint


def test_two_hundred_parts_of_a_megabyte_in_small_come_back(vault, world):
    vault.ledger.append([Part(facts=(world.Chunk(bytes([n]) * 9000),)) for n in range(200)])

    assert [fact.data[0] for _, fact in vault.ledger.facts()] == list(range(200))


# Again


def test_the_same_action_said_again_is_added_once(vault, world):
    action = new_action()
    first = world.say(vault.ledger, "once", action=action)
    world.say(vault.ledger, "between")

    assert first == world.say(vault.ledger, "once", action=action)
    assert world.texts(vault.ledger) == ["once", "between"]


def test_other_facts_under_the_same_action_are_refused_rather_than_lost(vault, world):
    action = new_action()
    world.say(vault.ledger, "once", action=action)

    with pytest.raises(NotInOrder, match="another action has this identifier"):
        world.say(vault.ledger, "else", action=action)


@pytest.mark.parametrize("action", ["", "zz", "00", "0" * 34])
def test_an_identifier_of_another_shape_is_refused(vault, world, action):
    with pytest.raises(NotInOrder, match="not the identifier of an action"):
        world.say(vault.ledger, "a", supersedes=[action])


def test_more_corrections_than_a_meta_part_holds_are_refused(vault, world):
    many = [new_action() for _ in range(1025)]
    world.say(vault.ledger, "a", supersedes=many[:1024])

    with pytest.raises(NotInOrder, match="cannot correct more than 1024 others"):
        world.say(vault.ledger, "b", supersedes=many)
    assert world.texts(vault.ledger) == ["a"]


def test_a_correction_names_what_it_corrects_and_both_stay(vault, world):
    wrong = world.say(vault.ledger, "wrong")
    right = world.say(vault.ledger, "right", supersedes=[wrong.action])

    assert right.supersedes == (wrong.action,)
    assert world.texts(vault.ledger) == ["wrong", "right"]


# Kinds that are not known


def test_a_reader_that_knows_no_kinds_still_reads_everything(vault, world, tmp_path):
    world.say(vault.ledger, "a", "b")
    with world.open(tmp_path / "vault") as known:
        known.ledger._kinds = Kinds()
        found = [fact for _, fact in known.ledger.facts()]
        faults = known.ledger.verify().faults

    assert [type(fact) for fact in found] == [UnknownFact, UnknownFact]
    assert [fact.kind for fact in found] == ["test.said", "test.said"]
    assert faults == ()


# Threads


def test_threads_share_one_ledger(vault, world):
    vault.ledger.append_all([Part(facts=(world.Said(str(n)),))] for n in range(300))
    wrong, wrote = [], []

    def read():
        for _ in range(3):
            found = world.texts(vault.ledger)
            if found[:300] != [str(n) for n in range(300)]:
                wrong.append(found)

    def write(name):
        for n in range(20):
            world.say(vault.ledger, f"{name} {n}")
            wrote.append(f"{name} {n}")

    threads = [threading.Thread(target=read) for _ in range(4)]
    threads += [threading.Thread(target=write, args=(name,)) for name in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert wrong == []
    assert sorted(world.texts(vault.ledger, after=299)) == sorted(wrote)
    assert vault.ledger.verify().faults == ()


def test_what_another_process_added_is_read(vault, world, tmp_path):
    assert world.texts(vault.ledger) == []
    with world.open(tmp_path / "vault") as other:
        world.say(other.ledger, "from elsewhere")

    assert world.texts(vault.ledger) == ["from elsewhere"]


def test_a_ledger_that_became_shorter_under_an_open_vault_is_refused(small, world):
    world.texts(small.ledger)
    small._store.leaves.pop()
    small.ledger._trusted = type(small.ledger._trusted)()

    with pytest.raises(
        LedgerBroken, match="not the ones the last checkpoint was signed for"
    ) as caught:
        world.texts(small.ledger)
    assert [str(fault) for fault in caught.value.faults] == ["entry 3: it is missing"]
