"""Which gradients a picture shows: those that the latest backward pass has left, or those of a sweep of its own."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.graph import Node
from autograd.visualize.cells import Steps
from autograd.visualize.recording import UNKNOWN


def known_gradients(steps: Steps, is_function: bool, wanted: bool | None) -> dict[int, Any] | None:
    """The gradients by cell: empty if there are none yet, None if none are wanted.

    Of a function, or if they are `wanted`, they are those that `steps` found. Otherwise they are what
    `backward()` left: in `.grad`, and in graphs of numbers everywhere. What `steps` found for the rest is added if it
    agrees with all of that, so that one picture never shows the gradients of two different outputs.
    """
    if wanted is False:
        return None
    swept = {c.index: _outward(c.adjoint) for c in steps.cells if _is_known(c.adjoint)}
    if wanted or is_function:
        return swept
    found = ((k, _left_by_backward(node)) for node, k in steps.cell_of.items())
    left = {k: gradient for k, gradient in found if gradient is not None}
    agree = all(k in swept and _is_close(swept[k], g) for k, g in left.items())
    return swept | left if left and agree else left


def _is_known(adjoint: Any) -> bool:
    return adjoint is not None and adjoint is not UNKNOWN and not isinstance(adjoint, list)


def _outward(adjoint: Any) -> Any:
    """The gradient as the user knows it; inside, that of complex numbers is the conjugate."""
    return np.conj(adjoint) if np.iscomplexobj(adjoint) else adjoint


def _left_by_backward(node: Node) -> Any:
    tensor = node.meta.tensor() if node.meta is not None and node.meta.tensor is not None else None
    if tensor is not None and tensor.grad is not None:
        return tensor.grad._data
    adjoint = getattr(node, "adjoint", None)
    adjoint = getattr(adjoint, "_data", adjoint)
    return None if adjoint is None else _outward(adjoint)


def _is_close(a: Any, b: Any) -> bool:
    if np.shape(a) != np.shape(b):
        return False
    return bool(
        np.allclose(a, b, rtol=1e-3, atol=1e-6 * (1e-30 + float(np.max(np.abs(b), initial=0.0))), equal_nan=True)
    )
