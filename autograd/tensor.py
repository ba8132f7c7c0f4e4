"""Tensor: an array that remembers how it was made.

Only what every Tensor *is* stands here. Its arithmetic, methods and NumPy protocols are attached from the one table in
`autograd.methods`.
"""

from __future__ import annotations

import sys
import weakref
from collections.abc import Callable, Iterator
from opcode import opmap
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import DTypeLike

from autograd import dtypes
from autograd.graph import (
    Node,
    assign,
    get_mode,
    hooks_made,
    inside_transform,
    is_grad_enabled,
    leaf,
    meta_of,
    overwritten,
    tell,
)

if TYPE_CHECKING:
    from autograd._tensor_methods import TensorMethods
else:
    TensorMethods = object

named: dict[int, tuple[weakref.ref[np.ndarray], str]] = {}
"""Names of arrays behind tensors that are not tracked, by id: of such an operand, a graph holds only the array."""
_STORE_SUBSCR = opmap["STORE_SUBSCR"]
_hook_ids = iter(range(1, 2**62))


class Tensor(TensorMethods):
    """An n-dimensional array that records the operations applied to it, made by `autograd.tensor`.

    The hot path makes Tensors without any `__init__`, by filling two slots: `_data` (an array, or a NumPy scalar for
    0-d results) and `_node` (None when nothing is tracked). `_grad` and `_name` stay empty until they are set.

    >>> import autograd
    >>> x = autograd.tensor([1.0, 2.0], requires_grad=True)
    >>> y = (x**2).sum()
    >>> y
    tensor(5., made by sum)
    >>> y.backward()
    >>> x.grad
    tensor([2., 4.])
    """

    __slots__ = ("__weakref__", "_data", "_grad", "_name", "_node")
    _data: np.ndarray
    _node: Node | None
    _grad: Tensor | None
    _name: str | None

    # --- what it is ---------------------------------------------------------------------------------------------------

    @property
    def data(self) -> np.ndarray:
        """The values, as the NumPy array in which they are stored: no copy, nothing recorded.

        Writing into it behind the engine's back (`t.data[i] = v`) is not noticed by a later backward pass; that of
        `t.data += v` is, and raises. Assigning a new array to `data` is always safe.

        >>> import autograd
        >>> autograd.tensor([1.0, 2.0]).data
        array([1., 2.], dtype=float32)
        """
        data = self._data
        if type(data) is not np.ndarray:
            data = self._data = np.asarray(data)
        if get_mode() is not None:
            tell("escaped", self, "data")
        return data

    @data.setter
    def data(self, value: Any) -> None:
        if value is self._data:  # what `t.data += v` has written into
            overwritten((self,))
        tell("written", [self])
        array = np.array(value._data if isinstance(value, Tensor) else value, dtype=self.dtype)
        if array.shape != self.shape:
            raise ValueError(f"data of shape {array.shape} assigned to a tensor of shape {self.shape}")
        if not self.is_leaf:
            raise RuntimeError("only a leaf's data can be assigned; use detach() to get a new leaf from a result")
        self._data = array

    @property
    def grad(self) -> Tensor | None:
        """The gradient that `backward()` has accumulated, or None. Results keep one only after `retain_grad()`.

        >>> import autograd
        >>> x = autograd.tensor(3.0, requires_grad=True)
        >>> (x * x).backward()
        >>> x.grad
        tensor(6.)
        """
        return getattr(self, "_grad", None)

    @grad.setter
    def grad(self, value: Tensor | None) -> None:
        if value is not None:
            if not isinstance(value, Tensor):
                raise TypeError(f"grad must be a Tensor or None, got {type(value).__name__}")
            if value.shape != self.shape or value.dtype != self.dtype:
                raise ValueError(
                    f"grad of shape {value.shape} and dtype {value.dtype} assigned to a tensor of shape {self.shape} "
                    f"and dtype {self.dtype}: both must be equal"
                )
        elif get_mode() is not None:
            tell("cleared", [self])
        self._grad = value

    @property
    def name(self) -> str | None:
        """The label in graphs and messages, or None.

        >>> import autograd
        >>> autograd.tensor(1.0, name="w").name
        'w'
        """
        return getattr(self, "_name", None)

    @name.setter
    def name(self, value: str | None) -> None:
        self._name = value
        if self._node is not None:
            meta_of(self._node).label = value
        elif value is not None:
            key = id(self.data)
            named[key] = weakref.ref(self.data, lambda _: named.pop(key, None)), value

    @property
    def shape(self) -> tuple[int, ...]:
        """The length of each axis.

        >>> import autograd
        >>> autograd.tensor([[1.0, 2.0]]).shape
        (1, 2)
        """
        return self._data.shape

    @property
    def dtype(self) -> np.dtype:
        """The NumPy dtype of the elements.

        >>> import autograd
        >>> autograd.tensor([1.0, 2.0]).dtype
        dtype('float32')
        """
        return self._data.dtype

    @property
    def ndim(self) -> int:
        """The number of axes.

        >>> import autograd
        >>> autograd.tensor([[1.0, 2.0]]).ndim
        2
        """
        return self._data.ndim

    @property
    def size(self) -> int:
        """The number of elements (the array API standard's meaning; PyTorch's `t.size()` is `t.shape`).

        >>> import autograd
        >>> autograd.tensor([[1.0, 2.0]]).size
        2
        """
        return self._data.size

    @property
    def nbytes(self) -> int:
        """The bytes that the elements take.

        >>> import autograd
        >>> autograd.tensor([1.0, 2.0]).nbytes
        8
        """
        return self._data.nbytes

    @property
    def requires_grad(self) -> bool:
        """Whether operations on this tensor are recorded.

        >>> import autograd
        >>> x = autograd.tensor(1.0, requires_grad=True)
        >>> (2 * x).requires_grad
        True
        """
        return self._node is not None

    @requires_grad.setter
    def requires_grad(self, value: bool) -> None:
        self.requires_grad_(value)

    @property
    def is_leaf(self) -> bool:
        """True for tensors that the user made, False for results of recorded operations.

        >>> import autograd
        >>> x = autograd.tensor(1.0, requires_grad=True)
        >>> x.is_leaf, (2 * x).is_leaf
        (True, False)
        """
        return self._node is None or self._node.primitive is None

    def requires_grad_(self, requires_grad: bool = True) -> Tensor:
        """Start (or stop) recording operations on this leaf; returns the tensor itself.

        Raises TypeError for integer and boolean tensors, RuntimeError for switching it off on a result.

        >>> import autograd
        >>> autograd.tensor(1.0).requires_grad_()
        tensor(1., requires_grad=True)
        """
        if requires_grad == (self._node is not None):
            return self
        if not requires_grad:
            if not self.is_leaf:
                raise RuntimeError("requires_grad can be switched off for leaves only; use detach() on a result")
            self._node = None
            return self
        if not dtypes.is_differentiable(self.dtype):
            raise TypeError(
                f"only floating-point tensors can require grad, got dtype {self.dtype}; write 3.0 instead of 3, "
                f"or pass dtype='float32'"
            )
        if type(self._data) is not np.ndarray:
            self._data = np.asarray(self._data)
        self._node = leaf(self)
        if self.name:
            self._node.meta.label = self.name  # type: ignore[union-attr]
        return self

    # --- values out ---------------------------------------------------------------------------------------------------

    def numpy(self) -> np.ndarray:
        """The values as an array that shares memory. Refused while the tensor requires grad: call `detach()` first.

        >>> import autograd
        >>> autograd.tensor([1.0, 2.0]).numpy()
        array([1., 2.], dtype=float32)
        """
        if self._node is not None:
            raise RuntimeError("numpy() on a tensor that requires grad would lose the gradient; use t.detach().numpy()")
        return self.data

    def item(self) -> Any:
        """The single element as a Python number; raises ValueError unless there is exactly one.

        >>> import autograd
        >>> autograd.tensor([1.5]).item()
        1.5
        """
        if self.size != 1:
            raise ValueError(
                f"item() wants a tensor of one element, got shape {self.shape}; index it first or use tolist()"
            )
        if get_mode() is not None:
            tell("escaped", self, "item()")
        return self._data.item()

    def tolist(self) -> Any:
        """The values as nested Python lists.

        >>> import autograd
        >>> autograd.tensor([[1.0, 2.0]]).tolist()
        [[1.0, 2.0]]
        """
        tell("escaped", self, "tolist()")
        return self._data.tolist()

    def detach(self) -> Tensor:
        """The same values, sharing memory, cut off from the graph.

        >>> import autograd
        >>> x = autograd.tensor(1.0, requires_grad=True)
        >>> x.detach()
        tensor(1.)
        """
        return wrap(self._data)

    def __array__(self, dtype: DTypeLike | None = None, copy: bool | None = None) -> np.ndarray:
        if self._node is not None:
            raise TypeError(
                "a tensor that requires grad cannot become a plain array: the gradient would be lost. Use t.detach() "
                "if that is wanted; to build an array of results use autograd.stack, autograd.concatenate, or assign "
                "into a Tensor (t[i] = v is recorded), and autograd.vectorize in place of np.vectorize"
            )
        if get_mode() is not None:
            tell("escaped", self, "np.asarray()")
        if copy:
            return np.array(self._data, dtype)
        return np.asarray(self._data, dtype)

    @property
    def _mask(self) -> Any:
        """What `numpy.ma` asks of an operand, having taken `_data`: answered, the gradient would be lost unnoticed."""
        raise TypeError(dtypes.MASKED)

    def __float__(self) -> float:
        self._refuse_to_lose_gradient()
        return float(self.item())

    def __complex__(self) -> complex:
        self._refuse_to_lose_gradient()
        return complex(self.item())

    def _refuse_to_lose_gradient(self) -> None:
        if self._node is None:
            return
        if inside_transform():
            raise TypeError(
                "a bare number was asked of a tensor that is being differentiated, and its gradient would be lost: use "
                "the functions of NumPy or autograd instead of those of `math`, and t.item() where the number alone is "
                "wanted"
            )
        # NumPy asks for a float when a 0-d tensor is stored by `array[i] = t`; otherwise the user asked, as in PyTorch.
        frame = sys._getframe(2)
        if frame.f_code.co_code[frame.f_lasti] == _STORE_SUBSCR:
            raise TypeError(
                "storing a tensor that requires grad in a plain array would lose the gradient: build the array with "
                "autograd.stack or autograd.concatenate, store into a Tensor (t[i] = v is recorded), or store t.item() "
                "if the number alone is wanted"
            )

    def __int__(self) -> int:
        return int(self.item())

    def __index__(self) -> int:
        return self.data.__index__()

    def __bool__(self) -> bool:
        if self.size != 1:
            raise ValueError(
                f"the truth value of a tensor of shape {self.shape} is ambiguous: use .any(), .all() or autograd.where"
            )
        if get_mode() is not None:
            tell("escaped", self, "bool()")
        return bool(self._data)

    def __len__(self) -> int:
        if self.ndim == 0:
            raise TypeError("len() of a 0-d tensor")
        return self.shape[0]

    def __iter__(self) -> Iterator[Tensor]:
        if self.ndim == 0:
            raise TypeError("iteration over a 0-d tensor")
        return iter(self.unbind(0))

    def __contains__(self, value: Any) -> bool:
        return bool(np.any(self.data == (value.data if isinstance(value, Tensor) else value)))

    __hash__ = object.__hash__

    def __repr__(self) -> str:
        held: Any = self._data
        tell("escaped", self, "repr()")
        if not isinstance(held, np.ndarray | np.generic):  # inside vmap
            return f"tensor({held!r})"
        parts = [np.array2string(self.data, separator=", ", prefix="tensor(")]
        if self.size == 0 and self.ndim > 1:
            parts.append(f"shape={self.shape}")
        if self.dtype != dtypes.get_default_dtype() and self.dtype not in (np.int64, np.bool_):
            parts.append(f"dtype={self.dtype}")
        if self._node is not None and not self.is_leaf:
            from autograd.primitive import name_of

            parts.append(f"made by {name_of(self._node)}")
        elif self.requires_grad:
            parts.append("requires_grad=True")
        if self.name:
            parts.append(f"name={self.name!r}")
        return f"tensor({', '.join(parts)})"

    def __format__(self, spec: str) -> str:
        return format(self.item() if spec else str(self), spec)

    def __copy__(self) -> Tensor:
        return self.__deepcopy__({})

    def __deepcopy__(self, memo: dict[int, Any]) -> Tensor:
        if not self.is_leaf:
            raise RuntimeError("only leaves can be copied: a result belongs to its graph; use t.detach() or t.clone()")
        twin = type(self).__new__(type(self))
        memo[id(self)] = twin
        twin._data, twin._node, twin._name = np.array(self._data), None, self.name
        twin._grad = None if self.grad is None else wrap(np.array(self.grad._data))
        return twin.requires_grad_(self.requires_grad)

    def __reduce__(self) -> Any:
        if not self.is_leaf:
            raise RuntimeError("only leaves can be pickled: a result belongs to its graph; use t.detach()")
        return _rebuild, (type(self), self.data, self.requires_grad, self.name)

    # --- gradients ----------------------------------------------------------------------------------------------------

    def backward(
        self,
        gradient: Any = None,
        retain_graph: bool | None = None,
        create_graph: bool = False,
        inputs: Any = None,
    ) -> None:
        """Accumulate the gradient of this tensor into the `.grad` of the leaves it depends on.

        `gradient` is ∂L/∂self, needed unless self has exactly one element. `retain_graph` keeps what the graph has
        saved for another pass (default: `create_graph`); `create_graph` records the backward pass itself, so that it
        can be differentiated; `inputs` restricts the accumulation to these tensors.

        Raises RuntimeError if nothing requires grad, if self is not a scalar and no `gradient` is given, if the graph
        was freed by an earlier pass, or if a value that is needed was overwritten.

        >>> import autograd
        >>> x = autograd.tensor([1.0, 2.0], requires_grad=True)
        >>> (x * x).sum().backward()
        >>> x.grad
        tensor([2., 4.])
        """
        from autograd.backward import backward

        backward([self], [gradient], retain_graph, create_graph, inputs)

    def retain_grad(self) -> None:
        """Keep `.grad` on this result too, not only on leaves.

        >>> import autograd
        >>> x = autograd.tensor(3.0, requires_grad=True)
        >>> y = 2 * x
        >>> y.retain_grad()
        >>> (y * y).backward()
        >>> y.grad
        tensor(12.)
        """
        if self._node is None:
            raise RuntimeError("retain_grad() on a tensor that does not require grad")
        refuse_inside_vmap(self, "retain_grad()")
        meta_of(self._node).tensor = weakref.ref(self)

    def register_hook(self, hook: Callable[[Tensor], Tensor | None]) -> Callable[[], None]:
        """Call `hook(grad)` whenever this tensor's gradient is computed; what it returns (unless None) replaces it.

        Returns a handle: call it (or its `.remove()`) to take the hook off again.

        >>> import autograd
        >>> x = autograd.tensor(3.0, requires_grad=True)
        >>> handle = x.register_hook(lambda grad: 10 * grad)
        >>> (2 * x).backward()
        >>> x.grad
        tensor(20.)
        >>> handle.remove()
        """
        if self._node is None:
            raise RuntimeError("register_hook() on a tensor that does not require grad: no gradient will ever reach it")
        refuse_inside_vmap(self, "register_hook()")
        meta = meta_of(self._node)
        hooks_made[0] += 1
        hooks = meta.hooks = {} if meta.hooks is None else meta.hooks
        return RemovableHandle(hooks, hook)

    def visualize(
        self,
        *,
        depth: int | None = None,
        rankdir: str | None = None,
        values: bool = True,
        gradients: bool | None = None,
        backward: bool = False,
        roll: bool | None = None,
    ) -> Any:
        """The graph that leads to this tensor as a picture, which shows itself in Jupyter; `.save("g.svg")` writes it.

        The options are those of `autograd.visualize.dot`. Needs the graphviz package (`pip install 'chalkgrad[viz]'`).

        >>> import autograd
        >>> x = autograd.tensor(3.0, requires_grad=True, name="x")
        >>> print((x * x).visualize().source.splitlines()[0])
        digraph backprop {
        """
        from autograd.visualize.dot import drawn

        variables = sys._getframe(1).f_locals
        return drawn(self, (), variables, depth, rankdir, values, gradients, backward, roll)

    def zero_(self) -> Tensor:
        """Fill a tensor that is not tracked with zeros, in place; returns the tensor itself.

        >>> import autograd
        >>> autograd.tensor([1.0, 2.0]).zero_()
        tensor([0., 0.])
        """
        if self._node is not None and is_grad_enabled():
            raise RuntimeError(
                "zero_() on a tensor that requires grad would lose its gradient; "
                "call it inside `with autograd.no_grad():`"
            )
        assign([self], [np.zeros(self.shape, self.dtype)])
        return self


class RemovableHandle:
    """What registering a hook returns: `handle.remove()` (or calling the handle) takes the hook off again."""

    def __init__(self, hooks: dict[int, Callable[..., Any]], hook: Callable[..., Any]) -> None:
        self._hooks, self._id = hooks, next(_hook_ids)
        hooks[self._id] = hook

    def remove(self) -> None:
        """Take the hook off; doing it twice does no harm."""
        self._hooks.pop(self._id, None)

    __call__ = remove


def refuse_inside_vmap(tensor: Tensor, what: str) -> None:
    """Raise RuntimeError if a tensor stands for one example of a batch, whose graph is that of the whole batch."""
    held: Any = tensor._data
    if not isinstance(held, np.ndarray | np.generic):
        raise RuntimeError(
            f"{what} inside vmap: gradients there are those of single examples, and the graph is that of the whole "
            f"batch. Use autograd.grad, vjp or jvp inside, or call {what} on what vmap returns"
        )


def wrap(data: Any, node: Node | None = None) -> Tensor:
    """A Tensor around an array, as it is."""
    tensor = Tensor()
    tensor._data, tensor._node = data, node
    return tensor


def tensor(data: Any, dtype: DTypeLike | None = None, requires_grad: bool = False, name: str | None = None) -> Tensor:
    """A leaf Tensor with a copy of `data` (a number, nested lists, an array or a Tensor).

    Python floats become the default dtype (float32), arrays keep theirs. `name` labels the tensor in graphs and
    messages. Raises TypeError for data that are no numbers and for `requires_grad` with a dtype that is not floating.

    >>> import autograd
    >>> autograd.tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True, name="w")
    tensor([[1., 2.],
            [3., 4.]], requires_grad=True, name='w')
    """
    if isinstance(data, Tensor):
        data = data._data
    elif isinstance(data, (list, tuple)):
        data = _plain(data)
    result = wrap(np.array(dtypes.as_array(data, dtype)))
    result.name = name
    return result.requires_grad_() if requires_grad else result


def _plain(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return [_plain(v) for v in value]
    return value.numpy() if isinstance(value, Tensor) else value


def _rebuild(cls: type[Tensor], data: np.ndarray, requires_grad: bool, name: str | None) -> Tensor:
    result = cls.__new__(cls)
    result._data, result._node, result._name = data, None, name
    return result.requires_grad_(requires_grad)
