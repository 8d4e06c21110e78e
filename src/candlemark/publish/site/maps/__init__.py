"""Schematic maps: one file for each country that has one, a grid of tiles."""
