"""NumPy's own functions on Tensors: `np.sin(t)`, `np.concatenate([t, u])`, `np.add.reduce(t)`, `ndarray @ t`.

Two tables say what stands behind each NumPy name: ufuncs are filled in from the primitives that declare one, other
functions by `@implements` on a function with NumPy's parameters in NumPy's order; that their names differ does not
matter. A third table holds those that are refused, and why. What is in no table raises by name; a keyword that the
function behind a name does not take is refused, never ignored.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from functools import lru_cache, partial
from typing import Any, TypeVar

import numpy as np

from autograd.dtypes import PLAIN, WEAK, as_array
from autograd.primitive import registry
from autograd.tensor import Tensor

F = TypeVar("F", bound=Callable[..., Any])

_NOT_GIVEN = inspect.signature(np.sum).parameters["initial"].default
"""What stands in NumPy's signatures for an argument that is not given."""

UFUNCS: dict[np.ufunc, Callable[..., Any]] = {}
"""What `np.sin(t)` calls."""
METHODS: dict[tuple[np.ufunc, str], Callable[..., Any]] = {}
"""What `np.add.reduce(t)` and `np.add.accumulate(t)` call, by ufunc and method."""
FUNCTIONS: dict[Callable[..., Any], Callable[..., Any]] = {}
"""What `np.concatenate([t])` calls."""
REFUSED: dict[Callable[..., Any], str] = {}
"""What NumPy has and Tensors refuse: the reason and the way out."""
REFUSED_MODULES: dict[str, str] = {}
"""The same for whole modules, by the beginning of their names."""


def implements(*functions: Callable[..., Any]) -> Callable[[F], F]:
    """Register a function as the one behind these NumPy functions; it must have their signature as far as it goes.

    A ufunc needs this only where the function behind it is not simply the primitive that declares it.
    """

    def register(function: F) -> F:
        for f in functions:
            if isinstance(f, np.ufunc):
                UFUNCS[f] = function
            else:
                FUNCTIONS[f] = function
        return function

    return register


def refuse_out(out: Any, name: str) -> None:
    """Raise TypeError if a NumPy function got `out` by position."""
    if out is not None:
        raise TypeError(f"np.{name}(..., out) is not possible on tensors; write `t = np.{name}(...)`")


def implements_by_name(*functions: Callable[..., Any]) -> Callable[[F], F]:
    """`implements` for a function that takes NumPy's arguments by NumPy's names, whatever their order there.

    `out` is refused, and NumPy's permission to overwrite an input is not made use of.
    """

    def register(function: F) -> F:
        for f in functions:
            FUNCTIONS[f] = _by_name(f, function)
        return function

    return register


def _by_name(numpy_function: Callable[..., Any], function: Callable[..., Any]) -> Callable[..., Any]:
    signature = inspect.signature(numpy_function)

    def call(*args: Any, **kwargs: Any) -> Any:
        bound = signature.bind(*args, **kwargs)
        named = {k: v for k, v in bound.arguments.items() if v is not _NOT_GIVEN}
        named.pop("overwrite_input", None)
        refuse_out(named.pop("out", None), numpy_function.__name__)
        arrays = [named.pop(next(iter(signature.parameters)))]
        for p in signature.parameters.values():
            if p.kind is p.VAR_POSITIONAL:
                arrays += named.pop(p.name, ())
        return function(*arrays, **named)

    return call


@implements(np.shape)
def _shape(a: Tensor) -> tuple[int, ...]:
    return a.shape


@implements(np.ndim)
def _ndim(a: Tensor) -> int:
    return a.ndim


def array_ufunc(self: Tensor, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any) -> Any:
    """NumPy's hook for ufuncs."""
    if not kwargs and method == "__call__" and ufunc in UFUNCS:  # the usual calls, quickly
        for x in inputs:
            if type(x) not in PLAIN and not isinstance(x, Tensor):
                break
        else:
            return UFUNCS[ufunc](*inputs)
    name = f"np.{ufunc.__name__}"
    if not all(isinstance(x, (Tensor, np.ndarray, np.generic, int, float, complex, list, tuple)) for x in inputs):
        return NotImplemented
    if any(o is not None for o in kwargs.pop("out", ())):
        raise TypeError(
            f"{name}(..., out=...) would overwrite values that a derivative may need, or lose the gradient in a plain "
            f"array; write `t = {name}(...)`, or `t[...] = {name}(...)` to update a tensor"
        )
    if method != "__call__":
        return _ufunc_method(ufunc, method, name, inputs, kwargs)
    function = UFUNCS.get(ufunc)
    if function is None:
        refuse(ufunc, name)
        function = _late(UFUNCS, ufunc)
    if function is None:
        raise TypeError(f"{name} has no derivative rule here; {_way_out(name)}")
    inputs = as_precise(inputs)
    dtype = kwargs.pop("dtype", None)
    core: dict[str, Any] = {
        key: kwargs.pop(key) for key in ("axes", "axis", "keepdims") if ufunc.signature and key in kwargs
    }
    if dtype is not None:
        inputs = _as_for(ufunc, inputs, dtype, kwargs.pop("casting", "same_kind"))
    _refuse_rest(name, kwargs)
    if core:
        from autograd.ops.vector_products import with_core_axes

        return with_core_axes(ufunc, function, inputs, core)
    return function(*inputs)


def _ufunc_method(ufunc: np.ufunc, method: str, name: str, inputs: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    function = METHODS.get((ufunc, method))
    if function is None:
        known = UFUNCS.get(ufunc) or _late(UFUNCS, ufunc)
        function = _late(METHODS, (ufunc, method))
        if function is None and known:
            from autograd.numpy_signatures.folds import GENERAL

            function = partial(GENERAL[method], ufunc)
    if function is None:
        raise TypeError(f"{name}.{method} has no derivative rule here; {_way_out(name)}")
    if method == "reduce":
        kwargs.setdefault("axis", 0) if len(inputs) == 1 else None
    elif method == "outer":
        _refuse_rest(f"{name}.outer", kwargs)
        kwargs = {}
    return function(*inputs, **kwargs)


def array_function(self: Tensor, func: Callable[..., Any], types: Any, args: Any, kwargs: dict[str, Any]) -> Any:
    """NumPy's hook for all functions that are no ufuncs."""
    name = f"{func.__module__.replace('numpy', 'np', 1)}.{func.__name__}"
    function = FUNCTIONS.get(func)
    if function is None:
        refuse(func, name)
        function = _late(FUNCTIONS, func)
    if function is None:
        raise TypeError(f"{name} has no derivative rule here; {_way_out(name)}")
    if kwargs.get("out") is not None:
        raise TypeError(f"{name}(..., out=...) is not possible on tensors; write `t = {name}(...)`")
    kwargs.pop("out", None)
    args = as_precise(args)
    if kwargs:
        kwargs = dict(zip(kwargs, as_precise(tuple(kwargs.values()), args)))
        names = _other_names(func, function)
        kwargs = {names.get(key, key): value for key, value in kwargs.items()}
    try:
        return function(*args, **kwargs)
    except TypeError as error:
        if "unexpected keyword argument" in str(error):
            raise TypeError(f"{name}: {str(error).split('() ')[-1]}: it has no derivative rule here") from None
        raise


def refuse(func: Any, name: str) -> None:
    """Raise TypeError with the reason and the way out if this NumPy function is one of those that Tensors refuse."""
    module = getattr(func, "__module__", None) or ""
    reason = REFUSED.get(func) or next((r for m, r in REFUSED_MODULES.items() if module.startswith(m)), None)
    if reason is not None:
        raise TypeError(f"{name}: {reason}")


def as_precise(args: Any, beside: Any = ()) -> Any:
    """The arguments with vectors of Python floats as arrays, in the widest dtype of the Tensors and arrays beside them.

    Elsewhere such lists get the default dtype, which would round them before they meet float64.
    """
    if not any(type(x) in (list, tuple) for x in args):
        return args
    dtypes = {x.dtype for x in (*args, *beside) if _is_inexact(x)}
    return tuple(_precise(x, np.result_type(*dtypes) if dtypes else None) for x in args)


def _precise(x: Any, dtype: Any) -> Any:
    if type(x) not in (list, tuple):
        return x
    if x and all(type(v) in (float, int) for v in x):
        return np.asarray(x, dtype) if any(type(v) is float for v in x) else x
    if dtype is None:
        dtypes = {v.dtype for v in x if _is_inexact(v)}
        dtype = np.result_type(*dtypes) if dtypes else None
    return type(x)([_precise(v, dtype) for v in x])


def _is_inexact(value: Any) -> bool:
    return getattr(getattr(value, "dtype", None), "kind", "") in ("f", "c")  # `dtype=np.float64` has a `dtype` too


@lru_cache(maxsize=1024)
def _other_names(func: Callable[..., Any], function: Callable[..., Any]) -> dict[str, str]:
    """NumPy's names of parameters by those of the function behind it, where these differ; both are in one order."""
    ours = inspect.signature(function).parameters
    try:
        theirs = [(p.name, p.kind) for p in inspect.signature(func).parameters.values()]
    except ValueError:  # a function in C, whose documentation begins with its signature in older versions of NumPy
        first = (func.__doc__ or "").partition(")")[0].partition("(")[2]
        theirs = [(name, inspect.Parameter.POSITIONAL_OR_KEYWORD) for name in re.findall(r"(\w+)(?:=[^,]*)?", first)]
    return {
        name: p.name
        for (name, kind), p in zip(theirs, ours.values())
        if name != p.name and name not in ours and kind is p.kind is p.POSITIONAL_OR_KEYWORD
    }


def _late(table: dict[Any, Callable[..., Any]], key: Any) -> Callable[..., Any] | None:
    """What a family that is declared late puts into the table."""
    from autograd.ops import load_all, load_late

    for load in (load_late, load_all):  # SciPy is imported only for what nothing else offers
        load()
        fill_ufuncs()
        if key in table:
            break
    return table.get(key)


def _refuse_rest(name: str, kwargs: dict[str, Any]) -> None:
    defaults = {"where": True, "casting": "same_kind", "order": "K", "subok": True}
    for key, value in kwargs.items():
        if isinstance(value, bool | str) and value == defaults.get(key):
            continue
        way = "leave it out"
        if key == "where":  # what stands where the condition is false comes from `out`, which there is not
            way = "choose between two values: autograd.where(condition, result, other)"
        raise TypeError(f"{name}(..., {key}=...) is not supported on tensors; {way}")


def _as_for(ufunc: np.ufunc, inputs: tuple[Any, ...], dtype: Any, casting: Any) -> tuple[Any, ...]:
    """The inputs as NumPy casts them for results of this dtype; raises its TypeError where it would not."""
    from autograd.ops.shape import astype

    inputs = tuple(x if isinstance(x, Tensor) or type(x) in WEAK or type(x) is complex else as_array(x) for x in inputs)
    given = tuple(x.dtype if hasattr(x, "dtype") else type(x) for x in inputs)
    wanted = (None,) * ufunc.nin + (np.dtype(dtype),) * ufunc.nout
    taken = ufunc.resolve_dtypes(given + (None,) * ufunc.nout, signature=wanted, casting=casting)
    return tuple(astype(x, d, copy=False) if hasattr(x, "dtype") else x for x, d in zip(inputs, taken))


def _way_out(name: str) -> str:
    return f"use t.detach() if no gradient is wanted, or declare {name} yourself with @autograd.primitive"


def fill_ufuncs() -> None:
    """Enter the ufuncs that primitives declare."""
    for p in registry.values():
        if isinstance(p.numpy, np.ufunc):
            UFUNCS.setdefault(p.numpy, p.fn)


def install() -> None:
    """Fill the table of ufuncs from the declarations and hook both protocols into Tensor."""
    fill_ufuncs()
    Tensor.__array_ufunc__ = array_ufunc  # type: ignore[attr-defined]
    Tensor.__array_function__ = array_function  # type: ignore[attr-defined]
