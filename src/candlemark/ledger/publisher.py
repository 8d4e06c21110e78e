"""The key by which a vault signs what it publishes besides its log: sites, mirror lists.

A log's key signs checkpoints and nothing else, so that no other text can ever be taken for one.
What is published is signed by a key of its own, which follows from the log's: whoever may write to
the log can publish, and no further secret has to be kept.  Its name is that of the log with
``/publisher`` behind it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from candlemark.ledger.genesis import log_name
from candlemark.seal import NoteKey, SigningKey, derive, sign_note
from candlemark.seal.notes import ED25519

if TYPE_CHECKING:
    from candlemark.ledger.wraps import Identity

SUFFIX: Final = "/publisher"
_PURPOSE: Final = b"candlemark/publisher/v1"


class Publisher:
    """Signs notes for a vault."""

    def __init__(self, identity: Identity) -> None:
        log = identity.keyring.log
        self._key = SigningKey.from_bytes(derive(log.reveal(), identity.vault, _PURPOSE))
        self.log = NoteKey(log_name(identity.vault, log.public), ED25519, log.public)
        """Whose signature the checkpoints of this vault's log carry."""
        self.key = NoteKey(f"{self.log.name}{SUFFIX}", ED25519, self._key.public)
        """Whose signature what is published carries; give it to readers by a way they trust."""

    def sign(self, text: str) -> bytes:
        """``text`` as a signed note (c2sp.org/signed-note); it must end with a line end."""
        return sign_note(text, self.key.name, self._key)
