"""Simulated people for tests of private linkage: true pairs are known, because they were made.

Two worlds.  ``regional``: people of Azerbaijan as two organisations write them down, in three
spelling habits and two scripts, with typing errors, wrong and missing dates, places that changed.
``registers``: clean records with corruptions in the manner of the FEBRL generator (one copy of each
record, up to two changes in a cell, up to four in a record, cells lost).  It is not FEBRL4, whose
files do not belong to this project: ``febrl4`` reads them where they lie beside the checkout.
"""

import csv
import io
from dataclasses import dataclass

import msgspec
import numpy as np

from candlemark.linkage.private import Agreement, agree, known_by, make_ready, profile, read_list
from candlemark.linkage.private.agreement import scheme_of
from candlemark.linkage.private.papers import sealed_with_hash
from candlemark.seal import SealingKey

MEN = [
    "Əli",
    "Vəli",
    "Həsən",
    "Hüseyn",
    "Məmməd",
    "Rəşad",
    "Elçin",
    "İlqar",
    "Orxan",
    "Tural",
    "Vüqar",
    "Ramil",
    "Samir",
    "Anar",
    "Elnur",
    "Fərid",
    "Kamran",
    "Nicat",
    "Rauf",
    "Tofiq",
    "Zaur",
    "Araz",
    "Ceyhun",
    "Davud",
    "Emin",
    "Fuad",
    "Hikmət",
    "İbrahim",
    "Kənan",
    "Lətif",
    "Mübariz",
    "Namiq",
    "Oqtay",
    "Pərviz",
    "Qurban",
    "Rövşən",
    "Səbuhi",
    "Şahin",
    "Taleh",
    "Ülvi",
    "Yusif",
    "Xəyal",
    "Çingiz",
    "Bəxtiyar",
    "Azər",
    "Bəhruz",
    "Cavid",
    "Eldar",
    "Firudin",
    "Habil",
]
WOMEN = [
    "Aygün",
    "Leyla",
    "Günel",
    "Nigar",
    "Aysel",
    "Sevda",
    "Könül",
    "Lalə",
    "Gülnar",
    "Nərgiz",
    "Səbinə",
    "Təranə",
    "Ülviyyə",
    "Zəhra",
    "Xədicə",
    "Çinarə",
    "Şəbnəm",
    "Rəna",
    "Pərvanə",
    "Nuranə",
    "Mətanə",
    "Lamiyə",
    "Kəmalə",
    "İradə",
    "Həcər",
    "Gülşən",
    "Fidan",
    "Esmira",
    "Dilarə",
    "Cəmilə",
    "Bəyim",
    "Aytən",
    "Afaq",
    "Səkinə",
    "Tünzalə",
    "Validə",
    "Yeganə",
    "Arzu",
    "Elnarə",
    "Firuzə",
]
STEMS = [
    *MEN,
    *[
        "Quli",
        "Kərim",
        "Cəfər",
        "İsmayıl",
        "Abbas",
        "Rza",
        "Nəcəf",
        "Baba",
        "Ağa",
        "Səfər",
        "Heydər",
        "Mirzə",
        "Musa",
        "Nəsib",
        "Allahverdi",
        "Şükür",
        "Rüstəm",
        "Novruz",
        "Bayram",
        "Cabbar",
        "Dadaş",
        "Əsgər",
        "Fətulla",
        "Hacı",
        "İsgəndər",
        "Kazım",
        "Mahmud",
        "Nağı",
        "Orucəli",
        "Paşa",
        "Qasım",
        "Rəhim",
        "Salman",
        "Teymur",
        "Vahab",
        "Xalıq",
        "Yaqub",
        "Zülfüqar",
        "Əhməd",
        "Bağır",
    ],
]
PLACES = [
    "Bakı",
    "Gəncə",
    "Sumqayıt",
    "Şəki",
    "Lənkəran",
    "Mingəçevir",
    "Naxçıvan",
    "Şirvan",
    "Yevlax",
    "Xankəndi",
    "Quba",
    "Qusar",
    "Masallı",
    "Astara",
    "Lerik",
    "Yardımlı",
    "Cəlilabad",
    "Biləsuvar",
    "Salyan",
    "Neftçala",
    "Sabirabad",
    "İmişli",
    "Beyləqan",
    "Ağcabədi",
    "Bərdə",
    "Tərtər",
    "Goranboy",
    "Şəmkir",
    "Tovuz",
    "Qazax",
    "Ağstafa",
    "Gədəbəy",
    "Daşkəsən",
    "Zaqatala",
    "Balakən",
    "Qax",
    "Oğuz",
    "Qəbələ",
    "İsmayıllı",
    "Şamaxı",
]
LATIN = str.maketrans(
    {
        "ə": "a",
        "ı": "i",
        "ö": "o",
        "ü": "u",
        "ğ": "gh",
        "ş": "sh",
        "ç": "ch",
        "x": "kh",
        "q": "g",
        "c": "j",
        "Ə": "A",
        "İ": "I",
        "Ö": "O",
        "Ü": "U",
        "Ş": "Sh",
        "Ç": "Ch",
        "X": "Kh",
        "Q": "G",
        "C": "J",
    }
)
_RUSSIAN = {
    "a": "а",
    "ə": "а",
    "b": "б",
    "c": "дж",
    "ç": "ч",
    "d": "д",
    "e": "е",
    "f": "ф",
    "g": "г",
    "ğ": "г",
    "h": "г",
    "x": "х",
    "ı": "ы",
    "i": "и",
    "j": "ж",
    "k": "к",
    "l": "л",
    "m": "м",
    "n": "н",
    "o": "о",
    "ö": "ё",
    "p": "п",
    "q": "г",
    "r": "р",
    "s": "с",
    "ş": "ш",
    "t": "т",
    "u": "у",
    "ü": "у",
    "v": "в",
    "y": "й",
    "z": "з",
}


@dataclass(frozen=True)
class Two:
    """Two lists of dictionaries, and which rows are one person."""

    left: list
    right: list
    same: frozenset


def zipf(many, steep):
    weights = 1 / np.arange(1, many + 1) ** steep
    return weights / weights.sum()


def typing_error(chance, text):
    if len(text) < 3:
        return text
    at, kind = chance.integers(1, len(text) - 1), chance.integers(4)
    letter = "aeiourtnslmkdbyz"[chance.integers(16)]
    return (
        text[:at] + letter + text[at + 1 :],
        text[:at] + text[at + 1 :],
        text[:at] + letter + text[at:],
        text[:at] + text[at + 1] + text[at] + text[at + 2 :],
    )[kind]


def _person(chance):
    man = chance.random() < 0.6
    givens = MEN if man else WOMEN
    stem = STEMS[chance.choice(len(STEMS), p=zipf(len(STEMS), 0.7))]
    ending = ("ov", "yev", "li", "zadə")[chance.choice(4, p=[0.45, 0.3, 0.15, 0.1])]
    if ending in {"ov", "yev"}:
        ending = ("yev" if stem[-1] in "aəıoöuüei" else "ov") + ("" if man else "a")
    return {
        "given": givens[chance.choice(len(givens), p=zipf(len(givens), 0.7))],
        "family": stem + ending,
        "father": MEN[chance.choice(len(MEN), p=zipf(len(MEN), 0.7))],
        "birth": str(np.datetime64("1945-01-01") + int(chance.integers(0, 365 * 60))),
        "place": PLACES[chance.choice(len(PLACES), p=zipf(len(PLACES), 0.8))],
    }


def clean(many, seed=4):
    """A list without an error or a gap: what an attacker would wish for."""
    chance = np.random.default_rng(seed)
    return [_person(chance) for _ in range(many)]


def _russian(text):
    written = "".join(
        _RUSSIAN.get(sign, sign) for sign in text.replace("İ", "i").replace("I", "ı").lower()
    )
    return written.title()


def _written_down(chance, person):
    """A person as one organisation has them: spelled, mistyped, half known."""
    row = dict(person)
    habit = chance.choice(3, p=[0.7, 0.2, 0.1])
    for column in ("given", "family", "father", "place"):
        if chance.random() < (0.06 if column != "place" else 0.03):
            row[column] = typing_error(chance, row[column])
        if habit == 1:
            row[column] = row[column].translate(LATIN)
        elif habit == 2:
            row[column] = _russian(row[column])
    day = row["birth"]
    if chance.random() < 0.03:
        at = (3, 6, 9)[chance.integers(3)]
        row["birth"] = day[:at] + str(chance.integers(1, 3)) + day[at + 1 :]
    if chance.random() < 0.05:
        row["birth"] = day[:4]
    if chance.random() < 0.03:
        row["birth"] = ""
    if chance.random() < 0.08:
        row["place"] = PLACES[chance.integers(len(PLACES))]
    if chance.random() < 0.15:
        row["father"] = ""
    return row


def regional(many, seed=1):
    """Two lists of ``many``, half of each in both."""
    chance = np.random.default_rng(seed)
    people = [_person(chance) for _ in range(many + many // 2)]
    left = [_written_down(chance, one) for one in people[:many]]
    order = chance.permutation(np.arange(many // 2, many + many // 2))
    right = [_written_down(chance, people[at]) for at in order]
    same = frozenset((int(at), place) for place, at in enumerate(order) if at < many)
    return Two(left, right, same)


REGISTERS = scheme_of(
    {
        "bits": 2048,
        "folds": 1,
        "load": 0.6,
        "threshold": 0.55,
        "least_known": 400,
        "attributes": [
            {"name": "name", "column": "name", "kind": "words", "weight": 280},
            {"name": "address", "column": "address", "kind": "text", "weight": 180},
            {"name": "place", "column": "place", "kind": "text", "weight": 100},
            {"name": "postcode", "column": "postcode", "kind": "digits", "weight": 70},
            {"name": "born", "column": "born", "kind": "digits", "weight": 200},
            {"name": "number", "column": "number", "kind": "digits", "weight": 170},
        ],
    }
)
"""A scheme of one's own: registers that share an address and a number full of errors."""


def _register(chance):
    def word(syllables):
        return "".join(
            "bcdfghklmnprstvw"[chance.integers(16)] + "aeiou"[chance.integers(5)]
            for _ in range(syllables)
        )

    person = _person(chance)
    return {
        "given": person["given"].translate(LATIN).lower(),
        "family": person["family"].translate(LATIN).lower(),
        "address": f"{chance.integers(1, 200)} {word(3)} street {word(2)}",
        "place": word(4),
        "postcode": f"{chance.integers(1000, 9999)}",
        "born": person["birth"].replace("-", ""),
        "number": f"{chance.integers(1_000_000, 9_999_999)}",
    }


def registers(many, seed=2):
    """One list, and a corrupted copy of every record in another order."""
    chance = np.random.default_rng(seed)
    left = [_register(chance) for _ in range(many)]
    order = chance.permutation(many)
    right = []
    for at in order:
        row = dict(left[at])
        for _ in range(chance.integers(1, 5)):
            column = list(row)[chance.integers(len(row))]
            kind = chance.random()
            if kind < 0.1:
                row[column] = ""
            elif kind < 0.15:
                row["given"], row["family"] = row["family"], row["given"]
            else:
                for _ in range(chance.integers(1, 3)):
                    row[column] = typing_error(chance, row[column])
        right.append(row)
    return Two(left, right, frozenset((int(at), place) for place, at in enumerate(order)))


def febrl4(folder):
    """The real one: 5,000 records and a corrupted copy of each."""

    def rows(name):
        with (folder / name).open(encoding="utf-8") as file:
            for row in csv.DictReader(file, skipinitialspace=True):
                cells = {key.strip(): cell.strip() for key, cell in row.items()}
                address = " ".join(
                    cells[key] for key in ("street_number", "address_1", "address_2")
                )
                yield (
                    cells["rec_id"].split("-")[1],
                    {
                        "given": cells["given_name"],
                        "family": cells["surname"],
                        "address": address.strip(),
                        "place": cells["suburb"],
                        "postcode": cells["postcode"],
                        "born": cells["date_of_birth"],
                        "number": cells["soc_sec_id"],
                    },
                )

    left, right = list(rows("dataset4a.csv")), list(rows("dataset4b.csv"))
    at = {name: place for place, (name, _) in enumerate(left)}
    same = frozenset((at[name], place) for place, (name, _) in enumerate(right))
    return Two([row for _, row in left], [row for _, row in right], same)


def as_csv(rows, prefix=""):
    """A list as an organisation would save it; the record says which row it is."""
    sheet = io.StringIO()
    writer = csv.writer(sheet)
    writer.writerow(["record", *rows[0]])
    writer.writerows([f"{prefix}{at}", *row.values()] for at, row in enumerate(rows))
    return sheet.getvalue().encode()


SECRET = SealingKey.from_bytes(bytes(range(32)))


def agreement(scheme=None, output="links", **numbers) -> Agreement:
    """Always the same for the same question, so that no test depends on what is drawn."""
    made = agree(scheme or profile("people"), output, known_by(SECRET), **numbers)
    return sealed_with_hash(msgspec.structs.replace(made, id=f"agreement_{'0' * 26}"))


def ready(rows, agreed, prefix=""):
    found, noticed = read_list(as_csv(rows, prefix), agreed.scheme)
    return make_ready(found, agreed, noticed)


def f1(found, true):
    """Precision, recall and F1 of pairs."""
    right = len(found & true)
    precision, recall = right / max(1, len(found)), right / len(true)
    return precision, recall, 2 * precision * recall / max(1e-9, precision + recall)
