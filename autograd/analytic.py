"""Derivatives of functions with complex arguments or results, as numbers rather than products with a direction.

Only some functions have them: real functions of complex numbers the pair ∂f/∂a and ∂f/∂b, written ∂f/∂a - i·∂f/∂b;
complex functions of real numbers a complex derivative; complex functions of complex numbers one complex derivative if
they are analytic, and none otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd.forward import Tape
from autograd.level import Level
from autograd.ops.axes import every_value


def complex_row(level: Level, adjoints: list[Any], k: int) -> list[Any]:
    """The derivatives of one element of result k: of a complex one, also those by real arguments complex."""
    row = level.pull(adjoints, retain_graph=True)
    if level.outputs[k].dtype.kind != "c" or all(t.dtype.kind == "c" for t in level.inputs):
        return row
    imaginary = level.pull([None if g is None else -1j * g for g in adjoints], retain_graph=True)
    return [d if t.dtype.kind == "c" else d + 1j * e for d, e, t in zip(row, imaginary, level.inputs, strict=True)]


def complex_column(tape: Tape, tangents: list[Any], k: int) -> list[Any]:
    """The derivatives by one element of argument k: by a complex one, ∂f/∂a - i·∂f/∂b of real results."""
    level = tape.level
    column = tape.push(tangents)
    if level.inputs[k].dtype.kind != "c" or all(o.dtype.kind == "c" for o in level.outputs):
        return column
    turned = tape.push([None if t is None else 1j * t for t in tangents])
    return [d if o.dtype.kind == "c" else d - 1j * e for d, e, o in zip(column, turned, level.outputs, strict=True)]


def want_analytic(
    level: Level, derivatives: Callable[[list[Any]], list[Any]], sources: Sequence[Any], k: int, targets: Sequence[Any]
) -> None:
    """Refuse functions whose derivatives, from source k to the complex targets, are not linear over complex numbers.

    That a random direction times i gives i times the same tells so almost surely.
    """
    if sources[k].dtype.kind != "c" or not any(t.dtype.kind == "c" for t in targets):
        return
    rng = np.random.default_rng(0)
    direction = np.asarray(rng.uniform(0.5, 1, sources[k].shape) * np.exp(1j), sources[k].dtype)
    directions: list[Any] = [None] * len(sources)
    directions[k] = direction
    straight = derivatives(directions)
    directions[k] = 1j * direction
    for d, e, t in zip(straight, derivatives(directions), targets, strict=True):
        d, e = every_value(d), every_value(e)
        scale = np.max(np.abs(d) + np.abs(e), initial=0)
        if t.dtype.kind == "c" and np.max(np.abs(e - 1j * d), initial=0) > 1e-3 * scale:
            raise TypeError(
                f"{level.transform}: the function is not analytic here (conj, abs, real and the like are not), so it "
                f"has no complex derivative; differentiate its real and imaginary parts, or use vjp or jvp"
            )
