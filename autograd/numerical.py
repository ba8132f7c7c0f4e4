"""Directional derivatives of every order, by the engine and by difference quotients."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import numpy as np

from autograd.backward import gradients
from autograd.dtypes import is_differentiable
from autograd.tensor import Tensor, wrap
from autograd.transforms import jvp

Function = Callable[[Sequence[Tensor]], Sequence[Any]]
Arrays = list[np.ndarray]
T = TypeVar("T")


class Form:
    """S₁(x, w) = Σ ⟨w, f(x)⟩ and S₍ₖ₊₁₎ = ⟨∇Sₖ, vₖ⟩: what is differentiated to test f at order k.

    ⟨u, v⟩ is Re Σ u·v, and the gradient by a complex a + ib is ∂S/∂a - i·∂S/∂b, so that dS = ⟨∇S, dz⟩ in any case:
    a random complex direction tests real and imaginary parts as variables of their own. The adjoint w is a variable
    like x, so that order 2 also tests how a rule depends on `g`.
    """

    def __init__(self, function: Function, inputs: Sequence[np.ndarray], rng: np.random.Generator) -> None:
        self.function, self.inputs = function, list(inputs)
        outs = function([leaf(x) for x in inputs])
        self.outputs = [k for k, out in enumerate(outs) if is_differentiable(out.dtype)]
        self.point = self.inputs + [_random(rng, outs[k].shape, outs[k].dtype) for k in self.outputs]

    @property
    def weights(self) -> Arrays:
        """w, one array per result."""
        return self.point[len(self.inputs) :]

    def direction(self, rng: np.random.Generator) -> Arrays:
        """A random direction in which to move x and w."""
        return [_random(rng, z.shape, z.dtype) for z in self.point]

    def results(self, xs: Sequence[Tensor]) -> list[Tensor]:
        """The floating results of f."""
        outs = self.function(xs)
        return [outs[k] for k in self.outputs]

    def value(self, xs: Sequence[np.ndarray]) -> Arrays:
        """The same of arrays."""
        return [out.data for out in self.results([wrap(x) for x in xs])]

    def sweep(
        self, point: Sequence[Tensor], directions: Sequence[Sequence[np.ndarray]] = (), create_graph: bool = True
    ) -> list[Tensor]:
        """∇S at a point (x, w) of tracked Tensors, of order one more than the directions given."""
        xs, ws = point[: len(self.inputs)], point[len(self.inputs) :]
        outs = self.results(xs)
        deeper = bool(directions) or create_graph
        grads = [*pull(outs, xs, ws if deeper else [w.data for w in ws], deeper), *outs]
        for k, v in enumerate(directions):
            grads = pull(grads, point, v, create_graph or k + 1 < len(directions))
        return grads

    def gradient(
        self, point: Sequence[np.ndarray], directions: Sequence[Sequence[np.ndarray]] = (), create_graph: bool = False
    ) -> Arrays:
        """The same of arrays."""
        return [d.data for d in self.sweep([leaf(z) for z in point], directions, create_graph)]


def leaf(array: Any) -> Tensor:
    """A tracked Tensor around an array itself, not a copy."""
    return wrap(np.asarray(array)).requires_grad_()


def pull(outputs: Sequence[Tensor], inputs: Sequence[Tensor], adjoints: Sequence[Any], create_graph: bool) -> Any:
    """Gradients as a list of Tensors, zero where nothing depends; of complex tensors, in the engine's convention."""
    live = [(o, np.conj(g) if o.dtype.kind == "c" else g) for o, g in zip(outputs, adjoints) if o.requires_grad]
    found: Sequence[Any] = [None] * len(inputs)
    if live:
        outs, gs = zip(*live)
        found = gradients(list(outs), inputs, list(gs), create_graph=create_graph, retain_graph=True, allow_unused=True)
    found = [wrap(np.zeros(t.shape, t.dtype)) if g is None else g for g, t in zip(found, inputs)]
    return [np.conj(g) if g.dtype.kind == "c" else g for g in found]


def tangents(f: Function, point: Sequence[np.ndarray], v: Sequence[np.ndarray]) -> Arrays:
    """The derivatives of the results of f along v, in forward mode."""
    _, found = jvp(lambda *zs: tuple(f(zs)), tuple(point), tuple(v))
    return [np.asarray(d) for d in found]


def inner(xs: Sequence[np.ndarray], ys: Sequence[np.ndarray], absolute: bool = False) -> float:
    """Re Σ xs · ys over all arrays, or Σ |xs · ys|."""
    products = (np.asarray(x) * np.asarray(y) for x, y in zip(xs, ys))
    return float(sum((np.abs(p) if absolute else p.real).sum() for p in products))


def differences(
    f: Callable[[Arrays], Sequence[np.ndarray]], point: Sequence[np.ndarray], v: Sequence[np.ndarray], h: float = 5e-4
) -> Arrays:
    """The derivative of each result of `f` along the direction v, by the nine-point central difference.

    Its error is h⁸/630 of the ninth derivative plus roundings of about 2e-16·|f|/h: at h = 5e-4 some twelve digits.
    """
    return [quotient(values, h) for values in zip(*stencil(f, point, v, h))]


def stencil(f: Any, point: Sequence[np.ndarray], v: Sequence[np.ndarray], h: float) -> list[Sequence[np.ndarray]]:
    """f at -4h, ..., -h, h, ..., 4h along v."""
    return [f([x + k * h * d for x, d in zip(point, v)]) for k in (-4, -3, -2, -1, 1, 2, 3, 4)]


def quotient(values: Sequence[np.ndarray], h: float) -> np.ndarray:
    """The nine-point central difference of one result, from its values at the stencil."""
    m4, m3, m2, m1, p1, p2, p3, p4 = values
    return np.asarray((672 * (p1 - m1) - 168 * (p2 - m2) + 32 * (p3 - m3) - 3 * (p4 - m4)) / (840 * h))


def bent(values: Sequence[np.ndarray], centre: np.ndarray, threshold: float) -> np.ndarray:
    """Where the slopes on both sides differ: f(h) - 2f(0) + f(-h) then grows like h, elsewhere like h² or h⁴."""
    _, _, m2, m1, p1, p2, _, _ = values
    near, far = np.abs(p1 - 2 * centre + m1), np.abs(p2 - 2 * centre + m2)
    return np.asarray((near > threshold) & (far < 3 * near))


def narrowed(wrong: Callable[[Arrays], T | None], v: Arrays, found: T) -> tuple[Arrays, T]:
    """The direction with as few moving elements of one array as still give something wrong, by halving; and what."""
    while True:
        place = next(k for k, d in enumerate(v) if d.any())
        moving = np.flatnonzero(v[place])
        if len(moving) == 1:
            v = [np.sign(d) if d.dtype.kind == "c" else np.sign(d) ** 2 for d in v]
            return v, wrong(v) or found
        for half in (moving[: len(moving) // 2], moving[len(moving) // 2 :]):
            part = np.zeros(v[place].size, v[place].dtype)
            part[half] = v[place].ravel()[half]
            candidate = [*v[:place], part.reshape(v[place].shape), *v[place + 1 :]]
            smaller = wrong(candidate)
            if smaller is not None:
                v, found = candidate, smaller
                break
        else:
            return v, found


def _random(rng: np.random.Generator, shape: tuple[int, ...], dtype: Any) -> np.ndarray:
    values = rng.uniform(-1, 1, shape)
    return np.asarray(values + 1j * rng.uniform(-1, 1, shape) if np.dtype(dtype).kind == "c" else values, dtype)
