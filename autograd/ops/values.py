"""NumPy functions whose results carry no gradient: positions, counts, sets of values, questions about arrays.

They are computed by NumPy itself, on the values. Those that give arrays are steps of one primitive, so that a trace
sees where the arrays come from; those that give a Python value just give it.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.primitive import MANY, primitive
from autograd.protocols import FUNCTIONS, UFUNCS
from autograd.tensor import Tensor
from autograd.tree import Structure, flatten, unflatten

__all__: list[str] = []

ARRAY = (
    "argpartition bitwise_count digitize gcd histogram_bin_edges in1d isin iscomplex isneginf isposinf isreal lcm "
    "lexsort ravel_multi_index searchsorted nanargmax nanargmin"
)
"""NumPy functions that give one array."""
ARRAYS = "diag_indices_from tril_indices_from triu_indices_from unravel_index"
"""NumPy functions that give several arrays."""
ANSWERS = (
    "array_equiv can_cast common_type einsum_path iscomplexobj isrealobj may_share_memory min_scalar_type result_type "
    "shares_memory"
)
"""NumPy functions that give a Python value: a bool, a dtype."""


ABOUT_DTYPES = frozenset({np.can_cast, np.common_type, np.iscomplexobj, np.isrealobj, np.result_type})
"""Of these, functions that do not look at values, so that they have an answer inside `vmap` too."""


ONE = flatten(((0,), {}))[1]


def _sample(s):
    return (s.integers((4,), 0, 5),), {"function": np.bincount, "structure": ONE, "others": ()}


def _samples_of_several(s):
    return (s.integers((4,), 0, 5),), {"function": _halves, "structure": ONE, "others": ()}


def _halves(x):
    return x[:2], x[2:]


@primitive(xs=None, text="{function}({xs})", samples=_sample)
def numpy_values(*xs, function, structure, others):
    """What a NumPy function gives for the values, without a gradient; `others` are its other arguments, by position."""
    return np.asarray(_called(function, structure, others, xs))


@primitive(xs=None, text="{function}({xs})", outputs=MANY, samples=_samples_of_several)
def numpy_several_values(*xs, function, structure, others):
    """The same for functions that give several arrays."""
    return tuple(np.asarray(a) for a in _called(function, structure, others, xs))


def _called(function: Any, structure: Structure, others: Any, xs: Any) -> Any:
    leaves, held = iter(xs), dict(others)
    args, kwargs = unflatten(structure, [held[i] if i in held else next(leaves) for i in range(len(xs) + len(held))])
    return function(*args, **kwargs)


def without_gradient(function: Any, several: bool = False) -> Any:
    """`function` on values, as a function of Tensors: its results are Tensors that carry no gradient."""
    call = numpy_several_values if several else numpy_values

    def on_values(*args: Any, **kwargs: Any) -> Any:
        leaves, structure = flatten((args, kwargs))
        arrays = [x for x in leaves if isinstance(x, (Tensor, np.ndarray))]
        others = tuple((i, x) for i, x in enumerate(leaves) if not isinstance(x, (Tensor, np.ndarray)))
        return call(*arrays, function=function, structure=structure, others=others)

    return on_values


def answering(function: Any) -> Any:
    """`function` on values, where it gives no array."""

    def on_values(*args: Any, **kwargs: Any) -> Any:
        leaves, structure = flatten((args, kwargs))
        plain = (lambda t: np.empty(t.shape, t.dtype)) if function in ABOUT_DTYPES else (lambda t: t.data)
        args, kwargs = unflatten(structure, [plain(x) if isinstance(x, Tensor) else x for x in leaves])
        return function(*args, **kwargs)

    return on_values


for _names, _make in (
    (ARRAY, without_gradient),
    (ARRAYS, lambda f: without_gradient(f, several=True)),
    (ANSWERS, answering),
):
    for _name in _names.split():
        _function = getattr(np, _name, None)
        if _function is not None:
            (UFUNCS if isinstance(_function, np.ufunc) else FUNCTIONS).setdefault(_function, _make(_function))
