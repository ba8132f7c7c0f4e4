"""Which of a kernel's two versions runs: the one place where that is decided.

The NumPy reference is marked with the native version's place; a call goes there first when native kernels can be had
and the first array is large enough for them to pay:

    @native("pooling:max_pool", least=1024)
    def max_pool(x, size): ...          # the reference

`autograd.kernels.native.pooling.max_pool` takes the same arguments and returns None for a call that it does not serve.
Whether it does depends on the arguments alone, so that the same program computes the same bits in every run.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any, TypeVar

import numpy as np

F = TypeVar("F", bound=Callable[..., Any])
_references_only = 0
_always = 0


def native(place: str, least: int = 0) -> Callable[[F], F]:
    """Mark a reference kernel: `place` is its native version, for first arrays of at least `least` elements."""
    family, _, name = place.partition(":")

    def declare(reference: F) -> F:
        @functools.cache
        def twin() -> Callable[..., Any] | None:
            from autograd.kernels.native.host import available

            if not available():
                return None
            found: Callable[..., Any] = getattr(import_module(f"autograd.kernels.native.{family}"), name)
            return found

        @functools.wraps(reference)
        def chosen(x: Any, *rest: Any, **named: Any) -> Any:
            if type(x) is np.ndarray and (x.size >= least or _always) and not _references_only:
                faster = twin()
                if faster is not None:
                    result = faster(x, *rest, **named)
                    if result is not None:
                        return result
            return reference(x, *rest, **named)

        chosen.reference = reference  # type: ignore[attr-defined]
        return chosen  # type: ignore[return-value]

    return declare


@contextmanager
def references_only() -> Iterator[None]:
    """Inside the block, in all threads, every kernel is its NumPy reference."""
    global _references_only
    _references_only += 1
    try:
        yield
    finally:
        _references_only -= 1


@contextmanager
def natively() -> Iterator[None]:
    """Inside the block, in all threads, native kernels are tried for arrays of every size: for tests."""
    global _always
    _always += 1
    try:
        yield
    finally:
        _always -= 1


def allowed() -> bool:
    """Whether native kernels can be had and are wanted here."""
    from autograd.kernels.native.host import available

    return not _references_only and available()
