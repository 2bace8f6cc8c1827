"""What the fields of a graph file are made of: ids, ends of wires, pixels, and values that keep what is unknown."""

from __future__ import annotations

from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, JsonValue, StringConstraints

NodeId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_-]{0,63}$")]
PortRef = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_-]{0,63}\.[A-Za-z_][A-Za-z0-9_]{0,63}$")]
GroupRef = Annotated[str, StringConstraints(pattern=r"^([A-Za-z][A-Za-z0-9_-]{0,63})?$")]
Coordinate = Annotated[int, Field(ge=-1_000_000, le=1_000_000)]
Length = Annotated[int, Field(ge=20, le=1_000_000)]
OnlyIfSaid = Field(exclude_if=lambda value: not value)  # absent from the file while it says nothing
FromList = Field(strict=False)  # JSON has lists where a frozen value has tuples
Point = Annotated[tuple[Coordinate, Coordinate], FromList]


class Value(BaseModel):
    """A frozen piece of the document that keeps fields it does not know."""

    model_config = ConfigDict(frozen=True, strict=True, extra="allow", allow_inf_nan=False, populate_by_name=True)

    __pydantic_extra__: dict[str, JsonValue] = Field(init=False)

    def changed(self, **changes: Any) -> Self:
        """Return a copy with the given fields changed, checked like one that was read; unknown fields stay.

        Example: `Comment(text="why?", at=(0, 0)).changed(at=(20, 0)).text` is `"why?"`.

        Raises:
            pydantic.ValidationError: a field cannot hold that.
        """
        fields = {name: getattr(self, name) for name in type(self).model_fields} | (self.model_extra or {})
        return type(self)(**fields | changes)
