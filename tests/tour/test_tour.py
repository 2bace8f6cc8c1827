"""The tour of the README, by pointer and keys: two runs of PPO are made and compared by somebody new to the studio.

With `RLFLOW_TOUR_PICTURES=FOLDER` it also takes the README's pictures.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from PIL import Image

from tests.tour.visitor import MISSING, Visitor, screen, studio

PICTURES = os.environ.get("RLFLOW_TOUR_PICTURES", "")
STILL = 20  # looks, a second at least


@pytest.mark.ray
@pytest.mark.timeout(400)
@pytest.mark.skipif(bool(MISSING), reason=f"the tour needs {' and '.join(MISSING)}, which this machine lacks")
def test_somebody_new_opens_ppo_changes_it_runs_it_twice_and_compares(tmp_path: Path) -> None:
    with screen() as display, studio(display, tmp_path) as visitor:
        open_from_the_gallery(visitor)
        set_parameter(visitor, "policy_1", "learning rate", "0.0005")
        set_parameter(visitor, "rollouts_1", "workers", "1")
        take_picture(visitor, "change")
        run(visitor)
        take_picture(visitor, "run")
        set_parameter(visitor, "policy_1", "learning rate", "0.002")
        run(visitor)
        compare(visitor)
        leave(visitor)
    made = sorted(rate_and_steps(folder) for folder in (tmp_path / "runs").iterdir())
    assert made == [(0.0005, 150_528), (0.002, 150_528)]


def open_from_the_gallery(visitor: Visitor) -> None:
    visitor.click(visitor.find("Button", "Gallery"))
    visitor.find("EditableText", "Find a graph", lambda field: field.focused)
    visitor.write("ppo cartpole")
    card = visitor.find("ListItem", "PPO on CartPole")
    take_picture(visitor, "gallery")
    visitor.click(card, times=2)
    visitor.see_go("Dialog", "Gallery")


def set_parameter(visitor: Visitor, node: str, field: str, value: str) -> None:
    visitor.click(visitor.find("Node", node))
    visitor.fill(visitor.find("SpinBox", field), value)
    visitor.find("SpinBox", field, lambda thing: thing.text == value)


def run(visitor: Visitor) -> None:
    visitor.find("Client", "Run state: ", lambda thing: thing.name.endswith(("Ready", "Finished")))
    visitor.click(visitor.find("Button", "Run", lambda thing: thing.enabled))
    visitor.find("Client", "Run state: Running")
    visitor.find("Client", "Run state: Finished")


def compare(visitor: Visitor) -> None:
    visitor.click(visitor.find("PageTab", "Runs"))
    one, other = visitor.find_all("TreeItem", "PPO on CartPole", count=2)
    visitor.click(one)
    visitor.click(other, held="ctrl")
    visitor.click(visitor.find("Button", "Compare", lambda thing: thing.enabled))
    visitor.find("TreeItem", "policy_1.learning_rate")
    visitor.find("TreeItem", "0.0005")
    take_picture(visitor, "compare")


def leave(visitor: Visitor) -> None:
    visitor.press("ctrl+q")
    visitor.click(visitor.find("Button", "Discard"))
    assert visitor.studio.wait(timeout=60) == 0


def take_picture(visitor: Visitor, name: str) -> None:
    """Keep a picture of the screen once nothing has moved on it for a while, if pictures are wanted."""
    if not PICTURES:
        return
    file = Path(PICTURES).absolute() / f"tour-{name}.png"  # the studio has another working folder
    looks: list[bytes] = []
    while len(looks) < STILL or len(set(looks[-STILL:])) > 1:
        visitor.blink()
        visitor.look(file)
        looks.append(file.read_bytes())
    Image.open(file).convert("RGB").save(file, optimize=True)


def rate_and_steps(folder: Path) -> tuple[float, int]:
    graph, summary = (json.loads((folder / name).read_text()) for name in ("graph.json", "summary.json"))
    (policy,) = (node for node in graph["nodes"] if node["id"] == "policy_1")
    return policy["params"]["learning_rate"], summary["env_steps"]
