"""Problems that are solved numerically, as one operation whose derivative comes from the problem, not the solver.

A problem knows how to solve itself on arrays, and the adjoint of its solution, which it states with differentiable
operations and other such problems. So derivatives have any order, and nothing the solver does is recorded.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

import numpy as np

from autograd.batching.values import ValuesAskedError, is_batched
from autograd.graph import OF_ARRAYS, changed_mode, get_mode, running_transform
from autograd.jacobians import jacobian
from autograd.ops.joining import stack
from autograd.ops.shape import astype
from autograd.primitive import primitive
from autograd.tensor import Tensor, tensor
from autograd.transforms import vjp
from autograd.tree import flatten, unflatten

__all__: list[str] = []


class Problem(Protocol):
    """What `solution` solves."""

    def solve(self, *arrays: Any) -> Any:
        """The solution, given arrays."""

    def adjoint(self, g: Any, out: Any, xs: Sequence[Any], wanted: Sequence[bool]) -> list[Any]:
        """For each of xs the gradient, or None where it is not wanted or 0; from arrays arrays, else Tensors."""


class Roots:
    """x (n,) with residual(x, xs) = 0 (n,); `find` is given the residual at fixed xs, and returns x.

    The implicit function theorem: ∂x/∂xs = -(∂residual/∂x)⁻¹ ∂residual/∂xs.
    """

    def __init__(self, op: str, residual: Callable[[Any, Sequence[Any]], Any], find: Callable[..., Any]) -> None:
        self.op, self.residual, self.find = op, residual, find
        self.failure = ""
        """Why there is no derivative at what was found."""

    def solve(self, *arrays: Any) -> Any:
        """The root."""
        if any(x.dtype.kind == "c" for x in arrays):
            raise TypeError(f"{self.op} wants real numbers in its args, got complex ones; take their parts apart")
        return self.find(lambda x: self.residual(x, arrays), arrays)

    def adjoint(self, g: Any, out: Any, xs: Sequence[Any], wanted: Sequence[bool]) -> list[Any]:
        """By the theorem."""
        if self.failure:
            raise RuntimeError(f"{self.op}: there is no derivative of what was found: {self.failure}")
        slopes = jacobian(lambda x: self.residual(x, xs))(out)
        return pulled(lambda xs: self.residual(out, xs), xs, wanted, -np.linalg.solve(slopes.T, g))


def pulled(of: Callable[[Sequence[Any]], Any], xs: Sequence[Any], wanted: Sequence[bool], g: Any) -> list[Any]:
    """The adjoints of the wanted ones of xs, given the adjoint of of(xs); None for the others."""
    one_direction(*(g if isinstance(g, tuple) else (g,)))
    places = [k for k, w in enumerate(wanted) if w]
    _, pull = vjp(lambda *some: of(replaced(xs, places, some)), *(xs[k] for k in places))
    return replaced([None] * len(xs), places, pull(g)) if places else [None] * len(xs)


def replaced(xs: Sequence[Any], places: Sequence[int], by: Sequence[Any]) -> list[Any]:
    """The same items, but others at these places."""
    found = list(xs)
    for k, x in zip(places, by, strict=True):
        found[k] = x
    return found


def _sample(s):
    def residual(x, xs):
        a, b = xs
        return x + 0.1 * np.tanh(x) * a - b[::-1]

    def find(at, arrays):
        x = arrays[1][::-1]
        for _ in range(60):
            x = x - at(x)
        return x

    n = s.integer(1, 3)
    return (s.array((n,)), s.array((n,))), {"problem": Roots("solution", residual, find)}


def one_direction(*adjoints: Any) -> None:
    """Raise if forward mode goes in many directions at once.

    It transposes rules on a stand-in for the adjoint, which a rule that itself takes derivatives cannot share.
    """
    mode = get_mode()
    if mode is not None and mode.batches and any(isinstance(g, Tensor) and not is_batched(g) for g in adjoints):
        raise ValuesAskedError(
            "forward mode through what is differentiated inside goes one direction at a time, not under vmap"
        )


def _adjoint(g, out, xs, wanted, problem):
    one_direction(g)
    return problem.adjoint(g, out, xs, wanted)


@primitive(
    xs=lambda g, out, xs, wanted, problem: _adjoint(g, out, xs, wanted, problem),
    text="solution of a problem",
    samples=_sample,
)
def solution(*xs, problem):
    """What a numerical solver finds: a root, an integral, the solution of a differential equation."""
    with changed_mode(listeners=(), anomaly=(), batches=()):
        return problem.solve(*xs)


# --- the functions that users give ------------------------------------------------------------------------------------


class Given:
    """A user's function and the further arguments it gets: nested containers in which Tensors may stand.

    It is called as a function of arrays, whatever it is called with, so that methods have NumPy's meaning throughout.
    `tensors` are the Tensors among the arguments; a call says what stands in their places, by default they themselves.
    """

    def __init__(self, op: str, fun: Callable[..., Any], args: Any = ()) -> None:
        self.op, self.fun = op, fun
        self.leaves, self.structure = flatten(args if isinstance(args, tuple) else (args,))
        self.places = [k for k, x in enumerate(self.leaves) if isinstance(x, Tensor)]
        self.tensors = [double(self.leaves[k]) for k in self.places]

    def __call__(self, *variables: Any, xs: Sequence[Any] | None = None) -> Any:
        leaves = replaced(self.leaves, self.places, self.tensors if xs is None else xs)
        args = unflatten(self.structure, [x[()] if isinstance(x, np.ndarray) and not x.ndim else x for x in leaves])
        with running_transform(OF_ARRAYS):
            result = self.fun(*variables, *args)
        known = any(isinstance(x, Tensor) for x in flatten((variables, leaves))[0])
        return result if known else self._plain(result)

    def _plain(self, result: Any) -> Any:
        leaves, structure = flatten(result)
        for k, x in enumerate(leaves):
            leaves[k] = settled(x, self.op)
        return unflatten(structure, leaves)


def settled(x: Any, op: str) -> Any:
    """A value as an array, also where the function used constant Tensors; what would lose a gradient is refused."""
    if not isinstance(x, Tensor):
        return x
    if x.requires_grad or is_batched(x):
        raise TypeError(
            f"{op}: the function uses a Tensor that requires grad and is not one of its arguments, so that its "
            f"gradient would be lost; hand it over by `args`, or detach() it"
        )
    return x.data


def double(x: Any) -> Any:
    """Real floating numbers in float64, in which solvers compute; the gradient gets the dtype of x again."""
    return astype(x, np.float64, copy=False) if x.dtype.kind == "f" else x


def numbers(x: Any) -> Any:
    """The argument as a Tensor or an array; lists become float64 unless they hold integers, and may hold Tensors."""
    if isinstance(x, (Tensor, np.ndarray)):
        return x
    if isinstance(x, (list, tuple)) and any(isinstance(v, Tensor) for v in flatten(x)[0]):
        return stack([numbers(v) for v in x])
    return np.asarray(x)


def floats(x: Any) -> Any:
    """The same in floating or complex numbers."""
    x = numbers(x)
    return x if x.dtype.kind in "fc" else x.astype(np.float64)


def vector(result: Any) -> Any:
    """All numbers in nested containers as one vector of floats."""
    parts = [floats(x).reshape(-1) for x in flatten(result)[0]]
    return parts[0] if len(parts) == 1 else np.concatenate(parts) if parts else np.zeros(0)


class Packing:
    """The way between nested containers of numbers and arrays, and one vector of float64.

    What is unpacked from arrays are arrays, and Python numbers where there were some at first.
    """

    def __init__(self, example: Any, op: str) -> None:
        leaves, self.structure = flatten(example)
        self.tensors = any(isinstance(x, Tensor) for x in leaves)
        self._python = [type(x) in (int, float) for x in leaves]
        arrays = [x.detach().numpy() if isinstance(x, Tensor) else np.asarray(x) for x in leaves]
        for x in arrays:
            if x.dtype.kind not in "fiub":
                raise TypeError(f"{op} wants real numbers, got dtype {x.dtype}; take real and imaginary parts apart")
        self.shapes = [x.shape for x in arrays]
        self.ends = np.cumsum([x.size for x in arrays], dtype=int).tolist()
        self.start = np.concatenate([x.reshape(-1).astype(np.float64) for x in arrays]) if arrays else np.zeros(0)

    def released(self, x: Any) -> Any:
        """A solution in the containers, as Tensors if those it was sought from were some."""
        return self.unpacked(tensor(x) if self.tensors and not isinstance(x, Tensor) else x)

    def unpacked(self, x: Any) -> Any:
        """The nested containers around the numbers of a vector."""
        pieces = []
        for shape, end, python in zip(self.shapes, self.ends, self._python):
            piece = x[end - int(np.prod(shape)) : end].reshape(shape)
            if not shape and not isinstance(piece, Tensor):
                piece = float(piece) if python else piece[()]
            pieces.append(piece)
        return unflatten(self.structure, pieces)
