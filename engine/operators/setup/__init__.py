"""Operators of the palette's Setup section, one class a file."""
