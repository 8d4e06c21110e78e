"""The process on pages: what follows what, which ways, who comes back, who waits, which limits."""
