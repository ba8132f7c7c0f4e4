"""Tensors among the arrays of other libraries: the array API's namespace and device, and DLPack in and out."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.tensor import Tensor, wrap

CPU = "cpu"
"""The only device, by its name."""
VERSIONS = ("2021.12", "2022.12", "2023.12", "2024.12")
"""Those of the array API standard whose names are all there."""


def want_cpu(device: Any, op: str) -> None:
    """Raise ValueError unless the device is the CPU, or none is named; PyTorch's `torch.device("cpu")` will do."""
    if device is not None and str(device) not in (CPU, "cpu:0"):
        raise ValueError(f"{op}: device must be 'cpu' or None, got {device!r}: tensors are NumPy arrays in memory")


def array_namespace(self: Tensor, /, *, api_version: str | None = None) -> Any:
    """The module whose functions take this tensor: `autograd`, for any version of the array API up to 2024.12.

    Raises ValueError for a version that is not supported.

    >>> import autograd
    >>> autograd.tensor(1.0).__array_namespace__() is autograd
    True
    """
    if api_version is not None and api_version not in VERSIONS:
        raise ValueError(f"__array_namespace__: api_version {api_version!r} is not among {', '.join(VERSIONS)}")
    import autograd

    return autograd


def device(self: Tensor) -> str:
    """Where the elements are: always "cpu".

    >>> import autograd
    >>> autograd.tensor(1.0).device
    'cpu'
    """
    return CPU


def to_device(self: Tensor, device: Any, /, *, stream: Any = None) -> Tensor:
    """The tensor itself, which is on the only device there is. Raises ValueError for another, or for a `stream`.

    >>> import autograd
    >>> autograd.tensor(1.0).to_device("cpu")
    tensor(1.)
    """
    want_cpu(device, "to_device")
    if stream is not None:
        raise ValueError(f"to_device: stream must be None, got {stream!r}: the CPU has no streams")
    return self


def dlpack(
    self: Tensor,
    /,
    *,
    stream: Any = None,
    max_version: tuple[int, int] | None = None,
    dl_device: tuple[Any, int] | None = None,
    copy: bool | None = None,
) -> Any:
    """The values as a DLPack capsule, for `from_dlpack` of another library; memory is shared unless `copy` is true.

    Memory that must not be written to is copied for consumers that do not know of such (`max_version` below 1.0),
    unless `copy` is False. Raises BufferError for a tensor that requires grad, for dtypes that DLPack lacks and for
    devices other than the CPU.

    >>> import autograd, numpy as np
    >>> np.from_dlpack(autograd.tensor([1.0, 2.0]))
    array([1., 2.], dtype=float32)
    """
    if self._node is not None:
        raise BufferError(
            "a tensor that requires grad cannot be handed out by DLPack: the gradient would be lost; use t.detach()"
        )
    data = self.data
    if copy is None and not data.flags.writeable and (max_version is None or max_version < (1, 0)):
        copy = True
    return data.__dlpack__(stream=stream, max_version=max_version, dl_device=dl_device, copy=copy)


def dlpack_device(self: Tensor, /) -> tuple[int, int]:
    """DLPack's numbers of the device: (1, 0), the CPU.

    >>> import autograd
    >>> autograd.tensor(1.0).__dlpack_device__()
    (1, 0)
    """
    return (1, 0)


def from_dlpack(x: Any, /, *, device: Any = None, copy: bool | None = None) -> Tensor:
    """A tensor of the values of any array that speaks DLPack; memory is shared unless `copy` is true.

    Raises BufferError where that is impossible: for a tensor that requires grad (detach it first), for memory that is
    not the CPU's.

    >>> import autograd, numpy as np
    >>> autograd.from_dlpack(np.array([1.0, 2.0]))
    tensor([1., 2.], dtype=float64)
    """
    want_cpu(device, "from_dlpack")
    return wrap(np.from_dlpack(x, device=None if device is None else "cpu", copy=copy))
