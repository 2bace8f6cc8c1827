"""Losses and estimators as pure functions, each with its equation, shapes and source."""
