"""The error of a wrapper that does not fit the environment it was to go round."""

from __future__ import annotations


class Misfit(ValueError):
    """A parameter of Environment does not fit the environment.

    Attributes:
        field: the parameter, such as `"hidden"`.
    """

    def __init__(self, field: str, text: str) -> None:
        super().__init__(text)
        self.field = field
