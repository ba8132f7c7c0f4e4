"""Derivatives of plain functions: `grad`, `vjp`, `jvp` and their relatives (`jacobian` has a file of its own).

A function is given arrays, numbers, Tensors, or nested lists, tuples and dicts of them, and sees Tensors in their
place. What comes back has the form of what went in: for arrays arrays, for Python numbers Python floats, for Tensors
Tensors. Python floats count as float64 here, and integers are promoted to float64. An argument on which the result does
not depend has a derivative of zeros. Transforms nest in any order. Arguments are never copied and never changed: a
function that writes into its argument (`x[0] = 1`) writes into its own version.

With respect to a complex argument a + ib the derivative of a real result L is ∂L/∂a - i·∂L/∂b, as in JAX and HIPS
autograd: the conjugate of what `backward()` gives, so that dL = Re(derivative · dz) and that an analytic function has
its complex derivative f'(z). Adjoints are meant in the same way; tangents are small complex steps.

Inside the function use NumPy's functions or this library's; those of `math` know nothing of derivatives and are
refused.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

import numpy as np

from autograd.analytic import want_analytic
from autograd.forward import Tape
from autograd.level import Level, bare
from autograd.ops.shape import astype_
from autograd.tensor import Tensor
from autograd.tree import LEAF, Structure, flatten, unflatten

__all__ = [
    "elementwise_grad",
    "ggnvp",
    "grad",
    "grad_and_aux",
    "holomorphic_grad",
    "hvp",
    "jvp",
    "stop_gradient",
    "value_and_grad",
    "vhp",
    "vjp",
]

Argnum = int | Sequence[int]


def grad(fun: Callable[..., Any], argnum: Argnum = 0, has_aux: bool = False) -> Callable[..., Any]:
    """The function that computes the gradient of a scalar function with respect to one argument, or several.

    The gradient has the structure, shapes and dtypes of the argument; for a sequence `argnum` it is a tuple. With
    `has_aux`, `fun` returns `(value, aux)`, and `(gradient, aux)` is returned.

    >>> import autograd, numpy as np
    >>> df = autograd.grad(lambda x: np.tanh(x) ** 2)
    >>> round(df(1.0), 6)
    0.6397
    >>> autograd.grad(autograd.grad(autograd.grad(lambda x: x**4)))(2.0)
    48.0
    >>> autograd.grad(lambda p: p["w"] * 3 + p["b"])({"w": 2.0, "b": 1.0})
    {'w': 3.0, 'b': 1.0}

    Raises TypeError if the result is not a single real number: see `jacobian` and `elementwise_grad` for those.
    """
    both = value_and_grad(fun, argnum, has_aux)

    @wraps(fun)
    def gradient(*args: Any, **kwargs: Any) -> Any:
        value, g = both(*args, **kwargs)
        return (g, value[1]) if has_aux else g

    return gradient


def value_and_grad(fun: Callable[..., Any], argnum: Argnum = 0, has_aux: bool = False) -> Callable[..., Any]:
    """Like `grad`, but the function returned computes `(value, gradient)`; with `has_aux`, `((value, aux), gradient)`.

    >>> import autograd, numpy as np
    >>> autograd.value_and_grad(lambda x: np.exp(2 * x))(0.0)
    (1.0, 2.0)
    """

    @wraps(fun)
    def both(*args: Any, **kwargs: Any) -> Any:
        level = Level("grad", args, kwargs, argnum)
        level.run(fun, has_aux)
        level.want_real("use holomorphic_grad for an analytic function of complex numbers, jacobian or vjp for others")
        gradients = level.arranged(level.pull([_ones_for_scalar(level)], retain_graph=False))
        value = level.value()
        return ((value, level.auxiliary()) if has_aux else value), gradients

    return both


def grad_and_aux(fun: Callable[..., Any], argnum: Argnum = 0) -> Callable[..., Any]:
    """The gradient of the first result of `fun`, together with its second: `(gradient, aux)`.

    >>> import autograd
    >>> autograd.grad_and_aux(lambda x: (x**2, "anything"))(3.0)
    (6.0, 'anything')
    """
    return grad(fun, argnum, has_aux=True)


def elementwise_grad(fun: Callable[..., Any], argnum: Argnum = 0) -> Callable[..., Any]:
    """The derivative of a function that works elementwise, at each element: the sum over each column of the Jacobian.

    >>> import autograd, numpy as np
    >>> autograd.elementwise_grad(np.tanh)(np.array([0.0, 1.0])).round(6)
    array([1.      , 0.419974])
    """

    @wraps(fun)
    def gradient(*args: Any, **kwargs: Any) -> Any:
        level = Level("elementwise_grad", args, kwargs, argnum)
        level.run(fun)
        level.want_real("use holomorphic_grad for an analytic function of complex numbers")
        return level.arranged(level.pull([np.ones(o.shape, o.dtype) for o in level.outputs], retain_graph=False))

    return gradient


def holomorphic_grad(fun: Callable[..., Any], argnum: Argnum = 0) -> Callable[..., Any]:
    """The function that computes the complex derivative f'(z) of an analytic function of complex numbers.

    `fun` returns one complex number; for an argument of several, f' has its shape. A sequence `argnum` gives a tuple.

    >>> import autograd, numpy as np
    >>> autograd.holomorphic_grad(lambda z: z**3)(1 + 1j)
    6j

    Raises TypeError for real arguments or results (use `grad`), and where `fun` is not analytic, such as |z|.
    """

    @wraps(fun)
    def gradient(*args: Any, **kwargs: Any) -> Any:
        level = Level("holomorphic_grad", args, kwargs, argnum)
        for t in level.inputs:
            if t.dtype.kind != "c":
                raise TypeError(
                    f"holomorphic_grad wants complex arguments, got dtype {t.dtype}; use grad for real ones"
                )
        level.run(fun)
        one = _ones_for_scalar(level)
        if one.dtype.kind != "c":
            raise TypeError(
                f"holomorphic_grad wants a function that returns a complex number, got dtype {one.dtype}: a real "
                f"function of complex arguments is not analytic. Use grad"
            )
        want_analytic(level, lambda g: level.pull(g, retain_graph=True), level.outputs, 0, level.inputs)
        return level.arranged(level.pull([one], retain_graph=False))

    return gradient


def vjp(fun: Callable[..., Any], *primals: Any, has_aux: bool = False) -> tuple[Any, ...]:
    """`(value, vjp_fn)`: the result of `fun(*primals)`, and the function that maps an adjoint u of it to uᵀJ.

    `vjp_fn` takes an adjoint of the structure and shapes of the result, returns a tuple with one gradient for each
    primal, and can be called any number of times. With `has_aux`, `fun` returns `(value, aux)` and so
    `(value, vjp_fn, aux)` is returned.

    >>> import autograd, numpy as np
    >>> value, pull = autograd.vjp(lambda x, y: x * y, np.array([1.0, 2.0]), np.array([3.0, 4.0]))
    >>> pull(np.array([1.0, 10.0]))
    (array([ 3., 40.]), array([ 1., 20.]))
    """
    level = Level("vjp", primals, {}, None)
    level.run(fun, has_aux)

    def vjp_fn(adjoint: Any) -> tuple[Any, ...]:
        adjoints = _matching(adjoint, level.out_structure, level.outputs, "vjp: adjoint", "result")
        return level.arranged(level.pull(adjoints, retain_graph=True))  # type: ignore[no-any-return]

    # The caller may write into the value, which may be the array that a rule of `vjp_fn` needs.
    value = unflatten(level.out_structure, map(_copied, map(level.released, level.outputs)))
    return (value, vjp_fn, level.auxiliary()) if has_aux else (value, vjp_fn)


def _copied(value: Any) -> Any:
    return value.copy() if isinstance(value, np.ndarray) else value


def jvp(
    fun: Callable[..., Any], primals: Sequence[Any], tangents: Sequence[Any], has_aux: bool = False
) -> tuple[Any, ...]:
    """`(value, tangent)`: the result of `fun(*primals)`, and its directional derivative J·tangents, in forward mode.

    `tangents` has the structure and shapes of `primals`. With `has_aux`, `fun` returns `(value, aux)` and so
    `(value, tangent, aux)` is returned.

    >>> import autograd, numpy as np
    >>> autograd.jvp(lambda x, y: x * y, (2.0, np.array([3.0, 4.0])), (1.0, np.zeros(2)))
    (array([6., 8.]), array([3., 4.]))
    """
    level = Level("jvp", _arguments(primals, "jvp"), {}, None)
    directions = _matching(tuple(tangents), level.in_structure, level.inputs, "jvp: tangent", "primal")
    tape = Tape(level, fun, has_aux)
    tangent = unflatten(level.out_structure, tape.push(directions))
    return (level.value(), tangent, level.auxiliary()) if has_aux else (level.value(), tangent)


def hvp(fun: Callable[..., Any], primals: Sequence[Any], vectors: Sequence[Any]) -> tuple[Any, tuple[Any, ...]]:
    """`(value, H·v)` for a scalar function: the Hessian times a vector without the Hessian, forward over reverse.

    `vectors` has the structure and shapes of `primals`, and so has the product.

    >>> import autograd, numpy as np
    >>> autograd.hvp(lambda x: (x**3).sum(), (np.array([1.0, 2.0]),), (np.array([1.0, 10.0]),))
    (np.float64(9.0), (array([  6., 120.]),))
    """
    primals = _arguments(primals, "hvp")
    (value, _), (_, product) = jvp(value_and_grad(fun, range(len(primals))), primals, vectors)
    return value, product


def vhp(fun: Callable[..., Any], primals: Sequence[Any], vectors: Sequence[Any]) -> tuple[Any, tuple[Any, ...]]:
    """`(value, vᵀ·H)` for a scalar function, reverse over reverse; equal to `hvp` where the Hessian is symmetric.

    >>> import autograd
    >>> autograd.vhp(lambda x, y: x**2 * y, (3.0, 5.0), (1.0, 0.0))
    (45.0, (10.0, 6.0))
    """
    primals = _arguments(primals, "vhp")
    (value, _), pull = vjp(value_and_grad(fun, range(len(primals))), *primals)
    return value, pull((np.zeros_like(bare(value)), tuple(vectors)))


def ggnvp(
    fun: Callable[..., Any],
    primals: Sequence[Any],
    vectors: Sequence[Any],
    loss: Callable[[Any], Any] = lambda y: 0.5 * (y * y).sum(),
) -> tuple[Any, tuple[Any, ...]]:
    """`(loss(fun(*primals)), Jᵀ·H·J·v)`: the generalised Gauss-Newton product, J of `fun` and H the Hessian of `loss`.

    It is positive semi-definite where `loss` is convex (default: half the sum of squares), unlike the Hessian of the
    whole.
    Schraudolph, "Fast curvature matrix-vector products for second-order gradient descent" (2002).

    >>> import autograd, numpy as np
    >>> A = np.array([[1.0, 2.0], [3.0, 4.0]])
    >>> autograd.ggnvp(lambda x: (A * x).sum(1), (np.zeros(2),), (np.array([1.0, 0.0]),))
    (np.float64(0.0), (array([10., 14.]),))
    """
    outputs, pushed = jvp(fun, _arguments(primals, "ggnvp"), vectors)
    value, (product,) = hvp(loss, (outputs,), (pushed,))
    return value, vjp(fun, *primals)[1](product)


def stop_gradient(value: Any) -> Any:
    """The same values, in nested containers too, as constants: no derivative of any order or transform passes through.

    >>> import autograd
    >>> autograd.grad(lambda x: x * autograd.stop_gradient(x))(3.0)
    3.0
    """
    leaves, structure = flatten(value)
    return unflatten(structure, [x.detach() if isinstance(x, Tensor) else x for x in leaves])


# --- what goes in ----------------------------------------------------------------------------------------------------


def _arguments(primals: Any, transform: str) -> tuple[Any, ...]:
    if not isinstance(primals, list | tuple):
        raise TypeError(
            f"{transform} wants a tuple with the arguments of the function, got {type(primals).__name__}; "
            f"for a single argument x write (x,)"
        )
    return tuple(primals)


def _ones_for_scalar(level: Level) -> Any:
    """The adjoint from which a gradient starts; the function must have returned one number."""
    structure = level.out_structure
    if structure != LEAF:
        got = structure.kind.__name__ if structure.kind is not None else ""
        raise TypeError(
            f"grad wants a function that returns one number, got {got}: is a `return` missing?"
            if structure.kind is type(None)
            else f"grad wants a function that returns one number, got a {got}; use has_aux=True to return more beside "
            f"it, jacobian or vjp for several results"
        )
    (output,) = level.outputs
    if output.size != 1:
        raise TypeError(
            f"grad wants a function that returns one number, got shape {output.shape}; use jacobian for all "
            f"derivatives, elementwise_grad if the function works elementwise, or reduce the result with sum()"
        )
    if output.dtype.kind == "b":
        raise TypeError("grad wants a function that returns one number, got True or False, which have no derivative")
    return np.ones(output.shape, output.dtype)


def _matching(given: Any, structure: Structure, targets: Sequence[Any], what: str, of: str) -> list[Any]:
    """The leaves of adjoints or tangents, as arrays or Tensors of the dtypes of their targets; shapes must agree."""
    leaves, found = flatten(given)
    if found != structure:
        raise ValueError(f"{what} of structure {found} for a {of} of structure {structure}; they must be equal")
    matching = []
    for leaf, target in zip(leaves, targets, strict=True):
        if np.iscomplexobj(bare(leaf)) and target.dtype.kind != "c":
            raise TypeError(f"{what} of complex numbers for a {of} of dtype {target.dtype}; take its .real")
        if not isinstance(leaf, Tensor):
            leaf = np.asarray(leaf, target.dtype)
        elif leaf.dtype != target.dtype:
            leaf = astype_(leaf, target.dtype)
        if leaf.shape != target.shape:
            raise ValueError(f"{what} of shape {leaf.shape} for a {of} of shape {target.shape}; they must be equal")
        matching.append(leaf)
    return matching
