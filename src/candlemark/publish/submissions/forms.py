"""The forms a submission can have: for whom, on which consent, in which tongues, how long."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final

import msgspec

from candlemark.errors import WrongCommand
from candlemark.publish.submissions.crosswalk import categories

if TYPE_CHECKING:
    from collections.abc import Mapping

    from candlemark.publish.submissions.crosswalk import Categories

ODIHR: Final = "odihr"
BRIEFING: Final = "briefing"
ANNEX: Final = "annex-"
"""What the codes of annexes begin with."""
UNKNOWN: Final = -1
"""For a limit: there is one, and we do not know it."""


@dataclass(frozen=True, slots=True)
class SubmissionForm:
    """One form."""

    code: str
    uses: tuple[str, ...]
    """Terms of ``consent-uses``: what persons must have agreed to, each."""
    cases: str
    """``all`` cases somebody agreed for, or those ``named`` in the texts."""
    period: bool
    """Whether country and period have to be said."""
    figures: bool
    """Whether it is made of figures, so that a release has to be named."""
    tongues: tuple[str, ...]
    """In which it may be written."""
    words: int
    """The most words it may have; 0 for no limit, :data:`UNKNOWN` where it has to be said."""
    source: str
    seen: bool
    """Whether the rules were read at their source, and not written from general knowledge."""
    crosswalk: str = ""

    @property
    def categories(self) -> Categories | None:
        """The recipient's own categories; None where it takes ours."""
        return categories(self.crosswalk) if self.crosswalk else None


@cache
def forms() -> Mapping[str, SubmissionForm]:
    """Every form by its code."""
    content = files("candlemark.publish.submissions").joinpath("forms.toml").read_bytes()
    said = tomllib.loads(content.decode())
    return {
        code: msgspec.convert({"code": code, **one}, SubmissionForm) for code, one in said.items()
    }


def form_named(code: str) -> SubmissionForm:
    """The form with this code.

    Raises:
        WrongCommand: there is none.
    """
    found = forms().get(code)
    if found is None:
        raise WrongCommand(
            f"there is no form {code[:40]!r}", hint=f"the forms are: {', '.join(forms())}"
        )
    return found
