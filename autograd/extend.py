"""Operations of your own in the style of HIPS autograd: wrap a function, then say what its derivatives are.

`primitive` makes a function opaque: it sees plain arrays, and what happens inside is not recorded. `defvjp` gives, for
each argument, a function `(ans, *args, **kwargs) -> (g -> gradient)`; `defjvp` one `(g, ans, *args, **kwargs) ->
tangent`. `@autograd.primitive` declares the same with less to get wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import wraps
from typing import Any

import numpy as np

from autograd.primitive import MANY, Primitive
from autograd.tensor import Tensor
from autograd.tree import Structure, flatten, unflatten
from autograd.vector_space import VSpace, vspace

__all__ = [
    "Box",
    "VSpace",
    "def_linear",
    "defjvp",
    "defjvp_argnum",
    "defjvp_argnums",
    "defvjp",
    "defvjp_argnum",
    "defvjp_argnums",
    "notrace_primitive",
    "primitive",
    "register_notrace",
    "vspace",
]

Box = Tensor
"""What stands for a differentiated value."""
Maker = Callable[[Sequence[int], Any, tuple[Any, ...], dict[str, Any]], Callable[[Any], Sequence[Any]]]


class _Rules:
    """The derivatives of one wrapped function, each as a function of several argument numbers at once."""

    pull: Maker | None = None
    push: Callable[..., Any] | None = None


class _Call:
    """One call: which leaves of its arguments are tracked, and what else it got."""

    def __init__(self, fun: Callable[..., Any], rules: _Rules, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        self.fun, self.rules = fun, rules
        self.numbers: list[int | None] = []
        leaves, self.structure = flatten((args, kwargs))
        self.tensors = [x for x in leaves if isinstance(x, Tensor)]
        self.leaves = [None if isinstance(x, Tensor) else x for x in leaves]
        self.places = [k for k, x in enumerate(leaves) if isinstance(x, Tensor)]
        for k, arg in enumerate(args):
            self.numbers += [k] * len(flatten(arg)[0])
        self.numbers += [None] * (len(leaves) - len(self.numbers))
        self.out_structure = Structure(None)

    def arguments(self, xs: Sequence[Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        leaves = list(self.leaves)
        for k, x in zip(self.places, xs, strict=True):
            leaves[k] = x
        return unflatten(self.structure, leaves)  # type: ignore[no-any-return]

    def run(self, xs: Sequence[Any]) -> tuple[np.ndarray, ...]:
        args, kwargs = self.arguments([x[()] for x in xs])
        leaves, self.out_structure = flatten(self.fun(*args, **kwargs))
        return tuple(map(np.asarray, leaves))

    def argnum(self, i: int) -> int:
        number = self.numbers[self.places[i]]
        if number is None:
            raise NotImplementedError(
                f"{_name(self.fun)}: no derivative with respect to keyword arguments; pass the value by position"
            )
        return number

    def within(self, i: int, derivative: Any) -> Any:
        """The part of an argument's derivative that belongs to its tracked leaf `i`."""
        argnum = self.argnum(i)
        first = self.numbers.index(argnum)
        return flatten(derivative)[0][self.places[i] - first]

    def pull(self, i: int, g: Any, out: Any, xs: Sequence[Any]) -> Any:
        argnum = self.argnum(i)
        if self.rules.pull is None:
            raise NotImplementedError(f"VJP of {_name(self.fun)} wrt argnum {argnum} not defined")
        args, kwargs = self.arguments(xs)
        ans = unflatten(self.out_structure, out)
        (d,) = self.rules.pull((argnum,), ans, args, kwargs)(unflatten(self.out_structure, g))
        if d is None:
            return np.zeros(np.shape(xs[i]), xs[i].dtype)
        d = self.within(i, d)
        if np.shape(d) != np.shape(xs[i]):
            raise ValueError(
                f"VJP of {_name(self.fun)} wrt argnum {argnum} returned shape {np.shape(d)} for an argument of shape "
                f"{np.shape(xs[i])}; it must return the gradient with respect to the whole argument"
            )
        return _of_dtype(d, xs[i].dtype)

    def push(self, t: Any, i: int, out: Any, xs: Sequence[Any]) -> tuple[Any, ...]:
        argnum = self.argnum(i)
        args, kwargs = self.arguments(xs)
        whole = [np.zeros(np.shape(x)) for x in flatten(args[argnum])[0]]
        whole[self.places[i] - self.numbers.index(argnum)] = t
        tangent = unflatten(flatten(args[argnum])[1], whole)
        ans = unflatten(self.out_structure, out)
        assert self.rules.push is not None
        d = self.rules.push((argnum,), (tangent,), ans, args, kwargs)
        if d is None:
            return tuple(None for _ in out)
        return tuple(_of_dtype(x, o.dtype) for x, o in zip(flatten(d)[0], out, strict=True))


def primitive(fun: Callable[..., Any]) -> Callable[..., Any]:
    """The same function as one opaque operation, whose derivatives `defvjp` and `defjvp` then give.

    >>> import autograd.numpy as np
    >>> from autograd import grad
    >>> from autograd.extend import primitive, defvjp
    >>> @primitive
    ... def cube(x):
    ...     return x**3
    >>> defvjp(cube, lambda ans, x: lambda g: g * 3 * x**2)
    >>> grad(cube)(2.0)
    12.0
    """
    rules = _Rules()

    def kernel(*xs, call):  # type: ignore[no-untyped-def]
        return call.run(xs)

    name = _name(fun) if _name(fun).isidentifier() else "function"
    kernel.__name__, kernel.__doc__ = name, fun.__doc__ or f"The function {_name(fun)}."
    declared = Primitive(
        kernel, {"xs": lambda g, out, xs, i, call: call.pull(i, g, out, xs)}, outputs=MANY, text=f"{name}(…)"
    )
    declared.module, declared.checked = getattr(fun, "__module__", None) or "", False

    @wraps(fun, updated=())
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        call = _Call(fun, rules, args, kwargs)
        if not call.tensors:
            return fun(*args, **kwargs)
        out = declared.fn(*call.tensors, call=call)
        return unflatten(call.out_structure, out)

    wrapped.fun, wrapped._rules, wrapped._primitive = fun, rules, declared  # type: ignore[attr-defined]
    return wrapped


def notrace_primitive(fun: Callable[..., Any]) -> Callable[..., Any]:
    """The same function on plain arrays; its results are constants for every derivative.

    >>> import autograd.numpy as np
    >>> from autograd import grad
    >>> from autograd.extend import notrace_primitive
    >>> steps = notrace_primitive(np.floor)
    >>> grad(lambda x: x * steps(x))(2.5)
    2.0
    """

    @wraps(fun, updated=())
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        leaves, structure = flatten((args, kwargs))
        args, kwargs = unflatten(structure, [x._data[()] if isinstance(x, Tensor) else x for x in leaves])
        return fun(*args, **kwargs)

    return wrapped


def register_notrace(node_type: Any, fun: Callable[..., Any]) -> None:
    """Declare that a wrapped function has no derivative: its results then carry gradient zero.

    >>> import numpy as np
    >>> from autograd import grad
    >>> from autograd.extend import primitive, register_notrace
    >>> steps = primitive(np.floor)
    >>> register_notrace(None, steps)
    >>> grad(lambda x: x * steps(x))(2.5)
    2.0
    """
    _rules(fun).pull = lambda argnums, ans, args, kwargs: lambda g: [None for _ in argnums]
    _rules(fun).push = lambda argnums, gs, ans, args, kwargs: None
    fun._primitive.forward = {"xs": _push}  # type: ignore[attr-defined]


def defvjp(fun: Callable[..., Any], *makers: Callable[..., Any] | None, argnums: Iterable[int] | None = None) -> None:
    """Give the reverse-mode derivatives: one `maker(ans, *args, **kwargs) -> (g -> gradient)` per argument.

    `argnums` says which arguments they belong to (default: the first ones, in order); None for one that has derivative
    zero. Raises TypeError if `fun` was not wrapped with `primitive`.

    >>> from autograd import grad
    >>> from autograd.extend import primitive, defvjp
    >>> @primitive
    ... def product(x, y):
    ...     return x * y
    >>> defvjp(product, lambda ans, x, y: lambda g: g * y, lambda ans, x, y: lambda g: g * x)
    >>> grad(product, 1)(3.0, 4.0)
    3.0
    """
    table = dict(zip(range(len(makers)) if argnums is None else argnums, makers))

    def maker(argnum: int, ans: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Callable[[Any], Any]:
        if argnum not in table:
            raise NotImplementedError(f"VJP of {_name(fun)} wrt argnum {argnum} not defined")
        chosen = table[argnum]
        return (lambda g: None) if chosen is None else chosen(ans, *args, **kwargs)

    defvjp_argnum(fun, maker)


def defvjp_argnum(fun: Callable[..., Any], maker: Callable[..., Callable[[Any], Any]]) -> None:
    """Give all reverse-mode derivatives by one `maker(argnum, ans, args, kwargs) -> (g -> gradient)`.

    >>> from autograd import grad
    >>> from autograd.extend import primitive, defvjp_argnum
    >>> total = primitive(lambda *xs: sum(xs))
    >>> defvjp_argnum(total, lambda argnum, ans, args, kwargs: lambda g: g)
    >>> grad(total, 2)(1.0, 2.0, 3.0)
    1.0
    """
    _rules(fun).pull = lambda argnums, ans, args, kwargs: lambda g: [maker(k, ans, args, kwargs)(g) for k in argnums]


def defvjp_argnums(fun: Callable[..., Any], maker: Maker) -> None:
    """Give the derivatives by several arguments at once: `maker(argnums, ans, args, kwargs) -> (g -> gradients)`.

    >>> from autograd import grad
    >>> from autograd.extend import primitive, defvjp_argnums
    >>> total = primitive(lambda *xs: sum(xs))
    >>> defvjp_argnums(total, lambda argnums, ans, args, kwargs: lambda g: [g for _ in argnums])
    >>> grad(total)(1.0, 2.0)
    1.0
    """
    _rules(fun).pull = maker


def defjvp(fun: Callable[..., Any], *rules: Any, argnums: Iterable[int] | None = None) -> None:
    """Give the forward-mode derivatives: one `rule(g, ans, *args, **kwargs) -> tangent` per argument.

    "same" in the place of a rule says that `fun` is linear in that argument; None that the derivative is zero. Without
    `defjvp`, forward mode transposes what `defvjp` gave.

    >>> import autograd
    >>> from autograd.extend import primitive, defjvp
    >>> @primitive
    ... def square(x):
    ...     return x * x
    >>> defjvp(square, lambda g, ans, x: 2 * x * g)
    >>> autograd.jvp(square, (3.0,), (1.0,))
    (9.0, 6.0)
    """
    table = dict(zip(range(len(rules)) if argnums is None else argnums, rules))

    def rule(argnum: int, g: Any, ans: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        if argnum not in table:
            raise NotImplementedError(f"JVP of {_name(fun)} wrt argnum {argnum} not defined")
        chosen = table[argnum]
        if chosen is None:
            return None
        if chosen == "same":
            return fun(*args[:argnum], g, *args[argnum + 1 :], **kwargs)
        return chosen(g, ans, *args, **kwargs)

    defjvp_argnum(fun, rule)


def defjvp_argnum(fun: Callable[..., Any], rule: Callable[..., Any]) -> None:
    """Give all forward-mode derivatives by one `rule(argnum, g, ans, args, kwargs) -> tangent`.

    >>> import autograd
    >>> from autograd.extend import primitive, defjvp_argnum
    >>> double = primitive(lambda x: 2 * x)
    >>> defjvp_argnum(double, lambda argnum, g, ans, args, kwargs: 2 * g)
    >>> autograd.jvp(double, (3.0,), (1.0,))
    (6.0, 2.0)
    """
    defjvp_argnums(fun, lambda argnums, gs, ans, args, kwargs: rule(argnums[0], gs[0], ans, args, kwargs))


def defjvp_argnums(fun: Callable[..., Any], rule: Callable[..., Any]) -> None:
    """The same by `rule(argnums, gs, ans, args, kwargs) -> tangent`, which is given the tangents of several arguments.

    >>> import autograd
    >>> from autograd.extend import primitive, defjvp_argnums
    >>> double = primitive(lambda x: 2 * x)
    >>> defjvp_argnums(double, lambda argnums, gs, ans, args, kwargs: sum(2 * g for g in gs))
    >>> autograd.jvp(double, (3.0,), (1.0,))
    (6.0, 2.0)
    """
    _rules(fun).push = rule
    fun._primitive.forward = {"xs": _push}  # type: ignore[attr-defined]


def def_linear(fun: Callable[..., Any]) -> None:
    """Say that `fun` is linear in each of its arguments: that gives its forward-mode derivatives.

    >>> import autograd
    >>> from autograd.extend import primitive, def_linear
    >>> double = primitive(lambda x: 2 * x)
    >>> def_linear(double)
    >>> autograd.jvp(double, (3.0,), (1.0,))
    (6.0, 2.0)
    """
    defjvp_argnum(fun, lambda argnum, g, ans, args, kwargs: fun(*args[:argnum], g, *args[argnum + 1 :], **kwargs))


def _of_dtype(d: Any, dtype: np.dtype) -> Any:
    """A user's derivative in its argument's dtype; of a complex derivative by a real argument, the real part."""
    d = d if isinstance(d, Tensor) else np.asarray(d)
    if d.dtype.kind == "c" and dtype.kind != "c":
        d = np.real(d)
    return d if d.dtype == dtype else d.astype(dtype)


def _push(t: Any, i: int, out: Any, xs: Any, call: Any) -> Any:
    return call.push(t, i, out, xs)


def _rules(fun: Any) -> _Rules:
    rules = getattr(fun, "_rules", None)
    if rules is None:
        raise TypeError(f"{_name(fun)} has no place for derivatives: wrap it with autograd.extend.primitive first")
    return rules  # type: ignore[no-any-return]


def _name(fun: Any) -> str:
    return getattr(fun, "__name__", type(fun).__name__)
