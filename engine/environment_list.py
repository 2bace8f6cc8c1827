"""Every environment that a graph may name, as its registration tells of it; none is made for that.

Registered are Gymnasium's own, those of the packages that the user has enabled, and PettingZoo's. Of several versions
of one environment the newest stands among its like, the others together at the end.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Iterable, Mapping
from typing import Any, Final

from engine import environment_ids
from engine.environment_card import EnvironmentCard
from engine.environment_needs import missing

GROUPS: Final[Mapping[str, str]] = {  # by the last part of their package, or their namespace; in this order
    "classic_control": "Classic control",
    "box2d": "Box2D",
    "toy_text": "Toy text",
    "mujoco": "MuJoCo",
    "classic": "Classic",
    "butterfly": "Butterfly",
    "sisl": "SISL",
    "ALE": "Atari",
    "atari": "Atari",
    "phys2d": "Classic control in JAX",
    "tabular": "Toy text in JAX",
}
LAST: Final = {"ale_py": "Atari, by their former names", "": "Older versions"}


def cards() -> tuple[EnvironmentCard, ...]:
    """Return a card for each registered environment, first those of one agent.

    Each group stands together, in it what needs nothing more first.

    Example: that of CartPole-v1 says `group="Classic control"`, 500 steps and a threshold of 475; it has no seats yet.
    """
    titles = [*GROUPS.values(), *LAST.values()]
    places = {title: titles.index(title) for title in titles} | dict.fromkeys(LAST.values(), len(titles) + 1)

    def place(card: EnvironmentCard) -> tuple[int, str, str, str]:
        return places.get(card.group, len(titles)), card.group, card.needs, card.id

    return (*sorted(_alone(), key=place), *sorted(_together(), key=place))


def card_of(env_id: str) -> EnvironmentCard:
    """Return the card of one environment.

    Raises:
        KeyError: none is registered under this id.
    """
    return {card.id: card for card in cards()}[env_id]


def _alone() -> Iterable[EnvironmentCard]:
    ids = environment_ids.registered()
    import gymnasium

    specs = [gymnasium.registry[env_id] for env_id in ids]
    newest = _newest(specs)
    for spec in specs:
        yield _card(spec, newest, max_steps=spec.max_episode_steps, reward_threshold=spec.reward_threshold)


def _together() -> Iterable[EnvironmentCard]:
    if importlib.util.find_spec("pettingzoo") is None:
        return
    import pettingzoo

    from engine import tables

    registries = {"parallel": pettingzoo.parallel_registry, "aec": pettingzoo.aec_registry}
    ids = {players: tables.registered(players) for players in registries}
    specs = {env_id: registries[players][env_id] for players in registries for env_id in ids[players]}
    newest = _newest(specs.values())
    for env_id, spec in specs.items():
        players = tuple(players for players in registries if env_id in ids[players])
        yield _card(spec, newest, players=players, max_steps=spec.max_cycles)


def _card(spec: Any, newest: Mapping[tuple[str, str], int], **told: Any) -> EnvironmentCard:
    module = _module(spec.entry_point)
    family = spec.namespace or (module.split(".")[2] if module.startswith("gymnasium.envs.") else module.split(".")[0])
    older = (spec.version or 0) < newest[_name(spec)]
    group = LAST[""] if older and family not in LAST else LAST.get(family) or GROUPS.get(family, family)
    return EnvironmentCard(id=spec.id, group=group, needs=missing(module), **told)


def _newest(specs: Iterable[Any]) -> dict[tuple[str, str], int]:
    newest: dict[tuple[str, str], int] = {}
    for spec in specs:
        newest[_name(spec)] = max(newest.get(_name(spec), 0), spec.version or 0)
    return newest


def _name(spec: Any) -> tuple[str, str]:
    return spec.namespace or "", spec.name


def _module(entry_point: Any) -> str:
    """Return the module that defines an environment; Gymnasium lets a class or function stand for its name."""
    return entry_point.partition(":")[0] if isinstance(entry_point, str) else str(entry_point.__module__)
