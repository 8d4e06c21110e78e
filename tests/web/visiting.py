"""One window of a real browser, measured through the debugging protocol.

``page.evaluate`` would be stopped by the policy of the pages, as it should be; measuring goes in
through the protocol instead.
"""

from __future__ import annotations

import json
import os

NARROW, WIDE = 360, 1200
EVERY_RULE = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OF_COLOUR = ["color-contrast", "link-in-text-block"]
OF_SPACE = ["target-size", "scrollable-region-focusable", "color-contrast"]
LOOKS = ((WIDE, False, EVERY_RULE), (NARROW, True, EVERY_RULE))
"""Window, dark or light, and the rules: each window and each of the two colours is seen once."""
FULL = os.environ.get("ORDEAL") == "full"
if FULL:
    LOOKS += ((WIDE, True, OF_COLOUR), (NARROW, False, OF_SPACE))


def press(what, key=None):
    """Click something, or press a key on it, and wait for the page that it leads to.

    A click alone comes back before that page is there; whoever reads then reads the page before it
    or half a page.
    """
    with what.page.expect_navigation():
        if key is None:
            what.click()
        else:
            what.press(key)


class Visit:
    """One window, measured through the debugging protocol."""

    def __init__(self, browser, *, script):
        self.context = browser.new_context(
            viewport={"width": WIDE, "height": 900}, java_script_enabled=script
        )
        self.page = self.context.new_page()
        self.said = []
        self.asked = []
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.protocol = self.context.new_cdp_session(self.page)
        self._looked = 0

    def see(self, *, width=None, dark=None):
        if width is not None:
            self.page.set_viewport_size({"width": width, "height": 900})
        if dark is not None:
            self.page.emulate_media(color_scheme="dark" if dark else "light")

    def measure(self, expression):
        result = self.protocol.send(
            "Runtime.evaluate",
            {"expression": expression, "awaitPromise": True, "returnByValue": True},
        )
        assert "exceptionDetails" not in result, result
        return result["result"].get("value")

    def findings(self, rules=EVERY_RULE):
        """What axe finds, with the place of each."""
        options = json.dumps({"runOnly": rules, "resultTypes": ["violations"]})
        found = self.measure(
            f"axe.run(document, {options}).then(r => JSON.stringify(r.violations.map("
            "v => [v.id, v.nodes.slice(0, 3).map(n => n.target.join(' '))])))"
        )
        return json.loads(found)

    def look(self, axe, where):
        """Nothing for axe to find, and no wider than any window.

        Every page is looked at from the left and from the right (two tests, one order of pages),
        and axe takes most of their time: in one of the two it sees the page in the first look, in
        the other in the second, turn about, so that each look and each direction meet on every
        other page.  In the ordeal it sees everything in every look.
        """
        self.measure(axe)
        turn = self._looked + self.measure("document.documentElement.dir === 'rtl' ? 1 : 0")
        self._looked += 1
        for n, (width, dark, rules) in enumerate(LOOKS):
            self.see(width=width, dark=dark)
            seen = (where, width, "dark" if dark else "light")
            assert self.overflow() <= 0, seen
            if FULL or n == turn % 2:
                assert self.findings(rules) == [], seen

    def overflow(self):
        """How many pixels the page is wider than the window."""
        return self.measure("document.documentElement.scrollWidth - window.innerWidth")
