"""Names are taken apart by rules that each have a name of their own here."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from candlemark.dates import PartialDate
from candlemark.linkage.names import (
    FOLDING_VERSION,
    DatedName,
    Order,
    parse_name,
    score,
    score_people,
)
from candlemark.linkage.names.parsing import Sex


def plain(words):
    return " ".join(word.plain for word in words)


# what it shows: (name, given, family, father, order)
APART = {
    "given name first": ("Məhəmməd Əliyev", "mehemmed", "eliyev", "", Order.ENDING),
    "a comma says it": ("Гасанов, Али", "ali", "gasanov", "", Order.COMMA),
    "the family name first without a comma": (
        "Магеррамов Абель",
        "abel",
        "magerramov",
        "",
        Order.ENDING,
    ),
    "son of, in Azerbaijani": ("Vəli İlyas oğlu Kərimov", "veli", "kerimov", "ilyas", Order.ENDING),
    "son of, in capitals": ("VƏLİ İLYAS OĞLU KƏRİMOV", "veli", "kerimov", "ilyas", Order.ENDING),
    "daughter of": ("Sevil Həsən qızı Quliyeva", "sevil", "quliyeva", "hesen", Order.ENDING),
    "son of, as Russian clerks write it": (
        "Агиль Магомед оглы Аббас",
        "agil",
        "abbas",
        "magomed",
        Order.ASSUMED,
    ),
    "daughter of, the same": (
        "Ганира Алескер кызы Пашаева",
        "ganira",
        "pashaeva",
        "alesker",
        Order.ENDING,
    ),
    "in the old Azerbaijani alphabet": (
        "Вәли Илјас оғлу Кәримов",
        "veli",
        "kerimov",
        "ilyas",
        Order.ENDING,
    ),
    "son of, in Ukrainian": (
        "Расим Насреддін огли Мусабеков",
        "rasim",
        "musabekov",
        "nasreddin",
        Order.ENDING,
    ),
    "daughter of, in Bashkir": (
        "Ханларова Зәйнәп Яхъя ҡыҙы",
        "zeynep",
        "khanlarova",
        "yakhya",
        Order.ENDING,
    ),
    "a father with two names": (
        "Ализаде, Араз Мамед-Мубариз оглы",
        "araz mamed",
        "alizade",
        "mubariz",
        Order.COMMA,
    ),
    "a patronymic in the middle": (
        "Иван Сергеевич Петров",
        "ivan",
        "petrov",
        "serge",
        Order.ENDING,
    ),
    "and at the end": ("Abramov Yevda Sasunoviç", "yevda", "abramov", "sasun", Order.ENDING),
    "a family name that looks like one": (
        "Абрамович Роман",
        "abramovich",
        "roman",
        "",
        Order.ASSUMED,
    ),
    "zadə": ("Ziyad Səmədzadə", "ziyad", "semedzade", "", Order.ENDING),
    "lı after a father's name first": (
        "Hüseynli Əli Vəli oğlu",
        "eli",
        "huseynli",
        "veli",
        Order.PATRONYMIC,
    ),
    "li at the end of a long word": ("Fəzail İbrahimli", "fezail", "ibrahimli", "", Order.ENDING),
    "li at the end of a given name is no sign": (
        "Vəli Mustafa",
        "veli",
        "mustafa",
        "",
        Order.ASSUMED,
    ),
    "oğlu in one word is a family name": (
        "Hikmət Babaoğlu",
        "hikmet",
        "babaoglu",
        "",
        Order.ENDING,
    ),
    "son of, in one Kazakh word": (
        "НЫҒМАТУЛИН Нұрлан Зайроллаұлы",
        "nurlan",
        "nygmatulin",
        "zayrolla",
        Order.PATRONYMIC,
    ),
    "an Azerbaijani name with the vowels of Iran": ("گۆزل تۆرک", "gozl", "tork", "", Order.ASSUMED),
    "a Persian name": ("علی حسینی", "ali", "hsini", "", Order.ASSUMED),
    "son of, in Arabic": ("محمد بن علی حسینی", "mhmd", "hsini", "ali", Order.ASSUMED),
    "one word that is a family name": ("Əliyev", "", "eliyev", "", Order.ENDING),
    "one word that is not": ("Əli", "eli", "", "", Order.ASSUMED),
}


@pytest.mark.parametrize(("name", "given_", "family", "father", "order"), APART.values(), ids=APART)
def test_a_name_is_taken_apart(name, given_, family, father, order):
    found = parse_name(name)

    assert (plain(found.given), plain(found.family), plain(found.father), found.order) == (
        given_,
        family,
        father,
        order,
    )


def test_the_original_and_the_version_of_the_folding_are_kept():
    found = parse_name("  ƏLİYEV, Həsən ")

    assert found.original == "  ƏLİYEV, Həsən "
    assert found.version == FOLDING_VERSION


def test_a_kazakh_fathers_name_says_whether_it_is_a_man_or_a_woman():
    told = [parse_name(f"Тілеухан Бота {one}").sex for one in ("Қанайқызы", "Қанайұлы")]
    assert told == [Sex.WOMAN, Sex.MAN]


def test_a_title_is_set_aside_where_a_name_is_left():
    assert parse_name("Dr. Seyid Əli Kərimov").titles == ("dr", "seyid")
    assert parse_name("Hacı Salayev").titles == ()


ONE = {
    "both letters schwa": ("M\u04d9mm\u04d9dov \u018fli", "Məmmədov Əli"),
    "capitals with both letters i": ("İLQAR QIZILBAŞ", "İlqar Qızılbaş"),
    "the order of the words": ("Həsənov Əli", "Əli Həsənov"),
    "old Azerbaijani Cyrillic and Latin": ("Һәсәнов Әли", "Həsənov Əli"),
}


@pytest.mark.parametrize(("one", "other"), ONE.values(), ids=ONE)
def test_spellings_that_are_one_score_one(one, other):
    assert score(parse_name(one), parse_name(other)).value == pytest.approx(1)


def test_the_fathers_name_is_evidence_of_its_own():
    one, same, other = (
        parse_name(f"Əliyev Həsən {father}oğlu") for father in ("Vəli ", "Вели ", "Rəşad ")
    )
    bare = parse_name("Əliyev Həsən")

    assert score(one, other).value == score(one, bare).value == 1
    assert score(one, bare).father is None
    assert score(one, other).father < 0.5 < score(one, same).father


def test_a_brother_and_a_sister_are_not_two_spellings():
    man, woman = parse_name("Əliyev Ülvi"), parse_name("Əliyeva Ülvi")

    assert (man.sex, woman.sex, parse_name("Ülvi Mustafa").sex) == (Sex.MAN, Sex.WOMAN, Sex.UNSAID)
    assert parse_name("Ülvi Vəli qızı Mustafa").sex is Sex.WOMAN
    assert score(man, woman).value < 0.85


STRANGE = {
    "Chinese": ("梅赫里班·阿利耶娃", ("cjk",)),
    "Korean": ("메흐리반 알리예바", ("hangul",)),
    "Greek": ("Ζεϊνάμπ", ("greek",)),
    "Hebrew": ("יהודה", ("hebrew",)),
    "half of it": ("Əli 아", ("hangul",)),
    "nothing": ("", ()),
    "a dash": ("—", ()),
    "digits": ("123", ()),
}


@pytest.mark.parametrize(("name", "scripts"), STRANGE.values(), ids=STRANGE)
def test_a_name_that_cannot_be_read_is_said_and_equals_nothing_not_even_itself(name, scripts):
    found = parse_name(name)

    assert found.order is Order.UNREADABLE
    assert found.scripts == scripts
    assert found.keys == frozenset()
    assert score(found, found) is None
    assert score(found, parse_name("Əli Həsənov")) is None


def test_a_person_who_changed_the_name_is_found_by_the_list_of_names():
    now = DatedName(parse_name("Musa Urud"), since=PartialDate(2015))
    before = DatedName(parse_name("Musa Quliyev"), until=PartialDate(2015))
    asked = [DatedName(parse_name("Кулиев Муса"))]

    assert score_people(asked, [now]).score.value < 0.7
    found = score_people(asked, [now, before])
    assert found.right is before
    assert found.score.value > 0.7


def test_people_whose_names_cannot_be_read_have_no_score():
    assert score_people([DatedName(parse_name("梅"))], [DatedName(parse_name("梅"))]) is None
    assert score_people([], [DatedName(parse_name("Əli"))]) is None


NAMES = st.text(st.sampled_from("ƏəIıİişğqxhoözaeəАлиевҹһбваحسنعلی '-,.ov梅"), max_size=30)


WORDS = st.lists(
    st.sampled_from(
        [
            "oğlu",
            "кызы",
            "bin",
            "Dr",
            "Hacı",
            "Əli",
            "Həsənova",
            "Петрович",
            "حسن",
            "بن",
            ",",
            "-",
            "梅",
        ]
    ),
    max_size=6,
).map(" ".join)


@given(WORDS)
def test_markers_and_titles_in_any_order_are_read_or_refused(name):
    found = parse_name(name)

    assert found.original == name
    assert score(found, found) is None or score(found, found).value == pytest.approx(1)


def test_a_father_without_a_name_is_kept_and_scores_nothing():
    found = parse_name("İlyas oğlu")

    assert (found.words, plain(found.father)) == ((), "ilyas")
    assert score(found, found) is None


@given(NAMES, NAMES)
def test_a_score_is_the_same_both_ways_and_between_none_and_one(one, other):
    left, right = parse_name(one), parse_name(other)
    found, back = score(left, right), score(right, left)

    assert (found is None) == (back is None)
    if found is not None:
        assert 0 <= found.value <= 1
        assert found.value == pytest.approx(back.value)


@given(NAMES)
def test_a_name_that_is_read_is_most_like_itself(name):
    found = score(parse_name(name), parse_name(name))

    assert found is None or found.value == pytest.approx(1)
