"""How many threads native kernels may use."""

from __future__ import annotations

from autograd.kernels.native.host import available


def get_num_threads() -> int:
    """The number of threads that native kernels share their work among; 1 where there are none.

    At first what `CHALKGRAD_NUM_THREADS`, `OMP_NUM_THREADS` or `OPENBLAS_NUM_THREADS` says, or one per core.

    >>> import autograd
    >>> autograd.get_num_threads() >= 1
    True
    """
    if not available():
        return 1
    from autograd.kernels.native.threads import pool

    return pool().threads


def set_num_threads(count: int) -> None:
    """Let native kernels share their work among `count` threads, the calling one included.

    Results do not depend on it. Only Linux has the semaphores that more than one thread needs; elsewhere it stays at 1.
    NumPy's own matrix products have their own threads: see threadpoolctl.

    Raises TypeError for what is no integer, ValueError for a count outside 1 to 64.

    >>> import autograd
    >>> before = autograd.get_num_threads()
    >>> autograd.set_num_threads(1)
    >>> autograd.get_num_threads()
    1
    >>> autograd.set_num_threads(before)
    """
    if type(count) is not int:
        raise TypeError(f"set_num_threads wants an integer, got {type(count).__name__}")
    if not 1 <= count <= MOST:
        raise ValueError(f"set_num_threads wants a number from 1 to {MOST}, got {count}")
    if available():
        from autograd.kernels.native.threads import pool

        pool().set_threads(count)


MOST = 64
