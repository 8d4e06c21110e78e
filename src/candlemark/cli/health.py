"""What ``candlemark doctor`` looks at: the installation, and a vault without opening it."""

from __future__ import annotations

import importlib.util
import os
import shutil
import sqlite3
import stat
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from candlemark.cli.opening import DEMONSTRATION_PASSPHRASE
from candlemark.definition import Definition
from candlemark.errors import CandlemarkError
from candlemark.ledger import Vault
from candlemark.ledger import examine as examine_server

if TYPE_CHECKING:
    from pathlib import Path

_NEEDS = {
    "duckdb": "measure",
    "pyarrow": "measure",
    "numpy": "measure",
    "scipy": "measure",
    "django": "web",
    "jinja2": "web",
    "babel": "web",
    "waitress": "web",
    "whitenoise": "web",
}
_SPACE = 500_000_000


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: how it is, and what to do when it is not well."""

    ok: bool
    what: str
    advice: str = ""


def examine(folder: Path | None) -> tuple[Finding, ...]:
    """Look at the installation, and at the vault in ``folder`` when one is named."""
    findings = [_python(), _sqlite(), _packages(), _definition()]
    if folder is not None:
        findings.extend(_vault(folder))
    return tuple(findings)


def _python() -> Finding:
    version = ".".join(str(part) for part in sys.version_info[:3])
    return Finding(
        sys.version_info >= (3, 11),
        f"Python {version}",
        "" if sys.version_info >= (3, 11) else "Candlemark needs Python 3.11 or later",
    )


def _sqlite() -> Finding:
    ok = sqlite3.sqlite_version_info >= (3, 37)
    return Finding(
        ok,
        f"SQLite {sqlite3.sqlite_version}",
        "" if ok else "the ledger needs SQLite 3.37 or later; install a newer Python",
    )


def _packages() -> Finding:
    missing = sorted({name for name in _NEEDS if importlib.util.find_spec(name) is None})
    if not missing:
        return Finding(ok=True, what="all packages for measuring and for pages are there")
    extras = ",".join(sorted({_NEEDS[name] for name in missing}))
    return Finding(
        ok=False,
        what=f"packages are missing: {', '.join(missing)}",
        advice=f"run make setup, or install candlemark[{extras}]",
    )


def _definition() -> Finding:
    try:
        edition = Definition.load()
    except CandlemarkError as error:
        return Finding(ok=False, what=f"the definition: {error.message}", advice=error.hint)
    return Finding(ok=True, what=f"definition {edition.code}, {edition.fingerprint[:16]}…")


def _vault(folder: Path) -> list[Finding]:
    try:
        peeked = Vault.peek(folder)
    except CandlemarkError as error:
        return [Finding(ok=False, what=error.message, advice=error.hint)]
    findings = [Finding(ok=True, what=f"a vault, format {peeked.format}")]
    try:
        findings.extend(Finding(*found) for found in examine_server(folder))
    except CandlemarkError as error:
        findings.append(Finding(ok=False, what=error.message, advice=error.hint))
    findings.append(_permissions(folder))
    free = shutil.disk_usage(folder).free
    findings.append(
        Finding(
            free > _SPACE,
            f"{free / 1e9:.1f} GB free where the vault lies",
            "" if free > _SPACE else "imports may be refused; free some space",
        )
    )
    beside = (folder / DEMONSTRATION_PASSPHRASE).exists()
    if peeked.demonstration:
        findings.append(
            Finding(ok=True, what="a demonstration vault; its passphrase lies beside it by design")
        )
    elif beside:
        findings.append(
            Finding(
                ok=False,
                what="the passphrase of this vault lies in its folder",
                advice="copy it to paper and take the file away; who has the folder has everything",
            )
        )
    return findings


def _permissions(folder: Path) -> Finding:
    if os.name != "posix":
        return Finding(ok=True, what="permissions are not looked at on this system")
    open_to = [
        path.name or str(path)
        for path in (folder, *sorted(folder.iterdir()))
        if stat.S_IMODE(path.stat().st_mode) & (stat.S_IRWXG | stat.S_IRWXO)
    ]
    if not open_to:
        return Finding(ok=True, what="only its owner can read the vault's files")
    return Finding(
        ok=False,
        what=f"other accounts can reach {', '.join(open_to)}",
        advice=f"run: chmod -R go= {folder}",
    )
