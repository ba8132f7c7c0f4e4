"""The seedable generator behind every random draw that is given none of its own."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np


class Generator:
    """A NumPy generator that can be seeded again and whose state can be saved; pass one as `generator=` to any draw.

    `seed` is a non-negative int, or None for one that differs at every run. Whatever draws takes a plain
    `np.random.Generator` too.

    >>> import autograd
    >>> generator = autograd.Generator(0)
    >>> state = generator.get_state()
    >>> first = autograd.rand(2, generator=generator).tolist()
    >>> generator.set_state(state)
    >>> autograd.rand(2, generator=generator).tolist() == first
    True
    """

    def __init__(self, seed: int | None = None) -> None:
        self._seed = None if seed is None else _checked(seed)

    @cached_property  # made on demand: numpy.random takes longer to import than most of this package
    def numpy(self) -> np.random.Generator:
        """The NumPy generator that draws; always the same object."""
        return np.random.Generator(np.random.PCG64(self._seed))

    def manual_seed(self, seed: int) -> Generator:
        """Begin the sequence that belongs to `seed`; returns the generator itself."""
        self.numpy.bit_generator.state = np.random.PCG64(_checked(seed)).state
        return self

    def get_state(self) -> dict[str, Any]:
        """The state as plain names and numbers, for a checkpoint."""
        return dict(self.numpy.bit_generator.state)

    def set_state(self, state: dict[str, Any]) -> None:
        """Continue from a state that `get_state` returned. Raises ValueError for anything else."""
        try:
            self.numpy.bit_generator.state = state
        except (TypeError, KeyError, ValueError) as error:
            raise ValueError(f"set_state wants what get_state() returned, got {state!r:.80}") from error


def _checked(seed: Any) -> int:
    if isinstance(seed, bool) or not isinstance(seed, (int, np.integer)):
        raise TypeError(f"a seed must be an int, got {seed!r}")
    if seed < 0:
        raise ValueError(f"a seed must not be negative, got {seed}")
    return int(seed)


_default = Generator()


def default_generator() -> np.random.Generator:
    """The global generator; always the same object, whose state `manual_seed` sets.

    >>> import autograd
    >>> autograd.default_generator() is autograd.default_generator()
    True
    """
    return _default.numpy


def numpy_generator(generator: Any = None) -> np.random.Generator:
    """What draws for a `generator=` argument: a Generator, one of NumPy's, or None for the global one."""
    if generator is None:
        return _default.numpy
    if isinstance(generator, Generator):
        return generator.numpy
    if not isinstance(generator, np.random.Generator):
        raise TypeError(
            f"generator must be an autograd.Generator or np.random.Generator, got {type(generator).__name__}; "
            f"use autograd.Generator(seed)"
        )
    return generator


def manual_seed(seed: int) -> Generator:
    """Seed the global generator and return it: the same seed gives the same draws on the same machine.

    >>> import autograd
    >>> generator = autograd.manual_seed(0)
    >>> first = autograd.rand(3).tolist()
    >>> generator = autograd.manual_seed(0)
    >>> autograd.rand(3).tolist() == first
    True
    """
    return _default.manual_seed(seed)


def get_rng_state() -> dict[str, Any]:
    """The state of the global generator, as plain names and numbers.

    >>> import autograd
    >>> state = autograd.get_rng_state()
    >>> first = autograd.rand(2).tolist()
    >>> autograd.set_rng_state(state)
    >>> autograd.rand(2).tolist() == first
    True
    """
    return _default.get_state()


def set_rng_state(state: dict[str, Any]) -> None:
    """Let the global generator continue from a state that `get_rng_state` returned.

    >>> import autograd
    >>> state = autograd.get_rng_state()
    >>> first = autograd.randn(3).tolist()
    >>> autograd.set_rng_state(state)
    >>> autograd.randn(3).tolist() == first
    True
    """
    _default.set_state(state)
