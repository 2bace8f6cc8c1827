"""What the policy operators that learn by V-trace declare alike: the discount and how far weights may reach."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.declare import param
from engine.policies.declaration import ActorCriticDeclaration

if TYPE_CHECKING:
    from engine.losses.vtrace import VTrace


class VTraceDeclaration(ActorCriticDeclaration):
    """The common part; an operator adds its docstring, its own parameters and `build`."""

    gamma: float = param(0.99, at_least=0, at_most=1, help="discount of the next step's value", live=True)
    vtrace_lambda: float = param(1.0, at_least=0, at_most=1, help="0 trusts the critic, 1 the returns", live=True)
    rho_bar: float = param(1.0, above=0, help="largest importance weight of one step's error", live=True)
    c_bar: float = param(1.0, above=0, help="largest importance weight that carries later errors back", live=True)

    @property
    def vtrace(self) -> VTrace:
        """The correction with the parameters as they are now."""
        from engine.losses.vtrace import VTrace

        return VTrace(self.gamma, self.vtrace_lambda, self.rho_bar, self.c_bar)
