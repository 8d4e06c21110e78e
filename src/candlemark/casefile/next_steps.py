"""What is to be done next in a case, and whether it was.

A step ends by a statement that it was done, dropped or missed.  Two such statements about one step
do not take each other's place: the first recorded is shown, and both stand in the history.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from candlemark.casefile import facts, views
from candlemark.casefile.words import by_tongue

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def steps(named: Iterable[facts.NextStep], ended: Iterable[facts.StepDone]) -> Iterator[views.Step]:
    """Every step that stands, with its end where it has one."""
    ends: dict[str, views.StepEnd] = {}
    for done in ended:
        end = views.StepEnd(done.id, done.when, done.outcome, by_tongue(done.words), done.sources)
        ends.setdefault(done.step, end)
    for one in named:
        yield views.Step(
            id=one.step,
            what=by_tongue(one.what),
            due=one.due,
            form=one.form,
            person=one.person,
            proceeding=one.proceeding,
            end=ends.get(one.step),
            sources=one.sources,
            statement=one.id,
        )


def waiting(case: views.CaseFile) -> tuple[views.Step, ...]:
    """The steps of a case that are not over, those with a day first, the nearest before others."""
    open_ones = [one for one in case.steps if one.end is None]
    return tuple(
        sorted(
            open_ones,
            key=lambda one: (
                (0, one.due.latest.toordinal(), one.due.earliest.toordinal())
                if one.due
                else (1, 0, 0)
            ),
        )
    )
