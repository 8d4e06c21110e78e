"""The one door: loopback only, a port that is free, and nothing left open behind it."""

from __future__ import annotations

import socket
import threading

import pytest

from candlemark import agency, casefile
from candlemark.errors import SettingRefused
from candlemark.ledger import Vault
from candlemark.web import settings
from candlemark.web.server import listen, serve
from candlemark.web.settings import static_mark


@pytest.fixture
def vault():
    with Vault.in_memory(agency.KINDS | casefile.KINDS, "V") as made:
        yield made


@pytest.mark.parametrize(
    "host",
    ["0.0.0.0", "192.168.1.5", "example.org", "localhost", "::", "", "2001:db8::1"],  # noqa: S104
)
def test_a_vault_is_not_shown_beyond_this_machine(vault, edition, host):
    with pytest.raises(SettingRefused) as refused:
        listen(vault, edition, port=0, host=host)

    assert str(refused.value) == "a vault is shown on this machine only"


def test_a_port_that_is_taken_is_refused_with_what_to_do(vault, edition):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        with pytest.raises(SettingRefused) as refused:
            serve(vault, edition, port=port, announce=print)

    assert refused.value.message.startswith(f"port {port} cannot be used: ")
    assert f"--port {port + 1}" in refused.value.hint


def test_the_address_is_announced_once_it_can_be_asked(vault, edition):
    said = []
    heard = threading.Event()
    found = {}

    def announce(text):
        said.append(text)
        heard.set()

    def run():
        listener = listen(vault, edition, port=0)
        found["listener"] = listener
        announce(listener.address)
        listener.run()

    thread = threading.Thread(target=run)
    thread.start()
    assert heard.wait(10)
    with socket.create_connection(("127.0.0.1", found["listener"].port), timeout=10):
        pass
    found["listener"].stop()
    thread.join(10)

    assert not thread.is_alive()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", found["listener"].port), timeout=10)


def test_nothing_of_the_settings_comes_from_outside_and_nothing_is_kept():
    assert settings.DEBUG is False
    assert {"django.db.backends.dummy"} == {one["ENGINE"] for one in settings.DATABASES.values()}
    assert not {name for name in settings.MIDDLEWARE if "session" in name or "auth" in name}
    assert len(settings.SECRET_KEY) >= 50


def test_the_address_of_the_style_sheet_changes_with_any_file(tmp_path):
    (tmp_path / "a.css").write_text("a { color: red }")
    before = static_mark(tmp_path)
    (tmp_path / "a.css").write_text("a { color: blue }")

    assert before != static_mark(tmp_path)
