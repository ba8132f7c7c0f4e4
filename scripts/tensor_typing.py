"""Writes `autograd/_tensor_methods.pyi`: what type checkers and editors are told of the methods that a table attaches.

python -m scripts.tensor_typing > autograd/_tensor_methods.pyi
"""

from __future__ import annotations

import inspect
import re
import textwrap
from collections.abc import Callable, Iterator
from typing import Any

from autograd import late_methods, methods, torch_methods, torch_reductions, torch_statistics

HEAD = '''\
"""Tensor's operators and methods as attached by `autograd.methods`, for type checkers.

Written by scripts/tensor_typing.py.
"""

import builtins
from typing import Any

from autograd.random import Generator
from autograd.tensor import Tensor

class TensorMethods:
'''
DIMS = {"axis": "dim", "keepdims": "keepdim"}
BUILTIN = re.compile(r"\b(bool|int|float|str|tuple|type)\b")


def text() -> str:
    """The whole file."""
    return HEAD + "\n".join(textwrap.indent("\n".join(part), "    ") for part in _parts()) + "\n"


def _parts() -> Iterator[list[str]]:
    for name, function in methods.PROPERTIES.items():
        yield [
            "@property",
            f"def {name}(self) -> {_result(function, inspect.signature(function))}:",
            *_summary(function),
        ]
    for name in (*methods.OPERATORS, "divmod"):
        result = "builtins.tuple[Tensor, Tensor]" if name == "divmod" else "Tensor"
        for form in ("", "r"):
            yield [f"def __{form}{name}__(self, other: Any) -> {result}: ..."]
    for name in methods.OPERATORS:
        yield [f"def __i{name}__(self, other: Any) -> Tensor: ..."]
    for name, function in methods.UNARY.items():
        yield [f"def __{name}__{_signature(function)}: ..."]
    for name in methods.COMPARISONS:
        # object's own answer is a bool
        ignored = "  # type: ignore[override]" if name in ("eq", "ne") else ""
        yield [f"def __{name}__(self, other: Any) -> Tensor: ...{ignored}"]
    yield ["def __getitem__(self, index: Any) -> Tensor: ..."]
    yield ["def __setitem__(self, index: Any, value: Any) -> None: ..."]
    for name, function in sorted((methods.METHODS | methods.INTERCHANGE | late_methods.METHODS).items()):
        spellings = [names.split() for names, named in methods.NAMES.items() if name in named.split()]
        own = list(inspect.signature(function).parameters)[1:]
        spelled = dict(zip(own, spellings[0])) if len(spellings) == 1 else {}
        yield [f"def {name}{_signature(function, spelled)}:", *_summary(function)]
    for name, function in sorted((methods.REDUCTIONS | late_methods.REDUCTIONS).items()):
        yield [f"def {name}{_signature(function, DIMS, both=True)}:", *_summary(function)]


def _summary(function: Callable[..., Any]) -> list[str]:
    """The first paragraph of its docstring."""
    first = (inspect.getdoc(function) or "").split("\n\n")[0]
    lines = textwrap.wrap(" ".join(first.split()), 106)
    return (
        [f'    """{lines[0]}', *(f"    {line}" for line in lines[1:]), '    """']
        if lines[1:]
        else [f'    """{first}"""']
    )


def _signature(function: Callable[..., Any], spelled: dict[str, str] | None = None, both: bool = False) -> str:
    """Its signature as that of a method, with arguments `spelled` otherwise, or in `both` ways."""
    signature = inspect.signature(function)
    _, *rest = signature.parameters.values()
    parts = ["self"]
    spelled = spelled or {}
    keywords = []
    starred = False
    for p in rest:
        annotation = _annotation(p)
        default = "" if p.default is p.empty else f" = {p.default!r}"
        if p.kind is p.KEYWORD_ONLY and not starred:
            starred = True
            parts.append("*")
        star = "*" if p.kind is p.VAR_POSITIONAL else "**" if p.kind is p.VAR_KEYWORD else ""
        starred = starred or bool(star)
        parts.append(f"{star}{spelled.get(p.name, p.name)}: {annotation}{default}")
        if both and p.name in spelled:
            keywords.append(f"{p.name}: {annotation} = ...")
    if keywords:
        parts += keywords if starred else ["*", *keywords]
    return f"({', '.join(parts)}) -> {_result(function, signature)}"


def _annotation(p: inspect.Parameter) -> str:
    return "Any" if p.annotation is p.empty else BUILTIN.sub(r"builtins.\1", str(p.annotation))


def _result(function: Callable[..., Any], signature: inspect.Signature) -> str:
    found = "Any" if signature.return_annotation is signature.empty else str(signature.return_annotation)
    if inspect.unwrap(function).__module__ not in (
        torch_methods.__name__,
        torch_reductions.__name__,
        torch_statistics.__name__,
    ):  # Tensors in, Tensors out
        found = found.replace("Any", "Tensor")
    return BUILTIN.sub(r"builtins.\1", found)


if __name__ == "__main__":
    print(text(), end="")
