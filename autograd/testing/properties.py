"""The property test of a primitive, over its own samples."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from hypothesis import HealthCheck, given, settings, strategies as st
from numpy.typing import DTypeLike

from autograd.primitive import Primitive
from autograd.sampling import Sampler
from autograd.testing.example import Example
from autograd.testing.primitive_checks import PRIMITIVE_CHECKS


class _DrawnSampler(Sampler):
    """Structure from hypothesis, so that it shrinks; contents from a generator."""

    def __init__(self, draw: Callable[[st.SearchStrategy[int]], int], rng: np.random.Generator, dtype: Any) -> None:
        super().__init__(rng, dtype)
        self._draw = draw

    def integer(self, low: int, high: int) -> int:
        return self._draw(st.integers(low, high))


def examples(primitive: Primitive, dtype: DTypeLike = np.float64) -> st.SearchStrategy[Example]:
    """Examples of a primitive, drawn from its `samples`; raises TypeError if it declares none.

    With a complex `dtype` most arguments are complex and some real, in any mixture.
    """
    if primitive.samples is None:
        raise TypeError(
            f"primitive {primitive.name} has no samples and cannot be tested: declare samples=lambda s: "
            f"((arrays...), {{parameters}}), drawing from the autograd.sampling.Sampler s"
        )
    return _examples(primitive, dtype)


@st.composite
def _examples(draw: Any, primitive: Primitive, dtype: DTypeLike) -> Example:
    seed = draw(st.integers(0, 2**16))
    assert primitive.samples is not None
    args, params = primitive.samples(_DrawnSampler(draw, np.random.default_rng(seed), dtype))
    return Example(primitive, tuple(args), dict(params), seed)


def check_primitive(
    primitive: Primitive | Callable[..., Any],
    max_examples: int | None = None,
    checks: Sequence[Callable[[Example], None]] | None = None,
    dtype: DTypeLike = np.float64,
) -> None:
    """Run the checks (default: `PRIMITIVE_CHECKS`) on examples of a primitive; raises AssertionError if one fails.

    `max_examples` defaults to that of the current hypothesis profile. The error names the check and the
    smallest failing example found. With a complex `dtype`, complex arguments that are refused by a TypeError pass.
    """
    p = primitive if isinstance(primitive, Primitive) else primitive.primitive  # type: ignore[attr-defined]
    chosen = PRIMITIVE_CHECKS if checks is None else checks

    @settings(max_examples=max_examples or settings().max_examples, suppress_health_check=[HealthCheck.too_slow])
    @given(examples(p, dtype))
    def run(example: Example) -> None:
        if example.takes_complex and example.is_refused:
            return
        for check in chosen:
            try:
                check(example)
            except Exception as error:
                error.add_note(f"in {check.__name__} on {example}")
                raise

    run()
