"""Running a model without leaving traces, and catching what its layers give on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np

import autograd
from autograd.tensor import RemovableHandle, Tensor
from nn.inputs import is_floating
from nn.module import Module, closest
from nn.parameter import UninitializedParameter


@contextmanager
def untouched(model: Any, *tensors: Tensor, evaluating: bool = True) -> Iterator[None]:
    """Within, the model is in eval mode; afterwards it is what it was: modes, parameters, gradients, buffers.

    Parameters and `tensors` may meanwhile hold other arrays; buffers are copies. Also the random state is put back. A
    function, which is no Module, is just called. Raises RuntimeError for lazy layers that have not been called yet.
    """
    modules = list(model.modules()) if isinstance(model, Module) else []
    for m in modules:
        if any(isinstance(t, UninitializedParameter) for t in vars(m).values()):
            raise RuntimeError(
                f"{type(m).__name__} has no weights before its first call; call the model once, then look into it"
            )
    modes = [(vars(m), vars(m).get("training")) for m in modules]
    parameters = [t for m in modules for t in vars(m).values() if isinstance(t, Tensor)]
    held = [(t, t._data, t.grad, t.requires_grad) for t in {id(t): t for t in (*parameters, *tensors)}.values()]
    members = [(vars(m), name, t) for m in modules for name, t in vars(m).items() if isinstance(t, Tensor)]
    random = autograd.get_rng_state()
    try:
        for m in modules:
            for name in m._buffers:
                if isinstance(buffer := vars(m).get(name), Tensor):
                    buffer._data = np.array(buffer._data)
        if evaluating and isinstance(model, Module):
            model.eval()
        yield
    finally:
        autograd.set_rng_state(random)
        for attributes, name, t in members:
            attributes[name] = t
        for t, data, grad, requires_grad in held:
            t._data, t._grad = data, grad
            t.requires_grad_(requires_grad)
        for attributes, mode in modes:
            if mode is None:
                attributes.pop("training", None)
            else:
                attributes["training"] = mode


def layer_at(model: Module, path: str, caller: str) -> Module:
    """The submodule at a path; ValueError with the ones that are alike, or with all of few."""
    paths = [name for name, _ in model.named_modules() if name]
    if path and path in paths:
        return model.get_submodule(path)
    hint = closest(str(path), paths) or f"; it has {', '.join(map(repr, paths[:12])) or 'none'}"
    raise ValueError(f"{caller}: {type(model).__name__} has no layer {path!r}{hint}")


def layers_of(model: Module, layers: str | Iterable[str] | None, caller: str) -> dict[str, Module]:
    """The submodules at these paths; by default all that have none below them."""
    if not isinstance(model, Module):
        raise TypeError(f"{caller} looks at the layers of an nn.Module, got {type(model).__name__}")
    if layers is None:
        return {name: m for name, m in model.named_modules() if not any(m.children())}
    return {path: layer_at(model, path, caller) for path in ([layers] if isinstance(layers, str) else layers)}


@contextmanager
def caught(layers: Mapping[str, Module]) -> Iterator[dict[str, Tensor]]:
    """Within, every call of one of the layers leaves its (first) output under its path; the last call counts."""
    outputs: dict[str, Tensor] = {}
    handles = [m.register_forward_hook(_keep_in(outputs, path)) for path, m in layers.items()]
    try:
        yield outputs
    finally:
        removed(handles, layers.values())


def removed(handles: Iterable[RemovableHandle], modules: Iterable[Module]) -> None:
    """Remove hooks, and with the last of a module what its calls would ask for hooks."""
    for handle in handles:
        handle.remove()
    for m in modules:
        if m._hooks is not None and not any(vars(m._hooks).values()):
            vars(m).pop("_hooks")


def _keep_in(outputs: dict[str, Tensor], path: str) -> Callable[..., None]:
    def keep(module: Module, args: Any, output: Any) -> None:
        while isinstance(output, tuple | list) and output:
            output = output[0]
        if isinstance(output, Tensor):
            outputs[path] = output

    return keep


def floating_input(model: Any, x: Any, caller: str) -> Tensor:
    """A copy of the input that a gradient can be taken by, in the dtype of the model's parameters."""
    array = np.asarray(x.data if isinstance(x, Tensor) else x)
    if array.dtype.kind != "f":
        raise TypeError(
            f"{caller}: derivatives by an input of dtype {array.dtype} do not exist; pass x.astype(float), or for "
            f"indices the embedded vectors"
        )
    floating = [p.dtype for p in model.parameters() if is_floating(p)] if isinstance(model, Module) else []
    return autograd.tensor(array, floating[0] if floating else None, requires_grad=True)
