"""A person at a form: finds each box by its name, as the page has it, and fills it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .visiting import press

if TYPE_CHECKING:
    from .reading import TextBrowser

DATES = frozenset({"when", "until", "final", "served", "on", "retrieved", "birth", "due", "review"})
ROWS = frozenset({"names", "acts", "grounds", "speech", "claims"})


class Hand:
    """The hand of a person at a real browser."""

    def __init__(self, page) -> None:
        self.page = page

    def _all(self, box):
        return self.page.locator(f'[name="{box}"]')

    def unfold(self, box) -> None:
        """Open what is folded around a box, the outermost first."""
        folded = self.page.locator(f'details.seldom:not([open]):has([name="{box}"]) > summary')
        while folded.count():
            folded.first.click()

    def value(self, box) -> str:
        return self._all(box).input_value()

    def kind(self, box) -> str:
        """What a box is: ``select``, ``textarea``, or the type of an input."""
        if self.page.locator(f'select[name="{box}"]').count():
            return "select"
        return self._all(box).first.get_attribute("type") or "text"

    def write(self, box, text) -> None:
        self._all(box).fill(text)

    def choose(self, box, value) -> None:
        self._all(box).select_option(value)

    def tick(self, box, value) -> None:
        self.page.locator(f'[name="{box}"][value="{value}"]').check()

    def more(self, box) -> None:
        press(self.page.locator(f'button[name="more"][value="{box}"]'))

    def keep(self) -> None:
        press(self.page.locator("form.say .keep .action"))


class Filler:
    """Fills one form of a page; ``ids`` are the identifiers of things the case already holds."""

    def __init__(self, hand: Hand | TextBrowser, ids: dict[str, str]) -> None:
        self.hand = hand
        self.ids = ids

    def fill(self, item: dict[str, Any], prefix: str = "") -> None:
        """Fill the boxes under ``prefix`` with what an item of a file says."""
        for name, value in item.items():
            if name == "name":
                continue
            box = f"{prefix}{name}"
            if name in ROWS:
                self._rows(box, value)
            elif isinstance(value, dict):
                self._texts(box, value)
            elif name in DATES:
                self._date(box, value)
            elif isinstance(value, list):
                self._tick(box, value)
            else:
                self._one(box, value)

    def keep(self) -> None:
        """Send the form with the button that says so."""
        self.hand.keep()

    def _more(self, box, count) -> None:
        while int(self.hand.value(f"{box}-count")) < count:
            self.hand.unfold(f"{box}-count")
            self.hand.more(box)

    def _rows(self, box, items) -> None:
        self.hand.unfold(f"{box}-count")
        self._more(box, len(items))
        for n, item in enumerate(items):
            self.fill(item, f"{box}-{n}-")

    def _texts(self, box, texts) -> None:
        self.hand.unfold(f"{box}-count")
        self._more(box, len(texts))
        for n, (tongue, text) in enumerate(texts.items()):
            self.hand.write(f"{box}-{n}-text", text)
            self.hand.choose(f"{box}-{n}-language", tongue)

    def _date(self, box, text) -> None:
        self.hand.unfold(f"{box}-year")
        for part, value in zip(("year", "month", "day"), text.split("-"), strict=False):
            self.hand.write(f"{box}-{part}", str(int(value)))

    def _tick(self, box, values) -> None:
        self.hand.unfold(box)
        for value in values:
            self.hand.tick(box, self.ids.get(value, value))

    def _one(self, box, value) -> None:
        self.hand.unfold(box)
        text = self.ids.get(str(value), str(value))
        match self.hand.kind(box):
            case "checkbox":
                if value:
                    self.hand.tick(box, "yes")
            case "radio":
                self.hand.tick(box, text)
            case "select":
                self.hand.choose(box, text)
            case _:
                self.hand.write(box, text)
