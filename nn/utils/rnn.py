"""Sequences of different lengths: padded to one array, or packed one time step behind the other."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

import autograd
from autograd.dtypes import as_array
from autograd.tensor import Tensor, wrap

__all__ = [
    "PackedSequence",
    "pack_padded_sequence",
    "pack_sequence",
    "pad_packed_sequence",
    "pad_sequence",
    "unpack_sequence",
    "unpad_sequence",
]


class PackedSequence(NamedTuple):
    """Sequences of different lengths without padding, as recurrent layers take and return them.

    `data` (rows, …) holds the first elements of all sequences, longest sequence first, then all second elements, and so
    on; `batch_sizes` (an integer Tensor) says how many sequences reach each time step. `sorted_indices` tells which of
    the user's sequences stands where, `unsorted_indices` the way back; both are None when the user's order was by
    length. Made by `pack_padded_sequence` or `pack_sequence`.

    >>> import autograd
    >>> from nn.utils.rnn import pack_sequence
    >>> packed = pack_sequence([autograd.tensor([1.0, 2.0, 3.0]), autograd.tensor([10.0])])
    >>> packed.data.tolist(), packed.batch_sizes.tolist()
    ([1.0, 10.0, 2.0, 3.0], [2, 1, 1])
    """

    data: Any
    batch_sizes: Tensor
    sorted_indices: Tensor | None = None
    unsorted_indices: Tensor | None = None


def lengths_of(batch_sizes: Sequence[int]) -> np.ndarray:
    """The lengths of the sequences, longest first."""
    return np.asarray((np.arange(batch_sizes[0])[:, None] < np.asarray(batch_sizes)).sum(1))


def pack_padded_sequence(
    input: Any, lengths: Any, batch_first: bool = False, enforce_sorted: bool = True
) -> PackedSequence:
    """Pack padded sequences (T, B, …), or (B, T, …) if `batch_first`, of these `lengths` (B,), each from 1 to T.

    With `enforce_sorted` the lengths must not increase; without, the sequences are sorted here, and what comes back is
    in the old order again. Raises ValueError for other shapes and lengths.

    >>> import numpy as np
    >>> from nn.utils.rnn import pack_padded_sequence
    >>> packed = pack_padded_sequence(np.array([[1, 10], [2, 0], [3, 0]]), [3, 1])
    >>> packed.data.tolist(), packed.batch_sizes.tolist()
    ([1, 10, 2, 3], [2, 1, 1])
    """
    x = input if isinstance(input, Tensor) else wrap(as_array(input))
    if x.ndim < 2:
        raise ValueError(f"pack_padded_sequence: input of shape {x.shape}, wanted (time, batch, …), or batch_first")
    if batch_first:
        x = autograd.swapaxes(x, 0, 1)
    steps, batch = x.shape[:2]
    counts = _lengths("pack_padded_sequence", lengths)
    if len(counts) != batch:
        raise ValueError(
            f"pack_padded_sequence: {len(counts)} lengths for {batch} sequences in an input of shape {x.shape} "
            f"(time, batch, …); for (batch, time, …) say batch_first=True"
        )
    if not len(counts) or counts.min() < 1 or counts.max() > steps:
        raise ValueError(
            f"pack_padded_sequence: every length must lie between 1 and the {steps} time steps of the input, got "
            f"{counts.tolist()}; leave out empty sequences"
        )
    order = np.argsort(-counts, kind="stable")
    if enforce_sorted and (np.diff(counts) > 0).any():
        raise ValueError(
            f"pack_padded_sequence: lengths {counts.tolist()} do not go from long to short; sort the sequences, or say "
            f"enforce_sorted=False"
        )
    batch_sizes = (counts[order] > np.arange(counts.max())[:, None]).sum(1)
    times = np.repeat(np.arange(len(batch_sizes)), batch_sizes)
    places = np.concatenate([np.arange(n) for n in batch_sizes])
    data = autograd.getitem(x, (times, places if enforce_sorted else order[places]))
    indices = (None, None) if enforce_sorted else (wrap(order), wrap(np.argsort(order)))
    return PackedSequence(data, wrap(batch_sizes), *indices)


def pad_packed_sequence(
    sequence: PackedSequence, batch_first: bool = False, padding_value: float = 0.0, total_length: int | None = None
) -> tuple[Any, Tensor]:
    """The inverse of `pack_padded_sequence`: padded sequences (T, B, …), or (B, T, …) if `batch_first`, and lengths.

    T is the longest length, or `total_length`. Raises ValueError if that is shorter.

    >>> import numpy as np
    >>> from nn.utils.rnn import pack_padded_sequence, pad_packed_sequence
    >>> packed = pack_padded_sequence(np.array([[10, 1], [0, 2]]), [1, 2], enforce_sorted=False)
    >>> padded, lengths = pad_packed_sequence(packed)
    >>> padded.tolist(), lengths.tolist()
    ([[10, 1], [0, 2]], [1, 2])
    """
    batch_sizes = sequence.batch_sizes.data.tolist()
    longest = len(batch_sizes)
    steps = longest if total_length is None else operator.index(total_length)
    if steps < longest:
        raise ValueError(f"pad_packed_sequence: total_length={steps} is shorter than the longest sequence, {longest}")
    lengths = lengths_of(batch_sizes)
    data, batch = sequence.data, batch_sizes[0]
    times = np.repeat(np.arange(longest), batch_sizes)
    places = np.concatenate([np.arange(n) for n in batch_sizes])
    if sequence.sorted_indices is not None:
        order = sequence.sorted_indices.data
        places = order[places]
        lengths = lengths[np.argsort(order)]
    shape = (batch, steps) if batch_first else (steps, batch)
    blank = np.full((*shape, *data.shape[1:]), padding_value, data.dtype)
    return autograd.updated(blank, (places, times) if batch_first else (times, places), data), wrap(lengths)


def pad_sequence(
    sequences: Sequence[Any], batch_first: bool = False, padding_value: float = 0.0, padding_side: str = "right"
) -> Any:
    """Arrays (Tᵢ, …) side by side in one, (T, B, …) with the longest T, or (B, T, …) if `batch_first`.

    The rest is `padding_value`, at the end or, with `padding_side="left"`, at the beginning.

    >>> import autograd
    >>> from nn.utils.rnn import pad_sequence
    >>> pad_sequence([autograd.tensor([1.0, 2.0]), autograd.tensor([3.0])], batch_first=True)
    tensor([[1., 2.],
            [3., 0.]])
    """
    if padding_side not in ("left", "right"):
        raise ValueError(f"pad_sequence: padding_side must be 'right' or 'left', got {padding_side!r}")
    xs = _sequences("pad_sequence", sequences)
    longest = max(len(x) for x in xs)
    padded = []
    for x in xs:
        blank = np.full((longest - len(x), *x.shape[1:]), padding_value, x.dtype)
        padded.append(autograd.concatenate([x, blank] if padding_side == "right" else [blank, x]))
    return autograd.stack(padded, 0 if batch_first else 1)


def unpad_sequence(padded_sequences: Any, lengths: Any, batch_first: bool = False) -> list[Any]:
    """The sequences in a padded array: the inverse of `pad_sequence` with padding at the end.

    >>> import autograd
    >>> from nn.utils.rnn import unpad_sequence
    >>> [x.tolist() for x in unpad_sequence(autograd.tensor([[1.0, 2.0], [3.0, 0.0]]), [2, 1], batch_first=True)]
    [[1.0, 2.0], [3.0]]
    """
    x = padded_sequences if isinstance(padded_sequences, Tensor) else wrap(as_array(padded_sequences))
    if not batch_first:
        x = autograd.swapaxes(x, 0, 1)
    counts = _lengths("unpad_sequence", lengths)
    if len(counts) != len(x) or (len(counts) and not 0 <= counts.min() <= counts.max() <= x.shape[1]):
        raise ValueError(
            f"unpad_sequence: lengths {counts.tolist()} do not fit {len(x)} sequences of at most {x.shape[1]} steps"
        )
    return [row[:n] for row, n in zip(x, counts.tolist())]


def pack_sequence(sequences: Sequence[Any], enforce_sorted: bool = True) -> PackedSequence:
    """Pack a list of arrays (Tᵢ, …), none of them empty; see `pack_padded_sequence` for `enforce_sorted`.

    >>> import autograd
    >>> from nn.utils.rnn import pack_sequence
    >>> pack_sequence([autograd.tensor([1.0]), autograd.tensor([2.0, 3.0])], enforce_sorted=False).data.tolist()
    [2.0, 1.0, 3.0]
    """
    xs = _sequences("pack_sequence", sequences)
    return pack_padded_sequence(pad_sequence(xs), [len(x) for x in xs], enforce_sorted=enforce_sorted)


def unpack_sequence(packed_sequences: PackedSequence) -> list[Any]:
    """The list of sequences that were packed.

    >>> import autograd
    >>> from nn.utils.rnn import pack_sequence, unpack_sequence
    >>> packed = pack_sequence([autograd.tensor([1.0, 2.0]), autograd.tensor([3.0])])
    >>> [x.tolist() for x in unpack_sequence(packed)]
    [[1.0, 2.0], [3.0]]
    """
    return unpad_sequence(*pad_packed_sequence(packed_sequences))


def _lengths(op: str, lengths: Any) -> np.ndarray:
    counts = lengths.data if isinstance(lengths, Tensor) else np.asarray(lengths)
    if counts.ndim != 1 or (counts.dtype.kind not in "iu" and counts.size):
        raise ValueError(f"{op}: lengths must be a vector of integers, got {counts.dtype} {counts.shape}")
    return counts.astype(np.int64)


def _sequences(op: str, sequences: Sequence[Any]) -> list[Any]:
    xs = [x if isinstance(x, Tensor) else wrap(as_array(x)) for x in sequences]
    if not xs:
        raise ValueError(f"{op} wants at least one sequence, got none")
    for x in xs:
        if x.ndim < 1 or x.shape[1:] != xs[0].shape[1:]:
            raise ValueError(
                f"{op} wants sequences (time, …) that differ in their first axis only, got shapes "
                f"{', '.join(str(x.shape) for x in xs)}"
            )
    return xs
