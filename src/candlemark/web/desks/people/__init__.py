"""The member themselves, the team, and what waits for a second person."""
