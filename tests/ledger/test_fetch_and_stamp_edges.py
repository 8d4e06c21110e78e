"""What a server may give, byte for byte at each limit, and what is told of servers and services."""

from __future__ import annotations

import hashlib
import shutil
import stat
import threading
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace

import pytest

from candlemark.errors import (
    CandlemarkError,
    FetchRefused,
    LogForked,
    PublishedBroken,
    SettingRefused,
    StampRefused,
)
from candlemark.ledger import fetching
from candlemark.ledger.fetching import (
    TOTAL_LIMIT,
    Source,
    fetch,
    forget,
    is_address,
    reader,
    resting_place,
)
from candlemark.ledger.genesis import GENESIS_LIMIT
from candlemark.ledger.publishing import publish
from candlemark.ledger.sharing import WRAPS_LIMIT
from candlemark.ledger.stamps import Stamp, stamp, stamps_in
from candlemark.seal.notes import NOTE_LIMIT
from candlemark.seal.timestamp import Question, check_answer, read_roots
from logs import copy_of, files, grow, new_vault
from stamping import Service

THROWN = "what was fetched is thrown away; tell whoever runs that server"
KEPT = "what came is kept; run it again and it goes on from there"
ADDRESS = "https://…, or http:// on this machine or to an onion service behind a proxy"


def refused(action):
    """What is told: the class, the message, the hint."""
    with pytest.raises(CandlemarkError) as caught:
        action()
    return type(caught.value), caught.value.message, caught.value.hint


class Server:
    """Files behind an address of this machine, and what it was asked for them."""

    def __init__(self, content):
        self.content, self.answers, self.asked = content, {}, []
        self.url = ""

    @contextmanager
    def serving(self):
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                name = self.path.removeprefix("/shared/")
                server.asked.append((name, dict(self.headers)))
                whole = server.content.get(name)
                status, content, promised = server.answers.get(
                    name, (200 if whole is not None else 404, whole or b"", None)
                )
                self.send_response(status)
                self.send_header("Content-Length", str(promised or len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *words):
                pass

        listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        listening.daemon_threads = True
        thread = threading.Thread(target=listening.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        self.url = f"http://127.0.0.1:{listening.server_port}/shared"
        try:
            yield self
        finally:
            listening.shutdown()
            listening.server_close()
            thread.join()

    def names(self):
        """What was asked for, in order."""
        return [name for name, _ in self.asked]


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """The files of a shared vault with five entries; nothing in it is secret but by name."""
    folder = tmp_path_factory.mktemp("shared")
    with new_vault(5) as vault:
        publish(vault.ledger.log, folder, parts=True)
        (folder / "log").write_bytes(f"{vault.ledger.log.key}\n".encode())
        (folder / "wraps").write_bytes(b"\x90")
        (folder / "label").write_bytes(b"sealed")
        actions = [row.action for row in vault._store.leaves]
        return files(folder), actions


@pytest.fixture
def server(shared):
    with Server(dict(shared[0])).serving() as made:
        yield made


@pytest.fixture
def place(tmp_path):
    return tmp_path / "vault" / "fetched" / "here"


def nothing(_):
    return False


def test_the_whole_tree_comes_in_the_order_of_distrust(server, place, shared):
    told = []
    fetch(Source(server.url), place, nothing, lambda *done: told.append(done))

    assert files(place) == shared[0]
    assert told == [(5, 5)]
    names = server.names()
    assert names[:5] == ["genesis", "log", "checkpoint", "label", "wraps"]
    assert names[5] == "tile/entries/000.p/5"
    assert names[-1] == "tile/0/000.p/5"
    assert all(name.startswith("part/") for name in names[6:-1])
    assert len(names) == len(set(names)) == len(shared[0])
    assert stat.S_IMODE(place.stat().st_mode) == 0o700
    assert {stat.S_IMODE((place / name).stat().st_mode) for name in files(place)} == {0o600}
    for _, headers in server.asked:
        assert headers["User-Agent"] == "-"
        assert headers["Accept-Encoding"] == "identity"
        assert "Authorization" not in headers


def test_a_second_time_only_what_may_have_changed_comes(server, place):
    fetch(Source(server.url), place, nothing)
    server.asked.clear()
    fetch(Source(server.url + "///", "word"), place, nothing)

    assert server.names() == ["genesis", "log", "checkpoint", "label", "wraps"]
    assert {headers["Authorization"] for _, headers in server.asked} == {"Bearer word"}


def test_the_parts_of_entries_that_are_here_are_not_asked_for(server, place, shared):
    known = set(shared[1][:3])
    fetch(Source(server.url), place, known.__contains__)

    parts = {name for name in server.names() if name.startswith("part/")}
    assert 0 < len(parts) < len([name for name in shared[0] if name.startswith("part/")])
    assert set(files(place)) == set(shared[0]) - {
        name for name in shared[0] if name.startswith("part/") and name not in parts
    }


def test_a_part_that_is_erased_there_is_left_out(server, place, shared):
    gone = max(name for name in shared[0] if name.startswith("part/"))
    for status in (404, 410):
        server.answers[gone] = (status, b"", None)
        fetch(Source(server.url), place, nothing)
        assert set(files(place)) == set(shared[0]) - {gone}
        forget(place)
    assert not place.exists()
    forget(place)


STATUSES = {
    401: ("the server asks for a token, or for another one", "name the file that holds it: --token-file FILE"),
    403: ("the server asks for a token, or for another one", "name the file that holds it: --token-file FILE"),
    300: ("the server sends this machine elsewhere, and nobody follows", "ask whoever runs it for the address itself"),
    399: ("the server sends this machine elsewhere, and nobody follows", "ask whoever runs it for the address itself"),
    400: ("the server refuses (400)", THROWN),
    402: ("the server refuses (402)", THROWN),
    418: ("the server refuses (418)", THROWN),
    501: ("the server refuses (501)", THROWN),
    404: ("the server has no file label", "see whether the address is that of a folder `candlemark share` wrote"),
    410: ("the server has no file label", "see whether the address is that of a folder `candlemark share` wrote"),
}  # fmt: skip


@pytest.mark.parametrize("status", STATUSES)
def test_a_refusal_of_a_server_is_told_by_its_kind_and_leaves_nothing(server, place, status):
    server.answers["label"] = (status, b"", None)

    assert refused(lambda: fetch(Source(server.url), place, nothing)) == (
        FetchRefused, *STATUSES[status],
    )  # fmt: skip
    assert not place.exists()


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_server_that_cannot_now_is_asked_again_later(server, place, status):
    server.answers["label"] = (status, b"", None)

    assert refused(lambda: fetch(Source(server.url), place, nothing)) == (
        FetchRefused, f"the server cannot answer now ({status})", KEPT,
    )  # fmt: skip
    assert set(files(place)) == {"genesis", "log", "checkpoint"}


def test_a_connection_that_ends_early_keeps_what_came(server, place):
    server.answers["wraps"] = (200, b"x", 2)

    kind, message, hint = refused(lambda: fetch(Source(server.url), place, nothing))
    assert (kind, hint) == (FetchRefused, KEPT)
    assert message in {
        "the connection ended in the middle of wraps",
        "the server was not reached, or stopped while it gave wraps",
    }
    assert set(files(place)) == {"genesis", "log", "checkpoint", "label"}


def test_nobody_there_is_told_and_may_be_tried_again(place):
    assert refused(lambda: fetch(Source("http://127.0.0.1:1"), place, nothing)) == (
        FetchRefused, "the server was not reached, or stopped while it gave genesis", KEPT,
    )  # fmt: skip


@pytest.mark.parametrize(("most", "told"), [(5, None), (4, "more entries than are taken")])
def test_a_server_speaks_of_no_more_entries_than_are_taken(server, place, monkeypatch, most, told):
    monkeypatch.setattr(fetching, "_LEAVES_LIMIT", most)

    if told is None:
        fetch(Source(server.url), place, nothing)
        return
    assert refused(lambda: fetch(Source(server.url), place, nothing)) == (
        FetchRefused, f"the server speaks of {told}", THROWN,
    )  # fmt: skip
    assert server.names() == ["genesis", "log", "checkpoint"]
    assert not place.exists()


@pytest.mark.parametrize("short", [0, 1])
def test_what_comes_leaves_room_on_the_disk(server, place, shared, monkeypatch, short):
    """Some room is left beside the largest file, and not a byte less."""
    largest = max(map(len, shared[0].values()))
    free = SimpleNamespace(free=(64 << 20) + largest - short)
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: free)

    if not short:
        fetch(Source(server.url), place, nothing)
        return
    assert refused(lambda: fetch(Source(server.url), place, nothing)) == (
        FetchRefused, "the disk has no room for what the server gives", "make room",
    )  # fmt: skip


def test_single_files_are_read_one_by_one(server, shared):
    read = reader(Source(server.url + "//"))

    assert read("genesis", GENESIS_LIMIT) == shared[0]["genesis"]
    assert read("checkpoint", len(shared[0]["checkpoint"])) == shared[0]["checkpoint"]
    assert read("nothing", 10) is None
    assert server.names() == ["genesis", "checkpoint", "nothing"]
    assert refused(lambda: read("checkpoint", 3)) == (
        FetchRefused, "the server gave more than checkpoint can hold", THROWN,
    )  # fmt: skip
    server.answers["log"] = (503, b"", None)
    assert refused(lambda: read("log", 10)) == (
        FetchRefused, "the server cannot answer now (503)", "try again later",
    )  # fmt: skip
    assert refused(lambda: reader(Source("ftp://x")))[0] is SettingRefused


LIMITS = {"genesis": GENESIS_LIMIT, "log": 4096, "checkpoint": NOTE_LIMIT, "label": 4096}


@pytest.mark.parametrize("name", LIMITS)
def test_a_file_may_be_as_long_as_it_can_be_and_no_longer(server, place, name):
    longest = b"x" * LIMITS[name]
    server.answers[name] = (200, longest + b"x", None)
    assert refused(lambda: fetch(Source(server.url), place, nothing)) == (
        FetchRefused, f"the server gave more than {name} can hold", THROWN,
    )  # fmt: skip
    assert not place.exists()

    server.answers[name] = (200, longest, None)
    if name in {"genesis", "label"}:  # sealed, or looked at when it is pulled
        fetch(Source(server.url), place, nothing)
        assert (place / name).read_bytes() == longest
    else:
        kind, message, _ = refused(lambda: fetch(Source(server.url), place, nothing))
        assert kind is PublishedBroken
        assert "more than" not in message


@pytest.mark.parametrize("change", [-1, 1, 32])
def test_tiles_and_parts_come_in_their_exact_length(server, place, shared, change):
    for name in ("tile/0/000.p/5", min(name for name in shared[0] if name.startswith("part/"))):
        whole = shared[0][name]
        server.answers[name] = (200, whole[:change] if change < 0 else whole + bytes(change), None)
        message = (
            f"the server gave {name} in another length"
            if change < 0
            else f"the server gave more than {name} can hold"
        )
        assert refused(lambda: fetch(Source(server.url), place, nothing)) == (
            FetchRefused, message, THROWN,
        )  # fmt: skip
        assert not place.exists()
        del server.answers[name]


def test_another_part_of_the_same_length_is_refused(server, place, shared):
    name = min(name for name in shared[0] if name.startswith("part/"))
    server.answers[name] = (200, bytes(len(shared[0][name])), None)

    assert refused(lambda: fetch(Source(server.url), place, nothing)) == (
        FetchRefused, "the server gave another part", THROWN,
    )  # fmt: skip


def test_a_bundle_of_another_number_of_leaves_is_not_of_a_vault(server, place, shared):
    name = "tile/entries/000.p/5"
    server.answers[name] = (200, shared[0][name] + b"\0\0", None)

    assert refused(lambda: fetch(Source(server.url), place, nothing)) == (
        FetchRefused,
        "what the server gave is not of a vault: it does not hold 5 entries",
        THROWN,
    )


def test_a_leaf_that_is_none_names_no_part_and_stops_nothing(server, place):
    name = "tile/entries/000.p/5"
    server.answers[name] = (200, b"\0\1x" * 5, None)
    fetch(Source(server.url), place, nothing)

    assert not [each for each in server.names() if each.startswith("part/")]


@pytest.mark.parametrize(
    "url",
    [
        "", "folder", "/folder", "https://", "https:///x", "https://a b/", "https://a/?q=1",
        "https://a/#here", "https://me@a/", "https://me:word@a/", "https://:word@a/",
        "https://a:port/", "https://a:99999/", "http://[::1", "https://ä.example/",
        f"https://{'a' * 254}/",
    ],
)  # fmt: skip
def test_what_is_no_address_is_told_as_that(url, place):
    assert refused(lambda: fetch(Source(url), place, nothing)) == (
        SettingRefused, "this is not an address to fetch from", ADDRESS,
    )  # fmt: skip
    assert not place.exists()


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/", "ftp://example.org/", "ftp://127.0.0.1/", "file://localhost/x",
        "http://128.0.0.1/", "http://126.255.255.255/", "http://[::2]/", "http://localhost.example/",
        "http://onion.example/", "http://onion/",
    ],
)  # fmt: skip
def test_what_is_no_private_way_is_told_as_that(url, place):
    assert refused(lambda: fetch(Source(url), place, nothing)) == (
        SettingRefused, "this address is not a private way", ADDRESS,
    )  # fmt: skip
    assert not place.exists()


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_an_onion_service_without_a_proxy_is_told_which_to_set(monkeypatch, place, scheme):
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)

    assert refused(lambda: fetch(Source(f"{scheme}://abc.onion/"), place, nothing)) == (
        SettingRefused,
        "an onion service is asked through a proxy only, and none is set for it",
        f"set {scheme}_proxy in the environment to the address of Tor's HTTP proxy",
    )


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.255.255.255", "[::1]"])
def test_this_machine_is_asked_without_any_certificate(place, host):
    assert refused(lambda: fetch(Source(f"http://{host}:1/"), place, nothing))[2] == KEPT


@pytest.mark.parametrize("token", [" ", "a b", "a\nb", "a\r", "\x00", "ä", "\x7f"])
def test_a_token_that_cannot_be_sent_is_told_as_that(token, place):
    assert refused(lambda: fetch(Source("https://a.example", token), place, nothing)) == (
        SettingRefused,
        "the token cannot be sent",
        "its file holds one word of plain letters and digits",
    )


@pytest.mark.parametrize("roots", [b"", b"x", b"\xff"])
def test_a_certificate_that_cannot_be_read_is_told_as_that(roots, place):
    assert refused(lambda: fetch(Source("https://a.example", roots=roots), place, nothing)) == (
        SettingRefused,
        "the certificate cannot be read",
        "name a file with certificates in PEM",
    )


def test_a_source_waits_a_minute_without_a_token_unless_it_is_told_otherwise():
    source = Source("https://a.example")

    assert (source.token, source.roots, source.seconds) == ("", None, 60.0)
    assert repr(Source("https://a.example", "word")) == "<Source https://a.example>"
    assert TOTAL_LIMIT == 64 * 2**30
    assert WRAPS_LIMIT == 256 * 2**20


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("https://a", True),
        ("x://", True),
        ("a:/b", False),
        ("//a", False),
        ("", False),
        (":", False),
    ],
)
def test_an_address_is_told_from_a_folder(text, address):
    assert is_address(text) is address


def test_what_is_fetched_rests_in_one_place_for_each_address():
    place = resting_place(Path("/vault"), "https://a.example/x")
    name = hashlib.sha256(b"https://a.example/x").hexdigest()[:16]

    assert place == Path("/vault/fetched") / name
    assert resting_place(Path("/vault"), "https://a.example/x//") == place
    assert resting_place(Path("/vault"), "https://a.example/y") != place


# Timestamps


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    return Service(tmp_path_factory.mktemp("service"))


@pytest.fixture(scope="module")
def stamped(service, tmp_path_factory):
    """A vault of three entries, its folder of timestamps, and what was told of it."""
    folder = tmp_path_factory.mktemp("stamps") / "stamps"
    with new_vault(3) as vault:
        asked = []

        def ask(url, question):
            asked.append((url, question))
            return service.answer(question)

        made = stamp(vault.ledger.log, folder, "the service", service.roots, ask)
        yield vault, folder, made, asked


def test_a_timestamp_is_told_and_kept_as_it_is(stamped, service):
    vault, folder, made, asked = stamped
    note = vault._store.head().note
    (answer,) = folder.glob("*.tsr")
    name = f"3.{hashlib.sha256(answer.read_bytes()).hexdigest()[:16]}.tsr"

    assert made == Stamp(3, vault.ledger.log.shown().checkpoint.root.hex(), made.at, name)
    assert abs(datetime.now(UTC) - made.at) < timedelta(minutes=30)
    assert answer.name == name
    assert set(files(folder)) == {"3.note", name}
    assert (folder / "3.note").read_bytes() == note
    assert [url for url, _ in asked] == ["the service"]
    assert hashlib.sha256(note).digest() in asked[0][1]
    assert stamps_in(folder, vault.ledger.log.key, service.roots) == ((made,), ())
    known = read_roots(service.roots)
    assert check_answer(answer.read_bytes(), note, known) == made.at


def test_the_same_state_is_not_asked_about_again_and_a_smaller_one_is_an_alarm(stamped, service):
    vault, folder, made, _ = stamped
    never = lambda *_: pytest.fail("asked")  # noqa: E731

    assert stamp(vault.ledger.log, folder, "x", service.roots, never) == made
    with new_vault() as other:
        assert stamps_in(folder, other.ledger.log.key, service.roots)[0] == ()


def test_a_ledger_behind_its_timestamp_is_an_alarm(service, tmp_path):
    with new_vault(2) as vault:
        older = copy_of(vault)
        grow(vault.ledger, 1)
        answer = lambda _, question: service.answer(question)  # noqa: E731
        stamp(vault.ledger.log, tmp_path, "x", service.roots, answer)
        with pytest.raises(LogForked) as caught:
            stamp(older.log, tmp_path, "x", service.roots, answer)
        grow(older, 1, b"else")
        with pytest.raises(LogForked) as forked:
            stamp(older.log, tmp_path, "x", service.roots, answer)

    assert caught.value.message == "the log was rolled back: it had 3 entries, and shows 2"
    assert forked.value.message.startswith("the log was rewritten: it signed two histories, of 3 ")


def test_each_kept_file_that_is_bent_is_told_by_what_is_wrong_with_it(stamped, service, tmp_path):
    vault, kept, made, _ = stamped
    folder, key = tmp_path / "stamps", vault.ledger.log.key
    shutil.copytree(kept, folder)
    whole = (folder / made.file).read_bytes()
    note = (folder / "3.note").read_bytes()

    def told():
        stamps, faults = stamps_in(folder, key, service.roots)
        return len(stamps), [str(fault) for fault in faults]

    for name, content, expected in (
        (made.file, whole[:-1], f"{made.file}: it was changed or cut short"),
        (made.file, b"", f"{made.file}: it was changed or cut short"),
        ("3.note", b"", f"{made.file}: the checkpoint is not a signed note"),
        ("3.note", note[:-1], f"{made.file}: the checkpoint is not a signed note"),
    ):
        before = (folder / name).read_bytes()
        (folder / name).write_bytes(content)
        assert told() == (0, [expected])
        (folder / name).write_bytes(before)
    assert told() == (1, [])
    moved = made.file.replace("3.", "4.", 1)
    (folder / moved).write_bytes(whole)
    (folder / "4.note").write_bytes(note)
    (folder / "03.0123456789abcdef.tsr").write_bytes(whole)
    (folder / "words.txt").write_bytes(b"mine")
    assert told() == (
        1,
        [
            "03.0123456789abcdef.tsr: its name is not that of a timestamp",
            f"{moved}: its note is of another size",
        ],
    )
    assert stamps_in(tmp_path / "none", key, service.roots) == ((), ())


def test_an_answer_is_refused_by_what_is_wrong_with_it(service, tmp_path):
    again = "ask again, or ask another service; nothing was kept"
    known, question = read_roots(service.roots), Question.about(b"one")
    answer = service.answer(question.encoded)
    stranger = read_roots(Service(tmp_path).roots)

    assert question.check(answer, known) == check_answer(answer, b"one", known)
    assert question.check(answer, (*stranger, *known)) == check_answer(answer, b"one", known)
    assert refused(lambda: check_answer(answer, b"two", known)) == (
        StampRefused, "the timestamp is of something else", again,
    )  # fmt: skip
    for action in (
        lambda: check_answer(answer, b"one", stranger),
        lambda: Question.about(b"one").check(answer, known),
    ):
        kind, message, hint = refused(action)
        assert (kind, hint) == (StampRefused, again)
        assert message.startswith("the timestamp does not hold: ")
    assert refused(lambda: check_answer(answer, b"one", ()))[1] == "the answer cannot be checked"
