"""How many lines of tests there are to a line of code, in seal and ledger.

Counted are lines that hold something: no blank line, no comment, no docstring, and a statement over
five lines as five.  The tests are those of these two floors, of the contracts every store keeps, of
the ordeal, and what these share; tests of other floors, which use the vault too, and the vectors
under ``tests/vectors`` are not counted.

Usage: python tools/sloc.py [--least RATIO]; 1 when there are fewer.
"""

from __future__ import annotations

import argparse
import ast
import io
import sys
import tokenize
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CODE = {"seal": "src/candlemark/seal", "ledger": "src/candlemark/ledger"}
TESTS = ("tests/seal", "tests/ledger", "tests/contracts", "tests/ordeal")
_NOTHING = {
    tokenize.COMMENT,
    tokenize.NL,
    tokenize.NEWLINE,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENCODING,
    tokenize.ENDMARKER,
}
_WITH_DOCSTRING = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def lines_of(source: str) -> int:
    """Lines of a file that hold something."""
    held: set[int] = set()
    for token in tokenize.tokenize(io.BytesIO(source.encode()).readline):
        if token.type not in _NOTHING:
            held.update(range(token.start[0], token.end[0] + 1))
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, _WITH_DOCSTRING) and ast.get_docstring(node, clean=False) is not None:
            said = node.body[0]
            held.difference_update(range(said.lineno, (said.end_lineno or said.lineno) + 1))
    return len(held)


def in_folder(folder: str) -> dict[Path, int]:
    """Every file in a folder with its lines."""
    return {
        path: lines_of(path.read_text(encoding="utf-8"))
        for path in sorted((ROOT / folder).rglob("*.py"))
    }


def shared(tests: set[Path]) -> dict[Path, int]:
    """The files directly under ``tests`` that these tests import, and what those import."""
    there = {path.stem: path for path in (ROOT / "tests").glob("*.py")}
    found: dict[Path, int] = {}
    waiting = set(tests)
    while waiting:
        tree = ast.parse(waiting.pop().read_text(encoding="utf-8"))
        names = {
            name
            for node in ast.walk(tree)
            for name in (
                [one.name for one in node.names]
                if isinstance(node, ast.Import)
                else [node.module or ""]
                if isinstance(node, ast.ImportFrom)
                else []
            )
        }
        for path in {there[name] for name in names & there.keys()} - found.keys():
            found[path] = lines_of(path.read_text(encoding="utf-8"))
            waiting.add(path)
    return found


def main() -> int:
    """Print the lines and the ratio."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--least", type=float, default=0.0)
    asked = parser.parse_args()
    code = {name: sum(in_folder(folder).values()) for name, folder in CODE.items()}
    tests = {folder: in_folder(folder) for folder in TESTS}
    beside = shared({path for found in tests.values() for path in found})
    tried = {
        **{folder: sum(found.values()) for folder, found in tests.items()},
        "shared by them": sum(beside.values()),
    }
    ratio = sum(tried.values()) / sum(code.values())
    for what, counted in (("code", code), ("tests", tried)):
        each = ", ".join(f"{name} {lines}" for name, lines in counted.items())
        print(f"lines of {what}: {sum(counted.values())} ({each})")
    print(f"lines of tests to a line of code, in seal and ledger: {ratio:.2f}")
    return int(ratio < asked.least)


if __name__ == "__main__":
    sys.exit(main())
