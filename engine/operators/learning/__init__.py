"""Operators of the palette's Learning section, one class a file."""
