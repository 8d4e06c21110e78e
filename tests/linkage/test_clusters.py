"""Clusters follow from what was said: in any order, with identifiers that last."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from candlemark.ids import check_id
from candlemark.linkage.clusters import JudgementStep, Link, RunStep, fold_clusters
from candlemark.linkage.facts import ASK_THE_AGENCY, CANNOT_TELL, DIFFERENT, SAME, LinkRecord


def r(name: str) -> LinkRecord:
    """``a1`` is record 1 of source a."""
    return LinkRecord(name[0], name[1:])


def run(name, *links, sources="abc", **more):
    made = tuple(Link(r(a), r(b), weight) for a, b, weight in links)
    return RunStep(name, frozenset(sources), made, **more)


def judged(name, left, right, answer, by="one"):
    return JudgementStep(name, r(left), r(right), answer, by)


def members(found):
    return sorted(
        tuple(f"{one.source}{one.record}" for one in each.records) for each in found.by_id.values()
    )


def test_what_a_run_links_is_one_cluster_with_an_identifier_of_ours():
    found = fold_clusters([run("run1", ("a1", "b1", 9), ("b1", "c1", 8), ("a2", "b2", 7))])

    assert members(found) == [("a1", "b1", "c1"), ("a2", "b2")]
    assert all(check_id(one, "cluster") for one in found.by_id)


def test_an_identifier_stays_when_the_same_is_found_again_and_when_a_record_is_added():
    first = run("run1", ("b1", "c1", 9))
    again = run("run2", ("b1", "c1", 7), ("a1", "b1", 8))

    before, after = fold_clusters([first]), fold_clusters([first, again])

    assert list(before.by_id) == list(after.by_id)
    assert members(after) == [("a1", "b1", "c1")]


def test_when_two_clusters_become_one_the_smaller_identifier_leads_to_the_larger():
    first = run("run1", ("a1", "b1", 9), ("b1", "c1", 9), ("a2", "b2", 9))
    before = fold_clusters([first])
    after = fold_clusters([first, judged("j1", "c1", "a2", SAME)])

    large, small = before.of[r("a1")], before.of[r("a2")]
    assert members(after) == [("a1", "a2", "b1", "b2", "c1")]
    assert list(after.by_id) == [large]
    assert after.by_id[large].aliases == (small,)
    assert after.find(small) == after.by_id[large]


def test_a_wrong_link_is_undone_by_a_judgement_and_the_larger_part_keeps_the_identifier():
    first = run("run1", ("a1", "b1", 9), ("b1", "c1", 9), ("c1", "c2", 3), ("c2", "a2", 9))
    before = fold_clusters([first])
    after = fold_clusters([first, judged("j1", "c1", "c2", DIFFERENT)])

    assert members(before) == [("a1", "a2", "b1", "c1", "c2")]
    assert members(after) == [("a1", "b1", "c1"), ("a2", "c2")]
    assert after.of[r("a1")] == before.of[r("a1")]
    assert after.by_id[after.of[r("a2")]].split_from == before.of[r("a1")]


def test_different_survives_a_new_run_and_the_weaker_link_gives_way():
    steps = [
        run("run1", ("a1", "b1", 9), ("b1", "c1", 4)),
        judged("j1", "a1", "c1", DIFFERENT),
        run("run2", ("a1", "b1", 9), ("b1", "c1", 4)),
    ]

    assert members(fold_clusters(steps)) == [("a1", "b1")]


def test_two_people_who_disagree_hold_a_link_back_until_they_agree():
    first = run("run1", ("a1", "b1", 9))
    both = [first, judged("j1", "a1", "b1", SAME), judged("j2", "a1", "b1", DIFFERENT, "two")]

    assert members(fold_clusters(both)) == []
    assert members(fold_clusters([*both, judged("j3", "a1", "b1", SAME, "two")])) == [("a1", "b1")]


def test_cannot_tell_and_ask_the_agency_change_nothing():
    first = run("run1", ("a1", "b1", 9))
    asked = [judged("j1", "a1", "b1", CANNOT_TELL), judged("j2", "a1", "c1", ASK_THE_AGENCY)]

    assert fold_clusters([first, *asked]) == fold_clusters([first])


def test_judgements_that_contradict_each_other_are_named():
    steps = [
        judged("j1", "a1", "b1", SAME),
        judged("j2", "b1", "c1", SAME),
        judged("j3", "a1", "c1", DIFFERENT),
    ]

    found = fold_clusters(steps)
    assert found.refused == ((r("b1"), r("c1")),)
    assert members(found) == [("a1", "b1")]
    assert fold_clusters([*steps, judged("j4", "b1", "c1", DIFFERENT)]).refused == ()


def test_a_source_that_has_each_case_once_never_has_two_records_in_a_cluster():
    links = ("a1", "b1", 9), ("a2", "b1", 8)

    assert members(fold_clusters([run("run1", *links)])) == [("a1", "a2", "b1")]
    assert members(fold_clusters([run("run1", *links, once_each=frozenset("a"))])) == [("a1", "b1")]


def test_a_run_replaces_what_was_found_between_its_own_sources_only():
    steps = [
        run("run1", ("a1", "b1", 9), ("a2", "c2", 9)),
        run("run2", ("a3", "b3", 9), sources="ab"),
    ]

    assert members(fold_clusters(steps)) == [("a2", "c2"), ("a3", "b3")]


def test_a_run_that_adds_a_batch_replaces_nothing():
    steps = [run("run1", ("a1", "b1", 9)), run("run2", ("a3", "b3", 9), adds=True)]

    assert members(fold_clusters(steps)) == [("a1", "b1"), ("a3", "b3")]


def test_an_identifier_of_which_nothing_is_left_leads_nowhere():
    first = run("run1", ("a1", "b1", 9))
    (old,) = fold_clusters([first]).by_id
    after = fold_clusters([first, judged("j1", "a1", "b1", DIFFERENT)])

    assert after.find(old) is None
    assert after.alias_of[old] == ""


RECORDS = st.sampled_from([f"{source}{number}" for source in "abc" for number in range(4)])
PAIRS = st.tuples(RECORDS, RECORDS).filter(lambda pair: pair[0] < pair[1])
LINKS = st.dictionaries(PAIRS, st.integers(1, 9), max_size=10)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("run"), LINKS, st.booleans()),
        st.tuples(st.just("judged"), PAIRS, st.sampled_from([SAME, DIFFERENT, CANNOT_TELL])),
    ),
    max_size=7,
)


def made(steps, turned=False):
    found = []
    for at, (kind, what, how) in enumerate(steps):
        if kind == "run":
            links = [(b, a, w) if turned else (a, b, w) for (a, b), w in what.items()]
            found.append(run(f"s{at}", *(reversed(links) if turned else links), adds=how))
        else:
            left, right = reversed(what) if turned else what
            found.append(judged(f"s{at}", left, right, how))
    return found


@settings(max_examples=60, deadline=None)
@given(STEPS)
def test_the_order_of_pairs_and_of_their_sides_changes_nothing(steps):
    assert fold_clusters(made(steps)) == fold_clusters(made(steps, turned=True))


@settings(max_examples=60, deadline=None)
@given(STEPS, LINKS)
def test_every_identifier_ever_given_leads_to_at_most_one_cluster_and_records_are_in_one(
    steps, links
):
    before = fold_clusters(made(steps))
    after = fold_clusters([*made(steps), run("last", *((a, b, w) for (a, b), w in links.items()))])

    for old in before.by_id:
        assert old in after.by_id or old in after.alias_of
    placed = [one for each in after.by_id.values() for one in each.records]
    assert len(placed) == len(set(placed)) == len(after.of)
    assert all(len(each.records) > 1 for each in after.by_id.values())


@settings(max_examples=60, deadline=None)
@given(STEPS)
def test_saying_the_last_run_again_keeps_every_identifier(steps):
    steps = [*steps, ("run", {("a1", "b1"): 5, ("a2", "b2"): 5}, False)]
    once = fold_clusters(made(steps))
    twice = fold_clusters([*made(steps), *made([steps[-1]])])

    assert {one: each.records for one, each in once.by_id.items()} == {
        one: each.records for one, each in twice.by_id.items()
    }


@settings(max_examples=60, deadline=None)
@given(STEPS)
def test_no_cluster_holds_a_pair_that_was_judged_different(steps):
    found = fold_clusters(made(steps))
    last = {what: how for kind, what, how in steps if kind == "judged"}

    for (left, right), answer in last.items():
        if answer == DIFFERENT:
            assert found.of.get(r(left), "left") != found.of.get(r(right), "right")
