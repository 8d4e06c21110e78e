"""The one way to write a figure as bytes."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from candlemark.measure.canonical import canonical, identity

# The numbers of RFC 8785, appendix B, and the borders at which ECMAScript changes its way.
NUMBERS = {
    0.0: "0",
    5e-324: "5e-324",
    -5e-324: "-5e-324",
    1.7976931348623157e308: "1.7976931348623157e+308",
    9007199254740992.0: "9007199254740992",
    295147905179352830000.0: "295147905179352830000",
    1e23: "1e+23",
    1e21: "1e+21",
    999999999999999900000.0: "999999999999999900000",
    1e-6: "0.000001",
    1e-7: "1e-7",
    1.5e-7: "1.5e-7",
    333333333.3333332: "333333333.3333332",
    0.1: "0.1",
    100.0: "100",
    -1.25: "-1.25",
}


@pytest.mark.parametrize("number", NUMBERS)
def test_numbers_are_written_as_ecmascript_writes_them(number):
    assert canonical(number).decode() == NUMBERS[number]


def test_nothing_below_zero_is_zero():
    assert canonical(-0.0) == b"0"


def test_names_stand_in_order_and_nothing_between():
    assert canonical({"b": [1, None, True], "a": "ə", "A": {}}) == (
        '{"A":{},"a":"ə","b":[1,null,true]}'.encode()
    )


def test_names_are_ordered_as_utf_16_and_not_as_characters():
    # U+FB33 comes before U+1F600 as a character and after its surrogates.
    assert canonical({"\ufb33": 1, "\U0001f600": 2}).decode() == '{"\U0001f600":2,"\ufb33":1}'


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_number_reads_back_as_itself(number):
    assert float(canonical(number)) == number


documents = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(documents)
def test_a_document_read_back_from_an_indented_file_has_the_same_identity(document):
    again = json.loads(json.dumps(document, indent=2, ensure_ascii=False))

    assert identity(again) == identity(document)


@pytest.mark.parametrize("value", [math.nan, math.inf, 2**53 + 1, {1: 2}, {"a": object()}, b"x"])
def test_what_no_other_reader_would_read_the_same_is_refused(value):
    with pytest.raises(ValueError, match=r"number|integer|name|part"):
        canonical(value)
