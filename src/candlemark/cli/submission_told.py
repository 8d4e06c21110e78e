"""A submission at a terminal: what leaves, word by word, and what a member has to know of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from candlemark.cli import paper
from candlemark.errors import WrongCommand
from candlemark.publish import submissions as floor

if TYPE_CHECKING:
    from collections.abc import Iterator

    from candlemark.ledger import Ledger
    from candlemark.publish.submissions import Submission


class Told:
    """One submission, told to members."""

    def __init__(self, ledger: Ledger, found: Submission) -> None:
        self._found = found
        self._whole = floor.composed(ledger, found)
        now = floor.cases_now(ledger, found.cases)
        self._gone = floor.no_longer(found, now)
        self._unread = floor.unread(ledger, found.cases, now)
        self._form = floor.form_named(found.said.form)
        self._words = floor.counted(self._whole)

    def document(self) -> dict[str, Any]:
        """The same for programs."""
        found, said = self._found, self._found.said
        return {
            "draft": found.id,
            "digest": found.digest,
            "form": said.form,
            "rules": {"source": self._form.source, "seen": self._form.seen},
            "approved": bool(found.approved_by),
            "number": found.left.number if found.left else None,
            "titles": dict(said.titles),
            "words": self._words,
            "limit": said.words or None,
            "release": said.release or None,
            "tables": [one.name for one in self._whole.tables],
            "incidents": [
                {
                    "reference": one.told.reference,
                    "case": one.case,
                    "detail": one.told.detail,
                    "alike": one.alike,
                    "others": one.others,
                    "reason": one.reason,
                }
                for one in found.cases
            ],
            "no_longer": list(self._gone),
            "names_not_read": self._unread,
        }

    def say(self) -> None:
        """What it is, how long, which figures, which incidents and how easily they are found."""
        found, said = self._found, self._found.said
        paper.say(f"Draft {found.id[:8]}, {said.form}")
        for tongue, title in said.titles:
            limit = f" of {said.words:,}" if said.words else ""
            paper.say(f"{tongue}: {title} ({self._words[tongue]:,} words{limit})")
        paper.say(f"Rules: {self._form.source}")
        if not self._form.seen:
            paper.say("  Written from general knowledge: hold it against the recipient's own note.")
        for one in self._whole.tables:
            paper.say(f"Figures of release {said.release}: {one.name}")
        if found.cases:
            paper.say()
            paper.print_table(
                ["incident", "case", "told", "look the same", "others", "why that is safe"],
                [
                    [
                        one.told.reference,
                        one.case,
                        one.told.detail,
                        one.alike,
                        one.others,
                        one.reason if one.others else "",
                    ]
                    for one in found.cases
                ],
            )
        self._warn()
        if self._gone:
            paper.say(f"May be told so no longer: {', '.join(self._gone)}")

    def _warn(self) -> None:
        """What whoever decides should think of."""
        alone = sum(one.alike == 1 for one in self._found.cases)
        others = sum(one.others > 0 for one in self._found.cases)
        if alone:
            paper.say(
                f"{alone} of its incidents look like no other of the vault: whoever knows of one"
                " finds it."
            )
        if others:
            paper.say(f"{others} of its incidents tell about somebody who did not agree.")
        if self._unread:
            paper.say(
                f"{self._unread} of its incidents hold names you do not read: the texts were not"
                " held against them. Let somebody approve it who reads them."
            )

    def lines(self, tongue: str) -> Iterator[str]:
        """What stands in the document, line by line.

        Raises:
            WrongCommand: it is not in that tongue.
        """
        if tongue not in self._found.said.tongues:
            tongues = ", ".join(self._found.said.tongues)
            raise WrongCommand(f"it is not in {tongue[:10]!r}", hint=f"it is in: {tongues}")
        content = floor.document(self._whole, tongue)
        yield content["title"]
        for block in [content["cover"], *content["blocks"]]:
            yield from _block(block)


def _block(block: dict[str, Any]) -> Iterator[str]:
    kind = block["kind"]
    if kind == "heading":
        yield ""
        yield block["text"]
    elif kind == "facts":
        yield from (f"  {name}: {said[0]}" for name, said in block["rows"])
    elif kind == "table":
        yield "  " + " | ".join(block["head"])
        yield from ("  " + " | ".join(row) for row in block["rows"])
    elif kind == "bars":
        yield f"  [{block['alt']}]"
    else:
        yield f"  {block['text']}"
