"""One name written by ear in several alphabets has one key."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from candlemark.tongues import ascii_key, sounding_key


@pytest.mark.parametrize(
    "spellings",
    [
        [("Əliyev", "az"), ("Aliyev", "en"), ("Aliev", "en"), ("Алиев", "ru"), ("Eliyev", "tr")],
        [("Məmmədov", "az"), ("Mammadov", "en"), ("Мамедов", "ru"), ("Mamedov", "en")],
        [("Xəlilov", "az"), ("Khalilov", "en"), ("Халилов", "ru")],
        [("Ağayev", "az"), ("Aghayev", "en"), ("Агаев", "ru")],
        [("Şahin", "tr"), ("Shahin", "en")],
        [("Çingiz", "az"), ("Chingiz", "en"), ("Чингиз", "ru")],
        [("Фёдоров", "ru"), ("Федоров", "ru"), ("Fedorov", "en")],
        [("Quliyev", "az"), ("Guliyev", "en")],
    ],
)
def test_spellings_of_one_name_share_a_key(spellings):
    assert len({sounding_key(ascii_key(*one)) for one in spellings}) == 1


@pytest.mark.parametrize(
    ("one", "other"), [("Əliyev", "Vəliyev"), ("Həsən", "Hüseyn"), ("Bakı", "Bəkir")]
)
def test_other_names_keep_other_keys(one, other):
    assert sounding_key(ascii_key(one, "az")) != sounding_key(ascii_key(other, "az"))


@given(st.text(max_size=30))
def test_a_key_never_grows_and_is_empty_only_for_nothing(text):
    key = ascii_key(text)

    assert len(sounding_key(key)) <= len(key)
    assert bool(sounding_key(key)) == bool(key)
