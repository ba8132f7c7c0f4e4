"""L-BFGS with a line search that satisfies the strong Wolfe conditions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

from autograd.graph import enable_grad, overwritten
from autograd.tensor import wrap
from optim.optimizer import Optimizer
from optim.strong_wolfe import strong_wolfe

__all__ = ["LBFGS"]


class LBFGS(Optimizer):
    """Limited-memory BFGS (Nocedal & Wright, Numerical Optimization, 2nd ed., algorithms 7.4 and 7.5).

    The direction -H g is built from the last `history_size` pairs s = xₖ₊₁ - xₖ, y = gₖ₊₁ - gₖ by the two-loop
    recursion, starting from (sᵀy / yᵀy) I. With `line_search_fn="strong_wolfe"` (algorithms 3.5 and 3.6, cubic
    interpolation) the step length is searched, else it is `lr`.

    `step(closure)` needs a closure that clears the gradients, computes the loss and calls `backward()`, and makes up to
    `max_iter` iterations and `max_eval` (default 1.25 max_iter) evaluations, until the largest gradient is at most
    `tolerance_grad` or parameters and loss change by less than `tolerance_change`. One parameter group only.

    >>> import autograd, optim
    >>> p = autograd.tensor([-1.5, 2.0], requires_grad=True)
    >>> optimizer = optim.LBFGS([p], max_iter=100, line_search_fn="strong_wolfe")
    >>> def closure():
    ...     optimizer.zero_grad()
    ...     loss = (1 - p[0]) ** 2 + 100 * (p[1] - p[0] ** 2) ** 2
    ...     loss.backward()
    ...     return loss
    >>> first = optimizer.step(closure)
    >>> bool(closure() < 1e-6)
    True
    """

    state_names = ()

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1,
        max_iter: int = 20,
        max_eval: int | None = None,
        tolerance_grad: float = 1e-7,
        tolerance_change: float = 1e-9,
        history_size: int = 100,
        line_search_fn: str | None = None,
    ) -> None:
        if line_search_fn not in (None, "strong_wolfe"):
            raise ValueError(f"LBFGS: line_search_fn must be None or 'strong_wolfe', got {line_search_fn!r}")
        max_eval = max_iter * 5 // 4 if max_eval is None else max_eval
        defaults: dict[str, Any] = {"lr": lr, "max_iter": max_iter, "max_eval": max_eval}
        defaults |= {"tolerance_grad": tolerance_grad, "tolerance_change": tolerance_change}
        super().__init__(params, defaults | {"history_size": history_size, "line_search_fn": line_search_fn})
        if len(self.param_groups) != 1:
            raise ValueError("LBFGS takes all parameters in one group: its steps mix them")
        self.memory: dict[str, Any] = {}

    def _gathered(self) -> np.ndarray:
        params = self._parameters()
        return np.concatenate([_flat(np.zeros_like(p.data) if p.grad is None else p.grad.data) for p in params])

    def _position(self) -> np.ndarray:
        return np.concatenate([_flat(p.data) for p in self._parameters()])

    def _move(self, x: np.ndarray) -> None:
        start = 0
        for p in self._parameters():
            end = start + p.size * (2 if p.dtype.kind == "c" else 1)
            p.data[...] = x[start:end].astype(p.data.real.dtype, copy=False).view(p.dtype).reshape(p.shape)
            start = end
        overwritten(self._parameters())

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Minimise for up to `max_iter` iterations; returns the loss at the start."""
        if closure is None:
            raise ValueError(
                "LBFGS.step() needs a closure that clears the gradients, computes the loss and calls backward(): "
                "it is evaluated several times"
            )
        self._refuse_recording()
        (options,) = self.param_groups
        evaluate = closure

        def at(x: np.ndarray) -> tuple[float, np.ndarray]:
            self._move(x)
            with enable_grad():
                loss = float(evaluate())
            return loss, self._gathered()

        with enable_grad():
            first = closure()
        loss, g = float(first), self._gathered()
        evaluations, self.steps = 1, self.steps + 1
        if np.abs(g).max(initial=0.0) <= options["tolerance_grad"]:
            return first
        memory = self.memory
        for iteration in range(1, options["max_iter"] + 1):
            d = self._direction(g)
            t = memory["t"] = self._first_length(g, options["lr"])
            memory["d"], memory["g"] = d, g.copy()
            slope = float(g @ d)
            if slope > -options["tolerance_change"]:
                break
            before, x = loss, self._position()
            used = 1
            if options["line_search_fn"] is not None:
                limits = options["tolerance_change"], options["max_eval"] - evaluations

                def along(t: float, x: np.ndarray = x, d: np.ndarray = d) -> tuple[float, np.ndarray]:
                    return at(x + t * d)

                loss, g, t, used = strong_wolfe(along, t, d, loss, g, slope, *limits)
                self._move(x + t * d)
            elif iteration != options["max_iter"]:
                loss, g = at(x + t * d)
            else:
                self._move(x + t * d)  # nobody will ask for the gradient there
                used = 0
            memory["t"] = t
            evaluations += used
            if iteration == options["max_iter"] or evaluations >= options["max_eval"]:
                break
            if np.abs(g).max(initial=0.0) <= options["tolerance_grad"]:
                break
            change = options["tolerance_change"]
            if np.abs(d * t).max(initial=0.0) <= change or abs(loss - before) < change:
                break
        return first

    def _direction(self, g: np.ndarray) -> np.ndarray:
        memory = self.memory
        if not memory:
            memory.update(s=[], y=[], scale=1.0, n_iter=1)
            return -g
        memory["n_iter"] += 1
        y, s = g - memory["g"], memory["d"] * memory["t"]
        ys = float(y @ s)
        if ys > 1e-10:
            if len(memory["s"]) == self.param_groups[0]["history_size"]:
                memory["s"].pop(0)
                memory["y"].pop(0)
            memory["s"].append(s)
            memory["y"].append(y)
            memory["scale"] = ys / float(y @ y)
        return two_loops(-g, memory["s"], memory["y"], memory["scale"])

    def _first_length(self, g: np.ndarray, lr: float) -> float:
        if self.memory["n_iter"] == 1:
            return min(1.0, 1.0 / float(np.abs(g).sum())) * lr
        return lr

    def state_dict(self) -> dict[str, Any]:
        """The options and the pairs of the history."""
        memory = {k: [wrap(x) for x in v] if isinstance(v, list) else v for k, v in self.memory.items()}
        memory = {k: wrap(v) if isinstance(v, np.ndarray) else v for k, v in memory.items()}
        return {**super().state_dict(), "memory": memory}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Go on where another one stopped."""
        super().load_state_dict(state_dict)
        bare = lambda v: np.array(v._data) if hasattr(v, "_data") else v
        saved = state_dict.get("memory", {})
        self.memory = {k: [bare(x) for x in v] if isinstance(v, list) else bare(v) for k, v in saved.items()}


def _flat(x: np.ndarray) -> np.ndarray:
    """The elements in a row; of complex numbers the real and imaginary parts, which are varied for themselves."""
    return x.reshape(-1).view(x.real.dtype) if x.dtype.kind == "c" else x.reshape(-1)


def two_loops(q: np.ndarray, s: list[np.ndarray], y: list[np.ndarray], scale: float) -> np.ndarray:
    """H q by the two-loop recursion (algorithm 7.4), H starting from scale · I."""
    rho = [1.0 / float(yi @ si) for si, yi in zip(s, y, strict=True)]
    alpha = [0.0] * len(s)
    for i in reversed(range(len(s))):
        alpha[i] = rho[i] * float(s[i] @ q)
        q = q - alpha[i] * y[i]
    r = scale * q
    for i in range(len(s)):
        r = r + (alpha[i] - rho[i] * float(y[i] @ r)) * s[i]
    return r
