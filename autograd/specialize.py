"""Writes the two hot functions of each primitive as straight-line Python: the call and the backward pull.

A generic loop over arguments would cost more than the arithmetic on small arrays, so both are generated from the
declaration by filling in the few lines below, as `dataclasses` does for `__init__`. That happens at the first use of
each, so that importing the library stays cheap. Every name that is not the declaration's own begins with an underscore,
so that arguments may be called `mode` or `kernel`. The text is kept where tracebacks and `inspect.getsource` find it.
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


INFIX: dict[Any, str] = {np.add: "+", np.subtract: "-", np.multiply: "*", np.true_divide: "/"}
"""Ufuncs that are called through their operator, which is quicker."""
INLINE: dict[bytes, str] = {
    rule.__code__.co_code: text
    for rule, text in (
        (lambda g: g, "{}"),
        (lambda g: -g, "-{}"),
        (lambda g, y: g * y, "{} * {}"),
        (lambda g, y: g / y, "{} / {}"),
    )
}
"""Rules short enough to stand in the pull itself, by their bytecode: that saves a call."""


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
    function.__doc__, function.__qualname__ = p.doc, p.name
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
        body = [f"return _general_call(_P, {args}, {tuple_of})"]
    else:
        body = _fast_body(p, tuple_of)
    return [header, *("    " + line for line in body)]


def _fast_body(p: Primitive, params: str) -> list[str]:
    args = p.args
    operands = f"({', '.join(args)},)"
    lines = [
        "_mode = _get_mode()",
        "if _mode is not None and _mode is not _NO_GRAD:",
        f"    return _general_call(_P, {operands}, {params})",
    ]
    for a in args:
        lines += [
            f"if isinstance({a}, _Tensor):",
            f"    {a}_node = {a}._node; {a} = {a}._data; _plain = False"
            if len(args) > 1
            else f"    {a}_node = {a}._node; {a} = {a}._data",
            *([f"    if {a}.dtype.kind == 'c': _want_real(_P, {a})"] if p.real_only and len(args) == 1 else []),
            "else:",
        ]
        if len(args) > 1:
            others = ", ".join(b for b in args if b != a)
            lines += [f"    {a}_node = None", f"    if type({a}) not in _PLAIN:"]
            if a == args[1] and isinstance(p.numpy, np.ufunc):
                before = f"{args[0]} if _plain else _wrap({args[0]}, {args[0]}_node)"
                lines.append(f"        if _is_foreign({a}): return _numpy({before}, {a})")
            lines.append(f"        {a} = _as_operand({a}, {others})")
            if p.elementwise and len(args) == 2:
                lines += [f"    if type({a}) in _WEAK: _weak = True", f"    elif type({a}) is complex: _weak = None"]
        else:
            lines += [
                f"    if type({a}) not in _PLAIN: {a} = _as_array({a})",
                *([f"    _want_real(_P, {a})"] if p.real_only else []),
                f"    return _kernel({', '.join((a, *p.params))})",
            ]
    if len(args) > 1:
        lines.insert(0, "_plain = True; _weak = False" if p.elementwise and len(args) == 2 else "_plain = True")
    if p.real_only and len(args) > 1:
        lines += [f"_want_real(_P, {', '.join(args)})"]
    sign = INFIX.get(p.kernel)
    call = f"{args[0]} {sign} {args[1]}" if sign else f"_kernel({', '.join((*args, *p.params))})"
    lines += [
        "try:",
        f"    out = {call}",
        "except Exception as _error:",
        f"    raise _explained(_error, _P, {operands}, {params}) from None",
    ]
    if p.checked:
        lines += ["if not hasattr(out, 'dtype'): out = _asarray(out)"]
    if sign:  # Python's complex numbers take a np.float64 for one of their own kind
        lines += ["if _weak is None and out.__class__ is complex: out = _asarray(out)[()]"]
    if len(args) > 1:
        lines += ["if _plain: return out"]
    lines += ["_result = _Tensor(); _result._data = out"]
    untracked = " and ".join(f"{a}_node is None" for a in p.differentiable) or "True"
    lines += [f"if _mode is not None or {untracked if len(p.differentiable) == 1 else f'({untracked})'}:"]
    lines += ["    _result._node = None", "    return _result"]
    if not p.differentiable:
        return lines
    nodes = ", ".join(f"{a}_node" if p.rules[a] is not None else "None" for a in args)
    numbers = ", ".join((*args, "out") if p.elementwise else ("out",))
    lines += [
        "_node = _Node()",
        f"_node.primitive = _P; _node.inputs = ({nodes},); _node.params = {params}; _node.meta = None",
        "_node.index = _next_index()",
        f"_node.saved = ({''.join(_saved(p, name) + ', ' for name in p.saves)})",
        *_fix(p, operands, nodes),
        f"_node.numbers = None if out.__class__ is _ndarray else ({numbers},)",
        "_result._node = _node",
        "return _result",
    ]
    return lines


def _saved(p: Primitive, name: str) -> str:
    if name == "out" or name in p.args:
        value = name
    else:
        arg, _, kind = name.rpartition("_")
        # A tracked argument is an array; another may be a Python scalar.
        value = f"{arg}.{kind}" if wanted_by(p, name) == (arg,) else f"_{kind}_of({arg})"
    wanting = wanted_by(p, name)
    if not wanting or set(wanting) >= set(p.differentiable):
        return value
    return f"({value} if {' or '.join(f'{a}_node is not None' for a in wanting)} else None)"


def _fix(p: Primitive, operands: str, nodes: str) -> list[str]:
    if not _may_fix(p):
        return []
    if p.checked:
        return [f"_node.fix = _owned_fixes({operands}, ({nodes},))"]
    if not p.elementwise and len(p.args) == 1:
        x = p.args[0]
        return [f"_node.fix = None if {x}.dtype is out.dtype else _casts({operands}, ({nodes},), out)"]
    if not p.elementwise:
        same = " and ".join(f"({a}_node is None or {a}.dtype is out.dtype)" for a in p.differentiable)
        return [f"_node.fix = None if {same} else _casts({operands}, ({nodes},), out)"]
    found = f"_node.fix = _fixes({operands}, ({nodes},), out)"
    if len(p.args) > 2 or not isinstance(p.kernel, np.ufunc):
        return [found]
    x, y = p.args
    # Broadcasting and promotion only ever enlarge, so equal bytes in both operands and the result (and no empty array)
    # mean equal shapes and dtypes, up to leading axes. Comparing these numbers is cheaper than comparing shapes.
    return [
        f"if _weak or (_weak is not None and {x}.nbytes == {y}.nbytes == out.nbytes != 0 and {x}.ndim == {y}.ndim):",
        "    _node.fix = None",
        f"else: {found}",
    ]


def _may_fix(p: Primitive) -> bool:
    """Whether adjoints can need a cast or a sum; those of a ufunc's only operand cannot."""
    return len(p.args) > 1 or not p.elementwise or p.checked


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
    lines = ["def pull(g, _node, _saved, _adjoints):", f"    {inputs}, = _node.inputs"]
    if p.outputs > 1:
        lines += ["    g = _all_outputs(_node, g)"]
    if p.saves:
        lines += [f"    {', '.join(p.saves)}, = _saved"]
    if p.params and any(n in p.params for wants in p.wants.values() for n in wants):
        lines += [f"    {', '.join(p.params)}, = _node.params"]
    for k, a in enumerate(p.args):
        if p.rules[a] is None:
            continue
        contribution = _contribution(p, a)
        lines += [
            f"    _total = _adjoints.get({a}_node, _Node)",
            "    if _total is not _Node:",
            f"        _d = {contribution}",
        ]
        if p.checked:
            broadcast = ", g.shape" if p.elementwise else ""
            lines += [f"        _d = _check_rule(_P, {a!r}, _d, {a}_shape{broadcast})"]
        fix = "_node.fix[1]" if p.outputs > 1 else "_node.fix"
        if _may_fix(p):
            lines += [f"        if {fix} is not None: _d = _restore(_d, {fix}[{k}])"]
        lines += [f"        _adjoints[{a}_node] = _d if _total is None else _total + _d"]
    return lines


def _contribution(p: Primitive, arg: str) -> str:
    """The rule of `arg` as an expression."""
    code = getattr(p.rules[arg], "__code__", None)
    if code is not None and code.co_code in INLINE and not code.co_freevars:
        return INLINE[code.co_code].format(*p.wants[arg])
    return f"_rule_{arg}({', '.join(p.wants[arg])})"


def _pull_all_source(p: Primitive) -> list[str]:
    """For a rule that gives the contributions to all of `*xs` at once."""
    lines = ["def pull(g, _node, _saved, _adjoints):"]
    if p.saves:
        lines += [f"    {', '.join(p.saves)}, = _saved"]
    if p.params:
        lines += [f"    {', '.join(p.params)}, = _node.params"]
    if "wanted" in p.wants[p.args[0]]:
        lines += ["    wanted = tuple([x_node in _adjoints for x_node in _node.inputs])"]
    return [
        *lines,
        f"    _ds = _rule_{p.args[0]}({', '.join(p.wants[p.args[0]])})",
        *(["    if _node.fix is not None: _ds = map(_restore, _ds, _node.fix)"] if p.outputs == 1 else ()),
        "    for x_node, _d in zip(_node.inputs, _ds):",
        "        _total = _adjoints.get(x_node, _Node)",
        "        if _total is None: _adjoints[x_node] = _d",
        "        elif _total is not _Node: _adjoints[x_node] = _total + _d",
    ]


def _pull_variadic(p: Primitive) -> Callable[..., None]:
    from autograd.primitive import all_outputs, check_rule, restore

    several = p.outputs > 1
    (xs,) = p.args
    rule, wants = p.rules[xs], p.wants.get(xs, ())

    def pull(g: Any, node: Any, saved: Any, adjoints: dict[Any, Any]) -> None:
        values = dict(zip(p.saves, saved, strict=True))
        values.update(zip(p.params, node.params, strict=True), g=all_outputs(node, g) if several else g)
        fixes = node.fix[1] if several else node.fix
        for i, x_node in enumerate(node.inputs):
            if x_node in adjoints:
                values["i"] = i
                d = rule(*[values[name] for name in wants])  # type: ignore[misc]
                if p.checked:
                    d = check_rule(p, f"{xs}[{i}]", d, fixes[i][0])
                if fixes is not None:
                    d = restore(d, fixes[i])
                total = adjoints[x_node]
                adjoints[x_node] = d if total is None else total + d

    return pull


def _signature(p: Primitive) -> str:
    """The signature as source text, with defaults by reference."""
    parts = []
    for q in p.signature.parameters.values():
        text = f"*{q.name}" if q.kind is q.VAR_POSITIONAL else q.name
        parts.append(text if q.default is q.empty else f"{text}=_default_{q.name}")
    return f"({', '.join(parts)})"


def _namespace(p: Primitive) -> dict[str, Any]:
    # By module, since `autograd.primitive` and `autograd.tensor` are functions once the package is imported.
    dtypes, graph, primitive, tensor = (
        import_module(f"autograd.{m}") for m in ("dtypes", "graph", "primitive", "tensor")
    )
    return {
        "_P": p,
        "_kernel": p.kernel,
        "_Tensor": tensor.Tensor,
        "_Node": graph.Node,
        "_get_mode": graph.get_mode,
        "_NO_GRAD": graph.NO_GRAD,
        "_next_index": graph.next_index,
        "_PLAIN": dtypes.PLAIN,
        "_WEAK": dtypes.WEAK,
        "_as_array": dtypes.as_array,
        "_as_operand": dtypes.as_operand,
        "_is_foreign": dtypes.is_foreign,
        "_numpy": p.numpy,
        "_wrap": tensor.wrap,
        "_ndarray": np.ndarray,
        "_asarray": np.asarray,
        "_shape_of": np.shape,
        "_dtype_of": lambda value: getattr(value, "dtype", None),
        **{
            f"_{n}": getattr(primitive, n)
            for n in (
                "general_call",
                "explained",
                "want_real",
                "fixes",
                "casts",
                "owned_fixes",
                "restore",
                "check_rule",
                "all_outputs",
            )
        },
        **{f"_rule_{a}": rule for a, rule in p.rules.items()},
        **{f"_default_{n}": d for n, d in zip(p.params, p.defaults, strict=True)},
    }


def _define(p: Primitive, name: str, lines: list[str]) -> Any:
    source = "\n".join(lines) + "\n"
    filename = f"<primitive {p.name}: {'pull' if name == 'pull' else 'call'}>"
    linecache.cache[filename] = (len(source), None, source.splitlines(True), filename)
    namespace = _namespace(p)
    exec(compile(source, filename, "exec"), namespace)
    return namespace[name]
