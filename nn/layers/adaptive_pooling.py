"""Pooling to a given size, over random windows, and back from maxima to where they came from."""

from __future__ import annotations

from typing import Any, ClassVar

from nn import functional as F
from nn.functional.adaptive_pooling import fractional_size
from nn.layers.pooling import Size
from nn.module import Module

__all__ = [
    "AdaptiveAvgPool1d",
    "AdaptiveAvgPool2d",
    "AdaptiveAvgPool3d",
    "AdaptiveMaxPool1d",
    "AdaptiveMaxPool2d",
    "AdaptiveMaxPool3d",
    "FractionalMaxPool2d",
    "FractionalMaxPool3d",
    "MaxUnpool1d",
    "MaxUnpool2d",
    "MaxUnpool3d",
]

OutputSize = int | None | tuple[int | None, ...]


class _AdaptiveAvgPool(Module):
    takes_integers = False
    rank: ClassVar[int]

    def __init__(self, output_size: OutputSize) -> None:
        super().__init__()
        self.output_size = output_size

    def forward(self, x: Any) -> Any:
        return getattr(F, f"adaptive_avg_pool{self.rank}d")(x, self.output_size)

    def extra_repr(self) -> str:
        return f"output_size={self.output_size}"


class AdaptiveAvgPool1d(_AdaptiveAvgPool):
    """Means over windows that cover sequences evenly: (N, C, L) → (N, C, output_size); as `AdaptiveAvgPool2d`.

    >>> import nn
    >>> nn.AdaptiveAvgPool1d(2)([[1.0, 2.0, 3.0, 4.0, 5.0]]).tolist()
    [[2.0, 4.0]]
    """

    rank = 1


class AdaptiveAvgPool2d(_AdaptiveAvgPool):
    """Means over windows that cover images evenly, whatever their size: (N, C, H, W) → (N, C, H', W').

    The i-th of H' windows runs from ⌊i·H/H'⌋ to ⌈(i + 1)·H/H'⌉. `output_size` is one size or one per axis; None keeps
    that of the input. `AdaptiveAvgPool2d(1)` is global average pooling.

    >>> import nn, numpy as np
    >>> nn.AdaptiveAvgPool2d((3, None))(np.ones((2, 3, 7, 5))).shape
    (2, 3, 3, 5)
    """

    rank = 2


class AdaptiveAvgPool3d(_AdaptiveAvgPool):
    """Means over windows that cover volumes evenly: (N, C, D, H, W) → (N, C, D', H', W'); as `AdaptiveAvgPool2d`.

    >>> import nn, numpy as np
    >>> nn.AdaptiveAvgPool3d(1)(np.ones((2, 3, 7, 5, 4))).shape
    (2, 3, 1, 1, 1)
    """

    rank = 3


class _AdaptiveMaxPool(Module):
    rank: ClassVar[int]

    def __init__(self, output_size: OutputSize, return_indices: bool = False) -> None:
        super().__init__()
        self.output_size, self.return_indices = output_size, return_indices

    def forward(self, x: Any) -> Any:
        return getattr(F, f"adaptive_max_pool{self.rank}d")(x, self.output_size, self.return_indices)

    def extra_repr(self) -> str:
        return f"output_size={self.output_size}"


class AdaptiveMaxPool1d(_AdaptiveMaxPool):
    """Maxima over windows that cover sequences evenly: (N, C, L) → (N, C, output_size); as `AdaptiveMaxPool2d`.

    >>> import nn
    >>> nn.AdaptiveMaxPool1d(2)([[1.0, 2.0, 3.0, 4.0, 5.0]]).tolist()
    [[3.0, 5.0]]
    """

    rank = 1


class AdaptiveMaxPool2d(_AdaptiveMaxPool):
    """Maxima over windows that cover images evenly: (N, C, H, W) → (N, C, H', W'); sizes as in `AdaptiveAvgPool2d`.

    With `return_indices` it gives a pair, the second the place of each maximum, for `MaxUnpool2d`.

    >>> import nn, numpy as np
    >>> nn.AdaptiveMaxPool2d(1)(np.arange(6.0).reshape(1, 2, 3)).item()
    5.0
    """

    rank = 2


class AdaptiveMaxPool3d(_AdaptiveMaxPool):
    """Maxima over windows that cover volumes evenly: (N, C, D, H, W) → (N, C, D', H', W'); as `AdaptiveMaxPool2d`.

    >>> import nn, numpy as np
    >>> nn.AdaptiveMaxPool3d((1, 2, None))(np.ones((2, 3, 7, 5, 4))).shape
    (2, 3, 1, 2, 4)
    """

    rank = 3


class _FractionalMaxPool(Module):
    rank: ClassVar[int]
    _random_samples: Any

    def __init__(
        self,
        kernel_size: Size,
        output_size: Size | None = None,
        output_ratio: float | tuple[float, ...] | None = None,
        return_indices: bool = False,
        _random_samples: Any = None,
    ) -> None:
        super().__init__()
        fractional_size(self.rank, type(self).__name__, (1 << 20,) * self.rank, output_size, output_ratio)
        self.kernel_size, self.output_size, self.output_ratio = kernel_size, output_size, output_ratio
        self.return_indices = return_indices
        self.register_buffer("_random_samples", _random_samples)

    def forward(self, x: Any) -> Any:
        function = getattr(F, f"fractional_max_pool{self.rank}d")
        return function(
            x, self.kernel_size, self.output_size, self.output_ratio, self.return_indices, self._random_samples
        )

    def extra_repr(self) -> str:
        return f"kernel_size={self.kernel_size}, output_size={self.output_size}, output_ratio={self.output_ratio}"


class FractionalMaxPool2d(_FractionalMaxPool):
    """Maxima over overlapping windows at pseudo-random places: (N, C, H, W) → (N, C, H', W'), also in evaluation.

    Asked for by `output_size` or by `output_ratio` (between 0 and 1); see `nn.functional.fractional_max_pool2d`. Raises
    ValueError unless exactly one of them is given.

    >>> import nn, numpy as np
    >>> nn.FractionalMaxPool2d(2, output_ratio=0.7)(np.zeros((2, 3, 9, 9))).shape
    (2, 3, 6, 6)
    """

    rank = 2


class FractionalMaxPool3d(_FractionalMaxPool):
    """Maxima over windows at pseudo-random places of volumes: (N, C, D, H, W) → (N, C, D', H', W').

    Options are as in `FractionalMaxPool2d`.

    >>> import nn, numpy as np
    >>> nn.FractionalMaxPool3d(2, output_size=4)(np.zeros((1, 8, 8, 8))).shape
    (1, 4, 4, 4)
    """

    rank = 3


class _MaxUnpool(Module):
    rank: ClassVar[int]

    def __init__(self, kernel_size: Size, stride: Size | None = None, padding: Size = 0) -> None:
        super().__init__()
        self.kernel_size = self._each(kernel_size)
        self.stride = self.kernel_size if stride is None else self._each(stride)
        self.padding = self._each(padding)

    def _each(self, size: Size) -> tuple[int, ...]:
        return size if isinstance(size, tuple) else (size,) * self.rank

    def forward(self, x: Any, indices: Any, output_size: Any = None) -> Any:
        function = getattr(F, f"max_unpool{self.rank}d")
        return function(x, indices, self.kernel_size, self.stride, self.padding, output_size)

    def extra_repr(self) -> str:
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


class MaxUnpool1d(_MaxUnpool):
    """Zeros, with the maxima that `MaxPool1d(…, return_indices=True)` found at their places; as `MaxUnpool2d`.

    >>> import nn
    >>> y, places = nn.MaxPool1d(2, return_indices=True)([[1.0, 3.0, 2.0, 0.0]])
    >>> nn.MaxUnpool1d(2)(y, places).tolist()
    [[0.0, 3.0, 2.0, 0.0]]
    """

    rank = 1


class MaxUnpool2d(_MaxUnpool):
    """Zeros, with the maxima that `MaxPool2d(…, return_indices=True)` found at their places.

    `layer(y, indices, output_size=None)`: (N, C, H', W') → (N, C, H, W), H = (H' - 1)·stride - 2·padding + kernel_size
    unless `output_size` says otherwise; see `nn.functional.max_unpool2d`.

    >>> import nn
    >>> y, places = nn.MaxPool2d(2, return_indices=True)([[[1.0, 3.0], [2.0, 0.0]]])
    >>> nn.MaxUnpool2d(2)(y, places).tolist()
    [[[0.0, 3.0], [0.0, 0.0]]]
    """

    rank = 2


class MaxUnpool3d(_MaxUnpool):
    """Zeros, with the maxima that `MaxPool3d(…, return_indices=True)` found at their places; as `MaxUnpool2d`.

    >>> import nn, numpy as np
    >>> y, places = nn.MaxPool3d(2, return_indices=True)(np.arange(8.0).reshape(1, 2, 2, 2))
    >>> nn.MaxUnpool3d(2)(y, places).sum().item()
    7.0
    """

    rank = 3
