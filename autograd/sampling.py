"""Draws inputs for primitives: the source of the property tests and of example values in the docs.

A primitive's `samples` is a function of a `Sampler` and returns `(args, params)`: array arguments as a tuple,
parameters as a dict. Structure (shapes, axes, choices) comes from `integer`, which `autograd.testing` overrides so that
hypothesis can shrink it; contents come from a NumPy generator.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

import numpy as np

T = TypeVar("T")
Sample = tuple[tuple[Any, ...], dict[str, Any]]


class Sampler:
    """Random structure and contents for the inputs of one call.

    `rng` fills arrays; `dtype` is that of every floating array drawn, or, if complex, of most: some are real.
    """

    def __init__(self, rng: np.random.Generator, dtype: Any = np.float64) -> None:
        self.rng, self.dtype = rng, np.dtype(dtype)

    def integer(self, low: int, high: int) -> int:
        """An integer in [low, high], both ends included."""
        return int(self.rng.integers(low, high + 1))

    def boolean(self) -> bool:
        """True or False."""
        return bool(self.integer(0, 1))

    def choice(self, options: Sequence[T]) -> T:
        """One of the options; hypothesis shrinks towards the first."""
        return options[self.integer(0, len(options) - 1)]

    def shape(self, min_dims: int = 0, max_dims: int = 3, min_side: int = 0, max_side: int = 4) -> tuple[int, ...]:
        """A shape."""
        return tuple(self.integer(min_side, max_side) for _ in range(self.integer(min_dims, max_dims)))

    def broadcastable(self, count: int, max_dims: int = 3, min_side: int = 0) -> list[tuple[int, ...]]:
        """Shapes that broadcast against one another."""
        full = self.shape(0, max_dims, min_side)
        shapes = []
        for _ in range(count):
            dropped = self.integer(0, len(full))
            shapes.append(tuple(1 if self.integer(0, 3) == 3 else n for n in full[dropped:]))
        shapes[self.integer(0, count - 1)] = full
        return shapes

    def axis(self, ndim: int) -> int:
        """An axis of an ndim-dimensional array, positive or negative."""
        return self.integer(-ndim, ndim - 1)

    def axes(self, ndim: int) -> tuple[int, ...] | None:
        """None or a tuple of distinct non-negative axes."""
        if self.integer(0, 3) == 0:
            return None
        return tuple(a for a in range(ndim) if self.boolean())

    def array(
        self,
        shape: tuple[int, ...],
        low: float = -2.0,
        high: float = 2.0,
        gap: float = 0.0,
        around: Sequence[float] = (0.0,),
        distinct: bool = False,
    ) -> np.ndarray:
        """An array of reals in [low, high].

        `gap` keeps every element at least that far from each point in `around` (where a function has a kink or a pole);
        `distinct` makes all elements differ by a margin (for max, sort and the like). Sometimes not contiguous. Complex
        numbers have such a real part, and an imaginary one in ±0.7.
        """
        n = int(np.prod(shape))
        if distinct:
            values = low + (high - low) * (self.rng.permutation(n) + self.rng.uniform(0.25, 0.75, n)) / max(n, 1)
        else:
            values = self.rng.uniform(low, high, n)
        for point in around if gap else ():
            near = np.abs(values - point) < gap
            up, down = high - point - gap, point - gap - low
            rises = (values >= point) & (up >= 0) | (down < 0)
            moved = gap + np.abs(values - point) / gap * np.minimum(gap, np.where(rises, up, down))
            values = np.where(near, point + np.where(rises, moved, -moved), values)
        values = values.reshape(shape)
        if self.dtype.kind == "c":
            if self.integer(0, 3) < 3:
                return self.scattered(np.asarray(values + 1j * self.rng.uniform(-0.7, 0.7, shape), self.dtype))
            return self.scattered(values.astype(np.zeros(0, self.dtype).real.dtype))
        return self.scattered(values.astype(self.dtype))

    def complexes(self, shape: tuple[int, ...], **contents: Any) -> np.ndarray:
        """An array of complex numbers whatever `dtype` is: real parts as of `array`, imaginary parts in ±0.7."""
        values = self.array(shape, **contents)
        if values.dtype.kind == "c":
            return values
        imaginary = self.rng.uniform(-0.7, 0.7, shape)
        return self.scattered(np.asarray(values + 1j * imaginary, np.result_type(self.dtype, np.complex64)))

    def scattered(self, values: np.ndarray) -> np.ndarray:
        """The same values, now and then in memory that is not C-contiguous."""
        layout = self.integer(0, 4)
        if layout == 1 and values.ndim:
            return np.asfortranarray(values)
        if layout == 2 and values.ndim:
            return values[::-1].copy()[::-1]
        if layout == 3 and values.ndim:
            return np.repeat(values, 2, axis=-1)[..., ::2]
        return values

    def integers(self, shape: tuple[int, ...], low: int, high: int) -> np.ndarray:
        """An array of integers in [low, high], both ends included."""
        return self.scattered(self.rng.integers(low, high + 1, shape))

    def booleans(self, shape: tuple[int, ...]) -> np.ndarray:
        """An array of True and False."""
        return self.scattered(self.rng.integers(0, 2, shape).astype(bool))


def unary(low: float = -2.0, high: float = 2.0, gap: float = 0.0, around: Sequence[float] = (0.0,)) -> Any:
    """Samples for an elementwise function of one argument."""
    return lambda s: ((s.array(s.shape(), low, high, gap, around),), {})


def pair(low: float = -2.0, high: float = 2.0, gap: float = 0.0) -> Any:
    """Samples for an elementwise function of two arguments that broadcast."""
    return lambda s: (tuple(s.array(shape, low, high, gap) for shape in s.broadcastable(2)), {})
