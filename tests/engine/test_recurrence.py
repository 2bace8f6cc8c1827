"""The recurrent layer: torch's own GRU and LSTM as judges, and what an episode's end must stop."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor, nn

from engine.policies.memory import Memory
from engine.recurrence import RecurrentLayer, gru, lstm

UNITS, WIDTH, SEQUENCES, STEPS = 3, 4, 5, 7
BLOCKS = {"gru": (0, 1, 2), "lstm": (0, 1, 3, 2)}  # ours in torch's order: an LSTM's o and g change places


def layer(cell: str, towers: int = 2) -> RecurrentLayer:
    """A layer whose bias is not zero either."""
    made = RecurrentLayer(cell, Memory(cell, UNITS, STEPS).shapes(towers, WIDTH), generator(0))
    with torch.no_grad():
        made.bias.normal_(generator=generator(1))
    return made


def generator(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def judge(ours: RecurrentLayer, cell: str, tower: int) -> nn.Module:
    """Torch's own layer with the parameters of one of our towers."""
    theirs = {"gru": nn.GRU, "lstm": nn.LSTM}[cell](WIDTH, UNITS, batch_first=True)
    pairs = {"weight_ih_l0": ours.enter, "weight_hh_l0": ours.recurrent, "bias_ih_l0": ours.bias}
    with torch.no_grad():
        theirs.bias_hh_l0.zero_()
        for name, parameter in pairs.items():
            gates = parameter[tower].split(UNITS, 1)
            turned = torch.cat([gates[block] for block in BLOCKS[cell]], 1).T
            getattr(theirs, name).copy_(turned.reshape(getattr(theirs, name).shape))
    return theirs


def drawn(cell: str, towers: int = 2) -> tuple[Tensor, Tensor]:
    """Features (G, M*L, W) and states (M, K)."""
    features = torch.randn(towers, SEQUENCES * STEPS, WIDTH, generator=generator(2))
    return features, torch.randn(SEQUENCES, Memory(cell, UNITS, STEPS).state_size(towers), generator=generator(3))


def parts(state: Tensor, towers: int = 2) -> Tensor:
    """A state (M, K) as (parts, G, M, S)."""
    return state.view(SEQUENCES, -1, towers, UNITS).permute(1, 2, 0, 3)


NEVER = torch.zeros(SEQUENCES, STEPS, dtype=torch.bool)


@pytest.mark.parametrize("towers", [1, 2])
@pytest.mark.parametrize("cell", ["gru", "lstm"])
def test_each_tower_is_torchs_own_layer_with_one_bias(cell: str, towers: int) -> None:
    ours = layer(cell, towers)
    features, state = drawn(cell, towers)
    outputs = ours(features, state, NEVER)
    for tower in range(towers):
        first = tuple(part[tower].unsqueeze(0).contiguous() for part in parts(state, towers))
        inputs = features[tower].view(SEQUENCES, STEPS, WIDTH)
        wanted, _ = judge(ours, cell, tower)(inputs, first if cell == "lstm" else first[0])
        torch.testing.assert_close(outputs[tower], wanted.flatten(0, 1))


@pytest.mark.parametrize("cell", ["gru", "lstm"])
def test_nothing_crosses_the_end_of_an_episode(cell: str) -> None:
    ours = layer(cell)
    features, state = drawn(cell)
    features.requires_grad_()
    begins = NEVER.clone()
    begins[1, 3] = True
    outputs = ours(features, state, begins).view(2, SEQUENCES, STEPS, UNITS)
    later = features.view(2, SEQUENCES, STEPS, WIDTH)[:, :, 3:].flatten(1, 2)
    fresh = ours(later, torch.zeros_like(state), NEVER[:, 3:])
    torch.testing.assert_close(outputs[:, 1, 3:], fresh.view(2, SEQUENCES, STEPS - 3, UNITS)[:, 1])
    outputs[:, :2, 6].sum().backward()
    assert features.grad is not None
    reached = features.grad.view(2, SEQUENCES, STEPS, WIDTH).abs().sum((0, 3)) > 0
    assert reached[1].tolist() == [False] * 3 + [True] * 4
    assert reached[0].all()


def test_the_stored_state_counts_even_where_the_first_step_begins_an_episode() -> None:
    features, state = drawn("gru")
    begins = NEVER.clone()
    begins[:, 0] = True
    torch.testing.assert_close(layer("gru")(features, state, begins), layer("gru")(features, state, NEVER))


def test_a_gru_step_worked_by_hand() -> None:
    inputs = torch.tensor([[[0.0, math.log(3), 0.5]]])  # r = 1/2, z = 3/4 without recurrent weights for them
    (hidden,) = gru(inputs, (torch.tensor([[[2.0]]]),), torch.tensor([[[0.0, 0.0, 0.25]]]))
    assert hidden.item() == pytest.approx(math.tanh(0.5 + 0.5 * (2 * 0.25)) / 4 + 2 * 3 / 4)


def test_an_lstm_step_worked_by_hand() -> None:
    inputs = torch.tensor([[[0.0, math.log(3), math.log(3), 0.5]]])  # i = 1/2, f = o = 3/4
    before = torch.tensor([[[2.0]]]), torch.tensor([[[1.0]]])
    hidden, content = lstm(inputs, before, torch.tensor([[[0.0, 0.0, 0.0, 0.25]]]))
    assert content.item() == pytest.approx(0.75 * 1 + 0.5 * math.tanh(0.5 + 2 * 0.25))
    assert hidden.item() == pytest.approx(0.75 * math.tanh(content.item()))


def test_gates_start_orthogonal_and_an_lstm_remembers_at_first() -> None:
    made = RecurrentLayer("lstm", Memory("lstm", UNITS, STEPS).shapes(2, WIDTH), generator(0))
    for gate in made.recurrent[1].split(UNITS, 1):
        torch.testing.assert_close(gate @ gate.T, torch.eye(UNITS))
    assert made.bias[0, 0].tolist() == [0] * 3 + [1] * 3 + [0] * 6
