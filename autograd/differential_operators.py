"""The transforms under HIPS autograd's names."""

from __future__ import annotations

import inspect
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd import core
from autograd.checkpointing import checkpoint
from autograd.jacobians import hessian, jacobian
from autograd.transforms import (
    elementwise_grad,
    ggnvp,
    grad,
    grad_and_aux,
    jvp,
    value_and_grad,
    vjp,
)
from autograd.tree import flatten, unflatten
from autograd.vector_space import vspace
from autograd.wrap_util import unary_to_nary

__all__ = [
    "checkpoint",
    "deriv",
    "elementwise_grad",
    "grad",
    "grad_and_aux",
    "grad_named",
    "hessian",
    "hessian_tensor_product",
    "hessian_vector_product",
    "jacobian",
    "make_ggnvp",
    "make_hvp",
    "make_jvp",
    "make_jvp_reversemode",
    "make_vjp",
    "multigrad_dict",
    "tensor_jacobian_product",
    "value_and_grad",
    "vector_jacobian_product",
]


@unary_to_nary
def make_vjp(fun: Callable[..., Any], x: Any) -> Any:
    """`make_vjp(fun, argnum)(*args)` gives `(vjp, value)`: the pullback with respect to one argument, and the value.

    >>> import autograd
    >>> vjp, value = autograd.make_vjp(lambda x, y: x * y, 1)(3.0, 4.0)
    >>> value, vjp(1.0)
    (12.0, 3.0)
    """
    return core.make_vjp(fun, x)


@unary_to_nary
def make_jvp(fun: Callable[..., Any], x: Any) -> Any:
    """`make_jvp(fun, argnum)(*args)` gives the function that maps a tangent to `(value, tangent of the value)`.

    >>> import autograd
    >>> autograd.make_jvp(lambda x, y: x * y, 1)(3.0, 4.0)(10.0)
    (12.0, 30.0)
    """
    return core.make_jvp(fun, x)


@unary_to_nary
def make_jvp_reversemode(fun: Callable[..., Any], x: Any) -> Any:
    """The tangent map in reverse mode: the pullback is linear, and its own pullback is the pushforward.

    >>> import autograd
    >>> autograd.make_jvp_reversemode(lambda x: x**2)(3.0)(10.0)
    60.0
    """
    value, _ = vjp(fun, x)
    return core.make_vjp(lambda g: vjp(fun, x)[1](g)[0], vspace(value).zeros())[0]


@unary_to_nary
def deriv(fun: Callable[..., Any], x: Any) -> Any:
    """The derivative in forward mode, along the vector of ones.

    >>> import autograd
    >>> autograd.deriv(lambda x: x**3)(2.0)
    12.0
    """
    return jvp(fun, (x,), (vspace(x).ones(),))[1]


@unary_to_nary
def make_hvp(fun: Callable[..., Any], x: Any) -> Any:
    """`make_hvp(fun)(x)` gives `(hvp, gradient)`: the product with the Hessian at a fixed point, and the gradient.

    >>> import autograd, numpy as np
    >>> hvp, gradient = autograd.make_hvp(lambda x: np.sum(x**3))(np.array([1.0, 2.0]))
    >>> hvp(np.array([1.0, 10.0]))
    array([  6., 120.])
    """
    return core.make_vjp(grad(fun), x)


def make_ggnvp(
    f: Callable[..., Any],
    g: Callable[[Any], Any] = lambda y: 0.5 * np.sum(y**2, axis=-1),
    f_argnum: int = 0,
) -> Callable[..., Any]:
    """`make_ggnvp(f, g)(x)` gives v ↦ JᵀHJv: J the Jacobian of `f`, H the Hessian of `g`; see `ggnvp`.

    >>> import autograd, numpy as np
    >>> A = np.array([[1.0, 2.0], [3.0, 4.0]])
    >>> autograd.make_ggnvp(lambda x: np.dot(A, x))(np.zeros(2))(np.array([1.0, 0.0]))
    array([10., 14.])
    """

    @unary_to_nary
    def at(f: Callable[..., Any], x: Any) -> Any:
        return lambda v: ggnvp(f, (x,), (v,), g)[1][0]

    return at(f, f_argnum)  # type: ignore[no-any-return]


def hessian_tensor_product(fun: Callable[..., Any], argnum: int = 0) -> Callable[..., Any]:
    """The function `(*args, tensor)` that contracts the Hessian with a tensor of the argument's shape.

    >>> import autograd, numpy as np
    >>> autograd.hessian_tensor_product(lambda x: np.sum(x**3))(np.array([1.0, 2.0]), np.array([1.0, 10.0]))
    array([  6., 120.])
    """
    gradient = grad(fun, argnum)

    def contracted(*args: Any, **kwargs: Any) -> Any:
        *args_, tensor = args
        return np.tensordot(gradient(*args_, **kwargs), tensor, np.ndim(tensor))

    return grad(contracted, argnum)


hessian_vector_product = hessian_tensor_product


def tensor_jacobian_product(fun: Callable[..., Any], argnum: int = 0) -> Callable[..., Any]:
    """The function `(*args, tensor)` that contracts a tensor with the Jacobian from the left.

    >>> import autograd, numpy as np
    >>> autograd.tensor_jacobian_product(np.square)(np.array([1.0, 2.0]), np.array([1.0, 10.0]))
    array([ 2., 40.])
    """

    def contracted(*args: Any, **kwargs: Any) -> Any:
        *args_, tensor = args
        return np.tensordot(tensor, fun(*args_, **kwargs), axes=np.ndim(tensor))

    return jacobian(contracted, argnum)


vector_jacobian_product = tensor_jacobian_product


def grad_named(fun: Callable[..., Any], argname: str) -> Callable[..., Any]:
    """The gradient with respect to the positional argument of that name.

    >>> import autograd
    >>> autograd.grad_named(lambda x, y: x * y**2, "y")(3.0, 4.0)
    24.0
    """
    names = list(inspect.signature(fun).parameters)
    if argname not in names:
        raise ValueError(f"grad_named: {argname!r} is no argument of {fun}; it has {', '.join(names)}")
    return grad(fun, names.index(argname))


def multigrad_dict(fun: Callable[..., Any]) -> Callable[..., Any]:
    """The gradients with respect to all arguments, by their names.

    >>> import autograd
    >>> dict(autograd.multigrad_dict(lambda x, y=2.0: x * y)(3.0))
    {'x': 2.0, 'y': 3.0}
    """
    signature = inspect.signature(fun)

    def gradients(*args: Any, **kwargs: Any) -> OrderedDict[str, Any]:
        bound = signature.bind(*args, **kwargs)
        bound.apply_defaults()
        leaves, structure = flatten(dict(bound.arguments))

        def of(items: list[Any]) -> Any:
            call = inspect.BoundArguments(signature, OrderedDict(unflatten(structure, items)))
            return fun(*call.args, **call.kwargs)

        return OrderedDict(unflatten(structure, grad(of)(leaves)))

    return gradients
