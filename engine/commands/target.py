"""`--address`: where a command's graph is to run; on this machine unless a cluster is named."""

from __future__ import annotations

import argparse
import contextlib
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final

from engine.address import Address
from engine.machine import Machine, this_machine

if TYPE_CHECKING:
    from engine.site import Site

HELP: Final = "the head of a Ray cluster, on which it runs instead of on this machine"


def add(parser: argparse.ArgumentParser) -> None:
    """Declare `--address`."""
    parser.add_argument("--address", metavar="HOST:PORT", type=_address, help=HELP)


@contextlib.contextmanager
def joined(arguments: argparse.Namespace, say: Callable[[str], object]) -> Iterator[Site | None]:
    """Join the cluster that is named for as long as the context lasts, and tell what is odd about it; or give None.

    Raises:
        MissingDependency: it cannot be used.
    """
    if arguments.address is None:
        yield None
        return
    from engine.site import Site

    site = Site(arguments.address, lambda step: _tell(step, say))
    try:
        site.start()
        for problem in site.warnings:
            say(f"warning: {problem}")
        yield site
    finally:
        site.stop()


def machine_of(site: Site | None) -> Machine:
    """Return what there is for a run: on the cluster, or on this machine."""
    return this_machine() if site is None else site.machine()


def _tell(step: str, say: Callable[[str], object]) -> None:
    say(f"{step[0].upper()}{step[1:]}.")


def _address(text: str) -> Address:
    try:
        return Address.read(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
