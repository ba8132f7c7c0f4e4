"""The explorer: a page on which one steps forward and backward through a graph, in one file that needs nothing else."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Hashable
from html import escape
from importlib.resources import files
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

import numpy as np

from autograd.notation import derivative
from autograd.primitive import Primitive
from autograd.tensor import Tensor
from autograd.visualize.cells import Cell, Contribution, Steps
from autograd.visualize.findings import findings
from autograd.visualize.pictures import NUMBERS, Detail, detail_for, magnitude, picture, plain
from autograd.visualize.steps import computed
from autograd.visualize.wording import brief

DATA = "{{data}}"
"""Where the bundled page wants the graph."""
TITLE = "{{title}}"


def explore(
    output: Tensor | Callable[..., Any], *args: Any, path: str | os.PathLike[str] | None = None, title: str = ""
) -> Page:
    """The graph that leads to `output` as an interactive page: step through it, click it, find where gradients die.

    `output` is a Tensor, or a function that is run on `args` while everything is recorded: its values, module paths,
    source lines, and the names of its variables; floating-point arguments get gradients. `path` is where the page is
    written, one HTML file that works without network and without installation. In Jupyter the result shows itself;
    elsewhere `.open()` shows it in the browser. Nothing is disturbed: no `.grad` changes and no graph is released, so
    it can be called before `backward()`; after it, what the graph has not kept is missing.

    Raises ValueError if nothing was recorded, RuntimeError if a saved value was overwritten since, OSError if the file
    cannot be written.

    >>> import autograd
    >>> from autograd.visualize import explore
    >>> def neuron(w, x, b):
    ...     u = w * x
    ...     v = u + b
    ...     a = autograd.relu(v)
    ...     return a
    >>> page = explore(neuron, 2.0, 3.0, 1.0)
    >>> page
    <page of 3 operations: neuron>
    >>> page.html[:15]
    '<!doctype html>'
    """
    page = Page(computed(output, args, sys._getframe(1).f_locals), title)
    if path is not None:
        page.save(path)
    return page


class Page:
    """An explorer page: `html` is its text, `steps` what it shows; `save` writes it, `open` shows it.

    >>> import autograd
    >>> from autograd.visualize import explore
    >>> page = explore(lambda x: autograd.tanh(2 * x), 0.5, title="a page")
    >>> page, len(page.steps.backward)
    (<page of 2 operations: a page>, 2)
    """

    def __init__(self, steps: Steps, title: str = "") -> None:
        self.steps = steps
        self.title = title or steps.title or steps.cells[steps.output].symbol
        self.html = fill(page_data(steps, self.title), self.title)

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the page; returns where. The file is complete or not there at all."""
        target = Path(path)
        with NamedTemporaryFile("w", encoding="utf-8", dir=target.parent, suffix=".tmp", delete=False) as file:
            file.write(self.html)
        try:
            os.chmod(file.name, 0o644)
            os.replace(file.name, target)
        except OSError:
            os.unlink(file.name)
            raise
        return target

    def open(self) -> Path:
        """Write the page to a temporary file and show it in the browser; returns where it is."""
        import webbrowser

        with NamedTemporaryFile("w", encoding="utf-8", suffix=".html", delete=False) as file:
            file.write(self.html)
        webbrowser.open(Path(file.name).as_uri())
        return Path(file.name)

    def _repr_html_(self) -> str:
        return (
            f'<iframe srcdoc="{escape(self.html)}" title="{escape(self.title)}" sandbox="allow-scripts" '
            f'style="width: 100%; height: 640px; border: 1px solid #8884; border-radius: 8px"></iframe>'
        )

    def __repr__(self) -> str:
        return f"<page of {len(self.steps.forward):,} operations: {self.title}>"


def fill(data: Any, title: str) -> str:
    """The bundled page with this graph in it. The text cannot end its script element, whatever names it holds."""
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    text = text.encode("utf-8", "replace").decode("utf-8")  # lone surrogates
    page = files("autograd.visualize").joinpath("page/explorer.html").read_text("utf-8")
    head, tail = page.split(DATA)
    return head.replace(TITLE, escape(title)) + text + tail


class _Table:
    """Texts or other things that occur often, each once."""

    def __init__(self) -> None:
        self.items: list[Any] = []
        self._known: dict[Hashable, int] = {}

    def index(self, key: Hashable, make: Callable[[], Any] | None = None) -> int:
        """Where the thing is in the list; it is added if it is new."""
        if key not in self._known:
            self._known[key] = len(self.items)
            self.items.append(key if make is None else make())
        return self._known[key]


def page_data(steps: Steps, title: str) -> dict[str, Any]:
    """A graph as JSON-ready data. The names of the fields are those of frontend/src/data.ts."""
    primitives, scopes, sources = _Table(), _Table(), _Table()
    large = sum(getattr(v, "size", 0) > NUMBERS for cell in steps.cells for v in (cell.value, cell.adjoint))
    detail = detail_for(large)
    with np.errstate(all="ignore"):
        cells = [_cell(cell, steps, detail, primitives, scopes, sources) for cell in steps.cells]
    return {
        "title": title,
        "output": steps.output,
        "scalar": steps.scalar,
        "forward": steps.forward,
        "backward": steps.backward,
        "notes": steps.notes,
        "primitives": primitives.items,
        "scopes": [list(s) for s in scopes.items],
        "sources": sources.items,
        "findings": [{"kind": f.kind, "cell": f.cell, "text": f.text, "backward": f.backward} for f in findings(steps)],
        "cells": cells,
    }


def _cell(
    cell: Cell, steps: Steps, detail: Detail, primitives: _Table, scopes: _Table, sources: _Table
) -> dict[str, Any]:
    made: dict[str, Any] = {
        "kind": cell.kind,
        "symbol": cell.symbol,
        "value": picture(cell.value, detail),
        "scope": scopes.index(cell.scopes),
    }
    if cell.adjoint is not None:
        made["adjoint"] = picture(cell.adjoint, detail)
    for name, value in (("size", cell.value), ("slope", cell.adjoint)):
        size = magnitude(value)
        if size is not None and np.ndim(value):
            made[name] = plain(size)
    if cell.primitive is not None:
        p = cell.primitive
        made["op"] = primitives.index(p, lambda: _primitive(p))
        made["inputs"] = [-1 if k is None else k for k in cell.inputs]
        made["formula"] = cell.formula
        params = {k: _short(v) for k, v in cell.params.items()}
        optional = {
            "numbers": cell.numbers,
            "params": params,
            "passes": [_contribution(c, steps) for c in cell.contributions],
            "seconds": _rounded(cell.seconds),
            "backwardSeconds": _rounded(cell.backward_seconds),
            "kept": cell.kept,
            "flops": cell.flops,
        }
        made |= {k: v for k, v in optional.items() if v}
    made |= {k: v for k, v in (("chain", cell.chain), ("chainRule", cell.chain_rule)) if v}
    if cell.source:
        made["source"] = sources.index(_shown(cell.source))
    return made


def _contribution(c: Contribution, steps: Steps) -> dict[str, Any]:
    made: dict[str, Any] = {"to": c.to, "text": c.text}
    if c.of > 1:
        made |= {"nth": c.nth, "of": c.of, "total": brief(c.total)}
    if c.local is not None:
        made["local"] = plain(c.local)
        made["localText"] = c.local_text
    return made


def _primitive(p: Primitive) -> dict[str, Any]:
    first = p.doc.strip().split("\n", 1)[0]
    rules = {a: derivative(p, a) for a in p.differentiable}
    return {"name": p.name, "text": p.text, "doc": first, "rules": rules}


def _short(value: Any) -> str:
    text = brief(value) if isinstance(value, np.ndarray) else repr(value)
    return text if len(text) <= 60 else text[:57] + "…"


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else float(f"{seconds:.3g}")


def _shown(source: str) -> str:
    """A line of code by the last parts of its path: a page that is passed on tells nothing about the disk."""
    return "/".join(source.replace("\\", "/").rsplit("/", 2)[-2:])
