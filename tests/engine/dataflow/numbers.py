"""Streams of a few numbers, and operators on them."""

from __future__ import annotations

from collections import deque

from engine.dataflow import ENDED, Local, Shards, Waiting
from engine.declare import Operator
from engine.kinds import Item


def items(*values, source=""):
    return [Item(value, source, env_steps=1) for value in values]


class Items(Local):
    """A local stream of the given items."""

    def __init__(self, node, given):
        super().__init__(node)
        self.given = iter(given)

    def pull(self):
        return next(self.given, ENDED)


def values(stream):
    """Pull until the stream ends; a stream that stands still fails."""
    pulled, given = stream.pull(), []
    while pulled is not ENDED:
        if isinstance(pulled, Item):
            given.append(pulled.value)
        else:
            assert pulled.moved, pulled
        pulled = stream.pull()
    return given


class Doubled(Operator):
    """Give each number twice over."""

    def each(self, item):
        return (item.carrying(item.value * 2),)


class Odd(Operator):
    """Give odd numbers only."""

    def each(self, item):
        return (item,) if item.value % 2 else ()


class Sourceless(Operator):
    """Give each number as a new item, which does not say where it comes from."""

    def each(self, item):
        return (Item(item.value),)


class Broken(Operator):
    """Fail at the number 3."""

    def each(self, item):
        if item.value == 3:
            raise ValueError("three is too many")
        return (item,)


class Ranges(Shards):
    """Shards that give numbers; a shard answers when `finish` says so, in that order."""

    lacking = ""

    def __init__(self, **shards):
        self.sources = tuple(shards)
        self.meters = {}
        self.numbers = {name: iter(numbers) for name, numbers in shards.items()}
        self.asked = []
        self.done = deque()
        self.counted = []

    def load(self, stages):
        self.stages = stages

    def ask(self, source):
        self.asked.append(source)

    def finish(self, source):
        item = Item(next(self.numbers[source]), source, env_steps=1)
        for stage in self.stages:
            (item,) = stage.each(item)
        self.done.append(item)

    def arrived(self):
        while self.done:
            yield self.done.popleft()

    def taken(self, item):
        self.counted.append(item.value)


class Leaving(Ranges):
    """Ranges that are still known when they are asked no more."""

    def has(self, source):
        return source in self.numbers


class Never(Local):
    """A branch that never has anything."""

    def pull(self):
        return Waiting(self.node, "rain")


class Unfilled(Local):
    """A stream that another branch must fill first."""

    def __init__(self, node, lacks):
        super().__init__(node)
        self.lacks = lacks

    def pull(self):
        self.lacks -= 1
        return Item("full") if self.lacks < 0 else Waiting(self.node, "rows", elsewhere=True)


class Twice(Operator):
    """Give each number two times."""

    def each(self, item):
        return (item, item)


class Lazy(Local):
    """A branch that has what it is given meanwhile."""

    def __init__(self, node):
        super().__init__(node)
        self.ready = []

    def pull(self):
        return self.ready.pop(0) if self.ready else Waiting(self.node, "more")
