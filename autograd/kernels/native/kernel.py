"""Kernel: a native function of the common form, generated when it is first wanted and kept on disk.

@generated
def scale(code, count, dtype):
    x, y = code.operand(0, dtype), code.operand(1, dtype)
    start, stop = code.share(count)
    for i, mask in code.vectors(stop - start, code.host.lanes(dtype), start):
        code.store(code.load(x + i, lanes, mask) * 2, y + i, mask)

scale(1024, np.float32)(x, y)
"""

from __future__ import annotations

import functools
import hashlib
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec

import numpy as np

from autograd.kernels.native import cache

if TYPE_CHECKING:
    from autograd.kernels.native.code import Code

P = ParamSpec("P")
_lock = threading.RLock()
every: list[Kernel] = []
"""All kernels of this process."""
made_anew: Callable[[Kernel], None] | None = None
"""What is told of each new kernel; see `capture`."""


class Kernel:
    """A native function. `kernel.run(*arrays)` runs it on arrays that it trusts to be what it was generated for.

    `address` of the machine code · `scratch` bytes it needs per thread · `splits` whether its work can be shared among
    threads · `name` says what it is.
    """

    __slots__ = ("address", "name", "run", "scratch", "splits")
    run: Callable[..., None]

    def __init__(self, name: str, address: int, scratch: int, splits: bool) -> None:
        from autograd.kernels.native import calls

        self.name, self.address, self.scratch, self.splits = name, address, scratch, splits
        self.run = calls.entry(self)
        every.append(self)
        if made_anew is not None:
            made_anew(self)

    def __call__(self, *arrays: np.ndarray) -> None:
        self.run(*arrays)

    def __repr__(self) -> str:
        return f"<kernel {self.name}>"


def generated(write: Callable[Concatenate[Code, P], None]) -> Callable[P, Kernel]:
    """Make of a function that writes a kernel into a `Code` one that returns the `Kernel`, for hashable arguments.

    One is generated per arguments, in this process or an earlier one.
    """

    @functools.cache
    def made(*args: Any, **kwargs: Any) -> Kernel:
        from autograd.kernels.native import engine

        title = f"{write.__module__.rpartition('.')[2]}.{write.__name__}"
        with _lock:
            key = hashlib.sha256(repr((engine.version(), title, args, sorted(kwargs.items()))).encode()).hexdigest()
            symbol = f"chalkgrad_{key[:24]}"
            found = cache.read(key)
            if found is None:
                from autograd.kernels.native.code import Code

                code = Code(symbol)
                write(code, *args, **kwargs)
                code.builder.ret_void()
                head = np.array([code.scratch_bytes, code.splits], np.int64).tobytes()
                found = head + engine.object_code(str(code.module))
                cache.write(key, found)
            scratch, splits = np.frombuffer(found[:16], np.int64).tolist()
            described = ", ".join([*map(_short, args), *(f"{k}={_short(v)}" for k, v in kwargs.items())])
            (address,) = engine.load(found[16:], symbol)
            return Kernel(f"{title}({described})", address, scratch, bool(splits))

    return functools.wraps(write)(made)  # type: ignore[return-value]


def assembly(write: Any, *args: Any, **kwargs: Any) -> str:
    """The machine code of what `generated` made `write` of, as text."""
    from autograd.kernels.native import engine
    from autograd.kernels.native.code import Code

    code = Code("kernel")
    write.__wrapped__(code, *args, **kwargs)
    code.builder.ret_void()
    return engine.assembly(str(code.module))


def _short(value: Any) -> str:
    return getattr(value, "__name__", None) or str(value)
