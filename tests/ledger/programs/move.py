"""Moves a ledger: to PostgreSQL when a connection is given, into the folder without.

Usage: move.py FOLDER [CONNECTION].  Says "begun" when it begins.
"""

import sys
from pathlib import Path

from candlemark.ledger import move_to_folder, move_to_server

folder = Path(sys.argv[1])
sys.stdout.write("begun\n")
sys.stdout.flush()
if len(sys.argv) > 2:
    move_to_server(folder, sys.argv[2])
else:
    move_to_folder(folder)
