"""Timestamps of a service on this machine: one hash leaves, what comes back verifies alone."""

from __future__ import annotations

import hashlib
import random
from datetime import UTC, datetime, timedelta

import pytest

from candlemark.errors import LogForked, SettingRefused, StampRefused
from candlemark.ledger.stamps import post, stamp, stamps_in
from candlemark.seal.timestamp import Question, check_answer, read_roots
from logs import copy_of, files, grow, new_vault
from stamping import Service, serving


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    return Service(tmp_path_factory.mktemp("service"))


@pytest.fixture
def url(service):
    service.answers, service.status, service.asked = None, 200, []
    with serving(service) as address:
        yield address


@pytest.fixture
def vault():
    with new_vault(3) as made:
        yield made


def test_a_state_is_stamped_kept_and_verified_offline(vault, service, url, tmp_path):
    made = stamp(vault.ledger.log, tmp_path / "stamps", url, service.roots)
    kept, faults = stamps_in(tmp_path / "stamps", vault.ledger.log.key, service.roots)

    assert kept == (made,)
    assert faults == ()
    assert (made.size, made.root) == (3, vault.ledger.head)
    assert abs(made.at - datetime.now(UTC)) < timedelta(minutes=30)


def test_one_hash_leaves_the_machine_and_nothing_else(vault, service, url, tmp_path):
    stamp(vault.ledger.log, tmp_path / "stamps", url, service.roots)
    (question,) = service.asked
    note = (tmp_path / "stamps" / "3.note").read_bytes()

    assert hashlib.sha256(note).digest() in question
    assert len(question) < 80
    assert b"candlemark" not in question
    assert vault.id.encode() not in question
    assert service.headers["User-Agent"] == "-"


def test_a_state_is_asked_about_once_and_the_next_one_again(vault, service, url, tmp_path):
    first = stamp(vault.ledger.log, tmp_path / "stamps", url, service.roots)
    assert stamp(vault.ledger.log, tmp_path / "stamps", url, service.roots) == first
    grow(vault.ledger, 1)
    second = stamp(vault.ledger.log, tmp_path / "stamps", url, service.roots)

    assert len(service.asked) == 2
    assert stamps_in(tmp_path / "stamps", vault.ledger.log.key, service.roots)[0] == (first, second)


def test_a_stamped_state_that_the_log_no_longer_continues_is_an_alarm(
    vault, service, url, tmp_path
):
    other, older = copy_of(vault), copy_of(vault)
    grow(vault.ledger, 2)
    grow(other, 2)
    stamp(vault.ledger.log, tmp_path / "stamps", url, service.roots)

    with pytest.raises(LogForked, match="exclude each other"):
        stamp(other.log, tmp_path / "stamps", url, service.roots)
    with pytest.raises(LogForked, match="rolled back"):
        stamp(older.log, tmp_path / "stamps", url, service.roots)
    assert len(service.asked) == 1


def test_every_bit_of_what_is_kept_counts(vault, service, url, tmp_path):
    folder, key = tmp_path / "stamps", vault.ledger.log.key
    stamp(vault.ledger.log, folder, url, service.roots)
    chance, missed = random.Random(5), []
    for name, content in files(folder).items():
        for bit in chance.sample(range(len(content) * 8), 150):
            bent = bytearray(content)
            bent[bit // 8] ^= 1 << bit % 8
            (folder / name).write_bytes(bytes(bent))
            stamps, faults = stamps_in(folder, key, service.roots)
            if stamps or [fault.where for fault in faults] != [
                each for each in files(folder) if each.endswith("tsr")
            ]:
                missed.append((name, bit))
        (folder / name).write_bytes(content)
    assert missed == []
    assert stamps_in(folder, key, service.roots)[1] == ()


def test_a_flipped_answer_is_refused_or_says_the_same(service):
    question = Question.about(b"what is stamped")
    answer, roots = service.answer(question.encoded), read_roots(service.roots)
    at, refused = question.check(answer, roots), 0
    for bit in range(0, len(answer) * 8, 5):
        bent = bytearray(answer)
        bent[bit // 8] ^= 1 << bit % 8
        try:
            # Some bits are signed by nobody (certificates beside the one used); none moves the time.
            assert check_answer(bytes(bent), b"what is stamped", roots) == at
        except StampRefused:
            refused += 1
    assert refused > len(answer)


def test_an_answer_cut_anywhere_is_refused(service):
    answer, roots = service.answer(Question.about(b"what").encoded), read_roots(service.roots)
    for cut in range(0, len(answer), 7):
        with pytest.raises(StampRefused):
            check_answer(answer[:cut], b"what", roots)
    with pytest.raises(StampRefused):
        check_answer(answer + b"\x00", b"what", roots)
    with pytest.raises(StampRefused):
        check_answer(bytes(70_000), b"what", roots)


def test_an_old_answer_is_not_taken_for_a_new_one(service):
    old, new = Question.about(b"what"), Question.about(b"what")
    answer, roots = service.answer(old.encoded), read_roots(service.roots)

    assert old.check(answer, roots)
    assert check_answer(answer, b"what", roots)
    with pytest.raises(StampRefused, match="Nonce"):
        new.check(answer, roots)


def test_an_answer_about_something_else_is_refused(service):
    answer = service.answer(Question.about(b"what").encoded)

    with pytest.raises(StampRefused, match="of something else"):
        check_answer(answer, b"something else", read_roots(service.roots))


def test_an_answer_of_another_service_is_refused(service, tmp_path):
    other = Service(tmp_path / "other")
    answer = other.answer(Question.about(b"what").encoded)

    with pytest.raises(StampRefused, match="does not hold"):
        check_answer(answer, b"what", read_roots(service.roots))
    assert check_answer(answer, b"what", read_roots(service.roots + other.roots))
    with pytest.raises(StampRefused, match="cannot be checked"):
        check_answer(answer, b"what", ())


def test_a_refusal_of_the_service_is_one(service):
    answer = service.answer(b"not a question")

    with pytest.raises(StampRefused):
        check_answer(answer, b"what", read_roots(service.roots))


ANSWERS = {"nothing": b"", "words": b"<html>no</html>", "too much": bytes(100_000)}


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS)
def test_nothing_is_kept_when_the_service_answers(vault, service, url, tmp_path, answer):
    service.answers = answer
    with pytest.raises(StampRefused):
        stamp(vault.ledger.log, tmp_path / "stamps", url, service.roots)
    assert files(tmp_path) == {}


@pytest.mark.parametrize("status", [301, 307, 404, 500])
def test_no_detour_is_followed_and_no_refusal_kept(vault, service, url, tmp_path, status):
    service.status = status
    with pytest.raises(StampRefused, match="does not answer"):
        stamp(vault.ledger.log, tmp_path / "stamps", url, service.roots)
    assert files(tmp_path) == {}


@pytest.mark.parametrize(
    "address", ["", "ftp://x/", "file:///etc/passwd", "https://", "http:// x", "x"]
)
def test_only_addresses_of_the_web_are_asked(address):
    with pytest.raises(SettingRefused, match="not the address"):
        post(address, b"")


def test_nobody_there_is_said():
    with pytest.raises(StampRefused, match="does not answer"):
        post("http://127.0.0.1:9/", b"")


def test_a_file_without_a_certificate_is_refused(vault, tmp_path):
    for roots in (b"", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"):
        with pytest.raises(SettingRefused, match="no certificate"):
            stamps_in(tmp_path, vault.ledger.log.key, roots)


def test_files_of_other_names_and_moved_ones_are_named(vault, service, url, tmp_path):
    folder, key = tmp_path / "stamps", vault.ledger.log.key
    made = stamp(vault.ledger.log, folder, url, service.roots)
    (folder / "notes.txt").write_bytes(b"mine")
    (folder / "old.tsr").write_bytes(b"x")
    moved = made.file.replace("3.", "4.", 1)
    (folder / moved).write_bytes((folder / made.file).read_bytes())
    (folder / "4.note").write_bytes((folder / "3.note").read_bytes())
    stamps, faults = stamps_in(folder, key, service.roots)

    assert stamps == (made,)
    assert sorted(fault.where for fault in faults) == sorted([moved, "old.tsr"])
