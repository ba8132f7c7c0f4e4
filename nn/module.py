"""Module: a function with parameters, buffers and submodules.

Members are found by walking the instance's attributes in the order of their definition: a `Parameter` is a parameter, a
`Module` a child, and a Tensor is a buffer when `register_buffer` said so. Nothing happens on assignment.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Mapping
from itertools import chain
from types import MappingProxyType
from typing import Any, ClassVar, NamedTuple, Self

import numpy as np
from numpy.typing import DTypeLike

from autograd.dtypes import get_default_dtype
from autograd.graph import OF_ARRAYS, get_mode, inside_transform, methods_of_tensors, tell, wants_scopes
from autograd.tensor import RemovableHandle, Tensor, wrap
from nn import hooks
from nn.inputs import is_floating, is_raw, taken
from nn.parameter import Parameter, UninitializedParameter


class LoadResult(NamedTuple):
    """The keys that `load_state_dict(strict=False)` passed over."""

    missing_keys: list[str]
    unexpected_keys: list[str]


class Module:
    """The base of all layers, losses and models: subclass it, assign members in `__init__`, define `forward`.

    Parameters, buffers and children are named by the path of attributes that leads to them. Arrays and nested lists of
    numbers given to a call become Tensors: floating ones in the dtype of the module's parameters (without any, in that
    of the Tensors given beside them), integer ones as they are.

    >>> import numpy as np, nn
    >>> class Line(nn.Module):
    ...     def __init__(self):
    ...         super().__init__()
    ...         self.slope = nn.Parameter(2.0)
    ...         self.offset = nn.Parameter(1.0)
    ...     def forward(self, x):
    ...         return self.slope * x + self.offset
    >>> Line()(np.array([0.0, 1.0])).tolist()
    [1.0, 3.0]
    >>> [name for name, p in Line().named_parameters()]
    ['slope', 'offset']
    """

    training: bool = True
    takes_integers: ClassVar[bool] = True
    """Whether raw integer inputs keep their dtype; layers that multiply them by weights take them as floating."""
    _buffers: Mapping[str, bool] = MappingProxyType({})
    _hooks: hooks.Hooks | None = None

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """What a call computes; every subclass defines it."""
        raise NotImplementedError(f"{type(self).__name__} defines no forward()")

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if inside_transform() == OF_ARRAYS:
            with methods_of_tensors():
                return self(*args, **kwargs)
        mode = get_mode()
        try:
            for arg in args:
                if not isinstance(arg, Tensor):
                    args = self._take(args)
                    break
            if kwargs:
                kwargs = dict(zip(kwargs, self._take(tuple(kwargs.values())), strict=True))
            if self._hooks is None and (mode is None or not wants_scopes(mode)):
                return self.forward(*args, **kwargs)
            return hooks.call(self, args, kwargs)
        except Exception as error:
            hooks.locate(error, self, args)
            raise

    def _take(self, args: tuple[Any, ...]) -> tuple[Any, ...]:
        """The arguments of a call, with raw arrays and lists of numbers as Tensors."""
        dtype: np.dtype | None = None
        for arg in args:
            if is_raw(arg) or isinstance(arg, tuple):
                dtype = dtype or self._dtype() or next((a.dtype for a in args if is_floating(a)), None)
        return tuple(taken(arg, dtype, self.takes_integers) for arg in args)

    def _dtype(self) -> np.dtype | None:
        """The dtype of the first floating parameter, or else buffer."""
        members = chain(self.parameters(), self.buffers())
        made = (t for t in members if not isinstance(t, UninitializedParameter))
        return next((t.dtype for t in made if is_floating(t)), None)

    # --- members -----------------------------------------------------------------------------------------------------

    def register_parameter(self, name: str, param: Parameter | None) -> None:
        """The same as assigning the attribute; None says that this parameter is left out."""
        self._check_name(name)
        if param is not None and not isinstance(param, Parameter):
            raise TypeError(
                f"register_parameter({name!r}) wants an nn.Parameter or None, got {type(param).__name__}; "
                f"wrap it in nn.Parameter(...)"
            )
        setattr(self, name, param)

    def register_buffer(self, name: str, tensor: Tensor | np.ndarray | None, persistent: bool = True) -> None:
        """Make a Tensor part of the module's state that is not trained, such as a running mean.

        `persistent=False` leaves it out of `state_dict()`.

        >>> import autograd, nn
        >>> counter = nn.Module()
        >>> counter.register_buffer("count", autograd.tensor(0))
        >>> list(counter.state_dict()), list(counter.parameters())
        (['count'], [])
        """
        self._check_name(name)
        if isinstance(tensor, np.ndarray):
            tensor = wrap(np.array(tensor))
        if tensor is not None and not isinstance(tensor, Tensor):
            raise TypeError(f"register_buffer({name!r}) wants a Tensor, an array or None, got {type(tensor).__name__}")
        self._buffers = {**self._buffers, name: persistent}
        setattr(self, name, tensor)

    def register_module(self, name: str, module: Module | None) -> None:
        """The same as assigning the attribute."""
        self._check_name(name)
        if module is not None and not isinstance(module, Module):
            raise TypeError(f"register_module({name!r}) wants an nn.Module or None, got {type(module).__name__}")
        setattr(self, name, module)

    add_module = register_module

    def _check_name(self, name: str) -> None:
        if not name or "." in name:
            raise KeyError(f"a member's name must not be empty nor contain '.', got {name!r}")
        if hasattr(type(self), name):
            raise KeyError(f"a member cannot be called {name!r}: {type(self).__name__} has an attribute of that name")

    def named_modules(self, prefix: str = "", remove_duplicate: bool = True) -> Iterator[tuple[str, Module]]:
        """This module (under the name `prefix`) and all below it, with their paths, outermost first."""
        return self._walk(prefix, set() if remove_duplicate else None)

    def _walk(self, prefix: str, seen: set[Module] | None) -> Iterator[tuple[str, Module]]:
        if seen is not None:
            if self in seen:
                return
            seen.add(self)
        yield prefix, self
        for name, value in list(vars(self).items()):
            if isinstance(value, Module):
                yield from value._walk(f"{prefix}.{name}" if prefix else name, seen)

    def modules(self) -> Iterator[Module]:
        """This module and all below it, each once."""
        return (module for _, module in self.named_modules())

    def named_children(self) -> Iterator[tuple[str, Module]]:
        """The modules right below this one, each once, with their names."""
        seen = set()
        for name, value in list(vars(self).items()):
            if isinstance(value, Module) and value not in seen:
                seen.add(value)
                yield name, value

    def children(self) -> Iterator[Module]:
        """The modules right below this one, each once."""
        return (module for _, module in self.named_children())

    def _named_tensors(
        self, select: Callable[[Module], Iterator[tuple[str, Any]]], prefix: str, recurse: bool, remove_duplicate: bool
    ) -> Iterator[tuple[str, Any]]:
        seen = set()
        modules = self.named_modules(prefix, remove_duplicate) if recurse else [(prefix, self)]
        for path, module in modules:
            for name, value in select(module):
                if remove_duplicate:
                    if value in seen:
                        continue
                    seen.add(value)
                yield f"{path}.{name}" if path else name, value

    def named_parameters(
        self, prefix: str = "", recurse: bool = True, remove_duplicate: bool = True
    ) -> Iterator[tuple[str, Parameter]]:
        """The parameters with their paths, a module's own before those of its children; a shared one comes once."""
        return self._named_tensors(_own_parameters, prefix, recurse, remove_duplicate)

    def parameters(self, recurse: bool = True) -> Iterator[Parameter]:
        """The parameters, each once, in the order of their definition."""
        return (p for _, p in self.named_parameters(recurse=recurse))

    def named_buffers(
        self, prefix: str = "", recurse: bool = True, remove_duplicate: bool = True
    ) -> Iterator[tuple[str, Tensor]]:
        """The buffers with their paths."""
        return self._named_tensors(_own_buffers, prefix, recurse, remove_duplicate)

    def buffers(self, recurse: bool = True) -> Iterator[Tensor]:
        """The buffers, each once."""
        return (b for _, b in self.named_buffers(recurse=recurse))

    def get_submodule(self, target: str) -> Module:
        """The module at a path such as 'features.0'; '' is this module itself. Raises AttributeError."""
        module: Module = self._get(target, Module)
        return module

    def get_parameter(self, target: str) -> Parameter:
        """The parameter at a path such as 'features.0.weight'. Raises AttributeError."""
        parameter: Parameter = self._get(target, Parameter)
        return parameter

    def get_buffer(self, target: str) -> Tensor:
        """The buffer at a path such as 'norm.running_mean'. Raises AttributeError."""
        buffer: Tensor = self._get(target, Tensor)
        if all(buffer is not b for b in self.buffers()):
            raise AttributeError(f"{type(self).__name__}: {target!r} is no buffer")
        return buffer

    def _get(self, target: str, kind: type) -> Any:
        found: Any = self
        for name in target.split(".") if target else ():
            found = vars(found).get(name) if isinstance(found, Module) else None
        if isinstance(found, kind):
            return found
        names = [n for n, _ in (self.named_modules() if kind is Module else self.named_parameters())]
        raise AttributeError(f"{type(self).__name__} has no {kind.__name__.lower()} {target!r}{closest(target, names)}")

    # --- the state of training ---------------------------------------------------------------------------------------

    def train(self, mode: bool = True) -> Self:
        """Put this module and all below it into training mode (or evaluation mode); returns the module itself."""
        for module in self.modules():
            module.training = bool(mode)
        return self

    def eval(self) -> Self:
        """Evaluation mode: dropout passes everything on, batch normalisation uses its running statistics.

        >>> import nn, numpy as np
        >>> nn.Dropout(0.5).eval()(np.ones(3))
        tensor([1., 1., 1.], dtype=float64)
        """
        return self.train(False)

    def requires_grad_(self, requires_grad: bool = True) -> Self:
        """Unfreeze (or freeze) all parameters.

        >>> import nn
        >>> model = nn.Sequential(nn.Linear(2, 3), nn.Linear(3, 1))
        >>> _ = model[0].requires_grad_(False)
        >>> [name for name, p in model.named_parameters() if p.requires_grad]
        ['1.weight', '1.bias']
        """
        for p in self.parameters():
            p.requires_grad_(requires_grad)
        return self

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Drop the gradients of all parameters, or fill them with zeros."""
        tell("cleared", self.parameters())
        for p in self.parameters():
            if set_to_none or p.grad is None:
                p._grad = None
            else:
                p._grad = wrap(np.zeros(p.shape, p.dtype))

    def apply(self, fn: Callable[[Module], Any]) -> Self:
        """Call `fn` on every module below this one, then on this one; returns the module itself.

        >>> import nn
        >>> model = nn.Sequential(nn.Linear(2, 3), nn.Tanh())
        >>> _ = model.apply(lambda m: print(type(m).__name__))
        Linear
        Tanh
        Sequential
        """
        for child in self.children():
            child.apply(fn)
        fn(self)
        return self

    def to(self, dtype: DTypeLike) -> Self:
        """Cast all floating parameters, gradients and buffers in place to a floating dtype."""
        try:
            wanted = np.dtype(dtype)
        except TypeError:
            wanted = np.dtype(object)
        if wanted.kind != "f":
            raise TypeError(f"{type(self).__name__}.to() wants a floating dtype such as 'float64', got {dtype!r}")
        for t in (*self.parameters(), *self.buffers()):
            if is_floating(t) and t.dtype != wanted:
                t._data = t._data.astype(wanted)
                if t.grad is not None:
                    t._grad = wrap(t.grad._data.astype(wanted))
        return self

    def float(self) -> Self:
        """Cast to float32."""
        return self.to(np.float32)

    def double(self) -> Self:
        """Cast to float64."""
        return self.to(np.float64)

    # --- state dict --------------------------------------------------------------------------------------------------

    def state_dict(self, prefix: str = "") -> dict[str, Tensor]:
        """All parameters and persistent buffers by path, detached.

        The tensors share memory with the module, so that saving needs no copy; a snapshot that further training must
        not change is `copy.deepcopy(model.state_dict())`.

        >>> import nn
        >>> {path: value.shape for path, value in nn.Sequential(nn.Linear(2, 3)).state_dict().items()}
        {'0.weight': (3, 2), '0.bias': (3,)}
        """
        state = {}
        for path, module in self.named_modules(remove_duplicate=False):
            lead = prefix + path + "." if path else prefix
            for name, p in _own_parameters(module):
                state[lead + name] = p.detach()
            for name, b in _own_buffers(module):
                if module._buffers[name]:
                    state[lead + name] = b.detach()
        return state

    def load_state_dict(self, state_dict: Mapping[str, Any], strict: bool = True) -> LoadResult:
        """Copy the values of a `state_dict()` (Tensors or arrays by path) into parameters and buffers.

        With `strict`, the keys must match exactly; without, missing and unexpected ones are passed over and returned.
        Shapes must match in any case. Raises RuntimeError with everything that does not fit; then nothing was changed.

        >>> import nn
        >>> model = nn.Linear(2, 3)
        >>> model.load_state_dict(nn.Linear(2, 3).state_dict())
        LoadResult(missing_keys=[], unexpected_keys=[])
        >>> model.load_state_dict({"weights": model.weight}, strict=False)
        LoadResult(missing_keys=['weight', 'bias'], unexpected_keys=['weights'])
        """
        wanted = {
            **dict(self.named_parameters(remove_duplicate=False)),
            **{k: b for k, b in self.named_buffers(remove_duplicate=False) if self._is_persistent(k)},
        }
        missing = [k for k in wanted if k not in state_dict]
        unexpected = [k for k in state_dict if k not in wanted]
        problems = []
        if strict:
            problems += [f"missing: {k}{closest(k, unexpected)}" for k in missing]
            problems += [f"unexpected: {k}{closest(k, missing)}" for k in unexpected]
        loaded = {}
        for key, target in wanted.items():
            if key in state_dict:
                value = state_dict[key]
                array = value._data if isinstance(value, Tensor) else np.asarray(value)
                if isinstance(target, UninitializedParameter):
                    loaded[key] = array
                elif array.shape != target.shape:
                    problems.append(f"shape of {key}: {array.shape} in the state dict, {target.shape} in the model")
                elif array.dtype.kind not in ("fiub" if is_floating(target) else "iub"):
                    problems.append(f"dtype of {key}: {array.dtype} in the state dict, {target.dtype} in the model")
                else:
                    loaded[key] = array
        if problems:
            advice = "\nstrict=False passes over missing and unexpected keys" if strict and missing + unexpected else ""
            raise RuntimeError(
                f"{type(self).__name__}.load_state_dict: nothing was loaded, for\n  " + "\n  ".join(problems) + advice
            )
        for key, array in loaded.items():
            target = wanted[key]
            if isinstance(target, UninitializedParameter):
                target.materialize(array.shape, get_default_dtype(), key.rpartition(".")[2])
            target.data = array
        return LoadResult(missing, unexpected)

    def _is_persistent(self, key: str) -> bool:
        path, _, name = key.rpartition(".")
        return self.get_submodule(path)._buffers[name]

    # --- hooks -------------------------------------------------------------------------------------------------------

    def register_forward_pre_hook(
        self, hook: Callable[..., Any], *, prepend: bool = False, with_kwargs: bool = False
    ) -> RemovableHandle:
        """Call `hook(module, args)` before every forward; what it returns (unless None) replaces the arguments.

        With `with_kwargs`: `hook(module, args, kwargs)`, returning None or both. Returns a handle to remove it.
        """
        return self._own_hooks().add("forward_pre", (hook, with_kwargs), prepend)

    def register_forward_hook(
        self, hook: Callable[..., Any], *, prepend: bool = False, with_kwargs: bool = False
    ) -> RemovableHandle:
        """Call `hook(module, args, output)` after every forward; what it returns (unless None) replaces the output.

        With `with_kwargs`: `hook(module, args, kwargs, output)`. Returns a handle to remove it.

        >>> import nn, numpy as np
        >>> layer = nn.Linear(2, 3)
        >>> handle = layer.register_forward_hook(lambda module, args, output: print(output.shape))
        >>> _ = layer(np.ones((5, 2)))
        (5, 3)
        >>> handle.remove()
        """
        return self._own_hooks().add("forward", (hook, with_kwargs), prepend)

    def register_full_backward_pre_hook(self, hook: Callable[..., Any], prepend: bool = False) -> RemovableHandle:
        """Call `hook(module, grad_output)` when the gradients of the module's outputs are there.

        Gradients come as tuples of Tensors, with None for what has none; a tuple that the hook returns replaces them.
        """
        return self._own_hooks().add("backward_pre", hook, prepend)

    def register_full_backward_hook(self, hook: Callable[..., Any], prepend: bool = False) -> RemovableHandle:
        """Call `hook(module, grad_input, grad_output)` when the gradients of the module's positional inputs are there.

        Gradients come as tuples of Tensors, with None for what has none; a tuple that the hook returns replaces
        `grad_input`.
        """
        return self._own_hooks().add("backward", hook, prepend)

    def _own_hooks(self) -> hooks.Hooks:
        if self._hooks is None:
            self._hooks = hooks.Hooks()
        return self._hooks

    # --- repr --------------------------------------------------------------------------------------------------------

    def extra_repr(self) -> str:
        """What the repr shows between the parentheses; subclasses define it."""
        return ""

    def __repr__(self) -> str:
        extra = self.extra_repr()
        lines = [f"({name}): {m!r}".replace("\n", "\n  ") for name, m in vars(self).items() if isinstance(m, Module)]
        if not lines:
            return f"{type(self).__name__}({extra})" if "\n" not in extra else _tree(self, extra.split("\n"))
        return _tree(self, [*(extra.split("\n") if extra else ()), *lines])


def _tree(module: Module, lines: list[str]) -> str:
    return f"{type(module).__name__}(\n  " + "\n  ".join(lines) + "\n)"


def _own_parameters(module: Module) -> Iterator[tuple[str, Parameter]]:
    return ((name, value) for name, value in list(vars(module).items()) if isinstance(value, Parameter))


def _own_buffers(module: Module) -> Iterator[tuple[str, Tensor]]:
    return ((name, b) for name in module._buffers if isinstance(b := vars(module).get(name), Tensor))


def closest(name: str, names: list[str]) -> str:
    """', did you mean …?' if one of the names is similar."""
    matches = difflib.get_close_matches(name, names, n=1)
    return f" (did you mean {matches[0]!r}?)" if matches else ""
