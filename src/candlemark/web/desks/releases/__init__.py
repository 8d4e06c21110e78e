"""Releases: drafted, tried, read and approved by a second person, published, withdrawn; answers."""
