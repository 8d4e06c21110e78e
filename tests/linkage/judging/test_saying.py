"""Judging, taking back, asking to see names: what is kept, and what is refused."""

from __future__ import annotations

import pytest

from candlemark import agency, casefile, linkage
from candlemark.errors import NotEntitled, NotInOrder
from candlemark.ledger import Vault
from candlemark.linkage.facts import LinkRecord
from candlemark.linkage.judging import (
    Answer,
    State,
    clusters_as_judged,
    judge,
    judging,
    pair_of,
    show_names,
    take_back,
)
from candlemark.linkage.judging.reading import said_of_pairs
from candlemark.linkage.judging.sides import HIDDEN, sides_of
from candlemark.linkage.uncertain import links_at, undone_since
from candlemark.seal import Cost, new_passphrase
from linked import say_run

KINDS = agency.KINDS | casefile.KINDS | linkage.KINDS


@pytest.fixture
def stands(vault, roster):
    return lambda unit="case": judging(vault.ledger, roster, unit)


def faults(error):
    return [str(fault) for fault in error.value.faults]


def test_a_judgement_is_kept_with_its_reason_and_what_was_shown(
    vault, edition, records, run, stands, me
):
    two = pair_of(*records[:2])
    answer = Answer(two, "same", "  the same day and street ", run, blind=True, seen=("day",))
    judgement = judge(vault.ledger, edition, answer)

    (word,) = stands().said.words

    assert (word.fact.id, word.member, word.pair) == (judgement, me, two)
    assert (word.fact.reason, word.fact.run) == ("the same day and street", run)
    assert (word.fact.blind, word.fact.seen, word.fact.edition) == (True, ("day",), edition.code)
    assert stands().answers[two].state is State.SETTLED


def test_a_pair_named_the_other_way_round_is_the_same_pair(vault, edition, records, run, stands):
    one, other = records[:2]
    judge(vault.ledger, edition, Answer((one, other), "same"))
    judge(vault.ledger, edition, Answer((other, one), "different"))

    assert [one.answer for one in stands().answers.values()] == ["different"]


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"answer": ""}, "answer: choose one of the four"),
        ({"answer": "maybe"}, "answer: 'maybe' is not a term of link-answers"),
        ({"reason": "x" * 1_001}, "reason: it is longer than 1000 letters"),
        (
            {"reason": "RƏHİM again", "names": ("Rəhim Mirzəyev",)},
            "reason: it holds a name of the records; say it without",
        ),
        (
            {"reason": "both are Mirzəyevs", "names": ("Rəhim Mirzəyev",)},
            "reason: it holds a name of the records; say it without",
        ),
    ],
)
def test_a_judgement_that_is_not_in_order_is_refused_and_nothing_kept(
    vault, edition, records, fields, fault
):
    size = vault.ledger.size
    with pytest.raises(NotInOrder) as refused:
        judge(
            vault.ledger, edition, Answer(**{"pair": tuple(records[:2]), "answer": "same"} | fields)
        )

    assert faults(refused) == [fault]
    assert vault.ledger.size == size


def test_all_faults_of_a_judgement_are_told_together(vault, edition, records):
    with pytest.raises(NotInOrder) as refused:
        judge(vault.ledger, edition, Answer((records[0], records[0]), "", "x" * 1_001))

    assert len(refused.value.faults) == 3


def test_taking_back_takes_back_the_blind_answer_and_the_one_after_the_score(
    vault, edition, records, run, stands, me
):
    two = tuple(records[:2])
    judge(vault.ledger, edition, Answer(two, "same", blind=True))
    last = judge(vault.ledger, edition, Answer(two, "different"))
    take_back(vault.ledger, stands().said, me, last, "I was too quick")

    found = stands()

    assert found.answers == {}
    assert len(found.said.words) == 2  # nothing is overwritten
    assert found.said.taken_back[0].fact.reason == "I was too quick"


def test_a_pair_taken_back_can_be_judged_again(vault, edition, records, run, stands, me):
    two = tuple(records[:2])
    judgement = judge(vault.ledger, edition, Answer(two, "same"))
    take_back(vault.ledger, stands().said, me, judgement)
    judge(vault.ledger, edition, Answer(two, "different"))

    assert stands().answers[pair_of(*two)].answer == "different"


def test_what_somebody_else_said_or_nobody_said_cannot_be_taken_back(
    vault, edition, records, run, stands, me
):
    judgement = judge(vault.ledger, edition, Answer(tuple(records[:2]), "same"))

    with pytest.raises(NotEntitled, match="somebody else's"):
        take_back(vault.ledger, stands().said, "ab" * 16, judgement)
    with pytest.raises(NotInOrder, match="no such judgement"):
        take_back(vault.ledger, stands().said, me, "judgement_none")
    take_back(vault.ledger, stands().said, me, judgement)
    with pytest.raises(NotInOrder) as refused:
        take_back(vault.ledger, stands().said, me, judgement)
    assert faults(refused) == ["judgement: it was taken back already"]


def test_the_queue_holds_what_the_run_asks_and_forgets_what_is_answered(
    vault, edition, records, run, stands
):
    a, b, c, d = records
    before = [one.pair for one in stands().queue]
    judge(vault.ledger, edition, Answer((a, b), "same"))

    assert set(before) >= {pair_of(a, b), pair_of(c, d)}
    assert pair_of(a, b) not in [one.pair for one in stands().queue]


def test_a_run_that_adds_to_another_leaves_its_pairs_in_the_queue(vault, records, run, stands):
    _, b, _, d = records
    later = say_run(vault.ledger, [(b, d, 0.5)], adds_to=run)
    added = {(one.run, one.n) for one in stands().proposed}

    assert len(added) == 4
    assert stands().run == later
    say_run(vault.ledger, [(b, d, 0.5)])
    assert len(stands().proposed) == 1


def test_people_and_cases_are_judged_apart(vault, edition, records, run, stands):
    one, other = LinkRecord("persons", "person_1"), LinkRecord("persons", "person_2")
    say_run(vault.ledger, [(one, other, 0.5)], unit="person")
    judge(vault.ledger, edition, Answer((one, other), "same", unit="person"))

    assert list(stands("person").answers) == [pair_of(one, other)]
    assert stands("case").answers == {}


def test_who_somebody_is_is_left_out_until_it_is_asked_for_and_that_it_is_there_is_said(
    vault, edition, records
):
    two = pair_of(*records[:2])

    hidden = sides_of(vault.ledger, edition, two, names=False)
    shown = sides_of(vault.ledger, edition, two, names=True)

    for side in hidden:
        assert (side.names, side.given, side.family, side.birth, side.texts) == (
            (),
            (),
            (),
            None,
            (),
        )
        assert side.held == {"names", "birth"}
        assert (str(side.day), side.offences, side.grounds) == (
            "2014-01-22",
            ("assault",),
            ("religion",),
        )
    assert {name.text for side in shown for name in side.names} == {
        "Rəhim Mirzəyev",
        "Рагим Мирзоев",
    }


def test_asking_to_see_names_stands_in_the_ledger_with_who_asked(vault, records, stands, me):
    two = pair_of(*records[:2])
    entry = show_names(vault.ledger, two, HIDDEN)

    (shown,) = stands().said.shown

    assert (shown.member, shown.pair) == (me, two)
    assert entry.kinds == ("link.names-shown",)


def test_a_record_that_is_gone_is_said_to_be_gone(vault, edition, records):
    gone = LinkRecord("cases", "case_00000000000000000000000000")
    sides = sides_of(
        vault.ledger, edition, pair_of(gone, LinkRecord("no-such-agency", "7")), names=False
    )

    assert [side.found for side in sides] == [False, False]


def test_a_year_and_a_month_stay_as_exact_as_they_were_said(vault, edition, records):
    side = sides_of(vault.ledger, edition, (records[2], records[3]), names=False)[0]

    assert str(side.day) == "2015-05"


def test_a_judgement_names_what_it_touches(vault, edition, records, run, stands):
    a, b, c, _ = records
    judgement = judge(vault.ledger, edition, Answer((a, b), "same"))

    assert stands().touched(judgement) == {a, b, c}  # a and c were linked by the run


def test_a_wrong_link_is_undone_and_done_again_in_the_clusters(
    vault, edition, records, run, roster, stands, me
):
    a, b, c, _ = records

    def groups():
        found = clusters_as_judged(vault.ledger, roster).by_id.values()
        return [set(one.records) for one in found]

    linked = groups()
    judge(vault.ledger, edition, Answer((a, b), "same"))
    joined = groups()
    wrong = judge(vault.ledger, edition, Answer((a, c), "different"))
    parted = groups()
    take_back(vault.ledger, stands().said, me, wrong)

    assert linked == [{a, c}]  # by the run
    assert joined == [{a, b, c}]
    assert parted == [{a, b}]
    assert groups() == [{a, b, c}]


def test_figures_hear_of_a_judgement_that_was_taken_back(vault, edition, records, run, stands, me):
    a, b, _, _ = records
    two = pair_of(a, b)
    judgement = judge(vault.ledger, edition, Answer((a, b), "same"))
    size = vault.ledger.size
    sources = frozenset({"cases"})

    def undone_now():
        then, now = links_at(vault.ledger, "case", size), links_at(vault.ledger, "case")
        return undone_since(vault.ledger, then, now, size, sources)

    before = undone_now()
    take_back(vault.ledger, stands().said, me, judgement)

    (undone,) = undone_now()

    assert before == ()
    assert (undone.left, undone.right, undone.judgement) == (*two, judgement)
    assert links_at(vault.ledger, "case", size).judged == {two: "same"}
    assert links_at(vault.ledger, "case").judged == {}


def test_what_waits_for_a_second_person_is_in_no_cluster(vault, edition, records, roster):
    a, b, _, _ = records
    say_run(vault.ledger, [(a, b, 0.5)])
    judge(vault.ledger, edition, Answer((a, b), "same"))

    alone = clusters_as_judged(vault.ledger, roster, published=lambda _: -1).by_id
    together = clusters_as_judged(vault.ledger, roster).by_id

    assert (len(alone), len(together)) == (0, 1)


def test_what_was_said_reads_the_same_through_a_read_model(tmp_path, edition, monkeypatch):
    words = new_passphrase()
    one, other = LinkRecord("cases", "case_1"), LinkRecord("cases", "case_2")
    with Vault.create(tmp_path / "v", words, "V", cost=Cost.QUICK, kinds=KINDS) as vault:
        me, roster = vault.members.me.kid.hex(), vault.members.roster()
        first = judge(vault.ledger, edition, Answer((one, other), "same", "a reason"))
        show_names(vault.ledger, (one, other), HIDDEN)
        take_back(vault.ledger, said_of_pairs(vault.ledger, roster), me, first)
        slow = said_of_pairs(vault.ledger, roster)
        monkeypatch.setattr("candlemark.casefile.record.WORTH_A_MODEL", 0)
        quick = said_of_pairs(vault.ledger, roster)

    assert quick == slow
    assert quick.not_counting == {first}
    assert len(quick.shown) == 1
