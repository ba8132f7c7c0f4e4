"""Inverse trigonometric and hyperbolic functions of vectors, through arctan and log1p: within 6 ulp of float32 and
float64; NaN, infinities and zeros as in NumPy."""

from __future__ import annotations

import math

from autograd.kernels.native.code import Code
from autograd.kernels.native.values import Value
from autograd.kernels.native.vector_math import arctan, exp2, log, log1p

LARGE = 2.0**30
"""Where √(x² ± 1) has long been |x|, and x² is not yet infinite."""


def arcsin(code: Code, x: Value) -> Value:
    """arctan(x / √((1 - x)(1 + x)))"""
    return arctan(code, x / code.sqrt((1.0 - x) * (x + 1.0)))


def arccos(code: Code, x: Value) -> Value:
    """2 arctan(√((1 - x) / (1 + x)))"""
    return 2.0 * arctan(code, code.sqrt((1.0 - x) / (x + 1.0)))


def arctan2(code: Code, y: Value, x: Value) -> Value:
    """The angle of the point (x, y)."""
    a, b = code.abs(y), code.abs(x)
    ratio = code.where(a.eq(b), code.where(a.eq(0.0), a, a.like(1)), a / b)
    angle = arctan(code, ratio)
    left = code.copysign(x.like(1), x) < 0.0
    angle = code.where(left, x.like(math.pi) - angle, angle)
    return code.where(x.ne(x), x, code.copysign(angle, y))


def arcsinh(code: Code, x: Value) -> Value:
    """ln(|x| + √(x² + 1)), with the sign of x"""
    a = code.abs(x)
    square = a * a
    near = log1p(code, a + square / (code.sqrt(square + 1.0) + 1.0))
    return code.copysign(code.where(a > LARGE, log(code, a) + math.log(2), near), x)


def arccosh(code: Code, x: Value) -> Value:
    """ln(x + √(x² - 1))"""
    t = x - 1.0
    near = log1p(code, t + code.sqrt(t) * code.sqrt(t + 2.0))
    return code.where(x > LARGE, log(code, x) + math.log(2), near)


def arctanh(code: Code, x: Value) -> Value:
    """ln((1 + x) / (1 - x)) / 2"""
    a = code.abs(x)
    return code.copysign(0.5 * log1p(code, (a + a) / (1.0 - a)), x)


def logaddexp2(code: Code, x: Value, y: Value) -> Value:
    """log₂(2ˣ + 2ʸ)"""
    more = log1p(code, exp2(code, -code.abs(x - y))) * math.log2(math.e)
    return code.where(x.eq(y), x + 1.0, code.maximum(x, y) + more)
