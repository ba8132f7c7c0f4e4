"""A primitive with drawn inputs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NoReturn

import numpy as np

from autograd.dtypes import is_differentiable
from autograd.numerical import Form
from autograd.primitive import Primitive
from autograd.tensor import Tensor, wrap


@dataclass(frozen=True)
class Example:
    """A primitive with inputs of one call: array arguments, parameters, and the seed of all further random numbers."""

    primitive: Primitive
    args: tuple[Any, ...]
    params: dict[str, Any]
    seed: int

    def __repr__(self) -> str:
        parts = [*map(_describe, self.args), *(f"{k}={v!r}" for k, v in self.params.items())]
        return f"{self.primitive.name}({', '.join(parts)})  # seed={self.seed}"

    def call(self, args: Sequence[Any]) -> tuple[Any, ...]:
        """The results on these arguments, as a tuple also where there is one."""
        return self._tuple(self.primitive.fn(*args, **deepcopy(self.params)))

    def kernel(self, args: Sequence[Any]) -> tuple[Any, ...]:
        """What the bare kernel gives."""
        return self._tuple(self.primitive.kernel(*args, **deepcopy(self.params)))

    def _tuple(self, out: Any) -> tuple[Any, ...]:
        return out if self.primitive.outputs > 1 else (out,)

    def with_args(self, args: Sequence[Any], places: Sequence[int]) -> list[Any]:
        """The arguments, those at `places` replaced."""
        merged = list(self.args)
        for i, arg in zip(places, args, strict=True):
            merged[i] = arg
        return merged

    def form(self, tracked: tuple[int, ...]) -> Form:
        """What is differentiated to test the arguments at the places `tracked`."""

        def function(xs: Sequence[Tensor]) -> list[Tensor]:
            outs = self.call(self.with_args(xs, tracked))
            return [out if isinstance(out, Tensor) else wrap(out) for out in outs]

        return Form(function, [np.asarray(self.args[i]) for i in tracked], self.rng())

    def name_of(self, place: int) -> str:
        """The name of an array argument."""
        p = self.primitive
        return f"{p.args[0]}[{place}]" if p.variadic else p.args[place]

    @cached_property
    def differentiable(self) -> tuple[int, ...]:
        """The places of the arguments that have a rule and hold floating numbers, real or complex."""
        p = self.primitive
        return tuple(
            i
            for i, arg in enumerate(self.args)
            if (p.args[0] if p.variadic else p.args[i]) in p.differentiable and is_differentiable(np.asarray(arg).dtype)
        )

    @cached_property
    def is_refused(self) -> bool:
        """Whether the call raises TypeError."""
        try:
            self.call(self.args)
        except TypeError:
            return True
        return False

    @property
    def subsets(self) -> Iterator[tuple[int, ...]]:
        """Which arguments to track: each alone, and all together."""
        yield from ((i,) for i in self.differentiable)
        if len(self.differentiable) > 1:
            yield self.differentiable

    def rng(self) -> np.random.Generator:
        """A generator for directions and adjoints; the same at each call."""
        return np.random.default_rng([self.seed, 1])

    def cast(self, dtype: Any) -> Example:
        """The same example with its floating arguments in another dtype, complex ones in its complex partner."""
        partners = {"f": np.dtype(dtype), "c": np.result_type(dtype, np.complex64)}
        args = tuple(a.astype(partners.get(a.dtype.kind, a.dtype)) if hasattr(a, "dtype") else a for a in self.args)
        return replace(self, args=args)

    @cached_property
    def takes_complex(self) -> bool:
        """Whether the arguments hold complex numbers."""
        return any(np.iscomplexobj(a) for a in self.args)

    def fail(self, problem: str) -> NoReturn:
        """Raise AssertionError, naming this example."""
        raise AssertionError(f"{self}: {problem}")


def _describe(arg: Any) -> str:
    array = np.asarray(arg)
    if array.size <= 4:
        return repr(arg)
    layout = "" if array.flags.c_contiguous else f", strides {array.strides}"
    return f"<{array.dtype} {array.shape}{layout}>"
