"""Recurrent layers: simple, long short-term memory and gated recurrent units, over sequences or one step at a time."""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np
from numpy.typing import DTypeLike

import autograd
from autograd.kernels.recurrent import final_rows
from autograd.ops.recurrent import gru_, lstm_, rnn_
from nn import init
from nn.layers.linear import check_sizes, new_parameter
from nn.module import Module
from nn.parameter import Parameter
from nn.utils.rnn import PackedSequence

__all__ = [
    "GRU",
    "LSTM",
    "RNN",
    "GRUCell",
    "LSTMCell",
    "RNNCell",
]


class _Recurrent(Module):
    """What layers and cells have in common: gates, names of parameters, initial values."""

    takes_integers = False
    gates: ClassVar[int]
    states: ClassVar[int] = 1
    input_size: int
    hidden_size: int
    proj_size: int = 0
    nonlinearity: str = "tanh"

    @property
    def _state_sizes(self) -> tuple[int, ...]:
        """The widths of the states: of h, and of c."""
        return (self.proj_size or self.hidden_size, self.hidden_size)[: self.states]

    def _make(self, suffix: str, features: int, bias: bool, dtype: DTypeLike | None) -> None:
        """The parameters of one layer in one direction."""
        rows, out = self.gates * self.hidden_size, self._state_sizes[0]
        shapes: dict[str, tuple[int, ...]] = {"weight_ih": (rows, features), "weight_hh": (rows, out)}
        if bias:
            shapes |= {"bias_ih": (rows,), "bias_hh": (rows,)}
        if self.proj_size:
            shapes["weight_hr"] = (self.proj_size, self.hidden_size)
        for name, shape in shapes.items():
            setattr(self, name + suffix, new_parameter(shape, dtype, name + suffix))

    def reset_parameters(self) -> None:
        """Draw all parameters anew from U(-k, k), k = 1 / √hidden_size."""
        bound = 1 / math.sqrt(self.hidden_size) if self.hidden_size else 0.0
        for p in self.parameters():
            init.uniform_(p, -bound, bound)

    def _run(
        self, suffix: str, x: Any, states: Sequence[Any], batch_sizes: tuple[int, ...], reverse: bool
    ) -> tuple[Any, ...]:
        """One layer in one direction over rows: all states h, and for an LSTM all cells c."""
        w_ih, w_hh = getattr(self, "weight_ih" + suffix), getattr(self, "weight_hh" + suffix)
        none = np.zeros(len(w_ih), w_ih.dtype)
        b_ih, b_hh = getattr(self, "bias_ih" + suffix, none), getattr(self, "bias_hh" + suffix, none)
        xs = [x, w_ih, w_hh, b_ih, b_hh, *states]
        if self.proj_size:
            xs.append(getattr(self, "weight_hr" + suffix))
        dtype = np.result_type(*(v.dtype for v in xs))
        xs = [v if v.dtype == dtype else autograd.astype(v, dtype) for v in xs]
        steps = {"batch_sizes": batch_sizes, "reverse": reverse}
        if self.gates == 1:
            return (rnn_(*xs, relu=self.nonlinearity == "relu", **steps),)
        if self.gates == 3:
            return (gru_(*xs, **steps)[0],)
        result: tuple[Any, ...] = lstm_(*xs, **steps)[:2]
        return result

    def _initial(self, hx: Any, lead: tuple[int, ...], dtype: Any) -> list[Any]:
        """The given states, checked, or zeros: one of shape (*lead, width) for each."""
        name = type(self).__name__
        wanted = [(*lead, width) for width in self._state_sizes]
        if hx is None:
            return [np.zeros(shape, dtype) for shape in wanted]
        states = list(hx) if self.states > 1 and isinstance(hx, (tuple, list)) else [hx]
        if len(states) != self.states or not all(hasattr(s, "shape") for s in states):
            what = "a pair (h, c) of arrays" if self.states > 1 else "one array h"
            raise TypeError(f"{name}: the initial state must be {what}, got {type(hx).__name__}")
        for letter, state, shape in zip("hc", states, wanted):
            if state.shape != shape:
                raise ValueError(f"{name}: initial state {letter} of shape {state.shape}, wanted {shape}")
        return states


def _checked_nonlinearity(layer: Module, nonlinearity: str) -> str:
    if nonlinearity not in ("tanh", "relu"):
        raise ValueError(f"{type(layer).__name__}: nonlinearity must be 'tanh' or 'relu', got {nonlinearity!r}")
    return nonlinearity


# --- layers over sequences -------------------------------------------------------------------------------------------


class _Layers(_Recurrent):
    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int,
        bias: bool,
        batch_first: bool,
        dropout: float,
        bidirectional: bool,
        dtype: DTypeLike | None,
    ) -> None:
        super().__init__()
        name = type(self).__name__
        check_sizes(self, input_size=input_size, hidden_size=hidden_size)
        if hidden_size == 0 or num_layers < 1:
            raise ValueError(
                f"{name}: hidden_size and num_layers must be ≥ 1, got hidden_size={hidden_size}, "
                f"num_layers={num_layers}"
            )
        if not 0 <= dropout <= 1:
            raise ValueError(f"{name}: dropout must lie in [0, 1], got {dropout}")
        if dropout and num_layers == 1:
            warnings.warn(
                f"{name}: dropout={dropout} stands between layers, and there is one: it does nothing", stacklevel=3
            )
        self.input_size, self.hidden_size, self.num_layers = input_size, hidden_size, num_layers
        self.bias, self.batch_first, self.dropout, self.bidirectional = bias, batch_first, float(dropout), bidirectional
        width = self._state_sizes[0] * (2 if bidirectional else 1)
        for k, suffixes in enumerate(self._suffixes()):
            for suffix in suffixes:
                self._make(suffix, input_size if k == 0 else width, bias, dtype)
        self.reset_parameters()

    def _suffixes(self) -> list[list[str]]:
        """How the parameters of each layer and direction are called."""
        directions = ("", "_reverse") if self.bidirectional else ("",)
        return [[f"_l{k}{d}" for d in directions] for k in range(self.num_layers)]

    @property
    def all_weights(self) -> list[list[Parameter]]:
        """The parameters of each layer and direction."""
        return [
            [p for name, p in self.named_parameters() if name.removeprefix(name.split("_l")[0]) == suffix]
            for suffixes in self._suffixes()
            for suffix in suffixes
        ]

    def flatten_parameters(self) -> None:
        """Nothing; in PyTorch this lays the parameters side by side for the GPU."""

    def forward(self, input: Any, hx: Any = None) -> Any:
        if isinstance(input, PackedSequence):
            return self._forward_packed(input, hx)
        x, name = input, type(self).__name__
        order = f"({'batch, time' if self.batch_first else 'time, batch'}, {self.input_size})"
        if x.ndim not in (2, 3) or x.shape[-1] != self.input_size:
            raise ValueError(
                f"{name} wants an input {order}, (time, {self.input_size}) or a PackedSequence, got shape {x.shape}"
            )
        single = x.ndim == 2
        if single:
            x = autograd.expand_dims(x, 1)
        elif self.batch_first:
            x = autograd.swapaxes(x, 0, 1)
        steps, batch = x.shape[:2]
        if steps == 0:
            raise ValueError(f"{name} wants at least one time step in an input {order}, got shape {input.shape}")
        depth = self.num_layers * (2 if self.bidirectional else 1)
        states = self._initial(hx, (depth,) if single else (depth, batch), x.dtype)
        if single:
            states = [autograd.expand_dims(s, 1) for s in states]
        y, finals = self._stack(autograd.reshape(x, (steps * batch, self.input_size)), states, (batch,) * steps)
        y = autograd.reshape(y, (steps, batch, y.shape[-1]))
        if single:
            y, finals = y[:, 0], [s[:, 0] for s in finals]
        elif self.batch_first:
            y = autograd.swapaxes(y, 0, 1)
        return y, tuple(finals) if self.states > 1 else finals[0]

    def _forward_packed(self, input: PackedSequence, hx: Any) -> Any:
        x, batch_sizes, order, back = input
        if x.ndim != 2 or x.shape[-1] != self.input_size:
            raise ValueError(
                f"{type(self).__name__} wants packed rows of {self.input_size} features, got data of shape {x.shape}"
            )
        sizes = tuple(batch_sizes.data.tolist())
        depth = self.num_layers * (2 if self.bidirectional else 1)
        states = self._initial(hx, (depth, sizes[0]), x.dtype)
        if order is not None and hx is not None:
            states = [autograd.index_select(s, 1, order) for s in states]
        y, finals = self._stack(x, states, sizes)
        if back is not None:
            finals = [autograd.index_select(s, 1, back) for s in finals]
        return PackedSequence(y, batch_sizes, order, back), tuple(finals) if self.states > 1 else finals[0]

    def _stack(self, x: Any, states: list[Any], batch_sizes: tuple[int, ...]) -> tuple[Any, list[Any]]:
        """All layers over rows; the outputs of the last, and the final states of all."""
        finals: list[list[Any]] = [[] for _ in states]
        count = 0
        for k, suffixes in enumerate(self._suffixes()):
            if k and self.dropout:
                x = autograd.dropout(x, self.dropout, self.training)
            outs = []
            for suffix in suffixes:
                reverse = suffix.endswith("_reverse")
                found = self._run(suffix, x, [s[count] for s in states], batch_sizes, reverse)
                for kept, rows in zip(finals, found):
                    kept.append(_final(rows, batch_sizes, reverse))
                outs.append(found[0])
                count += 1
            x = outs[0] if len(outs) == 1 else autograd.concatenate(outs, 1)
        return x, [autograd.stack(kept) for kept in finals]

    def extra_repr(self) -> str:
        parts = [f"{self.input_size}, {self.hidden_size}"]
        defaults = {"proj_size": 0, "num_layers": 1, "bias": True, "batch_first": False, "dropout": 0}
        for name, default in {**defaults, "bidirectional": False}.items():
            if getattr(self, name) != default:
                parts.append(f"{name}={getattr(self, name)}")
        return ", ".join(parts)


def _final(rows: Any, batch_sizes: tuple[int, ...], reverse: bool) -> Any:
    """The last computed state of each sequence."""
    batch = batch_sizes[0]
    if reverse or batch_sizes[-1] == batch:
        return rows[:batch] if reverse else rows[len(rows) - batch :]
    return autograd.getitem(rows, final_rows(batch_sizes, reverse))


class RNN(_Layers):
    """Elman's recurrent layer (1990), `num_layers` of them on top of each other.

        h_t = φ(x_t W_ihᵀ + b_ih + h_{t-1} W_hhᵀ + b_hh),  φ = tanh, or relu as `nonlinearity` says

    Input (time, batch, input_size), or (batch, time, input_size) if `batch_first`, or (time, input_size) for a single
    sequence, or a `PackedSequence`; and the initial states h_0 (layers · directions, batch, hidden_size), zeros unless
    given. Returns the last layer's outputs in the form of the input, with directions · hidden_size features, and the
    final states in the form of h_0. `bidirectional` adds a second direction that runs from the end to the beginning.
    `dropout` acts on the outputs of every layer but the last, in training.

    Parameters weight_ih_l0, weight_hh_l0, bias_ih_l0, bias_hh_l0, then `_l0_reverse`, `_l1` …, all drawn from U(-k, k),
    k = 1 / √hidden_size; `bias=False` leaves the biases out. As in PyTorch. Raises ValueError for other shapes.

    >>> import nn, numpy as np
    >>> y, h = nn.RNN(3, 5, num_layers=2)(np.ones((7, 2, 3)))
    >>> y.shape, h.shape
    ((7, 2, 5), (2, 2, 5))
    """

    gates = 1

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        nonlinearity: str = "tanh",
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        *,
        dtype: DTypeLike | None = None,
    ) -> None:
        super().__init__(input_size, hidden_size, num_layers, bias, batch_first, dropout, bidirectional, dtype)
        self.nonlinearity = _checked_nonlinearity(self, nonlinearity)


class LSTM(_Layers):
    """Long short-term memory (Hochreiter & Schmidhuber 1997, with the forget gate of Gers et al. 2000).

        (i, f, g, o) = x_t W_ihᵀ + b_ih + h_{t-1} W_hhᵀ + b_hh,  through (σ, σ, tanh, σ)
        c_t = f c_{t-1} + i g;  h_t = o tanh(c_t), and with `proj_size` h_t = (o tanh(c_t)) W_hrᵀ (Sak et al. 2014)

    The states are a pair: h_0 (layers · directions, batch, proj_size or hidden_size) and c_0 (…, hidden_size). Input,
    output and options as those of `RNN`; parameters also, all from U(-k, k), k = 1 / √hidden_size, and with `proj_size`
    also weight_hr_l0 ….

    >>> import nn, numpy as np
    >>> y, (h, c) = nn.LSTM(3, 5, bidirectional=True, batch_first=True)(np.ones((2, 7, 3)))
    >>> y.shape, h.shape, c.shape
    ((2, 7, 10), (2, 2, 5), (2, 2, 5))
    """

    gates, states = 4, 2

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        proj_size: int = 0,
        *,
        dtype: DTypeLike | None = None,
    ) -> None:
        if not 0 <= proj_size < max(hidden_size, 1):
            raise ValueError(f"LSTM: proj_size must lie between 0 and hidden_size={hidden_size}, got {proj_size}")
        self.proj_size = proj_size
        super().__init__(input_size, hidden_size, num_layers, bias, batch_first, dropout, bidirectional, dtype)


class GRU(_Layers):
    """Gated recurrent unit (Cho et al. 2014), in the form in which r acts after the product with W_hn.

        r = σ(x_t W_irᵀ + b_ir + h_{t-1} W_hrᵀ + b_hr);  z = σ(x_t W_izᵀ + b_iz + h_{t-1} W_hzᵀ + b_hz)
        n = tanh(x_t W_inᵀ + b_in + r (h_{t-1} W_hnᵀ + b_hn));  h_t = (1 - z) n + z h_{t-1}

    The weights stand one behind the other in the order (r, z, n). Input, output, states and options
    as those of `RNN`; parameters also, all from U(-k, k), k = 1 / √hidden_size.

    >>> import nn, numpy as np
    >>> y, h = nn.GRU(3, 5)(np.ones((7, 2, 3)))
    >>> y.shape, h.shape
    ((7, 2, 5), (1, 2, 5))
    """

    gates = 3

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        *,
        dtype: DTypeLike | None = None,
    ) -> None:
        super().__init__(input_size, hidden_size, num_layers, bias, batch_first, dropout, bidirectional, dtype)


# --- cells: one step -------------------------------------------------------------------------------------------------


class _Cell(_Recurrent):
    def __init__(self, input_size: int, hidden_size: int, bias: bool, dtype: DTypeLike | None) -> None:
        super().__init__()
        check_sizes(self, input_size=input_size, hidden_size=hidden_size)
        self.input_size, self.hidden_size, self.bias = input_size, hidden_size, bias
        self._make("", input_size, bias, dtype)
        self.reset_parameters()

    def forward(self, input: Any, hx: Any = None) -> Any:
        x = input
        if x.ndim not in (1, 2) or x.shape[-1] != self.input_size:
            raise ValueError(
                f"{type(self).__name__} wants an input (batch, {self.input_size}) or ({self.input_size},), "
                f"got shape {x.shape}"
            )
        states = self._initial(hx, x.shape[:-1], x.dtype)
        if x.ndim == 1:
            x, states = x[None], [s[None] for s in states]
        found = self._run("", x, states, (len(x),), False)
        if input.ndim == 1:
            found = tuple(s[0] for s in found)
        return found if self.states > 1 else found[0]

    def extra_repr(self) -> str:
        parts = [f"{self.input_size}, {self.hidden_size}"]
        if not self.bias:
            parts.append("bias=False")
        if self.nonlinearity != "tanh":
            parts.append(f"nonlinearity={self.nonlinearity}")
        return ", ".join(parts)


class RNNCell(_Cell):
    """One step of `RNN`: input (batch, input_size) and h (batch, hidden_size) → the next h; batch may be left out.

    Parameters weight_ih, weight_hh, bias_ih, bias_hh, drawn from U(-k, k), k = 1 / √hidden_size.

    >>> import nn, numpy as np
    >>> nn.RNNCell(3, 5)(np.ones((2, 3))).shape
    (2, 5)
    """

    gates = 1

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool = True,
        nonlinearity: str = "tanh",
        *,
        dtype: DTypeLike | None = None,
    ) -> None:
        super().__init__(input_size, hidden_size, bias, dtype)
        self.nonlinearity = _checked_nonlinearity(self, nonlinearity)


class LSTMCell(_Cell):
    """One step of `LSTM`: input (batch, input_size) and (h, c), each (batch, hidden_size) → the next (h, c).

    Parameters as those of `RNNCell`, from U(-k, k), k = 1 / √hidden_size; batch may be left out.

    >>> import nn, numpy as np
    >>> h, c = nn.LSTMCell(3, 5)(np.ones((2, 3)))
    >>> h.shape, c.shape
    ((2, 5), (2, 5))
    """

    gates, states = 4, 2

    def __init__(self, input_size: int, hidden_size: int, bias: bool = True, *, dtype: DTypeLike | None = None) -> None:
        super().__init__(input_size, hidden_size, bias, dtype)


class GRUCell(_Cell):
    """One step of `GRU`: input (batch, input_size) and h (batch, hidden_size) → the next h; batch may be left out.

    Parameters as those of `RNNCell`, from U(-k, k), k = 1 / √hidden_size.

    >>> import nn, numpy as np
    >>> nn.GRUCell(3, 5)(np.ones((2, 3))).shape
    (2, 5)
    """

    gates = 3

    def __init__(self, input_size: int, hidden_size: int, bias: bool = True, *, dtype: DTypeLike | None = None) -> None:
        super().__init__(input_size, hidden_size, bias, dtype)
