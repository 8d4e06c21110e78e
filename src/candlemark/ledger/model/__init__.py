"""Read models: what the floors above compute from the ledger, kept so that it is not folded anew.

A floor describes a :class:`CodedProjection` or an :class:`IdentityProjection` and asks it through
the :class:`Models` of an open vault (``vault.ledger.models``).  The rows stand in encrypted files
that can be deleted at any time.  Format and rules: docs/formats/model.md.
"""

from candlemark.ledger.model.asking import CodedModel, FactRow, Hit, IdentityModel
from candlemark.ledger.model.gathering import Gathering, Hand
from candlemark.ledger.model.models import ModelCard, Models
from candlemark.ledger.model.place import is_in_memory, models_folder
from candlemark.ledger.model.projection import (
    CodedProjection,
    IdentityProjection,
    Projection,
    Row,
    Table,
    Text,
)
from candlemark.ledger.model.searching import Snippet, words

__all__ = [
    "CodedModel",
    "CodedProjection",
    "FactRow",
    "Gathering",
    "Hand",
    "Hit",
    "IdentityModel",
    "IdentityProjection",
    "ModelCard",
    "Models",
    "Projection",
    "Row",
    "Snippet",
    "Table",
    "Text",
    "is_in_memory",
    "models_folder",
    "words",
]
