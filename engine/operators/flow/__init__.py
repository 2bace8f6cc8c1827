"""Operators of the palette's Flow section, one class a file."""
