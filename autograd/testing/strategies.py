"""Hypothesis strategies for arrays and Tensors, and gradcheck over them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from hypothesis import HealthCheck, given, settings, strategies as st
from hypothesis.extra import numpy as npst
from numpy.typing import DTypeLike

from autograd.gradcheck import gradcheck
from autograd.tensor import Tensor, tensor

Shape = tuple[int, ...]
Shapes = Shape | st.SearchStrategy[Shape]


def shapes(min_dims: int = 0, max_dims: int = 3, min_side: int = 0, max_side: int = 4) -> st.SearchStrategy[Shape]:
    """Shapes of arrays, those of empty and 0-d arrays included."""
    return st.lists(st.integers(min_side, max_side), min_size=min_dims, max_size=max_dims).map(tuple)


def broadcastable_shapes(
    count: int, max_dims: int = 3, min_side: int = 0, max_side: int = 4
) -> st.SearchStrategy[tuple[Shape, ...]]:
    """Tuples of `count` shapes that broadcast against one another.

    >>> from hypothesis import given
    >>> from autograd.testing import broadcastable_shapes
    >>> @given(broadcastable_shapes(2))
    ... def test(shapes):
    ...     np.broadcast_shapes(*shapes)
    >>> test()
    """
    drawn = npst.mutually_broadcastable_shapes(
        num_shapes=count, max_dims=max_dims, min_side=min_side, max_side=max_side
    )
    return drawn.map(lambda found: found.input_shapes)


def arrays(
    shape: Shapes | None = None, dtype: DTypeLike = np.float64, elements: st.SearchStrategy[float] | None = None
) -> st.SearchStrategy[np.ndarray]:
    """Arrays, by default of any of `shapes()` and with float64 elements in [-2, 2].

    `elements` keeps clear of places where a function has a kink or a pole: `st.floats(0.1, 2)` for a logarithm, say.
    """
    dtype = np.dtype(dtype)
    if elements is None and dtype.kind == "f":
        elements = st.floats(-2, 2, allow_subnormal=False, width=8 * dtype.itemsize)  # type: ignore[arg-type]
    return npst.arrays(dtype, shapes() if shape is None else shape, elements=elements)


def tensors(
    shape: Shapes | None = None,
    dtype: DTypeLike = np.float64,
    requires_grad: bool = True,
    elements: st.SearchStrategy[float] | None = None,
) -> st.SearchStrategy[Tensor]:
    """Tensors, by default of any of `shapes()`, with float64 elements in [-2, 2] and requiring grad.

    >>> from hypothesis import given
    >>> from autograd.testing import tensors
    >>> @given(tensors((2, 3), "float32"))
    ... def test(t):
    ...     t.sum().backward()
    ...     assert t.grad.tolist() == [[1, 1, 1], [1, 1, 1]]
    >>> test()
    """
    return arrays(shape, dtype, elements).map(lambda array: tensor(array, requires_grad=requires_grad))


def check_function(
    f: Callable[..., Any], *inputs: st.SearchStrategy[Any], max_examples: int = 25, **options: Any
) -> None:
    """Run `autograd.gradcheck(f, ...)` on inputs drawn from these strategies, one per argument of `f`.

    `options` are those of gradcheck. Raises GradcheckError for the simplest failing inputs that were found.

    >>> import autograd
    >>> from autograd.testing import arrays, check_function
    >>> check_function(lambda x, y: x * autograd.tanh(y), arrays((2, 1)), arrays((3,)))
    """

    @settings(max_examples=max_examples, suppress_health_check=[HealthCheck.too_slow])
    @given(st.tuples(*inputs))
    def run(drawn: tuple[Any, ...]) -> None:
        gradcheck(f, *drawn, **options)

    run()
