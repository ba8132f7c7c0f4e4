"""The recorded graph: nodes, the recording state of this thread or task, and what has been overwritten since.

A `Node` is one recorded call of a primitive. It points backward only (to the nodes of its inputs), carries its creation
index, which orders the graph topologically without a search, and keeps just the arrays its derivative rules name.
No node refers to a `Tensor` strongly, so dropping the last Tensor frees the graph by reference counting alone.
"""

from __future__ import annotations

import itertools
import weakref
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from autograd.primitive import Primitive
    from autograd.tensor import Tensor

next_index = itertools.count(1).__next__


class Node:
    """One recorded call.

    `primitive` what was called (None for a leaf) ·
    `inputs` a Node, or None where nothing is tracked, per array argument ·
    `saved` the values its rules name, aligned with `primitive.saves` · `params` the non-array arguments ·
    `fix` per input the (shape, dtype) its gradient is brought back to, or None when no input was broadcast or cast;
    with several results a pair: the (shape, dtype) of each, and that ·
    `index` creation order · `meta` a `Meta` for leaves, hooked and retained nodes, else None ·
    `numbers` for a result that is a single number (the operands and the result if all are, else the result alone),
    otherwise None, and `adjoint` its gradient in the latest sweep: they cost next to nothing and let a graph of scalars
    be drawn with its numbers after the fact.
    """

    __slots__ = ("adjoint", "fix", "index", "inputs", "meta", "numbers", "params", "primitive", "saved")
    primitive: Primitive | None
    inputs: tuple[Node | None, ...]
    saved: Any
    params: tuple[Any, ...]
    fix: Any
    index: int
    meta: Meta | None
    numbers: tuple[Any, ...] | None
    adjoint: Any

    def __repr__(self) -> str:
        return f"<{'leaf' if self.primitive is None else self.primitive.name} #{self.index}>"


hooks_made = [0]
"""How many hooks Tensors have been given so far: while it stays the same, no Tensor has got one."""


class Meta:
    """What only few nodes need: the Tensor that receives `.grad`, hooks, a name, and where the call was made.

    `used` tells that an optimizer has made a step with the `.grad` that is there,
    `stands_in` that the Tensor takes the place of an array in a function of arrays.
    """

    __slots__ = ("hooks", "label", "path", "source", "stands_in", "tensor", "used")

    def __init__(self) -> None:
        self.tensor: weakref.ref[Tensor] | None = None
        self.hooks: dict[int, Callable[[Tensor], Tensor | None]] | None = None
        self.label: str | None = None
        self.source: str | None = None
        self.path: str = ""
        self.used = False
        self.stands_in = False


class _Freed:
    def __repr__(self) -> str:
        return "<freed>"


FREED = _Freed()
"""Stands in `Node.saved` after a backward pass that did not retain the graph."""


def leaf(tensor: Tensor) -> Node:
    """A node without inputs that delivers its adjoint into `tensor.grad`."""
    node = Node()
    node.primitive = node.fix = None
    node.numbers = (tensor.data,) if tensor.ndim == 0 else None
    node.inputs = node.saved = node.params = ()
    node.index = next_index()
    node.meta = Meta()
    node.meta.tensor = weakref.ref(tensor)
    return node


def meta_of(node: Node) -> Meta:
    """The node's Meta, made on demand."""
    if node.meta is None:
        node.meta = Meta()
    return node.meta


# --- the recording state ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Mode:
    """How calls are recorded in this thread or task.

    `record` builds graph nodes · `listeners` see every primitive call and every write into storage (see `Recorder` in
    `autograd.program`) ·
    `anomaly` names what every result is checked for: "nan", "inf" ·
    `batches` are the running `vmap`s, outermost first; a call goes to the last of them (see `autograd.batching`) ·
    `profiles` are told how long kernels and rules take (see `autograd.profiling`).

    >>> import autograd
    >>> from autograd.graph import get_mode
    >>> with autograd.no_grad():
    ...     get_mode()
    Mode(record=False, listeners=(), anomaly=())
    """

    record: bool = True
    listeners: tuple[Any, ...] = ()
    anomaly: tuple[str, ...] = ()
    batches: tuple[Any, ...] = field(default=(), repr=False)
    profiles: tuple[Any, ...] = field(default=(), repr=False)


NO_GRAD = Mode(record=False)
_DEFAULT = Mode()
_mode: ContextVar[Mode | None] = ContextVar("autograd_mode", default=None)
get_mode = _mode.get
"""The current Mode; None stands for the default one, so that the hot path tests identity alone."""


@contextmanager
def changed_mode(**changes: Any) -> Iterator[None]:
    """Run the block under the current mode with some fields replaced."""
    mode = replace(_mode.get() or _DEFAULT, **changes)
    token = _mode.set(None if mode == _DEFAULT else NO_GRAD if mode == NO_GRAD else mode)
    try:
        yield
    finally:
        _mode.reset(token)


def no_grad() -> Any:
    """Context manager and decorator: nothing inside is recorded, so results carry no gradient.

    >>> import autograd
    >>> w = autograd.tensor(2.0, requires_grad=True)
    >>> with autograd.no_grad():
    ...     y = w * 3
    >>> y.requires_grad
    False
    """
    return changed_mode(record=False)


def enable_grad() -> Any:
    """Context manager and decorator: record again inside a `no_grad` block.

    >>> import autograd
    >>> w = autograd.tensor(2.0, requires_grad=True)
    >>> with autograd.no_grad(), autograd.enable_grad():
    ...     y = w * 3
    >>> y.requires_grad
    True
    """
    return changed_mode(record=True)


def set_grad_enabled(mode: bool) -> Any:
    """Context manager and decorator: `enable_grad()` if `mode` else `no_grad()`.

    >>> import autograd
    >>> w = autograd.tensor(2.0, requires_grad=True)
    >>> with autograd.set_grad_enabled(False):
    ...     y = w * 3
    >>> y.requires_grad
    False
    """
    return changed_mode(record=bool(mode))


def is_grad_enabled() -> bool:
    """Whether calls on tensors that require grad are recorded here and now.

    >>> import autograd
    >>> with autograd.no_grad():
    ...     autograd.is_grad_enabled()
    False
    """
    mode = _mode.get()
    return mode is None or mode.record


def has_listeners() -> bool:
    """Whether something listens to the calls made here and now, such as a tracer or forward mode."""
    mode = _mode.get()
    return mode is not None and bool(mode.listeners)


def tell(event: str, *about: Any) -> None:
    """Tell the listeners of something that is no primitive's call: those that have a method of this name are called.

    `escaped(tensor, how)` a value was read out of a Tensor · `written(tensors)` storage was overwritten other than by
    `assign` · `moved(tensor)` it is about to stand for another value · `cleared(tensors)` gradients were dropped ·
    `entered(module)` a module is called · `stepped(optimizer)` · `ranged(tensor, count)` its integers were found to lie
    in [0, count), and what follows relies on that · `unseen(what, way_out)` something happened that no replay will
    repeat · `stood_for_number(tensor)` without a trace this would be one of Python's numbers.
    """
    mode = _mode.get()
    for listener in mode.listeners if mode is not None else ():
        method = getattr(listener, event, None)
        if method is not None:
            method(*about)


_scopes: ContextVar[tuple[str, ...]] = ContextVar("autograd_scopes", default=())


@contextmanager
def scope(name: str) -> Iterator[None]:
    """Label what is recorded inside with a module path; `nn.Module` opens one per call while somebody watches."""
    names = (*_scopes.get(), name)
    token, mode, start = _scopes.set(names), _mode.get(), perf_counter()
    try:
        yield
    finally:
        _scopes.reset(token)
        for profile in mode.profiles if mode is not None else ():
            profile._left(names, start, perf_counter())


def wants_scopes(mode: Mode | None) -> bool:
    """Whether somebody wants to know in which module a call is made."""
    return mode is not None and bool(mode.listeners or mode.anomaly or mode.profiles)


def scopes() -> tuple[str, ...]:
    """The names of the open scopes, outermost first."""
    return _scopes.get()


OF_ARRAYS, OF_TENSORS = "a function of arrays", "a function of Tensors"
_inside_transform: ContextVar[str] = ContextVar("autograd_inside_transform", default="")
inside_transform = _inside_transform.get
"""What a transform such as `grad` differentiates here and now: OF_ARRAYS, OF_TENSORS, or "" outside of all.

Inside, no bare number must leave a Tensor unnoticed.
"""


@contextmanager
def running_transform(kind: str) -> Iterator[None]:
    """Mark the block as the function that a transform differentiates; inside a function of arrays all are."""
    token = _inside_transform.set(kind if _inside_transform.get() != OF_ARRAYS else OF_ARRAYS)
    try:
        yield
    finally:
        _inside_transform.reset(token)


_pulled: ContextVar[Node | None] = ContextVar("autograd_pulled", default=None)
pulled_node = _pulled.get
"""The node whose rules a sweep is running just now, known while a listener is active."""
set_pulled_node = _pulled.set


# --- writes into storage ----------------------------------------------------------------------------------------------

_writes: dict[int, tuple[weakref.ref[np.ndarray], int, tuple[str | None, tuple[int, ...]]]] = {}
"""By id of an array that owns memory: the array, the index of the last write into it, and its name and shape."""
_last_write = 0


def _forget(reference: weakref.KeyedRef[int, np.ndarray]) -> None:
    _writes.pop(reference.key, None)


def overwritten(tensors: Iterable[Tensor]) -> None:
    """Declare that the storage of these tensors has just been written in place.

    A later backward pass through a node recorded before this moment which saved that storage, or a view of it, raises.
    """
    tensors = list(tensors)
    if _mode.get() is not None:
        tell("written", tensors)
    _note_writes(tensors)


def _note_writes(tensors: Iterable[Tensor]) -> None:
    global _last_write
    _last_write = next_index()
    for tensor in tensors:
        array = owner(np.asarray(tensor._data))
        key = id(array)
        entry = _writes.get(key)
        reference = weakref.KeyedRef(array, _forget, key) if entry is None else entry[0]
        _writes[key] = reference, _last_write, (tensor.name, tensor.shape)


class Together:
    """The storage of several Tensors that is overwritten again and again at once: `touch()` is `overwritten` of all."""

    __slots__ = ("__weakref__", "index", "labels", "owners")

    def __init__(self, tensors: Iterable[Tensor]) -> None:
        self.index = 0
        tensors = list(tensors)
        self.owners = [owner(np.asarray(t._data)) for t in tensors]
        self.labels = {id(a): (t.name, t.shape) for a, t in zip(self.owners, tensors, strict=True)}
        _together.add(self)

    def touch(self) -> None:
        """Declare that all of it has just been written."""
        global _last_write
        self.index = _last_write = next_index()


_together: weakref.WeakSet[Together] = weakref.WeakSet()


def _last_write_into(key: int) -> tuple[int, tuple[str | None, tuple[int, ...]]]:
    """The index of the last write into the array of this id, and the name and shape of what was written."""
    _, index, label = _writes.get(key, (None, 0, (None, ())))
    for together in list(_together):
        if together.index > index and key in together.labels:
            index, label = together.index, together.labels[key]
    return index, label


@contextmanager
def methods_of_tensors() -> Iterator[None]:
    """Run the block, code for Tensors inside a function of arrays, with PyTorch's meaning of every method."""
    token = _inside_transform.set(OF_TENSORS)
    try:
        yield
    finally:
        _inside_transform.reset(token)


def mark_used(tensors: Iterable[Tensor], used: bool = True) -> None:
    """Note that an optimizer has made a step with these gradients: what is added to them now would count twice."""
    for tensor in tensors:
        if tensor._node is not None and tensor._node.meta is not None:
            tensor._node.meta.used = used


def assign(tensors: Sequence[Tensor], values: Sequence[Any]) -> None:
    """Write new values (arrays or Tensors) into the storage of tensors; a stale backward pass later raises."""
    mode = get_mode()
    for tensor, value in zip(tensors, values, strict=True):
        if mode is not None:
            for listener in mode.listeners:
                listener.assigned(tensor, value)
        if type(tensor._data) is not np.ndarray:
            tensor._data = np.asarray(tensor._data)
        np.copyto(tensor._data, getattr(value, "_data", value))
    _note_writes(tensors)


def check_not_overwritten(order: list[Node]) -> None:
    """Raise if a value saved in one of these nodes (in creation order) was overwritten since. Free when nothing was."""
    first = next((node.index for node in order if node.inputs), _last_write)
    if first >= _last_write:
        return
    if all(index <= first for _, index, _ in list(_writes.values())) and all(t.index <= first for t in list(_together)):
        return
    for node in order:
        if node.saved is FREED:
            continue
        for value in _arrays(node.saved):
            index, (name, shape) = _last_write_into(id(owner(value)))
            if index > node.index:
                assert node.primitive is not None
                what = f"parameter '{name}'" if name else "a tensor"
                raise RuntimeError(
                    f"backward through {node.primitive.name}: {what} of shape {shape} was overwritten in "
                    f"place (an optimizer step, zero_() or load_state_dict) after this graph was recorded, and the "
                    f"derivative needs its old value. Call backward() before the update, or run the "
                    f"forward pass again after it."
                )


def written_after(value: Any, index: int) -> bool:
    """Whether the storage of an array was declared overwritten after a moment of the creation order."""
    if index >= _last_write or not isinstance(value, np.ndarray):
        return False
    return _last_write_into(id(owner(value)))[0] > index


def _arrays(saved: Any) -> Iterator[np.ndarray]:
    for value in saved:
        if isinstance(value, np.ndarray):
            yield value
        elif isinstance(value, tuple):
            yield from (v for v in value if isinstance(v, np.ndarray))


def owner(array: np.ndarray) -> np.ndarray:
    """The array whose memory a view looks into, or the array itself."""
    while isinstance(array.base, np.ndarray):
        array = array.base
    return array
