"""The units of neural networks, named and parametrised as in `torch.nn.functional`.

Each is one primitive with a derivative that is stable for inputs of any size; at a kink it is PyTorch's.
"""

from __future__ import annotations

import math

import numpy as np

from autograd.kernels.choice import native
from autograd.ops.selection import clip
from autograd.ops.special import normal_cdf, normal_pdf
from autograd.primitive import primitive
from autograd.sampling import unary

__all__ = [
    "celu",
    "elu",
    "gelu",
    "hardshrink",
    "hardsigmoid",
    "hardswish",
    "hardtanh",
    "leaky_relu",
    "logsigmoid",
    "mish",
    "relu",
    "relu6",
    "selu",
    "sigmoid",
    "silu",
    "softplus",
    "softshrink",
    "softsign",
    "step",
    "tanhshrink",
    "threshold",
]

# Elements from which the native version pays where the reference is a single pass, or a few cheap ones; their results
# are the same bits. Where there are exponentials it always does.
MANY, SOME = 16384, 512
SELU_ALPHA = 1.6732632423543772848170429916717
SELU_SCALE = 1.0507009873554804934193349852946


def _with(samples, **options):
    """Those samples with a choice for each parameter."""

    def sample(s):
        args, _ = samples(s)
        return args, {name: s.choice(values) for name, values in options.items()}

    return sample


def _saturation(x):
    # where 1 + eˣ rounds to eˣ, and is no infinity yet: beyond, σ(x) is 1 and softplus(x) is x
    return 11.0 if getattr(x, "dtype", None) == np.float16 else 40.0


def _by_sign(g, x, slope):
    # g where x > 0, g · slope elsewhere; masks are several times faster than np.where
    positive = g * (x > 0)
    return positive + (g - positive) * slope


# --- sigmoids ---------------------------------------------------------------------------------------------------------


@primitive(
    x=lambda g, out: g * (out - out * out),
    text="σ({x})",
    elementwise=True,
    samples=unary(),
)
@native("activations:sigmoid")
def sigmoid(x):
    """Elementwise logistic function 1 / (1 + e⁻ˣ); derivative σ(1 - σ).

    >>> import autograd
    >>> autograd.sigmoid(autograd.tensor([-1.0, 0.0, 2.0])).round(4)
    tensor([0.2689, 0.5   , 0.8808])
    """
    e = np.exp(np.minimum(x, _saturation(x)))
    return e / (1 + e)


@primitive(
    x=lambda g, x: g * sigmoid(-x),
    text="ln σ({x})",
    elementwise=True,
    samples=unary(),
    real_only=True,
)
@native("activations:logsigmoid")
def logsigmoid(x):
    """Elementwise ln(1 / (1 + e⁻ˣ)), without overflow; derivative σ(-x).

    >>> import autograd
    >>> autograd.logsigmoid(autograd.tensor([-1.0, 0.0, 2.0])).round(4)
    tensor([-1.3133, -0.6931, -0.1269])
    """
    return np.minimum(x, 0) - np.log1p(np.exp(-1.0 * np.abs(x)))


@primitive(
    x=lambda g, x: g / 6 * ((x > -3) & (x < 3)),
    text="hardsigmoid({x})",
    elementwise=True,
    samples=unary(-5, 5, 0.1, (-3.0, 3.0)),
    real_only=True,
)
@native("activations:hardsigmoid", least=SOME)
def hardsigmoid(x):
    """Elementwise min(max(x + 3, 0), 6) / 6; the derivative is 1/6 for -3 < x < 3, else 0.

    >>> import autograd
    >>> autograd.hardsigmoid(autograd.tensor([-1.0, 0.0, 2.0])).round(4)
    tensor([0.3333, 0.5   , 0.8333])
    """
    return np.minimum(np.maximum(x + 3.0, 0), 6) / 6


@primitive(
    x=lambda g, x, min_val, max_val: g * ((x > min_val) & (x < max_val)),
    text="hardtanh({x})",
    elementwise=True,
    samples=unary(-2, 2, 0.1, (-1.0, 1.0)),
    real_only=True,
)
@native("activations:hardtanh", least=MANY)
def hardtanh(x, min_val=-1.0, max_val=1.0):
    """Elementwise x limited to [min_val, max_val]; the derivative is 1 strictly inside, else 0.

    >>> import autograd
    >>> autograd.hardtanh(autograd.tensor([-1.0, 0.0, 2.0]))
    tensor([-1.,  0.,  1.])
    """
    if min_val > max_val:
        raise ValueError(f"hardtanh wants min_val <= max_val, got {min_val} and {max_val}")
    return np.minimum(np.maximum(x, min_val), max_val)


@primitive(
    x=lambda g, x: g / (1 + np.abs(x)) / (1 + np.abs(x)),
    text="softsign({x})",
    elementwise=True,
    samples=unary(gap=0.1),
    real_only=True,
)
@native("activations:softsign", least=SOME)
def softsign(x):
    """Elementwise x / (1 + |x|); derivative 1 / (1 + |x|)².

    >>> import autograd
    >>> autograd.softsign(autograd.tensor([-1.0, 0.0, 2.0])).round(4)
    tensor([-0.5   ,  0.    ,  0.6667])
    """
    return x / (1 + np.abs(x))


# --- rectifiers -------------------------------------------------------------------------------------------------------


@primitive(
    x=lambda g, out: g * np.sign(out), text="relu({x})", elementwise=True, samples=unary(gap=0.1), real_only=True
)
@native("activations:relu", least=MANY)
def relu(x):
    """Elementwise max(x, 0); the derivative at 0 is taken as 0.

    >>> import autograd
    >>> autograd.relu(autograd.tensor([-1.0, 0.0, 2.0]))
    tensor([0., 0., 2.])
    """
    return np.maximum(x, 0)


@primitive(
    x=lambda g, x: g * ((x > 0) & (x < 6)),
    text="relu6({x})",
    elementwise=True,
    samples=unary(-2, 8, 0.1, (0.0, 6.0)),
    real_only=True,
)
@native("activations:relu6", least=MANY)
def relu6(x):
    """Elementwise min(max(x, 0), 6); the derivative is 1 for 0 < x < 6, else 0.

    >>> import autograd
    >>> autograd.relu6(autograd.tensor([-1.0, 2.0, 9.0]))
    tensor([0., 2., 6.])
    """
    return np.minimum(np.maximum(x, 0), 6)


@primitive(
    x=lambda g, x, negative_slope: _by_sign(g, x, negative_slope),
    text="leaky_relu({x})",
    elementwise=True,
    samples=_with(unary(gap=0.1), negative_slope=(0.01, 0.2, -0.5, 2.0)),
    real_only=True,
)
@native("activations:leaky_relu", least=SOME)
def leaky_relu(x, negative_slope=0.01):
    """Elementwise x where x > 0, else negative_slope · x; the derivative at 0 is negative_slope.

    >>> import autograd
    >>> autograd.leaky_relu(autograd.tensor([-1.0, 0.0, 2.0]))
    tensor([-0.01,  0.  ,  2.  ])
    """
    return np.maximum(x, 0) + negative_slope * np.minimum(x, 0)


@primitive(
    x=lambda g, x, out, alpha: _by_sign(g, x, out + alpha),
    text="elu({x})",
    elementwise=True,
    samples=_with(unary(gap=0.1), alpha=(1.0, 0.5)),
    real_only=True,
)
@native("activations:elu")
def elu(x, alpha=1.0):
    """Elementwise x where x > 0, else alpha · (eˣ - 1); the derivative at 0 is alpha.

    >>> import autograd
    >>> autograd.elu(autograd.tensor([-1.0, 0.0, 2.0])).round(4)
    tensor([-0.6321,  0.    ,  2.    ])
    """
    return np.maximum(x, 0) + alpha * np.expm1(np.minimum(x, 0))


@primitive(
    x=lambda g, x, out, alpha: _by_sign(g, x, out / alpha + 1),
    text="celu({x})",
    elementwise=True,
    samples=_with(unary(gap=0.1), alpha=(1.0, 0.5)),
    real_only=True,
)
@native("activations:celu")
def celu(x, alpha=1.0):
    """Elementwise x where x > 0, else alpha · (e^(x/alpha) - 1), whose derivative is continuous for every alpha > 0.

    >>> import autograd
    >>> autograd.celu(autograd.tensor([-1.0, 0.0, 2.0])).round(4)
    tensor([-0.6321,  0.    ,  2.    ])
    """
    if not alpha > 0:
        raise ValueError(f"celu wants alpha > 0, got {alpha}")
    return np.maximum(x, 0) + alpha * np.expm1(np.minimum(x, 0) / alpha)


@primitive(
    x=lambda g, x, out: _by_sign(SELU_SCALE * g, x, out / SELU_SCALE + SELU_ALPHA),
    text="selu({x})",
    elementwise=True,
    samples=unary(gap=0.1),
    real_only=True,
)
@native("activations:selu")
def selu(x):
    """Elementwise λ·x where x > 0, else λ·α·(eˣ - 1), with λ ≈ 1.0507 and α ≈ 1.6733 (Klambauer et al. 2017).

    >>> import autograd
    >>> autograd.selu(autograd.tensor([-1.0, 0.0, 2.0])).round(4)
    tensor([-1.1113,  0.    ,  2.1014])
    """
    return SELU_SCALE * np.maximum(x, 0) + (SELU_SCALE * SELU_ALPHA) * np.expm1(np.minimum(x, 0))


def _softplus_rule(g, x, beta, threshold):
    z = x if beta == 1 else x * beta
    return np.where(z > threshold, g, g * sigmoid(z))


@primitive(
    x=_softplus_rule,
    text="softplus({x})",
    elementwise=True,
    samples=_with(unary(), beta=(1, 2.0)),
    real_only=True,
)
@native("activations:softplus")
def softplus(x, beta=1.0, threshold=20.0):
    """Elementwise ln(1 + e^(beta·x)) / beta, and x itself where beta·x > threshold; derivative σ(beta·x).

    >>> import autograd
    >>> autograd.softplus(autograd.tensor([-1.0, 0.0, 2.0])).round(4)
    tensor([0.3133, 0.6931, 2.1269])
    """
    z = x if beta == 1 else x * beta
    limit = min(threshold, _saturation(x))
    soft = np.where(z > limit, z, np.log1p(np.exp(np.minimum(z, limit))))
    return soft if beta == 1 else soft / beta


# --- smooth gates -----------------------------------------------------------------------------------------------------


_GELU_TANH = 2 * math.sqrt(2 / math.pi)


def _gelu_tanh_argument(x):
    # x/2 · (1 + tanh(z/2)) = x · σ(z)
    return _GELU_TANH * (x + 0.044715 * (x * x * x))


def _inner(x):
    # beyond ±25 the gate is 0 or 1 in every precision; the cube of a larger number might overflow
    return clip(x, -25.0, 25.0)


def _gelu_rule(g, x, approximate):
    if approximate == "none":
        return g * (normal_cdf(x) + x * normal_pdf(x))
    x = _inner(x)
    s = sigmoid(_gelu_tanh_argument(x))
    return g * (s + x * (s - s * s) * (_GELU_TANH * (1 + 3 * 0.044715 * (x * x))))


@primitive(
    x=_gelu_rule,
    text="gelu({x})",
    elementwise=True,
    samples=_with(unary(-3, 3), approximate=("none", "tanh")),
    real_only=True,
)
@native("activations:gelu")
def gelu(x, approximate="none"):
    """Elementwise x·Φ(x) with Φ the normal distribution function; `approximate="tanh"` takes
    x/2 · (1 + tanh(√(2/π)·(x + 0.044715·x³))) instead (Hendrycks and Gimpel 2016).

    >>> import autograd
    >>> autograd.gelu(autograd.tensor([-1.0, 0.0, 2.0])).round(4)
    tensor([-0.1587,  0.    ,  1.9545])
    """
    if approximate == "none":
        return x * normal_cdf(x)
    if approximate == "tanh":
        return x * sigmoid(_gelu_tanh_argument(_inner(x)))
    raise ValueError(f"gelu: approximate must be 'none' or 'tanh', got {approximate!r}")


def _silu_rule(g, x):
    s = sigmoid(x)
    return g * (s + x * (s - s * s))


@primitive(x=_silu_rule, text="{x} · σ({x})", elementwise=True, samples=unary())
@native("activations:silu")
def silu(x):
    """Elementwise x·σ(x), also called swish.

    >>> import autograd
    >>> autograd.silu(autograd.tensor([-1.0, 0.0, 2.0])).round(4)
    tensor([-0.2689,  0.    ,  1.7616])
    """
    return x * sigmoid(x)


def _mish_rule(g, x):
    t = np.tanh(softplus(x))
    return g * (t + x * sigmoid(x) * (1 - t * t))


@primitive(x=_mish_rule, text="mish({x})", elementwise=True, samples=unary(), real_only=True)
@native("activations:mish")
def mish(x):
    """Elementwise x·tanh(ln(1 + eˣ)) (Misra 2019).

    >>> import autograd
    >>> autograd.mish(autograd.tensor([-1.0, 0.0, 2.0])).round(4)
    tensor([-0.3034,  0.    ,  1.944 ])
    """
    return x * np.tanh(softplus(x))


@primitive(
    x=lambda g, x: g * ((x >= 3) + (x / 3 + 0.5) * ((x > -3) & (x < 3))),
    text="hardswish({x})",
    elementwise=True,
    samples=unary(-5, 5, 0.1, (-3.0, 3.0)),
    real_only=True,
)
@native("activations:hardswish", least=SOME)
def hardswish(x):
    """Elementwise x · min(max(x + 3, 0), 6) / 6; the derivative is 0 at -3 and 1 at 3 (Howard et al. 2019).

    >>> import autograd
    >>> autograd.hardswish(autograd.tensor([-1.0, 0.0, 2.0])).round(4)
    tensor([-0.3333,  0.    ,  1.6667])
    """
    return x * (np.minimum(np.maximum(x + 3.0, 0), 6) / 6)


# --- shrinking and thresholds -----------------------------------------------------------------------------------------


@primitive(
    x=lambda g, x, lambd: g * (np.abs(x) > lambd),
    text="hardshrink({x})",
    elementwise=True,
    samples=unary(-2, 2, 0.1, (-0.5, 0.5)),
    real_only=True,
)
@native("activations:hardshrink", least=SOME)
def hardshrink(x, lambd=0.5):
    """Elementwise x where |x| > lambd, else 0; the derivative is 1 where |x| > lambd, else 0.

    >>> import autograd
    >>> autograd.hardshrink(autograd.tensor([-1.0, 0.25, 2.0]))
    tensor([-1.,  0.,  2.])
    """
    return x * (np.abs(x) > lambd)


@primitive(
    x=lambda g, x, lambd: g * (np.abs(x) > lambd),
    text="softshrink({x})",
    elementwise=True,
    samples=unary(-2, 2, 0.1, (-0.5, 0.5)),
    real_only=True,
)
@native("activations:softshrink", least=SOME)
def softshrink(x, lambd=0.5):
    """Elementwise x moved towards 0 by lambd, but not beyond; the derivative is 1 where |x| > lambd, else 0.

    >>> import autograd
    >>> autograd.softshrink(autograd.tensor([-1.0, 0.25, 2.0]))
    tensor([-0.5,  0. ,  1.5])
    """
    if lambd < 0:
        raise ValueError(f"softshrink wants lambd >= 0, got {lambd}")
    return x - np.minimum(np.maximum(x, -lambd), lambd)


@primitive(
    x=lambda g, x: g * np.square(np.tanh(x)),
    text="{x} - tanh({x})",
    elementwise=True,
    samples=unary(),
)
@native("activations:tanhshrink")
def tanhshrink(x):
    """Elementwise x - tanh(x); derivative tanh²x.

    >>> import autograd
    >>> autograd.tanhshrink(autograd.tensor([-1.0, 0.0, 2.0])).round(4)
    tensor([-0.2384,  0.    ,  1.036 ])
    """
    return x - np.tanh(x)


@primitive(
    x=lambda g, x, threshold: g * (x > threshold),
    text="threshold({x})",
    elementwise=True,
    samples=lambda s: (
        (s.array(s.shape(), gap=0.1, around=(0.3,)),),
        {"threshold": 0.3, "value": s.choice((0.0, -1.5))},
    ),
    real_only=True,
)
def threshold(x, threshold, value):
    """Elementwise x where x > threshold, else value; the derivative is 1 where x > threshold, else 0.

    >>> import autograd
    >>> autograd.threshold(autograd.tensor([-1.0, 0.5, 2.0]), 1.0, 9.0)
    tensor([9., 9., 2.])
    """
    return np.where(x > threshold, x, value)


@primitive(x=None, text="step({x})", elementwise=True, samples=unary(gap=0.1), real_only=True)
def step(x):
    """Elementwise unit step: 1 where x >= 0, else 0. Locally constant: it carries no gradient.

    >>> import autograd
    >>> autograd.step(autograd.tensor([-1.0, 0.0, 2.0]))
    tensor([0., 1., 1.])
    """
    return np.heaviside(x, 1)
