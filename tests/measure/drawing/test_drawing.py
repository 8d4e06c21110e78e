"""Charts: what is drawn is what was counted, in either direction, small enough, styled by classes."""

from __future__ import annotations

import itertools
import re
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from candlemark.measure.drawing import (
    Line,
    Part,
    Stay,
    Tick,
    attrition_bar,
    duration_bar,
    occupancy_plot,
)
from candlemark.measure.drawing.endings import apart, broken
from candlemark.measure.drawing.occupancy import Scale
from candlemark.measure.drawing.svg import element, steps

PARTS = [Part("onward", 0.6), Part("dismissed", 0.1), Part("pending", 0.3)]


def rects(markup, kind=""):
    """Left end and width, in per cent, of every part of a bar."""
    found = ET.fromstring(markup).iter("rect")
    return [
        (float(one.get("x").rstrip("%")), float(one.get("width").rstrip("%")))
        for one in found
        if "f-rail" not in one.get("class") and kind in (one.get("fill") or one.get("class"))
    ]


def drawn(path):
    """Every corner of a path of steps."""
    x = y = 0
    corners = []
    for command, numbers in re.findall(r"([MLhvZ])([-\d ]*)", path):
        values = [int(number) for number in numbers.split()]
        if command in "ML":
            x, y = values
        elif command == "h":
            x += values[0]
        elif command == "v":
            y += values[0]
        corners.append((x, y))
    return corners


def picture(*arguments, **named):
    """The plot itself, without the names beside it."""
    return ET.fromstring(plot(*arguments, **named)).find("svg")


def plot(points, *, rtl=False, states=("pending", "convicted"), until=270):
    lines = [Line(state, state.title(), tuple(points)) for state in states]
    return occupancy_plot(
        lines,
        until=until,
        days=[Tick(0, "0"), Tick(until, str(until))],
        shares=[Tick(0.5, "50%"), Tick(1.0, "100%")],
        marks=[30, until],
        title="Where they stand",
        says="The table says it too.",
        rtl=rtl,
    )


def test_the_parts_of_a_bar_follow_each_other_and_fill_what_they_share():
    assert rects(attrition_bar(PARTS, rtl=False)) == [(0, 60), (60, 10), (70, 30)]


def test_right_to_left_a_bar_begins_at_the_right():
    assert rects(attrition_bar(PARTS, rtl=True)) == [(40, 60), (30, 10), (0, 30)]


def test_pending_is_always_hatched_and_ends_without_a_judgment_are_open():
    bar = attrition_bar(PARTS, rtl=False)

    assert rects(bar, "url(#p-pending)") == [(70, 30)]
    assert rects(bar, "url(#p-dismissed)") == [(60, 10)]


@pytest.mark.parametrize("rtl", [False, True])
def test_one_case_among_many_is_still_a_line_and_inside_the_picture(rtl):
    bar = attrition_bar([Part("onward", 0.9999), Part("pending", 0.0001)], rtl=rtl)

    assert all(left >= 0 and left + width <= 100.01 and width >= 0.4 for left, width in rects(bar))


def test_nothing_is_not_drawn():
    assert rects(attrition_bar([Part("pending", 0.0)], rtl=False)) == []


@given(st.lists(st.tuples(st.integers(0, 1000), st.integers(0, 1000)), min_size=1, max_size=30))
def test_a_path_of_steps_passes_through_every_point_and_goes_straight(points):
    points = sorted(points, key=lambda point: point[0])
    corners = drawn(steps(points))

    assert points[0] == corners[0]
    assert points[-1] == corners[-1]
    parts = list(itertools.pairwise([corners[0], *corners]))
    assert all(a[0] == b[0] or a[1] == b[1] for a, b in parts)
    assert all(any(lies_on(point, *part) for part in parts) for point in points)


def lies_on(point, begin, end):
    return all(
        min(one, other) <= at <= max(one, other)
        for at, one, other in zip(point, begin, end, strict=True)
    )


def test_a_level_stretch_is_one_line_over_however_many_points_it_goes():
    assert steps([(0, 5), (10, 5), (20, 5), (30, 8), (40, 8)]) == "M0 5h30v3h10"


def test_a_curve_is_level_between_two_days_on_which_something_happened():
    """No smoothing: half way between two days the height is that of the first."""
    image = picture([(0, 1.0, 1.0, 1.0), (135, 0.4, 0.3, 0.5)], states=["pending"])
    (path,) = [one for one in image.iter("path") if "curve" in one.get("class")]

    assert drawn(path.get("d")) == [(0, 0), (320, 0), (320, 192), (640, 192)]


def test_right_to_left_a_curve_begins_at_the_right():
    image = picture([(0, 1.0, 1.0, 1.0), (135, 0.4, 0.3, 0.5)], states=["pending"], rtl=True)
    (path,) = [one for one in image.iter("path") if "curve" in one.get("class")]

    assert drawn(path.get("d")) == [(640, 0), (320, 0), (320, 192), (0, 192)]


def test_the_band_of_a_curve_encloses_it():
    image = ET.fromstring(plot([(0, 1.0, 1.0, 1.0), (135, 0.4, 0.3, 0.5)], states=["pending"]))
    (path,) = [one for one in image.iter("path") if "band" in one.get("class")]
    heights = {y for x, y in drawn(path.get("d")) if x > 320}

    assert {160, 224} == heights


def test_a_picture_of_many_days_stays_small():
    points = [(day, 1 - day / 4000, 1 - day / 3900, 1 - day / 4100) for day in range(3000)]

    assert len(plot(points, until=3000, states=("a", "b", "c", "d", "e"))) < 30_000


@given(
    st.lists(st.tuples(st.floats(20, 286), st.integers(1, 5)), min_size=1, max_size=9),
    st.sampled_from([320, 900]),
)
def test_names_move_apart_as_far_as_they_must_and_keep_the_order_of_the_curves(curves, height):
    wanted, tall = zip(*sorted((y, lines * 15.0) for y, lines in curves), strict=True)
    room = max(height, sum(tall) + 5 * len(tall))
    middles = apart(wanted, tall, room)
    boxes = [
        (middle - high / 2, middle + high / 2) for middle, high in zip(middles, tall, strict=True)
    ]

    assert all(below[0] - above[1] > 4.99 for above, below in itertools.pairwise(boxes))
    assert boxes[0][0] >= 0
    assert boxes[-1][1] <= room


def test_a_name_with_room_around_it_stands_where_its_curve_ends():
    assert apart([40.0, 200.0], [15.0, 30.0], 320) == pytest.approx([40.0, 200.0])


@pytest.mark.parametrize("rtl", [False, True])
def test_every_curve_is_drawn_on_to_its_name_in_its_own_dashes_wherever_it_ends(rtl):
    states = ("pending", "convicted", "acquitted", "dismissed", "other")
    columns = ET.fromstring(plot([(0, 0.5, 0.5, 0.5)], states=states, rtl=rtl)).findall("svg")[1:]

    assert [column.get("class") for column in columns] == ["ends-wide", "ends-narrow"]
    for column in columns:
        leads, names = column.findall("line"), column.findall("text")
        assert [lead.get("class") for lead in leads] == [f"curve s-{state}" for state in states]
        assert [" ".join(name.itertext()) for name in names] == [state.title() for state in states]
        beside = [float(span.get("x")) for name in names for span in name]
        near = {float(lead.get("x1")) for lead in leads}
        assert near == ({float(column.get("width"))} if rtl else {0})
        assert all((x < min(near)) if rtl else (x > max(near)) for x in beside)


def test_a_name_is_broken_between_its_words_and_a_number_stays_with_its_sign():
    assert broken("Ended without a judgment on guilt 33.5\u00a0%", 13) == [
        "Ended without",
        "a judgment on",
        "guilt 33.5\u00a0%",
    ]
    assert broken("Unabbreviatedness", 13) == ["Unabbreviatedness"]


def test_a_picture_is_one_image_with_a_title_for_who_cannot_see_it():
    image = picture([(0, 1.0, 1.0, 1.0)])

    assert (
        image.get("role"),
        image.find("title").text,
    ) == ("img", "Where they stand. The table says it too.")


def test_no_picture_is_styled_inline():
    pictures = [plot([(0, 1.0, 1.0, 1.0)]), attrition_bar(PARTS, rtl=False)]

    assert not any("style=" in picture for picture in pictures)


def test_whatever_is_written_in_a_picture_is_escaped():
    assert "&lt;script&gt;" in element("text", "<script>")
    assert "&quot;&gt;" in element("text", class_='"><script>')


STAYS = {
    "all quarters reached": (Stay(10, 20, 40, 15, 25), ["axis", "range", "whisker"]),
    "three quarters not reached": (
        Stay(10, 20, None, 15, None),
        ["axis", "range", "open-range", "whisker"],
    ),
    "half not reached": (Stay(10, None, None, None, None), ["axis", "range", "open-range"]),
    "nothing reached": (Stay(None, None, None, None, None), ["axis", "open-range"]),
}


@pytest.mark.parametrize("case", STAYS)
def test_a_stay_that_is_not_over_stays_open_to_the_end_of_the_axis(case):
    stay, kinds = STAYS[case]
    image = ET.fromstring(duration_bar(stay, 40, rtl=False))
    lines = {one.get("class"): one for one in image.iter("line")}

    assert kinds == list(lines)
    if "open-range" in lines:
        assert lines["open-range"].get("x2") == "100%"
    assert (stay.half is not None) == (image.find("circle") is not None)


def test_a_phone_leaves_out_the_day_that_would_touch_its_neighbour_and_no_other():
    days = [Tick(day, str(day)) for day in (270, 90, 30, 0)]
    texts = map(ET.fromstring, Scale(270, rtl=False).days(days, 10))

    assert [(text.text, text.get("class")) for text in texts] == [
        ("0", None),
        ("30", "near"),
        ("90", None),
        ("270", None),
    ]
