"""The token of a form: made for one session and day, and for one filling in of one form.

A template puts ``{{ form_token() }}`` into each form.  The guard has let a request in by then only
because the browser says that a page of ours sent it; the token is the second lock, for a browser
that says so wrongly.

A form that was sent twice (a second click, a page loaded again) is done once: the second answer is
the first one's.  What is remembered for that is in memory, a hash of what was sent and where the
answer led, and goes with the session.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import threading
from collections import OrderedDict
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import TYPE_CHECKING, Any, Final, cast

from jinja2 import pass_context
from markupsafe import Markup

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date

    from django.http import HttpRequest
    from jinja2.runtime import Context

FIELD: Final = "form_token"
FORMS: Final = "candlemark.forms"
"""Key of the request's environment under which the forms of its session stand."""

_NONCE: Final = 16
_TOKEN: Final = re.compile(r"[0-9a-f]{96}")
_PURPOSE: Final = b"candlemark/form/v1"
_STANDS_FOR: Final = b"candlemark/address/v1"
_STAND_IN: Final = 24
_KEPT: Final = 256
_DAYS: Final = 2
"""A form counts on the day it was made and on the next; midnight takes nobody's text."""


class Made(Enum):
    """What a token says of the form it came with."""

    OURS = "ours"
    BEFORE = "before"
    """It has the shape of a token, and is of another session or of an earlier day."""
    FORGED = "forged"


def _today() -> date:
    return datetime.now(UTC).date()


class Done:
    """Forms that were carried out, by a hash of all that was sent, with where the answer led."""

    def __init__(self) -> None:
        self._led: OrderedDict[bytes, str] = OrderedDict()
        self._under_way: dict[bytes, threading.Lock] = {}
        self._lock = threading.Lock()

    @contextmanager
    def alone(self, sent: bytes) -> Iterator[str | None]:
        """Where the answer to this led before; None the first time.  Two at once wait."""
        with self._lock:
            mine = self._under_way.setdefault(sent, threading.Lock())
        with mine:
            yield self._led.get(sent)
        with self._lock:
            self._under_way.pop(sent, None)

    def remember(self, sent: bytes, where: str) -> None:
        """Keep where the answer led."""
        with self._lock:
            self._led[sent] = where
            while len(self._led) > _KEPT:
                self._led.popitem(last=False)


@dataclass(eq=False)
class Forms:
    """The forms of one session; ``key`` is known to nobody else."""

    key: bytes = field(repr=False)
    today: Callable[[], date] = _today
    done: Done = field(default_factory=Done)

    def token(self) -> str:
        """A new token."""
        nonce = secrets.token_bytes(_NONCE)
        return nonce.hex() + self._mac(nonce, self.today()).hex()

    def made(self, token: str) -> Made:
        """What a token says."""
        if _TOKEN.fullmatch(token) is None:
            return Made.FORGED
        raw = bytes.fromhex(token)
        nonce, mac = raw[:_NONCE], raw[_NONCE:]
        ours = False
        for back in range(_DAYS):
            right = self._mac(nonce, self.today() - timedelta(days=back))
            ours |= hmac.compare_digest(mac, right)
        return Made.OURS if ours else Made.BEFORE

    def stand_in(self, text: str) -> str:
        """What stands for a text in the addresses of this session; it says nothing in another."""
        said = _STANDS_FOR + text.encode()
        return hmac.new(self.key, said, hashlib.sha256).hexdigest()[:_STAND_IN]

    def _mac(self, nonce: bytes, day: date) -> bytes:
        said = _PURPOSE + nonce + day.isoformat().encode()
        return hmac.new(self.key, said, hashlib.sha256).digest()


def forms_of(request: HttpRequest) -> Forms:
    """The forms of the session of this request."""
    environment: dict[str, Any] = request.META
    return cast("Forms", environment[FORMS])


@pass_context
def form_token(context: Context) -> Markup:
    """The hidden field every form of ours carries; for templates (imported ``with context``)."""
    token = forms_of(context["request"]).token()
    return Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, token)


def fingerprint(request: HttpRequest) -> bytes:
    """A hash of everything a form sent, its token and files included."""
    digest = hashlib.sha256(request.path.encode())
    for name, values in sorted(request.POST.lists()):
        for value in (name, *values):
            digest.update(b"%d:" % len(value.encode("utf-8", "surrogatepass")))
            digest.update(value.encode("utf-8", "surrogatepass"))
    for name, files in sorted(request.FILES.lists()):
        for file in files:
            digest.update(f"{name}:{file.size}:".encode())
            for chunk in file.chunks():
                digest.update(chunk)
            file.seek(0)
    return digest.digest()
