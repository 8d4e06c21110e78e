"""A timestamp for a checkpoint, once a day: that this state of the log existed before a moment.

A folder keeps, for each state that was stamped, the note as the log signed it and the answer of the
service.  An answer's name ends with its own hash, so that a damaged one is known by itself.

What leaves the machine is one hash, in one request.  Who asks, and when, the service sees; an
organisation that must not be seen asks through Tor.
"""

from __future__ import annotations

import hashlib
import re
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from candlemark.errors import CandlemarkError, Fault, SettingRefused, StampRefused
from candlemark.ledger.checkpoint import read_signed
from candlemark.ledger.files import alone_in, read_whole, write_whole
from candlemark.seal import Note
from candlemark.seal.notes import NOTE_LIMIT
from candlemark.seal.timestamp import ANSWER_LIMIT, Question, check_answer, read_roots

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from candlemark.ledger.public import PublicLog
    from candlemark.seal import NoteKey

_ANSWER: Final = re.compile(r"(0|[1-9][0-9]{0,17})\.([0-9a-f]{16})\.tsr")
_SECONDS: Final = 30.0


@dataclass(frozen=True, slots=True)
class Stamp:
    """That a state of ``size`` entries existed before ``at``, by the clock of the service."""

    size: int
    root: str
    at: datetime
    file: str


def stamp(
    log: PublicLog,
    folder: Path,
    url: str,
    roots: bytes,
    ask: Callable[[str, bytes], bytes] | None = None,
) -> Stamp:
    """A timestamp for the present checkpoint; asks for none where one is kept already.

    Args:
        log: of the ledger.
        folder: where timestamps are kept.
        url: of the service.
        roots: PEM with the root certificate it is known by.
        ask: sends a question to a URL and gives the answer back.

    Raises:
        LogForked: a later state was stamped before, or another of this size.
        StampRefused: the service cannot be reached, refused, or its answer does not hold.
        SettingRefused: the URL or the certificate cannot be used.
    """
    known = read_roots(roots)
    shown = log.shown()
    note, size = shown.note.only(log.key).encode(), shown.checkpoint.size
    with alone_in(folder):
        there, _ = stamps_in(folder, log.key, roots)
        if there and there[-1].size >= size:
            before = Note.parse(read_whole(folder / f"{there[-1].size}.note", NOTE_LIMIT) or b"")
            evidence = shown.against(before)
            if evidence is not None:
                raise evidence.alarm(log.key)
            return there[-1]
        question = Question.about(note)
        answer = (ask or post)(url, question.encoded)
        at = question.check(answer, known)
        name = f"{size}.{_named(answer)}.tsr"
        write_whole(folder, f"{size}.note", note)
        write_whole(folder, name, answer)
    return Stamp(size, shown.checkpoint.root.hex(), at, name)


def stamps_in(
    folder: Path, key: NoteKey, roots: bytes
) -> tuple[tuple[Stamp, ...], tuple[Fault, ...]]:
    """Every timestamp kept in a folder that holds, by size, and what is wrong with the others.

    Args:
        folder: where they are kept.
        key: of the log.
        roots: PEM with the root certificates of the services that were asked.

    Raises:
        SettingRefused: there is no certificate.
    """
    known = read_roots(roots)
    names = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
    stamps, faults = [], []
    for name in names:
        found = _ANSWER.fullmatch(name)
        if found is None:
            if name.endswith(".tsr"):
                faults.append(Fault(name, "its name is not that of a timestamp"))
            continue
        try:
            answer = read_whole(folder / name, ANSWER_LIMIT) or b""
            if _named(answer) != found[2]:
                raise StampRefused("it was changed or cut short")
            stored = read_whole(folder / f"{found[1]}.note", NOTE_LIMIT) or b""
            checkpoint = read_signed(Note.parse(stored), key)
            if str(checkpoint.size) != found[1]:
                raise StampRefused("its note is of another size")
            at = check_answer(answer, stored, known)
            stamps.append(Stamp(checkpoint.size, checkpoint.root.hex(), at, name))
        except CandlemarkError as error:
            faults.append(Fault(name, error.message))
    return tuple(sorted(stamps, key=lambda one: (one.size, one.at))), tuple(faults)


def _named(answer: bytes) -> str:
    return hashlib.sha256(answer).hexdigest()[:16]


class _NoDetours(urllib.request.HTTPRedirectHandler):
    """A redirection would show the question to somebody else."""

    def redirect_request(self, *_: object) -> None:
        """Follow none."""


def post(url: str, question: bytes) -> bytes:
    """The answer of the timestamp service at ``url``; proxies are those of the environment.

    Raises:
        SettingRefused: the URL is none of http or https.
        StampRefused: nobody answers, or not with a timestamp.
    """
    if not re.fullmatch(r"https?://[^\s/]+(/\S*)?", url):
        raise SettingRefused(
            "this is not the address of a timestamp service", hint="it begins with https://"
        )
    request = urllib.request.Request(  # noqa: S310 - the scheme was just checked
        url,
        data=question,
        headers={"Content-Type": "application/timestamp-query", "User-Agent": "-"},
    )
    opener = urllib.request.build_opener(_NoDetours)
    try:
        with opener.open(request, timeout=_SECONDS) as answer:
            content: bytes = answer.read(ANSWER_LIMIT + 1)
    except (OSError, ValueError, urllib.error.URLError) as error:
        raise StampRefused(
            "the timestamp service does not answer",
            hint="see whether its address is right and this machine has a connection",
        ) from error
    return content
