"""Texts for the public as a form: the same boxes in each tongue, and what is wrong at each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from candlemark.publish.table import TONGUES
from candlemark.tongues import NAMES, direction
from candlemark.web.desks.releases.faults_said import said

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from django.http import QueryDict

    from candlemark.errors import Fault
    from candlemark.web.forms.faults import Faults
    from candlemark.web.reader import Reader


@dataclass(frozen=True, slots=True)
class Asked:
    """One text that is asked for in every tongue."""

    code: str
    label: str
    long: bool = False


@dataclass(frozen=True, slots=True)
class Box:
    """One text in one tongue."""

    name: str
    label: str
    long: bool
    value: str
    wrong: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class InTongue:
    """The boxes of one tongue."""

    tongue: str
    name: str
    direction: str
    boxes: tuple[Box, ...]


def typed(sent: QueryDict, asked: Sequence[Asked]) -> dict[str, dict[str, str]]:
    """What was typed: by text and tongue; nothing stands under a tongue whose box is empty."""
    return {
        one.code: {
            tongue: text
            for tongue in TONGUES
            if (text := sent.get(f"{one.code}-{tongue}", "").replace("\r\n", "\n").strip())
        }
        for one in asked
    }


def place(
    faults: Faults, found: Iterable[Fault], asked: Sequence[Asked], reader: Reader
) -> list[Fault]:
    """Put what a floor found wrong with texts at their boxes; what is about no text is given back.

    A floor names a text by its tongue and code: ``fa.title``.
    """
    labels = {one.code: one.label for one in asked}
    others = []
    for fault in found:
        tongue, _, code = fault.where.partition(".")
        code = code or next(iter(labels), "")
        if tongue in TONGUES and code in labels:
            label = f"{labels[code]} ({NAMES[tongue]})"
            faults.add(f"{code}-{tongue}", label, said(fault.what, reader))
        else:
            others.append(fault)
    return others


def boxes(
    asked: Sequence[Asked], values: Mapping[str, Mapping[str, str]], faults: Faults
) -> list[InTongue]:
    """The form, filled with what was typed."""
    wrong: dict[str, list[str]] = {}
    for box, _, what in faults.all:
        wrong.setdefault(box, []).append(what)
    return [
        InTongue(
            tongue,
            NAMES[tongue],
            direction(tongue),
            tuple(
                Box(
                    name := f"{one.code}-{tongue}",
                    one.label,
                    one.long,
                    values.get(one.code, {}).get(tongue, ""),
                    tuple(wrong.get(name, ())),
                )
                for one in asked
            ),
        )
        for tongue in TONGUES
    ]
