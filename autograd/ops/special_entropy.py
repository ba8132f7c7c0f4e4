"""Logarithms of probabilities, and what entropies and robust losses are made of."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.special as sp

from autograd.ops.activations import logsigmoid, sigmoid
from autograd.ops.selection import clip
from autograd.ops.special_operands import reals
from autograd.primitive import primitive
from autograd.protocols import implements
from autograd.sampling import unary

__all__ = ["entr", "huber", "kl_div", "log_expit", "logit", "pseudo_huber", "rel_entr", "xlog1py", "xlogy"]


def _positive_pair(s):
    return tuple(s.array(shape, 0.2, 2) for shape in s.broadcastable(2)), {}


implements(sp.expit)(sigmoid)
log_expit = implements(sp.log_expit)(logsigmoid)


@primitive(
    sp.logit,
    x=lambda g, x: g / (x * (1 - x)),
    text="logit({x})",
    elementwise=True,
    samples=unary(0.1, 0.9),
)
def logit_(x):
    """ln(x / (1 - x))."""


def logit(x: Any, eps: Any = None) -> Any:
    """Elementwise ln(x / (1 - x)), the inverse of sigmoid: ∓∞ at 0 and 1, NaN outside [0, 1].

    `eps`, as in PyTorch, first limits x to [eps, 1 - eps].

    >>> from autograd import special, tensor
    >>> special.logit(tensor([0.5, 0.75])).round(4)
    tensor([0.    , 1.0986])
    """
    return logit_(x if eps is None else clip(x, eps, 1 - eps))


def _base(x, y, end):
    # y; but end + 1 where x is 0 and the logarithm infinite or none: there x times it is 0 by definition
    x, y = reals(x, y)
    return np.where((x == 0) & (y <= end), end + 1, y)


@implements(sp.xlogy)
@primitive(
    x=lambda g, x, y: g * np.log(_base(x, y, 0)),
    y=lambda g, x, y: g * (x / _base(x, y, 0)),
    text="{x} · ln({y})",
    elementwise=True,
    samples=_positive_pair,
)
def xlogy(x, y):
    """Elementwise x·ln(y), and 0 where x = 0, whatever y (unless NaN). Where x = 0 and y <= 0 the derivatives are 0.

    >>> from autograd import special, tensor
    >>> special.xlogy(tensor([0.0, 2.0]), tensor([0.0, 3.0])).round(4)
    tensor([0.    , 2.1972])
    """
    return sp.xlogy(*reals(x, y))


@implements(sp.xlog1py)
@primitive(
    x=lambda g, x, y: g * np.log1p(_base(x, y, -1)),
    y=lambda g, x, y: g * (x / (1 + _base(x, y, -1))),
    text="{x} · ln(1 + {y})",
    elementwise=True,
    samples=_positive_pair,
)
def xlog1py(x, y):
    """Elementwise x·ln(1 + y), accurate for small y, and 0 where x = 0; there, if y <= -1, the derivatives are 0.

    >>> from autograd import special, tensor
    >>> special.xlog1py(tensor([0.0, 2.0]), tensor([-1.0, 0.5])).round(4)
    tensor([0.    , 0.8109])
    """
    return sp.xlog1py(*reals(x, y))


@primitive(
    sp.entr,
    x=lambda g, x: g * (-np.log(x) - 1),
    text="-{x} · ln({x})",
    elementwise=True,
    samples=unary(0.2, 2),
)
def entr(x):
    """Elementwise -x·ln(x), an entropy's summand: 0 at 0, where the derivative is ∞, and -∞ below.

    >>> from autograd import special, tensor
    >>> special.entr(tensor([0.0, 0.5, 2.0])).round(4)
    tensor([ 0.    ,  0.3466, -1.3863])
    """


@primitive(
    sp.rel_entr,
    x=lambda g, x, y: g * (np.log(x / y) + 1),
    y=lambda g, x, y: g * (-x / y),
    text="{x} · ln({x} / {y})",
    elementwise=True,
    samples=_positive_pair,
)
def rel_entr(x, y):
    """Elementwise x·ln(x/y), a relative entropy's summand for x, y > 0; 0 where x = 0 <= y, ∞ elsewhere.

    >>> from autograd import special, tensor
    >>> special.rel_entr(tensor([0.0, 1.0]), tensor([1.0, 0.5])).round(4)
    tensor([0.    , 0.6931])
    """


@primitive(
    sp.kl_div,
    x=lambda g, x, y: g * np.log(x / y),
    y=lambda g, x, y: g * (1 - x / y),
    text="kl_div({x}, {y})",
    elementwise=True,
    samples=_positive_pair,
)
def kl_div(x, y):
    """Elementwise x·ln(x/y) - x + y, convex and never negative, for x, y > 0; y where x = 0 <= y, ∞ elsewhere.

    >>> from autograd import special, tensor
    >>> special.kl_div(tensor([0.0, 1.0]), tensor([1.0, 0.5])).round(4)
    tensor([1.    , 0.1931])
    """


def _huber_sample(s):
    shapes = s.broadcastable(2)
    return (s.array(shapes[0], 0.9, 1.1), s.array(shapes[1], -2, 2, 0.2, (-1.0, 1.0))), {}


@primitive(
    sp.huber,
    delta=lambda g, delta, r: g * np.maximum(abs(r) - delta, 0),
    r=lambda g, delta, r: g * np.sign(r) * np.minimum(np.abs(r), delta),
    text="huber({delta}, {r})",
    elementwise=True,
    samples=_huber_sample,
)
def huber(delta, r):
    """Elementwise r²/2 where |r| <= delta, beyond delta·(|r| - delta/2); ∞ for delta < 0 (Huber 1964).

    >>> from autograd import special, tensor
    >>> special.huber(1.0, tensor([0.5, 3.0]))
    tensor([0.125, 2.5  ])
    """


def _bend(delta, r):
    return np.sqrt(1 + np.square(r / delta))


def _pseudo_huber_wrt_delta(g, delta, r):
    s = _bend(delta, r)
    return g * delta * np.square(np.square(r / delta) / (s + 1)) / s


@primitive(
    sp.pseudo_huber,
    delta=_pseudo_huber_wrt_delta,
    r=lambda g, delta, r: g * (r / _bend(delta, r)),
    text="pseudo_huber({delta}, {r})",
    elementwise=True,
    samples=_positive_pair,
)
def pseudo_huber(delta, r):
    """Elementwise delta²·(√(1 + (r/delta)²) - 1), a smooth Huber function.

    >>> from autograd import special, tensor
    >>> special.pseudo_huber(1.0, tensor([0.5, 3.0])).round(4)
    tensor([0.118 , 2.1623])
    """
