"""The second factor's codes are those of RFC 6238, count once, and in any script of digits."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from candlemark.seal.totp import (
    SECRET_BYTES,
    new_totp_secret,
    totp,
    totp_address,
    totp_step,
    totp_text,
)

SEEDS = {
    "sha1": b"12345678901234567890",
    "sha256": b"12345678901234567890123456789012",
    "sha512": b"1234567890123456789012345678901234567890123456789012345678901234",
}
VECTORS = [
    (59, "94287082", "46119246", "90693936"),
    (1111111109, "07081804", "68084774", "25091201"),
    (1111111111, "14050471", "67062674", "99943326"),
    (1234567890, "89005924", "91819424", "93441116"),
    (2000000000, "69279037", "90698825", "38618901"),
    (20000000000, "65353130", "77737706", "47863826"),
]
"""RFC 6238, appendix B."""
SECRET = SEEDS["sha1"]
NOW = datetime(2026, 3, 9, 12, 0, 15, tzinfo=UTC)
STEP = int(NOW.timestamp()) // 30


@pytest.mark.parametrize("vector", VECTORS)
def test_the_codes_are_those_of_the_rfc(vector):
    seconds, *codes = vector
    found = [totp(SEEDS[name], seconds // 30, digits=8, digest=name) for name in SEEDS]

    assert found == codes


@pytest.mark.parametrize(
    ("off", "counts"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)]
)
def test_a_code_counts_for_a_minute_and_a_half(off, counts):
    assert (totp_step(SECRET, totp(SECRET, STEP + off), NOW) == STEP + off) == counts


def test_a_code_counts_once():
    code = totp(SECRET, STEP)

    assert totp_step(SECRET, code, NOW, after=STEP) is None
    assert totp_step(SECRET, code, NOW, after=STEP - 1) == STEP
    assert totp_step(SECRET, totp(SECRET, STEP + 1), NOW + timedelta(seconds=30), STEP) == STEP + 1


def test_digits_may_be_typed_in_any_script_with_spaces():
    code = totp(SECRET, STEP)
    persian = code.translate({ord("0") + n: 0x6F0 + n for n in range(10)})
    arabic = code.translate({ord("0") + n: 0x660 + n for n in range(10)})

    assert {
        totp_step(SECRET, typed, NOW) for typed in (f" {code[:3]} {code[3:]} ", persian, arabic)
    } == {STEP}


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "\ud800", "½½½½½½"])
def test_what_is_no_code_does_not_count(typed):
    assert totp_step(SECRET, typed, NOW) is None


def test_a_secret_is_drawn_and_shown_as_authenticators_read_it():
    assert len(new_totp_secret()) == SECRET_BYTES
    assert new_totp_secret() != new_totp_secret()
    assert totp_text(SECRET) == "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ"
    assert totp_address(SECRET, "a b", "V & Co") == (
        "otpauth://totp/V%20%26%20Co%3Aa%20b?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=V%20%26%20Co"
    )
