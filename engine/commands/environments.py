"""`rlflow environments`: lists the registered environments, or makes one and tells what its agents see and do."""

from __future__ import annotations

import argparse
import contextlib
import itertools
import sys
import textwrap
from collections.abc import Iterable, Iterator

from engine.commands import json_line
from engine.environment_card import EnvironmentCard
from engine.exit_codes import ExitCode, UsageError
from engine.json_text import parse
from engine.problems import Place, Problem

EXAMPLES = """\
examples:
  rlflow environments
  rlflow environments Pendulum-v1
  rlflow environments FrozenLake-v1 --kwargs '{"map_name": "8x8"}'
  rlflow environments classic/tictactoe-v3 --json

With --json each line is one object; of a named environment the first comes as soon as it is made, and the last has
a picture of it too, as PNG in base64.
"""
WIDTH = 100


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("id", metavar="ID", nargs="?", help="make this environment, and tell its spaces")
    parser.add_argument("--kwargs", metavar="JSON", help="keyword arguments to make it with, as a JSON object")
    parser.add_argument("--json", action="store_true", help="print what is told of each as a line of JSON")


def execute(arguments: argparse.Namespace) -> ExitCode:
    """Print the environments, or one of them."""
    from engine import environment_list, environment_packages, environment_portraits

    sys.stderr.writelines(f"warning: {trouble}\n" for trouble in environment_packages.enable())
    if arguments.id is None:
        told: Iterable[EnvironmentCard] = environment_list.cards()
    else:
        card = _named(arguments.id).model_copy(update={"kwargs": _kwargs(arguments.kwargs)})
        told = environment_portraits.portray(card)
    if arguments.json:
        for card in _quietly(told):
            json_line.write(card.model_dump())
    elif arguments.id is None:
        sys.stdout.write("\n".join(_list(told)))
    else:
        sys.stdout.write("\n".join(_page(next(_quietly(told)))) + "\n")
    return ExitCode.OK


def _named(env_id: str) -> EnvironmentCard:
    from engine import environment_ids, environment_list

    try:
        return environment_list.card_of(env_id)
    except KeyError:
        ids = [card.id for card in environment_list.cards()]
        what, hint = environment_ids.fault(env_id, ids) or (f"{env_id} is not registered", "")
        raise UsageError(Problem(Place(), what, hint)) from None


def _kwargs(text: str | None) -> str:
    if text is None:
        return ""
    try:
        value = parse(text.encode())
    except ValueError as error:
        raise UsageError(Problem(Place(field="--kwargs"), f"not valid JSON: {error}")) from None
    if not isinstance(value, dict):
        hint = """write for example '{"map_name": "8x8"}'"""
        raise UsageError(Problem(Place(field="--kwargs"), "keyword arguments are a JSON object", hint))
    return text


def _quietly(cards: Iterable[EnvironmentCard]) -> Iterator[EnvironmentCard]:
    """Give the cards; what environments print meanwhile goes to standard error."""
    coming = iter(cards)
    while True:
        with contextlib.redirect_stdout(sys.stderr):
            card = next(coming, None)
        if card is None:
            return
        yield card


def _list(cards: Iterable[EnvironmentCard]) -> Iterator[str]:
    for heading, some in itertools.groupby(cards, _heading):
        yield heading
        ids = "  ".join(card.id for card in some)
        yield textwrap.fill(ids, WIDTH, initial_indent="  ", subsequent_indent="  ", break_on_hyphens=False) + "\n"


def _heading(card: EnvironmentCard) -> str:
    several = ", several agents" if card.players else ""
    return f"{card.group}{several}" + (f": needs {card.needs}" if card.needs else "")


def _page(card: EnvironmentCard) -> Iterator[str]:
    yield f"{card.id} ({card.group})"
    for seat in card.seats:
        yield from [f"\n{', '.join(seat.agents)}:"] if seat.agents else []
        yield f"  sees {seat.observations}"
        yield f"  does {seat.actions}"
    yield from [f"at most {card.max_steps:,} env steps an episode"] if card.max_steps else []
    yield from [f"solved at a mean return of {card.reward_threshold:,g}"] if card.reward_threshold is not None else []
    yield from [f"played as {' or '.join(card.players)}"] if card.players else []
