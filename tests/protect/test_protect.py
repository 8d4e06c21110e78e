"""No small number is shown, and none can be worked out from what is shown."""

from __future__ import annotations

import copy
import dataclasses
import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from candlemark.errors import Disclosive, SettingRefused
from candlemark.protect import HOUSE, Policy, ProtectedFigure, Status, protect, protect_together
from cohorts import HATE_CRIMES, STATES, attrition, durations, occupancy

ENDS = st.tuples(st.integers(1, 400), st.sampled_from(STATES[1:]))
PEOPLE = st.lists(st.one_of(st.just((None, "")), ENDS), min_size=1, max_size=90)
WAYS = st.lists(
    st.tuples(st.integers(0, 2), st.sampled_from(["", *STATES[1:]])), min_size=1, max_size=90
)


def cells(figure, **wanted):
    """The cells with these coordinates."""
    return [
        cell
        for cell in figure.cells
        if all(getattr(cell, name) == value for name, value in wanted.items())
    ]


def one(figure, **wanted):
    (cell,) = cells(figure, **wanted)
    return cell


def attack(truth, parts, whole):
    """What somebody who sees one group's table can say of each part of a whole: smallest, largest.

    Written apart from the product's own audit, from the public cells and the public rules alone.
    """

    def bounds(cell, true):
        if cell.status is Status.SHOWN:
            return max(cell.value - 2, HOUSE.threshold), cell.value + 2
        if cell.status is Status.ZERO:
            return 0, 0
        # They even know which hidden cells are the small ones.
        return (0, HOUSE.threshold - 1) if true < HOUSE.threshold else (0, 1000)

    known = np.array([bounds(*pair) for pair in zip([whole, *parts], truth, strict=True)], float)
    row = LinearConstraint(np.array([[-1.0] + [1.0] * len(parts)]), 0, 0)
    found = []
    for place in range(1, len(parts) + 1):
        ends = []
        for sign in (1, -1):
            aim = np.zeros(len(parts) + 1)
            aim[place] = sign
            result = milp(
                aim,
                integrality=np.ones(len(aim)),
                bounds=Bounds(known[:, 0], known[:, 1]),
                constraints=row,
                options={"presolve": False},
            )
            ends.append(round(result.x[place]))
        found.append(tuple(ends))
    return found


def test_the_small_group_of_a_real_file_is_exact_inside_and_protected_outside():
    (group,) = HATE_CRIMES.groups
    public = protect(HATE_CRIMES)

    assert [row.reached for row in group.rows] == [13, 8, 2]
    assert all(cell.value is None or cell.value >= HOUSE.threshold for cell in public.cells)
    assert Status.HIDDEN is one(public, stage="charged", quantity="reached").status
    assert Status.HIDDEN is one(public, stage="judged", quantity="reached").status


def test_no_count_below_the_threshold_is_shown_and_every_other_is_a_multiple_of_five():
    people = [(40, "convicted")] * 37 + [(80, "acquitted")] * 3 + [(None, "")] * 61
    public = protect(occupancy({"": people}))

    counts = [
        cell.value
        for cell in public.cells
        if cell.quantity in {"entered", "standing"} and cell.value
    ]

    assert counts
    assert all(count >= HOUSE.threshold and count % HOUSE.base == 0 for count in counts)


def test_one_small_cell_beside_a_total_takes_a_neighbour_with_it():
    # 100 entered, 50 pending, 48 convicted, 2 acquitted: the total would give the two away.
    people = [(None, "")] * 51 + [(10, "convicted")] * 47 + [(10, "acquitted")] * 2
    public = protect(occupancy({"": people}))
    standing = cells(public, quantity="standing")
    whole = one(public, quantity="entered")

    found = attack([100, 51, 47, 2, 0], standing, whole)

    assert found[2][1] - found[2][0] >= HOUSE.values - 1


def test_a_small_difference_between_two_horizons_is_not_shown():
    people = [(20, "convicted")] * 40 + [(60, "convicted")] * 2 + [(None, "")] * 58
    public = protect(occupancy({"": people}))
    early = one(public, quantity="share", state="convicted", day=30)
    late = one(public, quantity="share", state="convicted", day=90)

    # Each is a multiple of five per cent of a hundred people: two more cannot be read off.
    assert all(cell.value is None or round(cell.value * 100) % 5 == 0 for cell in (early, late))


def test_whether_there_is_anybody_in_a_group_below_the_threshold_is_not_told():
    some = protect(attrition({"big": [(0, "")] * 80, "few": [(0, "")] * 4}, by="bias-grounds"))
    none = protect(attrition({"big": [(0, "")] * 80}, by="bias-grounds"))

    assert some.cells == none.cells


def test_which_neighbour_is_hidden_does_not_tell_which_was_smaller():
    # Read backwards, a choice by exact values would give the nine away in one of the two.
    one_way = [(None, "")] * 22 + [(9, "convicted")] * 22 + [(9, "acquitted")] * 9
    other_way = [(None, "")] * 21 + [(9, "convicted")] * 23 + [(9, "acquitted")] * 9

    shown = [
        [cell.status for cell in cells(protect(occupancy({"": people})), quantity="standing")]
        for people in (one_way, other_way)
    ]

    assert shown[0] == shown[1]


def test_a_share_that_rests_on_one_end_is_hidden_however_much_it_weighs():
    # Most went out of sight early; one conviction then weighs as much as ten.
    exact = occupancy({"": [(None, "")] * 199 + [(100, "convicted")]})
    (group,) = exact.groups
    heavy = [
        dataclasses.replace(
            horizon,
            at_risk=19,
            values=tuple(
                dataclasses.replace(value, p=p)
                for value, p in zip(horizon.values, (0.95, 0.05, 0.0, 0.0), strict=True)
            ),
        )
        for horizon in group.horizons[2:]
    ]
    figure = dataclasses.replace(
        exact, groups=(dataclasses.replace(group, horizons=(*group.horizons[:2], *heavy)),)
    )

    assert (
        Status.HIDDEN is one(protect(figure), quantity="share", state="convicted", day=270).status
    )


def test_how_many_are_still_watched_is_not_shown():
    public = protect(occupancy({"": [(20, "convicted")] * 60 + [(None, "")] * 60}))

    assert {"entered", "standing", "share"} == {cell.quantity for cell in public.cells}


def test_a_stage_in_which_few_stood_has_no_row_like_one_in_which_nobody_did():
    public = protect(
        durations({"": (8, 3, (13, 58, None))} | {"large": (80, 60, (13, 58, None))}, by="x")
    )

    assert {"large"} == {cell.group for cell in public.cells}


def test_one_cohort_asked_from_two_stages_is_two():
    figure = attrition({"": [(0, "")] * 60})
    later = dataclasses.replace(figure, basis=dataclasses.replace(figure.basis, from_own="charged"))

    with pytest.raises(Disclosive, match="one cohort"):
        protect_together([figure, later])


def test_that_everyone_in_a_small_group_ended_alike_is_not_shown():
    public = protect(occupancy({"": [(10, "dismissed")] * 14}))

    assert Status.HIDDEN is one(public, quantity="standing", state="pending").status
    assert cells(public, quantity="standing", state="dismissed")[0].value != 14


def test_a_zero_in_a_large_group_is_shown_because_hiding_it_would_hide_what_justice_never_does():
    public = protect(occupancy({"": [(None, "")] * 120}))

    assert Status.ZERO is one(public, quantity="standing", state="convicted").status
    assert one(public, quantity="standing", state="convicted").value == 0


def test_a_zero_in_a_small_group_is_hidden_like_any_small_number():
    public = protect(occupancy({"": [(None, "")] * 20}))

    assert Status.HIDDEN is one(public, quantity="standing", state="convicted").status


def test_the_outcomes_listed_do_not_tell_which_are_zero():
    small = [(2, "convicted")] * 12 + [(0, "")] * 20
    large = [(2, "acquitted")] * 30 + [(2, "convicted")] * 30
    public = protect(attrition({"small": small, "large": large}, by="bias-grounds"))

    assert cells(public, group="small", quantity="ended-by") == []
    assert {"acquitted", "convicted"} == {
        cell.state for cell in cells(public, group="large", quantity="ended-by")
    }


def test_standard_errors_and_exact_probabilities_never_leave():
    public = protect(occupancy({"": [(7, "convicted")] * 333 + [(None, "")] * 334}))
    shares = [cell for cell in cells(public, quantity="share") if cell.value is not None]

    assert shares
    assert all(
        number == round(number, 2)
        for cell in shares
        for number in (cell.value, cell.low, cell.high)
    )
    assert "se" not in {name for row in public.rows() for name in row}


def test_a_duration_is_no_case_s_own_and_not_reached_is_not_hidden():
    public = protect(durations({"": (200, 120, (13, 58, None))}))

    assert one(public, quantity="days-0.5").value == 60
    assert Status.NOT_REACHED is one(public, quantity="days-0.75").status
    assert (
        Status.HIDDEN
        is one(protect(durations({"": (30, 4, (13, 58, None))})), quantity="days-0.5").status
    )


def test_the_ledger_and_the_batch_stay_inside():
    public = protect(occupancy({"": [(None, "")] * 60}))

    assert not {"batch", "ledger_head", "ledger_size"} & {
        field.name for field in dataclasses.fields(public.basis)
    }


def test_a_protected_figure_is_made_by_protect_and_nowhere_else():
    public = protect(occupancy({"": [(None, "")] * 60}))

    with pytest.raises(Disclosive):
        ProtectedFigure(
            public.question,
            public.basis,
            public.policy,
            public.cells,
            0,
            public.together,
            door=object(),
        )
    with pytest.raises(Exception, match="door"):
        dataclasses.replace(public, hidden=0)
    assert public.genuine
    assert not object.__new__(ProtectedFigure).genuine
    with pytest.raises(TypeError):
        pickle.dumps(public)
    with pytest.raises(TypeError):
        copy.copy(public)


@pytest.mark.parametrize(
    "looser", [{"threshold": 9}, {"base": 3}, {"values": 3}, {"zero_from": 49}], ids=str
)
def test_no_policy_is_looser_than_the_house(looser):
    with pytest.raises(SettingRefused, match="looser"):
        Policy("mine", 1, **looser)


def test_a_stricter_policy_hides_more():
    figure = attrition({"": [(0, "")] * 40 + [(1, "")] * 15 + [(2, "convicted")] * 30})
    strict = Policy("strict", 1, threshold=20, base=7)

    assert protect(figure, strict).hidden > protect(figure).hidden


def test_figures_of_two_cohorts_are_not_protected_together():
    figure = occupancy({"": [(None, "")] * 60})
    other = dataclasses.replace(
        figure, basis=dataclasses.replace(figure.basis, crosswalk="xx-other")
    )

    with pytest.raises(Disclosive, match="one cohort"):
        protect_together([figure, other])


def test_the_same_figure_gives_the_same_cells_again():
    figure = occupancy({"": [(9, "convicted")] * 33 + [(None, "")] * 44})

    assert protect(figure).cells == protect(figure).cells


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.sampled_from("abc"), PEOPLE, min_size=1))
def test_no_small_state_can_be_worked_out_from_any_occupancy(groups):
    figure = occupancy(groups, by="bias-grounds")
    public = protect(figure)

    for group in figure.groups:
        if group.entered < HOUSE.threshold:
            assert cells(public, group=group.group) == []
            continue
        standing = cells(public, group=group.group, quantity="standing")
        whole = one(public, group=group.group, quantity="entered")
        truth = [group.entered, *group.standing]
        assert_nothing_small_is_narrow(
            attack(truth, standing, whole), group.standing, group.entered
        )
    assert all(
        cell.value in (None, 0) or cell.value >= HOUSE.threshold
        for cell in public.cells
        if cell.quantity != "share"
    )


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.sampled_from("abc"), WAYS, min_size=1))
def test_no_small_stage_can_be_worked_out_from_any_attrition(groups):
    figure = attrition(groups, by="bias-grounds")
    public = protect(figure)

    for group in figure.groups:
        if group.entered < HOUSE.threshold:
            continue
        parts, truth = [], [group.entered]
        for row in group.rows:
            for name, count in (("ended", row.ended), ("pending", row.pending)):
                parts.append(one(public, group=group.group, stage=row.own, quantity=name))
                truth.append(count)
        whole = one(public, group=group.group, quantity="entered")
        assert_nothing_small_is_narrow(attack(truth, parts, whole), truth[1:], group.entered)


@settings(max_examples=25, deadline=None)
@given(PEOPLE)
def test_two_figures_beside_each_other_give_no_more_away_than_one(people):
    ways = [(2, state) if end is not None else (0, "") for end, state in people]
    occupied, lost = protect_together([occupancy({"": people}), attrition({"": ways})])
    exact = occupancy({"": people}).groups[0]
    rows = attrition({"": ways}).groups[0].rows

    if len(people) < HOUSE.threshold:
        assert occupied.cells == lost.cells == ()
        return
    # Pending is said twice, once as a state and once as a sum of stages: the better bound counts.
    parts = [one(lost, stage=row.own, quantity="pending") for row in rows]
    whole = one(occupied, quantity="standing", state="pending")
    truth = [exact.standing[0], *(row.pending for row in rows)]
    assert_nothing_small_is_narrow(attack(truth, parts, whole), truth[1:], exact.entered)


def assert_nothing_small_is_narrow(found, truth, size):
    for (low, high), true in zip(found, truth, strict=True):
        assert low <= true <= high
        if 0 < true < HOUSE.threshold or (true == 0 and size < HOUSE.zero_from):
            assert high - low >= HOUSE.values - 1
