"""The tree of errors is whole: one root, one exit code each, drawn as it is."""

from __future__ import annotations

import re

import pytest

from candlemark import errors
from candlemark.errors import CandlemarkError, Fault, tree

DRAWN = re.findall(r"^(?:│|├|└|─| )*([A-Z]\w+) +(\d+)\b", errors.__doc__, re.MULTILINE)


def test_exit_codes_are_unique():
    codes = [error.exit_code for error in tree()]

    assert len(codes) == len(set(codes))


def test_exit_codes_fit_a_process_and_leave_room_for_the_shell():
    # 0 is success, 2 is what every shell takes for a wrong command line, 126 and above are the
    # shell's, 130 among them: stopped by Ctrl-C
    codes = {error.exit_code for error in tree()}

    assert codes - {130} <= set(range(1, 126))
    assert errors.WrongCommand.exit_code == 2


def test_every_class_of_the_module_is_in_the_tree():
    classes = {
        value
        for value in vars(errors).values()
        if isinstance(value, type) and issubclass(value, BaseException)
    }

    assert classes == set(tree())


def test_the_tree_is_drawn_as_it_is():
    assert {(name, int(code)) for name, code in DRAWN} == {
        (error.__name__, error.exit_code) for error in tree()
    }


def test_a_parent_stands_before_its_children():
    seen = set()
    for error in tree():
        assert error is CandlemarkError or error.__bases__[0] in seen
        seen.add(error)


@pytest.mark.parametrize("error", tree())
def test_every_class_says_what_it_is_for(error):
    assert error.__doc__
    assert error.__doc__.rstrip().endswith(".") or "Args:" in error.__doc__


def test_an_error_carries_its_message_its_hint_and_every_fault():
    faults = [Fault("row 12, column Arrest Date", "is not a date"), Fault("row 13", "is empty")]
    error = errors.SourceMalformed("the file cannot be read", hint="export it", faults=iter(faults))

    assert str(error) == error.message == "the file cannot be read"
    assert error.hint == "export it"
    assert error.faults == tuple(faults)


def test_without_a_hint_and_faults_both_are_empty():
    error = errors.Stopped("stopped")

    assert (error.hint, error.faults) == ("", ())


def test_a_fault_reads_as_place_and_matter():
    assert str(Fault("row 12", "is empty")) == "row 12: is empty"


def test_no_class_takes_its_hint_for_its_message():
    with pytest.raises(TypeError):
        errors.NotUnderstood("what", "hint")
