"""Parameters computed from others: a module's `weight` becomes a function of what is trained."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import numpy as np

from autograd.graph import no_grad
from autograd.tensor import Tensor, wrap
from nn.layers.containers import ModuleDict
from nn.module import Module
from nn.parameter import Parameter

__all__ = ["ParametrizationList", "cached", "is_parametrized", "register_parametrization", "remove_parametrizations"]

_cache: ContextVar[dict[Any, Any] | None] = ContextVar("nn_parametrize_cache", default=None)


class ParametrizationList(Module):
    """The functions behind one parameter, applied in order, and what is trained in its place.

    That is `original`, or `original0`, `original1`, … where the right inverse of the first function gives several.

    >>> import nn
    >>> layer = nn.utils.parametrizations.weight_norm(nn.Linear(2, 3))
    >>> [name for name, _ in layer.parametrizations.weight.named_parameters()]
    ['original0', 'original1']
    """

    original: Any

    def __init__(self, modules: list[Module], original: Any) -> None:
        super().__init__()
        with no_grad():
            value = original
            for module in reversed(modules):
                inverse = getattr(module, "right_inverse", None)
                value = value if inverse is None else inverse(value)
        self.is_tensor = isinstance(value, Tensor)
        values = [value] if self.is_tensor else list(value)
        for k, v in enumerate(values):
            name = "original" if self.is_tensor else f"original{k}"
            trained = isinstance(original, Parameter)
            if trained:
                setattr(self, name, Parameter(v.data, requires_grad=original.requires_grad))
            else:
                self.register_buffer(name, v.detach())
        self.ntensors = len(values)
        for k, module in enumerate(modules):
            setattr(self, str(k), module)
        self.count = len(modules)

    def forward(self) -> Any:
        steps = [getattr(self, str(k)) for k in range(self.count)]
        if self.is_tensor:
            value = steps[0](self.original)
        else:
            value = steps[0](*(getattr(self, f"original{k}") for k in range(self.ntensors)))
        for step in steps[1:]:
            value = step(value)
        return value

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, k: int) -> Module:
        return getattr(self, str(range(self.count)[k]))  # type: ignore[no-any-return]


def register_parametrization(
    module: Module, tensor_name: str, parametrization: Module, *, unsafe: bool = False
) -> Module:
    """Make the parameter (or buffer) `tensor_name` of a module the value of `parametrization`; returns the module.

    What is trained moves to `module.parametrizations.<name>.original`; assigning to the parameter goes through the
    parametrization's `right_inverse`. Several can be put on top of one another. Unless `unsafe`, ValueError if the
    value it computes has another shape or dtype.

    >>> import autograd, nn
    >>> class Symmetric(nn.Module):
    ...     def forward(self, x):
    ...         return autograd.triu(x) + autograd.triu(x, 1).mT
    >>> layer = nn.utils.parametrize.register_parametrization(nn.Linear(3, 3), "weight", Symmetric())
    >>> bool((layer.weight == layer.weight.mT).all()), list(layer.state_dict())
    (True, ['bias', 'parametrizations.weight.original'])
    """
    if is_parametrized(module, tensor_name):
        stack = module.parametrizations[tensor_name]  # type: ignore[attr-defined]
        setattr(stack, str(stack.count), parametrization)
        stack.count += 1
        return module
    original = vars(module).get(tensor_name)
    if not isinstance(original, Tensor):
        raise ValueError(f"{type(module).__name__} has no parameter or buffer {tensor_name!r} to parametrize")
    stack = ParametrizationList([parametrization], original)
    value = stack()
    if not unsafe and (value.shape, value.dtype) != (original.shape, original.dtype):
        raise ValueError(
            f"the parametrization of {tensor_name} gives {value.dtype} {value.shape} for {original.dtype} "
            f"{original.shape}; pass unsafe=True if that is meant"
        )
    if not is_parametrized(module):
        _change_class(module)
        module.parametrizations = ModuleDict()  # type: ignore[attr-defined]
    module.parametrizations[tensor_name] = stack  # type: ignore[attr-defined]
    del vars(module)[tensor_name]
    module._buffers = {k: v for k, v in module._buffers.items() if k != tensor_name}
    _add_property(type(module), tensor_name)
    return module


def remove_parametrizations(module: Module, tensor_name: str, leave_parametrized: bool = True) -> Module:
    """Put an ordinary parameter back: with the computed value, or with the original; returns the module.

    >>> import nn
    >>> layer = nn.utils.parametrizations.weight_norm(nn.Linear(2, 3))
    >>> nn.utils.parametrize.remove_parametrizations(layer, "weight")
    Linear(in_features=2, out_features=3, bias=True)
    """
    if not is_parametrized(module, tensor_name):
        raise ValueError(f"{type(module).__name__}.{tensor_name} is not parametrized")
    stack = module.parametrizations[tensor_name]  # type: ignore[attr-defined]
    if not leave_parametrized and not stack.is_tensor:
        raise ValueError(f"{tensor_name} has several originals: only its computed value can be left in its place")
    with no_grad():
        value: Any = stack() if leave_parametrized else stack.original
    trained = isinstance(getattr(stack, "original" if stack.is_tensor else "original0"), Parameter)
    delattr(type(module), tensor_name)
    del module.parametrizations[tensor_name]  # type: ignore[attr-defined]
    if trained:
        setattr(module, tensor_name, Parameter(value.data))
    else:
        module.register_buffer(tensor_name, value.detach())
    if not len(module.parametrizations):  # type: ignore[attr-defined]
        del module.parametrizations  # type: ignore[attr-defined]
        module.__class__ = type(module).__bases__[0]
    return module


def is_parametrized(module: Module, tensor_name: str | None = None) -> bool:
    """Whether a module, or one of its parameters, is parametrized.

    >>> import nn
    >>> nn.utils.parametrize.is_parametrized(nn.Linear(2, 3))
    False
    """
    stacks = vars(module).get("parametrizations")
    return stacks is not None and (tensor_name is None or tensor_name in stacks)


@contextmanager
def cached() -> Iterator[None]:
    """Compute every parametrized parameter just once inside the block.

    >>> import nn
    >>> layer = nn.utils.parametrizations.weight_norm(nn.Linear(2, 3))
    >>> with nn.utils.parametrize.cached():
    ...     layer.weight is layer.weight
    True
    """
    token = _cache.set({} if _cache.get() is None else _cache.get())
    try:
        yield
    finally:
        _cache.reset(token)


def _change_class(module: Module) -> None:
    kind = type(module)
    module.__class__ = type(
        f"Parametrized{kind.__name__}", (kind,), {"__module__": kind.__module__, "__deepcopy__": _deepcopy}
    )


def _deepcopy(self: Any, memo: dict[int, Any]) -> Any:
    import copy

    kind: Any = type(self)
    twin = kind.__new__(kind)
    # A class of its own, from which a parametrization can be removed without touching the other's.
    twin.__class__ = type(kind.__name__, kind.__bases__, dict(vars(kind)))
    memo[id(self)] = twin
    vars(twin).update(copy.deepcopy(vars(self), memo))
    return twin


def _add_property(kind: type, name: str) -> None:
    def get(self: Any) -> Any:
        stack, cache = self.parametrizations[name], _cache.get()
        if cache is None:
            return stack()
        if stack not in cache:
            cache[stack] = stack()
        return cache[stack]

    def set_(self: Any, value: Any) -> None:
        stack = self.parametrizations[name]
        with no_grad():
            value = value.detach() if isinstance(value, Tensor) else wrap(np.array(value))
            for k in reversed(range(stack.count)):
                inverse = getattr(stack[k], "right_inverse", None)
                if inverse is None:
                    raise AttributeError(f"{name} cannot be assigned: its parametrization has no right_inverse")
                value = inverse(value)
        values = [value] if stack.is_tensor else list(value)
        for k, v in enumerate(values):
            getattr(stack, "original" if stack.is_tensor else f"original{k}").data = v.data

    setattr(kind, name, property(get, set_))
