"""A person with a browser of text: pages are read, forms are filled and sent, nothing is drawn.

It gives what the page gives and no more: a box that is not in the form, a choice that is not
offered, or more letters than a box takes, stop it.  Recording by phone is done in a real browser
(``test_story.py``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode, urljoin, urlsplit

from lxml import html

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .conftest import Answer, Site


class TextBrowser:
    """One window on a site."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self.url = ""
        self._page: html.HtmlElement | None = None

    def open(self, address: str) -> None:
        """Go to an address."""
        self._show(address, self._site.ask(_path(address)))

    def wrong(self) -> list[str]:
        """What the page says is wrong."""
        return [one.text_content().strip() for one in self._page.find_class("wrong")]

    @property
    def form(self) -> html.FormElement:
        """The form of a page that asks for something to be kept."""
        (found,) = (one for one in self._page.forms if "say" in one.get("class", "").split())
        return found

    def unfold(self, box: str) -> None:
        """Nothing is folded in a browser of text; the box has to be there."""
        assert box in self.form.inputs, box

    def value(self, box: str) -> str:
        """What a box holds."""
        return self.form.inputs[box].value

    def kind(self, box: str) -> str:
        """What a box is: ``select``, ``textarea``, or the type of an input."""
        found = self.form.inputs[box]
        if isinstance(found, html.RadioGroup):
            return "radio"
        if isinstance(found, html.CheckboxGroup):
            return "checkbox"
        return found.get("type", "text") if found.tag == "input" else found.tag

    def write(self, box: str, text: str) -> None:
        """Write into a box, or choose in a list; a choice that is not offered stops it."""
        found = self.form.inputs[box]
        assert found.get("disabled") is None, box
        assert len(text) <= int(found.get("maxlength", len(text))), box
        found.value = text

    choose = write

    def tick(self, box: str, value: str) -> None:
        """Tick the one of several that has a value."""
        found = self.form.inputs[box]
        if isinstance(found, html.RadioGroup):
            found.value = value
        elif isinstance(found, html.CheckboxGroup):
            found.value.add(value)
        else:
            assert found.get("value") == value, (box, value)
            found.checked = True

    def more(self, box: str) -> None:
        """Ask for one more of what stands in a box."""
        self._press(next(self._buttons("more", box)))

    def keep(self) -> None:
        """Send the form with the button that says so."""
        self._press(next(one for one in self._buttons() if one.get("class") == "action"))

    def _buttons(self, name: str = "", value: str = "") -> Iterator[html.HtmlElement]:
        for one in self.form.iter("button"):
            if not name or (one.get("name"), one.get("value")) == (name, value):
                yield one

    def _sent(self) -> Iterator[tuple[str, str]]:
        """What a browser sends of the form; lxml takes an empty choice for one without a value."""
        for one in self.form.inputs:
            if not one.get("name") or one.get("disabled") is not None or one.tag == "button":
                continue
            if one.get("type") in {"radio", "checkbox"}:
                if one.get("checked") is not None:
                    yield one.get("name"), one.get("value", "on")
            else:
                yield one.get("name"), one.value or ""

    def _press(self, button: html.HtmlElement) -> None:
        sent = [*self._sent()]
        if button.get("name"):
            sent.append((button.get("name"), button.get("value")))
        target = urljoin(self.url, button.get("formaction") or self.form.get("action") or "")
        self._show(
            target,
            self._site.ask(
                _path(target),
                "POST",
                urlencode(sent).encode(),
                Content_Type="application/x-www-form-urlencoded",
                Sec_Fetch_Site="same-origin",
            ),
        )

    def _show(self, address: str, answer: Answer) -> None:
        self.url = urljoin(self._site.root, address)
        if answer.status in {302, 303}:
            self.open(urljoin(self.url, answer.headers["Location"]))
            return
        assert answer.status < 500, (address, answer.status)
        self._page = html.document_fromstring(answer.text)


def _path(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
