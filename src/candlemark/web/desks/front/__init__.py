"""The front page of a vault: what is in it, and what to do next."""
