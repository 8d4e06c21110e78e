"""A root as twelve words, for the minutes of a meeting: paper that no server can roll back.

SHA-256 of root and size is written with the 7,776 words of the list passphrases are drawn from, as
a number in base 7,776 with twelve digits: 155 bits.  The size stands before them in figures.  Words
are compared one by one, so that a slip of the pen is named by its place; only all twelve count.
"""

from __future__ import annotations

import difflib
import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from candlemark.errors import Fault, NotUnderstood, WordsDiffer
from candlemark.seal import as_typed
from candlemark.seal.passphrase import words

if TYPE_CHECKING:
    from typing import Self

    from candlemark.ledger.checkpoint import Checkpoint

COUNT: Final = 12
"""Words for a root."""

TEXT_LIMIT: Final = 1024
_LINE: Final = re.compile(r"([0-9]{1,18}) entries ?: ?(.+)|([0-9]{1,18}) ?:? ?(.+)")


@dataclass(frozen=True, slots=True)
class RootWords:
    """The words for a root, and how many entries it is over."""

    size: int
    words: tuple[str, ...]

    @classmethod
    def of(cls, checkpoint: Checkpoint) -> Self:
        """The words for a checkpoint: of SHA-256(root || size in 8 bytes), big-endian."""
        whole = checkpoint.root + checkpoint.size.to_bytes(8, "big")
        number = int.from_bytes(hashlib.sha256(whole).digest(), "big")
        listed, found = words(), []
        for _ in range(COUNT):
            number, digit = divmod(number, len(listed))
            found.append(listed[digit])
        return cls(checkpoint.size, tuple(found))

    def __str__(self) -> str:
        return f"{self.size} entries: {' '.join(self.words)}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``1342 entries: abacus abdomen …`` as people type it.

        Raises:
            NotUnderstood: the number or a word is missing or too many, or a word is not in the
                list; ``faults`` names it by its position.
        """
        # A hyphen may join words; before the number it would be a sign.
        plain = len(text) <= TEXT_LIMIT and text.lstrip()[:1].isdigit()
        found = _LINE.fullmatch(as_typed(text)) if plain else None
        if found is None:
            raise NotUnderstood("this is not the root of a ledger in words", hint=_LOOK)
        typed = (found[2] or found[4]).split()
        faults = [
            Fault(f"word {place}", f"{_shown(word)} is not in the list{_perhaps(word)}")
            for place, word in enumerate(typed[:COUNT], 1)
            if word not in words()
        ]
        if len(typed) != COUNT:
            faults.append(Fault("words", f"there are {len(typed)} of them, not {COUNT}"))
        if faults:
            raise NotUnderstood("the words cannot be read", hint=_LOOK, faults=faults)
        return cls(int(found[1] or found[3]), tuple(typed))

    def compare(self, checkpoint: Checkpoint) -> None:
        """Refuse words that are not exactly those of a checkpoint.

        Raises:
            WordsDiffer: they are not; ``faults`` names every position.
        """
        right = RootWords.of(checkpoint)
        faults = [
            Fault(f"word {place}", f"it is {mine}, and should be {theirs}")
            for place, (mine, theirs) in enumerate(zip(self.words, right.words, strict=True), 1)
            if mine != theirs
        ]
        if self.size != checkpoint.size:
            faults.insert(0, Fault("entries", f"{self.size} written, {checkpoint.size} there"))
        if not faults:
            return
        if self.size > checkpoint.size:
            hint = "the paper knows more entries than there are: an older copy was put in its place"
        elif len(faults) < COUNT / 2:
            hint = "so few differ that it may be a slip of the pen; compare with a second copy"
        else:
            hint = "another state was written down: keep the paper, and ask the other members"
        raise WordsDiffer("these are not the words of this ledger", hint=hint, faults=faults)


def _perhaps(word: str) -> str:
    alike = [one for one in words() if abs(len(one) - len(word)) <= 1]
    near = difflib.get_close_matches(word[:32], alike, n=1, cutoff=0.7)
    return f"; perhaps {near[0]}" if near else ""


def _shown(word: str) -> str:
    return word[:32] if word.isprintable() else "it"


_LOOK: Final = "copy the whole line from the minutes: the number, then twelve words"
