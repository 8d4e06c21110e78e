"""A case on paper: its timeline to print, and its dossier as a file."""
