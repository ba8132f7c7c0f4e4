"""The generator behind every random draw that is given none of its own."""

from __future__ import annotations

from functools import cache

import numpy as np


@cache  # made on demand: numpy.random takes longer to import than most of this package
def default_generator() -> np.random.Generator:
    """The global generator; always the same object, whose state `manual_seed` sets."""
    return np.random.default_rng()


def manual_seed(seed: int) -> np.random.Generator:
    """Seed the global generator and return it: the same seed gives the same draws on the same machine.

    >>> import autograd
    >>> autograd.manual_seed(0).integers(10, size=3).tolist() == autograd.manual_seed(0).integers(10, size=3).tolist()
    True
    """
    generator = default_generator()
    generator.bit_generator.state = np.random.default_rng(seed).bit_generator.state
    return generator
