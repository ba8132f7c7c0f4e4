"""The vector space that a value lives in: an array, a number, or nested containers of them.

HIPS autograd's `vspace`, for programs that ask it for zeros, ones, random vectors or inner products.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograd.tensor import Tensor
from autograd.tree import flatten, unflatten

__all__ = ["VSpace", "vspace"]


class VSpace:
    """All values with the structure, shapes and dtypes of one example.

    `shape` and `dtype` are those of the array (for containers None), `size` the number of real or complex components
    that a basis needs, `iscomplex` whether any of them is complex.

    >>> from autograd.extend import vspace
    >>> space = vspace([1.0, (2.0, 3.0)])
    >>> space.size, space.ones()
    (3, [1.0, (1.0, 1.0)])
    """

    def __init__(self, value: Any) -> None:
        leaves, self.structure = flatten(value)
        arrays = [x._data if isinstance(x, Tensor) else np.asarray(x) for x in leaves]
        # Integers and booleans are points of a space of real numbers.
        self.leaves = [(a.shape, a.dtype if a.dtype.kind in "fc" else np.dtype(np.float64)) for a in arrays]
        self.iscomplex = any(dtype.kind == "c" for _, dtype in self.leaves)
        alone = self.structure.kind is None
        self.shape: Any = self.leaves[0][0] if alone else None
        self.dtype: Any = self.leaves[0][1] if alone else None
        self.size = sum(int(np.prod(s)) * (2 if d.kind == "c" else 1) for s, d in self.leaves)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, VSpace):
            return NotImplemented
        return (self.structure, self.leaves) == (other.structure, other.leaves)

    def __hash__(self) -> int:
        return hash((self.structure, tuple(self.leaves)))

    def __repr__(self) -> str:
        return f"VSpace({self.structure}, {self.leaves})"

    def _made(self, make: Any) -> Any:
        return unflatten(self.structure, [_number(make(shape, dtype)) for shape, dtype in self.leaves])

    def _mapped(self, f: Any, *values: Any) -> Any:
        columns = zip(*(flatten(v)[0] for v in values), strict=True)
        return unflatten(self.structure, [f(*column) for column in columns])

    def zeros(self) -> Any:
        """The zero vector."""
        return self._made(np.zeros)

    def ones(self) -> Any:
        """The vector whose components, real and imaginary, are all 1."""
        return self._made(lambda shape, dtype: np.full(shape, 1 + 1j if dtype.kind == "c" else 1, dtype))

    def randn(self) -> Any:
        """Components from N(0, 1), drawn from NumPy's global generator."""

        def draw(shape: Any, dtype: Any) -> Any:
            real = np.array(np.random.randn(*shape))  # noqa: NPY002 (programs seed this one)
            if dtype.kind == "c":
                real = real + 1j * np.array(np.random.randn(*shape))  # noqa: NPY002
            return real.astype(dtype)

        return self._made(draw)

    def standard_basis(self) -> Iterator[Any]:
        """The vectors that are 1 (or i, for complex components) in one place and 0 elsewhere."""
        for k, (shape, dtype) in enumerate(self.leaves):
            for index in np.ndindex(shape):
                for unit in (1.0, 1j) if dtype.kind == "c" else (1.0,):
                    parts = [np.zeros(s, d) for s, d in self.leaves]
                    parts[k][index] = unit
                    yield unflatten(self.structure, map(_number, parts))

    def add(self, x: Any, y: Any) -> Any:
        """x + y."""
        return self._mapped(lambda a, b: a + b, x, y)

    mut_add = add

    def scalar_mul(self, x: Any, a: Any) -> Any:
        """a · x."""
        return self._mapped(lambda b: b * a, x)

    def inner_prod(self, x: Any, y: Any) -> Any:
        """The real inner product Σ Re(conj(x) y)."""
        total = 0.0
        for a, b in zip(flatten(x)[0], flatten(y)[0], strict=True):
            total = total + np.sum(np.real(np.conj(a) * b) if _is_complex(a) or _is_complex(b) else a * b)
        return total

    def covector(self, x: Any) -> Any:
        """The adjoint that stands for a vector: its complex conjugate."""
        return self._mapped(lambda a: np.conj(a) if _is_complex(a) else a, x)


def vspace(value: Any) -> VSpace:
    """The space of a value: of an array, a number, a Tensor, or nested lists, tuples and dicts of them.

    >>> import numpy as np
    >>> from autograd.extend import vspace
    >>> vspace(np.zeros((2, 3))).size
    6
    """
    return VSpace(value)


def _number(array: np.ndarray) -> Any:
    return array if array.ndim else array.item() if array.dtype in (np.float64, np.complex128) else array[()]


def _is_complex(value: Any) -> bool:
    return isinstance(value, complex) or getattr(value, "dtype", np.dtype(float)).kind == "c"
