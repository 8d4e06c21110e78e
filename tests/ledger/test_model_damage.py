"""A model that is damaged, cut or killed never answers wrongly, and its files say nothing."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from candlemark.ledger.model import Models, cipher
from candlemark.ledger.model.watermark import Place, read_build
from read_models import everything, notes, said

PROGRAM = Path(__file__).parent / "programs" / "model.py"
PAGE = 4096


@pytest.fixture
def standing(vault, tmp_path, world):
    """A model that stands, what it answers, its two files and their bytes."""
    identity = vault._identity
    for n in range(12):
        world.say(vault.ledger, f"Əliyev said {n} at the gate", f"word{n} " * 30)
    models = Models(
        vault.ledger, identity.vault, identity.keyring.compartments, tmp_path / "kept" / "vault"
    )

    class Standing:
        kept, projection = models, notes(world.kinds)
        good = models.coded(notes(world.kinds), everything)
        key, db = next(models.folder.glob("*.key")), next(models.folder.glob("*.db"))
        key_bytes, db_bytes = key.read_bytes(), db.read_bytes()

        def answer(self):
            return self.kept.coded(self.projection, everything)

        def put_back(self):
            for path in self.kept.folder.glob("*.db"):
                path.unlink()
            self.db.write_bytes(self.db_bytes)
            self.key.write_bytes(self.key_bytes)

        def opened(self):
            place = Place(identity.vault, "coded")
            build = read_build(self.key.read_bytes(), place, identity.keyring.compartments["coded"])
            return cipher.open_file(self.db, build.key, 1)

    return Standing()


def test_every_byte_of_the_key_file_that_is_changed_is_found(standing):
    for at in range(len(standing.key_bytes)):
        changed = bytearray(standing.key_bytes)
        changed[at] ^= 1 << (at % 8)
        standing.put_back()
        standing.key.write_bytes(changed)

        assert standing.answer() == standing.good, at
        assert not standing.db.exists(), f"byte {at} was not noticed"


def test_every_length_of_the_key_file_is_found(standing):
    for length in range(len(standing.key_bytes)):
        standing.put_back()
        standing.key.write_bytes(standing.key_bytes[:length])

        assert standing.answer() == standing.good, length
        assert not standing.db.exists(), f"length {length} was not noticed"


def test_every_byte_of_the_file_stands_under_a_mac(standing):
    """Each byte of three pages, and of every other page some, the last ones among them."""
    pages = len(standing.db_bytes) // PAGE
    places = [at for page in (0, 1, pages - 1) for at in range(page * PAGE, (page + 1) * PAGE)]
    places += [
        page * PAGE + at
        for page in range(pages)
        for at in (0, 15, 77, 4015, 4016, 4031, 4032, 4095)
    ]
    standing.opened().close()
    with standing.db.open("rb+", buffering=0) as file:
        for at in places:
            file.seek(at)
            file.write(bytes([standing.db_bytes[at] ^ (1 << (at % 8))]))
            assert found_damaged(standing), f"byte {at} was not noticed"
            file.seek(at)
            file.write(standing.db_bytes[at : at + 1])
    assert not found_damaged(standing)


def found_damaged(standing):
    """Whether SQLCipher, reading every page, finds one whose MAC does not hold."""
    try:
        connection = standing.opened()
    except cipher.Unusable:
        return True
    try:
        return bool(connection.execute("PRAGMA cipher_integrity_check").fetchall())
    finally:
        connection.close()


def test_a_changed_file_gives_the_same_answers(standing):
    chance = random.Random(9)
    for at in sorted(chance.sample(range(len(standing.db_bytes)), 60)):
        changed = bytearray(standing.db_bytes)
        changed[at] ^= 1 << chance.randrange(8)
        standing.put_back()
        standing.db.write_bytes(changed)

        assert standing.answer() == standing.good, at


def test_a_file_cut_at_any_page_or_within_gives_the_same_answers(standing):
    pages = len(standing.db_bytes) // PAGE
    for length in [*(page * PAGE for page in range(pages)), 1, 16, 100, PAGE - 1, PAGE + 1]:
        standing.put_back()
        standing.db.write_bytes(standing.db_bytes[:length])

        assert standing.answer() == standing.good, length


def test_pages_that_changed_places_give_the_same_answers(standing):
    pages = [standing.db_bytes[at : at + PAGE] for at in range(0, len(standing.db_bytes), PAGE)]
    for one in range(len(pages) - 1):
        swapped = [*pages[:one], pages[one + 1], pages[one], *pages[one + 2 :]]
        standing.put_back()
        standing.db.write_bytes(b"".join(swapped))

        assert standing.answer() == standing.good, one


def test_the_whole_file_of_an_earlier_day_catches_up(standing, vault, world):
    world.say(vault.ledger, "later")
    newer = standing.answer()
    standing.db.write_bytes(standing.db_bytes)

    assert standing.answer() == newer
    assert newer[0] == standing.good[0] + 1


@pytest.mark.parametrize("seed", range(6))
def test_a_process_killed_while_it_builds_or_grows_leaves_a_whole_model(world, tmp_path, seed):
    chance = random.Random(seed)
    folder = tmp_path / "vault"
    with world.create(folder) as vault:
        vault.ledger.append_all([world.part(f"said {n} " + "before " * 20)] for n in range(300))
        place = vault.ledger.models.folder
    running = subprocess.Popen(
        [sys.executable, PROGRAM, folder, "killed", "1000"], stdout=subprocess.PIPE
    )
    if seed % 2:  # half of them after the model stands, the others at any moment of its making
        running.stdout.readline()
        time.sleep(chance.uniform(0, 0.4))
    else:
        while not any(place.glob("*.db")):
            time.sleep(0.001)
        time.sleep(chance.uniform(0, 0.03))
    running.kill()
    running.communicate()
    left = [path.read_bytes() for path in place.iterdir()]

    assert not any(needle in one for one in left for needle in needles("planted-word", "before"))
    with world.open(folder) as vault:
        told = vault.ledger.models.coded(notes(world.kinds), said)
        assert told == world.texts(vault.ledger)
        assert len(list(place.glob("*.db"))) == 1


def needles(*texts):
    """Texts as they would stand in a file."""
    return [text.encode(code) for text in texts for code in ("utf-8", "utf-16-le", "utf-16-be")]


def test_no_file_holds_a_word_of_what_was_said(world, tmp_path):
    """Neither those of the model nor any temporary one, while it is built, grows and is asked."""
    folder, temporary = tmp_path / "vault", tmp_path / "temporary"
    temporary.mkdir()
    with world.create(folder) as vault:
        place = vault.ledger.models.folder
        vault.ledger.append_all(
            [world.part(f"said {n} Əliyev " + "planted-word " * 200)] for n in range(400)
        )
    environment = os.environ | {"TMPDIR": str(temporary), "SQLITE_TMPDIR": str(temporary)}
    running = subprocess.Popen(
        [sys.executable, PROGRAM, folder, "Həsənova", "25"],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    looked, kinds, found = 0, set(), []
    planted = needles("planted-word", "planted", "Əliyev", "əliyev", "eliyev", "Həsənova", "Tolışə")
    while running.poll() is None or not looked:
        for path in [*place.glob("*"), *folder.iterdir(), *temporary.iterdir()]:
            try:
                content = path.read_bytes()
            except FileNotFoundError:
                continue
            looked += 1
            kinds.add(path.name.rpartition(".")[2])
            found += [(path.name, needle) for needle in planted if needle in content]
    said_aloud = running.communicate()[1]

    assert running.returncode == 0
    assert said_aloud == b"", "the cipher told its errors to the terminal"
    assert found == []
    assert list(temporary.iterdir()) == []
    assert {"db", "key"} <= kinds
    assert looked > 20


def test_a_full_place_is_told_and_the_old_state_stays(world, tmp_path):
    """The file may not grow: what the disk says when it is full."""
    folder = tmp_path / "vault"
    with world.create(folder) as vault:
        world.say(vault.ledger, "first")
        vault.ledger.models.coded(notes(world.kinds), said)
        (file,) = vault.ledger.models.folder.glob("*.db")
        size = file.stat().st_size
        vault.ledger.append_all([world.part("more " * 500)] for _ in range(200))
    script = (
        "import resource, sys\n"
        f"sys.path[:0] = {[str(PROGRAM.parent.parent), str(PROGRAM.parent.parent.parent)]!r}\n"
        "from pathlib import Path\n"
        "from conftest import World\n"
        "from read_models import notes, said\n"
        "from candlemark.errors import StorageFull\n"
        f"with World.open(Path({str(folder)!r})) as vault:\n"
        f"    resource.setrlimit(resource.RLIMIT_FSIZE, ({size + 8192}, -1))\n"
        "    try:\n"
        "        vault.ledger.models.coded(notes(World.kinds), said)\n"
        "    except StorageFull:\n"
        "        print('full')\n"
        "    resource.setrlimit(resource.RLIMIT_FSIZE, (-1, -1))\n"
        "    print(len(vault.ledger.models.coded(notes(World.kinds), said)))\n"
    )
    told = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, check=False, text=True
    )

    assert (told.stdout.split(), told.stderr) == (["full", "201"], "")
