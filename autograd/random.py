"""The generator behind every random draw that is given none of its own."""

from __future__ import annotations

import numpy as np

_generator = np.random.default_rng()


def default_generator() -> np.random.Generator:
    """The global generator; always the same object, whose state `manual_seed` sets."""
    return _generator


def manual_seed(seed: int) -> np.random.Generator:
    """Seed the global generator and return it: the same seed gives the same draws on the same machine.

    >>> import autograd
    >>> autograd.manual_seed(0).integers(10, size=3).tolist() == autograd.manual_seed(0).integers(10, size=3).tolist()
    True
    """
    _generator.bit_generator.state = np.random.default_rng(seed).bit_generator.state
    return _generator
