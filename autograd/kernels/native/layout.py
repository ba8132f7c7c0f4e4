"""How the families see the arrays of eager calls: images as channels-last rows, run-time numbers as arrays of one."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from autograd.kernels.native.arrays import empty
from autograd.kernels.native.kernel import Kernel
from autograd.kernels.native.loops import Input, Nest, Output, planned

Array = np.ndarray[Any, Any]

FLOATS = frozenset({np.dtype(np.float32), np.dtype(np.float64)})
"""What the kernels compute with."""
SHARED = 1 << 16  # elements from which a call's work is shared among threads
_LAST = {ndim: (0, *range(2, ndim), 1) for ndim in range(2, 6)}


def images(x: Array) -> Array | None:
    """x (N, C, *spatial) as contiguous (N, *spatial, C); None where it is not, or is empty or of other numbers."""
    order = _LAST.get(x.ndim)
    if order is None or x.dtype not in FLOATS or not x.size:
        return None
    last = x.transpose(order)
    return last if last.flags.c_contiguous else None


def like_images(x: Array) -> Array:
    """x (N, C, *spatial) as contiguous (N, *spatial, C), copied where it must be."""
    last = x.transpose(_LAST[x.ndim])
    if last.flags.c_contiguous and type(last) is np.ndarray:
        return last
    if x.dtype not in FLOATS or not x.size or any(s % x.itemsize for s in x.strides):
        return np.ascontiguousarray(last)
    copy = empty(last.shape, x.dtype)
    _copier(last.shape, tuple([s // x.itemsize for s in last.strides]), x.dtype).run(np.asarray(last), copy)
    return copy


@functools.lru_cache(1024)
def _copier(shape: tuple[int, ...], strides: tuple[int, ...], dtype: Any) -> Kernel:
    """A kernel that copies an array of such strides, in elements, into a contiguous one."""
    into = tuple(int(np.prod(shape[k + 1 :])) for k in range(len(shape)))
    (stage,) = planned(Nest(shape, (Input(dtype, strides),), (), (Output(0, dtype, into),))).stages
    return stage.kernel


def many(size: int) -> str:
    """Whether an array of so many elements is worth several threads: "many" or "few"."""
    return "many" if size >= SHARED else "few"


@functools.lru_cache(4096)
def number(value: int) -> Array:
    """A run-time number of a kernel."""
    return np.array(value, np.int64)
