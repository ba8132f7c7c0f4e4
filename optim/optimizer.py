"""Optimizer: parameter groups, state, and the one loop that applies an update rule to every parameter.

A rule is a pure function `rule(p, g, *state, **hyperparameters) -> (p, *state)` in the symbols of its paper. It runs on
arrays (large ones block by block, so that its temporaries stay in the cache and no full-size copy is made) and, while a
trace listens, on Tensors.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar

import numpy as np

from autograd import ops
from autograd.graph import assign, enable_grad, get_mode, mark_used, no_grad, overwritten, scope, tell
from autograd.tensor import Tensor, wrap
from optim.fused import Plan, plan

BLOCK = 1 << 15
"""Elements per block of a large update: a rule's handful of temporaries of this length fits in the L2 cache."""
SMALL = 1 << 12
"""Parameters up to this size are updated together: their arithmetic costs less than the calls that do it."""


class Optimizer:
    """The base of all optimizers. A subclass names its rule and what the rule keeps between steps:

    `rule` the pure update · `state_names` its state in the order of the rule's arguments: "step", if there, comes first
    and counts the steps of a parameter from 0, all else is None before the first step and where the rule returns None ·
    `numbers` those of the state that are single numbers · `elementwise` whether the rule treats every element alike, so
    that large parameters may be cut into blocks and small ones joined.

    `params` is an iterable of Tensors, of (name, Tensor) pairs, or of dicts `{"params": …, "lr": …}`, the groups, whose
    options override `defaults`.

    >>> import autograd, optim, numpy as np
    >>> class SignSGD(optim.Optimizer):
    ...     rule = staticmethod(lambda p, g, lr: (p - lr * np.sign(g),))
    ...     def __init__(self, params, lr):
    ...         super().__init__(params, {"lr": lr})
    >>> w = autograd.tensor([4.0], requires_grad=True)
    >>> (w * w).sum().backward()
    >>> SignSGD([w], lr=0.5).step()
    >>> w
    tensor([3.5], requires_grad=True)
    """

    rule: ClassVar[Callable[..., tuple[Any, ...]]]
    state_names: ClassVar[tuple[str, ...]] = ()
    numbers: ClassVar[frozenset[str]] = frozenset({"step"})
    elementwise: ClassVar[bool] = True

    def __init__(self, params: Iterable[Any], defaults: dict[str, Any], hints: Mapping[str, Any] | None = None) -> None:
        self._check_hints(hints or {})
        self.defaults = defaults
        self.state: dict[Tensor, dict[str, Any]] = {}
        self.steps = 0
        self.param_groups: list[dict[str, Any]] = []
        if isinstance(params, (Tensor, Mapping)):
            raise TypeError(
                f"{self._name} wants an iterable of parameters or groups, got {type(params).__name__}; "
                f"write {self._name}([p], ...) or pass model.parameters()"
            )
        groups = list(params)
        if not groups:
            raise ValueError(f"{self._name} got no parameters: is the iterator used up, or does the model have none?")
        for group in groups if isinstance(groups[0], Mapping) else [{"params": groups}]:
            self.add_param_group(group)

    def _check_hints(self, hints: Mapping[str, Any]) -> None:
        """Accept PyTorch's choices of an implementation, which change no result; refuse every other keyword."""
        for name, value in hints.items():
            if name not in ("foreach", "fused", "capturable", "differentiable"):
                raise TypeError(f"{self._name}() got an unexpected keyword argument {name!r}")
            if name == "differentiable" and value:
                raise ValueError(
                    f"{self._name}: differentiable=True is not supported; write the update with autograd's functions "
                    f"and differentiate that"
                )

    @property
    def _name(self) -> str:
        return type(self).__name__

    def add_param_group(self, param_group: Mapping[str, Any]) -> None:
        """Optimize further parameters, with options of their own.

        Raises TypeError for what is no Tensor, ValueError for results of operations, duplicates and invalid options.

        >>> import autograd, optim
        >>> a, b = (autograd.tensor([1.0], requires_grad=True) for _ in range(2))
        >>> optimizer = optim.SGD([a], lr=0.1)
        >>> optimizer.add_param_group({"params": [b], "lr": 0.01})
        >>> [group["lr"] for group in optimizer.param_groups]
        [0.1, 0.01]
        """
        group = dict(param_group)
        params = [group["params"]] if isinstance(group["params"], Tensor) else list(group["params"])
        names = [p[0] if isinstance(p, tuple) else None for p in params]
        params = [p[1] if isinstance(p, tuple) else p for p in params]
        known = {p for g in self.param_groups for p in g["params"]}
        for p in params:
            if not isinstance(p, Tensor):
                raise TypeError(f"{self._name} optimizes Tensors, got {type(p).__name__}")
            if not p.is_leaf:
                raise ValueError(
                    f"{self._name} optimizes leaves, got the result of an operation (shape {p.shape}); "
                    f"make the parameter first, then compute with it"
                )
            if p in known:
                raise ValueError(f"{self._name}: a parameter of shape {p.shape} appears twice; give each once")
            known.add(p)
        group["params"] = params
        if any(name is not None for name in names):
            group["param_names"] = names
        group = {**self.defaults, **group}
        self.check(group)
        self.param_groups.append(group)

    def check(self, group: Mapping[str, Any]) -> None:
        """Raise ValueError for options that make no sense; subclasses add theirs."""
        for name in ("lr", "eps", "weight_decay", "momentum"):
            if name in group:
                self._require(group[name] >= 0, name, group[name], "≥ 0")

    def _require(self, holds: bool, name: str, value: Any, wanted: str) -> None:
        if not holds:  # written so that NaN fails too
            raise ValueError(f"{self._name}: {name} must be {wanted}, got {value}")

    # --- stepping ----------------------------------------------------------------------------------------------------

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Drop the gradients of all parameters, or replace them by zeros."""
        tell("cleared", self._parameters())
        for group in self.param_groups:
            for p in group["params"]:
                p._grad = None if set_to_none or p.grad is None else wrap(np.zeros(p.shape, p.dtype))
            mark_used(group["params"], False)

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Update every parameter that has a gradient, in place; returns what `closure`, run first, returns.

        A later backward pass through a graph recorded before raises if it needs a value that was overwritten.
        """
        loss = None
        if closure is not None:
            with enable_grad():
                loss = closure()
        mode = get_mode()
        update = self._update_recorded if mode is not None and mode.listeners else self._update
        written = []
        for group in self.param_groups:
            hyper = {name: group[name] for name in self.defaults}
            if mode is not None:
                hyper = self._followed(hyper, group)
            small: dict[Any, list[Tensor]] = {}
            plans: dict[Any, Plan | None] | None = {} if update == self._update and self.elementwise else None
            for p in group["params"]:
                if p.grad is None:
                    continue
                state = self.state.get(p)
                if state is None:
                    state = self.state[p] = dict.fromkeys(self.state_names)
                    if "step" in state:
                        state["step"] = wrap(np.array(0))
                written.append(p)
                numbers = self._numbers(state)
                if plans is not None and self._update_natively(p, state, numbers, hyper, plans):
                    continue
                # Without arrays in the state there is too little arithmetic to be worth the joining.
                joinable = self.elementwise and p.size <= SMALL and p.dtype.kind != "c"
                if update == self._update and joinable and True in numbers:
                    small.setdefault((p.dtype, p.grad.dtype, *numbers), []).append(p)
                else:
                    update(p, state, hyper)
            for alike in small.values():
                if len(alike) > 2:
                    self._update_together(alike, hyper)
                else:
                    for p in alike:
                        self._update(p, self.state[p], hyper)
        overwritten(written)
        mark_used(written)
        tell("stepped", self)
        self.steps += 1
        return loss

    def _followed(self, hyper: dict[str, Any], group: dict[str, Any]) -> dict[str, Any]:
        """The options of a group, as a listener wants to see them that follows them from step to step."""
        mode = get_mode()
        for listener in mode.listeners if mode is not None else ():
            if hasattr(listener, "followed"):
                hyper = listener.followed(hyper, group)
        return hyper

    def _update_natively(
        self,
        p: Tensor,
        state: dict[str, Any],
        numbers: list[Any],
        hyper: dict[str, Any],
        plans: dict[Any, Plan | None],
    ) -> bool:
        """Update by a native kernel; False if there is none for this rule or these arrays."""
        data = p._data
        key = (data.dtype, *numbers)
        try:
            made = plans[key]
        except KeyError:
            places = frozenset(k for k, name in enumerate(self.state_names) if name in self.numbers)
            made = plans[key] = plan(type(self).rule, data.dtype, numbers, places, hyper)
        if made is None:
            return False
        arrays = [data, p._grad._data]  # type: ignore[union-attr]
        arrays += [v._data for v, n in zip(state.values(), numbers) if n is True]
        for a in arrays:
            if a.dtype != data.dtype or not a.flags.c_contiguous or type(a) is not np.ndarray:
                return False
        for k, array in zip(made.fresh, made.run(arrays)):
            state[self.state_names[k]] = wrap(array)
        for k, value in made.values.items():
            kept = state[self.state_names[k]]
            if kept is None:
                state[self.state_names[k]] = wrap(np.asarray(value))
            else:
                kept._data = np.asarray(value)
        return True

    def _update(self, p: Tensor, state: dict[str, Any], hyper: dict[str, Any]) -> None:
        data, g = p.data, p.grad._data  # type: ignore[union-attr]
        values: list[Any] = [v if v is None else v._data for v in state.values()]
        # Python numbers are weak, and quick to compute with.
        values = [v.item() if n in self.numbers and v is not None else v for n, v in zip(state, values)]
        if self.elementwise and data.size > BLOCK and data.flags.c_contiguous and data.dtype.kind != "c":
            new = apply_in_blocks(type(self).rule, data, g, values, hyper)
        else:
            updated, *new = self._rule_for(p)(data, g, *values, **hyper)
            data[...] = updated
        for name, value in zip(self.state_names, new):
            kept = state[name]
            if value is None or kept is None:
                state[name] = value if value is None else wrap(np.asarray(value))
            else:
                kept._data = np.asarray(value)

    def _rule_for(self, p: Tensor) -> Callable[..., tuple[Any, ...]]:
        if p.dtype.kind != "c":
            return type(self).rule
        if not self.elementwise:
            self._want_real([p])
        return on_parts(type(self).rule)

    def _numbers(self, state: dict[str, Any]) -> list[Any]:
        """The numbers of a state, and which of its arrays are missing: parameters equal in these step alike."""
        return [v if v is None else v._data.item() if n in self.numbers else True for n, v in state.items()]

    def _update_together(self, params: list[Tensor], hyper: dict[str, Any]) -> None:
        states = [self.state[p] for p in params]
        values: list[Any] = self._numbers(states[0])
        for k, name in enumerate(self.state_names):
            if values[k] is True:
                values[k] = np.concatenate([s[name]._data.reshape(-1) for s in states])
        joined = np.concatenate([p._data.reshape(-1) for p in params])
        gradient = np.concatenate([p.grad._data.reshape(-1) for p in params if p.grad is not None])
        new = apply_in_blocks(type(self).rule, joined, gradient, values, hyper)
        start = 0
        for p, state in zip(params, states):
            end = start + p.size
            p._data[...] = joined[start:end].reshape(p.shape)
            for name, value in zip(self.state_names, new):
                part = (
                    value[start:end].reshape(p.shape).copy() if isinstance(value, np.ndarray) and value.ndim else value
                )
                if part is None or state[name] is None:
                    state[name] = part if part is None else wrap(np.asarray(part))
                else:
                    state[name]._data = np.asarray(part)
            start = end

    def _update_recorded(self, p: Tensor, state: dict[str, Any], hyper: dict[str, Any]) -> None:
        with no_grad(), scope(f"{type(self).__name__}.step"):
            updated, *new = self._rule_for(p)(p.detach(), p.grad, *state.values(), **hyper)
            targets, values = [p], [updated]
            for name, value in zip(self.state_names, new):
                if value is None or state[name] is None:
                    state[name] = value
                else:
                    targets.append(state[name])
                    values.append(value)
            assign(targets, values)

    def _want_real(self, params: Iterable[Tensor]) -> None:
        for p in params:
            if p.dtype.kind == "c":
                raise TypeError(
                    f"{self._name} is for real parameters, got one of dtype {p.dtype}; keep the real and imaginary "
                    f"parts as parameters, and make complex numbers of them by autograd.complex"
                )

    def _refuse_recording(self) -> None:
        mode = get_mode()
        if mode is not None and mode.listeners:
            raise TypeError(f"{self._name}.step() cannot be traced: what it does depends on values it computes")

    # --- state -------------------------------------------------------------------------------------------------------

    def state_dict(self) -> dict[str, Any]:
        """State and options as plain data: parameters are numbered in the order of the groups.

        The state's Tensors share memory with the optimizer.

        >>> import nn, optim
        >>> optim.SGD(nn.Linear(2, 1).parameters(), lr=0.1, momentum=0.9).state_dict()["param_groups"][0]["params"]
        [0, 1]
        """
        position = {p: i for i, p in enumerate(p for group in self.param_groups for p in group["params"])}
        groups = [{**group, "params": [position[p] for p in group["params"]]} for group in self.param_groups]
        state = {position[p]: {k: v for k, v in s.items() if v is not None} for p, s in self.state.items()}
        return {"state": dict(sorted(state.items())), "param_groups": groups}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Take over a copy of another optimizer's state and options, so that training continues bit for bit.

        Raises ValueError if groups, parameters or state do not fit; then nothing was changed.
        """
        groups = state_dict["param_groups"]
        ours = [len(group["params"]) for group in self.param_groups]
        theirs = [len(group["params"]) for group in groups]
        if ours != theirs:
            raise ValueError(
                f"{self._name}.load_state_dict: the state dict has groups of {theirs} parameters, this optimizer of "
                f"{ours}"
            )
        place = dict(zip((i for group in groups for i in group["params"]), self._parameters(), strict=True))
        state = {}
        for i, saved in state_dict["state"].items():
            p = place[i]
            unknown = set(saved) - set(self.state_names)
            if unknown:
                raise ValueError(
                    f"{self._name}.load_state_dict: {self._name} keeps {list(self.state_names)}, "
                    f"not {sorted(unknown)}; is this the state of another kind of optimizer?"
                )
            state[p] = {name: self._restored(name, saved.get(name), p) for name in self.state_names}
        merged = [
            {
                **new,
                "params": group["params"],
                **({"param_names": group["param_names"]} if "param_names" in group else {}),
            }
            for group, new in zip(self.param_groups, groups, strict=True)
        ]
        for group in merged:
            self.check(group)
        self.state, self.param_groups = state, merged

    def _parameters(self) -> list[Tensor]:
        return [p for group in self.param_groups for p in group["params"]]

    def _restored(self, name: str, value: Any, p: Tensor) -> Any:
        if value is None:
            return None
        array = np.array(value._data if isinstance(value, Tensor) else np.asarray(value))
        if name == "step":
            return wrap(np.array(int(array)))
        if name in self.numbers and array.ndim == 0:
            return wrap(array.astype(np.float64))
        if array.shape != self.state_shape(name, p):
            raise ValueError(
                f"{self._name}.load_state_dict: {name} has shape {array.shape} for a parameter of shape {p.shape}"
            )
        return wrap(array.astype(p.dtype, copy=False))

    def state_shape(self, name: str, p: Tensor) -> tuple[int, ...]:
        """The shape of one of the arrays kept for a parameter; where it is not the parameter's, subclasses say so."""
        return p.shape

    def __repr__(self) -> str:
        lines = []
        for i, group in enumerate(self.param_groups):
            options = [f"    {k}: {v}" for k, v in sorted(group.items()) if k not in ("params", "param_names")]
            lines += [f"  group {i}, {len(group['params'])} parameters", *options]
        return "\n".join([f"{self._name} (", *lines, ")"])


def on_parts(rule: Callable[..., tuple[Any, ...]]) -> Callable[..., tuple[Any, ...]]:
    """An elementwise rule for complex parameters: it treats real and imaginary parts as parameters of their own."""

    def of_complex(p: Any, *others: Any, **hyper: Any) -> tuple[Any, ...]:
        parts = [ops.view_as_real(v) if getattr(v, "dtype", None) == p.dtype else v for v in (p, *others)]
        shape = (*p.shape, 2)
        return tuple(ops.view_as_complex(v) if np.shape(v) == shape else v for v in rule(*parts, **hyper))

    return of_complex


def apply_in_blocks(
    rule: Callable[..., tuple[Any, ...]], p: np.ndarray, g: np.ndarray, state: list[Any], hyper: dict[str, Any]
) -> list[Any]:
    """Apply an elementwise rule block by block: `p` and the state's arrays are overwritten; returns the new state."""
    flat_p, flat_g = p.reshape(-1), g.reshape(-1)
    flat = [s.reshape(-1) if isinstance(s, np.ndarray) else s for s in state]
    results: list[Any] = []
    for start in range(0, p.size, BLOCK):
        block = slice(start, start + BLOCK)
        olds = [s[block] if isinstance(s, np.ndarray) else s for s in flat]
        flat_p[block], *news = rule(flat_p[block], flat_g[block], *olds, **hyper)
        if not results:
            fresh = [isinstance(n, np.ndarray) and not isinstance(s, np.ndarray) for n, s in zip(news, flat)]
            results = [np.empty(p.size, n.dtype) if f else s for n, s, f in zip(news, flat, fresh)]
        for result, new in zip(results, news):
            if isinstance(result, np.ndarray):
                result[block] = new
    return [r.reshape(p.shape) if isinstance(r, np.ndarray) else n for r, n in zip(results, news)]


def in_dtype_of(array: Any, coefficient: Any) -> Any:
    """A coefficient computed from the step count, such that it does not raise the precision of `array`."""
    if isinstance(coefficient, np.floating):
        return array.dtype.type(coefficient)
    return ops.astype(coefficient, array.dtype) if isinstance(coefficient, Tensor) else coefficient
