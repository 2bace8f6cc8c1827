"""What every event and command is: a frozen value that travels as one JSON line."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Message(BaseModel):
    """A frozen value that is one JSON line."""

    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False)
