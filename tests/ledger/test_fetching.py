"""Fetching a shared vault from a server that is honest, broken, slow or hostile."""

from __future__ import annotations

import shutil
import ssl
import threading
import time
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest

from candlemark.errors import CandlemarkError, FetchRefused, PublishedBroken, SettingRefused
from candlemark.ledger import Vault, fetching
from candlemark.ledger.fetching import Source, fetch, resting_place
from candlemark.ledger.joining import join
from candlemark.ledger.membership import added
from candlemark.ledger.roster_facts import LogAdded
from candlemark.ledger.taking import quarantined, take_from
from candlemark.seal import Cost, new_passphrase
from stamping import Service


class Behaviour:
    """How a server behaves: what it does before it gives a file, and what it was asked."""

    def __init__(self):
        self.asked, self.tokens, self.spoil = [], [], None


@contextmanager
def serving(folder, behaviour, tls=None):
    """A folder behind an address of this machine."""

    class Handler(SimpleHTTPRequestHandler):
        def __init__(self, *words, **more):
            super().__init__(*words, directory=str(folder), **more)

        def do_GET(self):
            behaviour.asked.append(self.path)
            behaviour.tokens.append(self.headers.get("Authorization"))
            if behaviour.spoil is None or not behaviour.spoil(self):
                super().do_GET()

        def log_message(self, *words):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.handle_error = lambda *_: None
    if tls is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(tls / "web.pem", tls / "web.key")
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        scheme = "http" if tls is None else "https"
        yield f"{scheme}://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def behaviour():
    return Behaviour()


@pytest.fixture
def office(tmp_path, world):
    """An office that shares, and a laptop that was taken in."""

    class Office:
        home, laptop, stick = tmp_path / "home", tmp_path / "laptop", tmp_path / "stick"
        words = new_passphrase()

        def share(self, *texts):
            with world.open(self.home) as vault:
                for text in texts:
                    world.say(vault.ledger, text)
                return vault.share(self.stick)

        def take(self, url, **more):
            return take_from(self.laptop, self.words, Source(url, **more), world.kinds)

        def texts(self):
            with Vault.open(self.laptop, self.words, world.kinds) as vault:
                return world.texts(vault.ledger)

    made = Office()
    with world.create(made.home) as vault:
        world.say(vault.ledger, "first")
        vault.members.begin()
    made.share()
    joined = join(made.stick, made.laptop, made.words, name="Aysel", cost=Cost.QUICK)
    with world.open(made.home) as vault:
        vault.members.propose([added(joined.card), LogAdded(joined.log, "laptop")])
    made.share()
    return made


def left(office):
    """What fetching left in the folder of the laptop."""
    return sorted(path.name for path in (office.laptop / "fetched").rglob("*") if path.is_file())


def test_what_is_shared_behind_an_address_is_pulled(office, behaviour):
    with serving(office.stick, behaviour) as url:
        first = office.take(url)
        office.share("second")
        behaviour.asked.clear()
        second = office.take(url + "/")

    assert first.taken > 1
    assert second.taken == 1
    assert office.texts() == ["first", "second"]
    assert not (office.laptop / "fetched").exists()
    assert len([path for path in behaviour.asked if "/part/" in path]) == 2  # of the new entry


def test_a_token_is_sent_with_every_request_and_stands_in_no_repr(office, behaviour):
    with serving(office.stick, behaviour) as url:
        office.take(url, token="secret-word")  # noqa: S106

    assert set(behaviour.tokens) == {"Bearer secret-word"}
    assert "secret" not in repr(Source(url, "secret-word"))


def test_a_certificate_of_ones_own_is_named_and_any_other_is_refused(office, behaviour, tmp_path):
    service, stranger = Service(tmp_path / "service"), Service(tmp_path / "stranger")
    config = (tmp_path / "service" / "ts.cnf").read_text()
    config = config.replace("[web]", "[web]\nsubjectAltName = IP:127.0.0.1")
    (tmp_path / "service" / "ts.cnf").write_text(config)
    service._run(
        "x509", "-req", "-in", "web.csr", "-CA", "root.pem", "-CAkey", "root.key", "-set_serial",
        "8", "-days", "30", "-extfile", "ts.cnf", "-extensions", "web", "-out", "web.pem",
    )  # fmt: skip
    with serving(office.stick, behaviour, tmp_path / "service") as url:
        for roots in (None, stranger.roots):
            with pytest.raises(FetchRefused) as refused:
                office.take(url, roots=roots)
            assert (refused.value.message, refused.value.hint) == (
                "the certificate of the server does not hold",
                "somebody may stand between; a certificate of your own is named with --root FILE",
            )
        with pytest.raises(FetchRefused, match="certificate"):
            office.take(url.replace("127.0.0.1", "localhost"), roots=service.roots)
        assert behaviour.asked == []
        assert office.take(url, roots=service.roots).taken > 1


def endless(handler):
    """A body without an end."""
    handler.send_response(200)
    handler.end_headers()
    try:
        while True:
            handler.wfile.write(bytes(1 << 16))
    except OSError:
        return True


def promises_more(handler):
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b"x")
    return True


def empty(handler):
    handler.send_response(200)
    handler.send_header("Content-Length", "0")
    handler.end_headers()
    return True


def elsewhere(handler):
    handler.send_response(302)
    handler.send_header("Location", "http://192.0.2.1/checkpoint")
    handler.end_headers()
    return True


def to_a_file(handler):
    handler.send_response(301)
    handler.send_header("Location", "file:///etc/passwd")
    handler.end_headers()
    return True


def forbidden(handler):
    handler.send_error(401)
    return True


def teapot(handler):
    handler.send_error(418)
    return True


def absent(handler):
    handler.send_error(404)
    return True


def noise(handler):
    handler.send_response(200)
    handler.send_header("Content-Length", "33")
    handler.end_headers()
    handler.wfile.write(b"\xff" * 33)
    return True


def at(place, what):
    """Behave so where a path holds this text, and well before."""
    return lambda handler: what(handler) if place in handler.path else False


WHAT = [endless, empty, elsewhere, to_a_file, forbidden, teapot, absent, noise]
PLACES = ["genesis", "/log", "checkpoint", "wraps", "label", "tile/0", "tile/entries", "part/"]


@pytest.mark.parametrize("place", PLACES)
def test_a_server_that_misbehaves_gives_nothing_and_leaves_nothing(office, behaviour, place):
    before = {path.name: path.read_bytes() for path in office.laptop.glob("*.db")}
    # A label is sealed, and read by nobody who is in the vault already.
    for what in WHAT if place != "label" else [endless, elsewhere, absent]:
        behaviour.spoil = at(place, what)
        with serving(office.stick, behaviour) as url, pytest.raises(CandlemarkError) as refused:
            office.take(url)

        assert isinstance(refused.value, FetchRefused | PublishedBroken), what
        assert refused.value.hint
        assert left(office) == []
        assert before == {path.name: path.read_bytes() for path in office.laptop.glob("*.db")}
    behaviour.spoil = None
    with serving(office.stick, behaviour) as url:
        assert office.take(url).taken > 1


@pytest.mark.parametrize("place", ["checkpoint", "part/"])
def test_a_connection_that_broke_goes_on_where_it_stopped(office, behaviour, place):
    office.share(*"abc")
    behaviour.spoil = at(place, promises_more)
    given = []
    if place == "part/":
        # Two parts come, and then the connection breaks.
        def third(handler):
            if "part/" not in handler.path:
                return False
            given.append(handler.path)
            return promises_more(handler) if len(given) > 2 else False

        behaviour.spoil = third
    with serving(office.stick, behaviour) as url:
        with pytest.raises(FetchRefused, match="in the middle") as refused:
            office.take(url)
        kept = left(office)
        behaviour.spoil = None
        behaviour.asked.clear()
        assert office.take(url).taken > 1

    assert "goes on from there" in refused.value.hint
    assert kept
    asked = [path.rpartition("/")[2] for path in behaviour.asked if "/part/" in path]
    assert not set(asked) & {name for name in kept if len(name) == 64}
    assert not (office.laptop / "fetched").exists()


def test_a_part_that_was_half_written_before_is_fetched_again(office, behaviour):
    with serving(office.stick, behaviour) as url:
        place = resting_place(office.laptop, url)
        shutil.copytree(office.stick, place)
        part = min((place / "part").iterdir())
        part.write_bytes(part.read_bytes()[:-1])
        assert office.take(url).taken > 1
    assert [path for path in behaviour.asked if "/part/" in path] == [f"/part/{part.name}"]


def test_a_slow_server_is_left_and_nothing_is_taken(office, behaviour):
    dripped = []

    def drips(handler):
        handler.send_response(200)
        handler.end_headers()
        try:
            for number in range(600):
                handler.wfile.write(b"x")
                dripped.append(number)
                time.sleep(0.05)
        except OSError:
            pass
        return True

    behaviour.spoil = at("checkpoint", drips)
    with (
        serving(office.stick, behaviour) as url,
        pytest.raises(FetchRefused, match=r"slowly|stopped"),
    ):
        office.take(url, seconds=0.3)
    assert len(dripped) < 600  # left, and not heard to the end


def test_nobody_at_the_address_is_said(office):
    with pytest.raises(FetchRefused, match="not reached"):
        office.take("http://127.0.0.1:1")


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/vault", "ftp://127.0.0.1/x", "file:///etc", "https://", "https://a b/",
        "https://user:word@127.0.0.1/", "https://127.0.0.1/?x=1", "https://127.0.0.1/#x",
        "https://127.0.0.1:port/", "http://127.0.0.1.example.org/", "http://[::1",
    ],
)  # fmt: skip
def test_an_address_that_is_no_private_way_is_refused_before_anything_is_sent(office, url):
    with pytest.raises(SettingRefused):
        office.take(url)
    assert left(office) == []


def test_an_onion_service_is_never_asked_without_its_proxy(office, monkeypatch):
    url = "http://abcdefghij.onion/vault"
    monkeypatch.delenv("http_proxy", raising=False)
    with pytest.raises(SettingRefused, match="proxy"):
        office.take(url)
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    monkeypatch.setenv("no_proxy", "*")
    with pytest.raises(SettingRefused, match="proxy"):
        office.take(url)
    monkeypatch.setenv("no_proxy", "")
    with pytest.raises(FetchRefused, match="not reached"):
        office.take(url)


def test_an_onion_service_is_asked_through_its_proxy(office, behaviour, monkeypatch):
    def as_proxy(handler):
        handler.path = handler.path.removeprefix("http://abcdefghij.onion/vault")
        return False

    behaviour.spoil = as_proxy
    with serving(office.stick, behaviour) as url:
        monkeypatch.setenv("http_proxy", url)
        monkeypatch.setenv("no_proxy", "")
        assert office.take("http://abcdefghij.onion/vault").taken > 1


@pytest.mark.parametrize("token", ["two words", "ş", "a\nb"])
def test_a_token_that_would_change_the_request_is_refused(office, token):
    with pytest.raises(SettingRefused, match="token"):
        office.take("http://127.0.0.1:1", token=token)


@pytest.mark.parametrize("roots", [b"no certificate", b"\xff"])
def test_a_file_without_a_certificate_is_refused(office, roots):
    with pytest.raises(SettingRefused, match="certificate"):
        office.take("https://127.0.0.1:1", roots=roots)


def test_more_than_the_total_is_not_taken(office, behaviour, tmp_path, monkeypatch):
    monkeypatch.setattr(fetching, "TOTAL_LIMIT", 2000)
    with serving(office.stick, behaviour) as url, pytest.raises(FetchRefused, match="more than"):
        fetch(Source(url), tmp_path / "mirror", lambda _: False)
    assert not (tmp_path / "mirror").exists()


def test_another_vault_is_refused_and_the_reason_is_kept(office, behaviour, world, tmp_path):
    with serving(office.stick, behaviour) as url:
        office.take(url)
    with world.create(tmp_path / "other") as other:
        other.share(tmp_path / "theirs")
    with (
        serving(tmp_path / "theirs", behaviour) as url,
        pytest.raises(PublishedBroken, match="not one of this vault"),
    ):
        office.take(url)
    (kept,) = quarantined(office.laptop)

    assert kept.why == "this folder is not one of this vault"
    assert len(kept.files) == 1
    assert left(office) == []
