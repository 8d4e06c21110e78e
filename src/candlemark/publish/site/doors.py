"""Where a reader can go from every page: sections, each with doors to its pages.

To add a page: write a module with ``pages(writer)`` that gives its files, name it in ``EACH_TIME``
of ``building``, and add one :class:`Door` here.  Its label is the word ``door-CODE`` and its line
on the front page ``door-CODE-says``, in a file of ``words/``.  A section without doors is not
shown.  Doors are the same on every page and in every release, so that a release does not change
pages it has nothing to do with: the page of a door is there even while nothing stands on it, and
says why.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Door:
    """One page that every page leads to."""

    code: str
    page: str
    """Its file in the folder of each tongue."""

    @property
    def label(self) -> str:
        """The word it is called by."""
        return f"door-{self.code}"

    @property
    def says(self) -> str:
        """The word that says what lies behind it."""
        return f"door-{self.code}-says"


@dataclass(frozen=True, slots=True)
class Section:
    """Pages that belong together; the link of a section leads to its first door."""

    code: str
    doors: tuple[Door, ...] = ()

    @property
    def label(self) -> str:
        """The word it is called by."""
        return f"section-{self.code}"


SECTIONS: Final = (
    Section(
        "figures",
        (
            Door("stages", "stages.html"),
            Door("grounds", "grounds.html"),
            Door("regions", "regions.html"),
            Door("agencies", "agencies.html"),
        ),
    ),
    Section(
        "beside",
        (
            Door("official", "official.html"),
            Door("answers", "answers.html"),
        ),
    ),
    Section("understand", (Door("press", "press.html"),)),
    Section(
        "data",
        (
            Door("tables", "tables.html"),
            Door("releases", "releases.html"),
        ),
    ),
    Section("search"),
)


def sections() -> tuple[Section, ...]:
    """The sections that have doors."""
    return tuple(one for one in SECTIONS if one.doors)


def section_of(door: str) -> str:
    """The section a door is in; empty for the front page."""
    return next((one.code for one in SECTIONS for each in one.doors if each.code == door), "")
