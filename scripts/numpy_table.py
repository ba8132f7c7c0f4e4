"""Writes `docs/numpy.md`: every ufunc and every overridable function of NumPy, and what it does with Tensors.

python -m scripts.numpy_table > docs/numpy.md
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

import numpy as np

from autograd import ops, protocols

NAMESPACES = ("numpy", "numpy.linalg", "numpy.fft", "numpy.lib.stride_tricks", "numpy.lib.scimath")
"""Where NumPy keeps functions of numbers."""
OTHER_NAMESPACES = ("numpy.strings", "numpy.char", "numpy.lib.recfunctions")
"""Where it keeps functions of strings and of arrays with named fields; each namespace is one row."""

WITHOUT_GRADIENT = {
    "comparisons, logic and bits give booleans or integers": (
        "all allclose any array_equal array_equiv bitwise_and bitwise_count bitwise_or bitwise_xor equal gcd "
        "greater greater_equal in1d invert isclose iscomplex isfinite isin isinf isnan isneginf isposinf isreal lcm "
        "left_shift less less_equal logical_and logical_not logical_or logical_xor not_equal right_shift signbit"
    ),
    "derivative zero wherever it exists": "around ceil fix floor floor_divide heaviside rint round sign trunc",
    "positions and counts are integers": (
        "argmax argmin argpartition argsort argwhere count_nonzero diag_indices_from digitize flatnonzero "
        "histogram_bin_edges ix_ lexsort linalg.matrix_rank nanargmax nanargmin nonzero ravel_multi_index "
        "searchsorted tril_indices_from triu_indices_from unravel_index"
    ),
    "steps of the floating-point grid": "nextafter spacing",
    "new arrays that take shape and dtype alone": "empty_like ones_like zeros_like",
    "answers about arrays, none of them an array of numbers": (
        "can_cast common_type einsum_path iscomplexobj isrealobj may_share_memory min_scalar_type ndim result_type "
        "shape shares_memory size"
    ),
}
"""Functions whose results carry no gradient, by the reason."""

GONE = {"in1d": "without gradient"}
"""Functions that only older versions of NumPy have."""

HEAD = """\
# NumPy's functions on Tensors

Every ufunc and every function that NumPy lets other array types take over, in its namespaces of numbers ({namespaces}).
Written by `python -m scripts.numpy_table` from the tables that the calls go through; a test fails when NumPy has a
function that is not here. `np.f(t)` takes NumPy's arguments under NumPy's names.

No function takes `out=`: it would overwrite values that a derivative may need. Functions that change their first
argument (`np.put(t, …)`, `np.copyto(t, …)`, `np.fill_diagonal(t, …)`, `np.place`, `np.putmask`, `np.put_along_axis`) do
to a Tensor what `t[index] = v` does: the handle moves on to the new value, and what was computed from the old one
keeps its derivatives. They refuse to write a Tensor into a plain array.
"""


def discover() -> dict[Any, str]:
    """Every ufunc and overridable function of NumPy's namespaces of numbers, under its first name."""
    return {f: name for namespace in NAMESPACES for f, name in _members(namespace) if not _is_refused_by_module(f)}


def _members(namespace: str) -> Iterator[tuple[Any, str]]:
    module = import_module(namespace)
    seen = set()
    for name in sorted(set(dir(module)) - set(getattr(module, "__expired_attributes__", ()))):
        value: Any = getattr(module, name)
        if name.startswith("_") or not (isinstance(value, np.ufunc) or hasattr(value, "_implementation")):
            continue
        if value in seen or (namespace != "numpy" and getattr(np, name, None) is value):
            continue
        seen.add(value)
        own = getattr(value, "__name__", name)
        if getattr(module, own, None) is value:
            name = own
        yield value, name if namespace == "numpy" else f"{namespace.removeprefix('numpy.')}.{name}"


def _is_refused_by_module(function: Any) -> bool:
    module = getattr(function, "__module__", None) or ""
    return any(module.startswith(m) for m in protocols.REFUSED_MODULES)


def without_gradient() -> dict[str, str]:
    """The reason by name."""
    return {name: reason for reason, names in WITHOUT_GRADIENT.items() for name in names.split()}


def classify() -> dict[str, str]:
    """Each function's class by name: "differentiable", "without gradient", "refused", or "missing"."""
    ops.load_all()
    protocols.fill_ufuncs()
    reasons = without_gradient()
    classes = {}
    for function, name in discover().items():
        known = function in (protocols.UFUNCS if isinstance(function, np.ufunc) else protocols.FUNCTIONS)
        if function in protocols.REFUSED:
            classes[name] = "refused"
        elif not known:
            classes[name] = "missing"
        else:
            classes[name] = "without gradient" if name in reasons else "differentiable"
    return classes


def text() -> str:
    """The whole file."""
    classes, reasons = GONE | classify(), without_gradient()
    names = {name: function for function, name in discover().items()}
    parts = [HEAD.format(namespaces=", ".join(f"`{n}`" for n in NAMESPACES))]

    def section(title: str, explanation: str, kind: str, row: Callable[[str], str] | None = None) -> None:
        members = sorted(name for name in classes if classes[name] == kind)
        if not members:
            return
        parts.append(f"\n## {title}\n\n{explanation}\n\n")
        if row is None:
            parts.append(_listed(members))
        else:
            parts.extend(map(row, members))

    section("Differentiable", "In reverse and in forward mode, to any order; each is tested.", "differentiable")
    parts.append("\n## Without a gradient\n\nThe results are Tensors, or Python values, that carry none.\n")
    for reason in WITHOUT_GRADIENT:
        members = sorted(n for n in classes if classes[n] == "without gradient" and reasons[n] == reason)
        parts.append(f"\n{reason[0].upper()}{reason[1:]}:\n{_listed(members)}")
    section(
        "Refused",
        "A TypeError names the function, the reason and the way out.",
        "refused",
        lambda name: f"- `np.{name}`: {protocols.REFUSED[names[name]]}.\n",
    )
    parts += [f"- all of `{n}`: {_reason_of_module(n)}.\n" for n in OTHER_NAMESPACES]
    section("Missing", "No derivative yet.", "missing")
    return "".join(parts)


def _listed(names: list[str]) -> str:
    lines, line = [], ""
    for word in [f"`np.{n}`" for n in names]:
        if len(line) + len(word) > 118:
            lines.append(line.rstrip())
            line = ""
        line += f"{word} "
    return "\n".join([*lines, line.rstrip()]) + "\n"


def _reason_of_module(name: str) -> str:
    return next(reason for m, reason in protocols.REFUSED_MODULES.items() if re.match(re.escape(m), name))


if __name__ == "__main__":
    print(text(), end="")
