"""Record Video films an episode apart from training, now and then, into the run's folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import cv2
import gymnasium
import numpy as np
import pytest

from engine.events import Log, VideoRecorded
from engine.kinds import Environment
from engine.operators.report.record_video import RecordVideo
from tests.engine.operators.pieces import TinyPolicy, TinyRun, result
from tests.engine.operators.test_evaluate import Still


class Dusk(gymnasium.Env[Any, Any]):
    """Ends after 5 steps; its picture grows darker with each."""

    metadata = {"render_modes": ["rgb_array"], "render_fps": 10}  # noqa: RUF012  Gymnasium's own form
    observation_space = gymnasium.spaces.Box(0, 1, (1,), np.float32)
    action_space = gymnasium.spaces.Discrete(2)

    def __init__(self, render_mode: str | None = None) -> None:
        self.render_mode = render_mode
        self.steps = 0

    def reset(self, *, seed=None, options=None):
        self.steps = 0
        return np.zeros(1, np.float32), {}

    def step(self, action):
        self.steps += 1
        return np.zeros(1, np.float32), 1.0, self.steps == 5, False, {}

    def render(self):
        return np.full((32, 32, 3), 250 - 50 * self.steps, np.uint8)


class Blind(Dusk):
    """Knows no way to draw itself."""

    metadata = {"render_modes": ["ansi"]}  # noqa: RUF012  Gymnasium's own form


class Torn(Dusk):
    """Fails at its first picture, and counts how many of its kind are open."""

    opened = 0

    def __init__(self, render_mode: str | None = None) -> None:
        super().__init__(render_mode)
        Torn.opened += 1

    def render(self):
        raise RuntimeError("no canvas")

    def close(self):
        Torn.opened -= 1


@pytest.fixture(autouse=True)
def _registered() -> Iterator[None]:
    gymnasium.register("Torn-v0", Torn)
    gymnasium.register("Dusk-v0", Dusk)
    gymnasium.register("Blind-v0", Blind)
    yield
    del gymnasium.registry["Dusk-v0"], gymnasium.registry["Blind-v0"], gymnasium.registry["Torn-v0"]


def filming(run: TinyRun, env_id: str = "Dusk-v0", **params: Any) -> RecordVideo:
    operator, policy = RecordVideo("video_1", params), TinyPolicy()
    policy.blueprint = SimpleNamespace(build=Still)
    operator.provide(run, environment=Environment(env_id), policy=policy)
    return operator


def passing(operator: RecordVideo, run: TinyRun, *env_steps: int) -> None:
    """Let an item pass at each of these env steps of the run."""
    for steps in env_steps:
        run.counters.env_steps = steps
        assert len(list(operator.each(result()))) == 1
    operator.close()


def test_an_environment_whose_first_picture_fails_is_not_left_open(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="no canvas"):
        filming(TinyRun(tmp_path), "Torn-v0")
    assert Torn.opened == 0


def test_it_films_each_time_a_thousand_steps_have_gone_by(tmp_path: Path) -> None:
    run = TinyRun(tmp_path)
    passing(filming(run, every=1000), run, 512, 1024, 1536, 2048)
    files = ["videos/video_1-1024.mp4", "videos/video_1-2048.mp4"]
    assert run.told == [
        VideoRecorded(node="video_1", file=file, env_steps=steps)
        for file, steps in zip(files, (1024, 2048), strict=True)
    ]
    assert sorted(str(file.relative_to(tmp_path)) for file in (tmp_path / "videos").iterdir()) == files


def test_the_film_shows_what_each_step_led_to_at_the_environments_own_pace(tmp_path: Path) -> None:
    run = TinyRun(tmp_path)
    passing(filming(run, every=1), run, 1)
    video = cv2.VideoCapture(str(tmp_path / "videos" / "video_1-1.mp4"))
    assert video.get(cv2.CAP_PROP_FPS) == 10
    shades = []
    while (read := video.read())[0]:
        shades.append(float(read[1].mean()))
    assert np.allclose(shades, [200, 150, 100, 50, 0], atol=6)


def test_an_episode_that_takes_too_long_is_cut_off(tmp_path: Path) -> None:
    run = TinyRun(tmp_path)
    passing(filming(run, every=1, longest=3), run, 1)
    assert cv2.VideoCapture(str(tmp_path / "videos" / "video_1-1.mp4")).get(cv2.CAP_PROP_FRAME_COUNT) == 3


def test_a_disk_that_refuses_is_told_and_the_run_goes_on(tmp_path: Path) -> None:
    run = TinyRun(tmp_path)
    (tmp_path / "videos").write_text("a file where the folder should be")
    passing(filming(run, every=1), run, 1)
    (told,) = run.told
    assert isinstance(told, Log)
    assert (told.level, told.node) == ("warning", "video_1")
    assert told.text == "the video was not written: File exists"


def test_an_environment_that_cannot_draw_itself_says_so_before_the_run() -> None:
    with pytest.raises(ValueError, match=r"^Blind-v0 cannot draw itself: it renders as ansi$"):
        filming(TinyRun(), "Blind-v0")


def test_a_classic_environment_is_drawn_without_a_display(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "SDL_VIDEODRIVER", "MUJOCO_GL"):
        monkeypatch.setenv(name, "")  # so that what is set in the test goes with it
        monkeypatch.delenv(name)
    operator = filming(TinyRun(), "CartPole-v1")
    assert operator.arena.picture().shape == (400, 600, 3)
    operator.close()
