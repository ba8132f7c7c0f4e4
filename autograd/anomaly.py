"""Anomaly mode: stop at the first NaN or infinity, forward or backward, and tell where it was born."""

from __future__ import annotations

import linecache
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

import numpy as np

from autograd import graph
from autograd.graph import Node, meta_of
from autograd.primitive import Primitive, describe
from autograd.source import user_line


@contextmanager
def detect_anomaly(infinity: bool = True) -> Iterator[None]:
    """Context manager: raise FloatingPointError at the first operation that gives NaN or infinity, forward or backward.

    The message tells the operation, the line of your code that called it, the module it ran in, and the shape and range
    of each of its inputs; for a gradient, all that of the operation whose derivative gave it, if the forward pass ran
    inside the block too. With `infinity=False` only NaN counts, as where -inf masks attention scores. Slows everything
    down: for hunting bugs only.

    >>> import autograd, numpy as np
    >>> x = autograd.tensor(np.array([4.0, 0.0]), requires_grad=True)
    >>> with autograd.detect_anomaly():
    ...     autograd.log(x)
    Traceback (most recent call last):
        ...
    FloatingPointError: log gave -inf in 1 of 2 elements
      called at <doctest ...>:2: autograd.log(x)
      x: float64 (2,) from 0 to 4
    """
    kinds = ("nan", "inf") if infinity else ("nan",)
    with graph.changed_mode(anomaly=kinds), np.errstate(all="ignore"):
        yield


def check_forward(p: Primitive, raws: Iterable[Any], out: Any, node: Node | None) -> None:
    """Refuse a result that holds NaN or infinity; else note at the node where the call was made."""
    place, path = user_line(), "/".join(graph.scopes())
    if node is not None:
        meta = meta_of(node)
        meta.source, meta.path = place, path
    for result in out if p.outputs > 1 else (out,):
        problem = _problem(result)
        if problem:
            names = [f"{p.args[0]}[{i}]" for i, _ in enumerate(raws)] if p.variadic else p.args
            details = [f"{name}: {_range(raw)}" for name, raw in zip(names, raws, strict=True)]
            pulled = graph.pulled_node()
            if pulled is not None and pulled.primitive is not None:
                made = pulled.meta.source if pulled.meta else None
                details.append(f"while computing the derivative of {pulled.primitive.name}{_called(made)}")
            _refuse(f"{p.name} gave {problem}", place, path, details)


class CheckedAdjoints(dict[Any, Any]):
    """The adjoints of a sweep in anomaly mode: what goes in is checked, and blamed on the node being pulled."""

    _node: Node | None = None

    def enter(self, node: Node, g: Any) -> None:
        """The rules of `node` are about to run on the adjoint `g`."""
        self._node, self._g, self._saved = node, g, node.saved
        graph.set_pulled_node(node)

    def __setitem__(self, key: Any, value: Any) -> None:
        problem = "" if type(value) is list else _problem(getattr(value, "_data", value))
        if problem:
            self._fail(key, problem)
        super().__setitem__(key, value)

    def _fail(self, key: Any, problem: str) -> NoReturn:
        node = self._node
        if node is None or node.primitive is None:
            _refuse(f"the gradient from which the backward pass starts has {problem}", user_line(), "", ())
        p, meta = node.primitive, node.meta
        k = node.inputs.index(key)
        arg = f"{p.args[0]}[{k}]" if p.variadic else p.args[k]
        details = [f"g: {_range(g)}" for g in _parts(self._g)]
        if self._saved is not graph.FREED:
            details += [
                f"{name}: {_range(v)}"
                for name, value in zip(p.saves, self._saved, strict=True)
                for v in _parts(value)
                if isinstance(v, np.ndarray | np.generic | float)
            ]
        source = meta.source if meta and meta.source else ""
        if not source:
            details.append("run the forward pass inside detect_anomaly() too, to see which line called it")
        _refuse(
            f"the derivative of {p.name} with respect to {arg} gave {problem}",
            source,
            meta.path if meta else "",
            details,
        )


def _problem(value: Any) -> str:
    """What is wrong with a result, or an empty string."""
    mode = graph.get_mode()
    if value is None or mode is None or np.asarray(value).dtype.kind not in "fc" or np.all(np.isfinite(value)):
        return ""
    found = [
        (name, int(np.count_nonzero(test(value))))
        for name, kind, test in (("NaN", "nan", np.isnan), ("inf", "inf", np.isposinf), ("-inf", "inf", np.isneginf))
        if kind in mode.anomaly and (kind == "nan" or np.asarray(value).dtype.kind == "f")
    ]
    total = np.size(value)
    return " and ".join(f"{name} in {count} of {total} elements" for name, count in found if count)


def _range(value: Any) -> str:
    """Shape, dtype and range of an operand: "float64 (2, 3) from -1 to 2.5, and NaN in 1 of 6 elements"."""
    value = getattr(value, "_data", value)
    array = np.asarray(value)
    text = describe(value)
    if array.dtype.kind not in "fiu" or not hasattr(value, "dtype"):
        return text
    finite = array[np.isfinite(array)]
    if finite.size:
        text += f" from {finite.min():g} to {finite.max():g}"
    problem = _problem(array)
    return f"{text}, and {problem}" if problem else text


def _parts(value: Any) -> Iterable[Any]:
    return [v for v in value if v is not None] if isinstance(value, list | tuple) else [value]


def _called(place: str | None) -> str:
    if not place:
        return ""
    filename, _, line = place.rpartition(":")
    text = linecache.getline(filename, int(line)).strip()
    return f"\n  called at {place}" + (f": {text}" if text else "")


def _refuse(what: str, place: str, path: str, details: Iterable[str]) -> NoReturn:
    module = f"\n  in module {path}" if path else ""
    raise FloatingPointError(f"{what}{_called(place)}{module}" + "".join(f"\n  {d}" for d in details))
