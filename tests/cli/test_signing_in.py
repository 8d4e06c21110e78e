"""What serves a vault, and the second factor, at the terminal."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from candlemark import agency, casefile
from candlemark.ledger import Vault
from candlemark.seal.totp import new_totp_secret, totp
from visitor import Visitor

KINDS = agency.KINDS | casefile.KINDS


def _set_up(vault):
    with Vault.open(vault[1], vault[3].read_text().strip(), KINDS) as opened:
        secret = new_totp_secret()
        opened.factor.set(secret, totp(secret, int(datetime.now(UTC).timestamp()) // 30))
        return opened.members.me.code


def test_a_second_factor_is_shown_and_removed(ask, vault):
    assert "No member has a second factor here." in ask("key", "totp", "show", *vault).out
    code = _set_up(vault)

    assert ask("key", "totp", "show", *vault, "--json").json == {"members": [code]}
    assert ask("key", "totp", "remove", *vault).code == 70  # nobody was there to confirm it
    assert ask("key", "totp", "remove", "--yes", *vault, "--json").json == {
        "code": code,
        "removed": True,
    }
    assert "There was no second factor." in ask("key", "totp", "remove", "--yes", *vault).out


def test_a_second_factor_is_set_up_at_a_terminal_or_in_a_browser(ask, vault):
    answer = ask("key", "totp", "set", *vault)

    assert (answer.code, "page `Me`" in answer.err) == (70, True)


def test_serving_what_is_no_vault_says_so_before_anybody_signs_in(ask, tmp_path):
    assert ask("serve", "--vault", tmp_path / "nothing").code == 31


def _free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


@pytest.mark.parametrize("kind", ["vault", "demonstration"])
def test_serve_asks_for_no_passphrase_and_shows_the_sign_in_page(kind, vault, demo_vault):
    folder = vault[1] if kind == "vault" else demo_vault
    port = _free_port()
    program = Path(sys.executable).with_name("candlemark")
    command = [program, "serve", "--vault", folder, "--port", str(port)]
    running = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
    try:
        assert f"http://127.0.0.1:{port}/" in running.stdout.readline()
        me = Visitor(port)
        page = me.ask("/en/sign-in/")
        if kind == "vault":
            signed = me.sign_in("", vault[3].read_text())
        else:
            signed = me.send("/en/sign-in/", demonstration="yes")

        assert ("Open the demonstration" in page.text) == (kind == "demonstration")
        assert signed.status == 303
        assert re.search("<h1>", me.ask("/en/").text)
    finally:
        running.terminate()
        running.wait(10)
        running.stdout.close()
