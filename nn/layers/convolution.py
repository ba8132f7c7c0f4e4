"""Convolutions and transposed convolutions over one to three axes."""

from __future__ import annotations

import math
from typing import Any, ClassVar

from numpy.typing import DTypeLike

import autograd
from autograd.kernels.windows import same_padding
from nn import functional as F
from nn.layers.linear import check_sizes, new_parameter, reset_uniform
from nn.module import Module

__all__ = [
    "Conv1d",
    "Conv2d",
    "Conv3d",
    "ConvTranspose1d",
    "ConvTranspose2d",
    "ConvTranspose3d",
]


Size = int | tuple[int, ...]
PADDING_MODES = ("zeros", "reflect", "replicate", "circular")


class _Convolution(Module):
    """What all have in common; `rank` is the number of spatial axes."""

    takes_integers = False
    rank: ClassVar[int]
    transposed: ClassVar[bool] = False

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Size,
        stride: Size,
        padding: Size | str,
        output_padding: Size,
        dilation: Size,
        groups: int,
        bias: bool,
        padding_mode: str,
        dtype: DTypeLike | None,
    ) -> None:
        super().__init__()
        check_sizes(self, in_channels=in_channels, out_channels=out_channels)
        if padding_mode not in PADDING_MODES:
            raise ValueError(
                f"{type(self).__name__}: padding_mode must be one of {', '.join(PADDING_MODES)}; got {padding_mode!r}"
            )
        if groups < 1 or in_channels % groups or out_channels % groups:
            raise ValueError(
                f"{type(self).__name__}: groups must divide in_channels and out_channels, "
                f"got {groups} for {in_channels} and {out_channels}"
            )
        self.in_channels, self.out_channels = in_channels, out_channels
        self.kernel_size = self._per_axis(kernel_size)
        self.stride, self.dilation = self._per_axis(stride), self._per_axis(dilation)
        self.padding = padding if isinstance(padding, str) else self._per_axis(padding)
        self.output_padding, self.groups = self._per_axis(output_padding), groups
        self.padding_mode = padding_mode
        if isinstance(padding, str):
            self._check_named_padding(padding)
        channels = (in_channels, out_channels) if self.transposed else (out_channels, in_channels)
        shape = (channels[0], channels[1] // groups, *self.kernel_size)
        self.weight = new_parameter(shape, dtype, "weight")
        self.bias = new_parameter((out_channels,), dtype, "bias") if bias else None
        self.reset_parameters()

    def _per_axis(self, size: Size) -> tuple[int, ...]:
        sizes = (size,) * self.rank if isinstance(size, int) else tuple(size)
        if len(sizes) != self.rank:
            raise ValueError(f"{type(self).__name__} wants one integer or {self.rank}, got {size}")
        return sizes

    def _check_named_padding(self, padding: str) -> None:
        name = type(self).__name__
        if self.transposed or padding not in ("same", "valid"):
            choices = "" if self.transposed else "'same', 'valid', "
            raise ValueError(f"{name}: padding={padding!r}, wanted {choices}an integer, or {self.rank} of them")
        if padding == "same" and set(self.stride) != {1}:
            raise ValueError(
                f"{name}: padding='same' with stride {self.stride}: no padding keeps the size of a strided result; "
                f"give the padding as numbers"
            )

    def reset_parameters(self) -> None:
        """Draw the parameters anew."""
        reset_uniform(self.weight, self.bias, math.prod(self.weight.shape[1:]))

    def extra_repr(self) -> str:
        parts = [f"{self.in_channels}, {self.out_channels}, kernel_size={self.kernel_size}, stride={self.stride}"]
        if self.padding != (0,) * self.rank:
            parts.append(f"padding={self.padding}")
        if self.dilation != (1,) * self.rank:
            parts.append(f"dilation={self.dilation}")
        if self.output_padding != (0,) * self.rank:
            parts.append(f"output_padding={self.output_padding}")
        if self.groups != 1:
            parts.append(f"groups={self.groups}")
        if self.bias is None:
            parts.append("bias=False")
        if self.padding_mode != "zeros":
            parts.append(f"padding_mode={self.padding_mode}")
        return ", ".join(parts)


class _Conv(_Convolution):
    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Size,
        stride: Size = 1,
        padding: Size | str = 0,
        dilation: Size = 1,
        groups: int = 1,
        bias: bool = True,
        padding_mode: str = "zeros",
        *,
        dtype: DTypeLike | None = None,
    ) -> None:
        sizes = in_channels, out_channels, kernel_size, stride, padding, 0, dilation, groups
        super().__init__(*sizes, bias, padding_mode, dtype)

    def forward(self, x: Any) -> Any:
        padding: Any = self.padding
        if self.padding_mode != "zeros" and padding != "valid":
            x, padding = F.pad(x, self._margins(), self.padding_mode), 0
        function = getattr(autograd, f"conv{self.rank}d")
        return function(x, self.weight, self.bias, self.stride, padding, self.dilation, self.groups)

    def _margins(self) -> list[int]:
        """What `pad` takes: (before, after) of the last axis, of the one before it, …"""
        if isinstance(self.padding, str):
            pairs = same_padding(self.kernel_size, self.dilation)
        else:
            pairs = tuple((p, p) for p in self.padding)
        return [amount for pair in reversed(pairs) for amount in pair]


class Conv1d(_Conv):
    """Convolution along sequences: (N, C_in, L) → (N, C_out, L'); options as in `Conv2d`.

    weight (C_out, C_in/groups, k) and bias (C_out,) are drawn from U(-1/√n, 1/√n), n = C_in/groups · k.

    >>> import nn, numpy as np
    >>> nn.Conv1d(3, 8, 5, padding="same")(np.zeros((2, 3, 20))).shape
    (2, 8, 20)
    """

    rank = 1


class Conv2d(_Conv):
    """Convolution over images: (N, C_in, H, W) → (N, C_out, H', W'), or the same without N; see `autograd.conv2d`.

    H' = ⌊(H + 2·padding - dilation·(kernel_size - 1) - 1) / stride⌋ + 1. `kernel_size`, `stride`, `padding` and
    `dilation` are an integer or one per axis; padding may be "same" (stride 1) or "valid"; `padding_mode` says with
    what: "zeros", "reflect", "replicate" or "circular", as in `nn.functional.pad`. With `groups`, each group of output
    channels sees its group of input channels.

    weight (C_out, C_in/groups, kH, kW) and bias (C_out,) are drawn from U(-k, k), k = 1 / √(C_in/groups · kH · kW).

    >>> import nn, numpy as np
    >>> nn.Conv2d(3, 8, 3, stride=2, padding=1)(np.zeros((2, 3, 32, 32))).shape
    (2, 8, 16, 16)
    """

    rank = 2


class Conv3d(_Conv):
    """Convolution over volumes: (N, C_in, D, H, W) → (N, C_out, D', H', W'); options as in `Conv2d`.

    weight (C_out, C_in/groups, kD, kH, kW) and bias (C_out,) are drawn from U(-1/√n, 1/√n), n = C_in/groups · kD · kH ·
    kW.

    >>> import nn, numpy as np
    >>> nn.Conv3d(1, 4, 3)(np.zeros((2, 1, 8, 8, 8))).shape
    (2, 4, 6, 6, 6)
    """

    rank = 3


class _ConvTranspose(_Convolution):
    transposed = True

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Size,
        stride: Size = 1,
        padding: Size = 0,
        output_padding: Size = 0,
        groups: int = 1,
        bias: bool = True,
        dilation: Size = 1,
        padding_mode: str = "zeros",
        *,
        dtype: DTypeLike | None = None,
    ) -> None:
        if padding_mode != "zeros":
            raise ValueError(
                f"{type(self).__name__}: padding_mode={padding_mode!r}; a transposed convolution's padding takes away "
                f"from its result, so only 'zeros' makes sense"
            )
        sizes = in_channels, out_channels, kernel_size, stride, padding, output_padding, dilation, groups
        super().__init__(*sizes, bias, padding_mode, dtype)

    def forward(self, x: Any, output_size: Any = None) -> Any:
        function = getattr(autograd, f"conv_transpose{self.rank}d")
        extra = self.output_padding if output_size is None else self._padding_for(output_size, x.shape)
        return function(x, self.weight, self.bias, self.stride, self.padding, extra, self.groups, self.dilation)

    def _padding_for(self, output_size: Any, shape: tuple[int, ...]) -> tuple[int, ...]:
        """The output padding that makes a result of this size."""
        wanted = tuple(output_size)
        wanted = wanted[-self.rank :] if len(wanted) == len(shape) else wanted
        sizes: Any = zip(shape[-self.rank :], self.stride, self.padding, self.dilation, self.kernel_size)
        least = tuple((n - 1) * s - 2 * p + d * (k - 1) + 1 for n, s, p, d, k in sizes)
        if len(wanted) != self.rank or any(not n <= w < n + s for w, n, s in zip(wanted, least, self.stride)):
            most = tuple(n + s - 1 for n, s in zip(least, self.stride))
            raise ValueError(
                f"{type(self).__name__}: output_size={tuple(output_size)} for an input of shape {shape}; sizes from "
                f"{least} to {most} are possible"
            )
        return tuple(w - n for w, n in zip(wanted, least))


class ConvTranspose1d(_ConvTranspose):
    """Transposed convolution along sequences: (N, C_in, L) → (N, C_out, L'); as `ConvTranspose2d`.

    weight (C_in, C_out/groups, k) and bias (C_out,) are drawn from U(-1/√n, 1/√n), n = C_out/groups · k.

    >>> import nn, numpy as np
    >>> nn.ConvTranspose1d(3, 8, 4, stride=2, padding=1)(np.zeros((2, 3, 10))).shape
    (2, 8, 20)
    """

    rank = 1


class ConvTranspose2d(_ConvTranspose):
    """Transposed convolution over images, which enlarges: (N, C_in, H, W) → (N, C_out, H', W').

    H' = (H - 1)·stride - 2·padding + dilation·(kernel_size - 1) + output_padding + 1; see `autograd.conv_transpose2d`.
    `layer(x, output_size=(H', W'))` chooses among the sizes that differ by `output_padding`.

    weight (C_in, C_out/groups, kH, kW) and bias (C_out,) are drawn from U(-k, k), k = 1 / √(C_out/groups · kH · kW).

    >>> import nn, numpy as np
    >>> nn.ConvTranspose2d(3, 8, 4, stride=2, padding=1)(np.zeros((2, 3, 10, 10))).shape
    (2, 8, 20, 20)
    """

    rank = 2


class ConvTranspose3d(_ConvTranspose):
    """Transposed convolution over volumes: (N, C_in, D, H, W) → (N, C_out, D', H', W'); as `ConvTranspose2d`.

    weight (C_in, C_out/groups, kD, kH, kW) and bias (C_out,) are drawn from U(-1/√n, 1/√n), n = C_out/groups · kD · kH
    · kW.

    >>> import nn, numpy as np
    >>> nn.ConvTranspose3d(2, 1, 2, stride=2)(np.zeros((1, 2, 3, 3, 3))).shape
    (1, 1, 6, 6, 6)
    """

    rank = 3
