"""The tables of letters are those of ICU, as far as names need them.

The pairs were made once by ICU 77.1 (CLDR) from names we chose; where PyICU is there (`pip install PyICU`,
which needs a compiler and ICU's headers) ICU is asked again.
"""

from __future__ import annotations

import unicodedata

import pytest

from candlemark.tongues import ascii_key, fold, tongue_of, transliterate
from candlemark.tongues.transliterating import letters

AZERBAIJANI = {
    "Зəһирəддин Ибраһимов": "Zəhirəddin İbrahimov",
    "Зәһирәддин": "Zəhirəddin",
    "Ҹавид": "Cavid",
    "Ҝүлҹөһрә Мәммәдова": "Gülcöhrə Məmmədova",
    "Гүдрәт Һәсәнгулијев": "Qüdrət Həsənquliyev",
    "Әлиағa": "Əliağa",
    "Шаһмар Әкбәрзадә": "Şahmar Əkbərzadə",
    "Чинҝиз": "Çingiz",
    "Фәхрәддин Аббасов": "Fəxrəddin Abbasov",
    "Талыбов Васиф Јусиф оғлу": "Talıbov Vasif Yusif oğlu",
    "Сәнубәр гызы": "Sənubər qızı",
    "Новрузәли Мәммәдов": "Novruzəli Məmmədov",
    "Рүстәмханлы": "Rüstəmxanlı",
    "Жалә": "Jalə",
    "Мүбариз": "Mübariz",
    "Нефтчала": "Neftçala",
    "Ҝәнҹә": "Gəncə",
    "Ҹәлилабад": "Cəlilabad",
    "Бејләган": "Beyləqan",
    "Ләнкәран": "Lənkəran",
}
RUSSIAN = {
    "Гасанов Али": "Gasanov Ali",
    "Ильхам Алиев": "Ilʹkham Aliyev",
    "Джафаров": "Dzhafarov",
    "Юсиф Яхья оглы": "Yusif Yakhʹya ogly",
    "Рафаэль Гусейнов": "Rafaelʹ Guseynov",
    "Фёдор Щербаков": "Fëdor Shcherbakov",
    "Ёлкин": "Yëlkin",
    "Екатерина Зуева": "Yekaterina Zuyeva",
    "Подъячев": "Podʺyachev",
    "Эльман": "Elʹman",
    "Аскеров Зияфет": "Askerov Ziyafet",
    "Фейзиев Эюб": "Feyziyev Eyub",
    "Мусабеков": "Musabekov",
    "Хангусейн Казымлы": "Khanguseyn Kazymly",
    "Цой": "Tsoy",
    "Чингиз Ганизаде": "Chingiz Ganizade",
    "Жалэ Алиева": "Zhal·e Aliyeva",
    "Объедков": "Obʺyedkov",
    "Гаджиев": "Gadzhiyev",
    "Новрузали Мамедов": "Novruzali Mamedov",
}
PERSIAN = {
    "ب": "b",
    "پ": "p",
    "ت": "t",
    "ث": "s̄",
    "ج": "j",
    "چ": "ch",
    "ح": "ḥ",
    "خ": "kh",
    "د": "d",
    "ذ": "z̄",
    "ر": "r",
    "ز": "z",
    "ژ": "zh",
    "س": "s",
    "ش": "sh",
    "ص": "ṣ",
    "ض": "ẕ",
    "ط": "ṭ",
    "ظ": "ẓ",
    "غ": "gh",
    "ف": "f",
    "ق": "q",
    "ک": "k",
    "گ": "g",
    "ل": "l",
    "م": "m",
    "ن": "n",
    "ه": "h",
    "و": "v",
    "ی": "y",
}


def ours(name):
    tag = tongue_of(name)
    return transliterate(fold(name, tag), tag)


def folded(written, tag):
    # ICU parts some letters by a dot, so that what it wrote can be read back
    return fold(written.replace("·", ""), tag)


def bare(written):
    return "".join(letter for letter in written if letter.isascii())


@pytest.mark.parametrize("name", AZERBAIJANI)
def test_azerbaijani_cyrillic_is_written_as_icu_writes_it(name):
    assert tongue_of(name) == "az-Cyrl" or not set(name) & set("ҹһүөғҝјә")
    assert transliterate(fold(name), "az-Cyrl") == folded(AZERBAIJANI[name], "az")


@pytest.mark.parametrize("name", RUSSIAN)
def test_russian_is_written_as_icu_writes_it(name):
    assert tongue_of(name) == "ru"
    assert ours(name) == folded(RUSSIAN[name], "")


@pytest.mark.parametrize("letter", PERSIAN)
def test_persian_consonants_are_written_as_icu_writes_them(letter):
    apart = unicodedata.normalize("NFD", PERSIAN[letter])
    assert letters("fa-Arab")[letter] == bare(apart)


@pytest.mark.parametrize(
    ("table", "tag", "of"), [("az-Cyrl", "az-Cyrl", AZERBAIJANI), ("ru-Cyrl", "ru", RUSSIAN)]
)
def test_icu_itself_agrees_letter_by_letter(table, tag, of):
    icu = pytest.importorskip("icu", reason="PyICU is not installed: it needs a compiler")
    named = {"az-Cyrl": "az_Cyrl-az/BGN", "ru-Cyrl": "Russian-Latin/BGN"}[table]
    asked = icu.Transliterator.createInstance(named)
    words = [
        f"{before}{letter}{after}"
        for letter in letters(table)
        for before in ("", "а", "б", "ь")
        for after in ("", "б")
    ]

    if table == "az-Cyrl":
        # ICU leaves ь, which is no letter of that alphabet, and takes й apart into и and a breve
        # before its own rule for й can see it
        words = [word for word in words if "ь" not in word and "й" not in word]
    differ = [
        word
        for word in (*words, *of)
        if transliterate(fold(word), tag) != folded(asked.transliterate(fold(word)), tag)
    ]
    assert differ == []


TONGUES = {
    "one letter of the old alphabet is enough": ("Ҹавид", "az-Cyrl"),
    "so is the schwa, under either code point": ("Мəммəдов", "az-Cyrl"),
    "Bashkir has the schwa too, and letters of its own": ("Зәйнәп ҡыҙы", "ru"),
    "Ukrainian": ("Алі", "ru"),
    "Persian": ("حسن", "fa"),
    "capital I is dotless where a schwa says so": ("ILQARƏ", "az"),
    "and nobody knows without": ("ILQAR", ""),
    "a tag of its own stays": ("Ali", "tr"),
}


@pytest.mark.parametrize(("name", "tag"), TONGUES.values(), ids=TONGUES)
def test_letters_say_how_a_name_is_read(name, tag):
    assert tongue_of(name, tag if tag == "tr" else "") == tag


def test_search_keys_come_from_the_same_tables():
    plain = {"ə": "e", "ı": "i", "ş": "s", "ç": "c", "ö": "o", "ü": "u", "ğ": "g"}
    for letter, written in letters("az-Cyrl").items():
        if written.isascii() or written in plain:
            assert ascii_key(letter, "az-Cyrl") == plain.get(written, written)
