"""The single definition: what the words mean, at a version, for everybody who uses them.

Hate crime is a criminal offence with a bias motivation (OSCE).  Everything coded anywhere in
Candlemark is coded with a term of an edition, and carries the edition with it.  Read in this
order: ``terms`` (what a term is), ``edition`` (a version and its fingerprint), ``check`` (what is
refused), ``crosswalk`` (an agency's codes in these terms), ``pathway`` (a state's stages, moves
and limits), ``skos`` (the definition for others).
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
from candlemark.definition.pathway import GENERIC, Pathway
from candlemark.definition.pathway_file import load_pathway, pathway_codes, read_pathway
from candlemark.definition.skos import to_jsonld, to_turtle
from candlemark.definition.terms import Scheme, Term

__all__ = [
    "GENERIC",
    "LATEST",
    "REACHED",
    "Crosswalk",
    "Definition",
    "Edition",
    "Pathway",
    "Scheme",
    "Term",
    "crosswalk_codes",
    "load_crosswalk",
    "load_pathway",
    "pathway_codes",
    "read_crosswalk",
    "read_pathway",
    "to_jsonld",
    "to_turtle",
]
