"""Derivatives of plain functions: `grad`, `jacobian`, `hessian`, `vjp`, `jvp` and their relatives.

A function is given arrays, numbers, Tensors, or nested lists, tuples and dicts of them, and sees Tensors in their place.
What comes back has the form of what went in: for arrays arrays, for Python numbers Python floats, for Tensors Tensors.
Python floats count as float64 here, and integers are promoted to float64. An argument on which the result does not
depend has a derivative of zeros. Transforms nest in any order. Arguments are never copied and never changed: a function
that writes into its argument (`x[0] = 1`) writes into its own version.

Inside the function use NumPy's functions or this library's; those of `math` take a number out of a Tensor and lose the
derivative.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

import numpy as np

from autograd.level import Level, Pullback
from autograd.tensor import Tensor
from autograd.tree import flatten, unflatten

__all__ = [
    "elementwise_grad",
    "grad",
    "grad_and_aux",
    "hessian",
    "jacobian",
    "jacrev",
    "value_and_grad",
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
    0.639701
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
        result = level.run(fun)
        aux = None
        if has_aux:
            result, aux = _split_aux(result, "grad")
        pullback = Pullback(level, [_scalar(result)])
        adjoint = np.ones(np.shape(result), getattr(result, "dtype", np.float64))
        gradients = level.arrange(pullback([adjoint], retain_graph=False))
        value = pullback.released(pullback.outputs[0])
        return ((value, _released_tree(aux, pullback)) if has_aux else value), gradients

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
        result = _array(level.run(fun), "elementwise_grad")
        adjoint = np.ones(np.shape(result), getattr(result, "dtype", np.float64))
        return level.arrange(Pullback(level, [result])([adjoint], retain_graph=False))

    return gradient


def vjp(fun: Callable[..., Any], *primals: Any, has_aux: bool = False) -> tuple[Any, ...]:
    """`(value, vjp_fn)`: the result of `fun(*primals)`, and the function that maps an adjoint u of it to uᵀJ.

    `vjp_fn` takes an adjoint of the structure and shapes of the result, returns a tuple with one gradient for each primal,
    and can be called any number of times. With `has_aux`, `fun` returns `(value, aux)` and so `(value, vjp_fn, aux)` is
    returned.

    >>> import autograd, numpy as np
    >>> value, pull = autograd.vjp(lambda x, y: x * y, np.array([1.0, 2.0]), np.array([3.0, 4.0]))
    >>> pull(np.array([1.0, 10.0]))
    (array([ 3., 40.]), array([ 1., 20.]))
    """
    level = Level("vjp", primals, {}, None)
    result = level.run(fun)
    aux = None
    if has_aux:
        result, aux = _split_aux(result, "vjp")
    outputs, structure = flatten(result)
    outputs = [_array(o, "vjp") for o in outputs]
    pullback = Pullback(level, outputs)

    def vjp_fn(adjoint: Any) -> tuple[Any, ...]:
        adjoints, given = flatten(adjoint)
        if given != structure:
            raise ValueError(f"vjp: an adjoint of structure {given} for a result of structure {structure}")
        checked = [_like(g, o, "vjp: adjoint", "result") for g, o in zip(adjoints, outputs, strict=True)]
        return level.arrange(pullback(checked, retain_graph=True))  # type: ignore[no-any-return]

    value = unflatten(structure, [pullback.released(o) for o in outputs])
    return (value, vjp_fn, _released_tree(aux, pullback)) if has_aux else (value, vjp_fn)


def jacobian(fun: Callable[..., Any], argnum: Argnum = 0, mode: str = "reverse") -> Callable[..., Any]:
    """The function that computes all derivatives of an array-valued function: shape `result.shape + argument.shape`.

    `mode="reverse"` takes one pass per element of the result, `mode="forward"` one per element of the argument. For
    nested containers the Jacobian has the structure of the result, with that of the argument at each of its leaves.

    >>> import autograd, numpy as np
    >>> autograd.jacobian(lambda x: x * x[::-1])(np.array([1.0, 2.0, 3.0]))
    array([[3., 0., 1.],
           [0., 4., 0.],
           [3., 0., 1.]])
    """
    if mode == "forward":
        raise NotImplementedError
    if mode == "reverse":
        return jacrev(fun, argnum)
    raise ValueError(f"jacobian: mode must be 'reverse' or 'forward', got {mode!r}")


def jacrev(fun: Callable[..., Any], argnum: Argnum = 0) -> Callable[..., Any]:
    """`jacobian` in reverse mode: cheap for few results of many arguments."""

    @wraps(fun)
    def jacobian_of(*args: Any, **kwargs: Any) -> Any:
        level = Level("jacobian", args, kwargs, argnum)
        outputs, structure = flatten(level.run(fun))
        outputs = [_array(o, "jacobian") for o in outputs]
        pullback = Pullback(level, outputs)
        blocks = []
        for k, output in enumerate(outputs):
            rows = []
            for unit in _units(np.shape(output), getattr(output, "dtype", np.float64)):
                adjoints: list[Any] = [None] * len(outputs)
                adjoints[k] = unit
                rows.append(pullback(adjoints, retain_graph=True))
            columns = zip(*rows, strict=True) if rows else [()] * len(level.leaves)
            blocks.append(
                level.arrange(
                    [_stacked(c, np.shape(output) + t.shape, 0, t) for c, t in zip(columns, level.inputs, strict=True)]
                )
            )
        return unflatten(structure, blocks)

    return jacobian_of


def hessian(fun: Callable[..., Any], argnum: Argnum = 0) -> Callable[..., Any]:
    """The function that computes the second derivatives: shape `result.shape + argument.shape + argument.shape`.

    >>> import autograd, numpy as np
    >>> autograd.hessian(lambda x: x[0] ** 2 * x[1])(np.array([3.0, 5.0]))
    array([[10.,  6.],
           [ 6.,  0.]])
    """
    return jacobian(jacobian(fun, argnum), argnum)


# --- results and adjoints ------------------------------------------------------------------------------------------------


def _array(value: Any, transform: str) -> Any:
    """A result of the function, if derivatives of it make sense."""
    if isinstance(value, Tensor | np.ndarray | np.generic) and value.dtype.kind != "c":
        return value
    if isinstance(value, int | float):
        return np.float64(value)
    got = f"dtype {value.dtype}" if hasattr(value, "dtype") else type(value).__name__
    raise TypeError(f"{transform} wants a function that returns real numbers or arrays of them, got {got}")


def _scalar(value: Any) -> Any:
    if value is None or isinstance(value, list | tuple | dict):
        raise TypeError(
            f"grad wants a function that returns one number, got {type(value).__name__}"
            + (
                ": is a `return` missing?"
                if value is None
                else "; use jacobian or vjp for several, has_aux=True for more"
            )
        )
    value = _array(value, "grad")
    if value.size != 1:
        raise TypeError(
            f"grad wants a function that returns one number, got shape {value.shape}; use jacobian for all "
            f"derivatives, elementwise_grad if the function works elementwise, or reduce the result with sum()"
        )
    return value


def _split_aux(result: Any, transform: str) -> tuple[Any, Any]:
    if not isinstance(result, tuple) or len(result) != 2:
        raise TypeError(f"{transform} with has_aux=True wants a function that returns (value, aux)")
    return result


def _released_tree(tree: Any, pullback: Pullback) -> Any:
    leaves, structure = flatten(tree)
    return unflatten(structure, [pullback.released(x) if isinstance(x, Tensor) else x for x in leaves])


def _like(given: Any, target: Any, what: str, of: str) -> Any:
    """An adjoint or tangent as an array or Tensor of the target's dtype; its shape must be the target's."""
    if not isinstance(given, Tensor):
        given = np.asarray(given, target.dtype)
    elif given.dtype != target.dtype:
        given = given.astype(target.dtype)  # type: ignore[attr-defined]
    if given.shape != target.shape:
        raise ValueError(f"{what} of shape {given.shape} for a {of} of shape {target.shape}; they must be equal")
    return given


def _units(shape: tuple[int, ...], dtype: Any) -> Any:
    """All arrays of this shape that are 1 in one place and 0 elsewhere."""
    for index in np.ndindex(shape):
        unit = np.zeros(shape, dtype)
        unit[index] = 1
        yield unit


def _stacked(parts: Sequence[Any], shape: tuple[int, ...], axis: int, like: Tensor) -> Any:
    """Derivatives, one for each unit direction, as one array of this shape."""
    if not parts:
        return np.zeros(shape, like.dtype)
    if shape == ():
        return parts[0]
    return np.stack(parts, axis).reshape(shape)
