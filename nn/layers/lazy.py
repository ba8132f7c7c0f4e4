"""Layers that learn their number of inputs from the first call."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from numpy.typing import DTypeLike

from autograd.dtypes import get_default_dtype
from nn.layers.convolution import Conv1d, Conv2d, Conv3d, ConvTranspose1d, ConvTranspose2d, ConvTranspose3d
from nn.layers.linear import Linear
from nn.layers.normalization import (
    BatchNorm1d,
    BatchNorm2d,
    BatchNorm3d,
    InstanceNorm1d,
    InstanceNorm2d,
    InstanceNorm3d,
)
from nn.module import Module
from nn.parameter import Parameter, UninitializedParameter

__all__ = [
    "LazyBatchNorm1d",
    "LazyBatchNorm2d",
    "LazyBatchNorm3d",
    "LazyConv1d",
    "LazyConv2d",
    "LazyConv3d",
    "LazyConvTranspose1d",
    "LazyConvTranspose2d",
    "LazyConvTranspose3d",
    "LazyInstanceNorm1d",
    "LazyInstanceNorm2d",
    "LazyInstanceNorm3d",
    "LazyLinear",
]


class _Lazy(Module):
    """Becomes an ordinary layer, `becomes`, at its first call, which tells its argument `missing`."""

    becomes: ClassVar[Any]
    missing: ClassVar[str]
    axis: ClassVar[int] = 1

    def _prepare(self, made: Module) -> None:
        """Take over everything from a layer of one input, with parameters that are still to be made."""
        vars(self).update(vars(made))
        for name, value in list(vars(self).items()):
            if isinstance(value, Parameter):
                setattr(self, name, UninitializedParameter(value.requires_grad))

    def has_uninitialized_params(self) -> bool:
        """Whether the first call is still to come."""
        return any(isinstance(p, UninitializedParameter) for p in self.parameters())

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        (x,) = self._take(args[:1])
        if x.ndim <= abs(self.axis):
            raise ValueError(f"{type(self).__name__} wants an input with an axis {self.axis}, got shape {x.shape}")
        self._become(x.shape[self.axis], x.dtype)
        return self(*args, **kwargs)

    def _become(self, size: int, dtype: Any) -> None:
        options = {**self._options, self.missing: size}  # type: ignore[attr-defined]
        made = self.becomes(**options)
        parameters = {k: v for k, v in vars(self).items() if isinstance(v, Parameter)}
        loaded = [k for k, p in parameters.items() if not isinstance(p, UninitializedParameter)]
        for name, parameter in parameters.items():
            fresh = getattr(made, name)
            if name in loaded:
                if parameter.shape != fresh.shape:
                    raise ValueError(
                        f"{type(self).__name__}: the loaded {name} has shape {parameter.shape}, the first input asks "
                        f"for {fresh.shape}"
                    )
            elif isinstance(parameter, UninitializedParameter):
                parameter.materialize(fresh.shape, fresh.dtype, name)
                parameter.data = fresh.data
            vars(made)[name] = parameter
        training = self.training
        vars(self).clear()
        vars(self).update(vars(made))
        self.training = training
        self.__class__ = self.becomes

    def _dtype(self) -> np.dtype | None:
        return np.dtype(self._options.get("dtype") or get_default_dtype())  # type: ignore[attr-defined]

    def extra_repr(self) -> str:
        return f"{self.missing}=to be known at the first call"


class LazyLinear(_Lazy):
    """`Linear` whose `in_features` is the last axis of the first input.

    >>> import nn, numpy as np
    >>> layer = nn.LazyLinear(2)
    >>> layer(np.zeros((5, 3))).shape, layer
    ((5, 2), Linear(in_features=3, out_features=2, bias=True))
    """

    becomes, missing, axis = Linear, "in_features", -1

    def __init__(self, out_features: int, bias: bool = True, *, dtype: DTypeLike | None = None) -> None:
        super().__init__()
        self._options: dict[str, Any] = {"out_features": out_features, "bias": bias, "dtype": dtype}
        self._prepare(Linear(1, **self._options))


class _LazyConvolution(_Lazy):
    missing = "in_channels"

    def __init__(self, out_channels: int, kernel_size: int | tuple[int, ...], *args: Any, **options: Any) -> None:
        super().__init__()
        made = self.becomes(
            options.get("groups", args[3] if len(args) > 3 else 1), out_channels, kernel_size, *args, **options
        )
        names: tuple[str, ...] = ("stride", "padding", "dilation", "groups", "bias", "padding_mode")
        if "Transpose" in self.becomes.__name__:
            names = ("stride", "padding", "output_padding", "groups", "bias", "dilation", "padding_mode")
        self._options = {"out_channels": out_channels, "kernel_size": kernel_size, **dict(zip(names, args)), **options}
        self._prepare(made)


class LazyConv1d(_LazyConvolution):
    """`Conv1d` whose `in_channels` is axis 1 of the first input (N, C, L).

    >>> import nn, numpy as np
    >>> nn.LazyConv1d(4, 3)(np.zeros((2, 3, 8))).shape
    (2, 4, 6)
    """

    becomes = Conv1d


class LazyConv2d(_LazyConvolution):
    """`Conv2d` whose `in_channels` is axis 1 of the first input (N, C, H, W).

    >>> import nn, numpy as np
    >>> nn.LazyConv2d(4, 3, padding=1)(np.zeros((2, 3, 8, 8))).shape
    (2, 4, 8, 8)
    """

    becomes = Conv2d


class LazyConv3d(_LazyConvolution):
    """`Conv3d` whose `in_channels` is axis 1 of the first input (N, C, D, H, W).

    >>> import nn, numpy as np
    >>> nn.LazyConv3d(4, 3)(np.zeros((2, 3, 4, 4, 4))).shape
    (2, 4, 2, 2, 2)
    """

    becomes = Conv3d


class LazyConvTranspose1d(_LazyConvolution):
    """`ConvTranspose1d` whose `in_channels` is axis 1 of the first input (N, C, L).

    >>> import nn, numpy as np
    >>> nn.LazyConvTranspose1d(4, 3)(np.zeros((2, 3, 8))).shape
    (2, 4, 10)
    """

    becomes = ConvTranspose1d


class LazyConvTranspose2d(_LazyConvolution):
    """`ConvTranspose2d` whose `in_channels` is axis 1 of the first input (N, C, H, W).

    >>> import nn, numpy as np
    >>> nn.LazyConvTranspose2d(4, 2, stride=2)(np.zeros((2, 3, 4, 4))).shape
    (2, 4, 8, 8)
    """

    becomes = ConvTranspose2d


class LazyConvTranspose3d(_LazyConvolution):
    """`ConvTranspose3d` whose `in_channels` is axis 1 of the first input (N, C, D, H, W).

    >>> import nn, numpy as np
    >>> nn.LazyConvTranspose3d(4, 2)(np.zeros((2, 3, 2, 2, 2))).shape
    (2, 4, 3, 3, 3)
    """

    becomes = ConvTranspose3d


class _LazyNorm(_Lazy):
    missing = "num_features"
    parts: ClassVar[tuple[str, ...]] = ("eps", "momentum", "affine", "track_running_stats")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__()
        self._options = {**dict(zip(self.parts, args)), **options}
        made = self.becomes(1, **self._options)
        buffers = dict.fromkeys(made._buffers)
        self._prepare(made)
        vars(self).update(buffers)


class LazyBatchNorm1d(_LazyNorm):
    """`BatchNorm1d` whose `num_features` is axis 1 of the first input.

    >>> import nn, numpy as np
    >>> nn.LazyBatchNorm1d()(np.zeros((4, 3))).shape
    (4, 3)
    """

    becomes = BatchNorm1d


class LazyBatchNorm2d(_LazyNorm):
    """`BatchNorm2d` whose `num_features` is axis 1 of the first input.

    >>> import nn, numpy as np
    >>> nn.LazyBatchNorm2d()(np.zeros((4, 3, 2, 2))).shape
    (4, 3, 2, 2)
    """

    becomes = BatchNorm2d


class LazyBatchNorm3d(_LazyNorm):
    """`BatchNorm3d` whose `num_features` is axis 1 of the first input.

    >>> import nn, numpy as np
    >>> nn.LazyBatchNorm3d()(np.zeros((4, 3, 2, 2, 2))).shape
    (4, 3, 2, 2, 2)
    """

    becomes = BatchNorm3d


class LazyInstanceNorm1d(_LazyNorm):
    """`InstanceNorm1d` whose `num_features` is axis 1 of the first input.

    >>> import nn, numpy as np
    >>> nn.LazyInstanceNorm1d()(np.zeros((4, 3, 5))).shape
    (4, 3, 5)
    """

    becomes = InstanceNorm1d


class LazyInstanceNorm2d(_LazyNorm):
    """`InstanceNorm2d` whose `num_features` is axis 1 of the first input.

    >>> import nn, numpy as np
    >>> nn.LazyInstanceNorm2d(affine=True)(np.zeros((4, 3, 2, 2))).shape
    (4, 3, 2, 2)
    """

    becomes = InstanceNorm2d


class LazyInstanceNorm3d(_LazyNorm):
    """`InstanceNorm3d` whose `num_features` is axis 1 of the first input.

    >>> import nn, numpy as np
    >>> nn.LazyInstanceNorm3d()(np.zeros((4, 3, 2, 2, 2))).shape
    (4, 3, 2, 2, 2)
    """

    becomes = InstanceNorm3d
