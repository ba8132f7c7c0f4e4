"""Elementwise update rules as native kernels: one pass over a parameter, its gradient and its state.

A rule is run once on symbols instead of arrays, which record what it computes; Python numbers in it become run-time
numbers of the kernel, so that a step count or a learning rate that moves on needs no new one.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.kernels.choice import allowed

Rule = Callable[..., tuple[Any, ...]]
Array = np.ndarray[Any, Any]
SHARED = 1 << 16  # elements from which a parameter is worth several threads
FLOATS = frozenset({np.dtype(np.float32), np.dtype(np.float64)})
NUMBERS = (int, float, np.integer, np.floating)


class Unfit(Exception):
    """A rule does something that symbols cannot record."""


class _Record:
    """What a rule has done so far; places of values are those of `autograd.kernels.native.updates`."""

    def __init__(self, dtype: Any, arrays: int) -> None:
        self.dtype, self.arrays = np.dtype(dtype), arrays
        self.steps: list[tuple[Any, ...]] = []
        self.numbers: list[float] = []
        self.operands = _operands()

    def constant(self, value: Any) -> _Symbol:
        if not isinstance(value, NUMBERS):
            raise Unfit
        self.numbers.append(value)  # type: ignore[arg-type]
        return _Symbol(self, -len(self.numbers))

    def step(self, name: str, *operands: Any) -> _Symbol:
        if self.operands.get(name) != len(operands):
            raise Unfit
        values = [o if o.__class__ is _Symbol else self.constant(o) for o in operands]
        self.steps.append((name, *[v.place for v in values]))
        return _Symbol(self, self.arrays + len(self.steps) - 1)


@functools.cache
def _operands() -> dict[str, int]:
    from autograd.kernels.native.expressions import OPERATIONS

    return {name: known.operands for name, known in OPERATIONS.items()}


def _operators(name: str) -> tuple[Any, Any]:
    def forward(self: _Symbol, other: Any) -> _Symbol:
        return self.record.step(name, self, other)

    def backward(self: _Symbol, other: Any) -> _Symbol:
        return self.record.step(name, other, self)

    return forward, backward


class _Symbol:
    """Stands for an array while a rule is recorded."""

    __slots__ = ("place", "record")
    __add__, __radd__ = _operators("add")
    __sub__, __rsub__ = _operators("subtract")
    __mul__, __rmul__ = _operators("multiply")
    __truediv__, __rtruediv__ = _operators("divide")
    __gt__, __lt__ = _operators("greater")
    __ge__, __le__ = _operators("greater_equal")

    def __init__(self, record: _Record, place: int) -> None:
        self.record, self.place = record, place

    def __neg__(self) -> _Symbol:
        return self.record.step("negative", self)

    def __abs__(self) -> _Symbol:
        return self.record.step("absolute", self)

    def __pow__(self, power: Any) -> _Symbol:
        name = {2: "square", 0.5: "sqrt"}.get(power)
        return self.record.step(name, self) if name else self.record.step("power", self, power)

    @property
    def dtype(self) -> Any:
        return self.record.dtype

    def astype(self, dtype: Any) -> _Symbol:
        if dtype != self.record.dtype:
            raise Unfit
        return self

    def __bool__(self) -> bool:
        raise Unfit

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> _Symbol:
        if method != "__call__" or options:
            raise Unfit
        return self.record.step(ufunc.__name__, *inputs)

    def __array_function__(self, function: Any, types: Any, args: Any, options: Any) -> Any:
        if options:
            raise Unfit
        if function in (np.zeros_like, np.ones_like) and len(args) == 1:
            return float(function is np.ones_like)
        if function is np.where and len(args) == 3:
            if isinstance(args[0], _Symbol):
                return self.record.step("where", *args)
            chosen = args[2 - bool(args[0])]
            return chosen if isinstance(chosen, _Symbol) else self.dtype.type(chosen)
        if function is np.clip and len(args) == 3:
            return self.record.step("minimum", self.record.step("maximum", args[0], args[1]), args[2])
        raise Unfit


class Plan:
    """A rule recorded for numbers and a layout of the state: the kernel's arguments, and what becomes of the state.

    `fresh` are the positions in the state of arrays that the step creates; `values` has the new numbers of the state,
    by position.
    """

    def __init__(
        self, rule: Rule, dtype: Any, state: list[Any], numbers: frozenset[int], hyper: dict[str, Any]
    ) -> None:
        held = [k for k, v in enumerate(state) if k not in numbers and v is not None]
        record = _Record(dtype, 2 + len(held))
        symbols = [_Symbol(record, k) for k in range(2 + len(held))]
        arguments = list(state)
        for k, symbol in zip(held, symbols[2:]):
            arguments[k] = symbol
        p, *news = rule(symbols[0], symbols[1], *arguments, **hyper)
        self.values = {k: v for k, v in enumerate(news) if k in numbers}
        results = [(k, v) for k, v in enumerate(news) if k not in numbers]
        if not isinstance(p, _Symbol) or any(not isinstance(v, NUMBERS) for v in self.values.values()):
            raise Unfit
        self.fresh = [k for k, v in results if v is not None and k not in held]
        if any(v is None for k, v in results if k in held):
            raise Unfit
        targets = {k: i for i, k in enumerate([*held, *self.fresh], 2)}
        written = [(0, p), *((targets[k], v) for k, v in results if v is not None)]
        written = [(t, v if isinstance(v, _Symbol) else record.constant(v)) for t, v in written]
        self.numbers = np.array(record.numbers or [0.0], record.dtype)
        self.arguments = (
            record.dtype,
            len(symbols),
            len(self.fresh),
            len(self.numbers),
            tuple(record.steps),
            tuple([(t, v.place) for t, v in written if t != v.place or t >= len(symbols)]),
        )
        self.kernels: list[Any] = [None, None]

    def run(self, arrays: list[Array]) -> list[Array]:
        """Update the parameter and the state that follow each other in `arrays`; returns the state's fresh arrays."""
        p = arrays[0]
        shared = p.size >= SHARED
        kernel = self.kernels[shared]
        if kernel is None:
            from autograd.kernels.native.updates import update

            kernel = self.kernels[shared] = update(*self.arguments, shared)
        fresh = [np.empty(p.shape, p.dtype) for _ in self.fresh]
        kernel.run(*arrays, *fresh, self.numbers, _count(p.size))
        return fresh


@functools.lru_cache(4096)
def _count(size: int) -> Array:
    return np.array(size, np.int64)


def plan(rule: Rule, dtype: Any, state: list[Any], numbers: frozenset[int], hyper: dict[str, Any]) -> Plan | None:
    """How a step is done natively; None where it is not: no native kernels, another dtype, a rule that does not fit.

    `state` has the state's numbers, at the positions `numbers`, and anything but None for its arrays.
    """
    if dtype not in FLOATS or not allowed():
        return None
    try:
        if not numbers:  # then steps are alike
            return _known(rule, dtype, tuple(state), tuple(hyper.items()))
        return Plan(rule, dtype, state, numbers, hyper)
    except Exception:  # noqa: BLE001  # whatever symbols cannot do: then the rule itself runs, and raises if it must
        return None


@functools.lru_cache(256)
def _known(rule: Rule, dtype: Any, state: tuple[Any, ...], hyper: tuple[tuple[str, Any], ...]) -> Plan:
    return Plan(rule, dtype, list(state), frozenset(), dict(hyper))
