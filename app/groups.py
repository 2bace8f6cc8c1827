"""The groups of a document, looked up: what is in what, and what stands for a node where its group is drawn as one.

A group is a way to draw: nodes and wires of the document stay as flat as they are. A *level* is what one sees at a
time: the whole graph (`TOP`), or the inside of one group. A *thing* is what stands on a level, by its id: a node, or a
group with all that is in it; nodes and groups share one space of ids.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from engine.document import Document
from engine.layout import Group, Layout

TOP: Final = ""  # the level of what is in no group


class Groups:
    """The groups of one document's layout.

    Attributes:
        by_id: the groups.
        home: node or group -> the group that it is directly in; what is missing is in none.
    """

    def __init__(self, layout: Layout) -> None:
        groups = layout.groups
        self.by_id: Mapping[str, Group] = {group.id: group for group in groups}
        homes = {node: group.id for group in groups for node in group.nodes}
        self.home: Mapping[str, str] = homes | {group.id: group.parent for group in groups if group.parent}
        self._inside: dict[str, list[str]] = defaultdict(list)
        for thing, home in self.home.items():
            self._inside[home].append(thing)

    def level_of(self, thing: str) -> str:
        """Return the level on which a thing stands."""
        return self.home.get(thing, TOP)

    def path(self, level: str) -> tuple[str, ...]:
        """Return the groups that lead to a level, outermost first, its own last; none lead to the top."""
        path: list[str] = []
        while level:
            path.insert(0, level)
            level = self.level_of(level)
        return tuple(path)

    def shown_as(self, node: str, level: str) -> str | None:
        """Return what stands for a node on a level: itself, or a group that it is in; None if it is outside.

        Example: with `train_1` in `learner`, on the top it is `"learner"`, and in `learner` it is `"train_1"`.
        """
        path = (*self.path(self.level_of(node)), node)
        if level == TOP:
            return path[0]
        return path[path.index(level) + 1] if level in path[:-1] else None

    def all_in(self, things: Iterable[str]) -> tuple[str, ...]:
        """Return these things and all that is in them, however deep, each once."""
        found = dict.fromkeys(things)
        waiting = list(found)
        while waiting:
            inside = [thing for thing in self._inside.get(waiting.pop(), ()) if thing not in found]
            found |= dict.fromkeys(inside)
            waiting += inside
        return tuple(found)

    def nodes_in(self, things: Iterable[str]) -> tuple[str, ...]:
        """Return the nodes among these things and in them."""
        return tuple(thing for thing in self.all_in(things) if thing not in self.by_id)

    def on(self, level: str, document: Document) -> tuple[str, ...]:
        """Return the things on a level: nodes in the document's order, then groups."""
        things = (*(node.id for node in document.nodes), *self.by_id)
        return tuple(thing for thing in things if self.level_of(thing) == level)

    def nearest(self, level: str) -> str:
        """Return a level if it is there, and the top if not."""
        return level if level in self.by_id else TOP

    def names(self, things: Sequence[str]) -> str:
        """Return what to call things in the name of an edit: `train_1`, `Learner` or `3 things`."""
        if len(things) > 1:
            return f"{len(things)} things"
        return self.title(things[0]) if things[0] in self.by_id else things[0]

    def title(self, level: str) -> str:
        """Return what a group is called: its title or, without one, its id."""
        return self.by_id[level].title or level


def tidy(layout: Layout) -> Layout:
    """Return the layout without the groups in which no node is left, and without what else stands inside them.

    Example: with `b` alone in `inner`, and `inner` alone in `outer`, taking `b` out takes out both.
    """
    groups = Groups(layout)
    used = {home for group in layout.groups if group.nodes for home in groups.path(group.id)}
    if len(used) == len(layout.groups):
        return layout
    gone = groups.by_id.keys() - used
    return layout.changed(
        groups=tuple(group for group in layout.groups if group.id in used),
        frames=tuple(frame for frame in layout.frames if frame.group not in gone),
        comments=tuple(comment for comment in layout.comments if comment.group not in gone),
    )
