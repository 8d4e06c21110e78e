"""Names that are one in three alphabets share a key; names of others mostly do not."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from candlemark.tongues import name_keys, nearness

ONE_NAME = {
    "Hümbətov": "Hummatov Humbatov Гумбатов Гумматов Хумбатов همتی همت‌اف همتوف Hemmati Gumbatov",
    "Məmmədov": "Mammadov Mamedov Мамедов محمدوف محمدی Memmedov Məmmədli Мəммəдов Məmmədzadə",
    "Əliyev": "Aliyev Алиев علی‌اف Aliev علیف",
    "Quliyev": "Гулиев Кулиев Guliyev Kuliev قلی‌اف Gulijew",
    "Hacıyev": "Гаджиев Hajiyev Gadzhiev حاجی‌اف Haciyev",
    "Həsənov": "Гасанов Hasanov حسنوف Гəсəнов حسنی",
    "Novruzəli": "Новрузали نوروزعلی Novruzali",
    "Əhməd": "Ахмед Ahmet احمد Ahmad Ahmed",
    "İbrahimov": "Ибрагимов Ibrahimov ابراهیمی ابراهیم‌اف",
    "Hilal": "Гилал هلال",
    "Fəxrəddin": "Фахраддин Fakhraddin فخرالدین",
    "Abbasov": "Аббасов عباسوف عباسی",
    "Ələkram": "Алекрам Alikram علی‌اکرم Aliakram",
    "Şəhriyar": "Шахрияр Shahriyar شهریار",
    "Cəfərov": "Джафаров Jafarov جعفرزاده Cəfərzadə Dzhafarov",
    "Çingiz": "Чингиз Chingiz چنگیز Cengiz",
    "Qarayev": "Караев Garayev قره‌یف",
    "Yusif": "Юсиф Yusuf یوسف Юсуф",
    "Fatma": "Фатима فاطمه Fatima Fatemeh",
    "Zəhra": "Захра Zahra زهرا",
    "Rəcəb": "Recep Раджаб رجب",
}


@pytest.mark.parametrize("name", ONE_NAME)
def test_a_name_shares_a_key_with_its_spellings_elsewhere(name):
    missed = [one for one in ONE_NAME[name].split() if not name_keys(name) & name_keys(one)]
    assert missed == []


def test_few_names_share_a_key_with_the_name_of_somebody_else():
    groups = [[name, *spellings.split()] for name, spellings in ONE_NAME.items()]
    pairs = [
        (one, other) for some, others in combinations(groups, 2) for one in some for other in others
    ]
    alike = [pair for pair in pairs if name_keys(pair[0]) & name_keys(pair[1])]

    assert len(alike) / len(pairs) < 0.01, alike


NEAR = [
    ("Hümbətov", "Hümbətov", 0),
    ("hümbətov", "Hümbətov", 0),
    ("humbetov", "Hümbətov", 1),
    ("Humbatov", "Hümbətov", 2),
    ("Гумбатов", "Hümbətov", 3),
    ("Əliyev", "Quliyev", None),
]


@pytest.mark.parametrize(("asked", "word", "near"), NEAR)
def test_the_nearer_spelling_is_known_from_the_farther(asked, word, near):
    assert nearness(asked, word, "az") == near


def test_a_short_name_keeps_its_vowels():
    assert name_keys("Əli") & name_keys("Али") & name_keys("علی")
    assert not name_keys("Əli") & name_keys("Ülə")
    assert not name_keys("Ana") & name_keys("İnə")


def test_what_is_no_name_has_no_key():
    assert name_keys("") == name_keys("—") == name_keys("۔") == frozenset()


@given(st.text(max_size=40))
def test_any_text_has_few_keys(text):
    assert len(name_keys(text)) <= 60
    assert all(name_keys(text))
