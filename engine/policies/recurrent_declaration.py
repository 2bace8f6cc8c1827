"""What the policy operators that may remember declare alike: the recurrent layer and how it is trained."""

from __future__ import annotations

from engine.declare import param
from engine.policies.declaration import ActorCriticDeclaration
from engine.policies.memory import Memory


class RecurrentDeclaration(ActorCriticDeclaration):
    """The common part; an operator adds its docstring, its own parameters and `build`."""

    recurrent: str = param(
        "none", choices=("none", "gru", "lstm"), help="a memory between the hidden layers and the heads; vectors only"
    )
    memory_size: int = param(64, at_least=1, at_most=4096, unit="units", help="of the recurrent layer in each tower")
    sequence_length: int = param(
        16, at_least=1, unit="steps", help="how far back a memory is trained; must divide the fragment length"
    )

    @property
    def memory(self) -> Memory | None:
        """The recurrent layer, if one is wanted."""
        return None if self.recurrent == "none" else Memory(self.recurrent, self.memory_size, self.sequence_length)
