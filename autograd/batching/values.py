"""What a Tensor holds inside `vmap`, and the running `vmap` it belongs to.

Inside a function that `vmap` maps, a Tensor stands for one example of a batch: its `_data` is a `Batched`, which has
the shape and dtype of one example and holds the array of all of them, batch axis first. Its `_node` is the node of that
whole array. So operations are recorded on whole batches, and derivatives, traces and tangents need not know of `vmap`:
at the border of a transform inside it, `lowered` turns what the function sees into whole batches, `raised` turns them
back.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from autograd import graph
from autograd.dtypes import as_array
from autograd.ops.shape import broadcast_to_, transpose_
from autograd.primitive import Primitive, general_call, registry
from autograd.tensor import Tensor, wrap

RANDOMNESS = ("error", "different", "same")
"""What a random draw inside `vmap` does: raise, draw for each example, or draw once for all."""


class ValuesAskedError(TypeError):
    """The values of a batched Tensor were asked for, where it stands for each example of a batch at once."""


class Batch:
    """One running `vmap`: how many examples, and what a random draw does. Later ones are inside of earlier ones."""

    __slots__ = ("index", "randomness", "running", "size")

    def __init__(self, size: int, randomness: str = "error") -> None:
        self.size, self.randomness = size, randomness
        self.index, self.running = graph.next_index(), True

    def __call__(self, p: Primitive, args: Sequence[Any], params: tuple[Any, ...]) -> Any:
        """The call of a primitive in which this is the innermost `vmap`; NotImplemented if it concerns none."""
        innermost = None
        for a in args:
            if isinstance(a, Tensor):
                data: Any = a._data
                if type(data) is Batched and (innermost is None or data.batch.index > innermost.index):
                    innermost = data.batch
        if innermost is None:
            return NotImplemented if p.args else self._draw(p, params)
        if not innermost.running:
            raise ValuesAskedError(_LEFT)
        from autograd.batching.rules import call

        return call(innermost, p, args, params)

    def _draw(self, p: Primitive, params: tuple[Any, ...]) -> Any:
        mode = graph.get_mode()
        assert mode is not None
        if self.randomness == "error":
            raise RuntimeError(
                f"vmap: {p.name} draws random numbers; say with vmap(..., randomness='different') that each example "
                f"gets its own, or with randomness='same' that all share them"
            )
        with graph.changed_mode(batches=mode.batches[:-1]):
            if self.randomness == "same":
                return general_call(p, (), params)
            if "shape" in p.params:
                k = p.params.index("shape")
                drawn = general_call(p, (), (*params[:k], (self.size, *params[k]), *params[k + 1 :]))
            else:
                draws = [general_call(p, (), params) for _ in range(self.size)]
                drawn = general_call(registry["stack"], tuple(draws), (0,))
        return raised(drawn, (self,))


_ASKED = (
    "the value of a tensor was asked for inside vmap, where it stands for every example of a batch at once ({}). For "
    "`if` and `while` on values use autograd.where; for t.item(), float(t) and masks that select a varying number of "
    "elements rewrite with operations on the whole tensor; to index a plain array by a tensor make it a Tensor first, "
    "autograd.tensor(a)[i]"
)
_LEFT = "a tensor from inside vmap is used after vmap has returned; return what is needed from the mapped function"


class Batched(np.lib.mixins.NDArrayOperatorsMixin):
    """Stands in a Tensor for the array of one example; `value` holds all examples, in an array or another `Batched`."""

    __slots__ = ("batch", "dtype", "ndim", "shape", "value")

    def __init__(self, batch: Batch, value: Any) -> None:
        self.batch, self.value = batch, value
        self.shape, self.dtype = value.shape[1:], value.dtype
        self.ndim = len(self.shape)

    @property
    def size(self) -> int:
        """The number of elements of one example."""
        return math.prod(self.shape)

    @property
    def nbytes(self) -> int:
        """The bytes of one example."""
        return self.size * int(self.dtype.itemsize)

    def __repr__(self) -> str:
        return f"one of {self.batch.size} examples of shape {self.shape}, dtype={self.dtype}"

    def _refuse(self, *args: Any, **kwargs: Any) -> Any:
        if not self.batch.running:
            raise ValuesAskedError(_LEFT)
        raise ValuesAskedError(_ASKED.format(f"dtype {self.dtype}, shape of one example {self.shape}"))

    item = tolist = astype = copy = reshape = _refuse
    __array__ = __array_ufunc__ = __getitem__ = __setitem__ = _refuse
    __bool__ = __float__ = __int__ = __len__ = __iter__ = _refuse


def batched_in(x: Any) -> Batched | None:
    """What stands in a Tensor for the examples of a batch; None for all else."""
    data: Any = x._data if isinstance(x, Tensor) else None
    return data if type(data) is Batched else None


def is_batched(x: Any) -> bool:
    """Whether x is a Tensor that stands for the examples of a batch."""
    return batched_in(x) is not None


def batches() -> tuple[Batch, ...]:
    """The running `vmap`s of this thread or task, outermost first."""
    mode = graph.get_mode()
    return () if mode is None else mode.batches


@contextmanager
def running(batch: Batch) -> Iterator[Batch]:
    """Run the block with `batch` as the innermost `vmap`."""
    try:
        with graph.changed_mode(batches=(*batches(), batch)):
            yield batch
    finally:
        batch.running = False


def raised(x: Any, among: Sequence[Batch]) -> Tensor:
    """The Tensor that a mapped function sees of an array or Tensor whose first axes are those of `among`, in order."""
    t = x if isinstance(x, Tensor) else wrap(np.asarray(x))
    for batch in among:
        held = batched_in(t)
        if held is not None and held.batch.index > batch.index:  # the inner of two runs is the outer of two wrappers
            t = moved_axis(wrap(held.value, t._node), 1, 0)
            t = wrap(Batched(held.batch, raised(t, (batch,))._data), t._node)
        else:
            t = wrap(Batched(batch, t._data), t._node)
    return t


def lowered(x: Any, among: Sequence[Batch]) -> Any:
    """The inverse of `raised`: an array or Tensor with the axes of `among` in front; what lacks one is repeated."""
    if not among:
        return x
    held = batched_in(x)
    if held is None:
        x = x if isinstance(x, Tensor) else as_array(x)
        return broadcast_to_(x, (*(b.size for b in among), *x.shape))
    own = held.batch
    others = tuple(b for b in among if b is not own)
    below = lowered(wrap(held.value, x._node), others)
    if len(others) == len(among):
        return raised(moved_axis(below, len(others), 0), (own,)) if others else below
    return moved_axis(below, len(others), among.index(own))


def moved_axis(x: Any, source: int, destination: int) -> Any:
    """x with an axis moved to another place, both counted from the front."""
    if source == destination:
        return x
    order = list(range(x.ndim))
    order.insert(destination, order.pop(source))
    return transpose_(x, tuple(order))
