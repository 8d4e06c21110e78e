"""Writes from several threads of one process; prints how long each save took, in seconds, as JSON.

Usage: write.py FOLDER NAME THREADS SAVES

Starts when a line comes in on the standard input, so that several processes begin together.
"""

import json
import sys
import threading
import time
from pathlib import Path

from ordeal import doors


def main(place, name, threads, saves):
    took, failed = [], []

    def work(thread):
        for number in range(int(saves)):
            started = time.perf_counter()
            try:
                doors.save(vault, f"{name} {thread} {number}")
            except Exception as error:  # noqa: BLE001 - any error is a finding
                failed.append(f"{type(error).__name__}: {error}")
            took.append(time.perf_counter() - started)

    with doors.reopen(Path(place), patience=60.0) as vault:
        print("ready", flush=True)  # noqa: T201
        sys.stdin.readline()
        workers = [threading.Thread(target=work, args=(one,)) for one in range(int(threads))]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
    print(json.dumps({"took": took, "failed": failed}))  # noqa: T201


if __name__ == "__main__":
    main(*sys.argv[1:])
