"""A copy of a site is held against what was signed: each file that differs is named, offline."""

from __future__ import annotations

import contextlib
import http.client
import shutil
import threading

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from candlemark.errors import FetchRefused, MirrorDiffers, NotUnderstood, SettingRefused
from candlemark.ledger.fetching import Source
from candlemark.publish.site import manifest as signed
from candlemark.publish.site import verify, verify_at
from candlemark.publish.site.serving import media, server
from candlemark.seal import NoteKey, SigningKey, sign_note
from candlemark.seal.notes import ED25519
from releasing import House, of


@pytest.fixture(scope="module")
def key(site):
    return NoteKey.parse((site / "publisher.key").read_text().strip())


@pytest.fixture
def copy(site, tmp_path):
    shutil.copytree(site, tmp_path / "copy")
    return tmp_path / "copy"


def faults(folder, key, **more):
    return {fault.where: fault.what for fault in verify(folder, key, **more).faults}


def test_a_whole_copy_has_no_fault_and_says_what_it_stands_on(site, key):
    found = verify(site, key)

    found.require()
    assert found.faults == ()
    assert (found.key_given, found.listed) == (True, True)
    assert found.manifest.checkpoint.size > 0
    assert found.mirrors[1] == "https://mirror.example.net/x/"
    assert not verify(site).key_given


def test_every_kind_of_difference_is_named_by_its_file(copy, key):
    changed, missing = copy / "en" / "index.html", copy / "api" / "tables.json"
    content = bytearray(changed.read_bytes())
    content[100] ^= 1
    changed.write_bytes(content)
    missing.unlink()
    (copy / "en" / "more.html").write_text("added")
    (copy / ".hidden").write_text("added")
    (copy / "link").symlink_to("/etc")
    (copy / "ru" / "index.html").write_bytes(b"")

    found = verify(copy, key)
    said = {fault.where: fault.what for fault in found.faults}
    assert said == {
        "en/index.html": "it was changed",
        "ru/index.html": "it was changed",
        "api/tables.json": "it is missing",
        "en/more.html": "it was added: the signed list does not name it",
        ".hidden": "it was added: the signed list does not name it",
        "link": "it was added: the signed list does not name it",
    }
    with pytest.raises(MirrorDiffers) as refused:
        found.require()
    assert refused.value.exit_code == 88
    assert len(refused.value.faults) == 6


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_one_bit_anywhere_is_noticed_and_the_file_named(site, key, copy, data):
    paths = sorted(str(path.relative_to(site)) for path in site.rglob("*") if path.is_file())
    path = data.draw(st.sampled_from(paths))
    content = bytearray((site / path).read_bytes())
    place = data.draw(st.integers(0, len(content) * 8 - 1))
    content[place // 8] ^= 1 << place % 8
    (copy / path).write_bytes(content)

    try:
        found = [fault.where for fault in verify(copy, key).faults]
    except MirrorDiffers as error:
        found = [fault.where for fault in error.faults]
    finally:
        shutil.copyfile(site / path, copy / path)
    assert found == [path]


@pytest.mark.parametrize(
    ("name", "says"),
    {
        "manifest": "is missing",
        "manifest.files": "is missing",
        "publisher.key": "is missing",
        "checkpoint": "is missing",
        "mirrors": "is missing",
    }.items(),
)
def test_a_missing_part_of_the_signature_is_named(copy, name, says):
    (copy / name).unlink()

    with pytest.raises(MirrorDiffers) as refused:
        verify(copy).require()
    assert [fault.where for fault in refused.value.faults] == [name]
    assert says in refused.value.faults[0].what


def test_a_copy_signed_by_somebody_else_is_refused_where_the_key_is_known(tmp_path, site, key):
    stranger = House.founded(tmp_path / "stranger")
    stranger.release()
    stranger.build(tmp_path / "theirs")

    verify(tmp_path / "theirs").require()  # it holds together; who made it is not shown
    with pytest.raises(MirrorDiffers, match="not signed with the publisher's key"):
        verify(tmp_path / "theirs", key)


def test_an_older_copy_is_refused_by_whoever_kept_a_newer_manifest(
    public_house, site, key, tmp_path
):
    house = public_house.copied(tmp_path / "vault")
    house.release(of("One"), of("Seven"))
    house.build(tmp_path / "newer")
    newer = (tmp_path / "newer" / "manifest").read_bytes()

    assert faults(tmp_path / "newer", key, before=(site / "manifest").read_bytes()) == {}
    assert faults(site, key, before=newer) == {
        "manifest": "it is of release 2; release 3 was seen before"
    }
    with pytest.raises(NotUnderstood, match="earlier manifest"):
        verify(site, key, before=b"not one")


def resigned(site, copy, vault, **changes):
    """The copy with a manifest that its own publisher signed, and that lies in one point."""
    said = signed.Manifest.read((site / "manifest").read_bytes(), vault.publisher.key)
    text = said.text()
    for old, new in changes.items():
        text = text.replace(*new) if old else text
    (copy / "manifest").write_bytes(vault.publisher.sign(text))


def test_a_manifest_whose_words_are_not_of_its_checkpoint_is_refused(public_house, site, copy, key):
    with public_house.team.open() as vault:
        word = signed.Manifest.read((site / "manifest").read_bytes(), key).text().split()[-1]
        resigned(site, copy, vault, words=(word, "abacus" if word != "abacus" else "abdomen"))

    with pytest.raises(MirrorDiffers, match="words are not those"):
        verify(copy, key)


def test_a_checkpoint_of_another_state_is_named(public_house, site, copy, key):
    with public_house.team.open() as vault:
        (copy / "checkpoint").write_bytes(vault.ledger.log.shown().note.encode())

    said = faults(copy, key)
    assert list(said) == ["checkpoint"]


def test_paths_that_lead_out_of_the_folder_are_refused():
    good = signed.listed({"a/b.txt": signed.Listed.of(b"x")})

    assert signed.read_list(good) == {"a/b.txt": signed.Listed.of(b"x")}
    for path in ("../x", "/etc/passwd", "a//b", "a/../b", ".x", "a/.x", "a b", "a\\b", "", "a/"):
        with pytest.raises(NotUnderstood):
            signed.read_list(good.replace(b"a/b.txt", path.encode()))
    for text in (
        good + good,
        good[:-1],
        good.replace(b" 1 ", b" 01 "),
        b"\xff" + good,
        good + b"x",
    ):
        with pytest.raises(NotUnderstood):
            signed.read_list(text)


def test_the_publishers_key_and_no_other_signs_a_manifest(site, key):
    other = SigningKey.generate()
    text = signed.Manifest.read((site / "manifest").read_bytes(), key).text()

    forged = sign_note(text, key.name, other)
    with pytest.raises(NotUnderstood, match="not signed"):
        signed.Manifest.read(forged, key)
    named = NoteKey(key.name, ED25519, other.public)
    assert signed.Manifest.read(forged, named).release == 2


# Over the network


@contextlib.contextmanager
def standing(folder):
    with server(folder, 0) as running:
        thread = threading.Thread(target=running.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{running.server_address[1]}/"
        finally:
            running.shutdown()
            thread.join()


def asked(url, path):
    """The status and the headers of one answer; the path goes out as it is written here."""
    connection = http.client.HTTPConnection(url.split("/")[2])
    try:
        connection.request("GET", f"/{path}")
        answer = connection.getresponse()
        answer.read()
        return answer.status, answer.headers
    finally:
        connection.close()


def test_a_mirror_behind_an_address_is_checked_the_same_way(site, copy, key):
    (copy / "tr" / "index.html").write_bytes(b"x")

    with standing(site) as url:
        whole = verify_at(Source(url), key)
    with standing(copy) as url:
        other = verify_at(Source(url), key)
    assert whole.faults == ()
    assert not whole.listed  # a server does not list what it has
    assert [fault.where for fault in other.faults] == ["tr/index.html"]


def test_a_server_that_is_away_is_no_verdict(key):
    with pytest.raises(FetchRefused, match="not reached"):
        verify_at(Source("http://127.0.0.1:9/"), key)
    with pytest.raises(SettingRefused):
        verify_at(Source("http://example.org/"), key)


def test_what_is_served_is_what_was_signed_for_and_nothing_else(copy):
    (copy / "secret.txt").write_text("mine")

    with standing(copy) as url:
        status, headers = asked(url, "")
        others = [
            asked(url, path)[0]
            for path in ("secret.txt", "../vault/ledger.db", "%2e%2e/x", "en", "en/../secret.txt")
        ]
    assert status == 200
    assert headers["Content-Type"] == "text/html; charset=utf-8"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Server"].strip() == "candlemark"
    assert others == [404] * 5
    with pytest.raises(SettingRefused, match="no site"):
        server(copy.parent, 0)


def test_every_file_of_a_site_has_a_media_type_that_a_browser_does_not_guess(site):
    kinds = {
        path.suffix: media(str(path.relative_to(site)))
        for path in site.rglob("*")
        if path.is_file()
    }

    assert kinds[".html"].startswith("text/html")
    assert kinds[".svg"] == "image/svg+xml"
    assert kinds[""] == "text/plain; charset=utf-8"
    assert media("feeds/en.atom.xml") == "application/atom+xml"
