"""The file of encodings, which goes to the linkage unit, and the file of rows, which stays.

Rows are put in an order nobody can foresee before they are numbered: the order of a list is
alphabetical, or by date, and would tell.  Which number is whose record stands in the file of rows
alone, sealed under the secret; it holds identifiers and no names.
"""

from __future__ import annotations

import base64
import binascii
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import msgspec
import numpy as np

from candlemark.errors import LedgerBroken, NotTogether, SourceMalformed
from candlemark.linkage.columns import VERSION as COLUMNS_VERSION
from candlemark.linkage.names import FOLDING_VERSION
from candlemark.linkage.private import papers
from candlemark.linkage.private.encoding import Bits, Encoder
from candlemark.linkage.private.papers import Paper
from candlemark.linkage.private.secret import key_for
from candlemark.seal import SUITE, SealingKey, seal, unseal

if TYPE_CHECKING:
    from collections.abc import Callable

    from candlemark.linkage.private.agreement import Agreement
    from candlemark.linkage.private.lists import ReadyList

Side = Literal["a", "b"]
ENCODINGS: Final = "encodings"
ROWS: Final = "rows"
_LABEL: Final = b"candlemark/link-rows/v1" + bytes([SUITE])


class Encodings(Paper, frozen=True, kw_only=True):
    """What the linkage unit gets of one side: bits, and what they must be compared under."""

    agreement: str
    """Hash of the agreement."""
    secret: str
    """The words by which the secret is known."""
    side: Side
    rows: int
    bits: int
    data: str
    """All rows one after the other, in base64."""

    def array(self) -> Bits:
        """The bits, a row for each record.

        Raises:
            SourceMalformed: there are more or fewer than the file says.
        """
        try:
            content = base64.b64decode(self.data, validate=True)
        except binascii.Error:
            content = b""
        if not self.rows or len(content) * 8 != self.rows * self.bits:
            raise SourceMalformed(
                f"the encodings of side {self.side} are not as many as their file says",
                hint="ask for the file again",
            )
        return np.frombuffer(content, np.uint8).reshape(self.rows, self.bits // 8)


class SealedRows(Paper, frozen=True, kw_only=True):
    """Which number of the encodings is whose record; for the side that made them."""

    agreement: str
    encodings: str
    """Hash of the encodings."""
    side: Side
    sealed: str


@dataclass(frozen=True, slots=True)
class Encoded:
    """The two files of one side."""

    encodings: Encodings
    rows: SealedRows


def encode(
    ready: ReadyList,
    agreement: Agreement,
    secret: SealingKey,
    side: Side,
    *,
    tell: Callable[[float], None] = lambda _done: None,
) -> Encoded:
    """Encode a list.

    Args:
        ready: the list.
        agreement: of both organisations.
        secret: shared by them.
        side: which of the two this is.
        tell: is told the share done.

    Raises:
        NotTogether: this version folds names in another way than the one that made the agreement.
    """
    if (agreement.folding, agreement.columns) != (FOLDING_VERSION, COLUMNS_VERSION):
        raise NotTogether(
            "the agreement was made by a version of Candlemark that reads names in another way",
            hint="both organisations need the same version; begin again with it",
        )
    order = list(range(len(ready.rows)))
    secrets.SystemRandom().shuffle(order)
    encoder = Encoder(agreement, secret)
    found = np.zeros((len(order), agreement.scheme.bits // 8), np.uint8)
    for place, at in enumerate(order):
        found[place] = encoder.encode(ready.rows[at].pieces)
        if not place % 500:
            tell(place / len(order))
    encodings = papers.sealed_with_hash(
        Encodings(
            format=papers.format_of(ENCODINGS),
            agreement=agreement.check,
            secret=agreement.secret,
            side=side,
            rows=len(order),
            bits=agreement.scheme.bits,
            data=base64.b64encode(found.tobytes()).decode(),
        )
    )
    records = [ready.rows[at].records for at in order]
    return Encoded(encodings, _seal_rows(records, encodings, agreement, secret))


def _seal_rows(
    records: list[tuple[str, ...]], encodings: Encodings, agreement: Agreement, secret: SealingKey
) -> SealedRows:
    key = SealingKey.from_bytes(key_for(secret, agreement, f"rows/{encodings.side}"))
    sealed = seal(key, _LABEL, encodings.check.encode(), msgspec.msgpack.encode(records))
    return papers.sealed_with_hash(
        SealedRows(
            format=papers.format_of(ROWS),
            agreement=agreement.check,
            encodings=encodings.check,
            side=encodings.side,
            sealed=base64.b64encode(sealed).decode(),
        )
    )


def open_rows(
    rows: SealedRows, agreement: Agreement, secret: SealingKey
) -> tuple[tuple[str, ...], ...]:
    """The records by number.

    Raises:
        NotTogether: the rows are of another agreement.
        SourceMalformed: the file is damaged, or another secret sealed it.
    """
    if rows.agreement != agreement.check:
        raise NotTogether(
            "these rows are of another agreement", hint="use the file that encode wrote beside"
        )
    key = SealingKey.from_bytes(key_for(secret, agreement, f"rows/{rows.side}"))
    try:
        opened = unseal(
            key, _LABEL, rows.encodings.encode(), base64.b64decode(rows.sealed, validate=True)
        )
        return msgspec.msgpack.decode(opened, type=tuple[tuple[str, ...], ...])
    except (LedgerBroken, binascii.Error, msgspec.MsgspecError):
        raise SourceMalformed(
            "the file of rows does not open", hint="bring back the copy that encode wrote"
        ) from None
