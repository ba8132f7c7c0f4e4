"""Maxima, means, sums and norms over windows that slide."""

from __future__ import annotations

from typing import Any, ClassVar

import autograd
from nn import functional as F
from nn.module import Module

__all__ = [
    "AvgPool1d",
    "AvgPool2d",
    "AvgPool3d",
    "LPPool1d",
    "LPPool2d",
    "LPPool3d",
    "MaxPool1d",
    "MaxPool2d",
    "MaxPool3d",
    "SumPool1d",
    "SumPool2d",
    "SumPool3d",
]


Size = int | tuple[int, ...]


class _MaxPool(Module):
    rank: ClassVar[int]

    def __init__(
        self,
        kernel_size: Size,
        stride: Size | None = None,
        padding: Size = 0,
        dilation: Size = 1,
        return_indices: bool = False,
        ceil_mode: bool = False,
    ) -> None:
        super().__init__()
        self.kernel_size, self.stride = kernel_size, kernel_size if stride is None else stride
        self.padding, self.dilation = padding, dilation
        self.return_indices, self.ceil_mode = return_indices, ceil_mode

    def forward(self, x: Any) -> Any:
        function = getattr(autograd, f"max_pool{self.rank}d")
        return function(
            x, self.kernel_size, self.stride, self.padding, self.dilation, self.ceil_mode, self.return_indices
        )

    def extra_repr(self) -> str:
        return (
            f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}, "
            f"dilation={self.dilation}, ceil_mode={self.ceil_mode}"
        )


class MaxPool1d(_MaxPool):
    """Maximum over windows of sequences: (N, C, L) → (N, C, L'); options as in `MaxPool2d`.

    >>> import nn
    >>> nn.MaxPool1d(2)([[[1.0, 3.0, 2.0, 0.0]]]).tolist()
    [[[3.0, 2.0]]]
    """

    rank = 1


class MaxPool2d(_MaxPool):
    """Maximum over windows of images: (N, C, H, W) → (N, C, H', W'), or the same without N; see `autograd.max_pool2d`.

    H' = ⌊(H + 2·padding - dilation·(kernel_size - 1) - 1) / stride⌋ + 1, rounded up with `ceil_mode`; stride is
    kernel_size unless given. With `return_indices` it gives a pair, the second the place of each maximum.

    >>> import nn, numpy as np
    >>> nn.MaxPool2d(2)(np.zeros((1, 3, 8, 8))).shape
    (1, 3, 4, 4)
    """

    rank = 2


class MaxPool3d(_MaxPool):
    """Maximum over windows of volumes: (N, C, D, H, W) → (N, C, D', H', W'); options as in `MaxPool2d`.

    >>> import nn, numpy as np
    >>> nn.MaxPool3d(2)(np.zeros((1, 3, 4, 4, 4))).shape
    (1, 3, 2, 2, 2)
    """

    rank = 3


class _AvgPool(Module):
    takes_integers = False
    rank: ClassVar[int]

    def __init__(
        self,
        kernel_size: Size,
        stride: Size | None = None,
        padding: Size = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
    ) -> None:
        super().__init__()
        self.kernel_size, self.stride = kernel_size, kernel_size if stride is None else stride
        self.padding, self.ceil_mode, self.count_include_pad = padding, ceil_mode, count_include_pad

    def _options(self) -> tuple[Any, ...]:
        return self.kernel_size, self.stride, self.padding, self.ceil_mode, self.count_include_pad

    def forward(self, x: Any) -> Any:
        return getattr(autograd, f"avg_pool{self.rank}d")(x, *self._options())

    def extra_repr(self) -> str:
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


class _AvgPoolDivided(_AvgPool):
    def __init__(
        self,
        kernel_size: Size,
        stride: Size | None = None,
        padding: Size = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
        divisor_override: int | None = None,
    ) -> None:
        super().__init__(kernel_size, stride, padding, ceil_mode, count_include_pad)
        self.divisor_override = divisor_override

    def _options(self) -> tuple[Any, ...]:
        return *super()._options(), self.divisor_override


class AvgPool1d(_AvgPool):
    """Mean over windows of sequences: (N, C, L) → (N, C, L'); options as in `AvgPool2d`.

    >>> import nn
    >>> nn.AvgPool1d(2)([[[1.0, 3.0, 2.0, 0.0]]]).tolist()
    [[[2.0, 1.0]]]
    """

    rank = 1


class AvgPool2d(_AvgPoolDivided):
    """Mean over windows of images: (N, C, H, W) → (N, C, H', W'), or the same without N; see `autograd.avg_pool2d`.

    H' = ⌊(H + 2·padding - kernel_size) / stride⌋ + 1, rounded up with `ceil_mode`; stride is kernel_size unless given.
    Sums are divided by the size of the window; without `count_include_pad`, by its part inside the input; or by
    `divisor_override`.

    >>> import nn, numpy as np
    >>> nn.AvgPool2d(2)(np.zeros((1, 3, 8, 8))).shape
    (1, 3, 4, 4)
    """

    rank = 2


class AvgPool3d(_AvgPoolDivided):
    """Mean over windows of volumes: (N, C, D, H, W) → (N, C, D', H', W'); options as in `AvgPool2d`.

    >>> import nn, numpy as np
    >>> nn.AvgPool3d(2)(np.zeros((1, 3, 4, 4, 4))).shape
    (1, 3, 2, 2, 2)
    """

    rank = 3


class _SumPool(Module):
    rank: ClassVar[int]

    def __init__(
        self, kernel_size: Size, stride: Size | None = None, padding: Size = 0, ceil_mode: bool = False
    ) -> None:
        super().__init__()
        self.kernel_size, self.stride = kernel_size, kernel_size if stride is None else stride
        self.padding, self.ceil_mode = padding, ceil_mode

    def forward(self, x: Any) -> Any:
        function = getattr(F, f"sum_pool{self.rank}d")
        return function(x, self.kernel_size, self.stride, self.padding, self.ceil_mode)

    def extra_repr(self) -> str:
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


class SumPool1d(_SumPool):
    """Sum over windows of sequences: (N, C, L) → (N, C, L'); options as in `SumPool2d`.

    >>> import nn
    >>> nn.SumPool1d(2)([[[1.0, 3.0, 2.0, 0.0]]]).tolist()
    [[[4.0, 2.0]]]
    """

    rank = 1


class SumPool2d(_SumPool):
    """Sum over windows of images: (N, C, H, W) → (N, C, H', W'), or the same without N.

    It is `AvgPool2d` with divisor 1: H' = ⌊(H + 2·padding - kernel_size) / stride⌋ + 1, rounded up with `ceil_mode`;
    stride is kernel_size unless given; padding counts as 0.

    >>> import nn, numpy as np
    >>> nn.SumPool2d(2)(np.ones((1, 4, 4))).tolist()
    [[[4.0, 4.0], [4.0, 4.0]]]
    """

    rank = 2


class SumPool3d(_SumPool):
    """Sum over windows of volumes: (N, C, D, H, W) → (N, C, D', H', W'); options as in `SumPool2d`.

    >>> import nn, numpy as np
    >>> nn.SumPool3d(2)(np.ones((1, 2, 2, 2))).item()
    8.0
    """

    rank = 3


class _LPPool(Module):
    takes_integers = False
    rank: ClassVar[int]

    def __init__(
        self, norm_type: float, kernel_size: Size, stride: Size | None = None, ceil_mode: bool = False
    ) -> None:
        super().__init__()
        self.norm_type, self.kernel_size, self.stride, self.ceil_mode = norm_type, kernel_size, stride, ceil_mode

    def forward(self, x: Any) -> Any:
        function = getattr(F, f"lp_pool{self.rank}d")
        return function(x, float(self.norm_type), self.kernel_size, self.stride, self.ceil_mode)

    def extra_repr(self) -> str:
        return (
            f"norm_type={self.norm_type}, kernel_size={self.kernel_size}, stride={self.stride}, "
            f"ceil_mode={self.ceil_mode}"
        )


class LPPool1d(_LPPool):
    """(Σ xᵖ)^(1/p) over windows of sequences: (N, C, L) → (N, C, L'); see `nn.functional.lp_pool2d`.

    >>> import nn
    >>> nn.LPPool1d(2, 2)([[3.0, 4.0, 0.0, 0.0]]).tolist()
    [[5.0, 0.0]]
    """

    rank = 1


class LPPool2d(_LPPool):
    """(Σ xᵖ)^(1/p) over windows of images: (N, C, H, W) → (N, C, H', W'); see `nn.functional.lp_pool2d`.

    `norm_type` is p, stride is kernel_size unless given.

    >>> import nn, numpy as np
    >>> nn.LPPool2d(2, 2)(np.ones((1, 4, 4))).tolist()
    [[[2.0, 2.0], [2.0, 2.0]]]
    """

    rank = 2


class LPPool3d(_LPPool):
    """(Σ xᵖ)^(1/p) over windows of volumes: (N, C, D, H, W) → (N, C, D', H', W'); see `nn.functional.lp_pool2d`.

    >>> import nn, numpy as np
    >>> nn.LPPool3d(3, 2)(np.ones((1, 2, 2, 2))).round(4).item()
    2.0
    """

    rank = 3
