"""Derivatives in writing: a rule is run on named stand-ins, and what it does is printed.

The formula shown is therefore the formula run. The viewer and the table in docs/primitives.md read it from here.
"""

from __future__ import annotations

import re
import string
from itertools import islice
from typing import Any

import numpy as np

from autograd.primitive import Primitive, Rule, saved_value
from autograd.program import Instruction, Program, Value, trace
from autograd.sampling import Sampler
from autograd.tensor import Tensor, wrap

LONGEST = 140
"""A derivative that would be longer is named after its rule instead."""
_SUM, _MINUS, _PRODUCT, _ATOM = 1, 2, 3, 4
_NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d+)?(?:e[-+]\d+)?(?!\w)")


def derivative(p: Primitive, arg: str) -> str:
    """What the rule of argument `arg` computes, with `g` the adjoint of the result and `out` the result.

    "…" stands for a parameter of a step, "c" for a number that depends on shapes and parameters. A rule that is too
    long in writing, or whose steps depend on the inputs, or that has no samples to run on, gives "computed by
    NAME(...)".
    Raises KeyError if `arg` is no differentiable argument.

    >>> import autograd
    >>> from autograd.notation import derivative
    >>> derivative(autograd.registry["divide"], "x"), derivative(autograd.registry["tanh"], "x")
    ('g / y', 'g - g · (out · out)')
    """
    wants, rule = p.wants[arg], p.rules[arg]
    assert rule is not None
    if p.samples is not None:
        texts = [_written(p, rule, wants, inputs) for inputs in _inputs(p)]
        if len({_NUMBER.sub("c", t) for t in texts}) == 1 and len(texts[0]) <= LONGEST:
            return texts[0] if len(set(texts)) == 1 else _common(texts)
    name = rule.__name__
    return f"computed by {'its rule' if name == '<lambda>' else name.lstrip('_')}({', '.join(wants)})"


def derivative_at(p: Primitive, arg: str, args: tuple[Any, ...], params: dict[str, Any], position: int = 0) -> str:
    """What the rule of argument `arg` does for these very inputs; what `derivative` says if that is too long to read.

    Of a variadic primitive, `position` tells which of its operands is meant.

    >>> import autograd, numpy as np
    >>> from autograd.notation import derivative_at
    >>> derivative_at(autograd.registry["matmul"], "y", (np.ones((2, 3)), np.ones((3, 4))), {})
    'xᵀ @ g'
    """
    rule = p.rules[arg]
    assert rule is not None
    try:
        text = _written(p, rule, p.wants[arg], (args, params), position)
    except Exception:  # noqa: BLE001 (a rule that does not run on stand-ins is named)
        text = ""
    return text if 0 < len(text) <= LONGEST else derivative(p, arg)


def _common(texts: list[str]) -> str:
    """The texts as one, "c" where their numbers differ."""
    between = _NUMBER.split(texts[0])
    numbers = zip(*map(_NUMBER.findall, texts), strict=True)
    same = [found[0] if len(set(found)) == 1 else "c" for found in numbers]
    return "".join(a + b for a, b in zip(between, [*same, ""], strict=True))


def _inputs(p: Primitive) -> list[tuple[tuple[Any, ...], dict[str, Any]]]:
    """Some samples, with enough elements to show what the rule does in general."""
    assert p.samples is not None
    drawn = (p.samples(Sampler(np.random.default_rng(seed))) for seed in range(200))
    return list(islice(((a, params) for a, params in drawn if all(np.size(x) > 1 for x in a)), 4))


def _written(
    p: Primitive,
    rule: Rule,
    wants: tuple[str, ...],
    inputs: tuple[tuple[Any, ...], dict[str, Any]],
    position: int | None = None,
) -> str:
    """Run a rule on stand-ins with these values, and write down what it does.

    With a `position`, what it does there and then: for that one of `*xs`, numbers as they are.
    """
    args, params = inputs
    raws = [a if isinstance(a, (float, int)) else np.asarray(a) for a in args]
    out = p.kernel(*raws, **params)
    values: dict[str, Any] = {p.args[0]: tuple(raws)} if p.variadic else dict(zip(p.args, raws))
    values |= dict(zip(p.params, p.defaults)) | params | {"i": position or 0}
    values["g"] = tuple(map(np.ones_like, out)) if p.outputs > 1 else np.ones_like(out)
    if p.variadic:
        values["wanted"] = (True,) * len(raws)
        values[f"{p.args[0]}_shapes"] = tuple(np.shape(raw) for raw in raws)
    tensors: dict[str, Tensor] = {}
    static: dict[str, Any] = {}
    operands: list[Any] = []
    for name in wants:
        value = values[name] if name in values else saved_value(name, values, out)
        if isinstance(value, tuple) and value and isinstance(value[0], np.ndarray):
            stem = name.rstrip("s") if name == p.args[0] else name
            several = {f"{stem}{k}": wrap(np.array(v)) for k, v in enumerate(value)}
            tensors |= several
            operands.append(tuple(several.values()))
        elif isinstance(value, np.ndarray | np.generic):
            tensors[name] = wrap(np.array(value))
            operands.append(tensors[name])
        else:
            static[name] = value
            operands.append(value)
    program = trace(lambda _: rule(*operands), list(tensors.values()))
    writer = _Writer(program, tensors, static, exact=position is not None)
    return writer.result(position if p.variadic and "i" not in wants else None)


_STEPS = 60
"""A rule of more steps than this is not written out: its text would grow without bound."""


class _Writer:
    """Writes the results of a Program as one expression."""

    def __init__(
        self, program: Program, tensors: dict[str, Tensor], static: dict[str, Any], exact: bool = False
    ) -> None:
        self.program, self.exact = program, exact
        self.names = dict(zip((v.id for v in program.inputs), tensors, strict=True))
        self.static = static

    def result(self, position: int | None = None) -> str:
        """The whole expression; of several results made by one step, that step. Or that of the result at a position."""
        outputs = self.program.outputs
        if self.exact and len(self.program) > _STEPS:
            return ""  # what `derivative` says will do
        if position is not None:
            return self.value(outputs[position])[0]
        makers = {v.producer for v in outputs}
        if len(outputs) > 1 and len(makers) == 1 and None not in makers:
            return self.call(self.program.instructions[makers.pop() or 0])[0]
        return ", ".join(self.value(v)[0] for v in outputs)

    def value(self, v: Any) -> tuple[str, int]:
        """The text of an operand and how tightly it holds together."""
        if not isinstance(v, Value):
            return self.number(v)
        if v.id in self.names:
            return self.names[v.id], _ATOM
        if v.producer is None:
            return self.number(v.data.item()) if v.data is not None and v.data.size == 1 else ("…", _ATOM)
        step = self.program.instructions[v.producer]
        text, level = self.call(step)
        return (f"({text})[{step.outputs.index(v)}]", _ATOM) if len(step.outputs) > 1 else (text, level)

    def number(self, v: Any) -> tuple[str, int]:
        if type(v) is bool:
            return str(v), _ATOM
        for name, value in self.static.items():
            if value is v and type(v) is float:
                return name, _ATOM
        if isinstance(v, complex):
            if v.real == 0:
                text, level = self.number(v.imag)
                return f"{text if v.imag not in (1, -1) else text[:-1]}i", level
            return f"({v:.6g})".replace("j", "i"), _ATOM
        return f"{v:.6g}", _MINUS if v < 0 else _ATOM

    def call(self, step: Instruction) -> tuple[str, int]:
        """A step in its primitive's notation, operands in parentheses where they need them."""
        p = step.primitive
        operands = dict(zip(p.args, [step.inputs] if p.variadic else [(v,) for v in step.inputs], strict=True))
        parts: list[str] = []
        fields = list(string.Formatter().parse(p.text))
        for k, (before, field, _, _) in enumerate(fields):
            parts.append(before)
            if field is None:
                continue
            if field not in operands:
                parts.append(self.parameter(step.params[field]))
                continue
            after = fields[k + 1][0] if k + 1 < len(fields) else ""
            enclosed = before.endswith(("(", "[", ", ", "|", "⌊", "⌈", "‖")) and (not after or after[0] in "),]|⌋⌉‖")
            texts = []
            for text, level in map(self.value, operands[field]):
                needed = level < _needed(p.text, "".join(parts), after) and not enclosed
                texts.append(f"({text})" if needed else text)
            parts.append(", ".join(texts))
        return "".join(parts), _level(p.text)

    def parameter(self, value: Any) -> str:
        """A parameter by the name it has in the rule, or a sign that one stands here."""
        return next(
            (name for name, known in self.static.items() if type(known) is type(value) and known == value),
            f"{value:.6g}" if self.exact and type(value) in (int, float) else "…",
        )


def _level(template: str) -> int:
    """How tightly a notation holds together."""
    if re.fullmatch(r"[^\s{]*[(\[|⌊⌈‖].*[)\]|⌋⌉‖]", template) or re.fullmatch(r"√?\{\w+\}(ᵀ|²|\[.*\])?", template):
        return _ATOM
    if re.fullmatch(r"\{\w+\} [·/@∗ᵀʷ]+ \{\w+\}", template):
        return _PRODUCT
    if re.fullmatch(r"[-+]\{\w+\}", template):
        return _MINUS
    return _SUM if re.fullmatch(r"\{\w+\} [-+] \{\w+\}", template) else 0


def _needed(template: str, before: str, after: str) -> int:
    """How tightly an operand must hold together to stand there without parentheses."""
    first = not before
    if template in ("{x} + {y}", "{x} - {y}"):
        return _SUM if first or "+" in template else _PRODUCT
    if template == "-{x}":
        return _PRODUCT
    if _level(template) == _PRODUCT:
        return _MINUS if first else _ATOM
    return _ATOM
