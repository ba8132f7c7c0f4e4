"""Values and derivatives as short texts: "w · x", "∂L/∂w = g · x = 1 · 3 = 3"."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from autograd.notation import derivative, derivative_at
from autograd.primitive import Primitive
from autograd.visualize.recording import UNKNOWN

_WORD = re.compile(r"(?<![\w.…])[A-Za-z][A-Za-z0-9_]*(?![A-Za-z0-9_]*\()")
_VAGUE = re.compile(r"…|(?<!\w)c(?!\w)")
_KEYWORDS = frozenset({"where", "else", "as", "and", "or", "mod", "not", "if"})
_WRITTEN_LIMIT = 200_000
"""Rules are written down by running them once more, if their operands have no more elements than this."""
_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def subscript(k: int) -> str:
    """12 as ₁₂."""
    return str(k).translate(_SUBSCRIPTS)


def number(value: Any) -> str:
    """A number in at most four significant digits; a small vector in brackets.

    >>> number(1 / 3), number(3.0), number(np.array([1.0, -2.5])), number(True)
    ('0.3333', '3', '[1, -2.5]', 'True')
    """
    if isinstance(value, bool | np.bool_):
        return str(bool(value))
    array = np.asarray(value)
    if array.ndim == 0:
        item = array.item()
        if isinstance(item, int):
            return str(item)
        text = f"{item:.4g}"
        return {"-0": "0", "nan": "NaN"}.get(text, text)
    return "[" + ", ".join(number(v) for v in array) + "]"


def is_short(value: Any) -> bool:
    """Whether a value is written out inside formulas: a number or a vector of up to three."""
    return value is not UNKNOWN and not isinstance(value, tuple | list) and np.ndim(value) <= 1 and np.size(value) <= 3


def brief(value: Any) -> str:
    """A value in few characters: numbers while they are few, else dtype and shape.

    >>> brief(np.float32(0.5)), brief(np.ones((2, 2))), brief(np.zeros((32, 10)))
    ('0.5', '[[1, 1], [1, 1]]', 'float64 32×10')
    """
    if value is UNKNOWN:
        return "not kept"
    if isinstance(value, tuple | list):
        return f"{len(value)} results"
    array = np.asarray(value)
    if array.ndim == 0 or (array.ndim == 1 and 0 < array.size <= 6):
        return number(value)
    if array.ndim == 2 and 0 < array.size <= 6:
        return "[" + ", ".join(map(number, array)) + "]"
    return f"{array.dtype} {'×'.join(map(str, array.shape))}"


def call_text(p: Primitive, operands: list[str], params: tuple[Any, ...]) -> str:
    """A call in its primitive's notation: "w · x"."""
    shown = [f"({o})" if o.startswith("-") else o for o in operands]
    if p.name == "weighted_sum" and len(operands) % 2:
        half = len(operands) // 2
        products = (f"{w} · {x}" for w, x in zip(shown[:half], shown[half : 2 * half], strict=True))
        return " + ".join((*products, shown[-1]))
    fields: dict[str, str] = {k: _parameter(v) for k, v in zip(p.params, params, strict=True)}
    fields |= {p.args[0]: ", ".join(operands)} if p.variadic else dict(zip(p.args, shown))
    if not p.variadic and re.search(r"\(\{\w+\}\)", p.text):
        fields |= dict(zip(p.args, operands))
    return p.text.format(**fields)


def _parameter(value: Any) -> str:
    text = number(value) if isinstance(value, float) else repr(value)
    return text if len(text) <= 24 else "…"


class Rules:
    """The written rules of one graph's primitives; each is written down once."""

    def __init__(self) -> None:
        self._known: dict[Any, str] = {}

    def text(self, p: Primitive, position: int, operands: tuple[Any, ...], params: tuple[Any, ...]) -> str:
        """The rule with which the adjoint of an operand is computed, in the names of its declaration."""
        arg = p.args[0] if p.variadic else p.args[position]
        if not p.variadic and len(p.args) != len(operands):
            return "the function runs again"
        key: Any = (p, arg)
        general = self._known.get(key)
        if general is None:
            general = self._known[key] = derivative(p, arg).replace("sum_to(g)", "Σ g")
        if not (p.variadic or general.startswith("computed by") or _VAGUE.search(general)):
            return general
        if any(v is UNKNOWN for v in operands) or sum(map(np.size, operands)) > _WRITTEN_LIMIT:
            return general
        key = (p, arg, position if p.variadic else 0, *map(np.shape, operands), repr(params))
        if key not in self._known:
            named = dict(zip(p.params, params, strict=True))
            self._known[key] = derivative_at(p, arg, operands, named, position).replace("g[…]", "g")
        return self._known[key]


def substitute(formula: str, names: dict[str, str]) -> str:
    """The formula with its variables replaced; negative numbers stand in parentheses where they need them."""

    def replaced(match: re.Match[str]) -> str:
        text = names.get(match[0], match[0])
        if not text.startswith("-") or match[0] == formula:
            return text
        around = formula[: match.start()][-1:], formula[match.end() :][:1]
        return text if around == ("(", ")") else f"({text})"

    return _WORD.sub(replaced, formula)


def numeric(formula: str, values: dict[str, Any]) -> str:
    """The formula with numbers put in, or "" where that would not be readable."""
    words = _WORD.findall(formula)
    if not words or "…" in formula or formula.startswith(("computed by", "the function")):
        return ""
    variables = [w for w in words if w not in _KEYWORDS]
    if any(not is_short(values.get(w, UNKNOWN)) for w in variables):
        return ""
    if len(variables) > 3 and any(np.ndim(values[w]) for w in variables):
        return ""
    return substitute(formula, {w: number(values[w]) for w in variables})


def shaped(formula: str, values: dict[str, Any]) -> str:
    """A product of matrices or a convolution with its shapes put in: "gᵀ @ x" as "[16×8]ᵀ @ [16×4]"; "" for others."""
    variables = [w for w in _WORD.findall(formula) if w not in _KEYWORDS]
    if not re.search(r"[@∗]", formula) or any(np.ndim(values.get(w, 0.0)) == 0 for w in variables):
        return ""
    if any(values[w] is UNKNOWN or isinstance(values[w], list) for w in variables):
        return ""
    return substitute(formula, {w: f"[{'×'.join(map(str, np.shape(values[w])))}]" for w in variables})


def without_adjoint(formula: str) -> str:
    """A rule with g = 1: the local derivative. "g · x" gives "x", "g" gives "1"."""
    if formula == "g":
        return "1"
    if formula.startswith(("computed by", "the function")):
        return ""
    text = re.sub(r"(?<!\w)g · ", "", formula)
    text = re.sub(r"(?<!\w)g(?!\w)", "1", text)
    return text[1:-1] if _is_enclosed(text) else text


def _is_enclosed(text: str) -> bool:
    """Whether the first and the last character are parentheses that belong together."""
    depth = 0
    for k, c in enumerate(text):
        depth += (c == "(") - (c == ")")
        if depth == 0:
            return c == ")" and k == len(text) - 1
    return False


def chained(*texts: str) -> str:
    """Equal things in a row, each said once: chained("u", "w · x", "2 · 3", "6") is "u = w · x = 2 · 3 = 6"."""
    kept: list[str] = []
    for text in texts:
        if text and (not kept or kept[-1] != text):
            kept.append(text)
    return " = ".join(kept)


def piecewise(p: Primitive, arg: str, symbol: str, value: Any) -> str:
    """The local derivative of a function with a kink, in words: "1 for v > 0"; "" for others."""
    if p.name == "relu" and np.ndim(value) == 0 and value is not UNKNOWN:
        return f"1 for {symbol} > 0" if value > 0 else f"0 for {symbol} ≤ 0"
    return ""
