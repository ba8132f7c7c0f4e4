"""A line search for step lengths that satisfy the strong Wolfe conditions."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np


@dataclass
class Point:
    """A step length with the loss, the gradient, and the slope along the direction there."""

    t: float
    f: float
    g: np.ndarray
    slope: float


def cubic_minimum(a: Point, b: Point, bounds: tuple[float, float] | None = None) -> float:
    """The minimum of the cubic through two points with their slopes, within bounds (Nocedal & Wright, eq. 3.59)."""
    low, high = bounds or (min(a.t, b.t), max(a.t, b.t))
    d1 = a.slope + b.slope - 3 * (a.f - b.f) / (a.t - b.t)
    square = d1 * d1 - a.slope * b.slope
    if square < 0:
        return (low + high) / 2
    d2 = math.sqrt(square)
    if a.t <= b.t:
        t = b.t - (b.t - a.t) * ((b.slope + d2 - d1) / (b.slope - a.slope + 2 * d2))
    else:
        t = a.t - (a.t - b.t) * ((a.slope + d2 - d1) / (a.slope - b.slope + 2 * d2))
    return min(max(t, low), high)


def strong_wolfe(
    at: Callable[[float], tuple[float, np.ndarray]],
    t: float,
    d: np.ndarray,
    f: float,
    g: np.ndarray,
    slope: float,
    tolerance_change: float = 1e-9,
    max_steps: int = 25,
    c1: float = 1e-4,
    c2: float = 0.9,
) -> tuple[float, np.ndarray, float, int]:
    """A step length t along d with f(t) ≤ f + c₁ t slope and |slope(t)| ≤ c₂ |slope| (algorithms 3.5 and 3.6).

    `at(t)` gives loss and gradient. Returns loss, gradient, t and the number of evaluations.
    """
    start = Point(0.0, f, g, slope)
    evaluations = 0

    def probe(t: float) -> Point:
        nonlocal evaluations
        evaluations += 1
        value, gradient = at(t)
        return Point(t, value, gradient, float(gradient @ d))

    def steep(p: Point) -> bool:
        return p.f > start.f + c1 * p.t * slope

    def flat(p: Point) -> bool:
        return abs(p.slope) <= -c2 * slope

    previous, point = start, probe(t)
    bracket: list[Point] = []
    for step in range(max_steps):
        if steep(point) or (step > 0 and point.f >= previous.f):
            bracket = [previous, point]
        elif flat(point):
            return point.f, point.g, point.t, evaluations
        elif point.slope >= 0:
            bracket = [previous, point]
        if bracket:
            break
        wide = (point.t + 0.01 * (point.t - previous.t), point.t * 10)
        t = cubic_minimum(previous, point, wide)
        previous, point = point, probe(t)
    else:
        bracket = [start, point]
        step = max_steps
    best = _zoom(bracket, probe, steep, flat, max_steps - step, float(np.abs(d).max()), tolerance_change)
    return best.f, best.g, best.t, evaluations


def _zoom(
    bracket: list[Point],
    probe: Callable[[float], Point],
    steep: Callable[[Point], bool],
    flat: Callable[[Point], bool],
    steps: int,
    size: float,
    tolerance_change: float,
) -> Point:
    """Narrow the bracket until a point in it satisfies the conditions, or nothing is left to gain."""
    low, high = (0, 1) if bracket[0].f <= bracket[1].f else (1, 0)
    slow = False
    for _ in range(steps):
        left, right = sorted(p.t for p in bracket)
        if (right - left) * size < tolerance_change:
            break
        t = cubic_minimum(bracket[0], bracket[1])
        # A point too near an end makes hardly any progress: at the second time, move it inside.
        margin = 0.1 * (right - left)
        near = min(right - t, t - left) < margin
        if near and (slow or t >= right or t <= left):
            t = right - margin if abs(t - right) < abs(t - left) else left + margin
            near = False
        slow = near
        point = probe(t)
        if steep(point) or point.f >= bracket[low].f:
            bracket[high] = point
            low, high = (0, 1) if bracket[0].f <= bracket[1].f else (1, 0)
        else:
            if flat(point):
                return point
            if point.slope * (bracket[high].t - bracket[low].t) >= 0:
                bracket[high] = bracket[low]
            bracket[low] = point
    return bracket[low]
