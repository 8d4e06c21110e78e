"""The single definition: what the words mean, at a version, for everybody who uses them.

Hate crime is a criminal offence with a bias motivation (OSCE).  Everything coded anywhere in
Candlemark is coded with a term of an edition, and carries the edition with it.  Read in this
order: ``terms`` (what a term is), ``edition`` (a version and its fingerprint), ``check`` (what is
refused), ``crosswalk`` (an agency's codes in these terms), ``skos`` (the definition for others).
"""

from __future__ import annotations

from candlemark.definition.crosswalk import REACHED, Crosswalk
from candlemark.definition.crosswalk_file import (
    crosswalk_codes,
    load_crosswalk,
    read_crosswalk,
)
from candlemark.definition.edition import Edition
from candlemark.definition.load import LATEST, Definition
from candlemark.definition.skos import to_jsonld, to_turtle
from candlemark.definition.terms import Scheme, Term

__all__ = [
    "LATEST",
    "REACHED",
    "Crosswalk",
    "Definition",
    "Edition",
    "Scheme",
    "Term",
    "crosswalk_codes",
    "load_crosswalk",
    "read_crosswalk",
    "to_jsonld",
    "to_turtle",
]
