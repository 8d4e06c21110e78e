"""Areas and flows: what is drawn adds up to everybody, and what waits is left plain."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest

from candlemark.measure.drawing import (
    PATTERNS,
    Layer,
    Leaving,
    Svg,
    Tick,
    areas_plot,
    element,
    flow_row,
    joined,
    occupancy_plot,
    small_areas,
)
from candlemark.measure.drawing.occupancy import Line, Scale

LAYERS = (
    Layer("convicted", "convicted", "Convicted 30 %", ((0, 0.0), (10, 0.2), (90, 0.3))),
    Layer("dismissed", "dismissed", "Dismissed 20 %", ((0, 0.0), (10, 0.1), (90, 0.2))),
    Layer("pending", "pending", "Pending 50 %", ((0, 1.0), (10, 0.7), (90, 0.5))),
)
NAMED = {"title": "Where they stand", "until": 100, "rtl": False}


def plot(layers=LAYERS, **changes):
    named = {**NAMED, "key": "a", "says": "", "days": [Tick(0, "0")], "shares": [], **changes}
    return ET.fromstring(areas_plot(layers, **named))


def shapes(picture):
    """The corners of each shape, in units of the plot."""
    found = []
    for cut in picture.iter("clipPath"):
        x = y = 0
        corners = []
        for command, numbers in re.findall(r"([MLhvZ])([-\d ]*)", cut.find("path").get("d")):
            values = [int(number) for number in numbers.split()]
            if command in "ML":
                x, y = values
            elif command == "h":
                x += values[0]
            elif command == "v":
                y += values[0]
            corners.append((x, y))
        found.append(corners)
    return found


def test_what_waits_is_left_plain_and_everything_else_is_filled():
    fills = [one.get("fill") for one in plot().iter("rect") if one.get("clip-path")]

    assert fills == ["url(#p-convicted)", "url(#p-dismissed)"]


def test_each_area_begins_where_the_one_below_it_ends():
    low, high = shapes(plot())

    assert {y for x, y in low if x == 640} == {320, 224}  # 30 % of 320 from below
    assert {y for x, y in high if x == 640} == {224, 160}  # half of everybody has ended


def test_the_line_to_those_who_wait_has_the_colour_of_what_waits():
    edges = [one.get("class") for one in plot().iter("path") if "edge" in (one.get("class") or "")]

    assert edges == ["edge o-reached", "edge waiting-edge"]


def test_right_to_left_time_begins_at_the_right():
    (left, *_), (right, *_) = shapes(plot()), shapes(plot(rtl=True))

    assert {(640 - x, y) for x, y in left} == set(right)


def test_a_state_nobody_came_to_has_a_name_and_no_area():
    nobody = Layer("convicted", "convicted", "Convicted 0 %", ((0, 0.0), (90, 0.0)))
    layers = (nobody, Layer("pending", "pending", "Pending 100 %", ((0, 1.0), (90, 1.0))))
    picture = plot(layers)

    assert [one.get("id") for one in picture.iter("clipPath")] == []
    assert "Convicted" in "".join(picture.itertext())


def test_pictures_of_one_page_have_shapes_of_their_own():
    names = [one.get("id") for key in ("a", "b") for one in plot(key=key).iter("clipPath")]

    assert len(names) == len(set(names)) == 4


def test_a_small_picture_has_the_same_areas_without_words():
    small = ET.fromstring(small_areas(LAYERS, key="s", **NAMED))

    assert len(shapes(small)) == 2
    assert "".join(small.itertext()) == "Where they stand"


def test_what_leaves_and_what_goes_on_fill_the_row_that_came():
    row = ET.fromstring(
        flow_row(0.5, [Leaving("dismissed", 0.2), Leaving("pending", 0.1)], rtl=False)
    )
    boxes = [
        (float(one.get("x")[:-1]), float(one.get("width")[:-1]), one.get("class"))
        for one in row.iter("rect")
    ]

    assert boxes == [(0, 50, "stem"), (50, 20, "o-ended"), (70, 10, "o-waiting")]


def test_a_flow_right_to_left_begins_at_the_right():
    row = ET.fromstring(flow_row(0.5, [Leaving("pending", 0.1)], rtl=True))

    assert [one.get("x") for one in row.iter("rect")] == ["50%", "40%"]


def test_the_smallest_count_is_still_a_line():
    row = ET.fromstring(flow_row(0.9999, [Leaving("pending", 0.0001)], rtl=False))

    assert [one.get("width") for one in row.iter("rect")] == ["99.99%", "0.4%"]


def test_a_limit_of_the_law_is_a_line_at_its_day_with_its_number():
    line = Line("charged", "Charged", ((0, 0.0, 0.0, 0.0), (10, 0.2, 0.1, 0.3)), look="step-1")
    picture = ET.fromstring(
        occupancy_plot(
            [line],
            days=[],
            shares=[],
            marks=[],
            says="",
            limits=[Tick(50, "1")],
            top=0.5,
            **NAMED,
        )
    )
    (limit,) = [one for one in picture.iter("line") if one.get("class") == "limit-open"]

    assert limit.get("x1") == limit.get("x2") == "50%"
    assert [one.text for one in picture.iter("text") if "limit-name" in one.get("class")] == ["1"]
    assert {one.get("class") for one in picture.iter("path")} == {"band b-step-1", "curve s-step-1"}


@pytest.mark.parametrize(("share", "up"), [(0.0, 286), (0.25, 153), (0.5, 20), (0.9, 20)])
def test_the_upper_edge_can_lie_at_another_share(share, up):
    assert Scale(100, rtl=False, top=0.5).up(share) == pytest.approx(up)


def test_only_markup_made_here_is_not_escaped():
    assert joined(["<b>", element("i", "<")]) == "&lt;b&gt;<i>&lt;</i>"
    assert Svg("<i/>").__html__() == "<i/>"


def test_every_pattern_a_fill_can_name_is_there():
    names = set(re.findall(r'id="p-([a-z]+)"', PATTERNS))

    assert names == {
        *("pending", "convicted", "acquitted", "dismissed", "other", "hidden", "late", "past")
    }
