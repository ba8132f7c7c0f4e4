"""Writes `docs/primitives.md`: every primitive with its notation, its derivatives, and what they are at kinks.

python -m scripts.primitives_table > docs/primitives.md
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

import autograd
from autograd.notation import derivative
from autograd.ops import load_all
from autograd.primitive import Primitive

HEAD = """\
# The primitives

Every operation that Tensors record, by the file that declares it. Written by `python -m scripts.primitives_table` from
the declarations themselves: each derivative was printed by running its rule on named stand-ins.

In a derivative, `g` is the adjoint of the result (`g0`, `g1`, … where there are several), `out` the result, "…" a
parameter of a step, and c a number that depends on shapes and parameters. It is the contribution to the argument's
adjoint before broadcasting is undone, which happens in one place for all. What has no derivatives listed returns values
that carry no gradient. The functions of `autograd` are these primitives, or check their arguments and call them.
"""
KINKS_HEAD = """
## At kinks

Where no derivative exists, or its formula divides 0 by 0, the gradient is this one (computed, not copied):

| function | where | gradient |
| --- | --- | --- |
"""
KINKS: list[tuple[str, Callable[..., Any], list[float]]] = [
    ("abs(x)", autograd.absolute, [0.0]),
    ("hypot(x₀, x₁)", lambda x: autograd.hypot(x[0], x[1]), [0.0, 0.0]),
    ("arctan2(x₀, x₁)", lambda x: autograd.arctan2(x[0], x[1]), [0.0, 0.0]),
    ("sqrt(x)", autograd.sqrt, [0.0]),
    ("x % 2", lambda x: x % 2, [4.0]),
    ("relu(x)", autograd.relu, [0.0]),
    ("leaky_relu(x, 0.01)", autograd.leaky_relu, [0.0]),
    ("relu6(x)", autograd.relu6, [0.0, 6.0]),
    ("hardtanh(x)", autograd.hardtanh, [-1.0, 1.0]),
    ("hardshrink(x)", autograd.hardshrink, [-0.5, 0.5]),
    ("softshrink(x)", autograd.softshrink, [-0.5, 0.5]),
    ("clip(x, -1, 1)", lambda x: autograd.clip(x, -1.0, 1.0), [-1.0, 1.0]),
    ("maximum(x₀, x₁)", lambda x: autograd.maximum(x[0], x[1]), [1.0, 1.0]),
    ("minimum(x₀, x₁)", lambda x: autograd.minimum(x[0], x[1]), [1.0, 1.0]),
    ("max(x)", autograd.max, [1.0, 2.0, 2.0]),
    ("min(x)", autograd.min, [1.0, 1.0, 2.0]),
    ("x.max(dim=0).values", lambda x: x.max(dim=0).values, [2.0, 2.0]),
    ("max_pool1d(x, 2)", lambda x: autograd.max_pool1d(x[None, None], 2), [2.0, 2.0]),
    ("sort(x)[0]", lambda x: autograd.sort(x)[0], [1.0, 1.0]),
    ("sort(x)[1]", lambda x: autograd.sort(x)[1], [1.0, 1.0]),
    ("norm(x)", lambda x: autograd.norm(x), [0.0, 0.0]),
    ("norm(x, 1)", lambda x: autograd.norm(x, 1), [0.0, 1.0]),
    ("norm(x, inf)", lambda x: autograd.norm(x, np.inf), [1.0, -1.0]),
    ("std(x)", autograd.std, [1.0, 1.0]),
    ("prod(x)", autograd.prod, [0.0, 2.0]),
    ("x ** 0", lambda x: x**0.0, [0.0]),
]


def text() -> str:
    """The whole file."""
    load_all()
    parts = [HEAD]
    families: dict[str, list[Primitive]] = {}
    for p in autograd.registry.values():
        families.setdefault(p.module.removeprefix("autograd."), []).append(p)
    for family, members in sorted(families.items()):
        parts.append(f"\n## {family}\n\n| primitive | notation | NumPy | derivatives |\n| --- | --- | --- | --- |\n")
        parts += sorted(map(_row, members))
    parts += [KINKS_HEAD, *_kinks()]
    return "".join(parts)


def _row(p: Primitive) -> str:
    derivatives = "<br>".join(_code(f"∂/∂{a}: {derivative(p, a)}") for a in p.differentiable)
    numpy = f"`np.{p.numpy.__name__}`" if p.numpy is not None else ""
    return f"| `{p.name}` | {_code(p.text.replace('{', '').replace('}', ''))} | {numpy} | {derivatives} |\n"


def _code(text: str) -> str:
    """As code in a cell of a table."""
    return f"`{text}`".replace("|", "\\|")


def _kinks() -> Iterator[str]:
    for name, function, point in KINKS:
        x = autograd.tensor(np.array(point), requires_grad=True)
        with np.errstate(all="ignore"):
            function(x).sum().backward()
        assert x.grad is not None
        values = (", ".join(f"{v:g}" for v in a) for a in (point, x.grad.tolist()))
        at, gradient = (f"({v})" if "," in v else v for v in values)
        yield f"| {_code(name)} | x = {at} | {gradient} |\n"


if __name__ == "__main__":
    print(text(), end="")
