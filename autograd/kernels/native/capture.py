"""What a native function does, as a list of kernel calls that can be repeated on other memory.

The functions behind eager calls allocate their results and working memory and call kernels. For `autograd.compile` a
run of one is recorded on stand-ins for its operands; the calls, moved to the operands' real addresses, are then all
there is to it. That holds for a function which touches memory by kernels only: the recorded calls are therefore run
again, on working memory that was scrambled, and must give the same bits; otherwise there is no list.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.lib.array_utils import byte_bounds

from autograd.kernels.native import arrays, kernel
from autograd.kernels.native.calls import list_of_calls
from autograd.kernels.native.kernel import Kernel
from autograd.kernels.native.threads import pool

_lock = threading.Lock()


@dataclass
class Recording:
    """Kernel calls in order, and the arrays that were allocated for them."""

    calls: list[tuple[Kernel, tuple[np.ndarray, ...]]] = field(default_factory=list)
    made: list[np.ndarray] = field(default_factory=list)


@dataclass(frozen=True)
class Captured:
    """Kernel calls on addresses, the memory to be kept for them, and where the function's results are."""

    calls: list[tuple[Kernel, list[int]]]
    kept: list[np.ndarray]
    results: list[np.ndarray]


@contextmanager
def recording() -> Iterator[Recording]:
    """Record what this thread's kernels and allocations are inside the block."""
    found, here = Recording(), threading.get_ident()
    pool()  # its memory is no working memory: it must not be allocated inside

    def wrapped(one: Kernel) -> Callable[..., None]:
        run = one.run

        def recorded(*operands: np.ndarray) -> None:
            if threading.get_ident() == here:
                found.calls.append((one, operands))
            run(*operands)

        return recorded

    def noted(array: np.ndarray) -> np.ndarray:
        if threading.get_ident() == here:
            found.made.append(array)
        return array

    with _lock:
        originals: dict[int, tuple[Kernel, Any]] = {}

        def watch(one: Kernel) -> None:
            originals[id(one)] = one, one.run
            one.run = wrapped(one)

        for one in list(kernel.every):
            watch(one)
        kernel.made_anew, arrays.noted = watch, noted
        try:
            yield found
        finally:
            kernel.made_anew, arrays.noted = None, None
            for one, run in originals.values():
                one.run = run


def captured(function: Callable[..., Any], operands: Sequence[Any]) -> Captured | None:
    """The kernel calls of `function(*operands)`, of which some are arrays; None if there is more to it than kernels."""
    rng = np.random.default_rng(0)
    with np.errstate(all="ignore"):
        first = _stand_ins(operands, rng)
        with recording() as found:
            results = _listed(function(*first))
        if not found.calls or not all(isinstance(r, np.ndarray) and _inside(r, found.made) for r in results):
            return None
        calls = _moved(found, first, operands)
        second = _stand_ins(operands, rng)
        again = _moved(found, first, second)
        if calls is None or again is None:
            return None
        wanted = _listed(function(*second))
        for array in found.made:
            array.view(np.uint8).fill(0x5A) if array.flags.c_contiguous and array.ndim else array.fill(0)
        list_of_calls(again)()
    if not all(_same_bits(a, b) for a, b in zip(wanted, results)):
        return None
    return Captured(calls, [*found.made, *(a for _, given in found.calls for a in given)], results)


def _listed(results: Any) -> list[Any]:
    return list(results) if isinstance(results, tuple) else [results]


def _moved(found: Recording, stood: Sequence[Any], operands: Sequence[Any]) -> list[tuple[Kernel, list[int]]] | None:
    """The calls with the operands' addresses instead of those of what stood for them."""
    calls = []
    for one, given in found.calls:
        addresses = []
        for array in given:
            own = next((k for k, o in enumerate(stood) if isinstance(o, np.ndarray) and _inside(array, [o])), None)
            place = arrays.address(array)
            if own is not None:
                place += arrays.address(operands[own]) - arrays.address(stood[own])
            elif not _inside(array, found.made) and array.dtype != np.int64:
                return None  # a copy that NumPy made; numbers and tables of the kernel's are int64
            addresses.append(place)
        calls.append((one, addresses))
    touched = [array for _, given in found.calls for array in given]
    whole_numbers = (o for o in stood if isinstance(o, np.ndarray) and o.dtype.kind in "iu")
    if not all(any(_inside(array, [o]) for array in touched) for o in whole_numbers):
        return None  # a copy was used in place of it, which could not be told from a table
    return calls


def _stand_ins(operands: Sequence[Any], rng: np.random.Generator) -> list[Any]:
    return [_stand_in(o, rng) if isinstance(o, np.ndarray) else o for o in operands]


def _stand_in(array: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """An array of other memory with the same shape, strides and dtype, and harmless contents."""
    low, high = byte_bounds(array)
    room = arrays.empty((high - low,), np.uint8, small=0)
    offset = arrays.address(array) - low
    twin: np.ndarray = np.ndarray(array.shape, array.dtype, room, offset, array.strides)
    contents = rng.uniform(0.1, 1.0, array.shape) if array.dtype.kind == "f" else np.zeros(array.shape)
    if all(array.strides) or array.ndim == 0:
        twin[...] = contents.astype(array.dtype)
    else:
        room.fill(0)
    return twin


def _inside(array: np.ndarray, others: Sequence[np.ndarray]) -> bool:
    """Whether the memory of an array is part of that of one of the others."""
    low, high = byte_bounds(array)
    return any(a <= low and high <= b for a, b in map(byte_bounds, others))


def _same_bits(a: np.ndarray, b: np.ndarray) -> bool:
    return bool(np.array_equal(a, b, equal_nan=a.dtype.kind == "f"))
