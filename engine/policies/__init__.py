"""Policies: for each family the model, how it acts on workers without torch where it can, and how it learns."""
