"""Operators of the palette's Report section, one class a file."""
