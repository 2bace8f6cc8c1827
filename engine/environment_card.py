"""What is told of a registered environment, as a frozen value that is one JSON line."""

from __future__ import annotations

from engine.message import Message


class Seat(Message):
    """What the agents that share it see and do, in words; an environment of one agent has one seat, and names nobody.

    Example: of `classic/tictactoe-v3` it is that of `("player_1", "player_2")`.
    """

    agents: tuple[str, ...] = ()
    observations: str
    actions: str


class EnvironmentCard(Message):
    """One environment: what its registration says, and, once it was made, its seats and a picture of it.

    Attributes:
        group: the environments among which it is listed, such as `"Classic control"`.
        players: how its several agents may act, `"parallel"`, `"aec"` or both; nothing where one agent lives alone.
        needs: what to type for a package that it needs and that is missing; empty where none is known to be.
        max_steps: env steps after which an episode is cut off.
        reward_threshold: the mean return at which its authors call it solved.
        kwargs: the keyword arguments that it is made with, as a JSON object; empty without.
        picture: how it looks some steps into an episode, as PNG in base64.
        no_picture: why there is none, as a sentence.
    """

    id: str
    group: str
    players: tuple[str, ...] = ()
    needs: str = ""
    max_steps: int | None = None
    reward_threshold: float | None = None
    kwargs: str = ""
    seats: tuple[Seat, ...] = ()
    picture: str = ""
    no_picture: str = ""

    @property
    def made(self) -> bool:
        """Whether all is told that there is to tell."""
        return bool(self.picture or self.no_picture)
