"""Operators of the palette's Experiences section, one class a file."""
