"""A person at a form: finds each box by its name, as the page has it, and fills it."""

from __future__ import annotations

from typing import Any

from .visiting import press

DATES = frozenset({"when", "until", "final", "served", "on", "retrieved", "birth", "due", "review"})
ROWS = frozenset({"names", "acts", "grounds", "speech", "claims"})


class Filler:
    """Fills one form of a page; ``ids`` are the identifiers of things the case already holds."""

    def __init__(self, page, ids: dict[str, str]) -> None:
        self.page = page
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
        press(self.page.locator("form.say .keep .action"))

    def _all(self, box):
        return self.page.locator(f'[name="{box}"]')

    def _open(self, box) -> None:
        """Open what is folded around a box, the outermost first."""
        folded = self.page.locator(f'details.seldom:not([open]):has([name="{box}"]) > summary')
        while folded.count():
            folded.first.click()

    def _more(self, box, count) -> None:
        while int(self._all(f"{box}-count").input_value()) < count:
            self._open(f"{box}-count")
            press(self.page.locator(f'button[name="more"][value="{box}"]'))

    def _rows(self, box, items) -> None:
        self._open(f"{box}-count")
        self._more(box, len(items))
        for n, item in enumerate(items):
            self.fill(item, f"{box}-{n}-")

    def _texts(self, box, texts) -> None:
        self._open(f"{box}-count")
        self._more(box, len(texts))
        for n, (tongue, text) in enumerate(texts.items()):
            self._all(f"{box}-{n}-text").fill(text)
            self._all(f"{box}-{n}-language").select_option(tongue)

    def _date(self, box, text) -> None:
        self._open(f"{box}-year")
        for part, value in zip(("year", "month", "day"), text.split("-"), strict=False):
            self._all(f"{box}-{part}").fill(str(int(value)))

    def _tick(self, box, values) -> None:
        self._open(box)
        for value in values:
            known = self.ids.get(value, value)
            self.page.locator(f'[name="{box}"][value="{known}"]').check()

    def _one(self, box, value) -> None:
        self._open(box)
        found = self._all(box)
        kind = found.first.get_attribute("type")
        text = self.ids.get(str(value), str(value))
        if kind == "checkbox":
            if value:
                found.check()
        elif kind == "radio":
            self.page.locator(f'[name="{box}"][value="{text}"]').check()
        elif self.page.locator(f'select[name="{box}"]').count():
            found.select_option(text)
        else:
            found.fill(text)
