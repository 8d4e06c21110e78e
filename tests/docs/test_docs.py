"""The documentation is held to the code: references are current, commands exist, links lead somewhere."""

from __future__ import annotations

import importlib.util
import re
import shlex
import subprocess
from pathlib import Path

import click
import pytest

from candlemark.cli import candlemark
from candlemark.errors import CandlemarkError, tree

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
CODE_BLOCK = re.compile(r"```sh\n(.*?)```", re.DOTALL)
LINK = re.compile(r"\]\(([^)#]+)(?:#[^)]*)?\)")


def reference():
    spec = importlib.util.spec_from_file_location("reference", ROOT / "tools" / "reference.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def documented_commands():
    for page in PAGES:
        for block in CODE_BLOCK.findall(page.read_text(encoding="utf-8")):
            for line in block.replace("\\\n", " ").splitlines():
                words = shlex.split(line, comments=True)
                if words and words[0].endswith("candlemark"):
                    yield pytest.param(words[1:], id=f"{page.name}: {' '.join(words[1:4])}")


@pytest.mark.parametrize("name", ["commands.md", "errors.md", "terms.md", "crosswalks.md"])
def test_a_reference_page_says_what_the_code_says(name):
    made = reference()

    written = (made.FOLDER / name).read_text(encoding="utf-8")

    assert made.page(name) == written, "run: make docs"


@pytest.mark.parametrize("words", list(documented_commands()))
def test_a_documented_command_exists_with_its_options(words):
    command, path = candlemark, []
    while isinstance(command, click.Group):
        assert words, "a group alone is not an example"
        name, *words = words
        command, path = command.get_command(click.Context(command), name), [*path, name]
        assert command is not None, f"there is no {' '.join(path)}"

    # Parsing only: an unknown option or a missing argument raises here.
    known = {
        option
        for parameter in command.params
        for option in (*parameter.opts, *parameter.secondary_opts)
    }
    used = {word.split("=")[0] for word in words if word.startswith("--")}

    assert used <= known, f"{' '.join(path)} has no {used - known}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_link_within_the_project_leads_to_a_file(page):
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), target


def test_every_exit_code_is_unique():
    codes = [kind.exit_code for kind in tree()]

    assert len(set(codes)) == len(codes)


def test_every_error_is_drawn_in_the_docstring_with_its_code():
    drawn = dict(re.findall(r"(\w+) +(\d+)", importlib.import_module("candlemark.errors").__doc__))

    assert {kind.__name__: str(kind.exit_code) for kind in tree()} == drawn


def test_every_error_says_what_it_means():
    assert [kind for kind in tree() if not kind.__doc__] == []
    assert issubclass(tree()[-1], CandlemarkError)


def test_every_command_has_help():
    silent = []

    def walk(path, command):
        if not command.help:
            silent.append(path)
        for name, child in getattr(command, "commands", {}).items():
            walk(f"{path} {name}", child)

    walk("candlemark", candlemark)

    assert silent == []


def test_no_file_names_a_package_registry():
    # The names are put together here so that this file does not name one either.
    hosts = ["pypi" + ".org", "python" + "hosted", "registry" + ".npmjs", "deb" + ".debian"]
    tracked = (
        subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
        .stdout.decode()
        .split("\0")
    )
    naming = []
    for name in filter(None, tracked):
        path = ROOT / name
        if path.suffix in {".woff2", ".png", ".mo"} or not path.is_file():
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        naming += [(name, host) for host in hosts if host in text]

    assert naming == []


def test_every_test_that_holds_a_claim_exists():
    claims = re.findall(
        r"`(tests/[^`:]+)(?:::(\w+))?`",
        (ROOT / "docs" / "soundness.md").read_text(encoding="utf-8"),
    )

    assert len(claims) > 30
    for path, name in claims:
        assert (ROOT / path).exists(), path
        assert not name or f"def {name}(" in (ROOT / path).read_text(encoding="utf-8"), name
