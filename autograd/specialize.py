"""Writes the two hot functions of each primitive as straight-line Python: the call and the backward pull.

A generic loop over arguments would cost more than the arithmetic on small arrays, so both are generated from the
declaration by filling in the few lines below, as `dataclasses` does for `__init__`. That happens at the first use of each,
so that importing the library stays cheap. The text is kept where tracebacks and `inspect.getsource` find it.
"""

from __future__ import annotations

import inspect
import linecache
from importlib import import_module
from types import FunctionType
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from autograd.primitive import Primitive


INFIX = {np.add: "+", np.subtract: "-", np.multiply: "*", np.true_divide: "/"}
"""Ufuncs that are called through their operator, which is quicker."""
_IDENTITY = (lambda g: g).__code__.co_code


def wanted_by(p: Primitive, name: str) -> tuple[str, ...]:
    """The arguments whose rules ask for the saved value `name`."""
    return tuple(
        a
        for a in p.differentiable
        if name in p.wants[a]
        or (a in p.forward and name in inspect.signature(p.forward[a]).parameters)
        or (p.checked and name == f"{a}_shape")
    )


def forward(p: Primitive) -> Callable[..., Any]:
    """The function that users call: unwrap, kernel, wrap, and one node if something is tracked."""

    def first_call(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        written = _define(p, p.name, _forward_source(p))
        function.__defaults__, function.__kwdefaults__ = written.__defaults__, written.__kwdefaults__
        function.__code__ = written.__code__
        return function(*args, **kwargs)

    function = FunctionType(_STUB, _namespace(p) | {"first_call": first_call}, p.name)
    function.__doc__ = p.doc
    function.__module__ = p.module
    function.__signature__ = p.signature  # type: ignore[attr-defined]
    function.primitive = p  # type: ignore[attr-defined]
    return function


_STUB = (lambda *args, **kwargs: first_call(args, kwargs)).__code__  # type: ignore[name-defined]  # noqa: F821


def _forward_source(p: Primitive) -> list[str]:
    header = f"def {p.name}{_signature(p)}:"
    params = ", ".join(p.params)
    tuple_of = f"({params},)" if params else "()"
    if p.variadic or p.outputs > 1 or not p.args:
        args = p.args[0] if p.variadic else f"({''.join(a + ', ' for a in p.args)})"
        body = [f"return general_call(P, {args}, {tuple_of})"]
    else:
        body = _fast_body(p, tuple_of)
    return [header, *("    " + line for line in body)]


def _fast_body(p: Primitive, params: str) -> list[str]:
    args = p.args
    operands = f"({', '.join(args)},)"
    lines = [
        "mode = get_mode()",
        "if mode is not None and mode is not NO_GRAD:",
        f"    return general_call(P, {operands}, {params})",
    ]
    for a in args:
        lines += [
            f"if isinstance({a}, Tensor):",
            f"    {a}_node = {a}._node; {a} = {a}._data; plain = False"
            if len(args) > 1
            else f"    {a}_node = {a}._node; {a} = {a}._data",
            "else:",
        ]
        if len(args) > 1:
            lines += [f"    {a}_node = None", f"    if type({a}) not in PLAIN: {a} = as_array({a})"]
            if p.elementwise and len(args) == 2:
                lines += [f"    if type({a}) in WEAK: weak = True", f"    elif type({a}) is complex: weak = None"]
        else:
            lines += [
                f"    if type({a}) not in PLAIN: {a} = as_array({a})",
                f"    return kernel({', '.join((a, *p.params))})",
            ]
    if len(args) > 1:
        lines.insert(0, "plain = True; weak = False" if p.elementwise and len(args) == 2 else "plain = True")
    sign = INFIX.get(p.kernel)
    call = f"{args[0]} {sign} {args[1]}" if sign else f"kernel({', '.join((*args, *p.params))})"
    lines += [
        "try:",
        f"    out = {call}",
        "except Exception as error:",
        f"    raise explained(error, P, {operands}, {params}) from None",
    ]
    if len(args) > 1:
        lines += ["if plain: return out"]
    lines += ["result = Tensor(); result._data = out"]
    untracked = " and ".join(f"{a}_node is None" for a in p.differentiable) or "True"
    lines += [f"if mode is not None or {untracked if len(p.differentiable) == 1 else f'({untracked})'}:"]
    lines += ["    result._node = None", "    return result"]
    if not p.differentiable:
        return lines
    nodes = ", ".join(f"{a}_node" if p.rules[a] is not None else "None" for a in args)
    lines += [
        "node = Node()",
        f"node.primitive = P; node.inputs = ({nodes},); node.params = {params}; node.meta = None; node.index = next_index()",
        f"node.saved = ({''.join(_saved(p, name) + ', ' for name in p.saves)})",
        *_fix(p, operands, nodes),
        f"node.numbers = None if out.__class__ is ndarray else ({''.join(a + ', ' for a in args) if p.elementwise else ''}out,)",
        "result._node = node",
        "return result",
    ]
    return lines


def _saved(p: Primitive, name: str) -> str:
    if name == "out" or name in p.args:
        value = name
    else:
        arg, _, kind = name.rpartition("_")
        # A tracked argument is an array; another may be a Python scalar.
        value = (
            f"{arg}.{kind}" if wanted_by(p, name) == (arg,) else f"{'shape' if kind == 'shape' else 'dtype'}_of({arg})"
        )
    wanting = wanted_by(p, name)
    if not wanting or set(wanting) >= set(p.differentiable):
        return value
    return f"({value} if {' or '.join(f'{a}_node is not None' for a in wanting)} else None)"


def _fix(p: Primitive, operands: str, nodes: str) -> list[str]:
    if len(p.args) == 1:
        return []
    if not p.elementwise:
        same = " and ".join(f"({a}_node is None or {a}.dtype is out.dtype)" for a in p.differentiable)
        return [f"node.fix = None if {same} else casts(P, {operands}, ({nodes},), out)"]
    found = f"node.fix = fixes(P, {operands}, ({nodes},), out)"
    if len(p.args) > 2:
        return [found]
    x, y = p.args
    # Broadcasting and promotion only ever enlarge, so equal bytes in both operands and the result (and no empty array)
    # mean equal shapes and dtypes, up to leading axes. Comparing these numbers is cheaper than comparing shapes.
    return [
        f"if weak or (weak is not None and {x}.nbytes == {y}.nbytes == out.nbytes != 0 and {x}.ndim == {y}.ndim): node.fix = None",
        f"else: {found}",
    ]


def pull(p: Primitive) -> Callable[..., None]:
    """The function of the sweep: hand `g` on to the adjoints of the inputs, as far as they are wanted."""

    def first_pull(g: Any, node: Any, saved: Any, adjoints: dict[Any, Any]) -> None:
        if p.variadic and "i" in p.wants[p.args[0]]:
            p.pull = _pull_variadic(p)
        else:
            p.pull = _define(p, "pull", _pull_all_source(p) if p.variadic else _pull_source(p))
        p.pull(g, node, saved, adjoints)

    return first_pull


def _pull_source(p: Primitive) -> list[str]:
    inputs = ", ".join(f"{a}_node" for a in p.args)
    lines = ["def pull(g, node, saved, adjoints):", f"    {inputs}, = node.inputs"]
    if p.outputs > 1:
        lines += ["    g = all_outputs(node, g)"]
    if p.saves:
        lines += [f"    {', '.join(p.saves)}, = saved"]
    if p.params and any(n in p.params for wants in p.wants.values() for n in wants):
        lines += [f"    {', '.join(p.params)}, = node.params"]
    for k, a in enumerate(p.args):
        if p.rules[a] is None:
            continue
        contribution = "g" if _is_identity(p, a) else f"rule_{a}({', '.join(p.wants[a])})"
        lines += [
            f"    if {a}_node in adjoints:",
            f"        d = {contribution}",
        ]
        if p.checked:
            lines += [f"        check_rule(P, {a!r}, d, {a}_shape)"]
        if len(p.args) > 1 and p.outputs == 1:
            lines += [f"        if node.fix is not None: d = restore(d, node.fix[{k}])"]
        lines += [f"        total = adjoints[{a}_node]; adjoints[{a}_node] = d if total is None else total + d"]
    return lines


def _is_identity(p: Primitive, arg: str) -> bool:
    """Whether the rule of `arg` just hands on `g`, as those of sums do: then the call is saved."""
    code = getattr(p.rules[arg], "__code__", None)
    return code is not None and code.co_argcount == 1 and code.co_code == _IDENTITY


def _pull_all_source(p: Primitive) -> list[str]:
    """For a rule that gives the contributions to all of `*xs` at once."""
    lines = ["def pull(g, node, saved, adjoints):"]
    if p.saves:
        lines += [f"    {', '.join(p.saves)}, = saved"]
    if p.params:
        lines += [f"    {', '.join(p.params)}, = node.params"]
    return [
        *lines,
        f"    ds = rule_{p.args[0]}({', '.join(p.wants[p.args[0]])})",
        "    if node.fix is not None: ds = map(restore, ds, node.fix)",
        "    for x_node, d in zip(node.inputs, ds):",
        "        total = adjoints.get(x_node, Node)",
        "        if total is None: adjoints[x_node] = d",
        "        elif total is not Node: adjoints[x_node] = total + d",
    ]


def _pull_variadic(p: Primitive) -> Callable[..., None]:
    from autograd.primitive import restore

    (xs,) = p.args
    rule, wants = p.rules[xs], p.wants.get(xs, ())

    def pull(g: Any, node: Any, saved: Any, adjoints: dict[Any, Any]) -> None:
        values = dict(zip(p.saves, saved, strict=True))
        values.update(zip(p.params, node.params, strict=True), g=g)
        for i, x_node in enumerate(node.inputs):
            if x_node in adjoints:
                values["i"] = i
                d = rule(*[values[name] for name in wants])  # type: ignore[misc]
                if node.fix is not None:
                    d = restore(d, node.fix[i])
                total = adjoints[x_node]
                adjoints[x_node] = d if total is None else total + d

    return pull


def _signature(p: Primitive) -> str:
    """The signature as source text, with defaults by reference."""
    parts = []
    for q in p.signature.parameters.values():
        text = f"*{q.name}" if q.kind is q.VAR_POSITIONAL else q.name
        parts.append(text if q.default is q.empty else f"{text}=default_{q.name}")
    return f"({', '.join(parts)})"


def _namespace(p: Primitive) -> dict[str, Any]:
    # By module, since `autograd.primitive` and `autograd.tensor` are functions once the package is imported.
    dtypes, graph, primitive, tensor = (
        import_module(f"autograd.{m}") for m in ("dtypes", "graph", "primitive", "tensor")
    )
    return {
        "P": p,
        "kernel": p.kernel,
        "Tensor": tensor.Tensor,
        "Node": graph.Node,
        "get_mode": graph.get_mode,
        "NO_GRAD": graph.NO_GRAD,
        "next_index": graph.next_index,
        "PLAIN": dtypes.PLAIN,
        "WEAK": dtypes.WEAK,
        "as_array": dtypes.as_array,
        "ndarray": np.ndarray,
        "shape_of": np.shape,
        "dtype_of": lambda value: getattr(value, "dtype", None),
        **{
            n: getattr(primitive, n)
            for n in ("general_call", "explained", "fixes", "casts", "restore", "check_rule", "all_outputs")
        },
        **{f"rule_{a}": rule for a, rule in p.rules.items()},
        **{f"default_{n}": d for n, d in zip(p.params, p.defaults, strict=True)},
    }


def _define(p: Primitive, name: str, lines: list[str]) -> Any:
    source = "\n".join(lines) + "\n"
    filename = f"<primitive {p.name}: {'pull' if name == 'pull' else 'call'}>"
    linecache.cache[filename] = (len(source), None, source.splitlines(True), filename)
    namespace = _namespace(p)
    exec(compile(source, filename, "exec"), namespace)
    return namespace[name]
