"""What gradients are where no derivative exists: the promises that `docs/primitives.md` lists and the tests check."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

import autograd
from autograd import Tensor
from nn import functional as F

INF, NAN = float("inf"), float("nan")


class Kink(NamedTuple):
    """A function of a vector, the point, and its gradient there; None if the result carries none."""

    name: str
    function: Callable[[Tensor], Any]
    at: list[float]
    gradient: list[float] | None


KINKS: dict[str, list[Kink]] = {
    "Absolute values, signs, steps: the subgradient 0; steps carry no gradient": [
        Kink("abs(x)", autograd.absolute, [0.0], [0.0]),
        Kink("copysign(x, -1)", lambda x: autograd.copysign(x, -1.0), [0.0], [0.0]),
        Kink("sign(x)", autograd.sign, [0.0], None),
        Kink("floor(x)", autograd.floor, [1.0], None),
        Kink("round(x)", autograd.round, [0.5], None),
        Kink("x // 2", lambda x: x // 2, [4.0], None),
        Kink("x > 0", lambda x: x > 0, [0.0], None),
        Kink("heaviside(x, 0.5)", lambda x: autograd.heaviside(x, 0.5), [0.0], None),
        Kink("heaviside(0, x)", lambda x: autograd.heaviside(autograd.zeros_like(x), x), [0.5], [1.0]),
        Kink("x % 2", lambda x: x % 2, [4.0], [1.0]),
        Kink("fmod(x, 2)", lambda x: autograd.fmod(x, 2.0), [4.0], [1.0]),
        Kink("modf(x)[0]", lambda x: autograd.modf(x)[0], [1.0], [1.0]),
        Kink("frexp(x)[0]", lambda x: autograd.frexp(x)[0], [1.0], [0.5]),
        Kink("unwrap(x)[1]", lambda x: autograd.unwrap(x)[1], [0.0, float(np.pi)], [0.0, 1.0]),
        Kink("nan_to_num(x)", autograd.nan_to_num, [NAN, INF, 1.0], [0.0, 0.0, 1.0]),
    ],
    "Roots, logarithms, powers: the limit, be it infinite; 0 where a factor is 0": [
        Kink("sqrt(x)", autograd.sqrt, [0.0], [INF]),
        Kink("cbrt(x)", autograd.cbrt, [0.0], [INF]),
        Kink("log(x)", autograd.log, [0.0], [INF]),
        Kink("arcsin(x)", autograd.arcsin, [1.0], [INF]),
        Kink("x ** 0.5", lambda x: x**0.5, [0.0], [INF]),
        Kink("x ** 0", lambda x: x**0.0, [0.0], [0.0]),
        Kink("power(x₀, x₁)", lambda x: autograd.power(x[0], x[1]), [0.0, 0.0], [0.0, 0.0]),
        Kink("power(0, x)", lambda x: autograd.power(0.0, x), [1.0], [0.0]),
        Kink("sinc(x)", autograd.sinc, [0.0], [0.0]),
        Kink("prod(x)", autograd.prod, [0.0, 2.0], [2.0, 0.0]),
        Kink("cumprod(x)", autograd.cumprod, [0.0, 2.0], [3.0, 0.0]),
        Kink("logaddexp(x₀, x₁)", lambda x: autograd.logaddexp(x[0], x[1]), [-INF, -INF], [0.0, 0.0]),
        Kink("logsumexp(x)", autograd.logsumexp, [-INF, -INF], [0.0, 0.0]),
        Kink("logcumsumexp(x)", autograd.logcumsumexp, [-INF, -INF], [0.0, 0.0]),
    ],
    "Norms, angles, spreads: the subgradient 0 at 0": [
        Kink("hypot(x₀, x₁)", lambda x: autograd.hypot(x[0], x[1]), [0.0, 0.0], [0.0, 0.0]),
        Kink("arctan2(x₀, x₁)", lambda x: autograd.arctan2(x[0], x[1]), [0.0, 0.0], [0.0, 0.0]),
        Kink("norm(x)", autograd.norm, [0.0, 0.0], [0.0, 0.0]),
        Kink("norm(x, 1)", lambda x: autograd.norm(x, 1), [0.0, 1.0], [0.0, 1.0]),
        Kink("norm(x, 3)", lambda x: autograd.norm(x, 3), [0.0, 0.0], [0.0, 0.0]),
        Kink("norm(x, inf)", lambda x: autograd.norm(x, np.inf), [1.0, -1.0], [0.5, -0.5]),
        Kink("norm(x, -inf)", lambda x: autograd.norm(x, -np.inf), [1.0, -1.0], [0.5, -0.5]),
        Kink("norm(diag(x), 2)", lambda x: autograd.norm(autograd.diag(x), 2), [2.0, 2.0], [0.5, 0.5]),
        Kink("norm(diag(x), 'nuc')", lambda x: autograd.norm(autograd.diag(x), "nuc"), [0.0, 0.0], [0.0, 0.0]),
        Kink("linalg.eigvalsh(diag(x))", lambda x: autograd.linalg.eigvalsh(autograd.diag(x)), [1.0, 1.0], [1.0, 1.0]),
        Kink("linalg.det(diag(x))", lambda x: autograd.linalg.det(autograd.diag(x)), [0.0, 2.0], [2.0, 0.0]),
        Kink("std(x)", autograd.std, [1.0, 1.0], [0.0, 0.0]),
        Kink("nanstd(x)", autograd.nanstd, [1.0, NAN, 1.0], [0.0, 0.0, 0.0]),
        Kink("ptp(x)", autograd.ptp, [1.0, 1.0], [0.0, 0.0]),
    ],
    "Extrema: ties share equally; where an index says which element was taken, that one gets all": [
        Kink("maximum(x₀, x₁)", lambda x: autograd.maximum(x[0], x[1]), [1.0, 1.0], [0.5, 0.5]),
        Kink("minimum(x₀, x₁)", lambda x: autograd.minimum(x[0], x[1]), [1.0, 1.0], [0.5, 0.5]),
        Kink("fmax(x₀, x₁)", lambda x: autograd.fmax(x[0], x[1]), [1.0, 1.0], [0.5, 0.5]),
        Kink("max(x)", autograd.max, [1.0, 2.0, 2.0], [0.0, 0.5, 0.5]),
        Kink("min(x)", autograd.min, [1.0, 1.0, 2.0], [0.5, 0.5, 0.0]),
        Kink("nanmax(x)", autograd.nanmax, [2.0, NAN, 2.0], [0.5, 0.0, 0.5]),
        Kink("x.max(dim=0).values", lambda x: x.max(dim=0).values, [2.0, 2.0], [1.0, 0.0]),
        Kink("x.median()", lambda x: x.median(), [1.0, 2.0, 2.0, 5.0], [0.0, 0.5, 0.5, 0.0]),
        Kink("cummax(x, 0).values", lambda x: autograd.cummax(x, 0).values, [2.0, 2.0], [1.0, 1.0]),
        Kink("max_pool1d(x, 2)", lambda x: autograd.max_pool1d(x[None, None], 2), [2.0, 2.0], [1.0, 0.0]),
        Kink("sort(x)[0]", lambda x: autograd.sort(x)[0], [1.0, 1.0], [1.0, 0.0]),
        Kink("sort(x)[1]", lambda x: autograd.sort(x)[1], [1.0, 1.0], [0.0, 1.0]),
        Kink("median(x)", autograd.median, [3.0, 1.0, 2.0, 9.0], [0.5, 0.0, 0.5, 0.0]),
        Kink("unique(x)", autograd.unique, [3.0, 1.0, 3.0], [1.0, 1.0, 0.0]),
        Kink("mode(x).values", lambda x: autograd.mode(x).values, [3.0, 1.0, 3.0], [0.0, 0.0, 1.0]),
    ],
    "Activations and losses: PyTorch's choices": [
        Kink("relu(x)", autograd.relu, [0.0], [0.0]),
        Kink("leaky_relu(x, 0.01)", autograd.leaky_relu, [0.0], [0.01]),
        Kink("relu6(x)", autograd.relu6, [0.0, 6.0], [0.0, 0.0]),
        Kink("elu(x, 2)", lambda x: autograd.elu(x, 2.0), [0.0], [2.0]),
        Kink("hardtanh(x)", autograd.hardtanh, [-1.0, 1.0], [0.0, 0.0]),
        Kink("hardsigmoid(x)", autograd.hardsigmoid, [-3.0, 3.0], [0.0, 0.0]),
        Kink("hardswish(x)", autograd.hardswish, [-3.0, 3.0], [0.0, 1.0]),
        Kink("hardshrink(x)", autograd.hardshrink, [-0.5, 0.5], [0.0, 0.0]),
        Kink("softshrink(x)", autograd.softshrink, [-0.5, 0.5], [0.0, 0.0]),
        Kink("clip(x, -1, 1)", lambda x: autograd.clip(x, -1.0, 1.0), [-1.0, 1.0], [1.0, 1.0]),
        Kink("l1_loss(x, 0)", lambda x: F.l1_loss(x, autograd.zeros_like(x)), [0.0], [0.0]),
    ],
}
"""By what they have in common."""


def rows() -> list[str]:
    """The table's lines."""
    lines = []
    for title, kinks in KINKS.items():
        lines.append(f"\n{title}:\n\n| function | where | gradient |\n| --- | --- | --- |\n")
        for name, _, at, gradient in kinks:
            found = "none" if gradient is None else _point(gradient)
            lines.append(f"| `{name}` | x = {_point(at)} | {found} |\n")
    return lines


def _point(values: list[float]) -> str:
    text = ", ".join(f"{v:g}" for v in values)
    return f"({text})" if len(values) > 1 else text
