"""Names of people in Latin, Cyrillic and Arabic script: taken apart, keyed, compared.

:func:`parse_name` takes one apart; its ``keys`` find candidates; :func:`score` says how alike two
are.  A person has several names at several times: :func:`score_people`.  The rules are data
(``rules.toml``, and ``tongues/letters.toml`` under them).
"""

from candlemark.linkage.names.parsing import Order, PersonName, Sex, Word, parse_name
from candlemark.linkage.names.people import DatedName, PeopleScore, score_people
from candlemark.linkage.names.rules import FOLDING_VERSION
from candlemark.linkage.names.scoring import NameScore, score

__all__ = [
    "FOLDING_VERSION",
    "DatedName",
    "NameScore",
    "Order",
    "PeopleScore",
    "PersonName",
    "Sex",
    "Word",
    "parse_name",
    "score",
    "score_people",
]
