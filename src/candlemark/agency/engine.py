"""The table engine (DuckDB) as an import uses it: in memory, closed in, and interruptible.

It writes no temporary file: what it reads may name people, and a file that was deleted can be
found again.  It loads no extension and opens no file but those it was given.  What does not fit
into :data:`MEMORY` is refused, which leaves everything as it was.

Names of tables and columns are put into SQL by :func:`name` and texts by :func:`text`, nothing
else; both come from crosswalks and from headers that a crosswalk has accepted.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import duckdb

from candlemark.errors import SourceError, Stopped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    import pyarrow as pa

MEMORY: Final = "1200MiB"
"""For the engine; with the Parquet being made and the interpreter, an import stays below 2 GiB."""

SPACE: Final = (
    "\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006"
    "\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
)
"""The characters ``str.strip`` takes away; DuckDB's ``trim`` alone knows only the space."""

ROWS_AT_ONCE: Final = 65_536


class Engine:
    """One in-memory database, and nothing outside it but the files named."""

    def __init__(self, files: Sequence[Path] = ()) -> None:
        self._connection = duckdb.connect(
            ":memory:",
            config={
                "temp_directory": "",
                "memory_limit": MEMORY,
                "autoinstall_known_extensions": "false",
                "autoload_known_extensions": "false",
            },
        )
        allowed = ", ".join(text(str(file)) for file in files)
        # A thread of its own asks the engine, so that the person's thread can hear Ctrl-C: the
        # engine itself looks for it only now and then.
        self._asking = ThreadPoolExecutor(1)
        self._connection.execute(
            f"SET allowed_paths = [{allowed}]; SET enable_external_access = false;"
            " SET python_enable_replacements = false; SET lock_configuration = true"
        )

    def close(self) -> None:
        """Give the memory back."""
        self._asking.shutdown()
        self._connection.close()

    def run(self, sql: str, values: Sequence[object] | None = None) -> None:
        """Do something."""
        self._ask(lambda: self._connection.execute(sql, values))

    def rows(self, sql: str, values: Sequence[object] | None = None) -> list[tuple[Any, ...]]:
        """All rows of the answer."""
        found: list[tuple[Any, ...]] = self._ask(
            lambda: self._connection.execute(sql, values).fetchall()
        )
        return found

    def one(self, sql: str, values: Sequence[object] | None = None) -> tuple[Any, ...]:
        """The only row of the answer."""
        (row,) = self.rows(sql, values)
        return row

    def _ask(self, question: Callable[[], Any]) -> Any:
        asked = self._asking.submit(question)
        try:
            return asked.result()
        except KeyboardInterrupt:
            self._connection.interrupt()
            raise

    def stream(self, sql: str) -> pa.RecordBatchReader:
        """The answer as Arrow batches, made while they are drawn."""
        return self._connection.cursor().sql(sql).to_arrow_reader(ROWS_AT_ONCE)

    def keep(self, table: str, content: pa.Table | pa.RecordBatchReader) -> None:
        """Make ``content`` the table ``table``."""
        with self.lent("lent", content):
            self.run(f"CREATE OR REPLACE TABLE {name(table)} AS SELECT * FROM lent")

    @contextmanager
    def lent(self, view: str, content: pa.Table | pa.RecordBatchReader) -> Iterator[None]:
        """Let SQL read ``content`` as ``view`` for a while; a reader can be read once."""
        self._connection.register(view, content)
        try:
            yield
        finally:
            self._connection.unregister(view)


@contextmanager
def engine(files: Sequence[Path] = ()) -> Iterator[Engine]:
    """An engine for one piece of work; its failures come out as errors of the tree.

    Raises:
        Stopped: the person interrupted it.
        SourceError: the tables do not fit into the memory an import may use.
    """
    made = Engine(files)
    try:
        yield made
    except duckdb.OutOfMemoryException as error:
        raise SourceError(
            f"the tables do not fit into the {MEMORY} an import may use",
            hint="import the years one by one",
        ) from error
    except (KeyboardInterrupt, duckdb.InterruptException) as error:
        raise _stopped() from error
    finally:
        made.close()


def _stopped() -> Stopped:
    return Stopped("stopped; nothing was imported", hint="the vault is as it was before")


def name(identifier: str) -> str:
    """A name of a table or column, quoted."""
    return '"' + identifier.replace('"', '""') + '"'


def text(value: str) -> str:
    """A text, quoted."""
    return "'" + value.replace("'", "''") + "'"


def normal(cell: str) -> str:
    """SQL for a cell in Unicode NFC without outer space.

    Most cells are plain ASCII without any space; asking that first makes it ten times faster.
    """
    trimmed = f"nfc_normalize(trim({cell}, {text(SPACE)}))"
    return f"CASE WHEN regexp_full_match({cell}, '[!-~]*') THEN {cell} ELSE {trimmed} END"
