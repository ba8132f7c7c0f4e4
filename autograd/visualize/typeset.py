"""Formulas of the viewer, which are written in Unicode, as LaTeX."""

from __future__ import annotations

import re

_SIGNS = {
    "·": r"\cdot ",
    "×": r"\times ",
    "∂": r"\partial ",
    "Σ": r"\sum ",
    "∗": r"\ast ",
    "≤": r"\le ",
    "≥": r"\ge ",
    "≠": r"\ne ",
    "∞": r"\infty ",
    "…": r"\dots ",
    "π": r"\pi ",
    "|": r"\vert ",
    "‖": r"\Vert ",
    "⌊": r"\lfloor ",
    "⌋": r"\rfloor ",
    "⌈": r"\lceil ",
    "⌉": r"\rceil ",
    "@": r"\,@\,",
    "∈": r"\in ",
    "−": "-",
    "²": "{}^{2}",
    "ᵀ": r"{}^{\top}",
    "ʷ": "{}^{w}",
    "%": r"\%",
    "#": r"\#",
    "&": r"\wedge ",
    "$": r"\$",
    "_": r"\_",
    "{": r"\{",
    "}": r"\}",
    "\\": r"\backslash ",
    "~": r"\sim ",
}
_FUNCTIONS = {name: rf"\{name} " for name in ("ln", "exp", "sin", "cos", "tan", "sinh", "cosh", "tanh", "max", "min")}
_SUBSCRIPTS = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
_NAME = "[^\\W\\d₀-₉²ᵀʷΣ][^\\W₀-₉²ᵀʷΣ]*[₀-₉]*"
_TOKEN = re.compile(
    rf"(?P<slope>∂(?P<top>{_NAME})/∂(?P<by>{_NAME}))"
    r"|(?P<above>√|\^ ?(?=\())"
    rf"|(?P<power>\^ ?(?P<exponent>-?[\d.]+|{_NAME}))"
    r"|(?P<number>\d+(?:\.\d+)?e[-+]?\d+)"
    r"|(?P<words>\b(?:for|from|to|where|else|if|and|or|not|result|of|not kept)\b)"
    rf"|(?P<name>{_NAME})"
    r"|(?P<sub>[₀-₉]+)"
    r"|(?P<sign>.)",
    re.DOTALL,
)


def latex(text: str) -> str:
    r"""A formula in LaTeX, for between dollar signs.

    >>> from autograd.visualize.typeset import latex
    >>> latex("∂a/∂w = g · x = 3")
    '\\frac{\\partial a}{\\partial w} = g \\cdot x = 3'
    >>> latex("v₁₂ = relu(loss_1)")
    'v_{12} = \\operatorname{relu}(\\mathit{loss\\_1})'
    """
    parts: list[str] = []
    position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        assert match is not None
        position, kind, token = match.end(), match.lastgroup, match[0]
        if kind == "above":
            end = _closing(text, position)
            inside = latex(text[position:end].removeprefix("(").removesuffix(")"))
            parts.append(rf"\sqrt{{{inside}}}" if token[0] == "√" else f"{{}}^{{{inside}}}")
            position = end
        elif match["slope"]:
            parts.append(rf"\frac{{\partial {_name(match['top'])}}}{{\partial {_name(match['by'])}}}")
        elif kind == "power":
            exponent = match["exponent"]
            parts.append(f"{{}}^{{{exponent if exponent[0] in '-.0123456789' else _name(exponent)}}}")
        elif kind == "number":
            mantissa, _, exponent = token.partition("e")
            parts.append(rf"{mantissa} \cdot 10^{{{int(exponent)}}}")
        elif kind == "words":
            parts.append(rf"\text{{ {token} }}")
        elif kind == "name":
            is_called = text[match.end() :].startswith("(") and len(token) > 1
            written = rf"\operatorname{{{_escaped(token)}}}" if is_called else _name(token)
            parts.append(_FUNCTIONS.get(token, written))
        elif kind == "sub":
            parts.append(f"_{{{token.translate(_SUBSCRIPTS)}}}")
        else:
            parts.append(_SIGNS.get(token, token))
    return re.sub(r" +", " ", "".join(parts)).strip()


def _closing(text: str, start: int) -> int:
    """Where what stands below a root or in an exponent ends: at its closing parenthesis, or after one word."""
    if text[start : start + 1] != "(":
        return start + len(re.match(r"[\w.]*", text[start:])[0])  # type: ignore[index]
    depth = 0
    for k in range(start, len(text)):
        depth += (text[k] == "(") - (text[k] == ")")
        if depth == 0:
            return k + 1
    return len(text)


def _name(token: str) -> str:
    """A variable: one letter as it is, a word in italics, subscripts below."""
    stem = re.sub(r"[₀-₉]+$", "", token)
    below = token[len(stem) :].translate(_SUBSCRIPTS)
    shown = _SIGNS.get(stem, stem).strip() if len(stem) == 1 else rf"\mathit{{{_escaped(stem)}}}"
    return f"{shown}_{{{below}}}" if below else shown


def _escaped(text: str) -> str:
    return "".join(_SIGNS.get(c, c).strip() if c in "_%#&${}" else c for c in text)
