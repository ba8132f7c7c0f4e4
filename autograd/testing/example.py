"""A primitive with drawn inputs, and its derivatives of every order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NoReturn

import numpy as np

from autograd.backward import gradients
from autograd.dtypes import is_differentiable
from autograd.primitive import Primitive
from autograd.tensor import Tensor, wrap


@dataclass(frozen=True)
class Example:
    """A primitive with inputs of one call: array arguments, parameters, and the seed of all further random numbers."""

    primitive: Primitive
    args: tuple[Any, ...]
    params: dict[str, Any]
    seed: int

    def __repr__(self) -> str:
        parts = [*map(_describe, self.args), *(f"{k}={v!r}" for k, v in self.params.items())]
        return f"{self.primitive.name}({', '.join(parts)})  # seed={self.seed}"

    def call(self, args: Sequence[Any]) -> tuple[Any, ...]:
        """The results on these arguments, as a tuple also where there is one."""
        return self._tuple(self.primitive.fn(*args, **deepcopy(self.params)))

    def kernel(self, args: Sequence[Any]) -> tuple[Any, ...]:
        """What the bare kernel gives."""
        return self._tuple(self.primitive.kernel(*args, **deepcopy(self.params)))

    def _tuple(self, out: Any) -> tuple[Any, ...]:
        return out if self.primitive.outputs > 1 else (out,)

    def with_args(self, args: Sequence[Any], places: Sequence[int]) -> list[Any]:
        """The arguments, those at `places` replaced."""
        merged = list(self.args)
        for i, arg in zip(places, args, strict=True):
            merged[i] = arg
        return merged

    def name_of(self, place: int) -> str:
        """The name of an array argument."""
        p = self.primitive
        return f"{p.args[0]}[{place}]" if p.variadic else p.args[place]

    @cached_property
    def differentiable(self) -> tuple[int, ...]:
        """The places of the arguments that have a rule and hold real floating numbers."""
        p = self.primitive
        return tuple(
            i
            for i, arg in enumerate(self.args)
            if (p.args[0] if p.variadic else p.args[i]) in p.differentiable and is_differentiable(np.asarray(arg).dtype)
        )

    @property
    def subsets(self) -> Iterator[tuple[int, ...]]:
        """Which arguments to track: each alone, and all together."""
        yield from ((i,) for i in self.differentiable)
        if len(self.differentiable) > 1:
            yield self.differentiable

    def rng(self) -> np.random.Generator:
        """A generator for directions and adjoints; the same at each call."""
        return np.random.default_rng([self.seed, 1])

    def cast(self, dtype: Any) -> Example:
        """The same example with its floating arguments in another dtype."""
        args = tuple(a.astype(dtype) if np.asarray(a).dtype.kind == "f" else a for a in self.args)
        return replace(self, args=args)

    def fail(self, problem: str) -> NoReturn:
        """Raise AssertionError, naming this example."""
        raise AssertionError(f"{self}: {problem}")


def _describe(arg: Any) -> str:
    array = np.asarray(arg)
    if array.size <= 4:
        return repr(arg)
    layout = "" if array.flags.c_contiguous else f", strides {array.strides}"
    return f"<{array.dtype} {array.shape}{layout}>"


def leaf(array: Any) -> Tensor:
    return wrap(np.asarray(array)).requires_grad_()


def pull(outputs: Sequence[Any], inputs: Sequence[Tensor], adjoints: Sequence[Any], create_graph: bool) -> list[Any]:
    """Gradients, zero where nothing depends."""
    live = [(o, g) for o, g in zip(outputs, adjoints, strict=True) if o.requires_grad]
    found: Sequence[Any] = [None] * len(inputs)
    if live:
        outs, gs = zip(*live, strict=True)
        found = gradients(list(outs), inputs, list(gs), create_graph=create_graph, retain_graph=True, allow_unused=True)
    return [wrap(np.zeros(t.shape, t.dtype)) if g is None else g for g, t in zip(found, inputs, strict=True)]


class Form:
    """S₁(x, w) = Σ ⟨w, f(x)⟩ and S₍ₖ₊₁₎ = ⟨∇Sₖ, vₖ⟩: what is differentiated to test a primitive at order k.

    The adjoint w is a variable like x, so that order 2 also tests how a rule depends on `g`.
    """

    def __init__(self, example: Example, tracked: tuple[int, ...]) -> None:
        self.example, self.tracked = example, tracked
        rng = example.rng()
        outs = example.call(example.with_args([leaf(example.args[i]) for i in tracked], tracked))
        self.outputs = [k for k, out in enumerate(outs) if getattr(out, "requires_grad", False)]
        self.inputs = [np.asarray(example.args[i]) for i in tracked]
        self.point = self.inputs + [_direction(rng, outs[k].shape, outs[k].dtype) for k in self.outputs]

    def direction(self, rng: np.random.Generator) -> list[np.ndarray]:
        """A random direction in which to move x and w."""
        return [_direction(rng, z.shape, z.dtype) for z in self.point]

    def value(self, point: Sequence[np.ndarray]) -> list[np.ndarray]:
        """f at x."""
        out = self.example.kernel(self.example.with_args(point[: len(self.tracked)], self.tracked))
        return [np.asarray(out[k]) for k in self.outputs]

    def results(self, xs: Sequence[Tensor]) -> list[Tensor]:
        """The tracked results on these Tensors."""
        outs = self.example.call(self.example.with_args(xs, self.tracked))
        return [outs[k] for k in self.outputs]

    def gradient(
        self, point: Sequence[Any], directions: Sequence[Sequence[Any]] = (), create_graph: bool = False
    ) -> list[np.ndarray]:
        """∇S at a point, of order one more than the directions given."""
        leaves = [leaf(z) for z in point]
        xs, ws = leaves[: len(self.tracked)], leaves[len(self.tracked) :]
        outs = self.results(xs)
        deeper = bool(directions) or create_graph
        grads = [*pull(outs, xs, ws if deeper else [w.data for w in ws], deeper), *outs]
        for k, v in enumerate(directions):
            grads = pull(grads, leaves, v, create_graph or k + 1 < len(directions))
        return [g.data for g in grads]

    def name_of(self, k: int) -> str:
        """What the k-th component of the point is."""
        return self.example.name_of(self.tracked[k]) if k < len(self.tracked) else "the incoming adjoint"


def _direction(rng: np.random.Generator, shape: tuple[int, ...], dtype: Any) -> np.ndarray:
    return np.asarray(rng.uniform(-1, 1, shape), dtype)


def inner(xs: Sequence[Any], ys: Sequence[Any], absolute: bool = False) -> float:
    products = (np.asarray(x) * np.asarray(y) for x, y in zip(xs, ys, strict=True))
    return float(sum((np.abs(p) if absolute else p).sum() for p in products))
