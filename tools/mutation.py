"""How many changes of the code the tests notice: a sample of all changes of seal and ledger.

mutmut makes the changes: some ten thousand, each of one function.  Which tests reach a function is
what ``make coverage`` measured (``.coverage`` and ``.reaching.json``; run before, when they are not
there).  A change drawn is tried with the tests that reach it: first those of the module's own file,
the quickest first and the second case of a test as if it took twice as long, then others; after
either, those that share with one of them what is set up once for several.  So many as ``--seconds``
hold are run, until one fails.

A change counts as not noticed when all of these pass, also where slower tests that were left out
would have noticed it, where no test reaches it, and where nobody could tell it from the code
(``hashlib`` takes ``SHA256`` for ``sha256``).  So the share is a lower bound.

These count as noticed too, and are named one by one: a change with which a test goes on for ever;
one with which the process dies; and one with which the tests cannot even be loaded, as when a
module no longer imports, provided the same tests load and run on the code as it is, which is tried
at once.  Where they do not, pytest failed and nothing was noticed.  A test goes on for ever when it
takes ten times the time it took before, of the processor's time and not the clock's, or waits
without using any: however busy the machine is.

Tests run on the code as it is first, and must pass; at the end every test that noticed something
does so again, or nothing it said counts.

Works on a copy in ``build/mutation``.  Prints a seed by which the same changes are drawn again,
each change that was not noticed, and how far off the share may be; 1 when it is under ``--least``.

Usage: python tools/mutation.py [--least 90] [--sample N] [--seed S] [--seconds T] [PATTERN ...]
where a pattern is that of a changed function, such as ``candlemark.seal.*``; then all of those are
tried, unless a sample is asked for.
"""

from __future__ import annotations

import argparse
import ast
import fnmatch
import functools
import hashlib
import importlib
import json
import math
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import coverage
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

ROOT = Path(__file__).resolve().parent.parent
PLACE = ROOT / "build" / "mutation"
MUTANTS = PLACE / "mutants" / "src"
MADE_OF = PLACE / "mutants" / "made-of"
REACHING = ROOT / ".reaching.json"
FLOORS = ("seal", "ledger")
SAMPLE = 150
MOST_TESTS = 1500
"""So many tests are tried on one change; those left out may only make the share smaller."""
PATIENCE = 10.0
"""How many times as long as before a test may take before it is held to go on for ever."""
GRACE = 20.0
"""Seconds of the processor any test may take besides."""
_LEAST_TOOK = 0.002
"""Seconds of a test whose time the processor's clock is too coarse for."""
LOADING = "loading the tests"
WAITING = 180.0
"""Seconds of the clock without work after which a test is held to wait for ever."""
WORK = 2.0
"""So many seconds of the processor in that time are work; the busiest machine gives more."""
_TICKS = os.sysconf("SC_CLK_TCK")
_NO_SUCH_TEST = {pytest.ExitCode.USAGE_ERROR, pytest.ExitCode.NO_TESTS_COLLECTED}


@dataclass(frozen=True)
class Tried:
    """One change, how it ended, and the test that noticed it.

    ``end`` is noticed, stopped (it went on for ever), died, unloaded (the tests do not load, and do
    on the code as it is), unnoticed, unreached, or failed (pytest runs on neither).
    """

    name: str
    end: str
    test: str = ""

    @property
    def noticed(self) -> bool:
        """Whether the tests tell it from the code."""
        return self.end in {"noticed", "stopped", "died", "unloaded"}


def prepare() -> None:
    """A copy of what is changed and tested, with every change beside the code it was made of."""
    PLACE.mkdir(parents=True, exist_ok=True)
    shutil.copy(ROOT / "pyproject.toml", PLACE / "pyproject.toml")
    for name in ("src", "tests"):
        shutil.rmtree(PLACE / name, ignore_errors=True)
        shutil.copytree(
            ROOT / name,
            PLACE / name,
            ignore=shutil.ignore_patterns("__pycache__", "ordeal", "*.egg-info"),
        )
    made_of = _made_of()
    if MADE_OF.exists() and MADE_OF.read_text() == made_of:
        return  # of the same code: making them takes a minute and a half
    shutil.rmtree(PLACE / "mutants", ignore_errors=True)
    (PLACE / "mutants").mkdir()
    script = (
        "from mutmut import __main__ as it;"
        "it.copy_src_dir(); it.copy_also_copy_files(); it.setup_source_paths();"
        "it.create_mutants(2)"
    )
    subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-c", script], cwd=PLACE, check=True, stdout=subprocess.DEVNULL
    )
    MADE_OF.write_text(made_of)


def _made_of() -> str:
    """What tells whether the changes were made of the code as it is."""
    told = hashlib.sha256((ROOT / "pyproject.toml").read_bytes())
    for path in sorted((ROOT / "src").rglob("*.py")):
        told.update(f"{path.relative_to(ROOT)}\n".encode() + path.read_bytes())
    return told.hexdigest()


def every_change() -> list[str]:
    """The names of all changes, in order."""
    found: list[str] = []
    for floor in FLOORS:
        for meta in sorted((MUTANTS / "candlemark" / floor).rglob("*.meta")):
            found += json.loads(meta.read_text())["exit_code_by_key"]
    return sorted(found)


def measure() -> None:
    """Which tests reach which lines, when nobody measured it yet."""
    if not (ROOT / ".coverage").exists() or not REACHING.exists():
        subprocess.run(["make", "coverage"], cwd=ROOT, check=False)  # noqa: S607 - as documented


class Nearest:
    """Which tests to try on a change, in which order."""

    def __init__(self, seconds: float) -> None:
        kept = json.loads(REACHING.read_text())
        self._took: dict[str, float] = kept["seconds"]
        self._mates = _mates(kept["shared"])
        self._seconds = seconds
        self._data = coverage.CoverageData(str(ROOT / ".coverage"))
        self._data.read()

    def tests(self, change: str) -> list[str]:
        """Those that reach the function, and those that share what reaches it; own ones first."""
        module, _, mangled = change.rpartition(".")
        path = "src/" + module.replace(".", "/") + ".py"
        if not (PLACE / path).exists():
            path = path.removesuffix(".py") + "/__init__.py"
        lines = self._lines(path).get(plain(mangled), range(0))
        contexts = self._contexts(path)
        reach = {one for line in lines for one in contexts.get(line, []) if one in self._took}
        own = f"test_{Path(path).stem}.py"
        mates = {one for test in reach for one in self._mates.get(test, ())} & self._took.keys()
        ordered = self._in_turn(reach | mates, lambda one: (own not in one, one not in reach))
        chosen: list[str] = []
        spent = 0.0
        for one in ordered[:MOST_TESTS]:
            spent += self._took[one]
            if chosen and spent > self._seconds:
                break
            chosen.append(one)
        return chosen

    def _in_turn(self, some: Iterable[str], rank: Callable[[str], tuple[bool, bool]]) -> list[str]:
        """By rank; then the quickest first, the second case of a test as if it took twice as long.

        Of many cases of one test, one more seldom notices what the others did not.
        """
        cases: Counter[str] = Counter()
        cost = {}
        for one in sorted(some, key=lambda one: (self._took[one], one)):
            cases[_without_case(one)] += 1
            cost[one] = cases[_without_case(one)] * (self._took[one] + _LEAST_TOOK)
        return sorted(cost, key=lambda one: (rank(one), cost[one], one))

    def limit(self, test: str) -> float:
        """Seconds of the processor that one may take; loading has as much as a long test."""
        return GRACE + PATIENCE * self._took.get(test, 6.0)

    @functools.cache  # noqa: B019 - one of it lives as long as the program
    def _contexts(self, path: str) -> dict[int, list[str]]:
        return self._data.contexts_by_lineno(str(ROOT / path))

    @functools.cache  # noqa: B019 - see above
    def _lines(self, path: str) -> dict[str, range]:
        """The lines of the body of each function of a file."""
        found = {}
        for node in ast.parse((PLACE / path).read_text()).body:
            for one in node.body if isinstance(node, ast.ClassDef) else [node]:
                if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef):
                    owner = f"{node.name}." if isinstance(node, ast.ClassDef) else ""
                    last = one.end_lineno or one.lineno
                    found[owner + one.name] = range(one.body[0].lineno, last + 1)
        return found


def _mates(shared: dict[str, list[str]]) -> dict[str, list[str]]:
    """For the first that asked for what is set up once, all that share it with it.

    Which lines that reaches is known of the first alone.
    """
    users: dict[str, list[str]] = {}
    for test, names in shared.items():
        for name in names:
            users.setdefault(name, []).append(test)
    mates: dict[str, list[str]] = {}
    for first, *others in users.values():
        mates.setdefault(first, []).extend(others)
    return mates


def plain(mangled: str) -> str:
    """``Tree.grown`` out of ``xǁTreeǁgrown__mutmut_3``, ``unpad`` out of ``x_unpad__mutmut_4``."""
    name = mangled.partition("__mutmut_")[0]
    if name.startswith("xǁ"):
        return ".".join(name.split("ǁ")[1:])
    return name.removeprefix("x_")


class _Told:
    """A plugin that writes down which test runs, and the first that fails or cannot be loaded."""

    def __init__(self, running: Path, failed: Path) -> None:
        self._running, self._failed = running, failed

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """Called by pytest before each test."""
        self._running.write_text(nodeid, encoding="utf-8")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Called by pytest after each phase of a test."""
        if report.failed and not self._failed.exists():
            self._failed.write_text(report.nodeid, encoding="utf-8")


def load() -> None:
    """Load what every try needs once; each is a fork of this process."""
    os.chdir(PLACE)
    sys.path.insert(0, str(MUTANTS))
    os.environ["PYTHONPATH"] = str(MUTANTS)
    os.environ["MUTANT_UNDER_TEST"] = ""
    for floor in FLOORS:
        for path in sorted((MUTANTS / "candlemark" / floor).rglob("*.py")):
            importlib.import_module(
                ".".join(path.relative_to(MUTANTS).with_suffix("").parts).removesuffix(".__init__")
            )
    importlib.import_module("hypothesis.stateful")


class _Watch:
    """Whether what runs in a process group goes on for ever, by the processor's time."""

    def __init__(self, group: int, limits: Callable[[str], float]) -> None:
        self._group, self._limits = group, limits
        self._running, self._since = LOADING, 0.0
        self._looked, self._worked = time.monotonic(), 0.0

    def over(self, running: str) -> bool:
        """Whether the test that runs took too much, or waited too long for nothing."""
        used, now = self._used(), time.monotonic()
        if running != self._running:
            self._running, self._since = running, used
        if used - self._worked >= WORK or used < self._worked:  # less: a process of it has ended
            self._looked, self._worked = now, used
        return used - self._since > self._limits(running) or now - self._looked > WAITING

    def _used(self) -> float:
        """Seconds all its processes took, and those of them that ended."""
        ticks = 0
        for path in Path("/proc").glob("[0-9]*/stat"):
            with suppress(OSError):
                # The name stands in brackets and may hold anything; the third field follows it.
                fields = path.read_text().rpartition(")")[2].split()
                if int(fields[2]) == self._group:
                    ticks += sum(map(int, fields[11:15]))
        return ticks / _TICKS


def run(
    change: str, tests: list[str], limits: Callable[[str], float], *more: str
) -> tuple[int | None, str]:
    """The exit code of pytest with a change, None when it was stopped; and the test that failed.

    When it was stopped the test is the one that ran.
    """
    mark = f"{random.getrandbits(64):x}"
    failed, running = PLACE / f"failed-{mark}", PLACE / f"running-{mark}"
    child = os.fork()
    if child == 0:
        _child(change, [*more, *tests], _Told(running, failed))
    watch, code, at = _Watch(child, limits), None, LOADING
    looked = time.monotonic()
    while True:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            code = os.waitstatus_to_exitcode(status)
            break
        if time.monotonic() - looked > 2:
            looked = time.monotonic()
            at = running.read_text(encoding="utf-8") if running.exists() else LOADING
            if watch.over(at):
                os.killpg(child, signal.SIGKILL)
                os.waitpid(child, 0)
                break
        time.sleep(0.05)
    with suppress(ProcessLookupError):  # what a test started and a failure left
        os.killpg(child, signal.SIGKILL)
    test = failed.read_text(encoding="utf-8") if failed.exists() else ""
    failed.unlink(missing_ok=True)
    running.unlink(missing_ok=True)
    return code, at if code is None else test


def _child(change: str, words: list[str], told: _Told) -> None:
    """Run the tests in a process group of their own, and never return."""
    code = 99
    try:
        os.setsid()  # a group of its own, to be ended with all it started
        silent = os.open(os.devnull, os.O_RDWR)
        for number in range(3):
            os.dup2(silent, number)
        os.environ["MUTANT_UNDER_TEST"] = change
        # What is loaded in this process already is not the business of the tests.
        loaded = ["-W", "ignore::pytest.PytestAssertRewriteWarning"]
        always = ["-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", *loaded]
        code = int(pytest.main([*always, *words], plugins=[told]))
    finally:
        os._exit(code)


def judge(change: str, nearest: Nearest) -> Tried:
    """Try one change."""
    tests = nearest.tests(change)
    if not tests:
        return Tried(change, "unreached")
    code, test = run(change, tests, nearest.limit)
    if code in _NO_SUCH_TEST:  # a name pytest does not know again, such as one with bytes in it
        tests = list(dict.fromkeys(map(_without_case, tests)))
        code, test = run(change, tests, nearest.limit)
    if code is None:
        return Tried(change, "stopped", test)
    if code in {0, 1}:
        return Tried(change, "noticed" if code else "unnoticed", test)
    if code < 0:
        return Tried(change, "died")
    # They do not load with the change, or pytest cannot run at all: the code as it is tells which.
    load_only = [] if code == pytest.ExitCode.INTERNAL_ERROR else ["--collect-only"]
    well, _ = run("", tests, nearest.limit, *load_only)
    return Tried(change, "unloaded" if well == 0 else "failed")


def _without_case(test: str) -> str:
    """The test with all its cases."""
    return test.partition("[")[0]


def check(nearest: Nearest, some: list[str]) -> None:
    """Refuse to try anything where tests fail without a change, or cannot run."""
    tests = sorted({test for change in some for test in nearest.tests(change)[:2]})
    code, test = run("", tests, nearest.limit)
    if code != 0:
        sys.exit(f"tests do not pass on the code as it is: {test or f'pytest ended with {code}'}")


def without_flukes(tried: list[Tried], nearest: Nearest) -> list[Tried]:
    """What was noticed by a test that fails on the code as it is was not noticed."""
    killers = sorted({one.test for one in tried if one.end == "noticed"})
    wrong: set[str] = set()
    while killers:
        code, test = run("", killers, nearest.limit)
        if code in _NO_SUCH_TEST:
            code, test = run("", sorted(set(map(_without_case, killers))), nearest.limit)
        if code == 0:
            break
        print(f"fails without any change, and is not counted: {test or killers}", flush=True)
        out = {test} if test in killers else set(killers)
        wrong |= out
        killers = [one for one in killers if one not in out]
    return [Tried(one.name, "unnoticed", one.test) if one.test in wrong else one for one in tried]


def told(tried: list[Tried], of: int, least: float) -> bool:
    """Print what came of it; whether it suffices."""
    modules: dict[str, Counter[bool]] = {}
    for one in tried:
        module = one.name.rpartition(".")[0]
        modules.setdefault(module, Counter())[one.noticed] += 1
    for module, count in sorted(modules.items()):
        print(f"{module:40}{count[True]:5} of {count.total():4} noticed")
    for one in tried:
        if one.end != "noticed":  # also what was stopped or died, for the eye
            print(f"    {one.end}: {one.name}")
    noticed = sum(one.noticed for one in tried)
    score = noticed / max(len(tried), 1)
    off = 1.96 * math.sqrt(score * (1 - score) / max(len(tried), 1))
    print(
        f"{noticed} of {len(tried)} changes tried, drawn from {of}, were noticed:"
        f" {100 * score:.1f} %, least {least:g} % (the share of all may be off by {100 * off:.1f})"
    )
    return 100 * score >= least


def main() -> int:
    """Make the changes, draw, try them, print the share."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--least", type=float, default=90.0)
    parser.add_argument("--children", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--sample", type=int)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--seconds", type=float, default=90.0)
    parser.add_argument("patterns", nargs="*")
    asked = parser.parse_args()
    measure()
    prepare()
    among = [
        name
        for name in every_change()
        if not asked.patterns or any(fnmatch.fnmatch(name, one) for one in asked.patterns)
    ]
    number = asked.sample or (len(among) if asked.patterns else SAMPLE)
    chosen = random.Random(asked.seed).sample(among, min(number, len(among)))  # noqa: S311 - no secret
    print(f"seed {asked.seed}: {len(chosen)} of {len(among)} changes", flush=True)
    nearest, tried = Nearest(asked.seconds), []
    load()
    check(nearest, chosen[:20])
    work = functools.partial(judge, nearest=nearest)
    with ThreadPoolExecutor(asked.children) as pool:
        for one in pool.map(work, chosen):
            tried.append(one)
            print(f"{len(tried):5} {one.end:10} {one.name} {one.test}", flush=True)
    return int(not told(without_flukes(tried, nearest), len(among), asked.least))


if __name__ == "__main__":
    sys.exit(main())
