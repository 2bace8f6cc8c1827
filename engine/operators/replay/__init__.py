"""Operators of the palette's Replay section, one class a file."""
