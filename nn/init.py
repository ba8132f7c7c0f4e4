"""Initial values of parameters: each function fills a Tensor in place, outside any graph, and returns it.

`generator` is an `autograd.Generator` or a `numpy.random.Generator`; without one, the global one is used, which
`autograd.manual_seed` seeds. fan_in is the number of inputs that each output element sees (the product of all axes of a
weight but the first), fan_out the number of outputs that each input element reaches (axis 0 times all axes from 2 on).
"""

from __future__ import annotations

import math
from typing import Any, TypeVar

import numpy as np

from autograd.graph import assign
from autograd.random import Generator, numpy_generator
from autograd.tensor import Tensor

__all__ = [
    "calculate_gain",
    "constant_",
    "delta_orthogonal_",
    "dirac_",
    "eye_",
    "fans",
    "kaiming_normal_",
    "kaiming_uniform_",
    "lecun_normal_",
    "lecun_uniform_",
    "normal_",
    "ones_",
    "orthogonal_",
    "sparse_",
    "trunc_normal_",
    "uniform_",
    "variance_scaling_",
    "xavier_normal_",
    "xavier_uniform_",
    "zeros_",
]

T = TypeVar("T", bound=Tensor)
Generating = Generator | np.random.Generator | None

GAINS = {
    "linear": 1.0,
    "conv1d": 1.0,
    "conv2d": 1.0,
    "conv3d": 1.0,
    "conv_transpose1d": 1.0,
    "conv_transpose2d": 1.0,
    "conv_transpose3d": 1.0,
    "sigmoid": 1.0,
    "tanh": 5.0 / 3,
    "relu": math.sqrt(2.0),
    "selu": 3.0 / 4,
}


def calculate_gain(nonlinearity: str, param: float | None = None) -> float:
    """The factor on the standard deviation of weights that keeps the variance of activations through a nonlinearity.

    √(2 / (1 + a²)) for 'leaky_relu' with slope a = `param` (0.01 unless given), else as listed in `GAINS`. Raises
    ValueError for unknown names.

    >>> calculate_gain("tanh")
    1.6666666666666667
    """
    if nonlinearity == "leaky_relu":
        return math.sqrt(2.0 / (1 + (0.01 if param is None else param) ** 2))
    if nonlinearity not in GAINS:
        raise ValueError(f"calculate_gain knows {', '.join([*GAINS, 'leaky_relu'])}; got {nonlinearity!r}")
    return GAINS[nonlinearity]


def uniform_(tensor: T, a: float = 0.0, b: float = 1.0, generator: Generating = None) -> T:
    """Fill from the uniform distribution U(a, b).

    >>> import autograd, numpy as np
    >>> t = uniform_(autograd.tensor(np.zeros(1000)), -1, 1, generator=np.random.default_rng(0))
    >>> bool((np.abs(t.data) <= 1).all())
    True
    """
    return _fill(tensor, numpy_generator(generator).uniform(a, b, tensor.shape))


def normal_(tensor: T, mean: float = 0.0, std: float = 1.0, generator: Generating = None) -> T:
    """Fill from the normal distribution N(mean, std²).

    >>> import autograd, nn
    >>> nn.init.normal_(autograd.zeros((2, 3)), std=0.01).shape
    (2, 3)
    """
    return _fill(tensor, numpy_generator(generator).normal(mean, std, tensor.shape))


def trunc_normal_(
    tensor: T, mean: float = 0.0, std: float = 1.0, a: float = -2.0, b: float = 2.0, generator: Generating = None
) -> T:
    """Fill from N(mean, std²) restricted to the values in [a, b]. Raises ValueError unless a < b and std > 0.

    >>> import autograd, nn
    >>> bool((abs(nn.init.trunc_normal_(autograd.zeros(1000)).data) <= 2).all())
    True
    """
    if not (a < b and std > 0):
        raise ValueError(f"trunc_normal_ wants a < b and std > 0, got a={a}, b={b}, std={std}")
    return _fill(
        tensor,
        mean
        + std
        * _truncated((a - mean) / std, (b - mean) / std, tensor.size, numpy_generator(generator)).reshape(tensor.shape),
    )


def _truncated(low: float, high: float, count: int, rng: np.random.Generator) -> np.ndarray:
    """Standard normal draws in [low, high], by rejection."""
    nearest = min(max(low, 0.0), high)
    # Far out, or in a narrow interval, hardly any normal draw falls inside: then propose uniform ones.
    far = high - low < 0.5 or abs(nearest) > 1
    reach = 40 / max(abs(nearest), 1.0)
    low, high = (max(low, nearest - reach), min(high, nearest + reach)) if far else (low, high)
    kept = np.empty(0)
    while kept.size < count:
        if far:
            x = rng.uniform(low, high, 2 * count + 64)
            x = x[rng.uniform(size=x.size) < np.exp((nearest**2 - x * x) / 2)]
        else:
            x = rng.normal(size=2 * count + 64)
            x = x[(x >= low) & (x <= high)]
        kept = np.concatenate([kept, x])
    return kept[:count]


def constant_(tensor: T, val: float) -> T:
    """Fill with one value.

    >>> import autograd, nn
    >>> nn.init.constant_(autograd.zeros(2), 0.5)
    tensor([0.5, 0.5])
    """
    return _fill(tensor, np.full(tensor.shape, val, tensor.dtype))


def ones_(tensor: T) -> T:
    """Fill with 1.

    >>> import autograd, nn
    >>> nn.init.ones_(autograd.zeros(2))
    tensor([1., 1.])
    """
    return constant_(tensor, 1.0)


def zeros_(tensor: T) -> T:
    """Fill with 0.

    >>> import autograd, nn
    >>> nn.init.zeros_(autograd.ones(2))
    tensor([0., 0.])
    """
    return constant_(tensor, 0.0)


def eye_(tensor: T) -> T:
    """Fill a matrix with the identity. Raises ValueError unless it has 2 axes.

    >>> import autograd, nn
    >>> nn.init.eye_(autograd.zeros((2, 3)))
    tensor([[1., 0., 0.],
            [0., 1., 0.]])
    """
    _check_axes("eye_", tensor, tensor.ndim == 2, "2 axes")
    return _fill(tensor, np.eye(tensor.shape[0], tensor.shape[1]))


def dirac_(tensor: T, groups: int = 1) -> T:
    """Fill a convolution's weight such that it passes its input channels on: 1 at the kernel's centre of w[i, i].

    >>> import autograd, nn
    >>> w = nn.init.dirac_(autograd.zeros((1, 1, 3)))
    >>> w
    tensor([[[0., 1., 0.]]])
    """
    _check_axes("dirac_", tensor, tensor.ndim in (3, 4, 5), "3, 4 or 5 axes")
    out, into = tensor.shape[:2]
    if groups < 1 or out % groups:
        raise ValueError(f"dirac_ cannot divide {out} output channels into {groups} groups")
    values = np.zeros(tensor.shape)
    centre = tuple(k // 2 for k in tensor.shape[2:])
    for group in range(groups):
        for i in range(min(out // groups, into)):
            values[(group * (out // groups) + i, i, *centre)] = 1.0
    return _fill(tensor, values)


def xavier_uniform_(tensor: T, gain: float = 1.0, generator: Generating = None) -> T:
    """Fill from U(-c, c), c = gain · √(6 / (fan_in + fan_out)) (Glorot & Bengio 2010).

    >>> import autograd, nn
    >>> bool((abs(nn.init.xavier_uniform_(autograd.zeros((2, 4))).data) <= 1).all())
    True
    """
    fan_in, fan_out = fans(tensor)
    bound = gain * math.sqrt(6.0 / (fan_in + fan_out))
    return uniform_(tensor, -bound, bound, generator)


def xavier_normal_(tensor: T, gain: float = 1.0, generator: Generating = None) -> T:
    """Fill from N(0, σ²), σ = gain · √(2 / (fan_in + fan_out)) (Glorot & Bengio 2010).

    >>> import autograd, nn
    >>> nn.init.xavier_normal_(autograd.zeros((2, 4))).shape
    (2, 4)
    """
    fan_in, fan_out = fans(tensor)
    return normal_(tensor, 0.0, gain * math.sqrt(2.0 / (fan_in + fan_out)), generator)


def kaiming_uniform_(
    tensor: T, a: float = 0, mode: str = "fan_in", nonlinearity: str = "leaky_relu", generator: Generating = None
) -> T:
    """Fill from U(-c, c), c = gain · √(3 / fan) (He et al. 2015); a: slope of leaky_relu, `mode` names the fan.

    >>> import autograd, nn
    >>> bool((abs(nn.init.kaiming_uniform_(autograd.zeros((2, 6))).data) <= 1).all())
    True
    """
    bound = math.sqrt(3.0) * _kaiming_std(tensor, a, mode, nonlinearity)
    return uniform_(tensor, -bound, bound, generator)


def kaiming_normal_(
    tensor: T, a: float = 0, mode: str = "fan_in", nonlinearity: str = "leaky_relu", generator: Generating = None
) -> T:
    """Fill from N(0, σ²), σ = gain / √fan (He et al. 2015); a: slope of leaky_relu, `mode` names the fan.

    >>> import autograd, nn
    >>> nn.init.kaiming_normal_(autograd.zeros((2, 6)), nonlinearity="relu").shape
    (2, 6)
    """
    return normal_(tensor, 0.0, _kaiming_std(tensor, a, mode, nonlinearity), generator)


def _kaiming_std(tensor: Tensor, a: float, mode: str, nonlinearity: str) -> float:
    if mode not in ("fan_in", "fan_out"):
        raise ValueError(f"mode must be 'fan_in' or 'fan_out', got {mode!r}")
    fan = fans(tensor)[mode == "fan_out"]
    return calculate_gain(nonlinearity, a) / math.sqrt(fan) if fan else 0.0


def orthogonal_(tensor: T, gain: float = 1.0, generator: Generating = None) -> T:
    """Fill with gain times a random (semi-)orthogonal matrix, trailing axes flattened (Saxe et al. 2014).

    >>> import autograd, nn, numpy as np
    >>> w = nn.init.orthogonal_(autograd.zeros((3, 3)))
    >>> autograd.allclose(w @ w.T, np.eye(3), atol=1e-6)
    True
    """
    _check_axes("orthogonal_", tensor, tensor.ndim >= 2, "at least 2 axes")
    if tensor.size == 0:
        return tensor
    rows, columns = tensor.shape[0], tensor.size // tensor.shape[0]
    return _fill(tensor, gain * _orthogonal(rows, columns, generator).reshape(tensor.shape))


def _orthogonal(rows: int, columns: int, generator: Generating) -> np.ndarray:
    """A random matrix with orthonormal columns, or rows where there are fewer."""
    basis, r = np.linalg.qr(numpy_generator(generator).normal(size=(max(rows, columns), min(rows, columns))))
    q: np.ndarray = basis * np.sign(np.diagonal(r))  # the sign that makes the distribution uniform (Mezzadri 2007)
    return q if rows >= columns else q.T


def delta_orthogonal_(tensor: T, gain: float = 1.0, generator: Generating = None) -> T:
    """Fill a convolution's weight with a random orthogonal matrix at the centre of the window and 0 elsewhere.

    A convolution of any depth then keeps lengths (Xiao et al. 2018, arXiv 1806.05393, algorithm 1). Raises ValueError
    for fewer than 3 axes and for more inputs than outputs.

    >>> import autograd, nn
    >>> w = nn.init.delta_orthogonal_(autograd.zeros((4, 3, 3, 3)))
    >>> autograd.allclose(w[:, :, 1, 1].T @ w[:, :, 1, 1], autograd.eye(3), atol=1e-6)
    True
    """
    _check_axes("delta_orthogonal_", tensor, tensor.ndim >= 3, "the 3 to 5 axes of a convolution's weight")
    outputs, inputs = tensor.shape[:2]
    _check_axes("delta_orthogonal_", tensor, outputs >= inputs, "at least as many outputs (axis 0) as inputs (axis 1)")
    values = np.zeros(tensor.shape)
    centre: Any = (slice(None), slice(None), *(n // 2 for n in tensor.shape[2:]))
    values[centre] = _orthogonal(outputs, inputs, generator)
    return _fill(tensor, gain * values)


def variance_scaling_(
    tensor: T,
    scale: float = 1.0,
    mode: str = "fan_in",
    distribution: str = "truncated_normal",
    generator: Generating = None,
) -> T:
    """Fill with values of variance scale / n, n being fan_in, fan_out or their mean (`mode="fan_avg"`).

    `distribution` is "truncated_normal" (cut at two standard deviations), "normal" or "uniform". Raises ValueError for
    other names and for a scale that is not positive.

    >>> import autograd, nn
    >>> w = nn.init.variance_scaling_(autograd.zeros((400, 100)), 2.0, distribution="uniform")
    >>> bool(abs(w.var() - 0.02) < 0.001)
    True
    """
    if scale <= 0:
        raise ValueError(f"variance_scaling_: scale must be positive, got {scale}")
    fan_in, fan_out = fans(tensor)
    counts = {"fan_in": fan_in, "fan_out": fan_out, "fan_avg": (fan_in + fan_out) / 2}
    if mode not in counts:
        raise ValueError(f"variance_scaling_: mode must be one of {', '.join(counts)}, got {mode!r}")
    std = math.sqrt(scale / max(counts[mode], 1))
    if distribution == "uniform":
        return uniform_(tensor, -math.sqrt(3.0) * std, math.sqrt(3.0) * std, generator)
    if distribution == "normal":
        return normal_(tensor, 0.0, std, generator)
    if distribution != "truncated_normal":
        raise ValueError(
            f"variance_scaling_: distribution must be 'truncated_normal', 'normal' or 'uniform', got {distribution!r}"
        )
    std /= 0.8796256610342398  # the standard deviation that is left of N(0, 1) cut at ±2
    return trunc_normal_(tensor, 0.0, std, -2 * std, 2 * std, generator=generator)


def lecun_uniform_(tensor: T, generator: Generating = None) -> T:
    """Fill from U(-k, k), k = √(3 / fan_in), which has variance 1 / fan_in (LeCun et al. 1998).

    >>> import autograd, nn
    >>> w = nn.init.lecun_uniform_(autograd.zeros((5, 3)))
    >>> bool((abs(w) <= 1).all())
    True
    """
    return variance_scaling_(tensor, 1.0, "fan_in", "uniform", generator)


def lecun_normal_(tensor: T, generator: Generating = None) -> T:
    """Fill from N(0, 1 / fan_in), cut at two standard deviations (LeCun et al. 1998; for `SELU` networks).

    >>> import autograd, nn
    >>> w = nn.init.lecun_normal_(autograd.zeros((400, 100)))
    >>> bool(abs(w.std() - 0.1) < 0.003)
    True
    """
    return variance_scaling_(tensor, 1.0, "fan_in", "truncated_normal", generator)


def sparse_(tensor: T, sparsity: float, std: float = 0.01, generator: Generating = None) -> T:
    """Fill a matrix from N(0, std²), then set the fraction `sparsity` of each column to 0 (Martens 2010).

    >>> import autograd, nn
    >>> w = nn.init.sparse_(autograd.zeros((4, 3)), sparsity=0.5)
    >>> (w == 0).sum(dim=0)
    tensor([2, 2, 2])
    """
    _check_axes("sparse_", tensor, tensor.ndim == 2, "2 axes")
    rng, (rows, columns) = numpy_generator(generator), tensor.shape
    values = rng.normal(0.0, std, tensor.shape)
    order = rng.permuted(np.tile(np.arange(rows)[:, None], (1, columns)), axis=0)
    values[order < math.ceil(sparsity * rows)] = 0.0
    return _fill(tensor, values)


def fans(tensor: Tensor) -> tuple[int, int]:
    """fan_in and fan_out of a weight. Raises ValueError for fewer than 2 axes.

    >>> import autograd, nn
    >>> nn.init.fans(autograd.zeros((8, 3, 5, 5)))
    (75, 200)
    """
    _check_axes("fan_in and fan_out", tensor, tensor.ndim >= 2, "at least 2 axes")
    field = math.prod(tensor.shape[2:])
    return tensor.shape[1] * field, tensor.shape[0] * field


def _check_axes(what: str, tensor: Tensor, holds: bool, wanted: str) -> None:
    if not holds:
        raise ValueError(f"{what}: wanted a tensor with {wanted}, got shape {tensor.shape}")


def _fill(tensor: T, values: Any) -> T:
    if not tensor.is_leaf:
        raise ValueError("initialisers fill leaves (parameters), not results of operations")
    assign([tensor], [values])
    return tensor
