"""Operators of the palette's Weights section, one class a file."""
