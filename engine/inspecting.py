"""What is wished and told where somebody looks into a run: at one item on a wire, or at a policy while it plays.

Two ideas. A wire is named by its ends, `"node.port→node.port"`. What is only to be looked at (`ItemSeen`,
`PolicySeen`) is told to whoever watches and never recorded; what changes the run (`ItemDropped`) is recorded.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from engine.message import Message

FilmFormat = Literal["", "mp4", "gif"]


class FieldView(Message):
    """What can be said of one array of an item without showing its numbers.

    Attributes:
        name: of the column; of a batch of several policies, `"policy/column"`.
        shape: rows first. dtype: numpy's name for it.
        least, most, mean: of its finite numbers; None if it has none. Of truth values, `mean` is the share of true.
        odd: how many numbers are not finite.
        counts: a histogram of the finite numbers, from `least` to `most` in bins of equal width; only where a row is
            one number.
        rows_true: of truth values, the first rows that are true.
    """

    name: str
    shape: tuple[int, ...]
    dtype: str
    least: float | None = None
    most: float | None = None
    mean: float | None = None
    odd: int = 0
    counts: tuple[int, ...] = ()
    rows_true: tuple[int, ...] = ()


class ItemView(Message):
    """What a person sees of one item.

    Attributes:
        kind: what it carries, such as `"batch"`.
        source, version, env_steps: its provenance, see `kinds.Item`.
        rows: of the batch, or of the batch that a result was learned from. sequence: consecutive rows in one piece.
        fields: its arrays. figures: metrics by name; None for one that is no finite number.
        pictures: its first observations as PNG in base64, where observations are images.
    """

    kind: str
    source: str
    version: int
    env_steps: int
    rows: int = 0
    sequence: int = 1
    fields: tuple[FieldView, ...] = ()
    figures: Mapping[str, float | None] = {}
    pictures: tuple[str, ...] = ()


class ItemSeen(Message):
    """An item came by on `wire`; if it is `held`, the run pauses and the item stays there until the run goes on.

    `why` is the condition of the breakpoint that held it, empty if somebody asked for the next item.
    """

    type: Literal["item_seen"] = "item_seen"
    wire: str
    held: bool
    why: str = ""
    item: ItemView
    env_steps: int
    seconds: float
    updates: int


class ItemDropped(Message):
    """The item that was held on `wire` was thrown away; `dropped` counts those of this wire in this run."""

    type: Literal["item_dropped"] = "item_dropped"
    wire: str
    source: str
    item_env_steps: int
    dropped: int
    env_steps: int


class PolicySeen(Message):
    """How a policy's play looks now, in an environment of its own, of which no step is training.

    Attributes:
        node: the policy. version: of the weights that play; they stay the same during an episode.
        episode: how many were begun. step, episode_return: of this episode, so far.
        over: whether this is the episode's last picture.
        picture: PNG in base64.
        filming: whether this step goes into a film.
    """

    type: Literal["policy_seen"] = "policy_seen"
    node: str
    version: int
    episode: int
    step: int
    episode_return: float
    over: bool = False
    picture: str
    filming: bool = False


class Breakpoint(Message):
    """Where to hold an item: on `wire`, if `condition` holds of it (see `conditions`); an empty one always holds."""

    wire: str
    condition: str = ""
    enabled: bool = True


class HoldNext(Message):
    """Hold the next item on `wire`; what is held now goes on, and so does a paused run."""

    type: Literal["hold_next"] = "hold_next"
    wire: str


class PeekNext(Message):
    """Show the next item on `wire` and let it pass; of a wire on actors, the next that comes out of its gather."""

    type: Literal["peek_next"] = "peek_next"
    wire: str


class DropItem(Message):
    """Throw away what is held on `wire`; the run stays paused."""

    type: Literal["drop_item"] = "drop_item"
    wire: str


class SetBreakpoints(Message):
    """Have exactly these breakpoints from now on."""

    type: Literal["set_breakpoints"] = "set_breakpoints"
    breakpoints: tuple[Breakpoint, ...] = ()


class Watch(Message):
    """Let the policy `node` play to be watched, in this way from now on; with no node, nobody plays.

    Attributes:
        speed: times the environment's own pace; 0 stands still.
        skipped: episodes that were cut short by a wish; one more begins the next episode.
        film: as what to film from now on, until the episode ends or this is empty again.
    """

    type: Literal["watch"] = "watch"
    node: str = ""
    speed: Annotated[float, Field(ge=0, le=64)] = 1.0
    skipped: int = 0
    film: FilmFormat = ""


Inspection = HoldNext | PeekNext | DropItem | SetBreakpoints
