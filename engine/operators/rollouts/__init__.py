"""Operators of the palette's Rollouts section, one class a file."""
