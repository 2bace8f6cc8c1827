"""The operators, in folders that are the palette's sections; one class a file."""
