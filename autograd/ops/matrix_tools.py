"""What the files of linear algebra share: checks of arguments, conjugates, quotients that refuse to divide by zero."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.kernels import matrices as kernels
from autograd.ops.axes import operand
from autograd.ops.shape import astype
from autograd.primitive import primitive

__all__: list[str] = []


# --- arguments -------------------------------------------------------------------------------------------------------


def floating(x: Any, op: str) -> Any:
    """The argument as a Tensor or an array of floating or complex numbers; integers become float64."""
    x = operand(x)
    if x.dtype.kind in "iub":
        return astype(x, np.float64)
    if x.dtype == np.float16:
        raise TypeError(f"{op}: float16 is too coarse for linear algebra; convert with .astype('float32')")
    return x


def matrices(x: Any, op: str, square: bool = False) -> Any:
    """The argument as a stack of floating matrices."""
    x = floating(x, op)
    if len(x.shape) < 2:
        raise np.linalg.LinAlgError(f"{op} wants matrices, an array of at least 2 axes, got shape {x.shape}")
    if square and x.shape[-1] != x.shape[-2]:
        raise np.linalg.LinAlgError(f"{op} wants square matrices, got shape {x.shape}")
    return x


def conj(x: Any) -> Any:
    """The complex conjugate."""
    return np.conjugate(x) if x.dtype.kind == "c" else x


def adjoint(x: Any) -> Any:
    """The conjugate transpose of each matrix."""
    return conj(x).mT


def real(x: Any) -> Any:
    """The real part."""
    return np.real(x) if x.dtype.kind == "c" else x


def twice_hermitian(x: Any) -> Any:
    """A + Aᴴ."""
    return x + adjoint(x)


def diagonal_matrix(x: Any) -> Any:
    """Matrices with the vectors x on their diagonals."""
    return x[..., None] * np.eye(x.shape[-1], dtype=x.dtype)


def diagonal_part(x: Any) -> Any:
    """The diagonal of each matrix as a vector."""
    return np.diagonal(x, 0, len(x.shape) - 2, len(x.shape) - 1)


def from_triangle(x: Any, lower: bool = True) -> Any:
    """The Hermitian matrix of which one triangle is given: what LAPACK takes it for, the other not being looked at."""
    half = np.tril(x, -1) if lower else np.triu(x, 1)
    return half + adjoint(half) + diagonal_matrix(real(diagonal_part(x)))


# --- samples: matrices far from every point without a derivative ------------------------------------------------------


def stack_shape(s: Any) -> tuple[int, ...]:
    """The leading axes of a stack of matrices."""
    shape: tuple[int, ...] = s.choice([(), (2,), (2, 3), (0,), (1, 2)])
    return shape


def entries(s: Any) -> Any:
    """How numbers are drawn: real ones or complex ones."""
    return s.choice([s.array, s.array, s.complexes])


def orthogonal(s: Any, stack: tuple[int, ...], n: int, draw: Any = None) -> np.ndarray:
    """Random orthogonal matrices, or unitary ones if so drawn."""
    return np.linalg.qr((draw or s.array)((*stack, n, n)) + 0.1 * np.eye(n))[0]


def spread(s: Any, stack: tuple[int, ...], n: int, low: float = 1.0) -> np.ndarray:
    """n numbers from `low` up that lie apart, in descending order."""
    steps = np.arange(n)[::-1] + s.rng.uniform(0, 0.3, (*stack, n))
    return np.asarray(low + 0.8 * steps, dtype=np.empty(0, s.dtype).real.dtype)


def with_spread_values(s: Any, stack: tuple[int, ...], m: int, n: int, draw: Any = None) -> np.ndarray:
    """Matrices whose singular values are neither small nor close to one another."""
    k = min(m, n)
    left, right = orthogonal(s, stack, m, draw)[..., :k], orthogonal(s, stack, n, draw)[..., :k]
    return np.asarray(s.scattered((left * spread(s, stack, k)[..., None, :]) @ np.conj(right.mT)))


def regular(s: Any, stack: tuple[int, ...] | None = None) -> np.ndarray:
    """Square matrices far from singular."""
    n = s.integer(0, 4)
    return with_spread_values(s, stack_shape(s) if stack is None else stack, n, n, entries(s))


def hermitian_matrices(s: Any, low: float, stack: tuple[int, ...] | None = None, draw: Any = None) -> np.ndarray:
    """Hermitian matrices with eigenvalues from `low` up that lie apart."""
    stack, n = stack_shape(s) if stack is None else stack, s.integer(0, 4)
    q = orthogonal(s, stack, n, draw or entries(s))
    return np.asarray(s.scattered((q * spread(s, stack, n, low)[..., None, :]) @ np.conj(q.mT)))


def steady(draw: Any, kernel: Any) -> Any:
    """Samples whose vectors keep their sign, which is LAPACK's pick, and their order near by."""

    def sample(s: Any) -> Any:
        for _ in range(50):
            x = draw(s)
            moves = [0.02 * s.rng.uniform(-1, 1, x.shape).astype(x.dtype) for _ in range(8)]
            found, near = kernel(x), [kernel(x + sign * d) for d in moves for sign in (-1, 1)]
            if all(np.max(np.abs(a - b), initial=0) < 0.2 for other in near for a, b in zip(found, other)):
                break
        return (x,), {}

    return sample


# --- the Hermitian part ----------------------------------------------------------------------------------------------


@primitive(
    x=lambda g: twice_hermitian(g) / 2,
    forward={"x": lambda t: twice_hermitian(t) / 2},
    text="({x} + {x}ᴴ)/2",
    samples=lambda s: ((hermitian_matrices(s, -1),), {"op": "test"}),
)
def hermitian_part(x, op):
    """(A + Aᴴ)/2, which for a Hermitian A is A: the gradient is then Hermitian too; refuses what is not Hermitian."""
    return kernels.hermitian_part(x, op)


# --- quotients by what may vanish ------------------------------------------------------------------------------------


def _guarded_sample(s):
    shapes = s.broadcastable(2)
    return (s.array(shapes[0]), s.array(shapes[1], gap=0.5), np.ones(())), {"why": "test"}


@primitive(
    x=lambda g, y, scale, why: guarded_divide(g, y, scale, why),
    y=lambda g, y, out, scale, why: -guarded_divide(g * out, y, scale, why),
    scale=None,
    text="{x} / {y}",
    elementwise=True,
    linear="x",
    samples=_guarded_sample,
)
def guarded_divide(x, y, scale, why):
    """x / y; where y vanishes to rounding beside `scale`, 0 if x is exactly 0, and else LinAlgError(why)."""
    vanishes = np.abs(y) <= 8 * np.finfo(y.dtype).eps * np.abs(scale)
    if (vanishes & (x != 0)).any():
        raise np.linalg.LinAlgError(why)
    return x / np.where(vanishes, np.ones_like(y), y) if vanishes.any() else x / y


def over_gaps(x: Any, w: Any, why: str) -> Any:
    """x_ij / (w_j - w_i) off the diagonal, 0 on it; equal numbers w raise LinAlgError(why) if their x is not 0."""
    same = np.eye(w.shape[-1], dtype=w.dtype)
    gaps = w[..., None, :] - w[..., :, None] + same
    return guarded_divide(x * (1 - same), gaps, scale_of(w)[..., None, None], why)


def scale_of(w: Any) -> Any:
    """The largest magnitude along the last axis."""
    return np.max(np.abs(w), axis=-1) if w.shape[-1] else np.zeros(w.shape[:-1])


@primitive(
    x=None, reference=None, samples=lambda s: ((np.zeros(s.shape()), s.array(s.shape())), {"why": "test"}), text="0"
)
def refuse(x, reference, why):
    """Raises LinAlgError(why) unless x is 0 up to rounding of the reference: a check that a derivative exists."""
    bound = np.sqrt(np.finfo(x.dtype).eps) * np.max(np.abs(reference), initial=0)
    if (np.abs(x) > bound).any():
        raise np.linalg.LinAlgError(why)
    return np.zeros((), x.dtype)
