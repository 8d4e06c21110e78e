"""How things of a case are called where it is shown: persons by name, the rest by number."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from candlemark.casefile.views import CaseFile


class Naming:
    """Short names for the persons, sources and proceedings of one case."""

    def __init__(self, case: CaseFile) -> None:
        self.case = case
        self._persons = {person.id: place for place, person in enumerate(case.persons, 1)}
        self._sources = {source.id: place for place, source in enumerate(case.sources, 1)}
        self._proceedings = {one.id: place for place, one in enumerate(case.proceedings, 1)}

    def name(self, person: str) -> str:
        """The first spelling of a person's name; empty where the identity is closed."""
        place = self._persons.get(person)
        names = self.case.persons[place - 1].names if place else ()
        return names[0].text if names else ""

    def tongue(self, person: str) -> str:
        """The tongue that spelling is in; empty when nobody said."""
        place = self._persons.get(person)
        names = self.case.persons[place - 1].names if place else ()
        return names[0].language if names else ""

    def person(self, person: str) -> int:
        """A person's number in this case, from 1; 0 when the case does not hold the person."""
        return self._persons.get(person, 0)

    def source(self, source: str) -> int:
        """A source's number in this case, from 1; 0 when the case does not hold it."""
        return self._sources.get(source, 0)

    def proceeding(self, proceeding: str) -> int:
        """A proceeding's number in this case, from 1; 0 when the case does not hold it."""
        return self._proceedings.get(proceeding, 0)
