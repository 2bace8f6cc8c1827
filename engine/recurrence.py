"""Networks that remember: a recurrent layer between the hidden layers and the heads, unrolled over sequences.

Two ideas. What does not depend on the step before (the towers, the layer's input product, the heads) is computed for
all steps of all sequences at once; only the recurrence itself goes step by step. And a sequence may run across the
end of an episode: there the state is multiplied by zero, so that nothing of the old episode reaches the new one,
neither forward nor in the gradient.

Equations as in torch.nn.GRU and torch.nn.LSTM with the hidden bias at zero; the numpy counterparts that act on
workers are in `engine.policies.memory`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import torch
from torch import Tensor, nn

from engine.networks import ActorCriticMLP

FORGET_BIAS: Final = 1.0  # remember at first, or gradients vanish before there is anything to learn (Gers et al. 2000)

States = tuple[Tensor, ...]
Step = Callable[[Tensor, States, Tensor], States]


def gru(inputs: Tensor, before: States, weight: Tensor) -> States:
    """Return (h,) after one step of a gated recurrent unit (Cho et al. 2014, arXiv 1406.1078), torch's variant.

    r, z = sigmoid(x + h U), n = tanh(x_n + r * (h U_n)), h' = (1 - z) n + z h.

    Args:
        inputs: the input's share x of the gates r, z and n, bias included, (G, M, 3S) for G towers and M sequences.
        before: (h,), (G, M, S).
        weight: U, (G, S, 3S).
    """
    (hidden,) = before
    size = hidden.shape[2]
    remembered = torch.bmm(hidden, weight)
    reset, keep = torch.sigmoid(inputs[..., : 2 * size] + remembered[..., : 2 * size]).chunk(2, 2)
    new = torch.tanh(torch.addcmul(inputs[..., 2 * size :], reset, remembered[..., 2 * size :]))
    return (torch.lerp(new, hidden, keep),)


def lstm(inputs: Tensor, before: States, weight: Tensor) -> States:
    """Return (h, c) after one step of a long short-term memory (Hochreiter & Schmidhuber 1997; forget gate 2000).

    i, f, o = sigmoid(x + h U), g = tanh(x_g + h U_g), c' = f c + i g, h' = o tanh(c').

    Args:
        inputs: the input's share x of the gates i, f, o and g, bias included, (G, M, 4S).
        before: (h, c), each (G, M, S).
        weight: U, (G, S, 4S).
    """
    hidden, content = before
    size = hidden.shape[2]
    gates = torch.baddbmm(inputs, hidden, weight)
    add, forget, show = torch.sigmoid(gates[..., : 3 * size]).chunk(3, 2)
    content = torch.addcmul(forget * content, add, torch.tanh(gates[..., 3 * size :]))
    return show * torch.tanh(content), content


STEPS: Final[dict[str, Step]] = {"gru": gru, "lstm": lstm}


class RecurrentLayer(nn.Module):
    """A GRU or LSTM on each of G towers, unrolled over sequences.

    Starts orthogonal, each gate by itself, with gain 1; the bias at zero, but for an LSTM's forget gate.

    Example: cell `"gru"` with shapes (2, 64, 96), (2, 32, 96) and (2, 1, 96) remembers 32 numbers in each of 2 towers.
    """

    def __init__(self, cell: str, shapes: Sequence[tuple[int, ...]], generator: torch.Generator) -> None:
        """Make a `"gru"` or `"lstm"`, its start drawn from `generator`.

        The shapes are those of its input weights (G, W, gates * S), recurrent weights (G, S, gates * S) and bias
        (G, 1, gates * S), as `engine.policies.memory.Memory.shapes` gives them.
        """
        super().__init__()
        self.step = STEPS[cell]
        self.enter, self.recurrent, self.bias = (nn.Parameter(torch.zeros(shape)) for shape in shapes)
        self.towers, self.size, _ = shapes[1]
        for tower in (*self.enter.detach(), *self.recurrent.detach()):
            for gate in tower.split(self.size, 1):
                nn.init.orthogonal_(gate, 1.0, generator)
        if cell == "lstm":
            nn.init.constant_(self.bias[..., self.size : 2 * self.size], FORGET_BIAS)

    def forward(self, features: Tensor, state: Tensor, begins: Tensor) -> Tensor:
        """Return the hidden states (G, M*L, S) of M sequences of L steps.

        Args:
            features: (G, M*L, W), the steps of a sequence together.
            state: before the first step of each sequence, (M, K), as `engine.policies.memory` lays it out.
            begins: whether a step is the first of its episode, so that what came before counts for nothing,
                (M, L) bool. The first column is not read: the stored state knows.
        """
        inputs = torch.baddbmm(self.bias, features, self.enter).view(self.towers, *begins.shape, -1)
        states = state.view(len(state), -1, self.towers, self.size).permute(1, 2, 0, 3).unbind()
        keep = (~begins).to(state.dtype).unsqueeze(2).unbind(1)
        outputs = []
        for place, gates in enumerate(inputs.unbind(2)):
            if place:
                states = tuple(part * keep[place] for part in states)
            states = self.step(gates, states, self.recurrent)
            outputs.append(states[0])
        return torch.stack(outputs, 2).flatten(1, 2)


class RecurrentActorCritic(nn.Module):
    """Two towers that remember, each by itself: hidden layers, then a recurrent layer, then the heads."""

    def __init__(self, towers: ActorCriticMLP, memory: RecurrentLayer) -> None:
        """Put a recurrent layer on two towers between the layers and the heads of an MLP, which read its S units."""
        super().__init__()
        self.towers = towers
        self.memory = memory

    def forward(self, obs: Tensor, state: Tensor, begins: Tensor) -> tuple[Tensor, Tensor]:
        """Return distribution parameters (M*L, D) and values (M*L,) for M sequences of L observations, (M, L, O).

        State and begins are those of `RecurrentLayer.forward`.
        """
        features = self.towers.features(obs.flatten(0, 1))
        return self.towers.heads(self.memory(features, state, begins))
