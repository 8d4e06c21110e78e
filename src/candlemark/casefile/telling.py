"""Whether a case may be told outside by itself, on whose consent, and how exactly.

A figure counts a case unless somebody stands against it; a case that is *told* (a row of a list, a
summary) needs more.  Somebody it happened to must have agreed to every use, nobody in it may stand
against one, and whoever else it would tell about is named, so that a person looks before it leaves.
Of suspects and officials nobody is asked: what they did is told, and who they are is not.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from candlemark.casefile.consent import (
    GIVEN,
    LEAST,
    WITHDRAWN,
    answer,
    detail,
    least_exact,
    refusals,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from candlemark.casefile.views import CaseFile

_HAPPENED_TO: Final = frozenset({"victim", "relative"})
_SPOKE_UP: Final = frozenset({"complainant"})
"""Asked where nobody in the case is somebody it happened to: damage to a house of prayer."""
_TOLD_ABOUT: Final = _HAPPENED_TO | _SPOKE_UP | {"source", "witness"}
"""Terms of ``roles``: whom a told case would expose."""


class Consented(StrEnum):
    """How consent to telling a case stands."""

    GIVEN = "given"
    NOT_ASKED = "not-asked"  # nobody whose answer counts agreed to every use
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    RESTRAINED = "restrained"  # nobody refused, but it must not be done for somebody's sake
    NOBODY = "nobody"  # there is nobody in the case who could be asked


@dataclass(frozen=True, slots=True)
class Telling:
    """What may be told of a case.

    ``by`` are the persons whose consent it rests on; ``others`` those it would tell about as well,
    who did not agree.  ``detail`` is a term of ``consent-details``.
    """

    consented: Consented
    detail: str = LEAST
    by: tuple[str, ...] = ()
    others: tuple[str, ...] = ()

    @property
    def may(self) -> bool:
        """Whether somebody agreed and nobody stands against it; ``others`` are still to be seen."""
        return self.consented is Consented.GIVEN


def telling(case: CaseFile, uses: Collection[str]) -> Telling:
    """What may be told of a case for some uses at once.

    Args:
        case: as it stands; who anybody is does not matter.
        uses: terms of ``consent-uses``; each was asked for by itself, so each must be agreed to.
    """
    against = [(person, use) for use in uses for person in refusals(case, use)]
    if against:
        answers = {answer(case, person, use) for person, use in against}
        if WITHDRAWN in answers:
            return Telling(Consented.WITHDRAWN)
        refused = "refused" in answers
        return Telling(Consented.REFUSED if refused else Consented.RESTRAINED)
    asked = tuple(_in(case, _HAPPENED_TO)) or tuple(_in(case, _SPOKE_UP))
    if not asked:
        return Telling(Consented.NOBODY)
    agreed = tuple(one for one in _in(case, _TOLD_ABOUT) if _agreed(case, one, uses))
    by = tuple(one for one in asked if one in agreed)
    if not by:
        return Telling(Consented.NOT_ASKED)
    return Telling(
        Consented.GIVEN,
        least_exact(detail(case, person, use) for person in agreed for use in uses),
        by,
        tuple(one for one in _in(case, _TOLD_ABOUT) if one not in agreed),
    )


def _in(case: CaseFile, roles: Collection[str]) -> Iterator[str]:
    return (one.id for one in case.persons if any(role in roles for role in one.roles))


def _agreed(case: CaseFile, person: str, uses: Collection[str]) -> bool:
    return all(answer(case, person, use) == GIVEN for use in uses)
