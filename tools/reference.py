"""Write docs/reference from the code: commands, errors, terms, crosswalks.

``python tools/reference.py`` writes the files anew; a test compares them with what it would
write, so the reference cannot fall behind.
"""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import TYPE_CHECKING

import click

from candlemark.cli import candlemark
from candlemark.definition import Definition, crosswalk_codes, load_crosswalk
from candlemark.errors import CandlemarkError, tree

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "reference"
MADE = "<!-- Written by tools/reference.py; change the code, then run: make docs -->\n\n"


def commands() -> str:
    """Every command with its help, as a person sees it."""
    parts = ["# Commands\n\nWhat `candlemark COMMAND --help` prints.\n"]
    for path, command in _walk("candlemark", candlemark):
        with click.Context(command, info_name=path, **candlemark.context_settings) as context:
            parts.append(f"## {path}\n\n```text\n{command.get_help(context)}\n```\n")
    return "\n".join(parts)


def _walk(path: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in sorted(command.list_commands(context)):
            child = command.get_command(context, name)
            if child is not None:
                yield from _walk(f"{path} {name}", child)


def errors() -> str:
    """Every error with its exit code and what it means."""
    rows = [
        f"| {kind.exit_code} | `{kind.__name__}` | {_first_line(kind)} |"
        for kind in sorted(tree(), key=lambda kind: kind.exit_code)
    ]
    head = (
        "# Errors and exit codes\n\nEvery refusal prints what is wrong and what to do, and leaves"
        " with its own exit code. 0 is success.\n\n"
        "| code | name | meaning |\n|---|---|---|\n"
    )
    return head + "\n".join(rows) + "\n"


def _first_line(kind: type[CandlemarkError]) -> str:
    return (inspect.getdoc(kind) or "").split("\n\n", maxsplit=1)[0].replace("\n", " ")


def terms() -> str:
    """Every scheme and term of the definition, with its English label and note."""
    edition = Definition.load()
    parts = [f"# Terms of edition {edition.code}\n\nFingerprint `{edition.fingerprint}`.\n"]
    for scheme in edition.schemes:
        parts.append(f"## {scheme.labels['en']} (`{scheme.code}`)\n\n{scheme.notes['en']}\n")
        rows = [
            f"| `{term.code}` | {term.labels['en']} |"
            f" {f'`{term.broader}`' if term.broader else ''} |"
            f" {' '.join(term.notes['en'].split())} |"
            for term in scheme.terms
        ]
        parts.append(
            "| code | label | part of | note |\n|---|---|---|---|\n" + "\n".join(rows) + "\n"
        )
    return "\n".join(parts)


def crosswalks() -> str:
    """Every crosswalk that ships, with what it counts and what it leaves out."""
    edition = Definition.load()
    parts = ["# Crosswalks\n"]
    for code in crosswalk_codes():
        walk = load_crosswalk(code, edition)
        parts.append(f"## {code}\n\n{walk.agency}{' (simulated)' if walk.simulated else ''}\n")
        lines = [
            f"- counts: `{walk.unit}`",
            f"- tables: {', '.join(f'`{table.file}`' for table in walk.tables)}",
            f"- stages: {', '.join(f'{rule.own} (`{rule.stage}`)' for rule in walk.stages)}",
            *(f"- includes: {text}" for text in walk.includes),
            *(f"- leaves out: {text}" for text in walk.excludes),
        ]
        if not walk.cohort:
            lines.append(f"- no shares over time: {walk.cohort_note}")
        parts.append("\n".join(lines) + "\n")
    return "\n".join(parts)


PAGES = {
    "commands.md": commands,
    "errors.md": errors,
    "terms.md": terms,
    "crosswalks.md": crosswalks,
}


def page(name: str) -> str:
    """The text of one page, as it should stand in docs/reference."""
    return MADE + PAGES[name]()


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in PAGES:
        (FOLDER / name).write_text(page(name), encoding="utf-8")
        print(f"docs/reference/{name}")
