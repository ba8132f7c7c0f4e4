"""What a primitive is, and the one decorator that declares it.

    @primitive(
        x=lambda g, y: g * y,
        y=lambda g, x: g * x,
        numpy=np.multiply, text="{x} · {y}", elementwise=True, linear="x y", samples=pair,
    )
    def mul(x, y):
        '''Elementwise product; shapes broadcast.'''

- The function's signature lists the array arguments first, then the parameters. An array argument is one that the
  declaration gives a rule: a function, or None where no derivative exists. `*xs` makes a variadic primitive.
- A **rule** returns the contribution to that argument's adjoint. It names what it needs: `g` (the incoming adjoint),
  `out` (the result), an array argument, a parameter, `x_shape`, `x_dtype`; for `*xs` also `i` (which of them),
  `xs_shapes`. A rule of `*xs` that does not name `i` returns the contributions to all of them at once; it may name
  `wanted`, which tells for each whether its contribution is wanted: None will do for those that are not.
  The graph keeps exactly what is named, and only while that derivative is wanted. Rules are plain NumPy and primitives,
  so that the same text runs on arrays and, when the derivative is itself differentiated or traced, on Tensors.
- The **kernel** is the body, arrays in and array(s) out; a declaration over a ufunc (`np.multiply`) needs no body.
- `elementwise`: shapes broadcast; the gradient is brought back to each argument's shape and dtype in one place.
- `linear`: the arguments in each of which the result is linear. `forward`: forward-mode rules `(t, ...) -> tangent` for
  arguments that are neither elementwise nor served well by transposing the reverse rule.
- `outputs`: how many results, if more than one (`MANY` where the parameters decide); then `g` and `out` are tuples, and
  a rule that needs just one of the results names `out0`, `out1`, …, so that the others are not kept. For `*xs` the
  adjoint of a result on which nothing depended is None.
- A random draw has no array argument but a parameter `generator`; it gives a Tensor, and a trace records it as a step
  that is drawn anew when replayed.
- `samples(s)` draws `(args, params)` from an `autograd.sampling.Sampler`: the source of all property tests.
- `real_only`: only real numbers make sense; complex arguments raise TypeError. Other rules are right for them too.
- `flops(out, *args, *params)`: a count of floating-point operations where it is not one per element of the result.

Calling a primitive with arrays gives arrays; with at least one Tensor, Tensors.
"""

from __future__ import annotations

import inspect
import string
import sys
from collections.abc import Callable
from time import perf_counter
from typing import Any, ParamSpec

import numpy as np

from autograd import specialize
from autograd.dtypes import PLAIN, as_operand, is_differentiable, is_foreign
from autograd.graph import Node, get_mode, next_index
from autograd.tensor import Tensor, wrap

Rule = Callable[..., Any]
S = ParamSpec("S")
registry: dict[str, Primitive] = {}
"""Every primitive of the library by name. A user's own primitives are not listed."""
MANY = sys.maxsize
"""Stands for `outputs` where their number depends on the parameters, as that of `split` does."""


RESERVED = frozenset({"g", "out", "i", "wanted", "type", "isinstance", "map", "zip"})
"""What a rule's parameters or the generated code mean by these names is fixed."""


class Primitive:
    """One declared operation; see the module's text for the meaning of each field.

    >>> import autograd
    >>> p = autograd.registry["multiply"]
    >>> p.args, p.text, p.elementwise, sorted(p.linear)
    (('x', 'y'), '{x} · {y}', True, ['x', 'y'])
    """

    __slots__ = (
        "args",
        "checked",
        "defaults",
        "differentiable",
        "doc",
        "elementwise",
        "flops",
        "fn",
        "forward",
        "kernel",
        "linear",
        "module",
        "name",
        "numpy",
        "outputs",
        "params",
        "pull",
        "real_only",
        "rules",
        "samples",
        "saves",
        "signature",
        "text",
        "variadic",
        "wants",
    )
    fn: Callable[..., Any]
    pull: Callable[..., None]

    def __init__(
        self,
        function: Callable[..., Any],
        rules: dict[str, Rule | None],
        *,
        numpy: Callable[..., Any] | None = None,
        text: str = "",
        elementwise: bool = False,
        linear: str = "",
        forward: dict[str, Rule] | None = None,
        outputs: int = 1,
        samples: Callable[..., Any] | None = None,
        flops: Callable[..., int] | None = None,
        real_only: bool = False,
    ) -> None:
        self.real_only = real_only
        self.name = function.__name__.rstrip("_")
        self.module = function.__module__ or ""
        self.doc = inspect.getdoc(function) or ""
        self.signature = inspect.signature(function)
        self.kernel = numpy if isinstance(numpy, np.ufunc) else function
        self.numpy, self.rules, self.samples, self.flops = numpy, rules, samples, flops
        self.elementwise, self.linear, self.outputs = elementwise, frozenset(linear.split()), outputs
        self.forward = forward or {}
        self.checked = not self.module.startswith(("autograd.", "nn.", "optim."))
        self._read_signature()
        self._read_rules()
        self.text = text or f"{self.name}({', '.join('{' + a + '}' for a in self.args)})"
        self._validate()
        self.pull = specialize.pull(self)
        self.fn = specialize.forward(self)

    def _read_signature(self) -> None:
        parameters = self.signature.parameters.values()
        self.args = tuple(p.name for p in parameters if p.name in self.rules)
        self.params = tuple(p.name for p in parameters if p.name not in self.rules)
        self.defaults = tuple(p.default for p in parameters if p.name not in self.rules)
        self.variadic = any(p.kind is p.VAR_POSITIONAL for p in parameters)

    def _read_rules(self) -> None:
        self.differentiable = tuple(a for a in self.args if self.rules.get(a) is not None)
        self.wants = {a: tuple(inspect.signature(self.rules[a]).parameters) for a in self.differentiable}  # type: ignore[arg-type]
        named = [n for a in self.differentiable for n in self.wants[a]]
        named += [n for rule in self.forward.values() for n in list(inspect.signature(rule).parameters)[1:]]
        if self.checked and not self.variadic:
            named += [f"{a}_shape" for a in self.differentiable]
        self.saves = tuple(dict.fromkeys(n for n in named if n not in ("g", "i", "wanted", *self.params)))

    def _validate(self) -> None:
        def refuse(problem: str) -> None:
            raise TypeError(f"primitive {self.name}: {problem}")

        unknown = set(self.rules) - set(self.args)
        if unknown or not (self.args or "generator" in self.params):
            refuse(f"rules for {sorted(unknown)} match no argument of {self.name}{self.signature}")
        if tuple(self.signature.parameters) != self.args + self.params:
            refuse(f"array arguments {self.args} must come before the parameters {self.params}")
        if self.variadic and (len(self.args) > 1 or self.elementwise):
            refuse("a variadic primitive has one array argument, `*xs`, and is not elementwise")
        for name in (*self.args, *self.params):
            if name.startswith("_") or name in RESERVED:
                taken = ", ".join(sorted(RESERVED))
                refuse(f"no argument can be called {name!r}; the names {taken} have their own meaning")
        if not self.doc and sys.flags.optimize < 2:  # -OO takes docstrings away
            refuse("a docstring is needed: its first line is the operation's description")
        known = {"out", *self.args, *(f"{a}_{k}" for a in self.args for k in ("shape", "dtype", "shapes"))}
        if 1 < self.outputs < MANY and not self.variadic:
            known |= {f"out{k}" for k in range(self.outputs)}
        for name in self.saves:
            if name not in known:
                refuse(f"a rule asks for {name!r}; it can name g, {', '.join(sorted(known | set(self.params)))}")
        for arg, wants in self.wants.items():
            if not wants or wants[0] != "g":
                refuse(f"the rule of {arg} must take the adjoint `g` first")
        if not self.linear <= set(self.args):
            refuse(f"linear={sorted(self.linear)} are not all array arguments")
        if not set(self.forward) <= set(self.args):
            refuse(f"forward={sorted(self.forward)} are not all array arguments")
        fields = {f for _, f, _, _ in string.Formatter().parse(self.text) if f}
        if not fields <= {*self.args, *self.params}:
            refuse(f"text {self.text!r} names something that is no argument")

    def count_flops(self, out: Any, args: Any, params: tuple[Any, ...]) -> int:
        """Floating-point operations of one call: as declared, else one per element of an elementwise result, else 0."""
        if self.flops is not None:
            return int(self.flops(out, *args, *params))
        return int(out.size) if self.elementwise else 0

    def __repr__(self) -> str:
        return f"<primitive {self.name}{self.signature}>"


def primitive(
    numpy: Callable[..., Any] | None = None,
    *,
    text: str = "",
    elementwise: bool = False,
    linear: str = "",
    forward: dict[str, Rule] | None = None,
    outputs: int = 1,
    samples: Callable[..., Any] | None = None,
    flops: Callable[..., int] | None = None,
    real_only: bool = False,
    **rules: Rule | None,
) -> Callable[[Callable[S, Any]], Callable[S, Any]]:
    """Declare a primitive: the decorated function is its kernel, the keyword arguments its derivative rules.

    Works for your own operations too; the shapes that your rules return are checked at every use, and
    `autograd.gradcheck` checks their values.

    >>> import autograd, numpy as np
    >>> @autograd.primitive(x=lambda g, x: 3 * g * x**2)
    ... def cube(x):
    ...     "x³, elementwise."
    ...     return x**3
    >>> autograd.grad(cube)(2.0)
    12.0

    Raises TypeError when the declaration contradicts itself (a rule that names something unknown, for example).
    """

    def declare(function: Callable[S, Any]) -> Callable[S, Any]:
        declared = Primitive(
            function,
            rules,
            numpy=numpy,
            text=text,
            elementwise=elementwise,
            linear=linear,
            forward=forward,
            outputs=outputs,
            samples=samples,
            flops=flops,
            real_only=real_only,
        )
        if not declared.checked:
            if declared.name in registry:
                raise TypeError(f"primitive {declared.name} is declared twice")
            registry[declared.name] = declared
        return declared.fn

    return declare


# --- the general call: variadic, many outputs, or under a special mode ------------------------------------------------


def general_call(p: Primitive, args: tuple[Any, ...], params: tuple[Any, ...]) -> Any:
    """Call `p` in full generality: what the specialised functions do when nothing special is going on."""
    mode = get_mode()
    if mode is not None and mode.batches:
        result = mode.batches[-1](p, args, params)
        if result is not NotImplemented:
            return result
    if mode is not None and mode.listeners:
        args, params = settled(args, params)
    raws: list[Any] = []
    nodes: list[Node | None] = []
    plain = bool(args)
    for arg in args:
        if isinstance(arg, Tensor):
            plain = False
            raws.append(arg._data)
            nodes.append(arg._node)
        else:
            if type(arg) not in PLAIN and isinstance(p.numpy, np.ufunc) and is_foreign(arg):
                return p.numpy(*args)
            raws.append(arg if type(arg) in PLAIN else as_operand(arg, *args))
            nodes.append(None)
    if p.real_only:
        want_real(p, *raws)
    start = perf_counter() if mode is not None and mode.profiles else 0.0
    try:
        out = p.kernel(*raws, **dict(zip(p.params, params))) if p.variadic else p.kernel(*raws, *params)
    except Exception as error:  # noqa: BLE001 (raised again)
        raise explained(error, p, raws, params) from None
    if p.checked and p.outputs == 1 and not hasattr(out, "dtype"):
        out = np.asarray(out)
    end = perf_counter() if start else 0.0
    if plain:
        if mode is not None:
            for profile in mode.profiles:
                profile._called(p, raws, out, None, start, end)
        return out
    if not p.variadic:
        nodes = [n if p.rules[a] is not None else None for a, n in zip(p.args, nodes, strict=True)]
    tracked = (mode is None or mode.record) and bool(p.differentiable) and any(n is not None for n in nodes)
    if mode is not None and mode.listeners:
        out = tuple(map(np.asarray, out)) if p.outputs > 1 else np.asarray(out)
    node = record(p, raws, nodes, params, out) if tracked else None
    result = wrap_outputs(p, out, node)
    if mode is not None:
        if mode.anomaly:
            from autograd.anomaly import check_forward

            check_forward(p, raws, out, node)
        for listener in mode.listeners:
            listener(p, args, params, result)
        for profile in mode.profiles:
            profile._called(p, raws, out, node, start, end)
    return result


def settled(args: tuple[Any, ...], params: tuple[Any, ...]) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """Arguments and parameters in which the numbers that a trace follows (`autograd.compile.number`) are settled:

    an array argument becomes a 0-d Tensor of the precision of those beside it, a parameter the number itself.
    """
    if any(hasattr(a, "beside") for a in args):
        args = tuple(a.beside(args) if hasattr(a, "beside") else a for a in args)
    if any(hasattr(v, "beside") for v in params):
        params = tuple(float(v) if hasattr(v, "beside") else v for v in params)
    return args, params


def record(p: Primitive, raws: list[Any], nodes: list[Node | None], params: tuple[Any, ...], out: Any) -> Node:
    """The node of a call, with just what its rules need."""
    node = Node()
    node.primitive, node.inputs, node.params, node.meta = p, tuple(nodes), params, None
    if p.outputs > 1:
        own = owned_fixes(raws, nodes) if p.checked else casts(raws, nodes, *out)
        node.fix = tuple((o.shape, o.dtype) for o in out), own
    elif p.checked:
        node.fix = owned_fixes(raws, nodes)
    else:
        node.fix = fixes(raws, nodes, out) if p.elementwise and len(raws) > 1 else casts(raws, nodes, out)
    node.numbers = None
    if p.outputs == 1 and np.ndim(out) == 0:
        node.numbers = (*raws, out) if all(np.ndim(r) == 0 for r in raws) else (out,)
    node.index = next_index()
    if p.variadic:
        values = {"out": out, p.args[0]: tuple(raws), f"{p.args[0]}_shapes": tuple(np.shape(r) for r in raws)}
        node.saved = tuple(values[name] for name in p.saves)
        return node
    tracked = {a for a, n in zip(p.args, nodes, strict=True) if n is not None}
    named = dict(zip(p.args, raws, strict=True))
    node.saved = tuple(
        saved_value(name, named, out) if tracked & set(specialize.wanted_by(p, name)) else None for name in p.saves
    )
    return node


def saved_value(name: str, named: dict[str, Any], out: Any) -> Any:
    """What a rule's parameter name stands for."""
    if name == "out":
        return out
    if name in named:
        return named[name]
    if name[3:].isdigit():
        return out[int(name[3:])]
    arg, _, kind = name.rpartition("_")
    return np.shape(named[arg]) if kind == "shape" else named[arg].dtype


def wrap_outputs(p: Primitive, out: Any, node: Node | None) -> Any:
    """Tensors around a kernel's results; of several results, each gets a node that picks it out of the tuple."""
    if p.outputs == 1:
        return wrap(out, node)
    return tuple(
        wrap(o, pick_node(node, k) if node is not None and is_differentiable(o.dtype) else None)
        for k, o in enumerate(out)
    )


def pick_node(node: Node, k: int) -> Node:
    """A node for the k-th of several results of `node`."""
    item = Node()
    item.primitive, item.inputs, item.saved, item.params, item.meta, item.numbers = PICK, (node,), (), (k,), None, None
    item.index = next_index()
    return item


def explained(error: Exception, p: Primitive, raws: Any, params: tuple[Any, ...]) -> Exception:
    """The same exception, with a note that says which operation got what."""
    names = p.args if not p.variadic else [f"{p.args[0]}[{i}]" for i in range(len(raws))]
    parts = [f"{n}: {describe(r)}" for n, r in zip(names, raws, strict=True)]
    parts += [f"{n}={v!r}" for n, v in zip(p.params, params, strict=True)]
    error.add_note(f"in {p.name}({', '.join(parts)})")
    return error


def want_real(p: Primitive, *raws: Any) -> None:
    """Refuse complex arguments."""
    if any(np.iscomplexobj(r) for r in raws):
        got = ", ".join(map(describe, raws))
        raise TypeError(
            f"{p.name} is a function of real numbers, got {got}; take real(), imag() or abs() of them first"
        )


def describe(value: Any) -> str:
    """dtype and shape of an array, or a Python scalar itself."""
    return f"{value.dtype} {value.shape}" if hasattr(value, "dtype") else repr(value)


def fixes(raws: Any, nodes: Any, out: Any) -> Any:
    """Per input the (shape, dtype) to which its adjoint is brought back; None when no input was broadcast or cast."""
    mixed = is_mixed(raws, out)
    found = tuple(
        (r.shape, r.dtype) if n is not None and (mixed or r.shape != out.shape) else None
        for r, n in zip(raws, nodes, strict=True)
    )
    return found if any(f is not None for f in found) else None


def casts(raws: Any, nodes: Any, *outs: Any) -> Any:
    """The same for operations that do not broadcast elementwise: only the dtype is brought back."""
    if not is_mixed(raws, *outs):
        return None
    return tuple((r.shape, r.dtype) if n is not None else None for r, n in zip(raws, nodes, strict=True))


def owned_fixes(raws: Any, nodes: Any) -> Any:
    """The same for users' operations, whose rules are not relied upon: always every tracked input's shape and dtype."""
    return tuple((r.shape, r.dtype) if n is not None else None for r, n in zip(raws, nodes, strict=True))


def is_mixed(raws: Any, *outs: Any) -> bool:
    """Whether operands and results are of several dtypes, so that adjoints may need a cast."""
    return len({v.dtype for v in (*raws, *outs) if hasattr(v, "dtype")}) > 1


def restore(d: Any, fix: tuple[tuple[int, ...], np.dtype] | None) -> Any:
    """Undo broadcasting and promotion on an adjoint: sum it down to the input's shape, cast it to the input's dtype.

    To a real input's adjoint only the real part of a complex one contributes; this is the place that takes it.
    """
    if fix is None or d is None:
        return d
    from autograd.ops.shape import astype_, sum_to

    shape, dtype = fix
    if d.shape != shape:
        d = sum_to(d, shape)
    return d if d.dtype == dtype else astype_(d, dtype)


def all_outputs(node: Node, parts: list[Any]) -> tuple[Any, ...]:
    """The adjoints of several results, zeros standing in for those that nothing depended on."""
    return tuple(np.zeros(*fix) if g is None else g for g, fix in zip(parts, node.fix[0], strict=True))


def check_rule(p: Primitive, arg: str, d: Any, shape: tuple[int, ...], broadcast: tuple[int, ...] | None = None) -> Any:
    """What a user's rule returned, as an array; refuse one of another shape than the argument's or `broadcast`."""
    if d is None:
        raise ValueError(
            f"primitive {p.name}: the rule of {arg} returned None; declare {arg}=None where there is no derivative"
        )
    if not hasattr(d, "dtype"):
        d = np.asarray(d)
    if np.shape(d) not in (shape, broadcast):
        raise ValueError(
            f"primitive {p.name}: the rule of {arg} returned shape {np.shape(d)} for an argument of shape {shape}; "
            f"a rule must return the gradient with respect to its whole argument"
        )
    return d


def _pull_pick(g: Any, node: Node, saved: Any, adjoints: dict[Node | None, Any]) -> None:
    (owner,), (k,) = node.inputs, node.params
    if owner in adjoints:
        parts = adjoints[owner]
        if parts is None:
            parts = adjoints[owner] = [None] * len(owner.fix[0])  # type: ignore[union-attr]
        parts[k] = g if parts[k] is None else parts[k] + g


def name_of(node: Node) -> str:
    """The name of the operation whose result a node stands for."""
    made = node.inputs[0] if node.primitive is PICK else node
    assert made is not None
    return made.primitive.name if made.primitive is not None else "leaf"


def _pick(xs, k):  # type: ignore[no-untyped-def]
    """The k-th of several results."""
    return xs[k]


PICK = Primitive(_pick, {"xs": lambda g, k: g})
PICK.pull = _pull_pick
