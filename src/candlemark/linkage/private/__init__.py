"""Two organisations that may not show each other names find out whom both have.

Each encodes its list on its own machine under an agreement and a secret both share (``encode``).
A linkage unit, which never holds the secret, compares the encodings (``match``) and hands out what
was agreed: a count in which no single person shows, or names for links that each side reads for its
own records (``read_links``).

Encodings are no names and no anonymous data either.  What they withstand and what not, who must not
be the linkage unit, and what never to do: docs/guides/linking-privately.md.
"""

from candlemark.linkage.private.agreement import (
    AGREEMENT,
    Agreement,
    agree,
    profile,
    profiles,
    read_agreement,
    scheme_in,
)
from candlemark.linkage.private.exchanging import (
    ENCODINGS,
    ROWS,
    Encoded,
    Encodings,
    SealedRows,
    Side,
    encode,
)
from candlemark.linkage.private.from_vault import People, people_of
from candlemark.linkage.private.lists import ReadyList, make_ready, read_list
from candlemark.linkage.private.papers import LIMIT, hash_of, read, written
from candlemark.linkage.private.result import (
    RESULT,
    Matched,
    Result,
    check_own,
    match,
    read_links,
)
from candlemark.linkage.private.secret import (
    SealedSecret,
    known_by,
    new_secret,
    open_secret,
    seal_secret,
)

__all__ = [
    "AGREEMENT",
    "ENCODINGS",
    "LIMIT",
    "RESULT",
    "ROWS",
    "Agreement",
    "Encoded",
    "Encodings",
    "Matched",
    "People",
    "ReadyList",
    "Result",
    "SealedRows",
    "SealedSecret",
    "Side",
    "agree",
    "check_own",
    "encode",
    "hash_of",
    "known_by",
    "make_ready",
    "match",
    "new_secret",
    "open_secret",
    "people_of",
    "profile",
    "profiles",
    "read",
    "read_agreement",
    "read_links",
    "read_list",
    "scheme_in",
    "seal_secret",
    "written",
]
