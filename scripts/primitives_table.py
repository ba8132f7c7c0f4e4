"""Writes `docs/primitives.md`: every primitive with its notation, its derivatives, and what they are at kinks.

python -m scripts.primitives_table > docs/primitives.md
"""

from __future__ import annotations

import numpy as np

import autograd
from autograd.notation import derivative
from autograd.ops import load_all
from autograd.primitive import Primitive
from autograd.sampling import Sampler
from autograd.testing import Example
from scripts.kinks import rows

HEAD = """\
# The primitives

Every operation that Tensors record, by the file that declares it. Written by `python -m scripts.primitives_table` from
the declarations themselves: each derivative was printed by running its rule on named stand-ins.

In a derivative, `g` is the adjoint of the result (`g0`, `g1`, … where there are several), `out` the result, "…" a
parameter of a step, and c a number that depends on shapes and parameters. It is the contribution to the argument's
adjoint before broadcasting is undone, which happens in one place for all. What has no derivatives listed returns values
that carry no gradient. The functions of `autograd` are these primitives, or check their arguments and call them.

Adjoints of complex numbers a + ib are ∂L/∂a - i·∂L/∂b. "ℝ" marks what takes no complex numbers, as its samples show.
"""
KINKS_HEAD = """
## At kinks

Where no derivative exists, or its formula divides 0 by 0, the gradient is this one, in both modes (that of the sum,
where the result is no number). The tests hold these promises against what is computed.
"""


def text() -> str:
    """The whole file."""
    load_all()
    parts = [HEAD]
    families: dict[str, list[Primitive]] = {}
    for p in autograd.registry.values():
        families.setdefault(p.module.removeprefix("autograd."), []).append(p)
    for family, members in sorted(families.items()):
        parts.append(
            f"\n## {family}\n\n| primitive | notation | NumPy | ℝ | derivatives |\n| --- | --- | --- | --- | --- |\n"
        )
        parts += sorted(map(_row, members))
    parts += [KINKS_HEAD, *rows()]
    return "".join(parts)


def _row(p: Primitive) -> str:
    derivatives = "<br>".join(_code(f"∂/∂{a}: {derivative(p, a)}") for a in p.differentiable)
    numpy = "" if p.numpy is None else f"`np.{p.numpy.__name__}`"
    if isinstance(p.numpy, np.ufunc) and getattr(np, p.numpy.__name__, None) is not p.numpy:
        numpy = f"`scipy.special.{p.numpy.__name__}`"
    real = "" if takes_complex(p) else "ℝ"
    return f"| `{p.name}` | {_code(p.text.replace('{', '').replace('}', ''))} | {numpy} | {real} | {derivatives} |\n"


def takes_complex(p: Primitive) -> bool:
    """Whether complex numbers are taken for some argument."""
    if p.real_only or p.samples is None:
        return not p.real_only
    found = False
    for seed in range(8):
        args, params = p.samples(Sampler(np.random.default_rng(seed), np.complex128))
        example = Example(p, tuple(args), dict(params), seed)
        if example.takes_complex and not example.is_refused:
            return True
        found = found or example.takes_complex
    return not found and not any(np.asarray(a).dtype.kind == "f" for a in args)


def _code(text: str) -> str:
    """As code in a cell of a table."""
    return f"`{text}`".replace("|", "\\|")


if __name__ == "__main__":
    print(text(), end="")
