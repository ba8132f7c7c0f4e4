"""How Python calls kernels: as a builtin function whose body is native code, some 20 ns a call.

`entry(kernel)` takes the kernel's arrays; `list_of_calls` binds kernels to their arrays once and runs them all in one
call. Where Python's objects look unlike what the native code expects (a free-threaded or debug build, PyPy), ctypes
does the same, slower.
"""

from __future__ import annotations

import ctypes
import platform
import sys
import sysconfig
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd.kernels.native.arrays import address
from autograd.kernels.native.threads import pool

if TYPE_CHECKING:
    from autograd.kernels.native.kernel import Kernel

FAST = platform.python_implementation() == "CPython" and not (
    sysconfig.get_config_var("Py_GIL_DISABLED") or hasattr(sys, "gettotalrefcount")
)
METH_FASTCALL = 0x80


class _Definition(ctypes.Structure):
    """CPython's PyMethodDef."""

    _fields_ = [
        ("name", ctypes.c_char_p),
        ("function", ctypes.c_void_p),
        ("flags", ctypes.c_int),
        ("doc", ctypes.c_char_p),
    ]


def entry(kernel: Kernel) -> Callable[..., None]:
    """A function of arrays that runs a kernel on them.

    It raises TypeError for anything but plain arrays, and beyond that trusts its arguments.
    """
    pool().provide_scratch(kernel.scratch)
    record = [kernel.address, kernel.splits]
    if FAST:
        return _builtin("enter", record)

    def run(*arrays: np.ndarray) -> None:
        list_of_calls([(kernel, arrays)])()

    return run


def list_of_calls(calls: Sequence[tuple[Kernel, Sequence[np.ndarray | int] | Sequence[int]]]) -> Callable[[], None]:
    """A function without arguments that runs kernels one after the other, each on its arrays, in one native call.

    An int among the arrays is the address of one that somebody else keeps alive. The number of threads is that of the
    moment when the list is made.
    """
    threads, count = pool().threads, len(calls)
    table = np.zeros((count, 4), np.int64)
    places = [a if isinstance(a, int) else address(a) for _, arrays in calls for a in arrays]
    operands = np.array(places, np.int64)
    position = address(operands)
    for row, (kernel, arrays) in zip(table, calls):
        pool().provide_scratch(kernel.scratch)
        row[:3] = kernel.address, position, threads if kernel.splits else 1
        position += 8 * len(arrays)
    kept = [table, operands, [arrays for _, arrays in calls]]
    record = [address(table), count, int(table[:, 2].sum())]
    if FAST:
        return _builtin("enter_list", record, kept)
    native = ctypes.CFUNCTYPE(None, *[ctypes.c_int64] * 4)(pool().run)

    def run_slowly(kept: Any = kept) -> None:
        native(pool().address, *record)

    return run_slowly


_definitions: dict[str, _Definition] = {}


def _builtin(function: str, record: list[int], kept: Any = None) -> Callable[..., None]:
    """A builtin that calls one of the pool's two functions for Python with a record as its `self`."""
    definition = _definitions.get(function)
    if definition is None:
        definition = _Definition(b"kernel", getattr(pool(), function), METH_FASTCALL, None)
        _definitions[function] = definition
    head = [pool().address, id(None), id(np.ndarray), id(TypeError)]
    holder = np.array(head + record, np.int64).view(_Record)
    holder.kept = kept
    make = ctypes.pythonapi.PyCFunction_NewEx
    make.restype, make.argtypes = ctypes.py_object, [ctypes.c_void_p, ctypes.py_object, ctypes.c_void_p]
    made: Callable[..., None] = make(ctypes.addressof(definition), holder, None)
    return made


class _Record(np.ndarray):
    """The record of a builtin, which keeps alive what it points to."""

    kept: Any = None
