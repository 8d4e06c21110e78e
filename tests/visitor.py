"""Somebody with a browser at a locked house: keeps the cookie, sends the forms of the pages."""

from __future__ import annotations

import http.client
import re
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import urlencode

from candlemark.ledger.entrance import Entrance
from candlemark.web.house import LockedHouse
from candlemark.web.server import listen_at

TOKEN = re.compile(r'name="form_token" value="([0-9a-f]+)"')
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')


@dataclass
class Seen:
    """An answer."""

    status: int
    headers: http.client.HTTPMessage
    text: str

    @property
    def location(self):
        return self.headers["Location"]

    @property
    def hidden(self):
        """Hidden fields, in order."""
        return [(unescape(name), unescape(value)) for name, value in HIDDEN.findall(self.text)]


@dataclass
class Visitor:
    """One browser."""

    port: int
    cookie: str = ""
    set_cookies: list[str] = field(default_factory=list)

    def ask(self, path, method="GET", body=None, **headers):
        status, said, content = self.fetch(path, method, body, **headers)
        return Seen(status, said, content.decode("utf-8", "replace"))

    def fetch(self, path, method="GET", body=None, **headers):
        """The same with the answer as the bytes that came."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=600)
        try:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            if self.cookie:
                named["Cookie"] = self.cookie
            connection.request(method, path, body=body, headers=named)
            response = connection.getresponse()
            for one in response.headers.get_all("Set-Cookie", []):
                self.set_cookies.append(one)
                self.cookie = one.split(";")[0] if "Max-Age=0" not in one else ""
            return response.status, response.headers, response.read()
        finally:
            connection.close()

    def send(self, path, page=None, token=None, **fields):
        """Send a form with the token of the page it stands on."""
        if token is None:
            found = TOKEN.search(self.ask(page or path).text)
            token = found[1] if found else ""
        body = urlencode({"form_token": token, **fields}).encode()
        return self.post(path, body)

    def post(self, path, body, kind="application/x-www-form-urlencoded"):
        return self.ask(path, "POST", body, Content_Type=kind, Sec_Fetch_Site="same-origin")

    def download(self, path, body, kind="application/x-www-form-urlencoded"):
        """The file that a form gives, as it came."""
        headers = {"Content_Type": kind, "Sec_Fetch_Site": "same-origin"}
        return self.fetch(path, "POST", body, **headers)[2]

    def sign_in_with(self, passphrase, **fields):
        """Sign in with what the page that asked for it holds besides."""
        return self.send("/en/sign-in/", code="", passphrase=passphrase, factor="", **fields)

    def sign_in(self, code, passphrase, factor="", tongue="en"):
        path = f"/{tongue}/sign-in/"
        return self.send(path, code=code, passphrase=passphrase, factor=factor)


@contextmanager
def standing(folder, kinds, edition, clock=None, beside=None):
    """A locked house that is served; the house, and how to visit it."""
    entrance = Entrance(folder, kinds, clock) if clock else Entrance(folder, kinds)
    house = LockedHouse(entrance, edition, beside)
    listener = listen_at(house, port=0)
    thread = threading.Thread(target=listener.run)
    thread.start()
    try:
        yield house, lambda: Visitor(int(listener.port))
    finally:
        listener.stop()
        thread.join(timeout=300)
        entrance.sessions.end_all()
