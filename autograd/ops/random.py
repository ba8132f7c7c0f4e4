"""Random draws and dropout.

A draw is a primitive without array arguments: it gives an untracked Tensor, and a trace records the call itself, with
the generator as a parameter, so that a replay draws anew. `generator=None` stands for the global one.
"""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from autograd import dtypes
from autograd.kernels.choice import native
from autograd.ops.axes import as_sizes, every_value, operand
from autograd.primitive import primitive
from autograd.random import Generator, numpy_generator
from autograd.tensor import Tensor

__all__ = [
    "bernoulli",
    "dropout",
    "normal",
    "rand",
    "rand_like",
    "randint",
    "randn",
    "randn_like",
    "randperm",
    "uniform",
]


# --- the draws -------------------------------------------------------------------------------------------------------


@primitive(text="uniform({low}, {high})")
def draw_uniform(low, high, shape, dtype, generator):
    """Numbers spread evenly over [low, high)."""
    out = _float_draw(generator.random, shape, dtype)
    out *= high - low
    out += low
    return out


@primitive(text="normal({mean}, {std})")
def draw_normal(mean, std, shape, dtype, generator):
    """Numbers from the normal distribution."""
    out = _float_draw(generator.standard_normal, shape, dtype)
    out *= std
    out += mean
    return out


@primitive(text="integers({low}, {high})")
def draw_integers(low, high, shape, dtype, generator):
    """Integers from low up to high - 1, each as likely as any other."""
    return generator.integers(low, high, shape, dtype)


@primitive(text="permutation({n})")
def draw_permutation(n, generator):
    """The numbers 0 … n-1 in random order."""
    return generator.permutation(n)


@primitive(text="kept with probability {keep}")
def draw_mask(keep, shape, generator):
    """True with probability `keep`, else False."""
    return generator.random(shape, np.float32) < keep


def _float_draw(draw, shape, dtype):
    """An array even where the shape is (); NumPy's generators draw float32 and float64."""
    native = dtype if dtype in (np.float32, np.float64) else np.float64
    return np.asarray(draw(shape, native), dtype)


# --- what users call -------------------------------------------------------------------------------------------------


def uniform(
    low: Any = 0.0,
    high: Any = 1.0,
    size: Any = (),
    *,
    dtype: Any = None,
    generator: Generator | None = None,
    requires_grad: bool = False,
) -> Tensor:
    """A Tensor of numbers spread evenly over [low, high).

    `size` is a shape or one length, `dtype` the default dtype unless given. Raises ValueError unless low ≤ high.

    >>> import autograd
    >>> autograd.uniform(-1, 1, (2, 3)).shape
    (2, 3)
    """
    low, high = _number("uniform", "low", low), _number("uniform", "high", high)
    if not low <= high:
        raise ValueError(f"uniform: low = {low} must not exceed high = {high}")
    return _finished(draw_uniform(low, high, _shape(size), _dtype(dtype), numpy_generator(generator)), requires_grad)


def normal(
    mean: Any = 0.0,
    std: Any = 1.0,
    size: Any = (),
    *,
    dtype: Any = None,
    generator: Generator | None = None,
    requires_grad: bool = False,
) -> Tensor:
    """A Tensor of numbers from the normal distribution with this mean and standard deviation.

    `size` is a shape or one length, `dtype` the default dtype unless given. Raises ValueError for a negative std.

    >>> import autograd
    >>> autograd.normal(5.0, 0.0, 2)
    tensor([5., 5.])
    """
    mean, std = _number("normal", "mean", mean), _number("normal", "std", std)
    if not std >= 0:
        raise ValueError(f"normal: std must not be negative, got {std}")
    return _finished(draw_normal(mean, std, _shape(size), _dtype(dtype), numpy_generator(generator)), requires_grad)


def rand(*size: Any, dtype: Any = None, generator: Generator | None = None, requires_grad: bool = False) -> Tensor:
    """A Tensor of numbers spread evenly over [0, 1); `rand(2, 3)` or `rand((2, 3))`.

    >>> import autograd
    >>> autograd.rand(2, 3).shape
    (2, 3)
    """
    return uniform(0.0, 1.0, as_sizes(size), dtype=dtype, generator=generator, requires_grad=requires_grad)


def randn(*size: Any, dtype: Any = None, generator: Generator | None = None, requires_grad: bool = False) -> Tensor:
    """A Tensor of numbers from the standard normal distribution; `randn(2, 3)` or `randn((2, 3))`.

    >>> import autograd
    >>> autograd.randn(2, 3).shape
    (2, 3)
    """
    return normal(0.0, 1.0, as_sizes(size), dtype=dtype, generator=generator, requires_grad=requires_grad)


def rand_like(x: Any, *, dtype: Any = None, generator: Generator | None = None, requires_grad: bool = False) -> Tensor:
    """`rand` of the shape and dtype of x.

    >>> import autograd, numpy as np
    >>> autograd.rand_like(np.zeros((2, 3))).shape
    (2, 3)
    """
    x = operand(x)
    return rand(x.shape, dtype=dtype or x.dtype, generator=generator, requires_grad=requires_grad)


def randn_like(x: Any, *, dtype: Any = None, generator: Generator | None = None, requires_grad: bool = False) -> Tensor:
    """`randn` of the shape and dtype of x.

    >>> import autograd, numpy as np
    >>> autograd.randn_like(np.zeros((2, 3))).shape
    (2, 3)
    """
    x = operand(x)
    return randn(x.shape, dtype=dtype or x.dtype, generator=generator, requires_grad=requires_grad)


def randint(
    low: Any, high: Any = None, size: Any = (), *, dtype: Any = np.int64, generator: Generator | None = None
) -> Tensor:
    """A Tensor of integers from low up to high - 1, or from 0 up to low - 1 when `high` is not given.

    >>> import autograd
    >>> autograd.randint(3, 4, (2,))
    tensor([3, 3])
    """
    low, high = (0, operator.index(low)) if high is None else (operator.index(low), operator.index(high))
    if not low < high:
        raise ValueError(f"randint: low = {low} must be less than high = {high}")
    return draw_integers(low, high, _shape(size), np.dtype(dtype), numpy_generator(generator))


def randperm(n: Any, *, generator: Generator | None = None) -> Tensor:
    """A Tensor of the numbers 0 … n-1 in random order.

    >>> import autograd
    >>> sorted(autograd.randperm(4).tolist())
    [0, 1, 2, 3]
    """
    if n < 0:
        raise ValueError(f"randperm: n must not be negative, got {n}")
    return draw_permutation(operator.index(n), numpy_generator(generator))


@primitive(
    x=None, noise=None, samples=lambda s: ((s.array((3,), 0.0, 1.0), s.array((3,), 0.0, 1.0)), {}), real_only=True
)
def less_than_probability(x, noise):
    """1 where the noise is below the probability x, else 0."""
    return (noise < x).astype(x.dtype)


def bernoulli(p: Any, *, generator: Generator | None = None) -> Any:
    """1 with probability p, else 0, elementwise, in the shape and dtype of p. No gradient passes.

    Raises ValueError for probabilities outside [0, 1].

    >>> import autograd
    >>> autograd.bernoulli(autograd.tensor([0.0, 1.0]))
    tensor([0., 1.])
    """
    p = operand(p)
    if p.dtype.kind != "f":
        raise TypeError(f"bernoulli wants probabilities of a floating dtype, got {p.dtype}")
    raw = every_value(p)
    if not ((raw >= 0) & (raw <= 1)).all():
        raise ValueError(f"bernoulli: probabilities must lie in [0, 1], got values from {raw.min()} to {raw.max()}")
    noise = draw_uniform(0.0, 1.0, p.shape, p.dtype, numpy_generator(generator))
    return less_than_probability(p, noise if isinstance(p, Tensor) else noise.data)


# --- dropout ---------------------------------------------------------------------------------------------------------


@primitive(
    x=lambda g, mask, scale: dropout_(g, mask, scale),
    mask=None,
    text="dropout({x})",
    linear="x",
    samples=lambda s: ((s.array(shape := s.shape()), s.booleans(shape)), {"scale": 2.0}),
    flops=lambda out, x, *_: 2 * x.size,
)
@native("activations:dropout", least=1024)
def dropout_(x, mask, scale):
    """x times `scale` where the mask is True, else 0."""
    out = np.multiply(x, scale, dtype=x.dtype.type)
    return np.multiply(out, mask, dtype=x.dtype.type)


def dropout(x: Any, p: float = 0.5, training: bool = True, generator: Generator | None = None) -> Any:
    """Set each element to 0 with probability p and scale the others by 1/(1-p); PyTorch's `F.dropout`.

    The mean stays. Without `training` it returns x. Raises ValueError unless 0 ≤ p ≤ 1.

    >>> import autograd
    >>> y = autograd.dropout(autograd.ones(1000), p=0.5)
    >>> sorted(set(y.tolist()))
    [0.0, 2.0]
    """
    if not 0 <= p <= 1:
        raise ValueError(f"dropout: p must lie in [0, 1], got {p}")
    if not training or p == 0:
        return x
    x = operand(x)
    mask = draw_mask(1.0 - p, x.shape, numpy_generator(generator))
    return dropout_(x, mask if isinstance(x, Tensor) else mask.data, 1.0 / (1.0 - p) if p < 1 else 0.0)


# --- arguments -------------------------------------------------------------------------------------------------------


def _shape(size: Any) -> tuple[int, ...]:
    return as_sizes((size,))


def _dtype(dtype: Any) -> np.dtype:
    dtype = dtypes.get_default_dtype() if dtype is None else np.dtype(dtype)
    if dtype.kind != "f":
        raise TypeError(f"a draw of real numbers wants a floating dtype, got {dtype}; use randint for integers")
    return dtype


def _number(op: str, name: str, value: Any) -> float:
    if np.ndim(value):
        raise TypeError(
            f"{op}: {name} must be a number, got shape {np.shape(value)}; shift and scale a standard draw instead: "
            f"mean + std * autograd.randn(shape), low + (high - low) * autograd.rand(shape)"
        )
    return float(value)


def _finished(draw: Tensor, requires_grad: bool) -> Tensor:
    return draw.requires_grad_() if requires_grad else draw
