"""The review desk: people judge whether two records are one."""
