"""What a module's call does besides `forward` when somebody watches: hooks, scopes, and notes on errors."""

from __future__ import annotations

from contextvars import ContextVar
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from autograd.graph import Node, get_mode, scope, tell, wants_scopes
from autograd.primitive import Primitive, describe, general_call
from autograd.tensor import RemovableHandle, Tensor, wrap

if TYPE_CHECKING:
    from collections.abc import Callable

    from nn.module import Module


class Hooks:
    """The hooks of one module, in the order in which they are called."""

    def __init__(self) -> None:
        self.forward_pre: dict[int, tuple[Callable[..., Any], bool]] = {}
        self.forward: dict[int, tuple[Callable[..., Any], bool]] = {}
        self.backward_pre: dict[int, Callable[..., Any]] = {}
        self.backward: dict[int, Callable[..., Any]] = {}

    def add(self, kind: str, hook: Any, prepend: bool) -> RemovableHandle:
        """Enter a hook, last or first."""
        table = getattr(self, kind)
        handle = RemovableHandle(table, hook)
        if prepend:
            others = [key for key in table if table[key] is not hook]
            for key in others:
                table[key] = table.pop(key)
        return handle


_paths: ContextVar[dict[int, str] | None] = ContextVar("nn_paths", default=None)


def call(module: Module, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Call the module's forward with its hooks, inside the module's scope while somebody wants to know it."""
    if not wants_scopes(get_mode()):
        return _forward(module, args, kwargs)
    tell("entered", module)
    paths = _paths.get()
    if paths is not None and id(module) in paths:
        with scope(paths[id(module)]):
            return _forward(module, args, kwargs)
    token = _paths.set({id(m): path or type(m).__name__ for path, m in module.named_modules()})
    try:
        with scope(type(module).__name__):
            return _forward(module, args, kwargs)
    finally:
        _paths.reset(token)


def _forward(module: Module, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    hooks = module._hooks
    if hooks is None:
        return module.forward(*args, **kwargs)
    for hook, with_kwargs in list(hooks.forward_pre.values()):
        changed = hook(module, args, kwargs) if with_kwargs else hook(module, args)
        if changed is not None and with_kwargs:
            args, kwargs = changed
        elif changed is not None:
            args = changed if isinstance(changed, tuple) else (changed,)
    sweep = _Backward(module, hooks) if hooks.backward or hooks.backward_pre else None
    if sweep is not None:
        args = sweep.enter(args)
    output = module.forward(*args, **kwargs)
    for hook, with_kwargs in list(hooks.forward.values()):
        changed = hook(module, args, kwargs, output) if with_kwargs else hook(module, args, output)
        output = output if changed is None else changed
    return output if sweep is None else sweep.leave(output)


class _Backward:
    """The backward hooks around one call: its tracked inputs and its outputs pass through one node each."""

    def __init__(self, module: Module, hooks: Hooks) -> None:
        self.module, self.hooks = module, hooks
        self.inputs: list[int] = []
        self.count = 0
        self.grad_output: tuple[Tensor | None, ...] = ()

    def enter(self, args: tuple[Any, ...]) -> tuple[Any, ...]:
        self.inputs, self.count = tracked(args), len(args)
        return passed(args, self.inputs, self.at_inputs)

    def leave(self, output: Any) -> Any:
        outputs = output if isinstance(output, tuple) else (output,)
        self.outputs, self.width = tracked(outputs), len(outputs)
        outputs = passed(outputs, self.outputs, self.at_outputs)
        return outputs if isinstance(output, tuple) else outputs[0]

    def at_outputs(self, grads: list[Any]) -> list[Any]:
        self.grad_output = spread(grads, self.outputs, self.width)
        for hook in list(self.hooks.backward_pre.values()):
            self.grad_output = replaced(self.grad_output, hook(self.module, self.grad_output), "pre-")
        if not self.inputs:
            for hook in list(self.hooks.backward.values()):
                hook(self.module, (None,) * self.count, self.grad_output)
        return [self.grad_output[k] for k in self.outputs]

    def at_inputs(self, grads: list[Any]) -> list[Any]:
        grad_input = spread(grads, self.inputs, self.count)
        for hook in list(self.hooks.backward.values()):
            grad_input = replaced(grad_input, hook(self.module, grad_input, self.grad_output), "")
        return [grad_input[k] for k in self.inputs]


def tracked(values: tuple[Any, ...]) -> list[int]:
    """Where in a tuple the Tensors are that a gradient will reach."""
    return [k for k, v in enumerate(values) if isinstance(v, Tensor) and v._node is not None]


def passed(values: tuple[Any, ...], places: list[int], hook: Callable[[list[Any]], list[Any]]) -> tuple[Any, ...]:
    """The same values, those at `places` through a node that hands the gradients of all of them to `hook`."""
    if not places:
        return values
    results = general_call(_boundary(len(places)), tuple(values[k] for k in places), (hook,))
    through = dict(zip(places, results if len(places) > 1 else (results,), strict=True))
    return tuple(through.get(k, v) for k, v in enumerate(values))


def spread(grads: list[Any], places: list[int], count: int) -> tuple[Tensor | None, ...]:
    """Gradients as the hook sees them: Tensors at their places, None elsewhere."""
    at = dict(zip(places, grads, strict=True))
    return tuple(g if g is None or isinstance(g, Tensor) else wrap(g) for g in map(at.get, range(count)))


def replaced(grads: tuple[Tensor | None, ...], changed: Any, kind: str) -> tuple[Tensor | None, ...]:
    """What a backward hook returned instead of `grads`, checked; None leaves them."""
    if changed is None:
        return grads
    changed = changed if isinstance(changed, tuple) else (changed,)
    if [getattr(g, "shape", None) for g in changed] != [getattr(g, "shape", None) for g in grads]:
        raise ValueError(
            f"a full backward {kind}hook returned gradients {[describe_any(g) for g in changed]}, "
            f"wanted {[describe_any(g) for g in grads]}: as many, of the same shapes"
        )
    return tuple(changed)


@lru_cache
def _boundary(count: int) -> Primitive:
    """The identity of `count` values, whose backward pass shows the gradients to a hook all at once."""

    def module_boundary(*xs: Any, hook: Any) -> Any:
        """The same values: where a module's backward hooks see the gradients."""
        return xs if count > 1 else xs[0]

    boundary = Primitive(module_boundary, {"xs": lambda g: g}, outputs=count)

    def pull(g: Any, node: Node, saved: Any, adjoints: dict[Node | None, Any]) -> None:
        (hook,) = node.params
        lifted = isinstance(g, Tensor) or (count > 1 and any(isinstance(part, Tensor) for part in g))
        for x, d in zip(node.inputs, hook(list(g) if count > 1 else [g]), strict=True):
            if x in adjoints and d is not None:
                d = d if lifted or not isinstance(d, Tensor) else d._data
                total = adjoints[x]
                adjoints[x] = d if total is None else total + d

    boundary.pull = pull
    return boundary


# --- errors ----------------------------------------------------------------------------------------------------------


def locate(error: Exception, module: Module, args: tuple[Any, ...]) -> None:
    """Note on an error raised inside a call which module it was, as seen from the outermost one."""
    inner, shown, old = getattr(error, "_raised_in", (module, None, None))
    if shown is None:
        head = (
            f"{type(module).__name__}({module.extra_repr()})" if not any(module.children()) else type(module).__name__
        )
        shown = f" ({head}), input {', '.join(map(describe_any, args))}"
    path = next((path for path, m in module.named_modules() if m is inner), None)
    if path is None:
        return
    note = f"in model.{path}{shown}" if path else f"in model{shown}"
    error._raised_in = (inner, shown, note)  # type: ignore[attr-defined]
    if old is not None:
        error.__notes__[error.__notes__.index(old)] = note
    else:
        error.add_note(note)


def describe_any(value: Any) -> str:
    """dtype and shape, or the type's name."""
    return describe(value) if hasattr(value, "dtype") else type(value).__name__
