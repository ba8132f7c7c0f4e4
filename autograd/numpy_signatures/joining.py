"""Joining and cutting."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd import ops
from autograd.protocols import implements, refuse_out


def _joining(name: str) -> Callable[..., Any]:
    join = getattr(ops, name)

    def function(arrays: Any, axis: Any = 0, out: Any = None, *, dtype: Any = None, casting: Any = "same_kind") -> Any:
        refuse_out(out, name)
        _check_casting(arrays, dtype, casting, name)
        return join(arrays, axis, dtype)

    return function


def _stacking(name: str) -> Callable[..., Any]:
    join = getattr(ops, name)

    def function(tup: Any, *, dtype: Any = None, casting: Any = "same_kind") -> Any:
        _check_casting(tup, dtype, casting, name)
        return join(tup, dtype)

    return function


def _check_casting(arrays: Any, dtype: Any, casting: Any, name: str) -> None:
    if dtype is None:
        return
    for i, x in enumerate(arrays):
        given = x.dtype if hasattr(x, "dtype") else np.asarray(x).dtype
        if not np.can_cast(given, dtype, casting):
            raise TypeError(
                f"np.{name}: array {i} of dtype {given} cannot be cast to {dtype} under casting={casting!r}"
            )


implements(np.concatenate)(_joining("concatenate"))
implements(np.stack)(_joining("stack"))
implements(np.vstack)(_stacking("vstack"))
implements(np.hstack)(_stacking("hstack"))
implements(np.dstack)(_stacking("dstack"))


def _cutting(name: str) -> Callable[..., Any]:
    cut = getattr(ops, name)
    if name[1:] == "split":
        return lambda ary, indices_or_sections: list(cut(ary, indices_or_sections))
    return lambda ary, indices_or_sections, axis=0: list(cut(ary, indices_or_sections, axis))


for _f in (np.split, np.array_split, np.hsplit, np.vsplit, np.dsplit):
    implements(_f)(_cutting(_f.__name__))


@implements(np.unstack)
def _unstack(x: Any, /, *, axis: int = 0) -> Any:
    return ops.unstack(x, axis)


@implements(np.astype)
def _astype(x: Any, dtype: Any, /, *, copy: bool = True) -> Any:
    return ops.astype(x, dtype, copy)
