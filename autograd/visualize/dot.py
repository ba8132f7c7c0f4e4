"""The recorded graph as a picture: Graphviz draws it, or, where there is no `dot` program, a layout in Python."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import warnings
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, Any

from autograd.tensor import Tensor
from autograd.visualize.backprop import with_backward
from autograd.visualize.folding import READABLE, Tree
from autograd.visualize.known import known_gradients
from autograd.visualize.scene import (
    DOUBLE,
    FAINT,
    FRAME,
    OVAL,
    PALETTE,
    ROUND,
    TITLE,
    WIRE,
    Box,
    Group,
    Scene,
    make_scene,
    visible_text,
)
from autograd.visualize.steps import computed

if TYPE_CHECKING:
    import graphviz

FORMATS = ("svg", "png", "pdf", "dot")
LAYOUT_SECONDS = 20.0
"""Graphviz gets this long; then the picture is folded by one level more."""


def dot(
    output: Tensor | Callable[..., Any],
    *args: Any,
    depth: int | None = None,
    rankdir: str | None = None,
    values: bool = True,
    gradients: bool | None = None,
    backward: bool = False,
    roll: bool | None = None,
) -> Picture:
    """The graph that leads to `output` as a Picture, which shows itself in Jupyter and saves itself as SVG, PNG or PDF.

    Parameters are orange boxes, inputs green ellipses, constants dashed grey ones, operations blue boxes, the output
    violet with a double border, a folded module a grey folder. Small arrays are written out, large ones as shape with
    minimum, mean and maximum (none with `values=False`). In graphs of single numbers every edge bears the local
    derivative ("∂ = 3"); in others how the adjoint g of the result is passed on ("g ↦ g @ weight").

    `output` is a Tensor, or a function that is run on `args` while everything is recorded. Of a Tensor's graph the
    gradients are those of its latest `backward()`; before that, boxes read "no gradient yet". Of a function they are
    computed. `gradients=True` computes them in any case, False leaves them and the derivatives out.

    Modules are known if a function is given: `dot(model, x)`. They are frames that are open down to `depth` levels:
    0 shows each outermost module as one box, 1 what is directly inside. The default is the largest depth that can be
    read at a glance. Equal blocks in a row are drawn once, marked "×18": with `roll=True` always, with False never, by
    default in large graphs. Stretches of a large graph without modules are folded like modules.

    `backward=True` adds the operations of the backward pass, in red. `rankdir` is "LR" (left to right), "TB" (top
    down), "RL" or "BT"; by default small pictures run to the right and others down.

    Raises ImportError without the graphviz package, ValueError if nothing was recorded or for a wrong `rankdir` or
    `depth`, RuntimeError if a saved value was overwritten since, or for `backward` of a graph that has been released.

    >>> import autograd
    >>> from autograd.visualize import dot
    >>> w = autograd.tensor(2.0, requires_grad=True, name="w")
    >>> dot(w * 3.0)
    <picture of 2 boxes>
    >>> "no gradient yet" in dot(w * 3.0).source
    True
    >>> "∂ = 3" in dot(lambda a, b, d: (a + b) * d, 1.0, 2.0, 3.0).source
    True
    """
    local = sys._getframe(1).f_locals
    return drawn(output, args, local, depth, rankdir, values, gradients, backward, roll)


def drawn(
    output: Any,
    args: tuple[Any, ...],
    variables: Mapping[str, Any],
    depth: int | None,
    rankdir: str | None,
    values: bool,
    gradients: bool | None,
    backward: bool,
    roll: bool | None,
) -> Picture:
    """`dot` for a caller whose local variables give names to what has none."""
    if rankdir not in (None, "LR", "TB", "RL", "BT"):
        raise ValueError(f"rankdir must be 'LR', 'TB', 'RL' or 'BT', got {rankdir!r}")
    if depth is not None and depth < 0:
        raise ValueError(f"depth is the number of levels of modules to open: 0, 1, 2, … or None, got {depth!r}")
    graphviz_package()
    made = computed(output, args, variables)
    found = known_gradients(made, not isinstance(output, Tensor), gradients)
    if backward:
        with_backward(made)
    tree = Tree(made.cells, roll)
    start = tree.readable_depth(READABLE) if depth is None else min(depth, tree.deepest())
    return Picture(lambda level: make_scene(made, tree, found, rankdir, level, values), start)


class Picture:
    """A drawing of a graph: `source` is its DOT text, `svg()` the drawing; `save` writes a file, Jupyter shows it.

    `depth` is to how many levels modules are open, `digraph` the `graphviz.Digraph` for those who want to change it.

    >>> import autograd
    >>> from autograd.visualize import dot
    >>> picture = dot(lambda w: autograd.tanh(w), 0.5)
    >>> picture.svg()[-7:].strip()
    '</svg>'
    """

    def __init__(self, scene_at: Callable[[int], Scene], depth: int) -> None:
        self._scene_at = scene_at
        self._open(depth)

    def _open(self, depth: int) -> None:
        self.depth = depth
        self.scene = self._scene_at(depth)
        self.digraph = to_digraph(self.scene)
        self._svg: str | None = None

    @property
    def source(self) -> str:
        """The picture as DOT text."""
        return str(self.digraph.source)

    def svg(self) -> str:
        """The picture as SVG text: drawn by Graphviz's `dot` program, without it by a layout in Python."""
        if self._svg is None:
            rendered = self._render("svg")
            if rendered is not None:
                text = rendered.decode("utf-8")
                self._svg = text[text.index("<svg") :]
            else:
                from autograd.visualize.drawing import to_svg

                self._svg = to_svg(self._small_enough())
        return self._svg

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the picture as the ending of `path` says: .svg, .png, .pdf or .dot; returns where.

        PNG and PDF are drawn by Graphviz or else with matplotlib. The file is complete or not there at all.
        Raises ValueError for another ending, RuntimeError where there is neither Graphviz nor matplotlib.
        """
        target = Path(path)
        kind = target.suffix.lower().lstrip(".")
        if kind not in FORMATS:
            raise ValueError(f"cannot save a picture as {target.name!r}: the name must end in .svg, .png, .pdf or .dot")
        if kind == "dot":
            content = self.source.encode()
        elif kind == "svg":
            content = ('<?xml version="1.0" encoding="UTF-8"?>\n' + self.svg()).encode()
        else:
            content = self._render(kind) or self._painted(kind)
        with NamedTemporaryFile("wb", dir=target.parent, suffix=".tmp", delete=False) as file:
            file.write(content)
        try:
            os.chmod(file.name, 0o644)
            os.replace(file.name, target)
        except OSError:
            os.unlink(file.name)
            raise
        return target

    def _painted(self, kind: str) -> bytes:
        """PNG or PDF without Graphviz."""
        try:
            from autograd.visualize.painting import paint
        except ImportError as error:
            raise RuntimeError(
                f"a picture as {kind.upper()} needs Graphviz's `dot` program (apt install graphviz, brew install "
                f"graphviz, or graphviz.org) or matplotlib (pip install 'chalkgrad[viz]'); save('….svg') works without"
            ) from error
        return paint(self._small_enough(), kind)

    def _render(self, kind: str) -> bytes | None:
        """What `dot` makes of it, folded further if that takes too long; None where there is no such program."""
        program = shutil.which("dot")
        if program is None:
            return None
        while True:
            hurry = ["-Gnslimit=2", "-Gmclimit=0.5"] if len(self.scene.boxes) > 400 else []
            command = [program, f"-T{kind}", *hurry, *(["-Gdpi=144"] if kind == "png" else [])]
            try:
                done = subprocess.run(
                    command, input=self.source.encode(), capture_output=True, timeout=LAYOUT_SECONDS, check=False
                )
            except subprocess.TimeoutExpired:
                if self.depth == 0:
                    return None
                self._fold(f"took Graphviz more than {LAYOUT_SECONDS:g} s")
                continue
            except OSError:
                return None
            return done.stdout if done.returncode == 0 and done.stdout else None

    def _small_enough(self) -> Scene:
        """The scene, folded until the layout in Python is quick."""
        from autograd.visualize.layout import MOST

        while len(self.scene.boxes) > MOST and self.depth > 0:
            self._fold("is too much for the layout in Python (Graphviz's `dot` program does more)")
        return self.scene

    def _fold(self, why: str) -> None:
        message = f"drawing {len(self.scene.boxes)} boxes {why}: modules are open to depth {self.depth - 1} now"
        warnings.warn(message, UserWarning, stacklevel=4)
        self._open(self.depth - 1)

    def _repr_svg_(self) -> str:
        return self.svg()

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {"image/svg+xml": self.svg(), "text/plain": repr(self)}

    def __str__(self) -> str:
        return self.source

    def __repr__(self) -> str:
        return f"<picture of {len(self.scene.boxes)} boxes{': ' if self.scene.title else ''}{self.scene.title}>"


def graphviz_package() -> Any:
    """The graphviz package; ImportError says where it is to be had."""
    try:
        import graphviz
    except ImportError as error:
        raise ImportError("drawing a graph needs the graphviz package: pip install 'chalkgrad[viz]'") from error
    return graphviz


def to_digraph(scene: Scene) -> graphviz.Digraph:
    """The scene in Graphviz's terms. Whatever names hold is text, nowhere markup or DOT."""
    package = graphviz_package()
    picture = package.Digraph(
        "backprop",
        graph_attr={"rankdir": scene.rankdir, "nodesep": "0.3", "ranksep": "0.45", "fontname": "Helvetica"},
        node_attr={"fontname": "Helvetica", "fontsize": "11", "margin": "0.12,0.06"},
        edge_attr={"fontname": "Helvetica", "fontsize": "10", "color": WIRE, "arrowsize": "0.7"},
    )
    _fill(picture, scene.root)
    for arrow in scene.arrows:
        extra = {"color": FAINT, "style": "dashed"} if arrow.faint else {}
        picture.edge(arrow.tail, arrow.head, label=_text(f" {arrow.label} ") if arrow.label else None, **extra)
    return picture


def _fill(picture: graphviz.Digraph, group: Group) -> None:
    for part in group.parts:
        if isinstance(part, Box):
            picture.node(part.key, _text("\n".join(filter(None, part.lines))), **_style(part.role))
            continue
        with picture.subgraph(name=part.key) as inner:
            inner.attr(label=_text(part.title), style="rounded", color=FRAME, fontcolor=TITLE, fontsize="11")
            inner.attr(labeljust="l")
            _fill(inner, part)


def _text(text: str) -> Any:
    """A label that Graphviz shows as it is."""
    return graphviz_package().escape(visible_text(text))


def _style(role: str) -> dict[str, str]:
    """How Graphviz draws a box of a role."""
    fill, line = PALETTE[role]
    more = ["rounded"] if role in ROUND else ["dashed"] if role == "constant" else []
    shape = "ellipse" if role in OVAL else "folder" if role == "module" else "box"
    double = {"peripheries": "2"} if role in DOUBLE else {}
    return {"shape": shape, "style": ",".join(["filled", *more]), "fillcolor": fill, "color": line, **double}
