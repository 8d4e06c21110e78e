"""A file of time limits is read whole, or refused with everything that is wrong."""

from __future__ import annotations

import pytest

from candlemark.errors import DefinitionFaulty, SettingRefused
from candlemark.measure.process import Limit, Which, read_limits

GOOD = b"""
[[limit]]
code = "send"
from = "Create Fine"
to = "Send Fine"
days = 90
source = "Highway code, Article 201"
which = "each"
note = "From the day of the offence."
"""


def test_a_file_gives_its_limits():
    assert read_limits(GOOD) == (
        Limit(
            "send",
            "Create Fine",
            "Send Fine",
            90,
            "Highway code, Article 201",
            Which.EACH,
            "From the day of the offence.",
        ),
    )


FAULTS = {
    "nothing in it": (b"", ["limit"]),
    "a field nobody knows": (GOOD + b'last = "x"\n', ["limit 1"]),
    "no source": (GOOD.replace(b"source", b"note2"), ["limit 1", "limit 1, source"]),
    "no whole number of days": (GOOD.replace(b"90", b"1.5"), ["limit 1, days"]),
    "true is no number": (GOOD.replace(b"90", b"true"), ["limit 1, days"]),
    "no day at all": (GOOD.replace(b"90", b"0"), ["limit 1, days"]),
    "a hundred years": (GOOD.replace(b"90", b"36601"), ["limit 1, days"]),
    "another clock": (GOOD.replace(b'"each"', b'"second"'), ["limit 1, which"]),
    "a clock that is no text": (GOOD.replace(b'"each"', b"3"), ["limit 1, which"]),
    "one code twice": (GOOD + GOOD, ["limit 2, code"]),
    "no kebab": (GOOD.replace(b'"send"', b'"Send it"'), ["limit 1, code"]),
}


@pytest.mark.parametrize(("content", "where"), FAULTS.values(), ids=FAULTS)
def test_every_fault_is_named(content, where):
    with pytest.raises(DefinitionFaulty) as refused:
        read_limits(content)
    assert [fault.where for fault in refused.value.faults] == where


def test_what_is_no_toml_or_no_file_is_refused(tmp_path):
    with pytest.raises(DefinitionFaulty, match="cannot be read as TOML"):
        read_limits(b"[[limit")
    with pytest.raises(SettingRefused, match="cannot be read"):
        read_limits(tmp_path / "nothing.toml")
