"""Read models lie where no disk keeps them, and where nobody else comes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from candlemark.ledger.model import is_in_memory, models_folder, place
from candlemark.ledger.model.place import is_ours_alone, make_folder

VAULT = bytes(range(16))
MEMORY = Path("/dev/shm")  # noqa: S108 - looked at, not written to

needs_memory = pytest.mark.skipif(not is_in_memory(MEMORY), reason="needs a file system in memory")


@needs_memory
def test_the_runtime_folder_of_the_account_comes_first(tmp_path, runtime_folder):
    assert models_folder(tmp_path, VAULT) == runtime_folder / "candlemark" / VAULT.hex()


@needs_memory
def test_then_comes_shared_memory(tmp_path, monkeypatch):
    monkeypatch.delenv("XDG_RUNTIME_DIR")

    assert models_folder(tmp_path, VAULT) == MEMORY / f"candlemark-{os.getuid()}" / VAULT.hex()


@needs_memory
def test_a_runtime_folder_on_a_disk_is_passed_over(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    if is_in_memory(tmp_path):
        pytest.skip("the folder for temporary files lies in memory here")

    assert models_folder(tmp_path, VAULT).is_relative_to(MEMORY)


@needs_memory
@pytest.mark.parametrize("trap", ["link", "open", "file"])
def test_what_somebody_else_put_there_is_passed_over(tmp_path, runtime_folder, monkeypatch, trap):
    runtime = runtime_folder / f"trap {trap}"
    runtime.mkdir()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(runtime))
    ours = runtime / "candlemark"
    if trap == "link":
        (runtime / "elsewhere").mkdir(mode=0o700)
        ours.symlink_to(runtime / "elsewhere")
    elif trap == "open":
        ours.mkdir()
        ours.chmod(0o777)
    else:
        ours.write_bytes(b"")

    assert not models_folder(tmp_path, VAULT).is_relative_to(runtime)


def test_where_there_is_no_memory_they_lie_beside_the_vault(tmp_path, monkeypatch):
    monkeypatch.setattr(place, "_MOUNTS", tmp_path / "no such file")

    assert models_folder(tmp_path, VAULT) == tmp_path / "models"
    make_folder(tmp_path / "models")
    assert is_ours_alone(tmp_path / "models")


def test_a_folder_that_is_not_there_is_in_no_memory(tmp_path):
    assert not is_in_memory(tmp_path / "no such folder")


def test_what_is_no_folder_is_not_ours(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    (tmp_path / "link").symlink_to(tmp_path)

    assert not is_ours_alone(tmp_path / "file")
    assert not is_ours_alone(tmp_path / "link")
    assert not is_ours_alone(tmp_path / "nothing")


def test_a_mount_with_a_space_in_its_name_is_known(tmp_path, monkeypatch):
    there = tmp_path / "a b"
    there.mkdir()
    mounts = tmp_path / "mounts"
    mounts.write_text(
        f"disk / ext4 rw 0 0\ntmpfs {str(there.resolve()).replace(' ', chr(92) + '040')} tmpfs rw 0 0\n"
    )
    monkeypatch.setattr(place, "_MOUNTS", mounts)

    assert is_in_memory(there)
    assert not is_in_memory(tmp_path)
