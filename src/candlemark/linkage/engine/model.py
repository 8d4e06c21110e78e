"""A trained model: frozen, versioned, hashed, and without a value of any row.

The same rows, plan and seed give the same bytes.  How rare a name is, is not part of it: that is
asked of the rows that are compared.  Format: docs/formats/link-model.md.
"""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from candlemark.errors import NewerFormat, NotInOrder, NotUnderstood
from candlemark.linkage.engine.levels import levels_of
from candlemark.linkage.engine.plan import plan_document, plan_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from candlemark.linkage.engine.plan import Compared, Plan

VERSION: Final = 1
SMALLEST: Final = 1e-9
"""A share under this was not seen; it is not zero, or one slip would outweigh everything."""


@dataclass(frozen=True, slots=True)
class Shares:
    """Of one level: its share among true pairs (``m``) and among pairs by chance (``u``)."""

    m: float
    u: float

    @property
    def weight(self) -> float:
        """Log2 of their ratio: for (positive) or against being one."""
        return math.log2(max(self.m, SMALLEST) / max(self.u, SMALLEST))


@dataclass(frozen=True, slots=True)
class LinkModel:
    """A plan and what was learnt by it."""

    plan: Plan
    prior: float
    """Probability that two rows drawn at random are one."""
    shares: Mapping[str, tuple[Shares, ...]]
    """By comparison, in the order of its levels, the last being none of them."""

    @property
    def prior_weight(self) -> float:
        """Log2 of the prior odds."""
        return math.log2(self.prior / (1 - self.prior))

    @property
    def document(self) -> bytes:
        """Canonical JSON: sorted keys, no spaces, numbers to twelve digits."""
        said = {
            "format": VERSION,
            "plan": plan_document(self.plan),
            "prior": _rounded(self.prior),
            "shares": {
                one.name: [
                    {"level": label, "m": _rounded(each.m), "u": _rounded(each.u)}
                    for label, each in zip(
                        levels_of(one).labels, self.shares[one.name], strict=True
                    )
                ]
                for one in self.plan.comparisons
            },
        }
        return json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()

    @property
    def content_hash(self) -> str:
        """SHA-256 of :attr:`document`, in hex."""
        return hashlib.sha256(self.document).hexdigest()


def equal_by_chance(one: Compared, shares: Sequence[Shares]) -> float:
    """How often two values whose rarity counts are equal by chance: what their own share replaces.

    It is the share of all levels at which they are: names written alike are heard alike.
    """
    each = zip(levels_of(one).levels, shares, strict=False)
    return max(sum(share.u for level, share in each if level.equal), SMALLEST)


def _rounded(number: float) -> float:
    return float(f"{number:.12g}")


def model_of_document(document: bytes) -> LinkModel:
    """The model in a document.

    Raises:
        NotUnderstood: it is none.
        NewerFormat: a later version of Candlemark wrote it.
        NotInOrder: its plan is not in order, or its levels are not those of this program.
    """
    try:
        said: dict[str, Any] = json.loads(document)
        written = said["format"]
    except (ValueError, KeyError, TypeError):
        raise NotUnderstood(
            "this is no model of linkage", hint="candlemark link train makes one"
        ) from None
    if written != VERSION:
        raise NewerFormat(
            f"this model has format {written}", hint="a later version of Candlemark reads it"
        )
    plan = plan_of(said["plan"], "of the model")
    shares = {
        name: tuple(Shares(each["m"], each["u"]) for each in levels)
        for name, levels in said["shares"].items()
    }
    for one in plan.comparisons:
        there = [each["level"] for each in said["shares"].get(one.name, ())]
        if there != list(levels_of(one).labels):
            raise NotInOrder(
                f"the levels of {one.name} are not those of this version",
                hint="train a model anew: candlemark link train",
            )
    return LinkModel(plan, float(said["prior"]), shares)
