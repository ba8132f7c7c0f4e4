"""A neuron from single numbers, layers of such neurons, and the multi-layer perceptron in both granularities."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

import autograd
from autograd.dtypes import get_default_dtype
from autograd.tensor import Tensor, wrap
from nn import init
from nn.functional import ACTIVATIONS
from nn.inputs import taken
from nn.layers.activation import NAMED, Activation
from nn.layers.containers import ModuleList, Sequential
from nn.layers.linear import Linear
from nn.module import Module
from nn.parameter import Parameter

Function = str | Callable[[Any], Any] | None


class _OfScalars(Module):
    """A module that takes a flat list of numbers as a list of scalar Tensors, and everything else as a whole."""

    takes_integers = False

    def _take(self, args: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(scalars(self, arg) for arg in args)


_TENSORS = {Tensor, Parameter}


def scalars(module: Module, arg: Any) -> Any:
    """A flat list of numbers as scalar Tensors, an array or a nested list as one Tensor, in the module's dtype."""
    if not isinstance(arg, (list, tuple)):
        return taken(arg, module._dtype(), keep_integers=False)
    if _TENSORS.issuperset(map(type, arg)):
        return arg
    dtype = module._dtype() or get_default_dtype()
    if any(np.ndim(v) for v in arg):
        return taken(list(arg), dtype, keep_integers=False)
    return [v if isinstance(v, Tensor) else wrap(dtype.type(v)) for v in arg]


class Neuron(_OfScalars):
    """n = w₁x₁ + … + wₖxₖ + b, a = f(n), with every weight a Parameter of its own: w1, …, wk, b.

    Takes a list of k numbers or scalar Tensors (each a node of the graph) or an array (k,), and returns a scalar; an
    array (N, k) gives (N,). `activation` f is the name of a function ("relu", "tanh", "sigmoid", "step", …), a
    function, or None. Parameters are drawn from U(-1/√k, 1/√k). Raises ValueError for another number of inputs.

    >>> import nn
    >>> neuron = nn.Neuron(2, activation=None)
    >>> neuron.load_state_dict({"w1": 3.0, "w2": -1.0, "b": 0.5})
    LoadResult(missing_keys=[], unexpected_keys=[])
    >>> neuron([2.0, 1.0]).item()
    5.5
    """

    def __init__(self, n_inputs: int, activation: Function = "relu") -> None:
        super().__init__()
        self.n_inputs, self.activation = n_inputs, activation
        self._f = function_of(activation)
        bound = 1 / math.sqrt(n_inputs) if n_inputs else 0.0
        for i in range(1, n_inputs + 1):
            setattr(self, f"w{i}", init.uniform_(_scalar(f"w{i}"), -bound, bound))
        self.b = init.uniform_(_scalar("b"), -bound, bound)

    @property
    def weights(self) -> list[Parameter]:
        """w1, …, wk."""
        return list(self.parameters())[:-1]

    def forward(self, x: Any) -> Any:
        if isinstance(x, Tensor):
            if x.shape[-1:] != (self.n_inputs,):
                raise ValueError(f"Neuron of {self.n_inputs} inputs got an array of shape {x.shape}")
            if x.ndim > 1:
                return self._f(x @ autograd.stack(self.weights) + self.b)
            x = list(x)
        if len(x) != self.n_inputs:
            raise ValueError(f"Neuron of {self.n_inputs} inputs got {len(x)}")
        weights = [p for p in vars(self).values() if isinstance(p, Parameter)]
        return self._f(autograd.weighted_sum(*weights[:-1], *x, weights[-1]))

    def extra_repr(self) -> str:
        return f"{self.n_inputs}, activation={_name(self.activation)}"


class Layer(_OfScalars):
    """n_out neurons that see the same n_in inputs.

    Parameters are drawn from U(-1/√n_in, 1/√n_in).
    A list of numbers or scalar Tensors gives a list of scalars (of one neuron, its scalar); an array (n_in,) gives
    (n_out,), and (N, n_in) gives (N, n_out).

    >>> import nn
    >>> len(nn.Layer(3, 4)([1.0, 2.0, 3.0]))
    4
    """

    def __init__(self, n_in: int, n_out: int, activation: Function = "relu") -> None:
        super().__init__()
        self.neurons = ModuleList(Neuron(n_in, activation) for _ in range(n_out))

    def forward(self, x: Any) -> Any:
        if isinstance(x, Tensor):
            return autograd.stack([neuron(x) for neuron in self.neurons], axis=-1)
        out = [neuron(x) for neuron in self.neurons]
        return out[0] if len(out) == 1 else out


class MLP(Sequential):
    """A multi-layer perceptron: `sizes` = [inputs, hidden…, outputs], `activation` after every layer but the last.

    `granularity="tensor"` makes it of Linear layers and activations; "scalar" of Layers of Neurons, whose graph shows
    every single number. Both draw the parameters of a layer with n inputs from U(-1/√n, 1/√n).

    >>> import nn, numpy as np
    >>> nn.MLP([2, 16, 1])(np.zeros((5, 2))).shape
    (5, 1)
    >>> sum(p.size for p in nn.MLP([2, 16, 16, 1], granularity="scalar").parameters())
    337
    """

    def __init__(self, sizes: Sequence[int], activation: Function = "relu", granularity: str = "tensor") -> None:
        if len(sizes) < 2:
            raise ValueError(f"MLP wants at least two sizes, inputs and outputs, got {list(sizes)}")
        if granularity not in ("tensor", "scalar"):
            raise ValueError(f"MLP: granularity must be 'tensor' or 'scalar', got {granularity!r}")
        layers: list[Module] = []
        for i, (n_in, n_out) in enumerate(pairwise(sizes), 2):
            f = activation if i < len(sizes) else None
            if granularity == "scalar":
                layers.append(Layer(n_in, n_out, f))
            else:
                layers.append(Linear(n_in, n_out))
                if f is not None:
                    layers.append(activation_module(f))
        super().__init__(*layers)
        self.granularity = granularity

    takes_integers = False

    def _take(self, args: tuple[Any, ...]) -> tuple[Any, ...]:
        if self.granularity == "tensor":
            return super()._take(args)
        return tuple(scalars(self, arg) for arg in args)


def function_of(activation: Function) -> Callable[[Any], Any]:
    """The activation function behind a name; raises ValueError for unknown names."""
    if activation is None:
        return _identity
    if callable(activation):
        return activation
    if activation not in ACTIVATIONS:
        raise ValueError(f"activation must be one of {', '.join(ACTIVATIONS)}, a function or None; got {activation!r}")
    function: Callable[[Any], Any] = ACTIVATIONS[activation]
    return function


def activation_module(activation: Function) -> Module:
    """A module that applies an activation, given by name or as a function or module."""
    if isinstance(activation, Module):
        return activation
    return NAMED[activation]() if activation in NAMED else Activation(function_of(activation))


def _identity(x: Any) -> Any:
    return x


def _scalar(name: str) -> Parameter:
    return Parameter(np.empty((), get_default_dtype()), name=name)


def _name(activation: Function) -> str:
    return getattr(activation, "__name__", repr(activation)) if callable(activation) else repr(activation)
