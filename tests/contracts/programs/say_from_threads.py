"""Says facts from several threads of one process and prints the place of each once it is kept.

Usage: say_from_threads.py FOLDER PASSPHRASE NAME THREADS SAVES
"""

import sys
import threading

import msgspec

from candlemark.ledger import Part, UnknownFact, Vault

folder, passphrase, name, threads, saves = sys.argv[1:]


def say(vault, one):
    for save in range(int(saves)):
        said = msgspec.msgpack.encode([f"{name}_{one}_{save}", 0])
        added = vault.ledger.append([Part(facts=(UnknownFact("test.said", 1, said),))])
        sys.stdout.write(f"{added.n}\n")


with Vault.open(folder, passphrase, patience=300.0) as opened:
    writers = [threading.Thread(target=say, args=(opened, n)) for n in range(int(threads))]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
