"""Polynomials as vectors of coefficients, highest power first, as NumPy's functions of that name have them."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from autograd.ops.axes import operand
from autograd.ops.creation import ones_like, zeros_like
from autograd.ops.indexing import updated
from autograd.ops.joining import concatenate
from autograd.ops.matrices import matrix_trace
from autograd.ops.products import cumprod
from autograd.ops.shape import astype, broadcast_to
from autograd.primitive import primitive
from autograd.protocols import implements
from autograd.tensor import Tensor

__all__ = [
    "poly",
    "polyadd",
    "polyder",
    "polydiv",
    "polyfit",
    "polyint",
    "polymul",
    "polysub",
    "polyval",
    "roots",
    "vander",
]


def _coefficients(p: Any, op: str) -> Any:
    p = operand(p)
    if len(p.shape) > 1:
        raise ValueError(f"{op} wants a vector of coefficients, got shape {p.shape}")
    return p if p.shape else p[None]


def _numbers(n: int, p: Any) -> Any:
    """n, …, 2, 1 in the precision of p."""
    return np.arange(n, 0, -1).astype(p.dtype if p.dtype.kind in "fc" else int)


def _count(n: Any, op: str) -> int:
    number = operator.index(n)
    if number < 0:
        raise ValueError(f"{op}: the order must not be negative, got {number}")
    return number


# --- values -----------------------------------------------------------------------------------------------------------


@implements(np.polyval)
def polyval(p: Any, x: Any) -> Any:
    """p[0]·xⁿ + … + p[n] at each element of x, by Horner's scheme; differentiable by p and x.

    >>> import autograd, numpy as np
    >>> autograd.polyval([1.0, 0.0, -2.0], np.array([0.0, 2.0]))
    array([-2.,  2.])
    """
    p, x = _coefficients(p, "polyval"), operand(x)
    value = zeros_like(x)
    for k in range(p.shape[0]):
        value = value * x + p[k]
    return value


@implements(np.vander)
def vander(x: Any, N: Any = None, increasing: bool = False) -> Any:
    """The matrix of powers of the vector x: column k holds xᴺ⁻¹⁻ᵏ, or xᵏ if `increasing`; N is len(x) unless given.

    >>> import autograd, numpy as np
    >>> autograd.vander(np.array([1.0, 2.0]), 3)
    array([[1., 1., 1.],
           [4., 2., 1.]])
    """
    x = operand(x)
    if len(x.shape) != 1:
        raise ValueError(f"vander wants a vector, got shape {x.shape}")
    n = x.shape[0] if N is None else _count(N, "vander")
    x = x if x.dtype.kind in "fc" else astype(x, np.result_type(x.dtype, int), copy=False)
    column = x[:, None]
    if n < 2:
        powers = ones_like(x, shape=(x.shape[0], n))
    else:
        powers = cumprod(concatenate([ones_like(column), broadcast_to(column, (x.shape[0], n - 1))], 1), 1)
    return powers if increasing else powers[:, ::-1]


# --- arithmetic -------------------------------------------------------------------------------------------------------


def _longer(p: Any, n: int) -> Any:
    """With zeros in front."""
    missing = n - p.shape[0]
    return concatenate([np.zeros(missing, p.dtype), p]) if missing > 0 else p


def _aligned(a1: Any, a2: Any, op: str) -> Any:
    p, q = _coefficients(a1, op), _coefficients(a2, op)
    n = max(p.shape[0], q.shape[0])
    return _longer(p, n), _longer(q, n)


@implements(np.polyadd)
def polyadd(a1: Any, a2: Any) -> Any:
    """The sum of two polynomials.

    >>> import autograd, numpy as np
    >>> autograd.polyadd(np.array([1.0, 2.0]), np.array([1.0, 0.0, 0.0]))
    array([1., 1., 2.])
    """
    p, q = _aligned(a1, a2, "polyadd")
    return p + q


@implements(np.polysub)
def polysub(a1: Any, a2: Any) -> Any:
    """The difference of two polynomials.

    >>> import autograd, numpy as np
    >>> autograd.polysub(np.array([1.0, 2.0]), np.array([3.0]))
    array([ 1., -1.])
    """
    p, q = _aligned(a1, a2, "polysub")
    return p - q


@implements(np.polymul)
def polymul(a1: Any, a2: Any) -> Any:
    """The product of two polynomials.

    >>> import autograd, numpy as np
    >>> autograd.polymul(np.array([1.0, 1.0]), np.array([1.0, -1.0]))
    array([ 1.,  0., -1.])
    """
    return np.convolve(_coefficients(a1, "polymul"), _coefficients(a2, "polymul"))


@implements(np.polydiv)
def polydiv(u: Any, v: Any) -> tuple[Any, Any]:
    """Quotient and remainder of two polynomials; leading zeros of the remainder are left out.

    >>> import autograd, numpy as np
    >>> autograd.polydiv(np.array([1.0, 0.0, 1.0]), np.array([1.0, 1.0]))
    (array([ 1., -1.]), array([2.]))
    """
    u, v = _coefficients(u, "polydiv"), _coefficients(v, "polydiv")
    dtype = np.result_type(u.dtype, v.dtype, np.float16 if u.dtype.kind in "fc" or v.dtype.kind in "fc" else np.float64)
    rest, v = astype(u, dtype, copy=False), astype(v, dtype, copy=False)
    m, n = rest.shape[0], v.shape[0]
    digits = []
    for k in range(m - n + 1):
        digit = rest[k] / v[0]
        digits.append(digit[None])
        rest = updated(rest, slice(k, k + n), rest[k : k + n] - digit * v)
    quotient = concatenate(digits) if digits else np.zeros(1, dtype)
    values = rest.data if isinstance(rest, Tensor) else rest
    first = 0
    while first < m - 1 and np.allclose(values[first], 0, rtol=1e-14):
        first += 1
    return quotient, rest[first:]


@implements(np.polyder)
def polyder(p: Any, m: Any = 1) -> Any:
    """The m-th derivative of a polynomial.

    >>> import autograd, numpy as np
    >>> autograd.polyder(np.array([1.0, 2.0, 3.0]))
    array([2., 2.])
    """
    p = _coefficients(p, "polyder")
    for _ in range(_count(m, "polyder")):
        n = max(p.shape[0] - 1, 0)
        p = p[:n] * _numbers(n, p)
    return p


@implements(np.polyint)
def polyint(p: Any, m: Any = 1, k: Any = None) -> Any:
    """The m-th antiderivative of a polynomial; `k` holds the m constants of integration, one for all, by default 0.

    >>> import autograd, numpy as np
    >>> autograd.polyint(np.array([2.0, 2.0]), k=5.0)
    array([1., 2., 5.])
    """
    p, m = _coefficients(p, "polyint"), _count(m, "polyint")
    constants = _coefficients(np.zeros(m) if k is None else k, "polyint")
    if constants.shape[0] == 1 and m > 1:
        constants = broadcast_to(constants, (m,))
    if constants.shape[0] < m:
        raise ValueError(f"polyint: {m} constants of integration are needed, or one, got {constants.shape[0]}")
    for i in range(m):
        constant = astype(constants[i : i + 1], np.result_type(p.dtype, constants.dtype if k is not None else p.dtype))
        p = concatenate([p / _numbers(p.shape[0], p), constant])
    return p


# --- roots and fits ---------------------------------------------------------------------------------------------------


def _roots_sample(s):
    zeros = np.array([-1.5, 0.5, 1.0 + 0.8j, 1.0 - 0.8j, 2.5])[: s.choice([4, 2, 1, 5])]
    return ((1 + s.rng.random()) * np.real_if_close(np.poly(zeros)).real.astype(s.dtype),), {}


def _by_coefficient(p, out):
    """∂(root j)/∂(coefficient k) = −rⁿ⁻ᵏ / p'(r), at the place (k, j)."""
    n = len(p.shape) and p.shape[0]
    powers = vander(out, n).mT
    return powers * (-1 / polyval(polyder(p), out))


@primitive(
    p=lambda g, p, out: _by_coefficient(p, out) @ g,
    forward={"p": lambda t, p, out: t @ _by_coefficient(p, out)},
    text="roots of {p}",
    samples=_roots_sample,
)
def roots_(p):
    """The zeros of a polynomial whose first and last coefficients are not 0, in the order that NumPy gives."""
    return np.roots(p)


@implements(np.roots)
def roots(p: Any) -> Any:
    """The zeros of a polynomial, each as often as it occurs; complex where not all are real.

    The derivative of a zero r by coefficient k is −rⁿ⁻ᵏ / p'(r): it is infinite at a zero that occurs twice. Leading
    zeros among the coefficients are left out, those at the end give zeros at 0 without a derivative.

    >>> import autograd, numpy as np
    >>> autograd.roots(np.array([1.0, -3.0, 2.0]))
    array([2., 1.])
    """
    p = _coefficients(p, "roots")
    found = np.flatnonzero(p.data if isinstance(p, Tensor) else p)
    if not found.size:
        return np.zeros(0)
    first, last = int(found[0]), int(found[-1])
    p = p if p.dtype.kind in "fc" else astype(p, np.float64)
    if first == last:
        zeros = np.zeros(0, p.dtype)
    else:
        zeros = roots_(p[first : last + 1])
    at_zero = p.shape[0] - 1 - last
    return concatenate([zeros, np.zeros(at_zero, zeros.dtype)]) if at_zero else zeros


@implements(np.poly)
def poly(seq_of_zeros: Any) -> Any:
    """The polynomial with these zeros and leading coefficient 1; of a square matrix, its characteristic polynomial
    (by the Faddeev–LeVerrier recursion, Bₖ = A·Bₖ₋₁ + cₖ·I with cₖ = −tr(A·Bₖ₋₁)/k).

    >>> import autograd, numpy as np
    >>> autograd.poly(np.array([1.0, 2.0]))
    array([ 1., -3.,  2.])
    """
    zeros = operand(seq_of_zeros)
    shape = zeros.shape
    if len(shape) == 2 and shape[0] == shape[1] and shape[0]:
        return _characteristic(zeros)
    if len(shape) > 1:
        raise ValueError(f"poly wants a vector of zeros or a square matrix, got shape {shape}")
    zeros = zeros if shape else zeros[None]
    dtype = np.result_type(zeros.dtype, np.float16) if zeros.dtype.kind in "fc" else np.dtype(np.float64)
    p = np.ones(1, dtype)
    for k in range(zeros.shape[0]):
        nothing = np.zeros(1, dtype)
        p = concatenate([p, nothing]) - zeros[k] * concatenate([nothing, p])
    return p


def _characteristic(a: Any) -> Any:
    n = a.shape[0]
    one = np.eye(n, dtype=a.dtype)
    b, coefficients = one, [np.ones(1, a.dtype)]
    for k in range(1, n + 1):
        product = a @ b
        c = matrix_trace(product) / -k
        coefficients.append(c[None])
        b = product + c * one
    return concatenate(coefficients)


@implements(np.polyfit)
def polyfit(x: Any, y: Any, deg: Any, rcond: Any = None, full: bool = False, w: Any = None, cov: Any = False) -> Any:
    """The polynomial of degree `deg` through the points (x, y) with the smallest sum of (w·residual)².

    y may have a second axis, one set of points a column. `full` gives the residuals, rank, singular values and rcond
    too; `cov` the covariance matrix of the coefficients, "unscaled" where 1/w are known standard deviations.
    Differentiable by x, y and w.

    >>> import autograd, numpy as np
    >>> x = np.array([0.0, 1.0, 2.0])
    >>> np.round(autograd.polyfit(x, 3 * x + 1, 1), 12)
    array([3., 1.])
    """
    terms = _count(deg, "polyfit") + 1
    x, y = operand(x), operand(y)
    if len(x.shape) != 1 or not x.shape[0] or len(y.shape) not in (1, 2) or y.shape[0] != x.shape[0]:
        raise ValueError(
            f"polyfit wants a vector x and as many values or rows in y, got shapes {x.shape} and {y.shape}"
        )
    dtype = np.result_type(x.dtype, y.dtype, np.float16)
    dtype = dtype if x.dtype.kind == "f" or y.dtype.kind in "fc" else np.dtype(np.float64)
    x, y = astype(x, dtype, copy=False), astype(y, dtype, copy=False)
    rcond = x.shape[0] * np.finfo(dtype).eps if rcond is None else rcond
    columns, values = vander(x, terms), y
    if w is not None:
        w = operand(w)
        if w.shape != x.shape:
            raise ValueError(f"polyfit wants a weight for each of {x.shape[0]} points, got shape {w.shape}")
        columns, values = columns * w[:, None], values * (w[:, None] if len(y.shape) == 2 else w)
    scale = np.sqrt(np.sum(columns * columns, axis=0))
    columns = columns / scale
    solution, residuals, rank, singular = np.linalg.lstsq(columns, values, rcond)
    c = (solution.T / scale).T
    if full:
        return c, residuals, rank, singular, rcond
    if cov is False:
        return c
    covariance = np.linalg.inv(columns.T @ columns) / (scale[:, None] * scale)
    if isinstance(cov, str) and cov == "unscaled":
        factor = 1
    elif x.shape[0] <= terms:
        raise ValueError(f"polyfit: {x.shape[0]} points are too few for the covariance of {terms} coefficients")
    else:
        factor = residuals / (x.shape[0] - terms)
    return c, covariance * factor if len(y.shape) == 1 else covariance[:, :, None] * factor
