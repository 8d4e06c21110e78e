"""One protected figure as a document that explains itself, for whoever tries a release.

First what the numbers are, of which day, in which edition, and what protection did; then one row
per cell.  A cell without a number has a reason in ``status``: *missing*, *hidden*, *waiting*,
*zero* (its value is 0) and *not-reached* are five different things, and no empty cell goes without
one.  The format is written down in docs/formats/open-data.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from candlemark.errors import Disclosive
from candlemark.protect import ProtectedFigure
from candlemark.publish.table import CLOSED_BATCHES

if TYPE_CHECKING:
    from collections.abc import Mapping

FORMAT: Final = "candlemark-open-data/2"
LICENCE: Final = "CC-BY-4.0"
"""Licence of what is published; the name of an SPDX identifier."""


def columns() -> tuple[str, ...]:
    """The columns of every data set, in order."""
    return (
        "question",
        "group",
        "category",
        "stage",
        "state",
        "day",
        "quantity",
        "value",
        "low",
        "high",
        "status",
    )


def only_protected(figure: ProtectedFigure) -> ProtectedFigure:
    """The figure as it is, once it is known to have come through ``protect``.

    Raises:
        Disclosive: it is something else; a type checker says so earlier.
    """
    if type(figure) is not ProtectedFigure or not figure.genuine:
        raise Disclosive(
            "only a protected figure can be published",
            hint="release it in closed batches: candlemark release draft",
        )
    return figure


def describe(figure: ProtectedFigure) -> dict[str, str | int | float | bool]:
    """What a reader must know of a figure before using a number of it."""
    basis, policy = only_protected(figure).basis, figure.policy
    return {
        "format": FORMAT,
        "question": figure.question,
        "agency": basis.agency,
        "crosswalk": basis.crosswalk,
        "unit": basis.unit,
        "as_of": basis.as_of.isoformat(),
        "from_stage": basis.from_stage,
        "from_own": basis.from_own,
        "by": basis.by,
        "groups_overlap": basis.overlapping,
        "edition": basis.edition,
        "edition_fingerprint": basis.edition_fingerprint,
        "simulated": basis.simulated,
        "policy": f"{policy.name}/{policy.version}",
        **_protection(figure),
        "cells": len(figure.cells),
        "cells_hidden": figure.hidden,
        "licence": LICENCE,
    }


def _protection(figure: ProtectedFigure) -> dict[str, str | int | float | bool]:
    """What protection did, as a reader needs it to compute with the numbers."""
    did = figure.did
    return {
        "protection": CLOSED_BATCHES,
        "table": figure.table,
        "release": did.release,
        "batches_summed_at_most": did.batches,
        "new_cases_a_group_waits_for": did.least,
        "one_batch_off_by_at_most": did.reach,
        "one_batch_noise_standard_deviation": round(did.noise, 4),
        "groups_waiting": did.waiting,
        "groups_too_small": did.suppressed,
        "intervals_widened_by_noise": did.widened,
    }


def json_document(figure: ProtectedFigure) -> Mapping[str, object]:
    """The figure as a document for JSON: what it is, then its cells."""
    return {"about": describe(figure), "cells": only_protected(figure).rows()}
