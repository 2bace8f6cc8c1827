"""How processes of Ray prove to each other whose they are: Ray reads it from the environment when it is imported."""

from __future__ import annotations


def reread() -> None:
    """Let Ray take over what the environment says now of authentication.

    Somebody's own operator or environment may have imported Ray before the engine has said how its processes shall
    prove whose they are; Ray would keep to what it found then, and refuse its own. This is what Ray does itself where
    it turns to another way.
    """
    from ray._raylet import Config  # type: ignore[attr-defined]  # compiled, and its stub lacks it; Ray is pinned

    Config.initialize("")
