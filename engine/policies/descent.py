"""How every learner steps: its parameters as one vector, their gradient as another, and Adam along it.

Small networks spend most of a gradient step on torch's dispatch, not on arithmetic; on one vector, clipping and the
optimizer are one operation each.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Iterable, Mapping
from typing import Any, Final

import torch
from torch import Tensor, nn

from engine.kinds import Peers
from engine.networks import as_one_vector

ADAM_EPSILON: Final = 1e-5  # Adam's own 1e-8 lets steps explode where gradients vanish (arXiv 2006.05990)
THREADS: Final = torch.get_num_threads()  # as many as there are cores, or as OMP_NUM_THREADS allows
SMALL: Final = 500_000  # parameters; below, a second thread costs more than it brings


class Descent:
    """Parameters (P,) that share one optimizer: Adam (Kingma and Ba 2015, arXiv 1412.6980).

    Zero `gradient` before each backward pass, which adds to it.

    Example: over one parameter of value 1, `gradient.fill_(3.0)` and `step(0.1)` make it 0.9 and return the norm 3.

    Attributes:
        vector: the parameters (P,), float32; the modules that they came from hold views of it.
        peers: over whose copies each gradient is averaged before the step; None if there is only this one.
    """

    peers: Peers | None = None

    def __init__(self, parameters: Iterable[nn.Parameter], epsilon: float = ADAM_EPSILON) -> None:
        """Take over these parameters, in this order."""
        self.vector = as_one_vector(parameters)
        self.epsilon = epsilon
        self.adam = {
            "step": torch.zeros((), device=self.vector.device),
            "exp_avg": torch.zeros_like(self.vector),
            "exp_avg_sq": torch.zeros_like(self.vector),
        }

    @property
    def gradient(self) -> Tensor:
        """The gradient (P,), float32, to write into."""
        gradient = self.vector.grad
        assert gradient is not None  # `as_one_vector` made it
        return gradient

    def set_threads(self) -> None:
        """Let torch use as many threads as parameters of this number are worth.

        In a thread beside the main one they are half of those that there are: workers play on meanwhile, and a thread
        that waits for a core holds up all others.
        """
        alone = threading.current_thread() is threading.main_thread()
        most = THREADS if alone else max(1, THREADS // 2)
        torch.set_num_threads(1 if self.vector.numel() < SMALL else most)

    def step(self, rate: float, max_norm: float = math.inf) -> Tensor:
        """Scale the gradient to at most `max_norm` and take a step of `rate`; return its norm before, rank 0."""
        gradient = self.gradient
        if self.peers is not None:
            here = gradient.cpu()
            self.peers.average(here.numpy())
            gradient.copy_(here)
        norm: Tensor = torch.linalg.vector_norm(gradient)
        if max_norm < math.inf:
            if gradient.is_cuda:  # which is not waited for
                gradient.mul_((max_norm / (norm + 1e-6)).clamp_(max=1))
            elif (length := float(norm)) > max_norm - 1e-6:
                gradient.mul_(max_norm / (length + 1e-6))
        self._follow(gradient, rate)
        return norm

    def _follow(self, gradient: Tensor, rate: float) -> None:
        """Take the step that `torch.optim.Adam(fused=True)` takes, by its own kernel: around it lie 40 µs a step."""
        step, mean, square = self.adam.values()
        step.add_(1)
        torch._fused_adam_(
            [self.vector],
            [gradient],
            [mean],
            [square],
            [],
            [step],
            lr=rate,
            beta1=0.9,
            beta2=0.999,
            weight_decay=0.0,
            eps=self.epsilon,
            amsgrad=False,
            maximize=False,
        )

    def state(self) -> dict[str, Any]:
        """Return the parameters and Adam's moments; arrays are copies."""
        return {
            "parameters": self.vector.cpu().numpy().copy(),
            "adam": {name: value.cpu().numpy().copy() for name, value in self.adam.items()},
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take over what `state` gave."""
        self.vector.copy_(torch.tensor(state["parameters"]))
        for name, value in self.adam.items():
            value.copy_(torch.tensor(state["adam"][name]))
